//! Binding on the disk: the text work is `rotunda_core::binding`'s.
//!
//! Whether Codex is bound is read from `config.toml` itself. The journal only
//! knows what stood there before; it is written first and `config.toml` last,
//! so that a crash in between changes nothing for Codex.

mod backup;
mod edit;
mod journal;
mod restore;
mod second;
mod sweep;

use std::{
    fs::{File, TryLockError},
    path::PathBuf,
    thread,
    time::{Duration, SystemTime},
};

use rotunda_core::{
    ClientUrl, Secret,
    binding::{self, LeftAlone, Ours, Prior, Priors, State},
};
use rotunda_host::{
    clock::unix,
    codex_config::is_read_only,
    failpoint,
    files::{self, FileError, Pace},
    home::Home,
    instance, key, platform,
};
use thiserror::Error;

use self::{
    edit::{Edited, Wanted, edit},
    journal::{Journal, Record},
};
pub use self::{
    restore::{Restored, Restoring, restore, restoring},
    second::{add_second_line, remove_second_line, second_line},
    sweep::{Swept, sweep},
};

/// Another process binds or unbinds for moments only.
const LOCK_ATTEMPTS: u32 = 6_000;
const LOCK_PAUSE: Duration = Duration::from_millis(5);
/// Threads of Codex may still hold so many older addresses.
const MOST_FORMER: usize = 8;

/// Why the binding was not changed. Codex's file is then as it was.
#[derive(Debug, Error)]
pub enum BindError {
    /// A file cannot be read or written.
    File(#[from] FileError),
    /// The text cannot be changed safely.
    Refused {
        /// Which file.
        path: PathBuf,
        /// Where and why.
        reason: binding::BindError,
    },
    /// Another process is at it.
    Busy,
    /// Someone writes the file again and again.
    Restless(PathBuf),
    /// Its owner does not want it changed.
    ReadOnly(PathBuf),
    /// Nothing was ever copied, or it is gone.
    NoBackup(PathBuf),
}

/// What binding or unbinding did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The file in question.
    pub path: PathBuf,
    /// Where Codex goes now.
    pub state: State,
    /// Whether the file was written.
    pub changed: bool,
    /// What was not undone, because the user changed it since.
    pub left_alone: Vec<LeftAlone>,
    /// Where the file was copied to before.
    pub backup: Option<PathBuf>,
    /// The provider that Codex uses instead of the built-in one: the line then
    /// has no effect.
    pub other_provider: Option<String>,
    /// Another program has the file from before open for writing, and may yet
    /// save into it: [`sweep`] has to look later.
    pub held: bool,
    /// What else was found to be broken, a clause each.
    pub found: Vec<String>,
}

/// What binding would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DryRun {
    /// The file in question.
    pub path: PathBuf,
    /// The line as it would stand there, the key left out.
    pub line: String,
    /// Where Codex goes now.
    pub state: State,
    /// Whether a line of someone else would be replaced.
    pub replaces: bool,
    /// The provider that Codex uses instead of the built-in one.
    pub other_provider: Option<String>,
}

/// The address that leads Codex to the router on this machine.
pub fn client_url(port: u16, key: &Secret<String>) -> Secret<String> {
    ClientUrl::new(port, key).text()
}

