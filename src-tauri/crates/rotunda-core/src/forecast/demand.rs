//! How much is used, hour by hour: learned from what was left.
//!
//! The unit of work is one percent of a five-hour window of a plan of usual size.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Facts, HORIZON, Schedule,
    schedule::{hour_of_day, weekday},
};
use crate::profile::{ProfileId, WindowKind};

/// Older readings say nothing of the next days, in seconds.
pub const HISTORY: i64 = 28 * DAY;

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;
/// Readings further apart say nothing of the time between.
const LONGEST_GAP: i64 = 3 * DAY;
/// A share that rises by less has not started afresh: upstream rounds.
const ROUNDING: f64 = 2.0;
/// The pace of this time before now counts, in seconds,
const RECENT: i64 = 2 * HOUR;
/// and half as much after this.
const RECENT_HALVES: i64 = 2 * HOUR;
/// So many percent of a window have to be used before a ratio is learned from it.
const ENOUGH_USED: f64 = 100.0;
/// Share of the week that a whole five-hour window takes, until it is known. Plans are
/// such that a week is a few full windows; a week of seven is assumed.
const USUAL_WEEK: f64 = 1.0 / 7.0;
/// A day of the week with less than this share of the busiest one's work is free.
const FREE_DAY: f64 = 0.25;
/// Ways that are played. An odd number has a middle.
const COURSES: usize = 9;
/// Plans differ by no more than this.
const LARGEST_PLAN: f64 = 50.0;
const WEEK: f64 = 604_800.0;

/// A quota reading.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reading {
    /// Whose.
    pub profile: ProfileId,
    /// Of which window.
    pub window: WindowKind,
    /// When.
    pub at: i64,
    /// Share left, 0 to 100.
    pub left: f64,
}

/// Work in a stretch of time.
#[derive(Debug, Clone, Copy)]
struct Piece {
    from: i64,
    to: i64,
    work: f64,
}

/// What work costs one profile.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cost {
    /// Its plan in plans of usual size.
    pub(super) size: f64,
    /// Percent of the week for one percent of five hours.
    pub(super) week: f64,
}

impl Cost {
    /// Percent of a window for one unit of work.
    pub(super) fn of(self, kind: WindowKind, length: i64) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "seconds of a window")]
        let length = length.max(1) as f64;
        let share = match kind {
            WindowKind::FiveHours => 1.0,
            WindowKind::Week => self.week,
            WindowKind::Other => self.week * WEEK / length,
        };
        share / self.size
    }
}

/// One way in which the next days may go.
#[derive(Debug)]
pub(super) struct Course {
    /// When its first hour begins.
    from: i64,
    /// Work in each hour.
    work: Vec<f64>,
}

/// The use to expect.
#[derive(Debug)]
pub(super) struct Demand {
    now: i64,
    utc_offset: i64,
    schedule: Schedule,
    costs: BTreeMap<ProfileId, Cost>,
    usual: Cost,
    /// Work of each local hour that was observed.
    hours: BTreeMap<i64, f64>,
    /// Local days with readings.
    days: BTreeSet<i64>,
    /// Whether there is work on a day of the week.
    is_busy: [bool; 7],
    /// Work per hour more than usual just now.
    more: f64,
}

