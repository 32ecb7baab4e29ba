//! Other programs than Codex, over real sockets: what they may ask, what they get, and what
//! Codex gets all the same.

use std::{sync::Arc, time::Duration};

use reqwest::Method;
use rotunda_core::{Event, ProfileId, Secret, provider::Provider};
use rotunda_router::{ApiClient, ApiClients, ApiSettings, digest_of};
use rotunda_tests::{
    Gate, Plan, Reply, Rig, Route, Step,
    client::{Answer, Ask},
    event, eventually, in_time,
    rig::{CONTROL_KEY, KEY, account, turn, user},
    upstream::ANYONE,
};
use serde_json::{Value, json};

const ALL: &str = "rotunda-00000000000000000000000000000001";
const LIMITED: &str = "rotunda-00000000000000000000000000000002";
const REVOKED: &str = "rotunda-00000000000000000000000000000003";
/// Long after every test, in seconds since 1970.
const FAR_RESET: u64 = 4_000_000_000;

fn client(id: &str, key: &str, profiles: Option<Arc<[ProfileId]>>) -> ApiClient {
    let digest = digest_of(&Secret::new(key.to_owned()));
    ApiClient { id: id.to_owned(), digest, profiles }
}

fn responses(responses: bool) -> ApiSettings {
    ApiSettings { responses, ..ApiSettings::default() }
}

/// The second client may use the second profile only.
fn set_clients(rig: &Rig, is_on: bool, second: &str) {
    let only = Some([rig.id(second)].into());
    let clients = vec![client("all", ALL, None), client("limited", LIMITED, only)];
    rig.router.set_api_clients(ApiClients::new(responses(is_on), clients));
}

async fn rig() -> Rig {
    let rig = Plan::of(&["main", "backup"]).start().await;
    set_clients(&rig, true, "backup");
    rig
}

fn ask_as(rig: &Rig, key: &str, method: Method, path: &str) -> Ask {
    Ask::new(method, rig.url(path)).header("authorization", &format!("Bearer {key}"))
}

fn respond(rig: &Rig, key: &str, body: &Value) -> Ask {
    ask_as(rig, key, Method::POST, "/v1/responses").json(body)
}

#[track_caller]
fn is_public_error(answer: &Answer, status: u16, code: &str) {
    assert_eq!(answer.status, status, "{}", answer.text());
    let error = &answer.json()["error"];
    assert_eq!(error["code"], code, "{error}");
    assert!(error["message"].is_string() && error["type"].is_string(), "{error}");
    assert!(error.get("param").is_some(), "{error}");
}

#[tokio::test]
async fn a_request_without_a_stream_gets_one_document() {
    let rig = rig().await;
    rig.upstream.next(&account("main"), Reply::turn("resp_1", "hello"));
    let answer = respond(&rig, ALL, &json!({"model": "gpt-test", "input": "hi"})).answer().await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.header("content-type"), "application/json");
    let response = answer.json();
    assert_eq!(response["id"], "resp_1");
    assert_eq!(response["output"], json!([event::message("hello")]));
    let sent = rig.upstream.attempt(0).await;
    assert_eq!(
        (sent.json()["store"].clone(), sent.json()["stream"].clone()),
        (json!(false), json!(true))
    );
    assert_eq!(sent.json()["input"][0]["content"][0]["text"], "hi");
    assert_eq!(sent.bearer(), rig.bearer("main"));
    assert_eq!(sent.header("accept"), "text/event-stream");
}

#[tokio::test]
async fn a_stream_has_the_events_of_the_public_api_only() {
    let rig = rig().await;
    let mut events = vec![event::rate_limits(1.0, 2.0, FAR_RESET)];
    events.extend(event::turn("resp_1", "hello"));
    rig.upstream.next(&account("main"), Reply::events(events));
    let body = json!({"model": "gpt-test", "input": "hi", "stream": true});
    let answer = respond(&rig, ALL, &body).answer().await;
    assert_eq!(answer.header("content-type"), "text/event-stream; charset=utf-8");
    let kinds = answer.kinds();
    assert!(kinds.iter().all(|kind| kind.starts_with("response.")), "{kinds:?}");
    assert_eq!(kinds.last().map(String::as_str), Some("response.completed"));
    let last = answer.events().pop().unwrap();
    assert_eq!(last["response"]["output"], json!([event::message("hello")]));
    assert_eq!(answer.header("x-codex-primary-used-percent"), "");
}

