import { fireEvent, screen, waitFor, within } from "@testing-library/preact";
import { expect, test } from "vitest";

import { fixture, open, press, unfold } from "./dom";

/** The buttons about the binding itself, in order. */
function bindingButtons() {
  const panel = document.querySelector<HTMLElement>(".panel");
  const all = panel ? within(panel).queryAllByRole("button") : [];
  const file = ["Open config.toml", "Copy", "Restore this file exactly…"];
  return all.map((one) => one.textContent ?? "").filter((name) => !file.includes(name));
}

test("a bound Codex says which chats use it, and can be unbound", async () => {
  const { backend } = await open(fixture("healthy"), "codex");
  expect(screen.getByText(/^New chats use Rotunda now. Chats that were open before /)).toBeTruthy();
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

test("a line changed by another app is reported, and can be bound again or kept", async () => {
  const { backend } = await open(fixture("foreign"), "codex");
  expect(screen.getByText(/Codex now points to/)).toBeTruthy();
  expect(bindingButtons()).toEqual(["Bind again", "Leave it"]);
  press("Leave it");
  await waitFor(() => expect(backend.calls("leave_binding")).toHaveLength(1));
});

test("an old line can be renewed or taken out", async () => {
  await open(fixture("stale"), "codex");
  expect(bindingButtons()).toEqual(["Bind again", "Unbind Codex"]);
});

test("a file that cannot be read is left alone", async () => {
  await open(fixture("unreadable"), "codex");
  expect(screen.getByText(/Line 12/)).toBeTruthy();
  expect(bindingButtons()).toEqual([]);
});

test("another provider is switched only with consent", async () => {
  const { backend } = await open(fixture("provider"), "codex");
  expect(screen.queryByRole("button", { name: "Bind Codex" })).toBeNull();
  expect(screen.getByText("Codex uses the model provider azure")).toBeTruthy();
  press("Switch and bind");
  await waitFor(() => expect(backend.calls("bind_switch")).toHaveLength(1));
});

test("another provider is not bound from the headline either", async () => {
  await open(fixture("provider"), "profiles");
  expect(screen.queryByRole("button", { name: "Bind Codex" })).toBeNull();
});

test("a taken port names who has it", async () => {
  await open(fixture("port-taken"), "codex");
  expect(screen.getByText(/Port 4517 is used by node/)).toBeTruthy();
});

test("restoring shows what would go, and does nothing before it is agreed", async () => {
  const { backend } = await open(fixture("healthy"), "codex");
  press("Restore this file exactly…");
  const dialog = await screen.findByRole("dialog", { name: "Restore config.toml exactly?" });
  expect(
    within(dialog).getByText(/^This removes 2 changes made since 09:02, including /),
  ).toBeTruthy();
  const gone = within(dialog).getAllByText("Removed line");
  expect(gone).toHaveLength(4);
  expect(backend.calls("restore")).toEqual([]);
  press("Restore");
  await waitFor(() => expect(backend.calls("restore")).toHaveLength(1));
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
});

test("a check says the state of each line in a word, and how to fix what is wrong", async () => {
  await open(fixture("healthy"), "codex");
  press("Run check");
  const [finding] = await screen.findAllByText(/Your system proxy also catches/);
  const line = finding?.closest("li");
  expect(line?.textContent).toContain("Look at this");
  unfold("How to fix: Your system proxy also catches 127.0.0.1");
  expect(await screen.findByText(/Add 127.0.0.1 and localhost to NO_PROXY/)).toBeTruthy();
  expect(screen.getAllByText(/^How to fix/)).toHaveLength(2);
});

test("a test turn runs on the chosen profile, shows its lines, and can be cancelled", async () => {
  const { backend } = await open(fixture("healthy"), "codex");
  const home = fixture("healthy").profiles[1]!;
  fireEvent.change(screen.getByRole("combobox", { name: "Profile" }), {
    target: { value: home.id },
  });
  press("Run a test turn");
  expect(await screen.findByText("Running on home")).toBeTruthy();
  expect(screen.getByText("Codex 0.169.0 started.")).toBeTruthy();
  press("Cancel");
  expect(await screen.findByText(/You cancelled the test turn/)).toBeTruthy();
  expect(backend.current().test_turn?.outcome).toBe("cancelled");
});

test("a second test turn waits for the first, shows that, and can be stopped", async () => {
  const { backend } = await open(fixture("healthy"), "codex");
  press("Run a test turn");
  await screen.findByText("Codex 0.169.0 started.");
  press("Run a test turn");
  expect(await screen.findByText(/Waits for the test turn on work/)).toBeTruthy();
  const [first, second] = screen.getAllByRole("button", { name: "Cancel" });
  expect([first, second].every(Boolean)).toBe(true);
  fireEvent.click(second!);
  await waitFor(() => expect(screen.queryByText(/Waits for the test turn/)).toBeNull());
  expect(backend.current().test_turn?.state).toBe("running");
});

test("what ended before, what runs and what waits stand beside each other", async () => {
  await open(fixture("test-waiting"), "codex");
  expect(screen.getByText(/Codex asked and got its answer/)).toBeTruthy();
  expect(screen.getByText("The turn was accepted.")).toBeTruthy();
  expect(screen.getByText(/on Work and 1 more/)).toBeTruthy();
  expect(screen.getAllByRole("button", { name: "Cancel" })).toHaveLength(3);
});

test("a failed turn names its kind beside the sentence", async () => {
  await open(fixture("test-failed"), "codex");
  expect(screen.getByText(/did not come back/).textContent).toContain(
    "provider-stream-disconnected",
  );
});
