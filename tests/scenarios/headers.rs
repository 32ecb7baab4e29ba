//! What crosses the router, and what does not.

use reqwest::Method;
use rotunda_tests::{
    Reply, Rig, Route,
    client::{Ask, raw},
    rig::{KEY, turn, user},
};
use serde_json::json;

/// Lesson 10: the client's own sign-in stays on this side.
#[tokio::test]
async fn upstream_sees_only_the_profile_s_credentials() {
    let rig = Rig::of(&["main"]).await;
    let ask = rig
        .fresh("s")
        .header("authorization", "Bearer the-client-s-own")
        .header("chatgpt-account-id", "account-own")
        .header("x-api-key", "sk-the-client-s-own")
        .header("cookie", "session=the-client-s-own")
        .header("proxy-authorization", "Basic the-client-s-own");
    assert_eq!(ask.answer().await.status, 200);
    let seen = rig.upstream.attempts().pop().unwrap();
    assert_eq!((seen.bearer(), seen.account()), (rig.bearer("main").as_str(), "account-main"));
    for name in ["authorization", "chatgpt-account-id"] {
        assert_eq!(seen.headers.get_all(name).iter().count(), 1, "{name}");
    }
    assert!(!format!("{:?}", seen.headers).contains("own"), "{:?}", seen.headers);
}

#[tokio::test]
async fn headers_about_codex_arrive_byte_for_byte() {
    let rig = Rig::of(&["main"]).await;
    let metadata = r#"{"session_id":"s", "turn_id" : "t","note":"\u00e9 / spaces  kept"}"#;
    let sent = [
        ("user-agent", "codex_exec/0.169.0 (Debian 13; x86_64) unknown"),
        ("originator", "codex_exec"),
        ("version", "0.169.0"),
        ("session-id", "s"),
        ("thread-id", "t"),
        ("x-client-request-id", "t"),
        ("x-codex-turn-metadata", metadata),
        ("x-codex-window-id", "t:0"),
        ("x-codex-beta-features", "remote_compaction_v2"),
        ("x-codex-routing-hint", "model=gpt-test"),
        ("x-openai-subagent", "collab_spawn"),
        ("x-openai-internal-codex-responses-lite", "true"),
        ("openai-beta", "x=1"),
    ];
    let ask = sent
        .iter()
        .fold(rig.ask(&turn(&[user("hi")])), |ask, (name, value)| ask.header(name, value));
    assert_eq!(ask.answer().await.status, 200);
    let seen = rig.upstream.attempts().pop().unwrap();
    for (name, value) in sent {
        assert_eq!(seen.header(name), value, "{name}");
    }
    assert_eq!(seen.header("host"), rig.upstream.address().to_string());
}

/// Lessons 6, 17 and 18, towards the client.
#[tokio::test]
async fn upstream_s_headers_go_on_but_for_its_cookies_and_connection() {
    let rig = Rig::of(&["main"]).await;
    let reply = Reply::turn("resp-main-a", "hi")
        .header("x-request-id", "r-1")
        .header("x-codex-turn-state", "turn-main")
        .header("openai-model", "gpt-test")
        .header("x-reasoning-included", "true")
        .header("cf-ray", "1-FRA")
        .header("x-codex-primary-used-percent", "12")
        .header("keep-alive", "timeout=5")
        .header("set-cookie", "who=account-main; Path=/; HttpOnly");
    rig.upstream.next("account-main", reply);
    let answer = rig.fresh("s").answer().await;
    for (name, value) in [
        ("x-request-id", "r-1"),
        ("x-codex-turn-state", "turn-main"),
        ("openai-model", "gpt-test"),
        ("x-reasoning-included", "true"),
        ("cf-ray", "1-FRA"),
        ("x-codex-primary-used-percent", "12"),
    ] {
        assert_eq!(answer.header(name), value, "{name}");
    }
    for name in ["set-cookie", "keep-alive"] {
        assert!(!answer.headers.contains_key(name), "{name}: {:?}", answer.headers);
    }
}

