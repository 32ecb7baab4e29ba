//! Drives the tokens of each profile, as the token manager of the router does.

use std::collections::{BTreeMap, VecDeque};

use rotunda_core::{
    ProfileId,
    tokens::{
        Access, Action, Change, Observation, PATIENCE, Reason, Renewal, Start, Step, TokenError,
        Tokens, answer::Failure,
    },
    vault::{ChatGptCredential, Credential, VaultError},
};

use crate::{
    clock::{MINUTE, Millis, SECOND, millis},
    issuer::{self, Token},
    plant::Plant,
    random::Random,
    token_checks::brought,
    world::{Event, World, log},
};

/// For the issuer's whole answer.
const ISSUER_PATIENCE: Millis = 10 * MINUTE;

/// A lock that is taken in order.
#[derive(Debug, Default)]
pub(crate) struct Lock {
    holder: Option<usize>,
    waiting: VecDeque<usize>,
}

impl Lock {
    /// Takes it, or gets in line.
    pub(crate) fn take(&mut self, task: usize) -> bool {
        if self.holder.is_none() {
            self.holder = Some(task);
            return true;
        }
        self.waiting.push_back(task);
        false
    }

    /// Gives it to the next in line.
    pub(crate) fn give(&mut self) -> Option<usize> {
        self.holder = self.waiting.pop_front();
        self.holder
    }

    fn leave(&mut self, task: usize) {
        self.waiting.retain(|waiting| *waiting != task);
    }
}

/// What is held of one profile.
#[derive(Debug)]
pub(crate) struct Slot {
    pub(crate) id: ProfileId,
    pub(crate) tokens: Tokens,
    pub(crate) renewing: Lock,
    pub(crate) storing: Lock,
}

/// What the user wants of a sign-in.
#[derive(Debug)]
pub(crate) enum SignInChange {
    Remove,
    Replace(Credential),
}

/// Who waits for a renewal.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Waiter {
    Run { run: usize, stamp: u64 },
    UsagePoll { stamp: u64 },
}

/// What a task is for.
#[derive(Debug)]
pub(crate) enum Purpose {
    Renew {
        used: Access,
        reason: Reason,
        over: u64,
        waiter: Waiter,
        renewal: Option<Box<Renewal>>,
        /// What was offered to the issuer, and what that brought.
        asked: Option<(Token, Brought)>,
    },
    Save {
        times: u32,
    },
    Change {
        wanted: SignInChange,
        change: Change,
    },
}

/// The tokens of an answer, or why there are none.
type Brought = Result<(Token, Option<Token>), Failure>;

/// What a task does when it goes on.
#[derive(Debug)]
pub(crate) enum Stage {
    /// Waits for its turn to renew.
    Turn,
    Observe(Observation),
    /// Reads the vault when that is over.
    Load,
    /// Waits for its turn to store.
    Storing(Option<ChatGptCredential>),
    Stored(ChatGptCredential, Result<(), VaultError>),
    /// The user's change is done or failed.
    Changed(Result<(), VaultError>),
    Sleeping,
}

#[derive(Debug)]
pub(crate) struct Task {
    pub(crate) slot: usize,
    pub(crate) purpose: Purpose,
    pub(crate) stage: Stage,
    stamp: u64,
    pub(crate) random: Random,
}

/// The token manager of one process.
#[derive(Debug, Default)]
pub(crate) struct Manager {
    pub(crate) slots: Vec<Slot>,
    pub(crate) current: BTreeMap<ProfileId, usize>,
    pub(crate) tasks: Vec<Option<Task>>,
    /// Places of tasks that are over.
    pub(crate) free: Vec<usize>,
    stamps: u64,
}

impl Manager {
    pub(crate) fn slot(&mut self, id: ProfileId) -> usize {
        let slots = &mut self.slots;
        *self.current.entry(id).or_insert_with(|| {
            // A profile that is added again has another id; here it has the same.
            let former = slots.iter().rev().find(|it| it.id == id);
            let tokens = former.map(|it| it.tokens.successor()).unwrap_or_default();
            let (renewing, storing) = Default::default();
            slots.push(Slot { id, tokens, renewing, storing });
            slots.len() - 1
        })
    }

