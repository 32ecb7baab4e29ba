import { useState } from "preact/hooks";

import type { Backend } from "../backend";
import { t } from "../i18n/text";
import type { Snapshot, Vault } from "../model";
import { Dialog } from "../parts/Dialog";
import type { Store } from "../store";

type Props = { store: Store; snapshot: Snapshot };

const SETTINGS_FILE = "~/rotunda-settings.toml";
const BUNDLE_FILE = "~/rotunda-diagnostics.tar.gz";

/** Where sign-ins rest, and what can be taken out without them. */
export function Storage({ store, snapshot: { vault } }: Props) {
  return (
    <section class="section panel">
      <h2>{t("settings.storage")}</h2>
      {vault && <Where store={store} vault={vault} />}
      {store.offers("export_settings") && <SettingsFile store={store} />}
      {store.offers("bundle") && <Diagnostics store={store} />}
    </section>
  );
}

function SettingsFile({ store }: { store: Store }) {
  return (
    <FileForm
      label={t("settings.file")}
      start={SETTINGS_FILE}
      text={t("settings.export_text")}
      store={store}
      actions={[
        {
          label: t("settings.export"),
          run: async (daemon, path) => {
            await daemon.exportSettings(path);
            return t("settings.exported", { path });
          },
        },
        {
          label: t("settings.import"),
          run: async (daemon, path) => {
            await daemon.importSettings(path);
            return t("settings.imported", { path });
          },
          after: () => void store.reload(),
        },
      ]}
    />
  );
}

function Diagnostics({ store }: { store: Store }) {
  return (
    <FileForm
      label={t("settings.diagnostics")}
      start={BUNDLE_FILE}
      text={t("settings.diagnostics_text")}
      store={store}
      actions={[
        {
          label: t("settings.diagnostics_do"),
          run: async (daemon, path) =>
            t("settings.diagnostics_done", { path: await daemon.bundle(path) }),
        },
      ]}
    />
  );
}

function Where({ store, vault }: { store: Store; vault: Vault }) {
  const [asking, setAsking] = useState(false);
  const to = vault.kind === "keychain" ? "file" : "keychain";
  const move = async () => {
    if (await store.act("move vault", (daemon) => daemon.moveVault(to))) setAsking(false);
  };
  return (
    <>
      <p class={vault.kind === "file" ? "caution" : undefined}>
        {t(vault.kind === "file" ? "settings.in_file" : "settings.in_keychain")}
      </p>
      {store.offers("move_vault") && (
        <p class="actions">
          <button type="button" onClick={() => setAsking(true)}>
            {t(`settings.to_${to}`)}
          </button>
        </p>
      )}
      {asking && (
        <Dialog
          title={t(`settings.move_title_${to}`)}
          problem={store.problem.value}
          onClose={() => setAsking(false)}
        >
          <p>{t(`settings.move_text_${to}`)}</p>
          <p class="actions end">
            <button type="button" autoFocus onClick={() => setAsking(false)}>
              {t("common.cancel")}
            </button>
            <button
              type="button"
              class="primary"
              disabled={store.pending.value.has("move vault")}
              onClick={() => void move()}
            >
              {t("settings.move_do")}
            </button>
          </p>
        </Dialog>
      )}
    </>
  );
}

type FileAction = {
  label: string;
  /** Answers with the sentence to show. */
  run: (daemon: Backend, path: string) => Promise<string>;
  after?: () => void;
};

type FormProps = {
  label: string;
  start: string;
  text: string;
  store: Store;
  actions: readonly FileAction[];
};

/** A path, and what can be done with the file there. */
function FileForm({ label, start, text, store, actions }: FormProps) {
  const [path, setPath] = useState(start);
  const [done, setDone] = useState<string | null>(null);
  const run = async (action: FileAction) => {
    setDone(null);
    const message = await store.ask(action.label, (daemon) => action.run(daemon, path.trim()));
    if (message === null) return;
    setDone(message);
    action.after?.();
  };
  return (
    <div class="file-form">
      <label class="field">
        <span>{label}</span>
        <input
          class="code"
          value={path}
          spellcheck={false}
          onInput={(event) => setPath(event.currentTarget.value)}
        />
      </label>
      <p class="actions">
        {actions.map((action) => (
          <button
            key={action.label}
            type="button"
            disabled={path.trim() === "" || store.pending.value.has(action.label)}
            onClick={() => void run(action)}
          >
            {action.label}
          </button>
        ))}
      </p>
      <p class="muted" role="status">
        {done ?? text}
      </p>
    </div>
  );
}
