//! Where the browser comes back to: one small server on this computer, open
//! only during a sign-in.

use std::{
    collections::VecDeque,
    convert::Infallible,
    io,
    net::Ipv4Addr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use http::{HeaderValue, Method, Request, Response, StatusCode, header};
use http_body_util::Full;
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use rotunda_host::home::Env;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{Semaphore, mpsc, oneshot},
    task::{AbortHandle, JoinHandle, JoinSet},
};

use super::{
    Heard, LoginError, address,
    page::{POLICY, Page},
};

/// Instead of the two known ports, for tests: 0 is any free one.
pub const ROTUNDA_LOGIN_PORT: &str = "ROTUNDA_LOGIN_PORT";
/// The issuer knows these two for Codex, and sends no browser elsewhere.
const PORTS: [u16; 2] = [1455, 1457];
/// A browser says what it wants at once.
const HEAD: Duration = Duration::from_secs(10);
/// A browser reads its page at once; connections it opened in advance are not
/// waited for longer.
const LAST_WORDS: Duration = Duration::from_secs(2);
/// Tabs and prefetches of one browser that have sent nothing yet; beyond this
/// the oldest makes room, so that the browser with the code is let in.
const SILENT_CONNECTIONS: usize = 16;
/// Connections that brought a code and wait for their page; more are refused.
const ASKING_CONNECTIONS: usize = 16;
/// After a failed accept, for instance when descriptors run out.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// The server, until it is dropped.
#[derive(Debug)]
pub(crate) struct CallbackServer {
    pub(super) port: u16,
    stop: Option<oneshot::Sender<()>>,
    serving: JoinHandle<()>,
}

impl Drop for CallbackServer {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl CallbackServer {
    /// Opens it; the callbacks of browsers go to `heard`.
    pub(crate) async fn open(env: &Env, heard: mpsc::Sender<Heard>) -> Result<Self, LoginError> {
        let listener = listen(&ports(env)).await?;
        let listen_error = |error: io::Error| LoginError::Listen(error.kind().to_string());
        let port = listener.local_addr().map_err(listen_error)?.port();
        let (stop, stopped) = oneshot::channel();
        let serving = tokio::spawn(serve(listener, port, heard, stopped));
        Ok(Self { port, stop: Some(stop), serving })
    }

    /// Accepts no more connections; open ones can read their answer.
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
    let asking = Arc::new(Semaphore::new(ASKING_CONNECTIONS));
    let mut tasks = JoinSet::new();
    let mut silent = VecDeque::<Connection>::new();
    loop {
        let accepted = tokio::select! {
            _ = &mut stopped => break,
            accepted = listener.accept() => accepted,
        };
        while tasks.try_join_next().is_some() {}
        silent.retain(Connection::is_silent);
        let Ok((stream, _)) = accepted else {
            silent.pop_front().iter().for_each(Connection::cut);
            tokio::time::sleep(ACCEPT_PAUSE).await;
            continue;
        };
        if silent.len() >= SILENT_CONNECTIONS {
            silent.pop_front().iter().for_each(Connection::cut);
        }
        let visit = Visit {
            port,
            heard: heard.clone(),
            asking: Arc::clone(&asking),
            has_asked: Arc::default(),
        };
        let has_asked = Arc::clone(&visit.has_asked);
        silent.push_back(Connection { task: tasks.spawn(receive(stream, visit)), has_asked });
    }
    drop(listener);
    silent.iter().filter(|connection| connection.is_silent()).for_each(Connection::cut);
    while tasks.join_next().await.is_some() {}
}

/// A connection that may have to make room.
struct Connection {
    task: AbortHandle,
    has_asked: Arc<AtomicBool>,
}

impl Connection {
    fn is_silent(&self) -> bool {
        !self.task.is_finished() && !self.has_asked.load(Ordering::Relaxed)
    }

    fn cut(&self) {
        self.task.abort();
    }
}

/// What a connection needs to answer.
#[derive(Clone)]
struct Visit {
    port: u16,
    heard: mpsc::Sender<Heard>,
    asking: Arc<Semaphore>,
    has_asked: Arc<AtomicBool>,
}

async fn receive(stream: TcpStream, visit: Visit) {
    let service = service_fn(|request| answer(request, visit.clone()));
    let mut server = http1::Builder::new();
    server.timer(hyper_util::rt::TokioTimer::new()).header_read_timeout(HEAD).keep_alive(false);
    // A browser that leaves is no error.
    let _ = server.serve_connection(TokioIo::new(stream), service).await;
}

async fn answer(
    request: Request<Incoming>,
    visit: Visit,
) -> Result<Response<Full<Bytes>>, Infallible> {
    if !is_for_us(&request, visit.port) {
        return Ok(bare(StatusCode::FORBIDDEN));
    }
    match (request.method(), request.uri().path()) {
        (&Method::GET, address::CALLBACK) => {
            let Ok(_place) = visit.asking.try_acquire() else {
                return Ok(bare(StatusCode::SERVICE_UNAVAILABLE));
            };
            visit.has_asked.store(true, Ordering::Relaxed);
            let query = request.uri().query().unwrap_or_default().to_owned();
            Ok(show(&ask(query, &visit.heard).await))
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
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
