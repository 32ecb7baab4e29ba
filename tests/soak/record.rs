//! What upstream saw and what the client saw of one request, side by side.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

use crate::script::Given;

/// How a request was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Transport {
    Http,
    Socket,
}

/// A client's request.
#[derive(Debug, Clone)]
pub(crate) struct SentRequest {
    /// Counted over the whole run; upstream reads it in the body.
    pub(crate) request: u64,
    pub(crate) transport: Transport,
    /// The chain it continues.
    pub(crate) previous: Option<String>,
    /// The turn it belongs to.
    pub(crate) turn_state: Option<String>,
    /// Empty where it does not matter.
    pub(crate) model: &'static str,
    /// Each account refuses it alike.
    pub(crate) is_bad: bool,
    /// A compaction.
    pub(crate) is_compact: bool,
    /// When the client sent it.
    pub(crate) at: Instant,
}

/// One attempt as upstream saw it.
#[derive(Debug, Clone)]
pub(crate) struct Attempt {
    /// Counts up over all of them.
    pub(crate) order: u64,
    /// The account it was sent for.
    pub(crate) account: String,
    /// The account its bearer belongs to.
    pub(crate) bearer_of: String,
    pub(crate) previous: Option<String>,
    pub(crate) turn_state: Option<String>,
    pub(crate) given: Given,
    /// The id of the answer, when there was one.
    pub(crate) response: Option<String>,
    /// The opening of a socket that did not open.
    pub(crate) is_upgrade: bool,
    /// What [`Given::Fault`] was.
    pub(crate) fault: Option<FaultSeen>,
}

/// A fault of the field, as the record keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FaultSeen {
    pub(crate) name: String,
    /// Another attempt after it could run the request twice.
    pub(crate) is_ambiguous: bool,
}

/// How a request ended for the client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum End {
    /// A whole answer.
    Completed,
    /// A stream that ends with a failed event.
    Failed { code: String },
    /// An error instead of an answer: a status, or a wrapped error on a socket.
    Error { status: u16, code: String, message: String, retry_after: bool },
    /// It broke off.
    Cut,
    /// A socket was closed with the request to come back.
    ComeBack,
    /// A socket did not open.
    NotOpened { status: u16 },
    /// The client left, as its script says.
    Left,
    /// The client got nothing for so long that it gave up.
    GaveUp,
    /// There was no answer at all.
    Nothing { error: String },
}

/// What a client saw of one request.
#[derive(Debug, Clone)]
pub(crate) struct View {
    pub(crate) end: End,
    /// The ids of the answers whose output it read, in order.
    pub(crate) responses: Vec<String>,
    /// Output that does not follow on what came before.
    pub(crate) torn: Option<String>,
    /// Something that was not meant for it.
    pub(crate) leaked: Option<String>,
}

/// What was true of upstream when the request ended.
#[derive(Debug, Clone, Copy, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is one fact that explains an end")]
pub(crate) struct Around {
    /// No account could serve: each was out of quota, or signed out.
    pub(crate) all_out: bool,
    /// No account was signed in.
    pub(crate) all_signed_out: bool,
    /// Some account met trouble not long before.
    pub(crate) some_trouble: bool,
    /// The chain's maker was signed out, or upstream reported the chain as unknown.
    pub(crate) chain_gone: bool,
    /// The chain's maker was out of quota.
    pub(crate) maker_out: bool,
    /// The issuer gave the chain's maker no new token not long before.
    pub(crate) maker_without_token: bool,
    /// Upstream refused a socket of the chain's maker not long before.
    pub(crate) maker_without_sockets: bool,
    /// Upstream takes no sockets, or took none not long before.
    pub(crate) no_sockets: bool,
    /// Two profiles refused a request alike not long before.
    pub(crate) agreed_refusal: bool,
    /// Requests of clients under way.
    pub(crate) in_flight: usize,
    /// How long the request took.
    pub(crate) took: Duration,
}

/// One request from both sides.
#[derive(Debug, Clone)]
pub(crate) struct Story {
    pub(crate) sent: SentRequest,
    pub(crate) attempts: Vec<Attempt>,
    pub(crate) view: View,
    pub(crate) around: Around,
    /// Accounts that would have served it at any moment, in the field.
    pub(crate) ready: Vec<String>,
}

/// The account that made a response or a turn state: `resp-<account>-<number>`.
pub(crate) fn maker(id: &str) -> &str {
    let account = id.split_once('-').and_then(|(_, rest)| rest.rsplit_once('-'));
    account.map_or("", |(account, _)| account)
}

/// The attempts of requests that are under way.
#[derive(Debug, Default)]
pub(crate) struct Book(Mutex<Pages>);

