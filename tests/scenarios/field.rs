//! What the field does to a turn, over HTTP and over WebSocket: it is served as long as a profile
//! could serve it.

use std::time::Duration;

use rotunda_core::Standing;
use rotunda_tests::{
    Gate, Plan, Reply, Rig, Route, Step,
    client::Incoming,
    event,
    rig::{frame, turn, user},
    upstream::ANYONE,
};
use serde_json::json;

use crate::verdicts::{failures, stated};

/// How the client speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Http,
    Socket,
}

const WAYS: [Way; 2] = [Way::Http, Way::Socket];

/// A fresh turn, as the client sees it: status of an error or 200, and all its text.
async fn ask(rig: &Rig, way: Way) -> (u64, String) {
    match way {
        Way::Http => {
            let answer = rig.fresh("s").answer().await;
            (answer.status.as_u16().into(), answer.text())
        }
        Way::Socket => {
            let mut socket = rig.socket(&[("session-id", "s")]).await;
            socket.send(&frame(turn(&[user("hi")]))).await;
            let (mut status, mut text) = (200, String::new());
            loop {
                let event = socket.event().await;
                text.push_str(&event.to_string());
                match event["type"].as_str() {
                    Some("response.completed" | "response.failed") => return (status, text),
                    Some("error") => {
                        status = event["status"].as_u64().unwrap_or_default();
                        return (status, text);
                    }
                    _ => {}
                }
            }
        }
    }
}

/// Something before upstream says that it is away: a page over HTTP, a frame over a socket.
fn gateway(way: Way) -> Reply {
    match way {
        Way::Http => Reply::text(502, "text/html", "<html>bad gateway</html>"),
        Way::Socket => stated(502, "bad_gateway"),
    }
}

#[track_caller]
fn is_served(rig: &Rig, (status, text): &(u64, String), by: &str, what: &str) {
    assert_eq!(*status, 200, "{what}: {text}");
    assert!(text.contains(&format!("hello from {by}")), "{what}: {text}");
    assert_eq!(rig.pool.view().missed, 0, "{what}");
}

/// Section 2: events without output hold nothing up and commit nothing.
#[tokio::test]
async fn a_failure_after_events_without_output_rotates() {
    let quiet = [
        event::created("r"),
        event::in_progress("r"),
        json!({"type": "response.queued"}),
        json!({"type": "codex.rate_limits", "rate_limits": {}}),
        json!({"type": "codex.response.metadata", "x": 1}),
        json!({"type": "responsesapi.websocket_timing"}),
        json!({"type": "response.metadata", "headers": {}}),
        json!({"type": "ping"}),
        json!({"type": "response.heartbeat"}),
        json!({"type": "something.that.is.new", "n": 1}),
    ];
    for way in WAYS {
        for failure in failures() {
            let rig = Rig::of(&["main", "second"]).await;
            let mut events = quiet.to_vec();
            events.push(failure.clone());
            rig.upstream.next("account-main", Reply::events(events));
            let served = ask(&rig, way).await;
            is_served(&rig, &served, "second", &format!("{way:?} {failure}"));
            assert!(
                !served.1.contains("\"id\":\"r\""),
                "nothing of the first answer: {}",
                served.1
            );
            let created = served.1.matches("\"type\":\"response.created\"").count();
            assert_eq!(created, 1, "{}", served.1);
        }
    }
}

/// Section 3: a limit in a stream is one, whether its connection is closed, cut or silent then.
#[tokio::test]
async fn a_failure_counts_whatever_follows_it() {
    for way in WAYS {
        for after in [Step::Stall, Step::Close(1000, "over"), Step::Close(1011, "no"), Step::Cut] {
            let rig = Rig::of(&["main", "second"]).await;
            let failed = event::failed("usage_limit_reached", "m");
            let reply = Reply::events([event::created("r"), failed]).then(after.clone());
            rig.upstream.next("account-main", reply);
            let what = format!("{way:?} {after:?}");
            is_served(&rig, &ask(&rig, way).await, "second", &what);
            assert!(matches!(rig.standing("main"), Standing::Resting(_)), "{what}");
        }
    }
}

/// However long the pause between them is, up to a minute.
#[tokio::test]
async fn a_failure_after_seconds_without_output_rotates() {
    for way in WAYS {
        let rig = Rig::of(&["main", "second"]).await;
        let gate = Gate::closed();
        let reply = Reply::events([event::created("r")])
            .pass(&gate)
            .then_events([event::in_progress("r"), event::failed("usage_limit_reached", "m")]);
        rig.upstream.next("account-main", reply);
        let opens = async {
            gate.reached().await;
            // Longer than the five seconds after which a turn used to be committed.
            tokio::time::sleep(Duration::from_millis(5200)).await;
            gate.open();
        };
        let (served, ()) = tokio::join!(ask(&rig, way), opens);
        is_served(&rig, &served, "second", &format!("{way:?}"));
    }
}

/// Section 1: a refusal that is not known, over both.
#[tokio::test]
async fn a_refusal_of_one_account_is_met_by_another() {
    for way in WAYS {
        for (status, code) in [(400, "odd"), (402, "x"), (403, "policy"), (404, "y"), (451, "z")] {
            let rig = Rig::of(&["main", "second"]).await;
            rig.upstream.always("account-main", stated(status, code));
            for _ in 0..2 {
                is_served(&rig, &ask(&rig, way).await, "second", &format!("{way:?} {status}"));
            }
            assert_eq!(rig.upstream.tried().iter().filter(|it| *it == "main").count(), 1);
            let rig = Rig::of(&["main", "second"]).await;
            rig.upstream.always(ANYONE, stated(status, code));
            let (seen, text) = ask(&rig, way).await;
            assert_eq!(seen, u64::from(status), "{way:?} {text}");
            assert!(text.contains(code), "as received: {text}");
        }
    }
}

