import { useState } from "preact/hooks";

import { t } from "../i18n/text";
import { Dialog } from "../parts/Dialog";
import { FormActions } from "../parts/FormActions";
import { Field } from "../parts/Pick";
import type { Store } from "../store";
import { LONGEST_NAME } from "./AddProfile";

/** Takes an API key over. It is masked while it is typed and forgotten when the sheet closes. */
export function AddKey({ store }: { store: Store }) {
  const [name, setName] = useState("");
  const [key, setKey] = useState("");
  const busy = store.pending.value.has("add key");
  const close = () => (store.sheet.value = null);
  const submit = async (event: Event) => {
    event.preventDefault();
    if (await store.act("add key", (daemon) => daemon.addKey(name.trim(), key.trim()))) close();
  };
  return (
    <Dialog title={t("key.title")} problem={store.problem.value} onClose={close}>
      <form onSubmit={(event) => void submit(event)}>
        <p class="caution">{t("key.cost")}</p>
        <Field
          label={t("common.name")}
          value={name}
          maxLength={LONGEST_NAME}
          autoFocus
          onInput={setName}
        />
        <Field
          label={t("key.key")}
          type="password"
          value={key}
          hint={t("key.check")}
          code
          onInput={setKey}
        />
        <FormActions
          label={busy ? t("key.busy") : t("key.do")}
          disabled={busy || name.trim() === "" || key.trim() === ""}
          onCancel={close}
        />
      </form>
    </Dialog>
  );
}
