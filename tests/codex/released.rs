//! The real client, when an answer begins without output, waits, and then fails.

use std::{fs, time::Duration};

use rotunda_tests::{Gate, Plan, Reply, Rig, Route, Step, event, upstream::ANYONE};
use serde_json::{Value, json};

use crate::client::{CodexHome, OWN_ACCOUNT};

/// A router that waits for output only for a moment, and a client bound to it.
async fn bound(names: &[&str], http: bool) -> (Rig, CodexHome) {
    let plan = Plan::of(names).limits(|limits| limits.hold_time = Duration::from_millis(100));
    let rig = plan.start().await;
    if http {
        rig.upstream.always_on(Route::Upgrade, ANYONE, Reply::json(426, json!({})));
    }
    let home = CodexHome::new(&rig.upstream);
    home.configure(&format!("openai_base_url = \"{}\"", rig.keyed("/codex")));
    (rig, home)
}

/// Answers one request for output of `main`, before the replies that were set earlier.
fn answer_of_main(rig: &Rig, reply: Reply) {
    let left = std::sync::Mutex::new(Some(reply));
    rig.upstream.when(move |seen| {
        let asks = seen.route == Route::Responses && seen.json()["generate"] != json!(false);
        let is_main = asks && seen.account() == "account-main";
        is_main.then(|| left.lock().unwrap().take()).flatten()
    });
}

/// An answer that begins, and fails long after that went out to the client.
fn late(gate: &Gate, failure: Value) -> Reply {
    Reply::events([event::created("resp-main-late"), event::in_progress("resp-main-late")])
        .pass(gate)
        .then_events([failure])
}

/// Opens the gate after the time that output is waited for.
async fn open_late(gate: &Gate) {
    gate.reached().await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    gate.open();
}

#[tokio::test]
async fn a_late_failure_goes_unnoticed() {
    for http in [false, true] {
        for code in ["usage_limit_reached", "server_is_overloaded", "odd"] {
            let (rig, home) = bound(&["main", "second"], http).await;
            let gate = Gate::closed();
            answer_of_main(&rig, late(&gate, event::failed(code, "m")));
            let (run, ()) = tokio::join!(home.exec("hi"), open_late(&gate));
            // Over a socket the turn is chained: sent in full, it may come back to a profile that
            // is ready.
            let is_ready = !http && code != "usage_limit_reached";
            let by = if is_ready { "main" } else { "second" };
            run.is_one_clean_turn(&[&format!("hello from {by}")]);
            assert_eq!(rig.upstream.issuer().offers(OWN_ACCOUNT), 0);
            assert_eq!(rig.pool.view().missed, 0);
        }
    }
}

/// A stream may begin with a byte-order mark, on which the parser of the client panics.
#[tokio::test]
async fn a_byte_order_mark_does_not_end_a_turn() {
    for is_late in [false, true] {
        let (rig, home) = bound(&["main", "second"], true).await;
        let gate = Gate::closed();
        let mark = Step::Raw("\u{feff}".into());
        let reply = if is_late {
            let created = event::created("resp-main-marked");
            let failed = event::failed("usage_limit_reached", "m");
            Reply::events([]).then(mark).then_events([created]).pass(&gate).then_events([failed])
        } else {
            Reply::events([]).then(mark).then_events(event::turn("resp-main-x", "hello from main"))
        };
        answer_of_main(&rig, reply);
        let run = if is_late {
            tokio::join!(home.exec("hi"), open_late(&gate)).0
        } else {
            home.exec("hi").await
        };
        let by = if is_late { "second" } else { "main" };
        run.is_one_clean_turn(&[&format!("hello from {by}")]);
    }
}

/// The next request of the turn continues the response that was served.
#[tokio::test]
async fn a_turn_continues_on_the_profile_that_served() {
    for http in [false, true] {
        let (rig, home) = bound(&["main", "second"], http).await;
        let gate = Gate::closed();
        answer_of_main(&rig, late(&gate, event::failed("usage_limit_reached", "m")));
        let call = event::custom_tool_call("call-1", &event::run_command("echo ran >> mark"));
        let answer = std::sync::Mutex::new(Some(Reply::item("resp-second-call", &call)));
        rig.upstream.when(move |seen| {
            let asks = seen.route == Route::Responses && seen.json()["generate"] != json!(false);
            let is_second = asks && seen.account() == "account-second";
            is_second.then(|| answer.lock().unwrap().take()).flatten()
        });
        let (run, ()) = tokio::join!(home.exec("write it"), open_late(&gate));
        run.is_one_clean_turn(&["hello from second"]);
        assert_eq!(fs::read_to_string(home.work().join("mark")).unwrap(), "ran\n", "ran once");
        let last = rig.upstream.attempts().pop().unwrap();
        assert_eq!(last.account(), "account-second");
        if !http {
            assert_eq!(last.previous(), Some("resp-second-call".to_owned()));
        }
    }
}

/// In the middle of a turn, after a tool has run.
#[tokio::test]
async fn a_late_failure_after_a_tool_call_goes_unnoticed() {
    for http in [false, true] {
        let (rig, home) = bound(&["main", "second"], http).await;
        let gate = Gate::closed();
        answer_of_main(&rig, late(&gate, event::failed("usage_limit_reached", "m")));
        let call = event::custom_tool_call("call-1", &event::run_command("echo ran >> mark"));
        answer_of_main(&rig, Reply::item("resp-main-call", &call));
        let (run, ()) = tokio::join!(home.exec("write it"), open_late(&gate));
        run.is_one_clean_turn(&["hello from second"]);
        assert_eq!(fs::read_to_string(home.work().join("mark")).unwrap(), "ran\n", "ran once");
    }
}

/// The failure of the only profile is passed on; the client asks again, and reads when the limit ends.
#[tokio::test]
async fn a_late_limit_of_all_is_shown_with_its_end() {
    for http in [false, true] {
        let (rig, home) = bound(&["main"], http).await;
        let gate = Gate::closed();
        let reset = rig.clock.unix() + 24 * 3600;
        let error = json!({"code": "usage_limit_reached", "message": "m", "resets_at": reset});
        answer_of_main(&rig, late(&gate, event::failed_with(&error)));
        let (run, ()) = tokio::join!(home.exec("hi"), open_late(&gate));
        assert_eq!((run.count("turn.failed"), run.count("turn.completed")), (1, 0));
        assert!(run.text.contains("ry again at Jan 16th, 2027"), "{}", run.text);
    }
}
