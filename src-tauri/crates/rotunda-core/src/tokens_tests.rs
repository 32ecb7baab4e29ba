use std::time::SystemTime;

use super::{
    answer::{Failure, Made},
    life::Stated,
    *,
};
use crate::{
    event::Event,
    profile::ProfileId,
    secret::Secret,
    vault::{ChatGptCredential, Stored, VaultError},
};

#[path = "tokens_tests/other_holder_tests.rs"]
mod other_holder;

const ID: ProfileId = ProfileId(1);
const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);

fn at(since_start: Duration) -> Moment {
    let start = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000);
    Moment { now: start + since_start, uptime: since_start }
}

/// The sign-in of this number, whose access token lives an hour from the start.
fn credential(number: u32) -> ChatGptCredential {
    ChatGptCredential {
        access: Secret::new(format!("a{number}")),
        expires: Some(at(HOUR).now),
        refresh: Some(Secret::new(format!("r{number}"))),
        account_id: None,
    }
}

fn made(number: u32) -> Made {
    let stated = Stated { expires_in: Some(HOUR), ..Stated::default() };
    Made { credential: credential(number), id_token: None, stated }
}

fn locked() -> VaultError {
    VaultError::Locked
}

/// A profile whose first token was loaded.
struct Profile {
    tokens: Tokens,
    /// What the vault has.
    vault: ChatGptCredential,
    offered: Vec<String>,
    events: Vec<Event>,
    lost: Option<&'static str>,
}

/// What the world does with a renewal.
struct World {
    answer: Result<Made, Failure>,
    newer: Option<ChatGptCredential>,
    newer_after_refusal: Option<ChatGptCredential>,
    /// To the token of that one.
    second_answer: Option<Result<Made, Failure>>,
    /// It is there after so long.
    newer_after: Duration,
    writable: Result<(), VaultError>,
    store: Result<(), VaultError>,
}

impl World {
    fn making(made: Made) -> Self {
        Self::answering(Ok(made))
    }

    fn answering(answer: Result<Made, Failure>) -> Self {
        Self {
            answer,
            newer: None,
            newer_after_refusal: None,
            second_answer: None,
            newer_after: Duration::ZERO,
            writable: Ok(()),
            store: Ok(()),
        }
    }
}

impl Profile {
    fn new() -> Self {
        let mut tokens = Tokens::default();
        tokens.loaded(Credential::ChatGpt(credential(1)), at(Duration::ZERO));
        let (offered, events) = (Vec::new(), Vec::new());
        Self { tokens, vault: credential(1), offered, events, lost: None }
    }

    fn current(&self) -> Access {
        self.tokens.current.clone().unwrap()
    }

    /// Renews the token in use, as the driver does.
    fn renew(&mut self, reason: Reason, now: Moment, world: World) -> Result<Access, TokenError> {
        let (used, over) = (self.current(), self.tokens.over());
        self.renew_of(used, reason, over, now, world)
    }

    fn renew_of(
        &mut self,
        used: Access,
        reason: Reason,
        over: u64,
        now: Moment,
        world: World,
    ) -> Result<Access, TokenError> {
        let World { answer, mut newer, mut newer_after_refusal, .. } = world;
        let World { second_answer, newer_after, writable, store, .. } = world;
        let mut answers = [Some(answer), second_answer].into_iter().flatten();
        let mut waited = Duration::ZERO;
        let (mut renewal, mut step) =
            match Renewal::start(ID, used, reason, over, &mut self.tokens, now) {
                Start::Over(outcome) => return outcome,
                Start::Renewal(renewal, step) => (renewal, step),
            };
        loop {
            self.events.append(&mut step.events);
            self.lost = step.sign_in_lost.or(self.lost);
            let observation = match step.action {
                Action::End(outcome) => return outcome,
                Action::Load => Observation::Loaded(Ok(Credential::ChatGpt(self.vault.clone()))),
                Action::FindNewer { is_refused: false } => Observation::Newer(newer.take()),
                Action::FindNewer { is_refused: true } => {
                    let is_there = waited >= newer_after;
                    Observation::Newer(newer_after_refusal.take_if(|_| is_there))
                }
                Action::CheckWritable => Observation::Writable(writable.clone()),
                Action::Announce => Observation::Announced,
                Action::Ask => {
                    self.offered.push(renewal.refresh().unwrap().expose().clone());
                    Observation::Answered(answers.next().unwrap_or(Err(Failure::Trouble)))
                }
                Action::Store(_) if !self.tokens.may_store() => Observation::Stored(Stored::Never),
                Action::Store(made) => {
                    let mut saving = self.tokens.store_ended(ID, &made, store.clone());
                    self.events.append(&mut saving.events);
                    if saving.stored == Stored::Now {
                        self.vault = made;
                    }
                    Observation::Stored(saving.stored)
                }
                Action::Report => {
                    assert!(renewal.made().is_some());
                    Observation::Reported(false)
                }
                Action::Withdraw => Observation::Withdrawn,
                Action::Wait(pause) => {
                    waited += pause;
                    Observation::Waited
                }
            };
            step = renewal.observe(observation, &mut self.tokens, now);
        }
    }
}

