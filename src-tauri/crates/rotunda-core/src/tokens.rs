//! The tokens of one profile: which one is used, when it is renewed, and what is
//! kept until it is stored.
//!
//! Refresh tokens are single use. A new one is stored before the access token
//! that came with it is used, so a crash in between loses nothing. What cannot
//! be stored is kept and stored later. A driver has [`Tokens`] per profile and
//! does what a [`Renewal`] says, one renewal of a profile at a time.

mod access;
pub mod answer;
pub mod life;
mod renewal;
mod saving;

use std::time::Duration;

pub use self::{
    access::{Access, Reason, TokenError},
    renewal::{Action, Observation, Renewal, Start, Step},
    saving::Saving,
};
use self::{life::since, saving::Unsaved};
use crate::{pool::Moment, vault::Credential};

/// How long a request waits for a renewal. The renewal itself continues.
pub const PATIENCE: Duration = Duration::from_secs(30);
/// The same while the token in use still lives.
const SHORT_PATIENCE: Duration = Duration::from_secs(5);
/// Pause after a renewal that failed, doubled with each further failure.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(5 * 60);
/// Between two renewals of one profile; a token that upstream refused is renewed sooner.
const BETWEEN: Duration = Duration::from_secs(60);

/// One profile's tokens.
#[derive(Debug, Default)]
pub struct Tokens {
    /// The token in use.
    current: Option<Access>,
    /// Uptime at which a renewal was sent to the issuer that it has not answered.
    asked_at: Option<Duration>,
    /// The latest renewal that brought a token.
    renewed: Option<Renewed>,
    failed: Option<Failed>,
    /// Attempts that are over.
    over: u64,
    /// Of the first token of this sign-in: no token of a former one has it or a later one.
    first_generation: u64,
    /// The profile is removed or has another sign-in: what a renewal under way makes is not stored.
    gone: bool,
    unsaved: Option<Unsaved>,
}

/// A renewal that brought a token.
#[derive(Debug, Clone, Copy)]
struct Renewed {
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

/// How a request comes by a token.
#[derive(Debug)]
pub enum Next {
    /// With this one.
    Use(Access),
    /// The vault is read first.
    Load,
    /// This one is renewed first, and waited for so long.
    Renew {
        /// The token so far.
        used: Access,
        /// How long the request waits.
        patience: Duration,
    },
}

/// What the user does with a profile's sign-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// It is removed.
    Removal,
    /// Another one takes its place, while no renewal is under way.
    SignIn,
    /// The same, while a renewal takes too long to be waited for.
    SignInBesideRenewal,
}

/// What becomes of [`Tokens`] after a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Afterwards {
    /// They stay in use: requests that wait for them and new requests take turns.
    Stay,
    /// New requests get others: the profile is gone.
    Leave,
    /// New requests get [`Tokens::successor`].
    Replace,
}

/// Whether a renewal may begin.
enum Turn {
    /// It may.
    Renew,
    /// There is another token already, or none is due.
    Use(Access),
    /// It must not.
    Refuse(TokenError),
}

impl Tokens {
    /// How a request comes by a token that is valid for now, as far as is known here.
    pub fn next(&self, now: Moment) -> Next {
        match &self.current {
            None => Next::Load,
            Some(access) => Self::next_with(access, now),
        }
    }

    /// The vault was read. When another request was first, its token counts.
    pub fn loaded(&mut self, credential: Credential, now: Moment) -> Next {
        let access = Access::kept(credential, self.first_generation, now);
        Self::next_with(self.current.get_or_insert(access), now)
    }

    fn next_with(access: &Access, now: Moment) -> Next {
        let used = access.clone();
        if !used.ends_soon(now) {
            return Next::Use(used);
        }
        let patience = if used.has_ended(now) { PATIENCE } else { SHORT_PATIENCE };
        Next::Renew { used, patience }
    }

    /// The token that came in place of `used`, if one did.
    pub fn newer(&self, used: &Access) -> Option<Access> {
        self.current.clone().filter(|access| access.generation != used.generation)
    }

    /// Whether a token is the one in use; another may have come in its place.
    pub fn is_current(&self, used: &Access) -> bool {
        self.current.as_ref().is_none_or(|access| access.generation == used.generation)
    }

    /// Attempts that are over, to be handed to [`Renewal::start`] by who waits from now on.
    pub const fn over(&self) -> u64 {
        self.over
    }

