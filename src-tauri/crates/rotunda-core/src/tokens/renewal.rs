//! One renewal of a profile's token: what was observed goes in, what to do comes out.

use std::time::Duration;

use super::{
    Access, Reason, TokenError, Tokens, Turn,
    answer::{Failure, Made},
    life::Life,
};
use crate::{
    event::Event,
    pool::Moment,
    profile::ProfileId,
    secret::Secret,
    vault::{ChatGptCredential, Credential, Stored, VaultError},
};

/// The issuer's code for a refresh token that was spent before.
const SPENT: &str = "refresh_token_reused";
/// Pauses before another holder is asked once more for what it made of a spent token:
/// it may still be waiting for its answer.
const LOOKS: [Duration; 3] =
    [Duration::from_secs(1), Duration::from_secs(2), Duration::from_secs(4)];

/// A renewal under way. It is driven to its end, also when no request waits for it any
/// more: while an answer of the issuer may be on its way the old refresh token is not
/// offered again.
#[derive(Debug)]
pub struct Renewal {
    id: ProfileId,
    used: Access,
    reason: Reason,
    held: Option<ChatGptCredential>,
    made: Option<Answer>,
    adopted: Option<ChatGptCredential>,
    /// Why the issuer gave nothing.
    failure: Option<Failure>,
    /// How often another holder was asked again.
    looks: usize,
}

/// What the issuer made.
#[derive(Debug)]
struct Answer {
    made: Made,
    /// Counted from its receipt.
    life: Option<Life>,
    /// Whether the vault has it.
    stored: Stored,
}

/// What the driver does next. Each but the last is answered by the observation of
/// the same name.
#[derive(Debug)]
pub enum Action {
    /// Read the vault.
    Load,
    /// Ask the vault for what another holder of [`Renewal::held`] made of it.
    FindNewer {
        /// The issuer refused that one.
        is_refused: bool,
    },
    /// Ask the vault whether it could be written now.
    CheckWritable,
    /// Tell the vault that the refresh token is about to be spent.
    Announce,
    /// Send the refresh token to the issuer.
    Ask,
    /// Put this into the vault, unless [`Tokens::may_store`] denies it.
    Store(ChatGptCredential),
    /// Tell the vault what was made: [`Renewal::made`].
    Report,
    /// Tell the vault that nothing was made.
    Withdraw,
    /// Wait so long.
    Wait(Duration),
    /// It is over.
    End(Result<Access, TokenError>),
}

/// What came of an [`Action`].
#[derive(Debug)]
pub enum Observation {
    /// What the vault has.
    Loaded(Result<Credential, VaultError>),
    /// What another holder made.
    Newer(Option<ChatGptCredential>),
    /// Whether the vault could be written.
    Writable(Result<(), VaultError>),
    /// The vault knows.
    Announced,
    /// The issuer's answer.
    Answered(Result<Made, Failure>),
    /// Whether it is in the vault.
    Stored(Stored),
    /// Whether another holder of the spent token has it, too.
    Reported(bool),
    /// The vault knows.
    Withdrawn,
    /// The time is over.
    Waited,
}

/// What follows of an observation.
#[derive(Debug)]
pub struct Step {
    /// To be done next.
    pub action: Action,
    /// What others are told.
    pub events: Vec<Event>,
    /// Only a new sign-in helps, for this reason.
    pub sign_in_lost: Option<&'static str>,
}

/// How a renewal starts.
#[derive(Debug)]
pub enum Start {
    /// There is nothing to do.
    Over(Result<Access, TokenError>),
    /// It is driven from here on.
    Renewal(Box<Renewal>, Step),
}

impl Step {
    /// The same, and others are told this first.
    fn after(mut self, event: Option<Event>) -> Self {
        self.events.splice(0..0, event);
        self
    }
}

impl From<Action> for Step {
    fn from(action: Action) -> Self {
        Self { action, events: Vec::new(), sign_in_lost: None }
    }
}

