//! What sort of thing a line of activity tells: a closed list, for whoever shows
//! a sign beside the sentence or filters. The words are kept in the store and
//! printed as JSON, so a released one never changes.

use rotunda_core::Event;
use serde::{Deserialize, Serialize};

/// Writes the list once: the kinds, all of them in order, and their words.
macro_rules! kinds {
    ($($(#[$doc:meta])+ $kind:ident $word:literal,)+) => {
        /// The sort of one line of activity.
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(into = "&'static str", from = "String")]
        pub enum ActivityKind {
            $($(#[$doc])+ $kind,)+
            /// Told before lines had kinds, or by a newer version.
            #[default]
            Other,
        }

        impl ActivityKind {
            /// Every kind that is told today.
            pub const ALL: &[Self] = &[$(Self::$kind),+];

            /// Its word, in the store and in JSON.
            pub fn word(self) -> &'static str {
                match self {
                    $(Self::$kind => $word,)+
                    Self::Other => "other",
                }
            }
        }
    };
}

kinds! {
    /// New conversations go to another profile.
    Rotated "rotated",
    /// A profile sits out for a while.
    Rested "rested",
    /// A profile is back.
    Recovered "recovered",
    /// A sign-in was renewed in time.
    Refreshed "refreshed",
    /// A sign-in that Codex had renewed was taken over.
    Adopted "adopted",
    /// A renewed sign-in was given to Codex, which shares it.
    HandedOver "handed_over",
    /// Rotunda had been stopped while it renewed a sign-in.
    Interrupted "interrupted",
    /// Sign-ins rest in another place.
    VaultMoved "vault_moved",
    /// Only the user can bring a profile back.
    NeedsSignIn "needs_sign_in",
    /// A profile's plan does not include Codex.
    NotEntitled "not_entitled",
    /// Codex was told to send a conversation again.
    ChainLost "chain_lost",
    /// Every profile is out.
    Exhausted "exhausted",
    /// A request is held until a reset.
    Waiting "waiting",
    /// A turn failed, and Codex asks again by itself.
    Failed "failed",
    /// The user chose the profile for new conversations.
    Chosen "chosen",
    /// The user stays on one profile.
    Pinned "pinned",
    /// The user lets Rotunda rotate again.
    Unpinned "unpinned",
    /// The user took a profile out of rotation.
    Paused "paused",
    /// The user put a profile back.
    Resumed "resumed",
    /// The user set how much of a profile is kept.
    Reserved "reserved",
    /// The user ended the wait of held requests.
    WaitEnded "wait_ended",
    /// A profile was added.
    ProfileAdded "profile_added",
    /// A profile has a new sign-in.
    SignedIn "signed_in",
    /// A profile was removed.
    ProfileRemoved "profile_removed",
    /// A profile has another name.
    ProfileRenamed "profile_renamed",
    /// Codex was bound.
    Bound "bound",
    /// Codex was bound to an earlier start, and its line was brought up to date.
    Healed "healed",
    /// Codex was unbound, by the user or so that it keeps working.
    Unbound "unbound",
    /// Somebody else changed where Codex points.
    ChangedOutside "changed_outside",
    /// The user had config.toml put back as it was.
    Restored "restored",
    /// Another program holds the port.
    PortTaken "port_taken",
    /// No sign-in can be read.
    VaultUnreadable "vault_unreadable",
    /// Sign-ins can be read again.
    VaultReadable "vault_readable",
}

impl ActivityKind {
    /// The kind of a line that tells an event.
    pub fn of(event: &Event) -> Self {
        match event {
            Event::Rotated { .. } => Self::Rotated,
            Event::Rested { .. } | Event::LimitReached { .. } => Self::Rested,
            Event::Recovered { .. } | Event::LimitReset { .. } => Self::Recovered,
            Event::Refreshed { .. } => Self::Refreshed,
            Event::Adopted { .. } => Self::Adopted,
            Event::HandedOver { .. } => Self::HandedOver,
            Event::NeedsSignIn { .. } => Self::NeedsSignIn,
            Event::NotEntitled { .. } => Self::NotEntitled,
            Event::ChainLost { .. } => Self::ChainLost,
            Event::Exhausted { .. } => Self::Exhausted,
            Event::Waiting { .. } => Self::Waiting,
            // Only failures are told.
            Event::Finished(_) => Self::Failed,
            Event::Chosen { .. } => Self::Chosen,
        }
    }
}

impl From<ActivityKind> for &'static str {
    fn from(kind: ActivityKind) -> Self {
        kind.word()
    }
}

impl From<String> for ActivityKind {
    fn from(word: String) -> Self {
        Self::ALL.iter().copied().find(|kind| kind.word() == word).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_kind_has_a_word_of_its_own_that_leads_back_to_it() {
        let words: BTreeSet<_> = ActivityKind::ALL.iter().map(|kind| kind.word()).collect();
        assert_eq!(words.len(), ActivityKind::ALL.len());
        for kind in ActivityKind::ALL {
            assert_eq!(ActivityKind::from(kind.word().to_owned()), *kind);
            let written = serde_json::to_string(kind).unwrap();
            assert_eq!(written, format!("\"{}\"", kind.word()));
            assert_eq!(serde_json::from_str::<ActivityKind>(&written).unwrap(), *kind);
        }
    }

    #[test]
    fn a_word_of_a_newer_version_is_some_other_kind() {
        let kind: ActivityKind = serde_json::from_str("\"floated\"").unwrap();
        assert_eq!(kind, ActivityKind::Other);
    }
}
