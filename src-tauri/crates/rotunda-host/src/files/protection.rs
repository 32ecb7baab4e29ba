//! The read-only attribute of Windows. There it keeps a file from being replaced,
//! renamed over and removed; elsewhere the folder alone decides that. It is lifted
//! for as long as such a step takes.

use std::{io, path::Path};

use crate::platform;

/// Runs a step that replaces or rewrites a file. Afterwards the file that stands there
/// is read-only if the one before was, also when the step failed.
pub(super) fn kept<T>(path: &Path, step: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
    let lifted = platform::lift_protection(path)?;
    let done = step();
    if lifted {
        let again = platform::freeze(path);
        // A failed step says more than its consequence.
        return done.and_then(|done| again.map(|()| done));
    }
    done
}

/// Runs a step that takes a file away. When it fails, the file is read-only again if it
/// was before.
pub(super) fn lifted<T>(path: &Path, step: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
    let lifted = platform::lift_protection(path)?;
    step().inspect_err(|_| {
        if lifted {
            // It may be gone, which is what the step was for.
            let _ = platform::freeze(path);
        }
    })
}
