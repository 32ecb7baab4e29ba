/** The version in package.json, put in by the build. */
declare const __VERSION__: string;
/** Each language by its tag, with its own name for itself; put in by the build. */
declare const __LANGUAGES__: readonly (readonly [tag: string, name: string])[];
/** The window's messages of a catalog, parsed by the build. */
declare module "*.ftl" {
  import type { FluentResource } from "@fluent/bundle";

  const texts: Readonly<Record<string, FluentResource["body"][number]["value"]>>;
  export default texts;
}
