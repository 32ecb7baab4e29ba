//! The whole file as it was before binding, when the user asks for just that.
//!
//! It takes out what was written since, so what it would take out is shown
//! first, and a copy of what it takes out is kept.

use std::{path::PathBuf, time::SystemTime};

use rotunda_core::{
    Secret,
    binding::{self, Prior, Priors},
};
use rotunda_host::{
    clock, files,
    home::Home,
    timezone::{clock_time, date},
};
use serde::{Deserialize, Serialize};

use super::{
    BindError, Journal, at, backup,
    edit::{Wanted, edit},
    lock_if_possible, mode_to_give_back, ours_at,
};

/// What restoring would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Restoring {
    /// Lines that go begin with `- `, lines that come with `+ `; what may be a
    /// secret is left out.
    pub diff: String,
    /// Tables and top-level keys that were added or changed since.
    pub removes: Vec<String>,
    /// The same in one sentence.
    pub text: String,
    /// The copy in question, by its file name.
    pub backup: String,
    /// When it was made, in seconds since 1970.
    pub backup_at: Option<i64>,
}

/// What restoring did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// Whether the file was written.
    pub changed: bool,
    /// Where the file was copied to before, our own line left out.
    pub kept: Option<PathBuf>,
    /// What else was found to be broken, a clause each.
    pub found: Vec<String>,
}

/// What [`restore`] would do; changes nothing. Blocks.
pub fn restoring(
    home: &Home,
    url: &Secret<String>,
    now: SystemTime,
) -> Result<Restoring, BindError> {
    let journal = Journal::open_any(home);
    let copy = backup::of(home, &journal).ok_or(BindError::NoBackup(home.codex_config()))?;
    let old = files::read_text(&copy)?;
    let current = files::read_text_if_there(&home.codex_config())?.unwrap_or_default();
    let removes = binding::changed(&old, &without_ours(&current, url, &journal));
    let backup_at = backup::made_at(&copy);
    let since = backup_at.map_or_else(|| "then".to_owned(), |at| moment(at, now));
    let text = sentence(removes.as_deref(), &since, current == old);
    let backup = copy.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let diff = binding::diff(&current, &old);
    Ok(Restoring { diff, removes: removes.unwrap_or_default(), text, backup, backup_at })
}

/// Puts the copy from before binding in the place of Codex's file, byte for
/// byte. Codex is unbound then. It needs the copy and the file only; what else is
/// broken is reported. Blocks.
pub fn restore(home: &Home, url: &Secret<String>, now: SystemTime) -> Result<Restored, BindError> {
    let mut found = Vec::new();
    let _lock = lock_if_possible(home, &mut found)?;
    at("bind.locked")?;
    files::finish_in_place(&home.data);
    let journal = Journal::open_any(home);
    found.extend_from_slice(journal.damage());
    let copy = backup::of(home, &journal).ok_or(BindError::NoBackup(home.codex_config()))?;
    let old = files::read_text(&copy)?;
    let mut kept = None;
    let edited = edit(home, |current, pace| {
        if let Some(current) = current {
            let text = without_ours(current, url, &journal);
            let copied = backup::write(home, &text, now, pace);
            kept = Some(copied.or_else(|_| backup::write_beside(home, &text, now))?);
        }
        let mode = mode_to_give_back(home, journal.record());
        Ok(Wanted { text: Some(old.clone()), mode, insists: true })
    })?;
    if let Some(kept) = &kept {
        files::put_on_disk(kept)?;
    }
    if let Err(error) = journal.forget() {
        found.push(error.to_string());
    }
    let changed = edited.changed;
    Ok(Restored { changed, kept: kept.filter(|kept| *kept != copy && changed), found })
}

/// What would be left of a text after unbinding; of one that does not parse, what
/// is left without our line.
pub(super) fn without_ours(text: &str, url: &Secret<String>, journal: &Journal) -> String {
    let record = journal.record();
    let priors = record.map(|record| record.priors.clone());
    let priors = priors.unwrap_or(Priors { base_url: Prior::Ours, provider: None });
    match binding::unbind(text, &priors, &ours_at(url, record)) {
        Ok(unbound) => unbound.text,
        Err(_) => text.split_inclusive('\n').filter(|line| !line.contains("# Rotunda")).collect(),
    }
}

fn sentence(removes: Option<&[String]>, since: &str, is_same: bool) -> String {
    match removes {
        None => format!("This replaces the whole file by the copy from {since}."),
        Some([]) if is_same => format!("The file is what it was at {since}: nothing changes."),
        Some([]) => format!("Nothing but Rotunda's line and comments changed since {since}."),
        Some([one]) => format!("This removes 1 change made since {since}: {one}."),
        Some([first, rest @ ..]) => format!(
            "This removes {} changes made since {since}, including {first}.",
            rest.len() + 1
        ),
    }
}

/// Such as `09:02`, or `2026-11-20 09:02` on another day.
fn moment(at: i64, now: SystemTime) -> String {
    let at = clock::from_unix(at);
    let time = clock_time(at);
    if date(at) == date(now) { time } else { format!("{} {time}", date(at)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_is_counted_and_one_named() {
        let names = ["[mcp_servers.figma]", "model", "x"].map(str::to_owned);
        let of = |names: &[String]| sentence(Some(names), "09:02", false);
        assert_eq!(
            of(&names),
            "This removes 3 changes made since 09:02, including [mcp_servers.figma]."
        );
        assert_eq!(of(&names[1..2]), "This removes 1 change made since 09:02: model.");
        assert!(of(&[]).starts_with("Nothing but Rotunda's line"));
        assert!(sentence(None, "09:02", false).contains("whole file"));
    }
}
