//! What is true of each account at upstream: how long it is out, which of its
//! bearers are refused, whether its sign-in is gone.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

use crate::record::{Around, maker};

/// Rotunda learns of an end or a reset a little later than upstream decides it.
const LATER: Duration = Duration::from_secs(5);
/// Signing in is a command of its own, which takes its time on a busy machine.
const SIGNED_IN: Duration = Duration::from_secs(20);
/// Requests that are under way with the bearer before may take so long.
const NEW_BEARER: Duration = Duration::from_secs(3);
/// A profile in trouble rests at most this long; so long its trouble explains things.
const TROUBLE: Duration = Duration::from_secs(130);
/// After a refused upgrade Rotunda sends clients to HTTP for five minutes.
const NO_SOCKETS: Duration = Duration::from_secs(310);
/// And after one that failed, while no other account was ready, for twenty seconds.
const NOT_OPENED: Duration = Duration::from_secs(40);

/// An issuer that failed gets no request for a moment.
const NO_TOKEN: Duration = Duration::from_secs(20);
/// Rotunda remembers for a minute that two profiles refused a request alike.
const AGREED: Duration = Duration::from_secs(65);

/// All accounts. Each is known from the start.
#[derive(Debug, Default)]
pub(crate) struct Accounts(Mutex<All>);

#[derive(Debug, Default)]
struct All {
    accounts: BTreeMap<String, Account>,
    no_sockets: Option<Instant>,
    not_opened: Option<Instant>,
    agreed: Option<Instant>,
}

#[derive(Debug, Default)]
struct Account {
    out_until: Option<Instant>,
    trouble: Option<Instant>,
    /// The issuer gave it no new token.
    no_token: Option<Instant>,
    /// Upstream refused to open a socket for it.
    no_sockets: Option<Instant>,
    /// Signed out, and when that ended.
    signed_out: bool,
    signed_in: Option<Instant>,
    refused: HashSet<String>,
    /// When each bearer was first seen.
    bearers: HashMap<String, Instant>,
}

impl Account {
    fn is_out(&self) -> bool {
        self.out_until.is_some_and(|until| Instant::now() < until)
    }

    fn was_out(&self) -> bool {
        self.out_until.is_some_and(|until| Instant::now() < until + LATER)
    }

    fn was_signed_out(&self) -> bool {
        self.signed_out || within(self.signed_in, SIGNED_IN)
    }
}

fn within(at: Option<Instant>, time: Duration) -> bool {
    at.is_some_and(|at| at.elapsed() < time)
}

impl Accounts {
    /// These accounts, all well.
    pub(crate) fn of(names: impl IntoIterator<Item = String>) -> Self {
        let accounts = names.into_iter().map(|name| (name, Account::default())).collect();
        Self(Mutex::new(All { accounts, ..All::default() }))
    }

    /// Its quota is used up for this long.
    pub(crate) fn run_out(&self, account: &str, time: Duration) {
        self.change(account, |it| it.out_until = Some(Instant::now() + time));
    }

    /// For how many more seconds it is out, if it is.
    pub(crate) fn is_out(&self, account: &str) -> Option<u64> {
        let all = self.all();
        let account = all.accounts.get(account).filter(|it| it.is_out())?;
        let until = account.out_until?;
        Some(until.saturating_duration_since(Instant::now()).as_secs() + 1)
    }

    /// Something went wrong with it.
    pub(crate) fn trouble(&self, account: &str) {
        self.change(account, |it| it.trouble = Some(Instant::now()));
    }

    /// The issuer fails when it asks for a new token.
    pub(crate) fn no_token(&self, account: &str) {
        self.change(account, |it| it.no_token = Some(Instant::now()));
    }

