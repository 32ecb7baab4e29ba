import { screen } from "@testing-library/preact";
import { expect, test } from "vitest";

import { fixture, open } from "./dom";

test("sentences stand under their day, newest first", async () => {
  await open(fixture("healthy"), "activity");
  const days = screen.getAllByRole("heading", { level: 2 }).map((one) => one.textContent);
  expect(days[0]).toBe("Today");
  const sentences = screen.getAllByRole("listitem").map((one) => one.textContent ?? "");
  expect(sentences[0]).toContain("Moved from studio to work");
  expect(sentences.at(-1)).toContain("side needs a new sign-in");
});

test("an empty history says what will be in it", async () => {
  await open(fixture("empty"), "activity");
  expect(screen.getByText(/^Nothing yet/)).toBeTruthy();
});
