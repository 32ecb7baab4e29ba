import { many, t } from "../i18n/text";
import { group, type Profile, type Snapshot } from "../model";
import { PlusIcon } from "../parts/icons";
import { later } from "../parts/later";
import type { Store } from "../store";
import { resetTime } from "../time";
import { NextProfiles } from "./NextProfiles";
import { ProfileCard } from "./ProfileCard";
import { ProfileRow } from "./ProfileRow";

const FiveDays = later(() => import("./FiveDays").then((part) => part.FiveDays));

type Props = { store: Store; snapshot: Snapshot };

/** Who serves, who is next, who rests, and who needs the user. */
export function Profiles({ store, snapshot }: Props) {
  const groups = group(snapshot.profiles);
  const row = (profile: Profile) => <ProfileRow key={profile.id} store={store} profile={profile} />;
  return (
    <>
      <Waiting store={store} waiting={snapshot.waiting} />
      <Section title={t("profiles.in_use")} profiles={groups.inUse}>
        {(profile) => <ProfileCard key={profile.id} store={store} profile={profile} />}
      </Section>
      <NextProfiles store={store} all={snapshot.profiles} ready={groups.next} />
      <Section title={t("profiles.resting")} profiles={groups.resting}>
        {row}
      </Section>
      <Section title={t("profiles.needs_you")} profiles={groups.needsYou}>
        {row}
      </Section>
      <Section title={t("profiles.paused")} profiles={groups.paused}>
        {row}
      </Section>
      <div class="foot">
        <button type="button" onClick={() => (store.sheet.value = { kind: "add" })}>
          <PlusIcon />
          {t("profiles.add")}
        </button>
        <Pool snapshot={snapshot} />
      </div>
      {store.days.value && <FiveDays store={store} />}
    </>
  );
}

/** What all plans have left together, when there is more than one to add up. */
function Pool({ snapshot: { profiles, pool_left } }: { snapshot: Snapshot }) {
  if (profiles.length < 2 || pool_left.length === 0) return null;
  const parts = pool_left.map(({ label, left_text }) => {
    const window = t(label === "5h" ? "window.5h_short" : "window.week");
    return t("profiles.pool_part", { window, left: left_text });
  });
  return <p class="muted">{t("profiles.pool", { text: parts.join(" · ") })}</p>;
}

/** What is held for the next reset, and the way to end that. When it goes on is in the line at the top. */
function Waiting({ store, waiting }: { store: Store; waiting: Snapshot["waiting"] }) {
  if (!waiting) return null;
  const { count, until } = waiting;
  const text =
    until === null
      ? many("profiles.waiting", count)
      : many("profiles.waiting_until", count, { time: resetTime(until, store.now.value) });
  return (
    <p class="held actions" role="status">
      <span class="pulse" aria-hidden="true" />
      <span>{text}</span>
      <button
        type="button"
        class="to-end"
        disabled={store.pending.value.has("stop waiting")}
        onClick={() => void store.act("stop waiting", (daemon) => daemon.stopWaiting())}
      >
        {t("profiles.stop_waiting")}
      </button>
    </p>
  );
}

type SectionProps = {
  title: string;
  profiles: readonly Profile[];
  children: (profile: Profile) => preact.JSX.Element;
};

/** A heading and its list; nothing at all when the list is empty. */
function Section({ title, profiles, children }: SectionProps) {
  if (profiles.length === 0) return null;
  return (
    <section class="section">
      <h2>{title}</h2>
      <ul class="list">{profiles.map(children)}</ul>
    </section>
  );
}