fn bearer(outcome: &Result<Access, TokenError>) -> &str {
    outcome.as_ref().map_or("", |access| access.bearer.expose())
}

#[test]
fn a_token_is_renewed_before_it_ends_and_used_until_then() {
    let profile = Profile::new();
    assert!(matches!(profile.tokens.next(at(54 * MINUTE)), Next::Use(_)));
    let soon = profile.tokens.next(at(56 * MINUTE));
    assert!(matches!(soon, Next::Renew { patience: SHORT_PATIENCE, .. }), "{soon:?}");
    let ended = profile.tokens.next(at(HOUR));
    assert!(matches!(ended, Next::Renew { patience: PATIENCE, .. }), "{ended:?}");
    assert!(matches!(Tokens::default().next(at(HOUR)), Next::Load));
}

#[test]
fn what_was_made_is_stored_before_it_is_used() {
    let mut profile = Profile::new();
    let renewed = profile.renew(Reason::Proactive, at(HOUR), World::making(made(2)));
    assert_eq!(bearer(&renewed), "a2");
    assert_eq!(profile.vault.refresh.unwrap().expose(), "r2");
    assert_eq!(profile.events, [Event::Refreshed { profile: ID }]);
}

#[test]
fn what_cannot_be_stored_is_kept_offered_next_and_saved_later() {
    let mut profile = Profile::new();
    let world = World { store: Err(locked()), ..World::making(made(2)) };
    let renewed = profile.renew(Reason::Unauthorized, at(HOUR), world);
    assert_eq!(bearer(&renewed), "a2");
    assert_eq!(profile.tokens.save_error(), Some(&locked()));
    assert!(matches!(profile.events[0], Event::NotSaved { .. }));
    // The vault has the spent one; a renewal goes by what is kept.
    let world = World { store: Err(locked()), ..World::making(made(3)) };
    profile.renew(Reason::Proactive, at(2 * HOUR), world).unwrap();
    assert_eq!(profile.offered, ["r1", "r2"]);
    assert_eq!(profile.tokens.to_save().unwrap().access.expose(), "a3");
    assert_eq!(profile.tokens.save_ended(ID, &Err(VaultError::Denied)), None);
    assert_eq!(profile.tokens.save_error(), Some(&VaultError::Denied));
    let saved = profile.tokens.save_ended(ID, &Ok(()));
    assert_eq!(saved, Some(Event::Saved { profile: ID }));
    assert!(profile.tokens.to_save().is_none());
}

#[test]
fn a_store_that_succeeds_later_ends_the_advice_about_the_one_before() {
    let mut profile = Profile::new();
    assert!(profile.tokens.store_ended(ID, &credential(2), Err(locked())).begins_trying);
    assert!(!profile.tokens.store_ended(ID, &credential(3), Err(locked())).begins_trying);
    let saving = profile.tokens.store_ended(ID, &credential(4), Ok(()));
    assert_eq!(saving.events, [Event::Saved { profile: ID }]);
    assert!(profile.tokens.to_save().is_none());
}

