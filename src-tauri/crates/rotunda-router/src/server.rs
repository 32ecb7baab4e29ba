//! Listens, admits and routes.

use std::{
    future::Future,
    io,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError, atomic::AtomicU64},
    time::Duration,
};

use http::{HeaderValue, Request, Response, StatusCode, header};
use http_body_util::{BodyExt, Limited};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use rotunda_core::{ProfileId, Secret, Upstreams, trace::RequestTrace, whereabouts::Folders};
use serde_json::json;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{Notify, OwnedSemaphorePermit, Semaphore},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    account::Accounts,
    api,
    api_clients::{ApiClient, ApiClients},
    backend_api::{BackendApi, Question, Refused, question_of},
    body::{BodyError, Replay},
    budget::Budget,
    client::Clients,
    connections::{Peer, PendingConnections},
    context::{Control, RouterContext},
    early::refuse,
    forward::HttpTurn,
    guard::{self, Denied, KeyRing, Keys, Pass},
    limits::Limits,
    log_rate::LogRate,
    model_lists::Models,
    models,
    places::Places,
    pool::Pool,
    record::{Recorder, Recording},
    respond::{Body, Refusal, json_response},
    route::{Forwarded, Route, is_plain, is_socket, path_and_query, route_of},
    socket,
    socket_places::Sockets,
    token_manager::TokenManager,
    trace::{self, Traces},
    usage::{self, ProfileCheck},
    usage_answer::{ClientAccount, UsageAnswer},
    wait::Waiting,
};

/// Largest control request, in bytes.
const LARGEST_CONTROL: usize = 1 << 20;
/// Largest request head, in bytes; also how many headers it may have is bounded.
const LARGEST_HEAD: usize = 64 << 10;
const MOST_HEADERS: usize = 128;
/// Longest name of a client that the router's own reads go by, in bytes.
const LONGEST_AGENT: usize = 512;
/// After a failed accept, for instance when files run out.
const ACCEPT_PAUSE: Duration = Duration::from_millis(20);

