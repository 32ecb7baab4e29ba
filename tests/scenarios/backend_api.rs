//! What Codex asks about its own account, below the second line of its file.

use std::sync::atomic::{AtomicUsize, Ordering};

use async_compression::tokio::write::GzipEncoder;
use reqwest::Method;
use rotunda_tests::{
    Received, Reply, Rig, Route, Step,
    client::{Answer, Ask, Socket},
    in_time, jwt,
    rig::{KEY, Plan},
    upstream::{accounts, usage},
};
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt as _;

const OWN: &str = "account-own";

/// As the client sends it: with its own bearer and account.
fn as_client(rig: &Rig, method: Method, path: &str) -> Ask {
    Ask::new(method, rig.keyed(&format!("/backend-api{path}")))
        .header("authorization", &format!("Bearer {}", bearer()))
        .header("chatgpt-account-id", OWN)
        .header("user-agent", "codex/0.171.0")
}

fn bearer() -> String {
    jwt::access(OWN, 1, jwt::FAR)
}

/// What upstream saw with the client's own account.
fn seen_of_own(rig: &Rig) -> Vec<Received> {
    rig.upstream.received().into_iter().filter(|seen| seen.account() == OWN).collect()
}

/// The client's own account out, with the reserve on offer.
fn exhausted() -> Value {
    let mut answer = usage(OWN, 100.0, 100.0);
    answer["rate_limit_reached_type"] = json!({"type": "rate_limit_reached"});
    answer["rate_limit_upsell"] = json!({"banner_type": "luna_reserve"});
    answer["additional_rate_limits"] =
        json!([{"limit_name": "gpt-reserve"}, {"limit_name": "spark", "metered_feature": "spark"}]);
    answer["credits"] = json!({"has_credits": false, "unlimited": false, "balance": "1.10"});
    answer
}

fn with_exhausted(rig: &Rig) {
    rig.upstream.always_on(Route::Usage, OWN, Reply::json(200, exhausted()));
}

async fn usage_of(rig: &Rig) -> Answer {
    as_client(rig, Method::GET, "/wham/usage").answer().await
}

#[tokio::test]
async fn the_usage_of_the_own_account_shows_what_the_profiles_have() {
    let rig = Rig::of(&["main"]).await;
    with_exhausted(&rig);
    let answer = usage_of(&rig).await;
    assert_eq!(answer.status, 200);
    let body = answer.json();
    assert_eq!((&body["account_id"], &body["user_id"]), (&json!(OWN), &json!("user-account-own")));
    assert_eq!(body["rate_limit"]["allowed"], true, "{body}");
    assert_eq!(body["rate_limit"]["limit_reached"], false, "{body}");
    assert!(body["rate_limit_reached_type"].is_null() && body.get("rate_limit_upsell").is_none());
    assert_eq!(body["additional_rate_limits"].as_array().unwrap().len(), 1, "{body}");
    assert_eq!(body["credits"]["balance"], "1.10");
    let sent = &seen_of_own(&rig)[0];
    assert_eq!(sent.bearer(), bearer());
    assert_eq!(sent.header("user-agent"), "codex/0.171.0");
    assert!(!sent.headers.contains_key("cookie") && !sent.headers.contains_key("x-api-key"));
}

/// The client decodes integers only.
#[tokio::test]
async fn the_windows_of_the_profiles_are_integers() {
    let rig = Rig::of(&["main"]).await;
    with_exhausted(&rig);
    rotunda_tests::eventually("a reading", || rig.status("main").usage.is_some()).await;
    let body = usage_of(&rig).await.json();
    for place in ["primary_window", "secondary_window"] {
        let window = &body["rate_limit"][place];
        for key in ["used_percent", "limit_window_seconds", "reset_after_seconds", "reset_at"] {
            assert!(window[key].is_i64(), "{place} {key}: {window}");
        }
        assert_eq!(window["used_percent"], 10);
    }
}

