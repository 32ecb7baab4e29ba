import { fireEvent, screen, waitFor, within } from "@testing-library/preact";
import { expect, test } from "vitest";

import { fiveHours, home, NOW, work } from "../src/fixtures/people";
import type { Profile } from "../src/model";
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
    /^62% left, resets in 2h 13m \(.+\), lasts until the reset$/,
  );
});

test("bar, word and sum are what the daemon says, not worked out again", async () => {
  const healthy = fixture("healthy");
  // A window whose reset has passed: nothing of it is used any more, whatever was read before.
  const windows = [
    { ...fiveHours(100, "100% left", null), left_percent: 100, level: "fine" as const },
  ];
  const profiles = [{ ...work, windows }, home];
  const pool_left = healthy.pool_left.map((one) => ({ ...one, left_text: "77%" }));
  await open({ ...healthy, profiles, pool_left });
  const bar = screen.getByRole("meter", { name: "work, 5 hours: left" });
  expect(bar.getAttribute("aria-valuenow")).toBe("100");
  expect(bar.closest<HTMLElement>(".meter")?.dataset["level"]).toBe("fine");
  expect(bar.querySelector<HTMLElement>(".meter-fill")?.style.inlineSize).toBe("100%");
  expect(screen.getByText(/5h 77%/)).toBeTruthy();
});

test("a low window says so in a word", async () => {
  await open(fixture("low"));
  const bar = screen.getByRole("meter", { name: "work, Week: left" });
  expect(bar.getAttribute("aria-valuetext")).toMatch(
    /^18% left, Low, resets in 1d 22h \(.+\), at this pace out Thu 16:00$/,
  );
});

test("a resting profile says until when and why", async () => {
  await open(fixture("healthy"));
  const row = screen.getByRole("heading", { name: "studio" }).closest("li");
  expect(row && within(row).getByText("Out until 14:05")).toBeTruthy();
  expect(row && within(row).getByText("Its 5-hour limit is used up.")).toBeTruthy();
});

