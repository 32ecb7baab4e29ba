/** The page's language and theme follow the settings, and the system where the settings say so. */
import { effect } from "@preact/signals";

import { language } from "./i18n/text";
import type { Store } from "./store";

export function followLooks(store: Store): () => void {
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const paint = () => {
    const wanted = store.settings.value?.theme ?? "system";
    const system = dark.matches ? "dark" : "light";
    root.dataset["theme"] = wanted === "system" ? system : wanted;
  };
  dark.addEventListener("change", paint);
  const stops = [
    effect(paint),
    effect(() => {
      root.lang = language.value;
    }),
  ];
  return () => {
    dark.removeEventListener("change", paint);
    for (const stop of stops) stop();
  };
}