    /// A new process. Events for tasks of the one before are stale.
    pub(crate) fn restart(&mut self) {
        *self = Self { stamps: self.stamps, ..Self::default() };
    }

    pub(crate) fn tokens(&mut self, id: ProfileId) -> &mut Tokens {
        let slot = self.slot(id);
        &mut self.slots[slot].tokens
    }

    pub(crate) fn tokens_of(&self, slot: usize) -> &Tokens {
        &self.slots[slot].tokens
    }

    /// The token that waits to be stored.
    pub(crate) fn unsaved(&self, id: ProfileId) -> Option<Token> {
        let slot = self.slots.get(*self.current.get(&id)?)?;
        Token::read(slot.tokens.to_save()?.access.expose())
    }

    fn changes(&self, id: ProfileId) -> bool {
        let changes = |task: &Task| {
            matches!(task.purpose, Purpose::Change { .. }) && self.slots[task.slot].id == id
        };
        self.tasks.iter().flatten().any(changes)
    }
}

fn renewal(task: &Task) -> Option<&Renewal> {
    match &task.purpose {
        Purpose::Renew { renewal, .. } => renewal.as_deref(),
        Purpose::Save { .. } | Purpose::Change { .. } => None,
    }
}

/// The credential that the renewal of a task began with.
fn held_by(task: &Task) -> Option<&ChatGptCredential> {
    renewal(task)?.held()
}

/// The refresh token that the renewal of a task spends.
fn spent_by(task: &Task) -> Option<Token> {
    Token::read(renewal(task)?.refresh()?.expose())
}

/// What came of the renewal of a task.
fn made_by(task: &Task) -> Option<&ChatGptCredential> {
    Some(renewal(task)?.made()?.made)
}

impl World {
    pub(crate) fn spawn(
        &mut self,
        slot: usize,
        purpose: Purpose,
        stage: Stage,
        after: Millis,
    ) -> usize {
        self.manager.stamps += 1;
        let stamp = self.manager.stamps;
        let random = Random::of(&[self.random.bits()]);
        let task = Some(Task { slot, purpose, stage, stamp, random });
        let at = self.manager.free.pop().unwrap_or(self.manager.tasks.len());
        if at == self.manager.tasks.len() {
            self.manager.tasks.push(None);
        }
        self.manager.tasks[at] = task;
        self.schedule(after, Event::Token { task: at, stamp });
        at
    }

    /// Renews in a task of its own, which outlives the request.
    pub(crate) fn renew_apart(
        &mut self,
        slot: usize,
        used: Access,
        reason: Reason,
        waiter: Waiter,
    ) {
        let over = self.manager.slots[slot].tokens.over();
        let purpose = Purpose::Renew { used, reason, over, waiter, renewal: None, asked: None };
        self.spawn(slot, purpose, Stage::Turn, 0);
    }

    /// The user changes a sign-in. One change of a profile at a time.
    pub(crate) fn change_sign_in(&mut self, id: ProfileId, wanted: SignInChange) {
        if self.manager.changes(id) {
            return;
        }
        let slot = self.manager.slot(id);
        let (change, stage) = match wanted {
            SignInChange::Remove => (Change::Removal, Stage::Storing(None)),
            SignInChange::Replace(_) => (Change::SignIn, Stage::Turn),
        };
        let at = self.spawn(slot, Purpose::Change { wanted, change }, stage, 0);
        if change == Change::SignIn {
            self.schedule(millis(PATIENCE), Event::Stuck { task: at, stamp: self.manager.stamps });
        }
    }

    /// A sign-in has waited long enough for the renewal under way.
    pub(crate) fn stuck(&mut self, at: usize, stamp: u64) {
        let task = self.manager.tasks.get_mut(at).and_then(Option::as_mut);
        let Some(task) = task.filter(|it| it.stamp == stamp) else { return };
        let (Purpose::Change { change, .. }, Stage::Turn) = (&mut task.purpose, &task.stage) else {
            return;
        };
        *change = Change::SignInBesideRenewal;
        task.stage = Stage::Storing(None);
        let slot = task.slot;
        self.manager.slots[slot].renewing.leave(at);
        self.want_to_store(at);
    }

