#[cfg(unix)]
use std::{cell::RefCell, rc::Rc};
use std::{
    fs, io,
    path::{Path, PathBuf},
};

use super::*;
#[cfg(unix)]
use crate::files::read;
use crate::{failpoint::injected, files::left_over as left_of};

const OLD: &[u8] = b"old";
const NEW: &[u8] = b"new";

/// True when the new text stands there.
fn swap(path: &Path, old: Option<&[u8]>, new: Option<&[u8]>) -> Result<bool, FileError> {
    let records = path.parent().unwrap();
    Ok(Swap::of_config(path, records).run(old, new)? == Swapped::Done)
}

fn left_over(path: &Path) -> Vec<PathBuf> {
    let folder = path.parent().unwrap();
    let kinds = [Kind::Config, Kind::InPlace];
    kinds.into_iter().flat_map(|kind| left_of(folder, kind)).collect()
}

fn place() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.toml");
    fs::write(&path, OLD).unwrap();
    (folder, path)
}

/// An editor saves: a file beside, then renamed over.
fn save(path: &Path, text: &str) {
    let beside = path.with_extension("editor");
    fs::write(&beside, text).unwrap();
    fs::rename(&beside, path).unwrap();
}

#[track_caller]
fn holds(path: &Path, text: &str) {
    assert_eq!(fs::read_to_string(path).unwrap(), text);
    assert!(left_over(path).is_empty(), "{:?}", left_over(path));
}

#[test]
fn a_file_with_the_content_that_was_read_is_replaced() {
    let (_folder, path) = place();
    assert!(swap(&path, Some(OLD), Some(NEW)).unwrap());
    holds(&path, "new");
    assert!(!swap(&path, Some(OLD), Some(b"newer")).unwrap());
    holds(&path, "new");
}

/// On Windows the attribute forbids replacing and removing; elsewhere it does not.
#[test]
fn a_read_only_file_is_replaced_and_stays_read_only() {
    let (folder, path) = place();
    let protect = |path: &Path| {
        let mut permissions = fs::metadata(path).unwrap().permissions();
        permissions.set_readonly(true);
        fs::set_permissions(path, permissions).unwrap();
    };
    let is_protected = |path: &Path| fs::metadata(path).unwrap().permissions().readonly();
    protect(&path);
    assert!(swap(&path, Some(OLD), Some(NEW)).unwrap());
    holds(&path, "new");
    assert!(is_protected(&path));
    // Where it can be written in place only, and when what was being written is finished.
    assert!(in_place::write(&path, NEW, OLD, None, Some(folder.path())).unwrap());
    holds(&path, "old");
    assert!(is_protected(&path));
    assert!(swap(&path, Some(OLD), None).unwrap());
    assert!(!path.exists() && left_over(&path).is_empty());
    fs::write(&path, OLD).unwrap();
    protect(&path);
    crate::files::remove(&path).unwrap();
    assert!(!path.exists());
}

#[test]
fn a_file_is_created_and_removed_only_if_unchanged() {
    let (_folder, path) = place();
    assert!(!swap(&path, None, Some(NEW)).unwrap());
    assert!(!swap(&path, Some(NEW), None).unwrap());
    holds(&path, "old");
    assert!(swap(&path, Some(OLD), None).unwrap());
    assert!(!path.exists());
    assert!(swap(&path, None, Some(NEW)).unwrap());
    holds(&path, "new");
}

#[test]
fn a_save_just_before_the_exchange_comes_back() {
    let (_folder, path) = place();
    let saved = path.clone();
    let mut once = Some(());
    injected::when("swap.compared", move || {
        once.take().into_iter().for_each(|()| save(&saved, "theirs"));
        Ok(())
    });
    assert!(!swap(&path, Some(OLD), Some(NEW)).unwrap());
    holds(&path, "theirs");
}