#[tokio::test]
async fn a_profile_that_is_out_is_not_noticed() {
    let rig = rig().await;
    rig.upstream.next(&account("main"), Reply::usage_limit(FAR_RESET));
    rig.upstream.next(&account("backup"), Reply::turn("resp_2", "from the other"));
    let answer = respond(&rig, ALL, &json!({"model": "gpt-test", "input": "hi"})).answer().await;
    assert_eq!((answer.status.as_u16(), &answer.json()["id"]), (200, &json!("resp_2")));
    assert_eq!(rig.upstream.tried(), ["main", "backup"]);
}

#[tokio::test]
async fn a_used_up_pool_is_a_429_with_the_time_of_its_end() {
    let rig = rig().await;
    for name in ["main", "backup"] {
        rig.upstream.always(&account(name), Reply::usage_limit(FAR_RESET));
    }
    for stream in [false, true] {
        let body = json!({"model": "gpt-test", "input": "hi", "stream": stream});
        let answer = respond(&rig, ALL, &body).answer().await;
        is_public_error(&answer, 429, "rate_limit_exceeded");
        assert_eq!(answer.json()["error"]["type"], "rate_limit_error");
        assert!(answer.header("retry-after").parse::<u64>().unwrap() > 1000);
        assert_eq!(answer.header("x-should-retry"), "false");
    }
}

#[tokio::test]
async fn a_client_limited_to_a_profile_goes_to_no_other() {
    let rig = rig().await;
    rig.upstream.always(&account("backup"), Reply::usage_limit(FAR_RESET));
    let body = json!({"model": "gpt-test", "input": "hi"});
    for _ in 0..2 {
        let answer = respond(&rig, LIMITED, &body).answer().await;
        is_public_error(&answer, 429, "rate_limit_exceeded");
    }
    assert!(rig.upstream.tried().iter().all(|name| name == "backup"), "{:?}", rig.upstream.tried());
    assert!(!rig.events().iter().any(|event| matches!(event, Event::Exhausted { .. })));
    assert_eq!(respond(&rig, ALL, &body).answer().await.status, 200);
    rig.pool.pin(Some(rig.id("main")));
    let answer = respond(&rig, LIMITED, &body).answer().await;
    is_public_error(&answer, 429, "rate_limit_exceeded");
    assert_eq!(rig.upstream.tried().iter().filter(|name| *name == "main").count(), 1);
}

#[tokio::test]
async fn the_key_of_a_client_opens_its_routes_and_no_other() {
    let rig = rig().await;
    let body = turn(&[user("hi")]);
    for (method, path) in [
        (Method::POST, "/codex/responses"),
        (Method::POST, "/backend-api/codex/responses"),
        (Method::GET, "/codex/models"),
        (Method::GET, "/api/codex/usage"),
        (Method::GET, "/health"),
        (Method::GET, "/backend-api/wham/usage"),
        (Method::POST, "/v1/responses/compact"),
        (Method::POST, "/v1/completions"),
        (Method::POST, "/v1/files"),
        (Method::GET, "/v1/responses/resp_1"),
        (Method::DELETE, "/v1/responses/resp_1"),
    ] {
        let answer = ask_as(&rig, ALL, method.clone(), path).json(&body).answer().await;
        is_public_error(&answer, 404, "not_found");
    }
    let control = ask_as(&rig, ALL, Method::GET, "/control/status").answer().await;
    assert_eq!(control.status, 403, "{}", control.text());
    let in_path = Ask::new(Method::POST, rig.url(&format!("/{ALL}/codex/responses")));
    assert_eq!(in_path.json(&body).answer().await.status, 403);
    assert_eq!(rig.upstream.attempts().len(), 0);
}

