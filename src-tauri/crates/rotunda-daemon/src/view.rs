//! What is shown: the only types that reach the window, and the JSON of the
//! command line.
//!
//! Names are `snake_case` and times are seconds since 1970 everywhere. Nothing
//! here holds a credential or a URL with the client key in it, except
//! [`RouterStatus::url`], which only the command line prints.

use rotunda_core::{Language, words::Limit};
use serde::{Deserialize, Serialize};

use crate::activity::ActivityKind;

mod status;

pub use self::status::{BindingStatus, ProfileStatus, RouterStatus, Status, WindowStatus};

/// Everything the tray and the window show. `tests/fixtures/snapshot.json`
/// holds one in full; the front end parses the same file in its tests.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Snapshot {
    /// Goes up with every change, so that a late one can be told from a new.
    pub version: u64,
    /// What every text in here is written in, and what the window speaks.
    #[serde(default)]
    pub language: Language,
    /// The profiles are simulated.
    pub demo: bool,
    /// The most useful sentence, first line of the tray menu.
    pub headline: String,
    /// The line under the headline: how many can go on, and when the next
    /// quota comes back.
    #[serde(default)]
    pub outlook: String,
    /// How old the quota of the profile in use is, such as `updated 4m ago`;
    /// none while nothing is known of it.
    #[serde(default)]
    pub updated: Option<String>,
    /// Whether the router listens.
    pub router: RouterView,
    /// Whether Codex points at it.
    pub binding: BindingView,
    /// Name of the profile that serves new conversations.
    pub serving: Option<String>,
    /// Requests that are held until a profile is back.
    #[serde(default)]
    pub waiting: Option<WaitingView>,
    /// In the user's order.
    pub profiles: Vec<ProfileView>,
    /// Newest first, at most [`Snapshot::ACTIVITY`].
    pub activity: Vec<ActivityView>,
    /// The sign-in under way, or the one that just ended.
    pub sign_in: Option<SignInView>,
    /// Where sign-ins rest, and whether they can be reached.
    pub vault: VaultView,
    /// The test turn under way, or the latest.
    pub test_turn: Option<TestTurn>,
    /// Name of the file that what passes is recorded into, while it is.
    pub recording: Option<String>,
}

impl Snapshot {
    /// Length of [`Snapshot::activity`]; the whole week is in the store.
    pub const ACTIVITY: usize = 50;
}

/// A sign-in under way, or just ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
    /// One sentence: what became of it, or what to know while it goes on.
    pub message: Option<String>,
}

/// How far a sign-in is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
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
#[serde(rename_all = "snake_case")]
pub enum SignInMethod {
    /// In a browser on this computer, which comes back by itself.
    Browser,
    /// In any browser, with a code.
    Device,
}

/// One workspace of an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkspaceView {
    /// Upstream's own.
    pub id: String,
    /// Its name and plan.
    pub label: String,
}

/// Where sign-ins rest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
#[serde(rename_all = "snake_case")]
pub enum VaultPlace {
    /// The system's.
    Keychain,
    /// A private file, because the user said so.
    File,
}

/// Whether the place of sign-ins answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VaultState {
    /// It does, as far as is known.
    Ok,
    /// It is locked.
    Locked,
    /// There is none on this machine, or it does not run.
    Missing,
    /// The user or the system said no.
    Denied,
    /// It answers what cannot be understood.
    Broken,
}

/// Requests that are held until a profile is back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
pub struct TestTurn {
    /// Counts the test turns of this Rotunda; for cancelling this one.
    pub number: u64,
    /// The profile's id.
    pub profile: String,
    /// Whether it goes on.
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
pub struct TestTurnWaiting {
    /// Its number, for cancelling it.
    pub number: u64,
    /// The profile's id.
    pub profile: String,
    /// Whom it waits for, as a sentence.
    pub line: String,
}

/// Whether a test turn goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TestTurnState {
    /// It does.
    Running,
    /// It does not.
    Ended,
}

/// The router, as seen from outside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RouterView {
    /// Whether it listens.
    pub state: RouterState,
    /// The port it listens on, or would.
    pub port: u16,
    /// Listening since.
    pub since: Option<i64>,
    /// What is wrong and what to do, when something is.
    pub message: Option<String>,
}

/// Whether the router listens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RouterState {
    /// It does.
    Running,
    /// It does not.
    Stopped,
    /// It does not, because another program holds its port.
    PortTaken,
}

