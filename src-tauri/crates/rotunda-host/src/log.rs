//! The log: at most five files of two megabytes, written beside the hot path.
//!
//! Only our own crates may write to it. Libraries below them see headers and
//! URLs, and their lines at `trace` would contain them.

use std::{
    fs::{self, File},
    io::{self, Read as _, Seek as _, Write},
    path::{Path, PathBuf},
};

use rotunda_core::display_text::visible;
use thiserror::Error;
use tracing::level_filters::LevelFilter;
use tracing_appender::non_blocking::{NonBlockingBuilder, WorkerGuard};
use tracing_subscriber::{Layer, filter::Targets, layer::SubscriberExt, util::SubscriberInitExt};

use crate::{
    files::{self, FileError},
    home::{Env, Home},
    platform,
    redact::{Hosts, without_secrets},
};

/// How much is logged: `off`, `error`, `warn`, `info` (default), `debug`, `trace`.
pub const ROTUNDA_LOG: &str = "ROTUNDA_LOG";
/// How the names of log files begin.
pub const NAME: &str = "rotunda";
/// So many names are tried when others hold them.
const MOST_NAMES: usize = 9;
const LARGEST: u64 = 2 << 20;
const FILES: usize = 5;
/// Lines that wait to be written; more are dropped. The library's own bound, 128,000, takes
/// four megabytes of memory at once.
const QUEUED_LINES: usize = 4096;
/// The crates that may log: ours, by the first letters of their names.
const OURS: &str = "rotunda";

/// Why there is no log.
#[derive(Debug, Error)]
pub enum LogError {
    /// The level is none of the words above.
    #[error("{ROTUNDA_LOG} is \"{0}\"; use off, error, warn, info, debug or trace")]
    Level(String),
    /// The file cannot be used.
    #[error(transparent)]
    File(#[from] FileError),
    /// Something else in this process already listens.
    #[error("this process already has a log")]
    Taken,
}

/// Writes what is still waiting when dropped; hold it until the end.
#[derive(Debug)]
#[must_use = "the log ends when this is dropped"]
pub struct Log {
    _worker: WorkerGuard,
}

/// Starts the log of this process.
pub fn start(home: &Home, env: &Env) -> Result<Log, LogError> {
    let level = level_of(env)?;
    files::create_private_folder(&home.logs)?;
    let rotating = Rotating::in_folder(&home.logs)?;
    let queue = NonBlockingBuilder::default().buffered_lines_limit(QUEUED_LINES);
    let (writer, worker) = queue.finish(rotating);
    let lines = tracing_subscriber::fmt::layer().with_ansi(false).with_writer(writer);
    let ours = Targets::new().with_target(OURS, level);
    tracing_subscriber::registry()
        .with(lines.with_filter(ours))
        .try_init()
        .map_err(|_| LogError::Taken)?;
    Ok(Log { _worker: worker })
}

fn level_of(env: &Env) -> Result<LevelFilter, LogError> {
    let Some(word) = env.get(ROTUNDA_LOG) else { return Ok(LevelFilter::INFO) };
    word.parse().map_err(|_| LogError::Level(word.to_owned()))
}

/// A file that makes room for itself: `name`, then `name.1` up to the oldest.
/// Whatever else has such a name stays as it is.
#[derive(Debug)]
struct Rotating {
    path: PathBuf,
    largest: u64,
    files: usize,
    file: File,
    written: u64,
}

impl Rotating {
    /// The log of this folder. Where something else has its name, the next name
    /// is taken.
    fn in_folder(folder: &Path) -> Result<Self, FileError> {
        for n in 1..=MOST_NAMES {
            let name = if n == 1 { format!("{NAME}.log") } else { format!("{NAME}-{n}.log") };
            let path = folder.join(name);
            let opened = Self::open(path.clone(), LARGEST, FILES);
            let opened = opened.map_err(|source| FileError { path, action: "open", source })?;
            if let Some(log) = opened {
                return Ok(log);
            }
        }
        let source = io::ErrorKind::AlreadyExists.into();
        Err(FileError { path: folder.join(format!("{NAME}.log")), action: "open", source })
    }

    /// None when something at this place is not our log.
    fn open(path: PathBuf, largest: u64, files: usize) -> io::Result<Option<Self>> {
        let Some(file) = own_log(&path)? else { return Ok(None) };
        let written = file.metadata()?.len();
        Ok(Some(Self { path, largest, files, file, written }))
    }

