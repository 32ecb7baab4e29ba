//! Where sign-ins rest, as it is shown.

use rotunda_router::VaultError;
use rotunda_text::{Locale, Localize, NotSaved, VaultNote};

use crate::view::{VaultPlace, VaultState, VaultView};

/// What keeps a renewed sign-in from being saved, with the way out.
pub(super) fn not_saved(place: VaultPlace, error: &VaultError, locale: Locale) -> String {
    let text = error.to_string();
    let note = match (place, error) {
        (VaultPlace::Keychain, VaultError::Locked | VaultError::Dismissed) => NotSaved::Locked,
        (_, VaultError::Denied) => NotSaved::Denied,
        (VaultPlace::Keychain, _) => NotSaved::Keychain(&text),
        (VaultPlace::File, VaultError::Unavailable(reason)) => NotSaved::File(reason),
        (VaultPlace::File, _) => NotSaved::File(&text),
    };
    note.to(locale)
}

/// Whether sign-ins can be reached, with the way out when they cannot.
pub(super) fn vault(kind: VaultPlace, error: Option<&VaultError>, locale: Locale) -> VaultView {
    let (state, note) = match (kind, error) {
        (VaultPlace::Keychain, None | Some(VaultError::Missing)) => (VaultState::Ok, None),
        (VaultPlace::File, None | Some(VaultError::Missing)) => {
            (VaultState::Ok, Some(VaultNote::InFile))
        }
        (VaultPlace::Keychain, Some(error)) => in_keychain(error),
        (VaultPlace::File, Some(VaultError::Damaged(_))) => {
            (VaultState::Broken, Some(VaultNote::Broken))
        }
        (VaultPlace::File, Some(VaultError::Locked | VaultError::Denied)) => {
            (VaultState::Denied, Some(VaultNote::NoFile))
        }
        (VaultPlace::File, Some(_)) => (VaultState::Missing, Some(VaultNote::NoFile)),
    };
    VaultView { kind, state, message: note.map(|note| note.to(locale)) }
}

fn in_keychain(error: &VaultError) -> (VaultState, Option<VaultNote>) {
    let (state, note) = match error {
        VaultError::Missing => return (VaultState::Ok, None),
        VaultError::Locked => (VaultState::Locked, VaultNote::Locked),
        VaultError::Dismissed => (VaultState::Locked, VaultNote::Dismissed),
        VaultError::Denied => (VaultState::Denied, VaultNote::Denied),
        VaultError::NotAnswering => (VaultState::Silent, VaultNote::NotAnswering),
        VaultError::NoCollection => (VaultState::Missing, VaultNote::NoCollection),
        VaultError::CannotSave(_) => (VaultState::ReadOnly, VaultNote::CannotSave),
        VaultError::Unavailable(_) => (VaultState::Missing, VaultNote::NoKeychain),
        VaultError::Damaged(_) => (VaultState::Broken, VaultNote::Broken),
    };
    (state, Some(note))
}