    /// A task goes on.
    pub(crate) fn task_goes_on(&mut self, at: usize, stamp: u64) {
        let task = self.manager.tasks.get_mut(at);
        let task = task.and_then(|it| it.take_if(|it| it.stamp == stamp));
        let Some(mut task) = task else { return };
        let truth = self.clock.truth;
        let id = self.manager.slots[task.slot].id;
        match std::mem::replace(&mut task.stage, Stage::Turn) {
            Stage::Turn => {
                let slot = task.slot;
                self.manager.tasks[at] = Some(task);
                if self.manager.slots[slot].renewing.take(at) {
                    self.turn_has_come(at);
                }
            }
            Stage::Load => {
                let loaded = Observation::Loaded(self.vault.load(id, truth));
                self.observe_token(at, task, loaded);
            }
            Stage::Observe(observation) => self.observe_token(at, task, observation),
            Stage::Sleeping | Stage::Storing(None) => {
                task.stage = Stage::Storing(None);
                self.manager.tasks[at] = Some(task);
                self.want_to_store(at);
            }
            Stage::Storing(Some(credential)) => {
                task.stage = Stage::Storing(Some(credential));
                self.manager.tasks[at] = Some(task);
                self.want_to_store(at);
            }
            Stage::Stored(credential, outcome) => {
                self.store_is_over(at, task, &credential, &outcome);
            }
            Stage::Changed(outcome) => self.change_is_over(at, task, &outcome),
        }
    }

    /// The task holds the lock for renewing.
    fn turn_has_come(&mut self, at: usize) {
        let Some(mut task) = self.manager.tasks[at].take() else { return };
        let id = self.manager.slots[task.slot].id;
        let mut moment = self.moment();
        if self.plant == Some(Plant::RenewsTooOften) {
            moment.uptime += rotunda_core::tokens::PATIENCE * 4;
        }
        let Purpose::Renew { used, reason, over, waiter, renewal, .. } = &mut task.purpose else {
            task.stage = Stage::Storing(None);
            self.manager.tasks[at] = Some(task);
            return self.want_to_store(at);
        };
        let tokens = &mut self.manager.slots[task.slot].tokens;
        let start = Renewal::start(id, used.clone(), *reason, *over, tokens, moment);
        match start {
            Start::Over(outcome) => {
                let waiter = *waiter;
                self.renewal_is_over(at, &task, waiter, outcome);
            }
            Start::Renewal(begun, step) => {
                *renewal = Some(begun);
                self.follow_token_step(at, task, step);
            }
        }
    }

    pub(crate) fn observe_token(&mut self, at: usize, mut task: Task, observation: Observation) {
        let moment = self.moment();
        let Purpose::Renew { renewal: Some(renewal), asked, reason, .. } = &mut task.purpose else {
            return;
        };
        if let (Observation::Answered(_), Some((offered, brought))) = (&observation, asked.take()) {
            self.answer_came(offered, *reason, &brought);
        }
        let tokens = &mut self.manager.slots[task.slot].tokens;
        let step = renewal.observe(observation, tokens, moment);
        self.follow_token_step(at, task, step);
    }

