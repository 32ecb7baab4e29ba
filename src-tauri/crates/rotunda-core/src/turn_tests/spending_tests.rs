//! What is reported of credits that are spent.

use super::{
    credits::{at, next_turn, pool_with, purchased, rig, spent, usage},
    *,
};
use crate::{
    choice::Rules,
    clock_step::ClockStep,
    pool::Spending,
    profile::{Credits, Usage, UseCredits, Window},
    quota::Report,
};

#[test]
fn a_balance_that_falls_by_itself_is_reported_once() {
    let mut pool = pool(1);
    let fell = |pool: &mut PoolState, balance: &str, seconds| {
        let usage = usage(100.0, Some(purchased(balance)));
        let events = pool.read_usage(A, usage, false, at(seconds));
        pool.tick(at(seconds));
        events
    };
    assert_eq!(fell(&mut pool, "12", 0), []);
    assert_eq!(fell(&mut pool, "20", 1), [], "some were bought");
    let cause = SpendingCause::NotByConsent;
    let reported =
        |balance: &str| [Event::CreditsSpent { profile: A, cause, balance: Some(balance.into()) }];
    assert_eq!(fell(&mut pool, "19.5", 2), reported("19.5"));
    assert_eq!(fell(&mut pool, "18", 3), [], "told");
    assert_eq!(fell(&mut pool, "many", 4), [], "no number");
    assert_eq!(fell(&mut pool, "18", 5), []);
    assert_eq!(fell(&mut pool, "17", 25 * 3600), [], "still told when it fell");
    assert_eq!(fell(&mut pool, "16", 25 * 3600 + 1), reported("16"), "a day later");
}

/// The balance may show the last turns beyond the plan only after its reset.
#[test]
fn a_balance_that_shows_reported_spending_late_is_no_news() {
    let mut rig = rig(1, UseCredits::Always, Transport::Http);
    rig.start();
    rig.answer(Verdict::Good);
    assert_eq!(spent(&rig), [SpendingCause::Always]);
    let later = |seconds, balance: &str| {
        let window = Window { resets_at: None, ..usage(0.0, None).windows[0] };
        let credits = Some(purchased(balance));
        Usage { windows: vec![window], plan: None, credits, read_at: at(seconds) }
    };
    // Nothing is read for a day.
    let day = 24 * 3600;
    rig.pool.tick(at(day));
    assert_eq!(rig.pool.read_usage(A, later(day, "11"), false, at(day)), []);
    rig.pool.tick(at(day));
    assert_eq!(rig.pool.view(at(day)).profiles[0].credits.spending, None, "it is over");
    let fell = rig.pool.read_usage(A, later(2 * day, "10"), false, at(2 * day));
    let cause = SpendingCause::NotByConsent;
    assert!(matches!(fell[..], [Event::CreditsSpent { cause: it, .. }] if it == cause), "{fell:?}");
}

/// Upstream takes the credits and the turn fails: the balance tells, with the true cause.
#[test]
fn spending_on_a_turn_that_fails_is_reported_by_the_balance() {
    let mut rig = rig(1, UseCredits::Always, Transport::Http);
    assert_eq!(rig.start(), Action::Send(A));
    let less = usage(100.0, Some(purchased("11")));
    let told = rig.pool.read_usage(A, less, false, start());
    let cause = SpendingCause::Always;
    assert!(matches!(told[..], [Event::CreditsSpent { cause: it, .. }] if it == cause), "{told:?}");
    assert_eq!(rig.answer(Verdict::Good), Action::Commit);
    assert_eq!(spent(&rig), [], "once");
}

