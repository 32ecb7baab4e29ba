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

/** What the daemon says: its half of the catalogue, a file per language and kind of text. */
const DAEMON = "../src-tauri/crates/rotunda-core/src/words";

/** The texts of each arm in a language's file, by `Enum::Variant`. */
function arms(source: string): Map<string, string[]> {
  const found = new Map<string, string[]>();
  const code = source.replaceAll(/^\s*\/\/.*$/gm, "");
  for (const block of code.split(/^impl (?:English|Chinese) for /m).slice(1)) {
    const of = /^\w+/.exec(block)?.[0] ?? "";
    for (const arm of block.split(/(?=Self::\w+)/).slice(1)) {
      const variant = `${of}::${/^Self::(\w+)/.exec(arm)?.[1] ?? ""}`;
      const texts = [...arm.matchAll(/"((?:[^"\\]|\\.|\\\n)*)"/g)].map(([, text]) => text ?? "");
      found.set(variant, [...(found.get(variant) ?? []), ...texts.map(plain)]);
    }
  }
  return found;
}

/** As the program has it: a line that goes on is one. */
function plain(text: string): string {
  return text.replaceAll(/\\\n\s*/g, "").replaceAll(/\\(["\\])/g, "$1");
}

function said(folder: string): Map<string, string[]> {
  const files = readdirSync(`${DAEMON}/${folder}`).map((name) => `${DAEMON}/${folder}/${name}`);
  return new Map(files.flatMap((path) => [...arms(readFileSync(path, "utf8"))]));
}

/** Words that are the same in every language: codes that upstream sends, and our own name. */
const CODES = /^(refresh_token_\w+|Rotunda：\{headline\})$/;
/** English says these alike and means two things. */
const HOMONYMS: readonly Key[] = ["usage.output"];

test("the daemon's texts stand in both languages, and a translation is one", () => {
  const [english, chinese] = [said("en"), said("zh")];
  expect(english.size).toBeGreaterThan(100);
  expect([...chinese.keys()].sort()).toEqual([...english.keys()].sort());
  const isHan = (text: string) => /\p{Script=Han}/u.test(text);
  const words = (texts: Map<string, string[]>) =>
    [...texts.values()].flat().filter((text) => /\p{L}/u.test(text.replaceAll(/\{[^}]*\}/g, "")));
  expect(words(english).filter(isHan)).toEqual([]);
  expect(words(chinese).filter((text) => !isHan(text) && !CODES.test(text))).toEqual([]);
  const all = [...words(english), ...words(chinese)];
  expect(all.filter((text) => /[!！]|\p{Extended_Pictographic}/u.test(text))).toEqual([]);
});

test("a refusal that is not translated is not there", () => {
  const source = readFileSync("../src-tauri/crates/rotunda-daemon/src/said/zh.rs", "utf8");
  const code = source.replaceAll(/^\s*(\/\/|#\[).*$/gm, "");
  const texts = [...code.matchAll(/"((?:[^"\\]|\\.|\\\n)*)"/g)].map(([, text]) => text ?? "");
  expect(texts.length).toBeGreaterThan(80);
  expect(texts.filter((text) => !/\p{Script=Han}/u.test(text))).toEqual([]);
});

test("what window and daemon both say is the same in each language", () => {
  const [english, chinese] = [said("en"), said("zh")];
  const only = (texts: string[] | undefined) => (texts?.length === 1 ? texts[0] : undefined);
  const both = [...english].flatMap(([variant, texts]) => {
    const key = keys.find((one) => en[one] === only(texts) && !HOMONYMS.includes(one));
    return key ? [[variant, zh[key], only(chinese.get(variant))] as const] : [];
  });
  expect(both.length).toBeGreaterThan(3);
  expect(both.filter(([, window, daemon]) => window !== daemon)).toEqual([]);
});

/** Every source file of Rust below a folder, but for the catalogue. */
function rust(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (path === DAEMON || entry.name === "target") return [];
    if (entry.isDirectory()) return rust(path);
    return entry.name.endsWith(".rs") ? [path] : [];
  });
}

test("every text of the daemon is used", () => {
  const all = rust("../src-tauri")
    .map((path) => readFileSync(path, "utf8"))
    .join("\n");
  const unused = [...said("en").keys()].filter((variant) => !all.includes(variant));
  expect(unused).toEqual([]);
});
