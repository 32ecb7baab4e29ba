//! Selection, as tables and as properties.

use std::time::{Duration, UNIX_EPOCH};

use proptest::prelude::*;

use super::*;
use crate::profile::{Cooldown, CooldownCause};

const A: ProfileId = ProfileId(1);
const B: ProfileId = ProfileId(2);
const C: ProfileId = ProfileId(3);

fn at(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(seconds)
}

fn ready(id: ProfileId) -> Candidate {
    Candidate {
        id,
        kind: Kind::ChatGpt,
        standing: Standing::Ready,
        on_credits: None,
        left: 50.0,
        week_resets_at: Some(at(1000)),
        in_flight: 0,
        rank: 0,
        own_sign_in: false,
        reserve_percent: None,
    }
}

fn resting(id: ProfileId, until: u64) -> Candidate {
    let rest = Cooldown { until: at(until), cause: CooldownCause::Trouble };
    Candidate { standing: Standing::Resting(rest), ..ready(id) }
}

/// A holder that rests is asked all the same, unless credits would pay.
#[test]
fn a_chain_does_not_lead_to_credits_that_may_not_pay() {
    let withheld = |id| {
        let rest = Cooldown { until: at(50), cause: CooldownCause::Credits(None) };
        Candidate { standing: Standing::Resting(rest), ..ready(id) }
    };
    for affinity in [Affinity::Pinned(A), Affinity::Unowned(Some(A))] {
        let choose = |candidate| select(&[candidate], affinity, &Rules::default(), at(0));
        assert_eq!(choose(resting(A, 50)), Choice::Use(A));
        assert_eq!(choose(withheld(A)), Choice::Wait(at(50)));
    }
}

#[test]
fn the_order_of_new_conversations_ignores_readiness() {
    let all = [
        Candidate { kind: Kind::ApiKey, ..ready(ProfileId(4)) },
        Candidate { own_sign_in: true, week_resets_at: Some(at(1)), ..ready(A) },
        Candidate { left: 60.0, week_resets_at: Some(at(2000)), rank: 1, ..ready(B) },
        Candidate { left: 10.0, rank: 2, ..resting(C, 50) },
        Candidate { left: 2.0, week_resets_at: Some(at(1)), ..ready(ProfileId(5)) },
    ];
    let last = [A, ProfileId(5), ProfileId(4)];
    for (policy, first) in
        [(Policy::ResetsFirst, [C, B]), (Policy::MostLeft, [B, C]), (Policy::MyOrder, [B, C])]
    {
        let rules = Rules { policy, ..Rules::default() };
        assert_eq!(in_order(&all, &rules), [&first[..], &last].concat(), "{policy:?}");
        let resorts = all.iter().filter(|it| is_last_resort(it, &rules)).count();
        assert_eq!(resorts, last.len());
    }
    for consent in [UseCredits::WhenAllOut, UseCredits::Always] {
        let paid = Candidate { on_credits: Some(consent), ..ready(ProfileId(6)) };
        let order = in_order(&[all[0], paid, all[4]], &Rules::default());
        assert_eq!(order, [ProfileId(5), ProfileId(6), ProfileId(4)], "{consent:?}");
    }
    let kept = Candidate { reserve_percent: Some(60.0), ..all[2] };
    assert!(is_last_resort(&kept, &Rules::default()), "by its own reserve");
}

#[track_caller]
fn check(candidates: &[Candidate], affinity: Affinity, expected: Choice) {
    check_by(candidates, affinity, Rules::default(), expected);
}

#[track_caller]
fn check_by(candidates: &[Candidate], affinity: Affinity, rules: Rules, expected: Choice) {
    assert_eq!(select(candidates, affinity, &rules, at(100)), expected);
}

fn by(policy: Policy) -> Rules {
    Rules { policy, ..Rules::default() }
}

#[test]
fn what_would_be_wasted_goes_first() {
    let soon = Candidate { week_resets_at: Some(at(500)), left: 10.0, ..ready(B) };
    check(&[ready(A), soon], Affinity::Free, Choice::Use(B));
    let unknown = Candidate { week_resets_at: None, ..ready(A) };
    check(&[unknown, ready(B)], Affinity::Free, Choice::Use(B));
}

