//! What is written down of each request: in the log by fixed markers, and for the latest
//! requests step by step. Bounded, and nothing of it is private.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
    time::SystemTime,
};

use rotunda_core::{
    Event, ProfileId,
    event::{Finished, Tokens},
    pool::Considered,
    trace::{Loudness, Marker, RequestTrace, Step, cause_word, late_word},
};
use tokio::time::Instant;

use crate::respond::unix;

/// Requests whose steps are kept.
const MOST_REQUESTS: usize = 128;
/// Steps of one request that are kept: a turn that waits for hours has many.
const MOST_STEPS: usize = 64;

/// The latest requests.
#[derive(Debug, Clone, Default)]
pub(crate) struct Traces(Arc<Mutex<VecDeque<Trace>>>);

/// One request, written down as it goes on; clones share it.
#[derive(Debug, Clone)]
pub(crate) struct Trace(Arc<Written>);

#[derive(Debug)]
struct Written {
    request: u64,
    route: &'static str,
    started: Instant,
    kept: Mutex<Kept>,
}

#[derive(Debug)]
struct Kept {
    trace: RequestTrace,
    /// The profile of the latest attempt.
    profile: Option<ProfileId>,
    /// The answer of the latest attempt has begun.
    has_begun: bool,
}

/// Beside the marker: what the line of the log has more.
#[derive(Debug, Default)]
struct More {
    from: Option<ProfileId>,
    until: Option<u64>,
}

impl Traces {
    /// The trace of a request that begins now.
    pub(crate) fn begin(
        &self,
        request: u64,
        at: SystemTime,
        route: &'static str,
        model: Option<String>,
    ) -> Trace {
        let trace = RequestTrace { request, at, route, model, steps: Vec::new(), left_out: 0 };
        let kept = Kept { trace, profile: None, has_begun: false };
        let (started, kept) = (Instant::now(), Mutex::new(kept));
        let trace = Trace(Arc::new(Written { request, route, started, kept }));
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= MOST_REQUESTS {
            all.pop_front();
        }
        all.push_back(trace.clone());
        trace
    }

    /// All that are kept, oldest first.
    pub(crate) fn all(&self) -> Vec<RequestTrace> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        all.iter().map(|trace| trace.lock().trace.clone()).collect()
    }
}

impl Trace {
    fn lock(&self) -> std::sync::MutexGuard<'_, Kept> {
        self.0.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Its number.
    pub(crate) fn request(&self) -> u64 {
        self.0.request
    }

    /// Writes a step down. Without a profile it concerns that of the latest attempt.
    pub(crate) fn mark(&self, marker: Marker, profile: Option<ProfileId>, reason: &str) {
        let profile = self.keep(marker, profile, reason);
        line(Some(self), marker, profile, reason, &More::default());
    }

    /// Writes a step down that is repeated while nothing else happens, once.
    pub(crate) fn mark_once(&self, marker: Marker, reason: &str) {
        let last = self.lock().trace.steps.last().map(|it| (it.marker, it.reason == reason));
        if last != Some((marker, true)) {
            self.mark(marker, None, reason);
        }
    }

    /// The request goes to a profile.
    pub(crate) fn chosen(&self, to: ProfileId, tie: &'static str, considered: Vec<Considered>) {
        self.mark(Marker::Chosen, Some(to), tie);
        let mut kept = self.lock();
        (kept.profile, kept.has_begun) = (Some(to), false);
        if let Some(step) = kept.trace.steps.last_mut().filter(|it| it.marker == Marker::Chosen) {
            step.considered = considered;
        }
    }

    /// An answer of the latest attempt begins; only its first byte counts.
    pub(crate) fn upstream_began(&self, profile: ProfileId, status: u16) {
        if !std::mem::replace(&mut self.lock().has_begun, true) {
            self.mark(Marker::FirstByteUpstream, Some(profile), &status.to_string());
        }
    }

    /// Whether it has met a marker.
    pub(crate) fn has(&self, marker: Marker) -> bool {
        self.lock().trace.steps.iter().any(|step| step.marker == marker)
    }

