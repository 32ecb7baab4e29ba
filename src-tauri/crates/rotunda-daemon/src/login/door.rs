//! Where the browser comes back to: one small server on this computer, open
//! only while somebody is signing in.

use std::{convert::Infallible, io, net::Ipv4Addr, sync::Arc, time::Duration};

use bytes::Bytes;
use http::{HeaderValue, Method, Request, Response, StatusCode, header};
use http_body_util::Full;
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{mpsc, oneshot},
    task::{JoinHandle, JoinSet},
};

use super::{
    LoginError, address,
    flow::Heard,
    page::{POLICY, Page},
};
use crate::home::Env;

/// Instead of the two known ports, for tests: 0 is any free one.
pub const ROTUNDA_LOGIN_PORT: &str = "ROTUNDA_LOGIN_PORT";
/// The issuer knows these two for Codex, and sends no browser elsewhere.
const PORTS: [u16; 2] = [1455, 1457];
/// A browser says what it wants at once.
const HEAD: Duration = Duration::from_secs(10);
/// A browser reads its page at once; connections it opened in advance are not
/// waited for longer.
const LAST_WORDS: Duration = Duration::from_secs(2);
/// Tabs and prefetches of one browser; more than this is nobody's sign-in.
const CONNECTIONS: usize = 16;

/// The server, until it is dropped.
#[derive(Debug)]
pub(crate) struct Door {
    pub(super) port: u16,
    stop: Option<oneshot::Sender<()>>,
    serving: JoinHandle<()>,
}

impl Drop for Door {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl Door {
    /// Opens it; what browsers bring goes to `heard`.
    pub(crate) async fn open(env: &Env, heard: mpsc::Sender<Heard>) -> Result<Self, LoginError> {
        let listener = listen(&ports(env)).await?;
        let listen_error = |error: io::Error| LoginError::Listen(error.kind().to_string());
        let port = listener.local_addr().map_err(listen_error)?.port();
        let (stop, stopped) = oneshot::channel();
        let serving = tokio::spawn(serve(listener, port, heard, stopped));
        Ok(Self { port, stop: Some(stop), serving })
    }

    /// Lets nobody in any more, and those inside read what they were told.
    pub(crate) async fn close(mut self) {
        drop(self.stop.take());
        let _ = tokio::time::timeout(LAST_WORDS, &mut self.serving).await;
    }
}

fn ports(env: &Env) -> Vec<u16> {
    let set = env.get(ROTUNDA_LOGIN_PORT).and_then(|text| text.parse().ok());
    set.map_or_else(|| PORTS.to_vec(), |port| vec![port])
}

async fn listen(ports: &[u16]) -> Result<TcpListener, LoginError> {
    let mut refusal = LoginError::PortTaken;
    for port in ports {
        match TcpListener::bind((Ipv4Addr::LOCALHOST, *port)).await {
            Ok(listener) => return Ok(listener),
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => {}
            Err(error) => refusal = LoginError::Listen(error.kind().to_string()),
        }
    }
    Err(refusal)
}

async fn serve(
    listener: TcpListener,
    port: u16,
    heard: mpsc::Sender<Heard>,
    mut stopped: oneshot::Receiver<()>,
) {
    let heard = Arc::new(heard);
    let mut guests = JoinSet::new();
    loop {
        tokio::select! {
            _ = &mut stopped => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) if guests.len() < CONNECTIONS => {
                    guests.spawn(receive(stream, port, Arc::clone(&heard)));
                }
                Ok(_) | Err(_) => tokio::task::yield_now().await,
            },
        }
        while guests.try_join_next().is_some() {}
    }
    drop(listener);
    while guests.join_next().await.is_some() {}
}

async fn receive(stream: TcpStream, port: u16, heard: Arc<mpsc::Sender<Heard>>) {
    let service = service_fn(|request| answer(request, port, Arc::clone(&heard)));
    let mut server = http1::Builder::new();
    server.timer(hyper_util::rt::TokioTimer::new()).header_read_timeout(HEAD).keep_alive(false);
    // A browser that leaves is nobody's error.
    let _ = server.serve_connection(TokioIo::new(stream), service).await;
}

async fn answer(
    request: Request<Incoming>,
    port: u16,
    heard: Arc<mpsc::Sender<Heard>>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    if !is_for_us(&request, port) {
        return Ok(bare(StatusCode::FORBIDDEN));
    }
    match (request.method(), request.uri().path()) {
        (&Method::GET, address::CALLBACK) => {
            let query = request.uri().query().unwrap_or_default().to_owned();
            Ok(show(&ask(query, &heard).await))
        }
        _ => Ok(bare(StatusCode::NOT_FOUND)),
    }
}

/// A name that leads here by a trick of the resolver is not ours.
fn is_for_us(request: &Request<Incoming>, port: u16) -> bool {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    let ours = [format!("127.0.0.1:{port}"), format!("localhost:{port}")];
    host.is_some_and(|host| ours.iter().any(|our| our.eq_ignore_ascii_case(host)))
}

async fn ask(query: String, heard: &mpsc::Sender<Heard>) -> Page {
    let (reply, page) = oneshot::channel();
    if heard.send(Heard::Back { query, reply }).await.is_err() {
        return Page::failed(LoginError::Cancelled);
    }
    page.await.unwrap_or_else(|_| Page::failed(LoginError::Cancelled))
}

fn show(page: &Page) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(page.html())));
    if matches!(page, Page::Failed(_)) {
        *response.status_mut() = StatusCode::BAD_REQUEST;
    }
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::CACHE_CONTROL, "no-store"),
        // The address holds the code.
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

fn bare(status: StatusCode) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::default());
    *response.status_mut() = status;
    response
}
