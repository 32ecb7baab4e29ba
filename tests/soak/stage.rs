//! What all sessions share: where to ask, the numbers, the tally.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
};

use url::Url;

use crate::{
    check, field,
    record::{Around, End, SentRequest, Story, View},
    upstream::Backend,
};

/// A line of each kind is kept this often: more say no more.
const KEPT: usize = 8;

/// Shared by all sessions.
#[derive(Debug)]
pub(crate) struct Stage {
    pub(crate) backend: Arc<Backend>,
    pub(crate) http: reqwest::Client,
    /// The base URL for Codex, key and all.
    pub(crate) url: Url,
    requests: AtomicU64,
    sockets: AtomicU64,
    in_flight: AtomicUsize,
    tally: Mutex<Tally>,
}

/// What came of it all.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tally {
    /// Turns that sessions began, and those that came to a whole answer.
    pub(crate) turns: u64,
    pub(crate) completed: u64,
    /// How often requests ended in each way.
    pub(crate) ends: BTreeMap<String, u64>,
    /// Requests that ended, and those for which some account was ready all the time.
    pub(crate) judged: u64,
    pub(crate) with_ready: u64,
    /// How often exempt requests ended in each way.
    pub(crate) exempt: BTreeMap<String, u64>,
    /// Violations by invariant: how many, and the first of them.
    pub(crate) violations: BTreeMap<&'static str, (u64, Vec<String>)>,
}

impl Stage {
    pub(crate) fn new(backend: Arc<Backend>, url: Url) -> Self {
        Self {
            backend,
            http: rotunda_tests::client::http(),
            url,
            requests: AtomicU64::new(1),
            sockets: AtomicU64::new(1),
            in_flight: AtomicUsize::new(0),
            tally: Mutex::default(),
        }
    }

    /// A path below the base.
    pub(crate) fn path(&self, path: &str) -> Url {
        let mut url = self.url.clone();
        url.set_path(&format!("{}/{path}", self.url.path().trim_end_matches('/')));
        url
    }

    /// The number of the next request.
    pub(crate) fn request(&self) -> u64 {
        self.requests.fetch_add(1, Ordering::SeqCst)
    }

    /// The number of the next socket.
    pub(crate) fn socket(&self) -> u64 {
        self.sockets.fetch_add(1, Ordering::SeqCst)
    }

    /// A request begins.
    pub(crate) fn begin(&self) {
        self.in_flight.fetch_add(1, Ordering::SeqCst);
    }

    /// A request is over: its story is checked against every invariant.
    pub(crate) fn finish(&self, sent: SentRequest, socket: Option<u64>, view: View) {
        let backend = &self.backend;
        let left = matches!(view.end, End::Left | End::GaveUp);
        let attempts = backend.book.close(sent.request, socket, left);
        let mut around =
            backend.accounts.around(sent.previous.as_deref(), sent.turn_state.as_deref());
        around.chain_gone |= sent.previous.as_deref().is_some_and(|id| backend.book.is_lost(id));
        let in_flight = self.in_flight.fetch_sub(1, Ordering::SeqCst);
        let around = Around { in_flight, took: sent.at.elapsed(), ..around };
        let ready = backend.ready_for(&sent);
        let story = Story { sent, attempts, view, around, ready };
        self.check_invariants(&story);
    }

    /// A turn began, or came to a whole answer.
    pub(crate) fn turn(&self, completed: bool) {
        let mut tally = self.tally();
        if completed {
            tally.completed += 1;
        } else {
            tally.turns += 1;
        }
    }

    /// A violation that is not in the story of one request.
    pub(crate) fn wrong(&self, invariant: &'static str, what: String) {
        let mut tally = self.tally();
        let (count, kept) = tally.violations.entry(invariant).or_default();
        *count += 1;
        if kept.len() < KEPT {
            kept.push(what);
        }
    }

    /// The tally so far.
    pub(crate) fn tally_so_far(&self) -> Tally {
        self.tally().clone()
    }

    /// Whether upstream fails as it does in the field.
    pub(crate) fn is_field(&self) -> bool {
        self.backend.field.is_some()
    }

    /// The invariants of this run.
    pub(crate) fn checks(&self) -> impl Iterator<Item = &'static (&'static str, check::Check)> {
        let last = if self.is_field() { field::CHECKS } else { check::OF_SCRIPT };
        check::ALL.iter().chain(last)
    }

    fn check_invariants(&self, story: &Story) {
        for (name, check) in self.checks() {
            if let Some(complaint) = check(story) {
                self.wrong(name, format!("request {}: {complaint}", story.sent.request));
            }
        }
        let mut tally = self.tally();
        if !story.sent.is_bad {
            *tally.ends.entry(word(&story.view.end)).or_default() += 1;
        }
        if let Some(exempt) = field::exempted(story).filter(|_| self.is_field()) {
            *tally.exempt.entry(exempt).or_default() += 1;
        }
        tally.with_ready += u64::from(!story.ready.is_empty());
        tally.judged += 1;
    }

    fn tally(&self) -> MutexGuard<'_, Tally> {
        self.tally.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn word(end: &End) -> String {
    match end {
        End::Completed => "completed".to_owned(),
        End::Failed { code } => format!("failed event {code}"),
        End::Error { status, code, .. } => format!("{status} {code}"),
        End::Cut => "broke off".to_owned(),
        End::ComeBack => "socket closed to come back".to_owned(),
        End::NotOpened { status } => format!("socket not opened, {status}"),
        End::Left => "the client left".to_owned(),
        End::GaveUp => "the client gave up".to_owned(),
        End::Nothing { .. } => "no answer".to_owned(),
    }
}