    fn keep(&self, marker: Marker, profile: Option<ProfileId>, reason: &str) -> Option<ProfileId> {
        let after = self.0.started.elapsed();
        let mut kept = self.lock();
        let profile = profile.or(kept.profile.filter(|_| concerns_a_profile(marker)));
        if kept.trace.steps.len() < MOST_STEPS || marker == Marker::Finished {
            let (reason, considered) = (reason.to_owned(), Vec::new());
            kept.trace.steps.push(Step { after, marker, profile, reason, considered });
        } else {
            kept.trace.left_out += 1;
        }
        profile
    }
}

/// Whether a step without a profile is one of the latest attempt.
const fn concerns_a_profile(marker: Marker) -> bool {
    !matches!(
        marker,
        Marker::Exhausted
            | Marker::Wait
            | Marker::Cap
            | Marker::Budget
            | Marker::Pause
            | Marker::Refused
            | Marker::UseHttp
    )
}

/// A request was turned away before it had a number: others hold the memory for bodies.
pub(crate) fn no_room(route: &'static str) {
    tracing::info!(marker = Marker::Budget.name(), route, reason = "bodies");
}

/// Writes an event down: in the log, and as a step of the request that it happened in.
pub(crate) fn event(event: &Event, of: Option<&Trace>) {
    let mark = |marker, profile, reason: &str, more| {
        let profile = match of {
            Some(trace) => trace.keep(marker, profile, reason),
            None => profile,
        };
        line(of, marker, profile, reason, &more);
    };
    let until = |until: SystemTime| More { from: None, until: Some(unix(until)) };
    match event {
        Event::Rotated { from, to, cause, until } => {
            let more = More { from: Some(*from), until: until.map(unix) };
            mark(Marker::Rotation, Some(*to), cause.map_or("order", cause_word), more);
        }
        Event::Rested { profile, rest } => {
            mark(Marker::Rest, Some(*profile), cause_word(rest.cause), until(rest.until));
        }
        Event::LimitReached { profile, limit, until: at } => {
            mark(Marker::Limit, Some(*profile), limit, until(*at));
        }
        Event::LimitReset { profile, limit } => {
            mark(Marker::LimitReset, Some(*profile), limit, More::default());
        }
        Event::Recovered { profile } => {
            mark(Marker::Recovered, Some(*profile), "", More::default());
        }
        Event::Exhausted { until } => {
            let more = More { from: None, until: until.map(unix) };
            mark(Marker::Exhausted, None, "", more);
        }
        Event::RuleExhausted { until, .. } => {
            let more = More { from: None, until: until.map(unix) };
            mark(Marker::Exhausted, None, "rule", more);
        }
        Event::ChainLost { profile } => {
            let reason = "previous_response_not_found";
            mark(Marker::StaleContinuation, *profile, reason, More::default());
        }
        Event::Waiting { until: at, .. } => mark(Marker::Wait, None, "", until(*at)),
        Event::Missed(missed) => {
            mark(Marker::MissedProfile, Some(missed.profile), "", More::default());
        }
        Event::Late(late) => {
            let reason = late_word(late.reached);
            mark(Marker::Late, Some(late.profile), reason, More::default());
        }
        Event::Finished(finished) => of_end(finished, of),
        event => tracing::info!(?event, "happened"),
    }
}

fn of_end(finished: &Finished, of: Option<&Trace>) {
    let reason = finished.status.to_string();
    let profile = match of {
        Some(trace) => trace.keep(Marker::Finished, finished.profile, &reason),
        None => finished.profile,
    };
    let Tokens { input, output, .. } = finished.tokens.unwrap_or_default();
    tracing::debug!(
        marker = Marker::Finished.name(),
        request = finished.request,
        profile = profile.map(tracing::field::display),
        route = finished.route,
        reason,
        attempts = finished.attempts,
        total_ms = millis(finished.total),
        input,
        output,
    );
}

