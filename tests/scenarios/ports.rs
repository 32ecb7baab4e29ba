//! The port that Codex is bound to, and strangers who would like to have it.

#![cfg(unix)]

use std::{fs, net::TcpListener, os::fd::OwnedFd, process::Stdio};

use reqwest::Method;
use rotunda_tests::{ScriptedUpstream, Whole, client::Ask, in_time};
use serde_json::Value;
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    process::{Child, Command},
};

/// What cannot be tested on this machine is printed, not silently passed.
#[expect(clippy::print_stderr, reason = "a skipped test is read by a person")]
pub(crate) fn skipped(why: &str) {
    eprintln!("SKIPPED: {why}");
}

struct Scene {
    rotunda: Whole,
    codex: TempDir,
    _upstream: ScriptedUpstream,
}

impl Scene {
    async fn new() -> Self {
        let upstream = ScriptedUpstream::start().await;
        let codex = tempfile::tempdir().unwrap();
        let rotunda = Whole::new(&upstream, codex.path());
        rotunda.add(&upstream, "main").await;
        Self { rotunda, codex, _upstream: upstream }
    }

    fn is_bound(&self) -> bool {
        let config = fs::read_to_string(self.codex.path().join("config.toml"));
        config.is_ok_and(|config| config.contains("openai_base_url"))
    }

    /// Bound, then ended without a word: Codex points at a port that is free.
    async fn crash(&mut self) {
        self.rotunda.serve_with(&["--bind"]).await;
        assert!(self.is_bound());
        self.rotunda.kill().await;
        assert!(self.is_bound(), "a crash leaves the line");
    }

    async fn refused_start(&self) -> String {
        let ran = self.rotunda.run(&["serve"]).await;
        assert_eq!(ran.code, Some(1), "{ran:?}");
        ran.err
    }
}

/// Item 10: the start fails at once, with the reason.
#[tokio::test]
async fn a_start_that_finds_a_stranger_on_its_port_unbinds_at_once() {
    let mut scene = Scene::new().await;
    scene.crash().await;
    let stranger = TcpListener::bind(("127.0.0.1", scene.rotunda.port())).unwrap();
    let message = scene.refused_start().await;
    assert!(!scene.is_bound());
    assert!(message.contains("is used by") && message.contains("Codex was unbound"), "{message}");
    if cfg!(target_os = "linux") {
        assert!(message.contains(&format!("({})", std::process::id())), "{message}");
    }
    drop(stranger);
}

/// Item 10: another user, whose programs cannot be named.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_start_with_its_port_used_by_another_user_unbinds_and_names_the_user() {
    let mut scene = Scene::new().await;
    scene.crash().await;
    let script = format!(
        "use IO::Socket::INET; $| = 1; my $s = IO::Socket::INET->new(LocalAddr => '127.0.0.1:{}', \
         Listen => 5, ReuseAddr => 1) or die; print \"ready\\n\"; sleep 600;",
        scene.rotunda.port()
    );
    let mut other = Command::new("setpriv");
    other.args(["--reuid=65533", "--regid=65533", "--clear-groups", "perl", "-e", &script]);
    other.stdout(Stdio::piped()).stdin(Stdio::null()).kill_on_drop(true);
    let Ok(mut other) = other.spawn() else { return skipped("there is no setpriv") };
    let mut lines = BufReader::new(other.stdout.take().unwrap()).lines();
    let Some(_) = lines.next_line().await.unwrap() else {
        return skipped("no other user can be played here");
    };
    let message = scene.refused_start().await;
    assert!(!scene.is_bound());
    assert!(
        message.contains("of the user 65533") && message.contains("Codex was unbound"),
        "{message}"
    );
    other.kill().await.unwrap();
}

/// Starts a command through a shell that prepares something first.
fn through_shell(rotunda: &Whole, prepare: &str, arguments: &[&str]) -> Command {
    let command = rotunda.command(arguments);
    let command = command.as_std();
    let mut shell = Command::new("sh");
    shell.args(["-c", &format!("{prepare}; exec \"$@\""), "sh"]);
    shell.arg(command.get_program()).args(command.get_args()).env_clear();
    shell.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    shell.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    shell
}

