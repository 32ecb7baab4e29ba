//! The whole installation: accounts, router, clients and clocks, and the queue of
//! what happens next.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet, BinaryHeap},
    time::SystemTime,
};

use rotunda_core::{
    ClockStep, ProfileId,
    choice::Rules,
    clock_step::StepWatch,
    pool::{Moment, RefusalKey},
    profile::PoolProfile,
};

use crate::{
    account::Account,
    clock::{Clock, MINUTE, Millis, span},
    codex::Codex,
    manager::Manager,
    money::Money,
    naive::Naive,
    notices::Notices,
    plant::Plant,
    process::Store,
    random::Random,
    redeeming::Redeeming,
    run::{Run, Waits},
    script::{Life, Stimulus, Task, TaskKind},
    token_checks::TokenFacts,
    usage_poll::UsagePoll,
    vault::SimulatedVault,
    views::WatchedPool,
};

/// What happens next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Event {
    /// The next stimulus of the life.
    Stimulus,
    /// A client sends its next request.
    Request { task: usize },
    /// The head of an answer, or what came instead.
    Reply { run: usize, stamp: u64 },
    /// A stream has shown no output for as long as that is waited for.
    NoOutput { run: usize, stamp: u64 },
    /// A stream shows what it is.
    Shown { run: usize, stamp: u64 },
    /// A pause of the machine is over.
    Timer { run: usize, stamp: u64 },
    /// The pool changed.
    Wake { run: usize },
    /// The vault was read for a request.
    Loaded { run: usize, stamp: u64 },
    /// A request has waited long enough for a renewal.
    Impatient { run: usize, stamp: u64 },
    /// A task of the token manager goes on.
    Token { task: usize, stamp: u64 },
    /// A sign-in has waited long enough for a renewal.
    Stuck { task: usize, stamp: u64 },
    /// The vault has written something.
    Written { write: u64 },
    /// An answer is over.
    End { run: usize, stamp: u64 },
    /// The user interrupts.
    Cancel { task: usize },
    /// What changed goes into the store.
    Save,
    /// The user removes a sign-in, or replaces it.
    Change { account: usize, removes: bool },
    /// The reader of quota goes on.
    UsagePoll { stamp: u64 },
    /// A snapshot is made, and looked at for what to notify.
    Notify,
    /// The user says yes to a question about a reset.
    ResetClick { number: u64 },
    /// A request for a reset reaches upstream.
    ResetArrives { flight: usize },
    /// The request for a reset goes on.
    Resets { stamp: u64 },
    /// Redemptions that are not finished are looked at, and the rule.
    FollowResets { stamp: u64 },
    /// Codex has new tokens of its own.
    CodexWrites { stamp: u64 },
}

/// A broken rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Violation {
    /// Which rule, in a word.
    pub(crate) rule: &'static str,
    pub(crate) text: String,
}

/// A response that upstream has.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Response {
    pub(crate) owner: ProfileId,
    pub(crate) is_alive: bool,
}

/// A conversation of a client.
#[derive(Debug, Default)]
pub(crate) struct Thread {
    pub(crate) latest: Option<usize>,
    pub(crate) reasoning_of: Option<ProfileId>,
}

/// A message under way.
#[derive(Debug)]
pub(crate) struct Job {
    pub(crate) task: Task,
    pub(crate) random: Random,
    pub(crate) requests: u8,
    pub(crate) retries: u32,
    pub(crate) over_http: bool,
    /// The client names no earlier response.
    pub(crate) is_full: bool,
    pub(crate) latest: Option<usize>,
    pub(crate) reasoning_of: Option<ProfileId>,
    pub(crate) turn_state: Option<(String, ProfileId)>,
    pub(crate) run: Option<usize>,
    pub(crate) is_over: bool,
}

impl Job {
    pub(crate) fn keeps_thread(&self) -> bool {
        self.task.kind != TaskKind::SubAgent
    }
}

