/** Made from the Rust types by the tests of rotunda-desktop. Do not edit: run them with ROTUNDA_BLESS=1. */

/** The tag of a catalog, such as `zh-CN`. */
export type Language = string;

/** Quota windows, by their length. */
export type WindowKind = "5h" | "week" | "other";

/** Whether purchased credits may be used. */
export type UseCredits = "never" | "when_all_out" | "always";

/** One sentence of history. */
export type ActivityView = {
  /** When. */
  at: number;
  /** Its kind, for a sign beside it. */
  kind: string;
  /** What happened, why, and until when. */
  text: string;
};

/** A kind of notification. */
export type AlertKind = { kind: NoticeKind;
/** What it is about. */
text: string;
/** The whole name of its button. */
test: string;
};

/** Everything the page says. */
export type AlertsPage = { kinds: ReadonlyArray<AlertKind>, five_hours: string, week: string, example: string, quiet: string, from: string, to: string, quiet_text: string, test: string, test_text: string, work: string, work_days: string, work_hours: string, work_text: string;
};

/** Where Codex points. */
export type BindingState = "bound" | "bound_stale" | "unbound" | "foreign" | "unreadable";

/** Codex's `config.toml`, as read from the file itself. */
export type BindingView = {
  /** Where it points. */
  state: BindingState;
  /** It was bound from here and not unbound through Rotunda, and yet it points elsewhere. */
  changed_outside: boolean;
  /** The folder of that `config.toml`. */
  codex_home: string;
  /** The same `config.toml` for people, with `~` for the home folder. */
  config_file: string;
  /** The line that binds, with the key masked. */
  line: string;
  /** What is wrong and what to do, when something is. */
  message: string | null;
  /** Bound since, in seconds since 1970; none when it is not. */
  since: number | null;
  /** The copy of the file that can be restored, by its file name. */
  backup: string | null;
  /** When that copy was made, in seconds since 1970. */
  backup_at: number | null;
  /** The provider that the file names instead of the built-in one: binding has no effect unless the user agrees to switch. */
  provider: string | null;
  /** The line that is written while Codex's own account is out. */
  second_line: SecondLineView;
};

/** One thing that was looked at. */
export type Check = {
  /** Which, as a fixed word. */
  id: string;
  /** How it is. */
  state: Health;
  /** The same in one sentence. */
  text: string;
  /** What to do, when something is to be done. */
  fix: string | null;
};

/** A program with a key of its own. */
export type ClientView = {
  /** Which, as `rotunda usage --by client` has it. */
  id: string;
  /** The user's word for it. */
  name: string;
  /** The names of the only profiles that serve it; null: each of them may. Empty when all of them are gone: then none serves it. */
  profiles: ReadonlyArray<string> | null;
  /** When it was added, in seconds since 1970. */
  added_at: number;
};

/** What credits do for the next turn. */
export type CreditsState = "idle" | "withheld" | "paying";

/** Credits of an account beyond its plan. */
export type CreditsView = {
  /** How many, in upstream's words, such as `12.5`; none when it names no number. */
  balance: string | null;
  /** None of them can be used up. */
  unlimited: boolean;
  /** Whether they may be used. */
  consent: UseCredits;
  /** The user's own setting for the profile; none: the common one. */
  own_consent: UseCredits | null;
  /** What they do for the next turn. */
  state: CreditsState;
  /** They are being spent since then. */
  spending_since: number | null;
  /** All of that in one line. */
  text: string;
};

/** Everything that was looked at, as the window shows it. */
export type Findings = {
  /** In the order a turn goes. */
  lines: ReadonlyArray<Check>;
};

/** Something that would make the quota last longer. */
export type ForecastChangeView = {
  /** `resets-first`, `most-left`, `my-order`, `no-reserve` or `banked-reset`. */
  change: string;
  /** Whose banked reset. */
  profile: string | null;
  /** All are out then; none: later than it looks. */
  out_at: number | null;
  /** As a sentence. */
  text: string;
};

/** What happens. */
export type ForecastEventKind = "reset" | "out" | "back";