test("the account of Codex out of quota is explained, although it is ready", async () => {
  const reason = "Codex's own account is out of quota.";
  const account = { ...home, own_sign_in: true, reason };
  await open({ ...fixture("healthy"), profiles: [work, account] });
  expect(screen.getByText(reason)).toBeTruthy();
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

test("a name in use is reported at its field, and the form stays", async () => {
  await open(fixture("healthy"));
  await choose("lab", "Rename…");
  type("Name", "home");
  press("Rename");
  const dialog = screen.getByRole("dialog", { name: "Rename lab" });
  expect((await within(dialog).findByRole("alert")).textContent).toContain("Choose another name");
});

test("a last known reading says so", async () => {
  await open(fixture("last-known"));
  const bar = screen.getByRole("meter", { name: "work, 5 hours: left" });
  expect(bar.getAttribute("aria-valuetext")).toContain("last known");
});

test("a row is one spoken sentence", async () => {
  await open(fixture("healthy"));
  const row = screen.getByRole("heading", { name: "home" }).closest("li");
  expect(row?.getAttribute("aria-label")).toBe(
    "home, home@example.com · Plus, 5 hours 100% left, resets in 5h, Week 44% left, resets in 3d 22h",
  );
});

test("the order is chosen in a menu and shown at once", async () => {
  const { backend } = await open(fixture("healthy"));
  const order = screen.getByRole("combobox", { name: "Order" });
  fireEvent.change(order, { target: { value: "most_left" } });
  await waitFor(async () => expect((await backend.settings()).policy).toBe("most_left"));
  expect(await screen.findByText("The fullest is used first")).toBeTruthy();
});

/** The names of the list "Next", top first. */
function next() {
  const list = document.querySelector("ol.list");
  return [...(list?.querySelectorAll("h3") ?? [])].map((one) => one.textContent);
}

test("Alt and an arrow move a profile, which selects the custom order and announces it", async () => {
  const { backend, store } = await open(fixture("healthy"), "profiles", { policy: "my_order" });
  expect(next()).toEqual(["home", "lab", "desk", "metered"]);
  const button = screen.getByRole("button", { name: "Actions for home" });
  fireEvent.keyDown(button, { key: "ArrowDown" });
  expect(next()).toEqual(["home", "lab", "desk", "metered"]);
  await choose("home", "Move down");
  await waitFor(() => expect(store.announcement.value).toBe("home is now 2 of 2."));
  expect(
    backend
      .current()
      .profiles.slice(0, 3)
      .map((one) => one.name),
  ).toEqual(["work", "lab", "home"]);
  await waitFor(() => expect(next()).toEqual(["lab", "home", "desk", "metered"]));
  expect(document.activeElement).toBe(button);
  fireEvent.keyDown(button, { key: "ArrowUp", altKey: true });
  await waitFor(() => expect(store.announcement.value).toBe("home is now 1 of 2."));
});

test("moving under another policy selects the custom order", async () => {
  const { backend } = await open(fixture("healthy"));
  await choose("lab", "Move up");
  await waitFor(async () => expect((await backend.settings()).policy).toBe("my_order"));
});

test("a profile can have a reserve of its own, and give it up", async () => {
  const { backend } = await open(fixture("healthy"));
  await choose("home", "Reserve…");
  fireEvent.click(screen.getByRole("radio", { name: "Its own" }));
  fireEvent.input(screen.getByRole("spinbutton"), { target: { value: "12" } });
  press("Save");
  expect(await screen.findByText("Reserve 12 %")).toBeTruthy();
  await choose("home", "Reserve…");
  fireEvent.click(screen.getByRole("radio", { name: "As for all profiles (3 %)" }));
  press("Save");
  await waitFor(() =>
    expect(backend.current().profiles.find((one) => one.name === "home")?.reserve_percent).toBe(
      null,
    ),
  );
});

test("waiting chats are counted, and can be stopped", async () => {
  const { backend } = await open(fixture("waiting"));
  expect(screen.getAllByText(/^All profiles are out. Codex waits and continues/)).toHaveLength(1);
  expect(screen.getByText(/^2 chats wait until/)).toBeTruthy();
  press("Stop waiting");
  await waitFor(() => expect(backend.current().waiting).toBeNull());
});

test("Codex's own sign-in is named, and why it is last", async () => {
  await open(fixture("healthy"));
  expect(screen.getByText("Codex's own sign-in").getAttribute("title")).toContain("serves last");
});

test("what comes last for a reason of its own cannot be moved", async () => {
  await open(fixture("healthy"));
  press("Actions for desk");
  await screen.findByRole("menu");
  expect(screen.queryByRole("menuitem", { name: /^Move/ })).toBeNull();
  expect(document.querySelectorAll(".grip")).toHaveLength(2);
});

const credits = {
  balance: "12",
  unlimited: false,
  consent: "never" as const,
  own_consent: null,
  state: "idle" as const,
  spending_since: null,
  text: "12 credits, not used",
};

/** The healthy window, where `work` has this besides. */
function withWork(over: Partial<Profile>) {
  const healthy = fixture("healthy");
  const profiles = healthy.profiles.map((one) => (one.name === "work" ? { ...one, ...over } : one));
  return { ...healthy, profiles };
}

test("credits of a profile stand on its card, and are used only where the user says so", async () => {
  const { backend } = await open(withWork({ credits }));
  expect(screen.getByText("12 credits, not used")).toBeTruthy();
  await choose("work", "Credits…");
  const dialog = await screen.findByRole("dialog", { name: "Credits of work" });
  const option = (name: string) => within(dialog).getByRole<HTMLInputElement>("radio", { name });
  expect(option("As for all profiles: Never").checked).toBe(true);
  fireEvent.click(option("Only when all plans are out"));
  fireEvent.click(within(dialog).getByRole("button", { name: "Save" }));
  await waitFor(() =>
    expect(backend.current().profiles[0]?.credits?.own_consent).toBe("when_all_out"),
  );
});

test("a profile without credits offers no setting for them", async () => {
  await open(fixture("healthy"));
  press("Actions for work");
  await screen.findByRole("menu");
  expect(screen.queryByRole("menuitem", { name: "Credits…" })).toBeNull();
  expect(screen.queryByRole("menuitem", { name: "Use a banked reset…" })).toBeNull();
});

const resets = {
  count: 2,
  resets: [{ granted_at: null, expires_at: NOW + 86_400 }],
  state: "idle" as const,
  text: "2 resets banked, the first expires tomorrow at 13:52",
};

test("a banked reset is used after a question, and once for two clicks", async () => {
  const { backend } = await open(withWork({ resets }));
  expect(screen.getByText(/2 resets banked, the first expires/)).toBeTruthy();
  press("Use one…");
  const dialog = await screen.findByRole("dialog", { name: "Banked reset of work" });
  expect(await within(dialog).findByText(/This cannot be undone/)).toBeTruthy();
  const use = within(dialog).getByRole("button", { name: "Use one reset" });
  fireEvent.click(use);
  fireEvent.click(use);
  expect(await within(dialog).findByText(/its counters are empty/)).toBeTruthy();
  expect(backend.calls("redeem")).toHaveLength(1);
  expect(within(dialog).queryByRole("button", { name: "Use one reset" })).toBeNull();
});

test("a question that is cancelled uses nothing", async () => {
  const { backend } = await open(withWork({ resets }));
  press("Use one…");
  await screen.findByText(/This cannot be undone/);
  press("Cancel");
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  expect(backend.calls("redeem")).toEqual([]);
});

test("a reset that is being used is not offered again", async () => {
  await open(withWork({ resets: { ...resets, state: "awaited" } }));
  expect(screen.queryByRole("button", { name: "Use one…" })).toBeNull();
});
