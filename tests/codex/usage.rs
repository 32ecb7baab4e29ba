//! What the real client reads of the pool's usage, and what it does when its
//! own account is out.

use reqwest::Method;
use rotunda_tests::{Reply, Route, client::Ask, eventually, upstream::usage};
use serde_json::{Value, json};

use crate::{app_server::AppServer, client::OWN_ACCOUNT, whole::Machine};

/// The client takes no time behind January 2038.
const SOON: u32 = 2_100_000_000;

/// What the router answers on a path of its own below the key.
async fn router_answer(machine: &Machine, path: &str) -> Value {
    Ask::new(Method::GET, machine.router_url(path)).answer().await.json()
}

/// Waits until the router has read the quota of the profile that serves.
async fn usage_is_read(machine: &Machine) {
    loop {
        let answer = router_answer(machine, "/backend-api/wham/usage").await;
        if answer["rate_limit"]["primary_window"].is_object() {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}

/// Both names of the usage endpoint: which one the client asks depends on
/// whether its base ends in `/backend-api`.
#[tokio::test]
async fn the_pool_s_usage_is_read_by_the_client() {
    for base in ["/backend-api", ""] {
        let machine = Machine::bound(&["main"]).await;
        rotunda_tests::in_time("a reading", usage_is_read(&machine)).await;
        // Rotunda would take such a line out of `config.toml`.
        let setting = format!("chatgpt_base_url=\"{}\"", machine.router_url(base));
        let mut app = AppServer::with(&machine.home, &["-c", &setting]).await;
        let read = app.call("account/rateLimits/read", json!({})).await;
        let limits = &read["rateLimits"];
        assert_eq!(limits["primary"]["usedPercent"], 10, "{base:?}: {read}");
        assert_eq!(limits["secondary"]["usedPercent"], 10, "{base:?}: {read}");
        assert_eq!(limits["primary"]["windowDurationMins"], 300, "{base:?}: {read}");
        assert_eq!(limits["planType"], "plus", "{base:?}: {read}");
    }
}

/// The usage of the client's own account when upstream offers it the reserve.
pub(crate) fn out_with_reserve() -> Value {
    let mut answer = usage(OWN_ACCOUNT, 100.0, 100.0);
    for window in ["primary_window", "secondary_window"] {
        answer["rate_limit"][window]["used_percent"] = json!(100);
        answer["rate_limit"][window]["reset_at"] = json!(SOON);
    }
    answer["rate_limit_reached_type"] = json!({"type": "rate_limit_reached"});
    answer["rate_limit_upsell"] = json!({
        "banner_type": "luna_reserve", "title": "Usage limit reached", "description": "Reserve.",
        "ctas": [{"action": "dismiss", "label": "Not now"}], "presentation": "dismissible",
    });
    answer["additional_rate_limits"] = json!([{
        "limit_name": "gpt-reserve", "metered_feature": "base_model_inference",
        "normal_model_slug": "gpt-6-luna",
        "rate_limit": {"allowed": true, "limit_reached": false, "secondary_window": null,
            "primary_window": {"used_percent": 5, "limit_window_seconds": 18_000,
                "reset_after_seconds": 3600, "reset_at": SOON}},
    }]);
    answer
}

/// The client's own account is a profile, too: out, and offered the reserve.
#[tokio::test]
async fn the_reserve_is_served_by_the_account_that_was_offered_it() {
    let machine = Machine::bound(&["main", "own"]).await;
    machine.upstream.always_on(Route::Usage, OWN_ACCOUNT, Reply::json(200, out_with_reserve()));
    machine.run(&["quota", "--refresh"]).await;
    eventually("the usage of the own account", || {
        machine.upstream.received_on(Route::Usage).iter().any(|seen| {
            seen.account() == OWN_ACCOUNT && seen.header("user-agent").starts_with("rotunda")
        })
    })
    .await;
    machine.home.exec("hi").await.is_one_clean_turn(&["hello from main"]);
    let reserve = machine.home.exec_with(&["-m", "gpt-reserve"], "hi").await;
    assert_eq!(reserve.messages(), ["hello from own"], "{}", reserve.text);
    assert_eq!(reserve.count("turn.completed"), 1, "{}", reserve.text);
    machine.home.exec("hi").await.is_one_clean_turn(&["hello from main"]);
}

/// The app-server neither blocks nor changes the model.
#[tokio::test]
async fn a_turn_is_served_while_the_account_of_the_client_is_out() {
    let machine = Machine::bound(&["main"]).await;
    machine.upstream.always_on(Route::Usage, OWN_ACCOUNT, Reply::json(200, out_with_reserve()));
    let mut app = AppServer::start(&machine.home).await;
    let read = app.call("account/rateLimits/read", json!({})).await;
    assert_eq!(read["rateLimits"]["primary"]["usedPercent"], 100, "{read}");
    let thread = app.call("thread/start", json!({})).await["thread"]["id"].clone();
    let turn = app.turn(thread.as_str().unwrap(), "hi").await;
    assert_eq!(turn["status"], "completed", "{turn}");
    assert_eq!(machine.upstream.tried().pop().as_deref(), Some("main"));
}