impl Demand {
    pub(super) fn learn(facts: &Facts<'_>) -> Self {
        let utc_offset = i64::from(facts.utc_offset);
        let mut lines: BTreeMap<(ProfileId, WindowKind), Vec<Reading>> = BTreeMap::new();
        let is_kept = |it: &&Reading| (facts.now - HISTORY..=facts.now).contains(&it.at);
        for reading in facts.history.iter().filter(is_kept) {
            lines.entry((reading.profile, reading.window)).or_default().push(*reading);
        }
        for line in lines.values_mut() {
            line.sort_by_key(|it| it.at);
        }
        let (costs, usual) = costs(facts, &lines);
        let all = lines.values().flatten();
        let days = all.map(|it| (it.at + utc_offset).div_euclid(DAY)).collect();
        let mut pieces = Vec::new();
        for (profile, kind) in primary(&lines) {
            let cost = costs.get(&profile).copied().unwrap_or(usual);
            let length = length_of(facts, profile, kind);
            let line = &lines[&(profile, kind)];
            let each = cost.of(kind, length);
            pieces.extend(used(line).map(|it| Piece { work: it.work / each, ..it }));
        }
        let mut learned = Self {
            now: facts.now,
            utc_offset,
            schedule: facts.schedule,
            costs,
            usual,
            hours: hours(&pieces, utc_offset),
            days,
            is_busy: [true; 7],
            more: 0.0,
        };
        for hour in all_out(&lines, utc_offset) {
            learned.hours.remove(&hour);
        }
        learned.is_busy = learned.busy_days();
        learned.more = learned.more_than_usual(&pieces);
        learned
    }

    /// Days with readings.
    pub(super) fn days(&self) -> u32 {
        u32::try_from(self.days.len()).unwrap_or(u32::MAX)
    }

    pub(super) fn cost(&self, profile: ProfileId) -> Cost {
        self.costs.get(&profile).copied().unwrap_or(self.usual)
    }

    /// Ways in which the next days may go, each like days that were.
    pub(super) fn courses(&self) -> Vec<Course> {
        (0..COURSES).map(|which| self.course(which)).collect()
    }

    /// Each day to come is like another past day: the same day of the week first, then
    /// others of its kind.
    fn course(&self, which: usize) -> Course {
        let first = (self.now + self.utc_offset).div_euclid(HOUR);
        let mut models: BTreeMap<i64, Option<i64>> = BTreeMap::new();
        let work = (first..=first + HORIZON / HOUR).map(|hour| {
            let at = hour * HOUR - self.utc_offset;
            let (day, of_day) = (hour.div_euclid(24), hour.rem_euclid(24));
            let like = *models.entry(day).or_insert_with(|| self.day_like(day, which));
            let known = like.and_then(|like| self.hours.get(&(like * 24 + of_day)).copied());
            let usual = match known {
                Some(work) if !self.schedule.is_off(at + self.utc_offset) => work,
                Some(_) => 0.0,
                None => self.usual_at(at),
            };
            (usual + self.more * fading(at - self.now)).max(0.0)
        });
        let (from, work) = (first * HOUR - self.utc_offset, work.collect());
        Course { from, work }
    }

    /// A past local day with readings that a day to come may be like.
    fn day_like(&self, day: i64, which: usize) -> Option<i64> {
        let of_week = weekday(day * DAY);
        let today = (self.now + self.utc_offset).div_euclid(DAY);
        let is_alike =
            |before: &&i64| self.is_busy[weekday(**before * DAY)] == self.is_busy[of_week];
        let mut alike: Vec<_> =
            self.days.iter().filter(|before| **before < today).filter(is_alike).copied().collect();
        alike.sort_by_key(|before| (weekday(before * DAY) != of_week, std::cmp::Reverse(*before)));
        (!alike.is_empty()).then(|| alike[which % alike.len()])
    }

    /// Work per hour that is usual at a time.
    fn usual_at(&self, at: i64) -> f64 {
        let local = at + self.utc_offset;
        if self.schedule.is_off(local) {
            return 0.0;
        }
        let day = weekday(local);
        let same_kind = |other: usize| self.is_busy[other] == self.is_busy[day];
        let (mut sum, mut weights) = (0.0, 0.0);
        for (hour, work) in &self.hours {
            let then = hour * HOUR;
            let apart = (hour_of_day(then) - hour_of_day(local)).rem_euclid(24);
            let near = match apart {
                0 => 1.0,
                1 | 23 => 0.25,
                _ => continue,
            };
            let other = weekday(then);
            let alike = match () {
                () if other == day => 2.0,
                () if same_kind(other) => 1.0,
                () => continue,
            };
            let weeks = (self.now + self.utc_offset - then).max(0) / (7 * DAY);
            let weight = near * alike / whole(1 + weeks);
            sum += weight * work;
            weights += weight;
        }
        if weights > 0.0 { sum / weights } else { 0.0 }
    }

