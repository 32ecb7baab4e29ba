import { useState } from "preact/hooks";

import { t } from "../i18n/text";
import { Dialog } from "../parts/Dialog";
import { Field } from "../parts/Pick";
import type { Store } from "../store";

export const LONGEST_NAME = 40;

/** The ways to a new profile, the best one first. */
export function AddProfile({ store }: { store: Store }) {
  const [name, setName] = useState("");
  const given = name.trim() || null;
  const close = () => (store.sheet.value = null);
  return (
    <Dialog title={t("add.title")} problem={store.problem.value} onClose={close}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (store.offers("sign_in")) void store.signIn("browser", null, given);
        }}
      >
        <Field
          label={t("common.name_optional")}
          value={name}
          maxLength={LONGEST_NAME}
          autoFocus
          onInput={setName}
        />
        {store.offers("sign_in") && <SignInWays store={store} name={given} />}
        <p class="actions other-ways">
          <button
            type="button"
            class="link"
            onClick={() => (store.sheet.value = { kind: "import" })}
          >
            {t("add.import")}
          </button>
          {store.offers("add_key") && (
            <button
              type="button"
              class="link"
              onClick={() => (store.sheet.value = { kind: "key" })}
            >
              {t("add.key")}
            </button>
          )}
          <button type="button" class="to-end" onClick={close}>
            {t("common.cancel")}
          </button>
        </p>
      </form>
    </Dialog>
  );
}

function SignInWays({ store, name }: { store: Store; name: string | null }) {
  const busy = store.pending.value.has("sign in");
  return (
    <>
      <div class="ways">
        <button type="submit" class="primary" disabled={busy}>
          {t("add.sign_in")}
        </button>
        <button
          type="button"
          disabled={busy}
          onClick={() => void store.signIn("device", null, name)}
        >
          {t("add.code")}
        </button>
      </div>
      <p class="muted">{t("add.hint")}</p>
    </>
  );
}
