//! The command line as a process, each test in a home of its own.

#![expect(clippy::unwrap_used, reason = "a test that fails says where")]

mod following;
mod language;
mod place;

use std::{
    fs,
    io::{BufRead, BufReader},
    path::PathBuf,
    process::Stdio,
};

use serde_json::{Value, json};

use crate::place::{Place, REFRESH, SIGNATURE, files, text};

#[test]
fn a_file_is_named_from_where_one_stands() {
    let place = Place::new();
    let mut bundle = place.command(&["doctor", "--bundle", "help.tar"]);
    let output = bundle.current_dir(place.path("tmp")).output().unwrap();
    // There is no profile, so not all is well; but the archive is there, and is said to be.
    let (out, error) = (text(&output.stdout), text(&output.stderr));
    assert!(out.contains("help.tar"), "{out} {error}");
    assert!(!error.contains("No bundle was written"), "{error}");
    assert!(place.path("tmp/help.tar").is_file());
}

#[cfg(unix)]
#[test]
fn system_errors_are_printed_without_error_numbers() {
    let place = Place::new();
    let nowhere = place.path("nowhere/settings");
    let printed = place.refused(&["import-settings", nowhere.to_str().unwrap()]);
    assert!(printed.ends_with("nowhere/settings: No such file or directory."), "{printed}");
}

#[test]
fn commands_that_read_leave_nothing_behind() {
    let place = Place::new();
    for arguments in [
        &["status"][..],
        &["status", "--json"],
        &["profiles"],
        &["profiles", "--json"],
        &["quota"],
        &["activity"],
        &["activity", "--json"],
        &["bind", "--dry-run"],
    ] {
        place.works(arguments);
    }
    // Without a profile something has to be mended.
    assert_eq!(place.run(&["doctor"]).status.code(), Some(1));
    assert_eq!(files(place.root.path()), Vec::<PathBuf>::new());
    assert!(!place.path("ours").exists());
}

/// Commands that say `--json` in their own help, as scripts would find them.
fn commands_with_json(place: &Place) -> Vec<String> {
    let help = place.works(&["--help"]);
    let commands = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    let commands = commands.take_while(|line| !line.is_empty());
    // What a description goes on with is indented further.
    let commands = commands.filter(|line| !line.starts_with("   "));
    let names = commands.filter_map(|line| line.split_whitespace().next());
    let has_json = |name: &&str| {
        *name != "help"
            && place.works(&[name, "--help"]).lines().any(|line| line.contains("--json"))
    };
    names.filter(has_json).map(str::to_owned).collect()
}

/// Lesson 7: addresses are for `profiles` and `status`, where the owner looks
/// for them, and for no other JSON, whatever command comes later.
#[test]
fn of_json_only_that_of_profiles_names_addresses() {
    let place = Place::new();
    place.import("work");
    let commands = commands_with_json(&place);
    assert!(commands.iter().any(|name| name == "quota"), "{commands:?}");
    let serving = place.serve(&[]);
    assert!(!serving.ready.to_string().contains('@'));
    for name in commands.iter().filter(|name| *name != "serve") {
        let output = place.run(&[name.as_str(), "--json"]);
        let out = text(&output.stdout);
        // A command that needs more than that must be given it here.
        assert_ne!(output.status.code(), Some(2), "{name}: {}", text(&output.stderr));
        assert!(!out.is_empty(), "{name}: {}", text(&output.stderr));
        assert_eq!(out.contains('@'), name == "profiles", "{name}: {out}");
    }
    let printed = place.works(&["status", "--json", "--emails"]);
    assert!(printed.contains("work@example.com"), "{printed}");
}

#[test]
fn bad_usage_has_another_exit_code_than_a_refusal() {
    let place = Place::new();
    for arguments in [&["bogus"][..], &[], &["use"], &["status", "--yaml"]] {
        assert_eq!(place.run(arguments).status.code(), Some(2), "{arguments:?}");
    }
    assert!(place.refused(&["use", "nobody"]).contains("no profile called \"nobody\""));
    assert!(place.refused(&["import", "/does/not/exist"]).contains("/does/not/exist"));
    assert!(place.refused(&["activity", "--follow"]).contains("rotunda serve"));
    assert!(place.refused(&["quota", "--refresh"]).contains("rotunda serve"));
    assert!(place.refused(&["bind"]).contains("router is not running"));
    assert_eq!(place.works(&["--help"]).matches("Usage:").count(), 1);
}

