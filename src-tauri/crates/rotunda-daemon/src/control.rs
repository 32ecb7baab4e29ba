//! What the command line can ask of a running Rotunda, and how it travels:
//! `POST /control/command`, `GET /control/status`, `GET /control/activity`,
//! `GET /control/requests`, `GET /control/found`, `POST /control/import`, `POST /control/aside`, `POST /control/run`,
//! `POST /control/check`, `POST /control/record`, `POST /control/usage`,
//! `POST /control/quick`, `GET /control/forecast`.
//!
//! The same [`Command`] is carried out by a [`Services`](crate::daemon::Services)
//! of the command line's own when nothing runs, so both ways say the same.

mod client;
mod clients;
mod secret_text;
mod sign_in;

use std::{path::PathBuf, time::Duration};

use rotunda_core::profile::UseCredits;
use rotunda_host::{
    clock::unix,
    files::path_text,
    settings::{NoticeKind, ProjectSetting},
    store::Activity,
    timezone,
};
use rotunda_text::Language;
use serde::{Deserialize, Serialize};

pub use self::{
    client::{Client, ControlError, Lease, LentKey, Lines},
    clients::ClientCommand,
    secret_text::SecretText,
    sign_in::SignInCommand,
};
use crate::{
    activity::ActivityKind,
    trace::CountersView,
    view::{ImportPick, Snapshot},
};

/// Another provider, as the user names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct NewProvider {
    /// As in [`Provider::base`](rotunda_core::provider::Provider::base).
    pub base_url: String,
    /// Models of its own; empty: those that it lists.
    pub models: Vec<String>,
    /// Models of plans that it serves when all of them are out.
    pub fallback: Vec<String>,
}

