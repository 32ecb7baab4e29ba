/** The window's words in the reader's language. Reading them in a view makes it follow a change of language. */
import { computed, signal } from "@preact/signals";
import type { ComponentChildren } from "preact";

import type { LanguageChoice } from "../answers";
import { en } from "./en";
import { zh } from "./zh";

export type Language = "en" | "zh-CN";
export type Key = keyof typeof en;
export type Texts = Readonly<Record<Key, string>>;

/** The names in braces of a text. */
type Names<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Names<Rest>
  : never;
type Fill<K extends Key, Value> = [Names<(typeof en)[K]>] extends [never]
  ? []
  : [values: Readonly<Record<Names<(typeof en)[K]>, Value>>];
/** Keys that have a singular beside them. */
type Counted = { [K in Key]: `${K}_one` extends Key ? K : never }[Key];

const catalogue: Readonly<Record<Language, Texts>> = { en, "zh-CN": zh };

export const languageChoice = signal<LanguageChoice>("system");
export const language = computed<Language>(() =>
  languageChoice.value === "system" ? spoken(navigator.language) : languageChoice.value,
);

/** How numbers and times are written: the system's habits when it speaks the same language. */
export const locale = computed<string>(() => {
  const system = navigator.language;
  return spoken(system) === language.value && isKnown(system) ? system : language.value;
});

function isKnown(tag: string): boolean {
  return /^(en|zh)\b/i.test(tag);
}

function spoken(tag: string): Language {
  return /^zh\b/i.test(tag) ? "zh-CN" : "en";
}

export function t<K extends Key>(key: K, ...fill: Fill<K, string | number>): string {
  return filled(catalogue[language.value][key], fill[0]);
}

/** The text for a number of things; `{count}` is written as people of the language write numbers. */
export function many<K extends Counted>(
  key: K,
  count: number,
  values: Readonly<Record<string, string | number>> = {},
): string {
  const singular = new Intl.PluralRules(language.value).select(count) === "one";
  const text = catalogue[language.value][singular ? (`${key}_one` as Key) : key];
  return filled(text, { ...values, count: number(count) });
}

/** The text with elements in the places of its names. */
export function rich<K extends Key>(
  key: K,
  pieces: Readonly<Record<Names<(typeof en)[K]>, ComponentChildren>>,
): ComponentChildren[] {
  const found = pieces as Readonly<Record<string, ComponentChildren>>;
  return catalogue[language.value][key]
    .split(/\{(\w+)\}/)
    .map((part, place) => (place % 2 === 1 ? found[part] : part));
}

export function number(value: number): string {
  return new Intl.NumberFormat(locale.value).format(value);
}

/** A big number in few letters, such as 1.2M. */
export function brief(value: number): string {
  const format = { notation: "compact", maximumFractionDigits: 1 } as const;
  return new Intl.NumberFormat(locale.value, format).format(value);
}

function filled(text: string, values: Readonly<Record<string, string | number>> = {}): string {
  return text.replaceAll(/\{(\w+)\}/g, (all, name: string) => String(values[name] ?? all));
}
