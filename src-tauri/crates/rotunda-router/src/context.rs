//! What every request needs: the parts of the router, without what they do together.

use std::{
    io,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Request, Response, header};
use http_body_util::combinators::BoxBody;
use rotunda_core::{Upstreams, vault::BoxFuture};
use tokio::sync::{Notify, Semaphore};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    account::Accounts, backend_api::BackendApi, budget::Budget, client::Clients, guard::KeyRing,
    limits::Limits, log_rate::LogRate, model_lists::Models, places::Places, pool::Pool,
    record::Recording, socket_places::Sockets, token_manager::TokenManager, trace::Traces,
    wait::Waiting,
};

/// The body of a control answer; it may go on until its reader leaves.
pub type ControlBody = BoxBody<Bytes, io::Error>;

/// What the command line asks of the daemon, behind the control key.
pub trait Control: Send + Sync + 'static {
    /// Answers a request with a path below `/control`.
    fn call(&self, request: Request<Bytes>) -> BoxFuture<'static, Response<ControlBody>>;
}

/// The parts of a router.
pub(crate) struct RouterContext {
    pub(crate) upstreams: Upstreams,
    pub(crate) limits: Limits,
    pub(crate) keys: Mutex<KeyRing>,
    pub(crate) pool: Pool,
    pub(crate) token_manager: TokenManager,
    pub(crate) control: Arc<dyn Control>,
    /// Requests of the command line under way.
    pub(crate) controls: Semaphore,
    pub(crate) bodies: Budget,
    /// Bounds the log lines of requests without a key.
    pub(crate) turned_away: LogRate,
    pub(crate) clients: Arc<Clients>,
    pub(crate) models: Models,
    pub(crate) accounts: Accounts,
    pub(crate) backend_api: BackendApi,
    pub(crate) waiting: Waiting,
    pub(crate) sockets: Sockets,
    /// The router ends.
    pub(crate) stop: CancellationToken,
    /// Wakes the reader of quota.
    pub(crate) demand: Notify,
    /// Background work of requests.
    pub(crate) tasks: TaskTracker,
    pub(crate) user_agent: Mutex<HeaderValue>,
    pub(crate) recording: Recording,
    /// Where requests work.
    pub(crate) places: Places,
    /// The latest requests, step by step.
    pub(crate) traces: Traces,
    pub(crate) requests: AtomicU64,
}

impl RouterContext {
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

    /// The keys, for a moment.
    pub(crate) fn keys(&self) -> std::sync::MutexGuard<'_, KeyRing> {
        self.keys.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
