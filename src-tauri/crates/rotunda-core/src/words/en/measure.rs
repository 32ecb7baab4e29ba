//! Numbers and times.

use super::super::{Age, Day, English, Measure, Reader, Span};

const WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

impl English for Measure {
    fn english(&self, _: Reader) -> String {
        match self {
            Self::Left(share) => format!("{share} left"),
            Self::Out => "Out".to_owned(),
            Self::Low(left) => format!("Low, {left}"),
            Self::Span(span) => self::span(*span),
            Self::Resets(Span::None) => "resets now".to_owned(),
            Self::Resets(span) => format!("resets in {}", self::span(*span)),
            Self::At(Day::Today, clock) => format!("at {clock}"),
            Self::At(day, clock) | Self::Until(day, clock) => until(*day, clock),
            Self::Updated(age) => updated(*age),
        }
    }
}

fn span(span: Span) -> String {
    match span {
        Span::None => "now".to_owned(),
        Span::Hours(0, minutes) => format!("{minutes}m"),
        Span::Hours(hours, 0) => format!("{hours}h"),
        Span::Hours(hours, minutes) => format!("{hours}h {minutes}m"),
        Span::Days(days, 0) => format!("{days}d"),
        Span::Days(days, hours) => format!("{days}d {hours}h"),
    }
}

fn until(day: Day, clock: &str) -> String {
    match day {
        Day::Today => clock.to_owned(),
        Day::Tomorrow => format!("tomorrow at {clock}"),
        Day::Weekday(day) => format!("{} {clock}", WEEKDAYS[day % WEEKDAYS.len()]),
        Day::Date(month, day) => format!("{day} {} {clock}", MONTHS[(month + 11) % MONTHS.len()]),
    }
}

fn updated(age: Age) -> String {
    match age {
        Age::JustNow => "updated just now".to_owned(),
        Age::Minutes(minutes) => format!("updated {minutes}m ago"),
        Age::Hours(hours) => format!("updated {hours}h ago"),
        Age::Days(days) => format!("updated {days}d ago"),
        Age::LastKnown => "last known".to_owned(),
    }
}
