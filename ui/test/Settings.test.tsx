import { fireEvent, screen, waitFor, within } from "@testing-library/preact";
import { render } from "preact";
import { expect, test } from "vitest";

import { NumberField } from "../src/parts/NumberField";
import { fixture, open, press, type } from "./dom";

const NAME = "Start Rotunda when I log in";

function box(name: string | RegExp) {
  return screen.getByRole<HTMLInputElement>("checkbox", { name });
}

test("starting at login is turned on and off where the system keeps it", async () => {
  const { backend } = await open(fixture("healthy"), "settings");
  expect(box(NAME).checked).toBe(false);
  fireEvent.click(box(NAME));
  await waitFor(() => expect(box(NAME).checked).toBe(true));
  expect(await backend.startsAtLogin()).toBe(true);
  fireEvent.click(box(NAME));
  await waitFor(async () => expect(await backend.startsAtLogin()).toBe(false));
});

test("a system that refuses keeps its state, and says why", async () => {
  const { backend, store } = await open(fixture("healthy"), "settings");
  backend.startAtLogin = () => Promise.reject("Start at login was not changed: no.");
  fireEvent.click(box(NAME));
  expect((await screen.findByRole("alert")).textContent).toContain(
    "Start at login was not changed",
  );
  expect(store.atLogin.value).toBe(false);
});

test("the first page offers it too", async () => {
  await open(fixture("empty"));
  expect(box(NAME)).toBeTruthy();
});

test("what is typed before the first paint of a number's field stays", async () => {
  const root = document.body.appendChild(document.createElement("div"));
  // Not through the testing library: it lets every effect run before it returns.
  render(<NumberField label="Port" value={4567} min={1024} max={65535} onSet={() => {}} />, root);
  const field = screen.getByRole<HTMLInputElement>("spinbutton", { name: "Port" });
  field.value = "5678";
  field.dispatchEvent(new Event("input", { bubbles: true }));
  await new Promise((later) => setTimeout(later, 200));
  expect(field.value).toBe("5678");
  root.remove();
});

test("a number is saved when its field is left, and put back when it is out of bounds", async () => {
  const { backend } = await open(fixture("healthy"), "settings");
  const field = screen.getByRole<HTMLInputElement>("spinbutton", { name: "Leave a reserve of" });
  fireEvent.input(field, { target: { value: "7" } });
  expect((await backend.settings()).reserve_percent).toBe(3);
  fireEvent.blur(field);
  await waitFor(async () => expect((await backend.settings()).reserve_percent).toBe(7));
  fireEvent.input(field, { target: { value: "21" } });
  fireEvent.blur(field);
  await waitFor(() => expect(field.value).toBe("7"));
  expect((await backend.settings()).reserve_percent).toBe(7);
});

test("waiting for the reset is chosen in hours and kept in minutes", async () => {
  const { backend } = await open(fixture("healthy"), "settings");
  fireEvent.click(screen.getByRole("radio", { name: "Wait for the reset, at most" }));
  await waitFor(async () => expect((await backend.settings()).wait_for_reset_minutes).toBe(360));
  const hours = screen.getByRole("spinbutton", { name: "Hours to wait at most" });
  fireEvent.input(hours, { target: { value: "2" } });
  fireEvent.blur(hours);
  await waitFor(async () => expect((await backend.settings()).wait_for_reset_minutes).toBe(120));
  fireEvent.click(screen.getByRole("radio", { name: "Stop with Codex's message" }));
  await waitFor(async () => expect((await backend.settings()).wait_for_reset_minutes).toBe(0));
});

test("what was written into the file meanwhile is shown when the section opens", async () => {
  const { backend } = await open(fixture("healthy"));
  await backend.setSettings({ theme: "dark" });
  press("Settings", "tab");
  const theme = await screen.findByRole("combobox", { name: "Theme" });
  await waitFor(() => expect((theme as HTMLSelectElement).value).toBe("dark"));
});

test("the address of a proxy is required before it is saved", async () => {
  const { backend } = await open(fixture("healthy"), "settings");
  const pick = await screen.findByRole("combobox", { name: "Upstream proxy" });
  fireEvent.change(pick, { target: { value: "custom" } });
  expect((await backend.settings()).proxy).toBe("system");
  type("Proxy address", "http://127.0.0.1:8888");
  fireEvent.blur(screen.getByLabelText("Proxy address"));
  await waitFor(async () => expect((await backend.settings()).proxy).toBe("http://127.0.0.1:8888"));
});

test("a refused setting keeps what held, and says why", async () => {
  const { backend, store } = await open(fixture("healthy"), "settings");
  backend.setSettings = () => Promise.reject("Port 80 needs an administrator. Choose another.");
  const field = await screen.findByRole<HTMLInputElement>("spinbutton", { name: "Port" });
  fireEvent.input(field, { target: { value: "4518" } });
  fireEvent.blur(field);
  expect((await screen.findByRole("alert")).textContent).toContain("Choose another");
  expect(store.settings.value?.port).toBe(4517);
});