/// The router: everything a request needs. A cheap handle.
#[derive(Clone)]
pub struct Router {
    pub(crate) shared: Arc<RouterContext>,
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
        token_manager: TokenManager,
        control: Arc<dyn Control>,
    ) -> Self {
        let own = HeaderValue::from_static(concat!("rotunda/", env!("CARGO_PKG_VERSION")));
        let clock = {
            let pool = pool.clone();
            Arc::new(move || pool.now())
        };
        let clients = Arc::new(Clients::new(&limits, &upstreams, clock));
        let (stop, tasks) = (CancellationToken::new(), TaskTracker::new());
        let host = &upstreams.chatgpt;
        let backend_api = BackendApi::new(host, &limits, &clients, &pool, &stop, &tasks);
        Self {
            shared: Arc::new(RouterContext {
                upstreams,
                limits,
                keys: Mutex::new(KeyRing::new(keys)),
                waiting: Waiting::new(pool.clone(), limits.wait_for_reset, limits.waiting),
                pool,
                token_manager,
                control,
                controls: Semaphore::new(limits.control),
                bodies: Budget::new(&limits),
                turned_away: LogRate::default(),
                clients,
                models: Models::default(),
                accounts: Accounts::default(),
                backend_api,
                sockets: Sockets::new(&limits),
                stop,
                demand: Notify::new(),
                tasks,
                user_agent: Mutex::new(own),
                recording: Recording::default(),
                places: Places::default(),
                traces: Traces::default(),
                requests: AtomicU64::new(0),
            }),
        }
    }

    /// A further key for Codex: the former ones stay valid until the router
    /// ends, because loaded threads keep their address.
    pub fn add_client_key(&self, key: Secret<String>) {
        self.shared.keys().add_client(key);
    }

    /// Which other programs than Codex may ask, and what for.
    pub fn set_api_clients(&self, clients: ApiClients) {
        self.shared.keys().set_api_clients(clients);
    }

    /// Requests wait at most this long for a profile to come back; zero never.
    pub fn set_wait_for_reset(&self, longest: Duration) {
        self.shared.waiting.set_longest(longest);
    }

    /// Requests that wait for a profile to come back get their answer instead.
    pub fn stop_waiting(&self) {
        self.shared.waiting.stop();
    }

    /// From now on this one records requests and sockets that begin; none: they are not
    /// recorded.
    pub fn record(&self, recorder: Option<Arc<dyn Recorder>>) {
        self.shared.recording.set(recorder);
    }

    /// Folders that requests name are looked up with this, for the rules per project.
    pub fn look_up_folders_with(&self, folders: Arc<dyn Folders>) {
        self.shared.places.set(folders);
    }

    /// The latest requests step by step, oldest first.
    pub fn traces(&self) -> Vec<RequestTrace> {
        self.shared.traces.all()
    }

    /// Closes the connections of a profile that is removed.
    pub fn forget(&self, id: ProfileId) {
        self.shared.clients.forget(id);
    }

    /// Looks at a profile's sign-in and quota, without a turn.
    pub async fn check_profile(&self, id: ProfileId) -> ProfileCheck {
        usage::check(&self.shared, id).await
    }

    /// What the provider answers about the quota of a profile, as it is; none when it
    /// gave no answer that can be read.
    pub async fn raw_usage(&self, id: ProfileId) -> Option<serde_json::Value> {
        usage::raw(&self.shared, id).await
    }

    pub(crate) fn context(&self) -> &RouterContext {
        &self.shared
    }

    /// Reads every profile's quota as soon as possible.
    pub fn refresh_usage(&self) {
        self.shared.demand.notify_one();
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
        async move {
            tokio::join!(
                shared.pool.clone().end_rests(),
                usage::poll(Arc::clone(&shared)),
                shared.clients.tend(),
            )
        }
    });
    let connections = TaskTracker::new();
    tokio::select! {
        () = stop => {}
        () = accept_all(&listener, &shared, &connections) => {}
    }
    drop(listener);
    shared.stop.cancel();
    background.abort();
    for tracker in [&connections, &shared.tasks] {
        tracker.close();
        let _ = tokio::time::timeout(shared.limits.drain, tracker.wait()).await;
    }
    shared.token_manager.close().await;
    let left_out = shared.turned_away.take_left_out();
    if left_out > 0 {
        tracing::warn!(left_out, "further requests were turned away");
    }
}

/// Accepts for as long as it is polled.
async fn accept_all(
    listener: &TcpListener,
    shared: &Arc<RouterContext>,
    connections: &TaskTracker,
) {
    let places = Arc::new(Semaphore::new(shared.limits.connections));
    let pending = PendingConnections::new(shared.limits.connections);
    loop {
        let place = pending.place(&places).await;
        let accepted = match listener.accept().await {
            Ok((stream, remote)) => stream.local_addr().map(|local| (stream, remote, local)),
            Err(error) => Err(error),
        };
        let Ok((stream, remote, local)) = accepted else {
            // Most likely descriptors ran out: those of strangers go first.
            pending.cut_oldest();
            tokio::time::sleep(ACCEPT_PAUSE).await;
            continue;
        };
        let peer = Arc::new(Peer::new(pending.enter(), remote, local));
        connections.spawn(connection(stream, peer, Arc::clone(shared), place));
    }
}

