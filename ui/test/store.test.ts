import { expect, test, vi } from "vitest";

import type { Backend } from "../src/backend";
import { fakeBackend } from "../src/fixtures/fake";
import type { Snapshot } from "../src/model";
import { createStore } from "../src/store";
import { fixture } from "./dom";

/** A daemon whose answers and events the test times itself. */
function scripted(first: Snapshot) {
  let emit: (snapshot: Snapshot) => void = () => undefined;
  let answer: ((snapshot: Snapshot) => void) | null = null;
  const backend: Backend = {
    ...fakeBackend(first),
    snapshot: () => new Promise((resolve) => (answer = resolve)),
    onChange: async (listener) => {
      emit = listener;
      return () => (emit = () => undefined);
    },
  };
  return {
    backend,
    emit: (next: Snapshot) => emit(next),
    asked: () => answer !== null,
    answer: (next: Snapshot) => answer?.(next),
  };
}

test("an answer that an event has overtaken is dropped", async () => {
  const old = fixture("healthy");
  const daemon = scripted(old);
  const store = createStore(daemon.backend);
  const connected = store.connect();
  await vi.waitUntil(daemon.asked);
  daemon.emit({ ...old, version: 5, headline: "newer" });
  daemon.answer(old);
  const stop = await connected;
  expect(store.snapshot.value?.headline).toBe("newer");
  stop();
  daemon.emit({ ...old, version: 6, headline: "after the end" });
  expect(store.snapshot.value?.headline).toBe("newer");
});

test("a daemon that does not answer is reported, not hidden", async () => {
  const backend = {
    ...fakeBackend(fixture("healthy")),
    snapshot: () => Promise.reject("The daemon is stopping."),
  };
  const store = createStore(backend);
  (await store.connect())();
  expect(store.problem.value).toBe("The daemon is stopping.");
});

test("the refusal of a click in the tray is loaded, at the start and on an event", async () => {
  let notify: () => void = () => undefined;
  const reasons = ["Codex was not bound."];
  const backend: Backend = {
    ...fakeBackend(fixture("healthy")),
    refusal: async () => reasons.shift() ?? null,
    onRefused: async (listener) => {
      notify = listener;
      return () => undefined;
    },
  };
  const store = createStore(backend);
  const stop = await store.connect();
  expect(store.problem.value).toBe("Codex was not bound.");
  reasons.push("That profile is gone.");
  notify();
  await vi.waitFor(() => expect(store.problem.value).toBe("That profile is gone."));
  stop();
});

test("a command runs once while it is under way", async () => {
  const store = createStore(fakeBackend(fixture("healthy")));
  let finish: () => void = () => undefined;
  const first = store.act("bind", () => new Promise<void>((resolve) => (finish = resolve)));
  expect(store.pending.value.has("bind")).toBe(true);
  expect(await store.act("bind", async () => undefined)).toBe(false);
  finish();
  expect(await first).toBe(true);
  expect(store.pending.value.size).toBe(0);
});

test("a refusal becomes the sentence shown, and the next try clears it", async () => {
  const store = createStore(fakeBackend(fixture("healthy")));
  expect(await store.act("bind", () => Promise.reject("config.toml is read-only."))).toBe(false);
  expect(store.problem.value).toBe("config.toml is read-only.");
  expect(await store.act("bind", async () => undefined)).toBe(true);
  expect(store.problem.value).toBeNull();
});

test("links lead to sections and to the form for a new profile", () => {
  const store = createStore(fakeBackend(fixture("healthy")));
  store.follow("#codex");
  expect(store.tab.value).toBe("codex");
  store.follow("#add");
  expect([store.tab.value, store.sheet.value]).toEqual(["profiles", { kind: "add" }]);
  store.follow("#nonsense");
  expect(store.tab.value).toBe("profiles");
});

test("digits open sections, as far as there are any", () => {
  const store = createStore(fakeBackend(fixture("healthy")));
  expect(store.openTab(1)).toBe(true);
  expect(store.tab.value).toBe("activity");
  expect(store.openTab(4)).toBe(false);
  expect(store.tab.value).toBe("activity");
});
