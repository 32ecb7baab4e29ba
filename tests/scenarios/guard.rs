//! Who gets in, and what those hear who don't.

use async_compression::tokio::write::{BrotliEncoder, GzipEncoder, ZlibEncoder, ZstdEncoder};
use reqwest::Method;
use rotunda_tests::{
    Plan, Reply, Rig, Route,
    client::{Ask, Socket, raw},
    rig::{CONTROL_KEY, KEY, frame, turn, user},
};
use serde_json::json;
use tokio::io::AsyncWriteExt as _;

const WRONG: &str = "ffffffffffffffffffffffffffffffff";

fn get(rig: &Rig, path: &str) -> Ask {
    Ask::new(Method::GET, rig.url(path))
}

fn post(rig: &Rig, path: &str) -> Ask {
    Ask::new(Method::POST, rig.url(path)).json(&turn(&[user("hi")]))
}

/// A request with exactly this head line and these headers.
async fn raw_status(rig: &Rig, line: &str, headers: &str) -> String {
    let request = format!("{line} HTTP/1.1\r\n{headers}connection: close\r\n\r\n");
    let answer = raw(rig.address(), request.as_bytes()).await;
    answer.split(' ').nth(1).unwrap_or_default().to_owned()
}

/// Lessons 1, 2 and 4: no key, no answer, not even about what exists. Never
/// 401: Codex would spend its own refresh token on it, up to 12 times in a turn.
#[tokio::test]
async fn without_the_key_everything_is_a_403() {
    let rig = Rig::of(&["main"]).await;
    for path in [
        "/codex/responses",
        "/v1/responses",
        "/nothing",
        "/",
        "/health",
        "/backend-api/codex/responses",
    ] {
        assert_eq!(post(&rig, path).answer().await.status, 403, "{path}");
        assert_eq!(
            post(&rig, &format!("/{WRONG}{path}")).answer().await.status,
            403,
            "wrong, {path}"
        );
    }
    for wrong in [WRONG, "", &KEY[..31], &format!("{KEY}0"), CONTROL_KEY] {
        let bearer =
            post(&rig, "/v1/responses").header("authorization", &format!("Bearer {wrong}"));
        let answer = bearer.answer().await;
        assert_eq!((answer.status.as_u16(), answer.code().as_str()), (403, "invalid_key"));
    }
    assert!(rig.forwarded().is_empty());
}

#[tokio::test]
async fn a_socket_without_the_key_is_a_403() {
    let rig = Rig::of(&["main"]).await;
    let url = rig.url(&format!("/{WRONG}/codex/responses"));
    assert_eq!(Socket::open(&url, &[]).await.unwrap_err().status(), 403);
}

/// Every path, method and form in which a key may be wrong or missing, also the
/// paths that Codex asks at `chatgpt_base_url` and those of the command line.
#[tokio::test]
async fn a_wrong_key_is_never_a_401() {
    let rig = Rig::of(&["main"]).await;
    let paths = [
        "",
        "/",
        "/codex/responses",
        "/codex/models",
        "/codex/live",
        "/codex/alpha/notes/1",
        "/v1/realtime",
        "/backend-api/wham/usage",
        "/backend-api/wham/accounts/check",
        "/backend-api/ps/mcp",
        "/api/codex/usage",
        "/.well-known/oauth-authorization-server",
        "/control/snapshot",
        "/control/",
        "/health",
        "/nothing",
    ];
    let bearer = format!("Bearer {WRONG}");
    let keys = [("accept", "*/*"), ("authorization", bearer.as_str()), ("x-api-key", WRONG)];
    for method in ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"] {
        for path in paths {
            for prefix in ["", &format!("/{WRONG}")] {
                for (name, value) in keys {
                    let url = rig.url(&format!("{prefix}{path}"));
                    let ask = Ask::new(method.parse().unwrap(), url).header(name, value);
                    let status = ask.answer().await.status.as_u16();
                    assert!(matches!(status, 400 | 403 | 404), "{method} {prefix}{path}: {status}");
                }
            }
        }
    }
    for path in paths {
        let url = rig.url(&format!("/{WRONG}{path}"));
        let refused = Socket::open(&url, &[]).await.unwrap_err();
        let is_absent = path.starts_with("/backend-api/wham") || path == "/backend-api/ps/mcp";
        let expected = if is_absent { 404 } else { 403 };
        assert_eq!(refused.status(), expected, "a socket on {path}");
    }
    assert!(rig.forwarded().is_empty());
}

