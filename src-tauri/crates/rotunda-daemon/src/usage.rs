//! What was used, by day, model, profile, session or project, and what it would cost by the
//! API. The store has it by all of these together.

mod csv;
pub(crate) mod prices;

use std::{
    collections::{BTreeMap, BTreeSet},
    time::{Duration, SystemTime},
};

use rotunda_core::event::Tokens;
use rotunda_host::{
    store::{Store, StoreError, UsageColumn, UsageCount, local_day},
    timezone::utc_offset,
};
use rotunda_text::format;
use serde::{Deserialize, Serialize};

pub use self::prices::PricesView;
use crate::history::earlier;

const DAY: Duration = Duration::from_secs(24 * 3600);
/// More lines than this are not listed; their sum is in the total.
pub const MOST_LINES: usize = 1000;
/// The client that needs no key of its own.
const CODEX: &str = "Codex";
/// So many letters of the number of a project without a name are shown.
const SHORT: usize = 6;

/// What lines are made by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum UsageBy {
    /// Local days.
    #[default]
    Day,
    /// The requested models.
    Model,
    /// Who served.
    Profile,
    /// Conversations, with those of their sub-agents.
    Session,
    /// Repositories, or folders.
    Project,
    /// Other programs than Codex, and Codex.
    Client,
}

/// `usage --json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct UsageView {
    /// What the lines are made by.
    pub by: UsageBy,
    /// The first local day, `YYYY-MM-DD`.
    pub since: String,
    /// Days by date, others by their tokens, the most first.
    pub lines: Vec<UsageLine>,
    /// Of all lines, also of those that are not listed.
    pub total: UsageLine,
    /// Lines that are not listed.
    pub left_out: usize,
    /// Models without a price in the list; empty for requests that named none.
    pub without_price: Vec<String>,
    /// Where the prices come from.
    pub prices: PricesView,
}

/// Tokens of one day, model, profile, session or project.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct UsageLine {
    /// The day, the model, the id of the profile, of the session or of the project; empty
    /// when that is not known.
    pub key: String,
    /// What people call it: the name of a profile, or of a project when names are kept.
    pub name: String,
    /// The first local day with tokens, `YYYY-MM-DD`.
    pub first_day: Option<String>,
    /// The last one.
    pub last_day: Option<String>,
    /// Requests that ended.
    pub requests: u64,
    /// Of these, those whose answer had no figures: cut, refused or not finished.
    pub unmeasured: u64,
    /// Read by the model.
    pub input: u64,
    /// Of `input`, served from the cache.
    pub cached: u64,
    /// Written by the model.
    pub output: u64,
    /// Of `output`, reasoning.
    pub reasoning: u64,
    /// What the tokens of models with a price would cost by the API, in US dollars; null
    /// when no model has one.
    pub cost_usd: Option<f64>,
    /// Tokens of models without a price are among these.
    pub incomplete: bool,
}

/// The names of what a line can be about.
#[derive(Debug, Clone, Default)]
pub struct UsageNames {
    /// By id.
    pub profiles: BTreeMap<String, String>,
    /// By id; empty when the user keeps no names.
    pub projects: BTreeMap<String, String>,
    /// By id; what has none is Codex.
    pub clients: BTreeMap<String, String>,
}

/// What the store holds of the last days.
pub fn stored(
    store: &Store,
    by: UsageBy,
    days: u32,
    names: &UsageNames,
    now: SystemTime,
) -> Result<UsageView, StoreError> {
    let since = first_day(days, now);
    Ok(compose(by, since, &store.usage(since, column(by))?, names))
}

/// The first of so many local days, today among them.
fn first_day(days: u32, now: SystemTime) -> i64 {
    local_day(earlier(now, DAY * days.saturating_sub(1)), utc_offset(now))
}

/// The names that the store keeps.
pub fn names(store: &Store, with_projects: bool) -> Result<UsageNames, StoreError> {
    let profiles = store.profiles()?.into_iter().map(|it| (it.id.to_string(), it.name)).collect();
    let projects = if with_projects { store.project_names()? } else { BTreeMap::new() };
    let mut clients: BTreeMap<_, _> =
        store.clients()?.into_iter().map(|it| (it.id, it.name)).collect();
    clients.insert(String::new(), CODEX.to_owned());
    Ok(UsageNames { profiles, projects, clients })
}

const fn column(by: UsageBy) -> UsageColumn {
    match by {
        UsageBy::Day => UsageColumn::Day,
        UsageBy::Model => UsageColumn::Model,
        UsageBy::Profile => UsageColumn::Profile,
        UsageBy::Session => UsageColumn::Session,
        UsageBy::Project => UsageColumn::Project,
        UsageBy::Client => UsageColumn::Client,
    }
}

