//! The Messages API and Chat Completions, over real sockets.

use std::sync::Arc;

use reqwest::Method;
use rotunda_core::{ProfileId, Secret, model_rule::ModelRules};
use rotunda_router::{ApiClient, ApiClients, ApiSettings, digest_of};
use rotunda_tests::{
    Gate, Plan, Reply, Rig, Route, Step,
    client::{Answer, Ask},
    event, eventually, in_time,
    rig::{KEY, account},
};
use serde_json::{Value, json};

const CLIENT: &str = "rotunda-00000000000000000000000000000001";
const LENT: &str = "rotunda-00000000000000000000000000000002";
const FORMS: [&str; 2] = ["/v1/messages", "/v1/chat/completions"];
/// Long after every test, in seconds since 1970.
const FAR_RESET: u64 = 4_000_000_000;

fn set(rig: &Rig, models: &str, profiles: Option<Arc<[ProfileId]>>, forms: [bool; 2]) {
    let digest = digest_of(&Secret::new(CLIENT.to_owned()));
    let client = ApiClient { id: "one".to_owned(), digest, profiles };
    let [messages, chat] = forms;
    let models = ModelRules::parse(models).unwrap();
    let settings = ApiSettings { responses: false, messages, chat, models };
    rig.router.set_api_clients(ApiClients::new(settings, vec![client]));
}

async fn rig() -> Rig {
    let rig = Plan::of(&["main", "backup"]).start().await;
    set(&rig, "claude-* = gpt-test:low", None, [true, true]);
    rig
}

fn ask(rig: &Rig, path: &str, body: &Value) -> Ask {
    Ask::new(Method::POST, rig.url(path)).header("x-api-key", CLIENT).json(body)
}

fn body(stream: bool) -> Value {
    let messages = json!([{"role": "user", "content": "hi"}]);
    json!({"model": "claude-opus-5-5", "max_tokens": 9, "messages": messages, "stream": stream})
}

/// The text of an answer of either form.
fn text_of(path: &str, answer: &Answer) -> String {
    let place = if path == FORMS[0] { "/content/0/text" } else { "/choices/0/message/content" };
    let answer = answer.json();
    answer.pointer(place).and_then(Value::as_str).unwrap_or_default().to_owned()
}

#[tokio::test]
async fn both_forms_are_answered_as_one_document() {
    for path in FORMS {
        let rig = rig().await;
        rig.upstream.next(&account("main"), Reply::usage_limit(FAR_RESET));
        rig.upstream.next(&account("backup"), Reply::turn("resp_1", "hello"));
        let answer = ask(&rig, path, &body(false)).answer().await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        assert_eq!(text_of(path, &answer), "hello");
        assert_eq!(answer.json()["model"], "claude-opus-5-5");
        assert_eq!(answer.header("x-rotunda-left-out"), "max_tokens");
        assert_eq!(rig.upstream.tried(), ["main", "backup"]);
        let sent = rig.upstream.attempt(1).await;
        assert_eq!(sent.bearer(), rig.bearer("backup"));
        assert_eq!(
            (&sent.json()["model"], &sent.json()["store"]),
            (&json!("gpt-test"), &json!(false))
        );
        assert_eq!(sent.json()["reasoning"]["effort"], "low");
        assert_eq!(sent.json()["input"][0]["content"][0]["text"], "hi");
    }
}

#[tokio::test]
async fn streams_have_the_events_of_their_form() {
    let rig = rig().await;
    rig.upstream.next(&account("main"), Reply::turn("resp_1", "hello"));
    let answer = ask(&rig, FORMS[0], &body(true)).answer().await;
    assert_eq!(answer.header("content-type"), "text/event-stream; charset=utf-8");
    let mut kinds = answer.kinds();
    kinds.retain(|kind| kind != "ping");
    assert_eq!(kinds.first().map(String::as_str), Some("message_start"));
    assert_eq!(kinds.last().map(String::as_str), Some("message_stop"));
    rig.upstream.next(&account("main"), Reply::turn("resp_2", "hello"));
    let answer = ask(&rig, FORMS[1], &body(true)).answer().await;
    assert!(answer.text().ends_with("data: [DONE]\n\n"), "{}", answer.text());
}

#[tokio::test]
async fn a_used_up_pool_is_a_limit_in_both_forms() {
    for (path, kind) in FORMS.into_iter().zip(["/error/type", "/error/type"]) {
        let rig = rig().await;
        for name in ["main", "backup"] {
            rig.upstream.always(&account(name), Reply::usage_limit(FAR_RESET));
        }
        for stream in [false, true] {
            let answer = ask(&rig, path, &body(stream)).answer().await;
            assert_eq!(answer.status, 429);
            assert_eq!(answer.json().pointer(kind), Some(&json!("rate_limit_error")));
            assert!(answer.header("retry-after").parse::<u64>().unwrap() > 1000);
            assert_eq!(answer.header("x-should-retry"), "false");
            let is_reset = path == FORMS[0];
            let reset = answer.header("anthropic-ratelimit-unified-reset");
            assert_eq!(reset.parse::<u64>().is_ok(), is_reset, "{reset}");
        }
    }
}

