//! A plan without Codex, or a deactivated workspace, heals by itself.

use std::time::Duration;

use reqwest::Method;
use rotunda_core::Standing;
use rotunda_tests::{
    Reply, Rig, Route, ScriptedUpstream, Whole,
    client::{Answer, Ask},
    event, eventually, in_time,
    rig::{frame, turn, user},
};
use serde_json::json;

use crate::verdicts::stated;

const MINUTE: Duration = Duration::from_secs(60);

#[track_caller]
fn is_served_by(answer: &Answer, name: &str) {
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert!(answer.text().contains(&format!("hello from {name}")), "{}", answer.text());
}

/// A rig whose `main` was just refused like this; its quota cannot be read.
async fn refused(reply: Reply) -> Rig {
    let rig = Rig::of(&["main", "second"]).await;
    rig.upstream.always_on(Route::Usage, "account-main", Reply::json(503, json!({})));
    rig.upstream.next("account-main", reply);
    is_served_by(&rig.fresh("s").answer().await, "second");
    assert!(rig.is_denied("main"));
    rig
}

#[tokio::test]
async fn a_plan_without_codex_is_retried_after_minutes_for_every_code() {
    for reply in [
        stated(429, "usage_not_included"),
        stated(402, "deactivated_workspace"),
        stated(403, "workspace_deactivated"),
        Reply::events([event::failed("usage_not_included", "m")]),
    ] {
        let rig = refused(reply.clone()).await;
        is_served_by(&rig.fresh("t").answer().await, "second");
        rig.clock.advance(5 * MINUTE);
        // Still refused: another one serves, and the next pause is longer.
        rig.upstream.next("account-main", reply);
        is_served_by(&rig.fresh("u").answer().await, "second");
        rig.clock.advance(6 * MINUTE);
        is_served_by(&rig.fresh("v").answer().await, "second");
        rig.clock.advance(5 * MINUTE);
        is_served_by(&rig.fresh("w").answer().await, "main");
        assert_eq!(rig.standing("main"), Standing::Ready);
    }
}

#[tokio::test]
async fn a_plan_without_codex_is_retried_over_a_socket() {
    let rig = refused(stated(429, "usage_not_included")).await;
    rig.clock.advance(5 * MINUTE);
    let mut socket = rig.socket(&[("session-id", "new")]).await;
    socket.send(&frame(turn(&[user("hi")]))).await;
    socket.until("response.completed").await;
    assert_eq!(rig.standing("main"), Standing::Ready);
    assert_eq!(rig.upstream.tried().last().map(String::as_str), Some("main"));
}

#[tokio::test]
async fn a_reading_of_its_quota_brings_it_back_at_once() {
    let rig = Rig::of(&["main", "second"]).await;
    rig.upstream.saw("the first reading", |seen| seen.route == Route::Usage).await;
    rig.upstream.next("account-main", stated(429, "usage_not_included"));
    is_served_by(&rig.fresh("s").answer().await, "second");
    rig.router.refresh_usage();
    eventually("main to be ready", || rig.standing("main") == Standing::Ready).await;
    is_served_by(&rig.fresh("t").answer().await, "main");
}

#[tokio::test]
async fn a_plan_without_codex_is_tried_at_once_when_chosen_or_pinned() {
    let rig = refused(stated(429, "usage_not_included")).await;
    rig.pool.use_now(rig.id("main"));
    is_served_by(&rig.fresh("t").answer().await, "main");

    let rig = refused(stated(429, "usage_not_included")).await;
    rig.pool.pin(Some(rig.id("main")));
    rig.upstream.next("account-main", stated(429, "usage_not_included"));
    assert_ne!(rig.fresh("t").answer().await.status, 200, "nobody else may serve");
    // It is the only one, so the next turn asks it again, without a pause.
    is_served_by(&rig.fresh("u").answer().await, "main");
}

#[tokio::test]
async fn when_every_profile_was_refused_each_turn_is_still_sent() {
    for names in [&["main"][..], &["main", "second"]] {
        let rig = Rig::of(names).await;
        for name in names {
            let account = format!("account-{name}");
            rig.upstream.always_on(Route::Usage, &account, Reply::json(503, json!({})));
            rig.upstream.next(&account, stated(429, "usage_not_included"));
        }
        assert_ne!(rig.fresh("s").answer().await.status, 200);
        is_served_by(&rig.fresh("t").answer().await, "main");
    }
}

/// As the user runs it: through a restart, a pause, and `resume`.
#[tokio::test]
async fn resume_reports_the_refusal_and_a_restart_keeps_it() {
    let upstream = ScriptedUpstream::start().await;
    let codex = tempfile::tempdir().unwrap();
    let mut rotunda = Whole::new(&upstream, codex.path());
    rotunda.add(&upstream, "main").await;
    rotunda.add(&upstream, "second").await;
    upstream.always_on(Route::Usage, "account-main", Reply::json(503, json!({})));
    rotunda.serve().await;
    let ask = |rotunda: &Whole| {
        let url = format!("{}/responses", rotunda.codex_url());
        Ask::new(Method::POST, url.parse().unwrap()).json(&turn(&[user("hi")]))
    };
    assert_eq!(rotunda.run(&["use", "main"]).await.code, Some(0));
    upstream.next("account-main", stated(429, "usage_not_included"));
    is_served_by(&ask(&rotunda).answer().await, "second");
    let standing = async |rotunda: &Whole| {
        let profiles = rotunda.run(&["profiles", "--json"]).await.json();
        profiles[0].clone()
    };
    let main = standing(&rotunda).await;
    assert_eq!(main["standing"], "not_entitled", "{main}");
    assert!(main["until"].is_i64(), "its state has a time: {main}");
    assert_eq!(rotunda.run(&["pause", "main"]).await.code, Some(0));
    assert_eq!(rotunda.stop().await, Some(0));
    rotunda.serve().await;
    assert_eq!(standing(&rotunda).await["standing"], "paused");
    let ran = rotunda.run(&["resume", "main"]).await;
    assert!(!ran.out.contains("back in rotation"), "{ran:?}");
    assert!(ran.out.contains("plan does not include Codex"), "{ran:?}");
    assert!(ran.out.contains("tried again with the next request"), "{ran:?}");
    assert_eq!(standing(&rotunda).await["standing"], "not_entitled");
    // Resumed, it is tried with the next turn that may go there.
    assert_eq!(rotunda.run(&["pause", "second"]).await.code, Some(0));
    is_served_by(&ask(&rotunda).answer().await, "main");
    in_time("main to be shown as ready", async {
        while standing(&rotunda).await["standing"] != "ready" {}
    })
    .await;
    let ran = rotunda.run(&["resume", "second"]).await;
    assert!(ran.out.contains("second is back in rotation."), "{ran:?}");
    assert_eq!(rotunda.stop().await, Some(0));
}