    /// Notes a bearer. True when it is old enough to be refused: one that is
    /// refused as soon as it was issued means that the sign-in is gone.
    pub(crate) fn may_refuse(&self, account: &str, bearer: &str) -> bool {
        let mut all = self.all();
        let Some(account) = all.accounts.get_mut(account) else { return false };
        let seen = account.bearers.entry(bearer.to_owned()).or_insert_with(Instant::now);
        seen.elapsed() > NEW_BEARER
    }

    /// This bearer is refused from now on.
    pub(crate) fn refuse(&self, account: &str, bearer: &str) {
        self.change(account, |it| {
            it.refused.insert(bearer.to_owned());
        });
    }

    /// Whether a bearer is refused.
    pub(crate) fn is_refused(&self, account: &str, bearer: &str) -> bool {
        self.all().accounts.get(account).is_some_and(|it| it.refused.contains(bearer))
    }

    /// Its sign-in is gone. False when it was before, or when it is the last.
    pub(crate) fn sign_out(&self, account: &str) -> bool {
        let mut all = self.all();
        let others = all.accounts.iter().filter(|(name, it)| *name != account && !it.signed_out);
        if others.count() < 3 {
            return false;
        }
        let account = all.accounts.get_mut(account);
        account.is_some_and(|it| !std::mem::replace(&mut it.signed_out, true))
    }

    /// Rotunda says that its sign-in is gone. True when that is news here.
    pub(crate) fn lose(&self, account: &str) -> bool {
        let mut all = self.all();
        let Some(account) = all.accounts.get_mut(account) else { return false };
        let is_news = !account.was_signed_out();
        account.signed_out = true;
        is_news
    }

    /// It was signed in again.
    pub(crate) fn sign_in(&self, account: &str) {
        self.change(account, |it| {
            it.signed_out = false;
            it.signed_in = Some(Instant::now());
        });
    }

    /// A socket did not open, because something failed.
    pub(crate) fn not_opened(&self) {
        self.all().not_opened = Some(Instant::now());
    }

    /// Upstream refused a socket of an account; its sockets may rest for a while.
    pub(crate) fn refuse_socket(&self, account: &str) {
        self.change(account, |it| it.no_sockets = Some(Instant::now()));
    }

    /// Upstream refused a socket for good.
    pub(crate) fn no_sockets(&self) {
        self.all().no_sockets = Some(Instant::now());
    }

    /// Two accounts refused the same request alike.
    pub(crate) fn agreed(&self) {
        self.all().agreed = Some(Instant::now());
    }

    /// What explains how a request ended.
    pub(crate) fn around(&self, previous: Option<&str>, turn_state: Option<&str>) -> Around {
        let all = self.all();
        let of_maker = |is: fn(&Account) -> bool| {
            previous.and_then(|id| all.accounts.get(maker(id))).is_some_and(is)
        };
        let turn = turn_state.filter(|_| previous.is_some());
        let is_split = turn.is_some_and(|state| previous.map(maker) != Some(maker(state)));
        let mut every = all.accounts.values();
        Around {
            all_out: every.all(|it| it.was_out() || it.was_signed_out()),
            all_signed_out: all.accounts.values().all(Account::was_signed_out),
            some_trouble: all.accounts.values().any(|it| within(it.trouble, TROUBLE)),
            chain_gone: is_split || of_maker(Account::was_signed_out),
            maker_out: of_maker(Account::was_out),
            maker_without_sockets: of_maker(|it| within(it.no_sockets, NO_SOCKETS)),
            maker_without_token: of_maker(|it| within(it.no_token, NO_TOKEN)),
            no_sockets: within(all.no_sockets, NO_SOCKETS) || within(all.not_opened, NOT_OPENED),
            agreed_refusal: within(all.agreed, AGREED),
            in_flight: 0,
            took: Duration::ZERO,
        }
    }

    fn change(&self, account: &str, change: impl FnOnce(&mut Account)) {
        if let Some(account) = self.all().accounts.get_mut(account) {
            change(account);
        }
    }

    fn all(&self) -> MutexGuard<'_, All> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