/// Serves one connection. When the router stops, requests in flight go on and
/// idle connections close; after the grace period the rest is cut. Its place is free at the
/// end.
async fn connection(
    stream: TcpStream,
    peer: Arc<Peer>,
    shared: Arc<RouterContext>,
    _place: Option<OwnedSemaphorePermit>,
) {
    let _ = stream.set_nodelay(true);
    let Limits { client_idle, client_head, drain, .. } = shared.limits;
    let stop = shared.stop.clone();
    let service = service_fn({
        let peer = Arc::clone(&peer);
        move |request| {
            // Boxed, so that what choosing and judging needed is freed while the
            // answer streams.
            let answer = Box::pin(handle(Arc::clone(&shared), Arc::clone(&peer), request));
            async move { Ok::<_, std::convert::Infallible>(answer.await) }
        }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        // It also runs between two requests.
        .header_read_timeout(client_idle)
        .max_buf_size(LARGEST_HEAD)
        .max_headers(MOST_HEADERS)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    tokio::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = peer.cut() => return,
        () = key_missing(&peer, client_head) => return,
        () = stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            tokio::time::timeout(drain, connection).await.unwrap_or(Ok(()))
        }
    };
    if let Err(error) = ended
        && peer.is_proven()
    {
        tracing::debug!(%error, "a client connection ended early");
    }
}

/// Ready when no key has come in time.
async fn key_missing(peer: &Peer, time: Duration) {
    tokio::time::sleep(time).await;
    if peer.is_proven() {
        std::future::pending::<()>().await;
    }
}

/// Who asks, by the key.
enum Asker {
    Codex,
    CommandLine,
    Other(Arc<ApiClient>),
}

async fn handle(
    shared: Arc<RouterContext>,
    peer: Arc<Peer>,
    mut request: Request<Incoming>,
) -> Response<Body> {
    let (admitted, preferred) = {
        let keys = shared.keys();
        let admitted = guard::admit(&request, &keys, &peer).map(|pass| match pass {
            Pass::Client(path) => (Asker::Codex, path.to_owned()),
            Pass::Control(path) => (Asker::CommandLine, path.to_owned()),
            Pass::ApiClient(path, client) => (Asker::Other(client), path.to_owned()),
        });
        (admitted, keys.preferred(request.uri().path()))
    };
    let refusal = match admitted {
        Err(denied) => {
            if let Some(left_out) = shared.turned_away.admit() {
                tracing::warn!(?denied, left_out, "a request was turned away");
            }
            match denied {
                Denied::ApiKey | Denied::ApiOff => return api::denied(&shared, denied, request),
                denied => Refusal::Denied(denied),
            }
        }
        Ok((Asker::Other(client), path)) => {
            peer.prove();
            return api::answer(shared, client, request, &path).await;
        }
        Ok((asker, path)) => {
            let is_control = matches!(asker, Asker::CommandLine);
            peer.prove();
            // A key in a header stands where the client's own bearer would.
            let is_key_in_path = request.uri().path().len() > path.len() + 1;
            let question = question_of(request.method(), &path);
            if let Some(question) = question.filter(|_| is_key_in_path && !is_control)
                && is_plain(&path)
            {
                return of_own_account(&shared, request, question, &path).await;
            }
            match (is_plain(&path), is_control, route_of(request.method(), &path)) {
                (true, true, _) => return control(&shared, request, &path).await,
                (true, false, Some((route, below))) => {
                    if let Some(preferred) = preferred {
                        request.extensions_mut().insert(preferred);
                    }
                    return dispatch(shared, request, route, below).await;
                }
                _ => Refusal::NotFound,
            }
        }
    };
    let (parts, body) = request.into_parts();
    refuse(&shared, &refusal, &parts.headers, body)
}

/// Below the second line of Codex's file.
async fn of_own_account(
    shared: &RouterContext,
    mut request: Request<Incoming>,
    question: Question,
    path: &str,
) -> Response<Body> {
    let below = path.strip_prefix("backend-api/").unwrap_or_default();
    let path = path_and_query(below, &request);
    // The bearer is forwarded to the host, and a key of ours must not.
    let bearer = request.headers().get(header::AUTHORIZATION);
    let bearer = bearer.and_then(|value| value.to_str().ok());
    if bearer.is_some_and(|bearer| shared.keys().holds(bearer)) {
        if question != Question::Usage {
            let (parts, body) = request.into_parts();
            return refuse(shared, &Refusal::NotFound, &parts.headers, body);
        }
        request.headers_mut().remove(header::AUTHORIZATION);
    }
    match shared.backend_api.answer(request, question, &path).await {
        Ok(response) => response,
        Err(refused) => {
            let Refused { refusal, headers, body } = *refused;
            refuse(shared, &refusal, &headers, body)
        }
    }
}

