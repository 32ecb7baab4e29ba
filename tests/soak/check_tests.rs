//! Each checker must see what it is there for: records with one planted
//! violation, beside the same record without it.

use std::time::Duration;

use tokio::time::Instant;

use super::*;
use crate::record::{Around, SentRequest, View};

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
        fault: None,
    }
}

fn good() -> Story {
    Story {
        sent: SentRequest {
            request: 1,
            transport: Transport::Http,
            previous: None,
            turn_state: None,
            model: "",
            is_bad: false,
            is_compact: false,
            at: Instant::now(),
        },
        attempts: vec![attempt(A, Given::Quota), attempt(B, Given::Whole)],
        view: View {
            end: End::Completed,
            responses: vec![format!("resp-{B}-1")],
            torn: None,
            leaked: None,
        },
        around: Around::default(),
        ready: Vec::new(),
    }
}

fn chained() -> Story {
    let mut story = good();
    let previous = Some(format!("resp-{B}-0"));
    story.sent.previous.clone_from(&previous);
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
    ALL.iter().chain(OF_SCRIPT).filter_map(complains).collect()
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

const TWICE: &str = "asked twice for a request only";

#[test]
fn a_profile_that_is_tried_again_without_a_reason_is_noticed() {
    let plant = |it: &mut Story| it.attempts.insert(1, attempt(A, Given::Quota));
    planted(&mut good(), plant, TWICE);
    let plant = |it: &mut Story| it.attempts.insert(0, attempt(B, Given::Unheard));
    planted(&mut good(), plant, TWICE);
    // Only the first burst is waited out.
    let plant = |it: &mut Story| {
        it.attempts = [A, A, B, B].map(|name| attempt(name, Given::Burst)).into();
        it.attempts.push(attempt("account-c", Given::Whole));
        it.view.responses = vec!["resp-account-c-1".to_owned()];
    };
    planted(&mut good(), plant, TWICE);
}

#[test]
fn profiles_that_are_tried_without_end_are_noticed() {
    let plant = |it: &mut Story| {
        let more = (0..30).flat_map(|_| [attempt(A, Given::Broken), attempt(B, Given::Broken)]);
        it.attempts.splice(1..1, more);
    };
    planted(&mut good(), plant, TWICE);
    let plant = |it: &mut Story| it.attempts = vec![attempt(B, Given::Refused); 30];
    planted(&mut good(), plant, TWICE);
}

#[test]
fn each_profile_is_tried_and_once_more_after_trouble() {
    let mut story = good();
    let others = ["account-c", "account-d", "account-e", "account-f", "account-g"];
    story.attempts.splice(1..1, others.map(|name| attempt(name, Given::Quota)));
    assert_eq!(complaints(&story), Vec::<&str>::new());
    story.attempts.splice(1..1, [attempt(B, Given::Broken), attempt(A, Given::Broken)]);
    assert_eq!(complaints(&story), Vec::<&str>::new());
}

#[test]
fn a_repeat_by_rule_is_no_further_attempt() {
    let mut story = good();
    for given in [Given::Refused, Given::ForeignReasoning, Given::Burst] {
        story.attempts[0] = attempt(B, given);
        assert_eq!(complaints(&story), Vec::<&str>::new(), "{given:?}");
    }
}

#[test]
fn what_was_left_for_a_burst_is_tried_again_when_the_others_cannot_serve() {
    let mut story = good();
    let before = [attempt(B, Given::Burst), attempt(B, Given::Quota), attempt(A, Given::Burst)];
    // Not the one that used up its quota meanwhile.
    story.attempts.splice(0..1, before);
    assert_eq!(
        complaints(&story),
        ["a profile is asked twice for a request only after trouble or by rule"]
    );
    story.attempts[3] = attempt(A, Given::Whole);
    story.view.responses = vec![format!("resp-{A}-1")];
    assert_eq!(complaints(&story), Vec::<&str>::new());
    story.view.end = error(429, "rate_limit_exceeded", "", true);
    story.view.responses.clear();
    story.attempts.truncate(3);
    assert_eq!(complaints(&story), ["every request ends as the rules prescribe"]);
    story.attempts.push(attempt(A, Given::Burst));
    assert_eq!(complaints(&story), Vec::<&str>::new());
    story.attempts.push(attempt(A, Given::Burst));
    assert_eq!(
        complaints(&story),
        ["a profile is asked twice for a request only after trouble or by rule"]
    );
    let mut story = good();
    story.attempts = vec![attempt(B, Given::Burst), attempt(B, Given::Burst)];
    story.attempts.extend([attempt(A, Given::Quota), attempt(B, Given::Whole)]);
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
    planted(&mut story, plant, TWICE);
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
    // Its profile is signed out while it waits for trouble to pass.
    story.view.end = error(409, "stale_continuation", "", false);
    assert_ne!(complaints(&story), Vec::<&str>::new());
    story.around.chain_gone = true;
    assert_eq!(complaints(&story), Vec::<&str>::new());
    // Upstream opens no socket for its profile.
    let mut story = chained();
    story.sent.transport = Transport::Socket;
    story.view.responses.clear();
    story.attempts[0].given = Given::NoSockets;
    story.attempts[0].is_upgrade = true;
    story.view.end = error(409, "stale_continuation", "", false);
    assert_eq!(complaints(&story), Vec::<&str>::new());
    // The issuer gives its profile no token, and another is ready.
    let mut story = chained();
    story.sent.transport = Transport::Socket;
    story.view.responses.clear();
    story.attempts.clear();
    story.around.maker_without_token = true;
    story.view.end = error(409, "stale_continuation", "", false);
    assert_eq!(complaints(&story), Vec::<&str>::new());
    let mut story = good();
    story.view.responses.clear();
    story.attempts = vec![attempt(A, Given::Unheard), attempt(B, Given::Unheard)];
    story.view.end = error(422, "unheard", "", false);
    assert_eq!(complaints(&story), Vec::<&str>::new());
}

/// Trouble is waited out: nothing is called unavailable before that.
#[test]
fn a_search_that_ends_early_is_seen() {
    let mut story = good();
    story.view.responses.clear();
    story.attempts = vec![attempt(A, Given::Broken), attempt(B, Given::Broken)];
    story.around.took = Duration::from_secs(31);
    story.view.end = error(503, "service_unavailable", "", true);
    let plant = |it: &mut Story| it.around.took = Duration::from_secs(12);
    planted(&mut story, plant, "as the rules prescribe");
}

/// One profile's answer is no answer for all: each of these was passed on in the
/// first version.
#[test]
fn a_refusal_of_one_profile_that_is_passed_on_is_seen() {
    let ends = [
        (Given::Unheard, error(422, "unheard", "", false)),
        (Given::Overloaded, End::Failed { code: "server_is_overloaded".to_owned() }),
        (Given::Broken, error(503, "server_error", "", true)),
        (Given::QuotaEvent, End::Failed { code: "usage_limit_reached".to_owned() }),
    ];
    for (given, end) in ends {
        let plant = |it: &mut Story| {
            it.attempts = vec![attempt(A, Given::Quota), attempt(B, given)];
            it.view.responses.clear();
            it.view.end = end;
        };
        planted(&mut good(), plant, "as the rules prescribe");
    }
}
