//! Numbers from outside, bounded where they enter.
//!
//! Upstream, the issuer, tokens, files and the database name times, shares and
//! counts. A time that cannot be true is treated as absent, so that the next
//! source or a default decides; a share or a count is clamped. No arithmetic
//! on what comes out of here can overflow.

use std::{
    collections::BTreeMap,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use http::{HeaderMap, header};
use serde_json::{Value, value::RawValue};

/// Longest span that is believed, 400 days: the longest quota window and the
/// longest token life seen are far shorter.
pub const LONGEST_SPAN: Duration = Duration::from_secs(400 * 24 * 3600);
/// Latest time that is believed, in seconds since 1970: 1 January 9999 in UTC.
/// Later ones cannot be written as a date with four digits for the year.
pub const LATEST: u64 = 253_370_764_800;
/// Most tokens that one count can mean.
pub const MOST_TOKENS: u64 = 1_000_000_000_000;
/// JSON nested deeper than this is not read in part.
const DEEPEST: u32 = 32;
/// Longest text that is read as a number.
const LONGEST_NUMBER: usize = 64;

/// A finite number: a JSON number, or a text that is one, as the issuer and
/// wrapped headers write it.
pub fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64().filter(|number| number.is_finite()),
        Value::String(text) => number_in(text),
        _ => None,
    }
}

/// A finite number in a text such as a header's value.
pub fn number_in(text: &str) -> Option<f64> {
    let text = text.trim();
    if text.len() > LONGEST_NUMBER {
        return None;
    }
    text.parse::<f64>().ok().filter(|number| number.is_finite())
}

/// A share in percent, clamped to 0 to 100; none for NaN.
pub fn percent_from(number: f64) -> Option<f64> {
    (!number.is_nan()).then(|| number.clamp(0.0, 100.0))
}

/// A span in seconds; none when it is negative, no number, or longer than
/// [`LONGEST_SPAN`].
pub fn seconds_from(number: f64) -> Option<Duration> {
    Duration::try_from_secs_f64(number).ok().filter(|span| *span <= LONGEST_SPAN)
}

/// A time in seconds since 1970; none when it is before that, no number, or
/// after [`LATEST`].
pub fn instant_from_unix(number: f64) -> Option<SystemTime> {
    let since = Duration::try_from_secs_f64(number).ok()?;
    (since.as_secs() <= LATEST).then(|| UNIX_EPOCH.checked_add(since)).flatten()
}

/// A count of tokens, clamped to 0 to [`MOST_TOKENS`]; 0 when it is no number.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a float cast saturates, and a fraction of a token is none"
)]
pub fn tokens_from(value: &Value) -> u64 {
    let whole = value.as_u64();
    whole.unwrap_or_else(|| number(value).unwrap_or_default() as u64).min(MOST_TOKENS)
}

/// Reads JSON in which a number may be too large for a double, such as `1e999`:
/// what holds only that number becomes null, the rest is read. None when it is
/// not JSON.
pub fn json(bytes: &[u8]) -> Option<Value> {
    let strict = serde_json::from_slice(bytes).ok();
    strict.or_else(|| serde_json::from_slice(bytes).ok().map(|raw| in_part(raw, DEEPEST)))
}

fn in_part(raw: &RawValue, depth: u32) -> Value {
    let text = raw.get();
    if let Ok(value) = serde_json::from_str(text) {
        return value;
    }
    let Some(below) = depth.checked_sub(1) else { return Value::Null };
    if let Ok(fields) = serde_json::from_str::<BTreeMap<String, &RawValue>>(text) {
        return fields.into_iter().map(|(name, raw)| (name, in_part(raw, below))).collect();
    }
    match serde_json::from_str::<Vec<&RawValue>>(text) {
        Ok(items) => items.into_iter().map(|raw| in_part(raw, below)).collect(),
        Err(_) => Value::Null,
    }
}

/// When something was received, by this machine's clock and by upstream's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Receipt {
    /// This machine's clock.
    pub now: SystemTime,
    /// Upstream's clock: the `Date` header (RFC 9110, section 6.6.1).
    pub served: Option<SystemTime>,
}

impl Receipt {
    /// Received now, with these headers.
    pub fn of(headers: &HeaderMap, now: SystemTime) -> Self {
        let date = headers.get(header::DATE).and_then(|date| date.to_str().ok());
        Self { now, served: date.and_then(http_date) }
    }

    /// Received now; upstream's clock is not known.
    pub const fn at(now: SystemTime) -> Self {
        Self { now, served: None }
    }

    /// How long until a time that upstream names in up to two ways: `at` in
    /// seconds since 1970, `after` in seconds from the answer. Zero when it is
    /// past.
    ///
    /// This machine's clock may be wrong, so `at` counts from upstream's clock
    /// as well, and the shortest wait that is left wins: waiting too short costs
    /// one refused request, waiting too long costs hours.
    pub fn remaining(&self, at: Option<f64>, after: Option<f64>) -> Option<Duration> {
        let at = at.and_then(instant_from_unix);
        let from = |clock: SystemTime| Some(at?.duration_since(clock).unwrap_or_default());
        let by_clocks = [from(self.now), self.served.and_then(from)];
        let all = [after.and_then(seconds_from)].into_iter().chain(by_clocks).flatten();
        let waits = all.clone().filter(|wait| !wait.is_zero());
        waits.min().or_else(|| all.min())
    }
}

/// A date as HTTP writes it (RFC 9110, section 5.6.7).
pub fn http_date(text: &str) -> Option<SystemTime> {
    let at = httpdate::parse_http_date(text.trim()).ok()?;
    (at.duration_since(UNIX_EPOCH).ok()?.as_secs() <= LATEST).then_some(at)
}

#[cfg(test)]
#[path = "bounded_tests.rs"]
mod tests;
