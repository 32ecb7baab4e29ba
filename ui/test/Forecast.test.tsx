import { screen, waitFor, within } from "@testing-library/preact";
import { expect, test } from "vitest";

import { percent } from "../src/charts/LeftChart";
import { forecast } from "../src/fixtures/stories";
import type { Snapshot } from "../src/model";
import { fixture, open, press, unfold } from "./dom";

const LINK = "Next five days";

test("the head says how long the quota lasts, with a link to the days to come", async () => {
  await open(fixture("healthy"));
  const head = screen.getByRole("banner");
  expect(head.textContent).toContain("Enough until tomorrow at 15:00 at this pace.");
  const opener = screen.getByRole("button", { name: LINK });
  expect(opener.getAttribute("aria-expanded")).toBe("false");
  expect(screen.queryByRole("img", { name: /^What all profiles have left/ })).toBeNull();
  press(LINK);
  const chart = await screen.findByRole("img", { name: /^What all profiles have left/ });
  expect(chart.getAttribute("aria-label")).toContain("Between 0% and 96% are left.");
  expect(opener.getAttribute("aria-expanded")).toBe("true");
  const place = document.getElementById("five-days");
  await waitFor(() => expect(document.activeElement).toBe(place));
  // Below the list: the profiles stay where they are.
  const card = screen.getByRole("heading", { level: 3, name: "work" });
  expect(card.compareDocumentPosition(place!) & Node.DOCUMENT_POSITION_FOLLOWING).toBeTruthy();
  press(LINK);
  await waitFor(() => expect(document.getElementById("five-days")).toBeNull());
});

test("what the chart shows stands in tables too, with what would change it", async () => {
  await open(fixture("healthy"));
  press(LINK);
  const place = (await screen.findByRole("heading", { name: LINK })).closest("section")!;
  expect(within(place).getByText(/^With one banked reset of home/)).toBeTruthy();
  unfold("As a table: What all profiles have left on average, as expected");
  unfold(`As a table: ${LINK}`);
  await within(place).findByRole("cell", { name: "All profiles are out" });
  const cells = within(place)
    .getAllByRole("cell")
    .map((cell) => cell.textContent);
  expect(cells).toContain(percent(0));
  expect(cells).toContain("home: weekly window starts afresh");
});

test("times when all are out and long windows that reset are drawn as shapes", async () => {
  await open(fixture("healthy"));
  press(LINK);
  const chart = await screen.findByRole("img", { name: /^What all profiles have left/ });
  expect(chart.querySelectorAll("rect.chart-hatched")).toHaveLength(1);
  expect(chart.querySelectorAll("path.chart-mark")).toHaveLength(1);
  expect(chart.querySelector("path.chart-line")?.getAttribute("d")?.split("L")).toHaveLength(120);
});

test("from another section the link leads to the profiles", async () => {
  const { store } = await open(fixture("healthy"), "codex");
  press(LINK);
  await waitFor(() => expect(store.tab.value).toBe("profiles"));
  expect(await screen.findByRole("heading", { name: LINK })).toBeTruthy();
});

test("without a forecast there is neither a line nor a link", async () => {
  const { forecast: _, ...older } = fixture("healthy");
  await open(older as Snapshot);
  expect(screen.queryByRole("button", { name: LINK })).toBeNull();
});

test("too little history says so and draws nothing", async () => {
  const page = forecast();
  const text = "No forecast: not enough history yet (2 of 7 days).";
  const { backend } = await open(fixture("healthy"));
  backend.forecast = async () => ({
    ...page,
    forecast: { ...page.forecast, text, changes: [], hours: [], events: [] },
  });
  press(LINK);
  expect(await screen.findByText(text)).toBeTruthy();
  expect(screen.queryByRole("img", { name: /^What all profiles have left/ })).toBeNull();
});

test("a refusal is shown in its place", async () => {
  const { backend } = await open(fixture("healthy"));
  backend.forecast = () => Promise.reject("What Rotunda remembers cannot be read.");
  press(LINK);
  expect(await screen.findByText("What Rotunda remembers cannot be read.")).toBeTruthy();
});
