import { useState } from "preact/hooks";

import { group, type Profile, type Snapshot } from "../model";
import type { Store } from "../store";
import { ProfileCard } from "./ProfileCard";
import { ProfileRow } from "./ProfileRow";
import { RemoveProfile } from "./RemoveProfile";
import { RenameProfile } from "./RenameProfile";

type Props = { store: Store; snapshot: Snapshot };

/** What a profile's own menu can ask the list to open. */
export type Sheet = { kind: "rename" | "remove"; profile: Profile };

export function Profiles({ store, snapshot }: Props) {
  const [sheet, setSheet] = useState<Sheet | null>(null);
  const groups = group(snapshot.profiles);
  const row = (profile: Profile) => (
    <ProfileRow key={profile.id} store={store} profile={profile} onSheet={setSheet} />
  );
  const close = () => setSheet(null);
  return (
    <>
      <Section title="In use" profiles={groups.inUse}>
        {(profile) => (
          <ProfileCard key={profile.id} store={store} profile={profile} onSheet={setSheet} />
        )}
      </Section>
      <Section title="Next, in this order" profiles={groups.next} ordered>
        {row}
      </Section>
      <Section title="Resting" profiles={groups.resting}>
        {row}
      </Section>
      <Section title="Needs you" profiles={groups.needsYou}>
        {row}
      </Section>
      <Section title="Paused" profiles={groups.paused}>
        {row}
      </Section>
      <p class="actions">
        <button type="button" onClick={() => (store.adding.value = true)}>
          Add profile…
        </button>
      </p>
      {sheet?.kind === "rename" && (
        <RenameProfile store={store} profile={sheet.profile} onClose={close} />
      )}
      {sheet?.kind === "remove" && (
        <RemoveProfile store={store} profile={sheet.profile} onClose={close} />
      )}
    </>
  );
}

type SectionProps = {
  title: string;
  profiles: readonly Profile[];
  ordered?: boolean;
  children: (profile: Profile) => preact.JSX.Element;
};

/** A heading and its list; nothing at all when the list is empty. */
function Section({ title, profiles, ordered = false, children }: SectionProps) {
  if (profiles.length === 0) return null;
  const List = ordered ? "ol" : "ul";
  return (
    <section class="section">
      <h2>{title}</h2>
      <List class="list">{profiles.map(children)}</List>
    </section>
  );
}
