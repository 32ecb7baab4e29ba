//! `rotunda run`: every user of the machine can read the command line of Codex,
//! so the key in it ends with the run.

#![cfg(target_os = "linux")]

use std::{fs, os::unix::fs::PermissionsExt as _, path::Path};

use reqwest::Method;
use rotunda_tests::{
    Reply, ScriptedUpstream, Whole,
    client::Ask,
    eventually, in_time,
    rig::{turn, user},
};
use tempfile::TempDir;
use tokio::process::{Child, Command};
use url::Url;

const NAME: &str = "main";
/// Long after every test, in seconds since 1970.
const FAR_RESET: u64 = 4_000_000_000;

/// A Codex that writes down its command line, and runs until the file `go` exists.
fn waiting_codex(folder: &Path) -> String {
    let program = folder.join("codex");
    let script = "#!/bin/sh\ncd \"${0%/*}\"\ntr '\\0' ' ' < /proc/$$/cmdline > written\n\
                  mv written command-line\nwhile [ ! -e go ]; do sleep 0.05; done\n";
    fs::write(&program, script).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    program.display().to_string()
}

struct Scene {
    rotunda: Whole,
    codex: TempDir,
    upstream: ScriptedUpstream,
}

impl Scene {
    async fn new() -> Self {
        let upstream = ScriptedUpstream::start().await;
        let codex = tempfile::tempdir().unwrap();
        let rotunda =
            Whole::new(&upstream, codex.path()).env("ROTUNDA_CODEX", &waiting_codex(codex.path()));
        let rotunda = rotunda.env("ROTUNDA_LOG", "trace");
        rotunda.add(&upstream, NAME).await;
        Self { rotunda, codex, upstream }
    }

    /// Starts a run and returns the address in its command line.
    async fn run(&self, arguments: &[&str]) -> (Child, Url) {
        for name in ["command-line", "go"] {
            fs::remove_file(self.codex.path().join(name)).ok();
        }
        let child = self.rotunda.command(arguments).spawn().unwrap();
        let command_line = self.codex.path().join("command-line");
        eventually("Codex to run", || command_line.exists()).await;
        let command_line = fs::read_to_string(command_line).unwrap();
        let address =
            command_line.split("openai_base_url=").nth(1).unwrap().split('"').nth(1).unwrap();
        (child, address.parse().unwrap())
    }

    fn end(&self) {
        fs::write(self.codex.path().join("go"), "").unwrap();
    }

    /// The key of the line that binds Codex.
    fn lasting_key(&self) -> String {
        let url = self.rotunda.codex_url();
        url.path_segments().and_then(|mut path| path.next()).unwrap().to_owned()
    }
}

/// The status of a turn; `None` without a listener.
async fn status(address: &Url) -> Option<u16> {
    let url = format!("{address}/responses").parse().unwrap();
    let ask = Ask::new(Method::POST, url).json(&turn(&[user("hi")]));
    ask.try_head().await.ok().map(|head| head.status.as_u16())
}

/// Item 9, beside a running Rotunda: also when the run is ended without a word.
#[tokio::test]
async fn the_key_on_a_command_line_ends_with_its_run() {
    let mut scene = Scene::new().await;
    scene.rotunda.serve().await;
    for is_killed in [false, true] {
        let (mut child, address) = scene.run(&["run", "--", "exec", "hi"]).await;
        assert!(!address.path().contains(&scene.lasting_key()), "the lasting key is in argv");
        assert_eq!(status(&address).await, Some(200));
        if is_killed {
            child.kill().await.unwrap();
        }
        scene.end();
        in_time("the run to end", child.wait()).await.unwrap();
        in_time("its key to end", async { while status(&address).await != Some(403) {} }).await;
    }
    let lasting = scene.rotunda.codex_url();
    assert_eq!(status(&lasting).await, Some(200), "the lasting key stays");
    assert_eq!(scene.rotunda.stop().await, Some(0));
}

/// Item 9, with a profile of its own, and alone: a router of its own ends with it.
#[tokio::test]
async fn a_router_of_a_run_and_its_key_end_with_the_run() {
    let mut scene = Scene::new().await;
    for serves in [false, true] {
        if serves {
            scene.rotunda.serve().await;
        }
        for arguments in [&["run", "--profile", NAME, "--", "hi"][..], &["run", "--", "hi"]] {
            let (mut child, address) = scene.run(arguments).await;
            assert_eq!(status(&address).await, Some(200), "{arguments:?}");
            scene.end();
            in_time("the run to end", child.wait()).await.unwrap();
            in_time("its key to end", async { while status(&address).await == Some(200) {} }).await;
        }
    }
    assert_eq!(scene.rotunda.stop().await, Some(0));
}

