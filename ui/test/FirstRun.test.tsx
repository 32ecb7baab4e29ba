import { screen, waitFor, within } from "@testing-library/preact";
import { expect, test } from "vitest";

import { fixture, open, press } from "./dom";

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

test("what is found is offered, and sharing it is not the first choice", async () => {
  const { backend } = await open(fixture("empty"));
  expect(await screen.findByText("Found: you@example.com · Plus")).toBeTruthy();
  press("Add this profile");
  const dialog = await screen.findByRole("dialog", { name: "Share this sign-in with Codex?" });
  const first = within(dialog).getAllByRole("button")[0];
  expect(first?.textContent).toBe("Sign in (recommended)");
  expect(backend.current().profiles).toHaveLength(0);
  press("Import all the same");
  await waitFor(() => expect(backend.current().profiles).toHaveLength(1));
  expect(await screen.findByRole("heading", { level: 3, name: "plus" })).toBeTruthy();
});

test("a sign-in starts from the first page, by browser or by code", async () => {
  const { backend } = await open(fixture("empty"));
  press("Use a code instead");
  await waitFor(() => expect(backend.current().sign_in?.method).toBe("device"));
});
