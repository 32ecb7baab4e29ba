//! Usage over time as the window draws it. Profiles are identified by their id.

use std::{
    collections::BTreeMap,
    time::{Duration, SystemTime},
};

use rotunda_core::{ProfileId, profile::WindowKind};
use rotunda_host::{
    clock::{from_unix, unix},
    store::{Reading, Store, StoreError, TokenCount, Turn, local_day},
    timezone::utc_offset,
};
use rotunda_text::format;
use serde::{Deserialize, Serialize};

const HOUR: i64 = 3600;
/// Hours covered; the last one is still running.
const HOURS: i64 = 24;
/// The client left: no failure.
const CLIENT_LEFT: u16 = 499;
/// Every profile was out.
const OUT: u16 = 429;
pub(crate) const DAY: Duration = Duration::from_secs(24 * 3600);
/// Nothing is kept longer.
pub const MOST_DAYS: u32 = 30;
/// Requests are listed for so long.
pub(crate) const LISTED: Duration = Duration::from_secs(7 * 24 * 3600);
/// More lines than this are not read.
pub const MOST_LINES: u32 = 1000;
/// Requests of a day that are looked at.
pub(crate) const MOST_TURNS: u32 = 50_000;

/// `history`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct HistoryView {
    /// What each profile had left.
    pub quota: Vec<QuotaLine>,
    /// Tokens of each profile and model, by local day.
    pub tokens: Vec<TokenLine>,
    /// The last 24 hours, oldest first, hours without a request too.
    pub hours: Vec<HourLine>,
}

/// One window of one profile over time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct QuotaLine {
    /// The profile's id.
    pub profile: String,
    /// `5h` or `week`.
    #[cfg_attr(feature = "typescript", ts(type = "Exclude<WindowKind, \"other\">"))]
    pub label: String,
    /// Oldest first.
    pub points: Vec<Point>,
}

/// One reading.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Point {
    /// When.
    pub at: i64,
    /// Share left, 0 to 100.
    pub left_percent: f64,
}

/// Tokens of one day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct TokenLine {
    /// The profile's id.
    pub profile: String,
    /// Which model; empty when none was named.
    pub model: String,
    /// `YYYY-MM-DD`, local.
    pub day: String,
    /// Read by the model.
    pub input: u64,
    /// Written by it.
    pub output: u64,
}

/// One hour of requests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct HourLine {
    /// When it began.
    pub at: i64,
    /// How many ended in it.
    pub requests: u64,
    /// Of these, how many took more than one try.
    pub retried: u64,
    /// Of these, how many failed for Codex.
    pub failed: u64,
    /// Who served them, by id.
    pub by_profile: Vec<Share>,
}

/// Requests of one profile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Share {
    /// The profile's id.
    pub profile: String,
    /// How many.
    pub requests: u64,
}

/// One line of `requests`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct RequestView {
    /// When it ended.
    pub at: i64,
    /// Who served it, by id.
    pub profile: String,
    /// The requested model.
    pub model: Option<String>,
    /// What Codex saw; 499 when it left.
    pub status: u16,
    /// From the request's last byte to the answer's first.
    pub first_byte_ms: Option<u64>,
    /// Tokens read, when the stream contained them.
    pub input: Option<u64>,
    /// Tokens written.
    pub output: Option<u64>,
}

/// Where the first of the hours covered begins.
pub(crate) fn first_hour(now: i64) -> i64 {
    now.div_euclid(HOUR) * HOUR - (HOURS - 1) * HOUR
}

/// What the store holds of the last days, as a command line reads it that may not write.
pub fn stored(store: &Store, days: u32, now: SystemTime) -> Result<HistoryView, StoreError> {
    let (since, now) = (earlier(now, DAY * days.clamp(1, MOST_DAYS)), unix(now));
    let since_day = local_day(since, utc_offset(from_unix(now))) + 1;
    let turns = store.turns(from_unix(first_hour(now)), MOST_TURNS)?;
    Ok(compose(store.readings(since)?, store.token_counts(since_day)?, &turns, now))
}

/// The newest requests in the store, newest first.
pub fn stored_requests(
    store: &Store,
    limit: u32,
    now: SystemTime,
) -> Result<Vec<RequestView>, StoreError> {
    let turns = store.turns(earlier(now, LISTED), limit.min(MOST_LINES))?;
    Ok(turns.iter().map(RequestView::of).collect())
}

pub(crate) fn earlier(now: SystemTime, by: Duration) -> SystemTime {
    now.checked_sub(by).unwrap_or(SystemTime::UNIX_EPOCH)
}

/// Puts the parts together; `turns` are those since [`first_hour`].
pub(crate) fn compose(
    readings: Vec<Reading>,
    tokens: Vec<TokenCount>,
    turns: &[Turn],
    now: i64,
) -> HistoryView {
    HistoryView {
        quota: quota(readings),
        tokens: tokens.into_iter().map(token_line).collect(),
        hours: hours(turns, now),
    }
}

