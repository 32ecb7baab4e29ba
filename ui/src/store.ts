/** What the window holds: the last snapshot, the settings, the time, what is under way, and what went wrong. */
import { computed, signal } from "@preact/signals";

import type { SettingsView } from "./answers";
import type { Backend, Method, Optional } from "./backend";
import { language, speak, t } from "./i18n/text";
import type { Profile, Snapshot } from "./model";

export type Tab = "profiles" | "activity" | "codex" | "settings";
export const TABS: readonly Tab[] = ["profiles", "activity", "codex", "settings"];

/** What stands in front of the list. */
export type Sheet =
  | { kind: "add" | "import" | "key" }
  | { kind: "rename" | "remove" | "reserve" | "credits" | "redeem"; profile: Profile };

const MS_PER_MINUTE = 60_000;

export type Store = ReturnType<typeof createStore>;

export function createStore(backend: Backend) {
  const snapshot = signal<Snapshot | null>(null);
  const settings = signal<SettingsView | null>(null);
  const now = signal(Date.now() / 1000);
  const tab = signal<Tab>("profiles");
  /** The next days are shown below the profiles. */
  const days = signal(false);
  const sheet = signal<Sheet | null>(null);
  const pending = signal<ReadonlySet<string>>(new Set());
  const problem = signal<string | null>(null);
  /** Said to a screen reader, once. */
  const announcement = signal("");
  /** Unknown until the system has answered. */
  const atLogin = signal<boolean | null>(null);
  const busy = computed(() => pending.value.size > 0);

  /** Shows a snapshot, in its language: its words and ours change together. */
  async function show(next: Snapshot) {
    if (next.language !== language.value) await speak(next.language);
    hold(next);
  }

  /** Keeps the newest: an answer may arrive after the event that overtook it. */
  function hold(next: Snapshot) {
    const last = snapshot.value;
    if (last === null || next.version >= last.version) snapshot.value = next;
    now.value = Date.now() / 1000;
  }

  /** Runs a command and gives its answer; null when it was refused, with the sentence as the problem. */
  async function ask<T>(command: string, run: (backend: Backend) => Promise<T>): Promise<T | null> {
    if (pending.value.has(command)) return null;
    pending.value = new Set([...pending.value, command]);
    problem.value = null;
    try {
      return await run(backend);
    } catch (error) {
      problem.value = sentence(error);
      return null;
    } finally {
      pending.value = new Set([...pending.value].filter((other) => other !== command));
    }
  }

  /** Runs a command; its effect shows in the next snapshot. True when it was done. */
  async function act(command: string, run: (backend: Backend) => Promise<void>): Promise<boolean> {
    return (await ask(command, async (daemon) => (await run(daemon), true))) === true;
  }

  /** Asks without holding up anything; whoever asks shows the refusal. */
  async function read<T>(run: (backend: Backend) => Promise<T>): Promise<T> {
    try {
      return await run(backend);
    } catch (error) {
      throw new Refusal(sentence(error));
    }
  }

  /** Says why a click in the tray menu was not done. */
  async function explain() {
    const refusal = await backend.refusal();
    if (refusal !== null) problem.value = refusal;
  }

  /** Listens first, then asks, so that no change falls between the two. */
  async function connect(): Promise<() => void> {
    const stops = [
      await backend.onChange((next) => void show(next)),
      await backend.onRefused(() => void explain()),
    ];
    // The file may have been changed by hand meanwhile.
    const visits = tab.subscribe((section) => {
      if (section === "settings") void reload();
    });
    const minutes = setInterval(() => (now.value = Date.now() / 1000), MS_PER_MINUTE);
    try {
      await reload();
      await show(await backend.snapshot());
      await explain();
      atLogin.value = await backend.startsAtLogin();
    } catch (error) {
      problem.value = sentence(error);
    }
    return () => {
      visits();
      clearInterval(minutes);
      for (const stop of stops) stop();
    };
  }

  /** Reads the settings; a daemon that has none yet leaves the looks as the system has them. */
  async function reload() {
    const known = await backend.settings().catch(() => null);
    if (known) settings.value = known;
  }

  /** Saves at once, and shows what the daemon made of it. */
  async function set(patch: Partial<SettingsView>) {
    const held = await ask("settings", (daemon) => daemon.setSettings(patch));
    if (held) settings.value = held;
  }

  /** Shows the state that the system reports afterwards, not the requested one. */
  async function startAtLogin(on: boolean) {
    await act("start at login", (daemon) => daemon.startAtLogin(on));
    atLogin.value = await backend.startsAtLogin();
  }

  /** Goes on in the sheet that the snapshot opens. */
  async function signIn(method: Method, profile: string | null = null, name: string | null = null) {
    const started = await act("sign in", (daemon) => daemon.signIn(method, profile, name));
    if (started) sheet.value = null;
  }

  /** Goes where a link or the tray points: `#activity`, `#codex`, or `#add` for a new profile. */
  function follow(hash: string) {
    const place = hash.replace("#", "");
    if (place === "add") {
      tab.value = "profiles";
      sheet.value = { kind: "add" };
    }
    const found = TABS.find((one) => one === place);
    if (found) tab.value = found;
  }

  function toggleDays() {
    days.value = tab.value !== "profiles" || !days.value;
    tab.value = "profiles";
  }

  /** Opens the section at a place, counted from 0; false when there is none. */
  function openTab(index: number): boolean {
    const found = TABS[index];
    if (found) tab.value = found;
    return found !== undefined;
  }

  return {
    offers: (command: Optional) => backend.offers(command),
    snapshot,
    settings,
    now,
    tab,
    days,
    sheet,
    pending,
    problem,
    announcement,
    atLogin,
    busy,
    ask,
    act,
    read,
    set,
    reload,
    connect,
    startAtLogin,
    signIn,
    follow,
    toggleDays,
    openTab,
  };
}

/** Why the daemon did not answer, in one sentence. */
class Refusal extends Error {}

function sentence(error: unknown): string {
  if (typeof error === "string") return error;
  return error instanceof Error ? error.message : t("app.wrong");
}
