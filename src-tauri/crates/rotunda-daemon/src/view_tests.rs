use super::*;

const FIXTURE: &str = include_str!("../../../../tests/fixtures/snapshot.json");

fn fixture() -> Snapshot {
    serde_json::from_str(FIXTURE).expect("the fixture is a snapshot")
}

#[test]
fn the_shared_fixture_is_what_this_crate_writes() {
    let written = serde_json::to_string_pretty(&fixture()).unwrap() + "\n";
    assert_eq!(written, FIXTURE);
}

#[test]
fn status_has_the_documented_keys() {
    let url = Some("http://127.0.0.1:4517/key/codex".to_owned());
    let plain = Status::of(&fixture(), url);
    let with_emails = plain.clone().with_emails(&fixture());
    assert_eq!(with_emails.profiles[0].email.as_deref(), Some("ada@example.com"));
    let status = serde_json::to_value(plain).unwrap();
    assert!(!status.to_string().contains('@'), "{status}");
    assert_eq!(keys(&status), ["binding", "next_reset", "profiles", "router", "serving"]);
    assert_eq!(keys(&status["router"]), ["port", "since", "state", "url"]);
    assert_eq!(keys(&status["binding"]), ["codex_home", "state"]);
    let profile = &status["profiles"][0];
    let expected = [
        "email",
        "id",
        "in_flight",
        "in_use",
        "kind",
        "name",
        "pinned",
        "plan",
        "reason",
        "standing",
        "until",
        "windows",
    ];
    assert_eq!(keys(profile), expected);
    let window = &profile["windows"][0];
    assert_eq!(keys(window), ["label", "left_percent", "minutes", "resets_at", "used_percent"]);
}

fn keys(value: &serde_json::Value) -> Vec<&str> {
    let mut keys: Vec<_> = value.as_object().unwrap().keys().map(String::as_str).collect();
    keys.sort_unstable();
    keys
}
