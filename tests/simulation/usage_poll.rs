//! Reads quota in the background, as the router does.

use std::collections::{BTreeMap, VecDeque};

use rotunda_core::{
    ProfileId, Standing,
    profile::Kind,
    quota_plan::QuotaPlan,
    tokens::{Access, Next, PATIENCE, Reason, TokenError, after_renewal},
};

use crate::{
    clock::{MINUTE, Millis, SECOND, millis, span},
    issuer::Token,
    manager::Waiter,
    plant::Plant,
    world::{Event, World, log},
};

/// Where quota is read.
const PATH: &str = "usage";
/// Of a long time in which nothing happens, only the end is lived.
const BEFORE_NEXT: Millis = 20 * MINUTE;
/// A profile is read this often at least, with the time that the readings before it take.
const AT_LEAST: Millis = 45 * MINUTE;

pub(crate) const NOT_TOO_OFTEN: &str = "quota is not read too often";
pub(crate) const OFTEN_ENOUGH: &str = "quota is read often enough";

/// A reading under way.
#[derive(Debug)]
struct Reading {
    id: ProfileId,
    access: Option<Access>,
    /// A renewal that it waits for: of which slot and token, and what for.
    renewal: Option<(usize, Access, Reason)>,
    /// The token was renewed for it.
    is_second: bool,
}

/// What the rules go by.
#[derive(Debug, Clone, Copy)]
struct LastReading {
    ended: Millis,
    /// The same, or when it could look again after a time that was not lived.
    awake: Millis,
    has_failed: bool,
    /// All were wanted since.
    is_wanted: bool,
}

/// The reader of one process.
#[derive(Debug, Default)]
pub(crate) struct UsagePoll {
    plan: QuotaPlan,
    due: VecDeque<ProfileId>,
    reading: Option<Reading>,
    /// Uptime at which it looks again, while it sleeps.
    wake_at: Millis,
    is_wanted: bool,
    stamp: u64,
    latest: BTreeMap<ProfileId, LastReading>,
}

impl UsagePoll {
    /// A new process.
    pub(crate) fn restart(&mut self, uptime: Millis) {
        *self = Self { wake_at: uptime, stamp: self.stamp + 1, ..Self::default() };
    }

    /// All profiles are to be read.
    pub(crate) const fn want(&mut self) {
        self.is_wanted = true;
    }

    /// When it looks again, if what happens next is then.
    pub(crate) fn wake_at(&self, uptime: Millis, next: Millis, is_idle: bool) -> Option<Millis> {
        if self.reading.is_some() {
            return None;
        }
        if self.is_wanted {
            return Some(uptime);
        }
        let is_far = is_idle && next > uptime + BEFORE_NEXT;
        Some(if is_far { self.wake_at.max(next - BEFORE_NEXT) } else { self.wake_at.max(uptime) })
    }
}

impl World {
    /// It wakes.
    pub(crate) fn look_at_quota(&mut self) {
        let uptime = self.clock.uptime;
        let slept_over = uptime > self.usage_poll.wake_at + 2 * MINUTE;
        if std::mem::take(&mut self.usage_poll.is_wanted) {
            self.usage_poll.plan.read_all(span(uptime));
            self.usage_poll.latest.values_mut().for_each(|latest| latest.is_wanted = true);
        }
        if slept_over {
            self.usage_poll.latest.values_mut().for_each(|latest| latest.awake = uptime);
        }
        let view = self.pool.view(self.now());
        self.usage_poll.latest.retain(|id, _| view.profiles.iter().any(|it| it.profile.id == *id));
        self.usage_poll.due = self.usage_poll.plan.due(&view, span(uptime)).into();
        if self.plant == Some(Plant::ForgetsReading)
            && let Some(id) = self.usage_poll.due.pop_back()
        {
            self.usage_poll.plan.ended(id, true, &view, self.clock.moment());
        }
        let needs_user = view.profiles.iter().filter(|it| it.standing == Standing::NeedsSignIn);
        for profile in needs_user {
            if let Some(latest) = self.usage_poll.latest.get_mut(&profile.profile.id) {
                latest.awake = uptime;
            }
        }
        let late = self.usage_poll.latest.iter().find(|(_, it)| it.awake + AT_LEAST < uptime);
        if let Some(id) = late.map(|(id, _)| *id) {
            self.violate(OFTEN_ENOUGH, format!("{id} was not read for a long time"));
        }
        self.read_next();
    }

    fn read_next(&mut self) {
        let uptime = self.clock.uptime;
        let Some(id) = self.usage_poll.due.pop_front() else {
            self.usage_poll.reading = None;
            self.usage_poll.wake_at = uptime + millis(self.usage_poll.plan.nap(span(uptime)));
            return;
        };
        self.check_reading(id);
        self.usage_poll.reading =
            Some(Reading { id, access: None, renewal: None, is_second: false });
        self.pool.reading_begins(id);
        let moment = self.moment();
        let slot = self.manager.slot(id);
        let next = self.manager.tokens_of(slot).next(moment);
        self.read_with(slot, next);
    }

    fn read_with(&mut self, slot: usize, next: Next) {
        let Some(reading) = &mut self.usage_poll.reading else { return };
        match next {
            Next::Use(access) => {
                reading.access = Some(access);
                self.poll_after(300);
            }
            Next::Load => self.poll_after(20),
            Next::Renew { used, patience } => {
                reading.renewal = Some((slot, used, Reason::Proactive));
                self.poll_waits(patience);
            }
        }
    }

