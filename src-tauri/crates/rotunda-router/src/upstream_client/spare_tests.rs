use std::sync::{
    Arc,
    atomic::{AtomicU64, AtomicUsize, Ordering::SeqCst},
};

use bytes::Bytes;
use http::{HeaderMap, Method};
use http_body_util::BodyExt;
use rotunda_core::{Authorities, Proxy};
use rustls::{
    ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinHandle,
};
use tokio_rustls::{TlsAcceptor, server::TlsStream};

use super::*;
use crate::{
    tls::{Tls, install_crypto},
    upstream_client::{Patience, UpstreamClient},
};

const AUTHORITY: &[u8] = include_bytes!("../../../../../tests/fixtures/tls/authority.pem");
const CERTIFICATE: &[u8] = include_bytes!("../../../../../tests/fixtures/tls/server.der");
const KEY: &[u8] = include_bytes!("../../../../../tests/fixtures/tls/server.key.der");
const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";
const PAUSE: Duration = Duration::from_secs(30);

/// An upstream with TLS that counts its connections and its requests.
struct Server {
    url: Url,
    counts: Arc<Counts>,
    serving: JoinHandle<()>,
}

#[derive(Default)]
struct Counts {
    connections: AtomicUsize,
    requests: AtomicUsize,
    /// A change closes each connection.
    hang_up: watch::Sender<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl Server {
    async fn start() -> Self {
        install_crypto();
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(KEY.to_vec()));
        let config = ServerConfig::builder()
            .with_no_client_auth()
            .with_single_cert(vec![CertificateDer::from(CERTIFICATE)], key)
            .unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("https://localhost:{}/", listener.local_addr().unwrap().port());
        let counts = Arc::new(Counts::default());
        let serving = tokio::spawn(accept_all(listener, acceptor, Arc::clone(&counts)));
        Self { url: url.parse().unwrap(), counts, serving }
    }

    fn connections(&self) -> usize {
        self.counts.connections.load(SeqCst)
    }

    fn requests(&self) -> usize {
        self.counts.requests.load(SeqCst)
    }
}

async fn accept_all(listener: TcpListener, acceptor: TlsAcceptor, counts: Arc<Counts>) {
    while let Ok((stream, _)) = listener.accept().await {
        let (acceptor, counts) = (acceptor.clone(), Arc::clone(&counts));
        counts.connections.fetch_add(1, SeqCst);
        let hung_up = counts.hang_up.subscribe();
        tokio::spawn(async move {
            let stream = acceptor.accept(stream).await.unwrap();
            serve(stream, &counts, hung_up).await;
        });
    }
}

/// A request here is one read: it is short, and comes in one write.
async fn serve(
    mut stream: TlsStream<TcpStream>,
    counts: &Counts,
    mut hung_up: watch::Receiver<()>,
) {
    let mut request = [0; 4096];
    loop {
        let read = tokio::select! {
            read = stream.read(&mut request) => read.unwrap_or(0),
            _ = hung_up.changed() => 0,
        };
        if read == 0 {
            return;
        }
        counts.requests.fetch_add(1, SeqCst);
        stream.write_all(ANSWER).await.unwrap();
    }
}

/// What opens connections, by a clock that the test moves.
struct Clocked {
    connector: Arc<Connector>,
    seconds: Arc<AtomicU64>,
}

impl Clocked {
    fn new() -> Self {
        let seconds = Arc::new(AtomicU64::new(1_000));
        let clock: rotunda_core::Clock = Arc::new({
            let seconds = Arc::clone(&seconds);
            move || SystemTime::UNIX_EPOCH + Duration::from_secs(seconds.load(SeqCst))
        });
        let tls = Tls::trusting(&Authorities::from_pem(AUTHORITY).unwrap());
        let dialer = Dialer::new(tls, &Proxy::None, Duration::from_secs(10), clock);
        Self { connector: Connector::new(dialer), seconds }
    }

    fn pass(&self, seconds: u64) {
        self.seconds.fetch_add(seconds, SeqCst);
    }

