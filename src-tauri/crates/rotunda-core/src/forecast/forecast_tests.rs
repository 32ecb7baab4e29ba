//! What counts in a forecast, and what does not.

use std::time::{Duration, UNIX_EPOCH};

use super::{
    life_tests::{DAY, HOUR, Habit, MINUTE, MONDAY, fresh, kept, live},
    *,
};
use crate::profile::{Cooldown, CooldownCause};

/// Tuesday of the third week, 10:00.
const NOW: i64 = MONDAY + 15 * DAY + 10 * HOUR;

/// Each hour takes so much of five hours, and a sixth of that of the week, which a banked
/// reset renews every 20 hours.
fn steady(percent: f64) -> Vec<Reading> {
    let mut all = Vec::new();
    for hour in 0..=(NOW - MONDAY) / HOUR {
        let at = MONDAY + hour * HOUR;
        let mut read = |window, cycle, share: f64| {
            let hours = f64::from(i32::try_from(hour % cycle).unwrap() + 1);
            let left = 100.0 - hours * percent * share;
            all.push(Reading { profile: ProfileId(1), window, at, left });
        };
        read(WindowKind::FiveHours, 5, 1.0);
        read(WindowKind::Week, 20, 1.0 / 6.0);
    }
    all
}

/// With so much left of five hours and of the week.
fn profile(number: u32, hours: f64, week: f64) -> Profile {
    let mut profile = fresh(number);
    profile.windows[0].left = hours;
    profile.windows[0].resets_at = Some(NOW + 3 * HOUR);
    profile.windows[1].left = week;
    profile.windows[1].resets_at = Some(NOW + 2 * DAY);
    profile
}

fn facts<'a>(profiles: &'a [Profile], history: &'a [Reading]) -> Facts<'a> {
    Facts {
        now: NOW,
        utc_offset: 0,
        rules: Rules { reserve_percent: 0.0, ..Rules::default() },
        profiles,
        history,
        tokens: &[],
        schedule: Schedule::default(),
    }
}

fn ending(profiles: &[Profile], history: &[Reading]) -> Ending {
    forecast(&facts(profiles, history)).ending
}

#[track_caller]
fn out_in(ending: Ending, expected: i64) -> Option<Back> {
    let Ending::Out { at, back } = ending else { panic!("{ending:?}") };
    assert!((at - NOW - expected).abs() <= 20 * MINUTE, "out in {} min", (at - NOW) / MINUTE);
    back
}

#[test]
fn a_steady_pace_ends_where_the_tightest_window_does() {
    // 20 % an hour: the 40 % of five hours last two, and are back with the reset.
    let history = steady(20.0);
    let back = out_in(ending(&[profile(1, 40.0, 90.0)], &history), 2 * HOUR);
    assert_eq!(back, Some(Back { at: NOW + 3 * HOUR, profile: ProfileId(1) }));
    // 10 % of the week last three hours at a sixth of 20 %.
    let back = out_in(ending(&[profile(1, 90.0, 10.0)], &history), 3 * HOUR);
    assert_eq!(back, Some(Back { at: NOW + 2 * DAY, profile: ProfileId(1) }));
    // 2 % an hour is 56 % of the week.
    assert_eq!(ending(&[profile(1, 90.0, 90.0)], &steady(2.0)), Ending::Enough);
}

#[test]
fn every_profile_that_can_serve_counts_and_no_other() {
    let history = steady(20.0);
    let one = profile(1, 40.0, 90.0);
    let two = |change: fn(&mut Profile)| {
        let mut other = profile(2, 20.0, 90.0);
        change(&mut other);
        ending(&[one.clone(), other], &history)
    };
    out_in(two(|_| {}), 3 * HOUR - 10 * MINUTE);
    out_in(two(|it| it.standing = Standing::Paused), 2 * HOUR);
    out_in(two(|it| it.standing = Standing::NeedsSignIn), 2 * HOUR);
    out_in(two(|it| it.standing = Standing::NotEntitled { ask_at: UNIX_EPOCH }), 2 * HOUR);
    out_in(two(|it| it.may_serve = false), 2 * HOUR);
    out_in(two(|it| it.kind = Kind::ApiKey), 2 * HOUR);
    out_in(two(|it| it.windows.clear()), 2 * HOUR);
    // One that rests for trouble until in four hours is no help before.
    let resting = two(|it| {
        let until = UNIX_EPOCH + Duration::from_secs(u64::try_from(NOW + 4 * HOUR).unwrap());
        it.standing = Standing::Resting(Cooldown { until, cause: CooldownCause::Trouble });
    });
    out_in(resting, 2 * HOUR);
    assert_eq!(ending(&[], &history), Ending::NoProfile);
    let mut paused = one.clone();
    paused.standing = Standing::Paused;
    assert_eq!(ending(&[paused], &history), Ending::NoProfile);
}

