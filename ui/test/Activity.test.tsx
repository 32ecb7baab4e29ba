import { fireEvent, screen, within } from "@testing-library/preact";
import { expect, test } from "vitest";

import { history } from "../src/fixtures/stories";
import { FILTERS, KINDS, type Kind } from "../src/generated/kinds";
import { t } from "../src/i18n/text";
import { fixture, open, press, unfold } from "./dom";

function sentences() {
  return [...document.querySelectorAll(".entries li")].map((one) => one.textContent ?? "");
}

test("sentences stand under their day, newest first", async () => {
  await open(fixture("healthy"), "activity");
  const days = screen.getAllByRole("heading", { level: 2 }).map((one) => one.textContent);
  expect(days[0]).toBe("Today");
  expect(sentences()[0]).toContain("Moved from studio to work");
  expect(sentences().at(-1)).toContain("home is back");
});

test("an empty history says what will be in it", async () => {
  await open(fixture("empty"), "activity");
  expect(screen.getByText(/^Nothing yet/)).toBeTruthy();
  expect(await screen.findByText("No requests in the last 24 hours.")).toBeTruthy();
});

test("a filter leaves what is of its kind", async () => {
  await open(fixture("healthy"), "activity");
  const filter = screen.getByRole("combobox", { name: "Filter" });
  fireEvent.change(filter, { target: { value: "binding" } });
  expect(sentences()).toHaveLength(1);
  expect(sentences()[0]).toContain("Bound Codex");
});

test("every kind has a name and is left by its filter only", async () => {
  const healthy = fixture("healthy");
  const at = healthy.activity[0]!.at;
  const kinds = Object.keys(KINDS) as Kind[];
  const activity = kinds.map((kind, place) => ({ at: at - place, kind, text: `<${kind}>` }));
  await open({ ...healthy, activity }, "activity");
  press("Show earlier");
  expect(sentences()).toHaveLength(kinds.length);
  for (const item of document.querySelectorAll(".entries li"))
    expect(item.getAttribute("title")).toBeTruthy();
  for (const kind of kinds) expect(t(`kind.${kind}`)).not.toBe("");
  const filter = screen.getByRole("combobox", { name: "Filter" });
  const shown = FILTERS.slice(1).flatMap((value) => {
    fireEvent.change(filter, { target: { value } });
    return sentences().map((text) => /<(\w+)>/.exec(text)?.[1]);
  });
  expect(shown.sort()).toEqual([...kinds].sort());
});

test("a kind that the window does not know is shown among all", async () => {
  const healthy = fixture("healthy");
  const entry = { at: healthy.activity[0]!.at, kind: "brand_new", text: "Something new." };
  await open({ ...healthy, activity: [entry] }, "activity");
  expect(sentences()[0]).toContain("Something new.");
});

test("older lines are loaded on request", async () => {
  const healthy = fixture("healthy");
  const activity = Array.from({ length: 30 }, (_, index) => ({
    ...healthy.activity[0]!,
    at: healthy.activity[0]!.at - index,
  }));
  await open({ ...healthy, activity }, "activity");
  expect(sentences()).toHaveLength(12);
  press("Show earlier");
  expect(sentences()).toHaveLength(30);
});

test("a chart says its sum, and its numbers are in a table", async () => {
  await open(fixture("healthy"), "activity");
  const total = history().hours.reduce((sum, hour) => sum + hour.requests, 0);
  const chart = await screen.findByRole("img", { name: /^Requests per hour, last 24 hours/ });
  expect(chart.getAttribute("aria-label")).toContain(`${total} requests`);
  expect(screen.queryByRole("table")).toBeNull();
  unfold("As a table: Requests per hour, last 24 hours");
  const table = await screen.findByRole("region", { name: "Requests per hour, last 24 hours" });
  const rows = within(table).getAllByRole("row").slice(1);
  expect(rows).toHaveLength(24);
  const cells = rows.map((row) => Number(within(row).getAllByRole("cell")[1]?.textContent));
  expect(cells.reduce((sum, count) => sum + count, 0)).toBe(total);
});

