//! No turn is sent that purchased credits would pay for, unless the user allows it.

use super::*;
use crate::{
    choice::Rules,
    pool::Payment,
    profile::{Credits, Usage, UseCredits, Window},
    quota::Report,
};

const RESET: u64 = 3600;

pub(super) fn at(seconds: u64) -> SystemTime {
    start() + Duration::from_secs(seconds)
}

pub(super) fn purchased(balance: &str) -> Credits {
    Credits { available: true, unlimited: false, balance: Some(balance.to_owned()) }
}

pub(super) fn usage(used_percent: f64, credits: Option<Credits>) -> Usage {
    let length = Duration::from_secs(18_000);
    let window = Window { length, used_percent, resets_at: Some(at(RESET)) };
    Usage { windows: vec![window], plan: Some("plus".into()), credits, read_at: start() }
}

fn read(pool: &mut PoolState, id: ProfileId, used_percent: f64, credits: Option<Credits>) {
    pool.read_usage(id, usage(used_percent, credits), false, start());
}

/// A pool in which profile A has used up its plan and has credits.
pub(super) fn pool_with(profiles: u64, consent: UseCredits) -> PoolState {
    let mut pool = pool(profiles);
    pool.set_rules(Rules { use_credits: consent, ..Rules::default() });
    read(&mut pool, A, 100.0, Some(purchased("12")));
    for id in 2..=profiles {
        read(&mut pool, ProfileId(id), 10.0, None);
    }
    pool
}

pub(super) fn rig(profiles: u64, consent: UseCredits, transport: Transport) -> Rig {
    Rig::of(pool_with(profiles, consent), request(transport))
}

pub(super) fn next_turn(rig: &mut Rig, transport: Transport) -> Action {
    rig.turn = Turn::new(request(transport));
    rig.start()
}

pub(super) fn spent(rig: &Rig) -> Vec<SpendingCause> {
    let cause = |event: &Event| match event {
        Event::CreditsSpent { profile: A, cause, .. } => Some(*cause),
        _ => None,
    };
    rig.events.iter().filter_map(cause).collect()
}

/// Whatever leads to the profile: nothing sends a turn there.
#[test]
fn without_consent_another_profile_serves() {
    type Setup = fn(&mut Rig);
    let cases: [(&str, Setup); 5] = [
        ("free", |_| {}),
        ("a conversation of its own", |rig| {
            rig.pool.committed(A, &rig.turn.continuation().clone(), start());
        }),
        ("within a turn", |rig| {
            rig.pool.learned_turn_state(A, "state", start());
            let mut request = rig.turn.request.clone();
            request.continuation.turn_state = Some("state".into());
            rig.turn = Turn::new(request);
        }),
        ("chosen for new work", |rig| drop(rig.pool.use_now(A))),
        ("asked first", |rig| {
            rig.turn = Turn::new(rig.turn.request.clone()).asking_first(Some(A));
        }),
    ];
    for transport in BOTH {
        for (name, set_up) in cases {
            let mut rig = rig(2, UseCredits::Never, transport);
            set_up(&mut rig);
            assert_eq!(rig.start(), Action::Send(B), "{name}");
            assert_eq!(rig.answer(Verdict::Good), Action::Commit);
            assert_eq!(spent(&rig), [], "{name}");
        }
    }
}

#[test]
fn without_consent_and_without_another_profile_it_is_a_limit() {
    type Setup = fn(&mut PoolState);
    let cases: [(&str, u64, Setup); 4] = [
        ("alone", 1, |_| {}),
        ("pinned", 2, |pool| pool.pin(Some(A))),
        ("the other is out", 2, |pool| {
            pool.quota_out(B, Some(Reset { at: at(2 * RESET), window: None }), start());
        }),
        ("the other needs a sign-in", 2, |pool| drop(pool.sign_in_lost(B, "x"))),
    ];
    for transport in BOTH {
        for (name, profiles, set_up) in cases {
            let mut rig = rig(profiles, UseCredits::Never, transport);
            set_up(&mut rig.pool);
            assert_eq!(rig.start(), Action::AwaitReset(at(RESET)), "{name}");
            let plan = Some("plus".to_owned());
            let refusal = Action::Refuse(Refusal::Exhausted { until: at(RESET), plan });
            assert_eq!(rig.observe(Observation::NotWaited), refusal, "{name}");
            rig.holds_nothing();
            assert!(!rig.missed(), "{name}");
        }
    }
}

