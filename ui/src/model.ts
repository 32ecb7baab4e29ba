/** The snapshot as the window uses it. The types are made from the daemon's; times are unix seconds. */
import type { ActivityView, ProfileView, StandingView } from "./generated/types";

export type { Language, Level, PoolLeft, Snapshot, TestTurn } from "./generated/types";
export type {
  ActivityView as Entry,
  BindingView as Binding,
  ClientView as Client,
  ProfileView as Profile,
  RouterView as Router,
  SignInView as SignIn,
  StandingView as Standing,
  VaultView as Vault,
  WaitingView as Waiting,
  WindowView as Window,
} from "./generated/types";

/** The sections of the profile list, in the order they are shown. */
export type Groups = {
  inUse: readonly ProfileView[];
  next: readonly ProfileView[];
  resting: readonly ProfileView[];
  needsYou: readonly ProfileView[];
  paused: readonly ProfileView[];
};

export function group(profiles: readonly ProfileView[]): Groups {
  const others = (...standings: StandingView[]) =>
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
export type Day = { day: string; entries: readonly ActivityView[] };

export function byDay(activity: readonly ActivityView[], dayOf: (at: number) => string): Day[] {
  const days: { day: string; entries: ActivityView[] }[] = [];
  for (const entry of activity) {
    const day = dayOf(entry.at);
    const last = days.at(-1);
    if (last?.day === day) last.entries.push(entry);
    else days.push({ day, entries: [entry] });
  }
  return days;
}
