//! What is left: learnt from turns and from the usage endpoint.

use reqwest::Method;
use rotunda_core::{Event, Standing, profile::WindowKind};
use rotunda_tests::{
    Reply, Rig, Route,
    client::Ask,
    event, eventually,
    rig::{frame, turn, user},
    upstream::{ANYONE, usage},
};
use serde_json::json;

const HOUR: u64 = 3600;

/// Left of a window, as the pool knows it.
fn used(rig: &Rig, name: &str, kind: WindowKind) -> Option<f64> {
    let usage = rig.status(name).usage?;
    usage.window(kind).map(|window| window.used_percent)
}

fn is(used: Option<f64>, percent: f64) -> bool {
    used.is_some_and(|used| (used - percent).abs() < 0.01)
}

fn quiet(rig: &Rig) {
    rig.upstream.always_on(Route::Usage, ANYONE, Reply::json(500, json!({})));
}

#[tokio::test]
async fn windows_in_the_headers_of_a_turn_are_identified_by_length() {
    let rig = Rig::of(&["main"]).await;
    quiet(&rig);
    // Primary and secondary change places: only the length says which is which.
    let reply = Reply::turn("resp-main-a", "hi")
        .header("x-codex-primary-used-percent", "61")
        .header("x-codex-primary-window-minutes", "10080")
        .header("x-codex-secondary-used-percent", "17.5")
        .header("x-codex-secondary-window-minutes", "300");
    rig.upstream.next("account-main", reply);
    rig.fresh("s").answer().await;
    assert!(is(used(&rig, "main", WindowKind::Week), 61.0), "{:?}", rig.status("main").usage);
    assert!(is(used(&rig, "main", WindowKind::FiveHours), 17.5));
}

#[tokio::test]
async fn a_weekly_only_plan_is_understood() {
    let rig = Rig::of(&["main"]).await;
    quiet(&rig);
    let reply = Reply::turn("resp-main-a", "hi")
        .header("x-codex-primary-used-percent", "5")
        .header("x-codex-primary-window-minutes", "10080");
    rig.upstream.next("account-main", reply);
    rig.fresh("s").answer().await;
    assert!(is(used(&rig, "main", WindowKind::Week), 5.0));
    assert_eq!(used(&rig, "main", WindowKind::FiveHours), None);
}

#[tokio::test]
async fn quota_is_read_from_events_of_streams_and_sockets() {
    let rig = Rig::of(&["main"]).await;
    quiet(&rig);
    let reset = rig.clock.unix() + HOUR;
    let mut events = event::turn("resp-main-a", "hi");
    events.insert(1, event::rate_limits(33.0, 44.0, reset));
    rig.upstream.next("account-main", Reply::events(events));
    rig.fresh("s").answer().await;
    assert!(is(used(&rig, "main", WindowKind::FiveHours), 33.0));

    let mut events = event::turn("resp-main-b", "hi");
    events.insert(5, event::rate_limits(55.0, 44.0, reset));
    rig.upstream.next("account-main", Reply::events(events));
    let mut socket = rig.socket(&[]).await;
    socket.send(&frame(turn(&[user("hi")]))).await;
    socket.until("response.completed").await;
    eventually("the reading", || is(used(&rig, "main", WindowKind::FiveHours), 55.0)).await;
}

#[tokio::test]
async fn quota_is_read_from_the_headers_of_a_refusal() {
    let rig = Rig::of(&["main", "second"]).await;
    quiet(&rig);
    let reply = Reply::usage_limit(rig.clock.unix() + HOUR)
        .header("x-codex-primary-used-percent", "100")
        .header("x-codex-primary-window-minutes", "300");
    rig.upstream.next("account-main", reply);
    rig.fresh("s").answer().await;
    assert!(is(used(&rig, "main", WindowKind::FiveHours), 100.0), "{:?}", rig.status("main").usage);
}

#[tokio::test]
async fn the_usage_request_has_the_credentials_of_the_profile() {
    let rig = Rig::of(&["main"]).await;
    rig.upstream.always_on(
        Route::Usage,
        "account-main",
        Reply::json(200, usage("account-main", 12.0, 34.0)),
    );
    eventually("a reading", || is(used(&rig, "main", WindowKind::Week), 34.0)).await;
    let request = &rig.upstream.received_on(Route::Usage)[0];
    assert_eq!(
        (request.bearer(), request.account()),
        (rig.bearer("main").as_str(), "account-main")
    );
    assert!(request.path.ends_with("/backend-api/wham/usage"), "{}", request.path);
}