    /// Days of the week with work: as the user says, else those with a fair share of it.
    fn busy_days(&self) -> [bool; 7] {
        if let Some(days) = self.schedule.days {
            return days.0;
        }
        let (mut sums, mut counts) = ([0.0; 7], [0_i64; 7]);
        for (hour, work) in &self.hours {
            let day = weekday(hour * HOUR);
            sums[day] += work;
            counts[day] += 1;
        }
        let mean = |day: usize| if counts[day] > 0 { sums[day] / whole(counts[day]) } else { 0.0 };
        let means: [f64; 7] = std::array::from_fn(mean);
        let most = means.iter().copied().fold(0.0, f64::max);
        // A day without a reading may be like any other.
        std::array::from_fn(|day| counts[day] == 0 || means[day] >= most * FREE_DAY)
    }

    /// Work per hour of the last hours, less what is usual for them.
    fn more_than_usual(&self, pieces: &[Piece]) -> f64 {
        let since = self.now - RECENT;
        let covered = pieces.iter().map(|piece| piece.to).max().unwrap_or(0).min(self.now);
        if covered <= since + HOUR / 2 {
            return 0.0;
        }
        let recent: f64 = pieces.iter().map(|piece| piece.within(since, covered)).sum();
        let usual = f64::midpoint(self.usual_at(since), self.usual_at(covered));
        recent * whole(HOUR) / whole(covered - since) - usual
    }
}

impl Course {
    /// Work per hour at a time.
    pub(super) fn at(&self, at: i64) -> f64 {
        let place = usize::try_from((at - self.from) / HOUR).unwrap_or(0);
        self.work.get(place).copied().unwrap_or(0.0)
    }
}

impl Piece {
    /// The part of its work between two times.
    fn within(&self, from: i64, to: i64) -> f64 {
        let shared = (self.to.min(to) - self.from.max(from)).max(0);
        self.work * whole(shared) / whole((self.to - self.from).max(1))
    }
}

/// What is left of a surplus after some seconds.
fn fading(seconds: i64) -> f64 {
    let mut share = 1.0;
    let mut rest = seconds.max(0);
    while rest >= RECENT_HALVES {
        share *= 0.5;
        rest -= RECENT_HALVES;
        if share < 0.001 {
            return 0.0;
        }
    }
    share * (1.0 - 0.5 * whole(rest) / whole(RECENT_HALVES))
}

type Lines = BTreeMap<(ProfileId, WindowKind), Vec<Reading>>;

/// The shortest window of each profile: its shares are the finest.
fn primary(lines: &Lines) -> impl Iterator<Item = (ProfileId, WindowKind)> {
    let mut seen = BTreeSet::new();
    lines.keys().copied().filter(move |(profile, _)| seen.insert(*profile))
}

fn length_of(facts: &Facts<'_>, profile: ProfileId, kind: WindowKind) -> i64 {
    let found = facts.profiles.iter().find(|it| it.id == profile);
    let window = found.and_then(|it| it.windows.iter().find(|it| it.kind == kind));
    window.map_or(30 * DAY, |window| window.length)
}

/// What went away between readings, in percent of their window.
fn used(line: &[Reading]) -> impl Iterator<Item = Piece> {
    line.windows(2).flat_map(|pair| {
        let [before, after] = pair else { return Vec::new() };
        let (from, to) = (before.at, after.at);
        if to <= from || to - from > LONGEST_GAP {
            return Vec::new();
        }
        let rise = after.left - before.left;
        if rise < ROUNDING {
            return vec![Piece { from, to, work: (-rise).max(0.0) }];
        }
        // It started afresh meanwhile: what is gone since went at the end, not in the night.
        let began = from.max(to - HOUR);
        let idle = Piece { from, to: began, work: 0.0 };
        vec![idle, Piece { from: began, to, work: 100.0 - after.left }]
    })
}