#[derive(Debug, Default)]
struct Pages {
    order: u64,
    requests: HashMap<u64, Vec<Attempt>>,
    /// Openings of sockets, by the client's number of its socket.
    sockets: HashMap<u64, Vec<Attempt>>,
    /// Requests that are over, and when the client left early.
    over: HashMap<u64, Option<Instant>>,
    late: Vec<String>,
    dealt: BTreeMap<Given, u64>,
    lost_chains: HashSet<String>,
}

/// A client that leaves is noticed within this time, also with every core taken.
const NOTICED: Duration = Duration::from_secs(20);

impl Book {
    /// An attempt of a request.
    pub(crate) fn attempt(&self, request: u64, attempt: Attempt) {
        let mut pages = self.pages();
        if let Some(left) = pages.over.get(&request) {
            if left.is_none_or(|at| at.elapsed() > NOTICED) {
                let line = format!("request {request} was asked again after its end: {attempt:?}");
                pages.late.push(line);
            }
            return;
        }
        pages.requests.entry(request).or_default().push(attempt);
    }

    /// A socket that did not open.
    pub(crate) fn upgrade(&self, socket: u64, attempt: Attempt) {
        self.pages().sockets.entry(socket).or_default().push(attempt);
    }

    /// The number of the next attempt of all.
    pub(crate) fn next(&self) -> u64 {
        let mut pages = self.pages();
        pages.order += 1;
        pages.order
    }

    /// Something was given.
    pub(crate) fn dealt(&self, given: Given) {
        *self.pages().dealt.entry(given).or_default() += 1;
    }

    /// How often each was given.
    pub(crate) fn all_dealt(&self) -> BTreeMap<Given, u64> {
        self.pages().dealt.clone()
    }

    /// Upstream reported a chain as unknown.
    pub(crate) fn lose_chain(&self, id: &str) {
        self.pages().lost_chains.insert(id.to_owned());
    }

    /// Whether it was.
    pub(crate) fn is_lost(&self, id: &str) -> bool {
        self.pages().lost_chains.contains(id)
    }

    /// How many attempts a request has had.
    pub(crate) fn attempts(&self, request: u64) -> u64 {
        self.pages().requests.get(&request).map_or(0, Vec::len) as u64
    }

    /// Whether an attempt of a request was given this.
    pub(crate) fn has_had(&self, request: u64, given: Given) -> bool {
        let pages = self.pages();
        let attempts = pages.requests.get(&request).into_iter().flatten();
        attempts.into_iter().any(|attempt| attempt.given == given)
    }

    /// How many openings a socket has had that failed.
    pub(crate) fn upgrades(&self, socket: u64) -> u64 {
        self.pages().sockets.get(&socket).map_or(0, Vec::len) as u64
    }

    /// Whether upstream will never answer the request.
    pub(crate) fn is_stalled(&self, request: u64) -> bool {
        let pages = self.pages();
        let last = pages.requests.get(&request).and_then(|attempts| attempts.last());
        last.is_some_and(|attempt| attempt.given == Given::Stalled)
    }

    /// Everything a request and its socket have had; nothing may follow.
    pub(crate) fn close(&self, request: u64, socket: Option<u64>, left: bool) -> Vec<Attempt> {
        let mut pages = self.pages();
        let mut attempts = pages.requests.remove(&request).unwrap_or_default();
        attempts
            .extend(socket.and_then(|socket| pages.sockets.remove(&socket)).unwrap_or_default());
        attempts.sort_by_key(|attempt| attempt.order);
        pages.over.insert(request, left.then(Instant::now));
        attempts
    }

    /// Attempts that came when their request was over.
    pub(crate) fn late(&self) -> Vec<String> {
        self.pages().late.clone()
    }

    fn pages(&self) -> MutexGuard<'_, Pages> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attempt() -> Attempt {
        Attempt {
            order: 1,
            account: "account-a".to_owned(),
            bearer_of: "account-a".to_owned(),
            previous: None,
            turn_state: None,
            given: Given::Whole,
            response: None,
            is_upgrade: false,
            fault: None,
        }
    }

    #[test]
    fn an_id_contains_its_account() {
        assert_eq!(maker("resp-account-a-17"), "account-a");
        assert_eq!(maker("ts-account-b-2"), "account-b");
        assert_eq!(maker("else"), "");
    }

    #[test]
    fn a_retry_after_the_end_is_seen() {
        let book = Book::default();
        book.attempt(1, attempt());
        assert_eq!(book.close(1, None, false).len(), 1);
        assert!(book.late().is_empty());
        book.attempt(1, attempt());
        assert_eq!(book.late().len(), 1);
    }

    #[test]
    fn a_client_that_leaves_is_noticed_after_a_moment() {
        let book = Book::default();
        book.close(1, None, true);
        book.attempt(1, attempt());
        assert!(book.late().is_empty());
        let long_ago = Instant::now().checked_sub(NOTICED * 2);
        book.pages().over.insert(1, long_ago);
        book.attempt(1, attempt());
        assert_eq!(book.late().len(), 1);
    }
}
