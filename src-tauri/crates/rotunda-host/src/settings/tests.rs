use rotunda_core::project_rule::RulePlace;

use super::*;
use crate::testing;

#[track_caller]
fn loaded(text: &str, env: &[(&str, &str)]) -> Result<Settings, SettingsError> {
    let (_root, home) = testing::home();
    std::fs::write(home.settings_file(), text).unwrap();
    load(&home, &Env::of(env.iter().copied()))
}

#[track_caller]
fn refused(text: &str, expected: &str) {
    let error = loaded(text, &[]).unwrap_err().to_string();
    assert!(error.starts_with(expected), "{error}");
}

#[test]
fn no_file_means_every_default() {
    let (_root, home) = testing::home();
    let settings = load(&home, &Env::default()).unwrap();
    assert_eq!((settings.port, settings.vault), (4517, VaultKind::Keychain));
    assert!(!settings.second_line);
    assert_eq!(settings.rules, Rules::default());
    assert_eq!(settings.upstreams.chatgpt.as_str(), "https://chatgpt.com/backend-api");
    assert!(settings.wait_for_reset.is_none() && settings.warnings.is_empty());
}

#[test]
fn every_key_is_understood() {
    let text = r#"
        port = 4600
        vault = "file"
        second_line = true
        [rotation]
        policy = "my-order"
        reserve_percent = 5
        use_api_keys = true
        use_credits = "when_all_out"
        redeem_when_out = "4h"
        soft_cap = 2
        hard_cap = 4
        [router]
        wait_for_reset = "6h"
        connect_seconds = 3
        head_seconds = 4
        chunk_seconds = 5
        [upstream]
        chatgpt = "http://127.0.0.1:9/backend-api"
        api = "https://api.example.test/v1"
        auth = "http://[::1]:9"
    "#;
    let settings = loaded(text, &[]).unwrap();
    assert_eq!((settings.port, settings.vault), (4600, VaultKind::File));
    assert!(settings.second_line);
    let expected = Rules {
        policy: Policy::MyOrder,
        reserve_percent: 5.0,
        use_api_keys: true,
        use_credits: UseCredits::WhenAllOut,
        soft_cap: 2,
        hard_cap: 4,
    };
    assert_eq!(settings.rules, expected);
    assert_eq!(settings.redeem_when_out, Some(Duration::from_secs(4 * 3600)));
    assert_eq!(settings.wait_for_reset, Some(LONGEST_WAIT));
    let Patience { connect, head, chunk } = settings.patience;
    assert_eq!([connect, head, chunk].map(|time| time.as_secs()), [3, 4, 5]);
    assert_eq!(settings.upstreams.chatgpt.as_str(), "http://127.0.0.1:9/backend-api");
    assert!(settings.warnings.is_empty());
}

#[test]
fn a_bad_file_names_the_line_and_no_default_is_taken() {
    refused("port = 4517\nvault = \n", "settings.toml, line 2: ");
    refused("# a port\nport = \"x\"\n", "settings.toml, line 2: ");
    refused("port = 0\n", "settings.toml, line 1: port: a port is");
    refused("port = 65536\n", "settings.toml, line 1: port: a port is");
    refused("\n\nvault = \"cloud\"\n", "settings.toml, line 3: vault: the vault is");
    refused("[rotation]\npolicy = 'best'\n", "settings.toml, line 2: policy: the policy is");
    refused("[rotation]\nuse_credits = 'yes'\n", "settings.toml, line 2: use_credits: credits are");
    for text in ["4", "0h", "169h", "4m", "-1h"] {
        let line = format!("[rotation]\nredeem_when_out = '{text}'\n");
        refused(&line, "settings.toml, line 2: redeem_when_out: a reset is");
    }
    refused("[rotation]\nreserve_percent = -1\n", "settings.toml, line 2: reserve_percent: ");
    refused("rotation.soft_cap = 0\n", "settings.toml, line 1: soft_cap: ");
    refused("router = { wait_for_reset = \"361m\" }\n", "settings.toml, line 1: wait_for");
    refused("router.head_seconds = 0\n", "settings.toml, line 1: head_seconds: a timeout");
    refused("router.chunk_seconds = 86401\n", "settings.toml, line 1: chunk_seconds: a timeout");
    refused("router = 3\n", "settings.toml, line 1: ");
    refused(
        "clients.models = \"claude-*\"\n",
        "settings.toml, line 1: models: \"claude-*\" is no rule",
    );
    refused(
        "clients.models = \"a = b:most\"\n",
        "settings.toml, line 1: models: \"most\" is no effort",
    );
}

#[test]
fn credentials_go_in_the_clear_to_this_machine_only() {
    for url in [
        "http://example.test",
        "http://127.0.0.1.example.test",
        "ftp://127.0.0.1",
        "https://a:b@example.test",
        "https://example.test/?x=1",
        "chatgpt.com",
    ] {
        let line = format!("[upstream]\napi = {url:?}\n");
        refused(&line, "settings.toml, line 2: api: this is no usable address");
    }
}

