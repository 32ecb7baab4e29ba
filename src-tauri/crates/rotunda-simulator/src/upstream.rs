//! The ChatGPT backend, the API and the issuer in one scripted server.
//!
//! Without a script, turns are answered, chains belong to the account that
//! began them, and refresh tokens work once. A script holds only what is
//! different.

mod http;
mod play;
mod script;
mod socket;

use std::{
    future::Future,
    io,
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use hyper::{server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::{net::TcpListener, task::JoinSet};
use url::Url;

pub use script::{Handler, accounts, usage};

use self::script::Script;
pub use crate::record::{Ended, Progress, Received, Route};
use crate::{
    FakeIssuer, Reply, in_time,
    record::{Record, lock},
};

/// In place of an account: any of them, and requests without one.
pub const ANYONE: &str = "";

/// The name of a test account without what all of them begin with.
pub fn name_of(account: &str) -> &str {
    account.strip_prefix("account-").unwrap_or(account)
}

/// A scripted upstream on a port of its own. Dropping it closes everything.
#[derive(Debug)]
pub struct ScriptedUpstream {
    address: SocketAddr,
    shared: Arc<UpstreamContext>,
}

#[derive(Debug, Default)]
struct UpstreamContext {
    record: Record,
    script: Script,
    /// Owned here, so that the upstream's end is theirs.
    tasks: Mutex<JoinSet<()>>,
    /// Connections of peers, which may be ended before.
    connections: Mutex<JoinSet<()>>,
}

impl UpstreamContext {
    fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        spawn_in(&mut lock(&self.tasks), task);
    }

    fn connect(&self, task: impl Future<Output = ()> + Send + 'static) {
        spawn_in(&mut lock(&self.connections), task);
    }
}

/// What has ended is let go, so that a long run stays small.
fn spawn_in(tasks: &mut JoinSet<()>, task: impl Future<Output = ()> + Send + 'static) {
    while tasks.try_join_next().is_some() {}
    tasks.spawn(task);
}

impl Drop for ScriptedUpstream {
    fn drop(&mut self) {
        lock(&self.shared.tasks).abort_all();
        lock(&self.shared.connections).abort_all();
    }
}

impl ScriptedUpstream {
    /// Listens on a free port of the loopback.
    ///
    /// # Panics
    /// When the machine has none.
    pub async fn start() -> Self {
        Self::listen().await.expect("a free port")
    }

    /// Listens on a free port of the loopback.
    ///
    /// # Errors
    /// When the machine has none.
    pub async fn listen() -> io::Result<Self> {
        Ok(Self::on(TcpListener::bind("127.0.0.1:0").await?))
    }

    /// Serves an address that a test keeps for itself.
    pub fn on(listener: TcpListener) -> Self {
        let address = listener.local_addr().expect("a listener has an address");
        let shared = Arc::new(UpstreamContext::default());
        shared.spawn(accept(listener, Arc::clone(&shared)));
        Self { address, shared }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Base of the ChatGPT backend.
    pub fn chatgpt(&self) -> Url {
        self.url("/backend-api")
    }

    /// Base of the API.
    pub fn api(&self) -> Url {
        self.url("/v1")
    }

    /// Base of the issuer.
    pub fn auth(&self) -> Url {
        self.url("/")
    }

    /// Any path of it.
    ///
    /// # Panics
    /// When `path` is not one.
    pub fn url(&self, path: &str) -> Url {
        let text = format!("http://{}{path}", self.address);
        text.parse().expect("an address and a path make a URL")
    }

    /// Who signs in and refreshes here.
    pub fn issuer(&self) -> &FakeIssuer {
        &self.shared.script.issuer
    }

    /// The next turn of `account` gets this answer.
    pub fn next(&self, account: &str, reply: Reply) {
        self.next_on(Route::Responses, account, reply);
    }

    /// The next request of `account` on a route gets this answer.
    pub fn next_on(&self, route: Route, account: &str, reply: Reply) {
        self.shared.script.push(route, account, reply);
    }

    /// Calls `handler` before those that were added earlier; none passes on.
    pub fn when(&self, handler: impl Fn(&Received) -> Option<Reply> + Send + Sync + 'static) {
        self.shared.script.handle(Arc::new(handler));
    }

    /// Answers every turn of `account` like this.
    pub fn always(&self, account: &str, reply: Reply) {
        self.always_on(Route::Responses, account, reply);
    }

    /// Answers every request of `account` on a route like this.
    pub fn always_on(&self, route: Route, account: &str, reply: Reply) {
        let account = account.to_owned();
        self.when(move |seen| {
            let mine = account == ANYONE || seen.account() == account;
            (seen.route == route && mine).then(|| reply.clone())
        });
    }

    /// From now on this bearer gets a 401.
    pub fn refuse_bearer(&self, bearer: &str) {
        self.shared.script.refuse_bearer(bearer);
    }

    /// From now on nothing is recorded: for runs of so many requests that a
    /// record would fill the memory. Handlers keep what matters.
    pub fn keep_no_record(&self) {
        self.shared.record.keep_nothing();
    }

    /// Ends every connection.
    pub fn hang_up(&self) {
        lock(&self.shared.connections).abort_all();
    }

    /// How many scripted answers no request has taken.
    pub fn unasked(&self) -> usize {
        self.shared.script.left()
    }

    /// Everything received so far, in order of arrival.
    pub fn received(&self) -> Vec<Received> {
        self.shared.record.all()
    }

    /// What was received on one route.
    pub fn received_on(&self, route: Route) -> Vec<Received> {
        self.received().into_iter().filter(|seen| seen.route == route).collect()
    }

    /// Turns and compactions: what counts as an attempt.
    pub fn attempts(&self) -> Vec<Received> {
        let counts = |seen: &Received| matches!(seen.route, Route::Responses | Route::Compact);
        self.received().into_iter().filter(counts).collect()
    }

    /// The names of the accounts that were tried, in order.
    pub fn tried(&self) -> Vec<String> {
        self.attempts().iter().map(|seen| name_of(seen.account()).to_owned()).collect()
    }

    /// How each socket ended, or that it is open.
    pub fn sockets(&self) -> Vec<Option<Ended>> {
        self.shared.record.sockets()
    }

    /// What no well-behaved peer does; empty in every good run.
    pub fn strangeness(&self) -> Vec<String> {
        self.shared.record.strangeness()
    }

    /// Waits until something matches, and returns the first that does.
    pub async fn saw(&self, what: &str, matches: impl Fn(&Received) -> bool) -> Received {
        let mut arrivals = self.shared.record.arrivals();
        in_time(what, async {
            loop {
                arrivals.borrow_and_update();
                if let Some(seen) = self.received().into_iter().find(|seen| matches(seen)) {
                    return seen;
                }
                arrivals.changed().await.expect("the record outlives the wait");
            }
        })
        .await
    }

    /// Waits for the attempt with this number, counted from 0.
    pub async fn attempt(&self, number: usize) -> Received {
        let mut arrivals = self.shared.record.arrivals();
        in_time("an attempt", async {
            loop {
                arrivals.borrow_and_update();
                if let Some(seen) = self.attempts().into_iter().nth(number) {
                    return seen;
                }
                arrivals.changed().await.expect("the record outlives the wait");
            }
        })
        .await
    }
}

async fn accept(listener: TcpListener, shared: Arc<UpstreamContext>) {
    while let Ok((stream, _)) = listener.accept().await {
        stream.set_nodelay(true).ok();
        let connection = Arc::clone(&shared);
        shared.connect(async move {
            let service = service_fn(|request| http::serve(request, Arc::clone(&connection)));
            let served = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
            // A peer that leaves, or a script that cuts, is recorded elsewhere.
            served.with_upgrades().await.ok();
        });
    }
}

#[cfg(test)]
mod tests;
