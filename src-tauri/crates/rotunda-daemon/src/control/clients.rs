//! What can be asked about other programs than Codex.

use serde::{Deserialize, Serialize};

use super::SecretText;

/// Something about a client. Clients are named as the user names them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "client_command", rename_all = "snake_case")]
pub enum ClientCommand {
    /// Add one.
    Add {
        /// What to call it.
        name: String,
        /// The only profiles that serve it; empty: each of them may.
        #[serde(default)]
        profiles: Vec<String>,
        /// Made by the caller, who shows it: no answer has it.
        key: SecretText,
    },
    /// Call one something else.
    Rename {
        /// Which.
        client: String,
        /// Its name from now on.
        name: String,
    },
    /// Give one a new key: the one before opens nothing any more.
    Renew {
        /// Which.
        client: String,
        /// Made by the caller, who shows it: no answer has it.
        key: SecretText,
    },
    /// Revoke the key of one, and forget it.
    Revoke {
        /// Which.
        client: String,
    },
}
