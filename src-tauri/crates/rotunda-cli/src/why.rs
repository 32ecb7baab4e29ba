//! `rotunda why`: who would serve the next conversation and what counted for and against
//! each profile; or who served the last turn.

use rotunda_core::{
    choice::Policy,
    columns::{columns, pad},
};
use rotunda_daemon::view::{ProfileKind, ProfileView, Snapshot, StandingView, WindowKind};
use rotunda_host::{
    clock::from_unix,
    home::{Env, Home},
    settings::{self, Settings},
    store::{Store, Turn},
    timezone::utc_offset,
};
use rotunda_text::{Locale, Localize, Message, Value, message};
use serde::Serialize;

use super::{Failure, args, language_for, print, report};

/// Where more lines of a candidate begin.
const INDENT: usize = 4;

/// `why --json`.
#[derive(Debug, Serialize)]
struct Reasons {
    /// As `rotation.policy` has it.
    policy: &'static str,
    /// Who would serve.
    profile: Option<String>,
    /// Best first.
    candidates: Vec<Candidate>,
}

/// One profile, with what counts.
#[derive(Debug, Serialize)]
struct Candidate {
    name: String,
    standing: StandingView,
    serves: bool,
    #[serde(rename = "for")]
    counts_for: Vec<Counted>,
    against: Vec<Counted>,
}

/// One fact, by its fixed word and for people.
#[derive(Debug, Serialize)]
struct Counted {
    fact: Fact,
    text: String,
}

/// What can count for or against a profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Fact {
    Pinned,
    InUse,
    Left,
    ResetsFirst,
    MostLeft,
    OrderFirst,
    NotPinned,
    Resting,
    NeedsSignIn,
    Paused,
    NotEntitled,
    QuotaUnknown,
    ApiKeyOff,
    ApiKeyLast,
    Credits,
    OwnSignInLast,
    Reserve,
    Crowded,
}

/// `why --last --json`.
#[derive(Debug, Serialize)]
struct LastTurn {
    at: i64,
    profile: Option<String>,
    model: Option<String>,
    status: u16,
    /// Profiles tried.
    attempts: u32,
    first_byte_ms: Option<u64>,
    /// The latest change of profile before its end, with its reason.
    change: Option<String>,
}

pub(super) async fn why(home: &Home, env: &Env, options: args::Why) -> Result<(), Failure> {
    let json = options.output.json;
    let language = language_for(home, env, json);
    let snapshot = report(home, env, language).await?.snapshot;
    if options.last {
        return last(home, &snapshot, json);
    }
    let settings = settings::load(home, env)
        .map_err(|error| Failure(message!("check-settings-bad", error = error.to_string())))?;
    let reasons = Reasons::of(&snapshot, &settings);
    if json {
        print::json(&reasons);
        return Ok(());
    }
    for line in reasons.lines(Locale::of(language)) {
        print::line(&line);
    }
    Ok(())
}

impl Reasons {
    fn of(snapshot: &Snapshot, settings: &Settings) -> Self {
        let locale = Locale::of(snapshot.language);
        let pinned = snapshot.profiles.iter().find(|it| it.pinned);
        let mut profiles: Vec<_> = snapshot.profiles.iter().collect();
        let is_next = |it: &ProfileView| snapshot.next.as_ref() == Some(&it.name);
        profiles.sort_by_key(|it| (!is_next(it), it.standing != StandingView::Ready, it.place));
        let can_serve = |it: &ProfileView| {
            it.standing == StandingView::Ready
                && pinned.is_none_or(|pinned| pinned.id == it.id)
                && (settings.rules.use_api_keys || it.kind != ProfileKind::ApiKey)
        };
        let first = profiles.iter().filter(|it| can_serve(it)).min_by_key(|it| it.place);
        let first = first.map(|it| it.id.as_str());
        let candidate = |it: &ProfileView| Candidate {
            name: it.name.clone(),
            standing: it.standing,
            serves: is_next(it),
            counts_for: counts_for(it, settings, first, locale),
            against: counts_against(it, settings, pinned, locale),
        };
        let policy = match settings.rules.policy {
            Policy::ResetsFirst => "resets-first",
            Policy::MostLeft => "most-left",
            Policy::MyOrder => "my-order",
        };
        let candidates: Vec<_> = profiles.iter().map(|it| candidate(it)).collect();
        Self { policy, profile: snapshot.next.clone(), candidates }
    }