    /// Decides about a renewal of `used`; `over` is the value of [`Self::over`] before waiting for it.
    fn turn(&self, used: &Access, reason: Reason, over: u64, now: Moment) -> Turn {
        if self.gone {
            return Turn::Refuse(TokenError::Gone);
        }
        if let Some(newer) = self.newer(used) {
            return Turn::Use(newer);
        }
        if let Some(failed) = &self.failed
            && (self.over > over || failed.holds(now))
        {
            return Turn::Refuse(failed.error.clone());
        }
        match (self.renewed.filter(|renewed| since(now, renewed.at) < BETWEEN), reason) {
            (Some(_), Reason::Proactive) => Turn::Use(used.clone()),
            // What the issuer gave for a refused token was refused as well: another would be, too.
            (
                Some(Renewed { reason: Reason::Unauthorized, accepted: false, .. }),
                Reason::Unauthorized,
            ) => Turn::Refuse(TokenError::Refused),
            (Some(_) | None, _) => Turn::Renew,
        }
    }

    /// Remembers how a renewal ended.
    fn ended(&mut self, outcome: &Result<Access, TokenError>, reason: Reason, now: Moment) {
        self.over += 1;
        match outcome {
            Ok(access) => {
                self.current = Some(access.clone());
                self.failed = None;
                let generation = access.generation;
                self.renewed = Some(Renewed { at: now, reason, generation, accepted: false });
            }
            Err(error) => {
                let times = self.failures() + 1;
                self.failed = Some(Failed { error: error.clone(), at: now, times });
            }
        }
    }

    /// Upstream served with this token: should it be refused later, another one
    /// may help.
    pub fn accepted(&mut self, used: &Access) {
        if let Some(renewed) = &mut self.renewed
            && renewed.generation == used.generation
        {
            renewed.accepted = true;
        }
    }

    /// The token in use was made by another holder, maybe long ago: should it be refused,
    /// another one may help.
    fn adopted(&mut self) {
        if let Some(renewed) = &mut self.renewed {
            renewed.accepted = true;
        }
    }

    /// How often in a row a renewal has failed.
    fn failures(&self) -> u32 {
        self.failed.as_ref().map_or(0, |failed| failed.times)
    }

    /// Uptime until which a request waits that has `patience` for a renewal. It counts
    /// from when the issuer was asked: who comes later waits no longer than the first.
    pub fn wait_until(&self, patience: Duration, now: Moment) -> Duration {
        self.asked_at.unwrap_or(now.uptime) + patience
    }

    /// What a request goes on with whose wait is over before the renewal of `used` is.
    ///
    /// # Errors
    /// There is no other token yet.
    pub fn waited(&self, used: &Access) -> Result<Access, TokenError> {
        self.newer(used).ok_or(TokenError::Trouble)
    }

    /// The user begins to change the sign-in, and no store is under way.
    pub fn change_begins(&mut self, change: Change) {
        self.gone = change != Change::SignIn;
    }

    /// The change is done, or failed: then the profile stays as it was.
    pub fn change_ended(&mut self, change: Change, is_done: bool) -> Afterwards {
        if !is_done {
            self.gone = false;
            return Afterwards::Stay;
        }
        self.unsaved = None;
        match change {
            Change::Removal => Afterwards::Leave,
            Change::SignInBesideRenewal => Afterwards::Replace,
            Change::SignIn => {
                let (over, asked_at) = (self.over, self.asked_at);
                *self = Self { asked_at, over, ..self.successor() };
                Afterwards::Stay
            }
        }
    }

    /// Tokens of another sign-in of the profile: nothing that was known holds, and what is
    /// observed of a token of this one says nothing of them.
    #[must_use]
    pub fn successor(&self) -> Self {
        let current = self.current.as_ref().map(|access| access.generation);
        let renewed = self.renewed.map(|renewed| renewed.generation);
        let latest = current.max(renewed).unwrap_or_default().max(self.first_generation);
        // A renewal that is under way makes the next one.
        Self { first_generation: latest + 2, ..Self::default() }
    }
}

/// How a request goes on after the renewal of `used` that it waited for. A token
/// that could not be renewed is used as long as it lives.
///
/// # Errors
/// There is no token to go on with.
pub fn after_renewal(
    outcome: Result<Access, TokenError>,
    used: Access,
    now: Moment,
) -> Result<Access, TokenError> {
    match outcome {
        Err(TokenError::Trouble | TokenError::Vault(_)) if !used.has_ended(now) => Ok(used),
        outcome => outcome,
    }
}

impl Failed {
    /// Whether the issuer is left alone for now. A refused sign-in stays refused until it is made
    /// anew. What the vault refused is shared by those who waited for it, and no longer.
    fn holds(&self, now: Moment) -> bool {
        match self.error {
            TokenError::SignInLost => true,
            TokenError::Trouble => since(now, self.at) < pause(self.times),
            TokenError::Refused | TokenError::Gone | TokenError::Vault(_) => false,
        }
    }
}

/// After so many failures in a row.
pub fn pause(times: u32) -> Duration {
    LONGEST_PAUSE.min(FIRST_PAUSE * 2u32.pow(times.clamp(1, 16) - 1))
}

#[cfg(test)]
#[path = "tokens_tests.rs"]
mod tests;