fn quota(readings: Vec<Reading>) -> Vec<QuotaLine> {
    let mut lines: BTreeMap<(ProfileId, String), Vec<Point>> = BTreeMap::new();
    // Windows of other lengths are kept for the forecast alone.
    let drawn = readings.into_iter().filter(|it| it.window() != Some(WindowKind::Other));
    for Reading { profile, label, at, left } in drawn {
        let point = Point { at: unix(at), left_percent: left };
        lines.entry((profile, label)).or_default().push(point);
    }
    let line = |((profile, label), points): ((ProfileId, String), _)| QuotaLine {
        profile: profile.to_string(),
        label,
        points,
    };
    lines.into_iter().map(line).collect()
}

fn token_line(count: TokenCount) -> TokenLine {
    TokenLine {
        profile: count.profile.to_string(),
        model: count.model,
        day: format::day(count.day),
        input: count.tokens.input,
        output: count.tokens.output,
    }
}

fn hours(turns: &[Turn], now: i64) -> Vec<HourLine> {
    let first = first_hour(now);
    let empty = |at| HourLine { at, requests: 0, retried: 0, failed: 0, by_profile: Vec::new() };
    let mut hours: Vec<_> = (0..HOURS).map(|hour| empty(first + hour * HOUR)).collect();
    let mut shares: BTreeMap<(usize, ProfileId), u64> = BTreeMap::new();
    for turn in turns {
        let place = usize::try_from((unix(turn.at) - first).div_euclid(HOUR)).ok();
        let Some(place) = place.filter(|place| *place < hours.len()) else { continue };
        let hour = &mut hours[place];
        hour.requests += 1;
        hour.retried += u64::from(turn.attempts > 1);
        let failed = turn.status == OUT || (turn.status >= 500 && turn.status != CLIENT_LEFT);
        hour.failed += u64::from(failed);
        *shares.entry((place, turn.profile)).or_default() += 1;
    }
    for ((place, profile), requests) in shares {
        hours[place].by_profile.push(Share { profile: profile.to_string(), requests });
    }
    hours
}

impl RequestView {
    pub(crate) fn of(turn: &Turn) -> Self {
        let millis =
            |time: std::time::Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        Self {
            at: unix(turn.at),
            profile: turn.profile.to_string(),
            model: Some(turn.model.clone()).filter(|model| !model.is_empty()),
            status: turn.status,
            first_byte_ms: turn.first_byte.map(millis),
            input: turn.tokens.map(|tokens| tokens.input),
            output: turn.tokens.map(|tokens| tokens.output),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_795_254_600;

    fn turn(at: i64, profile: u64, status: u16, attempts: u32) -> Turn {
        let (profile, model) = (ProfileId(profile), "m".to_owned());
        let (first_byte, tokens) = (None, None);
        Turn {
            at: from_unix(at),
            utc_offset: 0,
            profile,
            model,
            status,
            attempts,
            first_byte,
            tokens,
            session: String::new(),
            project: String::new(),
            project_name: None,
        }
    }

    #[test]
    fn a_day_is_24_hours_with_the_running_one_last() {
        let turns = [
            turn(NOW, 1, 200, 1),
            turn(NOW - 60, 1, 200, 2),
            turn(NOW - 120, 2, 502, 1),
            turn(NOW - 180, 2, 499, 1),
            turn(NOW - 20 * HOUR, 2, 429, 1),
            turn(NOW - 24 * HOUR, 2, 200, 1),
        ];
        let hours = hours(&turns, NOW);
        assert_eq!(hours.len(), 24);
        let last = hours.last().unwrap();
        assert_eq!((last.requests, last.retried, last.failed), (4, 1, 1));
        let shares: Vec<_> = last.by_profile.iter().map(|share| share.requests).collect();
        assert_eq!((last.at, shares), (NOW / HOUR * HOUR, vec![2, 2]));
        assert_eq!((hours[3].requests, hours[3].failed), (1, 1));
        assert_eq!(
            hours.iter().map(|hour| hour.requests).sum::<u64>(),
            5,
            "older ones are left out"
        );
    }

    #[test]
    fn readings_become_a_line_per_window() {
        let reading = |profile, label: &str, at| Reading {
            profile: ProfileId(profile),
            label: label.to_owned(),
            at: from_unix(at),
            left: 50.0,
        };
        let lines = quota(vec![reading(1, "5h", 1), reading(1, "5h", 2), reading(1, "week", 1)]);
        let lengths: Vec<_> =
            lines.iter().map(|line| (line.label.as_str(), line.points.len())).collect();
        assert_eq!(lengths, [("5h", 2), ("week", 1)]);
    }
}