#[test]
fn a_variable_outranks_the_file_and_a_bad_one_is_named() {
    let settings = loaded("port = 4600\nvault = 'file'", &[("ROTUNDA_PORT", "4700")]).unwrap();
    assert_eq!((settings.port, settings.vault), (4700, VaultKind::File));
    assert_eq!(loaded("", &[("ROTUNDA_PORT", "0")]).unwrap().port, 0);
    let error = loaded("", &[("ROTUNDA_PORT", "65536")]).unwrap_err().to_string();
    assert!(error.starts_with("ROTUNDA_PORT: a port is"), "{error}");
    let error = loaded("", &[("ROTUNDA_UPSTREAM_AUTH", "http://a.test")]).unwrap_err();
    assert!(error.to_string().starts_with("ROTUNDA_UPSTREAM_AUTH: "), "{error}");
}

#[test]
fn unknown_keys_are_warned_about_and_kept() {
    let (_root, home) = testing::home();
    let text =
        "# mine\nport = 4600 # why\ncolour = 'red'\n\n[rotation]\nmood = 1\n\n[other]\na = 1\n";
    std::fs::write(home.settings_file(), text).unwrap();
    let settings = load(&home, &Env::default()).unwrap();
    assert_eq!(
        settings.warnings,
        [
            "settings.toml: colour is not a setting",
            "settings.toml: other is not a setting",
            "settings.toml: rotation.mood is not a setting",
        ]
    );
    let mut file = read_file(&home).unwrap();
    file.port = Some(4700);
    file.rotation.policy = Some("my-order".to_owned());
    save(&home, &file).unwrap();
    let saved = files::read_text(&home.settings_file()).unwrap();
    let expected = "# mine\nport = 4700 # why\ncolour = 'red'\n\n[rotation]\nmood = 1\npolicy = \"my-order\"\n\n[other]\na = 1\n";
    assert_eq!(saved, expected);
    save(&home, &file).unwrap();
    assert_eq!(files::read_text(&home.settings_file()).unwrap(), expected);
    file.port = None;
    save(&home, &file).unwrap();
    assert_eq!(load(&home, &Env::default()).unwrap().port, DEFAULT_PORT);
}

#[test]
fn a_file_that_cannot_be_read_is_not_written_over() {
    let (_root, home) = testing::home();
    std::fs::write(home.settings_file(), "port = ").unwrap();
    assert!(save(&home, &SettingsFile::default()).is_err());
    assert_eq!(files::read_text(&home.settings_file()).unwrap(), "port = ");
}

fn changed(home: &Home, patch: &str) -> Result<Settings, SettingsError> {
    change(home, &Env::default(), &serde_json::from_str(patch).unwrap())
}

#[test]
fn a_change_keeps_comments_and_strangers_and_takes_only_what_it_names() {
    let (_root, home) = testing::home();
    let text = "# mine\nport = 4600 # why\ncolour = 'red'\n\n[rotation]\nmood = 1\n";
    std::fs::write(home.settings_file(), text).unwrap();
    let settings = changed(
        &home,
        r#"{"policy":"my_order","wait_for_reset_minutes":90,"theme":"dark","language":"zh-CN",
            "notifications":{"low":true,"back":false},"proxy":"http://proxy.example:3128"}"#,
    )
    .unwrap();
    assert_eq!((settings.port, settings.rules.policy), (4600, Policy::MyOrder));
    assert_eq!(settings.wait_for_reset, Some(Duration::from_secs(5400)));
    assert!(settings.is_notified(NoticeKind::Low) && !settings.is_notified(NoticeKind::Back));
    assert!(settings.is_notified(NoticeKind::Out));
    let view = SettingsView::of(&settings, true, None);
    assert_eq!((view.wait_for_reset_minutes, view.theme), (90, Theme::Dark));
    assert_eq!(view.proxy, "http://proxy.example:3128/");
    let saved = files::read_text(&home.settings_file()).unwrap();
    assert!(
        saved.starts_with("# mine\nport = 4600 # why\ncolour = 'red'\n\n[rotation]\nmood = 1\n")
    );
    let again = changed(&home, "{}").unwrap();
    assert_eq!(SettingsView::of(&again, true, None), view);
    assert_eq!(files::read_text(&home.settings_file()).unwrap(), saved);
}

