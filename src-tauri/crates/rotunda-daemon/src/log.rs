//! The log: at most five files of two megabytes, written beside the hot path.
//!
//! Only our own crates may write to it. Libraries below them see headers and
//! URLs, and what they would say at `trace` is nobody's business.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
};

use thiserror::Error;
use tracing::level_filters::LevelFilter;
use tracing_appender::non_blocking::WorkerGuard;
use tracing_subscriber::{Layer, filter::Targets, layer::SubscriberExt, util::SubscriberInitExt};

use crate::{
    files::{self, FileError},
    home::{Env, Home},
    platform,
};

/// How much is told: `off`, `error`, `warn`, `info` (default), `debug`, `trace`.
pub const ROTUNDA_LOG: &str = "ROTUNDA_LOG";
const NAME: &str = "rotunda.log";
const LARGEST: u64 = 2 << 20;
const FILES: usize = 5;
/// Whose words are written: our crates, by the first letters of their names.
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
    let path = home.logs.join(NAME);
    let rotating = Rotating::open(path.clone(), LARGEST, FILES);
    let rotating = rotating.map_err(|source| FileError { path, action: "open", source })?;
    let (writer, worker) = tracing_appender::non_blocking(rotating);
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
#[derive(Debug)]
struct Rotating {
    path: PathBuf,
    largest: u64,
    files: usize,
    file: File,
    written: u64,
}

impl Rotating {
    fn open(path: PathBuf, largest: u64, files: usize) -> io::Result<Self> {
        let file = append_to(&path)?;
        let written = file.metadata()?.len();
        Ok(Self { path, largest, files, file, written })
    }

    /// Moves every file one place on; the oldest is gone afterwards.
    fn rotate(&mut self) -> io::Result<()> {
        let place = |n: usize| match n {
            0 => self.path.clone(),
            n => PathBuf::from(format!("{}.{n}", self.path.display())),
        };
        for n in (0..self.files - 1).rev() {
            // A gap in the row is fine.
            let _ = fs::rename(place(n), place(n + 1));
        }
        self.file = append_to(&self.path)?;
        // Whoever kept the file from moving must not keep it from ending.
        if self.file.metadata()?.len() > 0 {
            self.file.set_len(0)?;
        }
        self.written = 0;
        Ok(())
    }
}

fn append_to(path: &Path) -> io::Result<File> {
    platform::private_file().append(true).create(true).open(path)
}

impl Write for Rotating {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if self.written > 0 && self.written + line.len() as u64 > self.largest {
            self.rotate()?;
        }
        self.file.write_all(line)?;
        self.written += line.len() as u64;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_lines_stay_and_the_oldest_go() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(NAME);
        let mut log = Rotating::open(path.clone(), 20, 3).unwrap();
        for n in 0..10 {
            log.write_all(format!("line {n:04}\n").as_bytes()).unwrap();
        }
        let texts = ["", ".1", ".2"]
            .map(|end| fs::read_to_string(format!("{}{end}", path.display())).unwrap());
        assert_eq!(texts[0], "line 0008\nline 0009\n");
        assert_eq!(texts[1], "line 0006\nline 0007\n");
        assert_eq!(texts[2], "line 0004\nline 0005\n");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 3);
    }

    #[test]
    fn a_reopened_log_goes_on_where_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(NAME);
        Rotating::open(path.clone(), 20, 2).unwrap().write_all(b"first\n").unwrap();
        Rotating::open(path.clone(), 20, 2).unwrap().write_all(b"second\n").unwrap();
        assert_eq!(fs::read_to_string(path).unwrap(), "first\nsecond\n");
    }

    #[test]
    fn a_level_that_is_no_word_is_refused() {
        let env = Env::of([(ROTUNDA_LOG, "loud")]);
        let error = level_of(&env).unwrap_err().to_string();
        assert!(error.contains("loud") && error.contains("debug"), "{error}");
        assert_eq!(level_of(&Env::of([(ROTUNDA_LOG, "debug")])).unwrap(), LevelFilter::DEBUG);
    }
}