#[tokio::test]
async fn without_capacity_the_own_answer_passes_byte_for_byte() {
    let rig = Rig::of(&["main"]).await;
    let text = r#"{"plan_type" : "plus", "rate_limit": {"allowed":false,"limit_reached":true}, "n": 9007199254740993, "rate_limit_upsell": {}}"#;
    rig.upstream.always_on(Route::Usage, OWN, Reply::text(200, "application/json", text));
    rig.upstream.always_on(Route::Usage, "account-main", Reply::json(503, json!({})));
    rig.upstream.next("account-main", Reply::usage_limit(rig.clock.unix() + 3600));
    rig.fresh("s").answer().await;
    assert_eq!(usage_of(&rig).await.text(), text);
}

#[tokio::test]
async fn a_compressed_answer_is_read_too() {
    let rig = Rig::of(&["main"]).await;
    let mut encoder = GzipEncoder::new(Vec::new());
    encoder.write_all(exhausted().to_string().as_bytes()).await.unwrap();
    encoder.shutdown().await.unwrap();
    let mut reply = Reply::text(200, "application/json", "").header("content-encoding", "gzip");
    reply.steps = vec![Step::Raw(encoder.into_inner().into())];
    rig.upstream.always_on(Route::Usage, OWN, reply);
    let answer = usage_of(&rig).await;
    assert!(!answer.headers.contains_key("content-encoding"), "{:?}", answer.headers);
    assert_eq!(answer.json()["rate_limit"]["allowed"], true, "{}", answer.text());
}

/// Silent, broken, or something else than the service: the answer is made of what the
/// bearer says.
#[tokio::test]
async fn a_host_without_a_usable_answer_is_stood_in_for() {
    for reply in [
        Reply::json(503, json!({"detail": "x"})),
        Reply::json(429, json!({"detail": "x"})),
        Reply::text(200, "text/html", "<html>captive</html>"),
        Reply::json(302, json!({})).header("location", "https://elsewhere.example/"),
        Reply { before: vec![Step::Cut], ..Reply::json(200, json!({})) },
        Reply { before: vec![Step::Stall], ..Reply::json(200, json!({})) },
    ] {
        let rig = Rig::of(&["main"]).await;
        rig.upstream.always_on(Route::Usage, OWN, reply.clone());
        let answer = usage_of(&rig).await;
        assert_eq!(answer.status, 200, "{reply:?}");
        let body = answer.json();
        assert_eq!(body["account_id"], OWN, "{reply:?}: {body}");
        assert_eq!(body["user_id"], "user-account-own", "{reply:?}: {body}");
        assert_eq!(body["rate_limit"]["allowed"], true, "{reply:?}: {body}");
    }
}

/// The client's own refresh is right then.
#[tokio::test]
async fn a_refusal_of_the_own_sign_in_passes() {
    let rig = Rig::of(&["main"]).await;
    rig.upstream.refuse_bearer(&bearer());
    for path in ["/wham/usage", "/wham/accounts/check", "/wham/profiles/me"] {
        assert_eq!(as_client(&rig, Method::GET, path).answer().await.status, 401, "{path}");
    }
}

/// Each running client asks every 5 s: the host sees one of these requests.
#[tokio::test]
async fn the_own_answer_is_used_for_a_moment() {
    let rig = Rig::of(&["main"]).await;
    with_exhausted(&rig);
    for _ in 0..3 {
        usage_of(&rig).await;
    }
    assert_eq!(seen_of_own(&rig).len(), 1);
}

/// The answer is also the newest reading of the profile with the same sign-in.
#[tokio::test]
async fn the_own_profile_learns_from_the_answer() {
    let rig = Plan::of(&["main", "own"]).own_sign_in("own").start().await;
    rotunda_tests::eventually("a reading", || rig.status("own").usage.is_some()).await;
    assert!(!rig.status("own").is_refused);
    with_exhausted(&rig);
    usage_of(&rig).await;
    assert!(rig.status("own").is_refused && !rig.status("main").is_refused);
}

/// The client takes the origin of the router for it otherwise, and does not start.
#[tokio::test]
async fn a_workspace_without_a_demand_gets_the_host() {
    let rig = Rig::of(&["main"]).await;
    for demand in [json!("NO_CONSTRAINT"), json!(null)] {
        let mut body = accounts(OWN);
        body["accounts"][0]["workspace_backend_origin"] = demand;
        rig.upstream.next_on(Route::Accounts, OWN, Reply::json(200, body));
        let answer = as_client(&rig, Method::GET, "/wham/accounts/check").answer().await;
        assert_eq!(answer.json(), accounts(OWN));
    }
    let mut body = accounts(OWN);
    body["accounts"][0]["workspace_backend_origin"] = json!("https://eu.chatgpt.com");
    rig.upstream.next_on(Route::Accounts, OWN, Reply::json(200, body.clone()));
    let answer = as_client(&rig, Method::GET, "/wham/accounts/check").answer().await;
    assert_eq!(answer.json(), body);
}

