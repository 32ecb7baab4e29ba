//! The rules of a turn as tables, without sockets or a runtime.

use std::time::UNIX_EPOCH;

use super::*;
use crate::{
    profile::{Kind, PoolProfile, Standing},
    quota::{ModelLimit, Reset},
    testing::pool_of,
};

#[path = "turn_tests/accounts_tests.rs"]
mod accounts;
#[path = "turn_tests/allowed_tests.rs"]
mod allowed;
#[path = "turn_tests/chain_tests.rs"]
mod chain;
#[path = "turn_tests/credits_tests.rs"]
mod credits;
#[path = "turn_tests/providers_tests.rs"]
mod providers;
#[path = "turn_tests/release_tests.rs"]
mod release;
#[path = "turn_tests/ruled_tests.rs"]
mod ruled;
#[path = "turn_tests/silence_tests.rs"]
mod silence;
#[path = "turn_tests/spending_tests.rs"]
mod spending;
#[path = "turn_tests/trouble_tests.rs"]
mod trouble;

const A: ProfileId = ProfileId(1);
const B: ProfileId = ProfileId(2);
const C: ProfileId = ProfileId(3);
const SEARCH: Duration = Duration::from_secs(30);

/// A turn with its pool and its clock.
struct Rig {
    pool: PoolState,
    turn: Turn,
    now: SystemTime,
    events: Vec<Event>,
}

fn pool(profiles: u64) -> PoolState {
    let ids: Vec<_> = (1..=profiles).map(ProfileId).collect();
    pool_of(&ids)
}

fn request(transport: Transport) -> Request {
    let continuation = Continuation {
        model: Some("gpt".into()),
        session: Some("s".into()),
        ..Continuation::default()
    };
    Request { transport, continuation, route: "responses", search: SEARCH }
}

fn moment(now: SystemTime) -> Moment {
    Moment { now, uptime: now.duration_since(UNIX_EPOCH).unwrap() }
}

fn start() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_000_000)
}

impl Rig {
    fn of(pool: PoolState, request: Request) -> Self {
        Self { pool, turn: Turn::new(request), now: start(), events: Vec::new() }
    }

    fn fresh(profiles: u64, transport: Transport) -> Self {
        Self::of(pool(profiles), request(transport))
    }

    /// Continues a response that profile A holds.
    fn chained(profiles: u64, transport: Transport) -> Self {
        let mut pool = pool(profiles);
        pool.learned_response(A, "r", start());
        let mut request = request(transport);
        request.continuation.previous_response = Some("r".into());
        Self::of(pool, request)
    }

    fn moment(&self) -> Moment {
        moment(self.now)
    }

    fn start(&mut self) -> Action {
        let Decision { action, events } = self.turn.start(&mut self.pool, moment(self.now));
        self.events.extend(events);
        action
    }

    fn observe(&mut self, observation: Observation<'_>) -> Action {
        let moment = self.moment();
        let decision = self.turn.observe(observation, &mut self.pool, moment);
        self.events.extend(decision.events);
        decision.action
    }

    fn answer(&mut self, verdict: Verdict) -> Action {
        self.observe(Observation::Answered(Answered::of(verdict)))
    }

    fn refusal(&mut self, status: u16, code: &str) -> Action {
        let status = StatusCode::from_u16(status).ok();
        let code = Some(code).filter(|code| !code.is_empty());
        let answered = Answered { status, code, ..Answered::of(Verdict::Other) };
        self.observe(Observation::Answered(answered))
    }

    fn fail(&mut self, failure: Failure) -> Action {
        self.observe(Observation::Failed(failure))
    }

    fn after(&mut self, millis: u64) {
        self.now += Duration::from_millis(millis);
    }

    /// Lets time pass as the machine asks for, until it asks for something else.
    fn waited(&mut self, mut action: Action) -> Action {
        while let Action::LookAgain(pause) = action {
            self.now += pause + Duration::from_millis(1);
            action = self.observe(Observation::LookAgain);
        }
        action
    }

    /// A profile has as many requests as it may have.
    fn fill(&mut self, id: ProfileId) {
        for _ in 0..self.pool.rules().hard_cap {
            self.pool.begin(id);
        }
    }

