import { screen } from "@testing-library/preact";
import { expect, test } from "vitest";

import { fixture, open, press } from "./dom";

/** The names of the buttons in the section, in order. */
function buttons() {
  return screen.getAllByRole("button").map((one) => one.textContent);
}

test("a bound Codex can be unbound", async () => {
  const { backend } = await open(fixture("healthy"), "codex");
  press("Unbind Codex");
  expect(backend.current().binding.state).toBe("unbound");
  expect(await screen.findByRole("heading", { level: 2, name: "Not bound" })).toBeTruthy();
});

test("an unbound Codex can be bound, and the line is shown before", async () => {
  const { backend } = await open(fixture("unbound"), "codex");
  expect(screen.getByLabelText("The line").textContent).toContain("openai_base_url");
  press("Bind Codex");
  expect(backend.current().binding.state).toBe("bound");
});

test("without a profile there is nothing to bind to", async () => {
  await open(fixture("empty"), "codex");
  expect(screen.getByRole("button", { name: "Bind Codex" }).hasAttribute("disabled")).toBe(true);
  expect(screen.getByText("Add a profile first")).toBeTruthy();
});

test("a line changed by another app is told and can be bound again", async () => {
  await open(fixture("foreign"), "codex");
  expect(screen.getByText(/Codex now points to/)).toBeTruthy();
  expect(buttons()).toEqual(["Bind Codex"]);
});

test("an old line can be renewed or taken out", async () => {
  await open(fixture("stale"), "codex");
  expect(buttons()).toEqual(["Bind again", "Unbind Codex"]);
});

test("a file that cannot be read is left alone", async () => {
  await open(fixture("unreadable"), "codex");
  expect(screen.getByText(/Line 12/)).toBeTruthy();
  expect(screen.queryAllByRole("button")).toEqual([]);
});

test("a taken port names who has it", async () => {
  await open(fixture("port-taken"), "codex");
  expect(screen.getByText(/Port 4517 is used by node/)).toBeTruthy();
});
