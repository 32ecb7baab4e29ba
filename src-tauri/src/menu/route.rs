//! The places of the window that a click leads to.

use serde::{Deserialize, Serialize};

/// Where the window opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum WindowRoute {
    /// Where the user left it, or the profiles.
    Anywhere,
    /// What each has left.
    Profiles,
    /// What happened.
    Activity,
    /// The settings.
    Settings,
    /// The binding and the router.
    Codex,
    /// The form for a new profile.
    Add,
}

impl WindowRoute {
    /// The part of the window's address that the interface follows.
    pub(crate) fn hash(self) -> &'static str {
        match self {
            Self::Anywhere => "",
            Self::Profiles => "#profiles",
            Self::Activity => "#activity",
            Self::Settings => "#settings",
            Self::Codex => "#codex",
            Self::Add => "#add",
        }
    }
}
