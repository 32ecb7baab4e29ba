//! Each step at which a sign-in changes hands, made to fail in each way: after
//! it, and after a restart, the sign-in is wholly there or wholly gone, and
//! what happened is reported.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use reqwest::Method;
use rotunda_tests::{
    Person, Ran, Reply, ScriptedUpstream, Whole,
    client::Ask,
    jwt,
    rig::{turn, user},
};
use serde_json::{Value, json};
use tempfile::TempDir;

/// Longer than any pause of Rotunda's.
const PATIENCE: Duration = Duration::from_secs(60);
const ACCOUNT: &str = "account-work";
/// What the place of the sign-ins, or Codex's file, does.
const FAULTS: [&str; 8] = ["ENOSPC", "EMFILE", "EIO", "EROFS", "locked", "slow", "never", "kill"];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Import,
    Login,
    Renewal,
    HandOver,
    Remove,
    Move,
}

/// What a step came to.
enum Outcome {
    Ran(Ran),
    Answered(u16),
    Killed,
}

struct Scene {
    step: Step,
    fault: &'static str,
    upstream: ScriptedUpstream,
    rotunda: Whole,
    codex: TempDir,
    faults: PathBuf,
}

impl Scene {
    async fn new(step: Step, fault: &'static str) -> Self {
        let upstream = ScriptedUpstream::start().await;
        let codex = tempfile::tempdir().unwrap();
        let rotunda = Whole::new(&upstream, codex.path());
        let faults = rotunda.home().join("faults");
        let rotunda = rotunda.env("ROTUNDA_FAULTS", &faults.display().to_string());
        let rotunda = if step == Step::Move {
            let keychain = rotunda.home().join("keychain.json").display().to_string();
            rotunda.without("ROTUNDA_VAULT").env("ROTUNDA_TEST_KEYCHAIN", &keychain)
        } else {
            rotunda
        };
        let mut scene = Self { step, fault, upstream, rotunda, codex, faults };
        scene.prepare().await;
        scene
    }

    async fn prepare(&mut self) {
        self.upstream.issuer().person(ACCOUNT);
        match self.step {
            Step::Import | Step::Login => {}
            Step::Renewal | Step::Remove | Step::Move => {
                self.rotunda.add(&self.upstream, "work").await;
            }
            Step::HandOver => {
                self.codex_signs_in(&self.codex.path().join("auth.json"));
                let codex = self.codex.path().display().to_string();
                let ran = self.rotunda.run(&["import", &codex, "--name", "work"]).await;
                assert_eq!(ran.code, Some(0), "{ran:?}");
            }
        }
        self.rotunda.serve().await;
    }

    fn codex_signs_in(&self, path: &Path) {
        let tokens = self.upstream.issuer().sign_in(ACCOUNT, jwt::FAR);
        let auth = json!({
            "auth_mode": "chatgpt", "OPENAI_API_KEY": null,
            "tokens": {"id_token": jwt::identity(ACCOUNT), "access_token": tokens.access,
                       "refresh_token": tokens.refresh, "account_id": ACCOUNT},
            "last_refresh": "2026-11-20T00:00:00Z",
        });
        fs::write(path, auth.to_string()).unwrap();
    }

    fn break_it(&self) {
        let place = match (self.step, self.fault) {
            (Step::HandOver, _) => "own.write",
            (_, "kill") => "vault.next",
            (Step::Remove, _) => "vault.remove",
            _ => "vault.write",
        };
        fs::write(&self.faults, format!("{place}={}\n", self.fault)).unwrap();
    }

    fn mend(&self) {
        fs::remove_file(&self.faults).unwrap();
    }

    fn arguments(&self) -> Vec<String> {
        let text = |arguments: &[&str]| arguments.iter().map(|&it| it.to_owned()).collect();
        match self.step {
            Step::Import => {
                let file = self.rotunda.home().join("offered.json");
                self.codex_signs_in(&file);
                text(&["import", &file.display().to_string(), "--name", "work"])
            }
            Step::Login => text(&["login", "--no-browser", "--name", "work"]),
            Step::Remove => text(&["remove", "work"]),
            Step::Move => text(&["vault", "move", "file"]),
            Step::Renewal | Step::HandOver => Vec::new(),
        }
    }

    fn ask(&self) -> Ask {
        let url = format!("{}/responses", self.rotunda.codex_url());
        Ask::new(Method::POST, url.parse().unwrap()).json(&turn(&[user("hi")]))
    }

    /// Takes the step while it is broken.
    async fn take(&mut self) -> Outcome {
        self.break_it();
        if matches!(self.step, Step::Renewal | Step::HandOver) {
            let expired = json!({"error": {"code": "token_expired"}});
            self.upstream.next(ACCOUNT, Reply::json(401, expired));
            if self.fault != "kill" {
                return Outcome::Answered(self.ask().answer().await.status.as_u16());
            }
            let asking = tokio::spawn(self.ask().try_head());
            self.dies().await;
            asking.abort();
            return Outcome::Killed;
        }
        let arguments = self.arguments();
        let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
        let mut talk = self.rotunda.talk(&arguments);
        if self.step == Step::Login {
            let page = talk.page().await;
            // The page says how it ended, unless Rotunda is killed before.
            tokio::spawn(async move { Person::new().allows(&page).await });
        }
        if self.fault != "kill" {
            return Outcome::Ran(talk.ends().await);
        }
        self.dies().await;
        drop(talk);
        Outcome::Killed
    }

    /// Kills Rotunda where it stopped.
    async fn dies(&mut self) {
        let halted = self.faults.with_extension("halted");
        rotunda_tests::eventually("the step to be reached", || halted.exists()).await;
        self.rotunda.kill().await;
    }

