use std::io::Read as _;

use super::*;
use crate::{
    doctor::{Check, Health},
    testing,
    view::Snapshot,
};

/// Everything that was planted and must not come out.
const PLANTED: [&str; 12] = [
    "ada@example.com",
    "grace.hopper@navy.example",
    "0123456789abcdef0123456789abcdef",
    "eyJhbGciOiJub25lIn0",
    "c2VjcmV0LXBheWxvYWQ5",
    "sk-planted",
    "rt_planted",
    "hunter2",
    "figma-secret",
    "proxyuser",
    "proxypass",
    "lovelace",
];

fn report() -> Report {
    let mut snapshot: Snapshot =
        serde_json::from_str(include_str!("../../../../../tests/fixtures/snapshot.json")).unwrap();
    snapshot.profiles[0].name = "lovelace".to_owned();
    snapshot.profiles[0].email = Some("ada@example.com".to_owned());
    snapshot.headline = "Codex is using lovelace · 62% left".to_owned();
    snapshot.binding.message = Some("Codex points at ada@example.com.".to_owned());
    let url = Some("http://127.0.0.1:1/0123456789abcdef0123456789abcdef/codex".to_owned());
    Report { snapshot, url, pid: 1, instance: String::new() }
}

fn unpacked(path: &Path) -> Vec<(String, String)> {
    let mut archive = tar::Archive::new(fs::File::open(path).unwrap());
    let entries = archive.entries().unwrap().map(|entry| {
        let mut entry = entry.unwrap();
        let name = entry.path().unwrap().display().to_string();
        let mut text = String::new();
        entry.read_to_string(&mut text).unwrap();
        (name, text)
    });
    entries.collect()
}

#[test]
fn nothing_that_was_planted_is_in_the_bundle_and_what_helps_is() {
    let (root, home) = testing::home();
    fs::write(
        home.codex_config(),
        "model = 'gpt-6' # ada@example.com\nopenai_base_url = \
         \"http://127.0.0.1:4517/0123456789abcdef0123456789abcdef/codex\"   # Rotunda\n\
         experimental_bearer_token = 'hunter2'\n[mcp_servers.figma]\n\
         args = ['--key', 'figma-secret']\nenv = { TOKEN = 'hunter2' }\n",
    )
    .unwrap();
    fs::write(home.settings_file(), "proxy = 'http://proxyuser:proxypass@h'\nport = 4517\n")
        .unwrap();
    let log = "INFO eyJhbGciOiJub25lIn0.c2VjcmV0LXBheWxvYWQ5.x for grace.hopper@navy.example\n\
               WARN sk-planted and rt_planted; lovelace rests\nINFO router listens port=4517\n";
    fs::write(home.logs.join("rotunda.log"), log).unwrap();
    let user = root.path().join("lovelace");
    let env = Env::of([
        (platform::HOME_VARIABLE, user.to_str().unwrap()),
        ("HTTP_PROXY", "http://proxyuser:proxypass@10.0.0.1:7890"),
        ("OPENAI_API_KEY", "sk-planted"),
    ]);
    let line = |text: &str| Activity {
        number: 1,
        at: crate::clock::from_unix(5),
        kind: crate::activity::ActivityKind::Rotated,
        text: text.to_owned(),
        told: None,
    };
    let activity = [line("lovelace ran out; ada@example.com was told."), line("Bound.")];
    let text = format!("{} is at lovelace's.", user.join(".codex").display());
    let checks = [Check { id: "binding", state: Health::Ok, text, fix: None }];
    let path = root.path().join("bundle.tar");
    let report = report();
    let contents =
        Contents { home: &home, env: &env, report: &report, checks: &checks, activity: &activity };
    write(&path, &contents).unwrap();
    let files = unpacked(&path);
    for (name, text) in &files {
        for planted in PLANTED {
            assert!(!text.contains(planted), "{planted} is in {name}: {text}");
        }
        assert!(!text.contains('@'), "{name}: {text}");
    }
    let all = files.iter().map(|(name, text)| format!("{name}\n{text}")).collect::<Vec<_>>();
    let all = all.join("\n");
    for helpful in [
        "rotunda-bundle/doctor.json",
        "model = \"gpt-6\"",
        "http://127.0.0.1:4517/…/codex",
        "router listens port=4517",
        "profile-1 ran out",
        "http://10.0.0.1:7890",
        "\"state\": \"bound\"",
    ] {
        assert!(all.contains(helpful), "{helpful} is not in {all}");
    }
    // The bytes too: names and padding hold nothing else.
    let bytes = String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned();
    assert!(PLANTED.iter().all(|planted| !bytes.contains(planted)));
}
