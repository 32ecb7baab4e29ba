//! What Codex asks about its own account: everything below `backend-api`, where the
//! second line of `config.toml` leads it.
//!
//! These requests are the client's own. They go to the configured ChatGPT host and to
//! no other, with the bearer that the client sent, once each. Two answers change: what
//! is left is what the profiles have together, and a workspace that demands no host
//! gets the host itself. Codex waits for most answers at its start or in a turn, so
//! each has a time limit and a definite answer after it, and none is a 401 of ours.

mod answers;
mod host;
mod question;
mod remembered;
mod tunnel;

use std::{sync::Arc, time::Duration};

use http::{HeaderMap, Request, Response, StatusCode, header, request::Parts};
use hyper::body::Incoming;
use serde_json::json;
use tokio::sync::Semaphore;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use url::Url;

pub(crate) use self::question::{Question, question_of};
use self::{host::Fault, remembered::Remembered};
use crate::{
    client::Clients,
    limits::Limits,
    pool::Pool,
    respond::{Body, Refusal, json_response},
};

/// For an answer that Codex waits for: it asks again after 5 s.
const PATIENCE: Duration = Duration::from_secs(4);
/// For its own quota: it asks every 5 s while the account is out.
const USAGE: Duration = Duration::from_secs(3);
/// For its settings: each turn waits for them.
const SETTINGS: Duration = Duration::from_secs(2);
/// For what the user began and what changes something: an answer that comes late is
/// better than one that says wrongly that nothing happened.
const CHANGE: Duration = Duration::from_secs(30);
/// Sockets through here at once: Codex opens one for its remote control.
const TUNNELS: usize = 64;

/// What such requests need, and what is kept between them. A cheap handle.
#[derive(Debug, Clone)]
pub(crate) struct BackendApi {
    state: Arc<State>,
}

#[derive(Debug)]
struct State {
    /// The configured ChatGPT host.
    host: Url,
    limits: Limits,
    clients: Arc<Clients>,
    pool: Pool,
    /// The router ends.
    stop: CancellationToken,
    tasks: TaskTracker,
    remembered: Remembered,
    tunnels: Arc<Semaphore>,
}

/// A request that is refused with its body unread.
pub(crate) struct Refused {
    pub(crate) refusal: Refusal,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Incoming,
}

impl BackendApi {
    pub(crate) fn new(
        host: &Url,
        limits: &Limits,
        clients: &Arc<Clients>,
        pool: &Pool,
        stop: &CancellationToken,
        tasks: &TaskTracker,
    ) -> Self {
        let state = State {
            host: host.clone(),
            limits: *limits,
            clients: Arc::clone(clients),
            pool: pool.clone(),
            stop: stop.clone(),
            tasks: tasks.clone(),
            remembered: Remembered::default(),
            tunnels: Arc::new(Semaphore::new(TUNNELS)),
        };
        Self { state: Arc::new(state) }
    }

    /// Answers a question; `path` is below `backend-api` and has its query.
    pub(crate) async fn answer(
        &self,
        request: Request<Incoming>,
        question: Question,
        path: &str,
    ) -> Result<Response<Body>, Box<Refused>> {
        let state = &*self.state;
        let wants_upgrade = request.headers().contains_key(header::UPGRADE);
        if wants_upgrade && matches!(question, Question::Read | Question::Change) {
            return Ok(tunnel::open(state, request, path).await);
        }
        let (mut parts, body) = request.into_parts();
        parts.headers = host::headers(&parts.headers);
        let has_bearer = parts.headers.contains_key(header::AUTHORIZATION);
        let refused = |refusal, parts: Parts, body| {
            Err(Box::new(Refused { refusal, headers: parts.headers, body }))
        };
        Ok(match question {
            Question::Alive => {
                json_response(StatusCode::OK, &json!({"status": "ok", "name": "rotunda"}))
            }
            Question::Usage if has_bearer => answers::usage(state, &parts, path).await,
            Question::Usage => answers::pool_usage(state, &parts.headers),
            Question::Accounts => answers::accounts(state, &parts, path).await,
            // The client sends no credentials there, and those of an earlier request
            // would open what is connected to the account to each program with the key.
            Question::Connectors if !has_bearer => {
                return refused(Refusal::NoConnectors, parts, body);
            }
            Question::Nothing => return refused(Refusal::NotFound, parts, body),
            Question::Settings => state.pass(parts, body, path, SETTINGS, &Refusal::NotFound).await,
            Question::Connectors | Question::Read => {
                state.pass(parts, body, path, PATIENCE, &Refusal::HostSilent).await
            }
            Question::Change => state.pass(parts, body, path, CHANGE, &Refusal::HostSilent).await,
        })
    }
}

impl State {
    /// Sends a request on, once, and its answer back as it comes.
    async fn pass(
        &self,
        parts: Parts,
        body: Incoming,
        path: &str,
        budget: Duration,
        silent: &Refusal,
    ) -> Response<Body> {
        match host::send(self, parts, Some(body), path, budget).await {
            Ok(answer) => host::streamed(answer),
            Err(Fault::Silent | Fault::Moved) => silent.response(),
        }
    }
}

/// The headers of an answer that is written anew.
fn without_coding(headers: &HeaderMap) -> HeaderMap {
    let mut headers = headers.clone();
    for name in [header::CONTENT_ENCODING, header::CONTENT_LENGTH, header::ETAG] {
        headers.remove(name);
    }
    headers
}
