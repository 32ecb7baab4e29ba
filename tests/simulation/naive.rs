//! The choice of a profile once more: slow, obvious, and written from the rules.
//!
//! It takes standings and quota from the pool's view. Conversations, rests for a
//! part of the work, lists of models and the user's choice it keeps by itself.

use std::{
    collections::BTreeMap,
    time::{Duration, SystemTime},
};

use rotunda_core::{
    Choice, ProfileId, Standing,
    affinity::{Continuation, KeyKind, Ledger},
    choice::{Policy, Rules},
    pool::{PoolProfileView, PoolView, Work},
    profile::{CooldownCause, Kind, UseCredits, WindowKind},
};

use crate::{
    naive_credits::{NaiveCredits, Pays},
    naive_ledger::{Holder, NaiveLedger},
    naive_limits::{NaiveLimits, left_for, offers_reserve},
};

const HOUR: Duration = Duration::from_secs(3600);
const FIRST_SCOPE_REST: Duration = Duration::from_secs(30);
const LONGEST_SCOPE_REST: Duration = Duration::from_secs(30 * 60);
const TROUBLE_REST: Duration = Duration::from_secs(20);
const LONGEST_TROUBLE_REST: Duration = Duration::from_secs(120);

/// A part of a profile's work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Part {
    Model(String),
    Route(&'static str),
    /// Upstream struggles with all requests of a route.
    Struggling(&'static str),
    Sockets,
}

impl Part {
    pub(crate) fn of(work: Work<'_>) -> Self {
        match work.model {
            Some(model) => Self::Model(model.to_owned()),
            None => Self::Route(work.route),
        }
    }

    fn concerns(&self, work: Work<'_>) -> bool {
        match self {
            Self::Sockets => work.over_socket,
            Self::Struggling(route) => work.route == *route,
            part => *part == Self::of(work),
        }
    }
}

/// A rest for a part of a profile's work.
#[derive(Debug, Clone)]
struct PartRest {
    profile: ProfileId,
    part: Part,
    until: SystemTime,
    repeats: u32,
}

/// The profile that the user chose for new work.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Chosen {
    #[default]
    None,
    Is(ProfileId),
    /// A paused profile was refused: whether the choice stands is not visible.
    Unclear,
}

/// How a request is tied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tie {
    Free,
    Prefer(ProfileId),
    Sticky(ProfileId),
    Only(ProfileId),
    /// One profile may be asked, whichever it is.
    AnyOne,
    /// The same, and which one serves now is not visible.
    Unclear,
    Lost,
}

impl Tie {
    pub(crate) fn is_hard(self) -> bool {
        matches!(self, Self::Only(_) | Self::AnyOne | Self::Unclear | Self::Lost)
    }
}

/// What the rules go by.
#[derive(Debug, Default)]
pub(crate) struct Naive {
    pub(crate) ledger: NaiveLedger,
    pub(crate) rules: Rules,
    pub(crate) pinned: Option<ProfileId>,
    pub(crate) chosen: Chosen,
    pub(crate) serving: Option<ProfileId>,
    /// A paused profile served: whether from a limit of its own is not visible.
    pub(crate) is_serving_unclear: bool,
    rests: Vec<PartRest>,
    pub(crate) limits: NaiveLimits,
    pub(crate) credits: NaiveCredits,
    pub(crate) lists: BTreeMap<ProfileId, Vec<String>>,
}

impl Naive {
    /// Work goes to that profile now.
    pub(crate) fn serve_from(&mut self, id: ProfileId) {
        (self.serving, self.is_serving_unclear) = (Some(id), false);
    }

    /// All that is only in memory is gone.
    pub(crate) fn restart(&mut self) {
        self.chosen = Chosen::None;
        (self.serving, self.is_serving_unclear) = (None, false);
        self.rests.clear();
        self.limits.clear();
        self.credits.restart();
        self.lists.clear();
    }

    pub(crate) fn remove(&mut self, id: ProfileId) {
        self.ledger.forget_profile(id);
        self.rests.retain(|rest| rest.profile != id);
        self.lists.remove(&id);
        self.limits.remove(id);
        self.credits.remove(id);
        self.pinned.take_if(|it| *it == id);
        self.serving.take_if(|it| *it == id);
        if self.chosen == Chosen::Is(id) {
            self.chosen = Chosen::None;
        }
    }

    pub(crate) fn move_back(&mut self, by: Duration) {
        self.ledger.move_back(by);
        self.limits.move_back(by);
        self.credits.move_back(by);
        for rest in &mut self.rests {
            rest.until -= by;
        }
    }

