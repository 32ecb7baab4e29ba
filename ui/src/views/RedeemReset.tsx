import { useEffect, useState } from "preact/hooks";

import type { RedeemQuestion } from "../generated/types";
import { t } from "../i18n/text";
import type { Profile } from "../model";
import { Dialog } from "../parts/Dialog";
import type { Store } from "../store";

type Props = { store: Store; profile: Profile };

/** What using a banked reset does and costs, and then what came of it. One decision, one request. */
export function RedeemReset({ store, profile }: Props) {
  const [question, setQuestion] = useState<RedeemQuestion | null>(null);
  const [sent, setSent] = useState(false);
  const [result, setResult] = useState<string | null>(null);
  const close = () => (store.sheet.value = null);
  const busy = store.pending.value.has("redeem");
  useEffect(() => {
    void store.ask("redeem", (daemon) => daemon.redeemQuestion(profile.id)).then(setQuestion);
  }, [profile.id]);
  const redeem = async () => {
    if (!question || sent) return;
    // Asked for once: what cannot be told from here is told by Activity.
    setSent(true);
    setResult(await store.ask("redeem", (daemon) => daemon.redeem(question.decision)));
  };
  return (
    <Dialog
      title={t("redeem.title", { name: profile.name })}
      problem={store.problem.value}
      onClose={close}
    >
      <div aria-live="polite">
        {busy && <p class="muted">{t(sent ? "redeem.busy" : "redeem.looking")}</p>}
        {!sent && question && <p>{question.text}</p>}
        {!sent &&
          question?.notes.map((note) => (
            <p class="muted" key={note}>
              {note}
            </p>
          ))}
        {result && <p>{result}</p>}
      </div>
      <p class="actions end">
        <button type="button" autoFocus onClick={close}>
          {t(question && !sent ? "common.cancel" : "common.close")}
        </button>
        {question && !sent && (
          <button type="button" class="danger" onClick={() => void redeem()}>
            {t("redeem.do")}
          </button>
        )}
      </p>
    </Dialog>
  );
}
