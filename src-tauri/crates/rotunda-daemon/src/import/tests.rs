//! Each format, as its maker writes it, in a throw-away home.

use std::{
    fs,
    io::Write as _,
    path::Path,
    process::{Command, Stdio},
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use rotunda_core::vault::Credential;
use rotunda_host::{
    home::{CODEX_HOME, ROTUNDA_HOME},
    platform,
    settings::VaultKind,
    vault::codex_account,
};
use serde_json::{Value, json};

use super::*;
use crate::testing;

fn access(name: &str) -> String {
    let claims = json!({
        "exp": 4_000_000_000_u64,
        "https://api.openai.com/auth": {
            "chatgpt_account_id": format!("acc-{name}"), "chatgpt_plan_type": "plus",
        },
        "https://api.openai.com/profile": {"email": format!("{name}@example.test")},
    });
    format!("e30.{}.s3cr3t", URL_SAFE_NO_PAD.encode(claims.to_string()))
}

fn auth(name: &str) -> Value {
    json!({"auth_mode": "chatgpt", "OPENAI_API_KEY": null, "tokens": {
        "access_token": access(name), "refresh_token": format!("s3cr3t-{name}"),
        "account_id": format!("acc-{name}"),
    }})
}

fn account(name: &str) -> Value {
    json!({
        "accountId": format!("acc-{name}"), "accountIdSource": "token",
        "email": format!("{name}@example.test"), "refreshToken": format!("s3cr3t-{name}"),
        "accessToken": access(name), "expiresAt": 4_000_000_000_000_u64,
        "addedAt": 1, "lastUsed": 2, "enabled": true,
    })
}

fn write(file: &Path, content: &Value) {
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(file, content.to_string()).unwrap();
}

fn at(path: &Path) -> Result<Vec<Found>, ImportError> {
    let (_root, home) = testing::home();
    super::at(&home, path)
}

/// What is found by a Rotunda that keeps its sign-ins in a file.
fn found_in(home: &Home, env: &Env) -> Vec<Found> {
    well_known(home, env, &OwnSignIn::new(home, VaultKind::File), Prompting::Allowed)
}

/// Name, address and whether it can be had, of each.
fn summary(found: &[Found]) -> Vec<(Option<&str>, &str, bool)> {
    let summary = found
        .iter()
        .map(|one| (one.name.as_deref(), one.email().unwrap_or_default(), one.sign_in.is_ok()));
    summary.collect()
}

#[test]
fn an_accounts_file_gives_each_account_and_its_missing_fields() {
    let root = tempfile::tempdir().unwrap();
    let file = root.path().join(accounts::FILE);
    let (mut labelled, mut unused, mut lost) = (account("a"), account("b"), account("c"));
    let mut nameless = account("e");
    for key in ["accessToken", "accountId"] {
        nameless.as_object_mut().unwrap().remove(key);
    }
    labelled["accountLabel"] = "studio".into();
    unused.as_object_mut().unwrap().remove("accessToken");
    lost["refreshToken"] = "".into();
    let content = json!({"version": 3, "activeIndex": 0, "activeIndexByFamily": {},
        "accounts": [labelled, unused, lost, account("d"), nameless]});
    write(&file, &content);
    for path in [file.as_path(), root.path()] {
        let found = at(path).unwrap();
        assert_eq!(
            summary(&found),
            [
                (Some("studio"), "a@example.test", true),
                (None, "b@example.test", true),
                (None, "c@example.test", false),
                (None, "d@example.test", true),
                (None, "e@example.test", false),
            ]
        );
        let unused = &found[1].sign_in.as_ref().unwrap().credential;
        assert!(auth_file::is_unused(unused), "it has to be renewed first");
        assert!(found[4].sign_in.as_ref().unwrap_err().contains("does not name its account"));
        assert_eq!(found[0].source, "openai-codex-accounts.json, 1");
        assert_eq!(found[0].holder, Holder::Program("codex-multi-auth"));
        let sign_in = found[0].sign_in.as_ref().unwrap();
        assert_eq!(sign_in.claims.plan.as_deref(), Some("plus"));
        let Credential::ChatGpt(tokens) = &sign_in.credential else { panic!("this is a key") };
        assert_eq!(tokens.refresh.as_ref().unwrap().expose(), "s3cr3t-a");
        assert!(tokens.expires.is_some());
        assert!(found[2].sign_in.as_ref().unwrap_err().contains("refresh token is missing"));
        assert!(!format!("{found:?}").contains("s3cr3t"));
    }
}

#[test]
fn the_first_version_of_an_accounts_file_is_read_too() {
    let root = tempfile::tempdir().unwrap();
    let file = root.path().join("old.json");
    let mut old = account("a");
    old["rateLimitResetTime"] = 5.into();
    write(&file, &json!({"version": 1, "accounts": [old], "activeIndex": 0}));
    assert_eq!(summary(&at(&file).unwrap()), [(None, "a@example.test", true)]);
}

#[test]
fn a_codex_home_means_its_own_sign_in_only() {
    let root = tempfile::tempdir().unwrap();
    write(&root.path().join("auth.json"), &auth("own"));
    write(&root.path().join("accounts/other.json"), &auth("other"));
    assert_eq!(summary(&at(root.path()).unwrap()), [(None, "own@example.test", true)]);
}

#[test]
fn a_folder_gives_files_and_homes_and_nothing_that_is_no_sign_in() {
    let root = tempfile::tempdir().unwrap();
    let below = |name: &str| root.path().join(name);
    write(&below("auth-2.json"), &auth("two"));
    write(&below("work.auth.json"), &auth("work"));
    write(&below("package.json"), &json!({"name": "x"}));
    fs::write(below("notes.txt"), auth("text").to_string()).unwrap();
    write(&below("home/auth.json"), &auth("home"));
    write(&below("broken/auth.json"), &json!({"tokens": {"refresh_token": "s3cr3t"}}));
    write(&below("profiles/deep/auth.json"), &auth("deep"));
    write(&below("elsewhere/profiles/too-deep/auth.json"), &auth("too-deep"));
    let found = at(root.path()).unwrap();
    assert_eq!(
        summary(&found),
        [
            (None, "two@example.test", true),
            (Some("work"), "work@example.test", true),
            (Some("broken"), "", false),
            (Some("home"), "home@example.test", true),
            (Some("deep"), "deep@example.test", true),
        ]
    );
    let empty = at(&below("elsewhere/profiles/too-deep/none")).unwrap_err();
    assert!(matches!(empty, ImportError::File(_)), "{empty}");
    fs::create_dir(below("empty")).unwrap();
    let empty = at(&below("empty")).unwrap_err();
    assert!(matches!(empty, ImportError::NoSignIn(_)), "{empty}");
}

#[test]
fn known_files_are_searched_in_the_folders_of_their_variables() {
    let (root, home) = testing::home();
    let below = |name: &str| root.path().join(name);
    let env = Env::of([(ROTUNDA_HOME, root.path()), (CODEX_HOME, &home.codex_home)]);
    let settled = env.clone().with(platform::HOME_VARIABLE, root.path());
    assert!(found_in(&home, &env).is_empty());
    write(&home.codex_auth(), &auth("own"));
    let accounts = json!({"version": 3, "activeIndex": 0, "accounts": [account("multi")]});
    write(&home.codex_home.join("multi-auth/openai-codex-accounts.json"), &accounts);
    write(&below(".prodex/profiles/second/auth.json"), &auth("second"));
    let found = found_in(&home, &settled);
    assert_eq!(
        summary(&found),
        [
            (None, "own@example.test", true),
            (None, "multi@example.test", true),
            (Some("second"), "second@example.test", true),
        ]
    );
    let holders: Vec<_> = found.iter().map(|one| one.holder).collect();
    let program = Holder::Program;
    assert_eq!(holders, [Holder::Codex, program("codex-multi-auth"), program("prodex")]);
    let elsewhere =
        settled.with(CODEX_MULTI_AUTH_DIR, below("none")).with(PRODEX_HOME, below("none"));
    assert_eq!(summary(&found_in(&home, &elsewhere)), [(None, "own@example.test", true)]);
}

#[test]
fn an_index_stays_with_its_account_when_others_come_and_go() {
    let root = tempfile::tempdir().unwrap();
    write(&root.path().join("b.json"), &auth("b"));
    let before = at(root.path()).unwrap()[0].index();
    write(&root.path().join("a.json"), &auth("a"));
    let found = at(root.path()).unwrap();
    assert_eq!(found[1].index(), before);
    assert_ne!(found[0].index(), before);
    write(&root.path().join("b.json"), &auth("c"));
    assert_ne!(at(root.path()).unwrap()[1].index(), before, "it is another account now");
}

/// Only where `installers/groups/keyring.sh` made a keychain for it.
#[test]
fn keyring_gives_the_sign_in_that_codex_keeps_in_it() {
    if std::env::var_os("ROTUNDA_TEST_KEYRING").is_none_or(|value| value != "1") {
        return;
    }
    let (_root, home) = testing::home();
    fs::write(home.codex_config(), "cli_auth_credentials_store = \"keyring\"\n").unwrap();
    let env = Env::of([(ROTUNDA_HOME, &home.data), (CODEX_HOME, &home.codex_home)]);
    assert!(found_in(&home, &env).is_empty(), "an item of another folder was taken");
    // With the attributes that the library of Codex gives its items.
    let mut tool = Command::new("secret-tool");
    tool.args(["store", "--label=Codex", "service", "Codex Auth", "username"]);
    tool.arg(codex_account(&home.codex_home));
    tool.args(["target", "default", "application", "rust-keyring"]).stdin(Stdio::piped());
    let mut stored = tool.spawn().unwrap();
    stored.stdin.take().unwrap().write_all(auth("own").to_string().as_bytes()).unwrap();
    assert!(stored.wait().unwrap().success());
    let found = found_in(&home, &env);
    assert_eq!(summary(&found), [(None, "own@example.test", true)]);
    assert_eq!(
        (found[0].source.as_str(), found[0].holder),
        ("Codex Auth (keychain)", Holder::Codex)
    );
}

/// A flat file of `CLIProxyAPI`, as its maker describes it.
fn flat(name: &str) -> Value {
    json!({
        "type": "codex", "id_token": "", "access_token": access(name),
        "refresh_token": format!("s3cr3t-{name}"), "account_id": format!("acc-{name}"),
        "email": format!("{name}@example.test"), "expired": "2030-01-01T00:00:00Z",
        "last_refresh": "2026-11-01T00:00:00Z",
    })
}

fn refresh(found: &Found) -> &str {
    match &found.sign_in.as_ref().unwrap().credential {
        Credential::ChatGpt(held) => held.refresh.as_ref().unwrap().expose(),
        Credential::ApiKey(key) => key.expose(),
        Credential::Provider(held) => held.key.expose(),
    }
}

#[test]
fn the_files_of_further_programs_are_read() {
    let (root, home) = testing::home();
    let user = root.path().join("user");
    let at = |name: &str| user.join(name);
    write(&at(".cli-proxy-api/codex-ada@example.test.json"), &flat("ada"));
    let off = json!({"type": "codex", "access_token": access("off"), "refresh_token": "s3cr3t-off",
                     "account_id": "acc-off", "disabled": true});
    write(&at(".cli-proxy-api/codex-off.json"), &off);
    write(&at(".cli-proxy-api/claude-x.json"), &json!({"type": "claude", "access_token": "x"}));
    let data = json!({"type": "chat_g_p_t", "id_token": "", "access_token": access("bob"),
                      "refresh_token": "s3cr3t-bob", "account_id": "acc-bob"});
    let switcher = json!({"version": 1, "active_account_id": null, "accounts": [
        {"id": "1", "name": "Bob", "email": "bob@example.test", "auth_mode": "chat_g_p_t", "auth_data": data},
        {"id": "2", "name": "Key", "auth_mode": "api_key", "auth_data": {"type": "api_key", "key": "sk-s3cr3t"}},
    ]});
    write(&at(".codex-switcher/accounts.json"), &switcher);
    write(&home.codex_home.join("accounts/acc-cy.auth.json"), &auth("cy"));
    let registry = json!({"version": 3, "accounts": [{"account_id": "acc-cy", "alias": "studio"}]});
    write(&home.codex_home.join("accounts/registry.json"), &registry);
    std::fs::create_dir_all(at(".cc-switch")).unwrap();
    let settings = json!({"auth": auth("dan"), "config": ""}).to_string();
    let other =
        json!({"auth": {"OPENAI_API_KEY": "sk-other"}, "config": "base_url = x"}).to_string();
    rotunda_host::database_rows::make(
        &at(".cc-switch/cc-switch.db"),
        &format!(
            "CREATE TABLE providers (id TEXT, app_type TEXT, name TEXT, settings_config TEXT);
             INSERT INTO providers VALUES ('1', 'codex', 'Dan', '{settings}');
             INSERT INTO providers VALUES ('2', 'codex', 'Relay', '{other}');
             INSERT INTO providers VALUES ('3', 'claude', 'C', '{settings}');"
        ),
    );
    let env = Env::of([(platform::HOME_VARIABLE, user.to_str().unwrap())]);
    let found = found_in(&home, &env);
    let shown: Vec<_> = found
        .iter()
        .map(|it| (it.holder, it.name.as_deref(), it.is_disabled, refresh(it)))
        .collect();
    let of = Holder::Program;
    assert_eq!(
        shown,
        [
            (of("codex-auth"), Some("studio"), false, "s3cr3t-cy"),
            (of("CLIProxyAPI"), None, false, "s3cr3t-ada"),
            (of("CLIProxyAPI"), None, true, "s3cr3t-off"),
            (of("codex-switcher"), Some("Bob"), false, "s3cr3t-bob"),
            (of("codex-switcher"), Some("Key"), false, "sk-s3cr3t"),
            (of("cc-switch"), Some("Dan"), false, "s3cr3t-dan"),
        ]
    );
    assert_eq!(found[1].email(), Some("ada@example.test"));
    // The same by their paths, and a folder of flat files.
    let count = |path: &str| super::at(&home, &at(path)).unwrap().len();
    assert_eq!(count(".cc-switch/cc-switch.db"), 1);
    assert_eq!(count(".cli-proxy-api"), 2);
    assert_eq!(count(".codex-switcher/accounts.json"), 2);
}

#[test]
fn the_accounts_of_codex_tools_and_the_older_file_of_cc_switch_are_read() {
    let (root, home) = testing::home();
    let tools = json!({"version": 1, "settings": {}, "accounts": [
        {"id": "1", "label": "Ada", "email": "ada@example.test", "accountId": "acc-ada",
         "enabled": false, "authJson": auth("ada")},
        {"id": "2", "label": "Relay", "accountId": "", "authJson": {}},
    ]});
    let file = root.path().join("accounts.json");
    write(&file, &tools);
    let found = super::at(&home, &file).unwrap();
    assert_eq!((found.len(), found[0].name.as_deref()), (2, Some("Ada")));
    assert!(found[0].is_disabled && found[1].sign_in.is_err());
    assert_eq!(found[0].holder, Holder::Program("codex-tools"));
    let file = root.path().join("config.json");
    let providers = json!({"1": {"name": "Dan", "settingsConfig": {"auth": auth("dan")}},
                           "2": {"name": "Relay", "settingsConfig": {"auth": {"OPENAI_API_KEY": "sk-x"}}}});
    write(&file, &json!({"version": 2, "codex": {"current": "1", "providers": providers}}));
    let found = super::at(&home, &file).unwrap();
    assert_eq!((found.len(), refresh(&found[0])), (1, "s3cr3t-dan"));
    for one in &found {
        assert!(!format!("{one:?}").contains("s3cr3t"), "{one:?}");
    }
}

/// Its own number of the account is not the account that requests name.
#[test]
fn what_codex_manager_exports_is_read_as_one_file_as_a_list_and_as_a_folder() {
    let (root, home) = testing::home();
    let exported = |label: &str, status: &str| {
        let mut tokens = auth(label)["tokens"].take();
        tokens["account_id"] = json!(format!("subject::{label}"));
        let meta = json!({"label": label, "issuer": "https://issuer.invalid", "status": status,
            "chatgptAccountId": format!("acc-{label}"), "exportedAt": 1_795_254_000});
        json!({ "tokens": tokens, "meta": meta })
    };
    let folder = root.path().join("exported");
    std::fs::create_dir(&folder).unwrap();
    write(&folder.join("ada_1.json"), &exported("ada", "active"));
    write(&folder.join("bob_2.json"), &exported("bob", "disabled"));
    let list = root.path().join("accounts.json");
    write(&list, &json!([exported("ada", "active"), exported("bob", "disabled")]));
    for place in [&folder, &list] {
        let found = super::at(&home, place).unwrap();
        let all: Vec<_> = found
            .iter()
            .map(|it| {
                let account = it.sign_in.as_ref().unwrap().claims.account_id.clone().unwrap();
                (it.name.as_deref().unwrap(), it.is_disabled, account, refresh(it))
            })
            .collect();
        assert_eq!(
            all,
            [
                ("ada", false, "acc-ada".to_owned(), "s3cr3t-ada"),
                ("bob", true, "acc-bob".to_owned(), "s3cr3t-bob"),
            ]
        );
        assert!(found.iter().all(|it| it.holder == Holder::Program("Codex-Manager")));
        assert!(!format!("{found:?}").contains("s3cr3t"));
    }
    let one = super::at(&home, &folder.join("ada_1.json")).unwrap();
    assert_eq!((one.len(), one[0].name.as_deref()), (1, Some("ada")));
    // Without the account, what the tokens themselves say counts.
    let mut unnamed = exported("ada", "active");
    unnamed["meta"]["chatgptAccountId"] = Value::Null;
    write(&list, &unnamed);
    let found = super::at(&home, &list).unwrap();
    let account = &found[0].sign_in.as_ref().unwrap().claims.account_id;
    assert_ne!(account.as_deref(), Some("subject::ada"));
}
