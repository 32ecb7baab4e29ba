//! What `rotunda run` looks at before it starts Codex: who can serve now, and what
//! keeps each of the others.

use rotunda_daemon::view::{ProfileKind, ProfileView, Snapshot, StandingView};
use rotunda_host::store::is_same_name;
use rotunda_text::{Locale, Localize, Message, Value, in_shell, message};
use serde::Serialize;

/// Which profiles may serve.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Scope {
    /// All of them; new conversations prefer this one.
    All(Option<String>),
    /// This one alone.
    Only(String),
}

/// What was found, as `run --json` prints it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Preflight {
    /// Whether a turn can be served now.
    pub(super) can_serve: bool,
    /// Whether a turn that cannot be served now waits for a reset.
    pub(super) waits: bool,
    /// Who serves a new conversation.
    pub(super) profile: Option<String>,
    /// When the next one is back, in seconds since 1970, while none is ready.
    pub(super) next_at: Option<i64>,
    pub(super) profiles: Vec<Found>,
}

/// One profile before a run.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Found {
    pub(super) name: String,
    pub(super) standing: StandingView,
    /// The run may use it at all.
    #[serde(skip)]
    in_scope: bool,
    /// It may serve this run, and can do so now.
    pub(super) ready: bool,
    /// Nothing is known of its quota yet.
    pub(super) quota_unknown: bool,
    /// Purchased credits would pay for its turns.
    pub(super) on_credits: bool,
    /// When its rest ends, in seconds since 1970.
    pub(super) until: Option<i64>,
    /// The same for people.
    pub(super) text: String,
}

/// How much may wait and who may serve, besides the profiles.
#[derive(Debug, Clone, Copy)]
pub(super) struct Allowed {
    /// API keys may serve.
    pub(super) api_keys: bool,
    /// Turns wait for a reset instead of ending.
    pub(super) waiting: bool,
}

/// The snapshot with the profiles that serve a model: those of another provider where it is
/// one of theirs, else plans and keys of OpenAI, and providers that stand in for them.
pub(super) fn serving_model(snapshot: &Snapshot, model: Option<&str>, scope: &Scope) -> Snapshot {
    let has = |models: &[String]| model.is_some_and(|model| models.iter().any(|it| it == model));
    let offers = |it: &ProfileView| it.provider.as_ref().is_some_and(|it| has(&it.models));
    let stands_in = |it: &ProfileView| it.provider.as_ref().is_some_and(|it| has(&it.fallback));
    let is_of_provider = snapshot.profiles.iter().any(offers);
    // The model may stand in Codex's own settings.
    let is_named = |it: &ProfileView| {
        model.is_none() && matches!(scope, Scope::Only(name) if is_same_name(&it.name, name))
    };
    let mut snapshot = snapshot.clone();
    snapshot.profiles.retain(|it| match it.kind {
        ProfileKind::Provider => {
            is_named(it) || if is_of_provider { offers(it) } else { stands_in(it) }
        }
        ProfileKind::Chatgpt | ProfileKind::ApiKey => !is_of_provider,
    });
    snapshot
}

impl Preflight {
    /// Looks at what a snapshot says.
    pub(super) fn of(snapshot: &Snapshot, scope: &Scope, allowed: Allowed) -> Self {
        let pinned = snapshot.profiles.iter().find(|it| it.pinned);
        let is_in = |it: &ProfileView| match scope {
            // Named, it may serve whatever it is.
            Scope::Only(name) => is_same_name(&it.name, name),
            Scope::All(_) => match pinned {
                Some(pinned) => pinned.id == it.id,
                None => allowed.api_keys || it.kind != ProfileKind::ApiKey,
            },
        };
        let found = |it: &ProfileView| Found {
            name: it.name.clone(),
            standing: it.standing,
            in_scope: is_in(it),
            ready: is_in(it) && it.standing == StandingView::Ready,
            quota_unknown: it.kind == ProfileKind::Chatgpt && it.left.is_none(),
            on_credits: it.pays_with_credits(),
            until: it.until,
            text: it.reason.clone().unwrap_or_else(|| it.summary.clone()),
        };
        let mut profiles: Vec<_> = snapshot.profiles.iter().collect();
        profiles.sort_by_key(|it| (!it.in_use, it.place));
        let profiles: Vec<_> = profiles.into_iter().map(found).collect();
        let ready = || profiles.iter().filter(|it| it.ready);
        let named = |name: &String| ready().find(|it| is_same_name(&it.name, name));
        let wanted = match scope {
            Scope::Only(name) | Scope::All(Some(name)) => named(name),
            Scope::All(None) => None,
        };
        let next = || snapshot.next.as_ref().and_then(named);
        let profile = wanted.or_else(next).or_else(|| ready().next()).map(|it| it.name.clone());
        let can_serve = profile.is_some();
        let next_at = profiles.iter().filter_map(|it| it.until).min().filter(|_| !can_serve);
        let waits = allowed.waiting && !can_serve && next_at.is_some();
        Self { can_serve, waits, profile, next_at, profiles }
    }

    /// Who serves, then each profile that cannot, a line each.
    pub(super) fn lines(&self, locale: Locale) -> Vec<String> {
        let count = |is: fn(&Found) -> bool| self.profiles.iter().filter(|it| is(it)).count();
        let (ready, all) = (count(|it| it.ready), count(|it| it.in_scope));
        let first = self.profile.as_ref().map(|name| {
            if all == 1 {
                return message!("run-serves-alone", profile = name);
            }
            message!("run-serves", profile = name, ready = ready, all = all)
        });
        let waits = self
            .next_at
            .filter(|_| self.waits)
            .map(|at| message!("run-waits", at = Value::At(rotunda_host::clock::from_unix(at))));
        let head = first.or(waits).map(|it| it.to(locale));
        let is_shown =
            |it: &&Found| it.in_scope && (!it.ready || it.quota_unknown || it.on_credits);
        let others = self.profiles.iter().filter(is_shown);
        let line = |it: &Found| format!("  {}: {}", it.name, it.clause(locale));
        head.into_iter().chain(others.map(line)).collect()
    }

    /// Why Codex is not started, and what can be done.
    pub(super) fn refusal(&self, scope: &Scope) -> Message {
        match (scope, self.next_at) {
            _ if self.profiles.is_empty() => message!("run-no-profile"),
            (Scope::Only(name), _) if self.profiles.iter().any(|it| it.ready_beside(name)) => {
                message!("run-only-not-ready", profile = name)
            }
            (_, Some(at)) => {
                let at = Value::At(rotunda_host::clock::from_unix(at));
                message!("run-none-ready-until", at = at)
            }
            (_, None) => message!("run-none-ready"),
        }
    }
}

impl Found {
    fn ready_beside(&self, name: &str) -> bool {
        self.standing == StandingView::Ready && !is_same_name(&self.name, name)
    }

    fn clause(&self, locale: Locale) -> String {
        match self.standing {
            StandingView::NeedsSignIn => {
                let command = format!("rotunda login --profile {}", in_shell(&self.name));
                message!("run-needs-sign-in", command = command).to(locale)
            }
            StandingView::Ready if self.on_credits => message!("why-credits").to(locale),
            StandingView::Ready => message!("run-quota-unknown").to(locale),
            _ => self.text.clone(),
        }
    }
}

#[cfg(test)]
#[path = "preflight_tests.rs"]
mod tests;
