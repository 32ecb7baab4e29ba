//! The rules that hold after every step, whatever happened.

use rotunda_core::{
    Choice, ProfileId, Standing, Verdict,
    affinity::{Key, KeyKind, Life},
    pool::{PoolProfileView, Work},
    turn::{Action, Refusal},
};

use crate::{
    client::SEARCH,
    clock::{HOUR, SECOND},
    issuer::Token,
    naive::Tie,
    naive_credits::Pays,
    naive_ledger::Holder,
    naive_limits::offers_reserve,
    plant::Plant,
    run::Run,
    world::{World, account_name, log},
};

/// So long after the end of all trouble an account counts as healthy.
const SETTLED: u64 = 2 * HOUR;

pub(crate) const TICK_ACTS: &str = "a tick that is due does something";
pub(crate) const BINDS_NOTHING: &str = "an answer of a removed profile binds nothing";
pub(crate) const VOICE_FIRST: &str = "a voice call goes to the account of Codex";

impl World {
    /// Both models choose alike.
    pub(crate) fn compare_choice(&mut self, run: &Run, tried: &[ProfileId]) -> Option<Choice> {
        let (now, work) = (self.now(), run.work());
        let continuation = run.turn.continuation();
        self.naive.may_use(continuation);
        let real = self.pool.choice(continuation, work, tried, now);
        let view = self.plain_view();
        let naive =
            self.naive.choose(&view, continuation, work, tried, (now, self.pool.ledger()))?;
        if naive != real {
            let text = format!("{real:?}, and by the rules {naive:?}, without {tried:?}");
            self.violate("choice", text);
        }
        Some(real)
    }

    /// The first action follows from the choice.
    pub(crate) fn check_first(&mut self, run: &Run, choice: Option<Choice>, action: &Action) {
        if let Some(first) = run.asks_first {
            if *action != Action::Send(first) {
                self.violate(VOICE_FIRST, format!("{first} is not asked first: {action:?}"));
            }
            return;
        }
        let (Some(Choice::Use(chosen)), Action::Send(asked)) = (choice, action) else { return };
        if chosen != *asked {
            self.violate("choice", format!("{chosen} is chosen and {asked} is asked"));
        }
        if run.sent.is_empty() && self.pool.profile(*asked).is_none() {
            self.violate("choice", format!("{asked} is no profile"));
        }
    }

    /// Before the machine's choice is asked.
    pub(crate) fn check_send(&mut self, run: &mut Run, id: ProfileId) {
        if run.may_have_output {
            let text = format!("{id} is asked after upstream may have produced output");
            self.violate("nothing is retried after output", text);
        }
        let (continuation, now) = (run.turn.continuation(), self.now());
        let response = continuation.previous_response.as_deref();
        let holder = self.naive.ledger.holder(KeyKind::Response, response, now, self.pool.ledger());
        let is_other = run.sent.last().is_some_and(|before| *before != id);
        let broken = match holder {
            Holder::Unknown if run.is_chained() && is_other => {
                Some(format!("{id} is asked for a chain of an unknown profile, too"))
            }
            Holder::Dead => Some(format!("{response:?} is dead and goes to {id}")),
            _ => None,
        };
        if let Some(broken) = broken {
            self.violate("no chain on a foreign profile", broken);
        }
        run.holder = match holder {
            Holder::Profile(holder) => Some(holder),
            Holder::Unknown | Holder::Dead => None,
        };
        self.check_turn_state(run, id);
        self.check_payment(run, id);
    }

    /// A request reaches the upstream of that profile.
    pub(crate) fn check_arrival(&mut self, run: &Run, id: ProfileId, bearer: Token) {
        let header = self.pool.profile(id).and_then(|profile| profile.account_id.clone());
        let is_header_right = header.is_none_or(|header| header == account_name(id));
        if bearer.account != id || !is_header_right {
            let text = format!("{id} is asked with the bearer of {}", bearer.account);
            self.violate("no request with another profile's bearer", text);
        }
        self.check_stored(id, bearer);
        if let Some(holder) = run.holder.filter(|holder| *holder != id) {
            let response = &run.turn.continuation().previous_response;
            let text = format!("{response:?} of {holder} goes to {id}");
            self.violate("no chain on a foreign profile", text);
        }
    }

    /// An answer was read. That of a profile that was removed binds nothing.
    pub(crate) fn check_learned(&mut self, id: ProfileId, response: &str, state: Option<&str>) {
        if self.store.pool_profiles.contains_key(&id) {
            return;
        }
        let ledger = self.pool.ledger();
        let is_bound = |kind, text| {
            let key = Key::new(kind, text);
            key.is_some_and(|key| ledger.life(&key).is_some_and(|life| life != Life::Dead))
        };
        let is_state_bound = state.is_some_and(|state| is_bound(KeyKind::TurnState, state));
        if is_bound(KeyKind::Response, response) || is_state_bound {
            self.violate(BINDS_NOTHING, format!("{response} or {state:?} is bound to {id}"));
        }
    }

