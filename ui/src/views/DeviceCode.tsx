import { useEffect, useState } from "preact/hooks";

import { t } from "../i18n/text";
import type { SignIn } from "../model";
import { CopyButton } from "../parts/CopyButton";
import type { Store } from "../store";
import { countdown } from "../time";

type Props = { store: Store; signIn: SignIn; onCancel: () => void };

const MS_PER_SECOND = 1000;

/** A code to type in any browser, on this computer or another. */
export function DeviceCode({ store, signIn, onCancel }: Props) {
  const { code, url, expires_at, message } = signIn;
  return (
    <div class="step">
      <p>{message ?? t("signin.code_text")}</p>
      {url && <p class="address">{url}</p>}
      {code && (
        <output class="code-block" aria-label={t("signin.code")}>
          {code}
        </output>
      )}
      {expires_at !== null && <Countdown until={expires_at} />}
      <p class="actions">
        <button
          type="button"
          class="primary"
          onClick={() => void store.act("sign in open", (daemon) => daemon.signInOpen())}
        >
          {t("signin.code_open")}
        </button>
        {code && <CopyButton text={code} />}
        <button type="button" class="to-end" onClick={onCancel}>
          {t("common.cancel")}
        </button>
      </p>
    </div>
  );
}

/** Ticks for the eye; a screen reader hears it only when it asks. */
function Countdown({ until }: { until: number }) {
  const [now, setNow] = useState(Date.now() / MS_PER_SECOND);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now() / MS_PER_SECOND), MS_PER_SECOND);
    return () => clearInterval(timer);
  }, []);
  const remaining = until - now;
  return (
    <p class="muted" role="timer">
      {remaining > 0 ? t("signin.expires", { time: countdown(remaining) }) : t("signin.expired")}
    </p>
  );
}
