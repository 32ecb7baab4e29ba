import type { Backend } from "../backend";
import { t } from "../i18n/text";
import type { Profile } from "../model";
import type { Choice } from "../parts/Menu";
import type { Store } from "../store";
import type { OrderPosition } from "./props";

/** What can be done with a profile as it stands; nothing that would have no effect. */
export function choicesFor(store: Store, profile: Profile, place?: OrderPosition): Choice[] {
  const { id, standing, in_use, pinned, kind } = profile;
  const act = (label: string, run: (daemon: Backend) => Promise<void>): Choice => ({
    label,
    onChoose: () => void store.act(`${label} ${id}`, run),
  });
  const sheet = (
    label: string,
    of: "rename" | "remove" | "reserve" | "credits" | "redeem",
  ): Choice => ({
    label,
    danger: of === "remove",
    onChoose: () => (store.sheet.value = { kind: of, profile }),
  });
  const choices: Choice[] = [];
  // A key of another provider serves its own models, whichever profile is chosen.
  const can_be_chosen = standing === "ready" && kind !== "provider";
  if (can_be_chosen && !in_use) choices.push(act(t("act.use"), (daemon) => daemon.use(id)));
  if (pinned) choices.push(act(t("act.unstay"), (daemon) => daemon.pin(null)));
  else if (can_be_chosen) choices.push(act(t("act.stay"), (daemon) => daemon.pin(id)));
  if (standing === "paused")
    choices.push(act(t("act.resume"), (daemon) => daemon.pause(id, false)));
  else choices.push(act(t("act.pause"), (daemon) => daemon.pause(id, true)));
  choices.push(...steps(place));
  choices.push(sheet(t("act.rename"), "rename"));
  if (kind === "chatgpt") {
    choices.push(sheet(t("act.reserve"), "reserve"));
    if (profile.resets && profile.resets.count > 0 && profile.resets.state === "idle")
      choices.push(sheet(t("act.redeem"), "redeem"));
    if (profile.credits && !profile.credits.unlimited)
      choices.push(sheet(t("act.credits"), "credits"));
    if (store.offers("sign_in"))
      choices.push({
        label: t("act.sign_in_again"),
        onChoose: () => void store.signIn("browser", id),
      });
    choices.push(act(t("act.refresh"), (daemon) => daemon.refreshQuota()));
  }
  choices.push(sheet(t("act.remove"), "remove"));
  return choices;
}

/** One step up or down, for who does not drag. */
function steps(place: OrderPosition | undefined): Choice[] {
  if (!place) return [];
  const { index, count, onMove } = place;
  const step = (label: string, to: number): Choice => ({
    label,
    onChoose: () => onMove(index, to),
  });
  return [
    ...(index > 0 ? [step(t("act.up"), index - 1)] : []),
    ...(index < count - 1 ? [step(t("act.down"), index + 1)] : []),
  ];
}
