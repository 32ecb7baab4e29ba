import { invoke } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";

import type {
  CheckLine,
  History,
  HookTried,
  HookView,
  ImportItem,
  ImportResult,
  NewProvider,
  Pick,
  RequestLine,
  RestorePreview,
  SettingsView,
  UsageBy,
  UsageView,
} from "./answers";
import { COMMANDS, type Commands } from "./generated/commands";
import type {
  AlertsPage,
  ForecastPage,
  NoticeKind,
  RedeemQuestion,
  SignInMethod,
  UseCredits,
} from "./generated/types";
import type { Snapshot, Vault } from "./model";

/** Commands that the window can do without: what needs one is shown only when it is there. */
export const OPTIONAL = [
  "sign_in",
  "add_key",
  "found",
  "import_preview",
  "import_items",
  "move_vault",
  "export_settings",
  "import_settings",
  "bundle",
  "test_turn",
] as const satisfies readonly (keyof Commands)[];
export type Optional = (typeof OPTIONAL)[number];

export type Method = SignInMethod;

/** Everything the window can ask of the daemon. The only file that knows Tauri. */
export interface Backend {
  offers(command: Optional): boolean;
  snapshot(): Promise<Snapshot>;
  bind(): Promise<void>;
  unbind(): Promise<void>;
  use(id: string): Promise<void>;
  pin(id: string | null): Promise<void>;
  pause(id: string, paused: boolean): Promise<void>;
  rename(id: string, name: string): Promise<void>;
  remove(id: string): Promise<void>;
  reorder(ids: readonly string[]): Promise<void>;
  /** None goes back to the common reserve. */
  reserve(id: string, percent: number | null): Promise<void>;
  /** Whether credits of a profile may pay; none goes back to the common setting. */
  allowCredits(id: string, consent: UseCredits | null): Promise<void>;
  /** What using a banked reset would do; nothing is used. */
  redeemQuestion(id: string): Promise<RedeemQuestion>;
  /** Uses the reset of that question, and answers in a sentence what came of it. */
  redeem(decision: string): Promise<string>;
  switchToNext(): Promise<void>;
  /** Revokes the key of another program. */
  revokeClient(id: string): Promise<void>;
  stopWaiting(): Promise<void>;
  refreshQuota(): Promise<void>;

  /** Starts a sign-in; its progress is in the snapshot. With a profile's id, signs that one in again. */
  signIn(method: Method, profile: string | null, name: string | null): Promise<void>;
  signInOpen(): Promise<void>;
  signInPaste(address: string): Promise<void>;
  signInChoose(workspace: string): Promise<void>;
  signInCancel(): Promise<void>;
  signInDismiss(): Promise<void>;
  /** A key of OpenAI, or of the provider that is named. */
  addKey(name: string, key: string, provider: NewProvider | null): Promise<void>;
  /** Takes one sign-in over without showing it before. */
  importFrom(path: string, name: string | null): Promise<void>;
  /** Sign-ins in well-known places. */
  found(): Promise<readonly ImportItem[]>;
  importPreview(path: string): Promise<readonly ImportItem[]>;
  /** Without a path, from what was found. */
  importItems(path: string | null, picks: readonly Pick[]): Promise<readonly ImportResult[]>;
  moveVault(to: Vault["kind"]): Promise<void>;
  exportSettings(path: string): Promise<void>;
  importSettings(path: string): Promise<void>;

  settings(): Promise<SettingsView>;
  /** Saves at once and answers what holds now. */
  setSettings(patch: Partial<SettingsView>): Promise<SettingsView>;
  startsAtLogin(): Promise<boolean>;
  startAtLogin(on: boolean): Promise<void>;
  /** The words of the page of alerts. */
  alerts(): Promise<AlertsPage>;
  /** Shows a notification of a kind that says nothing new. */
  testNotification(kind: NoticeKind | null): Promise<void>;

  /** How long the quota of all profiles lasts. */
  forecast(): Promise<ForecastPage>;
  history(days: number): Promise<History>;
  requests(limit: number): Promise<readonly RequestLine[]>;
  /** What was used over the last days, and what it would cost by the API. */
  usage(by: UsageBy, days: number): Promise<UsageView>;
  /** The same for a spreadsheet. */
  usageCsv(by: UsageBy, days: number): Promise<string>;

  /** Every kind of hook, with its command. */
  hooks(): Promise<readonly HookView[]>;
  /** Runs the saved command of a kind with a test. */
  tryHook(kind: string): Promise<HookTried>;

