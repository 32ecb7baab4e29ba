//! A front between the router and upstream that takes no more at some point, as an
//! upstream that hangs.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _, BufReader, copy, copy_bidirectional},
    net::{TcpListener, TcpStream},
    task::{JoinHandle, JoinSet},
};

/// From where on nothing is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stall {
    /// The connection is accepted, and nothing is read.
    Connection,
    /// The head of a request is read, and is not passed on.
    Head,
    /// The same, but a socket is opened, and nothing on it is read.
    Body,
}

/// The front. Dropping it ends every connection through it.
#[derive(Debug)]
pub struct StallingFront {
    address: SocketAddr,
    stalled: Arc<AtomicUsize>,
    serving: JoinHandle<()>,
}

type Stalls = Arc<dyn Fn(usize, &str) -> bool + Send + Sync>;

impl StallingFront {
    /// Listens on a free port and passes on to `leads_to`, but for the connections that
    /// `stalls` says, by their number from 0 and their first request's head, which is empty
    /// for [`Stall::Connection`].
    ///
    /// # Panics
    /// When there is no free port.
    pub async fn start(
        leads_to: SocketAddr,
        stall: Stall,
        stalls: impl Fn(usize, &str) -> bool + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("a listener has an address");
        let stalls: Stalls = Arc::new(stalls);
        let stalled = Arc::<AtomicUsize>::default();
        let count = Arc::clone(&stalled);
        let serving = tokio::spawn(async move {
            let mut connections = JoinSet::new();
            let mut number = 0;
            while let Ok((near, _)) = listener.accept().await {
                let (stalls, near) = (Arc::clone(&stalls), BufReader::new(near));
                let one = Connection { near, leads_to, stall, number };
                let count = Arc::clone(&count);
                connections.spawn(async move {
                    let _ = one.serve(stalls, &count).await;
                });
                number += 1;
            }
        });
        Self { address, stalled, serving }
    }

    /// How many connections it has stopped taking from so far.
    pub fn stalled(&self) -> usize {
        self.stalled.load(SeqCst)
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for StallingFront {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

struct Connection {
    near: BufReader<TcpStream>,
    leads_to: SocketAddr,
    stall: Stall,
    number: usize,
}

impl Connection {
    async fn serve(mut self, stalls: Stalls, count: &AtomicUsize) -> std::io::Result<()> {
        let mut head = Vec::new();
        if self.stall != Stall::Connection {
            while !head.ends_with(b"\r\n\r\n") {
                head.push(self.near.read_u8().await?);
            }
        }
        let text = String::from_utf8_lossy(&head).to_ascii_lowercase();
        let is_stalled = stalls(self.number, &text);
        let is_upgrade = text.contains("upgrade: websocket");
        let opens = self.stall == Stall::Body && is_upgrade;
        if !head.is_empty() && !is_upgrade {
            // One request for each connection, so that each head is seen.
            head.truncate(head.len() - 2);
            head.extend(b"connection: close\r\n\r\n");
        }
        count.fetch_add(usize::from(is_stalled), SeqCst);
        if is_stalled && !opens {
            return std::future::pending().await;
        }
        let mut far = TcpStream::connect(self.leads_to).await?;
        far.write_all(&head).await?;
        if is_stalled {
            let (mut read, _) = far.split();
            copy(&mut read, &mut self.near).await?;
            return std::future::pending().await;
        }
        copy_bidirectional(&mut self.near, &mut far).await?;
        Ok(())
    }
}
