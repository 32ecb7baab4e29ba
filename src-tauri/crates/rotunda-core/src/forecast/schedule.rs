//! When work is done: learned from history, or as the user says.

const DAY: i64 = 24 * 3600;
const HOUR: i64 = 3600;

/// Days and hours of work.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Schedule {
    /// On which days; none: learned.
    pub days: Option<Days>,
    /// Between which times; none: learned.
    pub hours: Option<Hours>,
}

/// Days of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Days(pub [bool; 7]);

/// From one time of the day to another, in minutes since midnight. An end that is not
/// after the beginning is on the next day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hours {
    /// It begins then.
    pub from: u16,
    /// It is over then.
    pub to: u16,
}

impl Hours {
    /// Reads `09:00-18:00`; none when it is something else, or has no length.
    pub fn of(text: &str) -> Option<Self> {
        let (from, to) = text.split_once('-')?;
        let (from, to) = (minute_of(from)?, minute_of(to)?);
        (from != to).then_some(Self { from, to })
    }

    /// As it is written.
    pub fn text(self) -> String {
        let Self { from, to } = self;
        format!("{:02}:{:02}-{:02}:{:02}", from / 60, from % 60, to / 60, to % 60)
    }

    /// Whether a local time, in seconds since 1970, lies within.
    pub fn contains(self, local: i64) -> bool {
        let minute = local.rem_euclid(DAY) / 60;
        let (from, to) = (i64::from(self.from), i64::from(self.to));
        if from < to { (from..to).contains(&minute) } else { minute >= from || minute < to }
    }
}

fn minute_of(text: &str) -> Option<u16> {
    let (hour, minute) = text.trim().split_once(':')?;
    let number = |text: &str| {
        let digits = (1..=2).contains(&text.len()) && text.bytes().all(|it| it.is_ascii_digit());
        digits.then(|| text.parse::<u16>().ok()).flatten()
    };
    let (hour, minute) = (number(hour)?, number(minute).filter(|_| minute.len() == 2)?);
    (hour < 24 && minute < 60).then_some(hour * 60 + minute)
}

impl Days {
    /// Names of the days, Monday first.
    pub const NAMES: [&'static str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

    /// Reads `mon-fri` or `mon,wed,sat`; none when it is something else.
    pub fn of(text: &str) -> Option<Self> {
        let place = |name: &str| Self::NAMES.iter().position(|it| *it == name.trim());
        let mut days = [false; 7];
        for part in text.split(',') {
            let (first, last) = part.split_once('-').unwrap_or((part, part));
            let (first, last) = (place(first)?, place(last)?);
            let length = (last + 7 - first) % 7;
            (first..=first + length).for_each(|day| days[day % 7] = true);
        }
        Some(Self(days))
    }

    /// As it is written, day by day.
    pub fn text(self) -> String {
        let names = Self::NAMES.iter().zip(self.0).filter(|(_, is_in)| *is_in);
        names.map(|(name, _)| *name).collect::<Vec<_>>().join(",")
    }
}

/// The day of the week of a local time, Monday 0.
pub(super) fn weekday(local: i64) -> usize {
    // 1970 began on a Thursday.
    usize::try_from((local.div_euclid(DAY) + 3).rem_euclid(7)).unwrap_or(0)
}

impl Schedule {
    /// Whether the user says that no work is done at a local time.
    pub(super) fn is_off(self, local: i64) -> bool {
        // What is done after midnight belongs to the day on which it began.
        let wraps = |hours: Hours| hours.to <= hours.from && minute(local) < i64::from(hours.to);
        let began = if self.hours.is_some_and(wraps) { local - DAY } else { local };
        self.days.is_some_and(|days| !days.0[weekday(began)])
            || self.hours.is_some_and(|hours| !hours.contains(local))
    }
}

fn minute(local: i64) -> i64 {
    local.rem_euclid(DAY) / 60
}

/// The hour of the day, 0 to 23.
pub(super) fn hour_of_day(local: i64) -> i64 {
    local.rem_euclid(DAY) / HOUR
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_may_go_over_midnight() {
        let night = Hours::of("22:00-06:30").unwrap();
        for (hour, expected) in [(21, false), (22, true), (0, true), (6, true), (7, false)] {
            assert_eq!(night.contains(hour * HOUR), expected, "{hour}");
        }
        assert!(!night.contains(6 * HOUR + 1800));
        assert_eq!(night.text(), "22:00-06:30");
        assert_eq!(Hours::of("9:00-18:00").unwrap().text(), "09:00-18:00");
        for bad in ["", "9-18", "09:00", "24:00-01:00", "09:60-10:00", "09:00-09:00", "+9:00-10:00"]
        {
            assert_eq!(Hours::of(bad), None, "{bad}");
        }
    }

    #[test]
    fn days_are_a_list_or_a_range() {
        assert_eq!(Days::of("mon-fri").unwrap().text(), "mon,tue,wed,thu,fri");
        assert_eq!(Days::of("sat-mon, wed").unwrap().text(), "mon,wed,sat,sun");
        assert_eq!(Days::of("someday"), None);
        assert_eq!(Days::of(""), None);
    }

    #[test]
    fn a_night_shift_belongs_to_the_day_on_which_it_began() {
        let (days, hours) = (Days::of("fri"), Hours::of("22:00-06:00"));
        let schedule = Schedule { days, hours };
        // 1970-01-02 was a Friday.
        let friday = DAY;
        assert!(!schedule.is_off(friday + 23 * HOUR));
        assert!(!schedule.is_off(friday + 26 * HOUR));
        assert!(schedule.is_off(friday + 2 * HOUR));
        assert!(schedule.is_off(friday + 12 * HOUR));
        assert!(!Schedule::default().is_off(friday));
    }
}