/// `--profile` prefers a profile and rotates, also without a running Rotunda; `--only` stays.
#[tokio::test]
async fn a_run_prefers_its_profile_and_moves_on_when_that_is_out() {
    let mut scene = Scene::new().await;
    for name in ["other", "third"] {
        scene.rotunda.add(&scene.upstream, name).await;
    }
    // A profile that ran out rests also after a restart, so each run has one of its own.
    for (serves, name) in [(true, "other"), (false, "third")] {
        if serves {
            scene.rotunda.serve().await;
        }
        let before = scene.upstream.tried().len();
        let (mut child, address) = scene.run(&["run", "--profile", name, "exec", "hi"]).await;
        assert_eq!(status(&address).await, Some(200));
        let out = Reply::usage_limit(FAR_RESET);
        scene.upstream.next(&format!("account-{name}"), out);
        assert_eq!(status(&address).await, Some(200), "another profile goes on");
        let tried = scene.upstream.tried()[before..].to_vec();
        assert_eq!((tried[..2].to_vec(), tried.len()), (vec![name.to_owned(); 2], 3), "{tried:?}");
        assert_ne!(tried[2], name);
        scene.end();
        in_time("the run to end", child.wait()).await.unwrap();
        if serves {
            assert_eq!(scene.rotunda.stop().await, Some(0));
        }
    }
    let arguments = &["run", "--only", "other", "--skip-check", "exec", "hi"];
    let before = scene.upstream.tried().len();
    scene.upstream.always("account-other", Reply::usage_limit(FAR_RESET));
    let (mut child, address) = scene.run(arguments).await;
    assert_eq!(status(&address).await, Some(429));
    assert!(scene.upstream.tried()[before..].iter().all(|tried| tried == "other"));
    scene.end();
    in_time("the run to end", child.wait()).await.unwrap();
}

/// Nothing is started when no profile can serve, unless the user wants Codex as it is.
#[tokio::test]
async fn a_run_that_nothing_can_serve_starts_codex_only_as_it_is() {
    let scene = Scene::new().await;
    scene.rotunda.run(&["pause", NAME]).await;
    let refused = scene.rotunda.run(&["run", "exec", "hi"]).await;
    assert_eq!(refused.code, Some(1));
    assert!(refused.err.contains("--or-plain") && refused.err.contains("You paused it."));
    assert!(refused.out.is_empty() && !scene.codex.path().join("command-line").exists());
    let json = scene.rotunda.run(&["run", "--json", "exec", "hi"]).await;
    let found: serde_json::Value = serde_json::from_str(json.err.lines().next().unwrap()).unwrap();
    assert_eq!(
        (&found["can_serve"], &found["profiles"][0]["ready"]),
        (&false.into(), &false.into())
    );
    scene.end();
    let plain = scene.rotunda.run(&["run", "--or-plain", "exec", "hi"]).await;
    assert_eq!(plain.code, Some(0), "{plain:?}");
    let command_line = fs::read_to_string(scene.codex.path().join("command-line")).unwrap();
    assert!(command_line.ends_with("exec hi ") && !command_line.contains("base_url"));
}

/// Bound, the file leads to a port where nothing listens, or to a router that cannot serve:
/// Codex as it is goes where it went before, also when Rotunda itself cannot start.
#[tokio::test]
async fn codex_as_it_is_passes_by_our_lines_in_its_file() {
    const OWN: &str = "openai_base_url=\"https://own.test/v1\"";
    let mut scene = Scene::new().await;
    scene.end();
    let config = scene.codex.path().join("config.toml");
    fs::write(&config, "openai_base_url = \"https://own.test/v1\"\n").unwrap();
    scene.rotunda.serve_with(&["--bind"]).await;
    scene.rotunda.run(&["pause", NAME]).await;
    let bound = fs::read_to_string(&config).unwrap();
    assert!(bound.contains("127.0.0.1"), "{bound}");
    let plain = async |scene: &Scene, why: &str| {
        fs::remove_file(scene.codex.path().join("command-line")).ok();
        let plain = scene.rotunda.run(&["run", "--or-plain", "exec", "hi"]).await;
        assert_eq!(plain.code, Some(0), "{why}: {plain:?}");
        fs::read_to_string(scene.codex.path().join("command-line")).unwrap()
    };
    let told = plain(&scene, "the router runs").await;
    assert!(told.contains(OWN) && told.ends_with("exec hi "), "{told}");
    scene.rotunda.kill().await;
    // As a crash leaves it while Codex's own account is out.
    let second =
        bound.replace("openai_base_url", "chatgpt_base_url").replace("/codex", "/backend-api");
    fs::write(&config, format!("{bound}{second}")).unwrap();
    let told = plain(&scene, "the port is dead").await;
    assert!(told.contains(OWN), "{told}");
    fs::write(&config, format!("{bound}{second}")).unwrap();
    let _taken = std::net::TcpListener::bind(("127.0.0.1", scene.rotunda.port())).unwrap();
    let told = plain(&scene, "the port is another program's").await;
    assert!(told.contains(OWN), "{told}");
}

