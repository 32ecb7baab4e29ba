import { owner, type Profile } from "../model";
import { Menu } from "../parts/Menu";
import { Meter } from "../parts/Meter";
import type { Store } from "../store";
import { choicesFor } from "./choices";
import type { Sheet } from "./Profiles";

type Props = { store: Store; profile: Profile; onSheet: (sheet: Sheet) => void };

/** The profile that serves now, with all its windows. */
export function ProfileCard({ store, profile, onSheet }: Props) {
  const { name, windows, pinned, in_flight, kind, summary } = profile;
  return (
    <li class="card">
      <div class="card-head">
        <div class="who">
          <h3>
            <span class="name">{name}</span>
            {pinned && <span class="tag">Staying here</span>}
          </h3>
          <p class="muted">{owner(profile)}</p>
        </div>
        {in_flight > 0 && <p class="muted">{requests(in_flight)}</p>}
        <Menu name={`Actions for ${name}`} choices={choicesFor(store, profile, onSheet)} />
      </div>
      {windows.map((window) => (
        <Meter key={window.minutes} of={name} window={window} now={store.now.value} />
      ))}
      {windows.length === 0 && (
        <p class="muted">{kind === "api_key" ? "Paid by use; no quota to show." : summary}</p>
      )}
    </li>
  );
}

function requests(count: number): string {
  return count === 1 ? "1 request now" : `${count} requests now`;
}
