//! What the snapshot says of the place of the sign-ins.

use super::*;
use crate::view::VaultState;

#[test]
fn a_vault_that_does_not_answer_comes_with_advice() {
    let view = |kind, error: Option<VaultError>| {
        let view = vault(kind, error.as_ref(), locale());
        (view.state, view.message.unwrap_or_default())
    };
    let (keychain, file) = (VaultPlace::Keychain, VaultPlace::File);
    assert_eq!(view(keychain, None), (VaultState::Ok, String::new()));
    assert!(view(file, None).1.contains("any program of yours can read"));
    assert_eq!(view(keychain, Some(VaultError::Locked)).0, VaultState::Locked);
    assert_eq!(view(keychain, Some(VaultError::Denied)).0, VaultState::Denied);
    let (state, advice) = view(keychain, Some(VaultError::Unavailable("no bus".to_owned())));
    assert_eq!(state, VaultState::Missing);
    assert!(advice.contains("Start one") && advice.contains("vault = \"file\""), "{advice}");
    let named = [
        (VaultError::Dismissed, VaultState::Locked, "prompt was closed", "vault = \"file\""),
        (VaultError::NotAnswering, VaultState::Silent, "Restart", "vault = \"file\""),
        (VaultError::NoCollection, VaultState::Missing, "no default keyring", "vault = \"file\""),
        (
            VaultError::CannotSave(String::new()),
            VaultState::ReadOnly,
            "writable",
            "vault move file",
        ),
    ];
    for (error, state, repair, other) in named {
        let (found, advice) = view(keychain, Some(error));
        assert_eq!(found, state);
        assert!(advice.contains(repair) && advice.contains(other), "{advice}");
    }
    let (state, _) = view(file, Some(VaultError::Damaged("x".to_owned())));
    assert_eq!(state, VaultState::Broken);
}

#[test]
fn a_sign_in_that_is_not_saved_yet_is_shown_with_advice() {
    let (profiles, pool) = household();
    let shown = |place, error: VaultError| {
        let facts = Facts {
            vault_place: place,
            unsaved: [(profiles[0].id, error)].into(),
            ..facts_of(&profiles, &pool)
        };
        compose(facts, locale())
    };
    let full = "cannot write /v/vault.json: No space left on device".to_owned();
    let snapshot = shown(VaultPlace::File, VaultError::Unavailable(full));
    assert_eq!(snapshot.headline, "The sign-in of work is not saved yet · Fix…");
    assert!(snapshot.profiles[0].summary.ends_with(" · not saved yet"));
    let advice = snapshot.profiles[0].not_saved.as_deref().unwrap();
    assert!(advice.contains("No space left on device. Free space on that disk"), "{advice}");
    assert_eq!(snapshot.profiles[1].not_saved, None);
    let snapshot = shown(VaultPlace::Keychain, VaultError::Locked);
    let advice = snapshot.profiles[0].not_saved.as_deref().unwrap();
    assert!(advice.contains("the keychain is locked. Unlock the keychain; "), "{advice}");
}

#[test]
fn after_a_reset_text_bar_word_and_numbers_agree() {
    let (profiles, mut pool) = household();
    usage_mut(&mut pool, 0).windows =
        vec![window(5, 100.0, Some(0)), window(168, 85.0, Some(HOUR))];
    let snapshot = composed(&profiles, &pool, RouterState::Running, BindingState::Bound);
    let [five, week] = snapshot.profiles[0].windows.as_slice() else { panic!("two windows") };
    assert_eq!((five.left_text.as_str(), five.level), ("100% left", Level::Fine));
    assert_eq!((five.left_percent, five.used_percent), (100.0, 0.0));
    assert_eq!((week.left_text.as_str(), week.level), ("15% left", Level::Low));
    assert_eq!((week.left_percent, week.used_percent), (15.0, 85.0));
    assert_eq!(snapshot.headline, "Codex is using work · Low, 15% left");
    let pool_left = snapshot.pool_left.iter().map(|one| one.left_text.as_str());
    assert!(pool_left.eq(["66%", "29%"]));
}
