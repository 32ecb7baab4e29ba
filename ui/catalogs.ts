import { FluentResource } from "@fluent/bundle";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Plugin } from "vite";

/** One catalog per language, for the window and the daemon alike. */
const LOCALES = "../src-tauri/crates/rotunda-text/locales";

/** A message from its id to the end of its last indented line. */
const MESSAGE = /^([a-z][\w-]*) = .*(?:\n[ \t]+.*)*/gm;

/** Each language by its tag, with its own name for itself. */
export function languages(): [tag: string, name: string][] {
  const folder = fileURLToPath(new URL(LOCALES, import.meta.url));
  return readdirSync(folder)
    .sort()
    .map((file) => {
      const name = /^language-name = (.+)$/m.exec(readFileSync(`${folder}/${file}`, "utf8"))?.[1];
      if (!name) throw new Error(`${file} does not name its language`);
      return [file.replace(/\.ftl$/, ""), name];
    });
}

/** The messages of the window alone: the daemon formats the others. */
export function windowMessages(text: string): string {
  const found = [...text.matchAll(MESSAGE)];
  return found
    .filter(([, id]) => id?.startsWith("window-"))
    .map(([message]) => `${message}\n`)
    .join("");
}

/** The key in the code for a message of the window: window-tab-codex is "tab.codex". */
export function keyOf(id: string): string {
  return id.replace(/^window-/, "").replaceAll("-", ".");
}

/** The window's messages of a catalog by their keys, parsed: the window then needs no parser. */
function textsOf(catalog: string): Record<string, unknown> {
  const { body } = new FluentResource(windowMessages(catalog));
  return Object.fromEntries(body.map(({ id, value }) => [keyOf(id), value]));
}

/** A message that another one shows goes by its key, too. */
function withKeys(_: string, part: unknown): unknown {
  const isMessage = part && typeof part === "object" && "type" in part && part.type === "mesg";
  return isMessage && "name" in part ? { ...part, name: keyOf(String(part.name)) } : part;
}

/** Imports a catalog as the texts of the window. */
export function catalogs(): Plugin {
  return {
    name: "catalogs",
    load(id) {
      if (!id.endsWith(".ftl")) return null;
      this.addWatchFile(id);
      return `export default ${JSON.stringify(textsOf(readFileSync(id, "utf8")), withKeys)};`;
    },
  };
}
