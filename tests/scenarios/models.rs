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
    eventually("the refreshed catalogue", || rig.upstream.received_on(Route::Models)[1].finished())
        .await;
    let mut third = models(&rig).await;
    while third.header("etag") != "\"2\"" {
        tokio::task::yield_now().await;
        third = models(&rig).await;
    }
    assert_eq!(third.json()["models"][0]["slug"], "two");
}

/// A refused token is renewed, and the list fetched with the new one.
#[tokio::test]
async fn a_refused_token_is_renewed_for_a_list() {
    let rig = Rig::of(&["main"]).await;
    rig.upstream.refuse_bearer(&rig.bearer("main"));
    rig.upstream.always_on(Route::Models, "account-main", catalogue("one", "\"1\""));
    assert_eq!(models(&rig).await.json()["models"][0]["slug"], "one");
    assert_eq!(rig.upstream.issuer().offers("account-main"), 1);
    assert_ne!(rig.standing("main"), rotunda_core::Standing::NeedsSignIn);
}

/// Where lists refuse what everything else accepts, the token is renewed once and not for each list.
#[tokio::test]
async fn a_list_that_refuses_each_token_renews_one() {
    let rig = impatient().await;
    let refused = Reply::error(401, "token_expired", "m");
    rig.upstream.always_on(Route::Models, "account-main", refused);
    for _ in 0..4 {
        assert_eq!(models(&rig).await.json()["models"], json!([]));
        // A token is renewed once in a minute at most, whatever the reason.
        rig.clock.advance(Duration::from_secs(120));
    }
    assert_eq!(rig.upstream.issuer().offers("account-main"), 1);
    assert_eq!(rig.fresh("s").answer().await.status, 200);
}

#[tokio::test]
async fn a_failed_refresh_leaves_the_catalogue_as_it_was() {
    let rig = impatient().await;
    rig.upstream.next_on(Route::Models, "account-main", catalogue("one", "\"1\""));
    models(&rig).await;
    rig.upstream.always_on(Route::Models, "account-main", Reply::json(500, json!({})));
    models(&rig).await;
    eventually("a refresh", || rig.upstream.received_on(Route::Models).len() > 1).await;
    assert_eq!(models(&rig).await.json()["models"][0]["slug"], "one");
}

/// Each account has models of its own: the client sees all of them, and a turn goes to a profile
/// that offers its model.
#[tokio::test]
async fn the_list_is_what_all_profiles_offer() {
    let rig = Rig::of(&["main", "second"]).await;
    rig.upstream.always_on(Route::Models, "account-main", catalogue("of-main", "\"m\""));
    rig.upstream.always_on(Route::Models, "account-second", catalogue("of-second", "\"s\""));
    let list = models(&rig).await;
    let list_json = list.json();
    let slugs: Vec<_> =
        list_json["models"].as_array().unwrap().iter().map(|it| it["slug"].clone()).collect();
    assert_eq!(slugs, ["of-main", "of-second"]);
    assert_eq!(models(&rig).await.header("etag"), list.header("etag"), "the same list, one tag");
    for (model, profile) in [("of-second", "second"), ("of-main", "main")] {
        let mut body = rotunda_tests::rig::turn(&[rotunda_tests::rig::user("hi")]);
        body["model"] = model.into();
        let answer = rig.ask(&body).answer().await;
        assert!(answer.text().contains(&format!("hello from {profile}")), "{}", answer.text());
    }
    assert_eq!(models(&rig).await.header("etag"), list.header("etag"), "after both have served");
}

/// Codex fetches the list again whenever the tag of an answer differs from the one it has.
#[tokio::test]
async fn the_tag_of_an_answer_is_that_of_the_list_for_all() {
    let rig = Rig::of(&["main", "second"]).await;
    rig.upstream.always_on(Route::Models, "account-main", catalogue("of-main", "\"m\""));
    rig.upstream.always_on(Route::Models, "account-second", catalogue("of-second", "\"s\""));
    let tag = models(&rig).await.header("etag").to_owned();
    let answer = Reply::turn("r", "hello").header("x-models-etag", "\"m\"");
    rig.upstream.always("account-main", answer);
    assert_eq!(rig.fresh("a").answer().await.header("x-models-etag"), tag);
}

/// A list that is known serves all while upstream is away.
#[tokio::test]
async fn a_known_list_outlives_the_rest_of_its_profile() {
    let rig = Rig::of(&["main", "second"]).await;
    rig.upstream.always_on(Route::Models, "account-main", catalogue("one", "\"1\""));
    rig.upstream.always_on(Route::Models, "account-second", Reply::json(500, json!({})));
    models(&rig).await;
    rig.upstream.next("account-main", Reply::usage_limit(rig.clock.unix() + 3600));
    rig.fresh("s").answer().await;
    rig.upstream.always_on(Route::Models, "account-main", Reply::json(500, json!({})));
    assert_eq!(models(&rig).await.json()["models"][0]["slug"], "one");
    let other = Ask::new(Method::GET, rig.keyed("/codex/models?client_version=9.9.9"));
    assert_eq!(other.answer().await.json()["models"][0]["slug"], "one", "another client version");
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
