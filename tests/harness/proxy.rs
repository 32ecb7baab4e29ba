//! Proxies between the router and upstream: HTTP and SOCKS5, with and without a
//! password. For every name they connect to one address.

use std::{
    io,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional},
    net::{TcpListener, TcpStream},
    task::{JoinHandle, JoinSet},
};

/// What a proxy speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProxyKind {
    /// `CONNECT`, and whole addresses for plain HTTP.
    Http,
    /// SOCKS 5 (RFC 1928, RFC 1929).
    Socks5,
}

/// A user name and a password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Login {
    /// The user name.
    pub user: String,
    /// The password.
    pub password: String,
}

/// A proxy on a port of its own. Dropping it ends every connection through it.
#[derive(Debug)]
pub struct FakeProxy {
    address: SocketAddr,
    targets: Arc<Mutex<Vec<String>>>,
    serving: JoinHandle<()>,
}

struct Desk {
    kind: ProxyKind,
    leads_to: SocketAddr,
    login: Option<Login>,
    targets: Arc<Mutex<Vec<String>>>,
}

impl FakeProxy {
    /// Listens on a free port, and connects everyone to `leads_to`; with a login,
    /// only who names it.
    ///
    /// # Panics
    /// When there is no free port.
    pub async fn start(kind: ProxyKind, leads_to: SocketAddr, login: Option<Login>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("a listener has an address");
        let targets = Arc::default();
        let desk = Arc::new(Desk { kind, leads_to, login, targets: Arc::clone(&targets) });
        let serving = tokio::spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((client, _)) = listener.accept().await {
                let desk = Arc::clone(&desk);
                connections.spawn(async move { desk.serve(client).await.ok() });
            }
        });
        Self { address, targets, serving }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The requested targets that it let through, as `host:port`.
    pub fn targets(&self) -> Vec<String> {
        self.targets.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for FakeProxy {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl Desk {
    async fn serve(&self, client: TcpStream) -> io::Result<()> {
        match self.kind {
            ProxyKind::Http => self.serve_http(client).await,
            ProxyKind::Socks5 => self.serve_socks(client).await,
        }
    }

    async fn connect(&self, target: String) -> io::Result<TcpStream> {
        self.targets.lock().unwrap_or_else(PoisonError::into_inner).push(target);
        TcpStream::connect(self.leads_to).await
    }

    async fn serve_http(&self, mut client: TcpStream) -> io::Result<()> {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(client.read_u8().await?);
        }
        let text = String::from_utf8_lossy(&head).into_owned();
        if !self.admits_http(&text) {
            let refused = b"HTTP/1.1 407 Proxy Authentication Required\r\n\
                            proxy-authenticate: Basic realm=\"test\"\r\ncontent-length: 0\r\n\r\n";
            return client.write_all(refused).await;
        }
        let mut words = text.split(' ');
        let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        if method == "CONNECT" {
            let mut upstream = self.connect(target.to_owned()).await?;
            client.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await?;
            copy_bidirectional(&mut client, &mut upstream).await?;
        } else {
            let named = target.trim_start_matches("http://").split('/').next().unwrap_or_default();
            let mut upstream = self.connect(named.to_owned()).await?;
            upstream.write_all(&head).await?;
            copy_bidirectional(&mut client, &mut upstream).await?;
        }
        Ok(())
    }

    fn admits_http(&self, head: &str) -> bool {
        let Some(Login { user, password }) = &self.login else { return true };
        let expected = format!("basic {}", STANDARD.encode(format!("{user}:{password}")));
        let mut values = head.lines().filter_map(|line| line.split_once(": "));
        values.any(|(name, value)| {
            name.eq_ignore_ascii_case("proxy-authorization")
                && value.split_once(' ').is_some_and(|(scheme, word)| {
                    format!("{} {word}", scheme.to_ascii_lowercase()) == expected
                })
        })
    }

    async fn serve_socks(&self, mut client: TcpStream) -> io::Result<()> {
        const VERSION: u8 = 5;
        expect(client.read_u8().await?, VERSION)?;
        let methods = read_text(&mut client).await?;
        let wanted = if self.login.is_some() { 2 } else { 0 };
        if !methods.contains(&wanted) {
            return client.write_all(&[VERSION, 0xff]).await;
        }
        client.write_all(&[VERSION, wanted]).await?;
        if let Some(login) = &self.login {
            expect(client.read_u8().await?, 1)?;
            let (user, password) = (read_text(&mut client).await?, read_text(&mut client).await?);
            let fits = user == login.user.as_bytes() && password == login.password.as_bytes();
            client.write_all(&[1, u8::from(!fits)]).await?;
            if !fits {
                return Ok(());
            }
        }
        // Connect, and a reserved byte.
        for byte in [VERSION, 1, 0] {
            expect(client.read_u8().await?, byte)?;
        }
        let host = match client.read_u8().await? {
            1 => {
                let mut octets = [0; 4];
                client.read_exact(&mut octets).await?;
                std::net::Ipv4Addr::from(octets).to_string()
            }
            4 => {
                let mut octets = [0; 16];
                client.read_exact(&mut octets).await?;
                format!("[{}]", std::net::Ipv6Addr::from(octets))
            }
            _ => String::from_utf8_lossy(&read_text(&mut client).await?).into_owned(),
        };
        let port = client.read_u16().await?;
        let mut upstream = self.connect(format!("{host}:{port}")).await?;
        client.write_all(&[VERSION, 0, 0, 1, 0, 0, 0, 0, 0, 0]).await?;
        copy_bidirectional(&mut client, &mut upstream).await?;
        Ok(())
    }
}

/// A length in one byte, and so many bytes.
async fn read_text(client: &mut TcpStream) -> io::Result<Vec<u8>> {
    let mut text = vec![0; usize::from(client.read_u8().await?)];
    client.read_exact(&mut text).await?;
    Ok(text)
}

fn expect(byte: u8, expected: u8) -> io::Result<()> {
    if byte == expected { Ok(()) } else { Err(io::ErrorKind::InvalidData.into()) }
}
