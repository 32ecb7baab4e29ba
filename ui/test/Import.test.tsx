import { act, fireEvent, screen, waitFor, within } from "@testing-library/preact";
import { expect, test } from "vitest";

import { fixture, open, press, type } from "./dom";

const PATH = "Codex folder, auth.json, or the folder of another tool";

async function openSheet() {
  const opened = await open(fixture("healthy"));
  press("Add profile…");
  press("Import a file…");
  const dialog = await screen.findByRole("dialog", { name: "Import sign-ins" });
  return { ...opened, dialog };
}

test("what is found is shown with its warning, and the better way comes first", async () => {
  const { dialog } = await openSheet();
  expect(await within(dialog).findByText(/^Codex and Rotunda would both refresh/)).toBeTruthy();
  const names = within(dialog)
    .getAllByRole("button")
    .map((one) => one.textContent);
  expect(names.indexOf("Sign in (recommended)")).toBeLessThan(names.indexOf("Add this profile"));
});

test("a folder with several is previewed, and each has its result", async () => {
  const { backend, dialog } = await openSheet();
  type(PATH, "~/accounts");
  press("Look");
  expect(await within(dialog).findByText("Updates lab")).toBeTruthy();
  expect(within(dialog).getByText(/Its refresh token is missing/)).toBeTruthy();
  const [first, second, broken] = within(dialog).getAllByRole<HTMLInputElement>("checkbox");
  expect([first, second, broken].map((one) => [one?.checked, one?.disabled])).toEqual([
    [true, false],
    [true, false],
    [false, true],
  ]);
  type("Name", "office");
  press("Add 2 profiles");
  expect(await within(dialog).findByText("office")).toBeTruthy();
  expect(backend.calls("import_items")).toEqual([
    {
      path: "~/accounts",
      picks: [
        { index: 0, name: "office" },
        { index: 1, name: null },
      ],
    },
  ]);
  press("Done");
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
});

test("the well-known places do not replace what was looked at meanwhile", async () => {
  const { backend } = await open(fixture("healthy"));
  const places = backend.found();
  let answer = () => {};
  const late = new Promise<Awaited<typeof places>>((resolve) => {
    answer = () => resolve(places);
  });
  backend.found = () => late;
  press("Add profile…");
  press("Import a file…");
  const dialog = await screen.findByRole("dialog", { name: "Import sign-ins" });
  type(PATH, "~/accounts");
  press("Look");
  expect(await within(dialog).findByText("Updates lab")).toBeTruthy();
  await act(async () => {
    answer();
    await late;
    await new Promise((resolve) => setTimeout(resolve));
  });
  expect(within(dialog).getByText("Updates lab")).toBeTruthy();
});

test("what is not picked is not imported", async () => {
  const { backend, dialog } = await openSheet();
  type(PATH, "~/accounts");
  press("Look");
  await within(dialog).findByText("Updates lab");
  fireEvent.click(within(dialog).getAllByRole("checkbox")[0]!);
  press("Add this profile");
  await waitFor(() => expect(backend.calls("import_items")).toHaveLength(1));
  expect(backend.calls("import_items")[0]).toMatchObject({ picks: [{ index: 1, name: null }] });
});

test("a path without a sign-in is reported inside the sheet", async () => {
  const { dialog } = await openSheet();
  type(PATH, "nowhere");
  press("Look");
  expect((await within(dialog).findByRole("alert")).textContent).toContain(
    "There is no sign-in at nowhere",
  );
});

test("a daemon that cannot show what it would take still takes one sign-in", async () => {
  const { backend } = await open(fixture("healthy"));
  backend.offers = (command) => command !== "import_preview";
  press("Add profile…");
  press("Import a file…");
  const path = await screen.findByLabelText("Codex folder, or an auth.json file");
  expect(path).toHaveProperty("value", "~/.codex");
  type("Name (optional)", "office");
  press("Add this profile");
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  expect(backend.current().profiles.at(-1)?.name).toBe("office");
});
