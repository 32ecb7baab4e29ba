//! What is held of one profile: its token, the renewal under way, and how the
//! latest ones ended.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

use super::{Access, Reason, TokenError, life::Moment};
use rotunda_core::vault::{ChatGptCredential, VaultError};

/// Pause after a renewal that failed, doubled with each further failure.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(5 * 60);
/// Between two renewals of one profile; a token that upstream refused is renewed sooner.
const BETWEEN: Duration = Duration::from_secs(60);

/// One profile's tokens.
#[derive(Debug, Default)]
pub(super) struct Slot {
    /// Held for moments.
    facts: Mutex<Facts>,
    /// Held through a renewal, from before the vault is read until what was made is stored.
    pub(super) renewing: tokio::sync::Mutex<()>,
    /// Held while the profile's items change: a store and a removal never overlap.
    pub(super) storing: tokio::sync::Mutex<()>,
}

#[derive(Debug, Default)]
struct Facts {
    /// The token in use.
    current: Option<Access>,
    /// When a renewal was sent to the issuer that it has not answered.
    asked_at: Option<Instant>,
    /// The latest renewal that brought a token.
    last: Option<Last>,
    failed: Option<Failed>,
    /// Attempts that are over.
    over: u64,
    /// The profile is removed or has another sign-in: what a renewal under way makes is not stored.
    gone: bool,
    unsaved: Option<Unsaved>,
}

#[derive(Debug, Clone, Copy)]
struct Last {
    at: Moment,
    reason: Reason,
    generation: u64,
    /// Upstream has served with its token.
    accepted: bool,
}

#[derive(Debug)]
struct Failed {
    error: TokenError,
    at: Moment,
    times: u32,
}

/// A renewed credential that the vault has not taken yet. The one in the vault is spent.
#[derive(Debug, Clone)]
pub(super) struct Unsaved {
    pub(super) credential: ChatGptCredential,
    pub(super) error: VaultError,
}

/// Whether a renewal may begin.
pub(super) enum Turn {
    /// It may.
    Renew,
    /// There is another token already, or none is due.
    Use(Access),
    /// It must not.
    Refuse(TokenError),
}

impl Slot {
    fn facts(&self) -> MutexGuard<'_, Facts> {
        self.facts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn get(&self) -> Option<Access> {
        self.facts().current.clone()
    }

    /// The token that came in place of `used`, if one did.
    pub(super) fn newer(&self, used: &Access) -> Option<Access> {
        self.get().filter(|access| access.generation != used.generation)
    }

    pub(super) fn put_if_empty(&self, access: Access) -> Access {
        self.facts().current.get_or_insert(access).clone()
    }

    pub(super) fn over(&self) -> u64 {
        self.facts().over
    }

    /// Decides about a renewal of `used`; `over` is the value of [`Self::over`] before waiting for it.
    pub(super) fn turn(&self, used: &Access, reason: Reason, over: u64, now: Moment) -> Turn {
        let facts = self.facts();
        if facts.gone {
            return Turn::Refuse(TokenError::Gone);
        }
        let newer = facts.current.as_ref().filter(|access| access.generation != used.generation);
        if let Some(newer) = newer {
            return Turn::Use(newer.clone());
        }
        if let Some(failed) = &facts.failed
            && (facts.over > over || failed.holds(now))
        {
            return Turn::Refuse(failed.error.clone());
        }
        match (facts.last.filter(|last| now.since(last.at) < BETWEEN), reason) {
            (Some(_), Reason::Proactive) => Turn::Use(used.clone()),
            // What the issuer gave for a refused token was refused as well: another would be, too.
            (
                Some(Last { reason: Reason::Unauthorized, accepted: false, .. }),
                Reason::Unauthorized,
            ) => Turn::Refuse(TokenError::Refused),
            (Some(_) | None, _) => Turn::Renew,
        }
    }

    /// Remembers how a renewal ended.
    pub(super) fn ended(&self, outcome: &Result<Access, TokenError>, reason: Reason, now: Moment) {
        let mut facts = self.facts();
        facts.over += 1;
        match outcome {
            Ok(access) => {
                facts.current = Some(access.clone());
                facts.failed = None;
                let generation = access.generation;
                facts.last = Some(Last { at: now, reason, generation, accepted: false });
            }
            Err(error) => {
                let times = facts.failed.as_ref().map_or(0, |failed| failed.times) + 1;
                facts.failed = Some(Failed { error: error.clone(), at: now, times });
            }
        }
    }

    /// Upstream served with this token.
    pub(super) fn accepted(&self, used: &Access) {
        let mut facts = self.facts();
        if let Some(last) = &mut facts.last
            && last.generation == used.generation
        {
            last.accepted = true;
        }
    }

    /// How often in a row a renewal has failed.
    pub(super) fn failures(&self) -> u32 {
        self.facts().failed.as_ref().map_or(0, |failed| failed.times)
    }

    pub(super) fn asks(&self, asks: bool) {
        self.facts().asked_at = asks.then(Instant::now);
    }

    /// When requests that wait for the renewal under way have waited for so long.
    pub(super) fn deadline(&self, patience: Duration) -> Instant {
        self.facts().asked_at.unwrap_or_else(Instant::now) + patience
    }

    pub(super) fn is_gone(&self) -> bool {
        self.facts().gone
    }

    pub(super) fn set_gone(&self, gone: bool) {
        self.facts().gone = gone;
    }

    /// Another sign-in is in place: nothing that was known holds.
    pub(super) fn clear(&self) {
        let mut facts = self.facts();
        *facts = Facts { over: facts.over, asked_at: facts.asked_at, ..Facts::default() };
    }

    pub(super) fn unsaved(&self) -> Option<Unsaved> {
        self.facts().unsaved.clone()
    }

    /// Keeps what could not be stored; true when nothing was kept before.
    pub(super) fn keep(&self, unsaved: Option<Unsaved>) -> bool {
        let mut facts = self.facts();
        std::mem::replace(&mut facts.unsaved, unsaved).is_none()
    }
}

impl Failed {
    /// Whether the issuer is left alone for now. A refused sign-in stays refused until it is made
    /// anew. What the vault refused is shared by those who waited for it, and no longer.
    fn holds(&self, now: Moment) -> bool {
        match self.error {
            TokenError::SignInLost => true,
            TokenError::Trouble => now.since(self.at) < pause(self.times),
            TokenError::Refused | TokenError::Gone | TokenError::Vault(_) => false,
        }
    }
}

/// After so many failures in a row.
pub(super) fn pause(times: u32) -> Duration {
    LONGEST_PAUSE.min(FIRST_PAUSE * 2u32.pow(times.clamp(1, 16) - 1))
}