    fn begin_rest(&mut self, profile: ProfileId, part: Part, first: Duration, now: SystemTime) {
        let is_same = |it: &PartRest| it.profile == profile && it.part == part;
        let before = self.rests.iter().find(|it| is_same(it)).map(|it| it.repeats);
        self.rests.retain(|it| !is_same(it));
        let repeats = before.map_or(0, |repeats| repeats + 1);
        let longest = match part {
            Part::Struggling(_) => LONGEST_TROUBLE_REST,
            _ => first.max(LONGEST_SCOPE_REST),
        };
        let until = now + (first * 2u32.pow(repeats.min(8))).min(longest);
        self.rests.push(PartRest { profile, part, until, repeats });
    }

    pub(crate) fn model_refused(&mut self, profile: ProfileId, model: &str, now: SystemTime) {
        self.begin_rest(profile, Part::Model(model.to_owned()), HOUR, now);
    }

    pub(crate) fn work_refused(&mut self, profile: ProfileId, work: Work<'_>, now: SystemTime) {
        self.begin_rest(profile, Part::of(work), FIRST_SCOPE_REST, now);
    }

    /// Only trouble with turns is trouble of all routes.
    pub(crate) fn struggled(&mut self, profile: ProfileId, route: &'static str, now: SystemTime) {
        if route != "responses" {
            self.begin_rest(profile, Part::Struggling(route), TROUBLE_REST, now);
        }
    }

    pub(crate) fn sockets_refused(&mut self, profile: ProfileId, now: SystemTime) {
        self.begin_rest(profile, Part::Sockets, FIRST_SCOPE_REST, now);
    }

    pub(crate) fn served(&mut self, profile: ProfileId, work: Work<'_>) {
        self.rests.retain(|it| it.profile != profile || !it.part.concerns(work));
    }

    pub(crate) fn rests_for(&self, id: ProfileId, work: Work<'_>, now: SystemTime) -> bool {
        self.rests.iter().any(|it| {
            // Further ahead than any rest: the clock was set back.
            let is_current = now < it.until && it.until <= now + HOUR;
            it.profile == id && is_current && it.part.concerns(work)
        })
    }

    /// Whether upstream refused the model to the account.
    pub(crate) fn lacks_model(&self, id: ProfileId, model: Option<&str>, now: SystemTime) -> bool {
        let work = Work { model, route: "", over_socket: false, allowed: None };
        model.is_some() && self.rests_for(id, work, now)
    }

    fn is_listed_elsewhere(&self, id: ProfileId, model: &str) -> bool {
        let lists = |list: &Vec<String>| list.iter().any(|it| it == model);
        let lacks = self.lists.get(&id).is_some_and(|list| !list.is_empty() && !lists(list));
        lacks && self.lists.values().any(lists)
    }

    /// A request names its earlier work.
    pub(crate) fn may_use(&mut self, continuation: &Continuation) {
        let Continuation { turn_state, session, previous_response, .. } = continuation;
        self.ledger.may_use(KeyKind::TurnState, turn_state.as_deref());
        self.ledger.may_use(KeyKind::Session, session.as_deref());
        self.ledger.may_use(KeyKind::Compact, session.as_deref());
        self.ledger.may_use(KeyKind::Response, previous_response.as_deref());
    }

    /// How a request is tied, by what is remembered.
    pub(crate) fn tie(&self, continuation: &Continuation, now: SystemTime, real: &Ledger) -> Tie {
        let of = |kind, text: &Option<String>| self.ledger.holder(kind, text.as_deref(), now, real);
        let profile = |holder| match holder {
            Holder::Profile(id) => Some(id),
            Holder::Unknown | Holder::Dead => None,
        };
        let of_turn = profile(of(KeyKind::TurnState, &continuation.turn_state));
        let of_session = profile(of(KeyKind::Session, &continuation.session));
        let of_compact =
            continuation.compact.then(|| profile(of(KeyKind::Compact, &continuation.session)));
        let of_conversation = of_compact.flatten().or(of_session);
        if continuation.previous_response.is_none() {
            if let Some(id) = of_turn {
                return Tie::Sticky(id);
            }
            return of_conversation.map_or(Tie::Free, Tie::Prefer);
        }
        match of(KeyKind::Response, &continuation.previous_response) {
            Holder::Dead => Tie::Lost,
            Holder::Profile(id) if of_turn.is_some_and(|other| other != id) => Tie::Lost,
            Holder::Profile(id) => Tie::Only(id),
            Holder::Unknown => {
                let known = of_turn.or(of_conversation);
                if known.is_none() && self.is_serving_unclear {
                    return Tie::Unclear;
                }
                known.or(self.serving).map_or(Tie::AnyOne, Tie::Only)
            }
        }
    }