#[tokio::test]
async fn a_bad_key_is_a_401_and_a_switched_off_one_a_403() {
    let rig = rig().await;
    let body = json!({"model": "gpt-test", "input": "hi"});
    for path in ["/v1/responses", "/codex/responses", "/anything"] {
        let answer = ask_as(&rig, REVOKED, Method::POST, path).json(&body).answer().await;
        is_public_error(&answer, 401, "invalid_api_key");
    }
    set_clients(&rig, false, "backup");
    is_public_error(&respond(&rig, ALL, &body).answer().await, 403, "clients_switched_off");
    is_public_error(&respond(&rig, REVOKED, &body).answer().await, 401, "invalid_api_key");
    set_clients(&rig, true, "backup");
    assert_eq!(respond(&rig, ALL, &body).answer().await.status, 200);
    rig.router.set_api_clients(ApiClients::new(responses(true), Vec::new()));
    is_public_error(&respond(&rig, ALL, &body).answer().await, 401, "invalid_api_key");
    // What is no key of another program is told as before: never 401.
    for key in ["sk-other", "eyJ.a.b", CONTROL_KEY] {
        let answer = respond(&rig, key, &body).answer().await;
        assert_eq!((answer.status.as_u16(), answer.code().as_str()), (403, "invalid_key"), "{key}");
    }
}

/// The same path with the key of Codex is what it was: nothing is adapted.
#[tokio::test]
async fn the_key_of_codex_gets_the_routes_of_codex() {
    let rig = rig().await;
    let body = json!({"model": "gpt-test", "stream": true, "store": true, "temperature": 1.10, "input": []});
    let reply = || Reply::events([event::rate_limits(1.0, 2.0, FAR_RESET), event::completed("r")]);
    rig.upstream.next(&account("main"), reply());
    rig.upstream.next(&account("main"), reply());
    let own = Ask::new(Method::POST, rig.keyed("/codex/responses")).json(&body).answer().await;
    let by_header = respond(&rig, KEY, &body).answer().await;
    assert_eq!(own.body, by_header.body);
    let sent = rig.upstream.attempts();
    assert_eq!(sent[0].body, sent[1].body);
    assert_eq!(sent[0].body, body.to_string().as_bytes());
    assert_eq!(own.kinds(), ["codex.rate_limits", "response.completed"]);
}

#[tokio::test]
async fn what_the_backend_has_not_is_refused_without_a_request() {
    let rig = rig().await;
    for (field, value) in [
        ("store", json!(true)),
        ("background", json!(true)),
        ("previous_response_id", json!("resp_1")),
    ] {
        let mut body = json!({"model": "gpt-test", "input": "hi"});
        body[field] = value;
        let answer = respond(&rig, ALL, &body).answer().await;
        is_public_error(&answer, 400, "unsupported_parameter");
        assert_eq!(answer.json()["error"]["param"], field);
    }
    let bad = ask_as(&rig, ALL, Method::POST, "/v1/responses").body("{").answer().await;
    assert_eq!(bad.status, 400);
    assert_eq!(rig.upstream.attempts().len(), 0);
    let body =
        json!({"model": "gpt-test", "input": "hi", "temperature": 0.5, "max_output_tokens": 9});
    let answer = respond(&rig, ALL, &body).answer().await;
    assert_eq!(
        (answer.status.as_u16(), answer.header("x-rotunda-left-out")),
        (200, "max_output_tokens, temperature")
    );
}

#[tokio::test]
async fn a_refusal_of_the_service_is_in_the_form_of_the_public_api() {
    let rig = rig().await;
    let detail = json!({"detail": "Unsupported parameter: foo"});
    for name in ["main", "backup"] {
        rig.upstream.always(&account(name), Reply::json(400, detail.clone()));
    }
    let answer = respond(&rig, ALL, &json!({"model": "m", "input": "hi"})).answer().await;
    assert_eq!(
        (answer.status.as_u16(), &answer.json()["error"]["message"]),
        (400, &detail["detail"])
    );
    assert_eq!(answer.json()["error"]["type"], "invalid_request_error");
}

