//! Upstream's side: keeps the record, and answers by the script.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use rotunda_tests::{
    Dice, FakeIssuer, Received, Reply, Route, ScriptedUpstream, Step, event,
    field::{Field, after},
    jwt, upstream,
};
use serde_json::{Value, json};
use tokio::sync::mpsc;

use crate::{
    accounts::Accounts,
    record::{Attempt, Book, Transport},
    script::{self, Given},
};

/// The header that identifies a client's socket.
pub(crate) const SOCKET: &str = "x-soak-socket";

/// What upstream knows.
#[derive(Debug)]
pub(crate) struct Backend {
    pub(crate) seed: u64,
    pub(crate) book: Book,
    pub(crate) accounts: Accounts,
    /// Upgrades are refused now.
    pub(crate) refuses_sockets: AtomicBool,
    /// In the field, what happens there.
    pub(crate) field: Option<Field>,
    issuer: FakeIssuer,
    /// Accounts without a sign-in: the test signs them in again.
    gone: mpsc::UnboundedSender<String>,
}

/// A request as it is answered.
pub(crate) struct Coming<'a> {
    pub(crate) seen: &'a Received,
    pub(crate) body: Value,
    pub(crate) request: u64,
    /// Counted over all of them; it makes ids.
    pub(crate) order: u64,
    pub(crate) transport: Transport,
}

impl<'a> Coming<'a> {
    pub(crate) fn new(seen: &'a Received, order: u64) -> Self {
        let body = seen.json();
        let request = body["client_metadata"]["soak_request"].as_str();
        let request = request.and_then(|text| text.parse().ok()).unwrap_or_default();
        let transport = if seen.socket.is_some() { Transport::Socket } else { Transport::Http };
        Self { seen, body, request, order, transport }
    }

    /// The attempt that it is.
    pub(crate) fn attempt(&self, given: Given) -> Attempt {
        let mut attempt = attempt(self.seen, self.order, given);
        attempt.previous = self.body["previous_response_id"].as_str().map(str::to_owned);
        let in_body = self.body["client_metadata"]["x-codex-turn-state"].as_str();
        let head = self.seen.header("x-codex-turn-state");
        let in_head = Some(head).filter(|state| !state.is_empty());
        attempt.turn_state = in_body.or(in_head).map(str::to_owned);
        attempt
    }

    /// The id of its answer.
    pub(crate) fn id(&self) -> String {
        format!("resp-{}-{}", self.seen.account(), self.order)
    }
}

impl Backend {
    /// Answers every request to `server` from now on.
    pub(crate) fn on(
        server: &ScriptedUpstream,
        seed: u64,
        accounts: Accounts,
        field: Option<Field>,
    ) -> (Arc<Self>, mpsc::UnboundedReceiver<String>) {
        let (gone, receiver) = mpsc::unbounded_channel();
        let backend = Arc::new(Self {
            seed,
            book: Book::default(),
            accounts,
            refuses_sockets: AtomicBool::new(false),
            field,
            issuer: server.issuer().clone(),
            gone,
        });
        let handler = Arc::clone(&backend);
        server.when(move |seen| handler.answer(seen));
        (backend, receiver)
    }

    fn answer(&self, seen: &Received) -> Option<Reply> {
        match seen.route {
            Route::Responses | Route::Compact => Some(self.turn(seen)),
            Route::Upgrade => self.upgrade(seen),
            Route::Usage | Route::Accounts | Route::Models
                if self.accounts.is_refused(seen.account(), seen.bearer()) =>
            {
                Some(refused())
            }
            Route::Usage => Some(self.usage(seen)),
            _ => None,
        }
    }

    fn usage(&self, seen: &Received) -> Reply {
        let in_field = self.field.as_ref().and_then(|field| field.is_out(seen.account()));
        let out = in_field.or(self.accounts.is_out(seen.account()));
        let mut usage =
            upstream::usage(seen.account(), if out.is_some() { 100.0 } else { 20.0 }, 30.0);
        if let Some(seconds) = out {
            let window = &mut usage["rate_limit"]["primary_window"];
            window["reset_after_seconds"] = json!(seconds);
            window["reset_at"] = Value::Null;
        }
        Reply::json(200, usage)
    }

    fn upgrade(&self, seen: &Received) -> Option<Reply> {
        let socket = seen.header(SOCKET).parse().unwrap_or_default();
        if let Some(field) = &self.field {
            return self.field_upgrade(field, seen, socket);
        }
        let given = if self.accounts.is_refused(seen.account(), seen.bearer()) {
            Given::Refused
        } else if self.refuses_sockets.load(Ordering::SeqCst) {
            self.accounts.no_sockets();
            Given::NoSockets
        } else if self.accounts.is_out(seen.account()).is_some() {
            Given::Quota
        } else {
            script::upgrade(self.seed, socket, self.book.upgrades(socket))
        };
        if given.is_whole() {
            return None;
        }
        let order = self.book.next();
        let given = self.happens(seen, given, order);
        if given.is_whole() {
            return None;
        }
        self.accounts.not_opened();
        if !given.is_refusal() {
            self.accounts.refuse_socket(seen.account());
        }
        self.book.upgrade(socket, Attempt { is_upgrade: true, ..attempt(seen, order, given) });
        Some(match given {
            Given::NoSockets => Reply::text(404, "text/plain", "no sockets here"),
            given => self.failure(seen, given, order),
        })
    }