test("further effects of a change are shown", async () => {
  await open(fixture("healthy"), "settings");
  const field = await screen.findByRole<HTMLInputElement>("spinbutton", { name: "Port" });
  fireEvent.input(field, { target: { value: "4518" } });
  fireEvent.keyDown(field, { key: "Enter" });
  expect(await screen.findByText("Codex was bound to port 4518. Restart Codex.")).toBeTruthy();
});

test("moving sign-ins says what it means before it is done", async () => {
  const { backend } = await open(fixture("healthy"), "settings");
  fireEvent.click(await screen.findByRole("button", { name: "Move to a file…" }));
  const dialog = await screen.findByRole("dialog", { name: "Move sign-ins to a file?" });
  expect(within(dialog).getByText(/Backups and other programs/)).toBeTruthy();
  expect(backend.current().vault.kind).toBe("keychain");
  fireEvent.click(within(dialog).getByRole("button", { name: "Move" }));
  await waitFor(() => expect(backend.current().vault.kind).toBe("file"));
  expect(await screen.findByText(/The keychain is safer/)).toBeTruthy();
});

test("settings are written to a chosen file, and the file is shown", async () => {
  const { backend } = await open(fixture("healthy"), "settings");
  await screen.findByLabelText("Settings file");
  type("Settings file", "~/mine.toml");
  press("Export settings");
  expect(await screen.findByText("Settings were written to ~/mine.toml.")).toBeTruthy();
  expect(backend.calls("export_settings")).toEqual(["~/mine.toml"]);
});

test("another language is spoken at once, with the daemon's sentences", async () => {
  const { backend } = await open(fixture("healthy"), "settings");
  fireEvent.change(screen.getByRole("combobox", { name: "Language" }), {
    target: { value: "zh-CN" },
  });
  expect(await screen.findByRole("tab", { name: "设置" })).toBeTruthy();
  // Theirs come with the same snapshot that says which language it is.
  backend.happen({ headline: "Codex 正在使用 work · 剩余 62%" });
  const head = await screen.findByRole("heading", { level: 1 });
  expect(head.textContent).toBe("Codex 正在使用 work · 剩余 62%");
  backend.happen({ language: "en", headline: "Codex is using work · 62% left" });
  expect(await screen.findByRole("tab", { name: "Settings" })).toBeTruthy();
});

const SECOND_LINE = "Continue in Codex's terminal interface while Codex's own account is out";

test("the second line is off, says what it costs, and is switched on", async () => {
  const { backend } = await open(fixture("healthy"), "settings");
  expect(box(SECOND_LINE).checked).toBe(false);
  const section = box(SECOND_LINE).closest("section");
  expect(section?.textContent).toContain("connectors are absent");
  fireEvent.click(box(SECOND_LINE));
  await waitFor(async () => expect((await backend.settings()).second_line).toBe(true));
});

test("the settings and the binding say why the second line stands", async () => {
  const healthy = fixture("healthy");
  const message = "A second line stands.";
  const second_line = { is_wanted: true, stands: true, is_foreign: false, message };
  await open({ ...healthy, binding: { ...healthy.binding, second_line } }, "settings");
  expect(screen.getByText(message)).toBeTruthy();
  press("Codex", "tab");
  expect(await screen.findByText(message)).toBeTruthy();
});

const RESPONSES = "Let programs that speak the Responses API use my profiles";

test("other programs are off, and what that means is said beside the switches", async () => {
  const { backend } = await open(fixture("healthy"), "settings");
  await screen.findByRole("heading", { name: "Other programs" });
  const section = box(RESPONSES).closest("section");
  expect(section?.textContent).toContain("decided by the provider's terms");
  expect(section?.textContent).toContain("switch this off here");
  expect(section?.textContent).toContain("No program has a key.");
  const switches = [
    [RESPONSES, "clients_responses"],
    [/Messages API use my profiles/, "clients_messages"],
    ["Let programs that speak Chat Completions use my profiles", "clients_chat"],
  ] as const;
  for (const [label, key] of switches) {
    expect(box(label).checked).toBe(false);
    fireEvent.click(box(label));
    await waitFor(async () => expect((await backend.settings())[key]).toBe(true));
  }
});

test("a program shows who serves it, and its key can be revoked", async () => {
  const clients = [
    { id: "1", name: "editor", profiles: null, added_at: 0 },
    { id: "2", name: "night run", profiles: ["work"], added_at: 0 },
    { id: "3", name: "old", profiles: [], added_at: 0 },
  ];
  await open({ ...fixture("healthy"), clients }, "settings");
  const list = await screen.findByRole("list", { name: "Other programs" });
  expect(list.textContent).toContain("editor Each profile");
  expect(list.textContent).toContain("night run work");
  expect(list.textContent).toContain("No profile: those that were named are gone");
  fireEvent.click(screen.getByRole("button", { name: "Revoke the key of night run" }));
  await screen.findByText("The key of night run is revoked.");
  expect(screen.queryByRole("button", { name: "Revoke the key of night run" })).toBeNull();
  expect(screen.getByRole("button", { name: "Revoke the key of editor" })).toBeTruthy();
});

