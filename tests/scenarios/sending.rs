//! Sending requests: which headers, which bytes, which paths, and no time limit
//! that the client does not have.

use std::time::Duration;

use reqwest::Method;
use rotunda_router::Limits;
use rotunda_tests::{
    Plan, Reply, Rig, Route, Step,
    client::{Ask, Socket},
    event,
    rig::{frame, turn, user},
};
use serde_json::{Value, json};

/// What Codex may say of its own account, in one header each.
const OWN: [&str; 9] = [
    "openai-organization",
    "openai-project",
    "x-openai-fedramp",
    "x-openai-account-routing-override",
    "x-openai-actor-authorization",
    "x-codex-cyber-access-program",
    "chatgpt-account-id",
    "chatgpt-account-user-id",
    "authorization",
];

#[tokio::test]
async fn what_speaks_of_the_client_s_account_goes_with_its_bearer() {
    let rig = Rig::of(&["main"]).await;
    let ask = OWN.iter().fold(rig.fresh("s"), |ask, name| ask.header(name, "planted"));
    assert_eq!(ask.answer().await.status, 200);
    let headers: Vec<_> = OWN.iter().map(|name| (*name, "planted")).collect();
    let mut socket = rig.socket(&headers).await;
    socket.send(&frame(turn(&[user("hi")]))).await;
    socket.until("response.completed").await;
    let ask = Ask::new(Method::GET, rig.keyed("/codex/alpha/history/list"));
    OWN.iter().fold(ask, |ask, name| ask.header(name, "planted")).answer().await;
    let seen = rig.forwarded();
    assert!(seen.len() >= 4, "{seen:?}");
    for seen in seen {
        assert!(!format!("{:?}", seen.headers).contains("planted"), "{:?}", seen.headers);
        assert_eq!(seen.account(), "account-main");
        assert!(!seen.headers.contains_key("x-openai-fedramp"));
    }
}

/// Where the profile's account lives counts, not where the client's own does.
#[tokio::test]
async fn an_account_of_the_government_is_named_as_one() {
    let rig = Rig::of(&["main", "fedramp"]).await;
    rig.pool.use_now(rig.id("fedramp"));
    assert_eq!(rig.fresh("s").answer().await.status, 200);
    let mut socket = rig.socket(&[("x-openai-fedramp", "false")]).await;
    socket.send(&frame(turn(&[user("hi")]))).await;
    socket.until("response.completed").await;
    let seen = rig.forwarded();
    assert!(seen.len() >= 2 && seen.iter().all(|seen| seen.account() == "account-fedramp"));
    assert!(seen.iter().all(|seen| seen.header("x-openai-fedramp") == "true"), "{seen:?}");
    rig.pool.use_now(rig.id("main"));
    assert_eq!(rig.fresh("t").answer().await.status, 200);
    let last = rig.forwarded().pop().unwrap();
    assert!(last.account() == "account-main" && !last.headers.contains_key("x-openai-fedramp"));
}

/// Keys that are not sorted, numbers that no double holds, escapes, white space.
const ODD: &str = r#""z":9007199254740993, "a" : 1.10,	"e":"\u00e9\/", "stream": true"#;
const REASONING: &str = r#"{"encrypted_content":"x","type":"reasoning"}"#;
const MESSAGE: &str = r#"{ "type" : "message", "role":"user", "n":1E5 }"#;

/// A rig with the session `sess` of `main`, which is out; `second` refuses
/// its reasoning once.
async fn with_foreign_reasoning() -> Rig {
    let rig = Rig::of(&["main", "second"]).await;
    assert_eq!(rig.fresh("sess").answer().await.status, 200);
    rig.upstream.next("account-main", Reply::usage_limit(rig.clock.unix() + 3600));
    assert_eq!(rig.fresh("sess").answer().await.status, 200);
    let refused = Reply::error(400, "invalid_encrypted_content", "m");
    rig.upstream.next("account-second", refused);
    rig
}

