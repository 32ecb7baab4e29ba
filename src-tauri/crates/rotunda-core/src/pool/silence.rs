//! How long each profile usually takes to begin its answers, and when one is late.

use std::time::Duration;

use super::{
    Entry, PoolState,
    scope::{TURNS, Work},
};
use crate::profile::ProfileId;

/// Answers of a kind before the longest of them counts as usual.
const ENOUGH: u32 = 5;
/// A shorter time moves the longest one towards it by this part of the difference.
const DECAY: u32 = 16;
/// An answer is late after so many times the usual time.
const FAR: u32 = 4;
/// Kinds of requests that are remembered of a profile; there are fewer.
const MOST_KINDS: usize = 32;

/// When an answer that does not begin counts as late, whatever is usual.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SilenceBounds {
    /// Never before this.
    pub least: Duration,
    /// For a turn, while too few answers have been seen. Other requests, such as a
    /// compaction, may take four times as long.
    pub unknown: Duration,
}

/// What is known of one kind of request: its route, and whether it needs a socket.
#[derive(Debug, Clone, Copy)]
struct Usual {
    route: &'static str,
    over_socket: bool,
    longest: Duration,
    answers: u32,
}

/// Of one profile: when its answers begin, and how many are late now.
#[derive(Debug, Default)]
pub(super) struct Silence {
    usual: Vec<Usual>,
    late: u32,
}

impl Silence {
    /// Requests whose answers are late now.
    pub(super) const fn late(&self) -> u32 {
        self.late
    }

    fn of(&self, work: Work<'_>) -> Option<&Usual> {
        self.usual.iter().find(|it| it.is_of(work))
    }
}

impl Usual {
    fn is_of(&self, work: Work<'_>) -> bool {
        self.route == work.route && self.over_socket == work.over_socket
    }

    /// The longest time counts at once, and fades with each shorter one.
    fn learn(&mut self, took: Duration) {
        self.answers = self.answers.saturating_add(1);
        let fade = self.longest.saturating_sub(took) / DECAY;
        self.longest = took.max(self.longest.saturating_sub(fade));
    }
}

impl PoolState {
    /// The answer of a request began so long after it was sent.
    pub fn answer_began(&mut self, id: ProfileId, work: Work<'_>, took: Duration) {
        let Some(Entry { silence, .. }) = self.entries.get_mut(&id) else { return };
        if let Some(usual) = silence.usual.iter_mut().find(|it| it.is_of(work)) {
            return usual.learn(took);
        }
        if silence.usual.len() < MOST_KINDS {
            let Work { route, over_socket, .. } = work;
            silence.usual.push(Usual { route, over_socket, longest: took, answers: 1 });
        }
    }

    /// The longest time that its answers to such work usually take to begin; none while too
    /// few have been seen.
    pub fn usual_silence(&self, id: ProfileId, work: Work<'_>) -> Option<Duration> {
        let usual = self.entries.get(&id)?.silence.of(work)?;
        (usual.answers >= ENOUGH).then_some(usual.longest)
    }

    /// After how long an answer to such work is late.
    pub fn longest_silence(
        &self,
        id: ProfileId,
        work: Work<'_>,
        bounds: SilenceBounds,
    ) -> Duration {
        let late = match self.usual_silence(id, work) {
            Some(usual) => usual.saturating_mul(FAR),
            None if work.route == TURNS => bounds.unknown,
            None => bounds.unknown.saturating_mul(FAR),
        };
        late.max(bounds.least)
    }

    /// An answer of the profile is late.
    pub(crate) fn begin_silence(&mut self, id: ProfileId) {
        if let Some(entry) = self.entries.get_mut(&id) {
            entry.silence.late += 1;
        }
    }

    /// It began, or is not waited for any more.
    pub(crate) fn end_silence(&mut self, id: ProfileId) {
        if let Some(entry) = self.entries.get_mut(&id) {
            entry.silence.late = entry.silence.late.saturating_sub(1);
        }
    }
}

#[cfg(test)]
#[path = "silence_tests.rs"]
mod tests;
