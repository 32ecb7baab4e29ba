//! What the naive model learns of each observation, beside the machine.

use std::time::SystemTime;

use rotunda_core::{
    Event, ProfileId, Standing, Verdict,
    pool::RefusalKey,
    profile::CooldownCause,
    quota::RESERVE_MODEL,
    turn::{Action, Failure, Observation},
};

use crate::{
    account::Stating,
    clock::{HOUR, MINUTE, Millis, SECOND, span},
    naive::Chosen,
    naive_limits::offers_reserve,
    run::Run,
    script::MODELS,
    world::World,
};

/// A rest for trouble lasts at most so long.
const TROUBLE: Millis = 120 * SECOND;

impl World {
    /// A profile may rest so long from now on.
    pub(crate) fn allow_rest(&mut self, id: ProfileId, lasts: Millis) {
        let until = self.now() + span(lasts);
        let allowed = self.evidence.entry(id).or_insert(until);
        *allowed = (*allowed).max(until);
    }

    /// How long the profile may rest by what upstream said.
    pub(crate) fn allow_rests(&mut self, id: ProfileId, verdict: Verdict, stating: &Stating) {
        match verdict {
            Verdict::Quota(_) => self.allow_quota_rest(id, stating),
            Verdict::NotEntitled => self.allow_rest(id, HOUR),
            _ => self.allow_rest(id, TROUBLE),
        }
    }

    pub(crate) fn allow_quota_rest(&mut self, id: ProfileId, stating: &Stating) {
        if let Some(named) = stating.names {
            return self.allow_rest(id, named.max(5 * SECOND));
        }
        self.allow_rest(id, 15 * MINUTE);
        let now = self.now();
        let view = self.pool.view(now);
        let profile = view.profiles.iter().find(|it| it.profile.id == id);
        let windows = profile.and_then(|it| it.usage.as_ref()).map(|usage| &usage.windows);
        let resets = windows.into_iter().flatten().filter_map(|window| window.resets_at);
        if let Some(until) = resets.max() {
            let allowed = self.evidence.entry(id).or_insert(until);
            *allowed = (*allowed).max(until);
        }
    }

    /// After a restart a profile may rest as long as the store says.
    pub(crate) fn restore_evidence(&mut self) {
        self.evidence.clear();
        for (id, kept) in &self.store.profiles {
            match kept.standing {
                Standing::Resting(rest) => drop(self.evidence.insert(*id, rest.until)),
                Standing::NotEntitled { ask_at } => drop(self.evidence.insert(*id, ask_at)),
                Standing::Ready | Standing::NeedsSignIn | Standing::Paused => {}
            }
        }
    }

    /// The profile rests now, so the user's choice of it is over.
    pub(crate) fn forget_choice(&mut self, id: ProfileId) {
        if self.naive.chosen == Chosen::Is(id) {
            self.naive.chosen = Chosen::None;
        }
    }

    /// Upstream denied the profile. Whether that counts is not visible while it is
    /// paused.
    fn forget_denied_choice(&mut self, id: ProfileId) {
        if self.naive.chosen != Chosen::Is(id) {
            return;
        }
        let view = self.plain_view();
        let standing = view.profiles.iter().find(|it| it.profile.id == id).map(|it| it.standing);
        self.naive.chosen = match standing {
            Some(Standing::NeedsSignIn) => Chosen::Is(id),
            Some(Standing::Paused) => Chosen::Unclear,
            _ => Chosen::None,
        };
    }

    /// What happened ends the user's choice of a profile that rests.
    pub(crate) fn follow_events(&mut self, events: &[Event]) {
        self.follow_spending(events);
        self.observe_missed(events);
        for event in events {
            self.naive.limits.follow(event);
            match event {
                // The choice stands, for when the plan serves again.
                Event::Rested { rest, .. } if matches!(rest.cause, CooldownCause::Credits(_)) => {}
                Event::Rested { profile, .. } | Event::NeedsSignIn { profile, .. } => {
                    self.forget_choice(*profile);
                }
                _ => {}
            }
        }
    }

