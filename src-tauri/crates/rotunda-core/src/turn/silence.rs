//! An answer that does not begin.
//!
//! Upstream may be at work on a request that it has as a whole, so that one is waited for.
//! Of one that it cannot have as a whole nothing has run, and another profile can be asked
//! ([`Failure::Stuck`]).

use std::time::Duration;

use super::{Action, Turn, step::Step};
use crate::{
    event::{Event, Late, Reached},
    pool::{Failure, PoolState, SilenceBounds},
};

impl Turn {
    /// After how long the answer to the latest attempt is late.
    pub fn longest_silence(&self, pool: &PoolState, bounds: SilenceBounds) -> Duration {
        let late = |id| pool.longest_silence(id, self.work(), bounds);
        self.profile.map_or(bounds.unknown, late)
    }

    /// The answer to the latest attempt began, so long after it was sent.
    pub fn answer_began(&mut self, pool: &mut PoolState, took: Duration) {
        self.end_silence(pool);
        if let Some(id) = self.profile {
            pool.answer_began(id, self.work(), took);
        }
    }

    pub(super) fn end_silence(&mut self, pool: &mut PoolState) {
        if let Some(id) = self.late.take() {
            pool.end_silence(id);
        }
    }
}

impl Step<'_> {
    /// The request is at upstream as a whole.
    pub(super) fn late(&mut self) -> Action {
        if let Some(id) = self.turn.profile.filter(|_| self.turn.late.is_none()) {
            self.turn.late = Some(id);
            self.pool.begin_silence(id);
            self.report_late(Reached::Whole);
        }
        Action::KeepWaiting
    }

    /// While the way is away for all profiles, one of them is no news.
    pub(super) fn stuck(&mut self, failure: Failure) {
        if failure == Failure::Stuck && !self.pool.is_way_down() {
            self.report_late(Reached::InPart);
        }
    }

    fn report_late(&mut self, reached: Reached) {
        let (Some(profile), Some(sent_at)) = (self.turn.profile, self.turn.sent_at) else { return };
        let waited = self.moment.uptime.saturating_sub(sent_at);
        let usual = self.pool.usual_silence(profile, self.turn.work());
        let route = self.turn.request.route;
        self.events.push(Event::Late(Late { profile, route, waited, usual, reached }));
    }
}