/// Where two files can change places; elsewhere the first of these saves is the last.
#[cfg(unix)]
#[test]
fn the_last_of_several_saves_stays() {
    let (_folder, path) = place();
    let (saved, count) = (path.clone(), Rc::new(RefCell::new(0)));
    let counted = Rc::clone(&count);
    // Before each of the first four exchanges, the later ones being returns.
    injected::when("swap.exchange", move || {
        *counted.borrow_mut() += 1;
        let number = *counted.borrow();
        if number <= 4 {
            save(&saved, &format!("save {number}"));
        }
        Ok(())
    });
    assert!(!swap(&path, Some(OLD), Some(NEW)).unwrap());
    holds(&path, "save 4");
}

#[test]
fn a_save_while_a_file_is_taken_out_stays() {
    let (_folder, path) = place();
    let saved = path.clone();
    injected::when("swap.filled", move || {
        save(&saved, "theirs");
        Ok(())
    });
    assert!(!swap(&path, Some(OLD), None).unwrap());
    holds(&path, "theirs");
    let (_folder, path) = place();
    let saved = path.clone();
    injected::when("swap.exchanged", move || {
        save(&saved, "newer");
        Ok(())
    });
    assert!(swap(&path, Some(OLD), None).unwrap());
    holds(&path, "newer");
}

#[test]
fn a_file_system_without_an_exchange_compares_and_replaces() {
    let (_folder, path) = place();
    injected::when("swap.exchange", || Err(io::ErrorKind::Unsupported.into()));
    assert!(swap(&path, Some(OLD), Some(NEW)).unwrap());
    holds(&path, "new");
    let saved = path.clone();
    injected::when("swap.compared", move || {
        save(&saved, "theirs");
        Ok(())
    });
    assert!(!swap(&path, Some(NEW), Some(OLD)).unwrap());
    holds(&path, "theirs");
}

#[cfg(unix)]
#[test]
fn a_refusal_that_passes_is_waited_for_and_one_that_stays_changes_nothing() {
    use rustix::io::Errno;
    for error in [Errno::BUSY, Errno::PERM, Errno::ACCESS] {
        let (_folder, path) = place();
        injected::fail("swap.exchange", error.raw_os_error(), 3);
        assert!(swap(&path, Some(OLD), Some(NEW)).unwrap());
        holds(&path, "new");
    }
    // For good, as network file systems and full or read-only disks say it.
    for error in [Errno::STALE, Errno::IO, Errno::NOSPC] {
        let (_folder, path) = place();
        injected::fail("swap.exchange", error.raw_os_error(), 99);
        let refused = swap(&path, Some(OLD), Some(b"longer")).unwrap_err().to_string();
        assert!(refused.starts_with("cannot write ") && refused.contains("config.toml"));
        injected::fail("swap.exchange", 0, 0);
        holds(&path, "old");
    }
}

/// A mount of its own, a folder of another owner, another file system.
#[cfg(unix)]
#[test]
fn a_file_that_cannot_be_replaced_is_compared_and_written_in_place() {
    use rustix::io::Errno;
    for error in [Errno::BUSY, Errno::PERM, Errno::ACCESS, Errno::XDEV, Errno::ROFS] {
        for saves in [false, true] {
            // Faults belong to a thread.
            thread::spawn(move || in_place_after(error, saves)).join().unwrap();
        }
    }
}

#[cfg(unix)]
fn in_place_after(error: rustix::io::Errno, edited: bool) {
    let (_folder, path) = place();
    let (target, mut once) = (path.clone(), edited.then_some(()));
    injected::when("swap.exchange", move || {
        once.take().into_iter().for_each(|()| save(&target, "theirs"));
        Err(io::Error::from_raw_os_error(error.raw_os_error()))
    });
    assert_eq!(swap(&path, Some(OLD), Some(b"longer")).unwrap(), !edited, "{error:?}");
    holds(&path, if edited { "theirs" } else { "longer" });
}

