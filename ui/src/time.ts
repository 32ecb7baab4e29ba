/** Clock times and days in the reader's own zone and habits. Countdowns come from the daemon, ready-made. */

const clockFormat = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const weekdayFormat = new Intl.DateTimeFormat(undefined, { weekday: "short" });
const dayFormat = new Intl.DateTimeFormat(undefined, {
  weekday: "long",
  day: "numeric",
  month: "long",
});
const relativeFormat = new Intl.RelativeTimeFormat(undefined, { numeric: "auto" });

const MS_PER_DAY = 86_400_000;

/** "14:05", or "Fri 09:10" when it is not today. */
export function clockTime(at: number, now: number): string {
  const date = new Date(at * 1000);
  const time = clockFormat.format(date);
  return daysBetween(at, now) === 0 ? time : `${weekdayFormat.format(date)} ${time}`;
}

/** "Today", "Yesterday", then the date. */
export function dayName(at: number, now: number): string {
  const days = daysBetween(at, now);
  if (days === 0 || days === -1) return capitalised(relativeFormat.format(days, "day"));
  return dayFormat.format(new Date(at * 1000));
}

export function timeOfDay(at: number): string {
  return clockFormat.format(new Date(at * 1000));
}

function daysBetween(at: number, now: number): number {
  const midnight = (seconds: number) => new Date(seconds * 1000).setHours(0, 0, 0, 0);
  return Math.round((midnight(at) - midnight(now)) / MS_PER_DAY);
}

function capitalised(text: string): string {
  return text.charAt(0).toLocaleUpperCase() + text.slice(1);
}
