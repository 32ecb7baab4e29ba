import { useEffect, useState } from "preact/hooks";

export type Answer<T> =
  { state: "asked" } | { state: "there"; value: T } | { state: "refused"; why: string };

/** Asks once when the view opens, and again when what it depends on changes. A late answer of an old question is dropped. */
export function useAnswer<T>(ask: () => Promise<T>, depends: readonly unknown[] = []): Answer<T> {
  const [answer, setAnswer] = useState<Answer<T>>({ state: "asked" });
  useEffect(() => {
    let wanted = true;
    const set = (next: Answer<T>) => wanted && setAnswer(next);
    ask().then(
      (value) => set({ state: "there", value }),
      (error: unknown) =>
        set({ state: "refused", why: error instanceof Error ? error.message : String(error) }),
    );
    return () => {
      wanted = false;
    };
  }, depends);
  return answer;
}