/// The clock is set ahead while a turn beyond the plan runs.
#[test]
fn spending_while_the_clock_is_set_ahead_is_reported_with_its_cause() {
    let mut rig = rig(1, UseCredits::Always, Transport::Http);
    assert_eq!(rig.start(), Action::Send(A));
    let ahead = 2 * 24 * 3600;
    rig.pool.clock_stepped(ClockStep::Forward(Duration::from_secs(ahead)));
    let reading = |balance: &str| {
        let read_at = at(ahead);
        Usage { read_at, ..usage(100.0, Some(purchased(balance))) }
    };
    assert_eq!(rig.pool.read_usage(A, reading("12"), false, at(ahead)), []);
    let told = rig.pool.read_usage(A, reading("11"), false, at(ahead));
    let cause = SpendingCause::Always;
    assert!(matches!(told[..], [Event::CreditsSpent { cause: it, .. }] if it == cause), "{told:?}");
}

/// The limit of one model is used up, and the rest of the plan is not.
#[test]
fn spending_beyond_the_limit_of_one_model_is_reported_once() {
    let mut rig = rig(1, UseCredits::Always, Transport::Http);
    let limit = ModelLimit {
        name: "quick".into(),
        feature: "codex_quick".into(),
        model: Some("gpt".into()),
        windows: usage(100.0, None).windows,
        limit_reached: true,
    };
    let report = Report {
        usage: usage(10.0, Some(purchased("12"))),
        limit_reached: false,
        allowed: None,
        spend_reached: false,
        others: vec![limit],
        banked_resets: None,
    };
    rig.pool = pool_with(1, UseCredits::Always);
    // Two in a row: the rest of the plan serves.
    rig.pool.read_report(A, report.clone(), start());
    rig.pool.read_report(A, report, start());
    for _ in 0..2 {
        assert_eq!(next_turn(&mut rig, Transport::Http), Action::Send(A));
        assert_eq!(rig.answer(Verdict::Good), Action::Commit);
        rig.pool.tick(start());
    }
    assert_eq!(spent(&rig), [SpendingCause::Always]);
}

/// A restart tells nothing twice.
#[test]
fn spending_outlives_a_restart() {
    let mut rig = rig(1, UseCredits::Always, Transport::Http);
    rig.start();
    rig.answer(Verdict::Good);
    let memory = rig.pool.take_memory();
    let mut pool = pool(1);
    pool.set_rules(Rules { use_credits: UseCredits::Always, ..Rules::default() });
    pool.restore(memory, start());
    let spending = pool.view(start()).profiles[0].credits.spending.clone();
    let expected = Spending {
        since: start(),
        cause: SpendingCause::Always,
        balance_before: Some("12".into()),
    };
    assert_eq!(spending, Some(expected));
    let mut rig = Rig::of(pool, request(Transport::Http));
    rig.start();
    rig.answer(Verdict::Good);
    assert_eq!(spent(&rig), []);
}

/// The plan serves again, and what the last turns took shows later.
#[test]
fn a_row_is_over_when_a_reading_says_so() {
    const HOUR: u64 = 3600;
    let read = |used_percent, balance: &str, hours: u64| {
        let mut usage = usage(used_percent, Some(purchased(balance)));
        usage.windows[0].resets_at = Some(at(5 * HOUR));
        Usage { read_at: at(hours * HOUR), ..usage }
    };
    let mut rig = rig(1, UseCredits::Always, Transport::Http);
    rig.pool.read_usage(A, read(100.0, "12", 0), false, start());
    rig.start();
    rig.answer(Verdict::Good);
    rig.pool.read_usage(A, read(100.0, "11", 2), false, at(2 * HOUR));
    // A new process, and the window ends.
    let memory = rig.pool.take_memory();
    let mut pool = pool_with(1, UseCredits::Always);
    pool.restore(memory, at(2 * HOUR));
    pool.tick(at(5 * HOUR));
    assert_eq!(pool.read_usage(A, read(0.0, "10", 6), false, at(6 * HOUR)), []);
    pool.tick(at(6 * HOUR));
    assert_eq!(pool.view(at(6 * HOUR)).profiles[0].credits.spending, None);
}