    fn follow_token_step(&mut self, at: usize, mut task: Task, step: Step) {
        let id = self.manager.slots[task.slot].id;
        let Step { action, events, sign_in_lost } = step;
        log!(self, "tokens of {id}: -> {action:?} {events:?} {sign_in_lost:?}");
        if let Some(code) = sign_in_lost {
            let events = self.pool.sign_in_lost(id, code);
            self.follow_events(&events);
            self.changed(None);
        }
        if events.contains(&rotunda_core::Event::Adopted { profile: id })
            && let Some(token) = self.token_of_codex()
        {
            self.token_facts.adopted(token);
        }
        let truth = self.clock.truth;
        let soon = task.random.within(1, 30);
        let (after, stage) = match action {
            Action::Load => (soon, Stage::Load),
            Action::FindNewer { is_refused } => {
                let newer = self.newer_of_codex(id, held_by(&task), is_refused);
                (1, Stage::Observe(Observation::Newer(newer)))
            }
            Action::Wait(pause) => (millis(pause), Stage::Observe(Observation::Waited)),
            Action::CheckWritable => {
                (soon, Stage::Observe(Observation::Writable(self.vault.writable(truth))))
            }
            Action::Announce => {
                self.announce(id, spent_by(&task));
                (1, Stage::Observe(Observation::Announced))
            }
            Action::Ask => self.ask_issuer(&mut task),
            Action::Store(credential) => {
                task.stage = Stage::Storing(Some(credential));
                self.manager.tasks[at] = Some(task);
                return self.want_to_store(at);
            }
            Action::Report => {
                let made = made_by(&task).cloned();
                let is_given = self.hand_over(id, spent_by(&task), made.as_ref());
                (1, Stage::Observe(Observation::Reported(is_given)))
            }
            Action::Withdraw => {
                self.hand_over(id, None, None);
                (1, Stage::Observe(Observation::Withdrawn))
            }
            Action::End(outcome) => {
                let Purpose::Renew { waiter, .. } = task.purpose else { return };
                return self.renewal_is_over(at, &task, waiter, outcome);
            }
        };
        task.stage = stage;
        self.go_on_after(at, task, after);
    }

    pub(crate) fn go_on_after(&mut self, at: usize, task: Task, after: Millis) {
        self.schedule(after, Event::Token { task: at, stamp: task.stamp });
        self.manager.tasks[at] = Some(task);
    }

    fn ask_issuer(&mut self, task: &mut Task) -> (Millis, Stage) {
        let trouble = |after| (after, Stage::Observe(Observation::Answered(issuer::nothing())));
        let Purpose::Renew { renewal: Some(renewal), reason, asked: of_rules, .. } =
            &mut task.purpose
        else {
            return trouble(1);
        };
        let (reason, held) = (*reason, renewal.held().cloned());
        let refresh = renewal.refresh().and_then(|it| Token::read(it.expose()));
        let (Some(held), Some(offered)) = (held, refresh) else { return trouble(1) };
        self.check_offer(offered, reason);
        *of_rules = Some((offered, Err(Failure::Trouble)));
        let truth = self.clock.truth;
        let Some(account) = self.account_of(offered.account) else { return trouble(1) };
        if self.issuer_away_until > truth || self.outage_until > truth {
            return trouble(task.random.within(10, 3 * SECOND));
        }
        let asked = self.accounts[account].grants.ask(offered, truth, &mut task.random);
        let id = self.accounts[account].id;
        let is_in_force = self.vault.token(id).is_some_and(|it| it.sign_in == offered.sign_in);
        if asked.is_ended && is_in_force && !self.codex_keeps(offered) {
            log!(self, "the issuer ends the sign-in of {id}");
            self.ended_sign_ins.insert(id);
        }
        if asked.after >= ISSUER_PATIENCE {
            return trouble(ISSUER_PATIENCE);
        }
        let answer = issuer::read(asked.answer.as_ref(), &held);
        *of_rules = Some((offered, brought(&answer)));
        let is_planted = self.plant == Some(Plant::OffersAgain);
        let answer = if is_planted { issuer::nothing() } else { answer };
        (asked.after, Stage::Observe(Observation::Answered(answer)))
    }

    fn renewal_is_over(
        &mut self,
        at: usize,
        task: &Task,
        waiter: Waiter,
        outcome: Result<Access, TokenError>,
    ) {
        self.manager.free.push(at);
        self.give_renewing(task.slot);
        match waiter {
            Waiter::Run { run, stamp } => self.token_came(run, stamp, outcome),
            Waiter::UsagePoll { stamp } => self.poll_has_token(stamp, outcome),
        }
    }

    pub(crate) fn give_renewing(&mut self, slot: usize) {
        if let Some(next) = self.manager.slots[slot].renewing.give() {
            self.turn_has_come(next);
        }
    }
}