#[test]
fn nothing_is_spent_early_for_what_could_not_be_stored() {
    let full = || VaultError::CannotSave("full".to_owned());
    let world = || World { writable: Err(full()), ..World::making(made(2)) };
    let mut profile = Profile::new();
    let renewed = profile.renew(Reason::Proactive, at(56 * MINUTE), world());
    assert_eq!(renewed.unwrap_err(), TokenError::Vault(full()));
    assert_eq!(profile.offered, [""; 0]);
    let used = profile.current();
    let still = after_renewal(Err(TokenError::Trouble), used.clone(), at(56 * MINUTE));
    assert_eq!(bearer(&still), "a1");
    assert!(after_renewal(Err(TokenError::Trouble), used, at(HOUR)).is_err());
    // One that has ended, or was refused, is of no use any more.
    assert!(profile.renew(Reason::Proactive, at(HOUR), world()).is_ok());
    assert!(Profile::new().renew(Reason::Unauthorized, at(MINUTE), world()).is_ok());
}

#[test]
fn a_renewal_is_made_at_most_once_a_minute_unless_the_newest_token_was_refused() {
    let mut profile = Profile::new();
    profile.renew(Reason::Proactive, at(HOUR), World::making(made(2))).unwrap();
    let now = at(HOUR + 30 * SECOND);
    profile.renew(Reason::Proactive, now, World::making(made(3))).unwrap();
    assert_eq!(profile.offered, ["r1"]);
    profile.renew(Reason::Unauthorized, now, World::making(made(3))).unwrap();
    assert_eq!(profile.offered, ["r1", "r2"]);
    let renewed = profile.renew(Reason::Unauthorized, now, World::making(made(4)));
    assert_eq!(renewed.unwrap_err(), TokenError::Refused);
    let used = profile.current();
    profile.tokens.accepted(&used);
    profile.renew(Reason::Unauthorized, now, World::making(made(4))).unwrap();
    assert_eq!(profile.offered, ["r1", "r2", "r3"]);
    // By whichever clock saw more: a minute of the wall clock is one, too.
    let stepped = Moment { now: now.now + 2 * MINUTE, ..now };
    profile.renew(Reason::Proactive, stepped, World::making(made(5))).unwrap();
    assert_eq!(profile.offered.len(), 4);
}

#[test]
fn who_waited_for_a_renewal_shares_its_outcome() {
    let mut profile = Profile::new();
    let (used, over) = (profile.current(), profile.tokens.over());
    profile.renew(Reason::Proactive, at(HOUR), World::making(made(2))).unwrap();
    let world = World::making(made(3));
    let shared = profile.renew_of(used.clone(), Reason::Proactive, over, at(HOUR), world);
    assert_eq!(bearer(&shared), "a2");
    assert!(!profile.tokens.is_current(&used));
    let (used, over) = (profile.current(), profile.tokens.over());
    let later = at(2 * HOUR);
    let world = World::answering(Err(Failure::Trouble));
    assert!(profile.renew(Reason::Proactive, later, world).is_err());
    let world = World::making(made(3));
    let shared = profile.renew_of(used, Reason::Proactive, over, at(3 * HOUR), world);
    assert_eq!(shared.unwrap_err(), TokenError::Trouble);
    assert_eq!(profile.offered, ["r1", "r2"]);
}

#[test]
fn a_failure_pauses_longer_each_time_and_ends_with_a_success() {
    let mut profile = Profile::new();
    let mut now = HOUR;
    for times in 1..=12 {
        let world = World::answering(Err(Failure::Trouble));
        assert!(profile.renew(Reason::Unauthorized, at(now), world).is_err());
        assert_eq!(profile.offered.len(), times);
        let pause = pause(u32::try_from(times).unwrap());
        let world = World::making(made(2));
        let early = at((now + pause).saturating_sub(Duration::from_millis(1)));
        assert!(profile.renew(Reason::Unauthorized, early, world).is_err());
        assert_eq!(profile.offered.len(), times);
        now += pause;
    }
    assert_eq!(pause(12), LONGEST_PAUSE);
    profile.renew(Reason::Unauthorized, at(now), World::making(made(2))).unwrap();
    assert_eq!(profile.tokens.failures(), 0);
}

