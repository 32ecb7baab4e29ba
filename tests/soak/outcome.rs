//! How a request may end, given what upstream did: the closed list. Whatever
//! is not on it is a violation.

use std::time::Duration;

use crate::{
    record::{Attempt, End, Story, Transport},
    script::Given,
};

/// What is wrong with how a request ended.
pub(crate) fn prescribed(story: &Story) -> Option<String> {
    let fine = match &story.view.end {
        End::Left => true,
        End::Completed => completed(story),
        End::Failed { code } => failed(story, code),
        End::Cut => last(story).is_some_and(|it| it.given.is_break()) && moved_before(story),
        End::ComeBack => story.around.no_sockets,
        End::NotOpened { status } => *status == 426 && story.around.no_sockets,
        End::Error { status, code, message, retry_after } => {
            error(story, (*status, code, message), *retry_after)
        }
        End::GaveUp => last(story).is_some_and(|it| it.given == Given::Stalled),
        End::Nothing { .. } => false,
    };
    (!fine).then(|| description(story))
}

fn description(story: &Story) -> String {
    let given: Vec<_> =
        story.attempts.iter().map(|it| format!("{} {:?}", it.account, it.given)).collect();
    format!("{:?} after {given:?}, with {:?}, {:?}", story.view.end, story.sent, story.around)
}

fn last(story: &Story) -> Option<&Attempt> {
    story.attempts.last()
}

fn is_pinned(story: &Story) -> bool {
    story.sent.previous.is_some()
}

/// Every attempt but the last was one after which another may follow.
fn moved_before(story: &Story) -> bool {
    let before = story.attempts.split_last().map_or(&[][..], |(_, before)| before);
    before.iter().all(may_move_on)
}

fn may_move_on(attempt: &Attempt) -> bool {
    let given = attempt.given;
    let never_open = attempt.is_upgrade && given == Given::CutEarly;
    given.is_quota()
        || given.is_refusal()
        || given.is_struggle()
        || matches!(given, Given::ForeignReasoning | Given::Burst | Given::Unheard)
        || never_open
}

fn completed(story: &Story) -> bool {
    let answered = |it: &Attempt| {
        it.given.is_whole()
            && (it.response.is_none() || it.response.as_ref() == story.view.responses.first())
    };
    last(story).is_some_and(answered) && moved_before(story)
}

/// A chain over HTTP can be served by no other profile: its answer is passed on.
fn is_bound(story: &Story) -> bool {
    is_pinned(story) && story.sent.transport == Transport::Http
}

fn failed(story: &Story, code: &str) -> bool {
    let Some(last) = last(story) else { return false };
    let expected = match last.given {
        Given::QuotaLate => "usage_limit_reached",
        Given::QuotaEvent if is_bound(story) => "usage_limit_reached",
        Given::Overloaded if may_pass_struggle(story) => "server_is_overloaded",
        _ => return false,
    };
    code == expected && moved_before(story)
}

/// A chain's own profile struggles, and on a socket no other one is ready.
fn may_pass_struggle(story: &Story) -> bool {
    is_bound(story) || (is_pinned(story) && (story.around.some_trouble || story.around.all_out))
}

/// A chain over HTTP has no other profile. Elsewhere each profile had a burst, or the last
/// one had another after it was waited for.
fn may_pass_burst(story: &Story) -> bool {
    let bursts: Vec<_> = story.attempts.iter().filter(|it| it.given == Given::Burst).collect();
    let is_of_last = |it: &&&Attempt| last(story).is_some_and(|last| last.account == it.account);
    let is_all = bursts.len() == story.attempts.len();
    let is_waited_out = bursts.iter().filter(is_of_last).count() > 1;
    is_bound(story) || (!is_pinned(story) && (is_all || is_waited_out))
}

fn error(story: &Story, (status, code, message): (u16, &str, &str), retry_after: bool) -> bool {
    let given = last(story).map(|it| it.given);
    let is_http = story.sent.transport == Transport::Http;
    let ours = message == "All profiles are out of quota.";
    match (status, code) {
        (429, "usage_limit_reached") if ours => !is_pinned(story) && story.around.all_out,
        (429, "usage_limit_reached") => is_bound(story) && given.is_some_and(Given::is_quota),
        (429, "rate_limit_exceeded") => {
            given == Some(Given::Burst) && retry_after && may_pass_burst(story)
        }
        (409, "stale_continuation") => stale(story, given),
        (502, "upstream_broken") => given == Some(Given::CutEarly) && is_http,
        (503, "service_unavailable") => retry_after && was_unavailable(story),
        (503, "profiles_busy") => {
            retry_after && story.around.in_flight > MOST_ON_ONE && story.around.took >= SEARCH
        }
        (500 | 502 | 503, "server_error") => {
            given == Some(Given::Broken) && may_pass_struggle(story) && (retry_after || !is_http)
        }
        (422, "unheard") => {
            let unheard = story.attempts.iter().filter(|it| it.given == Given::Unheard).count();
            let no_other = story.around.some_trouble || story.around.all_out;
            let is_agreed = unheard > 1 || story.around.agreed_refusal;
            unheard > 0 && (is_agreed || is_pinned(story) || no_other)
        }
        (400, "no_profile_ready") => story.around.all_signed_out,
        _ => false,
    }
}

/// More at once are not sent to one profile.
const MOST_ON_ONE: usize = 32;
/// Profiles are searched, and trouble is waited out, for half a minute; a timer
/// that rings early by a little is no violation.
const SEARCH: Duration = Duration::from_secs(29);

/// Upstream is called unavailable after a whole search, or at once where only
/// one profile can serve and has no token or meets a bot check alone.
fn was_unavailable(story: &Story) -> bool {
    let struggled = story.attempts.iter().any(|it| !it.given.is_whole());
    let is_known = struggled || story.around.some_trouble;
    let is_blocked =
        last(story).is_some_and(|it| it.given.is_refusal() || it.given == Given::Challenge);
    is_known && (story.around.took >= SEARCH || (is_pinned(story) && is_blocked))
}

/// A chain is reported as gone when it is, or, on a socket, when resending the
/// turn in full lets it move.
fn stale(story: &Story, given: Option<Given>) -> bool {
    let is_socket = story.sent.transport == Transport::Socket;
    match given {
        Some(Given::ChainUnknown) => is_pinned(story),
        Some(given) if given.is_refusal() => is_pinned(story),
        Some(Given::Burst | Given::Unheard | Given::NoSockets) => is_socket && is_pinned(story),
        // The sign-in of its profile ended while the turn waited for trouble to pass.
        Some(given) if given.is_struggle() && story.around.chain_gone => is_pinned(story),
        Some(given) if given.is_quota() || given.is_struggle() => is_socket && is_pinned(story),
        // A socket that could not be opened for a chain.
        Some(Given::CutEarly) => is_socket && is_pinned(story) && story.around.some_trouble,
        Some(_) => false,
        None => {
            let around = &story.around;
            let is_kept =
                around.maker_out || around.maker_without_token || around.maker_without_sockets;
            is_pinned(story) && (around.chain_gone || (is_socket && is_kept))
        }
    }
}
