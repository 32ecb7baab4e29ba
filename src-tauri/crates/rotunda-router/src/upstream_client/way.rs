//! Whether a connection still leads where it led when it was opened.
//!
//! When the network changes, the address that a connection comes from is gone.
//! The connection itself does not show it: a request on it would wait until
//! probes fail. The system's routes show it at once, and without a packet.

use std::{
    net::{Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket},
    time::Duration,
};

use hyper_rustls::MaybeHttpsStream;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use super::io::{Io, Near};

/// How often the way of a request without an answer is looked at.
const BETWEEN_LOOKS: Duration = Duration::from_secs(3);

/// The two ends of a connection.
#[derive(Debug, Clone, Copy)]
pub(super) struct Way {
    here: SocketAddr,
    there: SocketAddr,
}

impl Way {
    /// Of a connection to upstream, or to the proxy on the way; none when the
    /// system does not say, or when it does not leave this machine.
    pub(super) fn of(io: &Io) -> Option<Self> {
        let tcp = match io {
            MaybeHttpsStream::Http(near) => tcp_of(near),
            MaybeHttpsStream::Https(tls) => tcp_of(tls.inner().get_ref().0.inner()),
        };
        let way = Self { here: tcp.local_addr().ok()?, there: tcp.peer_addr().ok()? };
        (!way.there.ip().is_loopback()).then_some(way)
    }

    /// Whether packets to the other end would still leave from the same address.
    pub(super) fn leads_there(self) -> bool {
        let any = match self.there {
            SocketAddr::V4(_) => SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0)),
            SocketAddr::V6(_) => SocketAddr::from((Ipv6Addr::UNSPECIFIED, 0)),
        };
        // Descriptors may have run out, which says nothing about the way.
        let Ok(socket) = UdpSocket::bind(any) else { return true };
        // Sends nothing: it asks for a route.
        let routed = socket.connect(self.there).and_then(|()| socket.local_addr());
        routed.is_ok_and(|now| now.ip() == self.here.ip())
    }

    /// Ends when it does not.
    pub(super) async fn is_lost(self) {
        while self.leads_there() {
            tokio::time::sleep(BETWEEN_LOOKS).await;
        }
    }
}

fn tcp_of(near: &Near) -> &TcpStream {
    match near {
        MaybeHttpsStream::Http(tcp) => tcp.inner(),
        MaybeHttpsStream::Https(tls) => {
            let tcp: &TokioIo<TcpStream> = tls.inner().get_ref().0.inner();
            tcp.inner()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn way(here: &str, there: &str) -> Way {
        Way { here: here.parse().unwrap(), there: there.parse().unwrap() }
    }

    #[test]
    fn an_address_that_is_gone_leads_nowhere() {
        assert!(way("127.0.0.1:1", "127.0.0.1:9").leads_there());
        // Documentation addresses: no machine has them.
        assert!(!way("192.0.2.7:1", "127.0.0.1:9").leads_there());
        assert!(!way("[2001:db8::7]:1", "[2001:db8::8]:9").leads_there());
    }

    #[tokio::test(start_paused = true)]
    async fn a_lost_way_is_noticed_while_waiting() {
        way("192.0.2.7:1", "127.0.0.1:9").is_lost().await;
        let kept = way("127.0.0.1:1", "127.0.0.1:9").is_lost();
        let waited = tokio::time::timeout(Duration::from_secs(60), kept).await;
        assert!(waited.is_err(), "the way is still there");
    }
}