/// What systemd does with a socket (`sd_listen_fds(3)`); it comes as standard input.
const HAND_OVER: &str = "exec 3<&0 0</dev/null; export LISTEN_PID=$$ LISTEN_FDS=1";

async fn ready(child: &mut Child) -> Value {
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let line = in_time("the router to be ready", lines.next_line()).await.unwrap().unwrap();
    serde_json::from_str(&line).unwrap()
}

/// A router that gets its port as systemd hands it over.
async fn activated(rotunda: &Whole, listener: &TcpListener) -> Child {
    let handed: OwnedFd = listener.try_clone().unwrap().into();
    let mut shell = through_shell(rotunda, HAND_OVER, &["serve", "--json", "--bind"]);
    let mut child = shell.stdin(Stdio::from(handed)).spawn().unwrap();
    assert_eq!(ready(&mut child).await["port"], listener.local_addr().unwrap().port());
    child
}

/// Item 14: descriptors are there before they are needed.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_low_descriptor_limit_is_raised_at_the_start() {
    let scene = Scene::new().await;
    let mut shell = through_shell(&scene.rotunda, "ulimit -Sn 256", &["serve", "--json"]);
    let mut child = shell.spawn().unwrap();
    ready(&mut child).await;
    let limits = fs::read_to_string(format!("/proc/{}/limits", child.id().unwrap())).unwrap();
    let limit = limits.lines().find_map(|line| line.strip_prefix("Max open files")).unwrap();
    let mut limit = limit.split_whitespace();
    let (soft, hard) = (limit.next().unwrap(), limit.next().unwrap());
    let hard = hard.parse().unwrap_or(u64::MAX);
    assert_eq!(soft.parse::<u64>().unwrap(), hard.min(16 << 10), "{limits}");
    child.kill().await.unwrap();
}

/// Item 10: while the service manager holds the port, no stranger can have it,
/// and a request of the meantime is answered by the next router.
#[tokio::test]
async fn a_port_that_the_service_manager_holds_stays_ours_through_a_crash() {
    let scene = Scene::new().await;
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let mut first = activated(&scene.rotunda, &listener).await;
    assert!(scene.is_bound());
    let config = fs::read_to_string(scene.codex.path().join("config.toml")).unwrap();
    assert!(config.contains(&format!(":{port}/")), "{config}");
    let health = || {
        let url = format!("http://127.0.0.1:{port}/health").parse().unwrap();
        Ask::new(Method::GET, url).answer()
    };
    assert_eq!(health().await.status, 403);
    first.kill().await.unwrap();
    assert!(TcpListener::bind(("127.0.0.1", port)).is_err(), "a stranger got the port");
    let waiting = tokio::spawn(health());
    // As `ExecStopPost` does: the port still leads nowhere.
    let ran = scene.rotunda.run(&["unbind", "--unless-running"]).await;
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(!scene.is_bound());
    let mut second = activated(&scene.rotunda, &listener).await;
    assert_eq!(waiting.await.unwrap().status, 403);
    // A unit that fails to start beside it must not unbind what works.
    let ran = scene.rotunda.run(&["unbind", "--unless-running"]).await;
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(scene.is_bound());
    second.kill().await.unwrap();
}

/// A socket unit that listens on the network is not served.
#[tokio::test]
async fn a_socket_unit_that_is_not_on_the_loopback_is_refused() {
    let scene = Scene::new().await;
    let listener = TcpListener::bind("0.0.0.0:0").unwrap();
    let handed: OwnedFd = listener.into();
    let mut shell = through_shell(&scene.rotunda, HAND_OVER, &["serve"]);
    let output = in_time("the refusal", shell.stdin(Stdio::from(handed)).output()).await.unwrap();
    let message = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{message}");
    assert!(message.contains("loopback"), "{message}");
}
