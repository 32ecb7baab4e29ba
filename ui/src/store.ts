/** What the window holds: the last snapshot, the time, what is under way, and what went wrong. */
import { computed, signal } from "@preact/signals";

import type { Backend } from "./backend";
import type { Snapshot } from "./model";

export type Tab = "profiles" | "activity" | "codex" | "settings";
export const TABS: readonly Tab[] = ["profiles", "activity", "codex", "settings"];

const MS_PER_MINUTE = 60_000;

export type Store = ReturnType<typeof createStore>;

export function createStore(backend: Backend) {
  const snapshot = signal<Snapshot | null>(null);
  const now = signal(Date.now() / 1000);
  const tab = signal<Tab>("profiles");
  const adding = signal(false);
  const pending = signal<ReadonlySet<string>>(new Set());
  const problem = signal<string | null>(null);
  /** Unknown until the system has been asked. */
  const atLogin = signal<boolean | null>(null);
  const notifies = signal<boolean | null>(null);
  const busy = computed(() => pending.value.size > 0);

  /** Keeps the newest: an answer may arrive after the event that overtook it. */
  function show(next: Snapshot) {
    const last = snapshot.value;
    if (last === null || next.version >= last.version) snapshot.value = next;
    now.value = Date.now() / 1000;
  }

  /** Runs a command; its effect shows in the next snapshot. True when it was done. */
  async function act(command: string, run: (backend: Backend) => Promise<void>): Promise<boolean> {
    if (pending.value.has(command)) return false;
    pending.value = new Set([...pending.value, command]);
    problem.value = null;
    try {
      await run(backend);
      return true;
    } catch (error) {
      problem.value = sentence(error);
      return false;
    } finally {
      pending.value = new Set([...pending.value].filter((other) => other !== command));
    }
  }

  /** Says why a click in the tray menu was not done. */
  async function explain() {
    const refusal = await backend.refusal();
    if (refusal !== null) problem.value = refusal;
  }

  /** Listens first, then asks, so that no change falls between the two. */
  async function connect(): Promise<() => void> {
    const stops = [await backend.onChange(show), await backend.onRefused(() => void explain())];
    const minutes = setInterval(() => (now.value = Date.now() / 1000), MS_PER_MINUTE);
    try {
      show(await backend.snapshot());
      await explain();
      atLogin.value = await backend.startsAtLogin();
      notifies.value = await backend.notifies();
    } catch (error) {
      problem.value = sentence(error);
    }
    return () => {
      clearInterval(minutes);
      for (const stop of stops) stop();
    };
  }

  /** Shows what the system says afterwards, not what was asked of it. */
  async function startAtLogin(on: boolean) {
    await act("start at login", (daemon) => daemon.startAtLogin(on));
    atLogin.value = await backend.startsAtLogin();
  }

  async function notify(on: boolean) {
    await act("notify", (daemon) => daemon.notify(on));
    notifies.value = await backend.notifies();
  }

  /** Goes where a link or the tray points: `#activity`, `#codex`, or `#add` for a new profile. */
  function follow(hash: string) {
    const place = hash.replace("#", "");
    if (place === "add") {
      tab.value = "profiles";
      adding.value = true;
    }
    const found = TABS.find((one) => one === place);
    if (found) tab.value = found;
  }

  /** Opens the section at a place, counted from 0; false when there is none. */
  function openTab(index: number): boolean {
    const found = TABS[index];
    if (found) tab.value = found;
    return found !== undefined;
  }

  return {
    atLogin,
    startAtLogin,
    notifies,
    notify,
    snapshot,
    now,
    tab,
    adding,
    pending,
    problem,
    busy,
    act,
    connect,
    follow,
    openTab,
  };
}

function sentence(error: unknown): string {
  if (typeof error === "string") return error;
  return error instanceof Error ? error.message : "Something went wrong. Try again.";
}
