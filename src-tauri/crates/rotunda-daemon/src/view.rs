//! What is shown: the only types that reach the window, and the JSON of the
//! command line.
//!
//! Names are `snake_case` and times are seconds since 1970 everywhere. Nothing
//! here holds a credential or a URL with the client key in it, except
//! [`RouterStatus::url`], which only the command line prints.

use rotunda_host::settings::VaultKind;
use rotunda_text::{Language, Limit};
use serde::{Deserialize, Serialize};

use self::skip::{is_none, is_zero};
use crate::activity::ActivityKind;

mod binding;
mod clients;
mod credits;
mod forecast;
mod import;
mod left;
mod provider;
mod resets;
mod skip;
mod status;
mod update;

pub use rotunda_core::profile::WindowKind;

pub use self::binding::{BindingState, BindingView, SecondLineView};
pub use self::clients::ClientView;
pub use self::credits::{CreditsState, CreditsStatus, CreditsView};
pub use self::forecast::{
    ForecastChangeView, ForecastEventKind, ForecastEventView, ForecastHour, ForecastLine,
    ForecastPage, ForecastState, ForecastView, ForecastWords,
};
pub use self::import::{ImportItem, ImportPick, ImportResult};
pub use self::left::{Level, PoolLeft, ProfileLeft, pool_left};
pub use self::provider::{ProfileKind, ProviderView};
pub use self::resets::{ResetView, ResetsState, ResetsStatus, ResetsView};
pub use self::status::{BindingStatus, ProfileStatus, RouterStatus, Status, WindowStatus};
pub use self::update::UpdateView;

/// Everything the tray and the window show. `tests/fixtures/snapshot.json`
/// holds one in full; the front end parses the same file in its tests.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Snapshot {
    /// Goes up with every change, so that a late one can be distinguished from a new.
    pub version: u64,
    /// What every text in here is written in, and what the window speaks.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(type = "Language"))]
    pub language: Language,
    /// The profiles are simulated.
    pub demo: bool,
    /// The most useful sentence, first line of the tray menu.
    pub headline: String,
    /// The same without what a click on it opens.
    #[serde(default)]
    pub headline_sentence: String,
    /// The line under the headline: how many can go on, and when the next
    /// quota comes back.
    #[serde(default)]
    pub outlook: String,
    /// How long the quota of all profiles lasts; none before the first forecast, without a
    /// profile that it could be about, and while all are out.
    #[serde(default)]
    pub forecast: Option<ForecastLine>,
    /// How old the quota of the profile in use is, such as `updated 4m ago`;
    /// none while nothing is known of it.
    #[serde(default)]
    pub updated: Option<String>,
    /// When the next quota window of a profile that can serve starts afresh, or
    /// its rest ends; none when that is not known.
    #[serde(default)]
    pub next_reset: Option<i64>,
    /// Whether the router listens.
    pub router: RouterView,
    /// Whether Codex points at it.
    pub binding: BindingView,
    /// Name of the profile that served the latest turn, or would serve the next one.
    pub serving: Option<String>,
    /// Name of the profile that a new conversation would go to now; none when no profile is
    /// ready.
    #[serde(default)]
    pub next: Option<String>,
    /// Requests that are held until a profile is back.
    #[serde(default)]
    pub waiting: Option<WaitingView>,
    /// In the user's order.
    pub profiles: Vec<ProfileView>,
    /// What all plans together have left; a kind of window that none has is
    /// left out.
    #[serde(default)]
    pub pool_left: Vec<PoolLeft>,
    /// Newest first, at most [`Snapshot::ACTIVITY`].
    pub activity: Vec<ActivityView>,
    /// The sign-in under way, or the one that just ended.
    pub sign_in: Option<SignInView>,
    /// Where sign-ins rest, and whether they can be reached.
    pub vault: VaultView,
    /// Sign-ins in that place that no profile refers to; left out when none.
    #[serde(default, skip_serializing_if = "is_none")]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<usize>"))]
    pub found_sign_ins: usize,
    /// The test turn under way, or the latest.
    pub test_turn: Option<TestTurn>,
    /// Name of the file that what passes is recorded into, while it is.
    pub recording: Option<String>,
    /// A newer version, when the user lets Rotunda ask for one; left out when there is nothing
    /// to say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub update: Option<UpdateView>,
    /// Other programs than Codex with a key, the oldest first; left out when none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<Vec<ClientView>>"))]
    pub clients: Vec<ClientView>,
}

