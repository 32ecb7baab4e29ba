import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

import { snapshots } from "../src/fixtures/snapshots";
import { byDay, group, type Snapshot } from "../src/model";

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

/** Fields that the daemon does not write yet; the list only gets shorter. */
const AWAITED: readonly string[] = [".recording"];

test("the window knows every field of the daemon's own snapshot", () => {
  const ours = new Set(Object.values(snapshots).flatMap((one) => shape(one)));
  expect(shape(golden).filter((path) => !ours.has(path))).toEqual([]);
});

test("the daemon writes every field that the window reads", () => {
  const theirs = new Set(shape(golden));
  const missing = [...new Set(shape(snapshots["healthy"]))].filter((path) => !theirs.has(path));
  expect(missing.filter((path) => !AWAITED.includes(path))).toEqual([]);
});

test("every profile of the daemon's snapshot has exactly one place", () => {
  const groups = group(golden.profiles);
  const placed = Object.values(groups)
    .flat()
    .map((one) => one.name)
    .sort();
  expect(placed).toEqual(golden.profiles.map((one) => one.name).sort());
});

test("activity falls into days without changing its order", () => {
  const entries = [5, 4, 3].map((at) => ({ at, kind: "other", text: `${at}` }));
  const days = byDay(entries, (at) => (at > 3 ? "new" : "old"));
  expect(days.map(({ day, entries: of }) => [day, of.length])).toEqual([
    ["new", 2],
    ["old", 1],
  ]);
});
