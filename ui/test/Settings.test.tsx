import { fireEvent, screen, waitFor, within } from "@testing-library/preact";
import { expect, test } from "vitest";

import { fixture, open, press, type } from "./dom";

const NAME = "Start Rotunda when I log in";

function box(name: string) {
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

test("each notification has a switch of its own", async () => {
  const { backend } = await open(fixture("healthy"), "settings");
  expect(box("20 % or less left across all profiles").checked).toBe(false);
  fireEvent.click(box("Codex can continue"));
  await waitFor(() => expect(box("Codex can continue").checked).toBe(false));
  const { notifications } = await backend.settings();
  expect(notifications).toMatchObject({ back: false, out: true, low: false });
});

test("a test can be sent, because a system may swallow them silently", async () => {
  const { backend } = await open(fixture("healthy"), "settings");
  press("Send a test");
  await waitFor(() => expect(backend.calls("test_notification")).toHaveLength(1));
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
  const pick = screen.getByRole("combobox", { name: "Upstream proxy" });
  fireEvent.change(pick, { target: { value: "custom" } });
  expect((await backend.settings()).proxy).toBe("system");
  type("Proxy address", "http://127.0.0.1:8888");
  fireEvent.blur(screen.getByLabelText("Proxy address"));
  await waitFor(async () => expect((await backend.settings()).proxy).toBe("http://127.0.0.1:8888"));
});

test("a refused setting keeps what held, and says why", async () => {
  const { backend, store } = await open(fixture("healthy"), "settings");
  backend.setSettings = () => Promise.reject("Port 80 needs an administrator. Choose another.");
  const field = screen.getByRole<HTMLInputElement>("spinbutton", { name: "Port" });
  fireEvent.input(field, { target: { value: "4518" } });
  fireEvent.blur(field);
  expect((await screen.findByRole("alert")).textContent).toContain("Choose another");
  expect(store.settings.value?.port).toBe(4517);
});

test("further effects of a change are shown", async () => {
  await open(fixture("healthy"), "settings");
  const field = screen.getByRole<HTMLInputElement>("spinbutton", { name: "Port" });
  fireEvent.input(field, { target: { value: "4518" } });
  fireEvent.keyDown(field, { key: "Enter" });
  expect(await screen.findByText("Codex was bound to port 4518. Restart Codex.")).toBeTruthy();
});

test("moving sign-ins says what it means before it is done", async () => {
  const { backend } = await open(fixture("healthy"), "settings");
  press("Move to a file…");
  const dialog = await screen.findByRole("dialog", { name: "Move sign-ins to a file?" });
  expect(within(dialog).getByText(/Backups and other programs/)).toBeTruthy();
  expect(backend.current().vault.kind).toBe("keychain");
  fireEvent.click(within(dialog).getByRole("button", { name: "Move" }));
  await waitFor(() => expect(backend.current().vault.kind).toBe("file"));
  expect(await screen.findByText(/The keychain is safer/)).toBeTruthy();
});

test("settings are written to a chosen file, and the file is shown", async () => {
  const { backend } = await open(fixture("healthy"), "settings");
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