#[test]
fn a_turn_that_waits_goes_on_after_the_reset_and_after_consent() {
    for transport in BOTH {
        let mut rig = rig(1, UseCredits::Never, transport);
        assert!(matches!(rig.start(), Action::AwaitReset(_)));
        assert!(matches!(rig.pool.tick(rig.now)[..], [Event::Rested { profile: A, .. }]));
        assert_eq!(rig.pool.tick(rig.now), [], "told once");
        assert_eq!(rig.pool.next_tick(rig.now), Some(at(RESET)));
        rig.now = at(RESET);
        assert_eq!(rig.pool.tick(rig.now), [Event::Recovered { profile: A }]);
        assert_eq!(rig.observe(Observation::PoolChanged), Action::Send(A));
        assert_eq!(rig.answer(Verdict::Good), Action::Commit);
        assert_eq!(spent(&rig), [], "the plan serves again");
    }
    for transport in BOTH {
        let mut rig = rig(1, UseCredits::Never, transport);
        assert!(matches!(rig.start(), Action::AwaitReset(_)));
        rig.pool.set_use_credits(A, Some(UseCredits::WhenAllOut));
        assert_eq!(rig.observe(Observation::PoolChanged), Action::Send(A));
    }
}

/// Only that profile can continue a chain. Sent in full, the turn can go elsewhere.
#[test]
fn a_chain_is_no_consent() {
    for profiles in [1, 2] {
        for (transport, expected) in [
            (Transport::WebSocket, Action::Resend),
            (
                Transport::Http,
                Action::Refuse(Refusal::Exhausted { until: at(RESET), plan: Some("plus".into()) }),
            ),
        ] {
            let mut rig = Rig::chained(profiles, transport);
            read(&mut rig.pool, A, 100.0, Some(purchased("12")));
            assert_eq!(rig.start(), expected);
            rig.holds_nothing();
            assert!(!rig.missed());
            let lost = |event: &Event| matches!(event, Event::ChainLost { .. });
            assert!(!rig.events.iter().any(lost), "nothing was lost");
        }
    }
}

/// What is learned between two attempts counts for the second.
#[test]
fn a_plan_that_ends_within_a_turn_ends_its_attempts() {
    for transport in BOTH {
        let mut rig = Rig::fresh(2, transport);
        assert_eq!(rig.start(), Action::Send(A));
        assert_eq!(rig.answer(Verdict::Unauthorized), Action::RenewToken(A));
        read(&mut rig.pool, A, 100.0, Some(purchased("12")));
        assert_eq!(rig.observe(Observation::TokenRenewed), Action::Send(B));
    }
    for transport in BOTH {
        let mut rig = Rig::fresh(2, transport);
        assert_eq!(rig.start(), Action::Send(A));
        assert!(matches!(rig.answer(Verdict::Burst), Action::Pause(_)));
        read(&mut rig.pool, A, 100.0, Some(purchased("12")));
        assert_eq!(rig.observe(Observation::PauseOver), Action::Send(B));
    }
}

/// A request that began within the plan is no request on credits.
#[test]
fn an_answer_that_uses_up_the_plan_spends_nothing_yet() {
    for transport in BOTH {
        let mut rig = Rig::fresh(1, transport);
        rig.pool.set_rules(Rules { use_credits: UseCredits::Always, ..Rules::default() });
        read(&mut rig.pool, A, 99.0, Some(purchased("12")));
        assert_eq!(rig.start(), Action::Send(A));
        read(&mut rig.pool, A, 100.0, Some(purchased("12")));
        assert_eq!(rig.answer(Verdict::Good), Action::Commit);
        assert_eq!(spent(&rig), []);
    }
}

