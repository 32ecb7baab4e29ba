import { useState } from "preact/hooks";

import type { ImportItem } from "../answers";
import { rich, t } from "../i18n/text";
import type { Snapshot } from "../model";
import { Dialog } from "../parts/Dialog";
import { Fold } from "../parts/Fold";
import { useAnswer } from "../parts/useAnswer";
import type { Store } from "../store";
import { BindButton } from "./BindButton";
import { whoIs } from "./ImportList";
import { StartAtLogin } from "./StartAtLogin";

type Props = { store: Store; snapshot: Snapshot };

/** The profile list before there is a profile: what this is, and the steps to use it. */
export function FirstRun({ store, snapshot }: Props) {
  const { config_file, state, line } = snapshot.binding;
  return (
    <div class="first-run">
      <h2 class="title">{t("first.title")}</h2>
      <p class="lead">{t("first.lead")}</p>
      <ol class="steps">
        <li>
          <h3>{t("first.add")}</h3>
          {store.offers("import_items") && <Found store={store} />}
          <Ways store={store} />
        </li>
        <li>
          <h3>{t("first.bind")}</h3>
          <p>{rich("first.bind_text", { file: <code>{config_file}</code> })}</p>
          {state === "bound" ? (
            <p>{t("first.bound")}</p>
          ) : (
            <BindButton store={store} label={t("codex.bind")} disabledBecause={t("first.waits")} />
          )}
          <Fold label={t("first.show_line")}>
            {() => (
              <pre class="block" tabIndex={0} aria-label={t("codex.line")}>
                {line}
              </pre>
            )}
          </Fold>
        </li>
        <li>
          <h3>{t("first.keep")}</h3>
          <StartAtLogin store={store} />
        </li>
      </ol>
      <p class="terms">{t("first.terms")}</p>
    </div>
  );
}

/** The ways to a first profile, as far as they are there. */
function Ways({ store }: { store: Store }) {
  const busy = store.pending.value.has("sign in");
  return (
    <p class="actions">
      {store.offers("sign_in") && (
        <>
          <button
            type="button"
            class="primary"
            disabled={busy}
            onClick={() => void store.signIn("browser")}
          >
            {t("add.sign_in")}
          </button>
          <button type="button" class="link" onClick={() => void store.signIn("device")}>
            {t("add.code")}
          </button>
        </>
      )}
      <button type="button" class="link" onClick={() => (store.sheet.value = { kind: "import" })}>
        {t("add.import")}
      </button>
      {store.offers("add_key") && (
        <button type="button" class="link" onClick={() => (store.sheet.value = { kind: "key" })}>
          {t("add.key")}
        </button>
      )}
    </p>
  );
}

/** Sign-ins that are on this computer already. Nothing when there are none. */
function Found({ store }: { store: Store }) {
  const answer = useAnswer(() => store.read((daemon) => daemon.found()));
  const [asked, setAsked] = useState<ImportItem | null>(null);
  const items = answer.state === "there" ? answer.value.filter((one) => one.ok) : [];
  const add = (index: number) =>
    void store.act("import", async (daemon) => {
      const [result] = await daemon.importItems(null, [{ index, name: null }]);
      if (result && !result.ok) throw new Error(result.message ?? t("app.wrong"));
    });
  return (
    <>
      {items.map((item) => (
        <div key={item.index} class="found-card">
          <div class="who">
            <p>
              <b>{t("first.found", { who: whoIs(item.email, item.plan) || item.name })}</b>
            </p>
            <p class="muted">{t("first.from", { source: item.source })}</p>
          </div>
          <button
            type="button"
            disabled={store.pending.value.has("import")}
            onClick={() => (item.message ? setAsked(item) : add(item.index))}
          >
            {t("first.add_this")}
          </button>
        </div>
      ))}
      {asked && (
        <Warning
          store={store}
          text={asked.message ?? t("import.warning")}
          onAnyway={() => add(asked.index)}
          onClose={() => setAsked(null)}
        />
      )}
    </>
  );
}

type WarningProps = { store: Store; text: string; onAnyway: () => void; onClose: () => void };

/** Two holders of one sign-in log each other out; the better way stands first. */
function Warning({ store, text, onAnyway, onClose }: WarningProps) {
  const signIn = () => {
    onClose();
    void store.signIn("browser");
  };
  return (
    <Dialog title={t("import.warn_title")} problem={store.problem.value} onClose={onClose}>
      <p>{text}</p>
      <p class="actions end">
        <button type="button" class="primary" autoFocus onClick={signIn}>
          {t("import.recommended")}
        </button>
        <button
          type="button"
          onClick={() => {
            onAnyway();
            onClose();
          }}
        >
          {t("import.anyway")}
        </button>
        <button type="button" onClick={onClose}>
          {t("common.cancel")}
        </button>
      </p>
    </Dialog>
  );
}
