//! What stood in `config.toml` before binding, kept in our data folder and, in
//! case that is lost, beside Codex's file. Where variables moved both, a note
//! says where to.

use std::{collections::BTreeMap, path::PathBuf};

use rotunda_core::binding::Priors;
use serde::{Deserialize, Serialize};

use super::at;
use crate::{
    files::{self, FileError, Mode, Pace, path_text},
    home::Home,
};

/// One bound file.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Record {
    pub(super) priors: Priors,
    /// Where the line leads.
    pub(super) url: String,
    /// Where it led before, newest first.
    #[serde(default)]
    pub(super) former: Vec<String>,
    #[serde(default, with = "path_text::optional")]
    pub(super) backup: Option<PathBuf>,
    /// Unix seconds.
    pub(super) bound_at: i64,
    /// There was no file before: an empty one is removed again.
    #[serde(default)]
    pub(super) made_file: bool,
    /// The file was closed to other users because it holds the key.
    #[serde(default)]
    pub(super) closed: bool,
    /// Its permission bits before that, when they were others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) mode: Option<u32>,
}

/// The journal as it was when opened.
pub(super) struct Journal {
    home: Home,
    ours: PathBuf,
    beside: PathBuf,
    /// Which of our records is this one.
    name: String,
    /// One record per Codex folder.
    all: BTreeMap<String, Record>,
    record: Option<Record>,
    /// What could not be read of it, a clause each.
    damage: Vec<String>,
}

impl Journal {
    /// Reads it. Our own record counts; the one beside the file stands in when
    /// ours is gone. A damaged one counts as gone: unbinding then still takes
    /// our line out.
    pub(super) fn open(home: &Home) -> Result<Self, FileError> {
        let mut journal = Self::empty(home);
        journal.all = parsed(&journal.ours, &mut journal.damage)?.unwrap_or_default();
        journal.record = match journal.all.get(&journal.name) {
            Some(record) => Some(record.clone()),
            None => parsed(&journal.beside, &mut journal.damage)?,
        };
        Ok(journal)
    }

    /// The same for those who only look, or who take our line out: a journal that
    /// cannot be read counts as damaged.
    pub(super) fn open_any(home: &Home) -> Self {
        let mut journal = Self::empty(home);
        let all = parsed(&journal.ours, &mut journal.damage);
        journal.all = journal.noted(all).unwrap_or_default();
        journal.record = journal.all.get(&journal.name).cloned();
        if journal.record.is_none() {
            let beside = parsed(&journal.beside, &mut journal.damage);
            journal.record = journal.noted(beside);
        }
        journal
    }

    fn empty(home: &Home) -> Self {
        Self {
            ours: home.data.join("binding.json"),
            beside: home.codex_home.join(".rotunda-binding.json"),
            name: path_text::of(&home.codex_config()),
            home: home.clone(),
            all: BTreeMap::new(),
            record: None,
            damage: Vec::new(),
        }
    }

    fn noted<T>(&mut self, read: Result<Option<T>, FileError>) -> Option<T> {
        read.unwrap_or_else(|error| {
            self.damage.push(error.to_string());
            None
        })
    }

    /// What could not be read of it, a clause each.
    pub(super) fn damage(&self) -> &[String] {
        &self.damage
    }

    pub(super) fn record(&self) -> Option<&Record> {
        self.record.as_ref()
    }

    /// The folders that have a record.
    pub(super) fn folders(&self) -> Vec<PathBuf> {
        let files = self.all.keys().map(|name| path_text::path(name));
        files.filter_map(|file| file.parent().map(PathBuf::from)).collect()
    }

    /// Keeps a record at both places. The one beside the file stands in for a
    /// lost one; a folder of Codex's that takes no new file is no reason against
    /// binding.
    pub(super) fn write(&self, record: &Record, pace: Pace) -> Result<(), FileError> {
        let mut all = self.all.clone();
        all.insert(self.name.clone(), record.clone());
        self.note_if_moved();
        files::write_atomic_at(pace, &self.ours, &json(&all), Mode::Private)?;
        at("journal.ours")?;
        let beside = files::write_atomic_at(pace, &self.beside, &json(record), Mode::Private);
        if let Err(error) = beside {
            if !error.is_of_the_folder() {
                return Err(error);
            }
            tracing::warn!(%error, "the binding is recorded in one place only");
        }
        at("journal.beside")
    }

    /// Forgets the record at both places.
    pub(super) fn forget(&self) -> Result<(), FileError> {
        let mut rest = self.all.clone();
        let known = rest.remove(&self.name).is_some();
        // A removal needs no room on a full disk.
        let ours = match (known, rest.is_empty()) {
            (true, true) => files::remove(&self.ours),
            (true, false) => files::write_atomic(&self.ours, &json(&rest), Mode::Private),
            (false, _) => Ok(()),
        };
        at("forget.ours")?;
        let beside = files::remove(&self.beside);
        at("forget.beside")?;
        let moved = self.home.moved.as_ref().map_or(Ok(()), |moved| moved.forget(&self.home));
        ours.and(beside).and(moved)
    }

    /// Without it only a removal of the package is worse off.
    fn note_if_moved(&self) {
        let noted = self.home.moved.as_ref().map_or(Ok(()), |moved| moved.write_note(&self.home));
        if let Err(error) = noted {
            tracing::warn!(%error, "where the binding is was not noted");
        }
    }

    /// Back to what was there when opened, after a bind that failed.
    pub(super) fn restore(&self) {
        let restored =
            self.record.as_ref().map_or_else(|| self.forget(), |old| self.write(old, Pace::Calm));
        if let Err(error) = restored {
            tracing::warn!(%error, "the binding's record was not put back");
        }
    }
}

fn parsed<T: for<'a> Deserialize<'a>>(
    path: &std::path::Path,
    damage: &mut Vec<String>,
) -> Result<Option<T>, FileError> {
    let Some(text) = files::read_text_if_there(path)? else { return Ok(None) };
    let parsed = serde_json::from_str(&text);
    if parsed.is_err() {
        // Without the cause: it may quote what the file says.
        tracing::warn!(path = %path.display(), "a record of the binding is damaged");
        damage.push(format!("{} is damaged", files::shown(path)));
    }
    Ok(parsed.ok())
}

fn json(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec_pretty(value).expect("texts and numbers are JSON")
}
