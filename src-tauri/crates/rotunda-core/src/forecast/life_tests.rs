//! Generated lives: what people use, what their profiles have left, and what is read of it.
//!
//! This plays a pool in its own way, in other steps than the forecast does, so that an
//! error in one is not hidden by the other.

use std::time::{Duration, UNIX_EPOCH};

use super::{Beyond, Profile, Quota, Reading};
use crate::{
    affinity::Affinity,
    choice::{Candidate, Choice, Rules, select},
    profile::{Cooldown, CooldownCause, Kind, ProfileId, Standing, WindowKind},
};

pub(super) const MINUTE: i64 = 60;
pub(super) const HOUR: i64 = 3600;
pub(super) const DAY: i64 = 24 * HOUR;
/// A Monday, 00:00 UTC.
pub(super) const MONDAY: i64 = 1_794_787_200;
const STEP: i64 = 5 * MINUTE;
const FIVE_HOURS: i64 = 5 * HOUR;
const WEEK: i64 = 7 * DAY;
/// Full five-hour windows in a week of these plans.
const WINDOWS_A_WEEK: f64 = 6.0;

/// The working times of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Habit {
    /// About the same at each hour.
    Steady,
    /// Monday to Friday, 09:00 to 18:00, with a break at noon.
    Office,
    /// An hour or two at full speed, a few times a day.
    Bursts,
    /// Saturday and Sunday.
    Weekend,
    /// A batch each night from 01:00 on.
    NightBatch,
}

impl Habit {
    pub(super) const ALL: [Self; 5] =
        [Self::Steady, Self::Office, Self::Bursts, Self::Weekend, Self::NightBatch];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Steady => "steady, day and night",
            Self::Office => "office hours",
            Self::Bursts => "bursts",
            Self::Weekend => "weekends",
            Self::NightBatch => "a batch each night",
        }
    }

    /// Work per hour and profile, in percent of a five-hour window.
    fn pace(self, at: i64, is_burst: bool) -> f64 {
        let (day, hour) = (((at - MONDAY) / DAY).rem_euclid(7), at.rem_euclid(DAY) / HOUR);
        match self {
            Self::Steady => 4.0,
            Self::Office if day < 5 && (9..18).contains(&hour) && hour != 12 => 17.0,
            Self::Bursts if is_burst => 45.0,
            Self::Weekend if day >= 5 && (10..22).contains(&hour) => 26.0,
            Self::NightBatch if (1..4).contains(&hour) => 38.0,
            Self::Office | Self::Bursts | Self::Weekend | Self::NightBatch => 0.0,
        }
    }
}

/// Numbers that look random and are the same each time.
#[derive(Debug)]
struct Dice(u64);

impl Dice {
    /// From 0 to 1.
    fn share(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        f64::from(u32::try_from(self.0 >> 40).unwrap_or(0)) / f64::from(1_u32 << 24)
    }
}

/// A pool at one moment.
#[derive(Debug, Clone)]
pub(super) struct Moment {
    pub(super) at: i64,
    pub(super) profiles: Vec<Profile>,
}

/// A whole life.
#[derive(Debug)]
pub(super) struct Life {
    pub(super) readings: Vec<Reading>,
    /// At each hour.
    pub(super) moments: Vec<Moment>,
    /// When all profiles were out: from, until.
    pub(super) outages: Vec<(i64, i64)>,
}

/// Lives for some days with so many profiles.
pub(super) fn live(habit: Habit, count: u32, days: i64, seed: u64) -> Life {
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15 ^ (seed << 8) ^ u64::from(count));
    let mut profiles: Vec<_> = (1..=count).map(fresh).collect();
    let mut life = Life { readings: Vec::new(), moments: Vec::new(), outages: Vec::new() };
    let (mut of_day, mut of_hour, mut burst_until) = (1.0, 1.0, 0);
    let mut out_since = None;
    let mut at = MONDAY;
    while at < MONDAY + days * DAY {
        if at % DAY == 0 {
            of_day = 0.75 + dice.share() / 2.0;
        }
        if at % HOUR == 0 {
            of_hour = 0.5 + dice.share();
            let is_day = (8..23).contains(&(at % DAY / HOUR));
            if at >= burst_until && is_day && dice.share() < 0.12 {
                burst_until = at + HOUR + if dice.share() < 0.5 { HOUR } else { 0 };
            }
        }
        for profile in &mut profiles {
            reset(profile, at);
        }
        let pace = habit.pace(at, at < burst_until) * f64::from(count);
        let work = pace * of_day * of_hour * seconds(STEP) / seconds(HOUR);
        serve(&mut profiles, work, at);
        let is_out = profiles.iter().all(|it| left(it) <= 0.0);
        match (is_out, out_since) {
            (true, None) => out_since = Some(at),
            (false, Some(since)) => {
                life.outages.push((since, at));
                out_since = None;
            }
            _ => {}
        }
        if at % (15 * MINUTE) == 0 {
            life.readings.extend(profiles.iter().flat_map(|profile| readings(profile, at)));
        }
        if at % HOUR == 0 {
            life.moments.push(Moment { at, profiles: profiles.clone() });
        }
        at += STEP;
    }
    life
}