#[tokio::test]
async fn the_last_good_answer_about_accounts_serves_while_the_host_is_away() {
    let rig = Rig::of(&["main"]).await;
    let ask = || as_client(&rig, Method::GET, "/wham/accounts/check");
    let away = Reply { before: vec![Step::Cut], ..Reply::json(200, json!({})) };
    rig.upstream.next_on(Route::Accounts, OWN, away.clone());
    assert_eq!(ask().answer().await.status, 504, "nothing is known yet");
    let good = ask().answer().await;
    assert_eq!(good.json(), accounts(OWN));
    for reply in [
        away,
        Reply::json(500, json!({"detail": "x"})),
        Reply::text(200, "text/html", "<html>captive</html>"),
        Reply { before: vec![Step::Stall], ..Reply::json(200, json!({})) },
    ] {
        rig.upstream.next_on(Route::Accounts, OWN, reply.clone());
        let answer = ask().answer().await;
        assert_eq!((answer.status.as_u16(), answer.json()), (200, accounts(OWN)), "{reply:?}");
    }
    // Another sign-in never gets it.
    rig.upstream.always_on(Route::Accounts, "account-other", Reply::json(500, json!({})));
    let other = Ask::new(Method::GET, rig.keyed("/backend-api/wham/accounts/check"))
        .header("authorization", &format!("Bearer {}", jwt::access("account-other", 1, jwt::FAR)))
        .header("chatgpt-account-id", "account-other");
    assert_eq!(other.answer().await.status, 500);
}

/// A missing bearer is not filled in: the key alone would open what is connected to
/// the account.
#[tokio::test]
async fn connectors_are_absent() {
    let rig = Rig::of(&["main"]).await;
    for method in [Method::POST, Method::GET, Method::DELETE] {
        let url = rig.keyed("/backend-api/ps/mcp");
        let answer = Ask::new(method.clone(), url).json(&json!({"method": "x"})).answer().await;
        assert_eq!(answer.status, 401, "{method}");
        assert!(!answer.headers.contains_key("www-authenticate"));
    }
    for path in [
        format!("/{KEY}/backend-api/.well-known/oauth-authorization-server"),
        format!("/{KEY}/backend-api/ps/mcp/.well-known/oauth-protected-resource"),
        "/.well-known/oauth-authorization-server".to_owned(),
        format!("/.well-known/oauth-protected-resource/{KEY}/backend-api/ps/mcp"),
    ] {
        assert_eq!(Ask::new(Method::GET, rig.url(&path)).answer().await.status, 404, "{path}");
    }
    assert!(rig.forwarded().is_empty());
}

/// Any other answer than that nothing is there has a meaning for the own sign-in.
#[tokio::test]
async fn a_wrong_key_finds_nothing() {
    let rig = Rig::of(&["main"]).await;
    let wrong = "0".repeat(32);
    for path in ["wham/usage", "wham/accounts/check", "ps/mcp", "x"] {
        let url = rig.url(&format!("/{wrong}/backend-api/{path}"));
        assert_eq!(Ask::new(Method::GET, url).answer().await.status, 404, "{path}");
    }
    assert!(seen_of_own(&rig).is_empty());
}