#[test]
fn when_all_are_out_credits_pay_and_the_first_is_reported_once() {
    for transport in BOTH {
        let mut rig = rig(2, UseCredits::WhenAllOut, transport);
        assert_eq!(rig.start(), Action::Send(B), "a plan has quota");
        assert_eq!(rig.answer(quota(2 * RESET)), Action::Send(A), "none has");
        assert_eq!(spent(&rig), [], "not before the answer");
        assert_eq!(rig.answer(Verdict::Good), Action::Commit);
        assert_eq!(spent(&rig), [SpendingCause::AllOut]);
        assert_eq!(next_turn(&mut rig, transport), Action::Send(A));
        assert_eq!(rig.answer(Verdict::Good), Action::Commit);
        assert_eq!(spent(&rig).len(), 1, "told once");
        // After the reset and another used-up window it is news again.
        rig.now = at(RESET);
        rig.pool.tick(rig.now);
        let full = usage(100.0, Some(purchased("11")));
        let mut later = full.clone();
        later.windows[0].resets_at = Some(at(5 * RESET));
        rig.pool.read_usage(A, later, false, rig.now);
        rig.turn = Turn::new(request(transport));
        assert_eq!(rig.start(), Action::Send(A));
        rig.answer(Verdict::Good);
        assert_eq!(spent(&rig).len(), 2);
    }
}

/// Each of these could still serve within its plan, or is not known to be out.
#[test]
fn all_out_means_out() {
    type Setup = fn(&mut Rig);
    let cases: [(&str, bool, Setup); 8] = [
        ("ready", false, |_| {}),
        ("has little left", false, |rig| read(&mut rig.pool, B, 99.0, None)),
        ("has trouble", false, |rig| {
            rig.pool.troubled(B, start());
            rig.pool.troubled(B, start());
        }),
        ("out of quota", true, |rig| {
            rig.pool.quota_out(B, Some(Reset { at: at(RESET), window: None }), start());
        }),
        ("has credits of its own", true, |rig| {
            read(&mut rig.pool, B, 100.0, Some(purchased("1")));
        }),
        ("needs a sign-in", true, |rig| drop(rig.pool.sign_in_lost(B, "x"))),
        ("not entitled", true, |rig| drop(rig.pool.not_entitled(B, start()))),
        ("may not use the model", true, |rig| {
            rig.pool.model_refused(B, Some("gpt"), start());
        }),
    ];
    for (name, expected, set_up) in cases {
        let mut rig = rig(2, UseCredits::WhenAllOut, Transport::Http);
        set_up(&mut rig);
        let is_withheld = rig
            .pool
            .withheld(A, crate::profile::PaymentTerms::model(Some("gpt")), start())
            .is_some();
        assert_eq!(!is_withheld, expected, "{name}");
        // A profile to stay on is no consent either.
        rig.pool.pin(Some(A));
        assert_eq!(rig.start() == Action::Send(A), expected, "{name}, pinned");
    }
    let mut rig = rig(2, UseCredits::WhenAllOut, Transport::Http);
    let paused = PoolProfile { paused: true, ..rig.pool.profile(B).unwrap().clone() };
    rig.pool.put(paused);
    assert_eq!(rig.start(), Action::Send(A), "the other is paused");
}

/// Trouble of the others that passes spends nothing.
#[test]
fn trouble_of_the_others_spends_no_credits() {
    for transport in BOTH {
        for failure in [Failure::Unreachable, Failure::NoToken] {
            let mut rig = rig(2, UseCredits::WhenAllOut, transport);
            assert_eq!(rig.start(), Action::Send(B));
            let mut action = rig.fail(failure);
            for _ in 0..4 {
                action = rig.waited(action);
                if action != Action::Send(B) {
                    break;
                }
                rig.after(9_000);
                action = rig.fail(failure);
            }
            assert_ne!(action, Action::Send(A), "{failure:?}");
        }
        let mut rig = rig(2, UseCredits::WhenAllOut, transport);
        assert_eq!(rig.start(), Action::Send(B));
        assert_eq!(rig.refusal(451, ""), passed(0), "no second opinion for money");
    }
}

