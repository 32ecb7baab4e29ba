//! Why the app itself does not do what its window or its menu asks.

/// What is wrong with what was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// There is no such command, or not with these arguments.
    Unknown(String),
    /// Nobody has this id.
    NoProfile,
    /// Sign-ins cannot rest there.
    NoPlace,
    /// It is neither on nor off.
    LoginSwitch,
    /// The system says why start at login stays as it is.
    LoginKept(String),
    /// A login entry cannot hold the path of the app.
    LoginSpace(String),
    /// The settings are not what settings are; the reader's own words.
    Settings(String),
    /// The answer cannot be written; the writer's own words.
    Answer(String),
}