impl Snapshot {
    /// Length of [`Snapshot::activity`]; the whole week is in the store.
    pub const ACTIVITY: usize = 50;
}

/// A sign-in under way, or just ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct SignInView {
    /// How far it is.
    pub state: SignInState,
    /// How the person answers.
    pub method: SignInMethod,
    /// The profile that is signed in again; none when one is added.
    pub profile: Option<String>,
    /// The page to open; it may be copied into any browser.
    pub url: Option<String>,
    /// What to type there, such as `ABCD-EFGH`.
    pub code: Option<String>,
    /// When it ends unanswered.
    pub expires_at: Option<i64>,
    /// To choose from in [`SignInState::ChooseWorkspace`]; empty otherwise.
    pub workspaces: Vec<WorkspaceView>,
    /// One sentence: its result, or what to know while it is under way.
    pub message: Option<String>,
}

/// How far a sign-in is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum SignInState {
    /// For the person in front of a browser.
    Waiting,
    /// The account has several workspaces; one has to be chosen.
    ChooseWorkspace,
    /// The profile is there.
    Done,
    /// It came to nothing; the message says why.
    Failed,
    /// The person ended it.
    Cancelled,
}

/// How a person answers a sign-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum SignInMethod {
    /// In a browser on this computer, which comes back by itself.
    Browser,
    /// In any browser, with a code.
    Device,
}

/// One workspace of an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct WorkspaceView {
    /// Upstream's own.
    pub id: String,
    /// Its name and plan.
    pub label: String,
}

/// Where sign-ins rest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct VaultView {
    /// Which kind of place.
    pub kind: VaultPlace,
    /// Whether it answers.
    pub state: VaultState,
    /// What is wrong and what to do, or what to know about a file.
    pub message: Option<String>,
}

/// Kinds of places where sign-ins rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum VaultPlace {
    /// The system's.
    Keychain,
    /// A private file, by the user's choice.
    File,
}

impl From<VaultKind> for VaultPlace {
    fn from(kind: VaultKind) -> Self {
        match kind {
            VaultKind::Keychain => Self::Keychain,
            VaultKind::File => Self::File,
        }
    }
}

/// Whether the place of sign-ins answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum VaultState {
    /// It does, as far as is known.
    Ok,
    /// It is locked.
    Locked,
    /// There is none on this machine, or it does not run.
    Missing,
    /// The user or the system refused.
    Denied,
    /// It is there and does not answer.
    Silent,
    /// It can be read, but does not save.
    ReadOnly,
    /// It answers what cannot be understood.
    Broken,
}

/// Requests that are held until a profile is back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct WaitingView {
    /// How many.
    pub count: u32,
    /// When they are expected to go on.
    pub until: Option<i64>,
    /// Name of the profile that will be back then.
    pub profile: Option<String>,
}

/// A test turn, as far as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct TestTurn {
    /// Counts the test turns of this Rotunda; for cancelling this one.
    pub number: u64,
    /// The profile's id.
    pub profile: String,
    /// Whether it is under way.
    pub state: TestTurnState,
    /// Sentences so far, oldest first.
    pub lines: Vec<String>,
    /// How it ended: one of [`check::Outcome`](crate::check::Outcome)'s names.
    pub outcome: Option<String>,
    /// What that means and what to do, once it has ended.
    pub message: Option<String>,
    /// The one that ended before this one began.
    pub before: Option<TestTurnEnded>,
    /// Those that wait for its end, the next one first.
    pub waiting: Vec<TestTurnWaiting>,
}

/// How a test turn ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct TestTurnEnded {
    /// The profile's id.
    pub profile: String,
    /// One of [`check::Outcome`](crate::check::Outcome)'s names.
    pub outcome: String,
    /// What that means and what to do.
    pub message: String,
}

/// A test turn that waits for those before it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct TestTurnWaiting {
    /// Its number, for cancelling it.
    pub number: u64,
    /// The profile's id.
    pub profile: String,
    /// Whom it waits for, as a sentence.
    pub line: String,
}

/// Whether a test turn is under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum TestTurnState {
    /// It does.
    Running,
    /// It does not.
    Ended,
}

/// The router, as seen from outside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct RouterView {
    /// Whether it listens.
    pub state: RouterState,
    /// The port it listens on, or would.
    pub port: u16,
    /// Listening since.
    pub since: Option<i64>,
    /// What is wrong and what to do, when something is.
    pub message: Option<String>,
    /// Turns since its start that ended in an error although a ready profile had
    /// not been tried; left out when none.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub missed_profiles: u64,
}

