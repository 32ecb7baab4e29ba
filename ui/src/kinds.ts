/** The sorts of activity, as a person would look for them. The daemon's words are a closed list that only grows. */
export const FILTERS = ["all", "moves", "limits", "signins", "binding", "choices"] as const;
export type Filter = (typeof FILTERS)[number];

const KINDS: Readonly<Record<string, Filter>> = {
  rotated: "moves",
  chain_lost: "moves",
  failed: "moves",
  rested: "limits",
  recovered: "limits",
  exhausted: "limits",
  waiting: "limits",
  refreshed: "signins",
  needs_sign_in: "signins",
  not_entitled: "signins",
  profile_added: "signins",
  signed_in: "signins",
  profile_removed: "signins",
  vault_unreadable: "signins",
  vault_readable: "signins",
  bound: "binding",
  healed: "binding",
  unbound: "binding",
  foreign: "binding",
  port_taken: "binding",
  chosen: "choices",
  pinned: "choices",
  unpinned: "choices",
  paused: "choices",
  resumed: "choices",
  profile_renamed: "choices",
};

/** Where a kind belongs; one that is not known here is shown under "all" only. */
export function sortOf(kind: string): Filter {
  return KINDS[kind] ?? "all";
}
