/** The version in package.json, put in by the build. */
declare const __VERSION__: string;
/** The commands that the shell declares in its build.rs, put in by the build. */
declare const __COMMANDS__: readonly string[];
