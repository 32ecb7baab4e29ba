//! Who else decides where Codex goes: found by `bind` and `status`, by name.

use std::{fs, os::unix::fs::PermissionsExt as _, process::Command};

use crate::place::{Sandbox, string};

const BEFORE: &str = "model = \"m\"\n";

/// Runs a script in which `/etc` holds only these files of an administrator's.
/// None where the system allows no namespaces.
fn under_an_administrator(
    sandbox: &Sandbox,
    files: &[(&str, &str)],
    script: &str,
) -> Option<String> {
    let etc = sandbox.path("etc/codex");
    fs::create_dir_all(&etc).unwrap();
    for (name, text) in files {
        fs::write(etc.join(name), text).unwrap();
    }
    let command = sandbox.command(&[]);
    let mut inside = Command::new("unshare");
    let script = format!(
        "mount --bind \"$ETC\" /etc || exit 77\nmkdir -p \"$ROTUNDA_HOME\"\n\
         \"$ROTUNDA\" serve --json > \"$ROTUNDA_HOME\"/out & pid=$!\n\
         while ! grep -q ready \"$ROTUNDA_HOME\"/out; do sleep 0.05; done\n\
         {script}\nkill -TERM $pid; wait $pid"
    );
    inside.args(["-rm", "sh", "-c", &script]).env_clear();
    inside.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    inside.env("ETC", sandbox.path("etc")).env("ROTUNDA", env!("CARGO_BIN_EXE_rotunda"));
    let output = inside.output().unwrap();
    let printed = string(&output.stdout) + &string(&output.stderr);
    if output.status.code() == Some(77) || printed.contains("unshare failed") {
        eprintln!("left out: this system allows no mounts in a namespace: {printed}");
        return None;
    }
    Some(printed)
}

