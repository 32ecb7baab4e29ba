//! What an upstream received.

use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError,
    atomic::{AtomicBool, AtomicU64, Ordering},
};

use bytes::Bytes;
use http::{HeaderMap, Method};
use serde_json::Value;
use tokio::sync::watch;

/// What a request is for, by the end of its path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Route {
    /// A turn: `POST …/responses`, or a text frame on a WebSocket.
    Responses,
    /// The opening of a WebSocket.
    Upgrade,
    /// `POST …/responses/compact`.
    Compact,
    /// `GET …/models`.
    Models,
    /// `GET …/wham/usage`.
    Usage,
    /// `GET …/wham/rate-limit-reset-credits`.
    ResetCredits,
    /// `POST …/wham/rate-limit-reset-credits/consume`.
    Redeem,
    /// `GET …/wham/accounts/check`.
    Accounts,
    /// `POST …/oauth/token`.
    Token,
    /// Any other.
    Other,
}

impl Route {
    /// The route of a plain request.
    pub(crate) fn of(method: &Method, path: &str) -> Self {
        match path {
            path if path.ends_with("/responses/compact") => Self::Compact,
            path if path.ends_with("/responses") && method == Method::POST => Self::Responses,
            path if path.ends_with("/models") => Self::Models,
            path if path.ends_with("/usage") => Self::Usage,
            path if path.ends_with("/rate-limit-reset-credits") => Self::ResetCredits,
            path if path.ends_with("/rate-limit-reset-credits/consume") => Self::Redeem,
            path if path.ends_with("/accounts/check") => Self::Accounts,
            path if path.ends_with("/oauth/token") => Self::Token,
            _ => Self::Other,
        }
    }
}

/// How an answer is going.
#[derive(Debug, Default)]
pub struct Progress {
    /// Bytes of the body handed to the connection.
    sent: AtomicU64,
    /// The script came to its end.
    finished: AtomicBool,
    /// The peer left before that.
    cancelled: AtomicBool,
}

impl Progress {
    pub(crate) fn add(&self, bytes: usize) {
        self.sent.fetch_add(bytes as u64, Ordering::SeqCst);
    }

    pub(crate) fn finish(&self) {
        self.finished.store(true, Ordering::SeqCst);
    }

    /// Called when the task that plays the script is dropped.
    pub(crate) fn left(&self) {
        let finished = self.finished.load(Ordering::SeqCst);
        self.cancelled.store(!finished, Ordering::SeqCst);
    }
}

/// One request, or one text frame on a WebSocket.
#[derive(Debug, Clone)]
pub struct Received {
    /// What it is for.
    pub route: Route,
    /// The socket a frame came on, counted from 0; none for plain requests.
    pub socket: Option<usize>,
    /// Method; that of the upgrade for a frame.
    pub method: Method,
    /// Path, without the query.
    pub path: String,
    /// Query, without the question mark.
    pub query: String,
    /// Headers; those of the upgrade for a frame.
    pub headers: HeaderMap,
    /// Body as received.
    pub raw: Bytes,
    /// Body as meant, decoded by `content-encoding`.
    pub body: Bytes,
    /// How the answer to it is going.
    pub progress: Arc<Progress>,
}

impl Received {
    /// A header's value; empty when absent.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The bearer; empty when absent.
    pub fn bearer(&self) -> &str {
        self.header("authorization").strip_prefix("Bearer ").unwrap_or_default()
    }

    /// The account it was sent for; empty when absent.
    pub fn account(&self) -> &str {
        self.header("chatgpt-account-id")
    }

    /// The body as JSON; null when it is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// The chain it continues, if any.
    pub fn previous(&self) -> Option<String> {
        self.json()["previous_response_id"].as_str().map(str::to_owned)
    }

    /// Bytes of the answer that the connection has taken so far.
    pub fn sent(&self) -> u64 {
        self.progress.sent.load(Ordering::SeqCst)
    }

    /// Whether the script was played to its end.
    pub fn finished(&self) -> bool {
        self.progress.finished.load(Ordering::SeqCst)
    }

    /// Whether the peer left before that.
    pub fn cancelled(&self) -> bool {
        self.progress.cancelled.load(Ordering::SeqCst)
    }
}

/// How a socket ended, seen from upstream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ended {
    /// The peer sent a close frame, with its code if it had one.
    Closed(Option<u16>),
    /// The connection went away without one.
    Dropped,
    /// The script ended it.
    ByScript,
}

/// Everything seen, in order of arrival.
#[derive(Debug, Default)]
pub(crate) struct Record {
    seen: Mutex<Vec<Received>>,
    sockets: Mutex<Vec<Option<Ended>>>,
    strange: Mutex<Vec<String>>,
    arrivals: watch::Sender<usize>,
    keeps_nothing: AtomicBool,
}

impl Record {
    pub(crate) fn keep_nothing(&self) {
        self.keeps_nothing.store(true, Ordering::SeqCst);
    }

    pub(crate) fn add(&self, seen: Received) {
        if self.keeps_nothing.load(Ordering::SeqCst) {
            return;
        }
        lock(&self.seen).push(seen);
        self.arrivals.send_modify(|count| *count += 1);
    }

    pub(crate) fn all(&self) -> Vec<Received> {
        lock(&self.seen).clone()
    }

    pub(crate) fn arrivals(&self) -> watch::Receiver<usize> {
        self.arrivals.subscribe()
    }

    pub(crate) fn open_socket(&self) -> usize {
        let mut sockets = lock(&self.sockets);
        sockets.push(None);
        sockets.len() - 1
    }

    pub(crate) fn end_socket(&self, socket: usize, ended: Ended) {
        lock(&self.sockets)[socket].get_or_insert(ended);
    }

    pub(crate) fn sockets(&self) -> Vec<Option<Ended>> {
        lock(&self.sockets).clone()
    }

    /// Something no well-behaved peer does.
    pub(crate) fn strange(&self, what: String) {
        lock(&self.strange).push(what);
    }

    pub(crate) fn strangeness(&self) -> Vec<String> {
        lock(&self.strange).clone()
    }
}

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
