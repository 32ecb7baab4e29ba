import type { Binding, Router, Snapshot } from "../model";
import type { Store } from "../store";
import { clockTime } from "../time";
import { BindButton, UnbindButton } from "./BindButton";

type Props = { store: Store; snapshot: Snapshot };

/** The binding as config.toml itself says, and the router it points to. */
export function Codex({ store, snapshot }: Props) {
  const { binding, router } = snapshot;
  const title = BINDING_TITLES[binding.state];
  return (
    <>
      <section class="section panel">
        <div class="state" data-state={binding.state}>
          <StateMark good={binding.state === "bound"} />
          <div>
            <h2>{title}</h2>
            <p>{binding.message ?? BINDING_MEANS[binding.state]}</p>
          </div>
        </div>
        <BindingActions
          store={store}
          state={binding.state}
          hasProfiles={snapshot.profiles.length > 0}
        />
        <ConfigLine binding={binding} />
      </section>
      <section class="section panel">
        <div class="state" data-state={router.state}>
          <StateMark good={router.state === "running"} />
          <div>
            <h2>{ROUTER_TITLES[router.state]}</h2>
            <p>{routerText(router, store.now.value)}</p>
          </div>
        </div>
      </section>
    </>
  );
}

const BINDING_TITLES: Readonly<Record<Binding["state"], string>> = {
  bound: "Bound",
  bound_stale: "Bound to an older address",
  unbound: "Not bound",
  foreign: "Bound to something else",
  unreadable: "config.toml can't be read",
};

const BINDING_MEANS: Readonly<Record<Binding["state"], string>> = {
  bound:
    "New chats use Rotunda. Chats that were open before keep their old connection until you restart Codex.",
  bound_stale:
    "The line in config.toml names another port or key than Rotunda uses now. Bind again to renew it.",
  unbound: "Codex uses its own sign-in.",
  foreign:
    "Codex points to an address that is not Rotunda's. Binding replaces it; Unbind puts it back.",
  unreadable:
    "Rotunda never changes a file it cannot read. Correct it, and the state here changes by itself.",
};

const ROUTER_TITLES: Readonly<Record<Router["state"], string>> = {
  running: "Router running",
  stopped: "Router stopped",
  port_taken: "Can't listen",
};

function routerText({ state, port, since, message }: Router, now: number): string {
  if (message) return message;
  switch (state) {
    case "running": {
      const where = `Listens on 127.0.0.1:${port}, only on this computer`;
      return since === null ? `${where}.` : `${where}, since ${clockTime(since, now)}.`;
    }
    case "stopped":
      return "Codex cannot reach Rotunda.";
    case "port_taken":
      return `Another program uses port ${port}.`;
  }
}

type ActionsProps = { store: Store; state: Binding["state"]; hasProfiles: boolean };

function BindingActions({ store, state, hasProfiles }: ActionsProps) {
  switch (state) {
    case "bound":
      return <UnbindButton store={store} />;
    case "bound_stale":
      return (
        <div class="pair">
          <BindButton store={store} label="Bind again" />
          <UnbindButton store={store} />
        </div>
      );
    case "unbound":
    case "foreign":
      // Bound without a profile, Codex could only be refused.
      if (!hasProfiles)
        return (
          <BindButton store={store} label="Bind Codex" disabledBecause="Add a profile first" />
        );
      return <BindButton store={store} label="Bind Codex" />;
    case "unreadable":
      return null;
  }
}

function ConfigLine({ binding }: { binding: Binding }) {
  const bound = binding.state === "bound" || binding.state === "bound_stale";
  return (
    <figure class="line">
      <figcaption>
        {bound ? "The line in" : "Binding adds one line to"}{" "}
        <code>{binding.codex_home}/config.toml</code>
      </figcaption>
      <pre tabIndex={0} aria-label="The line">
        {binding.line}
      </pre>
    </figure>
  );
}

function StateMark({ good }: { good: boolean }) {
  return (
    <svg class="mark" viewBox="0 0 16 16" aria-hidden="true" data-good={good}>
      <circle cx="8" cy="8" r="7" />
      <path d={good ? "M4.5 8.3 7 10.7 11.5 5.6" : "M8 4v5M8 11.6v.3"} />
    </svg>
  );
}
