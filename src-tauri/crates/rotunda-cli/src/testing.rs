//! What tests of the command line show.

use rotunda_core::profile::UseCredits;
use rotunda_daemon::view::{CreditsState, CreditsView, Snapshot};

/// The snapshot that all tests of views share.
pub(crate) fn fixture() -> Snapshot {
    serde_json::from_str(include_str!("../../../../tests/fixtures/snapshot.json")).unwrap()
}

/// Twelve credits that pay for the next turn.
pub(crate) fn paying(consent: UseCredits, text: &str) -> CreditsView {
    CreditsView {
        balance: Some("12".to_owned()),
        unlimited: false,
        consent,
        own_consent: None,
        state: CreditsState::Paying,
        spending_since: None,
        text: text.to_owned(),
    }
}
