//! The simulated upstream of the demo: a real server on loopback that keeps a
//! quota per account and a record of who served what.
//!
//! Accounts are told by the bearer alone, as the real upstream does, so the
//! record proves whose sign-in each turn went out with.

use std::{
    convert::Infallible,
    io,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime},
};

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, header};
use http_body_util::{BodyExt, Full, StreamBody, combinators::BoxBody};
use hyper::{
    body::{Frame, Incoming},
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use rotunda_host::clock::Clock;
use serde_json::{Value, json};
use tokio::{net::TcpListener, task::JoinHandle};

use super::account::Account;

/// Pause between two pieces of an answer, so that it streams visibly.
const PACE: Duration = Duration::from_millis(25);

type Body = BoxBody<Bytes, Infallible>;

/// What the upstream did with one request for a turn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Served {
    /// This account answered.
    Answered(&'static str),
    /// This account had nothing left.
    RanOut(&'static str),
    /// The request carried no sign-in that this upstream knows for turns.
    Stranger,
}

impl Served {
    /// Who had nothing left, if that is what happened.
    pub(crate) fn ran_out(&self) -> Option<&'static str> {
        match self {
            Self::RanOut(name) => Some(name),
            Self::Answered(_) | Self::Stranger => None,
        }
    }
}

/// The server. Dropping it ends it.
#[derive(Debug)]
pub(crate) struct Upstream {
    address: SocketAddr,
    state: Arc<State>,
    accepting: JoinHandle<()>,
}

#[derive(Debug)]
struct State {
    clock: ClockBox,
    answers: &'static [&'static str],
    book: Mutex<Book>,
}

#[derive(Debug)]
struct Book {
    /// With the bearer each is known by; the last one is Codex's own.
    accounts: Vec<(String, Account)>,
    served: Vec<Served>,
    /// Turns answered so far: which answer comes next, and its id.
    answered: usize,
}

struct ClockBox(Clock);

impl std::fmt::Debug for ClockBox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Clock")
    }
}