    fn poll_after(&mut self, after: Millis) {
        self.usage_poll.stamp += 1;
        self.schedule(after, Event::UsagePoll { stamp: self.usage_poll.stamp });
    }

    fn poll_waits(&mut self, patience: std::time::Duration) {
        self.usage_poll.stamp += 1;
        let stamp = self.usage_poll.stamp;
        let renewal = self.usage_poll.reading.as_ref().and_then(|it| it.renewal.clone());
        let Some((slot, used, reason)) = renewal else { return };
        let moment = self.moment();
        let until = self.manager.tokens_of(slot).wait_until(patience, moment);
        if until > moment.uptime {
            self.renew_apart(slot, used, reason, Waiter::UsagePoll { stamp });
        }
        let after = millis(until.saturating_sub(moment.uptime));
        self.schedule(after, Event::UsagePoll { stamp });
    }

    /// The vault was read, upstream answered, or a renewal was waited for long enough.
    pub(crate) fn poll_goes_on(&mut self, stamp: u64) {
        if stamp != self.usage_poll.stamp {
            return;
        }
        let Some(reading) = &self.usage_poll.reading else { return };
        let id = reading.id;
        if let Some((slot, used, _)) = &reading.renewal {
            let waited = self.manager.tokens_of(*slot).waited(used);
            return self.poll_has_token(stamp, waited);
        }
        if reading.access.is_some() {
            return self.usage_answers(id);
        }
        match self.vault.load(id, self.clock.truth) {
            Ok(credential) => {
                let moment = self.moment();
                let slot = self.manager.slot(id);
                let next = self.manager.tokens(id).loaded(credential, moment);
                self.read_with(slot, next);
            }
            Err(_) => self.reading_is_over(false),
        }
    }

    /// A renewal that the reader waited for is over.
    pub(crate) fn poll_has_token(&mut self, stamp: u64, outcome: Result<Access, TokenError>) {
        if stamp != self.usage_poll.stamp {
            return;
        }
        let moment = self.moment();
        let Some(reading) = &mut self.usage_poll.reading else { return };
        let Some((_, used, reason)) = reading.renewal.take() else { return };
        let outcome = match reason {
            Reason::Proactive => after_renewal(outcome, used, moment),
            Reason::Unauthorized => outcome,
        };
        match outcome {
            Ok(access) => {
                reading.access = Some(access);
                self.poll_after(300);
            }
            Err(_) => self.reading_is_over(false),
        }
    }

    fn usage_answers(&mut self, id: ProfileId) {
        let truth = self.clock.truth;
        let Some(at) = self.account_of(id) else { return self.reading_is_over(false) };
        let Some(reading) = &mut self.usage_poll.reading else { return };
        let Some(access) = reading.access.take() else { return };
        let bearer = Token::read(access.bearer.expose());
        let account = &mut self.accounts[at];
        account.refresh(truth);
        if self.outage_until > truth || account.is_unreachable() {
            return self.reading_is_over(false);
        }
        let is_refused = bearer.is_none_or(|bearer| account.refuses(bearer, truth));
        let may_renew = !reading.is_second && self.usage_poll.plan.may_renew(id, PATH);
        if let Some(bearer) = bearer {
            self.check_poll_token(id, bearer, is_refused);
        }
        if is_refused && may_renew {
            let slot = self.manager.slot(id);
            if let Some(reading) = &mut self.usage_poll.reading {
                reading.is_second = true;
                reading.renewal = Some((slot, access, Reason::Unauthorized));
            }
            return self.poll_waits(PATIENCE);
        }
        self.usage_poll.plan.answered(id, PATH, is_refused);
        if !is_refused {
            self.usage_read(at);
        }
        self.reading_is_over(!is_refused);
    }

    fn reading_is_over(&mut self, has_report: bool) {
        let Some(reading) = self.usage_poll.reading.take() else { return };
        let (id, moment) = (reading.id, self.moment());
        log!(self, "quota of {id} is read: {has_report}");
        let view = self.pool.view(moment.now);
        if self.plant != Some(Plant::ReadsTooOften) {
            self.usage_poll.plan.ended(id, has_report, &view, moment);
        }
        let ended = self.clock.uptime;
        let (awake, has_failed) = (ended, !has_report);
        let latest = LastReading { ended, awake, has_failed, is_wanted: false };
        self.usage_poll.latest.insert(id, latest);
        self.read_next();
    }

    /// A reading begins.
    fn check_reading(&mut self, id: ProfileId) {
        let is_key = self.pool.profile(id).is_some_and(|it| it.kind == Kind::ApiKey);
        let uptime = self.clock.uptime;
        let latest = self.usage_poll.latest.get(&id).filter(|it| !it.is_wanted);
        let is_soon = latest.is_some_and(|it| {
            let pause = if it.has_failed { MINUTE } else { 5 * SECOND };
            uptime < it.ended + pause
        });
        if is_soon || is_key {
            self.violate(NOT_TOO_OFTEN, format!("{id} is read again, an API key: {is_key}"));
        }
    }

    fn check_poll_token(&mut self, id: ProfileId, bearer: Token, is_refused: bool) {
        self.token_facts.answered(bearer, is_refused);
        self.check_stored(id, bearer);
    }
}
