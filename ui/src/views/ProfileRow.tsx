import { t } from "../i18n/text";
import type { Profile } from "../model";
import { owner } from "../names";
import { GripIcon } from "../parts/icons";
import { Menu } from "../parts/Menu";
import { Meter } from "../parts/Meter";
import type { Dragged } from "../parts/useDrag";
import type { Store } from "../store";
import { choicesFor } from "./choices";
import type { OrderPosition } from "./props";
import { spoken } from "./spoken";
import { Tags } from "./Tags";

type Props = {
  store: Store;
  profile: Profile;
  place?: OrderPosition | undefined;
  dragged?: Dragged | undefined;
};

const STEPS: Readonly<Record<string, number>> = { ArrowUp: -1, ArrowDown: 1 };

/** A profile that does not serve now: who, how much is left, until when. */
export function ProfileRow({ store, profile, place, dragged }: Props) {
  const { name, standing, kind } = profile;
  const onKeyDown = (event: KeyboardEvent) => {
    const step = STEPS[event.key];
    if (!place || !event.altKey || step === undefined) return;
    event.preventDefault();
    place.onMove(place.index, place.index + step);
  };
  return (
    <li
      class="row"
      aria-label={spoken(profile)}
      data-standing={standing}
      data-lifted={dragged?.lifted}
      style={dragged?.offset ? { transform: `translateY(${dragged.offset}px)` } : undefined}
      onKeyDown={place ? onKeyDown : undefined}
    >
      {dragged && (
        <span class="grip" aria-hidden="true" onPointerDown={dragged.onGrip}>
          <GripIcon />
        </span>
      )}
      <div class="who">
        <div class="name-line">
          <h3>{name}</h3>
          <Tags profile={profile} />
        </div>
        <p class="muted">{owner(profile)}</p>
      </div>
      <RowState store={store} profile={profile} />
      {standing === "needs_sign_in" && kind === "chatgpt" && store.offers("sign_in") && (
        <button
          type="button"
          class="primary"
          aria-label={t("profiles.sign_in_to", { name })}
          disabled={store.pending.value.has("sign in")}
          onClick={() => void store.signIn("browser", profile.id)}
        >
          {t("profiles.sign_in")}
        </button>
      )}
      <Menu name={t("profiles.actions", { name })} choices={choicesFor(store, profile, place)} />
    </li>
  );
}

function RowState({ store, profile }: { store: Store; profile: Profile }) {
  const { name, windows, standing, summary, reason, credits, resets } = profile;
  const meters = standing === "ready" ? windows : [];
  return (
    <div class="row-state">
      {meters.map((window) => (
        <Meter key={window.minutes} of={name} window={window} now={store.now.value} compact />
      ))}
      {meters.length === 0 && <p class="row-summary">{summary}</p>}
      {reason && <p class="muted">{reason}</p>}
      {resets && <p class="muted">{resets.text}</p>}
      {credits && <p class="muted">{credits.text}</p>}
    </div>
  );
}
