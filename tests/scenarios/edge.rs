//! What a client may request, and how it is answered: paths, hosts, pages, redirects.

use std::time::Duration;

use reqwest::Method;
use rotunda_tests::{
    Reply, Rig, Route,
    client::{Ask, raw},
    rig::{CONTROL_KEY, KEY, chained, turn, user},
};

/// Segments that some server may take for the folder above, or for two.
const DISGUISES: [&str; 24] = [
    "..",
    ".",
    "%2e%2e",
    "%2E%2E",
    ".%2e",
    "%2e.",
    "%252e%252e",
    "%25252e%25252e",
    "..\\",
    "..%5c",
    "..%5C",
    "..%255c",
    "..%2f",
    "..%2F",
    "..%252f",
    "\\",
    "%5c",
    "..;",
    "..;x=1",
    "..%00",
    "..%20",
    "%c0%ae%c0%ae",
    "",
    "%",
];

/// Sends a request head with exactly this target; the status of the answer.
async fn status_of(rig: &Rig, method: &str, target: &str, headers: &str) -> String {
    let host = format!("host: {}\r\n", rig.address());
    raw_status(rig, method, target, &format!("{host}{headers}")).await
}

async fn raw_status(rig: &Rig, method: &str, target: &str, headers: &str) -> String {
    let request = format!("{method} {target} HTTP/1.1\r\n{headers}connection: close\r\n\r\n");
    let answer = raw(rig.address(), request.as_bytes()).await;
    for secret in [KEY, CONTROL_KEY] {
        assert!(!answer.contains(secret), "an answer of ours holds a key: {answer}");
    }
    answer.split(' ').nth(1).unwrap_or_default().to_owned()
}

const UPGRADE: &str = "upgrade: websocket\r\nsec-websocket-version: 13\r\n\
                       sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

/// Item 11: refused before routing, over HTTP and WebSocket, by path and by
/// header key, for clients and for the command line.
#[tokio::test]
async fn a_path_in_disguise_is_never_forwarded() {
    let rig = Rig::of(&["main"]).await;
    let bearer = |key: &str| format!("authorization: Bearer {key}\r\n");
    for disguise in DISGUISES {
        let paths = [
            format!("/codex/images/{disguise}/{disguise}/wham/usage"),
            format!("/codex/realtime/{disguise}/responses"),
            format!("/codex/{disguise}/codex/responses"),
            format!("/codex/memories/a/{disguise}"),
            format!("/{disguise}/codex/responses"),
        ];
        for path in paths {
            // One slash at the end means the same everywhere.
            if disguise.is_empty() && path.ends_with("a/") {
                continue;
            }
            for (method, upgrade) in [("POST", "content-length: 0\r\n"), ("GET", UPGRADE)] {
                let keyed = format!("/{KEY}{path}");
                let status = status_of(&rig, method, &keyed, upgrade).await;
                assert!(["400", "404"].contains(&status.as_str()), "{method} {path}: {status}");
                let headers = format!("{upgrade}{}", bearer(KEY));
                let status = status_of(&rig, method, &path, &headers).await;
                assert!(["400", "404"].contains(&status.as_str()), "{method} {path}: {status}");
            }
        }
        let target = format!("/control/{disguise}/status");
        let status = status_of(&rig, "GET", &target, &bearer(CONTROL_KEY)).await;
        assert!(["400", "404"].contains(&status.as_str()), "{disguise}: {status}");
    }
    for path in
        ["/codex/images/\u{e9}", "/codex/images/\u{ff0e}\u{ff0e}/x", "/codex/images/a%0d%0ab"]
    {
        let keyed = format!("/{KEY}{path}");
        let status = status_of(&rig, "POST", &keyed, "content-length: 0\r\n").await;
        assert!(["400", "404"].contains(&status.as_str()), "{path}: {status}");
    }
    assert!(rig.forwarded().is_empty(), "{:?}", rig.forwarded());
}

/// What stands behind `#` is no part of the path; and a query is data, whatever it holds.
#[tokio::test]
async fn a_fragment_goes_nowhere_and_a_query_goes_as_it_is() {
    let rig = Rig::of(&["main"]).await;
    let body = turn(&[user("hi")]).to_string();
    let request = format!(
        "POST /{KEY}/codex/responses?a=../..%2fb#/../c HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n\
         content-length: {}\r\n\r\n{body}",
        rig.address(),
        body.len()
    );
    raw(rig.address(), request.as_bytes()).await;
    for seen in rig.forwarded() {
        assert!(seen.path.ends_with("/codex/responses"), "{}", seen.path);
        assert_eq!(seen.query, "a=../..%2fb");
    }
}