/// Leads Codex to `url`, with `switch` also away from another provider. Call it
/// only when the router answers there. Blocks.
pub fn bind(
    home: &Home,
    url: &Secret<String>,
    switch: bool,
    now: SystemTime,
) -> Result<Outcome, BindError> {
    let _lock = lock(home)?;
    at("bind.locked")?;
    files::create_private_folder_if_missing(&home.codex_home)?;
    if is_read_only(home) {
        let path = home.codex_config();
        return Err(BindError::ReadOnly(files::follow_links(&path).unwrap_or(path)));
    }
    files::finish_in_place(&home.data);
    let journal = Journal::open(home)?;
    let (mut backup, mut written) = (None, None);
    let mut last = Pace::Calm;
    let edited = edit(home, |old, pace| {
        last = pace;
        let text = old.unwrap_or_default();
        let bound = binding::bind(text, url.expose(), switch)?;
        let first = bound.priors.base_url != Prior::Ours;
        if first && old.is_some() && !carries_key(text, url) {
            backup = Some(backup::write(home, text, now, pace)?);
            at("bind.backed_up")?;
        }
        let older = journal.record();
        let closing = Closing::of(files::mode(&home.codex_config()), older.filter(|_| !first));
        let record = Record {
            priors: bound.priors.or_older(older.map(|older| &older.priors)),
            url: url.expose().clone(),
            former: former(older, url.expose()),
            backup: backup.clone().or_else(|| older.and_then(|older| older.backup.clone())),
            bound_at: older.filter(|_| !first).map_or(unix(now), |older| older.bound_at),
            made_file: older.filter(|_| !first).map_or(old.is_none(), |older| older.made_file),
            closed: true,
            mode: closing.before,
        };
        // Once more only when another program's save changes what it says.
        if written.as_ref() != Some(&record) {
            journal.write(&record, pace)?;
            written = Some(record);
        }
        Ok(Wanted { text: Some(bound.text), mode: closing.now, insists: false })
    })
    .inspect_err(|_| journal.restore())?;
    if let Some(record) = written.filter(|_| last == Pace::Hasty) {
        journal.write(&record, Pace::Calm)?;
        backup.as_deref().map_or(Ok(()), files::put_on_disk)?;
    }
    at("bind.written")?;
    let outcome = outcome(home, &edited, &ours_at(url, None));
    Ok(Outcome { backup, found: journal.damage().to_vec(), ..outcome })
}

/// What becomes of the permission bits of a file that is to hold the key.
struct Closing {
    /// To be set.
    now: Option<u32>,
    /// To be recorded, as they were before the first time.
    before: Option<u32>,
}

impl Closing {
    /// The file is closed to other users once. What its owner makes of that
    /// afterwards stays.
    fn of(mode: Option<u32>, older: Option<&Record>) -> Self {
        if let Some(older) = older.filter(|older| older.closed) {
            return Self { now: None, before: older.mode };
        }
        let open = mode.filter(|mode| *mode != files::PRIVATE);
        Self { now: open.map(|_| files::PRIVATE), before: open }
    }
}

/// The permission bits from before binding, while those that binding set stand.
fn mode_to_give_back(home: &Home, record: Option<&Record>) -> Option<u32> {
    let before = record?.mode?;
    (files::mode(&home.codex_config()) == Some(files::PRIVATE)).then_some(before)
}

/// Undoes the binding as far as the user has not. It needs the file only: what
/// else is broken is reported. Blocks.
pub fn unbind(home: &Home, url: &Secret<String>) -> Result<Outcome, BindError> {
    let mut found = Vec::new();
    let _lock = lock_if_possible(home, &mut found)?;
    at("bind.locked")?;
    files::finish_in_place(&home.data);
    let journal = Journal::open_any(home);
    found.extend_from_slice(journal.damage());
    let record = journal.record();
    let ours = ours_at(url, record);
    let unrecorded = Priors { base_url: Prior::Ours, provider: None };
    let priors = record.map_or(&unrecorded, |record| &record.priors);
    let made_file = record.is_some_and(|record| record.made_file);
    let mut left_alone = Vec::new();
    let edited = edit(home, |old, _| {
        let text = old.unwrap_or_default();
        let unbound = binding::unbind(text, priors, &ours)?;
        left_alone = unbound.left_alone;
        let gone = made_file && unbound.text.is_empty();
        let text = (!gone).then_some(unbound.text).filter(|_| old.is_some());
        let mode = mode_to_give_back(home, record).filter(|_| text.is_some());
        Ok(Wanted { text, mode, insists: true })
    })?;
    at("unbind.written")?;
    if let Err(error) = journal.forget() {
        found.push(error.to_string());
    }
    // Without a record there is nothing that could have been changed since.
    let left_alone = if record.is_some() { left_alone } else { Vec::new() };
    Ok(Outcome { left_alone, found, ..outcome(home, &edited, &ours) })
}

