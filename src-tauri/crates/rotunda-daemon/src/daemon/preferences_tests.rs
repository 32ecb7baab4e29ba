use rotunda_core::{ProfileId, choice::Policy, profile::Kind, project_rule::ProjectRule};
use rotunda_host::{
    home::{CODEX_HOME, Env, Home, ROTUNDA_HOME},
    store::{Store, StoredProfile},
};

use super::*;
use crate::{
    daemon::{
        Services, config_watch,
        fixture::{self, Fixture},
    },
    view::RouterState,
};

/// A daemon over three profiles, listening nowhere.
fn daemon() -> (tempfile::TempDir, Arc<Services>) {
    let root = tempfile::tempdir().unwrap();
    let codex = root.path().join("codex");
    std::fs::create_dir(&codex).unwrap();
    let folders = [(ROTUNDA_HOME, root.path().as_os_str()), (CODEX_HOME, codex.as_os_str())];
    let plain = [("ROTUNDA_VAULT", "file".as_ref()), ("ROTUNDA_PORT", "0".as_ref())];
    let env = Env::of(folders.into_iter().chain(plain));
    let home = Home::from_env(&env).unwrap();
    home.create().unwrap();
    let store = Store::open(&home.store_file()).unwrap();
    for (id, name) in [(1, "work"), (2, "home"), (3, "studio")] {
        let rank = u32::try_from(id).unwrap();
        let (id, name) = (ProfileId(id), name.to_owned());
        store.put_profile(&profile(id, name, rank)).unwrap();
    }
    (root, Services::open(home, env).unwrap())
}

fn profile(id: ProfileId, name: String, rank: u32) -> StoredProfile {
    StoredProfile {
        id,
        name,
        kind: Kind::ChatGpt,
        account_id: Some(id.to_string()),
        user_id: None,
        email: None,
        plan: None,
        rank,
        paused: false,
        own_sign_in: false,
        added_at: std::time::UNIX_EPOCH,
        provider: None,
    }
}

async fn watch(daemon: Arc<Services>) {
    let Services { handles, binding, codex_account, preferences, .. } = &*daemon;
    config_watch::watch(&handles.machine.home, binding, codex_account, preferences).await;
}

fn patch(text: &str) -> SettingsPatch {
    serde_json::from_str(text).unwrap()
}

fn names(daemon: &Services) -> Vec<String> {
    daemon.snapshots.watch().borrow().profiles.iter().map(|profile| profile.name.clone()).collect()
}

