//! `rotunda serve` killed again and again while it renews: no sign-in is lost.

use std::{fs, time::Duration};

use reqwest::Method;
use rotunda_tests::{
    ScriptedUpstream, Signal, Whole,
    client::Ask,
    in_time,
    rig::{turn, user},
};

const ACCOUNT: &str = "account-work";
/// Kills of a short run; the soak asks for 60.
const KILLS: u32 = 10;
/// Within this long after a turn began Rotunda is killed, in milliseconds.
const SPREAD: u32 = 120;
const STEP: Duration = Duration::from_millis(1);

fn kills() -> u32 {
    let wanted = std::env::var("ROTUNDA_TEST_KILLS").ok().and_then(|text| text.parse().ok());
    wanted.unwrap_or(KILLS)
}

struct Scene {
    upstream: ScriptedUpstream,
    rotunda: Whole,
    _codex: tempfile::TempDir,
}

impl Scene {
    async fn new() -> Self {
        let upstream = ScriptedUpstream::start().await;
        let codex = tempfile::tempdir().unwrap();
        let rotunda = Whole::new(&upstream, codex.path());
        rotunda.add(&upstream, "work").await;
        Self { upstream, rotunda, _codex: codex }
    }

    /// Renewed tokens end so soon that each start renews at once.
    fn tokens_end_soon(&self) {
        let now = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs();
        self.upstream.issuer().set_expiry(ACCOUNT, now + 240);
    }

    fn ask(&self) -> Ask {
        let url = format!("{}/responses", self.rotunda.codex_url());
        Ask::new(Method::POST, url.parse().unwrap()).json(&turn(&[user("hi")]))
    }

    /// Whether the token that the issuer takes next is in the vault, finished or not.
    fn is_stored(&self) -> bool {
        let live = self.upstream.issuer().live(ACCOUNT).expect("a living token");
        let folder = self.rotunda.home().join("rotunda");
        let mut folders = vec![folder];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder).unwrap() {
                let path = entry.unwrap().path();
                let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                if path.is_dir() {
                    folders.push(path);
                } else if name == "vault.json" || name == "vault.next" {
                    // A token that begins like it is another one.
                    let held = format!("\"refresh\\\":\\\"{live}\\\"");
                    let text = fs::read_to_string(&path).unwrap_or_default();
                    if text.contains(&held[1..]) {
                        return true;
                    }
                }
            }
        }
        false
    }

    /// Stops Rotunda where it is, and kills it there unless the issuer's answer is on its way to
    /// the vault: a token that is spent and has not come yet cannot be stored. Returns how often
    /// that was so.
    async fn dies(&mut self) -> u32 {
        let pid = self.rotunda.pid();
        let mut on_its_way = 0;
        in_time("an answer of the issuer to be stored", async {
            Signal::Stop.send(pid).await;
            while !self.is_stored() {
                on_its_way += 1;
                Signal::Continue.send(pid).await;
                tokio::time::sleep(STEP).await;
                Signal::Stop.send(pid).await;
            }
        })
        .await;
        self.rotunda.kill().await;
        on_its_way
    }
}

/// Item 6. The issuer takes each refresh token once, and forgives nothing.
#[tokio::test]
async fn no_sign_in_is_lost_when_rotunda_is_killed_under_constant_renewal() {
    let mut scene = Scene::new().await;
    scene.tokens_end_soon();
    let first = scene.upstream.issuer().live(ACCOUNT);
    let mut met = 0;
    for round in 0..kills() {
        scene.rotunda.serve().await;
        if round == 0 {
            let expired = serde_json::json!({"error": {"code": "token_expired"}});
            scene.upstream.next(ACCOUNT, rotunda_tests::Reply::json(401, expired));
        }
        let offered = scene.upstream.issuer().offers(ACCOUNT);
        let asking = tokio::spawn(scene.ask().try_head());
        if round % 2 == 0 {
            // A slow machine is killed before it renews: every other time the kill
            // comes after the request to the issuer.
            in_time("a renewal, or the turn's answer", async {
                while scene.upstream.issuer().offers(ACCOUNT) == offered && !asking.is_finished() {
                    tokio::time::sleep(STEP).await;
                }
            })
            .await;
        }
        // Spread evenly, in no order: 61 has no part in common with 120.
        let after = Duration::from_millis(u64::from(round * 61 % SPREAD));
        tokio::time::sleep(after).await;
        met += u32::from(scene.dies().await > 0);
        asking.abort();
    }
    scene.rotunda.serve().await;
    let answer = scene.ask().answer().await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let profiles = scene.rotunda.run(&["profiles", "--json"]).await.json();
    assert_eq!(profiles[0]["standing"], "ready", "{profiles}");
    let renewals = scene.upstream.issuer().offers(ACCOUNT);
    assert!(scene.upstream.issuer().live(ACCOUNT) != first && renewals > 1, "nothing was renewed");
    assert!(met <= renewals.try_into().unwrap(), "{met} of {renewals}");
}
