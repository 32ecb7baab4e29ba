import { useState } from "preact/hooks";

import { t } from "../i18n/text";
import type { Profile } from "../model";
import { Dialog } from "../parts/Dialog";
import { FormActions } from "../parts/FormActions";
import { Field } from "../parts/Pick";
import type { Store } from "../store";
import { LONGEST_NAME } from "./AddProfile";

type Props = { store: Store; profile: Profile };

export function RenameProfile({ store, profile }: Props) {
  const [name, setName] = useState(profile.name);
  const wanted = name.trim();
  const close = () => (store.sheet.value = null);
  const submit = async (event: Event) => {
    event.preventDefault();
    if (await store.act("rename", (daemon) => daemon.rename(profile.id, wanted))) close();
  };
  return (
    <Dialog
      title={t("rename.title", { name: profile.name })}
      problem={store.problem.value}
      onClose={close}
    >
      <form onSubmit={(event) => void submit(event)}>
        <Field
          label={t("common.name")}
          value={name}
          maxLength={LONGEST_NAME}
          autoFocus
          onInput={setName}
        />
        <FormActions
          label={t("rename.do")}
          disabled={wanted === "" || wanted === profile.name}
          onCancel={close}
        />
      </form>
    </Dialog>
  );
}
