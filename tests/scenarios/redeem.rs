//! `rotunda redeem`, with the whole of Rotunda: a question, one request, and nothing that
//! is not on the disk.

use std::{
    fs,
    sync::{Arc, Mutex},
};

use rotunda_host::clock;
use rotunda_tests::{
    Account, Ran, Received, Reply, ResetCredit, Route, ScriptedUpstream, Whole, Window, eventually,
};
use serde_json::Value;

const FAR_AWAY: &str = "2099-02-01T08:00:00Z";

struct Scene {
    upstream: ScriptedUpstream,
    rotunda: Whole,
    account: Arc<Mutex<Account>>,
    faults: tempfile::NamedTempFile,
    _codex: tempfile::TempDir,
}

fn now() -> u64 {
    clock::unix(clock::system()()).cast_unsigned()
}

impl Scene {
    /// `main` has used most of its five hours and has one reset.
    async fn new() -> Self {
        let upstream = ScriptedUpstream::start().await;
        let window =
            |used_percent, hours: u64| Window { used_percent, resets_at: now() + hours * 3600 };
        let mut account = Account::named("account-main", window(88.0, 4), window(40.0, 90));
        account.reset_credits.available = vec![ResetCredit::named("one", FAR_AWAY)];
        let account = Arc::new(Mutex::new(account));
        let held = account.clone();
        upstream.when(move |seen| {
            let mut account = held.lock().unwrap();
            match seen.route {
                Route::Usage => Some(Reply::json(200, account.usage(now()))),
                Route::ResetCredits => Some(account.reset_credits.answer()),
                Route::Redeem => {
                    let reply = account.reset_credits.consume(&seen.json());
                    account.five_hours.used_percent = 0.0;
                    account.week.used_percent = 0.0;
                    Some(reply)
                }
                _ => None,
            }
        });
        let (codex, faults) =
            (tempfile::tempdir().unwrap(), tempfile::NamedTempFile::new().unwrap());
        let file = faults.path().to_string_lossy().into_owned();
        let mut rotunda = Whole::new(&upstream, codex.path()).env("ROTUNDA_FAULTS", &file);
        rotunda.add(&upstream, "main").await;
        rotunda.serve().await;
        Self { upstream, rotunda, account, faults, _codex: codex }
    }

    async fn redeem(&self, options: &[&str]) -> Ran {
        self.rotunda.run(&[&["redeem", "main"], options].concat()).await
    }

    fn requests(&self) -> Vec<Value> {
        self.upstream.received_on(Route::Redeem).iter().map(Received::json).collect()
    }
}

#[tokio::test]
async fn a_reset_is_used_once_after_its_question() {
    let scene = Scene::new().await;
    let asked = scene.redeem(&[]).await;
    assert_eq!(asked.code, Some(1), "{asked:?}");
    assert!(asked.out.contains("12% left") && asked.out.contains("cannot be undone"), "{asked:?}");
    assert!(asked.err.contains("--yes"), "a program has to say so: {asked:?}");
    assert!(scene.requests().is_empty());
    let used = scene.redeem(&["--yes"]).await;
    assert_eq!(used.code, Some(0), "{used:?}");
    eventually("the request went out", || scene.requests().len() == 1).await;
    assert_eq!(scene.requests()[0]["credit_id"], "one");
    assert_eq!(scene.account.lock().unwrap().reset_credits.redeemed_by.len(), 1);
    let again = scene.redeem(&["--yes"]).await;
    assert_eq!(again.code, Some(1), "{again:?}");
    assert_eq!(scene.requests().len(), 1, "none is left");
    let quota = scene.rotunda.run(&["quota", "--json"]).await.json();
    assert_eq!(quota[0]["windows"][0]["left_percent"], 100.0, "{quota}");
}

/// A full disk: no number is stored, so no request goes out.
#[tokio::test]
async fn what_cannot_be_written_down_is_not_sent() {
    let scene = Scene::new().await;
    fs::write(scene.faults.path(), "store.write=ENOSPC\n").unwrap();
    let refused = scene.redeem(&["--yes"]).await;
    assert_eq!(refused.code, Some(1), "{refused:?}");
    assert!(scene.requests().is_empty(), "{refused:?}");
    fs::write(scene.faults.path(), "").unwrap();
    let used = scene.redeem(&["--yes"]).await;
    assert_eq!(used.code, Some(0), "{used:?}");
    assert_eq!(scene.requests().len(), 1);
}
