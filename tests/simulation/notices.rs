//! What the user is notified of: the real reducer, and the rules that it keeps.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::{SystemTime, UNIX_EPOCH},
};

use rotunda_core::{
    ProfileId, Standing,
    notice::{
        BindingFact, DRIFT, Facts, LeftFacts, Memory, Notice, ProfileFacts, ProfileState, REMIND,
        SURE_AFTER,
    },
    pool::{PoolProfileView, PoolView},
    profile::{CooldownCause, Kind, WindowKind},
};

use crate::{
    clock::{Millis, SECOND},
    plant::Plant,
    world::{Event, World, log},
};

pub(crate) const TRUE_NOTICE: &str = "a notification is true";
pub(crate) const NOTIFIED_ONCE: &str = "each cause is notified once";
pub(crate) const NOTIFIED: &str = "what matters is notified";

/// At this share, or below, little is left.
const LOW: f64 = 20.0;
/// Snapshots are made this long after a change.
const AFTER_CHANGE: Millis = 100;

/// The notifier, and what the rules go by.
#[derive(Debug, Default)]
pub(crate) struct Notices {
    memory: Memory,
    is_due: bool,
    /// The ends of the times that all profiles were out, as notified.
    out: Vec<i64>,
    /// The same before the clock was set.
    out_before: Vec<i64>,
    /// The ends of the rests that made Codex move, as notified.
    moved: Vec<(ProfileId, i64)>,
    /// When a missing sign-in was notified; none when that was by another clock.
    signed_out: BTreeMap<ProfileId, Option<i64>>,
    /// The row of credits that was notified last.
    spent: BTreeMap<ProfileId, Option<i64>>,
    /// All profiles were out, and no notification says that one is back.
    is_out: bool,
    /// Profiles that were out since it was last notified that they are back.
    away: BTreeSet<ProfileId>,
    /// Whether that they are out was notified is not known.
    is_out_unclear: bool,
}

impl Notices {
    /// By another clock the same cause has other times: it may be notified again.
    pub(crate) fn clock_stepped(&mut self) {
        self.out_before.append(&mut self.out);
        self.moved.clear();
        self.spent.clear();
        self.is_out_unclear = true;
        self.signed_out.values_mut().for_each(|at| *at = None);
    }

    /// It was notified that a profile is back, so that its next rest is another one. False when
    /// it was not away.
    fn note_return(&mut self, id: ProfileId) -> bool {
        self.moved.retain(|(from, _)| *from != id);
        self.away.remove(&id)
    }

    /// A new process reads what was notified.
    pub(crate) fn restart(&mut self, plant: Option<Plant>) {
        self.is_due = false;
        if plant == Some(Plant::ForgetsNotified) {
            self.memory = Memory::default();
        }
    }
}

impl World {
    /// Something changed that notifications may be about.
    pub(crate) fn plan_notices(&mut self) {
        if !std::mem::replace(&mut self.notices.is_due, true) {
            self.schedule(AFTER_CHANGE, Event::Notify);
        }
    }

    /// A snapshot is made, and looked at.
    pub(crate) fn notify(&mut self) {
        self.notices.is_due = false;
        let view = self.pool.view(self.now());
        let now = unix(self.now());
        let true_facts = facts_of(&view, self.now());
        let mut facts = true_facts.clone();
        if self.plant == Some(Plant::FalseNotice) {
            facts.profiles.iter_mut().filter_map(|it| it.until.as_mut()).for_each(|it| *it += 3600);
        }
        let told = self.notices.memory.observe(&facts, now);
        for notice in &told {
            log!(self, "notified: {notice:?}");
        }
        let told = told.into_iter().filter(|_| self.plant != Some(Plant::NotifiesNothing));
        for notice in told.collect::<Vec<_>>() {
            if !is_true(notice, &view, self.now()) {
                self.violate(TRUE_NOTICE, format!("{notice:?}"));
            }
            self.check_new(notice, &facts, now);
        }
        self.check_notified(&true_facts, now);
        if self.notices.memory.is_unsure() && !std::mem::replace(&mut self.notices.is_due, true) {
            let seconds = u64::try_from(SURE_AFTER + 1).unwrap_or_default();
            self.schedule(seconds * SECOND, Event::Notify);
        }
    }

