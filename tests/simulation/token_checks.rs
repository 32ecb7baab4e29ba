//! The rules about tokens: offered once, not too often, stored before they are used.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use rotunda_core::{
    ProfileId,
    pool::Moment,
    tokens::{
        Reason,
        answer::{Failure, Made},
    },
};

use crate::{
    clock::{MINUTE, Millis, SECOND, span},
    issuer::Token,
    world::World,
};

pub(crate) const OFFERED_ONCE: &str = "a refresh token is offered once";
pub(crate) const NOT_TOO_OFTEN: &str = "no renewal more than once a minute";
pub(crate) const STORED_FIRST: &str = "a made token is stored before it is used";
pub(crate) const NOTHING_STORED: &str = "nothing is stored of what was removed";
pub(crate) const TRIED_AGAIN: &str = "what could not be stored is stored later";

/// What one process knows of one sign-in.
#[derive(Debug, Default)]
struct SignInFacts {
    on_its_way: Option<Token>,
    /// When a renewal brought a token, by the clocks and in truth, and why it was asked for.
    renewed: Option<(Moment, Millis, Reason)>,
    newest: Option<Token>,
    /// Upstream refused the newest one.
    was_refused: bool,
    /// Upstream served with the newest one.
    has_served: bool,
    failures: u32,
    failed: Option<Moment>,
}

/// What the rules go by.
#[derive(Debug, Default)]
pub(crate) struct TokenFacts {
    of: BTreeMap<(ProfileId, u32), SignInFacts>,
    /// Refresh tokens that another one came for, in this process.
    replaced: BTreeSet<Token>,
    /// The same in all processes, and what came for them.
    ever_replaced: BTreeMap<Token, Token>,
    /// Tokens that the vault had at some time.
    written: BTreeSet<Token>,
}

impl TokenFacts {
    /// A new process knows nothing.
    pub(crate) fn restart(&mut self) {
        self.of.clear();
        self.replaced.clear();
    }

    /// By a clock that was set ahead a minute has passed, even if it is set back again
    /// before the renewal that follows goes out.
    pub(crate) fn clock_stepped(&mut self, moment: Moment) {
        for facts in self.of.values_mut() {
            facts.renewed.take_if(|(at, ..)| since(moment, *at) >= span(MINUTE));
        }
    }

    fn of(&mut self, token: Token) -> &mut SignInFacts {
        self.of.entry((token.account, token.sign_in)).or_default()
    }

    /// What Codex made was taken over: earlier failures say nothing of it.
    pub(crate) fn adopted(&mut self, token: Token) {
        let facts = self.of(token);
        (facts.failures, facts.failed) = (0, None);
    }

    /// Upstream answered a request with this token.
    pub(crate) fn answered(&mut self, token: Token, is_refused: bool) {
        let facts = self.of(token);
        if facts.newest == Some(token) {
            facts.was_refused |= is_refused;
            facts.has_served |= !is_refused;
        }
    }
}

impl World {
    /// A refresh token goes to the issuer.
    pub(crate) fn check_offer(&mut self, offered: Token, reason: Reason) {
        let (moment, truth) = (self.moment(), self.clock.truth);
        let all = &self.token_facts;
        let is_replaced = all.replaced.contains(&offered)
            || all.ever_replaced.get(&offered).is_some_and(|made| all.written.contains(made));
        let facts = self.token_facts.of(offered);
        let is_on_its_way = facts.on_its_way.replace(offered) == Some(offered);
        let may_be_soon = reason == Reason::Unauthorized
            && facts.was_refused
            && (facts.has_served || matches!(facts.renewed, Some((.., Reason::Proactive))));
        // A clock that was set back in between hides how long the machine slept.
        let is_soon = facts.renewed.is_some_and(|(at, truth_at, _)| {
            since(moment, at) < span(MINUTE) && truth < truth_at + MINUTE
        });
        let pause = span(pause_after(facts.failures));
        let is_paused = facts.failed.is_some_and(|at| since(moment, at) < pause);
        if is_replaced || is_on_its_way {
            let text = format!("{offered:?} is offered again, replaced: {is_replaced}");
            return self.violate(OFFERED_ONCE, text);
        }
        if (is_soon && !may_be_soon) || is_paused {
            let text = format!("{offered:?} is offered for {reason:?}, paused: {is_paused}");
            self.violate(NOT_TOO_OFTEN, text);
        }
    }

