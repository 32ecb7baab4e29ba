//! Bursts: a profile that answers "too many requests at once" answers again within
//! seconds.

use std::time::Duration;

use super::{Action, Answered, BURST_PAUSE, step::Step};
use crate::profile::ProfileId;

/// A burst is waited out for at most this long before another profile is tried.
const LONGEST_WAIT: Duration = Duration::from_secs(3);
/// Bursts waited out when no other profile may be tried.
const MOST_OF_CHAIN: u32 = 3;

/// The bursts of one turn.
#[derive(Debug, Default)]
pub(super) struct Bursts {
    count: u32,
    /// Profiles whose latest answer was a burst.
    of: Vec<ProfileId>,
    /// The bursts of those that are left at the end were waited out.
    is_last_wait_over: bool,
}

impl Bursts {
    /// A profile answered, or failed, in another way.
    pub(super) fn end(&mut self, id: ProfileId) {
        self.of.retain(|it| *it != id);
    }
}

impl Step<'_> {
    /// The first burst of a turn is waited out, then another profile is tried. The
    /// profile is not out of quota.
    pub(super) fn burst(&mut self, id: ProfileId, answer: usize, answered: Answered<'_>) -> Action {
        self.turn.bursts.count += 1;
        self.turn.bursts.of.push(id);
        let pause = answered.retry_after.unwrap_or(Duration::from_secs(BURST_PAUSE));
        let pause = Action::Pause(pause.min(LONGEST_WAIT));
        if self.turn.bursts.count == 1 {
            return pause;
        }
        if !self.turn.is_chained() {
            return self.next_profile();
        }
        if !self.turn.is_over_socket() {
            return Action::PassThrough { answer, retry_after: Some(BURST_PAUSE) };
        }
        let is_over = self.turn.bursts.count > MOST_OF_CHAIN || self.may_resend(id);
        if is_over { Action::Resend } else { pause }
    }

    /// When no profile is left: those that were left because of a burst are asked again
    /// after one pause. When each profile that was tried answered with a burst, the
    /// client waits instead.
    pub(super) fn last_bursts(&mut self) -> Option<Action> {
        let bursts = &mut self.turn.bursts;
        let next = *bursts.of.first()?;
        let is_all = self.turn.tried.iter().all(|id| bursts.of.contains(id));
        if is_all || bursts.is_last_wait_over {
            return None;
        }
        bursts.is_last_wait_over = true;
        self.turn.tried.retain(|id| !bursts.of.contains(id));
        self.turn.profile = Some(next);
        Some(Action::Pause(Duration::from_secs(BURST_PAUSE)))
    }
}
