import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

import { snapshots } from "../src/fixtures/snapshots";
import {
  byDay,
  group,
  level,
  outlook,
  owner,
  pace,
  windowName,
  type Snapshot,
  type Window,
} from "../src/model";

function window(over: Partial<Window>): Window {
  const plain = {
    label: "5h",
    minutes: 300,
    used_percent: 0,
    left_text: "",
    resets_at: null,
    resets_text: null,
  };
  return { ...plain, ...over } as Window;
}

test.each([
  [0, "fine"],
  [79.9, "fine"],
  [80, "low"],
  [99.9, "low"],
  [100, "out"],
  [130, "out"],
])("at %f %% used a window is %s", (used_percent, expected) => {
  expect(level(window({ used_percent }))).toBe(expected);
});

test.each([
  [{ label: "5h", minutes: 300 }, "5 hours"],
  [{ label: "week", minutes: 10_080 }, "Week"],
  [{ label: "other", minutes: 43_200 }, "30 days"],
  [{ label: "other", minutes: 1440 }, "1 day"],
  [{ label: "other", minutes: 60 }, "1 hour"],
  [{ label: "other", minutes: 120 }, "2 hours"],
] as const)("a window is told by its length: %o", (over, expected) => {
  expect(windowName(window(over))).toBe(expected);
});

/** A window of 300 minutes of which `passed` are over. */
function after(passed: number, used_percent: number) {
  return pace(window({ used_percent, resets_at: 1000 + (300 - passed) * 60 }), 1000);
}

test("an even pace stands where the time stands", () => {
  expect(after(150, 50)).toEqual({ evenLeft: 50, verdict: "on pace" });
  expect(after(150, 51.9)).toMatchObject({ verdict: "on pace" });
  expect(after(150, 20)).toMatchObject({ verdict: "lasts" });
});

test("a faster pace says when it ends", () => {
  // 75 % in 150 minutes is half a percent a minute: the rest is gone in 50.
  expect(after(150, 75)).toEqual({ evenLeft: 50, verdict: { outAt: 1000 + 50 * 60 } });
});

test("no pace is told too early, too late, or when nothing is left", () => {
  expect([after(8, 60), after(300, 60), after(150, 100)]).toEqual([null, null, null]);
  expect(pace(window({ used_percent: 50 }), 1000)).toBeNull();
});

/** The keys of a value and of all values in it, as paths. */
function shape(value: unknown, path = ""): string[] {
  if (Array.isArray(value)) return [...new Set(value.flatMap((one) => shape(one, `${path}[]`)))];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [
    `${path}.${key}`,
    ...shape(inner, `${path}.${key}`),
  ]);
}

// The daemon's tests write the same file, so a field that one side forgets breaks one of the two.
const golden = JSON.parse(readFileSync("../tests/fixtures/snapshot.json", "utf8")) as Snapshot;

test("the daemon's own snapshot has the shape of ours", () => {
  const ours = [...new Set(shape(snapshots["healthy"]))].sort();
  expect([...new Set(shape(golden))].sort()).toEqual(ours);
});

test("every profile of the daemon's snapshot has exactly one place", () => {
  const groups = group(golden.profiles);
  const placed = Object.values(groups)
    .flat()
    .map((one) => one.name)
    .sort();
  expect(placed).toEqual(golden.profiles.map((one) => one.name).sort());
});

test("the outlook counts the ready and finds the nearest reset", () => {
  const clock = (at: number) => `at ${at}`;
  expect(outlook(golden, clock)).toBe("2 of 5 profiles ready, next reset at 1795262580");
  expect(outlook({ ...golden, profiles: [] }, clock)).toBe("0 of 0 profiles ready");
});

test("whose sign-in it is stands beside how it is paid", () => {
  const [work, , , side, metered] = golden.profiles;
  expect([work, side, metered].map((one) => one && owner(one))).toEqual([
    "ada@example.com · Plus",
    "",
    "API key",
  ]);
});

test("activity falls into days without changing its order", () => {
  const entries = [5, 4, 3].map((at) => ({ at, text: `${at}` }));
  const days = byDay(entries, (at) => (at > 3 ? "new" : "old"));
  expect(days.map(({ day, entries: of }) => [day, of.length])).toEqual([
    ["new", 2],
    ["old", 1],
  ]);
});
