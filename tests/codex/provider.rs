//! The real client with a model of another provider.

use rotunda_core::provider::Provider;
use rotunda_tests::{Plan, Rig, ScriptedUpstream};

use crate::client::CodexHome;

#[tokio::test]
async fn a_turn_with_a_model_of_a_provider_goes_there_and_the_next_one_to_the_plan() {
    let other = ScriptedUpstream::start().await;
    let models = vec!["deep".to_owned()];
    let provider = Provider { base: other.api(), models, fallback: Vec::new() };
    let rig: Rig = Plan::of(&["main"]).provider("deep", provider).start().await;
    let home = CodexHome::new(&rig.upstream);
    let binding = format!("openai_base_url = \"{}\"\n", rig.keyed("/codex"));
    home.configure(&format!("model = \"deep\"\n{binding}"));
    let run = home.exec("hi").await;
    assert!(run.good, "{}", run.text);
    let sent = other.attempts().pop().unwrap();
    assert_eq!((sent.bearer(), sent.account()), ("sk-deep", ""));
    assert_eq!(sent.json()["model"], "deep");
    assert!(sent.socket.is_none(), "over HTTP");
    let of_openai = rig.upstream.attempts();
    assert!(of_openai.iter().all(|it| it.json()["model"] != "deep"), "{of_openai:?}");
    // No message about the change to HTTP.
    assert!(!run.text.contains("Reconnecting"), "{}", run.text);
    let home = CodexHome::new(&rig.upstream);
    home.configure(&binding);
    home.exec("hi").await.is_one_clean_turn(&["hello from main"]);
}