/// Whether the router listens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum RouterState {
    /// It does.
    Running,
    /// It does not.
    Stopped,
    /// It does not, because another program holds its port.
    PortTaken,
}

/// One profile as its row shows it.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own in the JSON")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ProfileView {
    /// Stable across renames.
    pub id: String,
    /// The user's word for it.
    pub name: String,
    /// How it is paid for.
    pub kind: ProfileKind,
    /// What it serves, when it is a key of another provider; left out when not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub provider: Option<ProviderView>,
    /// Upstream's word for the plan, such as `plus`.
    pub plan: Option<String>,
    /// Shown to the owner only, never logged.
    pub email: Option<String>,
    /// Whether it can take work.
    pub standing: StandingView,
    /// When its rest ends.
    pub until: Option<i64>,
    /// Why it cannot take work.
    pub reason: Option<String>,
    /// The limit that it ran out of, when that is why it rests.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(type = "WindowKind | null"))]
    pub ran_out_of: Option<Limit>,
    /// Place in the order in which new conversations would take the profiles,
    /// from 0, were all of them ready.
    #[serde(default)]
    pub place: usize,
    /// It comes after the others whatever the user's order: as an API key, as
    /// Codex's own sign-in, or with no more than its reserve.
    #[serde(default)]
    pub is_last_resort: bool,
    /// New conversations go to it.
    pub in_use: bool,
    /// The user chose to stay on it.
    pub pinned: bool,
    /// Requests it is serving now.
    pub in_flight: u32,
    /// Of them, those whose answers do not begin for far longer than is usual; left out
    /// when none.
    #[serde(default, skip_serializing_if = "is_none")]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<u32>"))]
    pub late: usize,
    /// The user's own reserve for it, in percent; none: that of all profiles.
    #[serde(default)]
    pub reserve_percent: Option<f64>,
    /// Why its renewed sign-in is not saved yet and what to do, while it is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub not_saved: Option<String>,
    /// The row's text after the name.
    pub summary: String,
    /// What is left of its plan; none while nothing is known of its quota.
    #[serde(default)]
    pub left: Option<ProfileLeft>,
    /// Its quota windows, shortest first.
    pub windows: Vec<WindowView>,
    /// Its credits; none when it has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub credits: Option<CreditsView>,
    /// Its banked resets; none when it has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub resets: Option<ResetsView>,
    /// Codex itself is signed in with the same account, so it serves last.
    pub own_sign_in: bool,
    /// It is Codex's own account and has no quota left; left out when not.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub own_account_out: bool,
}

/// Whether a profile can take work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum StandingView {
    /// Now.
    Ready,
    /// Not before `until`.
    Resting,
    /// Not before the user signs in again.
    NeedsSignIn,
    /// The user took it out of rotation.
    Paused,
    /// Its plan does not include Codex.
    NotEntitled,
}

/// One quota window.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct WindowView {
    /// Identified by its length; a limit beside Codex's own is always another.
    #[cfg_attr(feature = "typescript", ts(type = "WindowKind"))]
    pub label: WindowKind,
    /// Upstream's name of a limit beside Codex's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub name: Option<String>,
    /// Its length.
    pub minutes: u64,
    /// Share used, 0 to 100: what [`Self::left_percent`] leaves of 100.
    pub used_percent: f64,
    /// Share left, 0 to 100; all of it once the reset has passed.
    #[serde(default)]
    pub left_percent: f64,
    /// The same as a word.
    #[serde(default)]
    pub level: Level,
    /// The same as text, such as `62% left`.
    pub left_text: String,
    /// When it starts afresh; none when that is not known, or has passed.
    pub resets_at: Option<i64>,
    /// Such as `resets in 2h 13m`.
    pub resets_text: Option<String>,
    /// Where its use leads, when that can be computed.
    #[serde(default)]
    pub pace: Option<PaceView>,
    /// Three refreshes were missed: this is only what was last known.
    #[serde(default)]
    pub stale: bool,
}

/// How a window is being used.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct PaceView {
    /// Share that would be left at an even pace, in whole percent.
    pub even_left: f64,
    /// `on pace`, `lasts until the reset`, `at this pace out Wed 16:00`.
    pub text: String,
}

/// One sentence of history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ActivityView {
    /// When.
    pub at: i64,
    /// Its kind, for a sign beside it.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(type = "string"))]
    pub kind: ActivityKind,
    /// What happened, why, and until when.
    pub text: String,
}

#[cfg(test)]
#[path = "view_tests.rs"]
mod tests;