/// A key in a header stands where the bearer would: it never leaves this computer.
#[tokio::test]
async fn a_key_in_a_header_opens_no_way_to_the_host() {
    let rig = Rig::of(&["main"]).await;
    let bare = Ask::new(Method::GET, rig.url("/backend-api/wham/profiles/me"))
        .header("authorization", &format!("Bearer {KEY}"));
    assert_eq!(bare.answer().await.status, 404);
    let both = |path: &str| {
        Ask::new(Method::GET, rig.keyed(&format!("/backend-api/{path}")))
            .header("authorization", &format!("Bearer {KEY}"))
            .header("x-api-key", KEY)
    };
    assert_eq!(both("wham/tasks/1").answer().await.status, 404);
    assert_eq!(both("wham/usage").answer().await.status, 200, "the pool's own view");
    as_client(&rig, Method::GET, "/wham/tasks/2").header("x-api-key", KEY).answer().await;
    let paths: Vec<_> = rig.forwarded().iter().map(|seen| seen.path.clone()).collect();
    assert_eq!(paths, ["/backend-api/wham/tasks/2"]);
    for seen in rig.upstream.received() {
        assert!(!format!("{:?}", seen.headers).contains(KEY), "{}", seen.path);
    }
}

#[tokio::test]
async fn everything_else_passes_with_query_body_and_answer() {
    let rig = Rig::of(&["main"]).await;
    rig.upstream.when(|seen| {
        let passes = matches!(seen.route, Route::Other | Route::ResetCredits | Route::Redeem);
        let mine = seen.account() == OWN && passes;
        mine.then(|| Reply::text(207, "text/plain", "as it is").header("x-kept", "yes"))
    });
    for (method, path) in [
        (Method::GET, "/wham/config/bundle"),
        (Method::GET, "/ps/plugins/installed?limit=200&includeDownloadUrls=true"),
        (Method::GET, "/wham/rate-limit-reset-credits"),
        (Method::POST, "/wham/rate-limit-reset-credits/consume"),
        (Method::POST, "/wham/accounts/send_add_credits_nudge_email"),
        (Method::POST, "/codex/analytics-events/events"),
        (Method::POST, "/ps/apps/batch"),
        (Method::GET, "/connectors/directory/list?external_logos=true"),
        (Method::GET, "/wham/tasks/task_1"),
        (Method::PUT, "/not/known/yet?a=b"),
        (Method::DELETE, "/not/known/yet"),
    ] {
        let body = json!({"path": path}).to_string();
        let ask = as_client(&rig, method.clone(), path).header("content-type", "application/json");
        let ask = if method == Method::GET { ask } else { ask.body(body.clone()) };
        let answer = ask.answer().await;
        assert_eq!((answer.status.as_u16(), answer.text().as_str()), (207, "as it is"), "{path}");
        assert_eq!(answer.headers["x-kept"], "yes");
        let seen = seen_of_own(&rig).pop().unwrap();
        let sent = format!("{}?{}", seen.path, seen.query);
        assert_eq!(sent.trim_end_matches('?'), format!("/backend-api{path}"));
        assert_eq!((seen.method.clone(), seen.bearer()), (method.clone(), bearer().as_str()));
        if method != Method::GET {
            assert_eq!(seen.raw, body, "{path}");
        }
    }
    assert_eq!(seen_of_own(&rig).len(), 11, "each one once");
}

/// A redeemed credit is spent: nothing is sent twice, whatever becomes of the answer.
#[tokio::test]
async fn a_write_is_sent_once() {
    for reply in [
        Reply { before: vec![Step::Cut], ..Reply::json(200, json!({})) },
        Reply::json(500, json!({})),
        Reply::json(503, json!({})).header("retry-after", "0"),
    ] {
        let rig = Rig::of(&["main"]).await;
        rig.upstream.always_on(Route::Redeem, OWN, reply);
        let path = "/wham/rate-limit-reset-credits/consume";
        // A connection that is open already may be found closed.
        as_client(&rig, Method::GET, "/wham/rate-limit-reset-credits").answer().await;
        let ask = as_client(&rig, Method::POST, path).json(&json!({"redeem_request_id": "a"}));
        assert!(ask.answer().await.status.is_server_error());
        let writes = seen_of_own(&rig).into_iter().filter(|seen| seen.method == Method::POST);
        assert_eq!(writes.count(), 1);
    }
}

/// The client would follow it, with its bearer.
#[tokio::test]
async fn a_redirect_is_not_passed_on() {
    let rig = Rig::of(&["main"]).await;
    let moved = Reply::json(307, json!({})).header("location", "https://elsewhere.example/");
    rig.upstream.always_on(Route::Other, OWN, moved);
    let answer = as_client(&rig, Method::GET, "/wham/profiles/me").answer().await;
    assert_eq!(answer.status, 504);
    assert!(!answer.headers.contains_key("location"));
    assert_eq!(seen_of_own(&rig).len(), 1);
}