    fn lines(&self, locale: Locale) -> Vec<String> {
        let head = match &self.profile {
            _ if self.candidates.is_empty() => message!("why-none"),
            Some(name) => message!("why-serves", profile = name, policy = self.policy),
            None => message!("why-none"),
        };
        let mut lines = vec![head.to(locale)];
        let (counts, against) =
            (message!("why-for").to(locale), message!("why-against").to(locale));
        let widest = columns(&counts).max(columns(&against));
        for it in &self.candidates {
            let mark = if it.serves { '>' } else { ' ' };
            lines.push(format!("{mark} {}", it.name));
            for (label, facts) in [(&counts, &it.counts_for), (&against, &it.against)] {
                for (nth, fact) in facts.iter().enumerate() {
                    let label = pad(if nth == 0 { label } else { "" }, widest);
                    lines.push(format!("{:INDENT$}{label}  {}", "", fact.text));
                }
            }
        }
        lines
    }
}

fn counted(fact: Fact, text: &Message, locale: Locale) -> Counted {
    Counted { fact, text: text.to(locale) }
}

/// `first` would be the policy's choice, were none in use.
fn counts_for(
    profile: &ProfileView,
    settings: &Settings,
    first: Option<&str>,
    locale: Locale,
) -> Vec<Counted> {
    let mut facts = Vec::new();
    if profile.pinned {
        facts.push(counted(Fact::Pinned, &message!("why-pinned"), locale));
    } else if profile.in_use {
        facts.push(counted(Fact::InUse, &message!("why-in-use"), locale));
    }
    if first == Some(profile.id.as_str()) {
        let week = profile.windows.iter().find(|window| window.label == WindowKind::Week);
        let resets = week.and_then(|week| week.resets_text.clone());
        let fact = match (settings.rules.policy, resets) {
            (Policy::ResetsFirst, Some(resets)) => {
                Some((Fact::ResetsFirst, message!("why-resets-first", resets = resets)))
            }
            (Policy::ResetsFirst, None) => None,
            (Policy::MostLeft, _) => Some((Fact::MostLeft, message!("why-most-left"))),
            (Policy::MyOrder, _) => Some((Fact::OrderFirst, message!("why-order-first"))),
        };
        facts.extend(fact.map(|(fact, text)| counted(fact, &text, locale)));
    }
    if profile.left.is_some() && profile.standing == StandingView::Ready {
        facts.push(Counted { fact: Fact::Left, text: profile.summary.clone() });
    }
    facts
}

