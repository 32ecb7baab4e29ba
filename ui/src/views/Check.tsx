import { useState } from "preact/hooks";

import type { CheckLine } from "../answers";
import { t } from "../i18n/text";
import { Fold } from "../parts/Fold";
import { Mark, type Sign } from "../parts/icons";
import type { Store } from "../store";

const SIGNS: Readonly<Record<CheckLine["state"], Sign>> = { ok: "good", warn: "warn", fail: "bad" };

/** Everything between Codex and OpenAI, looked at on demand. */
export function Check({ store }: { store: Store }) {
  const [lines, setLines] = useState<readonly CheckLine[] | null>(null);
  const busy = store.pending.value.has("check");
  const run = async () => {
    const found = await store.ask("check", (daemon) => daemon.check());
    if (found) setLines(found.lines);
  };
  return (
    <section class="section panel">
      <div class="section-head">
        <div>
          <h2>{t("check.title")}</h2>
          {lines === null && <p class="muted">{t("check.text")}</p>}
        </div>
        <button type="button" disabled={busy} onClick={() => void run()}>
          {busy ? t("check.busy") : t("check.do")}
        </button>
      </div>
      <ul class="checks" aria-live="polite">
        {lines?.map((line) => (
          <Line key={line.id} line={line} />
        ))}
      </ul>
    </section>
  );
}

function Line({ line: { state, text, fix } }: { line: CheckLine }) {
  return (
    <li class="verdict">
      <Mark sign={SIGNS[state]} />
      <div>
        <p>
          <span class="visually-hidden">{t(`check.${state}`)}: </span>
          {text}
        </p>
        {fix && (
          <Fold label={t("check.fix")} of={text}>
            {() => <p class="fix">{fix}</p>}
          </Fold>
        )}
      </div>
    </li>
  );
}