/// The installation.
pub(crate) struct World {
    pub(crate) clock: Clock,
    pub(crate) pool: WatchedPool,
    pub(crate) steps: StepWatch,
    /// Grows when the view of the pool may differ.
    pub(crate) version: u64,
    checked: u64,
    pub(crate) naive: Naive,
    pub(crate) money: Money,
    pub(crate) accounts: Vec<Account>,
    pub(crate) manager: Manager,
    pub(crate) token_facts: TokenFacts,
    pub(crate) vault: SimulatedVault,
    /// What Codex itself is signed in with, when a profile has the same sign-in.
    pub(crate) codex: Option<Codex>,
    pub(crate) usage_poll: UsagePoll,
    pub(crate) store: Store,
    pub(crate) notices: Notices,
    pub(crate) redeeming: Redeeming,
    pub(crate) is_save_due: bool,
    queue: BinaryHeap<Reverse<(Millis, u64, Event)>>,
    scheduled: u64,
    pub(crate) stimuli: Vec<Stimulus>,
    next: usize,
    pub(crate) runs: Vec<Option<Box<Run>>>,
    pub(crate) jobs: Vec<Job>,
    pub(crate) threads: Vec<Thread>,
    pub(crate) responses: Vec<Response>,
    pub(crate) random: Random,
    pub(crate) longest_wait: Millis,
    /// Truth until which nothing can be reached.
    pub(crate) outage_until: Millis,
    pub(crate) issuer_away_until: Millis,
    /// Truth until which something was wrong with all accounts.
    pub(crate) troubled_until: Option<Millis>,
    /// How long each profile may rest by what upstream said.
    pub(crate) evidence: BTreeMap<ProfileId, SystemTime>,
    /// The issuer ended these sign-ins, and nobody signed in again.
    pub(crate) ended_sign_ins: BTreeSet<ProfileId>,
    /// Refusals that two profiles agreed on: for which route and model, and until
    /// when that counts.
    pub(crate) agreed: Vec<(RefusalKey, &'static str, Option<&'static str>, SystemTime)>,
    pub(crate) plant: Option<Plant>,
    pub(crate) violation: Option<Violation>,
    /// Lines of a readable log, when there is one.
    pub(crate) log: Option<Vec<String>>,
    /// Turns that came to an end.
    pub(crate) turns: u64,
    /// Turns that began.
    pub(crate) begun: u64,
    /// The life is over, and each profile has to serve once more.
    pub(crate) is_recovering: bool,
}

/// Writes a line of the log, when there is one.
macro_rules! log {
    ($world:expr, $($text:tt)*) => {
        if $world.log.is_some() {
            let line = format!($($text)*);
            $world.write(&line);
        }
    };
}
pub(crate) use log;

impl World {
    pub(crate) fn of(life: &Life, plant: Option<Plant>) -> Self {
        let mut random = Random::of(&[life.setup.salt]);
        let accounts = 1..=u64::from(life.setup.accounts);
        // Each from a stream of its own: fewer accounts leave the others as they are.
        let draw = |id| Account::draw(id, &mut Random::of(&[life.setup.salt, id]));
        let accounts: Vec<_> = accounts.map(draw).collect();
        let own = random.percent(40).then(|| random.below(7));
        let mut world = Self {
            clock: Clock::default(),
            pool: WatchedPool::default(),
            steps: StepWatch::default(),
            version: 0,
            checked: 0,
            naive: Naive::default(),
            money: Money::default(),
            manager: Manager::default(),
            token_facts: TokenFacts::default(),
            vault: SimulatedVault::default(),
            codex: None,
            usage_poll: UsagePoll::default(),
            accounts,
            store: Store::default(),
            notices: Notices::default(),
            redeeming: Redeeming::of(life.setup.salt),
            is_save_due: false,
            queue: BinaryHeap::new(),
            scheduled: 0,
            stimuli: life.stimuli.clone(),
            next: 0,
            runs: Vec::new(),
            jobs: Vec::new(),
            threads: (0..6).map(|_| Thread::default()).collect(),
            responses: Vec::new(),
            random,
            longest_wait: 0,
            outage_until: 0,
            issuer_away_until: 0,
            troubled_until: None,
            evidence: BTreeMap::new(),
            ended_sign_ins: BTreeSet::new(),
            agreed: Vec::new(),
            plant,
            violation: None,
            log: None,
            turns: 0,
            begun: 0,
            is_recovering: false,
        };
        world.naive.rules = Rules {
            soft_cap: world.random.pick(&[1, 2, 8]),
            hard_cap: world.random.pick(&[2, 4, 32]),
            ..Rules::default()
        };
        world.naive.ledger.capacity = life.setup.most_chains.map(usize::from);
        world.pool.replace(world.new_pool());
        world.set_rules();
        for at in 0..world.accounts.len() {
            world.put_profile(at, own == u64::try_from(at).ok());
        }
        world.sync_clock();
        world
    }

