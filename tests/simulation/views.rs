//! The real pool, and its views: each is made once for a state of the pool and a time.

use std::{
    cell::RefCell,
    ops::{Deref, DerefMut},
    rc::Rc,
    time::SystemTime,
};

use rotunda_core::{
    Event, PoolState, ProfileId,
    affinity::Continuation,
    choice::Choice,
    pool::{PoolView, Work},
};

/// The pool, with a count of the times that it may have changed.
#[derive(Debug, Default)]
pub(crate) struct WatchedPool {
    pool: PoolState,
    changes: u64,
    latest: RefCell<Option<Views>>,
}

/// Views of one state of the pool.
#[derive(Debug, Clone)]
struct Views {
    changes: u64,
    now: SystemTime,
    shown: Rc<PoolView>,
    plain: Option<Rc<PoolView>>,
}

impl Deref for WatchedPool {
    type Target = PoolState;

    fn deref(&self) -> &PoolState {
        &self.pool
    }
}

impl DerefMut for WatchedPool {
    /// Whoever may change the pool counts as having changed it.
    fn deref_mut(&mut self) -> &mut PoolState {
        self.changes += 1;
        &mut self.pool
    }
}

impl WatchedPool {
    pub(crate) fn replace(&mut self, pool: PoolState) {
        **self = pool;
    }

    /// The pool as others see it.
    pub(crate) fn view(&self, now: SystemTime) -> Rc<PoolView> {
        self.views(now).shown
    }

    /// The same, with standings without regard to credits.
    pub(crate) fn plain_view(&self, now: SystemTime) -> Rc<PoolView> {
        let mut views = self.views(now);
        if let Some(plain) = views.plain {
            return plain;
        }
        let mut plain = PoolView::clone(&views.shown);
        for (id, standing) in self.pool.standings() {
            let profile = plain.profiles.iter_mut().find(|it| it.profile.id == id);
            if let Some(profile) = profile {
                profile.standing = standing;
            }
        }
        let plain = Rc::new(plain);
        views.plain = Some(Rc::clone(&plain));
        self.latest.replace(Some(views));
        plain
    }

    fn views(&self, now: SystemTime) -> Views {
        let mut latest = self.latest.borrow_mut();
        let is_current = |it: &&mut Views| it.changes == self.changes && it.now == now;
        if let Some(views) = latest.as_mut().filter(is_current) {
            debug_assert!(cfg!(not(test)) || *views.shown == self.pool.view(now));
            return views.clone();
        }
        let shown = Rc::new(self.pool.view(now));
        latest.insert(Views { changes: self.changes, now, shown, plain: None }).clone()
    }

    /// Who would serve: looks up the ledger, which no view shows.
    pub(crate) fn choice(
        &mut self,
        continuation: &Continuation,
        work: Work<'_>,
        tried: &[ProfileId],
        now: SystemTime,
    ) -> Choice {
        self.pool.choose_for(continuation, work, tried, now).choice
    }

    /// What is over ends. Without an event only a row of credits can have ended.
    pub(crate) fn tick(&mut self, now: SystemTime) -> Vec<Event> {
        let views = self.views(now);
        let is_spending = views.shown.profiles.iter().any(|it| it.credits.spending.is_some());
        let events = self.pool.tick(now);
        if is_spending || !events.is_empty() {
            self.changes += 1;
        }
        events
    }
}