#[cfg(target_os = "linux")]
#[test]
fn an_administrators_file_that_decides_is_found_by_bind_and_status_by_name() {
    let address = "openai_base_url = \"https://gate.example/v1\"\n";
    let provider = "model_provider = \"azure\"\n";
    for (name, text, expected) in [
        ("managed_config.toml", address, "https://gate.example/v1"),
        ("managed_config.toml", provider, "\"azure\""),
        ("managed_config.toml", "openai_base_url = \n", "line 1"),
        ("requirements.toml", address, "https://gate.example/v1"),
        ("config.toml", provider, "\"azure\""),
    ] {
        let sandbox = Sandbox::new();
        sandbox.write(BEFORE);
        let script = "\"$ROTUNDA\" bind; echo \"code $?\"; \"$ROTUNDA\" status";
        let Some(printed) = under_an_administrator(&sandbox, &[(name, text)], script) else {
            return;
        };
        assert!(printed.contains("code 1"), "{name} {text}: {printed}");
        let file = format!("/etc/codex/{name}");
        assert!(printed.matches(&file).count() >= 2, "{name} {text}: {printed}");
        assert!(printed.contains(expected), "{name} {text}: {printed}");
        assert_eq!(sandbox.text(), BEFORE, "{name} {text}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn an_administrators_file_without_these_keys_is_ignored() {
    let files = [
        ("managed_config.toml", "sandbox_mode = \"read-only\"\n"),
        ("config.toml", "openai_base_url = \"https://gate.example/v1\"\n"),
    ];
    let sandbox = Sandbox::new();
    sandbox.write(BEFORE);
    let script = "\"$ROTUNDA\" bind; echo \"code $?\"; \"$ROTUNDA\" status";
    let Some(printed) = under_an_administrator(&sandbox, &files, script) else { return };
    assert!(printed.contains("code 0") && printed.contains("bound by one line"), "{printed}");
}

#[test]
fn a_proxy_in_codex_s_env_is_found_by_bind_and_status_by_name() {
    let sandbox = Sandbox::new();
    sandbox.write(BEFORE);
    let file = sandbox.codex().join(".env");
    fs::write(&file, "HTTPS_PROXY=http://10.0.0.1:1\nHTTP_PROXY=http://10.0.0.1:1\n").unwrap();
    let _serving = sandbox.serve(&[]);
    let output = sandbox.run(&["bind"]);
    let printed = string(&output.stdout) + &string(&output.stderr);
    let file = file.display().to_string();
    assert!(output.status.success() && printed.contains(&file), "{printed}");
    let status = sandbox.works(&["status"]);
    assert!(status.contains(&file) && status.contains("HTTP_PROXY"), "{status}");
    fs::write(&file, "HTTP_PROXY=http://10.0.0.1:1\nNO_PROXY=127.0.0.1\n").unwrap();
    assert!(!sandbox.works(&["status"]).contains(&file));
}

/// The documented way out for files that a tool writes.
#[test]
fn the_printed_line_is_whole_and_binds_a_file_that_a_tool_writes() {
    let sandbox = Sandbox::new();
    let real = sandbox.path("chezmoi/config.toml");
    fs::create_dir(real.parent().unwrap()).unwrap();
    fs::write(&real, BEFORE).unwrap();
    fs::set_permissions(&real, fs::Permissions::from_mode(0o444)).unwrap();
    std::os::unix::fs::symlink(&real, sandbox.config()).unwrap();
    let _serving = sandbox.serve(&[]);
    let refused = sandbox.run(&["bind"]);
    let printed = string(&refused.stderr);
    assert_eq!(refused.status.code(), Some(1));
    assert!(
        printed.contains(&real.display().to_string()) && printed.contains("--print"),
        "{printed}"
    );
    let status = sandbox.works(&["status"]);
    assert!(status.contains("chezmoi writes it") && status.contains("--print"), "{status}");
    let printed = sandbox.run(&["bind", "--print"]);
    let line = string(&printed.stdout);
    assert!(printed.status.success() && !line.contains('…'), "{line}");
    assert!(string(&printed.stderr).contains("0600"));
    // As the tool writes it: bound, under the key that the router takes.
    fs::set_permissions(&real, fs::Permissions::from_mode(0o644)).unwrap();
    fs::write(&real, format!("{line}{BEFORE}")).unwrap();
    assert_eq!(sandbox.state(), "bound");
    let config: toml_edit::DocumentMut = line.parse().unwrap();
    let url = config["openai_base_url"].as_str().unwrap().to_owned();
    let status: serde_json::Value =
        serde_json::from_str(&sandbox.works(&["status", "--json"])).unwrap();
    assert_eq!(status["router"]["url"].as_str(), Some(url.as_str()));
}

#[test]
fn the_line_can_be_printed_before_the_first_start_and_holds() {
    let sandbox = Sandbox::new();
    let line = sandbox.works(&["bind", "--print"]);
    assert_eq!(line, sandbox.works(&["bind", "--print"]));
    let _serving = sandbox.serve(&[]);
    sandbox.write(&line);
    assert_eq!(sandbox.state(), "bound");
}

#[test]
fn the_file_is_its_owners_only_while_it_holds_the_key() {
    let sandbox = Sandbox::new();
    sandbox.write(BEFORE);
    let mode = || fs::metadata(sandbox.config()).unwrap().permissions().mode() & 0o777;
    let set =
        |mode| fs::set_permissions(sandbox.config(), fs::Permissions::from_mode(mode)).unwrap();
    set(0o644);
    sandbox.serve(&["--bind", "--keep-bound"]).crash();
    assert_eq!(mode(), 0o600);
    assert_eq!(sandbox.serve(&[]).terminate(), Some(0));
    assert_eq!((mode(), sandbox.text().as_str()), (0o644, BEFORE));
    let serving = sandbox.serve(&["--bind"]);
    assert!(!sandbox.works(&["status"]).contains("chmod 600"));
    set(0o640);
    let status = sandbox.works(&["status"]);
    assert!(status.contains("chmod 600") && status.contains("config.toml holds"), "{status}");
    assert_eq!(serving.terminate(), Some(0));
    assert_eq!((mode(), sandbox.text().as_str()), (0o640, BEFORE));
}
