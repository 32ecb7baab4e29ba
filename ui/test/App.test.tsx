import { act, screen } from "@testing-library/preact";
import { expect, test } from "vitest";

import type { Snapshot } from "../src/model";
import { fixture, open, press } from "./dom";

test("the headline is the daemon's own sentence", async () => {
  await open(fixture("low"));
  expect(
    screen.getByRole("heading", { level: 1, name: "Codex is using work · Low, 8% left" }),
  ).toBeTruthy();
});

test("the line below is the daemon's too", async () => {
  await open(fixture("low"));
  expect(screen.getByText("2 of 2 profiles ready, next reset 14:05")).toBeTruthy();
});

test("a keychain that does not answer is reported above every section", async () => {
  await open(fixture("keychain-locked"), "settings");
  expect(screen.getByText(/^The keychain is locked/)).toBeTruthy();
});

test("a keychain with a closed prompt can be retried from the window", async () => {
  const { backend } = await open(fixture("keychain-locked"));
  await act(async () => press("Ask again"));
  expect(backend.calls("refresh_quota")).toHaveLength(1);
});

test("sign-ins in a file offer no prompt", async () => {
  const vault = { kind: "file", state: "denied", message: "The file cannot be used." } as const;
  await open({ ...fixture("keychain-locked"), vault });
  expect(screen.queryByRole("button", { name: "Ask again" })).toBeNull();
});

test("quota is read again on demand", async () => {
  const { backend } = await open(fixture("healthy"));
  await act(async () => press("Refresh quota"));
  expect(backend.calls("refresh_quota")).toHaveLength(1);
});

test("how old the quota is stands beside the way to read it again", async () => {
  await open(fixture("healthy"));
  expect(screen.getByText("updated 2m ago")).toBeTruthy();
});

test("a daemon of an older kind, without the newer fields, is shown all the same", async () => {
  const { outlook, updated, sign_in, test_turn, recording, waiting, vault, ...older } =
    fixture("healthy");
  expect([outlook, updated, sign_in, test_turn, recording, waiting, vault]).toHaveLength(7);
  await open(older as Snapshot);
  expect(screen.getByRole("heading", { level: 3, name: "work" })).toBeTruthy();
});

test("simulated profiles are marked", async () => {
  await open(fixture("demo"));
  expect(screen.getByText("Demo")).toBeTruthy();
});

test("real profiles are not", async () => {
  await open(fixture("healthy"));
  expect(screen.queryByText("Demo")).toBeNull();
});

test("a section opens by its tab", async () => {
  await open(fixture("healthy"));
  press("Activity", "tab");
  expect(await screen.findByRole("tabpanel", { name: "Activity" })).toBeTruthy();
});

test("a change shows without asking for it", async () => {
  const { backend } = await open(fixture("healthy"));
  await act(() => backend.unbind());
  expect(screen.getByRole("heading", { level: 1, name: "Codex is not bound" })).toBeTruthy();
});

test("the missing step stands beside the headline", async () => {
  const { backend } = await open(fixture("unbound"));
  await act(async () => press("Bind Codex"));
  expect(backend.current().binding.state).toBe("bound");
  expect(screen.queryByRole("button", { name: "Bind Codex" })).toBeNull();
});