/// Lesson 11 and 70: strange answers break nothing.
#[tokio::test]
async fn strange_usage_answers_are_survived() {
    let strange = [
        json!(null),
        json!({"rate_limit": null}),
        json!({"rate_limit": {"primary_window": {"used_percent": "many"}}}),
        json!({"rate_limit": {"primary_window": {"used_percent": 1e300, "limit_window_seconds": -1}}}),
        json!({"rate_limit": {"primary_window": {"used_percent": 5, "limit_window_seconds": 18000, "reset_at": 1e18}}}),
        json!([1, 2, 3]),
    ];
    for body in strange {
        let rig = Rig::of(&["main"]).await;
        rig.upstream.always_on(Route::Usage, ANYONE, Reply::json(200, body.clone()));
        eventually("a question", || {
            rig.upstream.received_on(Route::Usage).iter().any(rotunda_tests::Received::finished)
        })
        .await;
        assert_eq!(rig.fresh("s").answer().await.status, 200, "{body}");
        assert_eq!(rig.standing("main"), Standing::Ready, "{body}");
    }
}

/// The client's own questions are answered with what the pool has.
#[tokio::test]
async fn usage_routes_are_answered_with_the_pool_s_best_view() {
    let rig = Rig::of(&["main", "second"]).await;
    rig.upstream.always_on(
        Route::Usage,
        "account-main",
        Reply::json(200, usage("account-main", 90.0, 80.0)),
    );
    rig.upstream.always_on(
        Route::Usage,
        "account-second",
        Reply::json(200, usage("account-second", 20.0, 30.0)),
    );
    eventually("both readings", || {
        ["main", "second"].iter().all(|name| rig.status(name).usage.is_some())
    })
    .await;
    for path in ["/api/codex/usage", "/backend-api/wham/usage"] {
        let answer = Ask::new(Method::GET, rig.keyed(path)).answer().await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        let limit = &answer.json()["rate_limit"];
        assert_eq!(
            (&limit["allowed"], &limit["limit_reached"]),
            (&json!(true), &json!(false)),
            "{limit}"
        );
        assert!(limit["primary_window"]["used_percent"].is_i64(), "{limit}");
        assert!(!answer.text().contains('@'), "lesson 6: {}", answer.text());
    }
}

#[tokio::test]
async fn the_usage_answer_names_the_account_of_the_client_itself() {
    let rig = Rig::of(&["main"]).await;
    let token = rotunda_tests::jwt::access("account-own", 1, rotunda_tests::jwt::FAR);
    let request = Ask::new(Method::GET, rig.keyed("/backend-api/wham/usage"))
        .header("authorization", &format!("Bearer {token}"))
        .header("chatgpt-account-id", "account-own");
    let answer = request.answer().await.json();
    assert_eq!(answer["account_id"], "account-own");
    assert_eq!(answer["user_id"], "user-account-own");
}

/// A limit is reported only when every profile is out of quota.
#[tokio::test]
async fn the_usage_answer_reports_a_limit_when_all_are_out() {
    let rig = Rig::of(&["main", "second"]).await;
    quiet(&rig);
    let ask = || Ask::new(Method::GET, rig.keyed("/backend-api/wham/usage"));
    for (name, reached) in [("main", false), ("second", true)] {
        let reply = Reply::usage_limit(rig.clock.unix() + 3600);
        rig.upstream.next(&rotunda_tests::rig::account(name), reply);
        rig.fresh("s").answer().await;
        let answer = ask().answer().await.json();
        let limit = &answer["rate_limit"];
        assert_eq!(
            (&limit["allowed"], &limit["limit_reached"]),
            (&json!(!reached), &json!(reached))
        );
        assert_eq!(answer["rate_limit_reached_type"].is_null(), !reached, "{answer}");
    }
}

/// Users' complaint D4: after an early reset a profile is used again at once.
#[tokio::test]
async fn an_early_reset_is_believed_after_two_readings() {
    let rig = Rig::of(&["main", "second"]).await;
    quiet(&rig);
    rig.upstream.next("account-main", Reply::usage_limit(rig.clock.unix() + 100 * HOUR));
    rig.fresh("s").answer().await;
    assert!(matches!(rig.standing("main"), Standing::Resting(_)));
    rig.upstream.always_on(
        Route::Usage,
        "account-main",
        Reply::json(200, usage("account-main", 3.0, 3.0)),
    );
    let main = rig.id("main");
    for reading in 0..2 {
        assert!(matches!(rig.standing("main"), Standing::Resting(_)), "after {reading} readings");
        let before = rig.upstream.received_on(Route::Usage).len();
        rig.router.refresh_usage();
        eventually("a reading", || {
            let requests = rig.upstream.received_on(Route::Usage);
            requests[before..]
                .iter()
                .any(|seen| seen.account() == "account-main" && seen.finished())
        })
        .await;
    }
    eventually("main to be ready", || rig.standing("main") == Standing::Ready).await;
    rig.wait_for_event("the recovery", |event| *event == Event::Recovered { profile: main }).await;
}