/// Something to be done. Profiles are named as the user names them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "snake_case")]
pub enum Command {
    /// Add a profile from a file.
    Import {
        /// An `auth.json` or a Codex home, as an absolute path.
        #[serde(with = "path_text")]
        path: PathBuf,
        /// What to call it.
        name: Option<String>,
        /// Use it for new conversations from now on.
        #[serde(default)]
        use_now: bool,
    },
    /// Add profiles from a file that another machine wrote.
    ImportSealed {
        /// An absolute path.
        #[serde(with = "path_text")]
        path: PathBuf,
        /// Of the file.
        passphrase: SecretText,
    },
    /// Write sign-ins into a new encrypted file.
    ExportSignIns {
        /// An absolute path, where nothing is yet.
        #[serde(with = "path_text")]
        path: PathBuf,
        /// Whose; none is everyone's.
        profiles: Vec<String>,
        /// Of the file.
        passphrase: SecretText,
        /// Sign them out here once they are written.
        hand_over: bool,
    },
    /// Wipe the sign-in of a profile; the profile stays.
    Logout {
        /// Which.
        profile: String,
    },
    /// Delete a profile and its sign-in.
    Remove {
        /// Which.
        profile: String,
    },
    /// Call a profile something else.
    Rename {
        /// Which.
        profile: String,
        /// Its name from now on.
        name: String,
    },
    /// Use a profile for new conversations.
    Use {
        /// Which.
        profile: String,
    },
    /// Stay on a profile.
    Pin {
        /// Which.
        profile: String,
    },
    /// Rotate again.
    Unpin,
    /// Take a profile out of rotation.
    Pause {
        /// Which.
        profile: String,
    },
    /// Put it back.
    Resume {
        /// Which.
        profile: String,
    },
    /// Set whether credits of a profile may be used.
    Credits {
        /// Which.
        profile: String,
        /// None: what holds for all.
        consent: Option<UseCredits>,
    },
    /// Ask what redeeming a banked reset would do; nothing is redeemed.
    AskRedeem {
        /// Whose.
        profile: String,
    },
    /// Redeem the one that was asked about.
    Redeem {
        /// The number of the decision, see [`Done::decision`].
        decision: String,
    },
    /// Point Codex at the router.
    Bind {
        /// Under a new key.
        new_key: bool,
        /// Also away from another provider.
        switch: bool,
        /// Switches the second line on or off; none leaves it as it is.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        second_line: Option<bool>,
    },
    /// Point it back.
    Unbind,
    /// Put Codex's whole file back as it was before binding.
    Restore,
    /// Ask upstream what each profile has left, and wait for the answers.
    RefreshQuota,
    /// Stop a test turn.
    CancelTestTurn {
        /// Which; none is the one under way.
        number: Option<u64>,
    },
    /// Add an API key as a profile.
    AddKey {
        /// What to call it.
        name: Option<String>,
        /// The key.
        key: SecretText,
        /// Whose it is, when it is not OpenAI's.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        provider: Option<NewProvider>,
    },
    /// Move every sign-in to another place.
    MoveVault {
        /// `keychain` or `file`.
        to: String,
    },
    /// Write the settings into a file, without sign-ins.
    ExportSettings {
        /// An absolute path, where nothing is yet.
        #[serde(with = "path_text")]
        path: PathBuf,
    },
    /// Take the settings of such a file.
    ImportSettings {
        /// An absolute path.
        #[serde(with = "path_text")]
        path: PathBuf,
    },
    /// Give one key of the settings a value.
    Set {
        /// Its name, as [`find_key`](rotunda_host::settings::find_key) finds it.
        key: String,
        /// As the user types it; none is the default.
        value: Option<String>,
    },
    /// Let only some profiles serve the work in a folder or a repository. A rule for the same
    /// place is replaced.
    AddProject {
        /// The rule.
        rule: ProjectSetting,
    },
    /// Take such a rule out.
    RemoveProject {
        /// Its folder or its address, as it stands in the rule.
        place: String,
    },
    /// Put the profiles into an order; those that are not named follow as they were.
    Order {
        /// From the first on.
        profiles: Vec<String>,
    },
    /// Keep a share of one profile in reserve.
    Reserve {
        /// Which.
        profile: String,
        /// In percent; none is what all profiles keep.
        percent: Option<f64>,
    },
    /// Go to the profile that would serve if the one in use did not.
    Next,
    /// Go to the profile that the rules would choose for a new conversation.
    Best,
    /// Leave Codex's file as another program wrote it.
    LeaveBinding,
    /// Have the tray app show a notification that says nothing new.
    TestNotification {
        /// Of this kind; none: one that says that they arrive.
        #[serde(default)]
        kind: Option<NoticeKind>,
    },
    /// Give requests that wait for a reset their answer now.
    StopWaiting,
    /// Something about a sign-in.
    SignIn(SignInCommand),
    /// Something about another program than Codex.
    Client(ClientCommand),
}

/// Without any progress for so long, a test turn is given up. A turn that goes
/// on may take as long as it likes.
pub const IDLE: Duration = Duration::from_secs(120);

/// `POST /control/check`: a test turn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wanted {
    /// Which profile, by name or id; none is the one that serves.
    pub profile: Option<String>,
    /// Which model; none leaves it to the user's `config.toml`.
    pub model: Option<String>,
    /// How long without any progress, in seconds.
    pub idle_seconds: u64,
    /// All of [`Step::ALL`](crate::check::Step::ALL) instead of one turn: three requests instead of one.
    #[serde(default)]
    pub deep: bool,
}

impl Wanted {
    /// The usual test turn of a profile.
    pub fn of(profile: Option<String>) -> Self {
        Self { profile, model: None, idle_seconds: IDLE.as_secs(), deep: false }
    }
}

/// Sign-ins to be imported, of those that were found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportRequest {
    /// Which, and what to call them.
    pub picks: Vec<ImportPick>,
}

/// `POST /control/preview`: what is at a path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviewRequest {
    /// An absolute path.
    #[serde(with = "path_text")]
    pub path: PathBuf,
}

