/** What every view test needs: the window over a snapshot, with a daemon in memory. */
import { cleanup, configure, fireEvent, render, screen } from "@testing-library/preact";
import { afterEach, vi } from "vitest";

import { fakeBackend } from "../src/fixtures/fake";
import { NOW, snapshots } from "../src/fixtures/snapshots";
import type { SettingsView } from "../src/answers";
import { speak } from "../src/i18n/text";
import type { Snapshot } from "../src/model";
import { createStore, type Tab } from "../src/store";
import { App } from "../src/views/App";

// A busy machine is slow, not wrong: parts of the window are loaded when they are first shown.
configure({ asyncUtilTimeout: 30_000 });

afterEach(async () => {
  cleanup();
  vi.useRealTimers();
  await speak("en");
});

export function fixture(name: string): Snapshot {
  const found = snapshots[name];
  if (!found) throw new Error(`no fixture is called ${name}`);
  return found;
}

/** Opens the window on a section. The clock stands at the fixtures' moment. */
export async function open(
  snapshot: Snapshot,
  tab: Tab = "profiles",
  settings: Partial<SettingsView> = {},
) {
  vi.useFakeTimers({ now: NOW * 1000, toFake: ["Date"] });
  const backend = fakeBackend(snapshot, settings);
  const store = createStore(backend);
  await store.connect();
  store.tab.value = tab;
  render(<App store={store} />);
  return { backend, store };
}

export function press(name: string | RegExp, role = "button") {
  fireEvent.click(screen.getByRole(role, { name }));
}

export function type(name: string | RegExp, text: string) {
  fireEvent.input(screen.getByLabelText(name), { target: { value: text } });
}

/** Chooses from a profile's menu. */
export async function choose(profile: string, action: string) {
  press(`Actions for ${profile}`);
  fireEvent.click(await screen.findByRole("menuitem", { name: action }));
}

/** Opens what is folded under these words, as a click on them does in a browser. */
export function unfold(words: string) {
  const all = [...document.querySelectorAll("details")];
  const found = all.find((one) => one.querySelector("summary")?.textContent === words);
  if (!found) throw new Error(`nothing is folded under "${words}"`);
  found.open = true;
  fireEvent(found, new Event("toggle"));
}
