//! The catalogue: fetched once per profile, then answered at once.

use std::time::Duration;

use reqwest::Method;
use rotunda_tests::{
    Gate, Plan, Reply, Rig, Route,
    client::{Answer, Ask},
    eventually,
};
use serde_json::json;

async fn models(rig: &Rig) -> Answer {
    Ask::new(Method::GET, rig.keyed("/codex/models?client_version=0.169.0")).answer().await
}

/// A router to which every catalogue is old at once.
async fn impatient() -> Rig {
    Plan::of(&["main"]).limits(|limits| limits.models_age = Duration::ZERO).start().await
}

fn catalogue(name: &str, etag: &str) -> Reply {
    Reply::json(200, json!({"models": [{"slug": name}]})).header("etag", etag)
}

#[tokio::test]
async fn a_known_catalogue_is_answered_while_upstream_thinks() {
    let rig = impatient().await;
    rig.upstream.next_on(Route::Models, "account-main", catalogue("one", "\"1\""));
    let first = models(&rig).await;
    assert_eq!(
        (first.json()["models"][0]["slug"].as_str(), first.header("etag")),
        (Some("one"), "\"1\"")
    );

    let gate = Gate::closed();
    rig.upstream.always_on(
        Route::Models,
        "account-main",
        catalogue("two", "\"2\"").head_after(&gate),
    );
    let second = models(&rig).await;
    assert_eq!((&second.json(), second.header("etag")), (&first.json(), "\"1\""));
    gate.reached().await;
    gate.open();
    eventually("the refreshed catalogue", || rig.upstream.seen_on(Route::Models)[1].finished())
        .await;
    let mut third = models(&rig).await;
    while third.header("etag") != "\"2\"" {
        tokio::task::yield_now().await;
        third = models(&rig).await;
    }
    assert_eq!(third.json()["models"][0]["slug"], "two");
}

#[tokio::test]
async fn a_failed_refresh_leaves_the_catalogue_as_it_was() {
    let rig = impatient().await;
    rig.upstream.next_on(Route::Models, "account-main", catalogue("one", "\"1\""));
    models(&rig).await;
    rig.upstream.always_on(Route::Models, "account-main", Reply::json(500, json!({})));
    models(&rig).await;
    eventually("a refresh", || rig.upstream.seen_on(Route::Models).len() > 1).await;
    assert_eq!(models(&rig).await.json()["models"][0]["slug"], "one");
}

/// Each account has models of its own.
#[tokio::test]
async fn catalogues_are_kept_per_profile() {
    let rig = Rig::of(&["main", "second"]).await;
    rig.upstream.always_on(Route::Models, "account-main", catalogue("of-main", "\"m\""));
    rig.upstream.always_on(Route::Models, "account-second", catalogue("of-second", "\"s\""));
    rig.fresh("a").answer().await;
    assert_eq!(models(&rig).await.json()["models"][0]["slug"], "of-main");
    rig.pool.use_now(rig.id("second"));
    rig.fresh("b").answer().await;
    assert_eq!(models(&rig).await.json()["models"][0]["slug"], "of-second");
}

/// 500 costs the client 9 s at every start, a hang 15 s: it gets a quick answer instead.
#[tokio::test]
async fn the_first_catalogue_may_fail_without_hurting_the_client() {
    let rig = Rig::of(&["main", "second"]).await;
    rig.upstream.always_on(Route::Models, "account-main", Reply::json(500, json!({})));
    let answer = models(&rig).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert!(answer.json()["models"].is_array());
}

#[tokio::test]
async fn a_client_without_profiles_gets_an_empty_catalogue() {
    let rig = Rig::of(&[]).await;
    let answer = models(&rig).await;
    assert_eq!((answer.status.as_u16(), answer.json()), (200, json!({"models": []})));
}
