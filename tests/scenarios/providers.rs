//! Keys of other providers: their models go to them, with their keys, and nothing else does.

use rotunda_core::{Standing, provider::Provider};
use rotunda_tests::{
    Gate, Plan, Reply, Rig, ScriptedUpstream,
    client::{Ask, Socket},
    event,
    rig::{frame, turn, user},
    upstream::ANYONE,
};
use serde_json::{Value, json};

/// How a key stands after an answer.
#[derive(Debug, PartialEq, Eq)]
enum Kept {
    Ready,
    Resting,
    NeedsUser,
}

const HOUR: u64 = 3600;

/// Two plans, and a key for the models of another provider.
async fn rig(fallback: &[&str]) -> (Rig, ScriptedUpstream) {
    let other = ScriptedUpstream::start().await;
    let provider = Provider {
        base: other.api(),
        models: vec!["deep".to_owned()],
        fallback: fallback.iter().map(|model| (*model).to_owned()).collect(),
    };
    let rig = Plan::of(&["main", "second"]).provider("deep", provider).start().await;
    (rig, other)
}

fn of_model(model: &str) -> Value {
    let mut body = turn(&[user("hi")]);
    body["model"] = json!(model);
    body
}

#[tokio::test]
async fn a_model_of_a_provider_goes_there_with_its_key() {
    let (rig, other) = rig(&[]).await;
    let answer = rig.ask(&of_model("deep")).answer().await;
    assert_eq!(answer.status, 200);
    assert_eq!(rig.upstream.attempts().len(), 0, "OpenAI sees nothing of it");
    let sent = other.attempts().pop().unwrap();
    assert_eq!((sent.bearer(), sent.account()), ("sk-deep", ""));
    assert_eq!(
        (sent.path.as_str(), sent.json()["model"].as_str()),
        ("/v1/responses", Some("deep"))
    );
}

#[tokio::test]
async fn turns_of_plans_never_go_to_a_provider() {
    let (rig, other) = rig(&[]).await;
    for name in ["main", "second"] {
        let out = Reply::usage_limit(rig.clock.unix() + HOUR);
        rig.upstream.always(&format!("account-{name}"), out);
    }
    for model in ["gpt-test", "deeper"] {
        assert_eq!(rig.ask(&of_model(model)).answer().await.status, 429);
    }
    let compact = rig.keyed("/codex/responses/compact");
    Ask::new(reqwest::Method::POST, compact).json(&of_model("deep")).answer().await;
    assert_eq!(other.attempts().len(), 0);
    let sent: Vec<_> = rig.upstream.attempts().iter().map(|it| it.bearer().to_owned()).collect();
    assert!(!sent.is_empty() && sent.iter().all(|bearer| bearer != "sk-deep"));
}

#[tokio::test]
async fn a_provider_stands_in_for_plans_that_are_out_where_the_user_lets_it() {
    let (rig, other) = rig(&["gpt-test"]).await;
    assert_eq!(rig.ask(&of_model("gpt-test")).answer().await.status, 200);
    assert_eq!(other.attempts().len(), 0, "plans first");
    for name in ["main", "second"] {
        let out = Reply::usage_limit(rig.clock.unix() + HOUR);
        rig.upstream.always(&format!("account-{name}"), out);
    }
    assert_eq!(rig.ask(&of_model("gpt-test")).answer().await.status, 200);
    assert_eq!(other.attempts().pop().unwrap().bearer(), "sk-deep");
    assert_eq!(rig.ask(&of_model("gpt-mini")).answer().await.status, 429);
}

#[tokio::test]
async fn errors_of_a_provider_are_read_by_the_same_rules() {
    for (status, code, kept) in [
        (429, "insufficient_quota", Kept::Resting),
        (402, "insufficient_quota", Kept::Resting),
        // The code is unknown: the error is passed on as it came.
        (402, "insufficient_balance", Kept::Ready),
        (400, "invalid_prompt", Kept::Ready),
        (401, "invalid_api_key", Kept::NeedsUser),
    ] {
        let (rig, other) = rig(&[]).await;
        other.always(ANYONE, Reply::error(status, code, "No."));
        let answer = rig.ask(&of_model("deep")).answer().await;
        assert!(!answer.status.is_success(), "{code}");
        if status == 400 {
            assert_eq!((answer.status.as_u16(), answer.code().as_str()), (status, code));
        }
        assert_eq!(rig.upstream.attempts().len(), 0, "no plan stands in for it: {code}");
        let now = match rig.standing("deep") {
            Standing::Resting(_) => Kept::Resting,
            Standing::NeedsSignIn => Kept::NeedsUser,
            _ => Kept::Ready,
        };
        assert_eq!(now, kept, "{code}");
    }
}

#[tokio::test]
async fn a_conversation_of_a_provider_continues_over_http_and_others_keep_their_sockets() {
    let (rig, other) = rig(&[]).await;
    let url = rig.keyed("/codex/responses");
    let mut socket = Socket::open(&url, &[("session-id", "s1")]).await.unwrap();
    socket.send(&frame(of_model("deep"))).await;
    let (events, _) = socket.read_to_end().await;
    assert!(events.iter().all(|event| event["status"] == 409), "{events:?}");
    let again = Socket::open(&url, &[("session-id", "s1")]).await;
    assert_eq!(again.unwrap_err().status(), 426);
    assert!(Socket::open(&url, &[("session-id", "s2")]).await.is_ok());
    assert_eq!(rig.ask(&of_model("deep")).header("session-id", "s1").answer().await.status, 200);
    let opened = other.attempts().into_iter().filter(|it| it.socket.is_some()).count();
    assert_eq!(opened, 0, "no socket goes to the provider");
}

#[tokio::test]
async fn a_stream_of_a_provider_passes_as_it_comes() {
    let (rig, other) = rig(&[]).await;
    let gate = Gate::closed();
    let begins = Reply::events([event::delta("one")]).pass(&gate);
    other.next(ANYONE, begins.then_events([event::completed("resp-1")]));
    let mut head = rig.ask(&of_model("deep")).head().await;
    head.until("one").await;
    gate.open();
    assert!(head.read_to_end().await.text().contains("response.completed"));
}
