//! Numbers and times as the user reads them: in the tray, in notifications, in
//! the window and on the command line alike, in the reader's language.
//!
//! Nothing promises too much: what is left is rounded down, and how long it
//! takes is rounded up.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::words::{Age, Day, Measure, Reader, Span, Words};

/// At or below this share, in percent, a profile counts as low.
pub const LOW: f64 = 20.0;

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// `62% left`, `<1% left`, `Out`.
pub fn left(percent: f64, reader: Reader) -> String {
    if percent > 0.0 { Measure::Left(share(percent)) } else { Measure::Out }.to(reader)
}

/// The same, and whether that is little: `Low, 8% left`.
pub fn left_or_low(percent: f64, reader: Reader) -> String {
    let text = left(percent, reader);
    if is_low(percent) { Measure::Low(text).to(reader) } else { text }
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
pub fn resets_in(remaining: Duration, reader: Reader) -> String {
    Measure::Span(span(remaining)).to(reader)
}

/// `resets in 2h 13m`, `resets now`.
pub fn resets(remaining: Duration, reader: Reader) -> String {
    Measure::Resets(span(remaining)).to(reader)
}

fn span(remaining: Duration) -> Span {
    let (minutes, hours) = (whole_up(remaining, MINUTE), whole_up(remaining, HOUR));
    match minutes {
        0 => Span::None,
        minutes if minutes < 24 * 60 => Span::Hours(minutes / 60, minutes % 60),
        _ => Span::Days(hours / 24, hours % 24),
    }
}

/// `at 14:05`, `tomorrow at 09:10`, `Fri 09:10` within six days, else
/// `10 Jul 09:10`. Seconds are rounded up: nobody is sent back too early.
pub fn at(at: SystemTime, reader: Reader) -> String {
    let (day, clock) = day_and_clock(at, reader);
    Measure::At(day, clock).to(reader)
}

/// What follows "until": `14:05`, `tomorrow at 09:10`, `Fri 09:10`.
pub fn until(at: SystemTime, reader: Reader) -> String {
    let (day, clock) = day_and_clock(at, reader);
    Measure::Until(day, clock).to(reader)
}

fn day_and_clock(at: SystemTime, reader: Reader) -> (Day, String) {
    let (day, minute) = local(at, reader.utc_offset, true);
    let (today, _) = local(reader.now, reader.utc_offset, false);
    let day = match day - today {
        0 => Day::Today,
        1 => Day::Tomorrow,
        2..=6 => weekday(day),
        _ => date(day),
    };
    (day, format!("{:02}:{:02}", minute / 60, minute % 60))
}

/// `updated just now`, `updated 4m ago`; `last known` when older than three
/// refreshes.
pub fn updated(age: Duration, refresh: Duration, reader: Reader) -> String {
    let seconds = age.as_secs();
    let age = match seconds {
        _ if age > refresh.saturating_mul(3) => Age::LastKnown,
        0..MINUTE => Age::JustNow,
        MINUTE..HOUR => Age::Minutes(seconds / MINUTE),
        HOUR..DAY => Age::Hours(seconds / HOUR),
        _ => Age::Days(seconds / DAY),
    };
    Measure::Updated(age).to(reader)
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

/// A name of at most `most` columns, cut in the middle: the ends tell names
/// apart.
pub fn cut(name: &str, most: usize) -> String {
    if columns(name) <= most {
        return name.to_owned();
    }
    let kept = most.saturating_sub(1);
    let (head, tail) = (kept - kept / 2, kept / 2);
    let start = fitting(name.chars(), head);
    let end: Vec<_> = fitting(name.chars().rev(), tail).collect();
    start.chain(std::iter::once('…').take(most.min(1))).chain(end.into_iter().rev()).collect()
}

/// The first characters, as many as fit into so many columns.
fn fitting(letters: impl Iterator<Item = char>, columns: usize) -> impl Iterator<Item = char> {
    let mut taken = 0;
    letters.take_while(move |letter| {
        taken += width(*letter);
        taken <= columns
    })
}

/// How wide a text is, in columns: a Chinese character takes two.
pub fn columns(text: &str) -> usize {
    text.chars().map(width).sum()
}

/// Of one character, by the blocks that East Asian scripts are written in.
fn width(letter: char) -> usize {
    match letter {
        '\u{1100}'..='\u{115f}'
        | '\u{2e80}'..='\u{a4cf}'
        | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}'
        | '\u{fe30}'..='\u{fe6f}'
        | '\u{ff00}'..='\u{ff60}'
        | '\u{ffe0}'..='\u{ffe6}'
        | '\u{1f300}'..='\u{1faff}'
        | '\u{20000}'..='\u{3fffd}' => 2,
        _ => 1,
    }
}

/// How often `unit` seconds fit, the last part counted whole.
fn whole_up(duration: Duration, unit: u64) -> u64 {
    let started = u64::from(duration.subsec_nanos() > 0);
    duration.as_secs().saturating_add(started).div_ceil(unit)
}

/// Local days since 1970 and minutes since midnight.
fn local(at: SystemTime, utc_offset: i32, round_up: bool) -> (i64, i64) {
    let since = at.duration_since(UNIX_EPOCH).unwrap_or_default();
    let minutes = if round_up { whole_up(since, MINUTE) } else { since.as_secs() / MINUTE };
    let minutes = i64::try_from(minutes).unwrap_or(i64::MAX / 2) + i64::from(utc_offset) / 60;
    (minutes.div_euclid(24 * 60), minutes.rem_euclid(24 * 60))
}

/// 1970 began on a Thursday.
fn weekday(day: i64) -> Day {
    Day::Weekday(usize::try_from((day + 3).rem_euclid(7)).unwrap_or(0))
}

fn date(day: i64) -> Day {
    let (_, month, day) = civil(day);
    Day::Date(usize::try_from(month).unwrap_or(1), day)
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
    use crate::words::Language;

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
            assert_eq!(left(percent, here(Language::English)), expected);
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
            let told = resets_in(Duration::from_secs(seconds), here(Language::English));
            assert_eq!(told, expected, "{seconds}");
        }
        let english = here(Language::English);
        assert_eq!(resets_in(Duration::from_millis(1), english), "1m");
        assert_eq!(resets(Duration::from_secs(720), english), "resets in 12m");
        assert_eq!(resets(Duration::ZERO, english), "resets now");
    }

    /// 2026-07-08 (a Wednesday), 13:00:30 UTC.
    const NOW: u64 = 1_783_515_630;

    /// Somebody on UTC, then.
    fn here(language: Language) -> Reader {
        Reader { language, ..Reader::english(UNIX_EPOCH + Duration::from_secs(NOW), 0) }
    }

    #[track_caller]
    fn shown(seconds: u64, utc_offset: i32, expected: &str) {
        let reader = Reader { utc_offset, ..here(Language::English) };
        assert_eq!(at(UNIX_EPOCH + Duration::from_secs(seconds), reader), expected);
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
            let told = Measure::Until(date(day), String::new()).to(here(Language::English));
            assert_eq!(told.trim_end(), expected, "{day}");
        }
        let stamped = |seconds| stamp(UNIX_EPOCH + Duration::from_secs(seconds));
        assert_eq!(day(20_818), "2026-12-31");
        assert_eq!(stamped(0), "19700101T000000Z");
        assert_eq!(stamped(NOW), "20260708T130030Z");
        assert_eq!(stamped(20_818 * DAY + DAY - 1), "20261231T235959Z");
        assert_eq!(stamped(11_016 * DAY), "20000229T000000Z");
        assert_eq!((weekday(0), weekday(20_643)), (Day::Weekday(3), Day::Weekday(3)));
    }

    #[test]
    fn an_age_is_told_until_it_means_little() {
        let minutes = |minutes: u64| Duration::from_secs(minutes * MINUTE);
        let updated = |age, refresh| updated(age, refresh, here(Language::English));
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

    #[test]
    fn a_chinese_character_is_as_wide_as_two_letters() {
        assert_eq!((columns("剩余 62%，5 分"), columns("62% left · …")), (14, 12));
        assert_eq!(cut("数据团队的第二个账号", 20), "数据团队的第二个账号");
        assert_eq!(cut("数据团队的第二个账号", 11), "数据…账号");
        assert_eq!(cut("数据team", 6), "数…am");
    }

    #[test]
    fn the_same_in_chinese() {
        let reader = here(Language::Chinese);
        let seconds = Duration::from_secs;
        let time = |after: u64| UNIX_EPOCH + seconds(NOW + after);
        for (told, expected) in [
            (left(62.0, reader), "剩余 62%"),
            (left(0.5, reader), "剩余 <1%"),
            (left(0.0, reader), "已用完"),
            (left_or_low(8.0, reader), "偏低，剩余 8%"),
            (resets_in(seconds(0), reader), "现在"),
            (resets_in(seconds(61), reader), "2 分钟"),
            (resets_in(seconds(3541), reader), "1 小时"),
            (resets(seconds(0), reader), "现在重置"),
            (resets(seconds(7921), reader), "2 小时 13 分后重置"),
            (resets(seconds(3 * 86_400 + 19 * 3600 + 1), reader), "3 天 20 小时后重置"),
            (resets(seconds(86_400), reader), "1 天后重置"),
            (at(time(3870), reader), "14:05"),
            (until(time(3870), reader), "14:05"),
            (at(time(20 * HOUR + 570), reader), "明天 09:10"),
            (at(time(44 * HOUR + 570), reader), "周五 09:10"),
            (at(time(7 * DAY), reader), "7月15日 13:01"),
            (updated(seconds(59), seconds(300), reader), "刚刚更新"),
            (updated(seconds(240), seconds(300), reader), "4 分钟前更新"),
            (updated(seconds(4200), seconds(3600), reader), "1 小时前更新"),
            (updated(seconds(49 * 3600), seconds(360_000), reader), "2 天前更新"),
            (updated(seconds(960), seconds(300), reader), "上次已知"),
        ] {
            assert_eq!(told, expected);
        }
    }

    proptest! {
        #[test]
        fn a_cut_name_fits(name in ".{0,60}", most in 0usize..50) {
            prop_assert!(columns(&cut(&name, most)) <= most);
        }

        #[test]
        fn any_time_can_be_told(seconds in 0u64..1 << 60, now in 0u64..1 << 60, offset in -86_400i32..86_400) {
            let Some(then) = UNIX_EPOCH.checked_add(Duration::from_secs(seconds)) else { return Ok(()) };
            let Some(now) = UNIX_EPOCH.checked_add(Duration::from_secs(now)) else { return Ok(()) };
            for language in [Language::English, Language::Chinese] {
                let reader = Reader { language, ..Reader::english(now, offset) };
                prop_assert!(at(then, reader).contains(':'));
            }
        }

        #[test]
        fn a_week_of_dates_never_skips(day in 0i64..80_000) {
            let number = |day| match date(day) {
                Day::Date(_, number) => number,
                other => panic!("{other:?}"),
            };
            let (one, next) = (number(day), number(day + 1));
            prop_assert!(next == one + 1 || (next == 1 && one >= 28));
        }
    }
}