#[tokio::test]
async fn an_answer_that_breaks_is_an_error_without_a_stream() {
    let rig = rig().await;
    let cut = Reply::events([event::created("r"), event::delta("a")]).then(Step::Cut);
    rig.upstream.next(&account("main"), cut);
    let answer = respond(&rig, ALL, &json!({"model": "gpt-test", "input": "hi"})).answer().await;
    is_public_error(&answer, 502, "answer_cut");
    assert_eq!(rig.upstream.tried(), ["main"], "what may have been produced is not asked again");
    let failed =
        [event::created("r"), event::delta("a"), event::failed("server_error", "it broke")];
    rig.upstream.next(&account("main"), Reply::events(failed));
    let answer = respond(&rig, ALL, &json!({"model": "gpt-test", "input": "hi"})).answer().await;
    is_public_error(&answer, 500, "server_error");
}

#[tokio::test]
async fn a_client_that_leaves_ends_the_request_of_the_service() {
    let rig = rig().await;
    for stream in [true, false] {
        let gate = Gate::closed();
        let reply = Reply::events([event::created("r"), event::delta("a")]).pass(&gate);
        rig.upstream.next(&account("main"), reply);
        let body = json!({"model": "gpt-test", "input": "hi", "stream": stream});
        let before = rig.upstream.attempts().len();
        let asking = tokio::spawn(respond(&rig, ALL, &body).answer());
        rig.upstream.attempt(before).await;
        in_time("the answer to begin", gate.reached()).await;
        asking.abort();
        eventually("upstream to be left", || rig.upstream.attempts()[before].cancelled()).await;
        let id = rig.id("main");
        let in_flight = || {
            let view = rig.pool.view();
            view.profiles.iter().find(|it| it.profile.id == id).map(|it| it.in_flight)
        };
        eventually("the place to be given back", || in_flight() == Some(0)).await;
        gate.open();
    }
}

#[tokio::test]
async fn models_are_those_of_the_profiles_that_may_serve() {
    let rig = rig().await;
    let list = |slug: &str| Reply::json(200, json!({"models": [{"slug": slug}]}));
    rig.upstream.always_on(Route::Models, &account("main"), list("one"));
    rig.upstream.always_on(Route::Models, &account("backup"), list("two"));
    let models = async |key, path| ask_as(&rig, key, Method::GET, path).answer().await;
    let model = |id: &str| json!({"id": id, "object": "model", "created": 0, "owned_by": "openai"});
    let all = models(ALL, "/v1/models").await;
    assert_eq!(all.json(), json!({"object": "list", "data": [model("one"), model("two")]}));
    let limited = models(LIMITED, "/v1/models").await;
    assert_eq!(limited.json(), json!({"object": "list", "data": [model("two")]}));
    assert_eq!(models(ALL, "/v1/models/one").await.json(), model("one"));
    is_public_error(&models(LIMITED, "/v1/models/one").await, 404, "model_not_found");
}

