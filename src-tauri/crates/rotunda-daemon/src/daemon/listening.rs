//! Listening: on the port of the settings, with as many connections as there are
//! descriptors for.

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use rotunda_core::Patience;
use rotunda_host::{
    blocking::blocking,
    platform::{self, PortOwner},
    settings::Settings,
};
use rotunda_router::{Limits, SameUser};
use tokio::{net::TcpListener, time::Instant};

/// Descriptors wanted for this process: one for each connection of a client, one
/// for its way upstream, and some for files and the keychain.
pub(super) const DESCRIPTORS: u64 = 16 << 10;
/// Those kept for files, the keychain and connections upstream, when there are
/// fewer.
const RESERVED_DESCRIPTORS: u64 = 128;
/// Fewer connections than this are no use to a client.
const LEAST_CONNECTIONS: usize = 16;
/// A port that is taken may be that of a start just ending.
pub(super) const PORT_PATIENCE: Duration = Duration::from_secs(10);
const PORT_PAUSE: Duration = Duration::from_millis(250);

/// The router's bounds, with what the user set among them.
pub(super) fn limits(settings: &Settings) -> Limits {
    let Patience { connect, head, chunk } = settings.patience;
    let wait_for_reset = settings.wait_for_reset.unwrap_or_default();
    Limits { connect, head, chunk, wait_for_reset, ..Limits::default() }
}

/// Fewer connections where descriptors are few, so that some are left for the
/// way upstream.
pub(super) fn fitting(limits: &Limits, descriptors: Option<u64>) -> Limits {
    let Some(descriptors) = descriptors else { return *limits };
    let most = descriptors.saturating_sub(RESERVED_DESCRIPTORS) / 2;
    let most = usize::try_from(most).unwrap_or(usize::MAX).max(LEAST_CONNECTIONS);
    Limits { connections: limits.connections.min(most), ..*limits }
}

/// Tells whether the other end of a connection belongs to this user, where the
/// system says it.
pub(super) fn same_user() -> Option<SameUser> {
    let is_same_user = platform::same_user()?;
    Some(Arc::new(is_same_user))
}

/// The port that the service manager holds for us, or the one of the settings.
pub(super) async fn open_port(port: u16) -> io::Result<TcpListener> {
    let Some(inherited) = platform::inherited_listener() else { return listen(port).await };
    let listener = inherited?;
    if !listener.local_addr()?.ip().is_loopback() {
        let message = "the socket unit must listen on a loopback address";
        return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
    }
    listener.set_nonblocking(true)?;
    TcpListener::from_std(listener)
}

/// Whether a program that is none of ours listens there: then there is nothing
/// to wait for, and Codex must not be led there any longer.
async fn is_strangers(port: u16) -> bool {
    let owner = blocking(move || platform::port_owner(port)).await;
    matches!(owner, PortOwner::Stranger { .. })
}

pub(super) async fn listen(port: u16) -> io::Result<TcpListener> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let deadline = Instant::now() + PORT_PATIENCE;
    loop {
        match rotunda_router::listen(address).await {
            Err(error)
                if error.kind() == io::ErrorKind::AddrInUse
                    && Instant::now() < deadline
                    && !is_strangers(port).await =>
            {
                tokio::time::sleep(PORT_PAUSE).await;
            }
            outcome => return outcome,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_leave_descriptors_for_the_way_upstream() {
        let connections = |descriptors| fitting(&Limits::default(), descriptors).connections;
        assert_eq!(connections(None), Limits::default().connections);
        assert_eq!(connections(Some(DESCRIPTORS)), Limits::default().connections);
        assert_eq!(connections(Some(1024)), 448);
        assert_eq!(connections(Some(100)), LEAST_CONNECTIONS);
        let patience = Patience { head: PORT_PATIENCE, ..Patience::default() };
        let wait_for_reset = Some(PORT_PAUSE);
        let of_settings = limits(&Settings { patience, wait_for_reset, ..Settings::default() });
        assert_eq!((of_settings.head, of_settings.wait_for_reset), (PORT_PATIENCE, PORT_PAUSE));
    }
}
