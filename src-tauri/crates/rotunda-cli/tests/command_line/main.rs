//! The command line as a process, each test in a home of its own.

#![expect(clippy::unwrap_used, reason = "a test that fails says where")]

mod following;
mod hooks;
mod language;
mod line;
mod looking;
mod moving;
mod place;
mod projects;
mod requests;
mod schema;
mod settings;
#[cfg(unix)]
mod terminal;
mod upstream;
mod usage;

use std::{
    fs,
    io::{BufRead, BufReader},
    path::PathBuf,
    process::Stdio,
};

use serde_json::{Value, json};

use crate::place::{REFRESH, SIGNATURE, Sandbox, files, text};

#[test]
fn a_file_is_named_from_where_one_stands() {
    let sandbox = Sandbox::new();
    let mut bundle = sandbox.command(&["doctor", "--bundle", "help.tar"]);
    let output = bundle.current_dir(sandbox.path("tmp")).output().unwrap();
    // There is no profile, so not all is well; but the archive is there, and that is printed.
    let (out, error) = (text(&output.stdout), text(&output.stderr));
    assert!(out.contains("help.tar"), "{out} {error}");
    assert!(!error.contains("No bundle was written"), "{error}");
    assert!(sandbox.path("tmp/help.tar").is_file());
}

#[cfg(unix)]
#[test]
fn system_errors_are_printed_without_error_numbers() {
    let sandbox = Sandbox::new();
    let nowhere = sandbox.path("nowhere/settings");
    let printed = sandbox.refused(&["import-settings", nowhere.to_str().unwrap()]);
    assert!(printed.ends_with("nowhere/settings: No such file or directory."), "{printed}");
}

#[test]
fn commands_that_read_leave_nothing_behind() {
    let sandbox = Sandbox::new();
    for arguments in [
        &["status"][..],
        &["status", "--json"],
        &["profiles"],
        &["profiles", "--json"],
        &["quota"],
        &["settings"],
        &["settings", "explain"],
        &["autostart"],
        &["paths"],
        &["paths", "--json"],
        &["activity"],
        &["activity", "--json"],
        &["status", "--line"],
        &["hooks"],
        &["usage"],
        &["usage", "--csv"],
        &["project"],
        &["project", "list", "--json"],
        &["project", "show", "."],
        &["bind", "--dry-run"],
    ] {
        sandbox.works(arguments);
    }
    // Without a profile something has to be mended.
    assert_eq!(sandbox.run(&["doctor"]).status.code(), Some(1));
    assert_eq!(files(sandbox.root.path()), Vec::<PathBuf>::new());
    assert!(!sandbox.path("ours").exists());
}

/// Commands that say `--json` in their own help, as scripts would find them.
fn commands_with_json(sandbox: &Sandbox) -> Vec<String> {
    let help = sandbox.works(&["--help"]);
    let commands = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    let commands = commands.take_while(|line| !line.is_empty());
    // The rest of a description is indented further.
    let commands = commands.filter(|line| !line.starts_with("   "));
    let names = commands.filter_map(|line| line.split_whitespace().next());
    let has_json = |name: &&str| {
        *name != "help"
            && sandbox.works(&[name, "--help"]).lines().any(|line| line.contains("--json"))
    };
    names.filter(has_json).map(str::to_owned).collect()
}

/// Lesson 7: addresses are for `profiles` and `status`, where the owner looks
/// for them, and for no other JSON, whatever command comes later.
#[test]
fn of_json_only_that_of_profiles_names_addresses() {
    let sandbox = Sandbox::new();
    sandbox.import("work");
    let commands = commands_with_json(&sandbox);
    assert!(commands.iter().any(|name| name == "quota"), "{commands:?}");
    let serving = sandbox.serve(&[]);
    assert!(!serving.ready.to_string().contains('@'));
    // What `run` prints is Codex's.
    for name in commands.iter().filter(|name| !["serve", "run"].contains(&name.as_str())) {
        let output = sandbox.run(&[name.as_str(), "--json"]);
        let out = text(&output.stdout);
        // A command that needs more than that must be given it here.
        let is_understood = name == "guard" || output.status.code() != Some(2);
        assert!(is_understood, "{name}: {}", text(&output.stderr));
        assert!(!out.is_empty(), "{name}: {}", text(&output.stderr));
        assert_eq!(out.contains('@'), name == "profiles", "{name}: {out}");
    }
    let printed = sandbox.works(&["status", "--json", "--emails"]);
    assert!(printed.contains("work@example.com"), "{printed}");
}