/// Where Codex goes, by its file. Blocks.
pub fn state(home: &Home, url: &Secret<String>) -> Result<State, BindError> {
    let text = match files::read(&home.codex_config()) {
        Ok(bytes) => String::from_utf8(bytes),
        Err(error) if error.is_missing() => return Ok(State::Unbound),
        Err(error) => return Err(error.into()),
    };
    let ours = ours_at(url, Journal::open_any(home).record());
    Ok(match text {
        Ok(text) => binding::state(&text, &ours),
        Err(error) => {
            let good = &error.as_bytes()[..error.utf8_error().valid_up_to()];
            let line = good.split(|byte| *byte == b'\n').count();
            State::Unreadable { line, message: "this is no UTF-8 text".to_owned() }
        }
    })
}

/// What is known of a binding besides what the file says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// Since when, in seconds since 1970.
    pub since: i64,
}

/// A copy of the file from before binding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backup {
    /// Its file name.
    pub name: String,
    /// When it was made, in seconds since 1970.
    pub at: Option<i64>,
}

/// The copy that [`restore`] would put back. Blocks.
pub fn backup(home: &Home) -> Option<Backup> {
    let copy = backup::of(home, &Journal::open_any(home))?;
    let name = copy.file_name()?.to_str()?.to_owned();
    Some(Backup { name, at: backup::made_at(&copy) })
}

/// What is recorded when Codex was bound here and not unbound since: when its
/// file differs, another program changed it. Blocks.
pub fn recorded(home: &Home) -> Option<Recorded> {
    Journal::open_any(home).record().map(|record| Recorded { since: record.bound_at })
}

/// Where the recorded line leads, key and all. Blocks.
pub fn recorded_address(home: &Home) -> Option<Secret<String>> {
    Journal::open_any(home).record().map(|record| Secret::new(record.url.clone()))
}

/// What is broken of the record of a binding, a clause each. Blocks.
pub fn damage(home: &Home) -> Vec<String> {
    Journal::open_any(home).damage().to_vec()
}

/// Forgets that Codex was bound: the lines of another program stay, and
/// are not reported again. Blocks.
pub fn forget(home: &Home) -> Result<(), BindError> {
    let _lock = lock(home)?;
    Ok(Journal::open(home)?.forget()?)
}

/// Whether some process is changing the binding now. Blocks for a moment.
pub fn is_busy(home: &Home) -> bool {
    let file = File::open(home.data.join("binding.lock"));
    file.is_ok_and(|file| matches!(file.try_lock(), Err(TryLockError::WouldBlock)))
}

/// Other folders of Codex that were bound from here and not unbound since.
/// Blocks.
pub fn others(home: &Home) -> Vec<Home> {
    let all = Journal::open_any(home).folders();
    let others = all.into_iter().filter(|folder| *folder != home.codex_home);
    others.map(|codex_home| Home { codex_home, ..home.clone() }).collect()
}

/// The address that Codex's file names, key and all. Blocks.
pub fn address(home: &Home) -> Option<Secret<String>> {
    let text = files::read_text_if_there(&home.codex_config()).ok().flatten()?;
    binding::base_url(&text).map(Secret::new)
}

/// What Codex has to be told to run as it would without our lines; nothing when they are
/// not in its file, or when that cannot be read, which Codex says itself. Our lines are
/// known by their look, too: the record may be lost. Blocks.
pub fn overrides_without_ours(home: &Home) -> Vec<binding::Override> {
    let journal = Journal::open_any(home);
    let record = journal.record();
    let Some(text) = files::read_text_if_there(&home.codex_config()).ok().flatten() else {
        return Vec::new();
    };
    let url = record.map(|record| record.url.clone()).unwrap_or_default();
    let ours = ours_at(&Secret::new(url), record);
    let unrecorded = Priors { base_url: Prior::Ours, provider: None };
    let priors = record.map_or(&unrecorded, |record| &record.priors);
    binding::without_ours(&text, priors, &ours).unwrap_or_default()
}

