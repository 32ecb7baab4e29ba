import type { Profile } from "../model";
import type { Choice } from "../parts/Menu";
import type { Store } from "../store";
import type { Sheet } from "./Profiles";

/** What can be done with a profile as it stands; nothing that would have no effect. */
export function choicesFor(
  store: Store,
  profile: Profile,
  onSheet: (sheet: Sheet) => void,
): Choice[] {
  const { id, standing, in_use, pinned } = profile;
  const act = (label: string, command: Parameters<Store["act"]>[1]): Choice => ({
    label,
    onChoose: () => void store.act(`${label} ${id}`, command),
  });
  const choices: Choice[] = [];
  if (standing === "ready" && !in_use) choices.push(act("Use now", (daemon) => daemon.use(id)));
  if (pinned) choices.push(act("Stop staying on this profile", (daemon) => daemon.pin(null)));
  else if (standing === "ready")
    choices.push(act("Stay on this profile", (daemon) => daemon.pin(id)));
  if (standing === "paused") choices.push(act("Resume", (daemon) => daemon.pause(id, false)));
  else choices.push(act("Pause", (daemon) => daemon.pause(id, true)));
  choices.push({ label: "Rename…", onChoose: () => onSheet({ kind: "rename", profile }) });
  choices.push({
    label: "Remove…",
    danger: true,
    onChoose: () => onSheet({ kind: "remove", profile }),
  });
  return choices;
}