    /// The same cause was not notified before.
    fn check_new(&mut self, notice: Notice, facts: &Facts, now: i64) {
        let is_same = |a: i64, b: i64| a.abs_diff(b) <= DRIFT;
        let notices = &mut self.notices;
        let is_known = match notice {
            Notice::Out { until, .. } => {
                let is_known = notices.out.iter().any(|it| is_same(*it, until));
                notices.out.push(until);
                notices.is_out_unclear = false;
                is_known
            }
            Notice::Moved { from, until, .. } => {
                let is_known =
                    notices.moved.iter().any(|(id, it)| *id == from && is_same(*it, until));
                notices.moved.push((from, until));
                is_known
            }
            Notice::SignIn { profile, .. } => {
                let last = notices.signed_out.insert(profile, Some(now)).flatten();
                last.is_some_and(|last| now < last + REMIND)
            }
            Notice::CreditsSpent(id) => {
                let facts = profile_facts_of(facts, id);
                let since = facts.and_then(|it| it.spends_credits_since);
                notices.spent.insert(id, since) == Some(since)
            }
            Notice::Back(id) => {
                notices.note_return(id);
                !std::mem::take(&mut notices.is_out)
            }
            Notice::Returned { profile, .. } => !notices.note_return(profile),
            _ => false,
        };
        if is_known {
            self.violate(NOTIFIED_ONCE, format!("{notice:?} again"));
        }
    }

    /// What the user must know was notified.
    fn check_notified(&mut self, facts: &Facts, now: i64) {
        let can_serve = |it: &ProfileFacts| {
            it.state == ProfileState::Ready && (!it.is_api_key || facts.is_serving)
        };
        let out = facts.profiles.iter().filter(|it| matches!(it.state, ProfileState::Out(_)));
        let first_back = out.filter_map(|it| it.until).min();
        let mut missing = None;
        let is_out = !facts.is_serving && !facts.profiles.iter().any(can_serve);
        let until = first_back.filter(|_| is_out);
        self.notices.is_out_unclear &= until.is_some();
        if let Some(until) = until {
            self.notices.is_out = true;
            // A time that drifts on in small steps is still the one that was notified.
            let Notices { out, out_before, is_out_unclear, .. } = &mut self.notices;
            let mut known = out.iter_mut().chain(out_before);
            match known.find(|it| it.abs_diff(until) <= DRIFT) {
                Some(known) => *known = until,
                None if *is_out_unclear => {}
                None => missing = Some(format!("all are out until {until}")),
            }
        }
        for profile in &facts.profiles {
            if matches!(profile.state, ProfileState::Out(_)) {
                self.notices.away.insert(profile.id);
            }
            if profile.state != ProfileState::NeedsSignIn {
                self.notices.signed_out.remove(&profile.id);
                continue;
            }
            let notified = self.notices.signed_out.get(&profile.id);
            if !notified.is_some_and(|at| at.is_none_or(|at| now < at + REMIND)) {
                missing = Some(format!("{} needs a sign-in", profile.id));
            }
        }
        if let Some(missing) = missing {
            self.violate(NOTIFIED, missing);
        }
    }
}

fn profile_facts_of(facts: &Facts, id: ProfileId) -> Option<&ProfileFacts> {
    facts.profiles.iter().find(|it| it.id == id)
}

