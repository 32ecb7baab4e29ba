use rotunda_core::profile::{Usage, Window};

use super::*;
use crate::testing;

fn decided(number: &str, at: i64) -> Redemption {
    let window = Window {
        length: std::time::Duration::from_secs(18_000),
        used_percent: 88.0,
        resets_at: Some(from_unix(1_800_009_000)),
    };
    Redemption {
        number: number.to_owned(),
        profile: ProfileId(7),
        reset: Some("credit-1".to_owned()),
        expires_at: Some(from_unix(1_800_086_400)),
        count_before: 2,
        usage_before: Some(Usage {
            windows: vec![window],
            plan: None,
            credits: None,
            read_at: from_unix(1_800_000_000),
        }),
        cause: RedemptionCause::Asked,
        decided_at: from_unix(at),
        state: RedemptionState::Sent,
    }
}

fn store() -> (tempfile::TempDir, Store) {
    let (root, home) = testing::home();
    let store = Store::open(&home.store_file()).unwrap();
    (root, store)
}

#[test]
fn a_number_is_written_once_and_comes_back_with_all_of_it() {
    let (_root, home) = testing::home();
    let store = Store::open(&home.store_file()).unwrap();
    let first = decided("n-1", 10);
    assert!(store.begin_redemption(&first).unwrap());
    let other = Redemption { reset: None, ..decided("n-1", 20) };
    assert!(!store.begin_redemption(&other).unwrap(), "the number is taken");
    let first = Redemption { decided_at: from_unix(20), ..first };
    let automatic = Redemption {
        cause: RedemptionCause::Automatic,
        reset: None,
        expires_at: None,
        usage_before: None,
        ..decided("n-2", 30)
    };
    assert!(store.begin_redemption(&automatic).unwrap());
    drop(store);
    let store = Store::open(&home.store_file()).unwrap();
    assert_eq!(store.redemptions().unwrap(), [automatic, first.clone()]);
    for state in [RedemptionState::Accepted, RedemptionState::Done, RedemptionState::Untouched] {
        store.set_redemption("n-1", state).unwrap();
        let known = store.redemption("n-1").unwrap();
        assert_eq!(known, Some(Redemption { state, ..first.clone() }));
    }
    assert_eq!(store.redemption("n-9").unwrap(), None);
}

/// What is not known to be finished is never forgotten.
#[test]
fn only_finished_ones_are_forgotten() {
    let (_root, store) = store();
    store.begin_redemption(&decided("open", 1)).unwrap();
    for number in 0..MOST_FINISHED + 5 {
        let number = format!("n-{number:04}");
        store.begin_redemption(&decided(&number, 100)).unwrap();
        store.set_redemption(&number, RedemptionState::Done).unwrap();
    }
    let all = store.redemptions().unwrap();
    assert!(all.iter().any(|it| it.number == "open"));
    assert!(i64::try_from(all.len()).unwrap() <= MOST_FINISHED + 1, "{}", all.len());
}

#[test]
fn a_word_of_another_version_is_not_clear() {
    let (_root, store) = store();
    store.begin_redemption(&decided("n", 1)).unwrap();
    store.lock().execute("UPDATE redemptions SET state = 'floating'", ()).unwrap();
    assert!(store.redemption("n").unwrap().unwrap().state.is_open());
}
