//! Sign-ins that leave a machine and come to another one.

use std::{
    fs,
    io::Write as _,
    process::{Output, Stdio},
};

use serde_json::{Value, json};

use crate::place::{REFRESH, Sandbox, text};

const PASSPHRASE: &str = "correct horse battery\n";

/// Runs a command with a passphrase on its standard input.
fn with_passphrase(sandbox: &Sandbox, arguments: &[&str], passphrase: &str) -> Output {
    let mut command = sandbox.command(arguments);
    let command = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut process = command.spawn().unwrap();
    process.stdin.take().unwrap().write_all(passphrase.as_bytes()).unwrap();
    process.wait_with_output().unwrap()
}

#[track_caller]
fn works(sandbox: &Sandbox, arguments: &[&str]) -> (String, String) {
    let output = with_passphrase(sandbox, arguments, PASSPHRASE);
    let (out, error) = (text(&output.stdout), text(&output.stderr));
    assert!(output.status.success(), "{arguments:?}: {out} {error}");
    (out, error)
}

#[track_caller]
fn refused(sandbox: &Sandbox, arguments: &[&str], passphrase: &str) -> String {
    let output = with_passphrase(sandbox, arguments, passphrase);
    assert_eq!(output.status.code(), Some(1), "{arguments:?}");
    text(&output.stderr)
}

fn vault(sandbox: &Sandbox) -> String {
    fs::read_to_string(sandbox.path("ours/data/vault.json")).unwrap_or_default()
}

fn names(sandbox: &Sandbox) -> Vec<(String, String)> {
    let profiles = sandbox.json(&["profiles", "--json"]);
    let one = |it: &Value| {
        let text = |key: &str| it[key].as_str().unwrap().to_owned();
        (text("name"), text("standing"))
    };
    profiles.as_array().unwrap().iter().map(one).collect()
}

#[test]
fn a_profile_that_is_signed_out_keeps_its_name_and_its_place_and_loses_its_sign_in() {
    for serves in [false, true] {
        let sandbox = Sandbox::new();
        sandbox.import_all(&["work", "home"]);
        let before = sandbox.json(&["profiles", "--json"]);
        let serving = serves.then(|| sandbox.serve(&[]));
        assert!(vault(&sandbox).contains(&format!("{REFRESH}work")));
        let printed = sandbox.works(&["logout", "WORK"]);
        assert!(printed.contains("work is signed out here"), "{printed}");
        assert!(!vault(&sandbox).contains(&format!("{REFRESH}work")));
        assert!(vault(&sandbox).contains(&format!("{REFRESH}home")));
        let expected = [("work", "needs_sign_in"), ("home", "ready")];
        let expected = expected.map(|(name, standing)| (name.to_owned(), standing.to_owned()));
        assert_eq!(names(&sandbox), expected);
        assert!(sandbox.works(&["activity"]).contains("work was signed out here"));
        drop(serving);
        assert_eq!(names(&sandbox), expected, "also after the end");
        // Signed in again it is the same profile.
        sandbox.import("work");
        let after = sandbox.json(&["profiles", "--json"]);
        assert_eq!((&after[0]["id"], &after[0]["standing"]), (&before[0]["id"], &json!("ready")));
        assert!(sandbox.refused(&["logout", "absent"]).contains("no profile called \"absent\""));
    }
}

