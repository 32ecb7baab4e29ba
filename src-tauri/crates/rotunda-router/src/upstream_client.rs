//! HTTP/1.1 to upstream for forwarded requests, driven by the task that waits for
//! the answer.
//!
//! A client library gives each connection a task of its own, and then every
//! chunk wakes two tasks. Here the connection is polled by the task that reads
//! the answer: a chunk costs one wake-up, what is ready can be gathered without
//! waiting, and an answer without a reader is not read from upstream either.

mod body;
mod connection;
mod counted;
mod dial;
mod io;
mod spare;
mod way;

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, SystemTime},
};

use bytes::Bytes;
use http::{HeaderMap, Method, Response, header, uri::PathAndQuery};
use reqwest::cookie::{CookieStore, Jar};
use rotunda_core::http1::request_head;
use thiserror::Error;
use url::Url;

pub(crate) use self::{
    body::PolledBody,
    connection::Upgraded,
    counted::{Counted, Patience},
    dial::Dialer,
    spare::Connector,
};
use self::{
    connection::{SendError, UpstreamConnection, Written},
    dial::authority,
    way::Way,
};
use crate::respond::BoxError;

/// Connections kept open for the next request; as many as one profile may have
/// requests at once by the default rules.
const MOST_IDLE: usize = 32;
/// An idle connection older than this is not trusted with a request, by the clock of
/// the day: a machine that slept has lost what stood between it and upstream.
const LONGEST_IDLE: Duration = Duration::from_secs(90);

/// Why there is no answer.
#[derive(Debug, Error)]
pub(crate) enum WireError {
    /// The request never left.
    #[error("could not connect")]
    Connect(#[source] BoxError),
    /// Upstream took no connection, or no more of the request, for long: it cannot have all
    /// of it.
    #[error("upstream takes nothing")]
    Stuck,
    /// Upstream may have seen it.
    #[error("the connection broke")]
    Sent(#[source] BoxError),
}

/// The network changed while a request waited for its answer.
#[derive(Debug, Error)]
#[error("the address that the connection came from is gone")]
struct WayLost;

/// One profile's connections and cookies.
#[derive(Debug)]
pub(crate) struct UpstreamClient {
    connector: Arc<Connector>,
    jar: Arc<Jar>,
    /// Short look-ups; nothing is awaited under it.
    idle: Mutex<Vec<Idle>>,
}

#[derive(Debug)]
struct Idle {
    authority: String,
    since: SystemTime,
    connection: UpstreamConnection,
}

/// Whether a connection that has been idle since then may have a request. After a clock
/// was set back it may not.
fn is_fresh(since: SystemTime, now: SystemTime) -> bool {
    now.duration_since(since).is_ok_and(|age| age < LONGEST_IDLE)
}

impl UpstreamClient {
    pub(crate) fn new(connector: Arc<Connector>, jar: Arc<Jar>) -> Arc<Self> {
        Arc::new(Self { connector, jar, idle: Mutex::default() })
    }

    /// Sends a request and waits for the answer's head. Dropping the future
    /// closes the connection.
    pub(crate) async fn send(
        self: &Arc<Self>,
        method: Method,
        url: &Url,
        headers: HeaderMap,
        body: Bytes,
        mut patience: Patience<'_>,
    ) -> Result<Response<PolledBody>, WireError> {
        let length = body.len() as u64;
        let authority = authority(url)?;
        let request = self.request(method, url, headers, body, &authority)?;
        self.connector.note_use(&authority, url);
        loop {
            let (mut connection, kept) = match self.take(&authority) {
                Some(connection) => (connection, true),
                None => (self.connector.dial(url).await?, false),
            };
            let (way, taken) = (connection.way(), connection.taken());
            // Before anything is sent.
            let whole = taken.bytes() + length;
            let sent = tokio::select! {
                biased;
                sent = connection.send(request.clone()) => sent,
                () = is_lost(way) => return Err(WireError::Sent(WayLost.into())),
                () = patience.is_stuck(taken, whole) => return Err(WireError::Stuck),
            };
            match sent {
                Ok(response) => {
                    let cookies = response.headers().get_all(header::SET_COOKIE);
                    self.jar.set_cookies(&mut cookies.iter(), url);
                    let body = PolledBody::new(connection, Arc::clone(self), authority);
                    return Ok(response.map(|()| body));
                }
                // The connection had ended while it was idle: nothing left.
                Err(SendError::Unsent(_)) if kept => {}
                Err(SendError::Unsent(error)) => return Err(WireError::Connect(error.into())),
                Err(SendError::Sent(error)) => return Err(WireError::Sent(error.into())),
            }
        }
    }

    fn request(
        &self,
        method: Method,
        url: &Url,
        mut headers: HeaderMap,
        body: Bytes,
        authority: &str,
    ) -> Result<Written, WireError> {
        let target = url
            .query()
            .map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()));
        let target: PathAndQuery = target.parse().map_err(unsendable)?;
        if let Some(cookies) = self.jar.cookies(url) {
            headers.insert(header::COOKIE, cookies);
        }
        let head = request_head(&method, &target, authority, &headers, body.len());
        Ok(Written { method, head: head.into(), body })
    }

    /// A connection of the profile's own that is open, or one that no profile has used yet.
    fn take(&self, authority: &str) -> Option<UpstreamConnection> {
        self.take_idle(authority).or_else(|| self.connector.take_spare(authority))
    }

    fn take_idle(&self, authority: &str) -> Option<UpstreamConnection> {
        let now = self.connector.now();
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            let place = idle.iter().rposition(|idle| idle.authority == authority)?;
            let mut found = idle.remove(place);
            if is_fresh(found.since, now) && found.connection.is_open() {
                return Some(found.connection);
            }
        }
    }

    fn put_back(&self, authority: String, connection: UpstreamConnection) {
        let since = self.connector.now();
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < MOST_IDLE {
            idle.push(Idle { authority, since, connection });
        }
    }

    /// Closes what has been idle for long, or was closed by upstream.
    pub(crate) fn prune(&self) {
        let now = self.connector.now();
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.retain_mut(|idle| is_fresh(idle.since, now) && idle.connection.is_open());
    }
}

/// Never ends on a way that cannot be lost.
async fn is_lost(way: Option<Way>) {
    match way {
        Some(way) => way.is_lost().await,
        None => std::future::pending().await,
    }
}

fn unsendable(error: impl Into<BoxError>) -> WireError {
    WireError::Connect(error.into())
}

#[cfg(test)]
mod compared_tests;
#[cfg(test)]
mod tests;