/// A line that is being added up.
#[derive(Debug, Default)]
struct Sum {
    line: UsageLine,
    days: Option<(i64, i64)>,
    /// In millionths of a dollar.
    cost: Option<u64>,
}

impl Sum {
    fn add(&mut self, count: &UsageCount) {
        let UsageCount { requests, unmeasured, tokens, first_day, last_day, .. } = count;
        let line = &mut self.line;
        line.requests = line.requests.saturating_add(*requests);
        line.unmeasured = line.unmeasured.saturating_add(*unmeasured);
        line.input = line.input.saturating_add(tokens.input);
        line.cached = line.cached.saturating_add(tokens.cached);
        line.output = line.output.saturating_add(tokens.output);
        line.reasoning = line.reasoning.saturating_add(tokens.reasoning);
        let days = self.days.get_or_insert((*first_day, *last_day));
        *days = (days.0.min(*first_day), days.1.max(*last_day));
        if *tokens == Tokens::default() {
            return;
        }
        match prices::cost_of(&count.model, *tokens) {
            Some(cost) => self.cost = Some(self.cost.unwrap_or_default().saturating_add(cost)),
            None => line.incomplete = true,
        }
    }

    fn line(self) -> UsageLine {
        let day = |pick: fn((i64, i64)) -> i64| self.days.map(pick).map(format::day);
        UsageLine {
            first_day: day(|days| days.0),
            last_day: day(|days| days.1),
            cost_usd: self.cost.map(dollars),
            ..self.line
        }
    }
}

/// Exact to the millionth: as many digits as a double has.
#[expect(clippy::cast_precision_loss, reason = "a cost is far below 2^53 millionths")]
fn dollars(millionths: u64) -> f64 {
    millionths as f64 / 1e6
}

fn compose(by: UsageBy, since: i64, counts: &[UsageCount], names: &UsageNames) -> UsageView {
    let mut sums: BTreeMap<&str, Sum> = BTreeMap::new();
    let (mut total, mut without_price) = (Sum::default(), BTreeSet::new());
    for count in counts {
        sums.entry(&count.key).or_default().add(count);
        total.add(count);
        let is_used = count.tokens != Tokens::default();
        if is_used && prices::cost_of(&count.model, count.tokens).is_none() {
            without_price.insert(count.model.clone());
        }
    }
    let line_of = |(key, added): (&str, Sum)| {
        let key = if by == UsageBy::Day { day_text(key) } else { key.to_owned() };
        let name = name_of(by, &key, names);
        UsageLine { key, name, ..added.line() }
    };
    let mut lines: Vec<_> = sums.into_iter().map(line_of).collect();
    match by {
        UsageBy::Day => lines.sort_by(|a, b| a.key.cmp(&b.key)),
        _ => lines.sort_by_key(|it| std::cmp::Reverse(it.input.saturating_add(it.output))),
    }
    let left_out = lines.len().saturating_sub(MOST_LINES);
    match by {
        // The newest days stay.
        UsageBy::Day => drop(lines.drain(..left_out)),
        _ => lines.truncate(MOST_LINES),
    }
    UsageView {
        by,
        since: format::day(since),
        lines,
        total: total.line(),
        left_out,
        without_price: without_price.into_iter().collect(),
        prices: prices::origin(),
    }
}

fn day_text(key: &str) -> String {
    key.parse().map(format::day).unwrap_or_default()
}

fn name_of(by: UsageBy, key: &str, names: &UsageNames) -> String {
    match by {
        UsageBy::Day | UsageBy::Model | UsageBy::Session => key.to_owned(),
        UsageBy::Profile => names.profiles.get(key).cloned().unwrap_or_default(),
        UsageBy::Client => names.clients.get(key).cloned().unwrap_or_default(),
        UsageBy::Project => names.projects.get(key).cloned().unwrap_or_else(|| {
            // Its number says which is which, and nothing else.
            key.get(..SHORT).unwrap_or(key).to_owned()
        }),
    }
}

impl UsageView {
    /// The same as a table for a spreadsheet, with a head.
    pub fn csv(&self) -> String {
        csv::table(self)
    }

    /// Nothing was ever counted.
    pub fn empty(by: UsageBy, days: u32, now: SystemTime) -> Self {
        compose(by, first_day(days, now), &[], &UsageNames::default())
    }
}

/// The number of days from a date to today, both counted; none for what is no date in the past.
pub fn days_since(date: &str, now: SystemTime) -> Option<u32> {
    let today = local_day(now, utc_offset(now));
    // Read back with the same format: nothing has to know the calendar.
    let found = (0..=MOST_DAYS).find(|days| format::day(today - i64::from(*days)) == date)?;
    found.checked_add(1)
}

/// Nothing is kept longer, in days.
pub const MOST_DAYS: u32 = 3650;

#[cfg(test)]
#[path = "usage/usage_tests.rs"]
mod tests;
