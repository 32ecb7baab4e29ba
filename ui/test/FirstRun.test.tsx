import { screen } from "@testing-library/preact";
import { expect, test } from "vitest";

import { fixture, open, press, type } from "./dom";

test("it says what Rotunda is for and whose terms apply", async () => {
  await open(fixture("empty"));
  expect(screen.getByText(/Rotunda is for sign-ins you own/)).toBeTruthy();
});

test("binding waits for a profile, and says so", async () => {
  await open(fixture("empty"));
  const button = screen.getByRole("button", { name: "Bind Codex" });
  expect(button.hasAttribute("disabled")).toBe(true);
  const reason = button.getAttribute("aria-describedby");
  expect(reason && document.getElementById(reason)?.textContent).toBe("Waits for step 1");
});

test("the folder of Codex is proposed, and its sign-in becomes the first profile", async () => {
  const { backend } = await open(fixture("empty"));
  const path = screen.getByRole("textbox", { name: /^Codex folder/ });
  expect(path).toHaveProperty("value", "~/.codex");
  type("Name (optional)", "home");
  press("Add this profile");
  expect(await screen.findByRole("heading", { level: 3, name: "home" })).toBeTruthy();
  expect(backend.current().profiles).toHaveLength(1);
});

test("a path without a sign-in is told", async () => {
  const { backend } = await open(fixture("empty"));
  type(/^Codex folder/, "nowhere");
  press("Add this profile");
  expect((await screen.findByRole("alert")).textContent).toContain(
    "There is no sign-in at nowhere",
  );
  expect(backend.current().profiles).toHaveLength(0);
});