    pub(crate) fn put_profile(&mut self, at: usize, own_sign_in: bool) {
        let account = &self.accounts[at];
        let profile = PoolProfile {
            id: account.id,
            kind: account.kind,
            account_id: Some(account_name(account.id)),
            rank: u32::try_from(at).unwrap_or_default(),
            paused: false,
            own_sign_in,
        };
        let credential = self.accounts[at].grants.sign_in(profile.kind, self.clock.truth);
        if own_sign_in {
            self.share_with_codex(at, &credential);
        }
        self.vault.put(profile.id, credential);
        self.store.pool_profiles.insert(profile.id, profile.clone());
        self.pool.put(profile);
    }

    pub(crate) fn with_log(mut self) -> Self {
        self.log = Some(Vec::new());
        self
    }

    pub(crate) fn write(&mut self, line: &str) {
        let seconds = self.clock.uptime / 1000;
        let (minutes, millis) = (seconds / 60, self.clock.uptime % 1000);
        let time =
            format!("{:4}:{:02}:{:02}.{millis:03}", minutes / 60, minutes % 60, seconds % 60);
        if let Some(log) = &mut self.log {
            log.push(format!("{time}  {line}"));
        }
    }

    pub(crate) fn violate(&mut self, rule: &'static str, text: String) {
        log!(self, "BROKEN RULE {rule}: {text}");
        self.violation.get_or_insert(Violation { rule, text });
    }

    pub(crate) fn moment(&self) -> Moment {
        self.clock.moment()
    }

    pub(crate) fn now(&self) -> SystemTime {
        self.clock.wall()
    }

    pub(crate) fn account_of(&self, id: ProfileId) -> Option<usize> {
        self.accounts.iter().position(|account| account.id == id)
    }

    pub(crate) fn schedule(&mut self, after: Millis, event: Event) {
        self.scheduled += 1;
        self.queue.push(Reverse((self.clock.uptime + after, self.scheduled, event)));
    }

    /// The view of the pool may differ. Runs that wait for that decide again.
    pub(crate) fn changed(&mut self, except: Option<usize>) {
        self.version += 1;
        self.plan_save();
        self.plan_notices();
        for at in 0..self.runs.len() {
            let Some(run) = self.runs[at].as_mut().filter(|_| except != Some(at)) else { continue };
            let waits = matches!(run.waits, Waits::Look | Waits::Reset);
            if waits && !std::mem::replace(&mut run.is_woken, true) {
                self.schedule(0, Event::Wake { run: at });
            }
        }
    }

    /// What the pool's handle does at each access: it notices steps of the clock.
    pub(crate) fn sync_clock(&mut self) {
        let Moment { now, uptime } = self.moment();
        let Some(step) = self.steps.observe(now, uptime) else { return };
        log!(self, "noticed: {step:?}");
        self.pool.clock_stepped(step);
        self.notices.clock_stepped();
        self.redeeming.facts.clock_stepped();
        let moment = self.moment();
        self.token_facts.clock_stepped(moment);
        if !matches!(step, ClockStep::Forward(by) if by < span(MINUTE)) {
            self.usage_poll.want();
        }
        if let ClockStep::Back(by) = step {
            self.naive.move_back(by);
            self.money.move_back(by);
            for until in self.evidence.values_mut() {
                *until -= by;
            }
        }
        self.changed(None);
    }

    /// Lives the whole life, or up to the first broken rule.
    pub(crate) fn live(&mut self) {
        self.schedule_stimulus();
        self.run_until_quiet();
        if self.violation.is_none() {
            self.check_quiet();
        }
        if self.violation.is_none() {
            self.recover();
        }
    }

    pub(crate) fn run_until_quiet(&mut self) {
        while self.violation.is_none() && self.step() {}
    }

    fn schedule_stimulus(&mut self) {
        if let Some(stimulus) = self.stimuli.get(self.next) {
            let after = stimulus.after;
            self.schedule(after, Event::Stimulus);
        }
    }