    /// No request counts as one of a profile, and none waits for a place.
    fn holds_nothing(&mut self) {
        assert_eq!(self.turn.take_lease(), None);
        let busy = self.pool.view(self.now).profiles.iter().any(|status| status.in_flight > 0);
        assert!(!busy && self.pool.is_queue_empty());
    }

    fn missed(&self) -> bool {
        self.events.iter().any(|event| matches!(event, Event::Missed(_)))
    }
}

const BOTH: [Transport; 2] = [Transport::Http, Transport::WebSocket];

fn passed(answer: usize) -> Action {
    Action::PassThrough { answer, retry_after: None }
}

fn quota(seconds: u64) -> Verdict {
    Verdict::Quota(Some(Reset { at: start() + Duration::from_secs(seconds), window: None }))
}

#[test]
fn a_good_answer_commits() {
    for transport in BOTH {
        let mut rig = Rig::fresh(2, transport);
        assert_eq!(rig.start(), Action::Send(A));
        assert_eq!(rig.answer(Verdict::Good), Action::Commit);
        assert_eq!((rig.turn.take_lease(), rig.turn.attempts()), (Some(A), 1));
    }
}

/// Every ready profile may be tried once, however many there are.
#[test]
fn a_quota_of_six_profiles_leaves_the_seventh() {
    for transport in BOTH {
        for verdict in [quota(600), Verdict::NotEntitled, Verdict::ModelUnavailable] {
            let mut rig = Rig::fresh(7, transport);
            let mut action = rig.start();
            for id in 1..7 {
                assert_eq!(action, Action::Send(ProfileId(id)), "{verdict:?}");
                action = rig.answer(verdict);
            }
            assert_eq!(action, Action::Send(ProfileId(7)), "{verdict:?}");
            assert_eq!(rig.answer(Verdict::Good), Action::Commit);
        }
    }
}

#[test]
fn a_usage_limit_is_reported_only_when_all_are_out() {
    for transport in BOTH {
        let mut rig = Rig::fresh(2, transport);
        rig.start();
        rig.answer(quota(900));
        let action = rig.answer(quota(600));
        assert_eq!(action, Action::AwaitReset(start() + Duration::from_secs(600)));
        let until = start() + Duration::from_secs(600);
        let refusal = Action::Refuse(Refusal::Exhausted { until, plan: None });
        assert_eq!(rig.observe(Observation::NotWaited), refusal);
        rig.holds_nothing();
        assert!(!rig.missed());
    }
}

/// One is out of quota and the other cannot be reached: that is trouble.
#[test]
fn a_limit_of_one_account_is_not_reported_as_one_of_all() {
    for transport in BOTH {
        let mut rig = Rig::fresh(2, transport);
        rig.start();
        assert_eq!(rig.answer(quota(900)), Action::Send(B));
        let action = rig.fail(Failure::Unreachable);
        assert_eq!(rig.waited(action), Action::Send(B), "asked again when the way may be open");
        rig.after(31_000);
        assert_eq!(rig.fail(Failure::Unreachable), Action::Refuse(Refusal::Unavailable));
        assert!(!rig.missed());
    }
}

#[test]
fn waiting_for_a_reset_asks_again() {
    for transport in BOTH {
        let mut rig = Rig::fresh(1, transport);
        rig.start();
        assert!(matches!(rig.answer(quota(60)), Action::AwaitReset(_)));
        assert!(matches!(rig.observe(Observation::PoolChanged), Action::AwaitReset(_)));
        rig.after(61_000);
        rig.pool.tick(rig.now);
        assert_eq!(rig.observe(Observation::PoolChanged), Action::Send(A));
        assert_eq!(rig.answer(Verdict::Good), Action::Commit);
    }
}

/// A refusal that the rules do not know is shown to another profile first.
#[test]
fn a_refusal_of_two_profiles_is_about_the_request() {
    for transport in BOTH {
        for (status, code) in [(400, ""), (403, "forbidden"), (404, ""), (418, "x"), (451, "")] {
            let mut rig = Rig::fresh(3, transport);
            assert_eq!(rig.start(), Action::Send(A));
            assert_eq!(rig.refusal(status, code), Action::Send(B));
            assert_eq!(rig.refusal(status, code), passed(0), "the first one, as received");
            rig.holds_nothing();
            assert!(!rig.missed());
            // Known for a minute: a client that repeats costs one request.
            rig.turn = Turn::new(request(transport));
            assert_eq!(rig.start(), Action::Send(A));
            assert_eq!(rig.refusal(status, code), passed(0));
            rig.turn = Turn::new(request(transport));
            rig.after(61_000);
            rig.start();
            assert_eq!(rig.refusal(status, code), Action::Send(B));
        }
    }
}