#[test]
fn bad_usage_has_another_exit_code_than_a_refusal() {
    let sandbox = Sandbox::new();
    for arguments in [&["bogus"][..], &[], &["use"], &["status", "--yaml"]] {
        assert_eq!(sandbox.run(arguments).status.code(), Some(2), "{arguments:?}");
    }
    assert!(sandbox.refused(&["use", "nobody"]).contains("no profile called \"nobody\""));
    let none = if cfg!(windows) { r"C:\does\not\exist" } else { "/does/not/exist" };
    assert!(sandbox.refused(&["import", none]).contains(none));
    assert!(sandbox.refused(&["activity", "--follow"]).contains("rotunda serve"));
    assert!(sandbox.refused(&["quota", "--refresh"]).contains("rotunda serve"));
    assert!(sandbox.refused(&["bind"]).contains("router is not running"));
    assert_eq!(sandbox.works(&["--help"]).matches("Usage:").count(), 1);
}

#[test]
fn an_imported_profile_is_known_by_its_claims_and_its_secrets_stay_in_the_vault() {
    let sandbox = Sandbox::new();
    sandbox.import("work");
    let profiles = sandbox.json(&["profiles", "--json"]);
    let work = &profiles[0];
    assert_eq!((&work["name"], &work["plan"]), (&json!("work"), &json!("plus")));
    assert_eq!(work["email"], "work@example.com");
    assert_eq!((&work["standing"], &work["kind"]), (&json!("ready"), &json!("chatgpt")));
    let serving = sandbox.serve(&[]);
    let outputs = [
        sandbox.works(&["status"]),
        sandbox.works(&["status", "--json"]),
        sandbox.works(&["profiles", "--json"]),
        sandbox.works(&["activity", "--json"]),
        sandbox.works(&["doctor", "--json"]),
    ];
    let key = serving.url().split('/').nth(3).unwrap().to_owned();
    serving.crash();
    let vault = sandbox.path("ours/data/vault.json");
    let kept = files(&sandbox.path("ours")).into_iter().filter(|file| *file != vault);
    let kept: String =
        kept.map(|file| String::from_utf8_lossy(&fs::read(file).unwrap()).into_owned()).collect();
    for secret in [SIGNATURE, REFRESH] {
        assert!(!kept.contains(secret) && !outputs.concat().contains(secret));
        assert!(fs::read_to_string(&vault).unwrap().contains(secret));
    }
    let log = fs::read_to_string(sandbox.path("ours/logs/rotunda.log")).unwrap();
    assert!(!log.is_empty() && !log.contains('@') && !log.contains(&key), "{log}");
    // Scripts need the address; people and checks do not.
    assert!(!outputs[0].contains(&key) && !outputs[3..].concat().contains(&key));
    assert!(!sandbox.works(&["status"]).contains('@'));
}

