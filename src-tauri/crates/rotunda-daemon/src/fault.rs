//! Places where a test makes a step fail, or stops the process so that it can be
//! killed just there. In a release build there are none of them.
//!
//! Bound to `debug_assertions` and not to a feature: features of a workspace
//! are united, so one meant for tests could end up in what is shipped.

use std::io;

/// Names the place at which a process of a test stops.
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

/// The issuer has answered a renewal, and nothing of it is stored.
pub(crate) const RENEWED: &str = "vault.renewed";

/// A step is about to be taken, or has just been.
#[cfg(not(debug_assertions))]
#[expect(clippy::unnecessary_wraps, reason = "fails when a test wants it")]
#[inline]
pub(crate) fn at(_place: &'static str) -> io::Result<()> {
    Ok(())
}

/// A step is about to be taken, or has just been.
#[cfg(debug_assertions)]
#[cfg_attr(not(test), expect(clippy::unnecessary_wraps, reason = "fails when a test wants it"))]
pub(crate) fn at(place: &'static str) -> io::Result<()> {
    debug_assert!(place == RENEWED || PLACES.contains(&place), "{place} is not listed");
    if std::env::var_os(ROTUNDA_HALT_AT).is_some_and(|name| name == place) {
        use std::io::Write as _;
        let _ = writeln!(io::stderr(), "halted at {place}");
        loop {
            std::thread::park();
        }
    }
    #[cfg(test)]
    injected::at(place)?;
    Ok(())
}

/// What a test of this process makes happen, on its own thread.
#[cfg(test)]
pub(crate) mod injected {
    use std::{cell::RefCell, io};

    type Action = Box<dyn FnMut() -> io::Result<()>>;

    thread_local! {
        static ACTIONS: RefCell<Vec<(&'static str, Action)>> = const { RefCell::new(Vec::new()) };
    }

    /// Calls `action` each time this thread reaches `place`.
    pub(crate) fn when(place: &'static str, action: impl FnMut() -> io::Result<()> + 'static) {
        ACTIONS.with_borrow_mut(|actions| actions.push((place, Box::new(action))));
    }

    /// Fails at `place` with what the system calls `error`, so many times.
    pub(crate) fn fail(place: &'static str, error: i32, mut times: usize) {
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