/// One, two and seven profiles: the last one serves.
#[tokio::test]
async fn the_last_profile_that_could_serve_is_tried() {
    let names = ["a", "b", "c", "d", "e", "f", "g"];
    for way in WAYS {
        for (reply, what) in [
            (stated(429, "usage_limit_reached"), "quota"),
            (stated(503, "server_is_overloaded"), "overload"),
            (stated(404, "model_not_found"), "model"),
            (stated(403, "usage_not_included"), "entitlement"),
        ] {
            let rig = Rig::of(&names).await;
            for name in &names[..6] {
                rig.upstream.always(&format!("account-{name}"), reply.clone());
            }
            is_served(&rig, &ask(&rig, way).await, "g", &format!("{way:?} {what}"));
        }
    }
}

/// Section 1, "Trouble is shared": the way is away for a moment.
#[tokio::test]
async fn trouble_on_the_way_that_passes_costs_no_turn_and_rests_no_profile() {
    for way in WAYS {
        for names in [&["main"][..], &["main", "second"]] {
            let rig = Rig::of(names).await;
            for name in names {
                rig.upstream.next(&format!("account-{name}"), gateway(way));
            }
            let (status, text) = ask(&rig, way).await;
            assert_eq!(status, 200, "{way:?} {text}");
            for name in names {
                assert_eq!(rig.standing(name), Standing::Ready, "{way:?} {name}");
            }
            assert_eq!(rig.pool.view().missed, 0);
        }
    }
}

/// A router whose only profile may have one request, and that request under way until the gate
/// opens.
async fn full() -> (Rig, Incoming, Gate) {
    let mut plan = Plan::of(&["main"]);
    plan.rules.hard_cap = 1;
    let rig = plan.limits(|limits| limits.search = Duration::from_secs(20)).start().await;
    let gate = Gate::closed();
    let reply = Reply::events([event::delta("one")]).pass(&gate);
    rig.upstream.next("account-main", reply.then_events([event::completed("r1")]));
    let mut first = rig.fresh("first").head().await;
    first.until("one").await;
    (rig, first, gate)
}

/// Caps that are full make a request wait for a place, in its order.
#[tokio::test]
async fn a_request_beyond_the_cap_waits_for_a_place() {
    for way in WAYS {
        let (rig, first, gate) = full().await;
        let second = async {
            let served = ask(&rig, way).await;
            is_served(&rig, &served, "main", &format!("{way:?}"));
        };
        let ends = async {
            tokio::time::sleep(Duration::from_millis(300)).await;
            assert_eq!(rig.upstream.attempts().len(), 1, "the cap holds over both");
            gate.open();
            first.read_to_end().await;
        };
        tokio::join!(second, ends);
    }
}

/// Section 3: a socket of one profile that is closed at once, or refused.
#[tokio::test]
async fn a_socket_that_is_closed_or_refused_goes_to_the_next_profile() {
    for code in [1008, 1011, 1013] {
        let rig = Rig::of(&["main", "second"]).await;
        rig.upstream.always("account-main", Reply::events([]).then(Step::Close(code, "no")));
        for _ in 0..2 {
            is_served(&rig, &ask(&rig, Way::Socket).await, "second", &code.to_string());
        }
        assert_eq!(rig.upstream.tried().iter().filter(|it| *it == "main").count(), 1, "{code}");
        is_served(&rig, &ask(&rig, Way::Socket).await, "second", "its sockets rest");
    }
    for status in [401, 403, 404, 500] {
        let rig = Rig::of(&["main", "second"]).await;
        rig.upstream.always_on(Route::Upgrade, "account-main", stated(status, "no"));
        is_served(&rig, &ask(&rig, Way::Socket).await, "second", &status.to_string());
        let answer = rig.fresh("another").answer().await;
        assert!(answer.text().contains("hello from main"), "HTTP is not concerned");
    }
}

/// A turn that no profile can serve ends in an error, and none was missed.
#[tokio::test]
async fn an_error_of_all_misses_no_profile() {
    for way in WAYS {
        for reply in [stated(429, "usage_limit_reached"), stated(403, "odd"), gateway(way)] {
            let rig = Rig::of(&["main", "second"]).await;
            rig.upstream.always(ANYONE, reply);
            let (status, text) = ask(&rig, way).await;
            assert_ne!(status, 200, "{text}");
            assert_eq!(rig.pool.view().missed, 0, "{way:?} {text}");
        }
    }
}

#[tokio::test]
async fn a_burst_is_waited_out_and_then_another_profile_serves() {
    for way in WAYS {
        let rig = Rig::of(&["main", "second"]).await;
        let burst = Reply::json(429, json!({"error": {"message": "Too Many Requests"}}));
        rig.upstream.always("account-main", burst.header("retry-after", "1"));
        is_served(&rig, &ask(&rig, way).await, "second", &format!("{way:?}"));
        assert_eq!(rig.standing("main"), Standing::Ready);
        assert_eq!(rig.upstream.tried(), ["main", "main", "second"]);
    }
}

/// A client that leaves while it waits leaves nothing behind.
#[tokio::test]
async fn a_client_that_leaves_while_it_waits_holds_no_place() {
    let (rig, first, gate) = full().await;
    let waiting = tokio::spawn(rig.fresh("second").try_head());
    tokio::time::sleep(Duration::from_millis(200)).await;
    waiting.abort();
    gate.open();
    first.read_to_end().await;
    let served: (u64, String) = ask(&rig, Way::Http).await;
    is_served(&rig, &served, "main", "the place is free");
    let is_idle = || rig.pool.view().profiles.iter().all(|status| status.in_flight == 0);
    rotunda_tests::eventually("no request in flight", is_idle).await;
}