fn millis(time: std::time::Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

/// One line of the log: the marker with numbers and fixed words, nothing private.
fn line(of: Option<&Trace>, marker: Marker, profile: Option<ProfileId>, reason: &str, more: &More) {
    let (request, route) = (of.map(|it| it.0.request), of.map(|it| it.0.route));
    let profile = profile.map(tracing::field::display);
    let from = more.from.map(tracing::field::display);
    let (until, reason) = (more.until, Some(reason).filter(|reason| !reason.is_empty()));
    let marker = (marker.name(), marker.loudness());
    match marker {
        (marker, Loudness::Detail) => {
            tracing::debug!(marker, request, profile, route, reason, from, until);
        }
        (marker, Loudness::Notable) => {
            tracing::info!(marker, request, profile, route, reason, from, until);
        }
        (marker, Loudness::Defect) => {
            tracing::error!(marker, request, profile, route, reason, from, until);
        }
    }
}

/// What became of requests since the pool was made.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counters {
    /// Requests that are over.
    pub requests: u64,
    /// Attempts beside the first one of each.
    pub retries: u64,
    /// Changes of the profile that serves new conversations.
    pub rotations: u64,
    /// The latest request that ended in an error of ours or of upstream.
    pub last_error: Option<(SystemTime, Finished)>,
}

impl Counters {
    /// Every profile was out.
    const OUT: u16 = 429;

    pub(crate) fn count(&mut self, event: &Event, now: SystemTime) {
        match event {
            Event::Rotated { .. } => self.rotations += 1,
            Event::Finished(finished) => {
                self.requests += 1;
                self.retries += u64::from(finished.attempts.saturating_sub(1));
                if finished.status >= 500 || finished.status == Self::OUT {
                    self.last_error = Some((now, finished.clone()));
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use rotunda_core::event::Work;

    use super::*;

    fn begin(traces: &Traces, request: u64) -> Trace {
        traces.begin(request, SystemTime::UNIX_EPOCH, "responses", Some("gpt".to_owned()))
    }

    #[tokio::test]
    async fn the_latest_requests_are_kept_and_of_each_the_first_steps_and_its_end() {
        let traces = Traces::default();
        for request in 0..MOST_REQUESTS as u64 + 5 {
            begin(&traces, request);
        }
        let all = traces.all();
        assert_eq!((all.len(), all[0].request), (MOST_REQUESTS, 5));
        let trace = begin(&traces, 1000);
        for _ in 0..MOST_STEPS + 3 {
            trace.mark(Marker::Pause, None, "trouble");
        }
        trace.mark(Marker::Finished, None, "200");
        let all = traces.all();
        let last = all.last().unwrap();
        assert_eq!((last.steps.len(), last.left_out), (MOST_STEPS + 1, 3));
        assert_eq!(last.steps.last().unwrap().marker, Marker::Finished);
    }

    #[tokio::test]
    async fn an_answer_begins_once_for_each_attempt_and_later_steps_are_its_profiles() {
        let traces = Traces::default();
        let trace = begin(&traces, 1);
        for id in [ProfileId(1), ProfileId(2)] {
            trace.chosen(id, "free", Vec::new());
            trace.upstream_began(id, 200);
            trace.upstream_began(id, 200);
        }
        trace.mark(Marker::FirstByteLocal, None, "");
        let steps = &traces.all()[0].steps;
        let names: Vec<_> = steps.iter().map(|it| (it.marker.name(), it.profile)).collect();
        let (one, two) = (Some(ProfileId(1)), Some(ProfileId(2)));
        assert_eq!(
            names,
            [
                ("chosen", one),
                ("first_byte_upstream", one),
                ("chosen", two),
                ("first_byte_upstream", two),
                ("first_byte_local", two)
            ]
        );
    }

    #[test]
    fn requests_retries_rotations_and_the_last_error_are_counted() {
        let (mut counters, now) = (Counters::default(), SystemTime::UNIX_EPOCH);
        let finished = |status, attempts| Finished {
            request: 1,
            profile: None,
            route: "responses",
            model: None,
            status,
            attempts,
            unasked: None,
            first_byte: None,
            total: Duration::ZERO,
            tokens: None,
            work: Work::default(),
        };
        for (status, attempts) in [(200, 1), (200, 3), (502, 2), (499, 1), (404, 1)] {
            counters.count(&Event::Finished(finished(status, attempts)), now);
        }
        let (from, to) = (ProfileId(1), ProfileId(2));
        counters.count(&Event::Rotated { from, to, cause: None, until: None }, now);
        let Counters { requests, retries, rotations, last_error } = counters;
        assert_eq!((requests, retries, rotations), (5, 3, 1));
        assert_eq!(last_error.map(|(_, it)| it.status), Some(502));
    }
}
