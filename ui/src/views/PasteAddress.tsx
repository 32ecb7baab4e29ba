import { useEffect, useState } from "preact/hooks";

import { t } from "../i18n/text";
import { Field } from "../parts/Pick";
import type { Store } from "../store";

/** Most browsers are back by then; only who waits longer needs the other way. */
const MS_BEFORE_PASTE = 20_000;

/** For browsers that cannot come back by themselves: on another computer, or behind a strict policy. */
export function PasteAddress({ store }: { store: Store }) {
  const [late, setLate] = useState(false);
  const [address, setAddress] = useState("");
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), MS_BEFORE_PASTE);
    return () => clearTimeout(timer);
  }, []);
  if (!late) return null;
  return (
    <form
      class="paste"
      onSubmit={(event) => {
        event.preventDefault();
        void store.act("paste", (daemon) => daemon.signInPaste(address.trim()));
      }}
    >
      <Field label={t("signin.paste")} value={address} code onInput={setAddress} />
      <p class="actions end">
        <button type="submit" disabled={address.trim() === "" || store.pending.value.has("paste")}>
          {t("signin.paste_do")}
        </button>
      </p>
    </form>
  );
}
