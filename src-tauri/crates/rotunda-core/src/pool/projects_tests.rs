//! Which profiles the rules let serve a request.

use super::*;
use crate::{project_rule::RulePlace, testing::pool_of};

const A: ProfileId = ProfileId(1);
const B: ProfileId = ProfileId(2);
const C: ProfileId = ProfileId(3);
const GONE: ProfileId = ProfileId(9);

fn rule(folder: &str, profiles: &[ProfileId]) -> ProjectRule {
    ProjectRule { place: RulePlace::Folder(folder.to_owned()), profiles: profiles.to_vec() }
}

fn pool(rules: Vec<ProjectRule>) -> PoolState {
    let mut pool = pool_of(&[A, B, C]);
    pool.set_project_rules(rules, PathCase::Counts);
    pool
}

fn two_rules() -> PoolState {
    pool(vec![rule("/c", &[A, B]), rule("/d", &[B, C])])
}

fn asks(session: &str, folders: &[&str], gap: Gap) -> Continuation {
    let mut places = Whereabouts { gap, ..Whereabouts::default() };
    for folder in folders {
        places.add_folder(folder);
    }
    let session = Some(session.to_owned()).filter(|session| !session.is_empty());
    Continuation { session, whereabouts: Some(Arc::new(places)), ..Continuation::default() }
}

fn only(profiles: &[ProfileId], cause: RuleCause) -> Ruling {
    Ruling::Only(profiles.into(), cause)
}

#[test]
fn a_request_goes_to_the_profiles_of_each_rule_that_is_for_it() {
    let mut pool = two_rules();
    let mut of = |folders: &[&str]| pool.ruling(&asks("", folders, Gap::None));
    assert_eq!(of(&["/c/x"]), only(&[A, B], RuleCause::Project));
    assert_eq!(of(&["/c/x", "/d"]), only(&[B], RuleCause::Project));
    assert_eq!(of(&["/e"]), Ruling::Free);
    assert_eq!(of(&[]), Ruling::Free);
}

#[test]
fn rules_that_have_no_profile_in_common_let_none_serve() {
    let mut pool =
        pool(vec![rule("/c", &[A]), rule("/d", &[B]), rule("/e", &[]), rule("/f", &[GONE])]);
    let mut of = |folders: &[&str]| pool.ruling(&asks("", folders, Gap::None));
    assert_eq!(of(&["/c", "/d"]), Ruling::Refused(RuleCause::Project));
    assert_eq!(of(&["/e"]), Ruling::Refused(RuleCause::Project));
    assert_eq!(of(&["/f"]), Ruling::Refused(RuleCause::Project), "its profile was removed");
}

#[test]
fn what_cannot_be_known_goes_where_every_rule_lets_it_or_nowhere() {
    let mut pool = two_rules();
    let mut of = |session: &str, folders: &[&str], gap| pool.ruling(&asks(session, folders, gap));
    assert_eq!(of("new", &[], Gap::Unstated), only(&[B], RuleCause::Unstated));
    assert_eq!(of("", &[], Gap::Unstated), only(&[B], RuleCause::Unstated));
    assert_eq!(of("", &["/c"], Gap::Unreadable), Ruling::Refused(RuleCause::Unreadable));
    // Memory comes under the name of a conversation that is free itself.
    assert_eq!(of("free", &["/e"], Gap::None), Ruling::Free);
    assert_eq!(of("free", &[], Gap::AnyProject), only(&[B], RuleCause::AnyProject));
    pool.set_project_rules(vec![rule("/c", &[A]), rule("/d", &[B])], PathCase::Counts);
    let unstated = pool.ruling(&asks("new", &[], Gap::Unstated));
    assert_eq!(unstated, Ruling::Refused(RuleCause::Unstated));
    pool.set_project_rules(Vec::new(), PathCase::Counts);
    assert_eq!(pool.ruling(&asks("new", &[], Gap::Unstated)), Ruling::Free);
}

#[test]
fn a_conversation_stays_under_every_rule_that_was_once_for_it() {
    let mut pool = two_rules();
    assert_eq!(pool.ruling(&asks("s", &["/c"], Gap::None)), only(&[A, B], RuleCause::Project));
    // A compaction, a request of a tool: it names nothing.
    for gap in [Gap::None, Gap::Unstated] {
        assert_eq!(pool.ruling(&asks("s", &[], gap)), only(&[A, B], RuleCause::Project));
    }
    assert_eq!(pool.ruling(&asks("s", &["/e"], Gap::None)), only(&[A, B], RuleCause::Project));
    assert_eq!(pool.ruling(&asks("s", &["/d"], Gap::None)), only(&[B], RuleCause::Project));
    assert_eq!(pool.ruling(&asks("other", &["/e"], Gap::None)), Ruling::Free);
    // A free one that is known stays free where it names nothing.
    assert_eq!(pool.ruling(&asks("other", &[], Gap::Unstated)), Ruling::Free);
    pool.set_project_rules(vec![rule("/d", &[C])], PathCase::Counts);
    assert_eq!(pool.ruling(&asks("s", &[], Gap::Unstated)), only(&[C], RuleCause::Project));
}

#[test]
fn a_root_with_a_rule_for_a_folder_below_it_says_not_enough() {
    let mut pool = pool(vec![rule("/mono/client", &[A]), rule("/d", &[A, B])]);
    let root = asks("s", &["/mono"], Gap::None);
    assert_eq!(pool.ruling(&root), only(&[A], RuleCause::Unstated));
    let mut with_context = asks("s", &["/mono", "/mono/own"], Gap::None);
    let mut places = Whereabouts::clone(with_context.whereabouts.as_deref().unwrap());
    places.has_context = true;
    with_context.whereabouts = Some(Arc::new(places));
    assert_eq!(pool.ruling(&with_context), Ruling::Free);
    assert_eq!(pool.ruling(&root), Ruling::Free, "its conversation is known");
    assert_eq!(
        pool.ruling(&asks("t", &["/mono/client/x"], Gap::None)),
        only(&[A], RuleCause::Project)
    );
}

#[test]
fn conversations_with_rules_outlive_a_restart() {
    let mut pool = two_rules();
    pool.ruling(&asks("s", &["/c"], Gap::None));
    pool.ruling(&asks("free", &["/e"], Gap::None));
    let kept = pool.take_ruled_conversations();
    assert_eq!(kept.keys().map(AsRef::as_ref).collect::<Vec<_>>(), ["s"]);
    assert!(pool.take_ruled_conversations().is_empty());
    pool.ruling(&asks("s", &["/c"], Gap::None));
    assert!(pool.take_ruled_conversations().is_empty(), "nothing changed");
    let mut next = two_rules();
    for (name, places) in kept.clone() {
        next.restore_conversation(&name, places);
    }
    assert_eq!(next.ruling(&asks("s", &[], Gap::None)), only(&[A, B], RuleCause::Project));
    for (name, places) in kept.clone() {
        next.conversation_not_saved(name, places);
    }
    assert_eq!(next.take_ruled_conversations(), kept);
}

#[test]
fn another_pool_takes_over_the_rules_with_what_is_remembered() {
    let mut pool = two_rules();
    pool.ruling(&asks("s", &["/c"], Gap::None));
    let mut alone = pool_of(&[C]);
    alone.set_projects(pool.projects());
    assert!(alone.has_project_rules());
    assert_eq!(alone.ruling(&asks("s", &[], Gap::None)), Ruling::Refused(RuleCause::Project));
    assert_eq!(alone.ruling(&asks("t", &["/d"], Gap::None)), only(&[C], RuleCause::Project));
}
