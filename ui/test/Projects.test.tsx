import { fireEvent, screen, waitFor, within } from "@testing-library/preact";
import { expect, test } from "vitest";

import type { ProjectSetting } from "../src/generated/types";
import { fixture, open } from "./dom";

const CLIENT: ProjectSetting = {
  folder: "/home/ada/clients/engine",
  repository: null,
  profiles: ["work", "gone"],
};

async function opened(projects: ProjectSetting[] = []) {
  const opened = await open(fixture("healthy"), "settings", { projects });
  await screen.findByRole("heading", { name: "Projects" });
  return opened;
}

function rule() {
  return screen.getByRole("group", { name: `Profiles for ${CLIENT.folder}` });
}

test("without a rule the page says what a rule is for and that every profile may serve", async () => {
  await opened();
  expect(screen.getByText(/client's data on the client's plan/)).toBeTruthy();
  expect(screen.getByText("No rule yet: every profile may serve every project.")).toBeTruthy();
});

test("a rule is added with a place and the profiles that are ticked", async () => {
  const { backend } = await opened();
  const add = screen.getByRole<HTMLButtonElement>("button", { name: "Add a rule" });
  expect(add.disabled).toBe(true);
  const place = screen.getByLabelText(/^Folder or address/);
  fireEvent.input(place, { target: { value: " github.com/ada/engine " } });
  expect(add.disabled).toBe(true);
  const choices = screen.getByRole("group", { name: "Profiles" });
  fireEvent.click(within(choices).getByRole("checkbox", { name: "work" }));
  await waitFor(() => expect(add.disabled).toBe(false));
  fireEvent.click(add);
  await screen.findByRole("group", { name: "Profiles for github.com/ada/engine" });
  const { projects } = await backend.settings();
  expect(projects).toEqual([
    { folder: null, repository: "github.com/ada/engine", profiles: ["work"] },
  ]);
  expect(screen.getByLabelText<HTMLInputElement>(/^Folder or address/).value).toBe("");
});

test("a place that begins like a path is a folder, on each system", async () => {
  for (const folder of ["/srv/x", "C:\\clients\\x", "\\\\server\\share"]) {
    const { backend, store } = await opened();
    fireEvent.input(screen.getByLabelText(/^Folder or address/), { target: { value: folder } });
    const choices = screen.getByRole("group", { name: "Profiles" });
    fireEvent.click(within(choices).getByRole("checkbox", { name: "work" }));
    const add = screen.getByRole<HTMLButtonElement>("button", { name: "Add a rule" });
    await waitFor(() => expect(add.disabled).toBe(false));
    fireEvent.click(add);
    await waitFor(() => expect(store.settings.value?.projects).toHaveLength(1));
    expect((await backend.settings()).projects[0]).toMatchObject({ folder, repository: null });
    document.body.replaceChildren();
  }
});

test("the profiles of a rule are changed by ticks, and a name that no profile has says so", async () => {
  const { backend } = await opened([CLIENT]);
  const missing = within(rule()).getByRole<HTMLInputElement>("checkbox", {
    name: "gone (no such profile)",
  });
  expect(missing.checked).toBe(true);
  fireEvent.click(missing);
  await waitFor(async () =>
    expect((await backend.settings()).projects[0]?.profiles).toEqual(["work"]),
  );
  fireEvent.click(within(rule()).getByRole("checkbox", { name: "work" }));
  expect(await screen.findByText(/nothing serves here/)).toBeTruthy();
  expect((await backend.settings()).projects[0]?.profiles).toEqual([]);
});

test("a rule is removed by its own button", async () => {
  const { backend } = await opened([CLIENT]);
  const name = `Remove the rule for ${CLIENT.folder}`;
  fireEvent.click(screen.getByRole("button", { name }));
  await waitFor(async () => expect((await backend.settings()).projects).toEqual([]));
});

test("a rule that is refused stays in its form, with the reason", async () => {
  const { backend } = await opened();
  backend.setSettings = () => Promise.reject("projects: there is a rule for this already");
  const place = screen.getByLabelText<HTMLInputElement>(/^Folder or address/);
  fireEvent.input(place, { target: { value: "/srv/x" } });
  const choices = screen.getByRole("group", { name: "Profiles" });
  fireEvent.click(within(choices).getByRole("checkbox", { name: "work" }));
  fireEvent.click(screen.getByRole("button", { name: "Add a rule" }));
  expect((await screen.findByRole("alert")).textContent).toContain("already");
  expect(place.value).toBe("/srv/x");
});
