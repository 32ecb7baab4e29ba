//! Numbers and times as the user reads them: in the tray, in notifications, in
//! the window and on the command line alike, in the language of the reader.
//!
//! Nothing promises too much: what is left is rounded down, and how long it
//! takes is rounded up.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::{Locale, Localize, Message, message};

/// At or below this share, in percent, a profile counts as low.
pub const LOW: f64 = 20.0;

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// `62% left`, `<1% left`, `Out`.
pub fn left(percent: f64, locale: Locale) -> String {
    let text = if percent > 0.0 {
        message!("number-left", share = share(percent))
    } else {
        message!("number-out")
    };
    text.to(locale)
}

/// The same, and whether that is little: `Low, 8% left`.
pub fn left_or_low(percent: f64, locale: Locale) -> String {
    let text = left(percent, locale);
    if is_low(percent) { message!("number-low", left = text).to(locale) } else { text }
}

/// `62%`, `<1%`, `0%`: the number alone.
pub fn share(percent: f64) -> String {
    match percent {
        p if p >= 100.0 => "100%".to_owned(),
        p if p >= 1.0 => format!("{}%", p.floor()),
        p if p > 0.0 => "<1%".to_owned(),
        _ => "0%".to_owned(),
    }
}

/// Whether little is left, but something.
pub fn is_low(percent: f64) -> bool {
    percent > 0.0 && percent <= LOW
}

/// `2h 13m`, `12m`, `2h`, `3d 20h`: rounded up to the smaller unit; `now` for
/// nothing at all.
pub fn resets_in(remaining: Duration, locale: Locale) -> String {
    span(remaining).to(locale)
}

/// `resets in 2h 13m`, `resets now`.
pub fn resets(remaining: Duration, locale: Locale) -> String {
    if remaining.is_zero() {
        return message!("reset-now").to(locale);
    }
    message!("reset-in", span = span(remaining)).to(locale)
}

/// At most two units, rounded up to the smaller one.
fn span(remaining: Duration) -> Message {
    let minutes = whole_up(remaining, MINUTE);
    if minutes == 0 {
        return message!("span-none");
    }
    if minutes < 24 * 60 {
        return match (minutes / 60, minutes % 60) {
            (0, minutes) => message!("span-minutes", minutes = minutes),
            (hours, 0) => message!("span-hours", hours = hours),
            (hours, minutes) => {
                message!("span-hours-minutes", hours = hours, minutes = minutes)
            }
        };
    }
    let hours = whole_up(remaining, HOUR);
    match (hours / 24, hours % 24) {
        (days, 0) => message!("span-days", days = days),
        (days, hours) => message!("span-days-hours", days = days, hours = hours),
    }
}

/// `at 14:05`, `tomorrow at 09:10`, `Fri 09:10` within six days, else
/// `10 Jul 09:10`. Seconds are rounded up, so that the time is never too early.
pub fn at(at: SystemTime, locale: Locale) -> String {
    let local = Local::of(at, locale);
    if local.days_ahead == 0 {
        return message!("time-at-today", clock = local.clock).to(locale);
    }
    local.message().to(locale)
}

/// What follows "until": `14:05`, `tomorrow at 09:10`, `Fri 09:10`.
pub fn until(at: SystemTime, locale: Locale) -> String {
    Local::of(at, locale).message().to(locale)
}

/// A time on the reader's clock.
struct Local {
    /// Since 1970.
    day: i64,
    /// From the reader's today.
    days_ahead: i64,
    /// Such as `14:05`.
    clock: String,
}

impl Local {
    fn of(at: SystemTime, locale: Locale) -> Self {
        let (day, minute) = local(at, locale.utc_offset, true);
        let (today, _) = local(locale.now, locale.utc_offset, false);
        let clock = format!("{:02}:{:02}", minute / 60, minute % 60);
        Self { day, days_ahead: day - today, clock }
    }
}

impl Localize for Local {
    fn message(&self) -> Message {
        let clock = &self.clock;
        match self.days_ahead {
            0 => message!("time-today", clock = clock),
            1 => message!("time-tomorrow", clock = clock),
            2..=6 => message!("time-weekday", weekday = weekday(self.day), clock = clock),
            _ => {
                let (month, day) = month_and_day(self.day);
                message!("time-date", month = month, day = day, clock = clock)
            }
        }
    }
}

