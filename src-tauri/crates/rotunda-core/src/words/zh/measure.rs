//! 数字与时间。

use super::super::{Age, Chinese, Day, Measure, Reader, Span};

const WEEKDAYS: [&str; 7] = ["周一", "周二", "周三", "周四", "周五", "周六", "周日"];

impl Chinese for Measure {
    fn chinese(&self, _: Reader) -> String {
        match self {
            Self::Left(share) => format!("剩余 {share}"),
            Self::Out => "已用完".to_owned(),
            Self::Low(left) => format!("偏低，{left}"),
            Self::Span(span) => self::span(*span),
            Self::Resets(Span::None) => "现在重置".to_owned(),
            Self::Resets(span) => format!("{}后重置", self::span(*span)),
            Self::At(day, clock) | Self::Until(day, clock) => at(*day, clock),
            Self::Updated(age) => updated(*age),
        }
    }
}

fn span(span: Span) -> String {
    match span {
        Span::None => "现在".to_owned(),
        Span::Hours(0, minutes) => format!("{minutes} 分钟"),
        Span::Hours(hours, 0) => format!("{hours} 小时"),
        Span::Hours(hours, minutes) => format!("{hours} 小时 {minutes} 分"),
        Span::Days(days, 0) => format!("{days} 天"),
        Span::Days(days, hours) => format!("{days} 天 {hours} 小时"),
    }
}

fn at(day: Day, clock: &str) -> String {
    match day {
        Day::Today => clock.to_owned(),
        Day::Tomorrow => format!("明天 {clock}"),
        Day::Weekday(day) => format!("{} {clock}", WEEKDAYS[day % WEEKDAYS.len()]),
        Day::Date(month, day) => format!("{month}月{day}日 {clock}"),
    }
}

fn updated(age: Age) -> String {
    match age {
        Age::JustNow => "刚刚更新".to_owned(),
        Age::Minutes(minutes) => format!("{minutes} 分钟前更新"),
        Age::Hours(hours) => format!("{hours} 小时前更新"),
        Age::Days(days) => format!("{days} 天前更新"),
        Age::LastKnown => "上次已知".to_owned(),
    }
}
