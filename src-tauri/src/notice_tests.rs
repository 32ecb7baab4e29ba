//! What is told, and above all what is not told twice.

use super::*;

const FIXTURE: &str = include_str!("../../tests/fixtures/snapshot.json");
/// 2026-11-21 09:40 UTC.
const NOW: i64 = 1_795_254_000;
const HOUR: i64 = 3600;

fn at(now: i64) -> Moment {
    Moment { now, utc_offset: 0 }
}

/// Two ready profiles, `work` in use, and nothing to complain about.
fn calm() -> Snapshot {
    let mut snapshot: Snapshot = serde_json::from_str(FIXTURE).expect("the fixture is a snapshot");
    snapshot.profiles.truncate(2);
    snapshot
}

fn rest(snapshot: &mut Snapshot, name: &str, until: i64) {
    let profile = snapshot.profiles.iter_mut().find(|one| one.name == name).expect("is there");
    profile.standing = StandingView::Resting;
    profile.until = Some(until);
    profile.reason = Some("It ran out of its 5-hour limit.".to_owned());
    profile.in_use = false;
}

/// `work` has run out, `home` serves.
fn moved() -> Snapshot {
    let mut snapshot = calm();
    rest(&mut snapshot, "work", NOW + HOUR);
    snapshot.profiles[1].in_use = true;
    snapshot
}

fn all_out() -> Snapshot {
    let mut snapshot = calm();
    rest(&mut snapshot, "work", NOW + HOUR);
    rest(&mut snapshot, "home", NOW + 2 * HOUR);
    snapshot
}

fn titles(notices: &[Notice]) -> Vec<&str> {
    notices.iter().map(|notice| notice.title.as_str()).collect()
}

/// What the steps after the first tell, each a snapshot with its time.
#[track_caller]
fn check(steps: &[(Snapshot, i64)], expected: &[&str]) -> Memory {
    let mut memory = Memory::default();
    let mut before: Option<&Snapshot> = None;
    let mut told = Vec::new();
    for (snapshot, now) in steps {
        told.extend(memory.notices(before, snapshot, at(*now)));
        before = Some(snapshot);
    }
    assert_eq!(titles(&told), expected);
    memory
}

#[test]
fn a_calm_day_is_silent() {
    check(&[(calm(), NOW), (calm(), NOW + HOUR)], &[]);
}

#[test]
fn a_move_for_quota_says_who_why_and_until_when() {
    let mut memory = Memory::default();
    let told = memory.notices(Some(&calm()), &moved(), at(NOW));
    let expected = Notice {
        title: "Codex moved to home".to_owned(),
        body: "work ran out of its 5-hour limit and is back at 10:40. home: 100% left · week 44%."
            .to_owned(),
    };
    assert_eq!(told[0], expected);
    assert_eq!(titles(&told)[1..], ["Last profile in use"]);
}

#[test]
fn the_users_own_choice_is_no_news() {
    let mut chosen = calm();
    chosen.profiles[0].in_use = false;
    chosen.profiles[1].in_use = true;
    check(&[(calm(), NOW), (chosen, NOW + 1)], &[]);
}

#[test]
fn a_move_for_trouble_is_no_news() {
    let mut trouble = moved();
    trouble.profiles[0].reason = Some("OpenAI had trouble with its requests.".to_owned());
    let mut memory = Memory::default();
    let told = memory.notices(Some(&calm()), &trouble, at(NOW));
    assert!(!titles(&told).iter().any(|title| title.starts_with("Codex moved")), "{told:?}");
}

#[test]
fn many_moves_become_one_number() {
    let mut memory = Memory::default();
    let told: Vec<_> = (0..5)
        .flat_map(|minute| memory.notices(Some(&calm()), &moved(), at(NOW + 60 * minute)))
        .filter(|notice| notice.title.starts_with("Codex moved"))
        .collect();
    assert_eq!(titles(&told), ["Codex moved to home", "Codex moved 3 times in 10 minutes"]);
}