impl Renewal {
    /// Starts a renewal of `used`, unless that was done since it was handed out, or
    /// was tried a moment ago: a failure is shared by all requests of the profile.
    /// `over` is [`Tokens::over`] before the request waited for its turn.
    pub fn start(
        id: ProfileId,
        used: Access,
        reason: Reason,
        over: u64,
        tokens: &mut Tokens,
        now: Moment,
    ) -> Start {
        match tokens.turn(&used, reason, over, now) {
            Turn::Renew => {}
            Turn::Use(access) => return Start::Over(Ok(access)),
            Turn::Refuse(error) => return Start::Over(Err(error)),
        }
        let (held, made, adopted, failure) = (None, None, None, None);
        let mut renewal = Self { id, used, reason, held, made, adopted, failure, looks: 0 };
        let step = match tokens.to_save().cloned() {
            Some(unsaved) => renewal.holds(unsaved, tokens, now),
            None => Action::Load.into(),
        };
        Start::Renewal(Box::new(renewal), step)
    }

    /// What is spent by this renewal, once the vault was read.
    pub const fn held(&self) -> Option<&ChatGptCredential> {
        self.held.as_ref()
    }

    /// The refresh token of that.
    pub fn refresh(&self) -> Option<&Secret<String>> {
        self.held.as_ref()?.refresh.as_ref()
    }

    /// Why the token is renewed.
    pub const fn reason(&self) -> Reason {
        self.reason
    }

