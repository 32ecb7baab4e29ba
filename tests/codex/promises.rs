//! What turns get from several profiles, tested with the real client.

use reqwest::Method;
use rotunda_tests::{Reply, Route, client::Ask, in_time, upstream::ANYONE};
use serde_json::{Value, json};

use crate::{client::OWN_ACCOUNT, whole::Machine};

/// A 4xx that no rule knows, over HTTP and over a socket: another profile is
/// tried, and the client sees one completed turn.
#[tokio::test]
async fn an_unknown_refusal_of_one_account_costs_nothing() {
    for (is_http, status) in [(false, 418), (false, 403), (true, 418), (true, 403)] {
        let machine = Machine::bound(&["main", "second"]).await;
        machine.run(&["use", "main"]).await;
        if is_http {
            machine.upstream.always_on(Route::Upgrade, ANYONE, Reply::json(426, json!({})));
        }
        machine.upstream.always(
            "account-main",
            Reply::error(status, "workspace_policy_77", "This workspace may not do this."),
        );
        machine.home.exec("hi").await.is_one_clean_turn(&["hello from second"]);
        assert!(machine.upstream.tried().contains(&"main".to_owned()), "{is_http} {status}");
        machine.kept_its_secrets();
    }
}

fn list_of(slug: &str) -> Reply {
    Reply::json(200, json!({"models": [{"slug": slug}]})).header("etag", &format!("\"{slug}\""))
}

/// Waits until the router offers these models.
async fn models_are(machine: &Machine, slugs: &[&str]) {
    loop {
        let url = machine.router_url("/codex/models?client_version=9.9.9");
        let list = Ask::new(Method::GET, url).answer().await.json();
        let models = list["models"].as_array().cloned().unwrap_or_default();
        let found: Vec<_> = models.iter().map(|model| model["slug"].clone()).collect();
        if slugs.iter().all(|slug| found.contains(&json!(slug))) {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn a_model_is_served_by_the_profile_that_offers_it() {
    let machine = Machine::bound(&["main", "second"]).await;
    machine.run(&["use", "main"]).await;
    machine.upstream.always_on(Route::Models, "account-main", list_of("gpt-of-main"));
    machine.upstream.always_on(Route::Models, "account-second", list_of("gpt-of-second"));
    in_time("both lists", models_are(&machine, &["gpt-of-main", "gpt-of-second"])).await;
    for (model, expected) in [("gpt-of-second", "second"), ("gpt-of-main", "main")] {
        let run = machine.home.exec_with(&["-m", model], "hi").await;
        assert_eq!(run.messages(), [format!("hello from {expected}")], "{}", run.text);
        assert_eq!(run.count("turn.completed"), 1, "{}", run.text);
    }
    let last: Value = machine.upstream.attempts().pop().unwrap().json();
    assert_eq!(last["model"], "gpt-of-main");
}

/// What Codex asks below its base without the router knowing it. The address
/// and the sign-in are those that the client has after binding.
#[tokio::test]
async fn paths_of_newer_features_are_forwarded_with_a_profile() {
    let machine = Machine::bound(&["main"]).await;
    let own = rotunda_tests::jwt::access(OWN_ACCOUNT, 1, rotunda_tests::jwt::FAR);
    let base = machine.bound_address();
    for (method, path) in [
        (Method::POST, "live"),
        (Method::GET, "live/calls/1"),
        (Method::POST, "alpha/notes/search"),
        (Method::PUT, "alpha/notes/1"),
        (Method::DELETE, "alpha/history/1"),
    ] {
        machine.upstream.next_on(
            Route::Other,
            "account-main",
            Reply::json(200, json!({"ok": path})),
        );
        let url = format!("{base}/{path}").parse().unwrap();
        let request = Ask::new(method.clone(), url)
            .header("authorization", &format!("Bearer {own}"))
            .header("chatgpt-account-id", OWN_ACCOUNT)
            .json(&json!({}));
        let answer = request.answer().await;
        assert_eq!((answer.status.as_u16(), answer.json()), (200, json!({"ok": path})), "{method}");
        let seen = machine.upstream.received_on(Route::Other).pop().unwrap();
        assert!(seen.path.ends_with(&format!("/backend-api/codex/{path}")), "{}", seen.path);
        assert_eq!(seen.account(), "account-main");
    }
    machine.kept_its_secrets();
}
