import { act, screen } from "@testing-library/preact";
import { expect, test } from "vitest";

import { fixture, open, press } from "./dom";

test("the headline is the daemon's own sentence", async () => {
  await open(fixture("low"));
  expect(
    screen.getByRole("heading", { level: 1, name: "Codex is using work · Low, 8% left" }),
  ).toBeTruthy();
});

test("the line below counts who is ready and names the next reset", async () => {
  await open(fixture("low"));
  expect(screen.getByText(/^2 of 2 profiles ready, next reset /)).toBeTruthy();
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
