export type Language = "en" | "zh-CN";

/** What the daemon says is true. Mirrors `rotunda_daemon::view`; times are unix seconds. */
export type Snapshot = {
  version: number;
  /** What every text in here is written in, and what the window speaks. */
  language: Language;
  demo: boolean;
  headline: string;
  /** The line under the headline. */
  outlook: string;
  /** How old the quota of the profile in use is; none while nothing is known of it. */
  updated: string | null;
  router: Router;
  binding: Binding;
  serving: string | null;
  profiles: readonly Profile[];
  activity: readonly Entry[];
  /** The sign-in under way, or the one that just ended. */
  sign_in: SignIn | null;
  test_turn: TestTurn | null;
  /** Name of the file, while exchanges are recorded. */
  recording: string | null;
  /** Requests held for the next reset. */
  waiting: Waiting | null;
  vault: Vault;
};

export type Router = {
  state: "running" | "stopped" | "port_taken";
  port: number;
  since: number | null;
  message: string | null;
};

export type Binding = {
  state: "bound" | "bound_stale" | "unbound" | "foreign" | "unreadable";
  /** Somebody else unbound it. */
  changed_outside: boolean;
  codex_home: string;
  line: string;
  message: string | null;
  since: number | null;
  /** File name of the copy made before binding. */
  backup: string | null;
  backup_at: number | null;
  /** Another `model_provider` that is in use, which needs the user's consent. */
  provider: string | null;
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
  /** The limit that it ran out of, when that is why it rests. */
  ran_out_of: "5h" | "week" | "other" | null;
  /** Place in the order in which new conversations would take the profiles, were all ready. */
  place: number;
  /** It comes after the others whatever the user's order. */
  is_last_resort: boolean;
  in_use: boolean;
  pinned: boolean;
  in_flight: number;
  summary: string;
  windows: readonly Window[];
  /** Codex itself is signed in with this account, so it serves last. */
  own_sign_in: boolean;
  /** The profile's own reserve; none when the common one holds. */
  reserve_percent: number | null;
};

export type Window = {
  label: "5h" | "week" | "other";
  minutes: number;
  used_percent: number;
  left_text: string;
  resets_at: number | null;
  resets_text: string | null;
  /** Share that would be left at an even pace, and where this pace leads. */
  pace: { even_left: number; text: string } | null;
  /** Last known, not fresh. */
  stale: boolean;
};

/** `kind` is one of a closed list of words, such as `rotated`, `rested` or `bound`. */
export type Entry = { at: number; kind: string; text: string };

export type SignIn = {
  state: "waiting" | "choose_workspace" | "done" | "failed" | "cancelled";
  method: "browser" | "device";
  /** The profile that is signed in again; none when one is added. */
  profile: string | null;
  url: string | null;
  code: string | null;
  expires_at: number | null;
  workspaces: readonly { id: string; label: string }[];
  message: string | null;
};

export type TestTurn = {
  number: number;
  profile: string;
  state: "running" | "ended";
  lines: readonly string[];
  outcome: string | null;
  message: string | null;
  /** The one that ended before this one began. */
  before?: { profile: string; outcome: string; message: string } | null;
  /** Those that wait for its end. */
  waiting?: readonly { number: number; profile: string; line: string }[];
};

export type Waiting = { count: number; until: number | null; profile: string | null };

export type Vault = {
  kind: "keychain" | "file";
  state: "ok" | "locked" | "missing" | "denied" | "broken";
  message: string | null;
};

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