#[tokio::test]
async fn the_list_has_the_models_of_other_providers() {
    let models = vec!["deep".to_owned()];
    let base = "https://provider.example/v1".parse().unwrap();
    let provider = Provider { base, models, fallback: Vec::new() };
    let rig = Plan::of(&["main", "backup"]).provider("deep", provider).start().await;
    set_clients(&rig, true, "backup");
    rig.upstream.always_on(Route::Models, ANYONE, Reply::json(200, json!({"models": []})));
    let ids = async |key| {
        let answer = ask_as(&rig, key, Method::GET, "/v1/models").answer().await.json();
        answer["data"].as_array().unwrap().iter().map(|it| it["id"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(ids(ALL).await, ["deep"]);
    assert!(ids(LIMITED).await.is_empty());
}

#[tokio::test]
async fn requests_of_one_conversation_stay_with_one_profile() {
    let rig = rig().await;
    let first = user("hi");
    let body = |more: &[Value]| {
        let input: Vec<_> = [std::slice::from_ref(&first), more].concat();
        json!({"model": "gpt-test", "input": input})
    };
    rig.pool.pin(Some(rig.id("backup")));
    assert_eq!(respond(&rig, ALL, &body(&[])).answer().await.status, 200);
    rig.pool.pin(None);
    let fresh = json!({"model": "gpt-test", "input": "something else"});
    assert_eq!(respond(&rig, ALL, &fresh).answer().await.status, 200);
    let more = [event::message("hello"), user("more")];
    assert_eq!(respond(&rig, ALL, &body(&more)).answer().await.status, 200);
    assert_eq!(rig.upstream.tried(), ["backup", "main", "backup"]);
}

/// The name of the session says which client asked, and is not sent.
#[tokio::test]
async fn what_a_client_used_is_counted_as_its_own() {
    let rig = rig().await;
    let body = json!({"model": "gpt-test", "input": "hi", "prompt_cache_key": "own"});
    assert_eq!(respond(&rig, LIMITED, &body).answer().await.status, 200);
    let session = |event: &Event| match event {
        Event::Finished(finished) => finished.work.session.clone(),
        _ => None,
    };
    eventually("the end of the turn", || rig.events().iter().any(|it| session(it).is_some())).await;
    let sessions: Vec<_> = rig.events().iter().filter_map(session).collect();
    assert_eq!(sessions, ["client/limited/own"]);
    assert_eq!(rig.upstream.attempt(0).await.json()["prompt_cache_key"], "own");
}

#[tokio::test]
async fn headers_about_the_machine_of_a_client_stay_here() {
    let rig = rig().await;
    let ask = respond(&rig, ALL, &json!({"model": "gpt-test", "input": "hi"}));
    let ask = ask.header("x-stainless-os", "Linux").header("user-agent", "OpenAI/Python 3.57.0");
    let ask = ask.header("openai-organization", "org-own").header("accept", "application/json");
    assert_eq!(ask.answer().await.status, 200);
    let sent = rig.upstream.attempt(0).await;
    for name in ["x-stainless-os", "openai-organization", "x-api-key"] {
        assert_eq!(sent.header(name), "", "{name}");
    }
    assert_eq!(sent.header("user-agent"), "OpenAI/Python 3.57.0");
}

/// Codex as a client continues over HTTP at once.
#[tokio::test]
async fn a_socket_is_answered_426() {
    let rig = rig().await;
    let ask = ask_as(&rig, ALL, Method::GET, "/v1/responses");
    let ask = ask.header("connection", "upgrade").header("upgrade", "websocket");
    is_public_error(&ask.answer().await, 426, "upgrade_required");
}

#[tokio::test]
async fn a_page_of_a_browser_gets_nothing_with_the_key_of_a_client() {
    let rig = rig().await;
    let body = json!({"model": "gpt-test", "input": "hi"});
    let answer = respond(&rig, ALL, &body).header("origin", "http://evil.example").answer().await;
    assert_eq!((answer.status.as_u16(), answer.code().as_str()), (403, "foreign_origin"));
    let answer = respond(&rig, ALL, &body).header("sec-fetch-site", "cross-site").answer().await;
    assert_eq!(answer.status, 403);
    assert_eq!(rig.upstream.attempts().len(), 0);
}

#[tokio::test]
async fn a_long_handshake_reaches_a_client_as_comments() {
    let plan = Plan::of(&["main"]).limits(|limits| limits.hold_time = Duration::from_millis(50));
    let rig = plan.start().await;
    rig.router.set_api_clients(ApiClients::new(responses(true), vec![client("all", ALL, None)]));
    let gate = Gate::closed();
    let reply = Reply::events([event::created("r")]).pass(&gate);
    let reply = reply.then_events(event::turn("r", "late").into_iter().skip(1));
    rig.upstream.next(&account("main"), reply);
    let body = json!({"model": "gpt-test", "input": "hi", "stream": true});
    let mut head = respond(&rig, ALL, &body).head().await;
    let begun = head.until("response.created").await;
    assert!(!begun.contains("codex."), "{begun}");
    gate.open();
    let answer = head.read_to_end().await;
    assert_eq!(answer.kinds().last().map(String::as_str), Some("response.completed"));
}
