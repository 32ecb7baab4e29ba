//! The shared handle to what is known of all profiles.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime},
};

use rotunda_core::{
    Event, PoolState, ProfileId,
    choice::Rules,
    clock_step::{ClockStep, StepWatch},
    pool::{KnownQuota, Memory, Moment, PoolView, Projects},
    profile::{PoolProfile, Usage, UseCredits},
    project_rule::{PathCase, ProjectRule},
    provider::Provider,
    quota::plan_of,
    turn::{Action, Decision, Failure},
};
use serde_json::Value;
use tokio::{
    sync::{Notify, broadcast, watch},
    time::Instant,
};

use rotunda_core::{Clock, Uptime};

use crate::trace::{self, Counters, Trace};

/// Events a slow listener may be behind before it misses some; nothing depends
/// on them, as the view can always be read.
const EVENTS_KEPT: usize = 256;
/// A resting profile is looked at again at least this often, in case the
/// machine slept or its clock was set.
const LONGEST_NAP: Duration = Duration::from_secs(30);

/// The clock went forward by at least this much, or the machine slept: quota
/// readings are older than they look, so they are made anew.
const LONG_GAP: Duration = Duration::from_secs(60);

/// A cheap handle to the pool.
///
/// A plain mutex guards the state: every critical section is a few look-ups
/// and none awaits. Events leave after the lock is released.
#[derive(Clone)]
pub struct Pool {
    inner: Arc<Inner>,
}

struct Inner {
    state: Mutex<Guarded>,
    events: broadcast::Sender<Event>,
    changed: watch::Sender<u64>,
    clock: Clock,
    started: Instant,
    /// Notified when quota should be read again.
    reread: Notify,
    counters: Mutex<Counters>,
}

/// What the mutex guards.
struct Guarded {
    pool: PoolState,
    /// Absent, no step of the clock is noticed.
    uptime: Option<Uptime>,
    steps: StepWatch,
}

impl std::fmt::Debug for Pool {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pool").finish_non_exhaustive()
    }
}

impl Pool {
    /// A pool of the given profiles.
    pub fn new(profiles: Vec<PoolProfile>, rules: Rules, clock: Clock) -> Self {
        let mut pool = PoolState::default();
        pool.set_rules(rules);
        for profile in profiles {
            pool.put(profile);
        }
        let state = Mutex::new(Guarded { pool, uptime: None, steps: StepWatch::default() });
        let (events, changed) = (broadcast::channel(EVENTS_KEPT).0, watch::channel(0).0);
        let reread = Notify::new();
        Self {
            inner: Arc::new(Inner {
                state,
                events,
                changed,
                clock,
                started: Instant::now(),
                reread,
                counters: Mutex::default(),
            }),
        }
    }

    /// Notices from now on when the clock is set, by comparing it with `uptime`
    /// at each use of the pool.
    pub fn watch_clock(&self, uptime: Uptime) {
        self.lock().uptime = Some(uptime);
        self.read(|_, _| ());
    }

    /// Adds a profile or changes its place; what is known of it stays.
    pub fn put(&self, profile: PoolProfile) {
        self.change(|state, _| state.put(profile));
    }

    /// Forgets a profile.
    pub fn remove(&self, id: ProfileId) {
        self.change(|state, _| state.remove(id));
    }

    /// The user's rules from now on.
    pub fn set_rules(&self, rules: Rules) {
        self.change(|state, _| state.set_rules(rules));
    }

    /// The rules per project from now on, and how paths are compared.
    pub fn set_project_rules(&self, rules: Vec<ProjectRule>, case: PathCase) {
        self.change(|state, _| state.set_project_rules(rules, case));
    }

    /// The rules per project, and how paths are compared.
    pub fn project_rules(&self) -> (Vec<ProjectRule>, PathCase) {
        self.read(|state, _| state.project_rules())
    }

    /// The rules per project with what is remembered of conversations, for another pool.
    pub fn projects(&self) -> Projects {
        self.read(|state, _| state.projects())
    }

    /// Takes over the rules of another pool, when they are others.
    pub fn follow_project_rules(&self, other: &Self) {
        let (rules, case) = other.project_rules();
        if self.project_rules().0 != rules {
            self.set_project_rules(rules, case);
        }
    }

    /// Takes over the rules of another pool, and what it remembers.
    pub fn set_projects(&self, projects: Projects) {
        self.change(|state, _| state.set_projects(projects));
    }

    /// The user's choice for new work; false when there is no such profile.
    pub fn use_now(&self, id: ProfileId) -> bool {
        let event = self.change(|state, _| state.use_now(id));
        let known = event.is_some();
        self.say(event);
        known
    }

    /// Stay on one profile, or no longer.
    pub fn pin(&self, id: Option<ProfileId>) {
        self.change(|state, _| state.pin(id));
    }

    /// The user's own reserve for a profile, in percent; none: the common one.
    pub fn set_reserve(&self, id: ProfileId, percent: Option<f64>) {
        self.change(|state, _| state.set_reserve(id, percent));
    }

