//! How the demo is told: plain lines, readable without colour.

use std::{collections::BTreeMap, time::SystemTime};

use rotunda_host::{
    clock::from_unix,
    timezone::{clock_time, utc_offset},
};
use rotunda_text::{Locale, format};

use super::{
    Outcome,
    account::Account,
    turn::{Asker, ObservedTurn},
    upstream::Served,
};
use crate::view::ActivityView;

/// Width of the first column.
const LABEL: usize = 10;
/// Width of a profile's name.
const NAME: usize = 8;

/// Tells what happens, as it happens.
pub(crate) struct Story<'a> {
    tell: &'a mut (dyn FnMut(&str) + Send),
    now: SystemTime,
    /// Who asks, as a sentence calls them.
    client: &'static str,
    /// When each profile's limit is over.
    back: BTreeMap<&'static str, String>,
}

impl<'a> Story<'a> {
    pub(crate) fn new(tell: &'a mut (dyn FnMut(&str) + Send), now: SystemTime) -> Self {
        Self { tell, now, client: "Codex", back: BTreeMap::new() }
    }

    pub(crate) fn opening(&mut self, accounts: &[Account]) {
        (self.tell)("Rotunda demo");
        (self.tell)(
            "Simulated profiles, a simulated upstream, throw-away folders: nothing of yours is touched.",
        );
        let rows = accounts.iter().map(|account| {
            let (name, plan) = (account.name, &account.upstream.plan);
            let locale = Locale::english(self.now, 0);
            let left = format::left(100.0 - account.upstream.five_hours.used_percent, locale);
            let resets = account.five_hours_reset.duration_since(self.now).unwrap_or_default();
            format!("{name:NAME$}{plan:NAME$}{left}, {}", format::resets(resets, locale))
        });
        let rows: Vec<_> = rows.collect();
        self.back = accounts
            .iter()
            .map(|account| (account.name, self.until(account.five_hours_reset)))
            .collect();
        self.block("profiles", &rows);
    }

    pub(crate) fn codex(&mut self, asker: &Asker, who: &str, line: &str) {
        if let Asker::Plain(_) = asker {
            self.client = "The client";
        }
        self.block("codex", &[who.to_owned()]);
        self.block(
            "bound",
            &["One line was added to its config.toml:".to_owned(), line.to_owned()],
        );
    }

    pub(crate) fn turn(&mut self, n: usize, prompt: &str, seen: &ObservedTurn, served: &[Served]) {
        let mut rows = vec![prompt.to_owned()];
        if !seen.text.is_empty() {
            rows.push(format!("\u{201c}{}\u{201d}", seen.text));
        }
        rows.push(who_served(served, &self.back));
        if served.len() > 1 && seen.is_clean() {
            rows.push(format!("{} saw one completed turn and no error.", self.client));
        }
        self.block(&format!("turn {n}"), &rows);
    }

    pub(crate) fn activity(&mut self, newest_first: &[ActivityView]) {
        let rows = newest_first.iter().rev().map(|entry| {
            let at = from_unix(entry.at);
            format!("{}  {}", clock_time(at), entry.text)
        });
        let rows: Vec<_> = rows.collect();
        self.block("activity", &rows);
    }

    pub(crate) fn ending(&mut self, outcome: &Outcome) {
        self.block("unbound", &["config.toml is what it was before, byte for byte.".to_owned()]);
        (self.tell)("");
        let (Outcome { completed, ran_out }, client) = (outcome, self.client);
        let out = match ran_out.as_slice() {
            [] => "no profile ran out".to_owned(),
            names => format!("{} ran out on the way", names.join(" and ")),
        };
        (self.tell)(&format!(
            "{completed} turns, {completed} completed; {out}. {client} noticed nothing."
        ));
    }

    /// A label in the first column, rows in the second.
    fn block(&mut self, label: &str, rows: &[String]) {
        (self.tell)("");
        for (n, row) in rows.iter().enumerate() {
            let label = if n == 0 { label } else { "" };
            (self.tell)(&format!("  {label:LABEL$}{row}"));
        }
    }

    fn until(&self, at: SystemTime) -> String {
        format::until(at, Locale::english(self.now, utc_offset(at)))
    }
}

/// From the upstream's own record.
fn who_served(served: &[Served], back: &BTreeMap<&str, String>) -> String {
    let parts = served.iter().map(|served| match served {
        Served::Answered(name) => format!("{name} served it"),
        Served::RanOut(name) => match back.get(name) {
            Some(at) => format!("{name} ran out of its 5-hour limit (until {at})"),
            None => format!("{name} ran out of its 5-hour limit"),
        },
        Served::Stranger => "somebody unknown asked".to_owned(),
    });
    let parts: Vec<_> = parts.collect();
    match parts.as_slice() {
        [] => "Nobody served it.".to_owned(),
        parts => format!("{}.", parts.join(", then ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_record_becomes_a_sentence() {
        let record = [Served::RanOut("work"), Served::Answered("home")];
        let back = [("work", "14:05".to_owned())].into();
        assert_eq!(
            who_served(&record, &back),
            "work ran out of its 5-hour limit (until 14:05), then home served it."
        );
        assert_eq!(who_served(&[], &back), "Nobody served it.");
    }
}
