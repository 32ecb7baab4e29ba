//! prodex, the router for Codex nearest to this one: its broker alone, with two made-up profiles in a home of its own.

use std::{
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::Stdio,
};

use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    process::{Child, Command},
    time::{Instant, sleep, timeout},
};

use super::{START, Subject, free_address, rotunda::made_up_sign_in};
use crate::Result;

/// Where its broker takes Codex's turns.
const PATH: &str = "/backend-api/prodex/responses";
/// The name of its broker among those of one home.
const BROKER: &str = "bench";
/// Most streams of the bench go through one profile, here as in Rotunda's settings.
const CAPS: [(&str, &str); 2] = [
    ("PRODEX_RUNTIME_PROXY_PROFILE_INFLIGHT_SOFT_LIMIT", "1000"),
    ("PRODEX_RUNTIME_PROXY_PROFILE_INFLIGHT_HARD_LIMIT", "1000"),
];
/// It gives each stream a thread, and has 256 of them at most.
const ALL_THREADS: [(&str, &str); 4] = [
    ("PRODEX_RUNTIME_PROXY_LONG_LIVED_WORKER_COUNT", "256"),
    ("PRODEX_RUNTIME_PROXY_LONG_LIVED_QUEUE_CAPACITY", "1000"),
    ("PRODEX_RUNTIME_PROXY_ACTIVE_REQUEST_LIMIT", "1000"),
    ("PRODEX_RUNTIME_PROXY_RESPONSES_ACTIVE_LIMIT", "1000"),
];

/// How many streams it is to carry at a time.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Threads {
    /// As many as it has by itself on this machine.
    Default,
    /// As many as its settings allow.
    All,
}

/// Starts it in the folder and waits until it answers.
pub(crate) async fn start(
    program: &Path,
    upstream: SocketAddr,
    folder: &Path,
    threads: Threads,
) -> Result<Subject> {
    let (name, further) = match threads {
        Threads::Default => ("prodex", &[][..]),
        Threads::All => ("prodex, 256 threads", &ALL_THREADS[..]),
    };
    let home = folder.join(name.replace(' ', "-"));
    write_home(&home)?;
    let address = free_address()?;
    let started = Instant::now();
    let mut child = command(program, &home, upstream, address)
        .envs(CAPS)
        .envs(further.iter().copied())
        .spawn()?;
    timeout(START, answers(&mut child, address)).await.map_err(|_| "prodex did not come up")??;
    Ok(Subject {
        name,
        address,
        path: PATH.to_owned(),
        child: Some(child),
        started_in: Some(started.elapsed()),
        machine: None,
    })
}

fn write_home(home: &Path) -> Result<()> {
    let profile = |number: u32| home.join(format!("profiles/bench-{number}"));
    for number in 0..2 {
        fs::create_dir_all(profile(number))?;
        fs::write(profile(number).join("auth.json"), made_up_sign_in(number))?;
    }
    let entry = |folder: PathBuf| json!({"codex_home": folder, "managed": true});
    let profiles = json!({"bench-0": entry(profile(0)), "bench-1": entry(profile(1))});
    let state = json!({"active_profile": "bench-0", "profiles": profiles});
    fs::write(home.join("state.json"), state.to_string())?;
    // Without a lease of a process that lives, it would end when it is idle.
    let leases = home.join(format!("runtime-broker-{BROKER}-leases"));
    fs::create_dir_all(&leases)?;
    let owner = std::process::id();
    fs::write(leases.join(format!("{owner}-bench.lease")), format!("pid={owner}\n"))?;
    fs::create_dir_all(home.join("logs"))?;
    Ok(())
}

fn command(program: &Path, home: &Path, upstream: SocketAddr, address: SocketAddr) -> Command {
    let mut command = Command::new(program);
    command
        .args(["__runtime-broker", "--current-profile", "bench-0", "--upstream-no-proxy"])
        .args(["--upstream-base-url", &format!("http://{upstream}/backend-api")])
        .args(["--broker-key", BROKER, "--instance-token", "made-up", "--admin-token", "made-up"])
        .args(["--listen-addr", &address.to_string()])
        .env_clear()
        .env("HOME", home)
        .env("TMPDIR", home.join("logs"))
        .env("CODEX_HOME", home.join("codex"))
        .env("PRODEX_HOME", home)
        .env("PRODEX_SHARED_CODEX_HOME", home.join("codex"))
        .env("PRODEX_RUNTIME_LOG_DIR", home.join("logs"))
        .env("PRODEX_AUDIT_LOG_DIR", home.join("logs"))
        .env("CODEX_REFRESH_TOKEN_URL_OVERRIDE", format!("http://{upstream}/oauth/token"))
        .stdin(Stdio::null())
        .kill_on_drop(true);
    command
}

/// It listens before it has read what it knows, so only an answer says that it has started.
async fn answers(child: &mut Child, address: SocketAddr) -> Result<()> {
    loop {
        if let Some(ended) = child.try_wait()? {
            return Err(format!("prodex ended with {ended}").into());
        }
        if let Ok(mut socket) = TcpStream::connect(address).await {
            let request = format!("GET /health HTTP/1.1\r\nhost: {address}\r\n\r\n");
            socket.write_all(request.as_bytes()).await?;
            let mut head = [0; 12];
            socket.read_exact(&mut head).await?;
            return if head == *b"HTTP/1.1 200" {
                Ok(())
            } else {
                Err("prodex is not well".into())
            };
        }
        sleep(std::time::Duration::from_millis(1)).await;
    }
}