    /// One event. False when nothing happens any more.
    fn step(&mut self) -> bool {
        let next = self.queue.peek().map(|Reverse((at, ..))| *at);
        let rest_ends = self.rest_ends();
        if let Some(look_at) = self.poll_wakes_before(next)
            && self.tick_before(rest_ends, Some(look_at)).is_none()
        {
            self.clock.advance_to(look_at);
            self.sync_clock();
            self.look_at_quota();
            self.check_state();
            return true;
        }
        if let Some(tick) = self.tick_before(rest_ends, next) {
            self.clock.advance_to(tick);
            self.sync_clock();
            self.tick();
            return true;
        }
        let Some(Reverse((at, _, event))) = self.queue.pop() else { return false };
        self.clock.advance_to(at);
        self.sync_clock();
        self.happen(event);
        if std::mem::replace(&mut self.checked, self.version) != self.version {
            self.check_state();
            self.review_credits();
        }
        true
    }

    /// When the reader of quota wakes, if that comes first.
    fn poll_wakes_before(&self, next: Option<Millis>) -> Option<Millis> {
        let next = next?;
        let uptime = self.clock.uptime;
        let is_idle = next > uptime + MINUTE && self.runs.iter().flatten().next().is_none();
        self.usage_poll.wake_at(uptime, next, is_idle).filter(|at| *at < next)
    }

    /// When rests end by the clock of now, which may be set.
    fn rest_ends(&self) -> Option<Millis> {
        self.pool.next_tick(self.now()).map(|until| self.clock.uptime_at(until))
    }

    /// When rests end, if that comes first and something waits for it.
    fn tick_before(&self, rest_ends: Option<Millis>, next: Option<Millis>) -> Option<Millis> {
        let at = rest_ends?;
        let is_waited_for = next.is_some() || self.runs.iter().flatten().next().is_some();
        let is_first = next.is_none_or(|next| at < next);
        (is_waited_for && is_first && at <= self.clock.uptime + 40 * 24 * 60 * MINUTE).then_some(at)
    }

    fn happen(&mut self, event: Event) {
        match event {
            Event::Stimulus => {
                let Some(stimulus) = self.stimuli.get(self.next).copied() else { return };
                self.next += 1;
                self.apply(stimulus.act);
                self.schedule_stimulus();
            }
            Event::Request { task } => self.request(task),
            Event::Cancel { task } => self.cancel(task),
            Event::Save => self.save(),
            Event::Notify => self.notify(),
            Event::Change { account, removes } => self.change_now(account, removes),
            Event::UsagePoll { stamp } => self.poll_goes_on(stamp),
            Event::ResetClick { number } => self.reset_click(number),
            Event::ResetArrives { flight } => self.reset_arrives(flight),
            Event::Resets { stamp } => self.resets_go_on(stamp),
            Event::FollowResets { stamp } => self.follow_resets(stamp),
            Event::CodexWrites { stamp } => self.codex_writes(stamp),
            Event::Wake { run } => self.wake(run),
            Event::Token { task, stamp } => self.task_goes_on(task, stamp),
            Event::Stuck { task, stamp } => self.stuck(task, stamp),
            Event::Written { write } => self.written(write),
            Event::Reply { run, stamp } if self.is_current(run, stamp) => self.reply(run),
            Event::NoOutput { run, stamp } if self.is_current(run, stamp) => self.no_output(run),
            Event::Shown { run, stamp } if self.is_current(run, stamp) => self.shown(run),
            Event::Timer { run, stamp } if self.is_current(run, stamp) => self.timer(run),
            Event::Loaded { run, stamp } if self.is_current(run, stamp) => self.loaded(run),
            Event::Impatient { run, stamp } if self.is_current(run, stamp) => self.impatient(run),
            Event::End { run, stamp } if self.is_current(run, stamp) => self.ended(run),
            _ => {}
        }
    }

    fn is_current(&self, run: usize, stamp: u64) -> bool {
        self.runs[run].as_ref().is_some_and(|run| run.stamp == stamp)
    }

    /// Something is wrong with all accounts until then.
    pub(crate) fn note_trouble(&mut self, until: Millis) {
        self.troubled_until = Some(self.troubled_until.unwrap_or_default().max(until));
    }
}

pub(crate) fn account_name(id: ProfileId) -> String {
    format!("account-{}", id.0)
}