/** Something that happens. */
export type ForecastEventView = {
  /** When. */
  at: number;
  /** `reset`, `out` or `back`. */
  kind: ForecastEventKind;
  /** The profile's name; none when all are out. */
  profile: string | null;
  /** The window that starts afresh. */
  window: WindowKind | null;
  /** The provider named the time; else it follows from the use to expect. */
  is_known: boolean;
  /** As a few words. */
  text: string;
  /** When, in words. */
  when: string;
};

/** The pool at one hour. */
export type ForecastHour = {
  /** When. */
  at: number;
  /** Mean of what profiles have left of their tightest window, 0 to 100. */
  left_percent: number;
  /** All are out. */
  is_out: boolean;
};

/** The forecast in a line, for tray and header. */
export type ForecastLine = {
  /** One or two sentences. */
  text: string;
  /** The first of them, for the tray; none where it would say nothing new. */
  short: string | null;
  /** What leads to the days to come. */
  days_label: string;
  /** All profiles are out from then on; none when that is not foreseen. */
  out_at: number | null;
  /** The first of them is back. */
  back_at: number | null;
};

/** The days to come, with the words of their page. */
export type ForecastPage = {
  /** What is to come. */
  forecast: ForecastView;
  /** The words around it. */
  words: ForecastWords;
};

/** How it goes on. */
export type ForecastState = "no_profile" | "not_enough_history" | "enough" | "out_now" | "out" | "paid";

/** `forecast --json`. What it promises is in `docs/forecast.md`. */
export type ForecastView = {
  /** How it goes on. */
  state: ForecastState;
  /** The same in one or two sentences. */
  text: string;
  /** When it was made. */
  made_at: number;
  /** The newest reading that it goes by; none when there is none. */
  figures_at: number | null;
  /** That is longer ago than ten minutes; the sentences say so. */
  is_old: boolean;
  /** How far it looks. */
  until: number;
  /** Days with readings that it was learned from. */
  days: number;
  /** So many are needed. */
  days_needed: number;
  /** All profiles, or all plans, are out from then on. */
  out_at: number | null;
  /** When the first of them is back. */
  back_at: number | null;
  /** Its name. */
  back: string | null;
  /** Whose credits, or which API key, pays from `out_at` on. */
  paid_by: string | null;
  /** What would make the quota last longer, the best first. */
  changes: ReadonlyArray<ForecastChangeView>;
  /** Hour by hour. */
  hours: ReadonlyArray<ForecastHour>;
  /** What happens, in order. */
  events: ReadonlyArray<ForecastEventView>;
};

/** Words of the page with the days to come. */
export type ForecastWords = {
  /** Its title. */
  title: string;
  /** The chart's name. */
  chart: string;
  /** What the chart says, in a sentence. */
  summary: string;
  /** What the line is. */
  left: string;
  /** What the shaded time is. */
  out: string;
  /** What the marks are. */
  resets: string;
  /** The head of the times. */
  when: string;
  /** The head of what happens. */
  what: string;
  /** The head of the days. */
  day: string;
  /** The head of the lowest share. */
  low: string;
  /** The head of the highest share. */
  high: string;
  /** What would change it. */
  changes: string;
  /** How far it may be wrong. */
  error: string;
};

/** How one thing is. */
export type Health = "ok" | "warn" | "fail";

/** `history`. */
export type HistoryView = {
  /** What each profile had left. */
  quota: ReadonlyArray<QuotaLine>;
  /** Tokens of each profile and model, by local day. */
  tokens: ReadonlyArray<TokenLine>;
  /** The last 24 hours, oldest first, hours without a request too. */
  hours: ReadonlyArray<HourLine>;
};

/** How a hook that was tried ended, for people. */
export type HookTried = {
  /** It did its work. */
  worked: boolean;
  /** The same as a sentence. */
  text: string;
  /** What it printed. */
  output: string;
};

/** One kind of hook as the window and the command line list it. */
export type HookView = {
  /** Its key in `[hooks]`. */
  kind: string;
  /** Empty when none is set. */
  command: string;
};

/** One hour of requests. */
export type HourLine = {
  /** When it began. */
  at: number;
  /** How many ended in it. */
  requests: number;
  /** Of these, how many took more than one try. */
  retried: number;
  /** Of these, how many failed for Codex. */
  failed: number;
  /** Who served them, by id. */
  by_profile: ReadonlyArray<Share>;
};

