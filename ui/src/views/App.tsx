import { outlook, type Snapshot } from "../model";
import { Hall } from "../parts/Hall";
import { Notice } from "../parts/Notice";
import { TABS, type Store, type Tab } from "../store";
import { clockTime } from "../time";
import { Activity } from "./Activity";
import { AddProfile } from "./AddProfile";
import { BindButton } from "./BindButton";
import { Codex } from "./Codex";
import { FirstRun } from "./FirstRun";
import { Profiles } from "./Profiles";
import { Settings } from "./Settings";

const TITLES: Readonly<Record<Tab, string>> = {
  profiles: "Profiles",
  activity: "Activity",
  codex: "Codex",
  settings: "Settings",
};

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
        <div id="panel" role="tabpanel" aria-labelledby={`tab-${store.tab.value}`} tabIndex={-1}>
          <Panel store={store} snapshot={snapshot} />
        </div>
      </main>
      {store.adding.value && <AddProfile store={store} snapshot={snapshot} />}
    </div>
  );
}

/** Nothing is shown before the first snapshot but the reason why none came. */
function Starting({ problem }: { problem: string | null }) {
  return <p class="starting">{problem ?? ""}</p>;
}

function Header({ store, snapshot }: { store: Store; snapshot: Snapshot }) {
  const { profiles, headline, demo, binding } = snapshot;
  const now = store.now.value;
  // The one step that is missing stands beside the sentence that says so.
  const offersBind =
    binding.state === "unbound" && profiles.length > 0 && store.tab.value !== "codex";
  return (
    <header class="header">
      <Hall profiles={profiles} turning={profiles.some((one) => one.in_use && one.in_flight > 0)} />
      <div class="header-text">
        <h1 aria-live="polite">{headline}</h1>
        {profiles.length > 0 && <p>{outlook(snapshot, (at) => clockTime(at, now))}</p>}
      </div>
      {demo && <span class="badge">Demo</span>}
      {offersBind && <BindButton store={store} label="Bind Codex" />}
    </header>
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
      aria-label="Sections"
      onKeyDown={({ key }) => {
        if (key === "ArrowRight") move(1);
        if (key === "ArrowLeft") move(-1);
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
          {TITLES[tab]}
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
      return <Activity activity={snapshot.activity} now={store.now.value} />;
    case "codex":
      return <Codex store={store} snapshot={snapshot} />;
    case "settings":
      return <Settings store={store} />;
  }
}