    /// The issuer's answer arrives.
    pub(crate) fn answer_came(
        &mut self,
        offered: Token,
        reason: Reason,
        answer: &Result<(Token, Option<Token>), Failure>,
    ) {
        let (moment, truth) = (self.moment(), self.clock.truth);
        let facts = self.token_facts.of(offered);
        facts.on_its_way = None;
        match answer {
            Ok((made, refresh)) => {
                facts.renewed = Some((moment, truth, reason));
                facts.newest = Some(*made);
                (facts.was_refused, facts.has_served) = (false, false);
                (facts.failures, facts.failed) = (0, None);
                // An answer without a refresh token keeps the one that was offered.
                if *refresh != Some(offered) {
                    self.token_facts.replaced.insert(offered);
                    self.token_facts.ever_replaced.insert(offered, *made);
                }
            }
            Err(Failure::Refused(_)) => {}
            Err(Failure::Trouble | Failure::Unusable(_)) => {
                facts.failures += 1;
                facts.failed = Some(moment);
            }
        }
    }

    /// A request with this token reaches upstream.
    pub(crate) fn check_stored(&mut self, id: ProfileId, used: Token) {
        let safe = [self.vault.token(id), self.manager.unsaved(id)].into_iter().flatten();
        let is_safe = safe
            .into_iter()
            .any(|token| (token.sign_in, token.number) >= (used.sign_in, used.number));
        if !is_safe && self.pool.profile(id).is_some() {
            self.violate(STORED_FIRST, format!("{used:?} is used and nowhere stored"));
        }
    }

    /// The vault has a token.
    pub(crate) fn check_written(&mut self, id: ProfileId, token: Option<Token>) {
        let Some(token) = token else { return };
        self.token_facts.written.insert(token);
        let is_older = self.vault.token(id).is_some_and(|it| it.sign_in > token.sign_in);
        if is_older || !self.store.pool_profiles.contains_key(&id) {
            let text = format!("{token:?} is stored, older: {is_older}");
            self.violate(NOTHING_STORED, text);
        }
    }

    /// Nothing waits to be stored when nothing runs any more.
    pub(crate) fn check_saved(&mut self) {
        let ids: Vec<_> = self.store.pool_profiles.keys().copied().collect();
        for id in ids {
            if let Some(token) = self.manager.unsaved(id) {
                self.violate(TRIED_AGAIN, format!("{token:?} of {id} is in memory only"));
            }
        }
    }
}

/// What an answer brought, in numbers.
pub(crate) fn brought(answer: &Result<Made, Failure>) -> Result<(Token, Option<Token>), Failure> {
    let made = answer.as_ref().map_err(|failure| *failure)?;
    let token = Token::read(made.credential.access.expose()).ok_or(Failure::Trouble)?;
    let refresh = made.credential.refresh.as_ref();
    Ok((token, refresh.and_then(|it| Token::read(it.expose()))))
}

/// By whichever clock saw more.
fn since(now: Moment, then: Moment) -> Duration {
    let wall = now.now.duration_since(then.now).unwrap_or_default();
    wall.max(now.uptime.saturating_sub(then.uptime))
}

/// One second after the first failure, twice as long after each further one, five
/// minutes at most.
fn pause_after(failures: u32) -> Millis {
    let mut pause = SECOND;
    for _ in 1..failures.min(20) {
        pause = (pause * 2).min(5 * MINUTE);
    }
    pause
}