    /// What became of the spent token, once the issuer answered.
    pub fn made(&self) -> Option<crate::vault::Renewal<'_>> {
        let Answer { made, stored, .. } = self.made.as_ref()?;
        Some(crate::vault::Renewal {
            spent: self.refresh()?,
            made: &made.credential,
            id_token: made.id_token.as_ref(),
            stored: *stored,
        })
    }

    /// What follows of an observation. One that does not answer the latest action
    /// ends the renewal.
    pub fn observe(&mut self, observation: Observation, tokens: &mut Tokens, now: Moment) -> Step {
        match observation {
            Observation::Loaded(Ok(Credential::ChatGpt(held))) => self.holds(held, tokens, now),
            Observation::Loaded(Ok(key)) => self.holds_key(key, tokens, now),
            Observation::Loaded(Err(error)) | Observation::Writable(Err(error)) => {
                self.end(Err(error.into()), tokens, now)
            }
            Observation::Newer(newer) => self.found(newer, tokens, now),
            Observation::Writable(Ok(())) => Action::Announce.into(),
            Observation::Announced => {
                tokens.asked_at = Some(now.uptime);
                Action::Ask.into()
            }
            Observation::Answered(answer) => {
                tokens.asked_at = None;
                self.answered(answer, tokens, now)
            }
            Observation::Stored(stored) => self.stored(stored, tokens, now),
            Observation::Reported(to_another) => {
                let event = to_another.then_some(Event::HandedOver { profile: self.id });
                self.reported(tokens, now).after(event)
            }
            Observation::Withdrawn => self.without(tokens, now),
            Observation::Waited => Action::FindNewer { is_refused: true }.into(),
        }
    }

    /// The vault holds a key, which is not renewed: another one than was refused may be
    /// good.
    fn holds_key(&self, key: Credential, tokens: &mut Tokens, now: Moment) -> Step {
        let generation = self.used.generation.max(tokens.first_generation) + 1;
        let found = Access::kept(key, generation, now);
        if found.bearer.expose() == self.used.bearer.expose() {
            return self.lost("api_key_refused", tokens, now);
        }
        self.end(Ok(found), tokens, now)
    }

    /// The vault, or the memory, holds this.
    fn holds(&mut self, held: ChatGptCredential, tokens: &mut Tokens, now: Moment) -> Step {
        // Newer tokens were stored than the ones that were used.
        let is_newer = held.access.expose() != self.used.bearer.expose();
        let found = self.access(held.clone(), tokens, now);
        self.held = Some(held);
        if is_newer && !found.ends_soon(now) {
            return self.end(Ok(found), tokens, now);
        }
        Action::FindNewer { is_refused: false }.into()
    }

    /// Another holder made this of it, or nothing.
    fn found(
        &mut self,
        newer: Option<ChatGptCredential>,
        tokens: &mut Tokens,
        now: Moment,
    ) -> Step {
        if let Some(newer) = newer {
            self.adopted = Some(newer.clone());
            return Action::Store(newer).into();
        }
        if let Some(Failure::Refused(code)) = self.failure {
            if tokens.gone {
                return self.end(Err(TokenError::Gone), tokens, now);
            }
            if code == SPENT
                && let Some(pause) = LOOKS.get(self.looks)
            {
                self.looks += 1;
                return Action::Wait(*pause).into();
            }
            return self.lost(code, tokens, now);
        }
        if self.refresh().is_none() {
            return self.lost("no_refresh_token", tokens, now);
        }
        if self.reason == Reason::Proactive && !self.used.has_ended(now) {
            // Nothing is spent for what could not be kept: the token still lives.
            return Action::CheckWritable.into();
        }
        Action::Announce.into()
    }

    fn answered(
        &mut self,
        answer: Result<Made, Failure>,
        tokens: &mut Tokens,
        now: Moment,
    ) -> Step {
        match answer {
            Ok(made) => {
                let life = Life::received(made.stated, now);
                // Safe before it is used.
                let store = Action::Store(made.credential.clone());
                self.made = Some(Answer { made, life, stored: Stored::Never });
                store.into()
            }
            Err(failure) => {
                self.failure = Some(failure);
                match tokens.to_save() {
                    None => Action::Withdraw.into(),
                    Some(_) => self.without(tokens, now),
                }
            }
        }
    }

    /// The issuer gave nothing. Another holder of the same sign-in may have spent
    /// the token, and have what it made.
    fn without(&mut self, tokens: &mut Tokens, now: Moment) -> Step {
        match self.failure {
            Some(Failure::Refused(_)) => Action::FindNewer { is_refused: true }.into(),
            Some(Failure::Unusable(why)) => {
                let is_first = tokens.failures() == 0;
                let event = is_first.then_some(Event::RenewalRefused { profile: self.id, why });
                self.end(Err(TokenError::Trouble), tokens, now).after(event)
            }
            Some(Failure::Trouble) | None => self.end(Err(TokenError::Trouble), tokens, now),
        }
    }

    fn stored(&mut self, stored: Stored, tokens: &mut Tokens, now: Moment) -> Step {
        if let Some(made) = &mut self.made {
            made.stored = stored;
            return Action::Report.into();
        }
        match self.adopted.take() {
            Some(newer) if stored != Stored::Never => {
                let access = self.access(newer.clone(), tokens, now);
                if access.has_ended(now) && newer.refresh.is_some() {
                    // Its refresh token is one that the issuer has not been asked about yet.
                    (self.held, self.failure, self.looks) = (Some(newer), None, 0);
                    return Step::from(Action::Announce)
                        .after(Some(Event::Adopted { profile: self.id }));
                }
                let event = Some(Event::Adopted { profile: self.id });
                let step = self.end(Ok(access), tokens, now).after(event);
                tokens.adopted();
                step
            }
            _ => self.end(Err(TokenError::Gone), tokens, now),
        }
    }

    fn reported(&mut self, tokens: &mut Tokens, now: Moment) -> Step {
        match self.made.take() {
            Some(Answer { made, life, stored: Stored::Now | Stored::Later }) => {
                let access = Access { life, ..self.access(made.credential, tokens, now) };
                self.end(Ok(access), tokens, now)
            }
            Some(Answer { stored: Stored::Never, .. }) | None => {
                self.end(Err(TokenError::Gone), tokens, now)
            }
        }
    }

    /// What comes in place of the token that was used.
    fn access(&self, credential: ChatGptCredential, tokens: &Tokens, now: Moment) -> Access {
        // What was used may be of a former sign-in, while the renewal waited for its turn.
        let generation = self.used.generation.max(tokens.first_generation) + 1;
        Access::kept(Credential::ChatGpt(credential), generation, now)
    }

    fn lost(&self, code: &'static str, tokens: &mut Tokens, now: Moment) -> Step {
        let end = self.end(Err(TokenError::SignInLost), tokens, now);
        Step { sign_in_lost: Some(code), ..end }
    }

    fn end(&self, outcome: Result<Access, TokenError>, tokens: &mut Tokens, now: Moment) -> Step {
        tokens.ended(&outcome, self.reason, now);
        let event = outcome.is_ok().then_some(Event::Refreshed { profile: self.id });
        Step::from(Action::End(outcome)).after(event)
    }
}

#[cfg(test)]
#[path = "renewal_tests.rs"]
mod tests;
