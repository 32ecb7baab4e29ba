import { t } from "../i18n/text";
import type { Binding, Router, Snapshot } from "../model";
import { Mark } from "../parts/icons";
import type { Store } from "../store";
import { clockTime } from "../time";
import { BindButton, UnbindButton } from "./BindButton";
import { Check } from "./Check";
import { ConfigFile } from "./ConfigFile";
import { TestTurnPanel } from "./TestTurn";

type Props = { store: Store; snapshot: Snapshot };

/** The binding as config.toml itself says, the router it points to, and ways to try both. */
export function Codex({ store, snapshot }: Props) {
  const { binding, router, profiles } = snapshot;
  return (
    <>
      <section class="section panel">
        <div class="state" data-state={binding.state}>
          <Mark sign={binding.state === "bound" ? "good" : "warn"} />
          <div>
            <h2>{t(`codex.${binding.state}`)}</h2>
            <Meaning binding={binding} now={store.now.value} />
          </div>
        </div>
        <BindingActions store={store} binding={binding} hasProfiles={profiles.length > 0} />
        <ConfigFile store={store} binding={binding} />
      </section>
      <section class="section panel">
        <div class="state" data-state={router.state}>
          <Mark sign={router.state === "running" ? "good" : "bad"} />
          <div>
            <h2>{routerTitle(router)}</h2>
            <p>{routerText(router, store.now.value)}</p>
          </div>
        </div>
      </section>
      <Check store={store} />
      {profiles.length > 0 && store.offers("test_turn") && (
        <TestTurnPanel store={store} turn={snapshot.test_turn ?? null} profiles={profiles} />
      )}
    </>
  );
}

/** What the daemon says of the state comes first; it knows the line, the address and the reason. */
function Meaning({ binding, now }: { binding: Binding; now: number }) {
  const { state, message, since, second_line } = binding;
  if (state !== "bound") return <p>{message ?? t(`codex.${state}_means`)}</p>;
  const means =
    typeof since === "number"
      ? t("codex.bound_means_since", { time: clockTime(since, now) })
      : t("codex.bound_means");
  return (
    <>
      <p>{means}</p>
      {message && <p class="caution">{message}</p>}
      {second_line.stands && <p>{second_line.message}</p>}
    </>
  );
}

function routerTitle({ state, port }: Router): string {
  if (state === "port_taken") return t("codex.router_port_taken", { port });
  return t(state === "running" ? "codex.router_running" : "codex.router_stopped");
}

function routerText({ state, port, since, message }: Router, now: number): string {
  if (message) return message;
  switch (state) {
    case "running":
      if (since === null) return t("codex.router_where", { port });
      return t("codex.router_where_since", { port, time: clockTime(since, now) });
    case "stopped":
      return t("codex.router_unreachable");
    case "port_taken":
      return t("codex.router_other", { port });
  }
}

type ActionsProps = { store: Store; binding: Binding; hasProfiles: boolean };

function BindingActions({ store, binding, hasProfiles }: ActionsProps) {
  switch (binding.state) {
    case "bound":
      return <UnbindButton store={store} />;
    case "bound_stale":
      return (
        <div class="pair">
          <BindButton store={store} label={t("codex.bind_again")} />
          <UnbindButton store={store} />
        </div>
      );
    case "unbound":
      // Bound without a profile, Codex could only be refused.
      if (!hasProfiles)
        return (
          <BindButton
            store={store}
            label={t("codex.bind")}
            disabledBecause={t("codex.needs_profile")}
          />
        );
      if (binding.provider) return <Consent store={store} provider={binding.provider} />;
      return <BindButton store={store} label={t("codex.bind")} />;
    case "foreign":
      return (
        <div class="pair">
          <BindButton store={store} label={t("codex.bind_again")} />
          <button
            type="button"
            onClick={() => void store.act("leave", (daemon) => daemon.leaveBinding())}
          >
            {t("codex.leave")}
          </button>
        </div>
      );
    case "unreadable":
      return null;
  }
}

/** Another provider is in use: it is switched only by who reads this and agrees. */
function Consent({ store, provider }: { store: Store; provider: string }) {
  return (
    <div class="consent">
      <h3>{t("codex.provider", { provider })}</h3>
      <p>{t("codex.provider_text", { provider })}</p>
      <p class="actions">
        <button
          type="button"
          class="primary"
          disabled={store.pending.value.has("bind")}
          onClick={() => void store.act("bind", (daemon) => daemon.bindSwitch())}
        >
          {t("codex.provider_do")}
        </button>
      </p>
    </div>
  );
}
