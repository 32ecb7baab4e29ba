//! How far local time is from UTC: times are shown as the user's clock does.

use std::time::SystemTime;

use jiff::{Timestamp, tz::TimeZone};
use rotunda_text::{Language, Locale};

use crate::clock::unix;

/// Seconds east of UTC at that moment, summer time included; 0 when the system
/// does not say where it is.
pub fn utc_offset(at: SystemTime) -> i32 {
    let at = Timestamp::try_from(at).unwrap_or_default();
    TimeZone::system().to_offset(at).seconds()
}

/// How texts in a language are written here at that moment.
pub fn locale(language: Language, at: SystemTime) -> Locale {
    Locale { language, now: at, utc_offset: utc_offset(at) }
}

/// Hours and minutes on the user's clock, such as `09:02`.
pub fn clock_time(at: SystemTime) -> String {
    let minutes = (unix(at) + i64::from(utc_offset(at))).div_euclid(60);
    format!("{:02}:{:02}", minutes.div_euclid(60).rem_euclid(24), minutes.rem_euclid(60))
}

/// The day on the user's calendar, such as `2026-11-21`.
pub fn date(at: SystemTime) -> String {
    let at = Timestamp::try_from(at).unwrap_or_default();
    at.to_zoned(TimeZone::system()).date().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_offset_is_less_than_a_day() {
        assert!(utc_offset(SystemTime::UNIX_EPOCH).abs() < 86_400);
    }
}
