import { invoke } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";

import type { Snapshot } from "./model";

/** Everything the window can ask of the daemon. The only file that knows Tauri. */
export interface Backend {
  snapshot(): Promise<Snapshot>;
  bind(): Promise<void>;
  unbind(): Promise<void>;
  use(id: string): Promise<void>;
  pin(id: string | null): Promise<void>;
  pause(id: string, paused: boolean): Promise<void>;
  rename(id: string, name: string): Promise<void>;
  remove(id: string): Promise<void>;
  importFrom(path: string, name: string | null): Promise<void>;
  startsAtLogin(): Promise<boolean>;
  startAtLogin(on: boolean): Promise<void>;
  notifies(): Promise<boolean>;
  notify(on: boolean): Promise<void>;
  testNotification(): Promise<void>;
  /** Why the last click in the tray menu was not done, told once. */
  refusal(): Promise<string | null>;
  /** Calls back when there is a refusal to ask for. */
  onRefused(listener: () => void): Promise<() => void>;
  /** Calls back with each new snapshot; the result ends it. */
  onChange(listener: (snapshot: Snapshot) => void): Promise<() => void>;
}

export const tauri: Backend = {
  snapshot: () => invoke("snapshot"),
  bind: () => invoke("bind"),
  unbind: () => invoke("unbind"),
  use: (id) => invoke("use_profile", { id }),
  pin: (id) => invoke("pin", { id }),
  pause: (id, paused) => invoke("pause", { id, paused }),
  rename: (id, name) => invoke("rename", { id, name }),
  remove: (id) => invoke("remove", { id }),
  importFrom: (path, name) => invoke("import", { path, name }),
  startsAtLogin: () => invoke("starts_at_login"),
  startAtLogin: (on) => invoke("start_at_login", { on }),
  notifies: () => invoke("notifies"),
  notify: (on) => invoke("notify", { on }),
  testNotification: () => invoke("test_notification"),
  refusal: () => invoke("refusal"),
  onRefused: (listener) => listen("refused", () => listener()),
  onChange: (listener) => listen<Snapshot>("snapshot", ({ payload }) => listener(payload)),
};