#[test]
fn an_answer_that_cannot_be_used_keeps_the_sign_in_and_is_reported_once() {
    let mut profile = Profile::new();
    for now in [HOUR, HOUR + MINUTE] {
        let world = World::answering(Err(Failure::Unusable("not_json")));
        let renewed = profile.renew(Reason::Proactive, at(now), world);
        assert_eq!(renewed.unwrap_err(), TokenError::Trouble);
    }
    assert_eq!(profile.events, [Event::RenewalRefused { profile: ID, why: "not_json" }]);
    assert_eq!(profile.lost, None);
}

#[test]
fn only_the_issuer_ends_a_sign_in_and_it_stays_ended() {
    let mut profile = Profile::new();
    let world = World::answering(Err(Failure::Refused("invalid_grant")));
    let renewed = profile.renew(Reason::Proactive, at(HOUR), world);
    assert_eq!(
        (renewed.unwrap_err(), profile.lost),
        (TokenError::SignInLost, Some("invalid_grant"))
    );
    let again = profile.renew(Reason::Proactive, at(9 * HOUR), World::making(made(2)));
    assert_eq!(again.unwrap_err(), TokenError::SignInLost);
    assert_eq!(profile.offered, ["r1"]);
    let mut without = Profile::new();
    without.vault.refresh = None;
    let world = World::making(made(2));
    assert!(without.renew(Reason::Proactive, at(HOUR), world).is_err());
    assert_eq!((without.lost, without.offered.len()), (Some("no_refresh_token"), 0));
}

#[test]
fn after_a_removal_nothing_is_stored() {
    for change in [Change::Removal, Change::SignInBesideRenewal] {
        let mut profile = Profile::new();
        let (used, over) = (profile.current(), profile.tokens.over());
        let start =
            Renewal::start(ID, used, Reason::Proactive, over, &mut profile.tokens, at(HOUR));
        let Start::Renewal(mut renewal, _) = start else { panic!("{start:?}") };
        let held = Observation::Loaded(Ok(Credential::ChatGpt(credential(1))));
        renewal.observe(held, &mut profile.tokens, at(HOUR));
        profile.tokens.change_begins(change);
        assert_ne!(profile.tokens.change_ended(change, true), Afterwards::Stay);
        let step =
            renewal.observe(Observation::Answered(Ok(made(2))), &mut profile.tokens, at(HOUR));
        assert!(matches!(step.action, Action::Store(_)) && !profile.tokens.may_store());
        let stored = Observation::Stored(Stored::Never);
        let step = renewal.observe(stored, &mut profile.tokens, at(HOUR));
        assert!(matches!(step.action, Action::Report), "the other holder still gets it");
        let step = renewal.observe(Observation::Reported(false), &mut profile.tokens, at(HOUR));
        assert!(matches!(step.action, Action::End(Err(TokenError::Gone))), "{step:?}");
    }
}

#[test]
fn a_refusal_that_comes_after_a_removal_does_not_end_the_sign_in() {
    let mut profile = Profile::new();
    let used = profile.current();
    let start = Renewal::start(ID, used, Reason::Proactive, 0, &mut profile.tokens, at(HOUR));
    let Start::Renewal(mut renewal, _) = start else { panic!("{start:?}") };
    profile.tokens.change_begins(Change::SignInBesideRenewal);
    let tokens = &mut profile.tokens;
    renewal.observe(
        Observation::Answered(Err(Failure::Refused("invalid_grant"))),
        tokens,
        at(HOUR),
    );
    renewal.observe(Observation::Withdrawn, tokens, at(HOUR));
    let step = renewal.observe(Observation::Newer(None), tokens, at(HOUR));
    assert_eq!(step.sign_in_lost, None);
    assert!(matches!(step.action, Action::End(Err(TokenError::Gone))), "{step:?}");
}

