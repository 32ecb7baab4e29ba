import { fireEvent, screen, waitFor } from "@testing-library/preact";
import { expect, test } from "vitest";

import { fixture, open, press } from "./dom";

const NAME = "Start Rotunda when I log in";

test("starting at login is turned on and off where the system keeps it", async () => {
  const { backend } = await open(fixture("healthy"), "settings");
  const box = screen.getByRole("checkbox", { name: NAME });
  expect(box).toHaveProperty("checked", false);
  fireEvent.click(box);
  await waitFor(() =>
    expect(screen.getByRole("checkbox", { name: NAME })).toHaveProperty("checked", true),
  );
  expect(await backend.startsAtLogin()).toBe(true);
  fireEvent.click(box);
  await waitFor(async () => expect(await backend.startsAtLogin()).toBe(false));
});

test("a system that refuses keeps its state, and says why", async () => {
  const { backend, store } = await open(fixture("healthy"), "settings");
  backend.startAtLogin = () => Promise.reject("Start at login was not changed: no.");
  fireEvent.click(screen.getByRole("checkbox", { name: NAME }));
  expect((await screen.findByRole("alert")).textContent).toContain(
    "Start at login was not changed",
  );
  expect(store.atLogin.value).toBe(false);
});

test("the first page offers it too", async () => {
  await open(fixture("empty"));
  expect(screen.getByRole("checkbox", { name: NAME })).toBeTruthy();
});

test("notifications are turned off and on", async () => {
  const { backend } = await open(fixture("healthy"), "settings");
  const box = screen.getByRole("checkbox", { name: "Tell me what happens" });
  expect(box).toHaveProperty("checked", true);
  fireEvent.click(box);
  await waitFor(async () => expect(await backend.notifies()).toBe(false));
  await waitFor(() => expect(box).toHaveProperty("checked", false));
});

test("a test can be sent, because a system may swallow them silently", async () => {
  const { backend } = await open(fixture("healthy"), "settings");
  press("Send a test");
  await waitFor(() => expect(backend.tests()).toBe(1));
});
