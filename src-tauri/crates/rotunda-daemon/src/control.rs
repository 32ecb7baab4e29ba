//! What the command line can ask of a running Rotunda, and how it travels:
//! `POST /control/command`, `GET /control/status`, `GET /control/activity`,
//! `GET /control/found`, `POST /control/import`, `POST /control/aside`,
//! `POST /control/check`, `POST /control/record`.
//!
//! The same [`Command`] is carried out by a [`Daemon`](crate::daemon::Daemon)
//! of the command line's own when nothing runs, so both ways say the same.

mod api;
mod client;
mod handed;
mod sign_in;

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

pub(crate) use self::api::Api;
pub use self::{
    client::{Client, ControlError, Lease, Lines},
    handed::Handed,
    sign_in::SignInCommand,
};
use crate::{activity::ActivityKind, daemon::ImportPick, view::Snapshot};

/// Something to be done. Profiles are named as the user names them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "snake_case")]
pub enum Command {
    /// Add a profile from a file.
    Import {
        /// An `auth.json` or a Codex home, as an absolute path.
        path: PathBuf,
        /// What to call it.
        name: Option<String>,
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
    /// Point Codex at the router.
    Bind {
        /// Under a new key.
        new_key: bool,
        /// Also away from another provider.
        switch: bool,
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
        key: Handed,
    },
    /// Move every sign-in to another place.
    MoveVault {
        /// `keychain` or `file`.
        to: String,
    },
    /// Write the settings into a file, without sign-ins.
    ExportSettings {
        /// An absolute path, where nothing is yet.
        path: PathBuf,
    },
    /// Take the settings of such a file.
    ImportSettings {
        /// An absolute path.
        path: PathBuf,
    },
    /// Something about a sign-in.
    SignIn(SignInCommand),
}

/// Sign-ins to be imported, of those that were found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportRequest {
    /// Which, and what to call them.
    pub picks: Vec<ImportPick>,
}

/// What was done, for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    /// One sentence.
    pub text: String,
    /// What the user should know besides, a sentence each.
    pub notes: Vec<String>,
}

impl Done {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), notes: Vec::new() }
    }
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
}

/// `POST /control/aside`: a router for one program, with one profile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AsideRequest {
    /// Which.
    pub profile: String,
}

/// `POST /control/record`: what passes, for as long as somebody reads it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordRequest {
    /// Name of the file it goes into, to be shown.
    pub name: String,
}

/// Its answer's only line.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AsideReply {
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
    /// The sort of thing it tells.
    #[serde(default)]
    pub kind: ActivityKind,
    /// What happened, why, and until when.
    pub text: String,
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
        let paste = SignInCommand::Paste { address: Handed::new("http://x/?code=s3cr3t") };
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
            &Command::Bind { new_key: true, switch: false },
            r#"{"command":"bind","new_key":true,"switch":false}"#,
        );
    }
}