/** A sign-in that was found, and what importing it would do. */
export type ImportItem = {
  /** Names it when it is picked; stays the same while the account is there. */
  index: number;
  /** Where it is, for people. */
  source: string;
  /** Its owner. */
  email: string | null;
  /** What it pays for. */
  plan: string | null;
  /** What the profile would be called. */
  name: string;
  /** Name of the profile that it would update. */
  known: string | null;
  /** Whether it can be imported. */
  ok: boolean;
  /** A warning, or why it cannot, in a sentence. */
  message: string | null;
};

/** One of them, to be imported. */
export type ImportPick = {
  /** Which. */
  index: number;
  /** What to call it; otherwise as it was proposed. */
  name: string | null;
};

/** What became of it. */
export type ImportResult = {
  /** Its profile, or where it was found. */
  label: string;
  /** Whether it was imported. */
  ok: boolean;
  /** What to know about it, or why not, in a sentence. */
  message: string | null;
};

/** The language of the tray, notifications, the window and the command line. */
export type LanguageChoice = string;

/** How much a share is, as a word. */
export type Level = "fine" | "low" | "out";

/** Another provider, as the user names it. */
export type NewProvider = {
  /** As in [`Provider::base`](rotunda_core::provider::Provider::base). */
  base_url: string;
  /** Models of its own; empty: those that it lists. */
  models: ReadonlyArray<string>;
  /** Models of plans that it serves when all of them are out. */
  fallback: ReadonlyArray<string>;
};

/** The kinds of notification, each with a switch. */
export type NoticeKind = "rotated" | "last" | "out" | "back" | "signin" | "unbound" | "port" | "low" | "credits" | "resets" | "late" | "returned" | "forecast";

/** How a window is being used. */
export type PaceView = {
  /** Share that would be left at an even pace, in whole percent. */
  even_left: number;
  /** `on pace`, `lasts until the reset`, `at this pace out Wed 16:00`. */
  text: string;
};

/** One reading. */
export type Point = {
  /** When. */
  at: number;
  /** Share left, 0 to 100. */
  left_percent: number;
};

/** [`Policy`] as it travels. */
export type PolicyView = "resets_first" | "most_left" | "my_order";

/** What all plans together have left of one kind of window. */
export type PoolLeft = {
  /** Which windows. */
  label: WindowKind;
  /** Mean share left, 0 to 100. */
  left_percent: number;
  /** The same as text, such as `62%`. */
  left_text: string;
  /** The same as a word. */
  level: Level;
  /** Over how many profiles. */
  profiles: number;
  /** When the first of these windows starts afresh. */
  resets_at: number | null;
};

/** Where the prices come from, and from when they are. */
export type PricesView = {
  /** `YYYY-MM-DD`. */
  date: string;
  /** Where they are published. */
  source: string;
};

/** How a profile is paid for. */
export type ProfileKind = "chatgpt" | "api_key" | "provider";

/** What a profile's plan has left: the window with the least. Limits beside Codex's own do not count, because they end only some requests. */
export type ProfileLeft = {
  /** Share left, 0 to 100. */
  left_percent: number;
  /** The same as text, such as `62% left`. */
  left_text: string;
  /** The same as a word. */
  level: Level;
  /** When that window starts afresh. */
  resets_at: number | null;
};

