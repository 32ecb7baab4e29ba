//! The upstream of the demo: a script for the simulator that keeps a quota per
//! account and a record of who served what.
//!
//! An account is known by its bearer alone, as the real upstream does, so the
//! record proves whose sign-in each turn went out with.

use std::{
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime},
};

use http::Method;
use rotunda_host::clock::Clock;
use rotunda_simulator::{Received, Reply, ScriptedUpstream, event};
use serde_json::json;

use super::account::{Account, unix_seconds};

/// Pause between two pieces of an answer, so that it streams visibly.
const PACE: Duration = Duration::from_millis(25);

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
    server: ScriptedUpstream,
    book: Arc<Mutex<Book>>,
}

/// What the upstream knows.
#[derive(Debug)]
struct Book {
    /// With the bearer each is known by; the last one is Codex's own.
    accounts: Vec<(String, Account)>,
    /// What it says in its turns, in order.
    answers: &'static [&'static str],
    served: Vec<Served>,
    /// Turns answered so far: which answer comes next, and its id.
    answered: usize,
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
        let book = Book { accounts, answers, served: Vec::new(), answered: 0 };
        let book = Arc::new(Mutex::new(book));
        let server = ScriptedUpstream::listen().await?;
        server.keep_no_record();
        let shared = Arc::clone(&book);
        server.when(move |seen| Some(lock(&shared).answer(seen, unix_seconds(clock()))));
        Ok(Self { server, book })
    }

    /// What `ROTUNDA_UPSTREAM_CHATGPT` has to be.
    pub(crate) fn chatgpt(&self) -> String {
        format!("{}/backend-api", self.origin())
    }

    /// What the other upstream addresses have to be.
    pub(crate) fn origin(&self) -> String {
        format!("http://{}", self.server.address())
    }

    /// Everything asked for since the last call.
    pub(crate) fn take_served(&self) -> Vec<Served> {
        std::mem::take(&mut lock(&self.book).served)
    }
}

/// Held for moments only: no call under it waits.
fn lock(book: &Mutex<Book>) -> MutexGuard<'_, Book> {
    book.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Book {
    /// The answer to one request at `now`, in unix seconds.
    fn answer(&mut self, seen: &Received, now: u64) -> Reply {
        match (&seen.method, seen.path.as_str()) {
            (&Method::POST, "/backend-api/codex/responses") => self.turn(seen.bearer(), now),
            (&Method::HEAD, "/backend-api/codex/responses") => Reply::empty(200),
            // No WebSocket here: Codex continues over HTTP without an error.
            (&Method::GET, "/backend-api/codex/responses") => Reply::empty(426),
            (&Method::GET, "/backend-api/codex/models") => {
                Reply::json(200, json!({ "models": [] }))
            }
            (&Method::GET, "/backend-api/wham/usage") => match self.account(seen.bearer()) {
                Some(account) => Reply::json(200, account.upstream.usage(now)),
                None => unknown(),
            },
            (&Method::GET, "/backend-api/wham/accounts/check") => {
                match self.account(seen.bearer()) {
                    Some(account) => Reply::json(200, account.upstream.workspaces()),
                    None => unknown(),
                }
            }
            _ => Reply::json(404, json!({ "detail": "not part of the demo" })),
        }
    }

    fn account(&mut self, bearer: &str) -> Option<&mut Account> {
        let known = self.accounts.iter_mut().find(|(own, _)| own == bearer);
        known.map(|(_, account)| account)
    }

    fn turn(&mut self, bearer: &str, now: u64) -> Reply {
        let account = self.account(bearer).filter(|account| account.name != Account::OWN);
        let Some(account) = account else {
            self.served.push(Served::Stranger);
            return unknown();
        };
        let is_enough = account.take_turn();
        let account = account.clone();
        if !is_enough {
            self.served.push(Served::RanOut(account.name));
            return account.upstream.refusal(now);
        }
        self.served.push(Served::Answered(account.name));
        let text = self.answers[self.answered % self.answers.len()];
        let id = format!("resp_demo_{}", self.answered);
        self.answered += 1;
        account.upstream.with_quota(Reply::paced(event::words(&id, text), PACE))
    }
}

fn unknown() -> Reply {
    Reply::json(401, json!({ "error": { "message": "unknown sign-in" } }))
}