#[test]
fn always_keeps_a_conversation_and_spends_on_no_new_one() {
    for transport in BOTH {
        let mut rig = rig(2, UseCredits::Always, transport);
        assert_eq!(rig.start(), Action::Send(B), "a new one goes to a plan with quota");
        let mut rig = Rig::of(pool_with(2, UseCredits::Always), request(transport));
        rig.pool.committed(A, &rig.turn.continuation().clone(), start());
        assert_eq!(rig.start(), Action::Send(A));
        assert_eq!(rig.answer(Verdict::Good), Action::Commit);
        assert_eq!(spent(&rig), [SpendingCause::Always]);
    }
}

#[test]
fn a_profile_s_own_setting_beats_the_common_one() {
    for (common, own, expected) in [
        (UseCredits::Always, UseCredits::Never, false),
        (UseCredits::Never, UseCredits::WhenAllOut, true),
    ] {
        let mut rig = rig(1, common, Transport::Http);
        rig.pool.set_use_credits(A, Some(own));
        assert_eq!(rig.start() == Action::Send(A), expected, "{common:?} {own:?}");
        rig.turn.release(&mut rig.pool);
        rig.pool.set_use_credits(A, None);
        assert_eq!(next_turn(&mut rig, Transport::Http) == Action::Send(A), !expected);
    }
}

/// Both cost money: credits first, and each only with a consent of its own.
#[test]
fn credits_and_api_keys_are_two_consents() {
    for (use_credits, use_api_keys, expected) in [
        (UseCredits::WhenAllOut, true, Some(A)),
        (UseCredits::WhenAllOut, false, Some(A)),
        (UseCredits::Never, true, Some(B)),
        (UseCredits::Never, false, None),
    ] {
        let mut rig = rig(2, use_credits, Transport::Http);
        let key = PoolProfile { kind: Kind::ApiKey, ..rig.pool.profile(B).unwrap().clone() };
        rig.pool.put(key);
        rig.pool.set_rules(Rules { use_api_keys, use_credits, ..Rules::default() });
        let action = rig.start();
        match expected {
            Some(id) => assert_eq!(action, Action::Send(id)),
            None => assert!(matches!(action, Action::AwaitReset(_)), "{action:?}"),
        }
    }
}

/// What tells that credits would pay.
#[test]
fn credits_pay_beyond_the_plan_and_only_there() {
    let windows = |used_percent| usage(used_percent, Some(purchased("12")));
    let report = |usage: Usage, limit_reached| Report {
        usage,
        limit_reached,
        allowed: Some(true),
        spend_reached: false,
        others: Vec::new(),
        banked_resets: None,
    };
    let with = |credits: Credits| report(usage(100.0, Some(credits)), true);
    let none = Credits { available: false, unlimited: false, balance: Some("0".into()) };
    let unlimited = Credits { available: true, unlimited: true, balance: None };
    let unknown = Credits { available: true, unlimited: false, balance: None };
    let without_windows = Usage { windows: Vec::new(), ..windows(0.0) };
    for (name, read, expected) in [
        ("some quota", report(windows(99.9), false), false),
        ("used up", report(windows(100.0), false), true),
        ("used up by the flag", report(windows(99.0), true), true),
        ("no balance named", with(unknown), true),
        ("no credits", with(none), false),
        ("without a limit: nothing was bought", with(unlimited), false),
        ("no windows are named", report(without_windows.clone(), false), false),
        ("a plan without quota of its own", report(without_windows, true), true),
    ] {
        let mut pool = pool(1);
        pool.read_report(A, read, start());
        assert_eq!(
            pool.withheld(A, crate::profile::PaymentTerms::model(None), start()).is_some(),
            expected,
            "{name}"
        );
    }
    let mut pool = pool(1);
    assert_eq!(
        pool.withheld(A, crate::profile::PaymentTerms::model(None), start()),
        None,
        "nothing is known"
    );
    pool.read_report(A, report(windows(99.0), true), start());
    assert!(
        pool.withheld(A, crate::profile::PaymentTerms::model(None), at(RESET)).is_none(),
        "the flag is older than the reset"
    );
}

