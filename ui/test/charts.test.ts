import { expect, test } from "vitest";

import { ceiling, daily, lastDays, path, runs } from "../src/charts/scale";
import { countdown, dayKey } from "../src/time";

const HOUR = 3600;
const at = (hour: number, left_percent: number) => ({ at: hour * HOUR, left_percent });

test("time without a reading is a gap, never a line", () => {
  const found = runs([at(0, 90), at(5, 80), at(12, 70), at(13, 60)]);
  expect(found.map((run) => run.map((one) => one.left_percent))).toEqual([
    [90, 80],
    [70, 60],
  ]);
  expect(runs([])).toEqual([]);
});

test("a path starts at its time and stands as high as what is left", () => {
  expect(path([at(0, 100), at(5, 25)], 0, 10 * HOUR)).toBe("M0 0L50 75");
  expect(path([at(5, 25)], 0, 10 * HOUR)).toBe("M50 75h0.01");
});

test.each([
  [0, 1],
  [3, 3],
  [38, 40],
  [41, 50],
  [812_000, 1_000_000],
])("an axis for at most %d ends at %d", (largest, expected) => {
  expect(ceiling(largest)).toBe(expected);
});

test("a day has its lowest and highest reading", () => {
  const noon = new Date(2026, 6, 8, 12).getTime() / 1000;
  const points = [noon, noon + HOUR, noon + 24 * HOUR].map((time, place) => ({
    at: time,
    left_percent: [40, 90, 10][place] ?? 0,
  }));
  expect(daily(points, dayKey).map(({ day, low, high }) => [day, low, high])).toEqual([
    ["2026-07-08", 40, 90],
    ["2026-07-09", 10, 10],
  ]);
});

test("the last days end today", () => {
  const now = new Date(2026, 6, 8, 3).getTime() / 1000;
  const days = lastDays(30, now).map(dayKey);
  expect([days.length, days[0], days.at(-1)]).toEqual([30, "2026-06-09", "2026-07-08"]);
});

test("a countdown never ends before its time, and never goes below zero", () => {
  expect([countdown(872), countdown(59.2), countdown(0.4), countdown(-3)]).toEqual([
    "14:32",
    "1:00",
    "0:01",
    "0:00",
  ]);
});