#[test]
fn plans_with_other_windows_count_by_what_they_have() {
    let history = steady(20.0);
    let mut weekly = profile(2, 0.0, 10.0);
    weekly.windows.remove(0);
    // 10 % of a week are 60 % of five hours: three hours more, and the first is back then.
    let both = [profile(1, 40.0, 90.0), weekly.clone()];
    let mut made = forecast(&facts(&both, &history));
    assert!(!matches!(made.ending, Ending::Out { at, .. } if at < NOW + 4 * HOUR));
    out_in(ending(&[weekly.clone()], &history), 3 * HOUR);
    // A month with the same share is as good as four weeks.
    weekly.windows[0] =
        Quota { kind: WindowKind::Other, length: 28 * DAY, left: 10.0, resets_at: None };
    made = forecast(&facts(std::slice::from_ref(&weekly), &history));
    let Ending::Out { at, .. } = made.ending else { panic!("{:?}", made.ending) };
    assert!((at - NOW - 12 * HOUR).abs() <= HOUR, "{} h", (at - NOW) / HOUR);
    // Credits without a limit never end.
    weekly.beyond = Beyond::Unlimited;
    assert_eq!(ending(&[weekly], &history), Ending::Enough);
}

#[test]
fn what_was_read_before_a_reset_that_has_passed_is_full_again() {
    let mut stale = profile(1, 0.0, 90.0);
    stale.windows[0].resets_at = Some(NOW - 1);
    assert!(matches!(ending(&[stale], &steady(2.0)), Ending::Enough));
}

#[test]
fn credits_and_keys_pay_only_with_consent() {
    let history = steady(20.0);
    let mut one = profile(1, 40.0, 90.0);
    one.beyond = Beyond::Credits(UseCredits::Never);
    out_in(ending(std::slice::from_ref(&one), &history), 2 * HOUR);
    for consent in [UseCredits::WhenAllOut, UseCredits::Always] {
        one.beyond = Beyond::Credits(consent);
        let ending = ending(std::slice::from_ref(&one), &history);
        let Ending::Paid { profile, by: PaidBy::Credits, .. } = ending else {
            panic!("{ending:?}")
        };
        assert_eq!(profile, ProfileId(1));
    }
    let mut key = fresh(2);
    (key.kind, key.windows) = (Kind::ApiKey, Vec::new());
    let both = [profile(1, 40.0, 90.0), key];
    out_in(ending(&both, &history), 2 * HOUR);
    let rules = Rules { use_api_keys: true, ..facts(&both, &history).rules };
    let made = forecast(&Facts { rules, ..facts(&both, &history) });
    assert!(matches!(made.ending, Ending::Paid { by: PaidBy::ApiKey, .. }), "{:?}", made.ending);
}

#[test]
fn without_enough_days_there_is_no_forecast() {
    let history = steady(20.0);
    let late: Vec<_> = history.iter().filter(|it| it.at >= NOW - DAY).copied().collect();
    let profiles = [profile(1, 40.0, 90.0)];
    let made = forecast(&facts(&profiles, &late));
    assert_eq!((made.ending, made.days), (Ending::NotEnoughHistory, 2));
    assert!(made.points.is_empty());
    // That all are out now is known without a history.
    let out = [profile(1, 0.0, 90.0)];
    let back = Back { at: NOW + 3 * HOUR, profile: ProfileId(1) };
    assert_eq!(ending(&out, &late), Ending::OutNow(Some(back)));
    // What is older than the history counts for nothing.
    let old: Vec<_> = history.iter().map(|it| Reading { at: it.at - 40 * DAY, ..*it }).collect();
    assert_eq!(forecast(&facts(&profiles, &old)).days, 0);
}

