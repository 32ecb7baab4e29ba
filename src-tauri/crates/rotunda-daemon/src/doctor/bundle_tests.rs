use std::io::Read as _;

use super::*;
use crate::{
    doctor::{Check, Health},
    testing,
    view::Snapshot,
};

/// Everything that was planted and must not come out.
const PLANTED: [&str; 16] = [
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
    "10.0.0.1",
    "/srv/engine",
    "countess",
    "babbage",
];

fn report() -> Report {
    let mut snapshot: Snapshot =
        serde_json::from_str(include_str!("../../../../../tests/fixtures/snapshot.json")).unwrap();
    snapshot.profiles[0].name = "lovelace".to_owned();
    snapshot.profiles[0].email = Some("ada@example.com".to_owned());
    snapshot.headline = "Codex is using lovelace · 62% left".to_owned();
    snapshot.binding.message = Some("Codex points at ada@example.com.".to_owned());
    let url = Some("http://127.0.0.1:1/0123456789abcdef0123456789abcdef/codex".to_owned());
    Report { snapshot, url, pid: 1, instance: String::new(), counters: None }
}

fn unpacked(path: &Path) -> Vec<(String, String)> {
    let mut archive =
        tar::Archive::new(flate2::read::GzDecoder::new(fs::File::open(path).unwrap()));
    let entries = archive.entries().unwrap().map(|entry| {
        let mut entry = entry.unwrap();
        let name = entry.path().unwrap().display().to_string();
        let mut text = String::new();
        entry.read_to_string(&mut text).unwrap();
        (name, text)
    });
    entries.collect()
}

fn plant(home: &Home) {
    fs::write(
        home.codex_config(),
        "model = 'gpt-6' # ada@example.com\nopenai_base_url = \
         \"http://127.0.0.1:4517/0123456789abcdef0123456789abcdef/codex\"   # Rotunda\n\
         experimental_bearer_token = 'hunter2'\n[mcp_servers.figma]\n\
         args = ['--key', 'figma-secret']\nenv = { TOKEN = 'hunter2' }\n\
         [projects.'/srv/engine']\ntrust_level = 'trusted'\n",
    )
    .unwrap();
    fs::write(home.settings_file(), "proxy = 'http://proxyuser:proxypass@h'\nport = 4517\n")
        .unwrap();
    let at = "2026-11-21T05:00:00.000000Z ";
    let log = format!(
        "{at} INFO rotunda_router: eyJhbGciOiJub25lIn0.c2VjcmV0LXBheWxvYWQ5.x for grace.hopper@navy.example\n\
         {at} WARN rotunda_router: sk-planted and rt_planted; lovelace rests at /srv/engine/x\n\
         babbage on a line of another program\n{at} INFO rotunda_daemon: router listens port=4517\n"
    );
    fs::write(home.logs.join("rotunda.log"), log).unwrap();
    fs::write(home.logs.join("other.txt"), "babbage in a file of another program").unwrap();
}

#[test]
fn nothing_that_was_planted_is_in_the_bundle_and_what_helps_is() {
    let (root, home) = testing::home();
    plant(&home);
    let user = root.path().join("lovelace");
    let env = Env::of([
        (platform::HOME_VARIABLE, user.to_str().unwrap()),
        ("HTTP_PROXY", "http://proxyuser:proxypass@10.0.0.1:7890"),
        ("OPENAI_API_KEY", "sk-planted"),
    ]);
    let line = |text: &str, message| Activity {
        number: 1,
        at: rotunda_host::clock::from_unix(5),
        kind: crate::activity::ActivityKind::Rotated,
        text: text.to_owned(),
        message,
    };
    let renamed = rotunda_text::Chose::Renamed { from: "countess".into(), to: "lovelace".into() };
    let activity = [
        line("lovelace ran out; countess and ada@example.com were told.", Some(renamed.into())),
        line("babbage left.", None),
    ];
    let text = format!("{} is at lovelace's.", user.join(".codex").display());
    let checks = [Check { id: "binding", state: Health::Ok, text, fix: None }];
    let path = root.path().join("bundle.tar.gz");
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
        "http://<host>:7890",
        "\"state\": \"bound\"",
        "1 other lines",
        "[projects] entries = 1",
    ] {
        assert!(all.contains(helpful), "{helpful} is not in {all}");
    }
    // The bytes too: names and padding hold nothing else.
    let plain = root.path().join("bundle.tar");
    write(&plain, &contents).unwrap();
    let bytes = String::from_utf8_lossy(&fs::read(&plain).unwrap()).into_owned();
    assert!(PLANTED.iter().all(|planted| !bytes.contains(planted)));
}

#[test]
fn the_archive_is_compressed_for_a_name_with_gz() {
    let (root, home) = testing::home();
    let env = Env::of::<&str, &str>([]);
    let report = report();
    let contents = Contents { home: &home, env: &env, report: &report, checks: &[], activity: &[] };
    let [plain, gzip] = ["a.tar", "a.tar.gz"].map(|name| root.path().join(name));
    write(&plain, &contents).unwrap();
    write(&gzip, &contents).unwrap();
    let bytes = fs::read(&gzip).unwrap();
    assert_eq!(bytes[..2], [0x1f, 0x8b]);
    let mut unpacked = Vec::new();
    flate2::read::GzDecoder::new(bytes.as_slice()).read_to_end(&mut unpacked).unwrap();
    assert_eq!(unpacked, fs::read(&plain).unwrap());
}