/// Item 11: one Host, ours, and nothing but ours in an absolute target.
#[tokio::test]
async fn only_the_authority_of_the_router_is_answered() {
    let rig = Rig::of(&["main"]).await;
    let port = rig.address().port();
    let path = format!("/{KEY}/codex");
    for host in [
        format!("127.0.0.1:{port}@evil"),
        format!("127.0.0.1@evil:{port}"),
        format!("user@127.0.0.1:{port}"),
        format!("user:secret@localhost:{port}"),
        "[::1]evil".to_owned(),
        format!("[::1]evil:{port}"),
        format!("[::1]:{port}evil"),
        format!("127.0.0.1:{}", port ^ 1),
        format!("127.0.0.1.:{port}"),
        format!("localhost.:{port}"),
        format!("127.0.0.1:{port}:{port}"),
        format!("127.0.0.1:{port}/x"),
        "evil.example".to_owned(),
        String::new(),
    ] {
        let status = raw_status(&rig, "GET", &path, &format!("host: {host}\r\n")).await;
        assert!(["400", "403"].contains(&status.as_str()), "{host}: {status}");
        let target = format!("http://{host}{path}");
        let status = status_of(&rig, "GET", &target, "").await;
        assert!(["400", "403"].contains(&status.as_str()), "{target}: {status}");
    }
    let twice = format!("host: 127.0.0.1:{port}\r\nhost: 127.0.0.1:{port}\r\n");
    assert_ne!(raw_status(&rig, "GET", &path, &twice).await, "200");
    let own = format!("http://127.0.0.1:{port}{path}");
    assert_eq!(status_of(&rig, "GET", &own, "").await, "200");
    assert_ne!(status_of(&rig, "GET", &own.replace("http:", "https:"), "").await, "200");
}

/// Item 11: no panic, and no proxy.
#[tokio::test]
async fn connect_and_asterisk_are_refused() {
    let rig = Rig::of(&["main"]).await;
    let own = rig.address().to_string();
    for (method, target) in [
        ("CONNECT", "evil.example:443"),
        ("CONNECT", own.as_str()),
        ("CONNECT", "/"),
        ("OPTIONS", "*"),
        ("GET", "*"),
    ] {
        let status = status_of(&rig, method, target, "").await;
        assert!(["400", "403"].contains(&status.as_str()), "{method} {target}: {status:?}");
    }
    let keyed = format!("authorization: Bearer {KEY}\r\n");
    assert_eq!(status_of(&rig, "CONNECT", "chatgpt.com:443", &keyed).await, "400");
    assert!(rig.forwarded().is_empty());
    assert_eq!(rig.fresh("s").answer().await.status, 200, "others are served");
    assert!(!rig.logs.text().contains("panicked"));
}

/// Item 11: a page that knows the key is still refused.
#[tokio::test]
async fn a_cross_site_request_is_refused_with_the_key_too() {
    let rig = Rig::of(&["main"]).await;
    for headers in [
        "sec-fetch-site: cross-site\r\n",
        "sec-fetch-site: same-site\r\n",
        "sec-fetch-site: none\r\nsec-fetch-site: cross-site\r\n",
        "origin: null\r\n",
        "origin: https://evil.example\r\n",
        "origin: http://localhost\r\n",
    ] {
        for upgrade in ["", UPGRADE] {
            let headers = format!("{headers}{upgrade}");
            let status = status_of(&rig, "GET", &format!("/{KEY}/codex/responses"), &headers).await;
            assert_eq!(status, "403", "{headers}");
        }
    }
    assert!(rig.forwarded().is_empty());
}

/// Items 11 and 4 of the field rules: the client chooses nothing about host,
/// account or address, and its own address with the key goes nowhere.
#[tokio::test]
async fn the_client_s_account_and_address_stay_here() {
    let rig = Rig::of(&["main"]).await;
    let names = [
        "openai-organization",
        "openai-project",
        "x-openai-fedramp",
        "chatgpt-account-id",
        "x-openai-account-routing-override",
        "forwarded",
        "x-forwarded-for",
        "x-forwarded-host",
        "x-forwarded-proto",
        "x-original-url",
        "x-rewrite-url",
        "x-real-ip",
        "via",
        "cookie",
    ];
    let ask = names.iter().fold(rig.fresh("s"), |ask, name| ask.header(name, "planted"));
    let ask = ask.header("referer", &format!("http://{}/{KEY}/codex", rig.address()));
    assert_eq!(ask.answer().await.status, 200);
    let mut headers: Vec<_> = names.iter().map(|name| (*name, "planted")).collect();
    headers.push(("referer", "http://127.0.0.1/planted"));
    let mut socket = rig.socket(&headers).await;
    socket.send(&rotunda_tests::rig::frame(turn(&[user("hi")]))).await;
    socket.until("response.completed").await;
    let seen = rig.forwarded();
    assert!(seen.len() >= 3, "a turn over HTTP, an upgrade and a frame: {seen:?}");
    for seen in seen {
        let text = format!("{:?} {} {}", seen.headers, seen.path, seen.query);
        assert!(!text.contains("planted") && !text.contains(KEY), "{text}");
        assert!(!seen.headers.contains_key("referer"), "{text}");
    }
}

