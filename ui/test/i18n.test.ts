import { FluentBundle, FluentResource } from "@fluent/bundle";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import ts from "typescript";
import { afterEach, expect, test } from "vitest";

import { keyOf, windowMessages } from "../catalogs";
import { language, languageOf, many, speak, t, type Key } from "../src/i18n/text";

afterEach(() => speak("en"));

const LOCALES = "../src-tauri/crates/rotunda-text/locales";

type Body = FluentResource["body"][number];

/** The window's messages of a catalog. */
function messages(tag: string): Body[] {
  return new FluentResource(windowMessages(readFileSync(`${LOCALES}/${tag}.ftl`, "utf8"))).body;
}

const english = messages("en");

/** What a text is made of, flat: its variables, those that count, and its words. */
function parts(value: unknown): { variables: string[]; counted: boolean; words: string } {
  const variables = new Set<string>();
  let counted = false;
  let words = "";
  const visit = (one: unknown) => {
    if (typeof one === "string") words += one;
    else if (Array.isArray(one)) one.forEach(visit);
    else if (one && typeof one === "object" && "type" in one) {
      const part = one as { type: string; name?: string; selector?: unknown; variants?: unknown[] };
      if (part.type === "var") variables.add(part.name ?? "");
      if (part.type === "select") {
        counted ||= (part.selector as { name?: string }).name === "count";
        visit(part.selector);
        for (const variant of part.variants ?? []) visit((variant as { value: unknown }).value);
      }
    }
  };
  visit(value);
  return { variables: [...variables].sort(), counted, words };
}

/** The types of the keys, as src/i18n/messages.ts has to have them. */
function types(): string {
  const lines = english.map(({ id, value }) => {
    const names = parts(value).variables.map((name) => JSON.stringify(name));
    return `  ${JSON.stringify(keyOf(id))}: ${names.join(" | ") || "never"};`;
  });
  const counted = english.filter(({ value }) => parts(value).counted);
  const keys = counted.map(({ id }) => `  | ${JSON.stringify(keyOf(id))}`);
  return [
    "/** Generated from locales/en.ftl by test/i18n.test.ts: each key of the window, with the names of its values. */",
    "export interface Messages {",
    ...lines,
    "}",
    "",
    "/** Keys whose text depends on a number of things. */",
    "export type Counted =",
    `${keys.join("\n")};`,
    "",
  ].join("\n");
}

test("the types of the keys are those of the catalog", () => {
  const path = "src/i18n/messages.ts";
  if (process.env["ROTUNDA_BLESS"]) writeFileSync(path, types());
  expect(readFileSync(path, "utf8"), "stale: run this test with ROTUNDA_BLESS=1").toBe(types());
});

/** Words that may be the same in another language. */
const SAME: readonly string[] = [
  "key.whose.openai",
  "tab.codex",
  "profiles.pool_part",
  "requests.unknown",
  "usage.percent",
  "settings.percent",
  "settings.version",
  "hooks.title",
];

const others = __LANGUAGES__.map(([tag]) => tag).filter((tag) => tag !== "en");

test.each(others)("the translation %s is one", (tag) => {
  const texts = new Map(messages(tag).map(({ id, value }) => [id, JSON.stringify(value)]));
  const same = english.filter(({ id, value }) => texts.get(id) === JSON.stringify(value));
  const keys = same.map(({ id }) => keyOf(id));
  expect(keys.filter((key) => !SAME.includes(key))).toEqual([]);
});

test("no text has a picture, and no text is empty", () => {
  for (const [tag] of __LANGUAGES__)
    for (const { id, value } of messages(tag)) {
      const { words, variables } = parts(value);
      expect(words, id).not.toMatch(/\p{Extended_Pictographic}/u);
      expect(words.trim() + variables.join(), id).not.toBe("");
    }
});

test("every text of every language can be formatted", () => {
  for (const [tag] of __LANGUAGES__) {
    const bundle = new FluentBundle(tag, { useIsolating: false });
    bundle.addResource({ body: messages(tag) });
    for (const { id, value } of messages(tag))
      for (const filled of ["text", 1, 7]) {
        const values = parts(value).variables.map((name) => [name, filled]);
        const faults: Error[] = [];
        const text = bundle.formatPattern(value ?? "", Object.fromEntries(values), faults);
        expect(faults, `${tag}, ${id}`).toEqual([]);
        expect(text, `${tag}, ${id}`).not.toMatch(/[{}\n]/);
      }
  }
});

test("a system's tag selects a catalog", () => {
  expect(["zh-Hans-CN", "zh", "en-GB", "xx", ""].map(languageOf)).toEqual([
    "zh-CN",
    "zh-CN",
    "en",
    "en",
    "en",
  ]);
});

test("numbers choose the singular where a language has one", async () => {
  expect([many("profiles.requests", 1), many("profiles.requests", 1200)]).toEqual([
    "1 request now",
    "1,200 requests now",
  ]);
  expect(t("settings.port_text")).toBe("Listening only on this computer.");
  expect(t("codex.router_other", { port: 4517 })).toBe("Another program uses port 4517.");
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
    "https://api.example.com/v1",
  ];
  expect(literals(readFileSync(path, "utf8")).filter((one) => !known.includes(one))).toEqual([]);
});

test("every key is used", () => {
  const all = [...sources, "src/filters.ts", "src/names.ts", "src/store.ts"]
    .map((path) => readFileSync(path, "utf8"))
    .join("\n");
  // Keys that are put together: what stands before the part that is filled in.
  const built = [...all.matchAll(/`([\w.]+[._])\$\{/g)].map(([, start]) => start ?? "");
  const isUsed = (key: string) =>
    all.includes(`"${key}"`) || built.some((start) => key.startsWith(start));
  const keys = english.map(({ id }) => keyOf(id) as Key);
  expect(keys.filter((key) => !isUsed(key))).toEqual([]);
});

/** English says these alike and means two things. */
const HOMONYMS = ["window-usage-output", "window-tab-profiles", "window-requests-count"];

test("what window and daemon both say is the same in each language", () => {
  const both = (tag: string) =>
    new FluentResource(readFileSync(`${LOCALES}/${tag}.ftl`, "utf8")).body;
  const daemon = both("en").filter(
    ({ id, value }) => !id.startsWith("window-") && typeof value === "string",
  );
  const pairs = daemon.flatMap(({ id, value }) => {
    const window = english.find((one) => one.value === value && !HOMONYMS.includes(one.id));
    return window ? [[id, window.id] as const] : [];
  });
  expect(pairs.length).toBeGreaterThan(3);
  for (const tag of others) {
    const texts = new Map(both(tag).map(({ id, value }) => [id, value]));
    const differ = pairs.filter(([one, other]) => texts.get(one) !== texts.get(other));
    expect(differ, tag).toEqual([]);
  }
});

test("window and command line describe the second line in the same words", () => {
  for (const file of readdirSync(LOCALES)) {
    const text = readFileSync(`${LOCALES}/${file}`, "utf8");
    const value = (id: string) => new RegExp(`^${id} = (.+)$`, "m").exec(text)?.[1];
    expect(value("second-line-what"), file).toBeTruthy();
    expect(value("window-settings-second_line_text"), file).toBe(value("second-line-what"));
  }
});