impl Upstream {
    /// Listens on a free loopback port; answers turns with `answers` in order.
    /// The accounts' sign-ins are those of `now`: a clock that is read again could
    /// be a second further, and no sign-in would be known.
    pub(crate) async fn start(
        accounts: Vec<Account>,
        answers: &'static [&'static str],
        clock: Clock,
        now: SystemTime,
    ) -> io::Result<Self> {
        let accounts = accounts.into_iter().map(|account| (account.bearer(now), account)).collect();
        let listener = TcpListener::bind((std::net::Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let book = Mutex::new(Book { accounts, served: Vec::new(), answered: 0 });
        let state = Arc::new(State { clock: ClockBox(clock), answers, book });
        let accepting = tokio::spawn(accept(listener, Arc::clone(&state)));
        Ok(Self { address, state, accepting })
    }

    /// What `ROTUNDA_UPSTREAM_CHATGPT` has to be.
    pub(crate) fn chatgpt(&self) -> String {
        format!("http://{}/backend-api", self.address)
    }

    /// What the other upstream addresses have to be.
    pub(crate) fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Everything asked for since the last call.
    pub(crate) fn take_served(&self) -> Vec<Served> {
        std::mem::take(&mut self.state.book().served)
    }
}

impl Drop for Upstream {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

impl State {
    /// Held for moments only: no call under it waits.
    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn answer(&self, request: &Request<Incoming>) -> Response<Body> {
        let path = request.uri().path();
        match (request.method(), path) {
            (&Method::POST, "/backend-api/codex/responses") => self.turn(request.headers()),
            (&Method::HEAD, "/backend-api/codex/responses") => empty(StatusCode::OK),
            // No WebSocket here: Codex goes on over HTTP without a word.
            (&Method::GET, "/backend-api/codex/responses") => empty(StatusCode::UPGRADE_REQUIRED),
            (&Method::GET, "/backend-api/codex/models") => {
                json_of(StatusCode::OK, &json!({ "models": [] }))
            }
            (&Method::GET, "/backend-api/wham/usage") => self.usage(request.headers()),
            (&Method::GET, "/backend-api/wham/accounts/check") => self.accounts(request.headers()),
            _ => json_of(StatusCode::NOT_FOUND, &json!({ "detail": "not part of the demo" })),
        }
    }

    fn turn(&self, headers: &HeaderMap) -> Response<Body> {
        match self.book().serve(headers) {
            Turn::Answer(account, number) => {
                let text = self.answers[number % self.answers.len()];
                with_quota(stream_of(text, number), &account)
            }
            Turn::Refuse(account) => {
                let refusal = account.refusal((self.clock.0)());
                with_quota(json_of(StatusCode::TOO_MANY_REQUESTS, &refusal), &account)
            }
            Turn::Unknown => unknown(),
        }
    }

    fn usage(&self, headers: &HeaderMap) -> Response<Body> {
        let now = (self.clock.0)();
        match self.book().account_of(headers) {
            Some(account) => json_of(StatusCode::OK, &account.usage(now)),
            None => unknown(),
        }
    }

    fn accounts(&self, headers: &HeaderMap) -> Response<Body> {
        match self.book().account_of(headers) {
            Some(account) => json_of(
                StatusCode::OK,
                &json!({
                    "accounts": [account.entry()],
                    "account_ordering": [account.upstream_id],
                    "default_account_id": account.upstream_id,
                }),
            ),
            None => unknown(),
        }
    }
}

/// What to do with one request for a turn.
enum Turn {
    Answer(Account, usize),
    Refuse(Account),
    Unknown,
}

impl Book {
    fn account_of(&mut self, headers: &HeaderMap) -> Option<&mut Account> {
        let bearer = headers.get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ")?;
        let known = self.accounts.iter_mut().find(|(own, _)| own == bearer);
        known.map(|(_, account)| account)
    }

    fn serve(&mut self, headers: &HeaderMap) -> Turn {
        let account = self.account_of(headers).filter(|account| account.name != Account::OWN);
        let Some(account) = account else {
            self.served.push(Served::Stranger);
            return Turn::Unknown;
        };
        let answers = account.take_turn();
        let account = account.clone();
        if !answers {
            self.served.push(Served::RanOut(account.name));
            return Turn::Refuse(account);
        }
        self.served.push(Served::Answered(account.name));
        self.answered += 1;
        Turn::Answer(account, self.answered - 1)
    }
}

async fn accept(listener: TcpListener, state: Arc<State>) {
    while let Ok((stream, _)) = listener.accept().await {
        let state = Arc::clone(&state);
        tokio::spawn(async move {
            let answer = service_fn(move |request| {
                let answer = state.answer(&request);
                async move {
                    // Read to the end, or the connection could not be used again.
                    let _ = request.into_body().collect().await;
                    Ok::<_, Infallible>(answer)
                }
            });
            // A client that leaves is no concern of the demo.
            let _ = hyper::server::conn::http1::Builder::new()
                .serve_connection(TokioIo::new(stream), answer)
                .await;
        });
    }
}

/// The events of one small answer, a word at a time.
fn events_of(text: &str, number: usize) -> Vec<Value> {
    let id = format!("resp_demo_{number}");
    let item = format!("msg_demo_{number}");
    let message = |status: &str, content: Value| json!({ "id": item, "type": "message", "role": "assistant", "status": status, "content": content });
    let mut events = vec![
        json!({ "type": "response.created", "response": { "id": id } }),
        json!({ "type": "response.output_item.added", "output_index": 0, "item": message("in_progress", json!([])) }),
    ];
    events.extend(text.split_inclusive(' ').map(|word| {
        json!({
            "type": "response.output_text.delta",
            "item_id": item, "output_index": 0, "content_index": 0, "delta": word,
        })
    }));
    let whole = json!([{ "type": "output_text", "text": text, "annotations": [] }]);
    events.push(json!({ "type": "response.output_item.done", "output_index": 0, "item": message("completed", whole) }));
    let usage = json!({ "input_tokens": 240, "output_tokens": 16, "total_tokens": 256 });
    events.push(json!({ "type": "response.completed", "response": { "id": id, "usage": usage } }));
    events
}

fn stream_of(text: &str, number: usize) -> Response<Body> {
    let events = stream::iter(events_of(text, number)).then(|event| async move {
        tokio::time::sleep(PACE).await;
        let kind = event["type"].as_str().unwrap_or_default();
        Ok(Frame::data(Bytes::from(format!("event: {kind}\ndata: {event}\n\n"))))
    });
    let mut response = Response::new(BodyExt::boxed(StreamBody::new(events)));
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    response
}

fn json_of(status: StatusCode, body: &Value) -> Response<Body> {
    let mut response = Response::new(Full::from(body.to_string()).boxed());
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

fn empty(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Full::default().boxed());
    *response.status_mut() = status;
    response
}

fn unknown() -> Response<Body> {
    json_of(StatusCode::UNAUTHORIZED, &json!({ "error": { "message": "unknown sign-in" } }))
}

fn with_quota(mut response: Response<Body>, account: &Account) -> Response<Body> {
    for (name, value) in account.headers() {
        if let Ok(value) = HeaderValue::from_str(&value) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}