#[test]
fn an_imported_profile_is_known_by_its_claims_and_its_secrets_stay_in_the_vault() {
    let place = Place::new();
    place.import("work");
    let profiles = place.json(&["profiles", "--json"]);
    let work = &profiles[0];
    assert_eq!((&work["name"], &work["plan"]), (&json!("work"), &json!("plus")));
    assert_eq!(work["email"], "work@example.com");
    assert_eq!((&work["standing"], &work["kind"]), (&json!("ready"), &json!("chatgpt")));
    let serving = place.serve(&[]);
    let outputs = [
        place.works(&["status"]),
        place.works(&["status", "--json"]),
        place.works(&["profiles", "--json"]),
        place.works(&["activity", "--json"]),
        place.works(&["doctor", "--json"]),
    ];
    let key = serving.url().split('/').nth(3).unwrap().to_owned();
    serving.crash();
    let vault = place.path("ours/data/vault.json");
    let kept = files(&place.path("ours")).into_iter().filter(|file| *file != vault);
    let kept: String =
        kept.map(|file| String::from_utf8_lossy(&fs::read(file).unwrap()).into_owned()).collect();
    for secret in [SIGNATURE, REFRESH] {
        assert!(!kept.contains(secret) && !outputs.concat().contains(secret));
        assert!(fs::read_to_string(&vault).unwrap().contains(secret));
    }
    let log = fs::read_to_string(place.path("ours/logs/rotunda.log")).unwrap();
    assert!(!log.is_empty() && !log.contains('@') && !log.contains(&key), "{log}");
    // Scripts need the address; people and checks do not.
    assert!(!outputs[0].contains(&key) && !outputs[3..].concat().contains(&key));
    assert!(!place.works(&["status"]).contains('@'));
}

