//! How a request comes by a token, as the router's attempts do.

use rotunda_core::{
    tokens::{Access, Next, Reason, TokenError, after_renewal},
    turn::{Failure, Observation},
};

use crate::{
    account::Reply,
    clock::millis,
    issuer::Token,
    manager::Waiter,
    run::Run,
    world::{Event, World},
};

impl World {
    /// Gets a token for an attempt; why not, if that is known at once.
    pub(crate) fn begin_access(
        &mut self,
        at: usize,
        run: &mut Run,
        id: rotunda_core::ProfileId,
    ) -> Option<Failure> {
        let moment = self.moment();
        let slot = self.manager.slot(id);
        let next = self.manager.tokens_of(slot).next(moment);
        self.access_with(at, run, slot, next)
    }

    fn access_with(
        &mut self,
        at: usize,
        run: &mut Run,
        slot: usize,
        next: Next,
    ) -> Option<Failure> {
        run.stamp += 1;
        match next {
            Next::Use(access) => {
                self.send_with(at, run, access);
                None
            }
            Next::Load => {
                let after = run.random.within(1, 60);
                self.schedule(after, Event::Loaded { run: at, stamp: run.stamp });
                None
            }
            Next::Renew { used, patience } => {
                run.renewal = Some((slot, used, Reason::Proactive));
                match self.await_renewal(at, run, patience)? {
                    Ok(access) => {
                        self.send_with(at, run, access);
                        None
                    }
                    Err(error) => Some(error.failure()),
                }
            }
        }
    }

    fn send_with(&mut self, at: usize, run: &mut Run, access: Access) {
        run.access = Some(access);
        let after = run.random.within(5, 400);
        self.schedule(after, Event::Reply { run: at, stamp: run.stamp });
    }

    /// The vault was read.
    pub(crate) fn loaded(&mut self, at: usize) {
        let Some(mut run) = self.runs[at].take() else { return };
        let Some(id) = run.profile else { return };
        let moment = self.moment();
        let failure = match self.vault.load(id, self.clock.truth) {
            Ok(credential) => {
                let slot = self.manager.slot(id);
                let next = self.manager.tokens(id).loaded(credential, moment);
                self.access_with(at, &mut run, slot, next)
            }
            Err(error) => Some(TokenError::Vault(error).failure()),
        };
        self.go_on_with(at, run, failure);
    }

    fn go_on_with(&mut self, at: usize, mut run: Box<Run>, failure: Option<Failure>) {
        let Some(failure) = failure else {
            self.runs[at] = Some(run);
            return;
        };
        let action = self.failed(at, &mut run, failure);
        self.advance(at, run, action);
    }

    /// A token for the one that upstream refused; none while it is waited for.
    pub(crate) fn renew(&mut self, at: usize, run: &mut Run) -> Option<Result<(), TokenError>> {
        let (Some(id), Some(used)) = (run.profile, run.access.take()) else {
            return Some(Ok(()));
        };
        run.stamp += 1;
        let slot = self.manager.slot(id);
        run.renewal = Some((slot, used, Reason::Unauthorized));
        let outcome = self.await_renewal(at, run, rotunda_core::tokens::PATIENCE)?;
        Some(outcome.map(drop))
    }

    /// Waits for the renewal that the run wants; its outcome, if it is not waited for.
    fn await_renewal(
        &mut self,
        at: usize,
        run: &mut Run,
        patience: std::time::Duration,
    ) -> Option<Result<Access, TokenError>> {
        let (slot, used, reason) = run.renewal.clone()?;
        let moment = self.moment();
        let tokens = self.manager.tokens_of(slot);
        let until = tokens.wait_until(patience, moment);
        if until <= moment.uptime {
            let waited = tokens.waited(&used);
            run.renewal = None;
            return Some(match reason {
                Reason::Proactive => after_renewal(waited, used, moment),
                Reason::Unauthorized => waited,
            });
        }
        let stamp = run.stamp;
        self.renew_apart(slot, used, reason, Waiter::Run { run: at, stamp });
        self.schedule(
            millis(until.saturating_sub(moment.uptime)),
            Event::Impatient { run: at, stamp },
        );
        None
    }

    /// The run waits no longer.
    pub(crate) fn impatient(&mut self, at: usize) {
        let Some(run) = self.runs[at].as_ref() else { return };
        let Some((slot, used, _)) = &run.renewal else { return };
        let waited = self.manager.tokens_of(*slot).waited(used);
        self.token_came(at, run.stamp, waited);
    }

    /// A renewal that a run waited for is over.
    pub(crate) fn token_came(
        &mut self,
        at: usize,
        stamp: u64,
        outcome: Result<Access, TokenError>,
    ) {
        let is_stale =
            self.runs.get(at).and_then(Option::as_ref).is_none_or(|it| it.stamp != stamp);
        if is_stale {
            return;
        }
        let Some(mut run) = self.runs[at].take() else { return };
        let Some((_, used, reason)) = run.renewal.take() else {
            self.runs[at] = Some(run);
            return;
        };
        run.stamp += 1;
        let moment = self.moment();
        match (reason, outcome) {
            (Reason::Unauthorized, Ok(_)) => {
                let action = self.observe(at, &mut run, Observation::TokenRenewed);
                self.advance(at, run, action);
            }
            (Reason::Unauthorized, Err(error)) => {
                self.go_on_with(at, run, Some(error.failure()));
            }
            (Reason::Proactive, outcome) => {
                let failure = match after_renewal(outcome, used, moment) {
                    Ok(access) => {
                        self.send_with(at, &mut run, access);
                        None
                    }
                    Err(error) => Some(error.failure()),
                };
                self.go_on_with(at, run, failure);
            }
        }
    }

    pub(crate) fn token_is_current(&mut self, run: &Run) -> bool {
        let (Some(id), Some(access)) = (run.profile, &run.access) else { return true };
        self.manager.tokens(id).is_current(access)
    }

    /// Upstream served, or refused for another reason than the token.
    pub(crate) fn accept_token(&mut self, run: &Run) {
        if let (Some(id), Some(access)) = (run.profile, &run.access) {
            self.manager.tokens(id).accepted(access);
        }
    }

    /// What the rules learn of an answer to a token.
    pub(crate) fn note_token(&mut self, run: &Run, bearer: Token, reply: &Reply) {
        let is_refused = match reply {
            Reply::Unreachable | Reply::Broken => return,
            Reply::Refused(stating) | Reply::SocketRefused(stating) => {
                stating.status == Some(http::StatusCode::UNAUTHORIZED)
            }
            Reply::Stream { .. } => false,
        };
        self.token_facts.answered(bearer, is_refused);
        let is_key = run.access.as_ref().is_some_and(|access| access.is_key);
        if is_key && is_refused {
            self.ended_sign_ins.insert(bearer.account);
        }
        // A handshake accepts the token.
        if run.is_over_socket() && !matches!(reply, Reply::SocketRefused(_)) && !is_refused {
            self.accept_token(run);
        }
    }
}
