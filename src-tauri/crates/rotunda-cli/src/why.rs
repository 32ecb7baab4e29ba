//! `rotunda why`: who would serve the next conversation and what counted for and against
//! each profile; or who served the last turn.

mod last;

use rotunda_core::{
    choice::Policy,
    columns::{columns, pad},
    pool::Fact,
};
use rotunda_daemon::view::{ProfileKind, ProfileView, Snapshot, StandingView, WindowKind};
use rotunda_host::{
    files,
    home::{Env, Home},
    settings::{self, Settings},
};
use rotunda_text::{Locale, Localize, Message, message};
use serde::Serialize;

use super::{Failure, args, language_for, print, projects::Holding, report};

/// Where more lines of a candidate begin.
const INDENT: usize = 4;

/// `why --json`.
#[derive(Debug, Serialize)]
struct Reasons {
    /// As `rotation.policy` has it.
    policy: &'static str,
    /// Who would serve.
    profile: Option<String>,
    /// Those that the rules per project let serve in this folder; none: every profile may.
    profiles_here: Option<Vec<String>>,
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

pub(super) async fn why(home: &Home, env: &Env, options: args::Why) -> Result<(), Failure> {
    let json = options.output.json;
    let language = language_for(home, env, json);
    let snapshot = report(home, env, language).await?.snapshot;
    let settings = settings::load(home, env)
        .map_err(|error| Failure(message!("check-settings-bad", error = error.to_string())))?;
    if options.last {
        return last::last(home, &snapshot, &settings, json).await;
    }
    let folder = std::path::absolute(".").unwrap_or_default();
    let here = Holding::of(&settings.projects, &snapshot.profiles, &folder);
    let mut reasons = Reasons::of(&snapshot, &settings);
    if json {
        reasons.profiles_here = here.profiles;
        print::json(&reasons);
        return Ok(());
    }
    if let Some(rule) = here.text(&files::shown(&folder)) {
        print::line(&rule.to(Locale::of(language)));
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
                && match it.kind {
                    ProfileKind::Chatgpt => true,
                    ProfileKind::ApiKey => settings.rules.use_api_keys,
                    ProfileKind::Provider => false,
                }
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
        Self { policy, profile: snapshot.next.clone(), profiles_here: None, candidates }
    }

    fn lines(&self, locale: Locale) -> Vec<String> {
        let head = match &self.profile {
            _ if self.candidates.is_empty() => message!("why-none"),
            Some(name) => message!("why-serves", profile = name, policy = self.policy),
            None => message!("why-none"),
        };
        let mut lines = vec![head.to(locale)];
        for it in &self.candidates {
            lines.extend(candidate_lines(&it.name, it.serves, &it.counts_for, &it.against, locale));
        }
        lines
    }
}

/// A profile and below it what counts.
fn candidate_lines(
    name: &str,
    serves: bool,
    counts_for: &[Counted],
    against: &[Counted],
    locale: Locale,
) -> Vec<String> {
    let labels = (message!("why-for").to(locale), message!("why-against").to(locale));
    let widest = columns(&labels.0).max(columns(&labels.1));
    let mark = if serves { '>' } else { ' ' };
    let mut lines = vec![format!("{mark} {name}")];
    for (label, facts) in [(&labels.0, counts_for), (&labels.1, against)] {
        for (nth, fact) in facts.iter().enumerate() {
            let label = pad(if nth == 0 { label } else { "" }, widest);
            lines.push(format!("{:INDENT$}{label}  {}", "", fact.text));
        }
    }
    lines
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
        (ProfileKind::Provider, _) => add(Fact::OtherModels, message!("why-other-models")),
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

#[cfg(test)]
#[path = "why_tests.rs"]
mod tests;