/// Each turn waits for the settings, and each start for the rest.
#[tokio::test]
async fn a_silent_host_ends_in_a_definite_answer() {
    let rig = Rig::of(&["main"]).await;
    let stall = Reply { before: vec![Step::Stall], ..Reply::json(200, json!({})) };
    rig.upstream.always_on(Route::Other, OWN, stall);
    let settings = as_client(&rig, Method::GET, "/wham/settings/user").answer();
    let bundle = as_client(&rig, Method::GET, "/wham/config/bundle").answer();
    let events =
        as_client(&rig, Method::POST, "/codex/analytics-events/events").json(&json!({})).answer();
    let (settings, bundle, events) = tokio::join!(settings, bundle, events);
    assert_eq!(settings.status, 404);
    assert_eq!((bundle.status.as_u16(), events.status.as_u16()), (504, 504));
}

/// Cookies are the router's own affair, as for the profiles.
#[tokio::test]
async fn cookies_of_the_host_stay_here_and_go_back_to_it() {
    let rig = Rig::of(&["main"]).await;
    let count = AtomicUsize::new(0);
    rig.upstream.when(move |seen| {
        let mine = seen.account() == OWN && seen.route == Route::Other;
        let first = mine && count.fetch_add(1, Ordering::SeqCst) == 0;
        let reply = Reply::json(200, json!({}));
        mine.then(|| if first { reply.header("set-cookie", "__cf_bm=a; Path=/") } else { reply })
    });
    for _ in 0..2 {
        let answer = as_client(&rig, Method::GET, "/wham/profiles/me").answer().await;
        assert!(!answer.headers.contains_key("set-cookie"));
    }
    assert_eq!(seen_of_own(&rig)[1].header("cookie"), "__cf_bm=a");
    rig.fresh("s").answer().await;
    assert!(rig.upstream.attempts()[0].header("cookie").is_empty(), "a jar of its own");
}

#[tokio::test]
async fn an_answer_streams_as_it_comes() {
    let rig = Rig::of(&["main"]).await;
    let gate = rotunda_tests::Gate::closed();
    let mut reply = Reply::text(200, "application/json", "first ");
    reply.steps.extend([Step::Pass(gate.clone()), Step::Raw("second".into())]);
    rig.upstream.always_on(Route::Other, OWN, reply);
    let mut answer = as_client(&rig, Method::GET, "/ps/plugins/list").head().await;
    assert_eq!(answer.until("first ").await, "first ");
    gate.open();
    assert_eq!(answer.read_to_end().await.text(), "second");
}

/// The client's remote control, with a token of another kind and no account.
#[tokio::test]
async fn a_socket_is_tunneled_as_it_is() {
    let rig = Rig::of(&["main"]).await;
    let url = rig.keyed("/backend-api/wham/remote/control/server");
    let headers = [
        ("authorization", "Bearer sk-remote-control-token"),
        ("x-codex-server-id", "server-1"),
        ("x-codex-protocol-version", "3"),
    ];
    let mut socket = Socket::open(&url, &headers).await.unwrap();
    let seen = rig.upstream.saw("the upgrade", |seen| seen.route == Route::Upgrade).await;
    assert!(seen.path.ends_with("/backend-api/wham/remote/control/server"), "{}", seen.path);
    assert_eq!(seen.bearer(), "sk-remote-control-token");
    assert_eq!((seen.header("x-codex-server-id"), seen.account()), ("server-1", ""));
    socket.send(&json!({"type": "response.create", "input": []})).await;
    in_time("an answer through the tunnel", socket.until("response.completed")).await;
    socket.close(1000).await;
}

/// A key of the router's is answered without the host: Rotunda tests itself so.
#[tokio::test]
async fn the_base_itself_answers() {
    let rig = Rig::of(&["main"]).await;
    let answer = Ask::new(Method::GET, rig.keyed("/backend-api")).answer().await;
    assert_eq!((answer.status.as_u16(), &answer.json()["name"]), (200, &json!("rotunda")));
}
