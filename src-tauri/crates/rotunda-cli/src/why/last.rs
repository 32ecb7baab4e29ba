//! `rotunda why --last`: who served the last turn, and what counted for and against each
//! profile in the last choice of one.

use rotunda_core::pool::Fact;
use rotunda_daemon::{
    control::Client,
    trace::{CandidateView, TraceView},
    view::Snapshot,
};
use rotunda_host::{
    clock::from_unix,
    home::Home,
    settings::Settings,
    store::{Store, Turn},
    timezone::utc_offset,
};
use rotunda_text::{Locale, Localize, Message, Value, message};
use serde::Serialize;

use super::{Counted, candidate_lines, counted};
use crate::{Failure, print};

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

/// The last choice of a profile.
#[derive(Debug, Serialize)]
struct Decision {
    /// The number of its request, for `activity --request`.
    request: u64,
    route: String,
    model: Option<String>,
    /// How the request was tied: `free`, `user_choice`, `prefer`, `sticky`, `pinned` or `unowned`.
    tie: Option<String>,
    profile: Option<String>,
    /// The chosen one first.
    candidates: Vec<Weighed>,
}

/// One profile, as the choice saw it.
#[derive(Debug, Serialize)]
struct Weighed {
    name: String,
    left_percent: Option<f64>,
    in_flight: u32,
    until: Option<i64>,
    #[serde(rename = "for")]
    counts_for: Vec<Counted>,
    against: Vec<Counted>,
}

/// `why --last --json`.
#[derive(Debug, Serialize)]
struct Last {
    #[serde(flatten)]
    turn: Option<LastTurn>,
    /// None when Rotunda does not run: choices are kept in its memory only.
    decision: Option<Decision>,
}

pub(super) async fn last(
    home: &Home,
    snapshot: &Snapshot,
    settings: &Settings,
    json: bool,
) -> Result<(), Failure> {
    let locale = Locale::of(snapshot.language);
    let traces = match Client::find(home).await? {
        Some(client) => client.speaking(snapshot.language).requests().await?,
        None => Vec::new(),
    };
    let weigh = |trace| Decision::of(trace, snapshot, settings, locale);
    let is_turn = |trace: &&TraceView| matches!(trace.route.as_str(), "responses" | "compact");
    let decision = traces.iter().rev().filter(is_turn).find_map(weigh);
    let turn = newest_turn(home)?.map(|turn| LastTurn::of(&turn, snapshot));
    if turn.is_none() && decision.is_none() {
        return Err(Failure(message!("why-no-turn")));
    }
    let last = Last { turn, decision };
    if json {
        print::json(&last);
        return Ok(());
    }
    for line in last.lines(locale) {
        print::line(&line);
    }
    Ok(())
}

/// The newest turn that a profile served, from the store; it is only read.
fn newest_turn(home: &Home) -> Result<Option<Turn>, Failure> {
    let unread = |error: &dyn std::fmt::Display| {
        Failure::new(format!("What Rotunda remembers cannot be read: {error}."))
    };
    let path = home.store_file();
    let store = path.is_file().then(|| Store::open_read_only(&path)).transpose();
    let store = store.map_err(|error| unread(&error))?;
    let turns = store.as_ref().map(|store| store.turns(std::time::UNIX_EPOCH, 1)).transpose();
    Ok(turns.map_err(|error| unread(&error))?.and_then(|turns| turns.into_iter().next()))
}

impl Last {
    fn lines(&self, locale: Locale) -> Vec<String> {
        let mut lines = self.turn.as_ref().map(|turn| turn.lines(locale)).unwrap_or_default();
        match &self.decision {
            Some(decision) => lines.extend(decision.lines(locale)),
            None => lines.push(message!("why-choice-forgotten").to(locale)),
        }
        lines
    }
}

