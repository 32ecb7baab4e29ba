import { useState } from "preact/hooks";

import type { RestorePreview } from "../answers";
import { rich, t } from "../i18n/text";
import type { Binding } from "../model";
import { CopyButton } from "../parts/CopyButton";
import { Dialog } from "../parts/Dialog";
import { Diff } from "../parts/Diff";
import type { Store } from "../store";
import { clockTime } from "../time";

type Props = { store: Store; binding: Binding };

/** The one line, the file it stands in, and the way back to the file as it was. */
export function ConfigFile({ store, binding }: Props) {
  const [preview, setPreview] = useState<RestorePreview | null>(null);
  const { state, config_file, line, backup, backup_at } = binding;
  const bound = state === "bound" || state === "bound_stale";
  const file = <code>{config_file}</code>;
  const loadConfig = async () => {
    const found = await store.ask("restore preview", (daemon) => daemon.restorePreview());
    if (found) setPreview(found);
  };
  const since = typeof backup_at === "number" ? clockTime(backup_at, store.now.value) : null;
  return (
    <figure class="line">
      <figcaption>
        {bound ? rich("codex.line_in", { file }) : rich("codex.line_adds", { file })}
      </figcaption>
      <pre class="block" tabIndex={0} aria-label={t("codex.line")}>
        {line}
      </pre>
      <p class="actions">
        <button
          type="button"
          onClick={() => void store.act("open config", (daemon) => daemon.openConfig())}
        >
          {t("codex.open")}
        </button>
        <CopyButton text={line} name={t("codex.copy_line")} />
        {backup && (
          <span class="backup">
            <span class="muted" title={backup}>
              {since ? t("codex.backup", { time: since }) : t("codex.backup_plain")}
            </span>
            <button
              type="button"
              class="link"
              disabled={store.pending.value.has("restore preview")}
              onClick={() => void loadConfig()}
            >
              {t("codex.restore")}
            </button>
          </span>
        )}
      </p>
      {preview && <RestoreSheet store={store} preview={preview} onClose={() => setPreview(null)} />}
    </figure>
  );
}

type SheetProps = { store: Store; preview: RestorePreview; onClose: () => void };

/** What putting the old file back would take away, line by line, before it is done. */
function RestoreSheet({ store, preview, onClose }: SheetProps) {
  const { diff, text } = preview;
  const restore = async () => {
    if (await store.act("restore", (daemon) => daemon.restore())) onClose();
  };
  return (
    <Dialog title={t("codex.restore_title")} problem={store.problem.value} onClose={onClose}>
      <div class="step">
        <p>{text}</p>
        {diff.trim() !== "" && <Diff text={diff} name={t("codex.restore_diff")} />}
        <p class="actions end">
          <button type="button" autoFocus onClick={onClose}>
            {t("common.cancel")}
          </button>
          <button
            type="button"
            class="danger"
            disabled={diff.trim() === "" || store.pending.value.has("restore")}
            onClick={() => void restore()}
          >
            {t("codex.restore_do")}
          </button>
        </p>
      </div>
    </Dialog>
  );
}