/// A run continues when Rotunda is killed and started again meanwhile.
#[tokio::test]
async fn the_key_of_a_run_is_valid_again_after_a_restart() {
    let mut scene = Scene::new().await;
    scene.rotunda.serve().await;
    let (mut child, address) = scene.run(&["run", "--", "hi"]).await;
    assert_eq!(status(&address).await, Some(200));
    scene.rotunda.kill().await;
    assert_eq!(status(&address).await, None);
    scene.rotunda.serve().await;
    in_time("its key to be valid", async { while status(&address).await != Some(200) {} }).await;
    scene.end();
    in_time("the run to end", child.wait()).await.unwrap();
    assert_eq!(scene.rotunda.stop().await, Some(0));
}

/// Item 9: whatever is wrong with the line that holds it, no text of ours says it.
#[tokio::test]
async fn the_key_is_in_no_text_of_ours() {
    let mut scene = Scene::new().await;
    scene.rotunda.serve_with(&["--bind"]).await;
    let config = scene.codex.path().join("config.toml");
    let bound = fs::read_to_string(&config).unwrap();
    let (key, url) = (scene.lasting_key(), scene.rotunda.codex_url());
    assert!(bound.contains(&key), "the search works");
    let line = |address: &str| format!("openai_base_url = \"{address}\"   # Rotunda\n");
    let damaged = [
        format!("openai_base_url = \"{url}\n"),
        format!("openai_base_url = {url}\n"),
        format!("{}{}", line(url.as_str()), line(url.as_str())),
        format!("openai_base_url = [\"{url}\"]\n"),
        format!("[openai_base_url]\nurl = \"{url}\"\n"),
        format!("openai_base_url.\"{url}\" = 1\n"),
        format!("model_provider = \"{url}\n"),
        line(&url.as_str().replace("http:", "https:")),
        line(&url.as_str().replace("127.0.0.1", "localhost")),
        line(&format!("{url}?key={key}#{key}")),
        line(&format!("http://{key}:{key}@127.0.0.1/codex")),
        line(&format!("http://127.0.0.1/{key}")),
    ];
    let mut runs = Vec::new();
    for text in &damaged {
        fs::write(&config, text).unwrap();
        for arguments in
            [&["status"][..], &["status", "--json"], &["bind", "--dry-run"], &["bind"], &["unbind"]]
        {
            runs.push((text, arguments, scene.rotunda.run(arguments).await));
        }
    }
    for arguments in [&["doctor"][..], &["activity"], &["activity", "--json"]] {
        runs.push((&damaged[0], arguments, scene.rotunda.run(arguments).await));
    }
    assert_eq!(scene.rotunda.stop().await, Some(0));
    for text in &damaged {
        fs::write(&config, text).unwrap();
        for arguments in [&["status"][..], &["bind", "--dry-run"], &["unbind"]] {
            runs.push((text, arguments, scene.rotunda.run(arguments).await));
        }
    }
    for (text, arguments, ran) in runs {
        let mut out = ran.out.clone();
        // For scripts the address is data, and has a place of its own.
        if arguments == ["status", "--json"] {
            let mut shown = ran.json();
            shown["router"]["url"].take();
            out = shown.to_string();
        }
        let all = format!("{out}{}", ran.err);
        assert!(!all.contains(&key), "{arguments:?} with {text:?}: {all}");
    }
    let logs = scene.rotunda.log();
    let line = logs.lines().find(|line| line.contains(&key));
    assert_eq!(line, None, "the log tells the key");
}

/// Another user reads the command line while the run lives, and gets nothing for it.
#[tokio::test]
async fn the_key_of_a_run_is_no_key_of_another_user() {
    let mut scene = Scene::new().await;
    scene.rotunda.serve().await;
    for arguments in [&["run", "--", "hi"][..], &["run", "--profile", NAME, "--", "hi"]] {
        let (mut child, address) = scene.run(arguments).await;
        let ask = format!(
            "exec 3<>/dev/tcp/127.0.0.1/{0}; printf 'GET {1} HTTP/1.1\\r\\nhost: 127.0.0.1:{0}\\r\\n\
             connection: close\\r\\n\\r\\n' >&3; head -n 1 <&3",
            address.port().unwrap(),
            address.path()
        );
        let own = Command::new("bash").args(["-c", &ask]).output().await.unwrap();
        assert!(own.stdout.starts_with(b"HTTP/1.1 200"), "{own:?}");
        let mut other = Command::new("setpriv");
        other.args(["--reuid=65534", "--regid=65534", "--clear-groups", "bash", "-c", &ask]);
        let answer = other.output().await.unwrap();
        if answer.status.success() {
            assert!(answer.stdout.starts_with(b"HTTP/1.1 403"), "{answer:?}");
        } else {
            crate::ports::skipped("no other user can be played here");
        }
        scene.end();
        in_time("the run to end", child.wait()).await.unwrap();
    }
    assert_eq!(scene.rotunda.stop().await, Some(0));
}
