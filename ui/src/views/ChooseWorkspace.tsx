import { useState } from "preact/hooks";

import { t } from "../i18n/text";
import type { SignIn } from "../model";
import { FormActions } from "../parts/FormActions";
import type { Store } from "../store";

type Props = { store: Store; signIn: SignIn; onCancel: () => void };

/** The account has several workspaces; each can be a profile. */
export function ChooseWorkspace({ store, signIn, onCancel }: Props) {
  const [chosen, setChosen] = useState(signIn.workspaces[0]?.id ?? "");
  return (
    <form
      class="step"
      onSubmit={(event) => {
        event.preventDefault();
        void store.act("choose", (daemon) => daemon.signInChoose(chosen));
      }}
    >
      <fieldset>
        <legend>{t("signin.choose")}</legend>
        <p class="muted">{signIn.message ?? t("signin.choose_text")}</p>
        {signIn.workspaces.map(({ id, label }) => (
          <label key={id} class="choice">
            <input
              type="radio"
              name="workspace"
              value={id}
              checked={id === chosen}
              onChange={() => setChosen(id)}
            />
            <span>{label}</span>
          </label>
        ))}
      </fieldset>
      <FormActions
        label={t("signin.choose_do")}
        disabled={chosen === "" || store.pending.value.has("choose")}
        onCancel={onCancel}
      />
    </form>
  );
}