/// Nor is anything else that the router answers, or passes on as a profile. What the client
/// asks with its own bearer is another matter: a refusal of that is the client's to know.
#[tokio::test]
async fn an_upstream_that_refuses_everything_is_never_a_401() {
    let rig = Rig::of(&["main", "second"]).await;
    rig.upstream.when(|seen| {
        (seen.route != Route::Token).then(|| Reply::error(401, "token_expired", "Refused."))
    });
    let ask = |method: Method, path: &str| Ask::new(method, rig.keyed(path));
    let body = turn(&[user("hi")]);
    for path in ["/codex/responses", "/codex/responses/compact", "/codex/alpha/search"] {
        let answer = ask(Method::POST, path).json(&body).answer().await;
        assert_ne!(answer.status, 401, "{path}: {}", answer.text());
    }
    for path in ["/codex/models", "/backend-api/wham/usage", "/nothing"] {
        let answer = ask(Method::GET, path).answer().await;
        assert_ne!(answer.status, 401, "{path}: {}", answer.text());
    }
    let opened = Socket::open(&rig.keyed("/codex/responses"), &[]).await;
    match opened {
        Ok(mut socket) => {
            socket.send(&frame(body)).await;
            let event = socket.event().await;
            assert_eq!(event["type"], "error", "{event}");
            assert_ne!(event["status"], 401, "{event}");
        }
        Err(refused) => assert_ne!(refused.status(), 401),
    }
}

#[tokio::test]
async fn the_key_is_taken_by_path_bearer_and_api_key() {
    let rig = Rig::of(&["main"]).await;
    let good = [
        post(&rig, &format!("/{KEY}/codex/responses")),
        post(&rig, &format!("/{KEY}/v1/responses")),
        post(&rig, "/v1/responses").header("authorization", &format!("Bearer {KEY}")),
        post(&rig, "/codex/responses").header("x-api-key", KEY),
        post(&rig, "/backend-api/codex/responses")
            .header("authorization", &format!("Bearer {KEY}")),
        post(&rig, "/backend-api/prodex/responses").header("x-api-key", KEY),
    ];
    for ask in good {
        let answer = ask.answer().await;
        assert_eq!(answer.status, 200, "{}", answer.text());
    }
    // The client's key is not forwarded.
    for seen in rig.forwarded() {
        assert!(!seen.path.contains(KEY) && seen.header("x-api-key").is_empty(), "{seen:?}");
        assert!(seen.path.ends_with("/codex/responses"), "{}", seen.path);
    }
}

/// A page in a browser can reach the loopback under a name of its own choice.
#[tokio::test]
async fn a_foreign_host_or_origin_is_refused() {
    let rig = Rig::of(&["main"]).await;
    let port = rig.address().port();
    let line = format!("GET /{KEY}/codex");
    for host in ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "192.168.0.1"]
    {
        let headers = format!("host: {host}:{port}\r\n");
        assert_eq!(raw_status(&rig, &line, &headers).await, "403", "{host}");
    }
    assert_eq!(raw_status(&rig, &line, "").await.as_bytes()[0], b'4', "no host at all");
    for host in ["127.0.0.1", "localhost", "[::1]"] {
        let headers = format!("host: {host}:{port}\r\n");
        assert_eq!(raw_status(&rig, &line, &headers).await, "200", "{host}");
    }
    for origin in ["https://evil.example", "null", "http://127.0.0.1.evil.example"] {
        let headers = format!("host: 127.0.0.1:{port}\r\norigin: {origin}\r\n");
        assert_eq!(raw_status(&rig, &line, &headers).await, "403", "{origin}");
    }
}

#[tokio::test]
async fn a_socket_from_a_foreign_page_is_refused() {
    let rig = Rig::of(&["main"]).await;
    let url = rig.keyed("/codex/responses");
    let opened = Socket::open(&url, &[("origin", "https://evil.example")]);
    assert_eq!(opened.await.unwrap_err().status(), 403);
    assert!(rig.forwarded().is_empty());
}

/// Lesson 3.
#[tokio::test]
async fn only_the_loopback_is_listened_on() {
    for address in ["0.0.0.0:0", "[::]:0", "192.0.2.1:0"] {
        let refused = rotunda_router::listen(address.parse().unwrap()).await;
        let error = refused.expect_err(address);
        assert!(error.to_string().contains("loopback"), "{error}");
    }
    assert!(rotunda_router::listen("127.0.0.1:0".parse().unwrap()).await.is_ok());
}

/// A body over the limit is refused by its length before it is read. The answer is not lost to a
/// reset: what the client still sends is read for a moment.
#[tokio::test]
async fn a_body_of_65_mib_is_a_413() {
    let rig = Rig::of(&["main"]).await;
    let big = bytes::Bytes::from(vec![b' '; 65 << 20]);
    let answer = post(&rig, &format!("/{KEY}/codex/responses")).body(big.clone()).answer().await;
    assert_eq!((answer.status.as_u16(), answer.code().as_str()), (413, "payload_too_large"));
    assert!(rig.forwarded().is_empty());
}

/// A body without a length is counted while it is read.
#[tokio::test]
async fn a_body_of_unknown_length_is_counted() {
    let rig = Plan::of(&["main"]).limits(|limits| limits.body = 1 << 20).start().await;
    let head = format!(
        "POST /{KEY}/codex/responses HTTP/1.1\r\nhost: {}\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n",
        rig.address()
    );
    let mut request = head.into_bytes();
    for _ in 0..17 {
        request.extend_from_slice(b"10000\r\n");
        request.resize(request.len() + 0x10000, b' ');
        request.extend_from_slice(b"\r\n");
    }
    let answer = raw(rig.address(), &request).await;
    assert!(answer.contains("413") && answer.contains("payload_too_large"), "{answer}");
    assert!(rig.forwarded().is_empty());
}