    /// Moves every file one place on; the oldest is gone afterwards.
    fn rotate(&mut self) -> io::Result<()> {
        let place = |n: usize| match n {
            0 => self.path.clone(),
            n => {
                let mut name = self.path.clone().into_os_string();
                name.push(format!(".{n}"));
                PathBuf::from(name)
            }
        };
        // As far as the places are ours or free.
        let ours = (1..self.files).take_while(|n| is_own_or_free(&place(*n))).count();
        for n in (0..ours).rev() {
            // A gap in the row is fine.
            let _ = fs::rename(place(n), place(n + 1));
        }
        if let Some(file) = own_log(&self.path)? {
            self.file = file;
        }
        // A program that kept the file from moving must not keep it from ending.
        if self.file.metadata()?.len() > 0 {
            self.file.set_len(0)?;
        }
        self.written = 0;
        Ok(())
    }
}

/// Opens our log, or makes it, for its owner only. None when what is there is a
/// link, a folder, a pipe, another user's, or says something else than a log.
fn own_log(path: &Path) -> io::Result<Option<File>> {
    let options = || platform::private_file_here().append(true).read(true).to_owned();
    match options().create_new(true).open(path) {
        Ok(file) => {
            files::adopt(&file, path);
            return Ok(Some(file));
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        Err(error) => return Err(error),
    }
    // Looked at first: opening a device may do something.
    if !path.symlink_metadata()?.is_file() {
        return Ok(None);
    }
    let file = match options().open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => return Ok(None),
        Err(error) => return Err(error),
    };
    let is_ours = begins_as_log(&file)? && keep_private(&file, path)?;
    Ok(is_ours.then_some(file))
}

/// Makes an open file its owner's only. False when it belongs to another user
/// or is no regular file.
fn keep_private(file: &File, path: &Path) -> io::Result<bool> {
    let data = file.metadata()?;
    if !data.is_file() || !platform::is_own(&data, &fs::metadata(files::folder_of(path))?) {
        return Ok(false);
    }
    if platform::mode(&data, path).is_some_and(|mode| mode != files::PRIVATE) {
        platform::set_mode(file, path, files::PRIVATE)?;
    }
    Ok(true)
}

fn is_own_or_free(path: &Path) -> bool {
    match path.symlink_metadata() {
        Err(error) => error.kind() == io::ErrorKind::NotFound,
        Ok(data) => data.is_file() && is_log(path),
    }
}

/// Whether a file is a log of ours, by how it begins.
pub fn is_log(path: &Path) -> bool {
    let opened = platform::private_file_here().read(true).open(path);
    opened.and_then(|file| begins_as_log(&file)).unwrap_or(false)
}

/// The log that was written last: its name is another one where something else has the usual.
pub fn newest(folder: &Path) -> Option<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    let logs = entries.map(|entry| entry.path()).filter(|path| {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let is_named = name.starts_with(NAME)
            && path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("log"));
        is_named && path.symlink_metadata().is_ok_and(|data| data.is_file()) && is_log(path)
    });
    logs.max_by_key(|path| fs::metadata(path).and_then(|data| data.modified()).ok())
}

/// Nothing, or a line as we write them: a time, a level, a crate of ours.
fn begins_as_log(mut file: &File) -> io::Result<bool> {
    let mut start = [0; 128];
    file.seek(io::SeekFrom::Start(0))?;
    let read = file.read(&mut start)?;
    let text = String::from_utf8_lossy(&start[..read]);
    Ok(read == 0 || is_log_line(&text))
}

/// Whether a line is one that this log would hold.
pub fn is_log_line(line: &str) -> bool {
    let mut words = line.split_whitespace();
    let (time, level, target) = (words.next(), words.next(), words.next());
    let is_time = |word: &str| {
        word.len() >= 20
            && word.ends_with('Z')
            && word.as_bytes()[10] == b'T'
            && word.as_bytes()[..4].iter().all(u8::is_ascii_digit)
    };
    time.is_some_and(is_time)
        && level.is_some_and(|word| ["ERROR", "WARN", "INFO", "DEBUG", "TRACE"].contains(&word))
        && target.is_some_and(|word| word.starts_with(OURS))
}

/// A line as it is written: one line, without secrets, addresses of people and
/// characters that cannot be seen. The caller takes care of that; this is the
/// second lock.
fn harmless(line: &[u8]) -> String {
    let text = String::from_utf8_lossy(line);
    let text = without_secrets(text.trim_end_matches('\n'), Hosts::Kept);
    visible(&text.replace('\n', "\\n")).into_owned() + "\n"
}

impl Write for Rotating {
    /// Each write is one line.
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let shown = harmless(line);
        if self.written > 0 && self.written + shown.len() as u64 > self.largest {
            self.rotate()?;
        }
        self.file.write_all(shown.as_bytes())?;
        self.written += shown.len() as u64;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the log itself would write.
    fn line(text: &str) -> String {
        format!("2026-11-21T05:00:00.000000Z  INFO rotunda_daemon: {text}\n")
    }

