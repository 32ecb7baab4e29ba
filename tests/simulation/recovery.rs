//! The end of a life: nothing is wrong any more, and each profile has to serve by
//! itself.

use rotunda_core::{ProfileId, Standing, profile::PoolProfile};

use crate::{
    clock::{DAY, HOUR},
    script::{MODELS, Task, TaskKind},
    world::World,
};

/// Longer than any rest.
const LONGEST: u64 = 8 * DAY + HOUR;

impl World {
    /// All that is wrong ends, time passes, and each profile serves once more.
    pub(crate) fn recover(&mut self) {
        for account in &mut self.accounts {
            account.end_conditions();
            account.reset_early();
            account.is_entitled = true;
            account.models = [true; MODELS.len()];
        }
        self.outage_until = 0;
        self.issuer_away_until = 0;
        self.vault.repair();
        self.store.full_until = 0;
        self.is_recovering = true;
        self.allow_all();
        self.clock.advance_to(self.clock.uptime + LONGEST);
        self.store.wait_from(self.clock.uptime);
        // A turn that fails now breaks the rule of this check.
        self.note_trouble(self.clock.truth);
        let ids: Vec<_> = self.store.pool_profiles.keys().copied().collect();
        for id in ids {
            if self.violation.is_none() {
                self.serve_once(id);
            }
        }
    }

    fn serve_once(&mut self, id: ProfileId) {
        for profile in self.store.pool_profiles.values() {
            self.pool.put(PoolProfile { paused: profile.id != id, ..profile.clone() });
        }
        let view = self.pool.view(self.now());
        let profile = view.profiles.iter().find(|it| it.profile.id == id);
        if profile.is_none_or(|it| it.standing == Standing::NeedsSignIn) {
            return;
        }
        let before = self.responses.len();
        let over_http = self.random.percent(50);
        self.begin_task(Task {
            thread: 0,
            kind: TaskKind::SubAgent,
            requests: 1,
            model: 0,
            refused: None,
            over_http,
            cancel_after: None,
            salt: id.0,
        });
        self.run_until_quiet();
        let is_served = self.responses.get(before).is_some_and(|it| it.owner == id);
        // The issuer may end the sign-in in this very turn.
        let needs_user = self.ended_sign_ins.contains(&id);
        if !is_served && !needs_user && self.violation.is_none() {
            let text = format!("{id} does not serve although nothing is wrong with it");
            self.violate("every state ends by itself", text);
        }
    }
}
