//! When notifications come, and what forecasts go by: `[alerts]` and `[forecast]`.

use rotunda_core::{
    forecast::{Days, Hours, Schedule},
    notice::Thresholds,
};
use serde::Deserialize;
use toml_edit::{Array, Table, value};

use super::{
    Settings, SettingsError,
    reading::{Reading, set},
};

/// More thresholds than this are not useful.
const MOST: usize = 5;
/// What a key with a word for "nothing" holds then.
pub(super) const OFF: &str = "off";
const LEARNED: &str = "learned";

/// `[alerts]`, as meant.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Alerts {
    /// Shares left over all profiles at which a notification comes.
    pub thresholds: Thresholds,
    /// No notification comes between these times.
    pub quiet: Option<Hours>,
}

/// `[alerts]`, as written.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct AlertsTable {
    /// Percent left of the five-hour windows.
    pub five_hours_left: Option<Vec<i64>>,
    /// Percent left of the weekly windows.
    pub week_left: Option<Vec<i64>>,
    /// `off` or `22:00-07:00`.
    pub quiet_hours: Option<String>,
}

/// `[forecast]`, as written.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct ForecastTable {
    /// `learned` or `mon-fri`.
    pub work_days: Option<String>,
    /// `learned` or `09:00-18:00`.
    pub work_hours: Option<String>,
}

/// What both tables mean.
pub(super) fn take(
    reading: &Reading<'_>,
    alerts: AlertsTable,
    forecast: ForecastTable,
    settings: &mut Settings,
) -> Result<(), SettingsError> {
    let Alerts { thresholds, quiet } = &mut settings.alerts;
    let (written, place) = (alerts.five_hours_left, &mut thresholds.five_hours);
    reading.take("alerts", "five_hours_left", written, |it| shares(&it), place)?;
    reading.take(
        "alerts",
        "week_left",
        alerts.week_left,
        |it| shares(&it),
        &mut thresholds.week,
    )?;
    let written = alerts.quiet_hours;
    reading.take("alerts", "quiet_hours", written, |text| quiet_hours(&text), quiet)?;
    let Schedule { days, hours } = &mut settings.schedule;
    let written = forecast.work_days;
    reading.take("forecast", "work_days", written, |text| work_days(&text), days)?;
    let written = forecast.work_hours;
    reading.take("forecast", "work_hours", written, |text| work_hours(&text), hours)
}

/// Puts both tables into the text.
pub(super) fn put(root: &mut Table, alerts: AlertsTable, forecast: ForecastTable) {
    let list = |shares: Vec<i64>| value(shares.into_iter().collect::<Array>());
    set(root, "alerts", "five_hours_left", alerts.five_hours_left.map(list));
    set(root, "alerts", "week_left", alerts.week_left.map(list));
    set(root, "alerts", "quiet_hours", alerts.quiet_hours.map(value));
    set(root, "forecast", "work_days", forecast.work_days.map(value));
    set(root, "forecast", "work_hours", forecast.work_hours.map(value));
}

/// The times as they are written.
pub(super) fn quiet_text(quiet: Option<Hours>) -> String {
    quiet.map_or_else(|| OFF.to_owned(), Hours::text)
}

/// The days as they are written.
pub(super) fn days_text(schedule: Schedule) -> String {
    schedule.days.map_or_else(|| LEARNED.to_owned(), Days::text)
}

/// The hours as they are written.
pub(super) fn hours_text(schedule: Schedule) -> String {
    schedule.hours.map_or_else(|| LEARNED.to_owned(), Hours::text)
}

/// Each once, the largest first.
fn shares(written: &[i64]) -> Result<Vec<u8>, String> {
    let fits = |share: &i64| u8::try_from(*share).ok().filter(|it| (1..100).contains(it));
    let shares: Option<Vec<_>> = written.iter().map(fits).collect();
    let mut shares = shares.filter(|it| it.len() <= MOST).ok_or_else(|| {
        format!("the thresholds are up to {MOST} whole percents from 1 to 99, such as [50, 20, 5]")
    })?;
    shares.sort_unstable_by_key(|share| std::cmp::Reverse(*share));
    shares.dedup();
    Ok(shares)
}

fn quiet_hours(text: &str) -> Result<Option<Hours>, String> {
    if text.trim() == OFF {
        return Ok(None);
    }
    let bad = || "quiet hours are \"off\" or two times such as \"22:00-07:00\"".to_owned();
    Hours::of(text).map(Some).ok_or_else(bad)
}

fn work_days(text: &str) -> Result<Option<Days>, String> {
    if text.trim() == LEARNED {
        return Ok(None);
    }
    let bad = || "working days are \"learned\" or days such as \"mon-fri\" or \"mon,wed,sat\"";
    Days::of(text).map(Some).ok_or_else(|| bad().to_owned())
}

fn work_hours(text: &str) -> Result<Option<Hours>, String> {
    if text.trim() == LEARNED {
        return Ok(None);
    }
    let bad = || "working hours are \"learned\" or two times such as \"09:00-18:00\"".to_owned();
    Hours::of(text).map(Some).ok_or_else(bad)
}

#[cfg(test)]
#[path = "alerts_tests.rs"]
mod tests;