/// What was done, for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    /// One sentence.
    pub text: String,
    /// What the user should know besides, a sentence each.
    pub notes: Vec<String>,
    /// The number of a decision that the text asks for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<String>,
}

/// Why not, for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refused {
    /// One sentence.
    pub error: String,
}

/// The whole state of a running Rotunda.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// What the window shows too.
    pub snapshot: Snapshot,
    /// What Codex's `openai_base_url` has to be; holds the client key.
    pub url: Option<String>,
    /// The process that answers.
    pub pid: u32,
    /// Which of its starts.
    pub instance: String,
    /// What became of requests; none when nothing runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counters: Option<CountersView>,
}

/// `POST /control/aside`: a router for one program, with one profile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DedicatedRouterRequest {
    /// Which.
    pub profile: String,
}

/// `POST /control/run`: a key for one program, valid for as long as the answer
/// is being read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunRequest {
    /// Made by the caller, so that it can be requested again.
    pub key: SecretText,
    /// Who is preferred for the program's new conversations.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    /// Another program than Codex: the key is a further one of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<String>,
}

/// `POST /control/usage`, what the provider itself says of quota, and `POST
/// /control/quick`, how profiles are found without a turn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsageRequest {
    /// Of which profile; none is every one: of quota, every one with a plan.
    pub profile: Option<String>,
}

/// One line of its answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RawUsage {
    /// The profile's name.
    pub profile: String,
    /// As the provider wrote it; none when it did not answer.
    pub usage: Option<serde_json::Value>,
}

/// `POST /control/record`: what passes, for as long as the answer is read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordRequest {
    /// Name of the file it goes into, to be shown.
    pub name: String,
}

/// Its answer's only line.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DedicatedRouterReply {
    /// What the program's `openai_base_url` has to be; holds a key.
    pub url: String,
}

/// One line of `GET /control/activity`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActivityLine {
    /// Counts up; ask for what follows it.
    pub number: i64,
    /// When, in seconds since 1970.
    pub at: i64,
    /// Its kind.
    #[serde(default)]
    pub kind: ActivityKind,
    /// What happened, why, and until when.
    pub text: String,
}

impl ActivityLine {
    /// A line in a language. In English it is the sentence that was stored.
    pub fn of(entry: &Activity, language: Language) -> Self {
        let Activity { number, at, kind, .. } = *entry;
        let text = if language == Language::ENGLISH {
            entry.text.clone()
        } else {
            entry.to(timezone::locale(language, at))
        };
        Self { number, at: unix(at), kind, text }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn travels(command: &Command, expected: &str) {
        let text = serde_json::to_string(command).unwrap();
        assert_eq!(text, expected);
        assert_eq!(&serde_json::from_str::<Command>(&text).unwrap(), command);
    }

    #[test]
    fn an_address_with_a_code_travels_and_is_not_shown() {
        let paste = SignInCommand::Paste { address: SecretText::new("http://x/?code=s3cr3t") };
        let command = Command::SignIn(paste);
        assert!(!format!("{command:?}").contains("s3cr3t"));
        travels(
            &command,
            r#"{"command":"sign_in","sign_in":"paste","address":"http://x/?code=s3cr3t"}"#,
        );
    }

    #[test]
    fn commands_travel_under_their_names() {
        let profile = "work".to_owned();
        travels(&Command::Use { profile }, r#"{"command":"use","profile":"work"}"#);
        travels(&Command::Unpin, r#"{"command":"unpin"}"#);
        travels(
            &Command::Bind { new_key: true, switch: false, second_line: None },
            r#"{"command":"bind","new_key":true,"switch":false}"#,
        );
        travels(
            &Command::Bind { new_key: false, switch: false, second_line: Some(true) },
            r#"{"command":"bind","new_key":false,"switch":false,"second_line":true}"#,
        );
    }
}