/// A sign-in that nothing could keep would be made in vain.
#[cfg(target_os = "linux")]
#[test]
fn a_sign_in_is_not_begun_without_a_keychain() {
    let place = Place::new();
    let mut login = place.command(&["login", "--device"]);
    login.env("ROTUNDA_VAULT", "keychain");
    login.env("DBUS_SESSION_BUS_ADDRESS", format!("unix:path={}", place.path("no-bus").display()));
    let output = login.output().unwrap();
    let error = text(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{error}");
    assert!(error.contains("no keychain is available"), "{error}");
    assert_eq!(text(&output.stdout), "");
}

#[test]
fn profiles_are_renamed_paused_chosen_and_removed() {
    let place = Place::new();
    place.import("work");
    place.import("home");
    place.works(&["rename", "WORK", "studio"]);
    assert!(place.refused(&["rename", "studio", "Home"]).contains("different one"));
    place.works(&["pause", "home"]);
    place.works(&["pin", "studio"]);
    let profiles = place.json(&["profiles", "--json"]);
    assert_eq!((&profiles[0]["name"], &profiles[0]["pinned"]), (&json!("studio"), &json!(true)));
    assert_eq!(profiles[1]["standing"], "paused");
    place.works(&["resume", "home"]);
    place.works(&["remove", "studio"]);
    let profiles = place.json(&["profiles", "--json"]);
    assert_eq!(profiles.as_array().unwrap().len(), 1);
    assert_eq!((&profiles[0]["standing"], &profiles[0]["in_use"]), (&json!("ready"), &json!(true)));
    assert!(
        !fs::read_to_string(place.path("ours/data/vault.json"))
            .unwrap()
            .contains("refresh-secret-work")
    );
}

#[test]
fn importing_the_same_sign_in_again_keeps_one_profile() {
    let place = Place::new();
    place.import("work");
    let folder = place.sign_in("work");
    let printed = place.works(&["import", folder.to_str().unwrap()]);
    assert!(printed.contains("was there already"), "{printed}");
    assert_eq!(place.json(&["profiles", "--json"]).as_array().unwrap().len(), 1);
}

#[cfg(unix)]
#[test]
fn a_served_router_binds_codex_and_gives_its_file_back_byte_for_byte() {
    let place = Place::new();
    place.import("work");
    let before = "model = \"m\" # mine\r\n\r\n[features]\r\nplugins = false";
    fs::write(place.config(), before).unwrap();
    let serving = place.serve(&[]);
    assert_eq!(serving.ready["event"], "ready");
    assert_ne!(serving.ready["port"], 0);
    place.works(&["bind"]);
    let bound = fs::read_to_string(place.config()).unwrap();
    assert!(
        bound.contains(&format!("openai_base_url = \"{}\"   # Rotunda", serving.url())),
        "{bound}"
    );
    let status = place.json(&["status", "--json"]);
    assert_eq!(status["router"]["state"], "running");
    assert_eq!(status["router"]["url"], serving.url());
    assert_eq!(status["binding"]["state"], "bound");
    assert_eq!(status["serving"], "work");
    assert!(place.refused(&["serve"]).contains("already running"));
    assert_eq!(serving.terminate(), Some(0));
    assert_eq!(fs::read_to_string(place.config()).unwrap(), before);
    let status = place.json(&["status", "--json"]);
    assert_eq!(
        (&status["router"]["state"], &status["router"]["url"]),
        (&json!("stopped"), &Value::Null)
    );
    assert!(!place.path("ours/data/control.json").exists());
}

#[cfg(unix)]
#[test]
fn a_router_that_is_to_stay_bound_stays_bound() {
    let place = Place::new();
    place.import("work");
    let serving = place.serve(&["--bind", "--keep-bound"]);
    let url = serving.url().to_owned();
    assert_eq!(serving.terminate(), Some(0));
    assert!(fs::read_to_string(place.config()).unwrap().contains(&url));
    place.works(&["unbind"]);
    assert!(!place.config().exists());
}

#[test]
fn the_next_start_repairs_the_binding_after_a_crash() {
    let place = Place::new();
    place.import("work");
    let first = place.serve(&["--bind"]);
    let old = first.url().to_owned();
    first.crash();
    assert!(fs::read_to_string(place.config()).unwrap().contains(&old));
    assert_eq!(place.json(&["status", "--json"])["router"]["state"], "stopped");
    let second = place.serve(&[]);
    let text = fs::read_to_string(place.config()).unwrap();
    assert_ne!(second.url(), old);
    assert!(text.contains(second.url()) && !text.contains(&old), "{text}");
    assert!(place.works(&["activity"]).contains("brought up to date"));
}

#[test]
fn a_port_in_use_is_reported_and_codex_is_unbound() {
    let place = Place::new();
    place.import("work");
    let first = place.serve(&["--bind"]);
    let port = first.ready["port"].to_string();
    first.crash();
    let other = std::net::TcpListener::bind(format!("127.0.0.1:{port}")).unwrap();
    let output = place.command(&["serve"]).env("ROTUNDA_PORT", &port).output().unwrap();
    let error = text(&output.stderr);
    assert_eq!(output.status.code(), Some(1));
    assert!(error.contains(&format!("Port {port} is used by")), "{error}");
    assert!(error.contains("Codex was unbound"), "{error}");
    assert!(!place.config().exists());
    drop(other);
}

#[test]
fn a_new_key_leads_to_the_same_router_and_the_old_one_still_does() {
    let place = Place::new();
    place.import("work");
    let serving = place.serve(&["--bind"]);
    place.works(&["bind", "--new-key"]);
    let status = place.json(&["status", "--json"]);
    let new = status["router"]["url"].as_str().unwrap();
    assert_ne!(new, serving.url());
    assert!(fs::read_to_string(place.config()).unwrap().contains(new));
    assert_eq!(status["binding"]["state"], "bound");
}

#[test]
fn another_provider_is_switched_only_by_consent() {
    let place = Place::new();
    place.import("work");
    fs::write(place.config(), "model_provider = \"azure\"\n").unwrap();
    let _serving = place.serve(&[]);
    assert!(place.refused(&["bind"]).contains("\"azure\""));
    assert_eq!(fs::read_to_string(place.config()).unwrap(), "model_provider = \"azure\"\n");
    place.works(&["bind", "--switch"]);
    assert!(!fs::read_to_string(place.config()).unwrap().contains("azure"));
    place.works(&["unbind"]);
    assert_eq!(fs::read_to_string(place.config()).unwrap(), "model_provider = \"azure\"\n");
}

#[test]
fn a_file_that_does_not_parse_is_named_and_left_alone() {
    let place = Place::new();
    place.import("work");
    fs::write(place.config(), "model = \"m\"\nbroken = = 1\n").unwrap();
    let _serving = place.serve(&[]);
    let sentence = place.refused(&["bind"]);
    assert!(sentence.contains("line 2") && sentence.contains("config.toml"), "{sentence}");
    assert_eq!(fs::read_to_string(place.config()).unwrap(), "model = \"m\"\nbroken = = 1\n");
    assert_eq!(place.json(&["status", "--json"])["binding"]["state"], "unreadable");
}

#[cfg(unix)]
#[test]
fn run_hands_codex_the_router_and_passes_on_how_it_ended() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::new();
    place.import("work");
    let codex = place.path("codex-command");
    fs::write(&codex, "#!/bin/sh\nprintf '%s\\n' \"$@\"\nprintf '%s\\n' \"$NO_PROXY\"\nexit 7\n")
        .unwrap();
    fs::set_permissions(&codex, fs::Permissions::from_mode(0o755)).unwrap();
    let run = |extra: &[&str]| {
        let arguments = [&["run"], extra, &["--", "exec", "a b"]].concat();
        let mut command = place.command(&arguments);
        command.env("ROTUNDA_CODEX", &codex).env("HTTP_PROXY", "http://127.0.0.1:9");
        command.output().unwrap()
    };
    for extra in [&[][..], &["--profile", "work"]] {
        let output = run(extra);
        assert_eq!(output.status.code(), Some(7), "{}", text(&output.stderr));
        let printed = text(&output.stdout);
        let lines: Vec<_> = printed.lines().collect();
        assert_eq!((lines[0], lines[2], lines[3]), ("-c", "exec", "a b"));
        assert!(lines[1].starts_with("openai_base_url=\"http://127.0.0.1:"), "{printed}");
        assert_eq!(lines[4], "127.0.0.1,localhost");
    }
    assert!(!place.config().exists());
    let serving = place.serve(&[]);
    let (router, key) = serving.url().trim_end_matches("/codex").rsplit_once('/').unwrap();
    let output = text(&run(&[]).stdout);
    // The running router, by a key that ends with the run.
    assert!(output.contains(router), "{output}");
    assert!(!output.contains(key), "{output}");
    assert!(text(&run(&["--profile", "nobody"]).stderr).contains("no profile called \"nobody\""));
}