/// A turn took credits and failed. The balance shows it with the reading that begins
/// another row.
#[test]
fn a_fall_that_begins_a_row_is_reported_once() {
    let mut rig = rig(1, UseCredits::Always, Transport::Http);
    assert_eq!(rig.start(), Action::Send(A));
    for _ in 0..2 {
        let back = usage(10.0, Some(purchased("12")));
        assert_eq!(rig.pool.read_usage(A, back, false, start()), []);
    }
    rig.pool.tick(start());
    let full = usage(100.0, Some(purchased("11")));
    assert_eq!(rig.pool.read_usage(A, full, false, start()).len(), 1);
    assert_eq!(next_turn(&mut rig, Transport::Http), Action::Send(A));
    assert_eq!(rig.answer(Verdict::Good), Action::Commit);
    assert_eq!(spent(&rig), []);
}

/// A turn of a row takes the last credit: its answer begins no other row.
#[test]
fn the_last_credit_of_a_row_is_not_reported_as_the_first() {
    for (is_bought, reports) in [(false, 1), (true, 2)] {
        let mut rig = rig(1, UseCredits::Always, Transport::Http);
        rig.start();
        rig.answer(Verdict::Good);
        assert_eq!(next_turn(&mut rig, Transport::Http), Action::Send(A));
        let none = Credits { available: false, ..purchased("0") };
        rig.pool.read_usage(A, usage(100.0, Some(none)), false, start());
        rig.pool.tick(start());
        assert_eq!(rig.pool.view(start()).profiles[0].credits.spending, None, "it is over");
        if is_bought {
            rig.pool.read_usage(A, usage(100.0, Some(purchased("9"))), false, start());
        }
        assert_eq!(rig.answer(Verdict::Good), Action::Commit);
        assert_eq!(spent(&rig).len(), reports, "{is_bought}");
    }
}

/// Credits were taken for a turn that a crash ended, and which is known no more.
#[test]
fn spending_on_a_turn_that_a_crash_ended_is_reported_as_allowed() {
    let cases = [
        (UseCredits::Never, SpendingCause::NotByConsent),
        (UseCredits::WhenAllOut, SpendingCause::AllOut),
        (UseCredits::Always, SpendingCause::Always),
    ];
    for (consent, cause) in cases {
        let mut rig = rig(1, consent, Transport::Http);
        // The turn itself was not saved any more.
        let memory = rig.pool.take_memory();
        rig.start();
        let mut pool = pool(1);
        pool.set_rules(Rules { use_credits: consent, ..Rules::default() });
        pool.restore(memory, start());
        let less = |balance| usage(100.0, Some(purchased(balance)));
        let told = pool.read_usage(A, less("11"), false, start());
        assert!(matches!(told[..], [Event::CreditsSpent { cause: it, .. }] if it == cause));
        assert_eq!(pool.read_usage(A, less("10"), false, start()), [], "once");
    }
    // Nothing fell at first: a fall after the time in which it may show is another one.
    let mut pool = pool_with(1, UseCredits::Always);
    let memory = pool.take_memory();
    pool.restore(memory, start());
    let read = |balance, hours: u64| Usage {
        read_at: at(hours * 3600),
        ..usage(100.0, Some(purchased(balance)))
    };
    assert_eq!(pool.read_usage(A, read("12", 0), false, start()), []);
    assert_eq!(pool.read_usage(A, read("12", 2), false, at(2 * 3600)), []);
    let told = pool.read_usage(A, read("11", 3), false, at(3 * 3600));
    let cause = SpendingCause::NotByConsent;
    assert!(matches!(told[..], [Event::CreditsSpent { cause: it, .. }] if it == cause));
}

/// What was sent while the user allowed it stays allowed, also through a start.
#[test]
fn spending_that_was_allowed_when_it_was_sent_is_reported_as_allowed() {
    let mut rig = rig(1, UseCredits::Always, Transport::Http);
    rig.start();
    let memory = rig.pool.take_memory();
    let mut pool = pool(1);
    pool.restore(memory, start());
    assert_eq!(pool.rules().use_credits, UseCredits::Never);
    let told = pool.read_usage(A, usage(100.0, Some(purchased("11"))), false, start());
    let cause = SpendingCause::Always;
    assert!(matches!(told[..], [Event::CreditsSpent { cause: it, .. }] if it == cause), "{told:?}");
}
