//! nginx as the measure of what a plain streaming proxy costs: kept upstream connections, no buffering, one worker.

use std::{fs, net::SocketAddr, path::Path, process::Stdio};

use tokio::{
    net::TcpStream,
    process::Command,
    time::{Instant, timeout},
};

use super::{START, Subject, free_address};
use crate::{Result, upstream::TURN_PATH};

/// Starts it in the folder and waits until it takes connections.
pub(crate) async fn start(program: &Path, upstream: SocketAddr, folder: &Path) -> Result<Subject> {
    let address = free_address()?;
    let home = folder.join("nginx");
    fs::create_dir_all(home.join("logs"))?;
    let config = home.join("nginx.conf");
    fs::write(&config, config_file(address, upstream))?;
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
        while TcpStream::connect(address).await.is_err() {
            tokio::task::yield_now().await;
        }
    };
    timeout(START, listens).await.map_err(|_| "nginx did not come up")?;
    Ok(Subject {
        name: "nginx",
        address,
        path: TURN_PATH.to_owned(),
        child: Some(child),
        started_in: Some(started.elapsed()),
        machine: None,
    })
}

fn config_file(address: SocketAddr, upstream: SocketAddr) -> String {
    format!(
        "daemon off; worker_processes 1; pid nginx.pid;
         events {{ worker_connections 18000; }}
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