#[test]
fn sign_ins_go_to_another_machine_and_the_old_one_lets_go() {
    for serves in [false, true] {
        let (old, new) = (Sandbox::new(), Sandbox::new());
        old.import_all(&["work", "home"]);
        old.works(&["pause", "home"]);
        old.works(&["order", "home", "work"]);
        let serving = serves.then(|| old.serve(&[]));
        let file = old.path("tmp/moving.age");
        let path = file.to_str().unwrap();
        let (out, error) = works(&old, &["export-sign-ins", path, "--hand-over"]);
        assert!(out.contains("Wrote the sign-ins of home, work"), "{out}");
        assert!(error.contains("signed out here"), "{error}");
        let bytes = fs::read(&file).unwrap();
        assert!(bytes.starts_with(b"age-encryption.org/v1\n-> scrypt "));
        for secret in [REFRESH, "example.com", "correct horse"] {
            assert!(!bytes.windows(secret.len()).any(|it| it == secret.as_bytes()), "{secret}");
        }
        assert!(!vault(&old).contains(REFRESH), "the old machine has let go");
        assert!(names(&old).iter().all(|(name, standing)| {
            standing == if name == "home" { "paused" } else { "needs_sign_in" }
        }));
        drop(serving);

        let (out, error) = works(&new, &["import", path]);
        assert!(out.contains('2'), "{out}");
        assert!(!error.contains("still holds"), "{error}");
        assert!(vault(&new).contains(&format!("{REFRESH}work")));
        let expected = [("home", "paused"), ("work", "ready")];
        assert_eq!(
            names(&new),
            expected.map(|(name, standing)| (name.to_owned(), standing.to_owned()))
        );
        let profiles = new.json(&["profiles", "--json"]);
        assert_eq!(profiles[1]["email"], "work@example.com");
    }
}

#[test]
fn without_a_hand_over_both_machines_name_who_must_let_go() {
    let (old, new) = (Sandbox::new(), Sandbox::new());
    old.import_all(&["work", "home"]);
    let file = old.path("tmp/moving.age");
    let path = file.to_str().unwrap();
    let (out, error) = works(&old, &["export-sign-ins", path, "--profile", "work"]);
    assert!(out.contains("Wrote the sign-in of work"), "{out}");
    assert!(error.contains("This machine must let go"), "{error}");
    assert!(vault(&old).contains(&format!("{REFRESH}work")));
    let (_, error) = works(&new, &["import", path]);
    assert!(error.contains("still holds these sign-ins"), "{error}");
    assert_eq!(names(&new).len(), 1);
}

#[test]
fn a_bad_passphrase_a_taken_name_and_a_damaged_file_are_refused_in_one_sentence() {
    let sandbox = Sandbox::new();
    let file = sandbox.path("tmp/moving.age");
    let path = file.to_str().unwrap();
    let export = ["export-sign-ins", path];
    assert!(refused(&sandbox, &export, PASSPHRASE).contains("no profile has one"));
    sandbox.import("work");
    assert!(refused(&sandbox, &export, "short\n").contains("at least 8 characters"));
    assert!(refused(&sandbox, &export, "").contains("at least 8 characters"));
    assert!(!file.exists());
    works(&sandbox, &export);
    assert!(refused(&sandbox, &export, PASSPHRASE).contains("moving.age"));
    assert!(
        refused(&sandbox, &["import", path], "wrong passphrase\n").contains("passphrase is wrong")
    );
    let named = refused(&sandbox, &["import", path, "--name", "x"], PASSPHRASE);
    assert!(named.contains("leave out --name"), "{named}");
    let mut bytes = fs::read(&file).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    fs::write(&file, bytes).unwrap();
    assert!(refused(&sandbox, &["import", path], PASSPHRASE).contains("damaged"));
    assert_eq!(names(&sandbox).len(), 1);
}

#[test]
fn the_sign_ins_of_another_tool_are_listed_and_taken_from_their_place() {
    let sandbox = Sandbox::new();
    let folder = sandbox.sign_in("ada");
    let auth: Value =
        serde_json::from_str(&fs::read_to_string(folder.join("auth.json")).unwrap()).unwrap();
    let tokens = &auth["tokens"];
    let flat = json!({
        "type": "codex", "access_token": tokens["access_token"], "id_token": tokens["id_token"],
        "refresh_token": tokens["refresh_token"], "account_id": "account-ada",
        "email": "ada@example.com",
    });
    let place = sandbox.path("home/.cli-proxy-api");
    fs::create_dir_all(&place).unwrap();
    fs::write(place.join("codex-ada.json"), flat.to_string()).unwrap();
    let listed = sandbox.works(&["import"]);
    assert!(listed.contains("CLIProxyAPI uses this sign-in too"), "{listed}");
    sandbox.works(&["import", "--found", "1"]);
    assert_eq!(names(&sandbox), [("ada".to_owned(), "ready".to_owned())]);
    assert!(vault(&sandbox).contains(&format!("{REFRESH}ada")));
}