/// The status line that a server on this machine answers with.
#[cfg(unix)]
fn answer(url: &str) -> std::io::Result<String> {
    use std::{io::Write, net::TcpStream};
    let (host, path) = url.strip_prefix("http://").unwrap().split_once('/').unwrap();
    let mut stream = TcpStream::connect(host)?;
    write!(stream, "GET /{path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n")?;
    let mut answer = String::new();
    BufReader::new(stream).read_line(&mut answer)?;
    Ok(answer.trim_end().to_owned())
}

#[cfg(unix)]
#[test]
fn one_command_may_have_a_profile_and_a_router_of_its_own_for_as_long_as_it_runs() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::new();
    place.import("work");
    let codex = place.path("codex-command");
    fs::write(&codex, "#!/bin/sh\necho \"$2\"\nread -r line\nexit 3\n").unwrap();
    fs::set_permissions(&codex, fs::Permissions::from_mode(0o755)).unwrap();
    let serving = place.serve(&[]);
    let mut command = place.command(&["run", "--profile", "work"]);
    command.env("ROTUNDA_CODEX", &codex).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut running = command.spawn().unwrap();
    let mut line = String::new();
    BufReader::new(running.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let url = line.trim_end().strip_prefix("openai_base_url=").unwrap().trim_matches('"');
    assert_ne!(url, serving.url());
    assert_eq!(answer(url).unwrap(), "HTTP/1.1 200 OK");
    // It knows its own key and no other.
    let foreign = serving
        .url()
        .replace(serving.ready["port"].to_string().as_str(), url.split([':', '/']).nth(4).unwrap());
    assert_eq!(answer(&foreign).unwrap(), "HTTP/1.1 403 Forbidden");
    drop(running.stdin.take());
    assert_eq!(running.wait().unwrap().code(), Some(3));
    let gone = (0..600).any(|_| {
        std::thread::sleep(std::time::Duration::from_millis(50));
        answer(url).is_err()
    });
    assert!(gone, "the router outlived its command");
    assert_eq!(answer(serving.url()).unwrap(), "HTTP/1.1 200 OK");
}

#[test]
fn the_demo_works_without_codex_and_cleans_up() {
    let place = Place::new();
    // A proxy of the user's cannot reach what is on this machine.
    let output = place.command(&["demo"]).env("HTTP_PROXY", "http://127.0.0.1:9").output().unwrap();
    let story = text(&output.stdout);
    assert!(output.status.success(), "{story}{}", text(&output.stderr));
    assert!(story.contains("a small client asks in its place"), "{story}");
    assert!(story.contains("work ran out of its 5-hour limit (until "), "{story}");
    assert!(story.contains("byte for byte"), "{story}");
    assert!(
        story.ends_with(
            "3 turns, 3 completed; work ran out on the way. The client noticed nothing.\n"
        ),
        "{story}"
    );
    assert!(story.is_ascii() || !story.contains('\u{1b}'));
    assert_eq!(files(place.root.path()), Vec::<PathBuf>::new());
}
