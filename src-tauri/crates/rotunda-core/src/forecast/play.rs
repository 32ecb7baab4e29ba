//! The next days in steps: who serves, what is left, and when all are out.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::{
    Back, Beyond, Facts, HORIZON, Profile, Quota,
    demand::{Course, Demand, whole},
    is_there,
};
use crate::{
    affinity::Affinity,
    choice::{Candidate, Choice, Rules, select},
    profile::{Cooldown, CooldownCause, Kind, ProfileId, Standing, WindowKind},
};

/// Length of a step, in seconds.
const STEP: i64 = 10 * 60;
/// Less than this is nothing, in percent.
const NOTHING: f64 = 1e-6;
const HOUR: i64 = 3600;

/// The pool at one hour to come.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// When.
    pub at: i64,
    /// Mean of what the profiles have left, each of its tightest window, 0 to 100.
    pub left: f64,
    /// Whether all are out then.
    pub is_out: bool,
}

/// A window that starts afresh.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reset {
    /// When.
    pub at: i64,
    /// Whose.
    pub profile: ProfileId,
    /// Which window.
    pub window: WindowKind,
    /// Upstream named this time; else it follows from the use to expect.
    pub is_known: bool,
}

/// What came of playing.
#[derive(Debug, Default)]
pub(super) struct Played {
    pub(super) out: Option<i64>,
    pub(super) back: Option<Back>,
    pub(super) points: Vec<Point>,
    pub(super) resets: Vec<Reset>,
}

/// A profile while playing.
#[derive(Debug, Clone)]
struct Member {
    id: ProfileId,
    rank: u32,
    own_sign_in: bool,
    reserve_percent: Option<f64>,
    is_unlimited: bool,
    /// It rests until then, whatever its windows say.
    rests_until: i64,
    windows: Vec<Meter>,
}

/// A window while playing.
#[derive(Debug, Clone, Copy)]
struct Meter {
    quota: Quota,
    /// Percent for one unit of work.
    each: f64,
    /// Upstream named the time of its reset.
    is_known: bool,
}

/// Plays the pool.
#[derive(Debug, Clone)]
pub(super) struct Player {
    now: i64,
    rules: Rules,
    members: Vec<Member>,
}

impl Player {
    pub(super) fn new(facts: &Facts<'_>, demand: &Demand, rules: Rules) -> Self {
        let members = facts.profiles.iter().filter_map(|it| member(it, demand, facts.now));
        Self { now: facts.now, rules, members: members.collect() }
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    pub(super) fn is_out_now(&self) -> bool {
        self.is_out(self.now)
    }

    /// Who can serve first from now on.
    pub(super) fn back(&self) -> Option<Back> {
        self.first_back(self.now)
    }

    /// Plays up to the horizon, with a banked reset of a profile when all are out.
    pub(super) fn play(mut self, course: &Course, mut banked: Option<ProfileId>) -> Played {
        let mut played = Played::default();
        let mut at = self.now;
        while at < self.now + HORIZON {
            self.reset(at, &mut played.resets);
            if (at - self.now) % HOUR == 0 {
                played.points.push(self.point(at));
            }
            let work = course.at(at + STEP / 2) * whole(STEP) / whole(HOUR);
            let unserved = self.serve(work, at);
            let is_out = unserved > 0.0 || self.is_out(at);
            if is_out && let Some(profile) = banked.take_if(|_| played.out.is_none()) {
                self.redeem(profile, at);
                self.serve(unserved, at);
            } else if is_out && played.out.is_none() {
                let served = if work > 0.0 { (1.0 - unserved / work).clamp(0.0, 1.0) } else { 1.0 };
                #[expect(clippy::cast_possible_truncation, reason = "seconds of a step")]
                let until = at + (whole(STEP) * served) as i64;
                played.out = Some(until);
                played.back = self.first_back(until);
            }
            at += STEP;
        }
        played.resets.sort_by_key(|reset| (reset.at, reset.profile));
        played
    }

    /// Windows whose time has come are full again, and begin anew with their next use.
    fn reset(&mut self, at: i64, resets: &mut Vec<Reset>) {
        for member in &mut self.members {
            for meter in &mut member.windows {
                let Some(passed) = meter.quota.resets_at.filter(|it| *it <= at) else { continue };
                let (window, is_known) = (meter.quota.kind, meter.is_known);
                if passed > self.now {
                    resets.push(Reset { at: passed, profile: member.id, window, is_known });
                }
                (meter.quota.left, meter.quota.resets_at, meter.is_known) = (100.0, None, false);
            }
        }
    }

    /// Lets the profiles do some work, and gives what no profile could do.
    fn serve(&mut self, mut work: f64, at: i64) -> f64 {
        while work > NOTHING {
            let candidates: Vec<_> =
                self.members.iter().map(|member| member.candidate(at, &self.rules)).collect();
            let Choice::Use(id) = select(&candidates, Affinity::Free, &self.rules, time(at)) else {
                return work;
            };
            let Some(member) = self.members.iter_mut().find(|member| member.id == id) else {
                return work;
            };
            let taken = member.room(&self.rules).min(work);
            member.spend(taken, at);
            work -= taken;
        }
        0.0
    }

    fn redeem(&mut self, profile: ProfileId, at: i64) {
        let Some(member) = self.members.iter_mut().find(|it| it.id == profile) else { return };
        member.rests_until = member.rests_until.min(at);
        for meter in &mut member.windows {
            (meter.quota.left, meter.quota.resets_at, meter.is_known) = (100.0, None, false);
        }
    }

    fn is_out(&self, at: i64) -> bool {
        self.members.iter().all(|member| member.back_at(at) > at)
    }

    fn first_back(&self, at: i64) -> Option<Back> {
        let backs = self.members.iter().map(|it| Back { at: it.back_at(at), profile: it.id });
        let first = backs.min_by_key(|back| (back.at, back.profile))?;
        (first.at < i64::MAX).then_some(first)
    }

    fn point(&self, at: i64) -> Point {
        let sum: f64 = self.members.iter().map(Member::left).sum();
        let count = i64::try_from(self.members.len()).unwrap_or(1).max(1);
        Point { at, left: sum / whole(count), is_out: self.is_out(at) }
    }
}

/// A profile that counts; none when it cannot serve, or its quota is not known.
fn member(profile: &Profile, demand: &Demand, now: i64) -> Option<Member> {
    let is_plan = profile.kind == Kind::ChatGpt && profile.may_serve;
    if !is_plan || !is_there(profile.standing) || profile.windows.is_empty() {
        return None;
    }
    let rests_until = match profile.standing {
        Standing::Resting(rest) => seconds(rest.until),
        _ => now,
    };
    let cost = demand.cost(profile.id);
    let meter = |quota: &Quota| {
        let is_fresh = quota.resets_at.is_some_and(|at| at <= now);
        let (left, resets_at) =
            if is_fresh { (100.0, None) } else { (quota.left.clamp(0.0, 100.0), quota.resets_at) };
        let is_known = resets_at.is_some();
        // One that is used up has begun, also when upstream does not say when.
        let unnamed = (left <= NOTHING).then(|| now + quota.length);
        let quota = Quota { left, resets_at: resets_at.or(unnamed), ..*quota };
        Meter { quota, each: cost.of(quota.kind, quota.length), is_known }
    };
    Some(Member {
        id: profile.id,
        rank: profile.rank,
        own_sign_in: profile.own_sign_in,
        reserve_percent: profile.reserve_percent,
        is_unlimited: profile.beyond == Beyond::Unlimited,
        rests_until,
        windows: profile.windows.iter().map(meter).collect(),
    })
}

impl Member {
    /// What is left of its tightest window.
    fn left(&self) -> f64 {
        if self.is_unlimited {
            return 100.0;
        }
        self.windows.iter().map(|it| it.quota.left).fold(100.0, f64::min)
    }