/** One profile as its row shows it. */
export type ProfileView = {
  /** Stable across renames. */
  id: string;
  /** The user's word for it. */
  name: string;
  /** How it is paid for. */
  kind: ProfileKind;
  /** What it serves, when it is a key of another provider; left out when not. */
  provider?: ProviderView;
  /** Upstream's word for the plan, such as `plus`. */
  plan: string | null;
  /** Shown to the owner only, never logged. */
  email: string | null;
  /** Whether it can take work. */
  standing: StandingView;
  /** When its rest ends. */
  until: number | null;
  /** Why it cannot take work. */
  reason: string | null;
  /** The limit that it ran out of, when that is why it rests. */
  ran_out_of: WindowKind | null;
  /** Place in the order in which new conversations would take the profiles, from 0, were all of them ready. */
  place: number;
  /** It comes after the others whatever the user's order: as an API key, as Codex's own sign-in, or with no more than its reserve. */
  is_last_resort: boolean;
  /** New conversations go to it. */
  in_use: boolean;
  /** The user chose to stay on it. */
  pinned: boolean;
  /** Requests it is serving now. */
  in_flight: number;
  /** Of them, those whose answers do not begin for far longer than is usual; left out when none. */
  late?: number;
  /** The user's own reserve for it, in percent; none: that of all profiles. */
  reserve_percent: number | null;
  /** Why its renewed sign-in is not saved yet and what to do, while it is not. */
  not_saved?: string;
  /** The row's text after the name. */
  summary: string;
  /** What is left of its plan; none while nothing is known of its quota. */
  left: ProfileLeft | null;
  /** Its quota windows, shortest first. */
  windows: ReadonlyArray<WindowView>;
  /** Its credits; none when it has none. */
  credits?: CreditsView;
  /** Its banked resets; none when it has none. */
  resets?: ResetsView;
  /** Codex itself is signed in with the same account, so it serves last. */
  own_sign_in: boolean;
  /** It is Codex's own account and has no quota left; left out when not. */
  own_account_out?: boolean;
};

/** A rule as it stands in the file, and as the window shows it. */
export type ProjectSetting = {
  /** Work in this folder and below it: an absolute path. */
  folder: string | null;
  /** Work in the repository with this address. */
  repository: string | null;
  /** The names of the profiles that serve it; no other does. */
  profiles: ReadonlyArray<string>;
};

/** What a key of another provider serves. */
export type ProviderView = {
  /** The only address that its key is sent to. */
  address: string;
  /** Its host, for a table. */
  host: string;
  /** Models of its own. */
  models: ReadonlyArray<string>;
  /** Models of plans that it serves when all of them are out. */
  fallback: ReadonlyArray<string>;
};

/** One window of one profile over time. */
export type QuotaLine = {
  /** The profile's id. */
  profile: string;
  /** `5h` or `week`. */
  label: Exclude<WindowKind, "other">;
  /** Oldest first. */
  points: ReadonlyArray<Point>;
};

/** What to know before a reset is redeemed. */
export type RedeemQuestion = {
  /** The number of the decision: redeeming names it. */
  decision: string;
  /** What it resets, what it costs, what stays. */
  text: string;
  /** What else to consider, a sentence each. */
  notes: ReadonlyArray<string>;
};

/** One line of `requests`. */
export type RequestView = {
  /** When it ended. */
  at: number;
  /** Who served it, by id. */
  profile: string;
  /** The requested model. */
  model: string | null;
  /** What Codex saw; 499 when it left. */
  status: number;
  /** From the request's last byte to the answer's first. */
  first_byte_ms: number | null;
  /** Tokens read, when the stream contained them. */
  input: number | null;
  /** Tokens written. */
  output: number | null;
};

/** One banked reset. */
export type ResetView = {
  /** When it was granted. */
  granted_at: number | null;
  /** When it expires unused; none when it does not, or when that is not known. */
  expires_at: number | null;
};

/** Whether a reset is being used. */
export type ResetsState = "idle" | "redeeming" | "awaited";

/** Resets that an account has banked: each empties its quota windows once. */
export type ResetsView = {
  /** How many can be used. */
  count: number;
  /** Which, the first to expire first; empty when only their number is known. */
  resets: ReadonlyArray<ResetView>;
  /** Whether one is being used. */
  state: ResetsState;
  /** Such as `2 resets banked, the first expires Fri 09:10`. */
  text: string;
};

/** What restoring would do. */
export type Restoring = {
  /** Lines that go begin with `- `, lines that come with `+ `; what may be a secret is left out. */
  diff: string;
  /** Tables and top-level keys that were added or changed since. */
  removes: ReadonlyArray<string>;
  /** The same in one sentence. */
  text: string;
  /** The copy in question, by its file name. */
  backup: string;
  /** When it was made, in seconds since 1970. */
  backup_at: number | null;
};

/** Whether the router listens. */
export type RouterState = "running" | "stopped" | "port_taken";

