//! `rotunda check --all` and `rotunda quota --raw`: each sign-in and its quota, without a turn.

use rotunda_tests::{Reply, Route, ScriptedUpstream, Whole, upstream::usage};
use serde_json::{Value, json};

async fn scene(upstream: &ScriptedUpstream, codex: &std::path::Path) -> Whole {
    let rotunda = Whole::new(upstream, codex);
    for name in ["main", "other"] {
        rotunda.add(upstream, name).await;
    }
    rotunda
}

#[tokio::test]
async fn every_profile_is_looked_at_without_a_turn() {
    let (upstream, codex) = (ScriptedUpstream::start().await, tempfile::tempdir().unwrap());
    let mut rotunda = scene(&upstream, codex.path()).await;
    for serves in [false, true] {
        if serves {
            rotunda.serve().await;
        }
        let checked = rotunda.run(&["check", "--all", "--json"]).await;
        assert_eq!(checked.code, Some(0), "{checked:?}");
        let checked = checked.json();
        assert_eq!(checked["ok"], true);
        let outcomes: Vec<_> = checked["profiles"].as_array().unwrap().iter().collect();
        assert_eq!(outcomes.len(), 2);
        assert!(outcomes.iter().all(|it| it["outcome"] == "ok"), "{checked}");
        let shown = rotunda.run(&["check", "--all"]).await;
        assert!(
            shown.out.contains("main") && shown.out.contains("The sign-in works."),
            "{shown:?}"
        );
    }
    upstream.always_on(Route::Usage, "account-other", Reply::json(500, json!({})));
    let failed = rotunda.run(&["check", "--all"]).await;
    assert_eq!(failed.code, Some(1));
    assert!(failed.err.contains("1 of 2 profiles"), "{failed:?}");
    assert!(upstream.attempts().is_empty(), "no turn was made");
    assert_eq!(rotunda.stop().await, Some(0));
}

#[tokio::test]
async fn what_the_provider_says_of_quota_is_printed_as_it_is() {
    let (upstream, codex) = (ScriptedUpstream::start().await, tempfile::tempdir().unwrap());
    let mut rotunda = scene(&upstream, codex.path()).await;
    let refused = rotunda.run(&["quota", "--raw"]).await;
    assert_eq!(refused.code, Some(1), "{refused:?}");
    rotunda.serve().await;
    let said = usage("account-main", 12.0, 34.0);
    upstream.always_on(Route::Usage, "account-main", Reply::json(200, said.clone()));
    let raw = rotunda.run(&["quota", "--raw", "--profile", "main"]).await.json();
    assert_eq!((&raw["profile"], &raw["usage"]), (&json!("main"), &said));
    let all = rotunda.run(&["quota", "--raw"]).await;
    let all: Vec<Value> = all.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(all.len(), 2, "{all:?}");
    assert_eq!(rotunda.stop().await, Some(0));
}
