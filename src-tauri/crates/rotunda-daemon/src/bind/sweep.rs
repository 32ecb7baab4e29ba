//! What an end without warning left beside Codex's file, and what an editor saved
//! into a file that was displaced under it.

use std::{path::PathBuf, time::SystemTime};

use rotunda_core::{
    Secret,
    binding::{self, State},
};
use rotunda_host::{
    files::{self, Kind, Pace},
    home::Home,
};

use super::{
    BindError, Journal, backup,
    edit::{Wanted, edit},
    lock,
    restore::without_ours,
};

/// What became of what was left.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Copies that were made of another program's text.
    pub kept: Vec<PathBuf>,
    /// A displaced file is still open in another program: to be looked at later.
    pub held: bool,
}

/// Looks at what is left beside Codex's file. What is known from elsewhere is
/// removed. Another program's save that is newer than the file takes its place,
/// and what stood there is kept among the backups; an older one is kept there
/// itself. Blocks.
pub fn sweep(home: &Home, url: &Secret<String>, now: SystemTime) -> Result<Swept, BindError> {
    let left = left_over(home);
    let mut swept = Swept::default();
    if left.is_empty() {
        return Ok(swept);
    }
    let _lock = lock(home)?;
    for left in left {
        if files::is_written(&left) {
            swept.held = true;
            continue;
        }
        if let Some(kept) = sweep_one(home, url, now, &left)? {
            swept.kept.push(kept);
        }
        files::remove(&left)?;
    }
    Ok(swept)
}

fn left_over(home: &Home) -> Vec<PathBuf> {
    let path = home.codex_config();
    let target = files::follow_links(&path).unwrap_or(path);
    files::left_over(files::folder_of(&target), Kind::Config)
}

fn sweep_one(
    home: &Home,
    url: &Secret<String>,
    now: SystemTime,
    left: &std::path::Path,
) -> Result<Option<PathBuf>, BindError> {
    let journal = Journal::open_any(home);
    let path = home.codex_config();
    let current = files::read_text_if_there(&path)?.unwrap_or_default();
    let plain = without_ours(&current, url, &journal);
    let coming = binding::bind(&current, url.expose(), false).map(|bound| bound.text);
    let text = String::from_utf8_lossy(&files::read(left)?).into_owned();
    // Not finished: the beginning of what was to come.
    let is_part =
        plain.starts_with(&text) || coming.as_ref().is_ok_and(|coming| coming.starts_with(&text));
    let theirs = without_ours(&text, url, &journal);
    if is_part || theirs == plain {
        return Ok(None);
    }
    let is_newer = files::is_newer(left, &path);
    let (kept, standing) = if is_newer { (&plain, &theirs) } else { (&theirs, &plain) };
    let kept = backup::write(home, kept, now, Pace::Calm)?;
    if is_newer {
        let ours = super::ours_at(url, journal.record());
        let is_bound =
            matches!(binding::state(&current, &ours), State::Bound | State::BoundStale { .. });
        edit(home, |found, _| {
            if found.unwrap_or_default() != current {
                let text = found.map(str::to_owned);
                return Ok(Wanted { text, mode: None, insists: false });
            }
            let bound = is_bound.then(|| binding::bind(standing, url.expose(), false).ok());
            let text = bound.flatten().map_or_else(|| standing.clone(), |bound| bound.text);
            Ok(Wanted { text: Some(text), mode: None, insists: false })
        })?;
    }
    Ok(Some(kept))
}