    fn turn(&self, seen: &Received) -> Reply {
        let coming = Coming::new(seen, self.book.next());
        if let Some(field) = &self.field {
            return self.field_turn(field, &coming);
        }
        let order = coming.order;
        let given = self.happens(seen, self.given(&coming), order);
        let mut attempt = coming.attempt(given);
        let is_compact = seen.route == Route::Compact;
        let has_id = given.is_whole() || given.is_break() || given == Given::QuotaLate;
        let id = coming.id();
        attempt.response = (has_id && !is_compact).then(|| id.clone());
        if let (Given::ChainUnknown, Some(previous)) = (given, &attempt.previous) {
            self.book.lose_chain(previous);
        }
        if given == Given::Unheard && self.book.has_had(coming.request, given) {
            self.accounts.agreed();
        }
        self.book.attempt(coming.request, attempt);
        match given {
            given if given.is_whole() && is_compact => compacted(seen),
            given if has_id || matches!(given, Given::QuotaEvent | Given::Overloaded) => {
                self.stream(&coming, given, &id)
            }
            given => self.failure(seen, given, order),
        }
    }

    /// The state of things first, then the script.
    fn given(&self, coming: &Coming<'_>) -> Given {
        let seen = coming.seen;
        let attempts = self.book.attempts(coming.request);
        let is_chained = coming.body["previous_response_id"].is_string();
        let drawn = script::turn(self.seed, coming.request, attempts, is_chained);
        let owed = script::owed(coming.request, &self.book.all_dealt());
        let drawn = owed.filter(|_| attempts == 0 && !is_chained).unwrap_or(drawn);
        let drawn = script::on(coming.transport, drawn);
        if seen.socket.is_none() && self.accounts.is_refused(seen.account(), seen.bearer()) {
            return Given::Refused;
        }
        if self.accounts.is_out(seen.account()).is_some() {
            return Given::Quota;
        }
        if has_foreign_reasoning(&coming.body, seen.account()) {
            return Given::ForeignReasoning;
        }
        if seen.route == Route::Compact { script::without_stream(drawn) } else { drawn }
    }

    /// What follows from what is given; what cannot be done now becomes something milder.
    fn happens(&self, seen: &Received, given: Given, order: u64) -> Given {
        let account = seen.account();
        let may_refuse = self.accounts.may_refuse(account, seen.bearer());
        let is_refused = self.accounts.is_refused(account, seen.bearer());
        let given = match given {
            given if given.is_refusal() && !may_refuse && !is_refused => Given::Whole,
            Given::SignedOut if !self.accounts.sign_out(account) => Given::Refused,
            given => given,
        };
        match given {
            Given::Quota | Given::QuotaEvent | Given::QuotaLate
                if self.accounts.is_out(account).is_none() =>
            {
                let seconds = Dice::of(&[self.seed, 3, order]).within(5, 8);
                self.accounts.run_out(account, Duration::from_secs(seconds));
            }
            Given::Refused | Given::SignedOut | Given::IssuerDown => {
                self.accounts.refuse(account, seen.bearer());
            }
            given if given.is_struggle() || given.is_break() => self.accounts.trouble(account),
            _ => {}
        }
        if given == Given::SignedOut {
            self.issuer.spend(account);
            // The task that checks it has ended when the run is over.
            self.gone.send(account.to_owned()).ok();
        }
        if given == Given::IssuerDown {
            self.accounts.trouble(account);
            self.accounts.no_token(account);
            self.issuer.next(account, Reply::text(503, "text/plain", "down"));
        }
        self.book.dealt(given);
        given
    }

    /// Answers that are no stream.
    fn failure(&self, seen: &Received, given: Given, order: u64) -> Reply {
        let mut dice = Dice::of(&[self.seed, 4, order]);
        match given {
            Given::Quota => Reply::json(429, json!({"error": self.quota(seen.account())})),
            Given::Burst => Reply::error(429, "rate_limit_exceeded", "Too many requests."),
            Given::Broken => {
                let status = [500, 502, 503][usize::try_from(dice.below(3)).unwrap_or_default()];
                Reply::error(status, "server_error", "Something went wrong.")
            }
            Given::Challenge => Reply::text(403, "text/html", "<html>Just a moment...</html>")
                .header("cf-mitigated", "challenge"),
            Given::ChainUnknown => {
                let previous = seen.previous().unwrap_or_default();
                Reply::previous_response_not_found(&previous)
            }
            Given::ForeignReasoning => {
                Reply::error(400, "invalid_encrypted_content", "The content could not be verified.")
            }
            Given::Unheard => Reply::error(422, "unheard", "No rule knows this."),
            Given::CutEarly => Reply::cut_before_head(),
            Given::Stalled => Reply::events([]).before(Step::Stall),
            _ => refused(),
        }
    }

