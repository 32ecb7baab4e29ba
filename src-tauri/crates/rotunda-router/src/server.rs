//! Listens, admits and routes.

use std::{
    future::Future,
    io,
    net::SocketAddr,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Request, Response, StatusCode, header};
use http_body_util::{BodyExt, Limited, combinators::BoxBody};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use rotunda_core::Secret;
use serde_json::json;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{Notify, Semaphore},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    account::Accounts,
    body::{BodyError, Replay},
    client::Clients,
    forward::Turn,
    guard::{self, Denied, Keys, Pass},
    keeper::Keeper,
    limits::{Limits, Upstreams},
    models::Models,
    pool::Pool,
    record::{Recorder, Recording},
    respond::{Body, Refusal, json_response},
    route::{Forwarded, Kind, Route, route_of},
    socket::{self, Sockets},
    usage,
    vault::BoxFuture,
    wait::Waiting,
};

/// The body of a control answer; it may go on for as long as somebody follows.
pub type ControlBody = BoxBody<Bytes, io::Error>;

/// Largest control request, in bytes.
const LARGEST_CONTROL: usize = 1 << 20;
/// Largest request head, in bytes; also how many headers it may have is bounded.
const LARGEST_HEAD: usize = 64 << 10;
const MOST_HEADERS: usize = 128;
/// After a failed accept, for instance when files run out.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// What the command line asks of the daemon, behind the control key.
pub trait Control: Send + Sync + 'static {
    /// Answers a request whose path begins behind `/control`.
    fn call(&self, request: Request<Bytes>) -> BoxFuture<'static, Response<ControlBody>>;
}

/// The router: everything a request needs. A cheap handle.
#[derive(Clone)]
pub struct Router {
    shared: Arc<Shared>,
}

pub(crate) struct Shared {
    pub(crate) upstreams: Upstreams,
    pub(crate) limits: Limits,
    keys: Mutex<Keys>,
    pub(crate) pool: Pool,
    pub(crate) keeper: Keeper,
    control: Arc<dyn Control>,
    pub(crate) clients: Clients,
    pub(crate) models: Models,
    pub(crate) accounts: Accounts,
    pub(crate) waiting: Waiting,
    pub(crate) sockets: Sockets,
    /// The router ends.
    pub(crate) stop: CancellationToken,
    /// Wakes the reader of quota.
    pub(crate) demand: Notify,
    /// Background work of requests.
    pub(crate) tasks: TaskTracker,
    user_agent: Mutex<HeaderValue>,
    pub(crate) recording: Recording,
    requests: AtomicU64,
}

impl std::fmt::Debug for Router {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Router").finish_non_exhaustive()
    }
}

impl Router {
    /// A router of the given parts.
    pub fn new(
        upstreams: Upstreams,
        limits: Limits,
        keys: Keys,
        pool: Pool,
        keeper: Keeper,
        control: Arc<dyn Control>,
    ) -> Self {
        let own = HeaderValue::from_static(concat!("rotunda/", env!("CARGO_PKG_VERSION")));
        let clients = Clients::new(&limits, &upstreams);
        Self {
            shared: Arc::new(Shared {
                upstreams,
                limits,
                keys: Mutex::new(keys),
                waiting: Waiting::new(pool.clone(), limits.wait_for_reset, limits.waiting),
                pool,
                keeper,
                control,
                clients,
                models: Models::default(),
                accounts: Accounts::default(),
                sockets: Sockets::new(limits.connections),
                stop: CancellationToken::new(),
                demand: Notify::new(),
                tasks: TaskTracker::new(),
                user_agent: Mutex::new(own),
                recording: Recording::default(),
                requests: AtomicU64::new(0),
            }),
        }
    }

    /// A further key for Codex: the former ones stay valid until the router
    /// ends, because loaded threads keep their address.
    pub fn add_client_key(&self, key: Secret<String>) {
        self.shared.keys().client.push(key);
    }

    /// Requests wait at most this long for a profile to come back; zero never.
    pub fn set_wait_for_reset(&self, longest: Duration) {
        self.shared.waiting.set_longest(longest);
    }

    /// Whoever waits for a profile to come back is told so instead.
    pub fn stop_waiting(&self) {
        self.shared.waiting.stop();
    }

    /// From now on requests and sockets that begin are heard by this one, or
    /// by nobody.
    pub fn record(&self, recorder: Option<Arc<dyn Recorder>>) {
        self.shared.recording.set(recorder);
    }

    /// Reads every profile's quota as soon as possible.
    pub fn refresh_usage(&self) {
        self.shared.demand.notify_one();
    }
}

