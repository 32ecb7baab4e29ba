//! Keys that are lent to one program, for as long as it runs.

use rotunda_core::{ProfileId, Secret};
use subtle::ConstantTimeEq;

use crate::connections::{Peer, SameUser};

/// All keys that are lent now.
#[derive(Default)]
pub(crate) struct Loans {
    to_codex: Vec<Loan>,
    to_clients: Vec<ClientLoan>,
    count: u64,
}

/// A key for one Codex and for as long as it runs.
struct Loan {
    number: u64,
    key: Secret<String>,
    same_user: Option<SameUser>,
    /// Who is preferred for its new conversations.
    preferred: Option<ProfileId>,
}

/// A further key of another program, for as long as one process of it runs.
struct ClientLoan {
    number: u64,
    key: Secret<String>,
    same_user: Option<SameUser>,
    /// Which program.
    client: String,
}

impl Loans {
    /// Adds a key, and gives the number by which it is ended.
    pub(crate) fn lend(
        &mut self,
        key: Secret<String>,
        same_user: Option<SameUser>,
        preferred: Option<ProfileId>,
    ) -> u64 {
        self.count += 1;
        self.to_codex.push(Loan { number: self.count, key, same_user, preferred });
        self.count
    }

    /// The same for a further key of another program, which is named by its id.
    pub(crate) fn lend_to_client(
        &mut self,
        key: Secret<String>,
        same_user: Option<SameUser>,
        client: String,
    ) -> u64 {
        self.count += 1;
        self.to_clients.push(ClientLoan { number: self.count, key, same_user, client });
        self.count
    }

    pub(crate) fn end(&mut self, number: u64) {
        self.to_codex.retain(|loan| loan.number != number);
        self.to_clients.retain(|loan| loan.number != number);
    }

    /// The keys that are those of a Codex.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &Secret<String>> {
        self.to_codex.iter().map(|loan| &loan.key)
    }

    pub(crate) fn admits(&self, offered: &str, peer: &Peer) -> bool {
        let is_allowed = |loan: &Loan| is_allowed(loan.number, loan.same_user.as_ref(), peer);
        self.to_codex.iter().any(|loan| matches(offered, &loan.key) && is_allowed(loan))
    }

    /// Who is preferred by the program with this key.
    pub(crate) fn preferred_with(&self, key: &str) -> Option<ProfileId> {
        self.to_codex.iter().find(|loan| matches(key, &loan.key))?.preferred
    }

    /// The id of the other program with this key.
    pub(crate) fn client_with(&self, key: &str, peer: &Peer) -> Option<&str> {
        let found = self.to_clients.iter().find(|loan| {
            matches(key, &loan.key) && is_allowed(loan.number, loan.same_user.as_ref(), peer)
        });
        found.map(|loan| &*loan.client)
    }
}

fn is_allowed(number: u64, same_user: Option<&SameUser>, peer: &Peer) -> bool {
    same_user.is_none_or(|same_user| peer.is_same_user(number, same_user))
}

/// Compares in constant time; an empty key matches nothing.
pub(crate) fn matches(offered: &str, key: &Secret<String>) -> bool {
    let key = key.expose().as_bytes();
    !key.is_empty() && bool::from(offered.as_bytes().ct_eq(key))
}