/// "One cookie jar per profile."
#[tokio::test]
async fn cookies_go_back_to_the_profile_that_got_them() {
    let rig = Rig::of(&["main", "second"]).await;
    let cookie = "__cf_bm=of-main; Path=/; HttpOnly";
    rig.upstream
        .next("account-main", Reply::turn("resp-main-a", "hi").header("set-cookie", cookie));
    rig.fresh("s").answer().await;
    rig.fresh("s").answer().await;
    rig.pool.use_now(rig.id("second"));
    rig.fresh("t").answer().await;
    let cookies: Vec<_> =
        rig.upstream.attempts().iter().map(|seen| seen.header("cookie").to_owned()).collect();
    assert_eq!(cookies, ["", "__cf_bm=of-main", ""]);
}

/// A turn's sticky token belongs to one account.
#[tokio::test]
async fn a_turn_state_goes_to_its_owner_only() {
    let rig = Rig::of(&["main", "second"]).await;
    let reply = Reply::turn("resp-main-a", "hi").header("x-codex-turn-state", "turn-main");
    rig.upstream.next("account-main", reply);
    rig.fresh("s").answer().await;
    rig.fresh("s").header("x-codex-turn-state", "turn-main").answer().await;
    assert_eq!(rig.upstream.attempts()[1].header("x-codex-turn-state"), "turn-main");
}

/// An answer that came packed is handed on packed.
#[tokio::test]
async fn a_packed_answer_stays_packed() {
    let rig = Rig::of(&["main"]).await;
    let reply =
        Reply::text(418, "application/json", "not really gzip").header("content-encoding", "gzip");
    rig.upstream.next("account-main", reply);
    let answer = rig.fresh("s").header("accept-encoding", "gzip").answer().await;
    assert_eq!(
        (answer.text().as_str(), answer.header("content-encoding")),
        ("not really gzip", "gzip")
    );
}

/// Upstream learns nothing of the router.
#[tokio::test]
async fn the_router_adds_nothing_of_its_own() {
    let rig = Rig::of(&["main"]).await;
    rig.fresh("s").header("user-agent", "codex_exec/0.169.0").answer().await;
    let models = Ask::new(Method::GET, rig.keyed("/codex/models?client_version=0.169.0"));
    let models = models.header("user-agent", "codex_exec/0.169.0");
    assert_eq!(models.answer().await.json(), json!({"models": []}));
    for seen in rig.forwarded() {
        let text = format!("{:?} {} {}", seen.headers, seen.path, seen.query).to_lowercase();
        for word in ["rotunda", "x-forwarded", "forwarded", "via", KEY] {
            assert!(
                !text.contains(&format!("\"{word}")) && !text.contains("rotunda"),
                "{word}: {text}"
            );
        }
    }
    let models = rig.upstream.received_on(Route::Models);
    assert!(models.iter().all(|seen| seen.query == "client_version=0.169.0"), "{models:?}");
}

/// Lesson 18, towards upstream.
#[tokio::test]
async fn hop_by_hop_headers_end_at_the_router() {
    let rig = Rig::of(&["main"]).await;
    let body = turn(&[user("hi")]).to_string();
    let request = format!(
        "POST /{KEY}/codex/responses HTTP/1.1\r\nhost: {}\r\nconnection: close, x-private\r\nx-private: 1\r\nkeep-alive: timeout=5\r\nte: trailers\r\ntrailer: x\r\nupgrade: h2c\r\nproxy-connection: keep-alive\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        rig.address(),
        body.len()
    );
    let answer = raw(rig.address(), request.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    let seen = rig.upstream.attempts().pop().unwrap();
    for name in ["x-private", "keep-alive", "te", "trailer", "upgrade", "proxy-connection"] {
        assert!(!seen.headers.contains_key(name), "{name}: {:?}", seen.headers);
    }
}
