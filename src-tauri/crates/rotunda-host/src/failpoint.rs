//! Places where a test makes a step fail, or stops the process so that it can be
//! killed just there. In a release build there are none of them.
//!
//! Bound to `debug_assertions` and not to a feature: features of a workspace
//! are united, so one meant for tests could end up in what is shipped.

use std::{io, path::PathBuf};

use rotunda_core::VaultError;

/// Names the place at which a process of a test stops; `place:3` is its third time
/// there.
#[cfg(debug_assertions)]
const ROTUNDA_HALT_AT: &str = "ROTUNDA_HALT_AT";

/// Every place, in the order in which binding and unbinding reach them.
#[cfg(debug_assertions)]
pub const PLACES: [&str; 13] = [
    "bind.locked",
    "bind.backed_up",
    "journal.ours",
    "journal.beside",
    "swap.filled",
    "swap.compared",
    "swap.exchange",
    "swap.exchanged",
    "swap.done",
    "bind.written",
    "unbind.written",
    "forget.ours",
    "forget.beside",
];

/// Places that a change of another file reaches, or one of some systems only.
#[cfg(debug_assertions)]
pub const OTHER_PLACES: [&str; 7] = [
    "write.filled",
    "sync.file",
    "sync.folder",
    "place.recorded",
    "place.written",
    "second.locked",
    "second.written",
];

/// The issuer has answered a renewal, and nothing of it is stored.
pub(crate) const RENEWED: &str = "vault.renewed";

/// Every place in the vault, the store and beside Codex's own sign-in at which
/// `ROTUNDA_FAULTS` can make a running process fail.
#[cfg(debug_assertions)]
pub const SIGN_IN_PLACES: [&str; 6] =
    ["vault.read", "vault.write", "vault.next", "vault.remove", "store.write", "own.write"];

/// Names a file that says what fails in a process of a test, in lines such as
/// `vault.write=ENOSPC`. It is read at each place, so a test can change it.
#[cfg(debug_assertions)]
const ROTUNDA_FAULTS: &str = "ROTUNDA_FAULTS";

/// Names a file that stands in for the keychain in a process of a test.
#[cfg(debug_assertions)]
const ROTUNDA_TEST_KEYCHAIN: &str = "ROTUNDA_TEST_KEYCHAIN";

/// The file that stands in for the keychain, in a test.
pub(crate) fn keychain_stand_in() -> Option<PathBuf> {
    #[cfg(debug_assertions)]
    return std::env::var_os(ROTUNDA_TEST_KEYCHAIN).map(PathBuf::from);
    #[cfg(not(debug_assertions))]
    None
}

/// The same for the vault, with its own errors.
pub(crate) fn vault(place: &'static str) -> Result<(), VaultError> {
    at(place).map_err(|error| match error.kind() {
        io::ErrorKind::WouldBlock => VaultError::Locked,
        _ => VaultError::Unavailable(error.to_string()),
    })
}

#[cfg(debug_assertions)]
fn by_file(place: &str) -> io::Result<()> {
    use std::{thread, time::Duration};
    let Some(path) = std::env::var_os(ROTUNDA_FAULTS).map(PathBuf::from) else {
        return Ok(());
    };
    let wanted = || {
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix(place)?.strip_prefix('='));
        line.map(str::to_owned)
    };
    let number = match wanted().as_deref() {
        None => return Ok(()),
        Some("ENOSPC") => 28,
        Some("EMFILE") => 24,
        Some("EIO") => 5,
        Some("EROFS") => 30,
        Some("locked") => return Err(io::ErrorKind::WouldBlock.into()),
        Some("slow") => {
            thread::sleep(Duration::from_secs(2));
            return Ok(());
        }
        Some("never") => {
            while wanted().as_deref() == Some("never") {
                thread::sleep(Duration::from_millis(20));
            }
            return Ok(());
        }
        Some("kill") => {
            let _ = std::fs::write(path.with_extension("halted"), place);
            halt(place);
        }
        Some(other) => panic!("{other} is no fault"),
    };
    Err(io::Error::from_raw_os_error(number))
}

#[cfg(debug_assertions)]
fn halt(place: &str) -> ! {
    use std::io::Write as _;
    let _ = writeln!(io::stderr(), "halted at {place}");
    loop {
        std::thread::park();
    }
}

/// A step is about to be taken, or has just been.
#[cfg(not(debug_assertions))]
#[expect(clippy::unnecessary_wraps, reason = "fails when a test wants it")]
#[inline]
pub fn at(_place: &'static str) -> io::Result<()> {
    Ok(())
}

/// A step is about to be taken, or has just been.
#[cfg(debug_assertions)]
pub fn at(place: &'static str) -> io::Result<()> {
    let is_listed = place == RENEWED
        || PLACES.contains(&place)
        || OTHER_PLACES.contains(&place)
        || SIGN_IN_PLACES.contains(&place);
    debug_assert!(is_listed, "{place} is not listed");
    if halts_at(place) {
        halt(place);
    }
    by_file(place)?;
    #[cfg(any(test, feature = "testing"))]
    injected::at(place)?;
    Ok(())
}

/// Whether this is the time and place to stop at.
#[cfg(debug_assertions)]
fn halts_at(place: &str) -> bool {
    use std::sync::atomic::{AtomicUsize, Ordering};
    static VISITS: AtomicUsize = AtomicUsize::new(0);
    let wanted = std::env::var(ROTUNDA_HALT_AT).unwrap_or_default();
    let (name, time) = wanted.split_once(':').unwrap_or((&wanted, "1"));
    name == place && time.parse() == Ok(VISITS.fetch_add(1, Ordering::Relaxed) + 1)
}

/// What a test of this process makes happen, on its own thread.
#[cfg(any(test, feature = "testing"))]
pub mod injected {
    use std::{cell::RefCell, io};

    type Action = Box<dyn FnMut() -> io::Result<()>>;

    thread_local! {
        static ACTIONS: RefCell<Vec<(&'static str, Action)>> = const { RefCell::new(Vec::new()) };
    }

    /// Calls `action` each time this thread reaches `place`.
    pub fn when(place: &'static str, action: impl FnMut() -> io::Result<()> + 'static) {
        ACTIONS.with_borrow_mut(|actions| actions.push((place, Box::new(action))));
    }

    /// Fails at `place` with what the system calls `error`, so many times.
    pub fn fail(place: &'static str, error: i32, mut times: usize) {
        when(place, move || {
            if times == 0 {
                return Ok(());
            }
            times -= 1;
            Err(io::Error::from_raw_os_error(error))
        });
    }

    pub(super) fn at(place: &str) -> io::Result<()> {
        // Taken out while they run: an action may reach a place itself.
        let mut actions = ACTIONS.take();
        let mut here = actions.iter_mut().filter(|(name, _)| *name == place);
        let outcome = here.try_for_each(|(_, action)| action());
        ACTIONS.with_borrow_mut(|added| added.splice(..0, actions).for_each(drop));
        outcome
    }
}
