/** Made from the Rust types by the tests of rotunda-desktop. Do not edit: run them with ROTUNDA_BLESS=1. */

import type { AlertsPage, Findings, ForecastPage, HistoryView, HookTried, HookView, ImportItem, ImportPick, ImportResult, NewProvider, NoticeKind, RedeemQuestion, RequestView, Restoring, SettingsChange, SettingsPage, SignInMethod, Snapshot, UsageBy, UsageView } from "./types";

/** What the window can ask: the arguments and the answer of each command. */
export type Commands = {
  snapshot: { arguments: {}; answer: Snapshot };
  refusal: { arguments: {}; answer: string | null };
  bind: { arguments: {}; answer: void };
  unbind: { arguments: {}; answer: void };
  use_profile: { arguments: { id: string }; answer: void };
  pin: { arguments: { id: string | null }; answer: void };
  pause: { arguments: { id: string; paused: boolean }; answer: void };
  rename: { arguments: { id: string; name: string }; answer: void };
  remove: { arguments: { id: string }; answer: void };
  import: { arguments: { path: string; name: string | null }; answer: void };
  starts_at_login: { arguments: {}; answer: boolean };
  start_at_login: { arguments: { on: boolean }; answer: void };
  test_notification: { arguments: { kind: NoticeKind | null }; answer: void };
  alerts: { arguments: {}; answer: AlertsPage };
  forecast: { arguments: {}; answer: ForecastPage };
  settings: { arguments: {}; answer: SettingsPage };
  set_settings: { arguments: { patch: SettingsChange }; answer: SettingsPage };
  reorder: { arguments: { ids: ReadonlyArray<string> }; answer: void };
  reserve: { arguments: { id: string; percent: number | null }; answer: void };
  allow_credits: { arguments: { id: string; consent: string | null }; answer: void };
  redeem_question: { arguments: { id: string }; answer: RedeemQuestion };
  redeem: { arguments: { decision: string }; answer: string };
  switch_to_next: { arguments: {}; answer: void };
  revoke_client: { arguments: { id: string }; answer: void };
  stop_waiting: { arguments: {}; answer: void };
  refresh_quota: { arguments: {}; answer: void };
  bind_switch: { arguments: {}; answer: void };
  open_config: { arguments: {}; answer: void };
  history: { arguments: { days: number }; answer: HistoryView };
  requests: { arguments: { limit: number }; answer: ReadonlyArray<RequestView> };
  usage: { arguments: { by: UsageBy; days: number }; answer: UsageView };
  usage_csv: { arguments: { by: UsageBy; days: number }; answer: string };
  hooks: { arguments: {}; answer: ReadonlyArray<HookView> };
  try_hook: { arguments: { kind: string }; answer: HookTried };
  restore_preview: { arguments: {}; answer: Restoring };
  restore: { arguments: {}; answer: void };
  leave_binding: { arguments: {}; answer: void };
  check: { arguments: {}; answer: Findings };
  bundle: { arguments: { path: string }; answer: string };
  test_turn: { arguments: { profile: string | null }; answer: void };
  test_turn_cancel: { arguments: { number: number | null }; answer: void };
  sign_in: { arguments: { method: SignInMethod; profile: string | null; name: string | null }; answer: void };
  sign_in_open: { arguments: {}; answer: void };
  sign_in_paste: { arguments: { address: string }; answer: void };
  sign_in_choose: { arguments: { workspace: string }; answer: void };
  sign_in_cancel: { arguments: {}; answer: void };
  sign_in_dismiss: { arguments: {}; answer: void };
  found: { arguments: {}; answer: ReadonlyArray<ImportItem> };
  import_preview: { arguments: { path: string }; answer: ReadonlyArray<ImportItem> };
  import_items: { arguments: { path: string | null; picks: ReadonlyArray<ImportPick> }; answer: ReadonlyArray<ImportResult> };
  add_key: { arguments: { name: string | null; key: string; provider: NewProvider | null }; answer: void };
  move_vault: { arguments: { to: string }; answer: void };
  export_settings: { arguments: { path: string }; answer: void };
  import_settings: { arguments: { path: string }; answer: void };
};

/** Every command. */
export const COMMANDS = [
  "snapshot",
  "refusal",
  "bind",
  "unbind",
  "use_profile",
  "pin",
  "pause",
  "rename",
  "remove",
  "import",
  "starts_at_login",
  "start_at_login",
  "test_notification",
  "alerts",
  "forecast",
  "settings",
  "set_settings",
  "reorder",
  "reserve",
  "allow_credits",
  "redeem_question",
  "redeem",
  "switch_to_next",
  "revoke_client",
  "stop_waiting",
  "refresh_quota",
  "bind_switch",
  "open_config",
  "history",
  "requests",
  "usage",
  "usage_csv",
  "hooks",
  "try_hook",
  "restore_preview",
  "restore",
  "leave_binding",
  "check",
  "bundle",
  "test_turn",
  "test_turn_cancel",
  "sign_in",
  "sign_in_open",
  "sign_in_paste",
  "sign_in_choose",
  "sign_in_cancel",
  "sign_in_dismiss",
  "found",
  "import_preview",
  "import_items",
  "add_key",
  "move_vault",
  "export_settings",
  "import_settings",
] as const satisfies readonly (keyof Commands)[];