test("single requests are loaded on request only", async () => {
  await open(fixture("healthy"), "activity");
  await screen.findByText("Details");
  expect(screen.queryByRole("table")).toBeNull();
  unfold("Details");
  const table = await screen.findByRole("table");
  expect(within(table).getAllByText("503")).toHaveLength(1);
});

test("each profile has its windows, and each model its tokens", async () => {
  await open(fixture("healthy"), "activity");
  await screen.findByRole("img", { name: /^work, 5 hours: percent left over 30 days/ });
  await screen.findByRole("img", { name: /^lab, Week: percent left over 30 days/ });
  await screen.findByRole("img", { name: /^gpt-5.2-codex-mini: tokens per day/ });
});

test("a line leads to what can still be done about it, and to nothing that is over", async () => {
  const { backend, store } = await open(fixture("healthy"), "activity");
  press("Sign in to side");
  expect(backend.calls("sign_in")).toHaveLength(1);
  press("Show backup");
  expect(store.tab.value).toBe("codex");
});

test("a repaired sign-in has no button to sign in again", async () => {
  const healthy = fixture("healthy");
  const profiles = healthy.profiles.map((one) => ({ ...one, standing: "ready" as const }));
  await open({ ...healthy, profiles }, "activity");
  expect(screen.queryByRole("button", { name: "Sign in to side" })).toBeNull();
});

test("what was used can be seen by five parts, each with a chart, a table and what is missing", async () => {
  const { backend } = await open(fixture("healthy"), "activity");
  await screen.findByRole("img", { name: /^Tokens by Day: / });
  for (const [value, word] of [
    ["model", "Model"],
    ["profile", "Profile"],
    ["session", "Session"],
    ["project", "Project"],
  ] as const) {
    fireEvent.change(screen.getByRole("combobox", { name: "By" }), { target: { value } });
    await screen.findByRole("img", { name: new RegExp(`^Tokens by ${word}: `) });
    unfold(`As a table: Tokens by ${word}`);
    const table = await screen.findByRole("region", { name: `Tokens by ${word}` });
    const expected = (await backend.usage(value, 30)).lines.length;
    expect(within(table).getAllByRole("row")).toHaveLength(expected + 2);
    expect(within(table).getByRole("columnheader", { name: "Reasoning" })).toBeTruthy();
  }
  expect(
    screen.getByText(/list prices as of 2026-11-30.*Without a price: .*own-model/),
  ).toBeTruthy();
});

test("a model without a price has none, and is not in the sum without a mark", async () => {
  await open(fixture("healthy"), "activity");
  await screen.findByRole("img", { name: /^Tokens by Day: / });
  fireEvent.change(screen.getByRole("combobox", { name: "By" }), { target: { value: "model" } });
  await screen.findByRole("img", { name: /^Tokens by Model: / });
  unfold("As a table: Tokens by Model");
  const table = await screen.findByRole("region", { name: "Tokens by Model" });
  const cells = (name: string) =>
    within(within(table).getByRole("row", { name: new RegExp(`^${name}`) }))
      .getAllByRole("cell")
      .map((one) => one.textContent);
  expect(cells("own-model").at(-1)).toBe("–");
  expect(cells("gpt-6.1-sol").at(-1)).toMatch(/^\$[\d.]+$/);
  expect(cells("All").at(-1)).toMatch(/^\$[\d.,]+\+$/);
});

test("usage can be copied for a spreadsheet, and an unused time says so", async () => {
  const { backend } = await open(fixture("healthy"), "activity");
  expect(await screen.findByRole("button", { name: "Copy as CSV" })).toBeTruthy();
  const days: number[] = [];
  const ask = backend.usage;
  backend.usage = (by, count) => (days.push(count), ask(by, count));
  fireEvent.change(screen.getByRole("combobox", { name: "Of" }), { target: { value: "365" } });
  await screen.findByRole("img", { name: /^Tokens by Day: / });
  expect(days).toEqual([365]);
});
