//! Answers that do not begin.

use super::*;
use crate::{
    event::{Late, Reached},
    pool::SilenceBounds,
};

const BOUNDS: SilenceBounds =
    SilenceBounds { least: Duration::from_secs(60), unknown: Duration::from_secs(240) };
const TRANSPORTS: [Transport; 2] = [Transport::Http, Transport::WebSocket];

impl Rig {
    /// Requests whose answers are late, by the profiles that they wait for.
    fn late(&self) -> Vec<(ProfileId, u32)> {
        let view = self.pool.view(self.now);
        let late = view.profiles.into_iter().filter(|it| it.late > 0);
        late.map(|it| (it.profile.id, it.late)).collect()
    }

    fn reported(&self) -> Vec<Late> {
        let late = |event: &Event| if let Event::Late(late) = event { Some(*late) } else { None };
        self.events.iter().filter_map(late).collect()
    }

    fn pinned(mut self) -> Self {
        self.pool.pin(Some(A));
        self
    }

    fn serving_a(mut self) -> Self {
        assert_eq!(self.start(), Action::Send(A));
        self
    }
}

/// Free, pinned and chained, with one, two and seven profiles, over both transports; the
/// first is asked.
fn every_kind() -> Vec<Rig> {
    let mut all = Vec::new();
    for transport in TRANSPORTS {
        for profiles in [1, 2, 7] {
            all.push(Rig::fresh(profiles, transport).serving_a());
            all.push(Rig::fresh(profiles, transport).pinned().serving_a());
            all.push(Rig::chained(profiles, transport).serving_a());
        }
    }
    all
}

#[test]
fn a_request_that_upstream_may_have_is_reported_once_and_never_sent_twice() {
    for mut rig in every_kind() {
        rig.after(241_000);
        for _ in 0..3 {
            assert_eq!(rig.observe(Observation::Late), Action::KeepWaiting);
        }
        let waited = Duration::from_secs(241);
        let late =
            Late { profile: A, route: "responses", waited, usual: None, reached: Reached::Whole };
        assert_eq!(rig.reported(), [late]);
        assert_eq!((rig.late(), rig.turn.attempts()), (vec![(A, 1)], 1));
        assert_eq!(rig.answer(Verdict::Good), Action::Commit);
        rig.turn.release(&mut rig.pool);
        assert_eq!(rig.late(), []);
        rig.holds_nothing();
    }
}

#[test]
fn a_late_answer_that_begins_or_fails_is_late_no_more() {
    for transport in TRANSPORTS {
        let mut rig = Rig::fresh(2, transport).serving_a();
        rig.observe(Observation::Late);
        rig.turn.answer_began(&mut rig.pool, Duration::from_secs(300));
        assert_eq!(rig.late(), []);
        let mut rig = Rig::fresh(2, transport).serving_a();
        rig.observe(Observation::Late);
        assert_eq!(rig.answer(Verdict::Quota(None)), Action::Send(B));
        assert_eq!(rig.late(), []);
        assert_eq!(rig.observe(Observation::Late), Action::KeepWaiting);
        assert_eq!(rig.late(), [(B, 1)]);
        // The client leaves.
        rig.turn.release(&mut rig.pool);
        assert_eq!(rig.late(), []);
    }
}

#[test]
fn a_request_of_which_nothing_can_have_run_goes_to_another_profile() {
    for transport in TRANSPORTS {
        for profiles in [2, 7] {
            let mut rig = Rig::fresh(profiles, transport).serving_a();
            rig.after(60_000);
            assert_eq!(rig.fail(Failure::Stuck), Action::Send(B));
            let [late] = rig.reported()[..] else { panic!("{:?}", rig.events) };
            assert_eq!((late.profile, late.reached), (A, Reached::InPart));
            assert_eq!(late.waited, Duration::from_secs(60));
            assert_eq!((rig.late(), rig.turn.attempts()), (vec![], 2));
        }
    }
}

#[test]
fn alone_or_pinned_it_is_sent_to_the_same_profile_again() {
    for transport in TRANSPORTS {
        for mut rig in [Rig::fresh(1, transport), Rig::fresh(7, transport).pinned()] {
            assert_eq!(rig.start(), Action::Send(A));
            let action = rig.fail(Failure::Stuck);
            assert_eq!(rig.waited(action), Action::Send(A), "{transport:?}");
            assert_eq!(rig.reported().len(), 1);
        }
    }
}

#[test]
fn a_chain_waits_for_its_profile_or_is_sent_in_full() {
    let mut rig = Rig::chained(2, Transport::Http).serving_a();
    let action = rig.fail(Failure::Stuck);
    assert_eq!(rig.waited(action), Action::Send(A));
    for profiles in [2, 7] {
        let mut rig = Rig::chained(profiles, Transport::WebSocket).serving_a();
        assert_eq!(rig.fail(Failure::Stuck), Action::Resend);
        rig.holds_nothing();
    }
    let mut rig = Rig::chained(1, Transport::WebSocket).serving_a();
    let action = rig.fail(Failure::Stuck);
    assert_eq!(rig.waited(action), Action::Send(A));
}

#[test]
fn a_way_that_is_away_for_all_is_not_reported_for_each() {
    let mut rig = Rig::fresh(2, Transport::Http).serving_a();
    assert_eq!(rig.fail(Failure::Stuck), Action::Send(B));
    let mut action = rig.fail(Failure::Stuck);
    assert_eq!(rig.reported().len(), 2);
    for _ in 0..3 {
        action = rig.waited(action);
        let Action::Send(_) = action else { panic!("{action:?}") };
        action = rig.fail(Failure::Stuck);
    }
    assert_eq!(rig.reported().len(), 2, "the way is down");
}

#[test]
fn when_an_answer_is_late_is_learned_for_each_profile_and_kind() {
    let mut rig = Rig::fresh(2, Transport::Http).serving_a();
    for _ in 0..5 {
        rig.turn.answer_began(&mut rig.pool, Duration::from_secs(30));
    }
    let late = |rig: &Rig| rig.turn.longest_silence(&rig.pool, BOUNDS);
    assert_eq!(late(&rig), Duration::from_secs(120));
    rig.observe(Observation::Late);
    assert_eq!(rig.reported()[0].usual, Some(Duration::from_secs(30)));
    assert_eq!(rig.answer(Verdict::Quota(None)), Action::Send(B));
    assert_eq!(late(&rig), BOUNDS.unknown);
    let mut socket = Rig { turn: Turn::new(request(Transport::WebSocket)), ..rig };
    socket.pool.use_now(B);
    assert_eq!(socket.start(), Action::Send(B));
    socket.turn.answer_began(&mut socket.pool, Duration::from_secs(1));
    assert_eq!(late(&socket), BOUNDS.unknown, "over a socket it is another kind");
}