#[test]
fn a_refusal_that_another_profile_does_not_share_is_about_the_account() {
    for transport in BOTH {
        let mut rig = Rig::fresh(2, transport);
        rig.start();
        assert_eq!(rig.refusal(402, ""), Action::Send(B));
        assert_eq!(rig.answer(Verdict::Good), Action::Commit);
        let serves_next = |rig: &mut Rig| {
            rig.turn = Turn::new(request(transport));
            rig.start()
        };
        assert_eq!(serves_next(&mut rig), Action::Send(B), "A rests for this model");
        rig.after(31_000);
        assert_eq!(serves_next(&mut rig), Action::Send(A), "and is asked again");
        // Refused once more, it rests longer.
        assert_eq!(rig.refusal(402, ""), Action::Send(B));
        rig.answer(Verdict::Good);
        rig.after(31_000);
        assert_eq!(serves_next(&mut rig), Action::Send(B));
        rig.after(30_000);
        assert_eq!(serves_next(&mut rig), Action::Send(A));
    }
}

#[test]
fn an_opinion_of_one_that_is_out_is_none() {
    for transport in BOTH {
        let mut rig = Rig::fresh(3, transport);
        rig.start();
        assert_eq!(rig.refusal(400, "odd"), Action::Send(B));
        assert_eq!(rig.answer(quota(600)), Action::Send(C));
        assert_eq!(rig.refusal(400, "odd"), passed(0));
    }
}

/// Two accounts with a trouble of their own each are no reason to end a turn that
/// a third one serves.
#[test]
fn differing_answers_are_about_the_accounts() {
    for transport in BOTH {
        let mut rig = Rig::fresh(4, transport);
        rig.start();
        assert_eq!(rig.refusal(403, "region"), Action::Send(B));
        assert_eq!(rig.refusal(418, ""), Action::Send(C));
        assert_eq!(rig.answer(Verdict::Good), Action::Commit);
        for resting in [A, B] {
            rig.turn = Turn::new(request(transport));
            assert_ne!(rig.start(), Action::Send(resting), "both rest for this model");
        }
        // Two that agree after one that differs: theirs, as received.
        let mut rig = Rig::fresh(4, transport);
        rig.start();
        rig.refusal(403, "region");
        assert_eq!(rig.refusal(400, "odd"), Action::Send(C));
        assert_eq!(rig.refusal(400, "odd"), passed(1));
        assert!(!rig.missed());
    }
}

/// While the others have trouble that passes, a refusal waits for their opinion.
#[test]
fn a_refusal_waits_for_an_opinion_while_the_others_have_trouble() {
    for transport in BOTH {
        for back in [true, false] {
            let mut rig = Rig::fresh(2, transport);
            rig.start();
            assert_eq!(rig.refusal(418, "odd"), Action::Send(B));
            let mut action = rig.answer(Verdict::Gateway);
            let mut attempts = 0;
            while let Action::LookAgain(_) | Action::Send(_) = action {
                assert!(rig.now < start() + Duration::from_secs(8), "it ends");
                action = match action {
                    Action::Send(B) if back => rig.answer(Verdict::Good),
                    Action::Send(B) => {
                        attempts += 1;
                        rig.answer(Verdict::Gateway)
                    }
                    Action::Send(id) => panic!("{id:?} has refused it already"),
                    action => rig.waited(action),
                };
            }
            assert_eq!(action, if back { Action::Commit } else { passed(0) });
            assert!(attempts < 10, "a pause between the attempts: {attempts}");
        }
    }
}

#[test]
fn a_refusal_stands_when_no_other_profile_is_there() {
    for transport in BOTH {
        let mut rig = Rig::fresh(1, transport);
        rig.start();
        assert_eq!(rig.refusal(400, "odd"), passed(0));
        let mut rig = Rig::fresh(2, transport);
        rig.start();
        rig.refusal(400, "odd");
        assert_eq!(rig.refusal(403, "other"), passed(0), "two that differ: the first");
    }
}

