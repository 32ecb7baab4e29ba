//! The things measured: nothing in between, nginx, and Rotunda. Each runs as its own process in a throw-away folder.

use std::{
    net::{SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
    time::{Instant, timeout},
};

use crate::{Result, client::Client, process::Tree, upstream::TURN_PATH};

/// A program that does not come up within this time is broken, however busy the machine.
const START: Duration = Duration::from_secs(60);

/// Something that takes turns at an address.
pub(crate) struct Target {
    pub(crate) name: &'static str,
    pub(crate) address: SocketAddr,
    pub(crate) path: String,
    child: Option<Child>,
    /// From the start of the process until it listened.
    pub(crate) started_in: Option<Duration>,
}

impl Target {
    pub(crate) async fn client(&self) -> Result<Client> {
        Client::connect(self.address, &self.path).await
    }

    /// The process in between, if there is one.
    pub(crate) fn process(&self) -> Option<Tree> {
        self.child.as_ref()?.id().map(Tree)
    }

    pub(crate) async fn stop(mut self) {
        if let Some(child) = &mut self.child {
            let _ = child.kill().await;
        }
    }
}

/// The upstream itself.
pub(crate) fn direct(upstream: SocketAddr) -> Target {
    Target {
        name: "direct",
        address: upstream,
        path: TURN_PATH.to_owned(),
        child: None,
        started_in: None,
    }
}

/// nginx as a plain streaming proxy with kept upstream connections, one worker.
pub(crate) async fn nginx(program: &Path, upstream: SocketAddr, folder: &Path) -> Result<Target> {
    // Only the kernel knows a free port; nginx cannot tell which one it was given.
    let address = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?;
    let home = folder.join("nginx");
    std::fs::create_dir_all(home.join("logs"))?;
    let config = home.join("nginx.conf");
    std::fs::write(&config, nginx_config(address, upstream))?;
    let started = Instant::now();
    let child = Command::new(program)
        .arg("-p")
        .arg(&home)
        .arg("-c")
        .arg(&config)
        .args(["-e", "logs/error.log"])
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .spawn()?;
    let listens = async {
        while tokio::net::TcpStream::connect(address).await.is_err() {
            tokio::task::yield_now().await;
        }
    };
    timeout(START, listens).await.map_err(|_| "nginx did not come up")?;
    Ok(Target {
        name: "nginx",
        address,
        path: TURN_PATH.to_owned(),
        child: Some(child),
        started_in: Some(started.elapsed()),
    })
}

fn nginx_config(address: SocketAddr, upstream: SocketAddr) -> String {
    format!(
        "daemon off; worker_processes 1; pid nginx.pid;
         events {{ worker_connections 8192; }}
         http {{
           access_log off; keepalive_requests 1000000; client_max_body_size 64m;
           client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path f; uwsgi_temp_path u; scgi_temp_path s;
           upstream there {{ server {upstream}; keepalive 64; keepalive_requests 1000000; }}
           server {{
             listen {address};
             location / {{
               proxy_pass http://there; proxy_http_version 1.1; proxy_set_header Connection \"\";
               proxy_buffering off; proxy_read_timeout 600s;
             }}
           }}
         }}"
    )
}

/// The headless router with one made-up profile, everything it keeps in the folder.
pub(crate) async fn rotunda(program: &Path, upstream: SocketAddr, folder: &Path) -> Result<Target> {
    let home = folder.join("rotunda");
    let codex_home = home.join("codex");
    std::fs::create_dir_all(&codex_home)?;
    let sign_in = home.join("auth.json");
    std::fs::write(&sign_in, made_up_sign_in())?;
    let command = |arguments: &[&str]| {
        rotunda_command(program.to_owned(), &home, &codex_home, upstream, arguments)
    };
    let imported =
        command(&["import", &sign_in.to_string_lossy(), "--name", "bench"]).output().await?;
    if !imported.status.success() {
        return Err(format!("rotunda import: {}", String::from_utf8_lossy(&imported.stderr)).into());
    }
    let started = Instant::now();
    let mut child = command(&["serve", "--json"]).stdout(Stdio::piped()).spawn()?;
    let mut lines = BufReader::new(child.stdout.take().ok_or("no stdout")?).lines();
    let ready = timeout(START, lines.next_line())
        .await
        .map_err(|_| "rotunda did not come up")??
        .ok_or("rotunda ended")?;
    let started_in = started.elapsed();
    // Somebody must read on, or the router would one day wait for room in the pipe.
    tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
    let ready: serde_json::Value = serde_json::from_str(&ready)?;
    let url = url::Url::parse(ready["url"].as_str().ok_or("the ready line has no url")?)?;
    let port = url.port().ok_or("the url has no port")?;
    Ok(Target {
        name: "Rotunda",
        address: SocketAddr::from(([127, 0, 0, 1], port)),
        path: format!("{}/responses", url.path()),
        child: Some(child),
        started_in: Some(started_in),
    })
}

fn rotunda_command(
    program: PathBuf,
    home: &Path,
    codex_home: &Path,
    upstream: SocketAddr,
    arguments: &[&str],
) -> Command {
    let mut command = Command::new(program);
    command
        .args(arguments)
        .env_clear()
        .env("HOME", home)
        .env("ROTUNDA_HOME", home.join("home"))
        .env("CODEX_HOME", codex_home)
        .env("ROTUNDA_VAULT", "file")
        .env("ROTUNDA_PORT", "0")
        .env("ROTUNDA_UPSTREAM_CHATGPT", format!("http://{upstream}/backend-api"))
        .env("ROTUNDA_UPSTREAM_API", format!("http://{upstream}/v1"))
        .env("ROTUNDA_UPSTREAM_AUTH", format!("http://{upstream}"))
        .stdin(Stdio::null())
        .kill_on_drop(true);
    command
}

/// A sign-in in the form Codex keeps it, with claims nobody issued.
fn made_up_sign_in() -> String {
    let claims = serde_json::json!({
        "email": "bench@rotunda.invalid",
        "exp": 4_102_444_800_u64,
        "https://api.openai.com/auth": {
            "chatgpt_account_id": "acct-bench", "chatgpt_plan_type": "plus", "chatgpt_user_id": "user-bench",
        },
    });
    let part = |value: &serde_json::Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
    let token = format!(
        "{}.{}.{}",
        part(&serde_json::json!({"alg": "none"})),
        part(&claims),
        BASE64_URL_SAFE_NO_PAD.encode("x")
    );
    serde_json::json!({
        "auth_mode": "chatgpt",
        "OPENAI_API_KEY": null,
        "tokens": {"id_token": token, "access_token": token, "refresh_token": "refresh-bench", "account_id": "acct-bench"},
        "last_refresh": "2026-01-01T00:00:00Z",
    })
    .to_string()
}