#[test]
fn another_sign_in_starts_afresh_and_a_change_that_fails_changes_nothing() {
    let mut profile = Profile::new();
    let world = World { store: Err(locked()), ..World::making(made(2)) };
    profile.renew(Reason::Proactive, at(HOUR), world).unwrap();
    profile.tokens.change_begins(Change::Removal);
    assert!(!profile.tokens.may_store());
    assert_eq!(profile.tokens.change_ended(Change::Removal, false), Afterwards::Stay);
    assert!(profile.tokens.may_store() && profile.tokens.to_save().is_some());
    profile.tokens.change_begins(Change::SignIn);
    assert_eq!(profile.tokens.change_ended(Change::SignIn, true), Afterwards::Stay);
    assert!(matches!(profile.tokens.next(at(HOUR)), Next::Load));
    assert!(profile.tokens.to_save().is_none());
}

#[test]
fn who_comes_late_waits_no_longer_than_the_first() {
    let mut profile = Profile::new();
    assert_eq!(profile.tokens.wait_until(PATIENCE, at(HOUR)), HOUR + PATIENCE);
    let used = profile.current();
    let tokens = &mut profile.tokens;
    let start = Renewal::start(ID, used.clone(), Reason::Proactive, 0, tokens, at(HOUR));
    let Start::Renewal(mut renewal, _) = start else { panic!("{start:?}") };
    renewal.observe(Observation::Announced, tokens, at(HOUR));
    assert_eq!(tokens.wait_until(PATIENCE, at(HOUR + 20 * SECOND)), HOUR + PATIENCE);
    assert_eq!(tokens.waited(&used).unwrap_err(), TokenError::Trouble);
    renewal.observe(Observation::Answered(Err(Failure::Trouble)), tokens, at(HOUR + MINUTE));
    assert_eq!(tokens.wait_until(PATIENCE, at(HOUR + MINUTE)), HOUR + MINUTE + PATIENCE);
}

/// A long answer to the former token may come after the new one was refused.
#[test]
fn what_is_observed_of_a_former_sign_in_says_nothing_of_the_new_one() {
    for change in [Change::SignIn, Change::SignInBesideRenewal] {
        let mut profile = Profile::new();
        profile.renew(Reason::Proactive, at(HOUR), World::making(made(2))).unwrap();
        let former = profile.current();
        profile.tokens.change_begins(change);
        if profile.tokens.change_ended(change, true) == Afterwards::Replace {
            profile.tokens = profile.tokens.successor();
        }
        profile.vault = credential(7);
        profile.tokens.loaded(Credential::ChatGpt(credential(7)), at(HOUR));
        assert!(!profile.tokens.is_current(&former), "{change:?}");
        let world = World::making(made(8));
        profile.renew(Reason::Unauthorized, at(2 * HOUR), world).unwrap();
        assert!(!profile.tokens.is_current(&former), "{change:?}");
        profile.tokens.accepted(&former);
        let again = profile.renew(Reason::Unauthorized, at(2 * HOUR), World::making(made(9)));
        assert_eq!(again.unwrap_err(), TokenError::Refused, "{change:?}");
        assert_eq!(profile.offered, ["r1", "r7"], "{change:?}");
    }
}

/// Two requests with tokens of the former sign-in waited while the new one was put in place.
#[test]
fn a_renewal_that_waited_through_a_new_sign_in_is_made_once() {
    let mut profile = Profile::new();
    let first = profile.current();
    profile.renew(Reason::Proactive, at(HOUR), World::making(made(2))).unwrap();
    let second = profile.current();
    let over = profile.tokens.over();
    profile.tokens.change_begins(Change::SignIn);
    profile.tokens.change_ended(Change::SignIn, true);
    profile.vault = credential(7);
    for used in [first, second] {
        let world = World::making(made(8));
        let renewed = profile.renew_of(used, Reason::Unauthorized, over, at(2 * HOUR), world);
        assert_eq!(bearer(&renewed), "a8");
    }
    assert_eq!(profile.offered, ["r1", "r7"]);
}
