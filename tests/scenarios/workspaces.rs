//! What an account's workspace demands of its requests: a region, or another
//! place for its backend. Codex behind a router does neither itself.

use rotunda_tests::{
    Reply, Rig, Route,
    client::Ask,
    event, eventually,
    rig::{frame, turn, user},
    upstream::{ScriptedUpstream, accounts},
};
use serde_json::Value;

const REGION: &str = "x-openai-account-routing-override";

/// The account's entry with one field changed.
fn demands(field: &str, value: &str) -> Value {
    let mut answer = accounts("account-main");
    answer["accounts"][0][field] = value.into();
    answer
}

async fn is_known(rig: &Rig) {
    // Quota is requested after the workspace.
    eventually("the workspace is known", || {
        rig.upstream.received_on(Route::Usage).iter().any(|seen| seen.account() == "account-main")
    })
    .await;
}

#[tokio::test]
async fn a_region_goes_with_the_requests_of_its_own_profile() {
    let rig = Rig::of(&["main", "second"]).await;
    let answer = demands("account_routing_override", "us_cr");
    rig.upstream.always_on(Route::Accounts, "account-main", Reply::json(200, answer));
    is_known(&rig).await;
    rig.fresh("s").answer().await;
    rig.upstream.next("account-main", Reply::usage_limit(rig.clock.unix() + 3600));
    rig.fresh("t").answer().await;
    let regions: Vec<_> = rig
        .upstream
        .attempts()
        .iter()
        .map(|seen| (seen.account().to_owned(), seen.header(REGION).to_owned()))
        .collect();
    let header_values = |account: &str, region: &str| (account.to_owned(), region.to_owned());
    let main = header_values("account-main", "us_cr");
    assert_eq!(regions, [main.clone(), main, header_values("account-second", "")]);
}

#[tokio::test]
async fn a_backend_on_this_machine_is_followed_over_http_and_websocket() {
    let rig = Rig::of(&["main"]).await;
    let other = ScriptedUpstream::start().await;
    let origin = format!("http://{}", other.address());
    let answer = demands("workspace_backend_origin", &origin);
    rig.upstream.always_on(Route::Accounts, "account-main", Reply::json(200, answer));
    other.always("account-main", Reply::events(event::turn("resp-main-a", "from there")));
    is_known(&rig).await;
    let answer = rig.fresh("s").answer().await;
    assert!(answer.text().contains("from there"), "{}", answer.text());
    let mut socket = rig.socket(&[]).await;
    socket.send(&frame(turn(&[user("hi")]))).await;
    socket.until("response.completed").await;
    assert_eq!(rig.upstream.attempts().len(), 0, "nothing went where it was before");
    assert!(other.attempts()[0].path.ends_with("/backend-api/codex/responses"));
}

#[tokio::test]
async fn an_unknown_backend_is_not_followed() {
    for origin in ["https://chatgpt.com", "https://evil.example", "http://10.0.0.1", "nonsense"] {
        let rig = Rig::of(&["main"]).await;
        let answer = demands("workspace_backend_origin", origin);
        rig.upstream.always_on(Route::Accounts, "account-main", Reply::json(200, answer));
        is_known(&rig).await;
        assert_eq!(rig.fresh("s").answer().await.status, 200, "{origin}");
        assert_eq!(rig.upstream.tried(), ["main"], "{origin}");
    }
}

/// A limit of one model: its requests move, everything else stays.
#[tokio::test]
async fn a_used_up_limit_of_one_model_moves_only_that_model() {
    let rig = Rig::of(&["main", "second"]).await;
    let mut usage = rotunda_tests::upstream::usage("account-main", 10.0, 10.0);
    usage["additional_rate_limits"] = serde_json::json!([{
        "limit_name": "Quick model", "metered_feature": "codex_quick", "normal_model_slug": "gpt-quick",
        "rate_limit": {"allowed": true, "limit_reached": false, "secondary_window": null,
            "primary_window": {"used_percent": 60, "limit_window_seconds": 18_000,
                "reset_at": rig.clock.unix() + 3600}},
    }]);
    rig.upstream.always_on(Route::Usage, "account-main", Reply::json(200, usage));
    eventually("the limit is known", || rig.status("main").model_limits.len() == 1).await;
    assert_eq!(rig.status("main").model_limits[0].name, "Quick model");

    let out =
        Reply::usage_limit(rig.clock.unix() + 3600).header("x-codex-active-limit", "codex-quick");
    rig.upstream.next("account-main", out);
    let quick = |session: &str| -> Ask {
        let mut body = turn(&[user("hi")]);
        body["model"] = "gpt-quick".into();
        rig.ask(&body).header("session-id", session)
    };
    assert_eq!(quick("a").answer().await.status, 200);
    assert_eq!(rig.upstream.tried(), ["main", "second"]);
    assert_eq!(quick("b").answer().await.status, 200);
    assert_eq!(rig.fresh("c").answer().await.status, 200);
    assert_eq!(rig.upstream.tried()[2..], ["second", "main"]);
    assert_eq!(rig.standing("main"), rotunda_core::Standing::Ready);
}