/** The router, as seen from outside. */
export type RouterView = {
  /** Whether it listens. */
  state: RouterState;
  /** The port it listens on, or would. */
  port: number;
  /** Listening since. */
  since: number | null;
  /** What is wrong and what to do, when something is. */
  message: string | null;
  /** Turns since its start that ended in an error although a ready profile had not been tried; left out when none. */
  missed_profiles?: number;
};

/** The second line of that file. */
export type SecondLineView = {
  /** The user switched it on. */
  is_wanted: boolean;
  /** It is in the file. */
  stands: boolean;
  /** The key is the user's own, and is left alone. */
  is_foreign: boolean;
  /** Why it stands, or why not; none while it is switched off and absent. */
  message: string | null;
};

/** The settings to change, as the page writes them. */
export type SettingsChange = Partial<SettingsPage>;

/** Everything the page shows. */
export type SettingsPage = { start_at_login: boolean;
/** `resets_first`, `most_left` or `my_order`. */
policy: PolicyView;
/** Share of each window kept in reserve, in percent. */
reserve_percent: number;
/** Whether Codex moves on by itself; off means it stays on one profile. */
rotate: boolean;
/** Whether API keys serve when every plan is out. */
use_api_keys: boolean;
/** Whether purchased credits pay beyond a plan, where a profile has no setting of its own. */
use_credits: UseCredits;
/** Whether Codex's file may get a second line while Codex's own account is out. */
second_line: boolean;
/** A banked reset is redeemed without a question when all profiles are out for longer than this, in hours; 0 is never. */
redeem_when_out_hours: number;
/** How long a request may wait for a reset, in minutes; 0 is not at all. */
wait_for_reset_minutes: number;
/** Whether other programs than Codex may use the Responses API, each with a key of its own. */
clients_responses: boolean;
/** The same for the Messages API. */
clients_messages: boolean;
/** The same for Chat Completions. */
clients_chat: boolean;
/** Which model stands for one that a request of the latter two names. */
clients_models: string;
/** The port as set; the running router may still be on the one before. */
port: number;
/** `system`, `none` or the address of a proxy. */
proxy: string;
/** Start in the tray, without a window. */
start_hidden: boolean;
/** Of the tray, of notifications and of the window. */
language: LanguageChoice;
/** Of the window. */
theme: Theme;
/** Which kinds of notification are wanted. */
notifications: { [key in NoticeKind]?: boolean };
/** Shares left of the five-hour windows at which a notification comes, in percent. */
five_hours_left: ReadonlyArray<number>;
/** The same of the weekly windows. */
week_left: ReadonlyArray<number>;
/** `off`, or two times such as `22:00-07:00`. */
quiet_hours: string;
/** `learned`, or days such as `mon,tue`. */
work_days: string;
/** `learned`, or two times such as `09:00-18:00`. */
work_hours: string;
/** The commands that are set, by the word of their kind. */
hooks: { [key in string]: string };
/** For how many days usage is kept. */
usage_keep_days: number;
/** Whether the names of projects are kept with it. */
usage_project_names: boolean;
/** `off`, or where it is asked whether there is a newer version. */
updates_address: string;
/** Which profiles serve which projects, in the order of the file. */
projects: ReadonlyArray<ProjectSetting>;
/** What the user should know about a change: a sentence, when there is one. */
note: string | null;
};

/** Requests of one profile. */
export type Share = {
  /** The profile's id. */
  profile: string;
  /** How many. */
  requests: number;
};

/** How a person answers a sign-in. */
export type SignInMethod = "browser" | "device";

/** How far a sign-in is. */
export type SignInState = "waiting" | "choose_workspace" | "done" | "failed" | "cancelled";

/** A sign-in under way, or just ended. */
export type SignInView = {
  /** How far it is. */
  state: SignInState;
  /** How the person answers. */
  method: SignInMethod;
  /** The profile that is signed in again; none when one is added. */
  profile: string | null;
  /** The page to open; it may be copied into any browser. */
  url: string | null;
  /** What to type there, such as `ABCD-EFGH`. */
  code: string | null;
  /** When it ends unanswered. */
  expires_at: number | null;
  /** To choose from in [`SignInState::ChooseWorkspace`]; empty otherwise. */
  workspaces: ReadonlyArray<WorkspaceView>;
  /** One sentence: its result, or what to know while it is under way. */
  message: string | null;
};

