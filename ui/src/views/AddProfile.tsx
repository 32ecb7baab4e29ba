import { useState } from "preact/hooks";

import { t } from "../i18n/text";
import { Dialog } from "../parts/Dialog";
import { Field } from "../parts/Pick";
import type { Store } from "../store";

export const LONGEST_NAME = 40;

/** The ways to a new profile, the best one first. */
export function AddProfile({ store }: { store: Store }) {
  const [name, setName] = useState("");
  const busy = store.pending.value.has("sign in");
  const given = name.trim() || null;
  const close = () => (store.sheet.value = null);
  return (
    <Dialog title={t("add.title")} problem={store.problem.value} onClose={close}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void store.signIn("browser", null, given);
        }}
      >
        <Field
          label={t("common.name_optional")}
          value={name}
          maxLength={LONGEST_NAME}
          autoFocus
          onInput={setName}
        />
        <div class="ways">
          <button type="submit" class="primary" disabled={busy}>
            {t("add.sign_in")}
          </button>
          <button
            type="button"
            disabled={busy}
            onClick={() => void store.signIn("device", null, given)}
          >
            {t("add.code")}
          </button>
        </div>
        <p class="muted">{t("add.hint")}</p>
        <p class="actions other-ways">
          <button
            type="button"
            class="link"
            onClick={() => (store.sheet.value = { kind: "import" })}
          >
            {t("add.import")}
          </button>
          <button type="button" class="link" onClick={() => (store.sheet.value = { kind: "key" })}>
            {t("add.key")}
          </button>
          <button type="button" class="to-end" onClick={close}>
            {t("common.cancel")}
          </button>
        </p>
      </form>
    </Dialog>
  );
}
