//! The forecast of the whole pool, as it is shown.

use rotunda_text::Limit;
use serde::{Deserialize, Serialize};

/// The forecast in a line, for tray and header.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ForecastLine {
    /// One or two sentences.
    pub text: String,
    /// The first of them, for the tray; none where it would say nothing new.
    pub short: Option<String>,
    /// What leads to the days to come.
    pub days_label: String,
    /// All profiles are out from then on; none when that is not foreseen.
    pub out_at: Option<i64>,
    /// The first of them is back.
    pub back_at: Option<i64>,
}

/// `forecast --json`. What it promises is in `docs/forecast.md`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ForecastView {
    /// How it goes on.
    pub state: ForecastState,
    /// The same in one or two sentences.
    pub text: String,
    /// When it was made.
    pub made_at: i64,
    /// The newest reading that it goes by; none when there is none.
    pub figures_at: Option<i64>,
    /// That is longer ago than ten minutes; the sentences say so.
    pub is_old: bool,
    /// How far it looks.
    pub until: i64,
    /// Days with readings that it was learned from.
    pub days: u32,
    /// So many are needed.
    pub days_needed: u32,
    /// All profiles, or all plans, are out from then on.
    pub out_at: Option<i64>,
    /// When the first of them is back.
    pub back_at: Option<i64>,
    /// Its name.
    pub back: Option<String>,
    /// Whose credits, or which API key, pays from `out_at` on.
    pub paid_by: Option<String>,
    /// What would make the quota last longer, the best first.
    pub changes: Vec<ForecastChangeView>,
    /// Hour by hour.
    pub hours: Vec<ForecastHour>,
    /// What happens, in order.
    pub events: Vec<ForecastEventView>,
}

/// How it goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum ForecastState {
    /// No profile has quota that is known.
    NoProfile,
    /// Too few days have readings.
    NotEnoughHistory,
    /// The quota lasts longer than it looks.
    Enough,
    /// All profiles are out.
    OutNow,
    /// They will be.
    Out,
    /// All plans are or will be out, and something else pays.
    Paid,
}

/// Something that would make the quota last longer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ForecastChangeView {
    /// `resets-first`, `most-left`, `my-order`, `no-reserve` or `banked-reset`.
    pub change: String,
    /// Whose banked reset.
    pub profile: Option<String>,
    /// All are out then; none: later than it looks.
    pub out_at: Option<i64>,
    /// As a sentence.
    pub text: String,
}

/// The pool at one hour.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ForecastHour {
    /// When.
    pub at: i64,
    /// Mean of what profiles have left of their tightest window, 0 to 100.
    pub left_percent: f64,
    /// All are out.
    pub is_out: bool,
}

/// Something that happens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ForecastEventView {
    /// When.
    pub at: i64,
    /// `reset`, `out` or `back`.
    pub kind: ForecastEventKind,
    /// The profile's name; none when all are out.
    pub profile: Option<String>,
    /// The window that starts afresh.
    #[cfg_attr(feature = "typescript", ts(type = "WindowKind | null"))]
    pub window: Option<Limit>,
    /// The provider named the time; else it follows from the use to expect.
    pub is_known: bool,
    /// As a few words.
    pub text: String,
    /// When, in words.
    pub when: String,
}

/// What happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum ForecastEventKind {
    /// A window starts afresh.
    Reset,
    /// All profiles are out.
    Out,
    /// The first is back.
    Back,
}

/// The days to come, with the words of their page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ForecastPage {
    /// What is to come.
    pub forecast: ForecastView,
    /// The words around it.
    pub words: ForecastWords,
}

/// Words of the page with the days to come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ForecastWords {
    /// Its title.
    pub title: String,
    /// The chart's name.
    pub chart: String,
    /// What the chart says, in a sentence.
    pub summary: String,
    /// What the line is.
    pub left: String,
    /// What the shaded time is.
    pub out: String,
    /// What the marks are.
    pub resets: String,
    /// The head of the times.
    pub when: String,
    /// The head of what happens.
    pub what: String,
    /// The head of the days.
    pub day: String,
    /// The head of the lowest share.
    pub low: String,
    /// The head of the highest share.
    pub high: String,
    /// What would change it.
    pub changes: String,
    /// How far it may be wrong.
    pub error: String,
}