/** Everything the tray and the window show. `tests/fixtures/snapshot.json` holds one in full; the front end parses the same file in its tests. */
export type Snapshot = {
  /** Goes up with every change, so that a late one can be distinguished from a new. */
  version: number;
  /** What every text in here is written in, and what the window speaks. */
  language: Language;
  /** The profiles are simulated. */
  demo: boolean;
  /** The most useful sentence, first line of the tray menu. */
  headline: string;
  /** The same without what a click on it opens. */
  headline_sentence: string;
  /** The line under the headline: how many can go on, and when the next quota comes back. */
  outlook: string;
  /** How long the quota of all profiles lasts; none before the first forecast, without a profile that it could be about, and while all are out. */
  forecast: ForecastLine | null;
  /** How old the quota of the profile in use is, such as `updated 4m ago`; none while nothing is known of it. */
  updated: string | null;
  /** When the next quota window of a profile that can serve starts afresh, or its rest ends; none when that is not known. */
  next_reset: number | null;
  /** Whether the router listens. */
  router: RouterView;
  /** Whether Codex points at it. */
  binding: BindingView;
  /** Name of the profile that served the latest turn, or would serve the next one. */
  serving: string | null;
  /** Name of the profile that a new conversation would go to now; none when no profile is ready. */
  next: string | null;
  /** Requests that are held until a profile is back. */
  waiting: WaitingView | null;
  /** In the user's order. */
  profiles: ReadonlyArray<ProfileView>;
  /** What all plans together have left; a kind of window that none has is left out. */
  pool_left: ReadonlyArray<PoolLeft>;
  /** Newest first, at most [`Snapshot::ACTIVITY`]. */
  activity: ReadonlyArray<ActivityView>;
  /** The sign-in under way, or the one that just ended. */
  sign_in: SignInView | null;
  /** Where sign-ins rest, and whether they can be reached. */
  vault: VaultView;
  /** Sign-ins in that place that no profile refers to; left out when none. */
  found_sign_ins?: number;
  /** The test turn under way, or the latest. */
  test_turn: TestTurn | null;
  /** Name of the file that what passes is recorded into, while it is. */
  recording: string | null;
  /** A newer version, when the user lets Rotunda ask for one; left out when there is nothing to say. */
  update?: UpdateView;
  /** Other programs than Codex with a key, the oldest first; left out when none. */
  clients?: ReadonlyArray<ClientView>;
};

/** Whether a profile can take work. */
export type StandingView = "ready" | "resting" | "needs_sign_in" | "paused" | "not_entitled";

/** A test turn, as far as it is. */
export type TestTurn = {
  /** Counts the test turns of this Rotunda; for cancelling this one. */
  number: number;
  /** The profile's id. */
  profile: string;
  /** Whether it is under way. */
  state: TestTurnState;
  /** Sentences so far, oldest first. */
  lines: ReadonlyArray<string>;
  /** How it ended: one of [`check::Outcome`](crate::check::Outcome)'s names. */
  outcome: string | null;
  /** What that means and what to do, once it has ended. */
  message: string | null;
  /** The one that ended before this one began. */
  before: TestTurnEnded | null;
  /** Those that wait for its end, the next one first. */
  waiting: ReadonlyArray<TestTurnWaiting>;
};

/** How a test turn ended. */
export type TestTurnEnded = {
  /** The profile's id. */
  profile: string;
  /** One of [`check::Outcome`](crate::check::Outcome)'s names. */
  outcome: string;
  /** What that means and what to do. */
  message: string;
};

/** Whether a test turn is under way. */
export type TestTurnState = "running" | "ended";

/** A test turn that waits for those before it. */
export type TestTurnWaiting = {
  /** Its number, for cancelling it. */
  number: number;
  /** The profile's id. */
  profile: string;
  /** Whom it waits for, as a sentence. */
  line: string;
};

/** How the window looks. */
export type Theme = "system" | "light" | "dark";