#[tokio::test]
async fn a_failure_before_any_content_is_a_status_and_one_after_it_an_event() {
    for path in FORMS {
        let rig = rig().await;
        let failed = event::failed("context_length_exceeded", "too long");
        rig.upstream.next(&account("main"), Reply::events([event::created("r"), failed.clone()]));
        let answer = ask(&rig, path, &body(true)).answer().await;
        assert_eq!(answer.status, 400, "{}", answer.text());
        assert!(answer.text().contains("too long"), "{}", answer.text());
        let begun =
            [event::created("r"), event::delta("a"), event::failed("server_error", "broke")];
        rig.upstream.next(&account("main"), Reply::events(begun));
        let answer = ask(&rig, path, &body(true)).answer().await;
        assert_eq!(answer.status, 200);
        assert!(answer.text().contains("broke"), "{}", answer.text());
        assert!(!answer.text().contains("message_stop") && !answer.text().contains("[DONE]"));
    }
}

#[tokio::test]
async fn an_answer_that_breaks_ends_with_an_error_of_the_form() {
    for path in FORMS {
        let rig = rig().await;
        for stream in [true, false] {
            let cut = Reply::events([event::created("r"), event::delta("a")]).then(Step::Cut);
            rig.upstream.next(&account("main"), cut);
            let answer = ask(&rig, path, &body(stream)).answer().await;
            assert_eq!(answer.status, if stream { 200 } else { 502 });
            assert!(answer.text().contains("ended before it was complete"), "{}", answer.text());
        }
    }
}

#[tokio::test]
async fn a_client_that_leaves_ends_the_request_of_the_service_in_both_forms() {
    for path in FORMS {
        for stream in [true, false] {
            let rig = rig().await;
            let gate = Gate::closed();
            let reply = Reply::events([event::created("r"), event::delta("a")]).pass(&gate);
            rig.upstream.next(&account("main"), reply);
            let asking = tokio::spawn(ask(&rig, path, &body(stream)).answer());
            rig.upstream.attempt(0).await;
            in_time("the answer to begin", gate.reached()).await;
            asking.abort();
            eventually("upstream to be left", || rig.upstream.attempts()[0].cancelled()).await;
            gate.open();
        }
    }
}

#[tokio::test]
async fn each_form_has_a_switch_of_its_own() {
    let rig = rig().await;
    for (forms, open) in [([true, false], 0), ([false, true], 1)] {
        set(&rig, "claude-* = gpt-test", None, forms);
        let closed = 1 - open;
        assert_eq!(ask(&rig, FORMS[open], &body(false)).answer().await.status, 200);
        let answer = ask(&rig, FORMS[closed], &body(false)).answer().await;
        assert_eq!(answer.status, 403, "{}", answer.text());
        let switch = ["clients.messages", "clients.chat"][closed];
        assert!(answer.text().contains(switch), "{}", answer.text());
        let responses = json!({"model": "m", "input": "hi"});
        assert_eq!(ask(&rig, "/v1/responses", &responses).answer().await.status, 403);
    }
    set(&rig, "", None, [false, false]);
    let answer = ask(&rig, FORMS[0], &body(false)).answer().await;
    assert_eq!((answer.status.as_u16(), &answer.json()["type"]), (403, &json!("error")));
    assert!(answer.text().contains("clients.messages"), "{}", answer.text());
}

#[tokio::test]
async fn without_a_rule_the_model_is_the_first_that_codex_shows() {
    let rig = rig().await;
    let list = json!({"models": [{"slug": "gpt-7-mini", "priority": 9, "visibility": "list"},
                                 {"slug": "gpt-7", "priority": 1, "visibility": "list"}]});
    for name in ["main", "backup"] {
        rig.upstream.always_on(Route::Models, &account(name), Reply::json(200, list.clone()));
    }
    set(&rig, "", None, [true, true]);
    for (named, expected) in
        [("claude-opus-5-5", "gpt-7"), ("claude-haiku-4-5", "gpt-7-mini"), ("gpt-6", "gpt-6")]
    {
        let before = rig.upstream.attempts().len();
        let mut body = body(false);
        body["model"] = json!(named);
        assert_eq!(ask(&rig, FORMS[0], &body).answer().await.status, 200);
        assert_eq!(rig.upstream.attempts()[before].json()["model"], expected);
    }
}