impl Decision {
    fn of(
        trace: &TraceView,
        snapshot: &Snapshot,
        settings: &Settings,
        locale: Locale,
    ) -> Option<Self> {
        let step = trace.decision()?;
        let weigh = |it: &CandidateView| Weighed::of(it, snapshot, settings, locale);
        Some(Self {
            request: trace.request,
            route: trace.route.clone(),
            model: trace.model.clone(),
            tie: step.reason.clone(),
            profile: step.profile.clone(),
            candidates: step.candidates.iter().map(weigh).collect(),
        })
    }

    fn lines(&self, locale: Locale) -> Vec<String> {
        let head = message!("why-choice", request = self.request);
        let mut lines = vec![String::new(), head.to(locale)];
        for it in &self.candidates {
            let serves = self.profile.as_ref() == Some(&it.name);
            lines.extend(candidate_lines(&it.name, serves, &it.counts_for, &it.against, locale));
        }
        lines
    }
}

impl Weighed {
    fn of(
        candidate: &CandidateView,
        snapshot: &Snapshot,
        settings: &Settings,
        locale: Locale,
    ) -> Self {
        let text =
            |fact: &Fact| counted(*fact, &fact_text(*fact, candidate, snapshot, settings), locale);
        Self {
            name: candidate.profile.clone(),
            left_percent: candidate.left_percent,
            in_flight: candidate.in_flight,
            until: candidate.until,
            counts_for: candidate.counts_for.iter().map(text).collect(),
            against: candidate.against.iter().map(text).collect(),
        }
    }
}

/// A fact of a past choice as a sentence.
fn fact_text(
    fact: Fact,
    candidate: &CandidateView,
    snapshot: &Snapshot,
    settings: &Settings,
) -> Message {
    let CandidateView { profile, left_percent, in_flight, until, .. } = candidate;
    match fact {
        Fact::Pinned => message!("why-pinned"),
        Fact::HoldsConversation => message!("why-holds"),
        Fact::UserChoice => message!("why-your-choice"),
        Fact::InUse => message!("why-in-use"),
        Fact::Left => {
            let left = left_percent.unwrap_or_default().floor();
            message!("why-left", percent = left.to_string())
        }
        Fact::ResetsFirst => message!("why-lost-first"),
        Fact::MostLeft => message!("why-most-left"),
        Fact::OrderFirst => message!("why-order-first"),
        Fact::NotPinned => {
            let pinned = snapshot.profiles.iter().find(|it| it.pinned);
            let name = pinned.map_or_else(|| "?".to_owned(), |it| it.name.clone());
            message!("why-not-pinned", profile = name)
        }
        Fact::Tried => message!("why-tried"),
        Fact::Resting => until.map_or_else(
            || message!("why-rests-for-kind"),
            |until| message!("why-rests", until = Value::Until(from_unix(until))),
        ),
        Fact::NeedsSignIn => message!("why-needs-sign-in"),
        Fact::Paused => message!("why-paused"),
        Fact::NotEntitled => message!("why-not-entitled"),
        Fact::RestsForWork => message!("why-rests-for-kind"),
        Fact::LacksModel => message!("why-lacks-model"),
        Fact::QuotaUnknown => message!("run-quota-unknown"),
        Fact::ApiKeyOff => message!("why-api-key-off"),
        Fact::ApiKeyLast => message!("why-api-key-last"),
        Fact::Credits => message!("why-credits"),
        Fact::OwnSignInLast => message!("why-own-last"),
        Fact::Reserve => {
            let own = snapshot.profiles.iter().find(|it| it.name == *profile);
            let percent = settings.rules.reserve_of(own.and_then(|it| it.reserve_percent));
            message!("why-reserve", percent = percent.to_string())
        }
        Fact::Crowded => message!("why-crowded", count = *in_flight),
        Fact::Full => message!("why-full", count = *in_flight),
        Fact::RuleNames => message!("why-rule-names"),
        Fact::RuleExcludes => message!("why-rule-excludes"),
        Fact::OtherModels => message!("why-other-models"),
        Fact::ModelOfProvider => message!("why-model-of-provider"),
    }
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
