//! A lost or damaged database does not hide the sign-ins that the vault holds.

use std::{fs, path::PathBuf};

use reqwest::Method;
use rotunda_tests::{
    ScriptedUpstream, Whole,
    client::Ask,
    rig::{turn, user},
};
use serde_json::{Value, json};
use tempfile::TempDir;

struct Scene {
    upstream: ScriptedUpstream,
    rotunda: Whole,
    _codex: TempDir,
}

impl Scene {
    /// With these profiles.
    async fn of(names: &[&str]) -> Self {
        let upstream = ScriptedUpstream::start().await;
        let codex = tempfile::tempdir().unwrap();
        let rotunda = Whole::new(&upstream, codex.path());
        for name in names {
            rotunda.add(&upstream, name).await;
        }
        Self { upstream, rotunda, _codex: codex }
    }

    fn data(&self) -> PathBuf {
        self.rotunda.home().join("rotunda/data")
    }

    fn lose_database(&self) {
        for name in ["rotunda.db", "rotunda.db-wal", "rotunda.db-shm"] {
            let _ = fs::remove_file(self.data().join(name));
        }
    }

    fn damaged_files(&self) -> Vec<PathBuf> {
        let entries = fs::read_dir(self.data()).unwrap().map(|entry| entry.unwrap().path());
        entries.filter(|path| path.to_string_lossy().contains("rotunda.db.damaged-")).collect()
    }

    async fn profiles(&self) -> Vec<Value> {
        let profiles = self.rotunda.run(&["profiles", "--json"]).await.json();
        profiles.as_array().unwrap().clone()
    }

    async fn output_of(&self, arguments: &[&str]) -> String {
        self.rotunda.run(arguments).await.out
    }

    fn vault(&self) -> Value {
        let text = fs::read_to_string(self.data().join("vault.json")).unwrap();
        serde_json::from_str(&text).unwrap()
    }
}

const FOUND: &str = "3 sign-ins found in Rotunda's file of sign-ins without a profile";

#[tokio::test]
async fn sign_ins_of_a_lost_database_are_reported_and_restored() {
    let mut scene = Scene::of(&["work", "home", "lab"]).await;
    let before = scene.profiles().await;
    let items = scene.vault();
    scene.lose_database();
    for arguments in [&["profiles"][..], &["status"]] {
        let output = scene.output_of(arguments).await;
        assert!(output.contains(FOUND) && output.contains("`rotunda import`"), "{output}");
    }
    let checks = scene.rotunda.run(&["doctor", "--json"]).await.json();
    let is_reported = checks.to_string().contains("3 sign-ins are kept without a profile.");
    assert!(is_reported, "{checks}");
    // A running router reports the same.
    scene.rotunda.serve().await;
    rotunda_tests::in_time("the router to find them", async {
        while !scene.output_of(&["status"]).await.contains(FOUND) {}
    })
    .await;
    let listed = scene.rotunda.run(&["import", "--json"]).await.json();
    let names: Vec<_> = listed.as_array().unwrap().iter().map(|item| &item["name"]).collect();
    assert_eq!(names.len(), 3, "{listed}");
    for name in ["work", "home", "lab"] {
        assert!(names.contains(&&json!(name)), "{listed}");
    }
    let ran = scene.rotunda.run(&["import", "--found", "all"]).await;
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let output = scene.output_of(&["status"]).await;
    assert!(!output.contains("without a profile"), "{output}");
    let after = scene.profiles().await;
    for one in &before {
        let same = after.iter().find(|it| it["id"] == one["id"]);
        let same = same.unwrap_or_else(|| panic!("{one} is not in {after:?}"));
        assert_eq!((&same["name"], &same["email"]), (&one["name"], &one["email"]));
    }
    // No token is in two items.
    let names = |items: &Value| items.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&scene.vault()), names(&items));
    let url = format!("{}/responses", scene.rotunda.codex_url());
    let ask = Ask::new(Method::POST, url.parse().unwrap()).json(&turn(&[user("hi")]));
    assert_eq!(ask.answer().await.status, 200);
    assert_eq!(scene.rotunda.stop().await, Some(0));
}

#[tokio::test]
async fn one_of_them_is_taken_by_its_number_and_its_new_name() {
    let scene = Scene::of(&["work", "home"]).await;
    scene.lose_database();
    let ran = scene.rotunda.run(&["import", "--found", "1", "--name", "mine"]).await;
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert_eq!(scene.profiles().await[0]["name"], "mine");
    let listed = scene.rotunda.run(&["import", "--json"]).await.json();
    assert_eq!(listed.as_array().unwrap().len(), 1, "{listed}");
}

#[tokio::test]
async fn an_item_of_an_account_with_a_profile_is_not_imported_twice() {
    let scene = Scene::of(&["work"]).await;
    scene.lose_database();
    scene.rotunda.add(&scene.upstream, "work").await;
    let listed = scene.rotunda.run(&["import", "--json"]).await.json();
    assert_eq!(listed[0]["known"], "work", "{listed}");
    let ran = scene.rotunda.run(&["import", "--found", "1"]).await;
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert_eq!(scene.profiles().await.len(), 1);
    let items = scene.vault();
    let identities = items.as_object().unwrap().keys().filter(|name| !name.contains('/'));
    assert_eq!(identities.count(), 1, "one refresh token in one item: {items}");
}

#[tokio::test]
async fn a_damaged_database_is_moved_away_and_the_program_starts() {
    let damages: [fn(&mut Vec<u8>); 3] = [
        |bytes| *bytes = b"this is not a database, as anyone can see. ".repeat(200),
        |bytes| bytes.truncate(bytes.len() / 2 + 1),
        |bytes| bytes.iter_mut().skip(4096).for_each(|byte| *byte = 0xa5),
    ];
    for damage in damages {
        let mut scene = Scene::of(&["work", "home", "lab"]).await;
        let file = scene.data().join("rotunda.db");
        let mut bytes = fs::read(&file).unwrap();
        damage(&mut bytes);
        fs::write(&file, &bytes).unwrap();
        for tail in ["-wal", "-shm"] {
            let _ = fs::remove_file(scene.data().join(format!("rotunda.db{tail}")));
        }
        scene.rotunda.serve().await;
        let dedicated_router = scene.damaged_files();
        let kept = dedicated_router.iter().find(|path| fs::read(path).unwrap() == bytes);
        assert!(kept.is_some(), "the damaged file is kept as it was: {dedicated_router:?}");
        let activity = scene.output_of(&["activity"]).await;
        assert!(activity.contains("database was damaged. It is kept as"), "{activity}");
        // Read from the damaged file, or found in the vault: none is lost.
        rotunda_tests::in_time("all to be offered", async {
            loop {
                let status = scene.rotunda.run(&["status", "--json"]).await.json();
                let known = status["profiles"].as_array().unwrap().len();
                if known as u64 + status["found_sign_ins"].as_u64().unwrap_or(0) == 3 {
                    break;
                }
            }
        })
        .await;
        scene.rotunda.run(&["import", "--found", "all"]).await;
        assert_eq!(scene.profiles().await.len(), 3);
        assert_eq!(scene.rotunda.stop().await, Some(0));
    }
}

#[tokio::test]
async fn an_unreachable_database_is_not_moved_away() {
    let scene = Scene::of(&["work"]).await;
    // A folder stands where the file should be: that is no damage.
    scene.lose_database();
    fs::create_dir(scene.data().join("rotunda.db")).unwrap();
    let ran = scene.rotunda.run(&["pause", "work"]).await;
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(scene.damaged_files().is_empty());
}
