/** What commands answer, beside the snapshot. Names are the daemon's; times are unix seconds. */

import type { Language } from "./model";

export type Policy = "resets_first" | "most_left" | "my_order";
export type Theme = "system" | "light" | "dark";
export type LanguageChoice = "system" | Language;

/** The notifications of the daemon, in the order they are offered. */
export const NOTICES = [
  "rotated",
  "last",
  "out",
  "back",
  "signin",
  "unbound",
  "port",
  "low",
] as const;
export type Notice = (typeof NOTICES)[number];

export type SettingsView = {
  policy: Policy;
  reserve_percent: number;
  rotate: boolean;
  use_api_keys: boolean;
  /** 0 ends a turn with Codex's own message. */
  wait_for_reset_minutes: number;
  port: number;
  /** `system`, `none`, or an address. */
  proxy: string;
  start_at_login: boolean;
  start_hidden: boolean;
  language: LanguageChoice;
  theme: Theme;
  notifications: Readonly<Record<string, boolean>>;
  /** What the user should know about a change, in a sentence. */
  note: string | null;
};

/** A sign-in that was found, and what importing it would do. */
export type ImportItem = {
  index: number;
  source: string;
  email: string | null;
  plan: string | null;
  name: string;
  /** Name of the profile it would update. */
  known: string | null;
  ok: boolean;
  /** A warning, or why it cannot be imported. */
  message: string | null;
};

export type Pick = { index: number; name: string | null };
export type ImportResult = { label: string; ok: boolean; message: string | null };

export type QuotaLine = {
  /** Its id, as everywhere below. */
  profile: string;
  label: "5h" | "week";
  points: readonly { at: number; left_percent: number }[];
};

export type TokenCount = {
  profile: string;
  /** Empty when none was named. */
  model: string;
  /** YYYY-MM-DD in local time. */
  day: string;
  input: number;
  output: number;
};

export type Hour = {
  at: number;
  requests: number;
  retried: number;
  failed: number;
  by_profile: readonly { profile: string; requests: number }[];
};

export type History = {
  quota: readonly QuotaLine[];
  tokens: readonly TokenCount[];
  hours: readonly Hour[];
};

export type RequestLine = {
  at: number;
  profile: string;
  model: string | null;
  status: number | string;
  first_byte_ms: number | null;
  input: number | null;
  output: number | null;
};

export type CheckLine = {
  id: string;
  state: "ok" | "warn" | "fail";
  text: string;
  fix: string | null;
};

export type RestorePreview = {
  /** Lines that go begin with `-`, lines that come with `+`; may-be secrets are left out. */
  diff: string;
  removes: readonly string[];
  /** What goes, in one sentence. */
  text: string;
};
