//! How a request may end, given what upstream did: the closed list. Whatever
//! is not on it is a violation.

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
    (!fine).then(|| told(story))
}

fn told(story: &Story) -> String {
    let given: Vec<_> =
        story.attempts.iter().map(|it| format!("{} {:?}", it.account, it.given)).collect();
    format!("{:?} after {given:?}, with {:?}, {:?}", story.view.end, story.asked, story.around)
}

fn last(story: &Story) -> Option<&Attempt> {
    story.attempts.last()
}

fn is_pinned(story: &Story) -> bool {
    story.asked.previous.is_some()
}

/// Every attempt but the last was one after which another may follow.
fn moved_before(story: &Story) -> bool {
    let before = story.attempts.split_last().map_or(&[][..], |(_, before)| before);
    before.iter().all(|it| may_move_on(story.asked.transport, it))
}

fn may_move_on(transport: Transport, attempt: &Attempt) -> bool {
    let given = attempt.given;
    let never_open = attempt.is_upgrade && given == Given::CutEarly;
    given.is_quota()
        || given.is_refusal()
        || given.is_struggle()
        || given == Given::ForeignReasoning
        || never_open
        || (given == Given::Burst && transport == Transport::Socket)
}

fn completed(story: &Story) -> bool {
    let answered = |it: &Attempt| {
        it.given.is_whole()
            && (it.response.is_none() || it.response.as_ref() == story.view.responses.first())
    };
    last(story).is_some_and(answered) && moved_before(story)
}

fn failed(story: &Story, code: &str) -> bool {
    let Some(last) = last(story) else { return false };
    let expected = match last.given {
        Given::QuotaLate => "usage_limit_reached",
        // Nobody else can serve a chain, or nobody else is left.
        Given::QuotaEvent if is_pinned(story) || story.attempts.len() > 1 => "usage_limit_reached",
        Given::QuotaEvent if story.around.some_trouble => "usage_limit_reached",
        Given::Overloaded if is_spent(story) => "server_is_overloaded",
        _ => return false,
    };
    code == expected && moved_before(story)
}

/// A struggle is passed on: it is pinned, it moved once, or nobody is left.
fn is_spent(story: &Story) -> bool {
    let earlier = story.attempts.len() > 1;
    is_pinned(story) || earlier || story.around.some_trouble || story.around.all_out
}

fn error(story: &Story, (status, code, message): (u16, &str, &str), retry_after: bool) -> bool {
    let given = last(story).map(|it| it.given);
    let is_http = story.asked.transport == Transport::Http;
    let ours = message == "All profiles are out of quota.";
    match (status, code) {
        (429, "usage_limit_reached") if ours => !is_pinned(story) && story.around.all_out,
        (429, "usage_limit_reached") => {
            let nobody_else = story.around.all_out || story.around.some_trouble;
            let passed_on = is_http && is_pinned(story);
            given.is_some_and(Given::is_quota) && (passed_on || nobody_else)
        }
        (429, "rate_limit_exceeded") => given == Some(Given::Burst) && is_http && retry_after,
        (409, "stale_continuation") => stale(story, given),
        (502, "upstream_broken") => given == Some(Given::CutEarly) && is_http,
        (503, "service_unavailable") => {
            let struggled = story.attempts.iter().any(|it| it.given != Given::Whole);
            retry_after && (struggled || story.around.some_trouble)
        }
        (503, "profiles_busy") => retry_after && story.around.in_flight > MOST_ON_ONE,
        (500 | 502 | 503, "server_error") => {
            given == Some(Given::Broken) && is_spent(story) && (retry_after || !is_http)
        }
        (422, "unheard") => given == Some(Given::Unheard),
        (400, "no_profile_ready") => story.around.all_signed_out,
        _ => false,
    }
}

/// More at once are not sent to one profile.
const MOST_ON_ONE: usize = 32;

/// A chain is said to be gone when it is, or, on a socket, when resending the
/// turn in full lets it move.
fn stale(story: &Story, given: Option<Given>) -> bool {
    let is_socket = story.asked.transport == Transport::Socket;
    match given {
        Some(Given::ChainUnknown) => is_pinned(story),
        Some(given) if given.is_refusal() => is_pinned(story),
        Some(Given::Burst) => is_socket,
        Some(given) if given.is_quota() || given.is_struggle() => is_socket && is_pinned(story),
        // A socket that could not be opened for a chain.
        Some(Given::CutEarly) => is_socket && is_pinned(story) && story.around.some_trouble,
        Some(_) => false,
        None => {
            is_pinned(story) && (story.around.chain_gone || (is_socket && story.around.maker_out))
        }
    }
}