impl Shared {
    /// The next request's number.
    pub(crate) fn number(&self) -> u64 {
        self.requests.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// Headers of the router's own reads: the client's name for itself, once
    /// it is known, so that both look alike to upstream.
    pub(crate) fn own_headers(&self) -> HeaderMap {
        let agent = self.user_agent.lock().unwrap_or_else(PoisonError::into_inner).clone();
        [(header::USER_AGENT, agent)].into_iter().collect()
    }

    fn keys(&self) -> std::sync::MutexGuard<'_, Keys> {
        self.keys.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Opens the socket; any address but this machine's own is refused.
pub async fn listen(addr: SocketAddr) -> io::Result<TcpListener> {
    if !addr.ip().is_loopback() {
        let message = "Rotunda listens on loopback addresses only";
        return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
    }
    TcpListener::bind(addr).await
}

/// Serves until `stop` is ready, then lets requests in flight end for a while.
pub async fn serve(listener: TcpListener, router: Router, stop: impl Future<Output = ()>) {
    let shared = router.shared;
    let background = tokio::spawn({
        let shared = Arc::clone(&shared);
        async move { tokio::join!(shared.pool.clone().end_rests(), usage::poll(Arc::clone(&shared))) }
    });
    let places = Arc::new(Semaphore::new(shared.limits.connections));
    let connections = TaskTracker::new();
    tokio::pin!(stop);
    loop {
        let accepted = async {
            let place = Arc::clone(&places).acquire_owned().await;
            (listener.accept().await, place)
        };
        let (accepted, place) = tokio::select! {
            () = &mut stop => break,
            accepted = accepted => accepted,
        };
        let Ok((stream, _)) = accepted else {
            tokio::time::sleep(ACCEPT_PAUSE).await;
            continue;
        };
        let connection = connection(stream, Arc::clone(&shared));
        connections.spawn(async move {
            connection.await;
            drop(place);
        });
    }
    drop(listener);
    shared.stop.cancel();
    background.abort();
    for tracker in [&connections, &shared.tasks] {
        tracker.close();
        let _ = tokio::time::timeout(shared.limits.drain, tracker.wait()).await;
    }
    let _ = tokio::time::timeout(shared.limits.drain, shared.keeper.settled()).await;
}

/// Serves one connection. When the router stops, requests in flight go on and
/// idle connections close; after the grace period the rest is cut.
async fn connection(stream: TcpStream, shared: Arc<Shared>) {
    let _ = stream.set_nodelay(true);
    let (limits, stop) = (shared.limits, shared.stop.clone());
    let service = service_fn(move |request| {
        // Boxed, so that what choosing and judging needed is freed while the
        // answer streams.
        let answer = Box::pin(handle(Arc::clone(&shared), request));
        async move { Ok::<_, std::convert::Infallible>(answer.await) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.client_head)
        .max_buf_size(LARGEST_HEAD)
        .max_headers(MOST_HEADERS)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    tokio::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            tokio::time::timeout(limits.drain, connection).await.unwrap_or(Ok(()))
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a client connection ended early");
    }
}

async fn handle(shared: Arc<Shared>, request: Request<Incoming>) -> Response<Body> {
    let admitted = {
        let keys = shared.keys();
        guard::admit(&request, &keys).map(|pass| match pass {
            Pass::Client(path) => (false, path.to_owned()),
            Pass::Control(path) => (true, path.to_owned()),
        })
    };
    match admitted {
        Err(denied) => deny(denied),
        Ok((true, path)) => control(&shared, request, &path).await,
        Ok((false, path)) => match route_of(request.method(), &path) {
            Some((route, below)) => dispatch(shared, request, route, below).await,
            None => Refusal::NotFound.response(),
        },
    }
}

fn deny(denied: Denied) -> Response<Body> {
    tracing::warn!(?denied, "a request was turned away");
    Refusal::Denied(denied).response()
}

async fn dispatch(
    shared: Arc<Shared>,
    request: Request<Incoming>,
    route: Route,
    below: &str,
) -> Response<Body> {
    if let Some(agent) = request.headers().get(header::USER_AGENT) {
        *shared.user_agent.lock().unwrap_or_else(PoisonError::into_inner) = agent.clone();
    }
    let path = match request.uri().query() {
        Some(query) => format!("{below}?{query}"),
        None => below.to_owned(),
    };
    match route {
        Route::Health => json_response(StatusCode::OK, &json!({"status": "ok", "name": "rotunda"})),
        Route::Usage => {
            let best = usage::best_view(&shared.pool.view(), shared.pool.now());
            json_response(StatusCode::OK, &best)
        }
        Route::Models => Models::answer(&shared, &path).await,
        Route::Forward(route) if is_socket(&request, route) => {
            socket::accept(&shared, request, path, route)
        }
        Route::Forward(route) => forward(shared, request, path, route).await,
    }
}

/// A WebSocket is wanted, or nothing else makes sense on this path.
fn is_socket(request: &Request<Incoming>, route: Forwarded) -> bool {
    let wants = request.headers().get(header::UPGRADE);
    let wants = wants.is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"websocket"));
    wants || (route.kind == Kind::Responses && request.method() == http::Method::GET)
}

async fn forward(
    shared: Arc<Shared>,
    request: Request<Incoming>,
    path: String,
    route: Forwarded,
) -> Response<Body> {
    let (parts, body) = request.into_parts();
    match Replay::read(&parts.headers, body, &shared.limits).await {
        Ok(body) => {
            let tape = shared.recording.tape();
            if let Some(tape) = &tape {
                tape.request(&parts.method, &path, &parts.headers, &body.plain);
            }
            let attempts = tape.as_ref().map(|tape| tape.attempts().clone());
            let response = Turn::new(shared, &parts, path, route, body, attempts).run().await;
            tape.into_iter().fold(response, |response, tape| tape.response(response))
        }
        Err(error) => {
            if error != BodyError::Broken {
                tracing::warn!(?error, "a request body was refused");
            }
            Refusal::Body(error).response()
        }
    }
}

async fn control(shared: &Shared, request: Request<Incoming>, path: &str) -> Response<Body> {
    let (mut parts, body) = request.into_parts();
    let query = parts.uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    let Ok(uri) = format!("/{path}{query}").parse() else { return Refusal::NotFound.response() };
    parts.uri = uri;
    let body = tokio::time::timeout(
        shared.limits.client_body,
        Limited::new(body, LARGEST_CONTROL).collect(),
    );
    let body = match body.await {
        Err(_) => return Refusal::Body(BodyError::TooSlow).response(),
        Ok(Err(_)) => return Refusal::Body(BodyError::TooLarge).response(),
        Ok(Ok(body)) => body.to_bytes(),
    };
    let response = shared.control.call(Request::from_parts(parts, body)).await;
    response.map(|body| body.map_err(Into::into).boxed_unsync())
}