    /// Who serves; none where the rules go by what is not visible.
    pub(crate) fn choose(
        &self,
        view: &PoolView,
        continuation: &Continuation,
        work: Work<'_>,
        tried: &[ProfileId],
        (now, real): (SystemTime, &Ledger),
    ) -> Option<Choice> {
        let tie = self.tie(continuation, now, real);
        if tie == Tie::Unclear || (tie == Tie::Free && self.chosen == Chosen::Unclear) {
            return None;
        }
        let candidate = |it| ModelCandidate {
            view: it,
            standing: self.standing(view, it, work.model, now),
            pays: self.pays(view, it, work.model, now),
            left: left_for(it, work.model, now),
        };
        let open: Vec<_> = view
            .profiles
            .iter()
            .filter(|it| !tried.contains(&it.profile.id))
            .filter(|it| tie.is_hard() || self.pinned.is_none_or(|pin| pin == it.profile.id))
            .map(candidate)
            .collect();
        let is_reserve = |it: &PoolProfileView| offers_reserve(it, work.model);
        // The list does not decide about a reserve that is offered.
        let is_offered = view.profiles.iter().any(is_reserve);
        let lacks = |it: &PoolProfileView| match work.model {
            Some(_) if is_offered => !is_reserve(it),
            Some(model) => self.is_listed_elsewhere(it.profile.id, model),
            None => false,
        };
        let mut first = open.clone();
        first.retain(|it| !self.rests_for(it.view.profile.id, work, now) && !lacks(it.view));
        let choice = self.choose_of(&first, tie, now);
        if matches!(choice, Choice::Use(_) | Choice::Busy) {
            return Some(choice);
        }
        // Those that rest for this work, too; but no socket of one whose sockets rest.
        let sockets = Work { model: None, route: "", over_socket: true, allowed: None };
        let mut second = open;
        second.retain(|it| !work.over_socket || !self.rests_for(it.view.profile.id, sockets, now));
        Some(self.choose_of(&second, tie, now))
    }

    fn choose_of(&self, profiles: &[ModelCandidate<'_>], tie: Tie, now: SystemTime) -> Choice {
        let find = |id| profiles.iter().find(|it| it.view.profile.id == id);
        match tie {
            Tie::Lost => return Choice::Nobody,
            Tie::Only(id) => {
                let standing = find(id).map(|it| it.standing);
                if let Some(Standing::Resting(rest)) = standing
                    && matches!(rest.cause, CooldownCause::Credits(_))
                {
                    return Choice::Wait(rest.until);
                }
                let may_ask = matches!(standing, Some(Standing::Ready | Standing::Resting(_)));
                return if may_ask { Choice::Use(id) } else { Choice::Nobody };
            }
            Tie::Sticky(id) if find(id).is_some_and(|it| it.is_ready(now)) => {
                return Choice::Use(id);
            }
            _ => {}
        }
        if let (Tie::Free, Chosen::Is(id)) = (tie, self.chosen)
            && find(id)
                .is_some_and(|it| it.is_ready(now) && it.view.in_flight < self.rules.hard_cap)
        {
            return Choice::Use(id);
        }
        let preferred = match tie {
            Tie::Prefer(id) => Some(id),
            _ => None,
        };
        let mut usable = profiles.to_vec();
        usable.retain(|it| self.rules.use_api_keys || it.view.profile.kind == Kind::ChatGpt);
        let mut ready = usable.clone();
        ready.retain(|it| it.is_ready(now));
        let mut free = ready.clone();
        free.retain(|it| it.view.in_flight < self.rules.hard_cap);
        if let Some(best) = self.best(free, preferred, now) {
            return Choice::Use(best);
        }
        if !ready.is_empty() {
            return Choice::Busy;
        }
        let mut first_back = None;
        for profile in &usable {
            if let Standing::Resting(rest) = profile.standing
                && first_back.is_none_or(|at| rest.until < at)
            {
                first_back = Some(rest.until);
            }
        }
        if let Some(until) = first_back {
            return Choice::Wait(until);
        }
        let mut denied = usable;
        denied.retain(|it| matches!(it.standing, Standing::NotEntitled { .. }));
        match self.best(denied, preferred, now).filter(|_| !tie.is_hard()) {
            Some(best) => Choice::Use(best),
            None => Choice::Nobody,
        }
    }

    /// One rule after another, each among those that the one before has left.
    fn best(
        &self,
        mut profiles: Vec<ModelCandidate<'_>>,
        preferred: Option<ProfileId>,
        now: SystemTime,
    ) -> Option<ProfileId> {
        let is_preferred = |it: &ModelCandidate<'_>| preferred == Some(it.view.profile.id);
        // A conversation stays where it is when the user always allows credits.
        let is_kept = |it: &ModelCandidate<'_>| {
            it.pays == Pays::Credits(UseCredits::Always) && is_preferred(it)
        };
        let is_paid = |it: &ModelCandidate<'_>| matches!(it.pays, Pays::Credits(_)) && !is_kept(it);
        let is_reserve = |it: &ModelCandidate<'_>| {
            !is_kept(it) && it.left <= it.view.reserve_percent.unwrap_or(self.rules.reserve_percent)
        };
        let is_key = |it: &ModelCandidate<'_>| it.view.profile.kind == Kind::ApiKey;
        let is_own = |it: &ModelCandidate<'_>| it.view.profile.own_sign_in && !is_preferred(it);
        prefer(&mut profiles, |it| !is_key(it));
        prefer(&mut profiles, |it| is_key(it) || !is_paid(it));
        prefer(&mut profiles, |it| is_key(it) || is_paid(it) || !is_reserve(it));
        prefer(&mut profiles, |it| is_key(it) || is_paid(it) || is_reserve(it) || !is_own(it));
        prefer(&mut profiles, |it| it.view.in_flight < self.rules.soft_cap);
        prefer(&mut profiles, is_preferred);
        match self.rules.policy {
            Policy::ResetsFirst => {
                let reset = |it: &ModelCandidate<'_>| week_reset(it.view, now);
                prefer(&mut profiles, |it| reset(it).is_some());
                let first = profiles.iter().filter_map(reset).min();
                profiles.retain(|it| reset(it) == first);
            }
            Policy::MostLeft => {
                let most = profiles.iter().map(|it| it.left).fold(0.0, f64::max);
                profiles.retain(|it| it.left >= most);
            }
            Policy::MyOrder => {}
        }
        if self.rules.policy != Policy::MyOrder {
            let fewest = profiles.iter().map(|it| it.view.in_flight).min();
            profiles.retain(|it| Some(it.view.in_flight) == fewest);
        }
        profiles.iter().map(|it| (it.view.profile.rank, it.view.profile.id)).min().map(|(_, id)| id)
    }
}

