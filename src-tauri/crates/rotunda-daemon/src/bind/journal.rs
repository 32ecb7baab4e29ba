//! What stood in `config.toml` before binding, kept in our data folder and, in
//! case that is lost, beside Codex's file. Where variables moved both, a note
//! says where to.

use std::{collections::BTreeMap, path::PathBuf};

use rotunda_core::binding::Priors;
use serde::{Deserialize, Serialize};

use super::at;
use crate::{
    files::{self, FileError, Mode},
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
    #[serde(default)]
    pub(super) backup: Option<PathBuf>,
    /// Unix seconds.
    pub(super) bound_at: i64,
    /// There was no file before: an empty one is removed again.
    #[serde(default)]
    pub(super) made_file: bool,
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
}

impl Journal {
    /// Reads it. Our own record counts; the one beside the file stands in when
    /// ours is gone. A damaged one counts as gone: unbinding then still takes
    /// our line out.
    pub(super) fn open(home: &Home) -> Result<Self, FileError> {
        let ours = home.data.join("binding.json");
        let beside = home.codex_home.join(".rotunda-binding.json");
        let name = home.codex_config().display().to_string();
        let all: BTreeMap<String, Record> = parsed(&ours)?.unwrap_or_default();
        let record = match all.get(&name) {
            Some(record) => Some(record.clone()),
            None => parsed(&beside)?,
        };
        Ok(Self { home: home.clone(), ours, beside, name, all, record })
    }

    pub(super) fn record(&self) -> Option<&Record> {
        self.record.as_ref()
    }

    /// The folders that have a record.
    pub(super) fn folders(&self) -> Vec<PathBuf> {
        let files = self.all.keys().map(PathBuf::from);
        files.filter_map(|file| file.parent().map(PathBuf::from)).collect()
    }

    /// Keeps a record at both places.
    pub(super) fn write(&self, record: &Record) -> Result<(), FileError> {
        let mut all = self.all.clone();
        all.insert(self.name.clone(), record.clone());
        self.note_if_moved();
        files::write_atomic(&self.ours, &json(&all), Mode::Private)?;
        at("journal.ours")?;
        files::write_atomic(&self.beside, &json(record), Mode::Private)?;
        at("journal.beside")
    }

    /// Forgets the record at both places.
    pub(super) fn forget(&self) -> Result<(), FileError> {
        let mut rest = self.all.clone();
        if rest.remove(&self.name).is_some() {
            files::write_atomic(&self.ours, &json(&rest), Mode::Private)?;
        }
        at("forget.ours")?;
        files::remove(&self.beside)?;
        at("forget.beside")?;
        self.home.moved.as_ref().map_or(Ok(()), |moved| moved.forget(&self.home))
    }

    /// Without it only a removal of the package is worse off.
    fn note_if_moved(&self) {
        let noted = self.home.moved.as_ref().map_or(Ok(()), |moved| moved.note(&self.home));
        if let Err(error) = noted {
            tracing::warn!(%error, "where the binding is was not noted");
        }
    }

    /// Back to what was there when opened, after a bind that failed.
    pub(super) fn restore(&self) {
        let restored = self.record.as_ref().map_or_else(|| self.forget(), |old| self.write(old));
        if let Err(error) = restored {
            tracing::warn!(%error, "the binding's record was not put back");
        }
    }
}

fn parsed<T: for<'a> Deserialize<'a>>(path: &std::path::Path) -> Result<Option<T>, FileError> {
    let Some(text) = files::read_text_if_there(path)? else { return Ok(None) };
    let parsed = serde_json::from_str(&text);
    if parsed.is_err() {
        // Without the cause: it may quote what the file says.
        tracing::warn!(path = %path.display(), "a record of the binding is damaged");
    }
    Ok(parsed.ok())
}

fn json(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec_pretty(value).expect("texts and numbers are JSON")
}