#[tokio::test]
async fn a_body_that_must_change_changes_in_those_bytes_only() {
    let rig = with_foreign_reasoning().await;
    let body = format!(r#"{{{ODD},"input":[{REASONING}, {MESSAGE}],"prompt_cache_key":"sess" }}"#);
    let expected = format!(r#"{{{ODD},"input":[{MESSAGE}],"prompt_cache_key":"sess" }}"#);
    let ask = Ask::new(Method::POST, rig.keyed("/codex/responses")).body(body.clone());
    let answer = ask.header("session-id", "sess").answer().await;
    assert!(answer.text().contains("hello from second"), "{}", answer.text());
    let [.., first, second] = &rig.upstream.attempts()[..] else { panic!("two attempts") };
    assert_eq!(first.raw, body);
    assert_eq!(second.raw, expected);
}

#[tokio::test]
async fn a_frame_that_must_change_changes_in_those_bytes_only() {
    let rig = with_foreign_reasoning().await;
    let state = r#""x-codex-turn-state":"of-another-account", "#;
    let with = |state: &str, items: &str| {
        format!(
            r#"{{ "type":"response.create",{ODD},"input":[{items}],"client_metadata" : {{"session_id":"sess",{state}"k":-0}} }}"#
        )
    };
    let reply = Reply::turn("resp-main-t", "x").header("x-codex-turn-state", "of-another-account");
    rig.clock.advance(Duration::from_secs(2 * 3600));
    rig.pool.use_now(rig.id("main"));
    rig.upstream.next("account-main", reply);
    assert_eq!(rig.fresh("other").answer().await.status, 200);
    rig.pool.use_now(rig.id("second"));
    rig.upstream.next("account-main", Reply::usage_limit(rig.clock.unix() + 3600));
    let mut socket = rig.socket(&[]).await;
    let before = rig.upstream.attempts().len();
    let both = format!("{REASONING}, {MESSAGE}");
    socket.send_text(&with(state, &both)).await;
    socket.until("response.completed").await;
    for seen in &rig.upstream.attempts()[before..] {
        let text = String::from_utf8_lossy(&seen.raw).into_owned();
        let states = if text.contains("of-another-account") { state } else { "" };
        let items = if text.contains("reasoning") { &*both } else { MESSAGE };
        assert_eq!(text, with(states, items));
    }
    let last = rig.upstream.attempts().pop().unwrap();
    assert_eq!(last.account(), "account-second");
    assert_eq!(String::from_utf8_lossy(&last.raw), with("", MESSAGE));
}

/// An error frame gets its status, and keeps everything else.
#[tokio::test]
async fn an_error_that_lacks_a_status_keeps_its_bytes() {
    let rig = Rig::of(&["main"]).await;
    let error = |status: &str| {
        format!(
            r#"{{ {ODD},"type":"error","error":{{"code":"context_length_exceeded","n":1.50}}{status} }}"#
        )
    };
    let reply = Reply::events([event::delta("x")]).then(Step::Raw(error("").into()));
    rig.upstream.next("account-main", reply);
    let mut socket = rig.socket(&[]).await;
    socket.send(&frame(turn(&[user("hi")]))).await;
    socket.text().await;
    assert_eq!(socket.text().await, error(r#","status":400"#));
}

/// A rig in which session `s` belongs to `second`, although `main` comes first.
async fn session_of_second(path: &str, route: Route, reply: Reply) -> Rig {
    let rig = Rig::of(&["main", "second"]).await;
    rig.upstream.next("account-main", Reply::usage_limit(rig.clock.unix() + 3600));
    assert_eq!(rig.fresh("other").answer().await.status, 200);
    rig.upstream.next_on(route, "account-second", reply.clone());
    let ask = Ask::new(Method::POST, rig.keyed(path)).header("session-id", "s");
    let answer = ask.body("{}").answer().await;
    assert_eq!(answer.status.as_u16(), reply.status);
    rig.clock.advance(Duration::from_secs(2 * 3600));
    assert_eq!(rig.fresh("new").answer().await.status, 200);
    assert_eq!(rig.upstream.tried().pop().unwrap(), "main", "new work goes to the first");
    rig
}

#[tokio::test]
async fn what_the_router_does_not_know_goes_to_the_session_s_profile() {
    let turn = Reply::turn("resp-second-s", "hi");
    let rig = session_of_second("/codex/responses", Route::Responses, turn).await;
    for (method, path) in [
        ("POST", "alpha/notes/v2/read_file"),
        ("GET", "alpha/history/list?limit=5&cursor=a%2Fb"),
        ("PUT", "alpha/notes/a"),
        ("PATCH", "alpha/notes/a"),
        ("DELETE", "alpha/notes/a"),
        ("OPTIONS", "live"),
        ("POST", "live"),
        ("POST", "realtime/calls"),
        ("POST", "chat/completions"),
        ("GET", "responses/resp_1"),
        ("DELETE", "responses/resp_1"),
        ("POST", "responses/resp_1/cancel"),
        ("REPORT", "new"),
        ("HEAD", "files/1"),
        ("GET", "new/feature"),
    ] {
        for base in ["codex", "v1", "backend-api/codex"] {
            let method: Method = method.parse().unwrap();
            let reply = Reply::json(207, json!({"served": true})).header("x-new", "1");
            rig.upstream.next_on(Route::Other, "account-second", reply);
            let ask = Ask::new(method.clone(), rig.keyed(&format!("/{base}/{path}")));
            let body = if method == Method::GET { "" } else { "\u{0}any bytes" };
            let ask = ask.header("session-id", "s").header("x-feature", "kept").body(body);
            let answer = ask.answer().await;
            assert_eq!((answer.status.as_u16(), answer.header("x-new")), (207, "1"), "{path}");
            let seen = rig.forwarded().pop().unwrap();
            assert_eq!((seen.method, seen.raw.as_ref()), (method, body.as_bytes()), "{path}");
            let at = format!("{}?{}", seen.path, seen.query);
            assert_eq!(at.trim_end_matches('?'), format!("/backend-api/codex/{path}"));
            assert_eq!(seen.headers["x-feature"], "kept");
            assert_eq!(seen.headers["chatgpt-account-id"], "account-second", "{path}");
        }
    }
}

/// A 404 of upstream is upstream's; there is none of the router's own.
#[tokio::test]
async fn a_404_below_the_base_comes_from_upstream() {
    let rig = Rig::of(&["main"]).await;
    let detail = json!({"detail": "Not Found"});
    rig.upstream.always_on(Route::Other, "account-main", Reply::json(404, detail.clone()));
    let answer = Ask::new(Method::POST, rig.keyed("/codex/unheard/of")).answer().await;
    assert_eq!((answer.status.as_u16(), answer.json()), (404, detail));
    for outside in ["/wham/accounts/check", "/codexx/a", "/other"] {
        let answer = Ask::new(Method::GET, rig.keyed(outside)).answer().await;
        assert_eq!((answer.status.as_u16(), answer.code().as_str()), (404, "not_found"));
    }
}

/// TRACE would answer with the request, and so with the profile's token.
#[tokio::test]
async fn trace_is_not_forwarded() {
    let rig = Rig::of(&["main"]).await;
    for path in ["/codex/responses", "/codex/new"] {
        let answer = Ask::new(Method::TRACE, rig.keyed(path)).answer().await;
        assert_eq!(answer.status, 404);
    }
    assert!(rig.forwarded().is_empty());
}

/// A call and the side socket of the same session use one account.
#[tokio::test]
async fn a_call_and_its_side_socket_use_one_account() {
    let call = Reply::text(201, "application/sdp", "v=0").header("location", "/v1/live/rtc_1");
    let rig = session_of_second("/codex/live", Route::Other, call).await;
    let url = rig.keyed("/codex/live/rtc_1");
    let mut socket = Socket::open(&url, &[("session-id", "s")]).await.unwrap();
    socket.send(&frame(json!({"session": {}}))).await;
    let upgrade = rig.upstream.saw("an upgrade", |seen| seen.route == Route::Upgrade).await;
    assert_eq!(
        (upgrade.account(), upgrade.path.as_str()),
        ("account-second", "/backend-api/codex/live/rtc_1")
    );
}

/// Codex joins the call past the router, with its own sign-in.
#[tokio::test]
async fn a_call_goes_to_the_account_of_codex_first() {
    for path in ["/codex/live", "/codex/realtime/calls"] {
        let rig = Plan::of(&["main", "own", "third"]).own_sign_in("own").start().await;
        let call = |account: &str| {
            let call = Reply::text(201, "application/sdp", "v=0");
            rig.upstream.next_on(Route::Other, account, call.header("location", "/v1/live/rtc_1"));
            Ask::new(Method::POST, rig.keyed(path)).body("v=0").answer()
        };
        let last = || rig.forwarded().pop().unwrap().account().to_owned();
        assert_eq!(
            (call("account-own").await.status.as_u16(), last()),
            (201, "account-own".into())
        );
        assert_eq!(rig.fresh("s").answer().await.status, 200);
        assert_eq!(last(), "account-main", "turns are not calls");
        // While it is out, another one is used.
        rig.pool.use_now(rig.id("own"));
        rig.upstream.next("account-own", Reply::usage_limit(rig.clock.unix() + 3600));
        assert_eq!(rig.fresh("t").answer().await.status, 200);
        rig.pool.use_now(rig.id("main"));
        assert_eq!(
            (call("account-main").await.status.as_u16(), last()),
            (201, "account-main".into())
        );
    }
}

#[tokio::test]
async fn a_call_refused_to_the_account_of_codex_goes_to_another() {
    let rig = Plan::of(&["main", "own"]).own_sign_in("own").start().await;
    rig.upstream.next_on(Route::Other, "account-own", Reply::usage_limit(rig.clock.unix() + 3600));
    let call = Reply::text(201, "application/sdp", "v=0");
    rig.upstream.next_on(Route::Other, "account-main", call);
    let answer = Ask::new(Method::POST, rig.keyed("/codex/live")).body("v=0").answer().await;
    assert_eq!(answer.status, 201, "{}", answer.text());
}

#[tokio::test]
async fn a_condition_never_ends_in_a_304() {
    let rig = Rig::of(&["main"]).await;
    rig.upstream.when(|seen| {
        let asks = seen.headers.contains_key("if-none-match")
            || seen.headers.contains_key("if-modified-since");
        (seen.route == Route::Other && asks).then(|| Reply::json(304, Value::Null))
    });
    rig.upstream.always_on(Route::Other, "account-main", Reply::json(304, Value::Null));
    rig.upstream.when(|seen| {
        let asks = seen.headers.contains_key("if-none-match");
        (seen.route == Route::Other && !asks).then(|| Reply::json(200, json!({"a": 1})))
    });
    let ask = Ask::new(Method::GET, rig.keyed("/codex/alpha/history/list"));
    let ask = ask.header("if-none-match", "\"a\"");
    let answer = ask.header("if-modified-since", "Sun, 29 Nov 2026 00:00:00 GMT").answer().await;
    assert_eq!((answer.status.as_u16(), answer.json()), (200, json!({"a": 1})));
}

#[test]
fn no_limit_before_the_head_is_shorter_than_an_hour() {
    assert!(Limits::default().head >= Duration::from_secs(3600));
}
