/** Words for what the model holds. */
import { many, t } from "./i18n/text";
import type { Profile, Window } from "./model";

/** The window's name in words, from its length, as upstream may add new ones. */
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

/** The owner of the sign-in and how it is paid, for the line under the name. */
export function owner({
  email,
  plan,
  kind,
  provider,
}: Pick<Profile, "email" | "plan" | "kind" | "provider">): string {
  if (provider)
    return [t("plan.provider", { host: provider.host }), provider.models.join(", ")]
      .filter(Boolean)
      .join(" · ");
  const paid = kind === "api_key" ? t("plan.key") : plan && planName(plan);
  return [email, paid].filter(Boolean).join(" · ");
}
