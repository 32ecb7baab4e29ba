import { t } from "../i18n/text";
import type { Profile } from "../model";
import { owner, windowName } from "../names";

/** The whole row as one sentence, for who hears it instead of seeing it. */
export function spoken(profile: Profile): string {
  const { name, in_use, pinned, standing, summary, windows, credits, resets } = profile;
  const quota = windows.flatMap((window) => [
    `${windowName(window)} ${window.left_text}`,
    window.resets_text,
  ]);
  return [
    name,
    in_use && t("profiles.in_use"),
    pinned && t("profiles.staying"),
    owner(profile),
    ...(standing === "ready" && windows.length > 0 ? quota : [summary]),
    resets?.text,
    credits?.text,
  ]
    .filter(Boolean)
    .join(", ");
}
