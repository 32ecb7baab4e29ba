//! The rule must see what it is there for, and exempt what it must.

use super::*;
use crate::record::{Around, View};

const READY: &str = "account-b";

fn attempt(account: &str, given: Given) -> Attempt {
    let fault = FaultSeen { name: "Error 418".to_owned(), is_ambiguous: false };
    Attempt {
        order: 0,
        account: account.to_owned(),
        bearer_of: account.to_owned(),
        previous: None,
        turn_state: None,
        given,
        response: None,
        is_upgrade: false,
        fault: (given == Given::Fault).then_some(fault),
    }
}

fn failed() -> Story {
    Story {
        sent: SentRequest {
            request: 7,
            transport: Transport::Http,
            previous: None,
            turn_state: None,
            model: "gpt-test",
            is_bad: false,
            is_compact: false,
            at: Instant::now(),
        },
        attempts: vec![attempt("account-a", Given::Fault)],
        view: View { end: error(418, "teapot"), responses: Vec::new(), torn: None, leaked: None },
        around: Around::default(),
        ready: vec![READY.to_owned()],
    }
}

fn error(status: u16, code: &str) -> End {
    End::Error { status, code: code.to_owned(), message: String::new(), retry_after: false }
}

#[test]
fn a_ready_profile_that_was_not_tried_is_noticed() {
    let mut story = failed();
    let ends = [
        error(418, "teapot"),
        error(200, ""),
        error(409, "stale_continuation"),
        error(429, "usage_limit_reached"),
        error(503, "service_unavailable"),
        End::Failed { code: "server_is_overloaded".to_owned() },
        End::Cut,
        End::GaveUp,
        End::NotOpened { status: 503 },
        End::Nothing { error: "reset".to_owned() },
    ];
    for end in ends {
        story.view.end = end;
        assert!(prevented(&story).is_some(), "{story:?}");
    }
}

#[test]
fn a_ready_profile_that_would_have_served_is_noticed() {
    let mut story = failed();
    story.attempts.push(attempt(READY, Given::Whole));
    assert!(prevented(&story).is_some());
}

#[test]
fn an_end_that_no_profile_could_prevent_is_fine() {
    let fine = |change: fn(&mut Story)| {
        let mut story = failed();
        change(&mut story);
        assert_eq!(prevented(&story), None, "{story:?}");
    };
    fine(|it| it.view.end = End::Completed);
    fine(|it| it.view.end = End::Left);
    fine(|it| it.view.end = End::ComeBack);
    fine(|it| it.view.end = End::NotOpened { status: 426 });
    fine(|it| it.ready.clear());
    fine(|it| it.sent.is_bad = true);
    fine(|it| it.sent.previous = Some("resp-account-a-1".to_owned()));
    fine(|it| {
        it.sent.transport = Transport::Socket;
        it.sent.previous = Some("resp-account-a-1".to_owned());
        it.view.end = error(409, "stale_continuation");
    });
    fine(|it| {
        let fault = FaultSeen { name: String::new(), is_ambiguous: true };
        it.attempts[0].fault = Some(fault);
    });
}

#[test]
fn an_earlier_cut_exempts_nothing() {
    let mut story = failed();
    let fault = FaultSeen { name: String::new(), is_ambiguous: true };
    story.attempts.insert(0, Attempt { fault: Some(fault), ..attempt("account-c", Given::Fault) });
    assert!(prevented(&story).is_some());
}

#[test]
fn a_refusal_of_the_request_is_passed_on() {
    let mut story = failed();
    story.sent.is_bad = true;
    story.view.end = error(422, "bad_7");
    story.attempts = vec![attempt("account-a", Given::Bad), attempt(READY, Given::Bad)];
    assert_eq!(refused_alike(&story), None);
    story.view.end = error(503, "service_unavailable");
    assert!(refused_alike(&story).is_some());
    story.view.end = error(422, "bad_7");
    story.attempts.push(attempt("account-c", Given::Bad));
    assert!(refused_alike(&story).is_some());
    story.attempts.truncate(1);
    story.view.end = End::ComeBack;
    assert_eq!(refused_alike(&story), None);
    // One that met faults too may end in any way.
    story.attempts[0] = attempt("account-a", Given::Fault);
    assert_eq!(refused_alike(&story), None);
}
