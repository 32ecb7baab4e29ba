//! The headless router with one made-up profile; everything it keeps is in the folder.

use std::{
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use rotunda_core::{
    affinity::{Chain, Key, KeyKind, Life},
    pool::Memory,
};
use rotunda_tests::{jwt, year};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::Command,
    time::{Instant, timeout},
};

use super::{START, Subject, free_address};
use crate::Result;

/// Most streams of the bench go through one profile.
const SETTINGS: &str = "[rotation]\nsoft_cap = 1000\nhard_cap = 1000\n";

/// What a router of the bench is to be like.
#[derive(Clone)]
pub(crate) struct Wanted {
    pub(crate) name: &'static str,
    /// Scheme, host and port.
    pub(crate) upstream: String,
    /// Further authority to trust, in PEM.
    pub(crate) authority: Option<&'static str>,
    pub(crate) history: History,
    pub(crate) profiles: u32,
}

/// What it has in its database.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum History {
    None,
    /// So many chains.
    Chains(u32),
    Year,
}

impl Wanted {
    /// One profile, and nothing in its database.
    pub(crate) fn fresh(upstream: SocketAddr) -> Self {
        Self {
            name: "Rotunda",
            upstream: format!("http://{upstream}"),
            authority: None,
            history: History::None,
            profiles: 1,
        }
    }
}

/// Imports the profiles, starts the router and waits for its ready line.
pub(crate) async fn start(program: &Path, folder: &Path, wanted: Wanted) -> Result<Subject> {
    let machine = Machine {
        program: program.to_owned(),
        home: folder.join(wanted.name.replace(' ', "-")),
        upstream: wanted.upstream,
        port: free_address()?.port(),
    };
    fs::create_dir_all(machine.codex_home())?;
    fs::create_dir_all(machine.home.join("home/config"))?;
    fs::write(machine.home.join("home/config/settings.toml"), SETTINGS)?;
    if let Some(authority) = wanted.authority {
        let file = machine.home.join("authority.pem");
        fs::write(&file, authority)?;
        let line = format!("SSL_CERT_FILE={}\n", file.display());
        fs::write(machine.codex_home().join(".env"), line)?;
    }
    for number in 0..wanted.profiles {
        machine.import(number).await?;
    }
    match wanted.history {
        History::None => {}
        History::Chains(chains) => fill(&machine.database(), chains)?,
        History::Year => year::fill(&machine.database())?,
    }
    let serving = machine.serve().await?;
    Ok(Subject { name: wanted.name, machine: Some(machine), ..serving })
}

/// Writes chains of the profile down as the router keeps them, half of them responses and half
/// sessions. Those of a profile that is not there would be dropped at the start.
fn fill(path: &Path, chains: u32) -> Result<()> {
    let store = rotunda_host::store::Store::open(path)?;
    let now = rotunda_host::clock::system()();
    let profile = store.profiles()?.first().ok_or("nothing was imported")?.id;
    let memory: Vec<_> = (0..chains)
        .filter_map(|number| {
            let kind = if number % 2 == 0 { KeyKind::Response } else { KeyKind::Session };
            let key = Key::new(kind, &format!("of-the-bench-{number:032}"))?;
            let chain = Chain { profile, life: Life::Verified, former: None, touched: now };
            Some(Memory::Chain(key, Some(chain)))
        })
        .collect();
    Ok(store.remember(&memory)?)
}

/// A machine with nothing on it but the router.
pub(crate) struct Machine {
    program: PathBuf,
    home: PathBuf,
    upstream: String,
    port: u16,
}

impl Machine {
    fn codex_home(&self) -> PathBuf {
        self.home.join("codex")
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.home.join("home/data/rotunda.db")
    }

    /// How long a command takes from its start to its end.
    pub(crate) async fn time_of(&self, arguments: &[&str]) -> Result<Duration> {
        let started = Instant::now();
        let ran = self.command(arguments).output().await?;
        if !ran.status.success() {
            let error = String::from_utf8_lossy(&ran.stderr);
            return Err(format!("rotunda {}: {error}", arguments.join(" ")).into());
        }
        Ok(started.elapsed())
    }

    async fn import(&self, number: u32) -> Result<()> {
        let sign_in = self.home.join("auth.json");
        fs::write(&sign_in, made_up_sign_in(number))?;
        let name = format!("bench-{number}");
        let import = ["import", &sign_in.to_string_lossy(), "--name", &name];
        let imported = self.command(&import).output().await?;
        if imported.status.success() {
            return Ok(());
        }
        Err(format!("rotunda import: {}", String::from_utf8_lossy(&imported.stderr)).into())
    }

    async fn serve(&self) -> Result<Subject> {
        let started = Instant::now();
        let mut child = self.command(&["serve", "--json"]).stdout(Stdio::piped()).spawn()?;
        let mut lines = BufReader::new(child.stdout.take().ok_or("no stdout")?).lines();
        let ready = timeout(START, lines.next_line())
            .await
            .map_err(|_| "rotunda did not come up")??
            .ok_or("rotunda ended")?;
        let started_in = started.elapsed();
        // Reads on, or a full pipe would stop the router.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        let ready: serde_json::Value = serde_json::from_str(&ready)?;
        let url = url::Url::parse(ready["url"].as_str().ok_or("the ready line has no url")?)?;
        Ok(Subject {
            name: "",
            address: SocketAddr::from(([127, 0, 0, 1], self.port)),
            path: format!("{}/responses", url.path()),
            child: Some(child),
            started_in: Some(started_in),
            machine: None,
        })
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let upstream = &self.upstream;
        let mut command = Command::new(&self.program);
        command
            .args(arguments)
            .env_clear()
            .env("HOME", &self.home)
            .env("ROTUNDA_HOME", self.home.join("home"))
            .env("CODEX_HOME", self.codex_home())
            .env("ROTUNDA_VAULT", "file")
            .env("ROTUNDA_PORT", self.port.to_string())
            .env("ROTUNDA_UPSTREAM_CHATGPT", format!("{upstream}/backend-api"))
            .env("ROTUNDA_UPSTREAM_API", format!("{upstream}/v1"))
            .env("ROTUNDA_UPSTREAM_AUTH", upstream)
            .stdin(Stdio::null())
            .kill_on_drop(true);
        command
    }
}

/// A sign-in in the form Codex keeps it, with claims that no issuer made.
pub(super) fn made_up_sign_in(number: u32) -> String {
    let account = &format!("acct-bench-{number}");
    serde_json::json!({
        "auth_mode": "chatgpt",
        "OPENAI_API_KEY": null,
        "tokens": {
            "id_token": jwt::identity(account),
            "access_token": jwt::access(account, 0, jwt::FAR),
            "refresh_token": format!("refresh-bench-{number}"),
            "account_id": account,
        },
        "last_refresh": "2026-01-01T00:00:00Z",
    })
    .to_string()
}
