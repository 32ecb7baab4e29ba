/** Words for what the model holds. */
import { many, t } from "./i18n/text";
import { left, type Profile, type Window } from "./model";

/** The window's name in words: told by its length, as upstream may add new ones. */
export function windowName({ label, minutes }: Pick<Window, "label" | "minutes">): string {
  if (label === "5h") return t("window.5h");
  if (label === "week") return t("window.week");
  const days = Math.round(minutes / 1440);
  if (days >= 1) return many("window.days", days);
  return many("window.hours", Math.max(1, Math.round(minutes / 60)));
}

const PLANS: Readonly<Record<string, string>> = {
  free: "Free",
  go: "Go",
  plus: "Plus",
  pro: "Pro",
  team: "Team",
  business: "Business",
  enterprise: "Enterprise",
  edu: "Edu",
};

/** Upstream's word for a plan as people know it; one we do not know stays as it came. */
export function planName(plan: string): string {
  return PLANS[plan.toLowerCase()] ?? plan;
}

/** Whose sign-in it is and how it is paid, for the line under the name. */
export function owner({ email, plan, kind }: Pick<Profile, "email" | "plan" | "kind">): string {
  const paid = kind === "api_key" ? t("plan.key") : plan && planName(plan);
  return [email, paid].filter(Boolean).join(" · ");
}

/** What all plans have left together: the mean of their windows, where a used-up week leaves nothing of the hours. */
export function poolLeft(profiles: readonly Profile[], label: "5h" | "week"): string | null {
  const counted = profiles.filter(
    (one) => one.kind === "chatgpt" && (one.standing === "ready" || one.standing === "resting"),
  );
  const shares = counted.flatMap((one) => {
    const own = one.windows.find((window) => window.label === label);
    const week = one.windows.find((window) => window.label === "week");
    if (!own) return [];
    return [week && left(week) <= 0 ? 0 : left(own)];
  });
  if (shares.length === 0) return null;
  const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
  return mean > 0 && mean < 1 ? "<1%" : `${Math.round(mean)}%`;
}

/** A warning as the daemon words it, without the command that a button of the window stands for. */
export function withoutCommand(message: string): string {
  return message.replace(/(:|：) ?`rotunda login`/, "");
}
