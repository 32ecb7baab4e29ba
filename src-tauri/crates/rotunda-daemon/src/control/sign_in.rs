//! What the command line can ask about sign-ins.

use serde::{Deserialize, Serialize};

use super::SecretText;
use crate::view::SignInMethod;

/// Something to be done about a sign-in. Profiles are named as the user names
/// them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "sign_in", rename_all = "snake_case")]
pub enum SignInCommand {
    /// Start one; how it goes is in the snapshot.
    Start {
        /// How it is answered.
        method: SignInMethod,
        /// The profile to sign in again; none adds one.
        profile: Option<String>,
        /// What to call the new one.
        name: Option<String>,
    },
    /// The address that the browser ended on.
    Paste {
        /// Holds a code.
        address: SecretText,
    },
    /// One of the workspaces that are shown.
    Choose {
        /// Its id.
        workspace: String,
    },
    /// End it.
    Cancel,
}
