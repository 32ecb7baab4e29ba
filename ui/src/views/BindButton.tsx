import { useId } from "preact/hooks";

import { t } from "../i18n/text";
import type { Store } from "../store";

type Props = { store: Store; label: string; disabledBecause?: string };

/** Binds Codex; when it cannot yet, says what it waits for. */
export function BindButton({ store, label, disabledBecause }: Props) {
  const why = useId();
  const busy = store.pending.value.has("bind");
  return (
    <p class="actions">
      <button
        type="button"
        class="primary"
        disabled={busy || disabledBecause !== undefined}
        aria-describedby={disabledBecause ? why : undefined}
        onClick={() => void store.act("bind", (daemon) => daemon.bind())}
      >
        {busy ? t("codex.binding") : label}
      </button>
      {disabledBecause && (
        <span id={why} class="muted">
          {disabledBecause}
        </span>
      )}
    </p>
  );
}

/** Gives Codex its own sign-in back. */
export function UnbindButton({ store }: { store: Store }) {
  const busy = store.pending.value.has("unbind");
  return (
    <p class="actions">
      <button
        type="button"
        disabled={busy}
        onClick={() => void store.act("unbind", (daemon) => daemon.unbind())}
      >
        {busy ? t("codex.unbinding") : t("codex.unbind")}
      </button>
    </p>
  );
}
