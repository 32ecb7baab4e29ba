import { expect, test } from "vitest";

import {
  deep,
  desk,
  home,
  metered,
  profile,
  signedOut,
  studio,
  work,
} from "../src/fixtures/people";
import type { Window } from "../src/model";
import { owner, windowName } from "../src/names";
import { inOrder, moved } from "../src/order";

test.each([
  [{ label: "5h", minutes: 300 }, "5 hours"],
  [{ label: "week", minutes: 10_080 }, "Week"],
  [{ label: "other", minutes: 43_200 }, "30 days"],
  [{ label: "other", minutes: 1440 }, "1 day"],
  [{ label: "other", minutes: 60 }, "1 hour"],
  [{ label: "other", minutes: 120 }, "2 hours"],
] as const)("a window is named by its length: %o", (over, expected) => {
  expect(windowName(over as Pick<Window, "label" | "minutes">)).toBe(expected);
});

test("whose sign-in it is stands beside how it is paid", () => {
  expect([work, signedOut, metered, deep].map(owner)).toEqual([
    "you@example.com · Plus",
    "side@example.com · Plus",
    "API key",
    "key of api.example.com · deep-chat, deep-reason",
  ]);
  expect(owner({ email: null, plan: "a new plan", kind: "chatgpt" })).toBe("a new plan");
});

test("who is next is what the daemon says, whatever the order of the profiles", () => {
  const placed = [
    profile("c", { place: 2 }),
    profile("a", { place: 0 }),
    profile("b", { place: 1 }),
  ];
  expect(inOrder(placed).map((one) => one.name)).toEqual(["a", "b", "c"]);
});

test("moving a profile leaves the others of other groups in their places", () => {
  const all = [work, home, studio, desk];
  expect(moved(all, [home, desk], desk.id, 0)).toEqual([work.id, desk.id, studio.id, home.id]);
  expect(moved(all, [home, desk], home.id, -1)).toBeNull();
  expect(moved(all, [home, desk], home.id, 2)).toBeNull();
  expect(moved(all, [home, desk], studio.id, 0)).toBeNull();
});