#[tokio::test]
async fn a_model_that_nothing_stands_for_is_unknown() {
    let rig = Plan::of(&["main"]).start().await;
    set(&rig, "", None, [true, true]);
    rig.upstream.always_on(
        Route::Models,
        &account("main"),
        Reply::json(200, json!({"models": []})),
    );
    let answer = ask(&rig, FORMS[0], &body(false)).answer().await;
    assert_eq!(
        (answer.status.as_u16(), &answer.json()["error"]["type"]),
        (404, &json!("not_found_error"))
    );
    assert_eq!(rig.upstream.attempts().len(), 0);
}

#[tokio::test]
async fn a_session_and_its_agents_stay_with_one_profile() {
    let rig = rig().await;
    let asks = |text: &str| {
        let mut body = body(false);
        body["messages"][0]["content"] = json!(text);
        ask(&rig, FORMS[0], &body).header("x-claude-code-session-id", "s1")
    };
    rig.pool.pin(Some(rig.id("backup")));
    assert_eq!(asks("first").answer().await.status, 200);
    rig.pool.pin(None);
    let agent = asks("of an agent").header("x-claude-code-agent-id", "a1");
    assert_eq!(agent.answer().await.status, 200);
    assert_eq!(ask(&rig, FORMS[0], &body(false)).answer().await.status, 200);
    assert_eq!(rig.upstream.tried(), ["backup", "backup", "main"]);
    let sent = rig.upstream.attempt(1).await;
    assert_eq!(sent.json()["prompt_cache_key"], "s1");
    for name in ["x-claude-code-session-id", "x-claude-code-agent-id", "x-api-key"] {
        assert_eq!(sent.header(name), "", "{name}");
    }
}

#[tokio::test]
async fn a_client_limited_to_a_profile_stays_there_in_both_forms() {
    let rig = rig().await;
    set(&rig, "claude-* = gpt-test", Some([rig.id("backup")].into()), [true, true]);
    rig.upstream.always(&account("backup"), Reply::usage_limit(FAR_RESET));
    for path in FORMS {
        assert_eq!(ask(&rig, path, &body(false)).answer().await.status, 429);
    }
    assert!(rig.upstream.tried().iter().all(|name| name == "backup"), "{:?}", rig.upstream.tried());
}

#[tokio::test]
async fn tokens_are_estimated_without_a_request() {
    let rig = rig().await;
    let answer = ask(&rig, "/v1/messages/count_tokens", &body(false)).answer().await;
    assert!(answer.json()["input_tokens"].as_u64().unwrap() > 0);
    assert_eq!(answer.header("x-rotunda-estimate"), "true");
    let bad = Ask::new(Method::POST, rig.url("/v1/messages/count_tokens"));
    let bad = bad.header("x-api-key", CLIENT).body("{").answer().await;
    assert_eq!(
        (bad.status.as_u16(), &bad.json()["error"]["type"]),
        (400, &json!("invalid_request_error"))
    );
    assert_eq!(rig.upstream.attempts().len(), 0);
}

#[tokio::test]
async fn a_lent_key_opens_what_the_client_may_until_it_is_given_back() {
    let rig = rig().await;
    let with_lent = |path: &str| {
        let ask = Ask::new(Method::POST, rig.url(path)).json(&body(false));
        ask.header("authorization", &format!("Bearer {LENT}"))
    };
    assert_eq!(with_lent(FORMS[0]).answer().await.status, 401);
    let lend_key =
        || rig.router.lend_key_to_client(Secret::new(LENT.to_owned()), None, "one".into());
    let lent = lend_key();
    assert_eq!(with_lent(FORMS[0]).answer().await.status, 200);
    assert_eq!(with_lent("/codex/responses").answer().await.status, 404);
    drop(lent);
    assert_eq!(with_lent(FORMS[0]).answer().await.status, 401);
    let _lent = lend_key();
    let settings = ApiSettings { messages: true, ..ApiSettings::default() };
    rig.router.set_api_clients(ApiClients::new(settings, Vec::new()));
    assert_eq!(with_lent(FORMS[0]).answer().await.status, 401, "the client is revoked");
}

/// The paths with the key of Codex are what they were.
#[tokio::test]
async fn the_key_of_codex_is_not_translated() {
    let rig = rig().await;
    for path in FORMS {
        let ask = Ask::new(Method::POST, rig.url(path)).json(&body(false));
        ask.header("authorization", &format!("Bearer {KEY}")).answer().await;
    }
    let sent = rig.upstream.received();
    let bodies: Vec<_> = sent.iter().map(|it| &*it.body).filter(|it| !it.is_empty()).collect();
    assert!(bodies.len() >= FORMS.len(), "{bodies:?}");
    assert!(bodies.iter().all(|it| *it == body(false).to_string().as_bytes()), "{bodies:?}");
}
