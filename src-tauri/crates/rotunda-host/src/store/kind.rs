//! The kind of a line of activity: a closed list, for code that shows
//! a sign beside the sentence or filters. The words are kept in the store and
//! printed as JSON, so a released one never changes.

use rotunda_core::Event;
use serde::{Deserialize, Serialize};

/// Writes the list once: the kinds, all of them in order, and their words.
macro_rules! kinds {
    ($($(#[$doc:meta])+ $kind:ident $word:literal $sort:ident,)+) => {
        /// The sort of one line of activity.
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(into = "&'static str", from = "String")]
        pub enum ActivityKind {
            $($(#[$doc])+ $kind,)+
            /// From before lines had kinds, or from a newer version.
            #[default]
            Other,
        }

        impl ActivityKind {
            /// Every kind that is written today.
            pub const ALL: &[Self] = &[$(Self::$kind),+];

            /// Its word, in the store and in JSON.
            pub fn word(self) -> &'static str {
                match self {
                    $(Self::$kind => $word,)+
                    Self::Other => "other",
                }
            }

            /// The filter that shows it beside all lines; none for lines of
            /// other versions.
            pub fn sort(self) -> Option<ActivitySort> {
                match self {
                    $(Self::$kind => Some(ActivitySort::$sort),)+
                    Self::Other => None,
                }
            }
        }
    };
}

/// What a person looks for in the activity: a filter of the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActivitySort {
    /// Where turns went, and which failed.
    Moves,
    /// Quota that ran out and came back.
    Limits,
    /// Sign-ins and where they are kept.
    SignIns,
    /// Where Codex points.
    Binding,
    /// What the user chose.
    Choices,
}

impl ActivitySort {
    /// Every filter, in the order of the window.
    pub const ALL: [Self; 5] =
        [Self::Moves, Self::Limits, Self::SignIns, Self::Binding, Self::Choices];

    /// Its word in the window.
    pub fn word(self) -> &'static str {
        match self {
            Self::Moves => "moves",
            Self::Limits => "limits",
            Self::SignIns => "signins",
            Self::Binding => "binding",
            Self::Choices => "choices",
        }
    }
}

kinds! {
    /// New conversations go to another profile.
    Rotated "rotated" Moves,
    /// A profile sits out for a while.
    Rested "rested" Limits,
    /// A profile is back.
    Recovered "recovered" Limits,
    /// A sign-in was renewed in time.
    Refreshed "refreshed" SignIns,
    /// A sign-in that Codex had renewed was taken over.
    Adopted "adopted" SignIns,
    /// A renewed sign-in was given to Codex, which shares it.
    HandedOver "handed_over" SignIns,
    /// A renewed sign-in could not be saved yet.
    NotSaved "not_saved" SignIns,
    /// A renewed sign-in that could not be saved is saved now.
    Saved "saved" SignIns,
    /// The answer to a renewal cannot be used.
    RenewalRefused "renewal_refused" SignIns,
    /// Rotunda had been stopped while it renewed a sign-in.
    Interrupted "interrupted" SignIns,
    /// Sign-ins rest in another place.
    VaultMoved "vault_moved" SignIns,
    /// Only the user can bring a profile back.
    NeedsSignIn "needs_sign_in" SignIns,
    /// A profile's plan does not include Codex.
    NotEntitled "not_entitled" SignIns,
    /// Codex was made to send a conversation again.
    ChainLost "chain_lost" Moves,
    /// Every profile is out.
    Exhausted "exhausted" Limits,
    /// Purchased credits are spent.
    CreditsSpent "credits_spent" Limits,
    /// A banked reset was used, or was to be.
    ResetUsed "reset_used" Limits,
    /// A request is held until a reset.
    Waiting "waiting" Limits,
    /// A turn failed, and Codex asks again by itself.
    Failed "failed" Moves,
    /// An answer does not begin for far longer than is usual.
    Late "late" Moves,
    /// The user chose the profile for new conversations.
    Chosen "chosen" Choices,
    /// The user stays on one profile.
    Pinned "pinned" Choices,
    /// The user lets Rotunda rotate again.
    Unpinned "unpinned" Choices,
    /// The user took a profile out of rotation.
    Paused "paused" Choices,
    /// The user put a profile back.
    Resumed "resumed" Choices,
    /// The user set how much of a profile is kept.
    Reserved "reserved" Choices,
    /// The user set whether credits of a profile may be used.
    CreditsAllowed "credits_allowed" Choices,
    /// The user ended the wait of held requests.
    WaitEnded "wait_ended" Choices,
    /// A profile was added.
    ProfileAdded "profile_added" SignIns,
    /// A profile has a new sign-in.
    SignedIn "signed_in" SignIns,
    /// A profile was removed.
    ProfileRemoved "profile_removed" SignIns,
    /// A profile has another name.
    ProfileRenamed "profile_renamed" Choices,
    /// Codex was bound.
    Bound "bound" Binding,
    /// Codex was bound to an earlier start, and its line was brought up to date.
    Healed "healed" Binding,
    /// The second line of Codex's file was written or taken out.
    SecondLine "second_line" Binding,
    /// Codex was unbound, by the user or so that it keeps working.
    Unbound "unbound" Binding,
    /// Another program changed the address in Codex's settings.
    ChangedOutside "changed_outside" Binding,
    /// The user had config.toml put back as it was.
    Restored "restored" Binding,
    /// Another program holds the port.
    PortTaken "port_taken" Binding,
    /// No sign-in can be read.
    VaultUnreadable "vault_unreadable" SignIns,
    /// Sign-ins can be read again.
    VaultReadable "vault_readable" SignIns,
    /// A command of the user's settings failed.
    HookFailed "hook_failed" Choices,
}