    /// What a profile with a key of another provider serves; none: nothing.
    pub fn set_provider(&self, id: ProfileId, provider: Option<Provider>) {
        self.change(|state, _| state.set_provider(id, provider.map(Arc::new)));
    }

    /// What a profile with a key of another provider serves.
    pub fn provider_of(&self, id: ProfileId) -> Option<Provider> {
        self.read(|state, _| state.provider_of(id)).map(|provider| (*provider).clone())
    }

    /// Whether a list of a plan has a model. An unknown list has none.
    pub fn plans_offer(&self, model: &str) -> bool {
        self.read(|state, _| state.plans_offer(model))
    }

    /// Whether purchased credits of a profile may be used; none: the common setting.
    pub fn set_use_credits(&self, id: ProfileId, consent: Option<UseCredits>) {
        self.change(|state, _| state.set_use_credits(id, consent));
    }

    /// The consent of a pool that has only this profile; see [`PoolState::consent_apart`].
    pub fn consent_apart(&self, id: ProfileId) -> UseCredits {
        self.read(|state, now| state.consent_apart(id, now))
    }

    /// What is known of a profile's quota and credits, for another pool.
    pub fn known_quota(&self, id: ProfileId) -> Option<KnownQuota> {
        self.read(|state, now| state.known_quota(id, now))
    }

    /// Takes over what another pool knows, as far as it is news.
    pub fn learn_quota(&self, id: ProfileId, known: KnownQuota) {
        if let Some(events) = self.read(|state, now| state.learn_quota(id, known, now)) {
            self.inner.changed.send_modify(|version| *version += 1);
            self.say(events);
        }
    }

    /// A banked reset of the profile was redeemed: the next reading with capacity ends its
    /// rest.
    pub fn expect_reset(&self, id: ProfileId) {
        self.change(|state, _| state.expect_reset(id));
    }

    /// Who would serve new work if `id` did not; none when no profile is ready.
    pub fn instead_of(&self, id: Option<ProfileId>) -> Option<ProfileId> {
        self.read(|state, now| state.instead_of(id, now))
    }

    /// A new sign-in brought a profile back.
    pub fn signed_in(&self, id: ProfileId) {
        self.change(|state, _| state.signed_in(id));
    }

    /// The user took the sign-in of a profile away.
    pub fn signed_out(&self, id: ProfileId) {
        self.change(|state, _| drop(state.sign_in_lost(id, "signed_out")));
    }

    /// The user wants a retry of a profile that upstream called not entitled.
    pub fn ask_entitlement_again(&self, id: ProfileId) {
        self.change(|state, _| state.ask_entitlement_again(id));
    }

    /// A profile served a request of another router.
    pub fn served(&self, id: ProfileId) {
        self.observe(|state, _| state.served(id));
    }

    /// The pool as others see it.
    pub fn view(&self) -> PoolView {
        self.read(|state, now| state.view(now))
    }

    /// A feed of everything that happens from now on.
    pub fn events(&self) -> broadcast::Receiver<Event> {
        self.inner.events.subscribe()
    }

    /// Grows whenever [`Self::view`] may differ.
    pub fn changed(&self) -> watch::Receiver<u64> {
        self.inner.changed.subscribe()
    }

    /// What changed since the last call and is worth keeping.
    pub fn take_memory(&self) -> Vec<Memory> {
        self.read(|state, _| state.take_memory())
    }

    /// What was taken last could not be saved: the next call has it again.
    pub fn memory_not_saved(&self, memory: Vec<Memory>) {
        self.read(|state, _| state.not_saved(memory));
    }

    /// Puts back what was kept, chains least recently used first.
    pub fn restore(&self, memory: Vec<Memory>) {
        self.change(|state, now| state.restore(memory, now));
    }

    /// Reads the clock.
    pub(crate) fn now(&self) -> SystemTime {
        (self.inner.clock)()
    }

    /// Reads under the lock.
    pub(crate) fn read<T>(&self, look: impl FnOnce(&mut PoolState, SystemTime) -> T) -> T {
        let mut guarded = self.lock();
        let now = self.now();
        let uptime = guarded.uptime.as_ref().map(|uptime| uptime());
        if let Some(step) = uptime.and_then(|uptime| guarded.steps.observe(now, uptime)) {
            self.step(&mut guarded.pool, step);
        }
        look(&mut guarded.pool, now)
    }

    fn lock(&self) -> MutexGuard<'_, Guarded> {
        self.inner.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn step(&self, pool: &mut PoolState, step: ClockStep) {
        pool.clock_stepped(step);
        match step {
            ClockStep::Back(by) => {
                tracing::warn!(seconds = by.as_secs(), "the clock was set back");
            }
            ClockStep::Forward(by) if by < LONG_GAP => return,
            ClockStep::Forward(by) => {
                tracing::info!(
                    seconds = by.as_secs(),
                    "the clock was set forward, or the machine slept"
                );
            }
        }
        self.inner.changed.send_modify(|version| *version += 1);
        self.inner.reread.notify_one();
    }

    /// Waits until quota should be read again, because the clock was set or the
    /// machine slept.
    pub(crate) async fn reread(&self) {
        self.inner.reread.notified().await;
    }