/** Tokens of one day. */
export type TokenLine = {
  /** The profile's id. */
  profile: string;
  /** Which model; empty when none was named. */
  model: string;
  /** `YYYY-MM-DD`, local. */
  day: string;
  /** Read by the model. */
  input: number;
  /** Written by it. */
  output: number;
};

/** A newer version, or why it is not known whether there is one. */
export type UpdateView = {
  /** The newer version; none when the answer was not used, or there was none. */
  version: string | null;
  /** Where it is to be had. */
  page: string | null;
  /** A sentence. */
  text: string;
  /** The row of the tray's menu that opens the page. */
  menu: string | null;
};

/** What lines are made by. */
export type UsageBy = "day" | "model" | "profile" | "session" | "project" | "client";

/** Tokens of one day, model, profile, session or project. */
export type UsageLine = {
  /** The day, the model, the id of the profile, of the session or of the project; empty when that is not known. */
  key: string;
  /** What people call it: the name of a profile, or of a project when names are kept. */
  name: string;
  /** The first local day with tokens, `YYYY-MM-DD`. */
  first_day: string | null;
  /** The last one. */
  last_day: string | null;
  /** Requests that ended. */
  requests: number;
  /** Of these, those whose answer had no figures: cut, refused or not finished. */
  unmeasured: number;
  /** Read by the model. */
  input: number;
  /** Of `input`, served from the cache. */
  cached: number;
  /** Written by the model. */
  output: number;
  /** Of `output`, reasoning. */
  reasoning: number;
  /** What the tokens of models with a price would cost by the API, in US dollars; null when no model has one. */
  cost_usd: number | null;
  /** Tokens of models without a price are among these. */
  incomplete: boolean;
};

/** `usage --json`. */
export type UsageView = {
  /** What the lines are made by. */
  by: UsageBy;
  /** The first local day, `YYYY-MM-DD`. */
  since: string;
  /** Days by date, others by their tokens, the most first. */
  lines: ReadonlyArray<UsageLine>;
  /** Of all lines, also of those that are not listed. */
  total: UsageLine;
  /** Lines that are not listed. */
  left_out: number;
  /** Models without a price in the list; empty for requests that named none. */
  without_price: ReadonlyArray<string>;
  /** Where the prices come from. */
  prices: PricesView;
};

/** Kinds of places where sign-ins rest. */
export type VaultPlace = "keychain" | "file";

/** Whether the place of sign-ins answers. */
export type VaultState = "ok" | "locked" | "missing" | "denied" | "silent" | "read_only" | "broken";

/** Where sign-ins rest. */
export type VaultView = {
  /** Which kind of place. */
  kind: VaultPlace;
  /** Whether it answers. */
  state: VaultState;
  /** What is wrong and what to do, or what to know about a file. */
  message: string | null;
};

/** Requests that are held until a profile is back. */
export type WaitingView = {
  /** How many. */
  count: number;
  /** When they are expected to go on. */
  until: number | null;
  /** Name of the profile that will be back then. */
  profile: string | null;
};

/** One quota window. */
export type WindowView = {
  /** Identified by its length; a limit beside Codex's own is always another. */
  label: WindowKind;
  /** Upstream's name of a limit beside Codex's own. */
  name?: string;
  /** Its length. */
  minutes: number;
  /** Share used, 0 to 100: what [`Self::left_percent`] leaves of 100. */
  used_percent: number;
  /** Share left, 0 to 100; all of it once the reset has passed. */
  left_percent: number;
  /** The same as a word. */
  level: Level;
  /** The same as text, such as `62% left`. */
  left_text: string;
  /** When it starts afresh; none when that is not known, or has passed. */
  resets_at: number | null;
  /** Such as `resets in 2h 13m`. */
  resets_text: string | null;
  /** Where its use leads, when that can be computed. */
  pace: PaceView | null;
  /** Three refreshes were missed: this is only what was last known. */
  stale: boolean;
};

/** One workspace of an account. */
export type WorkspaceView = {
  /** Upstream's own. */
  id: string;
  /** Its name and plan. */
  label: string;
};

/** Every kind of notification, in the order they are offered. */
export const NOTICES = ["rotated", "last", "out", "back", "signin", "unbound", "port", "low", "credits", "resets", "late", "returned", "forecast"] as const satisfies readonly NoticeKind[];