    fn check_turn_state(&mut self, run: &Run, id: ProfileId) {
        let now = self.now();
        let Some(state) = run.turn.continuation().turn_state.clone() else { return };
        let is_planted = self.plant == Some(Plant::ForeignTurnState);
        if !self.pool.turn_state_fits(id, &state, now) && !is_planted {
            return;
        }
        let holder =
            self.naive.ledger.holder(KeyKind::TurnState, Some(&state), now, self.pool.ledger());
        if !matches!(holder, Holder::Unknown) && holder != Holder::Profile(id) {
            let text = format!("the turn state of {holder:?} goes to {id}");
            self.violate("no turn state on a foreign profile", text);
        }
    }

    /// The turn is over for the machine.
    pub(crate) fn check_final(&mut self, at: usize, run: &Run, action: &Action) {
        let broken = match action {
            Action::Commit => breaks_by_commit(run),
            Action::Resend if !run.is_chained() => Some("is sent again without a chain"),
            Action::UseHttp(_) if !run.is_over_socket() => Some("goes to HTTP from HTTP"),
            Action::BreakOff if !run.is_released => Some("breaks off what never began"),
            Action::Resend | Action::UseHttp(_) => None,
            Action::Refuse(refusal) => self.breaks_by_refusal(run, refusal),
            Action::PassThrough { answer, .. } => self.breaks_by_answer(run, *answer),
            Action::BreakOff if run.may_have_output => None,
            Action::BreakOff => self.breaks_by_breaking_off(run),
            _ => Some("ends with an action that is not final"),
        };
        if let Some(broken) = broken {
            self.violate(
                "a turn ends in a true sentence",
                format!("turn {at} {broken}: {action:?}"),
            );
        }
    }

