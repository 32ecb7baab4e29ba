/** The window's words in the snapshot's language. Reading them in a view makes it follow a change of language. */
import { computed, signal } from "@preact/signals";
import type { ComponentChildren } from "preact";

import type { Language } from "../model";
import { en } from "./en";

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

/** The texts stand in one signal with their language, so that a view never mixes two. */
const spoken = signal<{ language: Language; texts: Texts }>({ language: "en", texts: en });

export const language = computed<Language>(() => spoken.value.language);

/** Speaks this language. English is always there; others are fetched when they are wanted. */
export async function speak(wanted: Language): Promise<void> {
  const texts = wanted === "en" ? en : (await import("./zh")).zh;
  if (wanted !== spoken.value.language) spoken.value = { language: wanted, texts };
}

/** How numbers and times are written: the system's habits when it speaks the same language. */
export const locale = computed<string>(() => {
  const system = navigator.language;
  const isOurs = /^(en|zh)\b/i.test(system) && languageOf(system) === language.value;
  return isOurs ? system : language.value;
});

export function languageOf(tag: string): Language {
  return /^zh\b/i.test(tag) ? "zh-CN" : "en";
}

export function t<K extends Key>(key: K, ...fill: Fill<K, string | number>): string {
  return filled(spoken.value.texts[key], fill[0]);
}

/** The text for a number of things; `{count}` is written as people of the language write numbers. */
export function many<K extends Counted>(
  key: K,
  count: number,
  values: Readonly<Record<string, string | number>> = {},
): string {
  const singular = new Intl.PluralRules(language.value).select(count) === "one";
  const text = spoken.value.texts[singular ? (`${key}_one` as Key) : key];
  return filled(text, { ...values, count: number(count) });
}

/** The text with elements in the places of its names. */
export function rich<K extends Key>(
  key: K,
  pieces: Readonly<Record<Names<(typeof en)[K]>, ComponentChildren>>,
): ComponentChildren[] {
  const found = pieces as Readonly<Record<string, ComponentChildren>>;
  return spoken.value.texts[key]
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
