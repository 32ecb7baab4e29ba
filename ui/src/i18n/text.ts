/**
 * The window's texts in the snapshot's language. Reading them in a view makes it follow a change of language. The texts
 * are in the catalogs of src-tauri/crates/rotunda-text/locales: the key "tab.codex" is the message window-tab-codex.
 */
import { FluentBundle, type FluentVariable } from "@fluent/bundle";
import { computed, signal } from "@preact/signals";
import type { ComponentChildren } from "preact";

import english from "../../../src-tauri/crates/rotunda-text/locales/en.ftl";
import type { Language } from "../model";
import type { Counted, Messages } from "./messages";

export type Key = keyof Messages;
type Fill<K extends Key, Value> = [Messages[K]] extends [never]
  ? []
  : [values: Readonly<Record<Messages[K], Value>>];
type CountedValues<K extends Counted> =
  Exclude<Messages[K], "count"> extends never
    ? []
    : [values: Readonly<Record<Exclude<Messages[K], "count">, string>>];

type Texts = typeof english;

const OTHERS = import.meta.glob<Texts>(
  [
    "../../../src-tauri/crates/rotunda-text/locales/*.ftl",
    "!../../../src-tauri/crates/rotunda-text/locales/en.ftl",
  ],
  { import: "default" },
);

/** The texts stand in one signal with their language, so that a view never mixes two. */
const spoken = signal({ language: "en", bundle: bundleOf("en", english) });

export const language = computed<Language>(() => spoken.value.language);

/** Speaks this language. English is always there; others are fetched when they are wanted. */
export async function speak(wanted: Language): Promise<void> {
  if (wanted === spoken.value.language) return;
  const path = Object.keys(OTHERS).find((path) => path.endsWith(`/${wanted}.ftl`));
  const texts = path ? await OTHERS[path]?.() : english;
  const tag = path ? wanted : "en";
  spoken.value = { language: tag, bundle: bundleOf(tag, texts ?? english) };
}

/** How numbers and times are written: the system's habits when it speaks the same language. */
export const locale = computed<string>(() => localeOf(language.value));

function localeOf(wanted: Language): string {
  const system = navigator.language;
  const isOurs = primary(system) === primary(wanted) && languageOf(system) === wanted;
  return isOurs ? system : wanted;
}

/** The catalog for a system's tag: of the same region, else of the same language, else English. */
export function languageOf(tag: string): Language {
  const tags = __LANGUAGES__.map(([tag]) => tag);
  const same = tags.find((one) => one.toLowerCase() === tag.toLowerCase());
  return same ?? tags.find((one) => primary(one) === primary(tag)) ?? "en";
}

function primary(tag: string): string {
  return (tag.split("-")[0] ?? "").toLowerCase();
}

function bundleOf(tag: Language, texts: Texts): FluentBundle {
  // The marks around values are for mixed writing directions, and would be copied with the text.
  const bundle = new FluentBundle(localeOf(tag), { useIsolating: false });
  const messages = Object.entries(texts).map(([id, value]) => ({ id, value, attributes: {} }));
  bundle.addResource({ body: messages });
  return bundle;
}

function format(key: Key, values: Record<string, FluentVariable>): string {
  const { bundle } = spoken.value;
  const pattern = bundle.getMessage(key)?.value;
  // With a list for them, faults do not throw: a text with a hole is better than no window.
  return pattern ? bundle.formatPattern(pattern, values, []) : key;
}

export function t<K extends Key>(key: K, ...fill: Fill<K, string | number>): string {
  const values: Readonly<Record<string, string | number>> = fill[0] ?? {};
  // A number here is a name: a port, a place. Only `many` counts.
  return format(
    key,
    Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)])),
  );
}

/** The text for a number of things; the number is written as people of the language write numbers. */
export function many<K extends Counted>(key: K, count: number, ...rest: CountedValues<K>): string {
  return format(key, { ...rest[0], count });
}

/** Around the name of a value, where an element goes. No text has these characters. */
const [OPEN, CLOSE] = ["\u{f0000}", "\u{f0001}"];

/** The text with elements in the places of its values. */
export function rich<K extends Key>(
  key: K,
  pieces: Readonly<Record<Messages[K], ComponentChildren>>,
): ComponentChildren[] {
  const found = pieces as Readonly<Record<string, ComponentChildren>>;
  const marks = Object.keys(found).map((name) => [name, `${OPEN}${name}${CLOSE}`]);
  return format(key, Object.fromEntries(marks))
    .split(new RegExp(`${OPEN}(\\w+)${CLOSE}`, "u"))
    .map((part, place) => (place % 2 === 1 ? found[part] : part));
}

export function number(value: number): string {
  return new Intl.NumberFormat(locale.value).format(value);
}

/** Dollars, whatever the language. */
export function money(dollars: number): string {
  const format = { style: "currency", currency: "USD" } as const;
  return new Intl.NumberFormat(locale.value, format).format(dollars);
}

/** A big number in few letters, such as 1.2M. */
export function brief(value: number): string {
  const format = { notation: "compact", maximumFractionDigits: 1 } as const;
  return new Intl.NumberFormat(locale.value, format).format(value);
}
