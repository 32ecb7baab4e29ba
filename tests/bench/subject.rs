//! The things measured: nothing in between, nginx, another router, and Rotunda. Each runs as its own process in a throw-away folder.

pub(crate) mod nginx;
pub(crate) mod prodex;
pub(crate) mod relay;
pub(crate) mod rotunda;

use std::{
    net::{SocketAddr, TcpListener},
    time::Duration,
};

use tokio::{
    process::{Child, Command},
    time::timeout,
};

use crate::{Result, client::Client, process::Tree, socket::Socket, upstream::TURN_PATH};

/// A program that does not come up within this time is broken, however busy the machine.
const START: Duration = Duration::from_secs(60);
/// A program that does not end within this time after SIGTERM is killed.
const END: Duration = Duration::from_secs(10);

/// Something that takes turns at an address.
pub(crate) struct Subject {
    pub(crate) name: &'static str,
    pub(crate) address: SocketAddr,
    pub(crate) path: String,
    child: Option<Child>,
    /// From the start of the process until it listened.
    pub(crate) started_in: Option<Duration>,
    /// Where a router of ours runs.
    pub(crate) machine: Option<rotunda::Machine>,
}

impl Subject {
    pub(crate) async fn socket(&self) -> Result<Socket> {
        Socket::open(self.address, &self.path).await
    }

    pub(crate) async fn client(&self) -> Result<Client> {
        Client::connect(self.address, &self.path).await
    }

    /// The process in between, if there is one.
    pub(crate) fn process(&self) -> Option<Tree> {
        self.child.as_ref()?.id().map(Tree)
    }

    pub(crate) async fn stop(mut self) {
        if let Some(child) = &mut self.child {
            // Asked first: nginx takes its worker with it then, and killed it leaves it behind.
            if let Some(pid) = child.id() {
                let _ = Command::new("kill").args(["-TERM", &pid.to_string()]).status().await;
            }
            if timeout(END, child.wait()).await.is_err() {
                let _ = child.kill().await;
            }
        }
    }
}

/// The upstream itself.
pub(crate) fn direct(upstream: SocketAddr) -> Subject {
    Subject {
        name: "direct",
        address: upstream,
        path: TURN_PATH.to_owned(),
        child: None,
        started_in: None,
        machine: None,
    }
}

/// Free a moment ago: both programs need a port as an argument.
fn free_address() -> Result<SocketAddr> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?)
}
