//! Each checker must see what it is there for: records with one planted
//! violation, beside the same record without it.

use super::*;
use crate::record::{Around, Asked, View};

const A: &str = "account-a";
const B: &str = "account-b";

fn attempt(account: &str, given: Given) -> Attempt {
    Attempt {
        order: 0,
        account: account.to_owned(),
        bearer_of: account.to_owned(),
        previous: None,
        turn_state: None,
        given,
        response: given.is_whole().then(|| format!("resp-{account}-1")),
        is_upgrade: false,
    }
}

fn good() -> Story {
    Story {
        asked: Asked { request: 1, transport: Transport::Http, previous: None, turn_state: None },
        attempts: vec![attempt(A, Given::Quota), attempt(B, Given::Whole)],
        view: View {
            end: End::Completed,
            responses: vec![format!("resp-{B}-1")],
            torn: None,
            leaked: None,
        },
        around: Around::default(),
    }
}

fn chained() -> Story {
    let mut story = good();
    let previous = Some(format!("resp-{B}-0"));
    story.asked.previous.clone_from(&previous);
    story.attempts = vec![Attempt { previous, ..attempt(B, Given::Whole) }];
    story
}

fn error(status: u16, code: &str, message: &str, retry_after: bool) -> End {
    let (code, message) = (code.to_owned(), message.to_owned());
    End::Error { status, code, message, retry_after }
}

/// The sentences of the checks that complain.
fn complaints(story: &Story) -> Vec<&'static str> {
    let complains = |(name, check): &(&'static str, Check)| check(story).map(|_| *name);
    ALL.iter().filter_map(complains).collect()
}

#[track_caller]
fn planted(story: &mut Story, plant: impl FnOnce(&mut Story), expected: &str) {
    assert_eq!(complaints(story), Vec::<&str>::new(), "before: {story:?}");
    plant(story);
    let complaints = complaints(story);
    assert!(complaints.iter().any(|it| it.contains(expected)), "{complaints:?} of {story:?}");
}

#[test]
fn a_foreign_bearer_is_seen() {
    planted(&mut good(), |it| it.attempts[1].bearer_of = A.to_owned(), "each bearer belongs");
    planted(&mut good(), |it| it.attempts[1].account = String::new(), "each bearer belongs");
}

#[test]
fn a_chain_on_another_profile_is_seen() {
    let plant = |it: &mut Story| {
        it.attempts[0].account = A.to_owned();
        it.attempts[0].bearer_of = A.to_owned();
    };
    planted(&mut chained(), plant, "a chain goes to the profile that made it");
}

#[test]
fn a_dropped_chain_is_seen() {
    planted(&mut chained(), |it| it.attempts[0].previous = None, "never dropped");
}

#[test]
fn a_turn_state_on_another_profile_is_seen() {
    let state = Some(format!("ts-{A}-3"));
    planted(&mut good(), |it| it.attempts[1].turn_state = state, "a turn state goes");
}

#[test]
fn a_retry_after_output_is_seen() {
    let plant = |it: &mut Story| {
        it.attempts[0] = attempt(A, Given::CutLate);
        it.attempts[0].response = Some(format!("resp-{A}-1"));
        it.view.responses = vec![format!("resp-{A}-1")];
    };
    planted(&mut good(), plant, "nothing is asked again");
    let plant = |it: &mut Story| it.view.responses = vec!["resp-account-c-9".to_owned()];
    planted(&mut good(), plant, "nothing is asked again");
}

#[test]
fn a_fifth_attempt_is_seen() {
    let plant = |it: &mut Story| {
        let more = ["account-c", "account-d", "account-e"].map(|name| attempt(name, Given::Quota));
        it.attempts.splice(1..1, more);
    };
    planted(&mut good(), plant, "at most 4 attempts");
    let plant = |it: &mut Story| it.attempts.insert(1, attempt(A, Given::Quota));
    planted(&mut good(), plant, "at most 4 attempts");
}

