//! Which answer a request gets: scripted ones first, then that of a real
//! upstream.

use std::{
    collections::{HashMap, HashSet, VecDeque},
    fmt,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use serde_json::{Value, json};

use crate::{
    Account, FakeIssuer, Reply, ResetCredits, Window, event, jwt,
    record::{Received, Route, lock},
};

/// An answer that depends on the request; none passes it on.
pub type Handler = Arc<dyn Fn(&Received) -> Option<Reply> + Send + Sync>;

/// The whole script of one upstream.
#[derive(Default)]
pub(super) struct Script {
    queues: Mutex<HashMap<(Route, String), VecDeque<Reply>>>,
    handlers: Mutex<Vec<Handler>>,
    refused_bearers: Mutex<HashSet<String>>,
    answers: AtomicUsize,
    pub(super) issuer: FakeIssuer,
}

impl fmt::Debug for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Script").finish_non_exhaustive()
    }
}

impl Script {
    /// Adds an answer to the queue of a route and account.
    pub(super) fn push(&self, route: Route, account: &str, reply: Reply) {
        lock(&self.queues).entry((route, account.to_owned())).or_default().push_back(reply);
    }

    /// How many queued answers no request has taken.
    pub(super) fn left(&self) -> usize {
        lock(&self.queues).values().map(VecDeque::len).sum()
    }

    /// Adds a handler, asked before those added earlier.
    pub(super) fn handle(&self, handler: Handler) {
        lock(&self.handlers).push(handler);
    }

    /// From now on this bearer gets a 401.
    pub(super) fn refuse_bearer(&self, bearer: &str) {
        lock(&self.refused_bearers).insert(bearer.to_owned());
    }

    /// The answer to `seen`; none on [`Route::Upgrade`] lets the socket open.
    pub(super) fn answer(&self, seen: &Received) -> Option<Reply> {
        let refused = lock(&self.refused_bearers).contains(seen.bearer());
        if refused && seen.socket.is_none() && seen.route != Route::Token {
            return Some(Reply::error(
                401,
                "token_expired",
                "Provided authentication token is expired.",
            ));
        }
        self.queued(seen).or_else(|| self.handled(seen)).or_else(|| self.usual(seen))
    }

    fn queued(&self, seen: &Received) -> Option<Reply> {
        let mut queues = lock(&self.queues);
        let mut pop =
            |account: &str| queues.get_mut(&(seen.route, account.to_owned()))?.pop_front();
        pop(seen.account()).or_else(|| pop(super::ANYONE))
    }

    fn handled(&self, seen: &Received) -> Option<Reply> {
        let handlers = lock(&self.handlers).clone();
        handlers.iter().rev().find_map(|handler| handler(seen))
    }

    /// The answer when no script has another.
    fn usual(&self, seen: &Received) -> Option<Reply> {
        Some(match seen.route {
            Route::Upgrade => return None,
            Route::Responses => self.usual_turn(seen),
            Route::Compact => Self::chain_error(seen).unwrap_or_else(|| {
                let items = [event::message("kept"), event::compaction(seen.account())];
                Reply::json(200, json!({"output": items}))
            }),
            Route::Models => Reply::json(200, json!({"models": []})).header("etag", "\"models-1\""),
            Route::Usage => Reply::json(200, usage(seen.account(), 10.0, 10.0)),
            Route::ResetCredits => ResetCredits::default().answer(),
            Route::Redeem => Reply::json(200, json!({ "code": "no_credit" })),
            Route::Accounts => Reply::json(200, accounts(seen.account())),
            Route::Token => self.issuer.answer(seen),
            Route::Other => {
                let nothing = || Reply::json(404, json!({"detail": "Not Found"}));
                self.issuer.desk(seen).unwrap_or_else(nothing)
            }
        })
    }

    fn usual_turn(&self, seen: &Received) -> Reply {
        if let Some(error) = Self::chain_error(seen) {
            return error;
        }
        let number = self.answers.fetch_add(1, Ordering::SeqCst) + 1;
        let who = super::name_of(seen.account());
        let id = format!("resp-{who}-{number}");
        let body = seen.json();
        if body["generate"] == Value::Bool(false) {
            return Reply::events([event::created(&id), event::completed(&id)]);
        }
        if asks_for_compaction(&body) {
            return Reply::item(&id, &event::compaction(&format!("compacted by {who}")));
        }
        Reply::turn(&id, &format!("hello from {who}"))
    }

    /// An id belongs to the account whose name it carries; to all others it is unknown.
    fn chain_error(seen: &Received) -> Option<Reply> {
        let previous = seen.previous()?;
        let own = format!("resp-{}", super::name_of(seen.account()));
        (!previous.starts_with(&own)).then(|| Reply::previous_response_not_found(&previous))
    }
}

fn asks_for_compaction(body: &Value) -> bool {
    let input = body["input"].as_array();
    input.is_some_and(|items| items.iter().any(|item| item["type"] == "compaction_trigger"))
}

/// The usage endpoint's answer, with this much used of 5 hours and a week. Both end in an hour.
pub fn usage(account: &str, five_hours: f64, week: f64) -> Value {
    let window = |used_percent: f64| Window { used_percent, resets_at: jwt::FAR };
    Account::named(account, window(five_hours), window(week)).usage(jwt::FAR - 3600)
}

/// The workspaces of a sign-in: one, the account itself.
pub fn accounts(account: &str) -> Value {
    let unused = Window { used_percent: 0.0, resets_at: jwt::FAR };
    Account::named(account, unused, unused).workspaces()
}
