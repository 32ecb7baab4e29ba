//! This program once more, as a relay of bare frames: what a WebSocket in between costs at the least.

use std::{net::SocketAddr, process::Stdio};

use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::Command,
};

use super::Subject;
use crate::{Result, upstream::TURN_PATH};

/// Starts it and waits for the line with its address.
pub(crate) async fn start(upstream: SocketAddr) -> Result<Subject> {
    let mut child = Command::new(std::env::current_exe()?)
        .args(["--relay", &upstream.to_string()])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()?;
    let mut lines = BufReader::new(child.stdout.take().ok_or("no stdout")?).lines();
    let address = lines.next_line().await?.ok_or("the relay ended")?.parse()?;
    Ok(Subject {
        name: "frame relay",
        address,
        path: TURN_PATH.to_owned(),
        child: Some(child),
        started_in: None,
        machine: None,
    })
}
