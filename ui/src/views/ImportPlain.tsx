import { useState } from "preact/hooks";

import { t } from "../i18n/text";
import { Field } from "../parts/Pick";
import type { Store } from "../store";
import { LONGEST_NAME } from "./AddProfile";

type Props = { store: Store; onDone: () => void };

/** One sign-in from one place, without a look at it before: for a daemon that cannot show what it would take. */
export function ImportPlain({ store, onDone }: Props) {
  const file = store.snapshot.value?.binding.config_file ?? "";
  const [path, setPath] = useState(file.replace(/[\\/]config\.toml$/, ""));
  const [name, setName] = useState("");
  const busy = store.pending.value.has("import");
  const submit = async (event: Event) => {
    event.preventDefault();
    const wanted = name.trim() || null;
    if (await store.act("import", (daemon) => daemon.importFrom(path.trim(), wanted))) onDone();
  };
  return (
    <form onSubmit={(event) => void submit(event)}>
      <Field label={t("import.path_plain")} value={path} code autoFocus onInput={setPath} />
      <Field
        label={t("common.name_optional")}
        value={name}
        maxLength={LONGEST_NAME}
        onInput={setName}
      />
      <p class="caution">{t("import.warning")}</p>
      <p class="actions end">
        {store.offers("sign_in") && (
          <button type="button" class="primary" onClick={() => void store.signIn("browser")}>
            {t("import.recommended")}
          </button>
        )}
        <button type="submit" disabled={busy || path.trim() === ""}>
          {busy ? t("import.busy") : t("first.add_this")}
        </button>
        <button type="button" onClick={onDone}>
          {t("common.cancel")}
        </button>
      </p>
    </form>
  );
}