test("money is spent only by the settings that say so", async () => {
  const { backend } = await open(fixture("healthy"), "settings");
  await screen.findByRole("heading", { name: "Money" });
  const never = screen.getByRole<HTMLInputElement>("radio", { name: "Never" });
  expect(never.checked).toBe(true);
  fireEvent.click(screen.getByRole("radio", { name: "Only when all plans are out" }));
  await waitFor(async () => expect((await backend.settings()).use_credits).toBe("when_all_out"));
  const redeem = "Use a banked reset when all profiles are out";
  expect(box(redeem).checked).toBe(false);
  fireEvent.click(box(redeem));
  await waitFor(async () => expect((await backend.settings()).redeem_when_out_hours).toBe(4));
  expect(box("Use API keys when all plans are out").checked).toBe(false);
  fireEvent.click(box("Use API keys when all plans are out"));
  await waitFor(async () => expect((await backend.settings()).use_api_keys).toBe(true));
});

test("usage is kept as long as the user wants, and names of projects on request only", async () => {
  const { backend } = await open(fixture("healthy"), "settings");
  const days = await screen.findByRole("spinbutton", { name: "Keep for" });
  fireEvent.input(days, { target: { value: "90" } });
  fireEvent.blur(days);
  await waitFor(async () => expect((await backend.settings()).usage_keep_days).toBe(90));
  fireEvent.click(box("Keep the names of projects"));
  await waitFor(async () => expect((await backend.settings()).usage_project_names).toBe(true));
});

test("a hook is saved when its field is left, tried, and removed", async () => {
  const { backend } = await open(fixture("healthy"), "settings");
  const field = await screen.findByLabelText<HTMLInputElement>("Command for rotated");
  fireEvent.input(field, { target: { value: "notify --fail" } });
  expect((await backend.settings()).hooks["rotated"]).toContain("curl");
  fireEvent.blur(field);
  await waitFor(async () =>
    expect((await backend.settings()).hooks["rotated"]).toBe("notify --fail"),
  );
  press("Try the hook rotated");
  expect(await screen.findByText("The hook rotated failed: it ended with 1.")).toBeTruthy();
  expect(backend.calls("try_hook")).toEqual(["rotated"]);
  press("Remove the hook rotated");
  await waitFor(() => expect(screen.queryByLabelText("Command for rotated")).toBeNull());
  expect((await backend.settings()).hooks).toEqual({});
});

test("a hook is added for a kind that has none, and what it printed is shown", async () => {
  const { backend } = await open(fixture("healthy"), "settings");
  const kinds = await screen.findByRole<HTMLSelectElement>("combobox", { name: "Add one for" });
  expect([...kinds.options].map((one) => one.value)).not.toContain("rotated");
  fireEvent.change(kinds, { target: { value: "exhausted" } });
  const field = await screen.findByLabelText("Command for exhausted");
  fireEvent.input(field, { target: { value: " notify " } });
  press("Try the hook exhausted");
  expect(await screen.findByText("sent")).toBeTruthy();
  expect((await backend.settings()).hooks["exhausted"]).toBe("notify");
});

test("newer versions are asked for at an address of the user, and at none once the field is empty", async () => {
  const { backend } = await open(fixture("healthy"), "settings");
  const field = await screen.findByRole<HTMLInputElement>("textbox", {
    name: "Ask this address once a day",
  });
  expect(field.value).toBe("");
  fireEvent.blur(field);
  expect((await backend.settings()).updates_address).toBe("off");
  fireEvent.input(field, { target: { value: " https://example.com/update.signed " } });
  expect((await backend.settings()).updates_address).toBe("off");
  fireEvent.blur(field);
  const address = "https://example.com/update.signed";
  await waitFor(() => expect(field.value).toBe(address));
  expect((await backend.settings()).updates_address).toBe(address);
  fireEvent.input(field, { target: { value: "" } });
  fireEvent.blur(field);
  await waitFor(async () => expect((await backend.settings()).updates_address).toBe("off"));
});

test("a newer version stands in the header", async () => {
  const text = "Rotunda 9.0.0 is out: https://example.com/rotunda";
  const page = "https://example.com/rotunda";
  const update = { version: "9.0.0", page, text, menu: "Rotunda 9.0.0 is out…" };
  await open({ ...fixture("healthy"), update });
  expect(within(screen.getByRole("banner")).getByText(text)).toBeTruthy();
});

test("an answer about newer versions that was refused is explained in the settings alone", async () => {
  const text = "What stands at updates.address is not signed.";
  const update = { version: null, page: null, text, menu: null };
  await open({ ...fixture("healthy"), update }, "settings");
  expect(await screen.findByText(text)).toBeTruthy();
  expect(within(screen.getByRole("banner")).queryByText(text)).toBeNull();
});