async fn dispatch(
    shared: Arc<RouterContext>,
    request: Request<Incoming>,
    route: Route,
    below: &str,
) -> Response<Body> {
    let agent = request.headers().get(header::USER_AGENT);
    if let Some(agent) = agent.filter(|agent| agent.len() <= LONGEST_AGENT) {
        *shared.user_agent.lock().unwrap_or_else(PoisonError::into_inner) = agent.clone();
    }
    let path = path_and_query(below, &request);
    match route {
        Route::Health => json_response(StatusCode::OK, &json!({"status": "ok", "name": "rotunda"})),
        Route::Usage => {
            let client = ClientAccount::of(request.headers());
            let answer = shared.pool.read(|pool, now| {
                UsageAnswer::new(&pool.view(now), &pool.outlook(None, now), client, now)
            });
            json_response(StatusCode::OK, &json!(answer))
        }
        Route::Models => models::answer(&shared, &path).await,
        Route::Forward(route) if is_socket(&request, route) => {
            socket::accept(&shared, request, path, route)
        }
        Route::Forward(route) => forward(shared, request, path, route).await,
    }
}

async fn forward(
    shared: Arc<RouterContext>,
    request: Request<Incoming>,
    path: String,
    route: Forwarded,
) -> Response<Body> {
    let (parts, mut body) = request.into_parts();
    match Replay::read(&parts.headers, &mut body, &shared.limits, &shared.bodies).await {
        Ok(body) => {
            let tape = shared.recording.tape();
            if let Some(tape) = &tape {
                tape.request(&parts.method, &path, &parts.headers, &body.plain);
            }
            let attempts = tape.as_ref().map(|tape| tape.attempts().clone());
            let whereabouts = shared.places.of(&shared.pool, &parts.headers, &body.plain).await;
            let turn = HttpTurn::new(shared, &parts, path, route, body, attempts, whereabouts);
            let turn = Box::new(turn);
            let response = turn.run().await;
            tape.into_iter().fold(response, |response, tape| tape.response(response))
        }
        Err(error) => {
            if error == BodyError::NoRoom {
                trace::no_room(route.name);
            }
            if error != BodyError::Broken {
                tracing::warn!(?error, "a request body was refused");
            }
            refuse(&shared, &Refusal::Body(error), &parts.headers, body)
        }
    }
}

async fn control(shared: &RouterContext, request: Request<Incoming>, path: &str) -> Response<Body> {
    let (mut parts, mut body) = request.into_parts();
    let query = parts.uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    let Ok(uri) = format!("/{path}{query}").parse() else {
        return refuse(shared, &Refusal::NotFound, &parts.headers, body);
    };
    let Ok(_place) = shared.controls.try_acquire() else {
        return refuse(shared, &Refusal::ManyControlRequests, &parts.headers, body);
    };
    parts.uri = uri;
    let read = tokio::time::timeout(
        shared.limits.client_body,
        Limited::new(&mut body, LARGEST_CONTROL).collect(),
    );
    let error = match read.await {
        Ok(Ok(read)) => {
            let request = Request::from_parts(parts, read.to_bytes());
            let mut response = shared.control.call(request).await;
            let no_store = HeaderValue::from_static("no-store");
            response.headers_mut().insert(header::CACHE_CONTROL, no_store);
            return response.map(|body| body.map_err(Into::into).boxed_unsync());
        }
        Err(_) => BodyError::TooSlow,
        Ok(Err(_)) => BodyError::TooLarge,
    };
    refuse(shared, &Refusal::Body(error), &parts.headers, body)
}