    /// The connections of one profile.
    fn client(&self) -> Arc<UpstreamClient> {
        UpstreamClient::new(Arc::clone(&self.connector), Arc::default())
    }

    async fn tend(&self) {
        self.connector.keep_ready(PAUSE).await;
    }
}

async fn ask(client: &Arc<UpstreamClient>, url: &Url) -> Bytes {
    let hour = Duration::from_secs(3600);
    let patience = Patience { stall: hour, silence: hour, late: &mut || {} };
    let answer = client.send(Method::GET, url, HeaderMap::new(), Bytes::new(), patience).await;
    answer.unwrap().into_body().collect().await.unwrap().to_bytes()
}

#[tokio::test]
async fn the_next_profile_finds_a_connection() {
    let (server, clocked) = (Server::start().await, Clocked::new());
    clocked.tend().await;
    assert_eq!(server.connections(), 0, "nothing is opened before the first request");
    ask(&clocked.client(), &server.url).await;
    for _ in 0..3 {
        clocked.tend().await;
        assert_eq!((server.connections(), server.requests()), (2, 1), "one is enough");
    }
    ask(&clocked.client(), &server.url).await;
    assert_eq!((server.connections(), server.requests()), (2, 2));
    clocked.tend().await;
    assert_eq!(server.connections(), 3, "what was used is replaced");
}

#[tokio::test]
async fn a_request_after_a_pause_finds_a_connection() {
    let (server, clocked) = (Server::start().await, Clocked::new());
    let client = clocked.client();
    ask(&client, &server.url).await;
    for _ in 0..17 {
        clocked.pass(PAUSE.as_secs());
        client.prune();
        clocked.tend().await;
    }
    let before = server.connections();
    assert!((2..=10).contains(&before), "one each minute, not each look: {before}");
    clocked.pass(29);
    assert!(client.idle.lock().unwrap().is_empty(), "its own is too old");
    ask(&client, &server.url).await;
    assert_eq!((server.connections(), server.requests()), (before, 2));
}

#[tokio::test]
async fn a_connection_from_before_a_sleep_is_not_used() {
    let (server, clocked) = (Server::start().await, Clocked::new());
    let client = clocked.client();
    ask(&client, &server.url).await;
    clocked.tend().await;
    clocked.pass(3_600);
    ask(&client, &server.url).await;
    assert_eq!(server.connections(), 3);
}

#[tokio::test]
async fn one_that_upstream_closed_is_neither_used_nor_kept() {
    let (server, clocked) = (Server::start().await, Clocked::new());
    ask(&clocked.client(), &server.url).await;
    clocked.tend().await;
    assert_eq!(server.connections(), 2);
    server.counts.hang_up.send_replace(());
    let authority = format!("localhost:{}", server.url.port().unwrap());
    let is_open = |connector: &Connector| {
        let mut upstreams = connector.lock();
        let unused = upstreams.get_mut(&authority).unwrap().unused.as_mut();
        unused.is_some_and(|unused| unused.connection.is_open())
    };
    while is_open(&clocked.connector) {
        tokio::task::yield_now().await;
    }
    ask(&clocked.client(), &server.url).await;
    assert_eq!(server.connections(), 3);
    clocked.tend().await;
    assert!(is_open(&clocked.connector));
}

#[tokio::test]
async fn nothing_is_kept_ready_long_after_the_last_request() {
    let (server, clocked) = (Server::start().await, Clocked::new());
    ask(&clocked.client(), &server.url).await;
    tokio::time::pause();
    tokio::time::advance(KEPT_READY).await;
    clocked.tend().await;
    assert_eq!(server.connections(), 1);
    assert!(clocked.connector.lock().is_empty());
}

#[tokio::test]
async fn a_connection_that_could_not_be_opened_is_tried_again() {
    let clocked = Clocked::new();
    let server = Server::start().await;
    ask(&clocked.client(), &server.url).await;
    server.serving.abort();
    while !server.serving.is_finished() {
        tokio::task::yield_now().await;
    }
    clocked.tend().await;
    let wanted = clocked.connector.wanted(clocked.connector.now(), PAUSE);
    assert_eq!(wanted.len(), 1, "{wanted:?}");
}
