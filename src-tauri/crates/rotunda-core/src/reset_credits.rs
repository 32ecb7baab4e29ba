//! Banked resets: credits of an account, each of which empties its quota windows once.
//!
//! Redeeming one cannot be undone, so nothing here asks for it by itself: these are the
//! shapes of what upstream says, and the decisions that lead to one request. See
//! `docs/decisions/071-redeeming-a-reset.md`.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::Value;

use crate::{
    bounded::LATEST,
    display_text::{self, clean_some},
    profile::Usage,
};

/// Resets of one account that are read; real accounts have a few.
const MOST: usize = 100;
/// Longest id of a reset that is believed, in bytes.
const LONGEST_ID: usize = 200;
/// Upstream rounds shares: a window is emptier when at least this much is left more, in
/// percent.
const EMPTIER: f64 = 1.0;

/// The banked resets of an account, as last read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BankedResets {
    /// How many can be redeemed.
    pub count: u32,
    /// Which; none when only their number is known. The first to expire first.
    pub resets: Option<Vec<BankedReset>>,
}

/// One banked reset that can be redeemed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BankedReset {
    /// Upstream's id of it.
    pub id: String,
    /// When it was granted, when that is known.
    pub granted_at: Option<SystemTime>,
    /// When it expires; none when it does not, or when that is not known.
    pub expires_at: Option<SystemTime>,
}

impl BankedResets {
    /// Without those that have expired since they were read.
    #[must_use]
    pub fn at(mut self, now: SystemTime) -> Self {
        if let Some(resets) = &mut self.resets {
            let before = resets.len();
            resets.retain(|reset| reset.expires_at.is_none_or(|at| at > now));
            let expired = u32::try_from(before - resets.len()).unwrap_or(u32::MAX);
            self.count = self.count.saturating_sub(expired);
        }
        self
    }

    /// The one that is lost first.
    pub fn first(&self) -> Option<&BankedReset> {
        self.resets.as_ref()?.first()
    }

    /// The one that is lost first after [`Self::first`].
    pub fn second(&self) -> Option<&BankedReset> {
        self.resets.as_ref()?.get(1)
    }

    /// Whether a reset with this id is among them; none when only their number is known.
    pub fn has(&self, id: &str) -> Option<bool> {
        Some(self.resets.as_ref()?.iter().any(|reset| reset.id == id))
    }
}

/// The number of banked resets in the answer of the usage endpoint.
pub fn count_of(usage: &Value) -> Option<u32> {
    let count = usage.get("rate_limit_reset_credits")?.get("available_count")?.as_u64()?;
    Some(u32::try_from(count).unwrap_or(u32::MAX))
}

/// Reads the answer of `GET …/wham/rate-limit-reset-credits`; none when it is not of its
/// shape. Resets of an unknown type, and those that were redeemed, are left out.
pub fn banked_of(answer: &Value) -> Option<BankedResets> {
    let count = answer.get("available_count")?.as_u64()?;
    let count = u32::try_from(count).unwrap_or(u32::MAX);
    let details = answer.get("credits").and_then(Value::as_array);
    let resets = details.map(|details| {
        let mut resets: Vec<_> = details.iter().take(MOST).filter_map(reset_of).collect();
        // One without an end is lost last.
        resets.sort_by_key(|reset| (reset.expires_at.is_none(), reset.expires_at));
        resets
    });
    Some(BankedResets { count, resets })
}

fn reset_of(detail: &Value) -> Option<BankedReset> {
    let text = |key: &str| detail.get(key).and_then(Value::as_str);
    let is_usable = text("reset_type") == Some("codex_rate_limits")
        && text("status").is_none_or(|status| status == "available");
    let id = text("id").filter(|id| {
        let is_plain = |byte: u8| byte.is_ascii_graphic();
        is_usable && !id.is_empty() && id.len() <= LONGEST_ID && id.bytes().all(is_plain)
    })?;
    Some(BankedReset {
        id: id.to_owned(),
        granted_at: text("granted_at").and_then(time_of),
        expires_at: text("expires_at").and_then(time_of),
    })
}

/// A time as RFC 3339 writes it.
fn time_of(text: &str) -> Option<SystemTime> {
    let at: jiff::Timestamp = text.trim().parse().ok()?;
    let seconds = u64::try_from(at.as_second()).ok().filter(|seconds| *seconds <= LATEST)?;
    Some(UNIX_EPOCH + Duration::from_secs(seconds))
}

/// What upstream says to the request that redeems a reset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Redeemed {
    /// The windows were reset.
    Reset,
    /// Nothing is used up; no reset was redeemed.
    NothingToReset,
    /// There is no such reset.
    NoReset,
    /// This very request was carried out before.
    Already,
    /// It was refused; upstream's own words, when it has some.
    Refused {
        /// The status.
        status: u16,
        /// What the answer says.
        reason: Option<String>,
    },
    /// Whether it was carried out is not known: upstream struggles, or says what is not
    /// understood.
    Unclear,
}

/// Reads that answer: its status, and its body where that is JSON.
pub fn redeemed_of(status: u16, body: &Value) -> Redeemed {
    let code = body.get("code").and_then(Value::as_str);
    match (status, code) {
        (200..=299, Some("reset")) => Redeemed::Reset,
        (200..=299, Some("nothing_to_reset")) => Redeemed::NothingToReset,
        (200..=299, Some("no_credit")) => Redeemed::NoReset,
        (200..=299, Some("already_redeemed")) => Redeemed::Already,
        // What was refused before it was looked at has done nothing.
        (400 | 401 | 403 | 404 | 405 | 422 | 429, _) => {
            let error = body.get("error");
            let texts = [
                body.get("detail"),
                error.and_then(|error| error.get("message")),
                error.filter(|error| error.is_string()),
            ];
            let reason = texts.into_iter().flatten().find_map(Value::as_str);
            let reason = reason.and_then(|text| clean_some(text, display_text::LINE));
            Redeemed::Refused { status, reason }
        }
        _ => Redeemed::Unclear,
    }
}

/// Whether a later reading shows that the windows were reset: more is left than before
/// in one that was used, and less in none.
pub fn took_effect(before: &Usage, after: &Usage, now: SystemTime) -> bool {
    let mut emptier = false;
    for window in &before.windows {
        let same = after.windows.iter().find(|other| other.length == window.length);
        let Some(same) = same else { continue };
        let gained = same.left(now) - window.left(before.read_at);
        if gained <= -EMPTIER {
            return false;
        }
        emptier |= gained >= EMPTIER;
    }
    emptier
}

/// What is known of a banked reset after a request whose answer is unclear.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trace {
    /// It is gone: the request was carried out.
    Redeemed,
    /// It is there: the request was not carried out yet.
    Untouched,
    /// What was read does not tell.
    Unknown,
}

/// Looks for the reset of a request among those that are banked now. `before` is how many
/// there were.
pub fn trace_of(wanted: Option<&str>, before: u32, now: &BankedResets) -> Trace {
    match wanted.and_then(|id| now.has(id)) {
        Some(false) => Trace::Redeemed,
        None if now.count < before => Trace::Redeemed,
        // Where only the number is known, another one may have come in its place.
        None => Trace::Unknown,
        Some(true) => Trace::Untouched,
    }
}

#[cfg(test)]
#[path = "reset_credits_tests.rs"]
mod tests;