/// `updated just now`, `updated 4m ago`; `last known` when older than three
/// refreshes.
pub fn updated(age: Duration, refresh: Duration, locale: Locale) -> String {
    let seconds = age.as_secs();
    let text = match seconds {
        _ if age > refresh.saturating_mul(3) => message!("updated-long-ago"),
        0..MINUTE => message!("updated-now"),
        MINUTE..HOUR => message!("updated-minutes", minutes = seconds / MINUTE),
        HOUR..DAY => message!("updated-hours", hours = seconds / HOUR),
        _ => message!("updated-days", days = seconds / DAY),
    };
    text.to(locale)
}

/// `20261121T010203Z`: UTC, for names of files that sort by date.
pub fn stamp(at: SystemTime) -> String {
    let seconds = at.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let (year, month, day) = civil(i64::try_from(seconds / DAY).unwrap_or(0));
    let (hour, minute, second) = (seconds % DAY / HOUR, seconds % HOUR / MINUTE, seconds % MINUTE);
    format!("{year:04}{month:02}{day:02}T{hour:02}{minute:02}{second:02}Z")
}

/// `2026-11-21`: a day since 1970.
pub fn day(day: i64) -> String {
    let (year, month, day) = civil(day);
    format!("{year:04}-{month:02}-{day:02}")
}

/// How often `unit` seconds fit, the last part counted whole.
fn whole_up(duration: Duration, unit: u64) -> u64 {
    let started = u64::from(duration.subsec_nanos() > 0);
    duration.as_secs().saturating_add(started).div_ceil(unit)
}

/// Rounded up to the minute, as clocks are shown.
pub(crate) fn minute(at: SystemTime) -> SystemTime {
    let minutes = whole_up(at.duration_since(UNIX_EPOCH).unwrap_or_default(), MINUTE);
    let whole = Duration::from_secs(minutes.saturating_mul(MINUTE));
    UNIX_EPOCH.checked_add(whole).unwrap_or(at)
}

/// Local days since 1970 and minutes since midnight.
fn local(at: SystemTime, utc_offset: i32, round_up: bool) -> (i64, i64) {
    let since = at.duration_since(UNIX_EPOCH).unwrap_or_default();
    let minutes = if round_up { whole_up(since, MINUTE) } else { since.as_secs() / MINUTE };
    let minutes = i64::try_from(minutes).unwrap_or(i64::MAX / 2) + i64::from(utc_offset) / 60;
    (minutes.div_euclid(24 * 60), minutes.rem_euclid(24 * 60))
}

/// From 1, a Monday, to 7; 1970 began on a Thursday.
fn weekday(day: i64) -> u64 {
    (day + 3).rem_euclid(7).unsigned_abs() + 1
}

/// The month from 1, and its day.
fn month_and_day(day: i64) -> (u64, u64) {
    let (_, month, day) = civil(day);
    (month.unsigned_abs(), day.unsigned_abs())
}

/// Year, month and day of a day since 1970. Counts in years that begin in
/// March, so that the leap day is the last of its year and months follow a
/// fixed pattern of lengths.
fn civil(day: i64) -> (i64, i64, i64) {
    const DAYS_IN_400_YEARS: i64 = 146_097;
    /// From 1 March of the year 0 to 1 January 1970.
    const MARCH_0_TO_1970: i64 = 719_468;
    /// Until the year 10 183: a day from outside cannot overflow.
    const LAST_DAY: i64 = 3_000_000;
    let since = day.clamp(-MARCH_0_TO_1970, LAST_DAY) + MARCH_0_TO_1970;
    let (era, day) = (since.div_euclid(DAYS_IN_400_YEARS), since.rem_euclid(DAYS_IN_400_YEARS));
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day_of_year = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day_of_month = day_of_year - (153 * month + 2) / 5 + 1;
    let in_next_year = i64::from(month >= 10);
    (era * 400 + year + in_next_year, month + 3 - 12 * in_next_year, day_of_month)
}

#[cfg(test)]
#[path = "format_tests.rs"]
mod tests;
