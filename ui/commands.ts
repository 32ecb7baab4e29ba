import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const BUILD = fileURLToPath(new URL("../src-tauri/build.rs", import.meta.url));

/** What the shell declares, read where it is declared: everything else is refused, so the window does not offer it. */
export function declaredCommands(): string[] {
  const [, list] = readFileSync(BUILD, "utf8").split("COMMANDS: &[&str] = &[");
  const inside = list?.split("]")[0] ?? "";
  const found = [...inside.matchAll(/"(\w+)"/g)].map(([, name]) => name ?? "");
  if (found.length === 0) throw new Error(`no commands are declared in ${BUILD}`);
  return found;
}