/// What is kept at some time: each quarter of an hour for two days, then one an hour.
pub(super) fn kept(readings: &[Reading], now: i64) -> Vec<Reading> {
    let is_kept = |it: &&Reading| it.at <= now && (it.at > now - 2 * DAY || it.at % HOUR == 2700);
    readings.iter().filter(is_kept).copied().collect()
}

pub(super) fn fresh(number: u32) -> Profile {
    let window = |kind, length| Quota { kind, length, left: 100.0, resets_at: None };
    Profile {
        id: ProfileId(u64::from(number)),
        kind: Kind::ChatGpt,
        standing: Standing::Ready,
        may_serve: true,
        rank: number,
        own_sign_in: false,
        reserve_percent: None,
        windows: vec![window(WindowKind::FiveHours, FIVE_HOURS), window(WindowKind::Week, WEEK)],
        beyond: Beyond::Nothing,
        banked: 0,
    }
}

fn readings(profile: &Profile, at: i64) -> impl Iterator<Item = Reading> {
    let id = profile.id;
    // Upstream names whole percents.
    profile.windows.iter().map(move |window| Reading {
        profile: id,
        window: window.kind,
        at,
        left: window.left.round(),
    })
}

fn reset(profile: &mut Profile, at: i64) {
    for window in &mut profile.windows {
        if window.resets_at.is_some_and(|reset| reset <= at) {
            (window.left, window.resets_at) = (100.0, None);
        }
    }
}

fn left(profile: &Profile) -> f64 {
    profile.windows.iter().map(|window| window.left).fold(100.0, f64::min)
}

fn serve(profiles: &mut [Profile], mut work: f64, at: i64) {
    while work > 1e-9 {
        let candidates: Vec<_> = profiles.iter().map(candidate).collect();
        let now = UNIX_EPOCH + Duration::from_secs(at.unsigned_abs());
        let Choice::Use(id) = select(&candidates, Affinity::Free, &Rules::default(), now) else {
            return;
        };
        let Some(profile) = profiles.iter_mut().find(|it| it.id == id) else { return };
        // A turn is served whole: it may take a window a little below nothing.
        let turn = work.min(0.5);
        for window in &mut profile.windows {
            let share = if window.kind == WindowKind::Week { 1.0 / WINDOWS_A_WEEK } else { 1.0 };
            window.left = (window.left - turn * share).max(0.0);
            window.resets_at.get_or_insert(at + window.length);
        }
        work -= turn;
    }
}

fn candidate(profile: &Profile) -> Candidate {
    let out = profile.windows.iter().filter(|window| window.left <= 0.0);
    let until = out.filter_map(|window| window.resets_at).max();
    let time = |at: i64| UNIX_EPOCH + Duration::from_secs(at.unsigned_abs());
    let rest = |at| Cooldown { until: time(at), cause: CooldownCause::Quota(None) };
    let week = profile.windows.iter().find(|window| window.kind == WindowKind::Week);
    Candidate {
        id: profile.id,
        kind: profile.kind,
        standing: until.map_or(Standing::Ready, |at| Standing::Resting(rest(at))),
        on_credits: None,
        left: left(profile),
        week_resets_at: week.and_then(|window| window.resets_at).map(time),
        in_flight: 0,
        rank: profile.rank,
        own_sign_in: false,
        reserve_percent: None,
    }
}

#[expect(clippy::cast_precision_loss, reason = "seconds of an hour")]
fn seconds(number: i64) -> f64 {
    number as f64
}
