//! Whether Codex's `config.toml` is to have a second line, which leads Codex's own
//! questions about its account to the router.
//!
//! The terminal interface of Codex goes by the quota of its own account. When that
//! account is out, it may keep every message in a queue, although another profile
//! would serve it. With the line it reads what the profiles have left together. While
//! the line stands and no router answers, Codex does not start: so it stands only
//! while it is needed.

use std::time::{Duration, SystemTime};

use crate::{
    pool::{PoolProfileView, PoolView},
    profile::{CooldownCause, Standing},
};

/// After the line was taken out it is not written again for so long, so that a
/// profile that is ready now and then does not change the file each time.
pub const PAUSE: Duration = Duration::from_secs(15);

/// What decides.
#[expect(clippy::struct_excessive_bools, reason = "each is a condition of its own")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Facts {
    /// The user switched it on.
    pub is_wanted: bool,
    /// The first line is in the file, and Codex goes by it.
    pub is_bound: bool,
    /// The router listens, has answered itself and is not about to end.
    pub is_serving: bool,
    /// The user's file names an address of its own there.
    pub is_foreign: bool,
    /// Codex's own account.
    pub own: OwnAccount,
    /// Another profile than Codex's own account would serve the next turn.
    pub other_ready: bool,
}

/// What is known of the account that Codex itself is signed in with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OwnAccount {
    /// It is no profile, so its quota is not read.
    Unknown,
    /// Upstream accepts its requests.
    Served,
    /// Upstream says that its requests are refused.
    Refused,
}

/// Why there is no second line. The first one that holds is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Absence {
    /// The user did not switch it on.
    SwitchedOff,
    /// The key is the user's.
    Foreign,
    /// Codex is not bound.
    NotBound,
    /// No router answers.
    NotServing,
    /// Codex's own account is no profile.
    OwnUnknown,
    /// Codex's own account is served: there is no need.
    OwnServed,
    /// No other profile is ready: what Codex shows of its own account is right.
    NoOther,
}

/// Whether the line is to stand; if not, why.
pub const fn decide(facts: &Facts) -> Result<(), Absence> {
    let Facts { is_wanted, is_bound, is_serving, is_foreign, own, other_ready } = *facts;
    if !is_wanted {
        return Err(Absence::SwitchedOff);
    }
    if is_foreign {
        return Err(Absence::Foreign);
    }
    if !is_bound {
        return Err(Absence::NotBound);
    }
    if !is_serving {
        return Err(Absence::NotServing);
    }
    match own {
        OwnAccount::Unknown => Err(Absence::OwnUnknown),
        OwnAccount::Served => Err(Absence::OwnServed),
        OwnAccount::Refused if !other_ready => Err(Absence::NoOther),
        OwnAccount::Refused => Ok(()),
    }
}

/// Whether a line that was taken out may be written again. A clock that was set back
/// does not keep it away.
pub fn may_return(taken_out: Option<SystemTime>, now: SystemTime) -> bool {
    let age = taken_out.map(|at| now.duration_since(at));
    !age.is_some_and(|age| age.is_ok_and(|age| age < PAUSE))
}

/// What the pool knows of Codex's own account.
pub fn own_account(view: &PoolView) -> OwnAccount {
    let mut own = view.profiles.iter().filter(|status| status.profile.own_sign_in).peekable();
    if own.peek().is_none() {
        OwnAccount::Unknown
    } else if own.any(is_refused) {
        OwnAccount::Refused
    } else {
        OwnAccount::Served
    }
}

/// By a refusal, or by the latest reading.
fn is_refused(status: &PoolProfileView) -> bool {
    match status.standing {
        Standing::Resting(rest) if matches!(rest.cause, CooldownCause::Quota(_)) => true,
        Standing::Ready | Standing::Resting(_) | Standing::Paused => status.is_refused,
        // Nothing is read of it any more, or what is read says nothing of turns.
        Standing::NeedsSignIn | Standing::NotEntitled { .. } => false,
    }
}

/// Whether the next turn would be served by another profile than Codex's own account.
pub fn is_other_ready(view: &PoolView) -> bool {
    let serves = |status: &PoolProfileView| status.standing == Standing::Ready && status.may_serve;
    view.profiles.iter().any(|status| !status.profile.own_sign_in && serves(status))
}

#[cfg(test)]
#[path = "second_line_tests.rs"]
mod tests;
