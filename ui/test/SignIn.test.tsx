import { act, fireEvent, render, screen, waitFor, within } from "@testing-library/preact";
import { expect, test, vi } from "vitest";

import { fakeBackend } from "../src/fixtures/fake";
import { signedOut } from "../src/fixtures/people";
import { createStore } from "../src/store";
import { PasteAddress } from "../src/views/PasteAddress";
import { choose, fixture, open, press, type } from "./dom";

const PASTE = "Browser finished but nothing happened? Paste the address here.";

test("a sign-in is started from the sheet for a new profile, under the given name", async () => {
  const { backend } = await open(fixture("healthy"));
  press("Add profile…");
  type("Name (optional)", " harbour ");
  press("Sign in with ChatGPT");
  expect(await screen.findByText("Waiting for your browser…")).toBeTruthy();
  expect(backend.calls("sign_in")).toEqual([{ method: "browser", profile: null, name: "harbour" }]);
  expect(screen.getAllByRole("dialog")).toHaveLength(1);
});

test("a profile that needs it is signed in again as itself", async () => {
  const { backend } = await open(fixture("needs-sign-in"));
  press("Sign in to side");
  expect(await screen.findByRole("dialog", { name: "Sign in to side again" })).toBeTruthy();
  expect(backend.calls("sign_in")).toEqual([
    { method: "browser", profile: signedOut.id, name: null },
  ]);
});

test("any plan's sign-in can be renewed from its menu", async () => {
  const { backend } = await open(fixture("healthy"));
  await choose("home", "Sign in again…");
  await waitFor(() => expect(backend.current().sign_in?.profile).toMatch(/^home/));
});

test("waiting offers the page again, a code instead, and an end", async () => {
  const { backend } = await open(fixture("sign-in-browser"));
  press("Open again");
  expect(backend.calls("sign_in_open")).toHaveLength(1);
  press("Use a code");
  expect(await screen.findByText("ABCD-EFGH")).toBeTruthy();
  press("Cancel");
  await waitFor(() => expect(backend.current().sign_in?.state).toBe("cancelled"));
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
});

test("the paste field comes only to who has waited", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const store = createStore(fakeBackend(fixture("sign-in-browser")));
  await store.connect();
  render(<PasteAddress store={store} />);
  await act(async () => undefined);
  await act(async () => void vi.advanceTimersByTime(19_000));
  expect(screen.queryByLabelText(PASTE)).toBeNull();
  await act(async () => void vi.advanceTimersByTime(1500));
  const field = screen.getByLabelText(PASTE);
  vi.useRealTimers();
  fireEvent.input(field, { target: { value: "http://localhost:1455/auth/callback" } });
  press("Use this address");
  await waitFor(() => expect(store.problem.value).toContain("no code in it"));
  fireEvent.input(field, { target: { value: "http://localhost:1455/?code=x&state=y" } });
  press("Use this address");
  await waitFor(() => expect(store.snapshot.value?.sign_in?.state).toBe("done"));
});

test("a code says how long it holds", async () => {
  await open(fixture("sign-in-code"));
  expect(screen.getByText("Expires in 14:32")).toBeTruthy();
  expect(screen.getByRole("button", { name: "Copy" })).toBeTruthy();
});

test("a workspace is chosen where the account has several", async () => {
  const { backend } = await open(fixture("sign-in-workspace"));
  fireEvent.click(screen.getByRole("radio", { name: "Harbour Studio · Team" }));
  press("Use this workspace");
  await waitFor(() => expect(backend.calls("sign_in_choose")).toEqual(["w2"]));
});

test("a failed sign-in says why and can be tried again", async () => {
  const { backend } = await open(fixture("sign-in-failed"));
  expect(screen.getByText(/did not come back within 5 minutes/)).toBeTruthy();
  press("Try again");
  await waitFor(() =>
    expect(backend.calls("sign_in")).toEqual([
      { method: "browser", profile: signedOut.id, name: null },
    ]),
  );
});

test("a key of another provider is added with its address and its models", async () => {
  const { backend } = await open(fixture("healthy"));
  press("Add profile…");
  press("Use an API key…");
  const dialog = await screen.findByRole("dialog", { name: "Use an API key" });
  fireEvent.change(within(dialog).getByLabelText("Whose key"), { target: { value: "other" } });
  expect(within(dialog).getByText(/its terms apply/)).toBeTruthy();
  type("Name", "deep");
  fireEvent.input(within(dialog).getByLabelText(/^API key/), { target: { value: "d-1" } });
  const add = within(dialog).getByRole<HTMLButtonElement>("button", { name: "Add this key" });
  expect(add.disabled).toBe(true);
  type(/^Address/, " https://api.example.com/v1 ");
  type(/^Its models/, "deep-chat, deep-code,");
  press("Add this key");
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  const provider = {
    base_url: "https://api.example.com/v1",
    models: ["deep-chat", "deep-code"],
    fallback: [],
  };
  expect(backend.calls("add_key")).toEqual([{ name: "deep", provider }]);
});

test("an API key is masked, priced, and refused in the sheet where it was typed", async () => {
  const { backend } = await open(fixture("healthy"));
  press("Add profile…");
  press("Use an API key…");
  const dialog = await screen.findByRole("dialog", { name: "Use an API key" });
  expect(within(dialog).getByText(/^API keys cost money/)).toBeTruthy();
  const key = within(dialog).getByLabelText(/^API key/);
  expect(key.getAttribute("type")).toBe("password");
  type("Name", "paid");
  fireEvent.input(key, { target: { value: "wrong" } });
  press("Add this key");
  expect((await within(dialog).findByRole("alert")).textContent).toContain("does not know");
  fireEvent.input(key, { target: { value: "sk-x" } });
  press("Add this key");
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  expect(backend.current().profiles.at(-1)).toMatchObject({ name: "paid", kind: "api_key" });
});
