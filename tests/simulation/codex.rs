//! Codex itself: it may hold the same sign-in as a profile, and renews it by its own
//! clock. Both holders spend the same single-use tokens.

use rotunda_core::{
    ProfileId,
    vault::{ChatGptCredential, Credential},
};

use crate::{
    clock::{HOUR, Millis, SECOND},
    issuer::{self, Token},
    plant::Plant,
    world::{Event, World, log},
};

/// Codex waits so long for the issuer, and writes down what it got.
const LONGEST: Millis = HOUR;
/// The token manager looks so long for what Codex made of a token that was spent.
const LOOKED_FOR: Millis = 7 * SECOND;

/// What Codex holds, and what it does with it.
#[derive(Debug)]
pub(crate) struct Codex {
    pub(crate) account: usize,
    /// In its file.
    held: ChatGptCredential,
    /// Comes from the issuer, at this truth.
    coming: Option<(Millis, ChatGptCredential)>,
    /// The router announced that it spends this token.
    owed: Option<Token>,
    stamp: u64,
}

fn refresh_of(held: &ChatGptCredential) -> Option<Token> {
    Token::read(held.refresh.as_ref()?.expose())
}

impl World {
    /// Codex is signed in with the sign-in that this profile has.
    pub(crate) fn share_with_codex(&mut self, account: usize, credential: &Credential) {
        let Credential::ChatGpt(held) = credential else { return };
        let held = held.clone();
        self.codex = Some(Codex { account, held, coming: None, owed: None, stamp: 0 });
    }

    /// The profile has another sign-in, or none: nothing is shared any more.
    pub(crate) fn end_sharing(&mut self, id: ProfileId) {
        let account = self.account_of(id);
        self.codex.take_if(|codex| Some(codex.account) == account);
    }

    /// Codex renews what it holds.
    pub(crate) fn codex_renews(&mut self) {
        let truth = self.clock.truth;
        let away = self.issuer_away_until > truth || self.outage_until > truth;
        let Some(mut codex) = self.codex.take_if(|it| it.coming.is_none() && !away) else {
            return;
        };
        if let Some(offered) = refresh_of(&codex.held) {
            let grants = &mut self.accounts[codex.account].grants;
            let asked = grants.ask(offered, truth, &mut self.random);
            let after = asked.after.min(LONGEST);
            if let Ok(made) = issuer::read(asked.answer.as_ref(), &codex.held) {
                log!(self, "Codex spends {offered:?}, and has its answer after {after} ms");
                codex.coming = Some((truth + after, made.credential));
                codex.stamp += 1;
                self.accounts[codex.account].note_trouble(truth + after);
                self.schedule(after, Event::CodexWrites { stamp: codex.stamp });
            } else if asked.is_ended {
                // What Codex holds is dead: it needs a sign-in of its own.
                return;
            }
        }
        self.codex = Some(codex);
    }

    /// Codex has its answer.
    pub(crate) fn codex_writes(&mut self, stamp: u64) {
        let Some(codex) = self.codex.as_mut().filter(|it| it.stamp == stamp) else { return };
        if let Some((_, made)) = codex.coming.take() {
            codex.held = made;
        }
    }

    pub(crate) fn token_of_codex(&self) -> Option<Token> {
        refresh_of(&self.codex.as_ref()?.held)
    }

    /// What the vault finds in Codex's file that comes after `held`.
    pub(crate) fn newer_of_codex(
        &self,
        id: ProfileId,
        held: Option<&ChatGptCredential>,
        is_refused: bool,
    ) -> Option<ChatGptCredential> {
        if self.plant == Some(Plant::IgnoresCodex) {
            return None;
        }
        let codex = self.codex.as_ref().filter(|it| self.accounts[it.account].id == id)?;
        let of_codex = refresh_of(&codex.held);
        let is_other = of_codex != held.and_then(refresh_of);
        let is_owed = codex.owed.is_some() && of_codex == codex.owed;
        let lives = codex.held.expires.is_none_or(|end| end > self.now());
        let is_of_use = lives || (is_refused && of_codex.is_some());
        (is_other && !is_owed && is_of_use).then(|| codex.held.clone())
    }

    /// The router is about to spend this token.
    pub(crate) fn announce(&mut self, id: ProfileId, spent: Option<Token>) {
        let account = self.account_of(id);
        if let Some(codex) = self.codex.as_mut().filter(|it| Some(it.account) == account) {
            codex.owed = spent;
        }
    }

    /// The router has what was made of a token, or has nothing. True when Codex got it.
    pub(crate) fn hand_over(
        &mut self,
        id: ProfileId,
        spent: Option<Token>,
        made: Option<&ChatGptCredential>,
    ) -> bool {
        let account = self.account_of(id);
        let Some(codex) = self.codex.as_mut().filter(|it| Some(it.account) == account) else {
            return false;
        };
        codex.owed = None;
        let Some(made) = made.filter(|_| spent.is_some() && refresh_of(&codex.held) == spent)
        else {
            return false;
        };
        codex.held = made.clone();
        true
    }

    /// After a crash: Codex gets what the vault holds in place of a token that was spent.
    pub(crate) fn settle_with_codex(&mut self) {
        let Some(codex) = &mut self.codex else { return };
        let id = self.accounts[codex.account].id;
        let of_codex = refresh_of(&codex.held);
        let Ok(Credential::ChatGpt(held)) = self.vault.load(id, self.clock.truth) else { return };
        if of_codex.is_some() && of_codex == codex.owed && refresh_of(&held) != of_codex {
            codex.held = held;
        }
    }

    /// Whether Codex has, or soon has, a token of this sign-in that works.
    pub(crate) fn codex_keeps(&self, offered: Token) -> bool {
        let Some(codex) = &self.codex else { return false };
        let grants = &self.accounts[codex.account].grants;
        let is_usable = |held: &ChatGptCredential| {
            refresh_of(held).is_some_and(|it| grants.has(it) && it.sign_in == offered.sign_in)
        };
        let is_soon = |at: Millis| at < self.clock.truth + LOOKED_FOR;
        let coming = codex.coming.as_ref().filter(|(at, _)| is_soon(*at));
        self.accounts[codex.account].id == offered.account
            && (is_usable(&codex.held) || coming.is_some_and(|(_, made)| is_usable(made)))
    }
}
