//! A newer version, and why it is not known whether there is one.

use rotunda_core::release_notice::{Release, StatementFault};

use crate::{Localize, Message, message};

/// What is known of newer versions, when there is anything to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UpdateNews {
    /// There is one.
    Newer(Release),
    /// The answer was not used.
    Refused(StatementFault),
    /// There was no answer.
    NotReached,
    /// The program has no key to check an answer with, so nothing is asked for.
    NoKey,
}

impl Localize for UpdateNews {
    fn message(&self) -> Message {
        match self {
            Self::Newer(Release { version, page, .. }) => {
                message!("update-newer", version = version.to_string(), page = page)
            }
            Self::Refused(StatementFault::Forged) => message!("update-forged"),
            Self::Refused(StatementFault::Older) => message!("update-older"),
            Self::Refused(StatementFault::Malformed) => message!("update-malformed"),
            Self::NotReached => message!("update-not-reached"),
            Self::NoKey => message!("update-no-key"),
        }
    }
}