/// The window never receives a credential, and sends back what it was shown.
#[test]
fn the_password_of_a_proxy_is_kept_and_not_shown() {
    let (_root, home) = testing::home();
    let set = |proxy: &str| {
        let patch = serde_json::json!({ "proxy": proxy }).to_string();
        let settings = changed(&home, &patch).unwrap();
        let Proxy::Custom(url) = settings.upstreams.proxy.clone() else { panic!("an address") };
        (url.to_string(), SettingsView::of(&settings, true, None).proxy)
    };
    for (written, shown) in [
        ("socks5h://ada:s3cret@proxy.example:1080", "socks5h://ada:***@proxy.example:1080"),
        ("http://ada:p%40ss@proxy.example:3128/", "http://ada:***@proxy.example:3128/"),
    ] {
        assert_eq!(set(written), (written.to_owned(), shown.to_owned()));
        assert_eq!(set(shown), (written.to_owned(), shown.to_owned()), "sent back");
    }
    let moved = r#"{"proxy":"http://ada:***@other.example:3128/"}"#;
    let refused = changed(&home, moved).unwrap_err().to_string();
    assert!(refused.contains("type it again"), "another proxy has no password yet: {refused}");
    let shown = "socks5://ada@proxy.example".to_owned();
    assert_eq!(set(&shown), (shown.clone(), shown));
}

#[test]
fn a_change_that_makes_no_sense_is_refused_as_a_whole() {
    let (_root, home) = testing::home();
    std::fs::write(home.settings_file(), "port = 4600\n").unwrap();
    for patch in [
        r#"{"port":0}"#,
        r#"{"policy":"my_order","reserve_percent":80}"#,
        r#"{"wait_for_reset_minutes":361}"#,
        r#"{"proxy":"ftp://proxy.example"}"#,
        r#"{"proxy":"socks4://proxy.example"}"#,
        r#"{"proxy":"http://proxy.example/path"}"#,
        r#"{"proxy":"socks5://"}"#,
    ] {
        changed(&home, patch).unwrap_err();
        assert_eq!(files::read_text(&home.settings_file()).unwrap(), "port = 4600\n", "{patch}");
    }
    assert!(serde_json::from_str::<SettingsPatch>(r#"{"colour":"red"}"#).is_err());
}

const PROJECTS: &str = "# of the client\n[[projects]]\nfolder = \"/clients/engine\" # theirs\nprofiles = \
                        [\"work\", \"studio\"]\n\n[[projects]]\nrepository = \
                        \"git@github.com:ada/loom.git\"\nprofiles = [\"home\"]\n";

#[test]
fn rules_per_project_are_read_and_mean_the_profiles_of_these_names() {
    let settings = loaded(PROJECTS, &[]).unwrap();
    assert!(settings.warnings.is_empty(), "{:?}", settings.warnings);
    let profiles = [(1, "Work"), (2, "home"), (3, "other")];
    let profiles = profiles.map(|(id, name)| (rotunda_core::ProfileId(id), name));
    let rules = project_rules(&settings.projects, &profiles.into_iter());
    let named: Vec<_> =
        rules.iter().map(|it| it.profiles.iter().map(|id| id.0).collect::<Vec<_>>()).collect();
    assert_eq!(named, [vec![1], vec![2]], "no profile is called studio");
    let address = RulePlace::repository("https://github.com/ada/loom").unwrap();
    assert_eq!(rules[1].place, address);
}

#[test]
fn a_rule_that_cannot_be_names_its_line() {
    let rule = |text: &str| format!("port = 4600\n\n[[projects]]\n{text}\n");
    for (text, message) in [
        ("profiles = []", "projects: a rule has either a folder or a repository"),
        ("folder = \"/a\"\nrepository = \"h/a/b\"", "projects: a rule has either"),
        ("folder = \"clients\"", "projects: the folder of a rule is an absolute path"),
        ("repository = \"engine\"", "projects: the repository of a rule is an address"),
    ] {
        refused(&rule(text), &format!("settings.toml, line 3: {message}"));
    }
    let twice = format!("{PROJECTS}[[projects]]\nfolder = \"/clients/engine\"\nprofiles = []\n");
    refused(&twice, "settings.toml, line 9: projects: there is a rule for this already");
    refused(&rule("folder = \"/a\"\nprofile = \"work\""), "settings.toml, line");
}

#[test]
fn a_changed_rule_leaves_the_others_with_their_comments() {
    let (_root, home) = testing::home();
    std::fs::write(home.settings_file(), format!("port = 4600 # mine\n{PROJECTS}")).unwrap();
    let change = |projects: Vec<ProjectSetting>| {
        let patch = SettingsPatch { projects: Some(projects), ..SettingsPatch::default() };
        change(&home, &Env::default(), &patch).unwrap();
        std::fs::read_to_string(home.settings_file()).unwrap()
    };
    let mut rules = load(&home, &Env::default()).unwrap().projects;
    assert_eq!(change(rules.clone()), format!("port = 4600 # mine\n{PROJECTS}"));
    rules.remove(1);
    rules.push(ProjectSetting {
        folder: Some("C:\\clients".to_owned()),
        repository: None,
        profiles: vec!["home".to_owned()],
    });
    let text = change(rules);
    assert!(text.starts_with("port = 4600 # mine\n# of the client\n[[projects]]"), "{text}");
    assert!(text.contains("# theirs") && !text.contains("loom"), "{text}");
    let read = load(&home, &Env::default()).unwrap().projects;
    assert_eq!(read[1].shown_place(), "C:\\clients");
    assert!(!change(Vec::new()).contains("projects"));
}
