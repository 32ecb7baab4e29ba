//! The invariants, each a pure function of one request seen from both sides.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    outcome::prescribed,
    record::{Attempt, End, Story, Transport, maker},
    script::Given,
};

/// One invariant; says what is wrong, if anything.
pub(crate) type Check = fn(&Story) -> Option<String>;

/// What holds whatever upstream does, with the sentence that a report shows.
pub(crate) const ALL: &[(&str, Check)] = &[
    ("each bearer belongs to the account it is sent for", bearers),
    ("a chain goes to the profile that made it, and to no other", chains),
    ("a chain is never dropped from a request", chains_kept),
    ("a turn state goes to the profile that made it only", turn_states),
    ("nothing is asked again after output reached the client", no_retry_after_output),
    ("no client sees a 401 of upstream", no_unauthorized),
    ("what a client reads is whole, and of one answer", whole),
    ("no client is shown an account, a token or an address", nothing_leaked),
];

/// What holds when each fault is known.
pub(crate) const OF_SCRIPT: &[(&str, Check)] = &[
    ("a profile is asked twice for a request only after trouble or by rule", attempts),
    ("every request ends as the rules prescribe", prescribed),
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
    let mut changed = sent.filter(|attempt| attempt.previous != story.sent.previous);
    let found = changed.next()?;
    Some(format!("{:?} became {:?}", story.sent.previous, found.previous))
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

/// The most requests to one profile while trouble passes: the pauses grow to 2 s,
/// and a search takes 30 s.
const MOST_ASKS: usize = 24;
/// The same without another profile in between, with refused tokens.
const MOST_IN_A_ROW: usize = 24;

/// Whether an attempt repeats the one before it on the same profile, by rule:
/// with a new token, without another's reasoning, or after a burst.
fn repeats(story: &Story, before: &Attempt, attempt: &Attempt) -> bool {
    before.account == attempt.account
        && (before.given.is_refusal()
            || before.given == Given::ForeignReasoning
            || (before.given == Given::Burst && is_waited_out(story, before)))
}

/// The first burst of a request is waited out; a chain on a socket has no other
/// profile, and waits again.
fn is_waited_out(story: &Story, burst: &Attempt) -> bool {
    let first = story.attempts.iter().find(|attempt| attempt.given == Given::Burst);
    let is_first = first.is_some_and(|first| std::ptr::eq(first, burst));
    is_first || (story.sent.transport == Transport::Socket && story.sent.previous.is_some())
}

/// Whether a profile was left for a burst, and another one had failed in another way: then
/// it is tried again.
fn was_left_for_burst(before: &[Attempt], account: &str) -> bool {
    let latest = before.iter().rfind(|attempt| attempt.account == account);
    latest.is_some_and(|attempt| attempt.given == Given::Burst)
        && before.iter().any(|it| it.account != account && it.given != Given::Burst)
}

/// Whether a profile had called the conversation's reasoning another's before.
fn was_foreign(story: &Story, again: &Attempt) -> bool {
    let mut before = story.attempts.iter().take_while(|attempt| !std::ptr::eq(*attempt, again));
    before
        .any(|attempt| attempt.account == again.account && attempt.given == Given::ForeignReasoning)
}

/// Trouble that may pass at any moment: after it each profile is tried again.
fn is_trouble(attempt: &Attempt) -> bool {
    let never_open = attempt.is_upgrade && attempt.given == Given::CutEarly;
    // A refused token that cannot be renewed now may be renewed in a moment.
    let is_refused = attempt.given.is_refusal();
    attempt.given.is_struggle() || is_refused || attempt.given == Given::IssuerDown || never_open
}

fn attempts(story: &Story) -> Option<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let (mut in_a_row, mut returned, mut had_trouble) = (0, false, false);
    let mut before: Option<&Attempt> = None;
    let mut again_at_the_end = BTreeSet::new();
    for (place, attempt) in story.attempts.iter().enumerate() {
        let account = attempt.account.as_str();
        if before.is_some_and(|before| repeats(story, before, attempt)) {
            in_a_row += 1;
            if in_a_row > MOST_IN_A_ROW {
                return Some(format!("{account} was asked {in_a_row} times in a row"));
            }
        } else if was_left_for_burst(&story.attempts[..place], account)
            && again_at_the_end.insert(account)
        {
            in_a_row = 1;
        } else {
            in_a_row = 1;
            let times = counts.entry(account).or_default();
            *times += 1;
            if *times > MOST_ASKS {
                return Some(format!("{account} was asked {times} times"));
            }
            if *times > 1 && !had_trouble {
                // The former profile failed, so the other continues without reasoning.
                if returned || !was_foreign(story, attempt) {
                    return Some(format!("{account} was asked twice"));
                }
                returned = true;
            }
        }
        had_trouble |= is_trouble(attempt);
        before = Some(attempt);
    }
    None
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
