//! Trouble on the way to upstream, which all profiles share.
//!
//! A network that is away for two seconds must cost two seconds. While every
//! profile fails on the way, none of them rests for it, and one request at a
//! time asks whether the way is back.

use std::{
    collections::BTreeMap,
    time::{Duration, SystemTime},
};

use super::{Entry, PoolState};
use crate::{
    event::Event,
    profile::{CooldownCause, PaymentTerms, ProfileId, Standing},
};

/// Failures of different profiles within this time belong together. Each may
/// take as long as a connection attempt.
const WINDOW: Duration = Duration::from_secs(30);
/// So many different profiles in a row are as good as all.
const MANY: usize = 3;
/// Between two probes, at first; doubles up to [`LONGEST_PROBE_PAUSE`].
const PROBE_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PROBE_PAUSE: Duration = Duration::from_secs(1);

/// When something happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// The clock, which the user may set.
    pub now: SystemTime,
    /// Time that passed since a fixed moment: no clock that is set changes it.
    pub uptime: Duration,
}

/// What is known of the way to upstream. Its times are uptime.
#[derive(Debug, Default)]
pub(super) struct Way {
    /// When each profile last failed on the way, since one last got an answer.
    failures: BTreeMap<ProfileId, Duration>,
    /// All profiles fail on the way.
    is_down: bool,
    next_probe: Duration,
    probes: u32,
}

/// Whether a request may ask upstream while the way is down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Probe {
    /// The way is not known to be down, or it is this request's turn to look.
    Now,
    /// Another request looks; this one decides again after this time.
    In(Duration),
}

impl PoolState {
    /// A profile failed on the way to upstream. It is blamed only when others
    /// get through.
    pub fn way_failed(&mut self, id: ProfileId, moment: Moment) -> Vec<Event> {
        let Moment { now, uptime } = moment;
        self.way.failures.insert(id, uptime);
        self.way.failures.retain(|_, at| uptime.saturating_sub(*at) <= WINDOW);
        let failed = |entry: &Entry| self.way.failures.contains_key(&entry.profile.id);
        let usable: Vec<_> = self.entries.values().filter(|it| self.is_usable(it, now)).collect();
        let all_failed = !usable.is_empty() && usable.into_iter().all(failed);
        if !all_failed && self.way.failures.len() < MANY {
            return self.troubled(id, now);
        }
        self.way.is_down = true;
        let failed: Vec<_> = self.way.failures.keys().copied().collect();
        failed.into_iter().flat_map(|id| self.forgive(id)).collect()
    }

    fn is_usable(&self, entry: &Entry, now: SystemTime) -> bool {
        let is_there = match self.standing_of(entry, PaymentTerms::ANY, now) {
            Standing::Ready => true,
            Standing::Resting(rest) => rest.cause == CooldownCause::Trouble,
            Standing::NotEntitled { .. } | Standing::NeedsSignIn | Standing::Paused => false,
        };
        is_there && self.may_serve(entry)
    }

    /// The trouble was not this profile's.
    fn forgive(&mut self, id: ProfileId) -> Vec<Event> {
        let Some(entry) = self.entries.get_mut(&id) else { return Vec::new() };
        entry.troubles = 0;
        match entry.standing {
            Standing::Resting(rest) if rest.cause == CooldownCause::Trouble => self.recover(id),
            _ => Vec::new(),
        }
    }

    /// Upstream answered: the way is open.
    pub fn way_worked(&mut self) {
        if !self.way.failures.is_empty() || self.way.is_down {
            self.way = Way::default();
        }
    }

    /// Whether all profiles fail on the way to upstream.
    pub fn is_way_down(&self) -> bool {
        self.way.is_down
    }

    /// How long before another request may look whether the way is open.
    pub fn next_probe(&self, moment: Moment) -> Duration {
        self.way.next_probe.saturating_sub(moment.uptime)
    }

    /// Whether a request may ask upstream now. One that may is expected to ask.
    pub fn probe(&mut self, moment: Moment) -> Probe {
        if !self.way.is_down {
            return Probe::Now;
        }
        let pause = self.way.next_probe.saturating_sub(moment.uptime);
        if !pause.is_zero() {
            return Probe::In(pause);
        }
        let pause = PROBE_PAUSE * 2u32.pow(self.way.probes.min(8));
        self.way.probes += 1;
        self.way.next_probe = moment.uptime + pause.min(LONGEST_PROBE_PAUSE);
        Probe::Now
    }
}
