import { fireEvent, screen, within } from "@testing-library/preact";
import { expect, test } from "vitest";

import { choose, fixture, open, press, type } from "./dom";

test("profiles stand under what they are waiting for", async () => {
  await open(fixture("healthy"));
  const headings = screen.getAllByRole("heading", { level: 2 }).map((one) => one.textContent);
  expect(headings).toEqual(["In use", "Next, in this order", "Resting", "Needs you", "Paused"]);
});

test("an empty group has no heading", async () => {
  await open(fixture("one"));
  const headings = screen.getAllByRole("heading", { level: 2 }).map((one) => one.textContent);
  expect(headings).toEqual(["In use"]);
});

test("a bar says what is left and until when", async () => {
  await open(fixture("healthy"));
  const bar = screen.getByRole("meter", { name: "work, 5 hours: left" });
  expect(bar.getAttribute("aria-valuenow")).toBe("62");
  expect(bar.getAttribute("aria-valuetext")).toMatch(
    /^62% left, resets in 2h 13m \(.+\), lasts at this pace$/,
  );
});

test("a low window says so in a word", async () => {
  await open(fixture("low"));
  const bar = screen.getByRole("meter", { name: "work, Week: left" });
  expect(bar.getAttribute("aria-valuetext")).toMatch(
    /^18% left, low, resets in 1d 22h \(.+\), at this pace out .+$/,
  );
});

test("a resting profile says until when and why", async () => {
  await open(fixture("healthy"));
  const row = screen.getByRole("heading", { name: "studio" }).closest("li");
  expect(row && within(row).getByText("Out until 14:05")).toBeTruthy();
  expect(row && within(row).getByText("Its 5-hour limit is used up.")).toBeTruthy();
});

test("a profile that needs a sign-in offers the way back", async () => {
  await open(fixture("needs-sign-in"));
  press("Import… for side");
  expect(await screen.findByRole("dialog", { name: "Add a profile" })).toBeTruthy();
});

test("another profile can be used", async () => {
  const { backend } = await open(fixture("healthy"));
  await choose("home", "Use now");
  expect(backend.current().serving).toBe("home");
  expect(
    await screen.findByRole("heading", { level: 1, name: /^Codex is using home/ }),
  ).toBeTruthy();
});

test("a resting profile cannot be used now, so that is not offered", async () => {
  await open(fixture("healthy"));
  press("Actions for studio");
  await screen.findByRole("menu");
  expect(screen.queryByRole("menuitem", { name: "Use now" })).toBeNull();
});

test("staying on a profile is shown and can be ended", async () => {
  const { backend } = await open(fixture("healthy"));
  await choose("work", "Stay on this profile");
  expect(await screen.findByText("Staying here")).toBeTruthy();
  await choose("work", "Stop staying on this profile");
  expect(backend.current().profiles.some((one) => one.pinned)).toBe(false);
});

test("a paused profile can be resumed", async () => {
  const { backend } = await open(fixture("healthy"));
  await choose("spare", "Resume");
  expect(backend.current().profiles.find((one) => one.name === "spare")?.standing).toBe("ready");
});

test("removing asks first, and Cancel keeps the profile", async () => {
  const { backend } = await open(fixture("healthy"));
  await choose("studio", "Remove…");
  const dialog = await screen.findByRole("dialog", { name: "Remove studio?" });
  expect(within(dialog).getByText(/Your ChatGPT account is not affected/)).toBeTruthy();
  fireEvent.click(within(dialog).getByRole("button", { name: "Cancel" }));
  expect(backend.current().profiles.some((one) => one.name === "studio")).toBe(true);
});

test("a removed profile is gone", async () => {
  const { backend } = await open(fixture("healthy"));
  await choose("studio", "Remove…");
  press("Remove");
  expect(backend.current().profiles.some((one) => one.name === "studio")).toBe(false);
});

test("a profile is renamed, without the spaces around its name", async () => {
  const { backend } = await open(fixture("healthy"));
  await choose("lab", "Rename…");
  type("Name", "  bench ");
  press("Rename");
  expect(backend.current().profiles.map((one) => one.name)).toContain("bench");
});

test("a taken name is told where it was typed, and the form stays", async () => {
  await open(fixture("healthy"));
  await choose("lab", "Rename…");
  type("Name", "home");
  press("Rename");
  const dialog = screen.getByRole("dialog", { name: "Rename lab" });
  expect((await within(dialog).findByRole("alert")).textContent).toContain("Choose another name");
});
