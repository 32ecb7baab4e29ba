import { owner, type Profile } from "../model";
import { Menu } from "../parts/Menu";
import { Meter } from "../parts/Meter";
import type { Store } from "../store";
import { choicesFor } from "./choices";
import type { Sheet } from "./Profiles";

type Props = { store: Store; profile: Profile; onSheet: (sheet: Sheet) => void };

/** A profile that does not serve now: who, how much is left, until when. */
export function ProfileRow({ store, profile, onSheet }: Props) {
  const { name, windows, standing, summary, reason, pinned } = profile;
  const meters = standing === "ready" ? windows : [];
  return (
    <li class="row" data-standing={standing}>
      <div class="who">
        <h3>
          <span class="name">{name}</span>
          {pinned && <span class="tag">Staying here</span>}
        </h3>
        <p class="muted">{owner(profile)}</p>
      </div>
      <div class="row-state">
        {meters.map((window) => (
          <Meter key={window.minutes} of={name} window={window} now={store.now.value} compact />
        ))}
        {meters.length === 0 && <p class="row-summary">{summary}</p>}
        {standing !== "ready" && reason && <p class="muted">{reason}</p>}
        {standing === "needs_sign_in" && (
          <p class="muted">Sign in to Codex with this account, then import it again.</p>
        )}
      </div>
      {standing === "needs_sign_in" && (
        <button type="button" onClick={() => (store.adding.value = true)}>
          Import…<span class="visually-hidden"> for {name}</span>
        </button>
      )}
      <Menu name={`Actions for ${name}`} choices={choicesFor(store, profile, onSheet)} />
    </li>
  );
}