/// Item 11: no cache keeps what the router says; what upstream says of caches stays.
#[tokio::test]
async fn answers_of_the_router_are_not_cached() {
    let rig = Rig::of(&["main"]).await;
    let ask = |path: &str| Ask::new(Method::GET, rig.url(path)).answer();
    for path in [
        "/health",
        "/nothing",
        &format!("/{KEY}/health"),
        &format!("/{KEY}/codex"),
        &format!("/{KEY}/nothing"),
        &format!("/{KEY}/codex/models"),
        &format!("/{KEY}/codex/responses"),
        &format!("/{KEY}/backend-api/wham/usage"),
    ] {
        let answer = ask(path).await;
        assert_eq!(answer.header("cache-control"), "no-store", "{path} {}", answer.status);
    }
    let control = Ask::new(Method::GET, rig.url("/control/status"));
    let control = control.header("authorization", &format!("Bearer {CONTROL_KEY}")).answer().await;
    assert_eq!(control.header("cache-control"), "no-store");
    let reply = Reply::turn("resp-main-a", "hi").header("cache-control", "private, max-age=5");
    rig.upstream.next("account-main", reply);
    assert_eq!(rig.fresh("s").answer().await.header("cache-control"), "private, max-age=5");
}

/// The client would follow it with its prompt, or to a path of ours without the key.
#[tokio::test]
async fn a_redirect_of_upstream_never_reaches_the_client() {
    for status in [301, 302, 303, 307, 308, 300] {
        for location in ["/login", "responses", "https://evil.example/", "//evil.example/x"] {
            let soon = |limits: &mut rotunda_router::Limits| limits.search = Duration::ZERO;
            let rig = rotunda_tests::Plan::of(&["main", "second"]).limits(soon).start().await;
            let body = serde_json::json!({"error": {"code": "usage_not_included"}});
            let away = || Reply::json(status, body.clone()).header("location", location);
            rig.upstream.always("account-main", away());
            rig.upstream.always("account-second", away());
            let answer = rig.fresh("s").answer().await;
            assert_eq!(answer.status, 503, "{status} {location}: {}", answer.text());
            assert!(!answer.headers.contains_key("location"));
        }
    }
    // Another profile may have a better way.
    let rig = Rig::of(&["main", "second"]).await;
    rig.upstream
        .next("account-main", Reply::json(302, serde_json::json!({})).header("location", "/login"));
    let answer = rig.fresh("s").answer().await;
    assert!(answer.text().contains("hello from second"), "{} {}", answer.status, answer.text());
    // Pinned, too.
    let rig = Rig::of(&["main"]).await;
    rig.begin_chain("resp-main", "main").await;
    rig.upstream
        .next("account-main", Reply::json(302, serde_json::json!({})).header("location", "/login"));
    let answer = rig.ask(&chained("resp-main", &[user("on")])).answer().await;
    assert!(!answer.status.is_redirection() && !answer.headers.contains_key("location"));
}

#[tokio::test]
async fn a_location_of_upstream_is_not_passed_on() {
    let rig = Rig::of(&["main"]).await;
    for location in ["/other", "other", "https://evil.example/"] {
        let reply = Reply::turn("resp-main-a", "hi").header("location", location);
        rig.upstream.next("account-main", reply.header("refresh", "0;url=/x"));
        let answer = rig.fresh("s").answer().await;
        let headers = &answer.headers;
        assert!(!headers.contains_key("location") && !headers.contains_key("refresh"));
    }
    // But the name of a created call is how Codex finds it.
    let call =
        Reply::text(201, "application/sdp", "v=0").header("location", "/v1/realtime/calls/rtc_1");
    rig.upstream.next_on(Route::Other, "account-main", call);
    let ask = Ask::new(Method::POST, rig.keyed("/codex/realtime/calls")).body("v=0");
    let answer = ask.answer().await;
    assert_eq!(answer.header("location"), "/v1/realtime/calls/rtc_1", "{}", answer.text());
}