/// Whether the pool is as the notification says.
fn is_true(notice: Notice, view: &PoolView, now: SystemTime) -> bool {
    let profile = |id: ProfileId| view.profiles.iter().find(|it| it.profile.id == id);
    let is_ready = |it: &PoolProfileView| it.standing == Standing::Ready;
    let is_usable =
        |it: &&PoolProfileView| is_ready(it) && (it.may_serve || it.profile.kind == Kind::ChatGpt);
    let rests_until = |id: ProfileId| match profile(id)?.standing {
        Standing::Resting(rest) if rest.cause.is_quota() => Some(unix(rest.until)),
        _ => None,
    };
    let usable = view.profiles.iter().filter(is_usable).count();
    match notice {
        Notice::Out { until, first } => view.serving.is_none() && rests_until(first) == Some(until),
        Notice::Back(id) | Notice::Returned { profile: id, .. } => {
            profile(id).is_some_and(is_ready)
        }
        Notice::Moved { from, until, to, .. } => {
            rests_until(from) == Some(until) && view.serving == Some(to)
        }
        Notice::MovedOften { to, .. } => view.serving == Some(to),
        Notice::Last(id) => view.serving == Some(id) && usable <= 1,
        Notice::Low { window, .. } => {
            left(view, window, now).is_some_and(|it| it.percent > 0.0 && it.percent <= LOW)
        }
        Notice::SignIn { profile: id, ready } => {
            profile(id).is_some_and(|it| it.standing == Standing::NeedsSignIn)
                && ready == view.profiles.iter().filter(|it| is_ready(it)).count()
        }
        Notice::CreditsSpent(id) => profile(id).is_some_and(|it| it.credits.spending.is_some()),
        Notice::Late(id) => profile(id).is_some_and(|it| it.late > 0),
        Notice::PortTaken
        | Notice::ChangedOutside
        | Notice::ResetExpires { .. }
        | Notice::RunsOut(_) => false,
    }
}

/// What the snapshot says, as far as notifications go by it.
fn facts_of(view: &PoolView, now: SystemTime) -> Facts {
    let left = [WindowKind::FiveHours, WindowKind::Week].into_iter();
    Facts {
        is_port_taken: false,
        binding: BindingFact::Bound,
        profiles: view.profiles.iter().map(|it| profile_facts(it, now)).collect(),
        is_serving: view.serving.is_some(),
        left: left.filter_map(|window| self::left(view, window, now)).collect(),
        ..Facts::default()
    }
}

fn profile_facts(it: &PoolProfileView, now: SystemTime) -> ProfileFacts {
    let (state, until) = match it.standing {
        Standing::Ready => (ProfileState::Ready, None),
        Standing::Resting(rest) => match rest.cause {
            CooldownCause::Quota(window) | CooldownCause::Credits(window) => {
                (ProfileState::Out(window), Some(rest.until))
            }
            CooldownCause::Trouble => (ProfileState::Away, Some(rest.until)),
        },
        Standing::NotEntitled { ask_at } => {
            (ProfileState::Away, Some(ask_at).filter(|at| *at > now))
        }
        Standing::NeedsSignIn => (ProfileState::NeedsSignIn, None),
        Standing::Paused => (ProfileState::Away, None),
    };
    let windows = it.usage.iter().flat_map(|usage| &usage.windows);
    ProfileFacts {
        id: it.profile.id,
        state,
        is_api_key: it.profile.kind == Kind::ApiKey,
        until: until.map(unix),
        is_in_use: it.in_use,
        in_flight: it.in_flight,
        is_late: it.late > 0,
        has_some_left: windows.into_iter().all(|window| window.left(now) > 0.0),
        spends_credits_since: it.credits.spending.as_ref().map(|spending| unix(spending.since)),
        reset_expires: None,
    }
}

/// The mean share that all plans have left of one kind of window.
fn left(view: &PoolView, window: WindowKind, now: SystemTime) -> Option<LeftFacts> {
    let (mut sum, mut profiles, mut resets) = (0.0, 0_u32, None);
    for profile in view.profiles.iter().filter(|it| it.profile.kind == Kind::ChatGpt) {
        if !matches!(profile.standing, Standing::Ready | Standing::Resting(_)) {
            continue;
        }
        let Some(usage) = &profile.usage else { continue };
        let Some(own) = usage.window(window) else { continue };
        let is_week_out = usage.window(WindowKind::Week).is_some_and(|it| it.left(now) <= 0.0);
        sum += if is_week_out { 0.0 } else { own.left(now) };
        profiles += 1;
        let first = own.next_reset(now).map(unix);
        resets = [resets, first].into_iter().flatten().min();
    }
    let percent = (profiles > 0).then(|| sum / f64::from(profiles))?;
    Some(LeftFacts { window, percent, profiles, resets, pace: 0.0 })
}

fn unix(at: SystemTime) -> i64 {
    let since = at.duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}