/// A sign-in that nothing could keep would be made in vain.
#[cfg(target_os = "linux")]
#[test]
fn a_sign_in_is_not_begun_without_a_keychain() {
    let sandbox = Sandbox::new();
    let mut login = sandbox.command(&["login", "--device"]);
    login.env("ROTUNDA_VAULT", "keychain");
    login
        .env("DBUS_SESSION_BUS_ADDRESS", format!("unix:path={}", sandbox.path("no-bus").display()));
    let output = login.output().unwrap();
    let error = text(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{error}");
    assert!(error.contains("no keychain is available"), "{error}");
    assert_eq!(text(&output.stdout), "");
}

#[test]
fn profiles_are_renamed_paused_chosen_and_removed() {
    let sandbox = Sandbox::new();
    sandbox.import("work");
    sandbox.import("home");
    sandbox.works(&["rename", "WORK", "studio"]);
    assert!(sandbox.refused(&["rename", "studio", "Home"]).contains("different one"));
    sandbox.works(&["pause", "home"]);
    sandbox.works(&["pin", "studio"]);
    let profiles = sandbox.json(&["profiles", "--json"]);
    assert_eq!((&profiles[0]["name"], &profiles[0]["pinned"]), (&json!("studio"), &json!(true)));
    assert_eq!(profiles[1]["standing"], "paused");
    sandbox.works(&["resume", "home"]);
    sandbox.works(&["remove", "studio"]);
    let profiles = sandbox.json(&["profiles", "--json"]);
    assert_eq!(profiles.as_array().unwrap().len(), 1);
    assert_eq!((&profiles[0]["standing"], &profiles[0]["in_use"]), (&json!("ready"), &json!(true)));
    assert!(
        !fs::read_to_string(sandbox.path("ours/data/vault.json"))
            .unwrap()
            .contains("refresh-secret-work")
    );
}

#[test]
fn importing_the_same_sign_in_again_keeps_one_profile() {
    let sandbox = Sandbox::new();
    sandbox.import("work");
    let folder = sandbox.sign_in("work");
    let printed = sandbox.works(&["import", folder.to_str().unwrap()]);
    assert!(printed.contains("was there already"), "{printed}");
    assert_eq!(sandbox.json(&["profiles", "--json"]).as_array().unwrap().len(), 1);
}

#[cfg(unix)]
#[test]
fn a_served_router_binds_codex_and_gives_its_file_back_byte_for_byte() {
    let sandbox = Sandbox::new();
    sandbox.import("work");
    let before = "model = \"m\" # mine\r\n\r\n[features]\r\nplugins = false";
    fs::write(sandbox.config(), before).unwrap();
    let serving = sandbox.serve(&[]);
    assert_eq!(serving.ready["event"], "ready");
    assert_ne!(serving.ready["port"], 0);
    sandbox.works(&["bind"]);
    let bound = fs::read_to_string(sandbox.config()).unwrap();
    assert!(
        bound.contains(&format!("openai_base_url = \"{}\"   # Rotunda", serving.url())),
        "{bound}"
    );
    let status = sandbox.json(&["status", "--json"]);
    assert_eq!(status["router"]["state"], "running");
    assert_eq!(status["router"]["url"], serving.url());
    assert_eq!(status["binding"]["state"], "bound");
    assert_eq!(status["serving"], "work");
    assert!(sandbox.refused(&["serve"]).contains("already running"));
    assert_eq!(serving.terminate(), Some(0));
    assert_eq!(fs::read_to_string(sandbox.config()).unwrap(), before);
    let status = sandbox.json(&["status", "--json"]);
    assert_eq!(
        (&status["router"]["state"], &status["router"]["url"]),
        (&json!("stopped"), &Value::Null)
    );
    assert!(!sandbox.path("ours/data/control.json").exists());
}

#[cfg(unix)]
#[test]
fn a_router_that_is_to_stay_bound_stays_bound() {
    let sandbox = Sandbox::new();
    sandbox.import("work");
    let serving = sandbox.serve(&["--bind", "--keep-bound"]);
    let url = serving.url().to_owned();
    assert_eq!(serving.terminate(), Some(0));
    assert!(fs::read_to_string(sandbox.config()).unwrap().contains(&url));
    sandbox.works(&["unbind"]);
    assert!(!sandbox.config().exists());
}

#[test]
fn the_next_start_repairs_the_binding_after_a_crash() {
    let sandbox = Sandbox::new();
    sandbox.import("work");
    let first = sandbox.serve(&["--bind"]);
    let old = first.url().to_owned();
    first.crash();
    assert!(fs::read_to_string(sandbox.config()).unwrap().contains(&old));
    assert_eq!(sandbox.json(&["status", "--json"])["router"]["state"], "stopped");
    let second = sandbox.serve(&[]);
    let text = fs::read_to_string(sandbox.config()).unwrap();
    assert_ne!(second.url(), old);
    assert!(text.contains(second.url()) && !text.contains(&old), "{text}");
    assert!(sandbox.works(&["activity"]).contains("brought up to date"));
}

#[test]
fn a_port_in_use_is_reported_and_codex_is_unbound() {
    let sandbox = Sandbox::new();
    sandbox.import("work");
    let first = sandbox.serve(&["--bind"]);
    let port = first.ready["port"].to_string();
    first.crash();
    let other = std::net::TcpListener::bind(format!("127.0.0.1:{port}")).unwrap();
    let output = sandbox.command(&["serve"]).env("ROTUNDA_PORT", &port).output().unwrap();
    let error = text(&output.stderr);
    assert_eq!(output.status.code(), Some(1));
    assert!(error.contains(&format!("Port {port} is used by")), "{error}");
    assert!(error.contains("Codex was unbound"), "{error}");
    assert!(!sandbox.config().exists());
    drop(other);
}

#[test]
fn a_new_key_leads_to_the_same_router_and_the_old_one_still_does() {
    let sandbox = Sandbox::new();
    sandbox.import("work");
    let serving = sandbox.serve(&["--bind"]);
    sandbox.works(&["bind", "--new-key"]);
    let status = sandbox.json(&["status", "--json"]);
    let new = status["router"]["url"].as_str().unwrap();
    assert_ne!(new, serving.url());
    assert!(fs::read_to_string(sandbox.config()).unwrap().contains(new));
    assert_eq!(status["binding"]["state"], "bound");
}

#[test]
fn another_provider_is_switched_only_by_consent() {
    let sandbox = Sandbox::new();
    sandbox.import("work");
    fs::write(sandbox.config(), "model_provider = \"azure\"\n").unwrap();
    let _serving = sandbox.serve(&[]);
    assert!(sandbox.refused(&["bind"]).contains("\"azure\""));
    assert_eq!(fs::read_to_string(sandbox.config()).unwrap(), "model_provider = \"azure\"\n");
    sandbox.works(&["bind", "--switch"]);
    assert!(!fs::read_to_string(sandbox.config()).unwrap().contains("azure"));
    sandbox.works(&["unbind"]);
    assert_eq!(fs::read_to_string(sandbox.config()).unwrap(), "model_provider = \"azure\"\n");
}

#[test]
fn a_file_that_does_not_parse_is_named_and_left_alone() {
    let sandbox = Sandbox::new();
    sandbox.import("work");
    fs::write(sandbox.config(), "model = \"m\"\nbroken = = 1\n").unwrap();
    let _serving = sandbox.serve(&[]);
    let sentence = sandbox.refused(&["bind"]);
    assert!(sentence.contains("line 2") && sentence.contains("config.toml"), "{sentence}");
    assert_eq!(fs::read_to_string(sandbox.config()).unwrap(), "model = \"m\"\nbroken = = 1\n");
    assert_eq!(sandbox.json(&["status", "--json"])["binding"]["state"], "unreadable");
}

#[cfg(unix)]
#[test]
fn run_hands_codex_the_router_and_passes_on_how_it_ended() {
    use std::os::unix::fs::PermissionsExt;
    let sandbox = Sandbox::new();
    sandbox.import("work");
    let codex = sandbox.path("codex-command");
    fs::write(&codex, "#!/bin/sh\nprintf '%s\\n' \"$@\"\nprintf '%s\\n' \"$NO_PROXY\"\nexit 7\n")
        .unwrap();
    fs::set_permissions(&codex, fs::Permissions::from_mode(0o755)).unwrap();
    let run = |extra: &[&str]| {
        let arguments = [&["run"], extra, &["--", "exec", "a b"]].concat();
        let mut command = sandbox.command(&arguments);
        command.env("ROTUNDA_CODEX", &codex).env("HTTP_PROXY", "http://127.0.0.1:9");
        command.output().unwrap()
    };
    for extra in [&[][..], &["--profile", "work"], &["--only", "work", "--skip-check"]] {
        let output = run(extra);
        assert_eq!(output.status.code(), Some(7), "{}", text(&output.stderr));
        let printed = text(&output.stdout);
        let lines: Vec<_> = printed.lines().collect();
        assert_eq!((lines[0], lines[2], lines[3]), ("-c", "exec", "a b"));
        assert!(lines[1].starts_with("openai_base_url=\"http://127.0.0.1:"), "{printed}");
        assert_eq!(lines[4], "127.0.0.1,localhost");
    }
    assert!(!sandbox.config().exists());
    let serving = sandbox.serve(&[]);
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
    let sandbox = Sandbox::new();
    sandbox.import("work");
    let codex = sandbox.path("codex-command");
    fs::write(&codex, "#!/bin/sh\necho \"$2\"\nread -r line\nexit 3\n").unwrap();
    fs::set_permissions(&codex, fs::Permissions::from_mode(0o755)).unwrap();
    let serving = sandbox.serve(&[]);
    let mut command = sandbox.command(&["run", "--only", "work"]);
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
    let sandbox = Sandbox::new();
    // A proxy of the user's cannot reach what is on this machine.
    let output =
        sandbox.command(&["demo"]).env("HTTP_PROXY", "http://127.0.0.1:9").output().unwrap();
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
    assert_eq!(files(sandbox.root.path()), Vec::<PathBuf>::new());
}
