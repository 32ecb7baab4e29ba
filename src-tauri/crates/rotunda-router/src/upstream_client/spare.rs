//! Connections that are opened before a request needs them.
//!
//! A new connection to upstream costs several round trips, most of them for TLS. A
//! connection that has carried nothing yet belongs to no profile, so one per upstream is
//! enough for all: it serves the first request after a pause as well as the first one
//! after a rotation (docs/decisions/099-a-connection-ahead.md).

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime},
};

use tokio::time::Instant;
use url::Url;

use super::{Dialer, WireError, connection::UpstreamConnection, is_fresh};

/// How long after the last request to an upstream a connection to it is kept ready.
const KEPT_READY: Duration = Duration::from_secs(10 * 60);

/// Opens connections for all profiles, and keeps at most one unused connection per upstream.
#[derive(Debug)]
pub(crate) struct Connector {
    dialer: Dialer,
    /// By authority. Nothing is awaited under the lock.
    upstreams: Mutex<HashMap<String, Spare>>,
}

#[derive(Debug)]
struct Spare {
    url: Url,
    used_at: Instant,
    unused: Option<Unused>,
}

#[derive(Debug)]
struct Unused {
    opened_at: SystemTime,
    connection: UpstreamConnection,
}

impl Connector {
    pub(crate) fn new(dialer: Dialer) -> Arc<Self> {
        Arc::new(Self { dialer, upstreams: Mutex::default() })
    }

    pub(super) fn now(&self) -> SystemTime {
        (self.dialer.clock)()
    }

    pub(super) async fn dial(&self, url: &Url) -> Result<UpstreamConnection, WireError> {
        self.dialer.dial(url).await
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Spare>> {
        self.upstreams.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The upstreams that had a request of late and have no connection that can be used
    /// until the next look. Forgets the others.
    fn wanted(&self, now: SystemTime, until_next: Duration) -> Vec<(String, Url)> {
        let mut upstreams = self.lock();
        upstreams.retain(|_, spare| spare.used_at.elapsed() < KEPT_READY);
        let mut wanted = Vec::new();
        for (authority, spare) in upstreams.iter_mut() {
            spare.unused.take_if(|Unused { opened_at, connection }| {
                let is_to_stay =
                    is_fresh(*opened_at, now) && is_fresh(*opened_at, now + until_next);
                !is_to_stay || !connection.is_open()
            });
            if spare.unused.is_none() {
                wanted.push((authority.clone(), spare.url.clone()));
            }
        }
        wanted
    }

    /// A request goes to this upstream. Without TLS, nothing is kept ready: a connection is
    /// there within one round trip.
    pub(super) fn note_use(&self, authority: &str, url: &Url) {
        if url.scheme() != "https" {
            return;
        }
        let (mut upstreams, used_at) = (self.lock(), Instant::now());
        if let Some(spare) = upstreams.get_mut(authority) {
            spare.used_at = used_at;
            return;
        }
        let spare = Spare { url: base_of(url), used_at, unused: None };
        upstreams.insert(authority.to_owned(), spare);
    }

    /// The connection that is ready, if there is one.
    pub(super) fn take_spare(&self, authority: &str) -> Option<UpstreamConnection> {
        let now = self.now();
        let unused = self.lock().get_mut(authority)?.unused.take()?;
        let Unused { opened_at, mut connection } = unused;
        (is_fresh(opened_at, now) && connection.is_open()).then_some(connection)
    }

    /// Opens the connections that are to be ready until the next look. One that fails is
    /// tried again then.
    pub(crate) async fn keep_ready(&self, until_next: Duration) {
        for (authority, url) in self.wanted(self.now(), until_next) {
            let connection = match self.dial(&url).await {
                Ok(connection) => connection,
                Err(error) => {
                    tracing::debug!(%error, "no connection could be opened ahead");
                    continue;
                }
            };
            let unused = Unused { opened_at: self.now(), connection };
            if let Some(spare) = self.lock().get_mut(&authority) {
                spare.unused = Some(unused);
            }
        }
    }
}

/// Scheme, host and port: the rest of an address is for its request only.
fn base_of(url: &Url) -> Url {
    let mut base = url.clone();
    base.set_path("/");
    base.set_query(None);
    base
}

#[cfg(test)]
#[path = "spare_tests.rs"]
mod tests;
