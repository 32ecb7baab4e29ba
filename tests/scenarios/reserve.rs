//! The model `gpt-reserve`, which upstream offers an account whose quota is
//! used up.

use rotunda_core::{Standing, quota::RESERVE_MODEL};
use rotunda_tests::{
    Plan, Reply, Rig, Route,
    client::Ask,
    eventually,
    rig::{frame, turn, user},
    upstream::usage,
};
use serde_json::{Value, json};

/// Codex's own account as the usage endpoint shows it when the reserve is offered.
fn with_reserve(account: &str, used_percent: f64, reserve_reached: bool) -> Value {
    let mut answer = usage(account, used_percent, used_percent);
    answer["additional_rate_limits"] = json!([{
        "limit_name": RESERVE_MODEL, "metered_feature": "base_model_inference",
        "normal_model_slug": "gpt-test",
        "rate_limit": {"allowed": !reserve_reached, "limit_reached": reserve_reached,
            "primary_window": null, "secondary_window": null},
    }]);
    answer
}

/// `own` is Codex's own account, out of quota and offered the reserve.
async fn rig() -> Rig {
    let rig = Plan::of(&["main", "own"]).own_sign_in("own").start().await;
    let answer = with_reserve("account-own", 100.0, false);
    rig.upstream.always_on(Route::Usage, "account-own", Reply::json(200, answer));
    eventually("the reserve is known", || !rig.status("own").model_limits.is_empty()).await;
    rig
}

fn reserve_body() -> Value {
    let mut body = turn(&[user("hi")]);
    body["model"] = RESERVE_MODEL.into();
    body
}

fn reserve(rig: &Rig, session: &str) -> Ask {
    rig.ask(&reserve_body()).header("session-id", session)
}

#[tokio::test]
async fn the_reserve_goes_to_the_profile_that_was_offered_it() {
    let rig = rig().await;
    assert_eq!(reserve(&rig, "s").answer().await.status, 200);
    assert_eq!(rig.fresh("s").answer().await.status, 200);
    assert_eq!(rig.fresh("t").answer().await.status, 200);
    assert_eq!(reserve(&rig, "s").answer().await.status, 200);
    assert_eq!(rig.upstream.tried(), ["own", "main", "main", "own"]);
}

#[tokio::test]
async fn the_reserve_goes_there_over_a_socket_too() {
    let rig = rig().await;
    let mut socket = rig.socket(&[]).await;
    socket.send(&frame(reserve_body())).await;
    socket.until("response.completed").await;
    let mut other = rig.socket(&[]).await;
    other.send(&frame(turn(&[user("hi")]))).await;
    other.until("response.completed").await;
    assert_eq!(rig.upstream.tried(), ["own", "main"]);
}

#[tokio::test]
async fn a_served_reserve_leaves_the_profile_out_for_other_models() {
    let rig = rig().await;
    rig.upstream.next("account-own", Reply::usage_limit(rig.clock.unix() + 3600));
    rig.pool.use_now(rig.id("own"));
    assert_eq!(rig.fresh("a").answer().await.status, 200);
    assert_eq!(rig.upstream.tried(), ["own", "main"]);
    assert_eq!(reserve(&rig, "a").answer().await.status, 200);
    assert!(matches!(rig.standing("own"), Standing::Resting(_)));
    assert_eq!(rig.fresh("a").answer().await.status, 200);
    assert_eq!(rig.upstream.tried()[2..], ["own", "main"]);
}

/// Refused the reserve without a word about which limit it was.
#[tokio::test]
async fn a_refused_reserve_rests_no_profile_for_other_models() {
    let rig = rig().await;
    for name in ["main", "own"] {
        let reply = Reply::usage_limit(rig.clock.unix() + 3600);
        rig.upstream.next(&format!("account-{name}"), reply);
    }
    reserve(&rig, "s").answer().await;
    assert_eq!(rig.upstream.tried(), ["own", "main"]);
    assert_eq!(rig.standing("main"), Standing::Ready);
    assert_eq!(rig.standing("own"), Standing::Ready);
    assert_eq!(rig.fresh("s").answer().await.status, 200);
    assert_eq!(rig.upstream.tried()[2..], ["main"]);
}

/// The slug beside the reserve names the model that the reserve stands in for.
#[tokio::test]
async fn an_exhausted_reserve_does_not_rest_the_model_it_stands_in_for() {
    let rig = Rig::of(&["main", "second"]).await;
    let answer = with_reserve("account-main", 10.0, true);
    rig.upstream.always_on(Route::Usage, "account-main", Reply::json(200, answer));
    eventually("the reserve is known", || !rig.status("main").model_limits.is_empty()).await;
    assert_eq!(rig.fresh("s").answer().await.status, 200);
    assert_eq!(rig.upstream.tried(), ["main"]);
}

#[tokio::test]
async fn a_reserve_that_no_profile_was_offered_is_a_model_like_any_other() {
    let rig = Rig::of(&["main", "second"]).await;
    assert_eq!(reserve(&rig, "s").answer().await.status, 200);
    assert_eq!(rig.upstream.tried(), ["main"]);
}