    /// The same observation for the naive model.
    pub(crate) fn follow(&mut self, run: &mut Run, observation: Observation<'_>, action: &Action) {
        let (Some(id), now) = (run.profile, self.now()) else { return };
        match observation {
            Observation::Answered(answered) => {
                let key =
                    RefusalKey { status: answered.status, code: answered.code.map(str::to_owned) };
                self.follow_answer(run, id, answered.verdict, key);
                if matches!(answered.verdict, Verdict::Quota(_)) {
                    self.follow_reserve(run, id, answered.limit);
                }
            }
            Observation::SocketRefused(answered) => {
                let verdict = answered.verdict;
                let is_elsewhere = matches!(
                    verdict,
                    Verdict::Quota(_)
                        | Verdict::NotEntitled
                        | Verdict::Gateway
                        | Verdict::Challenge
                );
                if *action != Action::RenewToken(id) && !is_elsewhere && self.has_profile(id) {
                    self.naive.sockets_refused(id, now);
                }
                if verdict == Verdict::NotEntitled {
                    self.forget_denied_choice(id);
                }
            }
            Observation::Failed(Failure::SignInLost) => self.forget_choice(id),
            Observation::Failed(Failure::Ambiguous) => self.follow_trouble(id, run.route),
            Observation::PoolChanged => run.opinions.clear(),
            _ => {}
        }
    }

    /// Upstream struggled with a request of this route.
    pub(crate) fn follow_trouble(&mut self, id: ProfileId, route: &'static str) {
        if self.has_profile(id) {
            let now = self.now();
            self.naive.struggled(id, route, now);
        }
    }

    fn follow_answer(&mut self, run: &mut Run, id: ProfileId, verdict: Verdict, key: RefusalKey) {
        let (now, work) = (self.now(), run.work());
        match verdict {
            Verdict::Good => {
                self.naive.served(id, work);
                for (profile, _) in &run.opinions {
                    if self.has_profile(*profile) {
                        self.naive.work_refused(*profile, work, now);
                    }
                }
            }
            Verdict::Struggling => self.follow_trouble(id, run.route),
            Verdict::ModelUnavailable if self.has_profile(id) => {
                self.naive.model_refused(id, MODELS[run.model], now);
            }
            Verdict::ChainLost if self.has_profile(id) => {
                if let Some(response) = &run.turn.continuation().previous_response {
                    self.naive.ledger.doubt(response, id, now, self.pool.ledger());
                }
            }
            Verdict::NotEntitled => self.forget_denied_choice(id),
            Verdict::Other if !run.is_chained() => self.follow_unknown(run, id, key),
            _ => {}
        }
    }

    /// The reserve has a limit of its own, also where no reading named it.
    pub(crate) fn follow_reserve(&mut self, run: &Run, id: ProfileId, limit: Option<&str>) {
        let (now, work) = (self.now(), run.work());
        let view = self.pool.view(now);
        let profile = view.profiles.iter().find(|it| it.profile.id == id);
        let is_known = profile.is_none_or(|it| {
            let named = limit.map(|name| it.model_limits.iter().any(|it| it.is(name)));
            named.unwrap_or_else(|| offers_reserve(it, work.model))
        });
        if work.model == Some(RESERVE_MODEL) && !is_known {
            self.naive.work_refused(id, work, now);
        }
    }

    /// Whether the user still has the profile: an answer may come after its removal, and
    /// says nothing of a profile that is added later.
    pub(crate) fn has_profile(&self, id: ProfileId) -> bool {
        self.pool.profile(id).is_some()
    }

    fn follow_unknown(&mut self, run: &mut Run, id: ProfileId, key: RefusalKey) {
        let is_first = !run.opinions.iter().any(|(profile, _)| *profile == id);
        // A clock that was set back and has caught up brings none of them back.
        let now = self.now();
        self.agreed.retain(|(.., until)| is_within_a_minute(*until, now));
        if self.is_agreed(&key, run) || !is_first {
            return;
        }
        if run.opinions.iter().any(|(_, other)| *other == key) {
            let until = self.now() + span(MINUTE);
            self.agreed.push((key, run.route, run.work().model, until));
            return;
        }
        run.opinions.push((id, key));
    }

    /// Whether two profiles agreed on this refusal within a minute.
    pub(crate) fn is_agreed(&self, key: &RefusalKey, run: &Run) -> bool {
        let now = self.now();
        self.agreed.iter().any(|(it, route, model, until)| {
            is_within_a_minute(*until, now)
                && it == key
                && *route == run.route
                && *model == run.work().model
        })
    }
}

fn is_within_a_minute(until: SystemTime, now: SystemTime) -> bool {
    now < until && until <= now + span(MINUTE)
}
