/** What the daemon says is true. Mirrors `rotunda_daemon::view`; times are unix seconds. */
export type Snapshot = {
  version: number;
  demo: boolean;
  headline: string;
  router: Router;
  binding: Binding;
  serving: string | null;
  profiles: readonly Profile[];
  activity: readonly Entry[];
};

export type Router = {
  state: "running" | "stopped" | "port_taken";
  port: number;
  since: number | null;
  message: string | null;
};

export type Binding = {
  state: "bound" | "bound_stale" | "unbound" | "foreign" | "unreadable";
  codex_home: string;
  line: string;
  message: string | null;
};

export type Standing = "ready" | "resting" | "needs_sign_in" | "paused" | "not_entitled";

export type Profile = {
  id: string;
  name: string;
  kind: "chatgpt" | "api_key";
  plan: string | null;
  email: string | null;
  standing: Standing;
  until: number | null;
  reason: string | null;
  in_use: boolean;
  pinned: boolean;
  in_flight: number;
  summary: string;
  windows: readonly Window[];
};

export type Window = {
  label: "5h" | "week" | "other";
  minutes: number;
  used_percent: number;
  left_text: string;
  resets_at: number | null;
  resets_text: string | null;
};

/** `kind` is one of a closed list of words, such as `rotated`, `rested` or `bound`. */
export type Entry = { at: number; kind: string; text: string };

/** A quota window's warning, as a word beside the bar. Colour only confirms it. */
export type Level = "fine" | "low" | "out";

/** At this share left a bar says "Low". */
const LOW_PERCENT = 20;

export function left(window: Window): number {
  return Math.min(100, Math.max(0, 100 - window.used_percent));
}

export function level(window: Window): Level {
  const share = left(window);
  if (share <= 0) return "out";
  return share <= LOW_PERCENT ? "low" : "fine";
}

/** Where a window would stand if it were used evenly, and where this pace leads. */
export type Pace = {
  /** Share that would be left at an even pace. */
  evenLeft: number;
  verdict: "on pace" | "lasts" | { outAt: number };
};

/** Before this share of a window has passed, a pace is only noise. */
const EARLIEST_SHARE = 0.03;
/** Percent of difference that still count as even. */
const EVEN_PERCENT = 2;

/** None when it cannot be told: no reset known, just begun, over, or nothing left to lose. */
export function pace(window: Window, now: number): Pace | null {
  const length = window.minutes * 60;
  if (window.resets_at === null || length <= 0 || left(window) <= 0) return null;
  const passed = 1 - (window.resets_at - now) / length;
  if (passed < EARLIEST_SHARE || passed >= 1) return null;
  const used = 100 - left(window);
  const ahead = used - passed * 100;
  const evenLeft = (1 - passed) * 100;
  if (ahead <= EVEN_PERCENT)
    return { evenLeft, verdict: ahead >= -EVEN_PERCENT ? "on pace" : "lasts" };
  const perSecond = used / (passed * length);
  return { evenLeft, verdict: { outAt: now + left(window) / perSecond } };
}

/** The window's name in words: told by its length, as upstream may add new ones. */
export function windowName({ label, minutes }: Window): string {
  if (label === "5h") return "5 hours";
  if (label === "week") return "Week";
  const days = Math.round(minutes / 1440);
  if (days >= 1) return days === 1 ? "1 day" : `${days} days`;
  const hours = Math.max(1, Math.round(minutes / 60));
  return hours === 1 ? "1 hour" : `${hours} hours`;
}

/** The sections of the profile list, in the order they are shown. */
export type Groups = {
  inUse: readonly Profile[];
  next: readonly Profile[];
  resting: readonly Profile[];
  needsYou: readonly Profile[];
  paused: readonly Profile[];
};

export function group(profiles: readonly Profile[]): Groups {
  const others = (...standings: Standing[]) =>
    profiles.filter((one) => !one.in_use && standings.includes(one.standing));
  return {
    inUse: profiles.filter((one) => one.in_use),
    next: others("ready"),
    resting: others("resting"),
    needsYou: others("needs_sign_in", "not_entitled"),
    paused: others("paused"),
  };
}

const PLANS: Readonly<Record<string, string>> = {
  free: "Free",
  go: "Go",
  plus: "Plus",
  pro: "Pro",
  team: "Team",
  business: "Business",
  enterprise: "Enterprise",
  edu: "Edu",
};

/** Whose sign-in it is and how it is paid, for the line under the name. */
export function owner({ email, plan, kind }: Profile): string {
  const paid = kind === "api_key" ? "API key" : plan && (PLANS[plan.toLowerCase()] ?? plan);
  return [email, paid].filter(Boolean).join(" · ");
}

/** The one line under the headline: how many can take over, and when the next quota comes back. */
export function outlook({ profiles }: Snapshot, clock: (at: number) => string): string {
  const ready = profiles.filter((one) => one.standing === "ready").length;
  const resets = profiles
    .filter((one) => one.standing === "ready" || one.standing === "resting")
    .flatMap((one) => [one.until, ...one.windows.map((window) => window.resets_at)])
    .filter((at) => at !== null);
  const count = `${ready} of ${profiles.length} ${profiles.length === 1 ? "profile" : "profiles"} ready`;
  return resets.length === 0 ? count : `${count}, next reset ${clock(Math.min(...resets))}`;
}

/** Activity under one heading per day, newest first. */
export type Day = { day: string; entries: readonly Entry[] };

export function byDay(activity: readonly Entry[], dayOf: (at: number) => string): Day[] {
  const days: { day: string; entries: Entry[] }[] = [];
  for (const entry of activity) {
    const day = dayOf(entry.at);
    const last = days.at(-1);
    if (last?.day === day) last.entries.push(entry);
    else days.push({ day, entries: [entry] });
  }
  return days;
}