/// A profile, as far as that depends on the model.
#[derive(Clone, Copy)]
struct ModelCandidate<'a> {
    view: &'a PoolProfileView,
    standing: Standing,
    pays: Pays,
    left: f64,
}

impl ModelCandidate<'_> {
    fn is_ready(&self, now: SystemTime) -> bool {
        is_ready_as(self.standing, self.view.in_flight, now)
    }
}

/// Drops those that are not like that, unless none is.
fn prefer(profiles: &mut Vec<ModelCandidate<'_>>, is_better: impl Fn(&ModelCandidate<'_>) -> bool) {
    if profiles.iter().any(&is_better) {
        profiles.retain(|it| is_better(it));
    }
}

/// Whether a profile can take work now.
pub(crate) fn is_ready(it: &PoolProfileView, now: SystemTime) -> bool {
    is_ready_as(it.standing, it.in_flight, now)
}

pub(crate) fn is_ready_as(standing: Standing, in_flight: u32, now: SystemTime) -> bool {
    match standing {
        Standing::Ready => true,
        Standing::Resting(rest) => rest.until <= now,
        Standing::NotEntitled { ask_at } => {
            (ask_at <= now || ask_at > now + HOUR) && in_flight == 0
        }
        Standing::NeedsSignIn | Standing::Paused => false,
    }
}

/// What is left of a profile's quota, in percent.
pub(crate) fn left(it: &PoolProfileView, now: SystemTime) -> f64 {
    if it.is_refused {
        return 0.0;
    }
    let windows = it.usage.iter().flat_map(|usage| &usage.windows);
    let of_window = windows.map(|window| match window.resets_at {
        Some(at) if at <= now => 100.0,
        _ => (100.0 - window.used_percent).clamp(0.0, 100.0),
    });
    of_window.fold(100.0, f64::min)
}

fn week_reset(it: &PoolProfileView, now: SystemTime) -> Option<SystemTime> {
    let usage = it.usage.as_ref()?;
    let weeks = usage.windows.iter().filter(|window| window.kind() == WindowKind::Week);
    let fullest = weeks.max_by(|a, b| a.used_percent.total_cmp(&b.used_percent))?;
    fullest.resets_at.filter(|at| *at > now)
}