#[test]
fn a_banked_reset_and_the_order_are_changes_that_help() {
    let history = steady(20.0);
    let mut one = profile(1, 40.0, 90.0);
    assert_eq!(forecast(&facts(std::slice::from_ref(&one), &history)).changes, []);
    one.banked = 1;
    let made = forecast(&facts(std::slice::from_ref(&one), &history));
    let [change] = made.changes.as_slice() else { panic!("{:?}", made.changes) };
    assert_eq!(change.what, ChangeKind::BankedReset(ProfileId(1)));
    // Five hours more at 20 % each, so that the natural reset comes first.
    assert!(change.out_at.is_none_or(|at| at >= NOW + 6 * HOUR), "{change:?}");
    // With the first profile first its week is used up, with the other its reset is not wasted.
    let mut wasted = profile(2, 100.0, 30.0);
    wasted.windows[1].resets_at = Some(NOW + 5 * HOUR);
    let profiles = [profile(1, 100.0, 20.0), wasted];
    let rules = Rules { policy: Policy::MyOrder, ..facts(&profiles, &history).rules };
    let made = forecast(&Facts { rules, ..facts(&profiles, &history) });
    let orders: Vec<_> = made.changes.iter().map(|change| change.what).collect();
    assert!(orders.contains(&ChangeKind::Order(Policy::ResetsFirst)), "{:?}", made.changes);
}

#[test]
fn a_schedule_of_the_user_goes_before_what_was_learned() {
    let history = steady(20.0);
    let profiles = [profile(1, 40.0, 90.0)];
    let schedule = Schedule { days: Days::of("mon-fri"), hours: Hours::of("09:00-11:00") };
    let made = forecast(&Facts { schedule, ..facts(&profiles, &history) });
    // One hour of work today, and the pace of the last hours fades; nothing on Saturday.
    assert!(!matches!(made.ending, Ending::Out { at, .. } if at < NOW + 2 * HOUR + 20 * MINUTE));
}

#[test]
fn each_window_of_each_profile_that_starts_afresh_is_listed() {
    let profiles = [profile(1, 40.0, 90.0), profile(2, 90.0, 90.0)];
    let history = steady(20.0);
    let made = forecast(&facts(&profiles, &history));
    let known: Vec<_> = made.resets.iter().filter(|reset| reset.is_known).collect();
    assert_eq!(known.len(), 4, "{known:?}");
    assert!(made.resets.is_sorted_by_key(|reset| reset.at));
    assert_eq!(made.points.len(), 120);
    assert!(made.points.iter().all(|point| (0.0..=100.0).contains(&point.left)));
}

#[test]
fn bigger_plans_are_recognized_by_their_tokens() {
    // The second took as many percents as the first, for ten times the tokens.
    let second = steady(20.0).into_iter().map(|it| Reading { profile: ProfileId(2), ..it });
    let history: Vec<_> = steady(20.0).into_iter().chain(second).collect();
    let tokens =
        |count| [(1, 1e6), (2, count)].map(|(id, count)| Tokens { profile: ProfileId(id), count });
    let profiles = [profile(1, 40.0, 90.0), profile(2, 40.0, 90.0)];
    let same = forecast(&Facts { tokens: &tokens(1e6), ..facts(&profiles, &history) });
    out_in(same.ending, 2 * HOUR);
    // All of the work costs the large plan little more than it did: both last as long together.
    let large = forecast(&Facts { tokens: &tokens(1e7), ..facts(&profiles, &history) });
    out_in(large.ending, 2 * HOUR);
    // Without the large plan the small one has all of the work to do.
    let alone = [profile(1, 40.0, 90.0)];
    let large = forecast(&Facts { tokens: &tokens(1e7), ..facts(&alone, &history) });
    out_in(large.ending, 10 * MINUTE);
}

#[test]
fn senseless_numbers_give_no_senseless_forecast() {
    let life = live(Habit::Bursts, 2, 16, 9);
    let mut history = kept(&life.readings, NOW);
    for (place, reading) in history.iter_mut().enumerate() {
        match place % 97 {
            0 => reading.left = 0.0,
            1 => reading.at = i64::MIN / 4,
            2 => reading.at = NOW + DAY,
            _ => {}
        }
    }
    let mut profiles = vec![profile(1, 40.0, 90.0)];
    profiles[0].windows[0].length = 0;
    profiles[0].windows[1].resets_at = Some(i64::MAX / 4);
    let tokens = [Tokens { profile: ProfileId(1), count: f64::INFINITY }];
    let made = forecast(&Facts { tokens: &tokens, ..facts(&profiles, &history) });
    assert!(made.points.iter().all(|point| (0.0..=100.0).contains(&point.left)));
}