impl ActivityKind {
    /// The kind of an event's line.
    pub fn of(event: &Event) -> Self {
        match event {
            Event::Rotated { .. } => Self::Rotated,
            Event::Rested { .. } | Event::LimitReached { .. } => Self::Rested,
            Event::Recovered { .. } | Event::LimitReset { .. } => Self::Recovered,
            Event::Refreshed { .. } => Self::Refreshed,
            Event::Adopted { .. } => Self::Adopted,
            Event::HandedOver { .. } => Self::HandedOver,
            Event::NotSaved { .. } => Self::NotSaved,
            Event::Saved { .. } => Self::Saved,
            Event::RenewalRefused { .. } => Self::RenewalRefused,
            Event::NeedsSignIn { .. } => Self::NeedsSignIn,
            Event::NotEntitled { .. } => Self::NotEntitled,
            Event::ChainLost { .. } => Self::ChainLost,
            Event::Exhausted { .. } | Event::RuleExhausted { .. } => Self::Exhausted,
            Event::CreditsSpent { .. } => Self::CreditsSpent,
            Event::Waiting { .. } => Self::Waiting,
            Event::Late(_) => Self::Late,
            // Only failures have a line.
            Event::Finished(_) | Event::Missed(_) => Self::Failed,
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
    use std::{collections::BTreeSet, fmt::Write as _, fs, path::Path};

    use super::*;

    /// The window's copy of the list, as TypeScript.
    fn for_the_window() -> String {
        let mut text = String::from(
            "/**\n * The sorts of activity, made from `rotunda_host::store::ActivityKind`. Do not edit: the tests of that\n \
             * type compare this file, and write it anew with ROTUNDA_BLESS=1.\n */\n",
        );
        let filters: Vec<_> =
            ActivitySort::ALL.iter().map(|sort| format!("\"{}\"", sort.word())).collect();
        let _ =
            writeln!(text, "export const FILTERS = [\"all\", {}] as const;", filters.join(", "));
        text.push_str("export type Filter = (typeof FILTERS)[number];\n\n");
        text.push_str("/** The filter that shows a kind. */\nexport const KINDS = {\n");
        for kind in ActivityKind::ALL {
            let sort = kind.sort().expect("every kind that is written has a filter");
            let _ = writeln!(text, "  {}: \"{}\",", kind.word(), sort.word());
        }
        text.push_str("} as const satisfies Readonly<Record<string, Filter>>;\n");
        text.push_str("export type Kind = keyof typeof KINDS;\n");
        text
    }

    #[test]
    fn the_window_knows_every_kind_and_its_filter() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../ui/src/generated/kinds.ts");
        let made = for_the_window();
        if std::env::var_os("ROTUNDA_BLESS").is_some() {
            fs::write(&path, &made).unwrap();
        }
        let there = fs::read_to_string(&path).unwrap();
        assert_eq!(
            there, made,
            "ui/src/generated/kinds.ts is stale: run this test with ROTUNDA_BLESS=1"
        );
    }

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