    /// Changes under the lock, then wakes who looks at the view.
    pub(crate) fn change<T>(&self, act: impl FnOnce(&mut PoolState, SystemTime) -> T) -> T {
        let result = self.read(act);
        self.inner.changed.send_modify(|version| *version += 1);
        result
    }

    /// Tells the pool what was observed and passes on what follows.
    pub(crate) fn observe<E>(&self, act: impl FnOnce(&mut PoolState, SystemTime) -> E)
    where
        E: IntoIterator<Item = Event>,
    {
        let events = self.change(act);
        self.say(events);
    }

    /// The same for what was observed in a request.
    pub(crate) fn observe_in<E>(
        &self,
        trace: &Trace,
        act: impl FnOnce(&mut PoolState, SystemTime) -> E,
    ) where
        E: IntoIterator<Item = Event>,
    {
        let events = self.change(act);
        self.say_of(Some(trace), events);
    }

    /// Has a turn decide under the lock, and passes on what happened.
    pub(crate) fn decide(
        &self,
        trace: &Trace,
        act: impl FnOnce(&mut PoolState, Moment) -> Decision,
    ) -> Action {
        let uptime = self.inner.started.elapsed();
        let decide = |pool: &mut PoolState, now| act(pool, Moment { now, uptime });
        let Decision { action, events } = self.read(decide);
        // A turn that continues to wait must not wake itself.
        let waits = matches!(action, Action::AwaitReset(_) | Action::LookAgain(_));
        if !events.is_empty() || !waits {
            self.inner.changed.send_modify(|version| *version += 1);
        }
        self.say_of(Some(trace), events);
        action
    }

    /// Takes from a failure what it contains beside failing: quota from earlier
    /// in the stream, which dates the rest, and the plan's name.
    pub(crate) fn record_usage(&self, id: ProfileId, usage: Option<Usage>, error: &Value) {
        if let Some(usage) = usage {
            self.observe(|pool, now| pool.read_usage(id, usage, false, now));
        }
        if let Some(plan) = plan_of(error) {
            self.change(|pool, now| pool.learned_plan(id, &plan, now));
        }
    }

    /// Passes events on; there may be no receiver.
    pub(crate) fn say(&self, events: impl IntoIterator<Item = Event>) {
        self.say_of(None, events);
    }

    /// The same for what happened in a request.
    pub(crate) fn say_of(&self, of: Option<&Trace>, events: impl IntoIterator<Item = Event>) {
        for event in events {
            trace::event(&event, of);
            self.counted().count(&event, self.now());
            let _ = self.inner.events.send(event);
        }
    }

    fn counted(&self) -> MutexGuard<'_, Counters> {
        self.inner.counters.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What became of requests so far.
    pub fn counters(&self) -> Counters {
        self.counted().clone()
    }

    /// A profile gave no answer, outside of a decision.
    pub(crate) fn record_failure(&self, id: ProfileId, failure: Failure, route: &'static str) {
        let uptime = self.inner.started.elapsed();
        self.observe(|pool, now| pool.record_failure(id, failure, route, Moment { now, uptime }));
    }

    /// A request that counts already as one of a profile, until the lease is
    /// dropped.
    pub(crate) fn adopt_lease(&self, id: ProfileId) -> Lease {
        Lease { pool: self.clone(), id }
    }

    /// Ends rests when they are over. Runs until dropped; sleeps while no profile
    /// rests.
    pub(crate) async fn end_rests(self) {
        let mut changed = self.changed();
        let mut due = None;
        loop {
            self.tick(due);
            let (now, next) = self.read(|state, now| (now, state.next_tick(now)));
            due = next;
            let nap = async {
                match next {
                    Some(next) => {
                        let nap = next.duration_since(now).unwrap_or_default();
                        tokio::time::sleep(nap.min(LONGEST_NAP)).await;
                    }
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = nap => {}
                changed = changed.changed() => if changed.is_err() { return },
            }
        }
    }

    /// Ends the rests that are over. What was due may also be the end of what keeps only
    /// some turns waiting, of which there is no event.
    fn tick(&self, due: Option<SystemTime>) {
        let (events, now) = self.read(|state, now| (state.tick(now), now));
        if !events.is_empty() || due.is_some_and(|due| due <= now) {
            self.inner.changed.send_modify(|version| *version += 1);
            self.say(events);
        }
    }
}

/// A profile in use by one request; dropping it gives the place back.
#[derive(Debug)]
pub(crate) struct Lease {
    pool: Pool,
    id: ProfileId,
}

impl Drop for Lease {
    fn drop(&mut self) {
        self.pool.change(|state, _| state.end(self.id));
    }
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use super::*;

    #[test]
    fn what_is_due_wakes_the_waiting_without_an_event() {
        let pool = Pool::new(Vec::new(), Rules::default(), Arc::new(|| UNIX_EPOCH));
        let changed = pool.changed();
        let version = || *changed.borrow();
        let before = version();
        for due in [None, Some(UNIX_EPOCH + Duration::from_secs(1))] {
            pool.tick(due);
            assert_eq!(version(), before);
        }
        pool.tick(Some(UNIX_EPOCH));
        assert_ne!(version(), before);
    }
}