    /// When it can serve, from `at` on; the end of time when that is not known.
    fn back_at(&self, at: i64) -> i64 {
        let out = self.windows.iter().filter(|it| it.quota.left <= NOTHING && !self.is_unlimited);
        let windows = out.map(|it| it.quota.resets_at.unwrap_or(i64::MAX));
        windows.fold(self.rests_until, i64::max).max(at)
    }

    fn candidate(&self, at: i64, rules: &Rules) -> Candidate {
        let until = self.back_at(at);
        let reserve = rules.reserve_of(self.reserve_percent);
        let left = if self.is_at(reserve) { self.left().min(reserve) } else { self.left() };
        let rest = Cooldown { until: time(until), cause: CooldownCause::Quota(None) };
        let week = self.windows.iter().find(|it| it.quota.kind == WindowKind::Week);
        Candidate {
            id: self.id,
            kind: Kind::ChatGpt,
            standing: if until > at { Standing::Resting(rest) } else { Standing::Ready },
            on_credits: None,
            left,
            week_resets_at: week.and_then(|it| it.quota.resets_at).map(time),
            in_flight: 0,
            rank: self.rank,
            own_sign_in: self.own_sign_in,
            reserve_percent: self.reserve_percent,
        }
    }

    /// Whether it has no more than its reserve left.
    fn is_at(&self, reserve: f64) -> bool {
        self.left() <= reserve + NOTHING
    }

    /// Work that it can do before it comes to its reserve, or to its end.
    fn room(&self, rules: &Rules) -> f64 {
        if self.is_unlimited {
            return f64::INFINITY;
        }
        let reserve = rules.reserve_of(self.reserve_percent);
        let above = if self.is_at(reserve) { 0.0 } else { reserve };
        let rooms = self.windows.iter().map(|it| (it.quota.left - above) / it.each);
        rooms.fold(f64::INFINITY, f64::min).max(0.0)
    }

    fn spend(&mut self, work: f64, at: i64) {
        for meter in &mut self.windows {
            meter.quota.left -= work * meter.each;
            if meter.quota.left <= NOTHING {
                meter.quota.left = 0.0;
            }
            // A window begins with its first use.
            meter.quota.resets_at.get_or_insert(at + meter.quota.length);
        }
    }
}

fn time(at: i64) -> SystemTime {
    let since = Duration::from_secs(u64::try_from(at).unwrap_or(0));
    UNIX_EPOCH.checked_add(since).unwrap_or(UNIX_EPOCH)
}

fn seconds(at: SystemTime) -> i64 {
    let since = at.duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}
