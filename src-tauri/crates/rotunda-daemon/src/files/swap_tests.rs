use std::{cell::RefCell, fs, io, path::Path, rc::Rc};

use super::*;
use crate::fault::injected;

const OLD: &[u8] = b"old";
const NEW: &[u8] = b"new";

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
fn a_file_that_says_what_was_read_is_replaced() {
    let (_folder, path) = place();
    assert!(swap(&path, Some(OLD), Some(NEW)).unwrap());
    holds(&path, "new");
    assert!(!swap(&path, Some(OLD), Some(b"newer")).unwrap());
    holds(&path, "new");
}

#[test]
fn a_file_comes_and_goes_only_when_nobody_else_made_or_changed_it() {
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
    for error in [Errno::PERM, Errno::STALE, Errno::IO, Errno::XDEV, Errno::NOSPC, Errno::ROFS] {
        let (_folder, path) = place();
        injected::fail("swap.exchange", error.raw_os_error(), 99);
        let refused = swap(&path, Some(OLD), Some(NEW)).unwrap_err().to_string();
        assert!(refused.starts_with("cannot write ") && refused.contains("config.toml"));
        injected::fail("swap.exchange", 0, 0);
        holds(&path, "old");
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
    assert_eq!(fs::read_to_string(&kept[0].0).unwrap(), "theirs");
}