#[test]
fn the_other_policies_choose_by_their_rule() {
    let more = Candidate { left: 80.0, rank: 9, ..ready(B) };
    check_by(&[ready(A), more], Affinity::Free, by(Policy::MostLeft), Choice::Use(B));
    let busier = Candidate { in_flight: 3, ..ready(A) };
    check_by(&[busier, more], Affinity::Free, by(Policy::MyOrder), Choice::Use(A));
    check(&[busier, ready(B)], Affinity::Free, Choice::Use(B));
}

#[test]
fn a_preference_beats_policy_but_not_rest_reserve_or_a_crowd() {
    let soon = Candidate { week_resets_at: Some(at(500)), ..ready(B) };
    check(&[ready(A), soon], Affinity::Prefer(A), Choice::Use(A));
    check(&[resting(A, 900), soon], Affinity::Prefer(A), Choice::Use(B));
    check(&[Candidate { left: 3.0, ..ready(A) }, soon], Affinity::Prefer(A), Choice::Use(B));
    check(&[Candidate { in_flight: 8, ..ready(A) }, soon], Affinity::Prefer(A), Choice::Use(B));
}

#[test]
fn within_a_turn_only_a_rest_moves_a_request() {
    let crowded = Candidate { in_flight: 40, left: 0.0, ..ready(A) };
    check(&[crowded, ready(B)], Affinity::Sticky(A), Choice::Use(A));
    check(&[resting(A, 900), ready(B)], Affinity::Sticky(A), Choice::Use(B));
}

#[test]
fn a_chain_uses_its_holder_or_no_profile() {
    let crowded = Candidate { in_flight: 99, ..ready(A) };
    check(&[crowded, ready(B)], Affinity::Pinned(A), Choice::Use(A));
    check(&[resting(A, 900), ready(B)], Affinity::Pinned(A), Choice::Use(A));
    let signed_out = Candidate { standing: Standing::NeedsSignIn, ..ready(A) };
    check(&[signed_out, ready(B)], Affinity::Pinned(A), Choice::Nobody);
    check(&[ready(B)], Affinity::Pinned(A), Choice::Nobody);
    check(&[ready(B)], Affinity::Lost, Choice::Nobody);
    check(&[ready(B)], Affinity::Unowned(None), Choice::Use(B));
}

#[test]
fn codex_own_sign_in_comes_last_unless_the_conversation_lives_there() {
    let own = Candidate { own_sign_in: true, week_resets_at: Some(at(200)), ..ready(A) };
    check(&[own, ready(B)], Affinity::Free, Choice::Use(B));
    check(&[own, ready(B)], Affinity::Prefer(A), Choice::Use(A));
    check(&[own, Candidate { left: 1.0, ..ready(B) }], Affinity::Free, Choice::Use(A));
}

#[test]
fn a_reading_of_nothing_left_never_refuses() {
    check(&[Candidate { left: 0.0, ..ready(A) }], Affinity::Free, Choice::Use(A));
}

#[test]
fn api_keys_cost_money_and_wait_for_consent() {
    let key = Candidate { kind: Kind::ApiKey, ..ready(C) };
    check(&[key], Affinity::Free, Choice::Nobody);
    check(&[key, resting(A, 900)], Affinity::Free, Choice::Wait(at(900)));
    let consent = Rules { use_api_keys: true, ..Rules::default() };
    check_by(&[key, resting(A, 900)], Affinity::Free, consent, Choice::Use(C));
    check_by(&[key, Candidate { left: 0.0, ..ready(A) }], Affinity::Free, consent, Choice::Use(A));
}

#[test]
fn a_full_house_is_busy_not_out() {
    let full = Candidate { in_flight: 32, ..ready(A) };
    check(&[full, resting(B, 900)], Affinity::Free, Choice::Busy);
}

#[test]
fn everyone_resting_means_waiting_for_the_first() {
    check(&[resting(A, 900), resting(B, 700)], Affinity::Free, Choice::Wait(at(700)));
    check(&[resting(A, 90)], Affinity::Free, Choice::Use(A));
    let signed_out = Candidate { standing: Standing::NeedsSignIn, ..ready(A) };
    check(&[signed_out], Affinity::Free, Choice::Nobody);
    check(&[], Affinity::Free, Choice::Nobody);
}