/// A step of a change is about to be taken, or has just been.
fn at(place: &'static str) -> Result<(), FileError> {
    let path = PathBuf::from("config.toml");
    failpoint::at(place).map_err(|source| FileError { path, action: "write", source })
}

/// What [`bind`] would do; changes nothing. Blocks.
pub fn dry_run(home: &Home, url: &Secret<String>) -> Result<DryRun, BindError> {
    let text = files::read_text_if_there(&home.codex_config())?.unwrap_or_default();
    let refused = |reason| BindError::Refused { path: home.codex_config(), reason };
    let bound = binding::bind(&text, url.expose(), false).map_err(refused)?;
    Ok(DryRun {
        path: home.codex_config(),
        line: binding::shown_line(url.expose()),
        state: binding::state(&text, &ours_at(url, Journal::open_any(home).record())),
        replaces: matches!(bound.priors.base_url, Prior::Text(_)),
        other_provider: binding::other_provider(&text).map_err(refused)?,
    })
}

fn outcome(home: &Home, edited: &Edited, ours: &Ours) -> Outcome {
    Outcome {
        path: home.codex_config(),
        state: binding::state(&edited.text, ours),
        changed: edited.changed,
        left_alone: Vec::new(),
        backup: None,
        other_provider: binding::other_provider(&edited.text).unwrap_or_default(),
        held: edited.held,
        found: Vec::new(),
    }
}

fn ours_at(url: &Secret<String>, record: Option<&Record>) -> Ours {
    let recorded = record.map(|record| {
        std::iter::once(record.url.clone()).chain(record.former.iter().cloned()).collect()
    });
    Ours { url: url.expose().clone(), former: recorded.unwrap_or_default() }
}

/// A backup would keep the key in a forgotten place.
fn carries_key(text: &str, url: &Secret<String>) -> bool {
    let key = url.expose().split('/').find(|segment| key::is_key(segment));
    key.is_some_and(|key| text.contains(key))
}

/// The addresses before this one, newest first.
fn former(older: Option<&Record>, url: &str) -> Vec<String> {
    let Some(older) = older else { return Vec::new() };
    let all = std::iter::once(&older.url).chain(&older.former);
    all.filter(|former| *former != url).take(MOST_FORMER).cloned().collect()
}

/// One process at a time. Freed when dropped, or when the process ends.
fn lock(home: &Home) -> Result<File, BindError> {
    let path = home.data.join("binding.lock");
    let file = instance::lock_file(home, &path)?;
    for _ in 0..LOCK_ATTEMPTS {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) => thread::sleep(LOCK_PAUSE),
            Err(TryLockError::Error(source)) if platform::has_no_locks(&source) => {
                // Each change compares before it writes, so none is lost without.
                tracing::warn!(path = files::shown(path), "files cannot be locked there");
                return Ok(file);
            }
            Err(TryLockError::Error(source)) => {
                return Err(FileError { path, action: "lock", source }.into());
            }
        }
    }
    Err(BindError::Busy)
}

/// The same for taking our line out: a folder that gives no lock is reported and
/// does not keep Codex bound.
fn lock_if_possible(home: &Home, found: &mut Vec<String>) -> Result<Option<File>, BindError> {
    if !home.data.is_dir() {
        // Nothing was bound from here; a folder is not made for a lock alone.
        return Ok(None);
    }
    match lock(home) {
        Ok(lock) => Ok(Some(lock)),
        Err(BindError::File(error)) => {
            found.push(error.to_string());
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod plain_tests;
#[cfg(test)]
mod tests;