/// A model with a limit of its own goes by that one.
#[test]
fn a_limit_of_one_model_pays_for_itself() {
    let limit = |used_percent: f64| ModelLimit {
        name: "quick".into(),
        feature: "codex_quick".into(),
        model: Some("quick".into()),
        windows: usage(used_percent, None).windows,
        limit_reached: used_percent >= 100.0,
    };
    for (common, own, expected) in
        [(100.0, 10.0, [true, false]), (10.0, 100.0, [false, true]), (100.0, 100.0, [true, true])]
    {
        let mut pool = pool(1);
        let usage = usage(common, Some(purchased("12")));
        let report = Report {
            usage,
            limit_reached: false,
            allowed: None,
            spend_reached: false,
            others: vec![limit(own)],
            banked_resets: None,
        };
        pool.read_report(A, report, start());
        let withheld = [Some("gpt"), Some("quick")].map(|model| {
            pool.withheld(A, crate::profile::PaymentTerms::model(model), start()).is_some()
        });
        assert_eq!(withheld, expected, "{common} {own}");
    }
}

/// Upstream refused the profile, and then credits were bought.
#[test]
fn credits_end_a_rest_only_with_consent() {
    for (consent, recovers) in [(UseCredits::Never, false), (UseCredits::WhenAllOut, true)] {
        let mut pool = pool(1);
        pool.set_rules(Rules { use_credits: consent, ..Rules::default() });
        pool.quota_out(A, Some(Reset { at: at(RESET), window: None }), start());
        for _ in 0..2 {
            read(&mut pool, A, 100.0, Some(purchased("12")));
        }
        let is_ready = pool.view(start()).profiles[0].standing == Standing::Ready;
        assert_eq!(is_ready, recovers, "{consent:?}");
        // Nothing says that it is back, either.
        let is_back = pool.standings().any(|it| it == (A, Standing::Ready));
        assert_eq!(is_back, recovers, "{consent:?}");
    }
}

/// It may be older than the answer that used the plan up.
#[test]
fn one_reading_with_quota_does_not_end_a_used_up_plan() {
    let credits = || Some(purchased("12"));
    let is_withheld = |pool: &PoolState| {
        pool.withheld(A, crate::profile::PaymentTerms::model(None), start()).is_some()
    };
    let mut pool = pool_with(1, UseCredits::Never);
    read(&mut pool, A, 10.0, credits());
    assert!(is_withheld(&pool), "one");
    read(&mut pool, A, 100.0, credits());
    read(&mut pool, A, 10.0, credits());
    assert!(is_withheld(&pool), "one again");
    read(&mut pool, A, 10.0, credits());
    assert!(!is_withheld(&pool), "two in a row");
    read(&mut pool, A, 100.0, credits());
    pool.expect_reset(A);
    read(&mut pool, A, 0.0, credits());
    assert!(!is_withheld(&pool), "a reset was redeemed");
}

/// An answer over HTTP says that the window has started afresh; what the usage endpoint said
/// of the one before does not hold any more.
#[test]
fn a_limit_of_a_former_window_is_history() {
    let mut pool = pool(1);
    let report = |usage| Report {
        usage,
        limit_reached: true,
        allowed: None,
        spend_reached: false,
        others: Vec::new(),
        banked_resets: None,
    };
    pool.read_report(A, report(usage(90.0, Some(purchased("12")))), start());
    pool.read_report(A, report(usage(90.0, Some(purchased("12")))), start());
    let pays = |pool: &PoolState, at| pool.view(at).profiles[0].credits.payment;
    assert!(matches!(pays(&pool, start()), Payment::Withheld(_)));
    for seconds in [RESET, RESET + 60] {
        let window = Window { resets_at: None, ..usage(0.0, None).windows[0] };
        let head = Usage { windows: vec![window], ..usage(0.0, Some(purchased("12"))) };
        pool.read_usage(A, Usage { read_at: at(seconds), ..head }, false, at(seconds));
    }
    assert_eq!(pays(&pool, at(RESET + 60)), Payment::Plan);
}