fn counts_against(
    profile: &ProfileView,
    settings: &Settings,
    pinned: Option<&ProfileView>,
    locale: Locale,
) -> Vec<Counted> {
    let rules = &settings.rules;
    let mut facts = Vec::new();
    let reason = || profile.reason.clone().unwrap_or_else(|| profile.summary.clone());
    let standing = match profile.standing {
        StandingView::Ready => None,
        StandingView::Resting => Some(Fact::Resting),
        StandingView::NeedsSignIn => Some(Fact::NeedsSignIn),
        StandingView::Paused => Some(Fact::Paused),
        StandingView::NotEntitled => Some(Fact::NotEntitled),
    };
    facts.extend(standing.map(|fact| Counted { fact, text: reason() }));
    let mut add = |fact, text: Message| facts.push(counted(fact, &text, locale));
    if let Some(pinned) = pinned.filter(|pinned| pinned.id != profile.id) {
        add(Fact::NotPinned, message!("why-not-pinned", profile = &pinned.name));
    }
    match (profile.kind, rules.use_api_keys) {
        (ProfileKind::ApiKey, false) => add(Fact::ApiKeyOff, message!("why-api-key-off")),
        (ProfileKind::ApiKey, true) => add(Fact::ApiKeyLast, message!("why-api-key-last")),
        (ProfileKind::Chatgpt, _) => {}
    }
    if profile.pays_with_credits() {
        add(Fact::Credits, message!("why-credits"));
    }
    if profile.own_sign_in {
        add(Fact::OwnSignInLast, message!("why-own-last"));
    }
    let is_plan = profile.kind == ProfileKind::Chatgpt;
    let is_told = profile.own_sign_in || profile.pays_with_credits();
    if profile.is_last_resort && is_plan && !is_told {
        let percent = rules.reserve_of(profile.reserve_percent);
        add(Fact::Reserve, message!("why-reserve", percent = percent.to_string()));
    }
    if is_plan && profile.left.is_none() && profile.standing == StandingView::Ready {
        add(Fact::QuotaUnknown, message!("run-quota-unknown"));
    }
    if profile.in_flight >= rules.soft_cap {
        add(Fact::Crowded, message!("why-crowded", count = profile.in_flight));
    }
    facts
}

/// The newest turn that a profile served, from the store; it is only read.
fn last(home: &Home, snapshot: &Snapshot, json: bool) -> Result<(), Failure> {
    let locale = Locale::of(snapshot.language);
    let unread = |error: &dyn std::fmt::Display| {
        Failure::new(format!("What Rotunda remembers cannot be read: {error}."))
    };
    let path = home.store_file();
    let store = path.is_file().then(|| Store::open_read_only(&path)).transpose();
    let store = store.map_err(|error| unread(&error))?;
    let turns = store.as_ref().map(|store| store.turns(std::time::UNIX_EPOCH, 1)).transpose();
    let turn = turns.map_err(|error| unread(&error))?.and_then(|turns| turns.into_iter().next());
    let Some(turn) = turn else {
        return Err(Failure(message!("why-no-turn")));
    };
    let last = LastTurn::of(&turn, snapshot);
    if json {
        print::json(&last);
        return Ok(());
    }
    for line in last.lines(locale) {
        print::line(&line);
    }
    Ok(())
}

impl LastTurn {
    fn of(turn: &Turn, snapshot: &Snapshot) -> Self {
        let at = rotunda_host::clock::unix(turn.at);
        let id = turn.profile.to_string();
        let name = snapshot.profiles.iter().find(|it| it.id == id).map(|it| it.name.clone());
        let is_change = |kind: &rotunda_daemon::activity::ActivityKind| {
            use rotunda_daemon::activity::ActivityKind;
            matches!(kind, ActivityKind::Rotated | ActivityKind::Chosen | ActivityKind::Pinned)
        };
        let before = snapshot.activity.iter().find(|line| line.at <= at && is_change(&line.kind));
        let first_byte =
            turn.first_byte.map(|it| u64::try_from(it.as_millis()).unwrap_or(u64::MAX));
        Self {
            at,
            profile: name,
            model: Some(turn.model.clone()).filter(|model| !model.is_empty()),
            status: turn.status,
            attempts: turn.attempts,
            first_byte_ms: first_byte,
            change: before.map(|line| line.text.clone()),
        }
    }

    fn lines(&self, locale: Locale) -> Vec<String> {
        let at = from_unix(self.at);
        let locale = Locale { utc_offset: utc_offset(at), ..locale };
        let profile = self.profile.clone().unwrap_or_else(|| "?".to_owned());
        let head = message!(
            "why-last",
            profile = profile,
            at = Value::At(at),
            status = self.status.to_string(),
            tried = self.attempts
        );
        let change = if let Some(change) = &self.change {
            message!("why-last-change", change = change)
        } else {
            message!("why-last-no-change")
        };
        vec![head.to(locale), change.to(locale)]
    }
}

#[cfg(test)]
#[path = "why_tests.rs"]
mod tests;
