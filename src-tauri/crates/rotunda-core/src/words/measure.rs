//! Numbers and times as texts; [`crate::format`] works them out.

/// A number or a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Measure {
    /// A share that is left, such as `62%`.
    Left(String),
    /// Nothing is left.
    Out,
    /// Little is left; the text for how much.
    Low(String),
    /// How long.
    Span(Span),
    /// A quota comes back after this.
    Resets(Span),
    /// A time, where a sentence says "at" it: the day, and the clock's time.
    At(Day, String),
    /// The same after "until".
    Until(Day, String),
    /// How old a reading is.
    Updated(Age),
}

/// How long, in at most two units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Span {
    /// Nothing at all.
    None,
    /// Less than a day: whole hours, and minutes.
    Hours(u64, u64),
    /// Whole days, and hours.
    Days(u64, u64),
}

/// A day, as near as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Day {
    /// This one.
    Today,
    /// The next.
    Tomorrow,
    /// Within six days, counted from Monday, which is 0.
    Weekday(usize),
    /// Any other: the month from 1, and its day.
    Date(usize, i64),
}

/// How old a reading is, rounded down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Age {
    /// Less than a minute.
    JustNow,
    /// Minutes.
    Minutes(u64),
    /// Hours.
    Hours(u64),
    /// Days.
    Days(u64),
    /// Too old to say how old.
    LastKnown,
}
