//! The field: upstream fails by anything, and the checker knows one rule.

use rotunda_tests::{
    Received, Reply, event,
    field::{Ask, Fault, Field, Lane, after},
};
use serde_json::json;
use tokio::time::Instant;

use crate::{
    check::Check,
    record::{Attempt, End, FaultSeen, SentRequest, Story, Transport},
    script::Given,
    upstream::{Backend, Coming, attempt, compacted, has_foreign_reasoning},
};

/// The rule, and its other side.
pub(crate) const CHECKS: &[(&str, Check)] = &[
    ("no request ends in an error that a ready profile would have prevented", prevented),
    ("a refusal of the request itself is passed on, after two profiles at most", refused_alike),
];

/// An error although some profile was ready from the request's start to its end:
/// it got no request, or would have served one.
fn prevented(story: &Story) -> Option<String> {
    let is_error = match &story.view.end {
        End::Completed | End::Left | End::ComeBack | End::NotOpened { status: 426 } => false,
        // The client sends the turn again, and in full.
        End::Error { status: 409, code, .. } => {
            !(code == "stale_continuation" && story.sent.previous.is_some())
        }
        _ => true,
    };
    if !is_error || story.ready.is_empty() || is_exempt(story) {
        return None;
    }
    Some(format!("{:?} though {:?} was ready: {}", story.view.end, story.ready, described(story)))
}

/// The request itself is bad; only one profile can serve it; or it may have been
/// run already.
fn is_exempt(story: &Story) -> bool {
    let last = story.attempts.last().and_then(|attempt| attempt.fault.as_ref());
    let is_ambiguous = last.is_some_and(|fault| fault.is_ambiguous);
    let is_bound = story.sent.previous.is_some() && story.sent.transport == Transport::Http;
    story.sent.is_bad || is_bound || is_ambiguous
}

/// How an exempt request ended, and after which fault: for the report.
pub(crate) fn exempted(story: &Story) -> Option<String> {
    let is_fine = matches!(story.view.end, End::Completed | End::Left | End::ComeBack);
    if is_fine || story.sent.is_bad || !is_exempt(story) {
        return None;
    }
    let last = story.attempts.last();
    let fault = last.and_then(|attempt| attempt.fault.as_ref()).map(|fault| fault.name.as_str());
    let word = fault.and_then(|name| name.split(' ').next()).unwrap_or("none");
    let end = match &story.view.end {
        End::Error { status, code, .. } => format!("{status} {code}"),
        end => format!("{end:?}"),
    };
    let chain = if story.sent.previous.is_some() { "chained, " } else { "" };
    let seconds = story.around.took.as_secs() / 5 * 5;
    Some(format!("{chain}{word}: {} after {seconds} s", end.trim_end()))
}

fn refused_alike(story: &Story) -> Option<String> {
    let is_only_refused = story.attempts.iter().all(|attempt| attempt.given == Given::Bad);
    // The client left, or continues over HTTP.
    let goes_on =
        matches!(story.view.end, End::Left | End::ComeBack | End::NotOpened { status: 426 });
    let is_free = story.sent.previous.is_none() && !goes_on;
    if !story.sent.is_bad || story.attempts.is_empty() || !is_only_refused || !is_free {
        return None;
    }
    let code = bad_code(story.sent.request);
    let is_passed_on = matches!(&story.view.end, End::Error { code: it, .. } if *it == code);
    let is_fine = is_passed_on && story.attempts.len() <= 2;
    (!is_fine).then(|| format!("{:?}: {}", story.view.end, described(story)))
}

fn described(story: &Story) -> String {
    let name = |attempt: &Attempt| {
        let fault = attempt.fault.as_ref().map(|fault| fault.name.as_str()).unwrap_or_default();
        let upgrade = if attempt.is_upgrade { "upgrade " } else { "" };
        format!("{} {upgrade}{:?} {fault}", attempt.account, attempt.given)
    };
    let attempts: Vec<_> = story.attempts.iter().map(name).collect();
    format!("{attempts:?}, {:?}, {:?}", story.sent, story.around.took)
}

/// The code of a request that is refused for itself.
fn bad_code(request: u64) -> String {
    format!("bad_{request}")
}

