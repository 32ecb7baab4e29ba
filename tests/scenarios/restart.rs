//! What survives the router: `rotunda serve` itself, killed and started again.

use std::{fs, time::Duration};

use reqwest::Method;
use rotunda_tests::{
    Reply, ScriptedUpstream, Whole,
    client::Ask,
    rig::{chained, turn, user},
};
use rusqlite::{Connection, OpenFlags};
use serde_json::Value;
use tempfile::TempDir;
use tokio::time::{sleep, timeout};

/// Longer than any pause of Rotunda's.
const PATIENCE: Duration = Duration::from_secs(100);
const CHAIN: &str = "chains WHERE text = 'resp-second'";

struct Machine {
    upstream: ScriptedUpstream,
    rotunda: Whole,
    _codex: TempDir,
}

impl Machine {
    async fn start(names: &[&str]) -> Self {
        let upstream = ScriptedUpstream::start().await;
        let codex = tempfile::tempdir().unwrap();
        let rotunda = Whole::new(&upstream, codex.path());
        let faults = rotunda.home().join("faults").display().to_string();
        let mut rotunda = rotunda.env("ROTUNDA_FAULTS", &faults);
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

    /// Rows of the store that are so.
    fn saved(&self, rows: &str) -> u32 {
        let file = self.rotunda.home().join("rotunda/data/rotunda.db");
        let store = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
        let query = format!("SELECT count(*) FROM {rows}");
        // A moment in which the router writes counts as none.
        store.query_row(&query, [], |row| row.get(0)).unwrap_or_default()
    }

    /// Waits for such a row: the router saves what is new within 200 ms.
    async fn saves(&self, rows: &str) {
        self.waits_for(rows, || self.saved(rows) > 0).await;
    }

    async fn waits_for(&self, what: &str, is_so: impl Fn() -> bool) {
        let waiting = async {
            while !is_so() {
                sleep(Duration::from_millis(20)).await;
            }
        };
        timeout(PATIENCE, waiting).await.unwrap_or_else(|_| panic!("never: {what}"));
    }

    /// Killed and started again, it sends the chain to the profile that holds it.
    async fn survives_a_kill(&mut self) {
        self.rotunda.kill().await;
        self.rotunda.serve().await;
        let answer = self.ask(&chained("resp-second", &[user("go on")])).answer().await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        assert_eq!(self.upstream.tried(), ["second", "second"]);
    }

    /// The store cannot be written from now on, or can be again.
    fn fills_the_disk(&self, is_full: bool) {
        let fault = if is_full { "store.write=ENOSPC\n" } else { "" };
        fs::write(self.rotunda.home().join("faults"), fault).unwrap();
    }
}

#[tokio::test]
async fn c21_a_chain_survives_a_killed_router() {
    let mut machine = Machine::start(&["main", "second"]).await;
    machine.use_profile("second").await;
    machine.upstream.next("account-second", Reply::turn("resp-second", "hi"));
    assert_eq!(machine.ask(&turn(&[user("begin")])).answer().await.status, 200);
    machine.use_profile("main").await;
    machine.saves(CHAIN).await;
    machine.survives_a_kill().await;
}

/// A disk that is full for a moment takes no conversation away.
#[tokio::test]
async fn a_chain_that_could_not_be_saved_is_saved_later() {
    let mut machine = Machine::start(&["main", "second"]).await;
    machine.use_profile("second").await;
    machine.fills_the_disk(true);
    machine.upstream.next("account-second", Reply::turn("resp-second", "hi"));
    assert_eq!(machine.ask(&turn(&[user("begin")])).answer().await.status, 200);
    let warning = "conversations are not saved yet";
    machine.waits_for(warning, || machine.rotunda.log().contains(warning)).await;
    assert_eq!(machine.saved(CHAIN), 0);
    machine.fills_the_disk(false);
    machine.saves(CHAIN).await;
    machine.use_profile("main").await;
    machine.survives_a_kill().await;
}

#[tokio::test]
async fn a_rest_survives_a_killed_router() {
    let mut machine = Machine::start(&["main", "second"]).await;
    machine.use_profile("main").await;
    machine.upstream.next("account-main", Reply::usage_limit(rotunda_tests::jwt::FAR));
    assert_eq!(machine.ask(&turn(&[user("hi")])).answer().await.status, 200);
    machine.saves("kept WHERE standing <> 'ready'").await;
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

/// On a machine without a desktop the hook of a notification runs too, and not again after a
/// restart.
#[cfg(unix)]
#[tokio::test]
async fn the_hook_of_a_notification_runs_without_a_tray_app() {
    let mut machine = Machine::start(&["main", "second"]).await;
    let heard = machine.rotunda.home().join("heard");
    let command = format!("(cat; echo) >> {}", heard.display());
    for hook in ["hooks.out", "hooks.paused"] {
        let ran = machine.rotunda.run(&["settings", "set", hook, &command]).await;
        assert_eq!(ran.code, Some(0), "{ran:?}");
    }
    for account in ["account-main", "account-second"] {
        machine.upstream.always(account, Reply::usage_limit(rotunda_tests::jwt::FAR));
    }
    assert_eq!(machine.ask(&turn(&[user("hi")])).answer().await.status, 429);
    let events = || fs::read_to_string(&heard).unwrap_or_default();
    machine.waits_for("the hook", || events().contains('\n')).await;
    let event: Value = serde_json::from_str(events().trim()).unwrap();
    assert_eq!((&event["kind"], &event["test"]), (&"out".into(), &false.into()), "{event}");
    assert!(event["text"].as_str().unwrap().starts_with("All profiles are out: "), "{event}");
    machine.rotunda.kill().await;
    machine.rotunda.serve().await;
    assert_eq!(machine.ask(&turn(&[user("hi")])).answer().await.status, 429);
    // Hooks run in order: a second one of the notification would come before this one.
    sleep(Duration::from_millis(300)).await;
    let ran = machine.rotunda.run(&["pause", "main"]).await;
    assert_eq!(ran.code, Some(0), "{ran:?}");
    machine.waits_for("the other hook", || events().lines().count() > 1).await;
    let second: Value = serde_json::from_str(events().lines().nth(1).unwrap()).unwrap();
    assert_eq!(second["kind"], "paused", "{second}");
}