#[test]
fn a_repeat_by_rule_is_no_further_attempt() {
    let mut story = good();
    story.attempts[0] = attempt(B, Given::Refused);
    assert_eq!(complaints(&story), Vec::<&str>::new());
    story.attempts[0] = attempt(B, Given::ForeignReasoning);
    assert_eq!(complaints(&story), Vec::<&str>::new());
    story.asked.transport = Transport::Socket;
    story.attempts[0] = attempt(B, Given::Burst);
    assert_eq!(complaints(&story), Vec::<&str>::new());
}

/// Its former profile could not take the conversation back.
#[test]
fn going_on_without_reasoning_is_a_repeat_by_rule_once() {
    let mut story = good();
    story.attempts.insert(0, attempt(B, Given::ForeignReasoning));
    assert_eq!(complaints(&story), Vec::<&str>::new());
    let plant = |it: &mut Story| {
        it.attempts.splice(2..2, [attempt(B, Given::Quota), attempt("account-c", Given::Quota)]);
    };
    planted(&mut story, plant, "at most 4 attempts");
}

#[test]
fn a_401_is_seen() {
    let plant = |it: &mut Story| it.view.end = error(401, "token_expired", "", false);
    planted(&mut good(), plant, "no client sees a 401");
    planted(&mut good(), |it| it.view.end = End::NotOpened { status: 401 }, "no client sees a 401");
}

#[test]
fn torn_output_and_two_answers_in_one_are_seen() {
    planted(&mut good(), |it| it.view.torn = Some("3 after 1".to_owned()), "is whole");
    let plant = |it: &mut Story| it.view.responses.push(format!("resp-{A}-1"));
    planted(&mut good(), plant, "is whole");
}

#[test]
fn a_leak_is_seen() {
    planted(&mut good(), |it| it.view.leaked = Some("an address".to_owned()), "no client is shown");
}

/// Each of these is no way for this request to end.
#[test]
fn an_end_that_no_rule_prescribes_is_seen() {
    let ends = [
        End::Cut,
        End::GaveUp,
        End::ComeBack,
        End::NotOpened { status: 426 },
        End::Nothing { error: "connection refused".to_owned() },
        End::Failed { code: "usage_limit_reached".to_owned() },
        error(429, "usage_limit_reached", "All profiles are out of quota.", false),
        error(429, "usage_limit_reached", "The usage limit has been reached", false),
        error(429, "rate_limit_exceeded", "", true),
        error(409, "stale_continuation", "", false),
        error(502, "upstream_broken", "", false),
        error(503, "profiles_busy", "", true),
        error(503, "server_error", "", true),
        error(403, "", "", true),
        error(400, "no_profile_ready", "", false),
        error(400, "previous_response_not_found", "", false),
    ];
    for end in ends {
        planted(&mut good(), |it| it.view.end = end, "as the rules prescribe");
    }
}

#[test]
fn an_answer_that_is_not_the_last_attempt_s_is_seen() {
    let plant = |it: &mut Story| it.attempts[1].given = Given::CutLate;
    planted(&mut good(), plant, "as the rules prescribe");
    let plant = |it: &mut Story| it.attempts[0].given = Given::CutEarly;
    planted(&mut good(), plant, "as the rules prescribe");
}

/// The ends that the rules do prescribe, so that the list above is no wall.
#[test]
fn what_the_rules_prescribe_is_fine() {
    let mut story = good();
    story.around.all_out = true;
    story.attempts.truncate(1);
    story.view.responses.clear();
    story.view.end = error(429, "usage_limit_reached", "All profiles are out of quota.", false);
    assert_eq!(complaints(&story), Vec::<&str>::new());
    let mut story = chained();
    story.view.responses.clear();
    story.attempts[0].given = Given::ChainUnknown;
    story.view.end = error(409, "stale_continuation", "", false);
    assert_eq!(complaints(&story), Vec::<&str>::new());
    story.attempts[0].given = Given::Broken;
    story.view.end = error(503, "server_error", "", true);
    assert_eq!(complaints(&story), Vec::<&str>::new());
}
