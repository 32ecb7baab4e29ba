/**
 * The sorts of activity, made from `rotunda_host::store::ActivityKind`. Do not edit: the tests of that
 * type compare this file, and write it anew with ROTUNDA_BLESS=1.
 */
export const FILTERS = ["all", "moves", "limits", "signins", "binding", "choices"] as const;
export type Filter = (typeof FILTERS)[number];

/** The filter that shows a kind. */
export const KINDS = {
  rotated: "moves",
  rested: "limits",
  recovered: "limits",
  refreshed: "signins",
  adopted: "signins",
  handed_over: "signins",
  not_saved: "signins",
  saved: "signins",
  renewal_refused: "signins",
  interrupted: "signins",
  vault_moved: "signins",
  needs_sign_in: "signins",
  not_entitled: "signins",
  chain_lost: "moves",
  exhausted: "limits",
  credits_spent: "limits",
  reset_used: "limits",
  waiting: "limits",
  failed: "moves",
  late: "moves",
  chosen: "choices",
  pinned: "choices",
  unpinned: "choices",
  paused: "choices",
  resumed: "choices",
  reserved: "choices",
  credits_allowed: "choices",
  wait_ended: "choices",
  profile_added: "signins",
  signed_in: "signins",
  profile_removed: "signins",
  profile_renamed: "choices",
  bound: "binding",
  healed: "binding",
  second_line: "binding",
  unbound: "binding",
  changed_outside: "binding",
  restored: "binding",
  port_taken: "binding",
  vault_unreadable: "signins",
  vault_readable: "signins",
  hook_failed: "choices",
} as const satisfies Readonly<Record<string, Filter>>;
export type Kind = keyof typeof KINDS;