#[cfg(unix)]
#[test]
fn a_file_with_several_names_keeps_them() {
    use std::os::unix::fs::MetadataExt as _;
    let (folder, path) = place();
    let other = folder.path().join("other name");
    fs::hard_link(&path, &other).unwrap();
    let before = fs::metadata(&path).unwrap().ino();
    assert!(swap(&path, Some(OLD), Some(b"longer")).unwrap());
    assert!(swap(&path, Some(b"longer"), Some(NEW)).unwrap());
    assert_eq!(fs::read(&other).unwrap(), NEW);
    assert_eq!(fs::metadata(&path).unwrap().ino(), before);
    holds(&path, "new");
}

/// An editor opens the file, we exchange it, and only then it writes.
#[cfg(target_os = "linux")]
#[test]
fn what_an_editor_writes_into_the_displaced_file_is_not_lost() {
    use std::io::{Seek as _, Write as _};
    let (_folder, path) = place();
    let mut open = Some(fs::OpenOptions::new().write(true).open(&path).unwrap());
    injected::when("swap.exchanged", move || {
        let Some(mut editor) = open.take() else { return Ok(()) };
        thread::spawn(move || {
            thread::sleep(HELD_PAUSE);
            editor.rewind().unwrap();
            editor.write_all(b"from the editor").unwrap();
        });
        Ok(())
    });
    assert!(!swap(&path, Some(OLD), Some(NEW)).unwrap());
    holds(&path, "from the editor");
}

#[cfg(target_os = "linux")]
#[test]
fn a_displaced_file_that_stays_open_is_kept_for_a_later_look() {
    let (folder, path) = place();
    let _editor = fs::OpenOptions::new().write(true).open(&path).unwrap();
    let swapped = Swap::of_config(&path, folder.path()).run(Some(OLD), Some(NEW)).unwrap();
    assert_eq!(swapped, Swapped::Held);
    assert_eq!(fs::read(&path).unwrap(), NEW);
    let kept = left_over(&path);
    assert_eq!(kept.len(), 1);
    assert_eq!(fs::read(&kept[0]).unwrap(), OLD);
}

#[cfg(unix)]
#[test]
fn what_is_no_regular_file_is_refused_by_name_and_not_waited_for() {
    use rustix::fs::{CWD, Mode, mkfifoat};
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    mkfifoat(CWD, at("pipe"), Mode::RUSR | Mode::WUSR).unwrap();
    let _socket = std::os::unix::net::UnixListener::bind(at("socket")).unwrap();
    fs::create_dir(at("folder")).unwrap();
    std::os::unix::fs::symlink("/dev/zero", at("device")).unwrap();
    fs::File::create(at("huge")).unwrap().set_len(1 << 40).unwrap();
    let kinds = [
        ("pipe", "a named pipe"),
        ("socket", "a socket"),
        ("folder", "a folder"),
        ("device", "a device"),
        ("huge", "larger than 16 MiB"),
    ];
    for (name, kind) in kinds {
        let refused = read(&at(name)).unwrap_err().to_string();
        assert!(refused.contains(kind) && refused.contains(name), "{refused}");
        let refused = swap(&at(name), Some(OLD), Some(NEW)).unwrap_err().to_string();
        assert!(refused.contains(kind) && refused.contains(name), "{refused}");
    }
}

#[cfg(unix)]
#[test]
fn a_save_that_cannot_be_put_back_is_kept_beside() {
    use rustix::io::Errno;
    let (_folder, path) = place();
    let (saved, mut first) = (path.clone(), true);
    injected::when("swap.exchange", move || {
        if !std::mem::take(&mut first) {
            return Err(io::Error::from_raw_os_error(Errno::IO.raw_os_error()));
        }
        save(&saved, "theirs");
        Ok(())
    });
    assert!(swap(&path, Some(OLD), Some(NEW)).is_err());
    let kept = left_over(&path);
    assert_eq!(kept.len(), 1);
    assert_eq!(fs::read_to_string(&kept[0]).unwrap(), "theirs");
}
