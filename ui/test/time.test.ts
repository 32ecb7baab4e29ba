import { expect, test } from "vitest";

import { clockTime, dayName, resetTime, timeOfDay } from "../src/time";

const NOON = new Date(2026, 6, 8, 12, 0).getTime() / 1000;
const HOUR = 3600;

test("a time of today is only a time", () => {
  expect(clockTime(NOON + HOUR, NOON)).toBe(timeOfDay(NOON + HOUR));
});

test("the clock has 24 hours, as in the sentences beside it", () => {
  expect(timeOfDay(NOON + 3 * HOUR)).toBe("15:00");
  expect(timeOfDay(NOON + 12 * HOUR)).toBe("00:00");
});

test("the time of a reset is rounded up to the next full minute", () => {
  expect(resetTime(NOON + 1, NOON)).toBe("12:01");
  expect(resetTime(NOON + 60, NOON)).toBe("12:01");
  expect(clockTime(NOON + 59, NOON)).toBe("12:00");
});

test("a time of another day names the day", () => {
  const friday = NOON + 48 * HOUR;
  const weekday = new Intl.DateTimeFormat(undefined, { weekday: "short" }).format(
    new Date(friday * 1000),
  );
  expect(clockTime(friday, NOON)).toBe(`${weekday} ${timeOfDay(friday)}`);
});

test("days are counted from midnight to midnight", () => {
  expect(dayName(NOON - 11 * HOUR, NOON)).toBe(dayName(NOON, NOON));
  expect(dayName(NOON - 13 * HOUR, NOON)).toBe(dayName(NOON - 24 * HOUR, NOON));
  expect(dayName(NOON - 13 * HOUR, NOON)).not.toBe(dayName(NOON, NOON));
});
