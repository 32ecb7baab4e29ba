//! Files that the user asks for: recordings, bundles, exports. Each is a new
//! file that only its owner may read; what is there already is never touched,
//! whatever it is.

use std::{
    fs::File,
    io,
    path::{Path, PathBuf},
};

use thiserror::Error;

use super::{FileError, Mode, PRIVATE, Pace, adopt, fill, folder_of, sync_folder};
use crate::platform;

/// So many other names are tried before none is proposed.
const MOST_NAMES: u32 = 100;

/// Why there is no new file.
#[derive(Debug, Error)]
pub enum OutputError {
    /// Something has the name, be it a file, a folder, a link or a pipe.
    Taken {
        /// What is there.
        path: PathBuf,
        /// A name beside it that is free.
        free: Option<PathBuf>,
    },
    /// The folder is not there, or is none.
    NoFolder(PathBuf),
    /// The system refuses.
    File(#[from] FileError),
}

/// Writes a new file as a whole: it appears finished, or not at all.
pub fn write_new(path: &Path, bytes: &[u8]) -> Result<(), OutputError> {
    let folder = checked(path)?;
    let failed = |error: io::Error| OutputError::from(FileError::of(path, "write")(error));
    let temporary = fill(Pace::Calm, folder, path, bytes, Mode::Private).map_err(failed)?;
    // Never over what came there meanwhile.
    temporary.persist_noclobber(path).map_err(|error| refused(path, error.error))?;
    sync_folder(folder).map_err(failed)
}

/// Begins a new file that is written bit by bit.
pub fn begin_new(path: &Path) -> Result<File, OutputError> {
    checked(path)?;
    let opened = platform::private_file().write(true).create_new(true).open(path);
    let file = opened.map_err(|error| refused(path, error))?;
    // Where no mode is given at the making, the folder may pass on access for others.
    platform::set_mode(&file, path, PRIVATE).map_err(|error| refused(path, error))?;
    adopt(&file, path);
    Ok(file)
}

/// The folder that a new file goes to.
fn checked(path: &Path) -> Result<&Path, OutputError> {
    let folder = folder_of(path);
    if !folder.is_dir() {
        return Err(OutputError::NoFolder(folder.to_owned()));
    }
    // A link that leads nowhere is something too.
    if path.file_name().is_none() || path.symlink_metadata().is_ok() {
        return Err(taken(path));
    }
    Ok(folder)
}

fn refused(path: &Path, error: io::Error) -> OutputError {
    match error.kind() {
        io::ErrorKind::AlreadyExists => taken(path),
        _ => FileError::of(path, "write")(error).into(),
    }
}

fn taken(path: &Path) -> OutputError {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
    let free = name.and_then(|name| {
        let (stem, ending) = name.split_once('.').filter(|(stem, _)| !stem.is_empty()).map_or_else(
            || (name.as_str(), String::new()),
            |(stem, ending)| (stem, format!(".{ending}")),
        );
        let mut names = (2..MOST_NAMES).map(|n| path.with_file_name(format!("{stem}-{n}{ending}")));
        names.find(|path| path.symlink_metadata().is_err())
    });
    OutputError::Taken { path: path.to_owned(), free }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    type Write = fn(&Path) -> Result<(), OutputError>;

    fn writes() -> [Write; 2] {
        [|path| write_new(path, b"new"), |path| begin_new(path).map(drop)]
    }

    #[test]
    fn what_is_there_is_never_written_over_and_a_free_name_is_proposed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("bundle.tar.gz");
        fs::write(&path, "theirs").unwrap();
        fs::write(folder.path().join("bundle-2.tar.gz"), "theirs").unwrap();
        for write in writes() {
            let error = write(&path).unwrap_err().to_string();
            assert!(error.contains("bundle.tar.gz is there already"), "{error}");
            assert!(error.ends_with("bundle-3.tar.gz."), "{error}");
            assert_eq!(fs::read_to_string(&path).unwrap(), "theirs");
            let here = write(folder.path()).unwrap_err().to_string();
            assert!(here.contains("is there already"), "{here}");
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "something is left over");
    }

    #[test]
    fn a_folder_that_is_missing_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        fs::write(&file, "").unwrap();
        for write in writes() {
            for parent in [folder.path().join("none"), file.clone()] {
                let error = write(&parent.join("x")).unwrap_err().to_string();
                assert!(error.contains("is no folder") && error.ends_with("place."), "{error}");
            }
        }
    }

    #[cfg(unix)]
    #[test]
    fn links_and_pipes_are_refused_and_a_new_file_is_its_owners_only() {
        use std::os::unix::fs::{PermissionsExt as _, symlink};
        let folder = tempfile::tempdir().unwrap();
        let (target, link) = (folder.path().join("target"), folder.path().join("link"));
        let pipe = folder.path().join("pipe");
        symlink(&target, &link).unwrap();
        let made = std::process::Command::new("mkfifo").arg(&pipe).status().unwrap();
        assert!(made.success());
        for (n, write) in writes().into_iter().enumerate() {
            for taken in [&link, &pipe] {
                let error = write(taken).unwrap_err().to_string();
                assert!(error.contains("is there already"), "{error}");
            }
            assert!(!target.exists(), "a link was followed");
            let path = folder.path().join(format!("new-{n}"));
            write(&path).unwrap();
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }
}
