/**
 * Clock times and days in the reader's own zone and language. Countdowns of quota come from the daemon, ready-made, and
 * its sentences tell time by 24 hours, so everything here does too: one page has one clock.
 */
import { computed } from "@preact/signals";

import { locale } from "./i18n/text";

const MS_PER_DAY = 86_400_000;
const SECONDS_PER_MINUTE = 60;

const formats = computed(() => {
  const of = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale.value, options);
  return {
    clock: of({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" }),
    weekday: of({ weekday: "short" }),
    day: of({ weekday: "long", day: "numeric", month: "long" }),
    date: of({ day: "numeric", month: "short" }),
    relative: new Intl.RelativeTimeFormat(locale.value, { numeric: "auto" }),
  };
});

/** "14:05", or "Fri 09:10" when it is not today, or "10 Jul 09:10" when it is more than six days away. */
export function clockTime(at: number, now: number): string {
  const date = new Date(at * 1000);
  const time = formats.value.clock.format(date);
  const days = Math.abs(daysBetween(at, now));
  if (days === 0) return time;
  const { weekday, date: dayOf } = formats.value;
  return `${(days <= 6 ? weekday : dayOf).format(date)} ${time}`;
}

/** When something begins again: to the next full minute, as the daemon says it, so that nobody is back too early. */
export function resetTime(at: number, now: number): string {
  return clockTime(Math.ceil(at / SECONDS_PER_MINUTE) * SECONDS_PER_MINUTE, now);
}

/** "Today", "Yesterday", then the date. */
export function dayName(at: number, now: number): string {
  const days = daysBetween(at, now);
  if (days === 0 || days === -1) return capitalised(formats.value.relative.format(days, "day"));
  return formats.value.day.format(new Date(at * 1000));
}

export function timeOfDay(at: number): string {
  return formats.value.clock.format(new Date(at * 1000));
}

/** "8 Jul" */
export function shortDate(at: number): string {
  return formats.value.date.format(new Date(at * 1000));
}

/** YYYY-MM-DD in local time, as the daemon names days. */
export function dayKey(at: number): string {
  const date = new Date(at * 1000);
  const two = (value: number) => String(value).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** What is left of a short wait: "14:32". */
export function countdown(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

function daysBetween(at: number, now: number): number {
  const midnight = (seconds: number) => new Date(seconds * 1000).setHours(0, 0, 0, 0);
  return Math.round((midnight(at) - midnight(now)) / MS_PER_DAY);
}

function capitalised(text: string): string {
  return text.charAt(0).toLocaleUpperCase() + text.slice(1);
}
