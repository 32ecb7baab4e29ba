use std::time::{Duration, UNIX_EPOCH};

use super::*;
use crate::{
    choice::Rules,
    event::SpendingCause,
    pool::Payment,
    profile::{Credits, Window},
    quota::{ModelLimit, Report, Reset},
    testing::pool_of,
};

const A: ProfileId = ProfileId(1);
const B: ProfileId = ProfileId(2);

fn at(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_800_000_000 + seconds)
}

fn pool(ids: &[ProfileId], use_credits: UseCredits) -> PoolState {
    let mut pool = pool_of(ids);
    pool.set_rules(Rules { use_credits, ..Rules::default() });
    pool
}

fn window(used_percent: f64) -> Window {
    let length = Duration::from_secs(18_000);
    Window { length, used_percent, resets_at: Some(at(3600)) }
}

fn usage(used_percent: f64, balance: &str, seconds: u64) -> Usage {
    let balance = Some(balance.to_owned());
    let credits = Some(Credits { available: true, unlimited: false, balance });
    Usage { windows: vec![window(used_percent)], plan: None, credits, read_at: at(seconds) }
}

/// What the first knows goes to the second.
fn pass_on(from: &PoolState, to: &mut PoolState, seconds: u64) -> Option<Vec<Event>> {
    to.learn_quota(A, from.known_quota(A, at(seconds)).unwrap(), at(seconds))
}

fn is_withheld(pool: &PoolState, model: Option<&str>) -> bool {
    pool.withheld(A, crate::profile::PaymentTerms::model(model), at(10)).is_some()
}

#[test]
fn a_pool_of_one_profile_knows_at_once_that_its_plan_is_used_up() {
    let mut all = pool(&[A, B], UseCredits::Never);
    let model_limit = ModelLimit {
        name: "quick".into(),
        feature: "codex_quick".into(),
        model: Some("quick".into()),
        windows: vec![window(100.0)],
        limit_reached: true,
    };
    // By the flag alone.
    let report = Report {
        usage: usage(99.0, "12", 0),
        limit_reached: true,
        allowed: None,
        spend_reached: false,
        others: vec![model_limit],
        banked_resets: None,
    };
    all.read_report(A, report, at(0));
    let mut alone = pool(&[A], UseCredits::Never);
    assert!(!is_withheld(&alone, None), "it knows nothing");
    assert!(pass_on(&all, &mut alone, 1).is_some());
    assert!(is_withheld(&alone, None) && is_withheld(&alone, Some("quick")));
    assert_eq!(pass_on(&all, &mut alone, 2), None, "no news");
    assert_eq!(pass_on(&alone, &mut all, 2), None, "no news");
    for seconds in [3, 4] {
        alone.read_usage(A, usage(99.0, "12", seconds), false, at(seconds));
    }
    assert!(is_withheld(&alone, None), "headers do not take the flag back");
    // One reading with quota does not end it in the other pool either.
    let mut alone = pool(&[A], UseCredits::Never);
    all.read_usage(A, usage(10.0, "12", 5), false, at(5));
    assert!(pass_on(&all, &mut alone, 5).is_some());
    assert!(is_withheld(&alone, None));
}

#[test]
fn all_out_is_about_the_plans_of_the_whole_pool() {
    for (consent, while_b_serves, when_b_is_out) in [
        (UseCredits::Never, UseCredits::Never, UseCredits::Never),
        (UseCredits::WhenAllOut, UseCredits::Never, UseCredits::WhenAllOut),
        (UseCredits::Always, UseCredits::Always, UseCredits::Always),
    ] {
        let mut all = pool(&[A, B], UseCredits::Never);
        all.set_use_credits(A, Some(consent));
        all.read_usage(A, usage(100.0, "12", 0), false, at(0));
        assert_eq!(all.consent_apart(A, at(1)), while_b_serves);
        all.quota_out(B, Some(Reset { at: at(3600), window: None }), at(1));
        assert_eq!(all.consent_apart(A, at(1)), when_b_is_out);
    }
    let all = pool(&[A], UseCredits::Always);
    assert_eq!(all.consent_apart(B, at(0)), UseCredits::Never, "no profile, no consent");
}

#[test]
fn spending_in_one_pool_is_reported_once_in_the_other() {
    let mut all = pool(&[A, B], UseCredits::WhenAllOut);
    let mut alone = pool(&[A], UseCredits::WhenAllOut);
    alone.read_usage(A, usage(100.0, "12", 0), false, at(0));
    let cause = alone.spending_cause(A, crate::profile::PaymentTerms::model(None), at(1)).unwrap();
    alone.credits_will_pay(A, cause, at(1));
    assert_eq!(pass_on(&alone, &mut all, 1), Some(Vec::new()), "not before the answer");
    assert_eq!(pass_on(&all, &mut alone, 1), None);
    assert!(alone.credits_pay(A, cause, at(1)).is_some());
    alone.read_usage(A, usage(100.0, "11", 2), false, at(2));
    let balance = Some("12".to_owned());
    let told = Event::CreditsSpent { profile: A, cause: SpendingCause::AllOut, balance };
    assert_eq!(pass_on(&alone, &mut all, 2), Some(vec![told]));
    assert_eq!(all.view(at(2)).profiles[0].credits.spending.as_ref().unwrap().since, at(1));
    assert!(matches!(all.view(at(2)).profiles[0].credits.payment, Payment::Withheld(_)));
    all.tick(at(3));
    alone.credits_will_pay(A, cause, at(3));
    alone.credits_pay(A, cause, at(3));
    assert_eq!(pass_on(&alone, &mut all, 3), Some(Vec::new()), "told");
    // The plan serves again, and a reading is late.
    all.tick(at(3601));
    let late = all.read_usage(A, usage(0.0, "10", 3602), false, at(3602));
    assert_eq!(late, [], "of turns that were told");
}
