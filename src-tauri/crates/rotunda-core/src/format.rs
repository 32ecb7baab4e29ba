//! Numbers and times as the user reads them: in the tray, in notifications, in
//! the window and on the command line alike.
//!
//! Nothing promises too much: what is left is rounded down, and how long it
//! takes is rounded up.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// At or below this share, in percent, a profile counts as low.
pub const LOW: f64 = 20.0;

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// `62% left`, `<1% left`, `Out`.
pub fn left(percent: f64) -> String {
    if percent > 0.0 { format!("{} left", share(percent)) } else { "Out".to_owned() }
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
pub fn resets_in(remaining: Duration) -> String {
    let up = |unit: u64| whole_up(remaining, unit);
    if up(MINUTE) >= 24 * 60 {
        return two(up(HOUR) / 24, "d", up(HOUR) % 24, "h");
    }
    match up(MINUTE) {
        0 => "now".to_owned(),
        minutes => two(minutes / 60, "h", minutes % 60, "m"),
    }
}

/// `resets in 2h 13m`, `resets now`.
pub fn resets(remaining: Duration) -> String {
    if remaining.is_zero() {
        return "resets now".to_owned();
    }
    format!("resets in {}", resets_in(remaining))
}

/// `at 14:05`, `tomorrow at 09:10`, `Fri 09:10` within six days, else
/// `10 Jul 09:10`. `utc_offset` is what local clocks are ahead of UTC, in
/// seconds. Seconds are rounded up: nobody is sent back too early.
pub fn at(at: SystemTime, now: SystemTime, utc_offset: i32) -> String {
    let (day, minute) = local(at, utc_offset, true);
    let (today, _) = local(now, utc_offset, false);
    let clock = format!("{:02}:{:02}", minute / 60, minute % 60);
    match day - today {
        0 => format!("at {clock}"),
        1 => format!("tomorrow at {clock}"),
        2..=6 => format!("{} {clock}", weekday(day)),
        _ => format!("{} {clock}", date(day)),
    }
}

/// `updated just now`, `updated 4m ago`; `last known` when older than three
/// refreshes.
pub fn updated(age: Duration, refresh: Duration) -> String {
    let seconds = age.as_secs();
    if age > refresh.saturating_mul(3) {
        return "last known".to_owned();
    }
    match seconds {
        0..MINUTE => "updated just now".to_owned(),
        MINUTE..HOUR => format!("updated {}m ago", seconds / MINUTE),
        HOUR..DAY => format!("updated {}h ago", seconds / HOUR),
        _ => format!("updated {}d ago", seconds / DAY),
    }
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

/// A name of at most `most` characters, cut in the middle: the ends tell names
/// apart.
pub fn cut(name: &str, most: usize) -> String {
    let length = name.chars().count();
    if length <= most {
        return name.to_owned();
    }
    let kept = most.saturating_sub(1);
    let (head, tail) = (kept - kept / 2, kept / 2);
    let start = name.chars().take(head);
    let end = name.chars().skip(length - tail);
    start.chain(std::iter::once('…').take(most.min(1))).chain(end).collect()
}

/// How often `unit` seconds fit, the last part counted whole.
fn whole_up(duration: Duration, unit: u64) -> u64 {
    let started = u64::from(duration.subsec_nanos() > 0);
    duration.as_secs().saturating_add(started).div_ceil(unit)
}

fn two(large: u64, large_unit: &str, small: u64, small_unit: &str) -> String {
    match (large, small) {
        (0, small) => format!("{small}{small_unit}"),
        (large, 0) => format!("{large}{large_unit}"),
        (large, small) => format!("{large}{large_unit} {small}{small_unit}"),
    }
}

/// Local days since 1970 and minutes since midnight.
fn local(at: SystemTime, utc_offset: i32, round_up: bool) -> (i64, i64) {
    let since = at.duration_since(UNIX_EPOCH).unwrap_or_default();
    let minutes = if round_up { whole_up(since, MINUTE) } else { since.as_secs() / MINUTE };
    let minutes = i64::try_from(minutes).unwrap_or(i64::MAX / 2) + i64::from(utc_offset) / 60;
    (minutes.div_euclid(24 * 60), minutes.rem_euclid(24 * 60))
}

/// 1970 began on a Thursday.
fn weekday(day: i64) -> &'static str {
    match day.rem_euclid(7) {
        0 => "Thu",
        1 => "Fri",
        2 => "Sat",
        3 => "Sun",
        4 => "Mon",
        5 => "Tue",
        _ => "Wed",
    }
}

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// `10 Jul`.
fn date(day: i64) -> String {
    let (_, month, day) = civil(day);
    let name = usize::try_from(month - 1).ok().and_then(|month| MONTHS.get(month));
    format!("{day} {}", name.unwrap_or(&""))
}

/// Year, month and day of a day since 1970. Counts in years that begin in
/// March, so that the leap day is the last of its year and months follow a
/// fixed pattern of lengths.
fn civil(day: i64) -> (i64, i64, i64) {
    const DAYS_IN_400_YEARS: i64 = 146_097;
    /// From 1 March of the year 0 to 1 January 1970.
    const MARCH_0_TO_1970: i64 = 719_468;
    let since = day + MARCH_0_TO_1970;
    let (era, day) = (since.div_euclid(DAYS_IN_400_YEARS), since.rem_euclid(DAYS_IN_400_YEARS));
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day_of_year = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day_of_month = day_of_year - (153 * month + 2) / 5 + 1;
    let in_next_year = i64::from(month >= 10);
    (era * 400 + year + in_next_year, month + 3 - 12 * in_next_year, day_of_month)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn left_is_rounded_down_and_out_means_nothing_at_all() {
        for (percent, expected) in [
            (100.0, "100% left"),
            (99.9, "99% left"),
            (62.0, "62% left"),
            (1.0, "1% left"),
            (0.999, "<1% left"),
            (0.000_1, "<1% left"),
            (0.0, "Out"),
            (-3.0, "Out"),
            (f64::NAN, "Out"),
        ] {
            assert_eq!(left(percent), expected);
        }
        assert_eq!((share(44.4), share(0.0)), ("44%".to_owned(), "0%".to_owned()));
        assert!(is_low(20.0) && is_low(0.5) && !is_low(20.1) && !is_low(0.0));
    }

    #[test]
    fn time_to_a_reset_is_rounded_up() {
        for (seconds, expected) in [
            (0, "now"),
            (1, "1m"),
            (60, "1m"),
            (61, "2m"),
            (12 * 60, "12m"),
            (3541, "1h"),
            (2 * 3600, "2h"),
            (2 * 3600 + 12 * 60 + 1, "2h 13m"),
            (86_340, "23h 59m"),
            (86_341, "1d"),
            (86_400, "1d"),
            (3 * 86_400 + 19 * 3600 + 1, "3d 20h"),
            (4 * 86_400 - 1, "4d"),
        ] {
            assert_eq!(resets_in(Duration::from_secs(seconds)), expected, "{seconds}");
        }
        assert_eq!(resets_in(Duration::from_millis(1)), "1m");
        assert_eq!(resets(Duration::from_secs(720)), "resets in 12m");
        assert_eq!(resets(Duration::ZERO), "resets now");
    }

    /// 2026-07-08 (a Wednesday), 13:00:30 UTC.
    const NOW: u64 = 1_783_515_630;

    #[track_caller]
    fn shown(seconds: u64, utc_offset: i32, expected: &str) {
        let time = |seconds| UNIX_EPOCH + Duration::from_secs(seconds);
        assert_eq!(at(time(seconds), time(NOW), utc_offset), expected);
    }

    #[test]
    fn a_time_is_told_as_near_as_it_is() {
        shown(NOW, 0, "at 13:01");
        shown(NOW + 3870, 0, "at 14:05");
        shown(NOW + 3871, 0, "at 14:06");
        shown(NOW + 20 * HOUR + 570, 0, "tomorrow at 09:10");
        shown(NOW + 44 * HOUR + 570, 0, "Fri 09:10");
        shown(NOW + 6 * DAY, 0, "Tue 13:01");
        shown(NOW + 7 * DAY, 0, "15 Jul 13:01");
        shown(NOW - DAY, 0, "7 Jul 13:01");
    }

    #[test]
    fn local_clocks_decide_what_tomorrow_is() {
        shown(NOW, 2 * 3600, "at 15:01");
        shown(NOW + 9 * HOUR, 2 * 3600, "tomorrow at 00:01");
        shown(NOW + 9 * HOUR, -8 * 3600, "at 14:01");
        shown(NOW, 5 * 3600 + 45 * 60, "at 18:46");
        shown(NOW - 12 * HOUR, -3600 * 8, "7 Jul 17:01");
    }

    #[test]
    fn dates_follow_the_calendar() {
        for (day, expected) in [
            (0, "1 Jan"),
            (58, "28 Feb"),
            (59, "1 Mar"),
            (11_016, "29 Feb"),
            (11_017, "1 Mar"),
            (19_782, "29 Feb"),
            (20_818, "31 Dec"),
            (20_819, "1 Jan"),
            (47_540, "28 Feb"),
            (47_541, "1 Mar"),
        ] {
            assert_eq!(date(day), expected, "{day}");
        }
        let stamped = |seconds| stamp(UNIX_EPOCH + Duration::from_secs(seconds));
        assert_eq!(day(20_818), "2026-12-31");
        assert_eq!(stamped(0), "19700101T000000Z");
        assert_eq!(stamped(NOW), "20260708T130030Z");
        assert_eq!(stamped(20_818 * DAY + DAY - 1), "20261231T235959Z");
        assert_eq!(stamped(11_016 * DAY), "20000229T000000Z");
        assert_eq!((weekday(0), weekday(20_643)), ("Thu", "Thu"));
    }

    #[test]
    fn an_age_is_told_until_it_means_little() {
        let minutes = |minutes: u64| Duration::from_secs(minutes * MINUTE);
        assert_eq!(updated(Duration::from_secs(59), minutes(5)), "updated just now");
        assert_eq!(updated(minutes(4), minutes(5)), "updated 4m ago");
        assert_eq!(updated(minutes(15), minutes(5)), "updated 15m ago");
        assert_eq!(updated(minutes(16), minutes(5)), "last known");
        assert_eq!(updated(minutes(70), minutes(30)), "updated 1h ago");
        assert_eq!(updated(minutes(60 * 49), minutes(6000)), "updated 2d ago");
    }

    #[test]
    fn a_long_name_loses_its_middle() {
        assert_eq!(cut("work", 4), "work");
        assert_eq!(cut("workshop", 5), "wo…op");
        assert_eq!(cut("workshop", 6), "wor…op");
        assert_eq!(cut("büro-münchen", 7), "bür…hen");
        assert_eq!((cut("work", 1), cut("work", 0)), ("…".to_owned(), String::new()));
    }

    proptest! {
        #[test]
        fn a_cut_name_fits(name in ".{0,60}", most in 0usize..50) {
            prop_assert!(cut(&name, most).chars().count() <= most.max(name.chars().count().min(most)));
        }

        #[test]
        fn any_time_can_be_told(seconds in 0u64..1 << 60, now in 0u64..1 << 60, offset in -86_400i32..86_400) {
            let Some(then) = UNIX_EPOCH.checked_add(Duration::from_secs(seconds)) else { return Ok(()) };
            let Some(now) = UNIX_EPOCH.checked_add(Duration::from_secs(now)) else { return Ok(()) };
            prop_assert!(at(then, now, offset).contains(':'));
        }

        #[test]
        fn a_week_of_dates_never_skips(day in 0i64..80_000) {
            let number = |day| date(day).split(' ').next().unwrap_or_default().parse::<i64>().unwrap();
            let (one, next) = (number(day), number(day + 1));
            prop_assert!(next == one + 1 || (next == 1 && one >= 28));
        }
    }
}
