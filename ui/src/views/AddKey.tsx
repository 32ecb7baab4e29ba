import { useState } from "preact/hooks";

import type { NewProvider } from "../answers";
import { t } from "../i18n/text";
import { Dialog } from "../parts/Dialog";
import { FormActions } from "../parts/FormActions";
import { Field, Pick } from "../parts/Pick";
import type { Store } from "../store";
import { LONGEST_NAME } from "./AddProfile";

const OWNERS = ["openai", "other"] as const;
type Owner = (typeof OWNERS)[number];

/** What is typed of another provider. */
type Typed = { address: string; models: string; fallback: string };

function names(text: string): string[] {
  return text
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
}

function providerOf({ address, models, fallback }: Typed): NewProvider {
  return { base_url: address.trim(), models: names(models), fallback: names(fallback) };
}

/** Takes an API key over. It is masked while it is typed and forgotten when the sheet closes. */
export function AddKey({ store }: { store: Store }) {
  const [name, setName] = useState("");
  const [key, setKey] = useState("");
  const [owner, setOwner] = useState<Owner>("openai");
  const [typed, setTyped] = useState<Typed>({ address: "", models: "", fallback: "" });
  const busy = store.pending.value.has("add key");
  const isOther = owner === "other";
  const isComplete =
    name.trim() !== "" && key.trim() !== "" && (!isOther || typed.address.trim() !== "");
  const close = () => (store.sheet.value = null);
  const submit = async (event: Event) => {
    event.preventDefault();
    const provider = isOther ? providerOf(typed) : null;
    if (await store.act("add key", (daemon) => daemon.addKey(name.trim(), key.trim(), provider)))
      close();
  };
  return (
    <Dialog title={t("key.title")} problem={store.problem.value} onClose={close}>
      <form onSubmit={(event) => void submit(event)}>
        <p class="caution">{t(isOther ? "key.cost_other" : "key.cost")}</p>
        <Field
          label={t("common.name")}
          value={name}
          maxLength={LONGEST_NAME}
          autoFocus
          onInput={setName}
        />
        <Pick
          label={t("key.whose")}
          value={owner}
          choices={OWNERS.map((one) => [one, t(`key.whose.${one}`)] as const)}
          onPick={setOwner}
        />
        {isOther && <OfProvider typed={typed} onType={setTyped} />}
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
          disabled={busy || !isComplete}
          onCancel={close}
        />
      </form>
    </Dialog>
  );
}

/** Where another provider is, and which models it serves. */
function OfProvider({ typed, onType }: { typed: Typed; onType: (typed: Typed) => void }) {
  return (
    <>
      <Field
        label={t("key.address")}
        value={typed.address}
        placeholder="https://api.example.com/v1"
        hint={t("key.address_text")}
        code
        onInput={(address) => onType({ ...typed, address })}
      />
      <Field
        label={t("key.models")}
        value={typed.models}
        hint={t("key.models_text")}
        code
        onInput={(models) => onType({ ...typed, models })}
      />
      <Field
        label={t("key.fallback")}
        value={typed.fallback}
        hint={t("key.fallback_text")}
        code
        onInput={(fallback) => onType({ ...typed, fallback })}
      />
    </>
  );
}