    fn quota(&self, account: &str) -> Value {
        let seconds = self.accounts.is_out(account).unwrap_or(6);
        json!({"type": "usage_limit_reached", "code": "usage_limit_reached",
               "message": "The usage limit has been reached", "plan_type": "plus",
               "resets_in_seconds": seconds})
    }

    pub(crate) fn stream(&self, coming: &Coming<'_>, given: Given, id: &str) -> Reply {
        if given == Given::CutEarly {
            return Reply::cut_before_head();
        }
        let mut dice = Dice::of(&[self.seed, 5, coming.request, coming.order]);
        let state = format!("ts-{}-{}", coming.seen.account(), coming.order);
        let is_socket = coming.transport == Transport::Socket;
        let mut reply = Reply::events(is_socket.then(|| event::turn_state(&state)));
        reply = reply.header("x-codex-turn-state", &state).then_events([event::created(id)]);
        let count = if given == Given::Long { dice.within(200, 500) } else { dice.within(1, 12) };
        let filling = if given == Given::Long { "x".repeat(1024) } else { String::new() };
        let piece = |number: u64| event::delta(&format!("{id}#{number};{filling}"));
        match given {
            Given::QuotaEvent => {
                reply.then_events([event::failed_with(&self.quota(coming.seen.account()))])
            }
            Given::Overloaded => {
                reply.then_events([event::failed("server_is_overloaded", "Overloaded.")])
            }
            Given::CutHandshake => reply.then(Step::Cut),
            Given::CutLate => reply.then_events((0..count).map(piece)).then(Step::Cut),
            Given::EndedEarly => {
                reply.then_events((0..count).map(piece)).then(Step::Close(1011, "over"))
            }
            Given::QuotaLate => reply
                .then_events((0..count).map(piece))
                .then_events([event::failed_with(&self.quota(coming.seen.account()))]),
            Given::PausedEarly => {
                let reply = reply.pass(&after(dice.within(5_200, 6_500)));
                reply.then_events((0..count).map(piece)).then_events(ending(coming, id, count))
            }
            Given::PausedLate => {
                let reply = reply.then_events([piece(0)]).pass(&after(dice.within(500, 3_000)));
                reply.then_events((1..count).map(piece)).then_events(ending(
                    coming,
                    id,
                    count.max(1),
                ))
            }
            _ => reply.then_events((0..count).map(piece)).then_events(ending(coming, id, count)),
        }
    }
}

/// The last events of a whole answer, with the number of its pieces.
fn ending(coming: &Coming<'_>, id: &str, count: u64) -> Vec<Value> {
    let mut completed = event::completed(id);
    completed["response"]["usage"]["output_tokens"] = json!(count);
    let wants = |what: &str| coming.body["client_metadata"]["soak_wants"] == what;
    let mut events = Vec::new();
    if wants("reasoning") {
        events.push(event::item_done(&event::reasoning(&format!("{id}|secret"))));
    }
    if wants("tool") {
        events.push(event::item_done(&event::function_call(&format!("call-{id}"), "true")));
    }
    events.push(completed);
    events
}

pub(crate) fn has_foreign_reasoning(body: &Value, account: &str) -> bool {
    let items = body["input"].as_array().into_iter().flatten();
    let mut reasoning = items.filter(|item| item["type"] == "reasoning");
    let own = format!("resp-{account}-");
    reasoning.any(|item| !item["encrypted_content"].as_str().unwrap_or_default().starts_with(&own))
}

pub(crate) fn attempt(seen: &Received, order: u64, given: Given) -> Attempt {
    let claims = jwt::claims(seen.bearer()).unwrap_or_default();
    let bearer_of = claims["https://api.openai.com/auth"]["chatgpt_account_id"].as_str();
    Attempt {
        order,
        account: seen.account().to_owned(),
        bearer_of: bearer_of.unwrap_or_default().to_owned(),
        previous: None,
        turn_state: None,
        given,
        response: None,
        is_upgrade: false,
        fault: None,
    }
}

pub(crate) fn compacted(seen: &Received) -> Reply {
    let items = [event::message("kept"), event::compaction(seen.account())];
    Reply::json(200, json!({"output": items}))
}

fn refused() -> Reply {
    Reply::error(401, "token_expired", "Provided authentication token is expired.")
}