    /// Files of Rotunda's that hold a token of the account.
    fn holders(&self, token: &str) -> Vec<PathBuf> {
        let mut files = Vec::new();
        let mut folders = vec![self.rotunda.home().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if !path.ends_with("offered.json")
                    && fs::read(&path).is_ok_and(|it| String::from_utf8_lossy(&it).contains(token))
                {
                    files.push(path);
                }
            }
        }
        files
    }

    async fn profile(&self) -> Option<Value> {
        let profiles = self.rotunda.run(&["profiles", "--json"]).await.json();
        profiles.as_array().unwrap().first().cloned()
    }

    /// Checks what is reported to the user.
    async fn is_reported(&self, outcome: &Outcome) {
        let works = self.fault == "slow";
        match outcome {
            Outcome::Ran(ran) if works => assert_eq!(ran.code, Some(0), "{ran:?}"),
            Outcome::Ran(ran) => {
                assert_eq!(ran.code, Some(1), "{}: {ran:?}", self.what());
                assert!(!ran.err.trim().is_empty(), "{ran:?}");
            }
            Outcome::Answered(status) => {
                assert_eq!(*status, 200, "{}: the renewed token serves", self.what());
                if self.step == Step::Renewal && !works {
                    let profile = self.profile().await.unwrap();
                    let advice = profile["not_saved"].as_str().unwrap_or_default();
                    assert!(advice.contains("not saved yet"), "{}: {profile}", self.what());
                }
            }
            Outcome::Killed => {}
        }
    }

    fn what(&self) -> String {
        format!("{:?} with {}", self.step, self.fault)
    }

    /// Whether the sign-in is there; none while it is neither there nor gone.
    async fn is_there(&self) -> Option<bool> {
        let live = self.upstream.issuer().live(ACCOUNT);
        let any = self.holders("rt-account-work");
        let Some(profile) = self.profile().await else { return any.is_empty().then_some(false) };
        let live = self.holders(&live?);
        let saved = profile["not_saved"].is_null() && profile["standing"] == "ready";
        (saved && live.len() == 1 && any == live).then_some(true)
    }

    async fn is_gone(&self, when: &str) {
        let goes = async {
            while self.is_there().await != Some(false) {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        let gone = tokio::time::timeout(PATIENCE, goes).await;
        assert!(gone.is_ok(), "{} neither serves nor is gone {when}", self.what());
    }

    /// It must be so, and soon; `None` is either.
    async fn ends_as(&self, wanted: Option<bool>, when: &str) {
        let settles = async {
            loop {
                let is_there = self.is_there().await;
                if is_there.is_some() && (wanted.is_none() || is_there == wanted) {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        if tokio::time::timeout(PATIENCE, settles).await.is_err() {
            let (profile, files) = (self.profile().await, self.holders("rt-account-work"));
            let live = self.upstream.issuer().live(ACCOUNT);
            panic!("{} is not {wanted:?} {when}: {profile:?} {files:?} {live:?}", self.what());
        }
        if self.is_there().await == Some(true) {
            let answer = self.ask().answer().await;
            if wanted.is_none() && answer.status != 200 {
                // What the command did not wait for was done after the look.
                return self.is_gone(when).await;
            }
            assert_eq!(answer.status, 200, "{} {when}: {}", self.what(), answer.text());
        }
        if self.step == Step::HandOver {
            let live = self.upstream.issuer().live(ACCOUNT).unwrap();
            let auth = self.codex.path().join("auth.json");
            let holds = || fs::read_to_string(&auth).is_ok_and(|text| text.contains(&live));
            rotunda_tests::eventually("Codex to hold the living token", holds).await;
        }
    }
}

async fn cell(step: Step, fault: &'static str) {
    let mut scene = Scene::new(step, fault).await;
    let outcome = scene.take().await;
    scene.is_reported(&outcome).await;
    scene.mend();
    let wanted = match (step, fault) {
        (Step::Renewal | Step::HandOver | Step::Move, _) => Some(true),
        // What was not answered in time may still have been done.
        (_, "kill" | "never") => None,
        (Step::Import | Step::Login, fault) => Some(fault == "slow"),
        (Step::Remove, fault) => Some(fault != "slow"),
    };
    if matches!(outcome, Outcome::Killed) {
        scene.rotunda.serve().await;
    }
    scene.ends_as(wanted, "when it works again").await;
    scene.rotunda.stop().await;
    scene.rotunda.serve().await;
    scene.ends_as(wanted, "after a restart").await;
}

async fn all(step: Step) {
    for few in FAULTS.chunks(4) {
        let cells: Vec<_> = few.iter().map(|fault| tokio::spawn(cell(step, fault))).collect();
        for cell in cells {
            cell.await.unwrap();
        }
    }
}

#[tokio::test]
async fn an_import_that_fails_leaves_all_or_nothing() {
    all(Step::Import).await;
}

#[tokio::test]
async fn a_login_that_fails_leaves_all_or_nothing() {
    all(Step::Login).await;
}

#[tokio::test]
async fn a_renewal_that_cannot_be_stored_is_stored_later() {
    all(Step::Renewal).await;
}

#[tokio::test]
async fn a_hand_over_to_codex_that_fails_is_made_up_for() {
    all(Step::HandOver).await;
}

#[tokio::test]
async fn a_removal_that_fails_leaves_all_or_nothing() {
    all(Step::Remove).await;
}

#[tokio::test]
async fn a_move_that_fails_leaves_each_sign_in_in_one_place() {
    all(Step::Move).await;
}
