import { t } from "../i18n/text";
import type { Snapshot } from "../model";
import { Hall } from "../parts/Hall";
import { RefreshIcon } from "../parts/icons";
import { Notice } from "../parts/Notice";
import { TABS, type Store } from "../store";
import { Activity } from "./Activity";
import { BindButton } from "./BindButton";
import { Codex } from "./Codex";
import { FirstRun } from "./FirstRun";
import { Profiles } from "./Profiles";
import { Settings } from "./Settings";
import { Sheets } from "./Sheets";

type Props = { store: Store };

export function App({ store }: Props) {
  const snapshot = store.snapshot.value;
  const problem = store.problem.value;
  if (snapshot === null) return <Starting problem={problem} />;
  return (
    <div class="app">
      <Header store={store} snapshot={snapshot} />
      <main>
        <Tabs store={store} />
        {problem && <Notice text={problem} onClose={() => (store.problem.value = null)} />}
        <VaultTrouble store={store} snapshot={snapshot} />
        <NotSaved snapshot={snapshot} />
        <div id="panel" role="tabpanel" aria-labelledby={`tab-${store.tab.value}`} tabIndex={-1}>
          <Panel store={store} snapshot={snapshot} />
        </div>
      </main>
      <Sheets store={store} snapshot={snapshot} />
      <p class="visually-hidden" aria-live="polite">
        {store.announcement.value}
      </p>
    </div>
  );
}

/** Nothing is shown before the first snapshot but the reason why none came. */
function Starting({ problem }: { problem: string | null }) {
  return <p class="starting">{problem ?? ""}</p>;
}

function Header({ store, snapshot }: { store: Store; snapshot: Snapshot }) {
  const { profiles, headline, outlook, forecast, update, updated, demo, binding, recording } =
    snapshot;
  // The one step that is missing stands beside the sentence that says so.
  const offersBind =
    binding.state === "unbound" &&
    !binding.provider &&
    profiles.length > 0 &&
    store.tab.value !== "codex";
  return (
    <header class="header">
      <Hall profiles={profiles} turning={profiles.some((one) => one.in_use && one.in_flight > 0)} />
      <div class="header-text">
        <h1 aria-live="polite">{headline}</h1>
        {outlook && <p>{outlook}</p>}
        {update?.version && <p>{update.text}</p>}
        {forecast && (
          <p>
            {forecast.text}{" "}
            <button
              type="button"
              class="link"
              aria-expanded={store.days.value}
              onClick={store.toggleDays}
            >
              {forecast.days_label}
            </button>
          </p>
        )}
      </div>
      {recording && <span class="badge">{t("app.recording", { file: recording })}</span>}
      {demo && <span class="badge">{t("app.demo")}</span>}
      {offersBind && <BindButton store={store} label={t("codex.bind")} />}
      {updated && <span class="updated">{updated}</span>}
      {profiles.length > 0 && <Refresh store={store} />}
    </header>
  );
}

function Refresh({ store }: Props) {
  const busy = store.pending.value.has("refresh");
  return (
    <button
      type="button"
      class="icon"
      aria-label={t("app.refresh")}
      title={t("app.refresh")}
      aria-busy={busy}
      disabled={busy}
      onClick={() => void store.act("refresh", (daemon) => daemon.refreshQuota())}
    >
      <RefreshIcon />
    </button>
  );
}

/** The keychain does not give sign-ins out: that is above every tab, since nothing works without. */
function VaultTrouble({ store, snapshot: { vault } }: Props & { snapshot: Snapshot }) {
  if (!vault || vault.state === "ok") return null;
  const text = vault.message ?? t(`vault.${vault.state}`);
  const busy = store.pending.value.has("refresh");
  return (
    <div class="banner">
      <p>{text}</p>
      {vault.kind === "keychain" && (
        <button
          type="button"
          aria-busy={busy}
          disabled={busy}
          onClick={() => void store.act("refresh", (daemon) => daemon.refreshQuota())}
        >
          {t("vault.ask_again")}
        </button>
      )}
    </div>
  );
}

/** A renewed sign-in that ends with Rotunda: each with what to do. */
function NotSaved({ snapshot: { profiles } }: { snapshot: Snapshot }) {
  const unsaved = profiles.filter((profile) => profile.not_saved !== undefined);
  return (
    <>
      {unsaved.map(({ id, name, not_saved }) => (
        <p class="banner" key={id}>
          {name}: {not_saved}
        </p>
      ))}
    </>
  );
}

function Tabs({ store }: Props) {
  const current = store.tab.value;
  const move = (step: number) => {
    const next = TABS[(TABS.indexOf(current) + step + TABS.length) % TABS.length];
    if (next === undefined) return;
    store.tab.value = next;
    document.getElementById(`tab-${next}`)?.focus();
  };
  return (
    <div
      class="tabs"
      role="tablist"
      aria-label={t("app.sections")}
      onKeyDown={({ key }) => {
        const onward = document.dir === "rtl" ? "ArrowLeft" : "ArrowRight";
        if (key === "ArrowRight" || key === "ArrowLeft") move(key === onward ? 1 : -1);
      }}
    >
      {TABS.map((tab) => (
        <button
          key={tab}
          id={`tab-${tab}`}
          type="button"
          role="tab"
          aria-selected={tab === current}
          aria-controls="panel"
          tabIndex={tab === current ? 0 : -1}
          onClick={() => (store.tab.value = tab)}
        >
          {t(`tab.${tab}`)}
        </button>
      ))}
    </div>
  );
}

function Panel({ store, snapshot }: { store: Store; snapshot: Snapshot }) {
  switch (store.tab.value) {
    case "profiles":
      if (snapshot.profiles.length === 0) return <FirstRun store={store} snapshot={snapshot} />;
      return <Profiles store={store} snapshot={snapshot} />;
    case "activity":
      return <Activity store={store} snapshot={snapshot} />;
    case "codex":
      return <Codex store={store} snapshot={snapshot} />;
    case "settings":
      return <Settings store={store} snapshot={snapshot} />;
  }
}