#[tokio::test]
async fn rules_change_at_once_and_stay() {
    let (_root, daemon) = daemon();
    let view =
        daemon.preferences.change(patch(r#"{"policy":"my_order","reserve_percent":7}"#)).await;
    assert_eq!(view.unwrap(), daemon.preferences.view().await);
    assert_eq!(daemon.preferences.current().rules.policy, Policy::MyOrder);
    let reread = settings::load(&daemon.handles.machine.home, &daemon.handles.machine.env).unwrap();
    assert!((reread.rules.reserve_percent - 7.0).abs() < f64::EPSILON);
}

#[tokio::test]
async fn what_is_written_into_the_file_by_hand_is_taken_over() {
    let (_root, daemon) = daemon();
    let (file, vault) =
        (daemon.handles.machine.home.settings_file(), daemon.preferences.current().vault);
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    let watching = tokio::spawn(watch(daemon.clone()));
    let mut lines = String::from("vault = \"keychain\"\n[rotation]\npolicy = \"most-left\"\n");
    // Written until seen: the first look may come after the first writing.
    while daemon.preferences.current().rules.policy != Policy::MostLeft {
        lines.push('\n');
        assert!(lines.len() < 300, "the file is not followed");
        std::fs::write(&file, &lines).unwrap();
        tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    }
    assert_eq!(daemon.preferences.current().vault, vault, "sign-ins are moved by a command");
    watching.abort();
}

#[tokio::test]
async fn an_invalid_settings_file_changes_nothing_and_is_reported() {
    let (_root, daemon) = daemon();
    daemon.preferences.change(patch(r#"{"policy":"my_order"}"#)).await.unwrap();
    std::fs::write(daemon.handles.machine.home.settings_file(), "[rotation]\npolicy = \"best\"\n")
        .unwrap();
    daemon.preferences.reread().await;
    assert_eq!(daemon.preferences.current().rules.policy, Policy::MyOrder);
    let text = daemon.snapshots.watch().borrow().activity[0].text.clone();
    assert!(text.contains("stay as they were") && text.contains("line 2"), "{text}");
}

#[tokio::test]
async fn rotation_off_is_staying_on_the_profile_in_use() {
    let (_root, daemon) = daemon();
    assert!(daemon.preferences.view().await.rotate);
    assert!(!daemon.preferences.change(patch(r#"{"rotate":false}"#)).await.unwrap().rotate);
    assert!(daemon.snapshots.watch().borrow().profiles.iter().any(|profile| profile.pinned));
    assert!(daemon.preferences.change(patch(r#"{"rotate":true}"#)).await.unwrap().rotate);
    assert!(!daemon.snapshots.watch().borrow().profiles.iter().any(|profile| profile.pinned));
}

#[tokio::test]
async fn a_new_port_is_reported_as_used_from_the_next_start() {
    let (_root, daemon) = daemon();
    daemon.start_for_one_program().await.unwrap();
    let free = {
        let probe = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
        probe.local_addr().unwrap().port()
    };
    // The variable of the tests outranks the file, so the wish is set by hand.
    daemon.handles.settings.set(Settings { port: free, ..daemon.preferences.current() });
    let note = daemon.preferences.view().await.note.unwrap();
    assert!(note.starts_with(&format!("Port {free} is used from the next start")), "{note}");
    daemon.stop(false).await.unwrap();
}

#[tokio::test]
async fn an_order_is_kept_and_what_is_not_named_follows() {
    let (_root, daemon) = daemon();
    daemon.profiles.reorder(&[ProfileId(3), ProfileId(1)]).await.unwrap();
    assert_eq!(names(&daemon), ["studio", "work", "home"]);
    let stored = daemon.handles.store.profiles().unwrap();
    assert_eq!(stored[0].name, "studio");
    assert!(daemon.profiles.reorder(&[ProfileId(9)]).await.is_err());
    assert_eq!(names(&daemon), ["studio", "work", "home"]);
}

#[tokio::test]
async fn a_reserve_of_ones_own_is_kept_and_shown() {
    let (_root, daemon) = daemon();
    let shown = || daemon.snapshots.watch().borrow().profiles[1].reserve_percent;
    daemon.profiles.reserve(ProfileId(2), Some(10.0)).await.unwrap();
    assert_eq!(shown(), Some(10.0));
    assert_eq!(daemon.handles.store.reserves().unwrap(), [(ProfileId(2), 10.0)]);
    assert!(daemon.profiles.reserve(ProfileId(2), Some(51.0)).await.is_err());
    daemon.profiles.reserve(ProfileId(2), None).await.unwrap();
    assert_eq!(shown(), None);
}

#[tokio::test]
async fn the_next_profile_is_another_one_and_a_pin_goes_with_it() {
    let (_root, daemon) = daemon();
    daemon.start_for_one_program().await.unwrap();
    let serving = || daemon.handles.pool.view().serving;
    let first = serving();
    daemon.profiles.switch_to_next().await.unwrap();
    assert_ne!(serving(), first);
    daemon.profiles.pin(Some(ProfileId(1))).await.unwrap();
    daemon.profiles.use_profile(ProfileId(2)).await.unwrap();
    assert_eq!(
        (serving(), daemon.handles.pool.view().pinned),
        (Some(ProfileId(2)), Some(ProfileId(2)))
    );
    for other in [1, 3] {
        daemon.profiles.pause(ProfileId(other), true).await.unwrap();
    }
    let refused = daemon.profiles.switch_to_next().await.unwrap_err().to_string();
    assert_eq!(refused, "No other profile is ready, so Codex stays where it is.");
    daemon.stop(false).await.unwrap();
}

#[tokio::test]
async fn a_port_that_is_set_while_nothing_runs_is_that_of_the_next_start() {
    let fixture = Fixture::with(&["work"]);
    let router = fixture.router_status();
    let preferences = fixture.preferences(&fixture.profiles(), router.clone());
    let next = preferences.next_port.subscribe();
    preferences.change(patch(r#"{"port":4711}"#)).await.unwrap();
    assert_eq!((router.lock().view.port, *next.borrow()), (4711, 4711));
    let Machine { home, env, .. } = &fixture.handles.machine;
    assert_eq!(settings::load(home, env).unwrap().port, 4711);
}

/// The clock stands still: a port that is taken may be waited for.
#[tokio::test(start_paused = true)]
async fn a_router_without_its_port_starts_once_the_settings_name_another() {
    let root = tempfile::tempdir().unwrap();
    let codex = root.path().join("codex");
    std::fs::create_dir(&codex).unwrap();
    let folders = [(ROTUNDA_HOME, root.path().as_os_str()), (CODEX_HOME, codex.as_os_str())];
    let env = Env::of(folders.into_iter().chain([("ROTUNDA_VAULT", "file".as_ref())]));
    let ((_taken, taken), (free, wanted)) = (fixture::taken_port(), fixture::taken_port());
    let home = Home::from_env(&env).unwrap();
    home.create().unwrap();
    std::fs::write(home.settings_file(), format!("port = {taken}\n")).unwrap();
    let daemon = Services::open(home, env).unwrap();
    let (started, ()) = tokio::join!(daemon.start(), fixture::no_more_patience());
    assert!(matches!(started, Err(crate::error::StartError::PortTaken { .. })), "{started:?}");
    drop(free);
    daemon.preferences.change(patch(&format!(r#"{{"port":{wanted}}}"#))).await.unwrap();
    let mut shown = daemon.snapshots.watch();
    let running = shown.wait_for(|it| it.router.state == RouterState::Running).await.unwrap();
    assert_eq!(running.router.port, wanted);
    drop(running);
    daemon.stop(false).await.unwrap();
}

#[tokio::test]
async fn a_rule_per_project_follows_its_profile_and_holds_what_is_written_by_hand() {
    let (root, daemon) = daemon();
    let named = |rule: ProjectRule| rule.profiles;
    let rules =
        || -> Vec<_> { daemon.handles.pool.project_rules().0.into_iter().map(named).collect() };
    let rule = |folder: &str| {
        let rule = serde_json::json!({ "folder": folder, "profiles": ["work"] });
        serde_json::json!({ "projects": [rule] }).to_string()
    };
    let client = root.path().canonicalize().unwrap();
    let missing = client.join("not-there");
    let refused = daemon.preferences.change(patch(&rule(missing.to_str().unwrap()))).await;
    assert!(refused.unwrap_err().to_string().contains("is not there"));
    assert!(rules().is_empty());
    daemon.preferences.change(patch(&rule(client.to_str().unwrap()))).await.unwrap();
    assert_eq!(rules(), [vec![ProfileId(1)]]);
    daemon.profiles.rename(ProfileId(1), "office").await.unwrap();
    assert_eq!(daemon.preferences.current().projects[0].profiles, ["office"]);
    assert_eq!(rules(), [vec![ProfileId(1)]]);
    daemon.profiles.remove(ProfileId(1)).await.unwrap();
    assert_eq!(rules(), [Vec::new()], "it serves nothing, and is no rule less");
    let Machine { home, .. } = &daemon.handles.machine;
    let text = "[[projects]]\nrepository = \"h/a/b\"\nprofiles = [\"home\", \"studio\"]\n";
    std::fs::write(home.settings_file(), text).unwrap();
    daemon.preferences.reread().await;
    assert_eq!(rules(), [vec![ProfileId(2), ProfileId(3)]]);
    // A file that cannot be read changes nothing.
    std::fs::write(home.settings_file(), "[[projects]]\nfolder = \"x\"\n").unwrap();
    daemon.preferences.reread().await;
    assert_eq!(rules().len(), 1);
    daemon.stop(false).await.unwrap();
}