/// All accounts answer it alike.
fn bad_reply(coming: &Coming<'_>) -> Reply {
    let statuses = [400, 404, 409, 413, 418, 422, 451];
    let place = usize::try_from(coming.request).unwrap_or_default() % statuses.len();
    let error = json!({"code": bad_code(coming.request), "message": "This cannot be served."});
    if coming.transport == Transport::Socket {
        return Reply::events([event::wrapped_error(statuses[place], &error)]);
    }
    Reply::json(statuses[place], json!({ "error": error }))
}

impl Backend {
    /// The accounts that would have served a request at any moment.
    pub(crate) fn ready_for(&self, sent: &SentRequest) -> Vec<String> {
        let Some(field) = &self.field else { return Vec::new() };
        let lanes: &[Lane] = match sent.transport {
            Transport::Http if sent.is_compact => &[Lane::Compact],
            Transport::Http => &[Lane::Http],
            Transport::Socket => &[Lane::Upgrade, Lane::Frame],
        };
        let ready = field.ready(lanes, sent.model, sent.at, Instant::now());
        ready.into_iter().map(str::to_owned).collect()
    }

    /// Answers a turn or a compaction in the field.
    pub(crate) fn field_turn(&self, field: &Field, coming: &Coming<'_>) -> Reply {
        let seen = coming.seen;
        let is_compact = seen.route == rotunda_tests::Route::Compact;
        let lane = match coming.transport {
            _ if is_compact => Lane::Compact,
            Transport::Http => Lane::Http,
            Transport::Socket => Lane::Frame,
        };
        let id = coming.id();
        let output = [event::created(&id), event::delta(&format!("{id}#0;"))];
        let model = coming.body["model"].as_str().unwrap_or_default();
        let ask = Ask { account: seen.account(), lane, model, output: &output };
        if let Some(fault) = field.deal(ask) {
            let attempt = Attempt { response: Some(id), ..coming.attempt(Given::Fault) };
            return self.play(fault, coming.request, attempt);
        }
        let given = if coming.body["client_metadata"]["soak_bad"] == "true" {
            Given::Bad
        } else if has_foreign_reasoning(&coming.body, seen.account()) {
            Given::ForeignReasoning
        } else {
            Given::Whole
        };
        self.book.dealt(given);
        let mut attempt = coming.attempt(given);
        attempt.response = (given == Given::Whole && !is_compact).then(|| id.clone());
        self.book.attempt(coming.request, attempt);
        match given {
            Given::Bad => bad_reply(coming),
            Given::ForeignReasoning => {
                Reply::error(400, "invalid_encrypted_content", "The content could not be verified.")
            }
            _ if is_compact => compacted(seen),
            _ => field.dress(self.stream(coming, Given::Whole, &id), lane),
        }
    }

    fn play(&self, fault: Fault, request: u64, attempt: Attempt) -> Reply {
        let Fault { name, is_ambiguous, reply, .. } = fault;
        let fault = Some(FaultSeen { name, is_ambiguous });
        self.book.dealt(Given::Fault);
        self.book.attempt(request, Attempt { fault, ..attempt });
        reply
    }

    /// Answers the opening of a socket in the field.
    pub(crate) fn field_upgrade(
        &self,
        field: &Field,
        seen: &Received,
        socket: u64,
    ) -> Option<Reply> {
        let account = seen.account();
        let order = self.book.next();
        if self.refuses_sockets.load(std::sync::atomic::Ordering::SeqCst) {
            return Some(Reply::text(404, "text/plain", "no sockets here").head_after(&after(5)));
        }
        let ask = Ask { account, lane: Lane::Upgrade, model: "", output: &[] };
        let fault = field.deal(ask)?;
        let Fault { name, is_ambiguous, reply, .. } = fault;
        let fault = Some(FaultSeen { name, is_ambiguous });
        let attempt = Attempt { is_upgrade: true, fault, ..attempt(seen, order, Given::Fault) };
        self.book.upgrade(socket, attempt);
        Some(reply)
    }
}

#[cfg(test)]
#[path = "field_tests.rs"]
mod tests;