    fn open(path: &Path, files: usize) -> Rotating {
        Rotating::open(path.to_owned(), 120, files).unwrap().unwrap()
    }

    #[test]
    fn the_newest_lines_stay_and_the_oldest_go() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("rotunda.log");
        let mut log = open(&path, 3);
        for n in 0..10 {
            log.write_all(line(&format!("{n:04}")).as_bytes()).unwrap();
        }
        let texts = ["", ".1", ".2"]
            .map(|end| fs::read_to_string(format!("{}{end}", path.display())).unwrap());
        assert_eq!(texts[0], line("0008") + &line("0009"));
        assert_eq!(texts[1], line("0006") + &line("0007"));
        assert_eq!(texts[2], line("0004") + &line("0005"));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 3);
    }

    #[test]
    fn a_reopened_log_is_appended_to() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("rotunda.log");
        open(&path, 2).write_all(line("first").as_bytes()).unwrap();
        open(&path, 2).write_all(line("second").as_bytes()).unwrap();
        assert_eq!(fs::read_to_string(path).unwrap(), line("first") + &line("second"));
    }

    #[test]
    fn a_line_holds_no_secret_no_address_and_nothing_unseen() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("rotunda.log");
        let said = "for ada@example.com at http://127.0.0.1:1/0123456789abcdef/codex\nand \u{1b}[2J\u{202e}x";
        open(&path, 2).write_all(line(said).as_bytes()).unwrap();
        let text = fs::read_to_string(path).unwrap();
        assert_eq!(text.lines().count(), 1);
        assert!(
            text.ends_with(
                "for <address> at http://127.0.0.1:1/…/codex\\nand \\u{1b}[2J\\u{202e}x\n"
            ),
            "{text:?}"
        );
    }

    #[test]
    fn files_of_others_are_neither_written_to_nor_moved_nor_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::write(at("rotunda.log"), "shopping list\n").unwrap();
        fs::create_dir(at("rotunda-2.log")).unwrap();
        fs::write(at("rotunda-3.log.2"), "their archive\n").unwrap();
        assert_eq!(newest(folder.path()), None);
        let mut log = Rotating::in_folder(folder.path()).unwrap();
        assert_eq!(log.path, at("rotunda-3.log"));
        assert_eq!(newest(folder.path()), Some(at("rotunda-3.log")));
        log.largest = 120;
        for n in 0..10 {
            log.write_all(line(&format!("{n:04}")).as_bytes()).unwrap();
        }
        let text = |name: &str| fs::read_to_string(at(name)).unwrap();
        assert_eq!(text("rotunda.log"), "shopping list\n");
        assert_eq!(text("rotunda-3.log.2"), "their archive\n");
        assert_eq!(text("rotunda-3.log"), line("0008") + &line("0009"));
        assert_eq!(text("rotunda-3.log.1"), line("0006") + &line("0007"));
        assert!(!at("rotunda-3.log.3").exists());
    }

    #[cfg(unix)]
    #[test]
    fn a_log_is_its_owners_only_also_one_that_was_open_and_links_are_not_followed() {
        use std::os::unix::fs::{PermissionsExt as _, symlink};
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let mode = |name: &str| fs::metadata(at(name)).unwrap().permissions().mode() & 0o777;
        fs::write(at("victim"), "theirs").unwrap();
        symlink(at("victim"), at("rotunda.log")).unwrap();
        let pipe = std::process::Command::new("mkfifo").arg(at("rotunda-2.log")).status();
        assert!(pipe.unwrap().success());
        fs::write(at("rotunda-3.log"), line("before")).unwrap();
        fs::set_permissions(at("rotunda-3.log"), fs::Permissions::from_mode(0o644)).unwrap();
        let mut log = Rotating::in_folder(folder.path()).unwrap();
        log.largest = 120;
        for n in 0..4 {
            log.write_all(line(&format!("{n:04}")).as_bytes()).unwrap();
        }
        assert_eq!(fs::read_to_string(at("victim")).unwrap(), "theirs");
        assert_eq!([mode("rotunda-3.log"), mode("rotunda-3.log.1")], [0o600; 2]);
    }

    #[test]
    fn a_level_that_is_no_word_is_refused() {
        let env = Env::of([(ROTUNDA_LOG, "loud")]);
        let error = level_of(&env).unwrap_err().to_string();
        assert!(error.contains("loud") && error.contains("debug"), "{error}");
        assert_eq!(level_of(&Env::of([(ROTUNDA_LOG, "debug")])).unwrap(), LevelFilter::DEBUG);
    }
}