  check(): Promise<{ lines: readonly CheckLine[] }>;
  /** Binds although another model provider is in use. */
  bindSwitch(): Promise<void>;
  restorePreview(): Promise<RestorePreview>;
  restore(): Promise<void>;
  /** Leaves a foreign binding as it is. */
  leaveBinding(): Promise<void>;
  openConfig(): Promise<void>;
  /** Writes the redacted diagnostics and answers where. */
  bundle(path: string): Promise<string>;
  testTurn(profile: string | null): Promise<void>;
  testTurnCancel(number: number): Promise<void>;

  /** Why the last click in the tray menu was not done, returned once. */
  refusal(): Promise<string | null>;
  /** Calls back when there is a refusal to ask for. */
  onRefused(listener: () => void): Promise<() => void>;
  /** Calls back with each new snapshot; the result ends it. */
  onChange(listener: (snapshot: Snapshot) => void): Promise<() => void>;
}

/** One command, with the arguments and the answer that the shell declares. */
function call<Name extends keyof Commands>(
  command: Name,
  ...given: {} extends Commands[Name]["arguments"] ? [] : [Commands[Name]["arguments"]]
): Promise<Commands[Name]["answer"]> {
  return invoke(command, given[0]);
}

export const tauri: Backend = {
  offers: (command) => COMMANDS.includes(command),
  snapshot: () => call("snapshot"),
  bind: () => call("bind"),
  unbind: () => call("unbind"),
  use: (id) => call("use_profile", { id }),
  pin: (id) => call("pin", { id }),
  pause: (id, paused) => call("pause", { id, paused }),
  rename: (id, name) => call("rename", { id, name }),
  remove: (id) => call("remove", { id }),
  reorder: (ids) => call("reorder", { ids }),
  reserve: (id, percent) => call("reserve", { id, percent }),
  allowCredits: (id, consent) => call("allow_credits", { id, consent }),
  redeemQuestion: (id) => call("redeem_question", { id }),
  redeem: (decision) => call("redeem", { decision }),
  switchToNext: () => call("switch_to_next"),
  revokeClient: (id) => call("revoke_client", { id }),
  stopWaiting: () => call("stop_waiting"),
  refreshQuota: () => call("refresh_quota"),

  signIn: (method, profile, name) => call("sign_in", { method, profile, name }),
  signInOpen: () => call("sign_in_open"),
  signInPaste: (address) => call("sign_in_paste", { address }),
  signInChoose: (workspace) => call("sign_in_choose", { workspace }),
  signInCancel: () => call("sign_in_cancel"),
  signInDismiss: () => call("sign_in_dismiss"),
  addKey: (name, key, provider) => call("add_key", { name, key, provider }),
  importFrom: (path, name) => call("import", { path, name }),
  found: () => call("found"),
  importPreview: (path) => call("import_preview", { path }),
  importItems: (path, picks) => call("import_items", { path, picks }),
  moveVault: (to) => call("move_vault", { to }),
  exportSettings: (path) => call("export_settings", { path }),
  importSettings: (path) => call("import_settings", { path }),

  settings: () => call("settings"),
  setSettings: (patch) => call("set_settings", { patch }),
  startsAtLogin: () => call("starts_at_login"),
  startAtLogin: (on) => call("start_at_login", { on }),
  alerts: () => call("alerts"),
  testNotification: (kind) => call("test_notification", { kind }),

  forecast: () => call("forecast"),
  history: (days) => call("history", { days }),
  requests: (limit) => call("requests", { limit }),
  usage: (by, days) => call("usage", { by, days }),
  usageCsv: (by, days) => call("usage_csv", { by, days }),
  hooks: () => call("hooks"),
  tryHook: (kind) => call("try_hook", { kind }),

  check: () => call("check"),
  bindSwitch: () => call("bind_switch"),
  restorePreview: () => call("restore_preview"),
  restore: () => call("restore"),
  leaveBinding: () => call("leave_binding"),
  openConfig: () => call("open_config"),
  bundle: (path) => call("bundle", { path }),
  testTurn: (profile) => call("test_turn", { profile }),
  testTurnCancel: (number) => call("test_turn_cancel", { number }),

  refusal: () => call("refusal"),
  onRefused: (listener) => listen("refused", () => listener()),
  onChange: (listener) => listen<Snapshot>("snapshot", ({ payload }) => listener(payload)),
};