    fn breaks_by_refusal(&self, run: &Run, refusal: &Refusal) -> Option<&'static str> {
        let now = self.now();
        let view = self.plain_view();
        let of_model = Work { over_socket: false, ..run.work() };
        let standing = |it: &PoolProfileView| self.naive.standing(&view, it, of_model.model, now);
        let may_serve = |it: &&PoolProfileView| {
            it.may_serve
                && !self.naive.rests_for(it.profile.id, of_model, now)
                && !matches!(
                    standing(it),
                    Standing::NeedsSignIn | Standing::Paused | Standing::NotEntitled { .. }
                )
        };
        let is_out = |it: &PoolProfileView| match standing(it) {
            Standing::Resting(rest) => rest.until > now && rest.cause.is_quota(),
            _ => false,
        };
        let mut serving = view.profiles.iter().filter(may_serve);
        match refusal {
            Refusal::Broken if run.may_have_output => return None,
            Refusal::Broken => return Some("was not cut"),
            // Only the holder of its chain could answer, and must not be asked.
            Refusal::Exhausted { .. } if self.is_withheld_chain(run) => return None,
            Refusal::Exhausted { .. } if serving.any(|it| !is_out(it)) => {
                return Some("names a limit although a profile is not out");
            }
            Refusal::NoProfile if !view.profiles.is_empty() => return Some("has profiles"),
            Refusal::NeedsUser if serving.next().is_some() => {
                return Some("does not need the user");
            }
            Refusal::Vault if !run.met_vault => return Some("met no locked keychain"),
            Refusal::Unavailable if run.sent.is_empty() => return Some("asked no profile"),
            Refusal::Busy if self.clock.uptime < run.started + 30 * SECOND => {
                return Some("did not wait for a place");
            }
            _ => {}
        }
        self.breaks_by_failing(run)
    }

    fn is_withheld_chain(&self, run: &Run) -> bool {
        let (now, view) = (self.now(), self.plain_view());
        let Tie::Only(id) = self.naive.tie(run.turn.continuation(), now, self.pool.ledger()) else {
            return false;
        };
        let holder = view.profiles.iter().find(|it| it.profile.id == id);
        let pays = holder.map(|it| self.naive.pays(&view, it, run.work().model, now));
        matches!(pays, Some(Pays::Withheld(_)))
    }

    /// The answer of two profiles is the client's, also after the beginning has gone out.
    fn breaks_by_breaking_off(&self, run: &Run) -> Option<&'static str> {
        let latest = run.answers.last();
        let is_for_client =
            latest.is_some_and(|it| it.verdict == Verdict::Other && self.is_agreed(&it.key, run));
        if is_for_client { None } else { self.breaks_by_failing(run) }
    }

    fn breaks_by_answer(&self, run: &Run, answer: usize) -> Option<&'static str> {
        let Some(given) = run.answers.get(answer) else { return Some("passes on no answer") };
        match given.verdict {
            Verdict::Request => None,
            Verdict::Other if run.is_chained() || self.is_agreed(&given.key, run) => None,
            Verdict::Good if !run.is_released => Some("passes on a good answer"),
            _ => self.breaks_by_failing(run),
        }
    }

    /// No turn fails while a ready profile could serve it.
    fn breaks_by_failing(&self, run: &Run) -> Option<&'static str> {
        // A search ends after a while of upstream's time.
        if run.is_chained() || run.searched >= SEARCH {
            return None;
        }
        let (now, work) = (self.now(), run.work());
        let cap = self.naive.rules.hard_cap;
        let view = self.plain_view();
        let offers = |it: &&PoolProfileView| offers_reserve(it, work.model);
        let is_offered = view.profiles.iter().any(|it| offers(&it));
        // The reserve of one profile is not asked of another.
        for profile in view.profiles.iter().filter(|it| !is_offered || offers(it)) {
            let id = profile.profile.id;
            let is_free = profile.may_serve && profile.in_flight < cap;
            let standing = self.naive.standing(&view, profile, work.model, now);
            let is_open = standing == Standing::Ready && !self.naive.rests_for(id, work, now);
            if is_free && is_open && !run.sent.contains(&id) {
                return Some("fails although a ready profile was not asked");
            }
            // One without entitlement is asked by one request at a time.
            let is_probed =
                matches!(profile.standing, Standing::NotEntitled { .. }) && profile.in_flight > 0;
            if is_free && !is_probed && self.is_healthy(profile, run) {
                return Some("fails although an account is healthy");
            }
        }
        None
    }

    /// Whether nothing was wrong with an account for a long time.
    fn is_healthy(&self, profile: &PoolProfileView, run: &Run) -> bool {
        let Some(at) = self.account_of(profile.profile.id) else { return false };
        let account = &self.accounts[at];
        let is_settled =
            |until: Option<u64>| until.is_none_or(|until| until + SETTLED <= self.clock.truth);
        !profile.profile.paused
            && is_settled(account.troubled_until)
            && is_settled(self.troubled_until)
            && account.is_entitled
            && account.grants.has_grant()
            && !self.ended_sign_ins.contains(&account.id)
            && (run.is_voice() || account.models[run.model])
            && !account.is_out_for(run.work().model.map(|_| run.model))
    }

    /// The state of the pool after a step.
    pub(crate) fn check_state(&mut self) {
        self.check_store();
        let now = self.now();
        let mut broken = None;
        for (id, standing) in self.pool.standings() {
            let until = match standing {
                Standing::Resting(rest) => rest.until,
                Standing::NotEntitled { ask_at } => ask_at,
                Standing::NeedsSignIn if !self.ended_sign_ins.contains(&id) => {
                    let text = format!("{id} needs a sign-in that the issuer did not end");
                    broken = Some(("every state ends by itself", text));
                    continue;
                }
                Standing::NeedsSignIn | Standing::Ready | Standing::Paused => continue,
            };
            let allowed = self.evidence.get(&id).copied();
            if until > now && allowed.is_none_or(|allowed| until > allowed) {
                let longer = until.duration_since(allowed.unwrap_or(now)).unwrap_or_default();
                let text = format!("{id} rests {longer:?} longer than upstream said");
                broken = Some(("no rest is longer than upstream said", text));
            }
        }
        if let Some((rule, text)) = broken {
            self.violate(rule, text);
        }
    }

    /// Rests end. The router sleeps until the next one does: one that is over and stays
    /// would keep it awake.
    pub(crate) fn tick(&mut self) {
        let is_planted = self.plant == Some(Plant::TickDoesNothing);
        let events = if is_planted { Vec::new() } else { self.pool.tick(self.now()) };
        let is_due = self.pool.next_tick(self.now()).is_some_and(|next| next <= self.now());
        if events.is_empty() && is_due {
            return self.violate(TICK_ACTS, "it is due again at once".to_owned());
        }
        log!(self, "tick: {events:?}");
        self.follow_events(&events);
        self.changed(None);
        self.check_state();
    }

    /// The ledger remembers what it must.
    pub(crate) fn check_ledger(&mut self) {
        let ledger = self.pool.ledger();
        let mut lost = None;
        for (key, chain) in self.naive.ledger.alive() {
            let holder = ledger.holders(key)[0];
            let is_alive = ledger.life(key).is_some_and(|life| life != Life::Dead);
            if holder != Some(chain.profile) || !is_alive {
                lost = Some(format!("{key:?} is of {}, the ledger has {holder:?}", chain.profile));
            }
        }
        if let Some(lost) = lost {
            self.violate("the ledger never forgets a chain", lost);
        }
    }

    /// Nothing runs any more.
    pub(crate) fn check_quiet(&mut self) {
        self.check_ledger();
        self.check_saved();
        self.check_redemptions_over();
        if let Some(run) = self.runs.iter().flatten().next() {
            let text = format!("task {} waits forever for {:?}", run.task, run.waits);
            return self.violate("a turn ends", text);
        }
        let view = self.pool.view(self.now());
        let held = view.profiles.iter().find(|it| it.in_flight > 0).map(|it| it.profile.id);
        if held.is_some() || view.waiting > 0 || !self.pool.is_queue_empty() {
            let text = format!("{held:?} has requests, {} wait", view.waiting);
            self.violate("a turn gives back what it holds", text);
        }
    }
}

fn breaks_by_commit(run: &Run) -> Option<&'static str> {
    let last = run.answers.last().filter(|answer| answer.verdict == Verdict::Good);
    let is_good = last.is_some_and(|answer| Some(answer.profile) == run.profile);
    (!is_good).then_some("commits without a good answer of the profile that was asked")
}
