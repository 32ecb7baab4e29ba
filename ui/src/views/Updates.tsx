import { useState } from "preact/hooks";

import { t } from "../i18n/text";
import type { Snapshot } from "../model";
import type { GroupProps } from "./props";

const OFF = "off";

/** Where Rotunda asks for newer versions, and what it knows. An address is saved when its field is left. */
export function Updates({
  store,
  settings: { updates_address },
  update,
}: GroupProps & { update: Snapshot["update"] }) {
  const saved = updates_address === OFF ? "" : updates_address;
  const [draft, setDraft] = useState<string | null>(null);
  const save = async () => {
    const wanted = draft?.trim() ?? saved;
    if (wanted !== saved) await store.set({ updates_address: wanted || OFF });
    setDraft(null);
  };
  return (
    <section class="section panel">
      <h2>{t("updates.title")}</h2>
      {update && <p class="banner">{update.text}</p>}
      <label class="field">
        <span>{t("updates.address")}</span>
        <input
          class="code"
          placeholder={OFF}
          value={draft ?? saved}
          spellcheck={false}
          onInput={(event) => setDraft(event.currentTarget.value)}
          onBlur={() => void save()}
          onKeyDown={(event) => event.key === "Enter" && void save()}
        />
      </label>
      <p class="muted under">{t("updates.text")}</p>
    </section>
  );
}