#[test]
fn out_is_told_once_a_cycle_though_the_reset_drifts() {
    let mut drifted = all_out();
    drifted.profiles[0].until = Some(NOW + HOUR + 14 * 60);
    let mut next_cycle = all_out();
    next_cycle.profiles[0].until = Some(NOW + 6 * HOUR);
    next_cycle.profiles[1].until = Some(NOW + 6 * HOUR);
    let steps = [(all_out(), NOW), (drifted, NOW + 60), (next_cycle, NOW + 5 * HOUR)];
    check(&steps, &["All profiles are out", "All profiles are out"]);
}

#[test]
fn out_says_who_comes_back_first() {
    let told = Memory::default().notices(None, &all_out(), at(NOW));
    assert_eq!(told[0].body, "Codex can go on at 10:40, when work resets.");
}

#[test]
fn back_is_told_only_after_out_and_only_when_seen_twice() {
    check(&[(calm(), NOW)], &[]);
    let both = ["All profiles are out", "Codex can continue"];
    // The fixture serves a request, which is proof enough by itself.
    check(&[(all_out(), NOW), (calm(), NOW + 1)], &both);
    let blip = [(all_out(), NOW), (calm(), NOW + 1), (all_out(), NOW + 2), (calm(), NOW + 3)];
    let idle = blip.map(|(mut snapshot, now)| {
        snapshot.profiles.iter_mut().for_each(|profile| profile.in_flight = 0);
        (snapshot, now)
    });
    check(&idle, &["All profiles are out"]);
    let (out, ready) = (idle[0].0.clone(), idle[1].0.clone());
    let steps = [(out, NOW), (ready.clone(), NOW + 1), (ready.clone(), NOW + 2), (ready, NOW + 3)];
    check(&steps, &both);
}

#[test]
fn a_lost_sign_in_is_told_until_fixed_and_again_after_a_day() {
    let mut lost = calm();
    lost.profiles[1].standing = StandingView::NeedsSignIn;
    lost.profiles[1].reason = Some("OpenAI ended this sign-in.".to_owned());
    let told = Memory::default().notices(None, &lost, at(NOW));
    assert_eq!(titles(&told), ["Sign in to home again"]);
    let body = "OpenAI ended this sign-in. Codex keeps working on another profile.";
    assert_eq!(told[0].body, body);
    let again = "Sign in to home again";
    check(&[(lost.clone(), NOW), (lost.clone(), NOW + 23 * HOUR)], &[again]);
    check(&[(lost.clone(), NOW), (lost.clone(), NOW + 25 * HOUR)], &[again, again]);
    check(&[(lost.clone(), NOW), (calm(), NOW + 1), (lost, NOW + 2)], &[again, again]);
}

#[test]
fn a_line_changed_by_others_is_told_once_and_only_when_it_was_ours() {
    let mut foreign = calm();
    foreign.binding.state = BindingState::Foreign;
    check(&[(foreign.clone(), NOW), (foreign.clone(), NOW + 1)], &[]);
    let steps = [(calm(), NOW), (foreign.clone(), NOW + 1), (foreign, NOW + 2)];
    check(&steps, &["Codex is not using Rotunda"]);
    let mut unbound = calm();
    unbound.binding.state = BindingState::Unbound;
    check(&[(calm(), NOW), (unbound, NOW + 1)], &[]);
}

#[test]
fn a_taken_port_is_told_with_the_daemons_words() {
    let mut taken = calm();
    taken.router.state = RouterState::PortTaken;
    taken.router.message = Some("Port 4517 is used by node.".to_owned());
    let told = Memory::default().notices(None, &taken, at(NOW));
    assert_eq!(
        told[0],
        notice("Rotunda can't start its router", "Port 4517 is used by node.".to_owned())
    );
    check(&[(taken.clone(), NOW), (taken, NOW + 1)], &["Rotunda can't start its router"]);
}

#[test]
fn what_was_told_survives_a_restart() {
    let memory = check(&[(all_out(), NOW)], &["All profiles are out"]);
    let written = serde_json::to_string(&memory).unwrap();
    let mut read: Memory = serde_json::from_str(&written).unwrap();
    assert_eq!(read, memory);
    assert_eq!(read.notices(None, &all_out(), at(NOW + 60)), []);
}
