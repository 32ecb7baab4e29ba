//! What the command line shows of requests: counts, and the latest ones step by step.
//! Names, numbers and fixed words; nothing of what was asked or answered.

use std::collections::BTreeMap;

use rotunda_core::{
    Event, ProfileId,
    event::Finished,
    pool::{Considered, Fact},
    trace::{Marker, RequestTrace, Step},
};
use rotunda_host::clock::unix;
use rotunda_router::Counters;
use rotunda_text::{Locale, Localize};
use serde::{Deserialize, Serialize};

use crate::activity::Teller;

/// The users' words for the profiles.
pub(crate) type Names = BTreeMap<ProfileId, String>;

/// What became of requests since Rotunda started.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CountersView {
    /// Requests that are over.
    pub requests: u64,
    /// Attempts beside the first one of each.
    pub retries: u64,
    /// Changes of the profile that serves new conversations.
    pub rotations: u64,
    /// Turns that ended in an error although a ready profile had not been tried.
    pub missed: u64,
    /// The latest request that ended in an error of ours or of upstream.
    pub last_error: Option<LastErrorView>,
}

/// A request that ended in an error.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastErrorView {
    /// When.
    pub at: i64,
    /// Its number, for `activity --request`.
    pub request: u64,
    /// For instance `responses`.
    pub route: String,
    /// The profile tried last, by name.
    pub profile: Option<String>,
    /// What Codex got.
    pub status: u16,
    /// The same as a sentence, where there is one.
    pub text: Option<String>,
}

impl CountersView {
    pub(crate) fn of(counters: &Counters, missed: u64, names: &Names, locale: Locale) -> Self {
        let Counters { requests, retries, rotations, last_error } = counters;
        let last_error = last_error.as_ref().map(|(at, finished)| {
            let Finished { request, route, profile, status, .. } = finished;
            let sentence = Teller { names }.message_of(&Event::Finished(finished.clone()));
            LastErrorView {
                at: unix(*at),
                request: *request,
                route: (*route).to_owned(),
                profile: profile.and_then(|id| names.get(&id).cloned()),
                status: *status,
                text: sentence.map(|message| message.to(locale)),
            }
        });
        let (requests, retries, rotations) = (*requests, *retries, *rotations);
        Self { requests, retries, rotations, missed, last_error }
    }
}

/// One request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TraceView {
    /// Its number, counted from the router's start.
    pub request: u64,
    /// When it began.
    pub at: i64,
    /// For instance `responses`.
    pub route: String,
    /// The model it names.
    pub model: Option<String>,
    /// The profile of its latest attempt, by name.
    pub profile: Option<String>,
    /// What Codex got; none while it goes on, 499 when Codex left.
    pub status: Option<u16>,
    /// What happened, in its order.
    pub steps: Vec<StepView>,
    /// So many further steps were not kept.
    #[serde(default)]
    pub left_out: u32,
}

/// One step of a request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StepView {
    /// Milliseconds since the request began.
    pub after_ms: u64,
    /// What happened; `docs/logs.md` explains each.
    pub marker: Marker,
    /// The profile it concerns, by name.
    pub profile: Option<String>,
    /// Why, in a fixed word or a number.
    pub reason: Option<String>,
    /// With `chosen`: every profile, the chosen one first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub candidates: Vec<CandidateView>,
}

/// One profile as a decision saw it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CandidateView {
    /// By name.
    pub profile: String,
    /// Left of its tightest window; none when that was not known.
    pub left_percent: Option<f64>,
    /// Requests that ran on it.
    pub in_flight: u32,
    /// When its rest ends.
    pub until: Option<i64>,
    /// What counted for it.
    #[serde(rename = "for")]
    pub counts_for: Vec<Fact>,
    /// What counted against it.
    pub against: Vec<Fact>,
}

impl TraceView {
    pub(crate) fn of(trace: &RequestTrace, names: &Names) -> Self {
        let RequestTrace { request, at, route, model, steps, left_out } = trace;
        let end = steps.last().filter(|step| step.marker == Marker::Finished);
        let profile = steps.iter().rev().find_map(|it| it.profile.filter(|_| is_attempt(it)));
        Self {
            request: *request,
            at: unix(*at),
            route: (*route).to_owned(),
            model: model.clone(),
            profile: profile.map(|id| name(id, names)),
            status: end.and_then(|step| step.reason.parse().ok()),
            steps: steps.iter().map(|step| StepView::of(step, names)).collect(),
            left_out: *left_out,
        }
    }

    /// The last time that it went to a profile.
    pub fn decision(&self) -> Option<&StepView> {
        self.steps.iter().rev().find(|step| step.marker == Marker::Chosen)
    }
}

fn is_attempt(step: &Step) -> bool {
    step.marker == Marker::Chosen
}

fn name(id: ProfileId, names: &Names) -> String {
    names.get(&id).cloned().unwrap_or_else(|| id.to_string())
}

impl StepView {
    fn of(step: &Step, names: &Names) -> Self {
        let Step { after, marker, profile, reason, considered } = step;
        Self {
            after_ms: u64::try_from(after.as_millis()).unwrap_or(u64::MAX),
            marker: *marker,
            profile: profile.map(|id| name(id, names)),
            reason: Some(reason.clone()).filter(|reason| !reason.is_empty()),
            candidates: considered.iter().map(|it| CandidateView::of(it, names)).collect(),
        }
    }
}

impl CandidateView {
    fn of(considered: &Considered, names: &Names) -> Self {
        let Considered { profile, left_percent, in_flight, until, facts } = considered;
        let (counts_for, against) = facts.iter().partition(|fact| fact.is_for());
        Self {
            profile: name(*profile, names),
            left_percent: left_percent.map(|left| (left * 10.0).round() / 10.0),
            in_flight: *in_flight,
            until: until.map(unix),
            counts_for,
            against,
        }
    }
}
