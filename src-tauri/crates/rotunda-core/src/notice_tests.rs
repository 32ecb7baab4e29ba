use super::*;

fn spending(since: Option<i64>) -> Facts {
    let profile = ProfileFacts {
        id: ProfileId(1),
        state: ProfileState::Ready,
        is_api_key: false,
        until: None,
        is_in_use: true,
        in_flight: 0,
        is_late: false,
        has_some_left: true,
        spends_credits_since: since,
        reset_expires: None,
    };
    Facts { profiles: vec![profile], is_serving: true, ..Facts::default() }
}

/// A start with a state of before its end brings a row of credits back.
#[test]
fn a_row_of_credits_that_comes_back_is_notified_once() {
    let spent = [Notice::CreditsSpent(ProfileId(1))];
    let mut memory = Memory::default();
    assert_eq!(memory.observe(&spending(Some(100)), 100), spent);
    assert_eq!(memory.observe(&spending(None), 200), []);
    assert_eq!(memory.observe(&spending(Some(100)), 300), [], "the same row");
    assert_eq!(memory.observe(&spending(Some(400)), 400), spent, "another one");
}

#[test]
fn a_missing_sign_in_is_notified_again_when_it_was_there_meanwhile() {
    let missing = |is_missing| {
        let mut facts = spending(None);
        let others = facts.profiles[0].clone();
        facts.profiles.push(ProfileFacts { id: ProfileId(2), ..others });
        if is_missing {
            facts.profiles[0].state = ProfileState::NeedsSignIn;
        }
        facts
    };
    let told = [Notice::SignIn { profile: ProfileId(1), ready: 1 }];
    let mut memory = Memory::default();
    assert_eq!(memory.observe(&missing(true), 100), told);
    assert_eq!(memory.observe(&missing(true), 101), []);
    assert_eq!(memory.observe(&missing(false), 102), []);
    assert_eq!(memory.observe(&missing(true), 103), told);
}
