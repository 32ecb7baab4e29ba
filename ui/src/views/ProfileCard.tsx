import { many, t } from "../i18n/text";
import type { Profile } from "../model";
import { owner } from "../names";
import { Menu } from "../parts/Menu";
import { Meter } from "../parts/Meter";
import type { Store } from "../store";
import { choicesFor } from "./choices";
import { spoken } from "./spoken";
import { Tags } from "./Tags";

type Props = { store: Store; profile: Profile };

/** The profile that serves now, with all its windows. */
export function ProfileCard({ store, profile }: Props) {
  const { name, windows, in_flight, kind, summary, credits, resets } = profile;
  return (
    <li class="card" aria-label={spoken(profile)}>
      <div class="card-head">
        <div class="who">
          <div class="name-line">
            <h3>{name}</h3>
            <Tags profile={profile} />
          </div>
          <p class="muted">{owner(profile)}</p>
        </div>
        {in_flight > 0 && (
          <p class="live">
            <span class="pulse" aria-hidden="true" />
            {many("profiles.requests", in_flight)}
          </p>
        )}
        <Menu name={t("profiles.actions", { name })} choices={choicesFor(store, profile)} />
      </div>
      {windows.map((window) => (
        <Meter key={window.minutes} of={name} window={window} now={store.now.value} />
      ))}
      {windows.length === 0 && (
        <p class="muted">{kind !== "chatgpt" ? t("profiles.by_use") : summary}</p>
      )}
      {resets && (
        <p class="muted">
          {resets.text}{" "}
          {resets.count > 0 && resets.state === "idle" && (
            <button
              type="button"
              class="link"
              onClick={() => (store.sheet.value = { kind: "redeem", profile })}
            >
              {t("redeem.open")}
            </button>
          )}
        </p>
      )}
      {credits && <p class="muted">{credits.text}</p>}
    </li>
  );
}
