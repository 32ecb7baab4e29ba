//! What survives the router: `rotunda serve` itself, killed and started again.

use std::time::Duration;

use reqwest::Method;
use rotunda_tests::{
    Reply, ScriptedUpstream, Whole,
    client::Ask,
    rig::{chained, turn, user},
};
use serde_json::Value;
use tempfile::TempDir;

struct Machine {
    upstream: ScriptedUpstream,
    rotunda: Whole,
    _codex: TempDir,
}

impl Machine {
    async fn start(names: &[&str]) -> Self {
        let upstream = ScriptedUpstream::start().await;
        let codex = tempfile::tempdir().unwrap();
        let mut rotunda = Whole::new(&upstream, codex.path());
        for name in names {
            rotunda.add(&upstream, name).await;
        }
        rotunda.serve().await;
        Self { upstream, rotunda, _codex: codex }
    }

    fn ask(&self, body: &Value) -> Ask {
        let url = format!("{}/responses", self.rotunda.codex_url());
        Ask::new(Method::POST, url.parse().unwrap()).json(body)
    }

    async fn use_profile(&self, name: &str) {
        let ran = self.rotunda.run(&["use", name]).await;
        assert_eq!(ran.code, Some(0), "{ran:?}");
    }
}

/// The ledger may lose what is younger than 200 ms; this is older.
#[tokio::test]
async fn c21_a_chain_survives_a_killed_router() {
    let mut machine = Machine::start(&["main", "second"]).await;
    machine.use_profile("second").await;
    machine.upstream.next("account-second", Reply::turn("resp-second", "hi"));
    assert_eq!(machine.ask(&turn(&[user("begin")])).answer().await.status, 200);
    machine.use_profile("main").await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    machine.rotunda.kill().await;
    machine.rotunda.serve().await;
    let answer = machine.ask(&chained("resp-second", &[user("go on")])).answer().await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(machine.upstream.tried(), ["second", "second"]);
}

#[tokio::test]
async fn a_rest_survives_a_killed_router() {
    let mut machine = Machine::start(&["main", "second"]).await;
    machine.use_profile("main").await;
    machine.upstream.next("account-main", Reply::usage_limit(rotunda_tests::jwt::FAR));
    assert_eq!(machine.ask(&turn(&[user("hi")])).answer().await.status, 200);
    tokio::time::sleep(Duration::from_millis(300)).await;
    machine.rotunda.kill().await;
    machine.rotunda.serve().await;
    assert_eq!(machine.ask(&turn(&[user("hi")])).answer().await.status, 200);
    assert_eq!(machine.upstream.tried(), ["main", "second", "second"]);
}

#[tokio::test]
async fn the_address_survives_a_restart() {
    let mut machine = Machine::start(&["main"]).await;
    let before = machine.rotunda.codex_url();
    assert_eq!(machine.rotunda.stop().await, Some(0), "asked to, it ends well");
    machine.rotunda.serve().await;
    assert_eq!(machine.rotunda.codex_url(), before);
}

/// Two of them would refresh the same tokens.
#[tokio::test]
async fn a_second_router_refuses_to_start() {
    let machine = Machine::start(&["main"]).await;
    let ran = machine.rotunda.run(&["serve", "--json"]).await;
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert_eq!(ran.err.trim().lines().count(), 1, "one sentence: {ran:?}");
}
