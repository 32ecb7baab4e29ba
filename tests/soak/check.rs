//! The invariants, each a pure function of one request seen from both sides.

use crate::{
    outcome::prescribed,
    record::{Attempt, End, Story, Transport, maker},
    script::Given,
};

/// One invariant; says what is wrong, if anything.
type Check = fn(&Story) -> Option<String>;

/// Every invariant, with the sentence that a report shows.
pub(crate) const ALL: &[(&str, Check)] = &[
    ("each bearer belongs to the account it is sent for", bearers),
    ("a chain goes to the profile that made it, and to no other", chains),
    ("a chain is never dropped from a request", chains_kept),
    ("a turn state goes to the profile that made it only", turn_states),
    ("nothing is asked again after output reached the client", no_retry_after_output),
    ("at most 4 attempts for a request, none twice on a profile", attempts),
    ("every request ends as the rules prescribe", prescribed),
    ("no client sees a 401 of upstream", no_unauthorized),
    ("what a client reads is whole, and of one answer", whole),
    ("no client is shown an account, a token or an address", nothing_leaked),
];

fn bearers(story: &Story) -> Option<String> {
    let foreign =
        |attempt: &&Attempt| attempt.account.is_empty() || attempt.account != attempt.bearer_of;
    let found = story.attempts.iter().find(foreign)?;
    Some(format!("{} with the bearer of {:?}", found.account, found.bearer_of))
}

fn chains(story: &Story) -> Option<String> {
    let foreign = |attempt: &&Attempt| {
        attempt.previous.as_deref().is_some_and(|previous| maker(previous) != attempt.account)
    };
    let found = story.attempts.iter().find(foreign)?;
    Some(format!("{:?} was sent to {}", found.previous, found.account))
}

fn chains_kept(story: &Story) -> Option<String> {
    let sent = story.attempts.iter().filter(|attempt| !attempt.is_upgrade);
    let mut changed = sent.filter(|attempt| attempt.previous != story.asked.previous);
    let found = changed.next()?;
    Some(format!("{:?} became {:?}", story.asked.previous, found.previous))
}

fn turn_states(story: &Story) -> Option<String> {
    let foreign = |attempt: &&Attempt| {
        attempt.turn_state.as_deref().is_some_and(|state| maker(state) != attempt.account)
    };
    let found = story.attempts.iter().find(foreign)?;
    Some(format!("{:?} was sent to {}", found.turn_state, found.account))
}

fn no_retry_after_output(story: &Story) -> Option<String> {
    let read = story.view.responses.first()?;
    let place = story.attempts.iter().position(|it| it.response.as_ref() == Some(read));
    let Some(place) = place else {
        return Some(format!("{read} was read, and no attempt of this request made it"));
    };
    let after = story.attempts.get(place + 1)?;
    Some(format!("{read} had been read from, and {} was asked", after.account))
}

/// Profiles asked for one request.
const MOST: usize = 4;
/// Bursts that a socket waits out on one profile.
const MOST_BURSTS: usize = 3;

/// Whether an attempt repeats the one before it on the same profile, by rule:
/// with a new token, without another's reasoning, or after a burst.
fn repeats(transport: Transport, before: &Attempt, attempt: &Attempt) -> bool {
    before.account == attempt.account
        && (before.given.is_refusal()
            || before.given == Given::ForeignReasoning
            || (before.given == Given::Burst && transport == Transport::Socket))
}

/// Whether a profile had called the conversation's reasoning another's before.
fn was_foreign(story: &Story, again: &Attempt) -> bool {
    let mut before = story.attempts.iter().take_while(|attempt| !std::ptr::eq(*attempt, again));
    before
        .any(|attempt| attempt.account == again.account && attempt.given == Given::ForeignReasoning)
}

fn attempts(story: &Story) -> Option<String> {
    let mut asked: Vec<&str> = Vec::new();
    let (mut in_a_row, mut returned) = (0, false);
    let mut before: Option<&Attempt> = None;
    for attempt in &story.attempts {
        if before.is_some_and(|before| repeats(story.asked.transport, before, attempt)) {
            in_a_row += 1;
            if in_a_row > MOST_BURSTS + 2 {
                return Some(format!("{} was asked {in_a_row} times in a row", attempt.account));
            }
        } else {
            in_a_row = 1;
            if asked.contains(&attempt.account.as_str()) {
                // The former profile failed, so the other goes on without reasoning.
                if returned || !was_foreign(story, attempt) {
                    return Some(format!("{} was asked twice", attempt.account));
                }
                returned = true;
            } else {
                asked.push(&attempt.account);
            }
        }
        before = Some(attempt);
    }
    (asked.len() > MOST).then(|| format!("{} profiles were asked", asked.len()))
}

fn no_unauthorized(story: &Story) -> Option<String> {
    match &story.view.end {
        End::Error { status: 401, .. } | End::NotOpened { status: 401 } => {
            Some("the client was told 401".to_owned())
        }
        _ => None,
    }
}

fn whole(story: &Story) -> Option<String> {
    if let Some(torn) = &story.view.torn {
        return Some(torn.clone());
    }
    (story.view.responses.len() > 1)
        .then(|| format!("two answers in one: {:?}", story.view.responses))
}

fn nothing_leaked(story: &Story) -> Option<String> {
    story.view.leaked.clone()
}

#[cfg(test)]
#[path = "check_tests.rs"]
mod tests;
