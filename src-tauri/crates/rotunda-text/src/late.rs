//! Answers that do not begin, as Activity stores and shows them.

use serde::{Deserialize, Serialize};

use crate::{Localize, Message, message, profile_name::name};

/// An answer that does not begin for far longer than is usual. `profile` is a profile's
/// name, empty when it was gone already; times are in seconds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LateNews {
    /// The request may be at work, so it is waited for.
    Late {
        /// Who was asked.
        profile: String,
        /// For so long.
        waited: u64,
        /// The longest that is usual.
        usual: Option<u64>,
    },
    /// Nothing of the request can have run, so it is sent anew.
    Stuck {
        /// Who was asked.
        profile: String,
        /// For so long.
        waited: u64,
    },
}

impl Localize for LateNews {
    fn message(&self) -> Message {
        match self {
            Self::Late { profile, waited, usual: None } => {
                message!("activity-late", profile = name(profile), waited = waited)
            }
            Self::Late { profile, waited, usual: Some(usual) } => message!(
                "activity-late-usual",
                profile = name(profile),
                waited = waited,
                usual = usual
            ),
            Self::Stuck { profile, waited } => {
                message!("activity-stuck", profile = name(profile), waited = waited)
            }
        }
    }
}