/// A small body may not unfold into a big one.
#[tokio::test]
async fn a_body_that_unfolds_beyond_the_cap_is_a_413() {
    let rig = Plan::of(&["main"]).limits(|limits| limits.decoded = 8 << 20).start().await;
    let zstd = encoded("zstd", &vec![b' '; 9 << 20]).await;
    assert!(zstd.len() < 1 << 20);
    let ask = post(&rig, &format!("/{KEY}/codex/responses")).header("content-encoding", "zstd");
    let answer = ask.body(zstd).answer().await;
    assert_eq!((answer.status.as_u16(), answer.code().as_str()), (413, "payload_too_large"));
    assert!(rig.forwarded().is_empty());
}

#[tokio::test]
async fn a_corrupt_body_is_a_400_and_an_unknown_coding_a_415() {
    let rig = Rig::of(&["main"]).await;
    let ask = |coding: &str, body: Vec<u8>| {
        let ask = post(&rig, &format!("/{KEY}/codex/responses"));
        ask.header("content-encoding", coding).body(body).answer()
    };
    assert_eq!(ask("zstd", b"not zstd".to_vec()).await.status, 400);
    let whole = encoded("zstd", turn(&[user("hi")]).to_string().as_bytes()).await;
    assert_eq!(ask("zstd", whole[..whole.len() / 2].to_vec()).await.status, 400, "cut short");
    assert_eq!(ask("lzma", b"{}".to_vec()).await.status, 415);
    assert!(rig.forwarded().is_empty());
}

/// Users' complaint D3. What is understood is forwarded as it was received.
#[tokio::test]
async fn every_coding_of_the_contract_is_understood() {
    let rig = Rig::of(&["main"]).await;
    let body = turn(&[user("packed")]);
    for coding in ["zstd", "gzip", "br", "deflate"] {
        let packed = encoded(coding, body.to_string().as_bytes()).await;
        let ask = post(&rig, &format!("/{KEY}/codex/responses")).header("content-encoding", coding);
        assert_eq!(ask.body(packed.clone()).answer().await.status, 200, "{coding}");
        let seen = rig.upstream.attempts().pop().unwrap();
        assert_eq!((seen.header("content-encoding"), &seen.raw[..]), (coding, &packed[..]));
        assert_eq!(seen.json(), body, "{coding}");
    }
}

/// Lesson 5.
#[tokio::test]
async fn what_is_below_no_base_is_a_404() {
    let rig = Rig::of(&["main"]).await;
    for path in ["/nothing", "/codexx/responses", "/wham/usage", "/codex/../health", "//codex"] {
        let answer = post(&rig, &format!("/{KEY}{path}")).answer().await;
        assert_eq!(answer.status, 404, "{path}");
        assert!(answer.json()["error"]["message"].is_string(), "{path}: {}", answer.text());
    }
    assert!(rig.forwarded().is_empty());
}

#[tokio::test]
async fn the_doctor_s_questions_are_answered_here() {
    let rig = Rig::of(&["main"]).await;
    let head = Ask::new(Method::HEAD, rig.keyed("/codex/responses")).answer().await;
    assert!(head.status.is_success(), "{}", head.status);
    for path in ["/health", "/codex", "/v1", "/codex/", "/v1/"] {
        assert_eq!(get(&rig, &format!("/{KEY}{path}")).answer().await.status, 200, "{path}");
    }
    assert!(rig.forwarded().is_empty());
}

/// The two keys open two doors.
#[tokio::test]
async fn control_requests_need_the_control_key() {
    let rig = Rig::of(&["main"]).await;
    let ask = |key: &str| {
        get(&rig, "/control/status").header("authorization", &format!("Bearer {key}")).answer()
    };
    assert_eq!(ask(KEY).await.status, 403);
    assert_eq!(ask(CONTROL_KEY).await.status, 404, "let in; this rig has no daemon behind it");
    assert_eq!(get(&rig, &format!("/{KEY}/control/status")).answer().await.status, 404);
}

#[tokio::test]
async fn a_body_that_is_not_json_is_forwarded_unchanged() {
    let rig = Rig::of(&["main"]).await;
    let answer = post(&rig, &format!("/{KEY}/codex/responses")).body("not json").answer().await;
    assert_eq!(answer.status, 200);
    assert_eq!(&rig.upstream.attempts()[0].raw[..], b"not json");
    assert_eq!(rig.upstream.attempts()[0].json(), json!(null));
}

async fn encoded(coding: &str, bytes: &[u8]) -> Vec<u8> {
    macro_rules! through {
        ($encoder:expr) => {{
            let mut encoder = $encoder;
            encoder.write_all(bytes).await.unwrap();
            encoder.shutdown().await.unwrap();
            encoder.into_inner()
        }};
    }
    match coding {
        "zstd" => through!(ZstdEncoder::new(Vec::new())),
        "gzip" => through!(GzipEncoder::new(Vec::new())),
        "br" => through!(BrotliEncoder::new(Vec::new())),
        _ => through!(ZlibEncoder::new(Vec::new())),
    }
}