fn candidates() -> impl Strategy<Value = Vec<Candidate>> {
    let standing = prop_oneof![
        4 => Just(Standing::Ready),
        2 => (0u64..300).prop_map(|until| resting(A, until).standing),
        1 => Just(Standing::NeedsSignIn),
        1 => Just(Standing::NotEntitled { ask_at: at(160) }),
        1 => Just(Standing::Paused),
    ];
    let many = (0.0..100.0f64, prop::option::of(0u64..900), 0u32..40, 0u32..5, any::<[bool; 2]>());
    let one = (standing, many).prop_map(|(standing, it)| {
        let (left, week, in_flight, rank, [key, own_sign_in]) = it;
        let kind = if key { Kind::ApiKey } else { Kind::ChatGpt };
        let week_resets_at = week.map(at);
        Candidate {
            id: A,
            kind,
            standing,
            on_credits: None,
            left,
            week_resets_at,
            in_flight,
            rank,
            own_sign_in,
            reserve_percent: None,
        }
    });
    prop::collection::vec(one, 0..7).prop_map(|all| {
        (0..).zip(all).map(|(n, it)| Candidate { id: ProfileId(n), ..it }).collect()
    })
}

#[test]
fn a_profile_may_keep_more_or_less_than_the_others() {
    let kept = Candidate { left: 9.0, reserve_percent: Some(10.0), ..ready(A) };
    check(&[kept, Candidate { left: 5.0, ..ready(B) }], Affinity::Free, Choice::Use(B));
    let spent = Candidate { left: 2.0, reserve_percent: Some(0.0), ..ready(A) };
    check(&[spent, Candidate { left: 2.0, ..ready(B) }], Affinity::Free, Choice::Use(A));
}

proptest! {
    #[test]
    fn the_first_in_the_order_that_may_serve_serves(all in candidates(), consent: bool, policy in 0..3usize) {
        let policy = [Policy::ResetsFirst, Policy::MostLeft, Policy::MyOrder][policy];
        let rules = Rules { policy, use_api_keys: consent, ..Rules::default() };
        let usable = |id: &ProfileId| {
            let it = all.iter().find(|it| it.id == *id).unwrap();
            let paid = consent || it.kind == Kind::ChatGpt;
            is_ready(it, at(100)) && it.in_flight < rules.hard_cap && paid
        };
        let first = in_order(&all, &rules).into_iter().find(usable);
        let served = match select(&all, Affinity::Free, &rules, at(100)) {
            Choice::Use(id) => Some(id),
            _ => None,
        };
        prop_assert_eq!(served, first);
    }

    #[test]
    fn a_choice_is_always_fair_game(all in candidates(), consent: bool, order in 0..3usize, prefer in 0u64..8) {
        let policy = [Policy::ResetsFirst, Policy::MostLeft, Policy::MyOrder][order];
        let rules = Rules { policy, use_api_keys: consent, ..Rules::default() };
        let usable = |it: &Candidate| is_ready(it, at(100)) && (consent || it.kind == Kind::ChatGpt);
        for affinity in [Affinity::Free, Affinity::Prefer(ProfileId(prefer))] {
            match select(&all, affinity, &rules, at(100)) {
                Choice::Use(id) => {
                    let it = all.iter().find(|it| it.id == id).unwrap();
                    prop_assert!(usable(it) && it.in_flight < rules.hard_cap);
                    let plan_ready = all.iter().any(|it| usable(it) && it.kind == Kind::ChatGpt && it.in_flight < 32);
                    prop_assert!(it.kind == Kind::ChatGpt || !plan_ready, "money only when plans are out");
                }
                Choice::Busy => prop_assert!(all.iter().any(usable)),
                Choice::Wait(until) => {
                    prop_assert!(until > at(100));
                    prop_assert!(!all.iter().any(usable));
                }
                Choice::Nobody => prop_assert!(!all.iter().any(usable)),
            }
        }
    }

    #[test]
    fn order_of_the_list_does_not_matter(all in candidates(), turn in 0usize..7) {
        let mut turned = all.clone();
        if !turned.is_empty() { let by = turn % turned.len(); turned.rotate_left(by); }
        let rules = Rules::default();
        prop_assert_eq!(
            select(&all, Affinity::Free, &rules, at(100)),
            select(&turned, Affinity::Free, &rules, at(100))
        );
    }
}
