import { readdirSync, readFileSync } from "node:fs";
import ts from "typescript";
import { afterEach, expect, test } from "vitest";

import { en } from "../src/i18n/en";
import { language, many, speak, t, type Key } from "../src/i18n/text";
import { zh } from "../src/i18n/zh";

afterEach(() => speak("en"));

const keys = Object.keys(en) as Key[];

/** Words that are the same in every language. */
const SAME: readonly Key[] = [
  "tab.codex",
  "profiles.pool_part",
  "requests.unknown",
  "usage.percent",
  "settings.language.en",
  "settings.language.zh-CN",
  "settings.percent",
  "settings.version",
];

function names(text: string): string[] {
  return [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? "").sort();
}

test("no string is missing in either language, and none is left over", () => {
  expect(Object.keys(zh).sort()).toEqual([...keys].sort());
  expect(keys.filter((key) => en[key].trim() === "" || zh[key].trim() === "")).toEqual([]);
});

test("a translation fills in the same names", () => {
  expect(keys.filter((key) => `${names(en[key])}` !== `${names(zh[key])}`)).toEqual([]);
});

test("a translation is one", () => {
  expect(keys.filter((key) => zh[key] === en[key])).toEqual(SAME);
});

test("no text shouts or smiles, and quota is never told as used", () => {
  const texts = keys.flatMap((key) => [en[key], zh[key]]);
  expect(texts.filter((text) => /[!！]|\p{Extended_Pictographic}/u.test(text))).toEqual([]);
  expect(keys.filter((key) => /%\s*used/.test(en[key]))).toEqual([]);
});

test("numbers choose the singular where a language has one", async () => {
  expect([many("profiles.requests", 1), many("profiles.requests", 1200)]).toEqual([
    "1 request now",
    "1,200 requests now",
  ]);
  await speak("zh-CN");
  expect(language.value).toBe("zh-CN");
  expect(many("profiles.requests", 1)).toBe("当前 1 个请求");
  expect(t("rename.title", { name: "家" })).toBe("重命名 家");
});

/** Attributes that a person sees or hears. */
const SPOKEN = ["aria-label", "title", "label", "alt", "placeholder", "aria-valuetext"];
/** The same, of our own components only. */
const OURS = ["name", "text", "summary", "hint"];
/** What looks like words but is none: an example address, a file's name. */
const NO_WORDS = ["http://127.0.0.1:8080", "/config.toml"];

/** Words for people that stand in a source file instead of the catalogue. */
function literals(source: string): string[] {
  const file = ts.createSourceFile(
    "x.tsx",
    source,
    ts.ScriptTarget.Latest,
    true,
    ts.ScriptKind.TSX,
  );
  const found: string[] = [];
  const isWords = (text: string) => /\p{L}/u.test(text) && !NO_WORDS.includes(text);
  const visit = (node: ts.Node) => {
    if (ts.isJsxText(node) && isWords(node.text)) found.push(node.text.trim());
    if (ts.isStringLiteralLike(node) && !ts.isImportDeclaration(node.parent)) {
      const { parent } = node;
      const attribute = ts.isJsxAttribute(parent) ? parent.name.getText(file) : null;
      const isSentence = /\p{Lu}\p{Ll}+$|\p{L}[,;]? \p{L}+ \p{L}|\p{L}[.…?]$/u.test(node.text);
      const isChild = ts.isJsxExpression(parent) && !ts.isJsxAttribute(parent.parent);
      const isKey = ts.isCallExpression(parent) || ts.isTypeNode(parent);
      const isOurs = ts.isJsxAttribute(parent) && /^\p{Lu}/u.test(tagOf(parent));
      const isSpoken =
        attribute !== null && [...SPOKEN, ...(isOurs ? OURS : [])].includes(attribute);
      if (
        isWords(node.text) &&
        (isSpoken || isChild || (isSentence && attribute === null && !isKey))
      )
        found.push(node.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

function tagOf(attribute: ts.JsxAttribute): string {
  return attribute.parent.parent.tagName.getText();
}

test("the search for words finds them where they hide", () => {
  expect(literals("<p>Out until 14:05</p>")).toEqual(["Out until 14:05"]);
  expect(literals('<b aria-label="Copy" class="icon wide" />')).toEqual(["Copy"]);
  expect(literals('<p>{busy ? "Binding…" : t("codex.bind")}</p>')).toEqual(["Binding…"]);
  expect(literals('<p>{"left"}</p>')).toEqual(["left"]);
  expect(literals('<p><Frame name="Requests" /><input name="own" /></p>')).toEqual(["Requests"]);
  expect(literals('const why = "Nothing was changed here.";')).toEqual([
    "Nothing was changed here.",
  ]);
  expect(literals('<p class="muted">{t("codex.bind")} · {name}</p>')).toEqual([]);
});

const folders = ["src/views", "src/parts", "src/charts"];
const sources = folders.flatMap((folder) => readdirSync(folder).map((name) => `${folder}/${name}`));

test.each(sources)("%s takes its words from the catalogue", (path) => {
  const known = [
    "ArrowRight",
    "ArrowLeft",
    "ArrowUp",
    "ArrowDown",
    "Escape",
    "Enter",
    "Home",
    "End",
  ];
  expect(literals(readFileSync(path, "utf8")).filter((one) => !known.includes(one))).toEqual([]);
});

test("every key is used", () => {
  const all = [...sources, "src/names.ts", "src/store.ts"]
    .map((path) => readFileSync(path, "utf8"))
    .join("\n");
  // Keys that are put together: what stands before the part that is filled in.
  const built = [...all.matchAll(/`([\w.]+[._])\$\{/g)].map(([, start]) => start ?? "");
  const isUsed = (key: string) =>
    all.includes(`"${key}"`) ||
    all.includes(`"${key.replace(/_one$/, "")}"`) ||
    built.some((start) => key.startsWith(start));
  expect(keys.filter((key) => !isUsed(key))).toEqual([]);
});
