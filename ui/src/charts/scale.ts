/** Where things stand in a chart. Charts are 100 wide and 100 high; the page stretches them. */
import type { QuotaLine } from "../answers";

const HOUR = 3600;
const DAY = 24 * HOUR;
/** Readings further apart than this have a gap between them, unless all are rare. */
const GAP_SECONDS = 6 * HOUR;

type Point = QuotaLine["points"][number];

/** The readings in runs without a gap. */
export function runs(points: readonly Point[], gap = GAP_SECONDS): Point[][] {
  const found: Point[][] = [];
  for (const point of points) {
    const run = found.at(-1);
    const last = run?.at(-1);
    if (run && last && point.at - last.at <= gap) run.push(point);
    else found.push([point]);
  }
  return found;
}

/** A run as a path; a single reading is a dot of no length, which round ends make visible. */
export function path(run: readonly Point[], from: number, to: number): string {
  const x = (at: number) => round(((at - from) / (to - from)) * 100);
  const y = (share: number) => round(100 - share);
  const steps = run.map(({ at, left_percent }) => `${x(at)} ${y(left_percent)}`);
  if (steps.length === 1) return `M${steps[0]}h0.01`;
  return `M${steps.join("L")}`;
}

/** A round number at or above the largest, to label the axis with. */
export function ceiling(largest: number): number {
  if (largest <= 4) return Math.max(1, Math.ceil(largest));
  const unit = 10 ** Math.floor(Math.log10(largest));
  const steps = [1, 2, 3, 4, 5, 6, 8, 10].map((step) => step * unit);
  return steps.find((step) => step >= largest) ?? largest;
}

/** The lowest and highest reading of each day that has one, oldest first. */
export type DayRange = { day: string; at: number; low: number; high: number };

export function daily(points: readonly Point[], dayOf: (at: number) => string): DayRange[] {
  const days = new Map<string, DayRange>();
  for (const { at, left_percent } of points) {
    const day = dayOf(at);
    const known = days.get(day);
    const low = Math.min(known?.low ?? 100, left_percent);
    const high = Math.max(known?.high ?? 0, left_percent);
    days.set(day, { day, at: known?.at ?? at, low, high });
  }
  return [...days.values()];
}

/** Noon of each of the last days, today last. */
export function lastDays(count: number, now: number): number[] {
  const noon = new Date(now * 1000).setHours(12, 0, 0, 0) / 1000;
  return Array.from({ length: count }, (_, index) => noon - (count - 1 - index) * DAY);
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