#[test]
fn an_error_of_the_request_is_passed_on_at_once() {
    for transport in BOTH {
        for mut rig in [Rig::fresh(2, transport), Rig::chained(2, transport)] {
            rig.start();
            assert_eq!(rig.answer(Verdict::Request), passed(0));
            assert!(!rig.missed());
        }
    }
}

/// No second profile can answer what upstream remembers for one.
#[test]
fn a_burst_is_waited_out_once_and_rests_no_profile() {
    for transport in BOTH {
        let mut rig = Rig::fresh(2, transport);
        rig.start();
        assert_eq!(rig.answer(Verdict::Burst), Action::Pause(Duration::from_secs(2)));
        assert_eq!(rig.observe(Observation::PauseOver), Action::Send(A));
        assert_eq!(rig.answer(Verdict::Burst), Action::Send(B));
        assert_eq!(
            rig.answer(Verdict::Burst),
            Action::PassThrough { answer: 0, retry_after: Some(2) },
            "all alike: the first"
        );
        let standings = rig.pool.view(rig.now).profiles.into_iter().map(|it| it.standing);
        assert!(standings.eq([Standing::Ready, Standing::Ready]));
    }
}

/// Another profile used up its quota meanwhile, so those that were left because of a burst
/// are asked again after one pause.
#[test]
fn the_last_bursts_are_waited_out_once() {
    for transport in BOTH {
        let mut rig = Rig::fresh(3, transport);
        rig.start();
        assert!(matches!(rig.answer(Verdict::Burst), Action::Pause(_)));
        assert_eq!(rig.observe(Observation::PauseOver), Action::Send(A));
        assert_eq!(rig.answer(quota(600)), Action::Send(B));
        assert_eq!(rig.answer(Verdict::Burst), Action::Send(C));
        assert_eq!(rig.answer(Verdict::Burst), Action::Pause(Duration::from_secs(2)));
        assert_eq!(rig.observe(Observation::PauseOver), Action::Send(B));
        assert_eq!(rig.answer(Verdict::Burst), Action::Send(C));
        let latest = Action::PassThrough { answer: 5, retry_after: Some(3) };
        assert_eq!(rig.answer(Verdict::Burst), latest, "not a second time");
        let mut rig = Rig::fresh(2, transport);
        rig.start();
        assert!(matches!(rig.answer(Verdict::Burst), Action::Pause(_)));
        rig.observe(Observation::PauseOver);
        assert_eq!(rig.answer(Verdict::Burst), Action::Send(B));
        assert_eq!(rig.answer(quota(600)), Action::Pause(Duration::from_secs(2)));
        assert_eq!(rig.observe(Observation::PauseOver), Action::Send(A));
        assert_eq!(rig.answer(Verdict::Good), Action::Commit);
    }
}

/// What is said by one profile is not said by one that is too busy for a moment.
#[test]
fn a_burst_is_waited_out_before_the_answer_of_another_is_passed_on() {
    let others = [Verdict::ModelUnavailable, Verdict::Other, Verdict::Unauthorized];
    for (transport, other) in BOTH.into_iter().flat_map(|it| others.map(|other| (it, other))) {
        let mut rig = Rig::fresh(2, transport);
        rig.start();
        assert!(matches!(rig.answer(Verdict::Burst), Action::Pause(_)));
        rig.observe(Observation::PauseOver);
        let mut action = rig.answer(other);
        if action == Action::RenewToken(A) {
            action = rig.fail(Failure::SignInLost);
        }
        assert_eq!(action, Action::Send(B));
        assert!(matches!(rig.answer(Verdict::Burst), Action::Pause(_)), "{other:?}");
        assert_eq!(rig.observe(Observation::PauseOver), Action::Send(B));
        assert_eq!(rig.answer(Verdict::Good), Action::Commit);
    }
}

#[test]
fn a_burst_waits_as_upstream_asks_and_three_seconds_at_most() {
    for (seconds, waits) in [(Some(1), 1), (Some(3), 3), (Some(60), 3), (None, 2)] {
        let mut rig = Rig::fresh(2, Transport::Http);
        rig.start();
        let retry_after = seconds.map(Duration::from_secs);
        let answered = Answered { retry_after, ..Answered::of(Verdict::Burst) };
        let action = rig.observe(Observation::Answered(answered));
        assert_eq!(action, Action::Pause(Duration::from_secs(waits)));
    }
}