/// What work costs each profile, and one that is not known.
fn costs(facts: &Facts<'_>, lines: &Lines) -> (BTreeMap<ProfileId, Cost>, Cost) {
    let total = |profile, kind| -> f64 {
        lines.get(&(profile, kind)).map_or(0.0, |line| used(line).map(|it| it.work).sum())
    };
    let profiles: BTreeSet<_> = lines.keys().map(|(profile, _)| *profile).collect();
    let both = |id: ProfileId| {
        let is_read = lines.contains_key(&(id, WindowKind::Week));
        (total(id, WindowKind::FiveHours), if is_read { total(id, WindowKind::Week) } else { 0.0 })
    };
    let ratio = |(hours, week): (f64, f64)| {
        (hours >= ENOUGH_USED && week > 0.0).then(|| (week / hours).clamp(0.005, 1.0))
    };
    let sums = profiles.iter().map(|id| both(*id)).filter(|(_, week)| *week > 0.0);
    let sums = sums.fold((0.0, 0.0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
    let usual = Cost { size: 1.0, week: ratio(sums).unwrap_or(USUAL_WEEK) };
    let mut costs: BTreeMap<_, _> = profiles
        .iter()
        .map(|id| (*id, Cost { week: ratio(both(*id)).unwrap_or(usual.week), ..usual }))
        .collect();
    let sizes: Vec<_> = primary(lines)
        .filter_map(|(id, kind)| {
            let tokens = facts.tokens.iter().find(|it| it.profile == id)?.count;
            let work = total(id, kind) / costs[&id].of(kind, length_of(facts, id, kind));
            (work >= ENOUGH_USED && tokens > 0.0).then(|| (id, tokens / work))
        })
        .collect();
    let mut sorted: Vec<_> = sizes.iter().map(|(_, size)| *size).collect();
    sorted.sort_by(f64::total_cmp);
    // The smallest plan is the usual one: others are a multiple of it.
    let Some(one) = sorted.first().copied() else { return (costs, usual) };
    for (id, size) in sizes {
        if let Some(cost) = costs.get_mut(&id) {
            cost.size = (size / one).clamp(1.0, LARGEST_PLAN);
        }
    }
    (costs, usual)
}

/// Work of each local hour that some reading covers.
fn hours(pieces: &[Piece], utc_offset: i64) -> BTreeMap<i64, f64> {
    let mut hours = BTreeMap::new();
    for piece in pieces {
        let first = (piece.from + utc_offset).div_euclid(HOUR);
        let last = (piece.to + utc_offset - 1).div_euclid(HOUR);
        for hour in first..=last {
            let from = hour * HOUR - utc_offset;
            *hours.entry(hour).or_insert(0.0) += piece.within(from, from + HOUR);
        }
    }
    hours
}

/// Local hours in which every profile was out: what would have been used is not known.
fn all_out(lines: &Lines, utc_offset: i64) -> Vec<i64> {
    let mut out: BTreeMap<i64, BTreeSet<ProfileId>> = BTreeMap::new();
    let mut there = out.clone();
    for ((profile, _), line) in lines {
        for pair in line.windows(2) {
            let [before, after] = pair else { continue };
            if after.at - before.at > LONGEST_GAP {
                continue;
            }
            let first = (before.at + utc_offset).div_euclid(HOUR);
            let last = (after.at + utc_offset - 1).div_euclid(HOUR);
            let is_out = before.left <= 0.0 && after.left < ROUNDING;
            for hour in first..=last {
                there.entry(hour).or_default().insert(*profile);
                if is_out {
                    out.entry(hour).or_default().insert(*profile);
                }
            }
        }
    }
    out.retain(|hour, profiles| there.get(hour).is_some_and(|all| all.len() == profiles.len()));
    out.into_keys().collect()
}

#[expect(clippy::cast_precision_loss, reason = "counts and seconds of weeks")]
pub(super) const fn whole(number: i64) -> f64 {
    number as f64
}
