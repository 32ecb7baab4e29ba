import { invoke } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";

import type {
  CheckLine,
  History,
  ImportItem,
  ImportResult,
  Pick,
  RequestLine,
  RestorePreview,
  SettingsView,
} from "./answers";
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
] as const;
export type Optional = (typeof OPTIONAL)[number];

export type Method = "browser" | "device";

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
  switchToNext(): Promise<void>;
  stopWaiting(): Promise<void>;
  refreshQuota(): Promise<void>;

  /** Starts a sign-in; how it goes on shows in the snapshot. With a profile's id, signs that one in again. */
  signIn(method: Method, profile: string | null, name: string | null): Promise<void>;
  signInOpen(): Promise<void>;
  signInPaste(address: string): Promise<void>;
  signInChoose(workspace: string): Promise<void>;
  signInCancel(): Promise<void>;
  signInDismiss(): Promise<void>;
  addKey(name: string, key: string): Promise<void>;
  /** Takes one sign-in over without showing it before. */
  importFrom(path: string, name: string | null): Promise<void>;
  /** Sign-ins in well-known places. */
  found(): Promise<ImportItem[]>;
  importPreview(path: string): Promise<ImportItem[]>;
  /** Without a path, from what was found. */
  importItems(path: string | null, picks: readonly Pick[]): Promise<ImportResult[]>;
  moveVault(to: Vault["kind"]): Promise<void>;
  exportSettings(path: string): Promise<void>;
  importSettings(path: string): Promise<void>;

  settings(): Promise<SettingsView>;
  /** Saves at once and answers what holds now. */
  setSettings(patch: Partial<SettingsView>): Promise<SettingsView>;
  startsAtLogin(): Promise<boolean>;
  startAtLogin(on: boolean): Promise<void>;
  testNotification(): Promise<void>;

  history(days: number): Promise<History>;
  requests(limit: number): Promise<RequestLine[]>;

  check(): Promise<{ lines: CheckLine[] }>;
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

  /** Why the last click in the tray menu was not done, told once. */
  refusal(): Promise<string | null>;
  /** Calls back when there is a refusal to ask for. */
  onRefused(listener: () => void): Promise<() => void>;
  /** Calls back with each new snapshot; the result ends it. */
  onChange(listener: (snapshot: Snapshot) => void): Promise<() => void>;
}

export const tauri: Backend = {
  offers: (command) => __COMMANDS__.includes(command),
  snapshot: () => invoke("snapshot"),
  bind: () => invoke("bind"),
  unbind: () => invoke("unbind"),
  use: (id) => invoke("use_profile", { id }),
  pin: (id) => invoke("pin", { id }),
  pause: (id, paused) => invoke("pause", { id, paused }),
  rename: (id, name) => invoke("rename", { id, name }),
  remove: (id) => invoke("remove", { id }),
  reorder: (ids) => invoke("reorder", { ids }),
  reserve: (id, percent) => invoke("reserve", { id, percent }),
  switchToNext: () => invoke("switch_to_next"),
  stopWaiting: () => invoke("stop_waiting"),
  refreshQuota: () => invoke("refresh_quota"),

  signIn: (method, profile, name) => invoke("sign_in", { method, profile, name }),
  signInOpen: () => invoke("sign_in_open"),
  signInPaste: (address) => invoke("sign_in_paste", { address }),
  signInChoose: (workspace) => invoke("sign_in_choose", { workspace }),
  signInCancel: () => invoke("sign_in_cancel"),
  signInDismiss: () => invoke("sign_in_dismiss"),
  addKey: (name, key) => invoke("add_key", { name, key }),
  importFrom: (path, name) => invoke("import", { path, name }),
  found: () => invoke("found"),
  importPreview: (path) => invoke("import_preview", { path }),
  importItems: (path, picks) => invoke("import_items", { path, picks }),
  moveVault: (to) => invoke("move_vault", { to }),
  exportSettings: (path) => invoke("export_settings", { path }),
  importSettings: (path) => invoke("import_settings", { path }),

  settings: () => invoke("settings"),
  setSettings: (patch) => invoke("set_settings", { patch }),
  startsAtLogin: () => invoke("starts_at_login"),
  startAtLogin: (on) => invoke("start_at_login", { on }),
  testNotification: () => invoke("test_notification"),

  history: (days) => invoke("history", { days }),
  requests: (limit) => invoke("requests", { limit }),

  check: () => invoke("check"),
  bindSwitch: () => invoke("bind_switch"),
  restorePreview: () => invoke("restore_preview"),
  restore: () => invoke("restore"),
  leaveBinding: () => invoke("leave_binding"),
  openConfig: () => invoke("open_config"),
  bundle: (path) => invoke("bundle", { path }),
  testTurn: (profile) => invoke("test_turn", { profile }),
  testTurnCancel: (number) => invoke("test_turn_cancel", { number }),

  refusal: () => invoke("refusal"),
  onRefused: (listener) => listen("refused", () => listener()),
  onChange: (listener) => listen<Snapshot>("snapshot", ({ payload }) => listener(payload)),
};