/// Codex's `config.toml`, as read from the file itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BindingView {
    /// Where it points.
    pub state: BindingState,
    /// It was bound from here, nobody unbound it through us, and yet it points
    /// elsewhere.
    #[serde(default)]
    pub changed_outside: bool,
    /// The folder of that `config.toml`.
    pub codex_home: String,
    /// The line that binds, with the key masked.
    pub line: String,
    /// What is wrong and what to do, when something is.
    pub message: Option<String>,
    /// Bound since, in seconds since 1970; none when it is not.
    #[serde(default)]
    pub since: Option<i64>,
    /// The copy of the file that can be restored, by its file name.
    #[serde(default)]
    pub backup: Option<String>,
    /// When that copy was made, in seconds since 1970.
    #[serde(default)]
    pub backup_at: Option<i64>,
    /// The provider that the file names instead of the built-in one: binding
    /// has no effect unless the user agrees to switch.
    #[serde(default)]
    pub provider: Option<String>,
}

/// Where Codex points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BindingState {
    /// At this router.
    Bound,
    /// At this router under an old port or key.
    BoundStale,
    /// At its own upstream.
    Unbound,
    /// At someone else's address.
    Foreign,
    /// The file does not parse or may not be read.
    Unreadable,
}

/// One profile as its row shows it.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own in the JSON")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ProfileView {
    /// Stable across renames.
    pub id: String,
    /// The user's word for it.
    pub name: String,
    /// How it is paid for.
    pub kind: ProfileKind,
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
    /// The user's own reserve for it, in percent; none: that of all profiles.
    #[serde(default)]
    pub reserve_percent: Option<f64>,
    /// The row's text after the name.
    pub summary: String,
    /// Its quota windows, shortest first.
    pub windows: Vec<WindowView>,
    /// Codex itself is signed in with the same account, so it serves last.
    pub own_sign_in: bool,
}

/// How a profile is paid for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProfileKind {
    /// By a ChatGPT plan.
    Chatgpt,
    /// By the token.
    ApiKey,
}

/// Whether a profile can take work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
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
pub struct WindowView {
    /// Told by its length; a limit beside Codex's own is always another.
    pub label: WindowLabel,
    /// Upstream's name of a limit beside Codex's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Its length.
    pub minutes: u64,
    /// Share used, 0 to 100, as upstream reported it.
    pub used_percent: f64,
    /// Such as `62% left`.
    pub left_text: String,
    /// When it starts afresh.
    pub resets_at: Option<i64>,
    /// Such as `resets in 2h 13m`.
    pub resets_text: Option<String>,
    /// Where its use leads, when that can be told.
    #[serde(default)]
    pub pace: Option<PaceView>,
    /// Three refreshes were missed: this is only what was last known.
    #[serde(default)]
    pub stale: bool,
}

/// How a window is being used.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PaceView {
    /// Share that would be left at an even pace, in whole percent.
    pub even_left: f64,
    /// `on pace`, `lasts until the reset`, `at this pace out Wed 16:00`.
    pub text: String,
}

/// A window's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum WindowLabel {
    /// Five hours.
    #[serde(rename = "5h")]
    FiveHours,
    /// A week.
    #[serde(rename = "week")]
    Week,
    /// Any other length.
    #[serde(rename = "other")]
    Other,
}

/// One sentence of history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActivityView {
    /// When.
    pub at: i64,
    /// The sort of thing it tells, for a sign beside it.
    #[serde(default)]
    pub kind: ActivityKind,
    /// What happened, why, and until when.
    pub text: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIXTURE: &str = include_str!("../../../../tests/fixtures/snapshot.json");

    fn fixture() -> Snapshot {
        serde_json::from_str(FIXTURE).expect("the fixture is a snapshot")
    }

    #[test]
    fn the_shared_fixture_is_what_this_crate_writes() {
        let written = serde_json::to_string_pretty(&fixture()).unwrap() + "\n";
        assert_eq!(written, FIXTURE);
    }

    #[test]
    fn status_has_the_documented_keys() {
        let url = Some("http://127.0.0.1:4517/key/codex".to_owned());
        let status = serde_json::to_value(Status::of(&fixture(), url)).unwrap();
        assert_eq!(keys(&status), ["binding", "profiles", "router", "serving"]);
        assert_eq!(keys(&status["router"]), ["port", "since", "state", "url"]);
        assert_eq!(keys(&status["binding"]), ["codex_home", "state"]);
        let profile = &status["profiles"][0];
        let expected = [
            "email",
            "id",
            "in_flight",
            "in_use",
            "kind",
            "name",
            "pinned",
            "plan",
            "reason",
            "standing",
            "until",
            "windows",
        ];
        assert_eq!(keys(profile), expected);
        let window = &profile["windows"][0];
        assert_eq!(keys(window), ["label", "minutes", "resets_at", "used_percent"]);
    }

    fn keys(value: &serde_json::Value) -> Vec<&str> {
        let mut keys: Vec<_> = value.as_object().unwrap().keys().map(String::as_str).collect();
        keys.sort_unstable();
        keys
    }
}
