//! Numbers and times, in English and Chinese; any number in every language.

use proptest::prelude::*;
use rotunda_core::bounded::LONGEST_SPAN;

use super::*;
use crate::Language;

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
        assert_eq!(left(percent, here(Language::ENGLISH)), expected);
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
        let formatted = resets_in(Duration::from_secs(seconds), here(Language::ENGLISH));
        assert_eq!(formatted, expected, "{seconds}");
    }
    let english = here(Language::ENGLISH);
    assert_eq!(resets_in(Duration::from_millis(1), english), "1m");
    assert_eq!(resets(Duration::from_secs(720), english), "resets in 12m");
    assert_eq!(resets(Duration::ZERO, english), "resets now");
}

/// 2026-07-08 (a Wednesday), 13:00:30 UTC.
const NOW: u64 = 1_783_515_630;

/// A reader on UTC, then.
fn here(language: Language) -> Locale {
    Locale { language, ..Locale::english(UNIX_EPOCH + Duration::from_secs(NOW), 0) }
}

#[track_caller]
fn shown(seconds: u64, utc_offset: i32, expected: &str) {
    let locale = Locale { utc_offset, ..here(Language::ENGLISH) };
    assert_eq!(at(UNIX_EPOCH + Duration::from_secs(seconds), locale), expected);
}

#[test]
fn a_time_is_formatted_by_its_distance() {
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
        let time = UNIX_EPOCH + Duration::from_secs(day * DAY);
        let locale = here(Language::ENGLISH).at(UNIX_EPOCH + Duration::from_secs(400 * DAY));
        assert_eq!(until(time, locale), format!("{expected} 00:00"), "{day}");
    }
    let stamped = |seconds| stamp(UNIX_EPOCH + Duration::from_secs(seconds));
    assert_eq!(day(20_818), "2026-12-31");
    assert_eq!(stamped(0), "19700101T000000Z");
    assert_eq!(stamped(NOW), "20260708T130030Z");
    assert_eq!(stamped(20_818 * DAY + DAY - 1), "20261231T235959Z");
    assert_eq!(stamped(11_016 * DAY), "20000229T000000Z");
    assert_eq!((weekday(0), weekday(20_643)), (4, 4));
}

#[test]
fn an_age_is_shown_up_to_a_limit() {
    let minutes = |minutes: u64| Duration::from_secs(minutes * MINUTE);
    let updated = |age, refresh| updated(age, refresh, here(Language::ENGLISH));
    assert_eq!(updated(Duration::from_secs(59), minutes(5)), "updated just now");
    assert_eq!(updated(minutes(4), minutes(5)), "updated 4m ago");
    assert_eq!(updated(minutes(15), minutes(5)), "updated 15m ago");
    assert_eq!(updated(minutes(16), minutes(5)), "last known");
    assert_eq!(updated(minutes(70), minutes(30)), "updated 1h ago");
    assert_eq!(updated(minutes(60 * 49), minutes(6000)), "updated 2d ago");
}

#[test]
fn the_same_in_chinese() {
    let locale = here(Language::find("zh-CN").unwrap());
    let seconds = Duration::from_secs;
    let time = |after: u64| UNIX_EPOCH + seconds(NOW + after);
    for (formatted, expected) in [
        (left(62.0, locale), "剩余 62%"),
        (left(0.5, locale), "剩余 <1%"),
        (left(0.0, locale), "已用完"),
        (left_or_low(8.0, locale), "偏低，剩余 8%"),
        (resets_in(seconds(0), locale), "现在"),
        (resets_in(seconds(61), locale), "2 分钟"),
        (resets_in(seconds(3541), locale), "1 小时"),
        (resets(seconds(0), locale), "现在重置"),
        (resets(seconds(7921), locale), "2 小时 13 分后重置"),
        (resets(seconds(3 * 86_400 + 19 * 3600 + 1), locale), "3 天 20 小时后重置"),
        (resets(seconds(86_400), locale), "1 天后重置"),
        (at(time(3870), locale), "14:05"),
        (until(time(3870), locale), "14:05"),
        (at(time(20 * HOUR + 570), locale), "明天 09:10"),
        (at(time(44 * HOUR + 570), locale), "周五 09:10"),
        (at(time(7 * DAY), locale), "7月15日 13:01"),
        (updated(seconds(59), seconds(300), locale), "刚刚更新"),
        (updated(seconds(240), seconds(300), locale), "4 分钟前更新"),
        (updated(seconds(4200), seconds(3600), locale), "1 小时前更新"),
        (updated(seconds(49 * 3600), seconds(360_000), locale), "2 天前更新"),
        (updated(seconds(960), seconds(300), locale), "上次已知"),
    ] {
        assert_eq!(formatted, expected);
    }
}

proptest! {
    #[test]
    fn any_time_can_be_formatted(seconds in 0u64..1 << 60, now in 0u64..1 << 60, offset in -86_400i32..86_400) {
        let Some(then) = UNIX_EPOCH.checked_add(Duration::from_secs(seconds)) else { return Ok(()) };
        let Some(now) = UNIX_EPOCH.checked_add(Duration::from_secs(now)) else { return Ok(()) };
        for language in Language::all() {
            let locale = Locale { language, ..Locale::english(now, offset) };
            prop_assert!(at(then, locale).contains(':'));
            prop_assert!(until(then, locale).chars().count() < 40);
        }
    }

    #[test]
    fn the_time_to_a_reset_is_short(seconds in 0..=LONGEST_SPAN.as_secs()) {
        for language in Language::all() {
            let text = resets(Duration::from_secs(seconds), here(language));
            prop_assert!(text.chars().count() < 40, "{text}");
        }
    }

    #[test]
    fn any_day_has_a_name(of in any::<i64>()) {
        prop_assert!(day(of).len() >= 10);
    }

    #[test]
    fn a_week_of_dates_never_skips(day in 0i64..80_000) {
        let number = |day| month_and_day(day).1;
        let (one, next) = (number(day), number(day + 1));
        prop_assert!(next == one + 1 || (next == 1 && one >= 28));
    }
}
