//! How long the quota of all profiles lasts.

use std::time::{Duration, SystemTime};

use crate::{Limit, Localize, Message, Value, format, message};

/// The forecast as one or two sentences.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ForecastText<'a> {
    /// No profile has quota that is known.
    NoProfile,
    /// So many days of so many have readings.
    NotEnough(u32, u32),
    /// Beyond the horizon.
    Enough,
    /// All are out, and who is back when.
    OutNow(Option<(SystemTime, &'a str)>),
    /// Until then, and who is back when.
    Until(SystemTime, Option<(SystemTime, &'a str)>),
    /// The plans until then; now when there is no time. Then this pays.
    Paid(Option<SystemTime>, PaidText<'a>),
}

/// What pays when all plans are out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PaidText<'a> {
    /// Whose credits.
    Credits(&'a str),
    /// Which API key.
    ApiKey(&'a str),
}

impl ForecastText<'_> {
    /// The first sentence, for a menu; none where the menu says it already, or where
    /// there is no forecast.
    pub fn short(&self) -> Option<Message> {
        match self {
            Self::NoProfile | Self::NotEnough(..) | Self::OutNow(_) | Self::Paid(None, _) => None,
            Self::Enough => Some(message!("forecast-enough")),
            Self::Until(at, _) => Some(message!("forecast-until", until = Value::Until(*at))),
            Self::Paid(Some(at), _) => Some(message!("forecast-plans", until = Value::Until(*at))),
        }
    }
}

impl Localize for ForecastText<'_> {
    fn message(&self) -> Message {
        match self {
            Self::NoProfile => message!("forecast-no-profile"),
            Self::NotEnough(days, of) => message!("forecast-not-enough", days = days, of = of),
            Self::Enough => message!("forecast-enough"),
            Self::OutNow(None) => message!("forecast-out-now"),
            Self::OutNow(Some((at, profile))) => {
                message!("forecast-out-now-back", profile = profile, at = Value::At(*at))
            }
            Self::Until(at, back) => {
                let first = message!("forecast-until", until = Value::Until(*at));
                let Some((at, profile)) = back else { return first };
                let second = message!("forecast-back", profile = profile, at = Value::At(*at));
                message!("forecast-two", first = first, second = second)
            }
            Self::Paid(at, paid) => {
                let first = at.map_or_else(
                    || message!("forecast-plans-now"),
                    |at| message!("forecast-plans", until = Value::Until(at)),
                );
                let second = match paid {
                    PaidText::Credits(profile) => {
                        message!("forecast-then-credits", profile = profile)
                    }
                    PaidText::ApiKey(profile) => message!("forecast-then-key", profile = profile),
                };
                message!("forecast-two", first = first, second = second)
            }
        }
    }
}

/// Something that a person could do, and what comes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ForecastChange<'a> {
    /// Another order, by the name of its policy.
    Order(&'a str),
    /// No reserve.
    NoReserve,
    /// A banked reset of this profile.
    Banked(&'a str),
}

impl ForecastChange<'_> {
    /// With it the quota lasts until then; none: beyond the horizon.
    pub fn until(&self, at: Option<SystemTime>) -> Message {
        let change = match self {
            Self::Order(policy) => message!("forecast-change-order", order = *policy),
            Self::NoReserve => message!("forecast-change-reserve"),
            Self::Banked(profile) => message!("forecast-change-banked", profile = profile),
        };
        if let Some(at) = at {
            message!("forecast-change-until", change = change, until = Value::Until(at))
        } else {
            message!("forecast-change-enough", change = change)
        }
    }
}

/// What happens in the days to come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ForecastEvent<'a> {
    /// A window starts afresh.
    Reset {
        /// Whose.
        profile: &'a str,
        /// Which.
        window: Limit,
        /// Upstream named the time.
        is_known: bool,
    },
    /// All are out.
    Out,
    /// One is back.
    Back(&'a str),
}

impl Localize for ForecastEvent<'_> {
    fn message(&self) -> Message {
        match self {
            Self::Reset { profile, window, is_known } => {
                let reset = message!("forecast-reset", profile = profile, window = window.name());
                if *is_known {
                    return reset;
                }
                message!("forecast-reset-expected", reset = reset)
            }
            Self::Out => message!("forecast-event-out"),
            Self::Back(profile) => message!("forecast-event-back", profile = profile),
        }
    }
}

/// A word of the page with the days to come.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ForecastWord {
    /// Its title.
    Title,
    /// The chart's name.
    Chart,
    /// The line.
    Left,
    /// The marks of resets.
    Resets,
    /// The lowest and the highest share.
    Range(f64, f64),
    /// The head of times.
    When,
    /// The head of what happens.
    What,
    /// The head of days.
    Day,
    /// The head of the lowest share.
    Low,
    /// The head of the highest share.
    High,
    /// What would change it.
    Changes,
    /// How far it may be wrong.
    Error(u32),
}

impl Localize for ForecastWord {
    fn message(&self) -> Message {
        match self {
            Self::Title => message!("forecast-title"),
            Self::Chart => message!("forecast-chart"),
            Self::Left => message!("forecast-left"),
            Self::Resets => message!("forecast-resets"),
            Self::Range(low, high) => {
                message!("forecast-lowest", low = format::share(*low), high = format::share(*high))
            }
            Self::When => message!("forecast-when"),
            Self::What => message!("forecast-what"),
            Self::Day => message!("forecast-day"),
            Self::Low => message!("forecast-low"),
            Self::High => message!("forecast-high"),
            Self::Changes => message!("forecast-changes"),
            Self::Error(days) => message!("forecast-error", days = days),
        }
    }
}

/// A sentence that goes by old figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Aged<'a> {
    /// What it says.
    pub sentence: &'a str,
    /// How old they are.
    pub age: Duration,
}

impl Aged<'_> {
    /// With the age.
    pub fn to(&self, locale: crate::Locale) -> String {
        let age = format::resets_in(self.age, locale);
        message!("forecast-old", sentence = self.sentence, age = age).to(locale)
    }
}
