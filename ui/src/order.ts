/**
 * The order in which ready profiles would be taken. It mirrors `rotunda_core::choice` for a new conversation, so that
 * the list can say who is next; the choice itself is made there, and only there.
 */
import type { Policy } from "./answers";
import { left, type Profile, type Window } from "./model";

const API_KEY = 3;
const RESERVED = 2;
const OWN_SIGN_IN = 1;

type Rules = { policy: Policy; reserve_percent: number };

export function inOrder(profiles: readonly Profile[], rules: Rules): Profile[] {
  const ranked = profiles.map((profile, rank) => ({ profile, rank, tier: tier(profile, rules) }));
  ranked.sort(
    (a, b) => a.tier - b.tier || byPolicy(a.profile, b.profile, rules.policy) || a.rank - b.rank,
  );
  return ranked.map(({ profile }) => profile);
}

/** Whether the user's own order has a say: the others come last for a reason of their own. */
export function isMovable(profile: Profile, rules: Rules): boolean {
  return tier(profile, rules) === 0;
}

function tier(profile: Profile, rules: Rules): number {
  if (profile.kind === "api_key") return API_KEY;
  if (tightest(profile) <= (profile.reserve_percent ?? rules.reserve_percent)) return RESERVED;
  return profile.own_sign_in ? OWN_SIGN_IN : 0;
}

function byPolicy(a: Profile, b: Profile, policy: Policy): number {
  if (policy === "my_order") return 0;
  if (policy === "most_left") return tightest(b) - tightest(a) || a.in_flight - b.in_flight;
  const [first, second] = [weekReset(a), weekReset(b)];
  return (first === second ? 0 : first - second) || a.in_flight - b.in_flight;
}

/** Left of the tightest window; all of it when nothing is known. */
function tightest({ windows }: Profile): number {
  return Math.min(100, ...windows.map(left));
}

function weekReset({ windows }: Profile): number {
  const week = windows.find((window: Window) => window.label === "week");
  return week?.resets_at ?? Number.POSITIVE_INFINITY;
}

/** The whole list of ids with one profile moved among its group, or null when it cannot go further. */
export function moved(
  all: readonly Profile[],
  group: readonly Profile[],
  id: string,
  to: number,
): string[] | null {
  const ids = group.map((one) => one.id);
  const from = ids.indexOf(id);
  if (from < 0 || to < 0 || to >= ids.length || to === from) return null;
  ids.splice(to, 0, ...ids.splice(from, 1));
  // The group's members take the group's places; all others keep theirs.
  const places = new Set(ids);
  let next = 0;
  return all.map((one) => (places.has(one.id) ? (ids[next++] ?? one.id) : one.id));
}
