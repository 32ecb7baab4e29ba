//! The sign-in service: refresh tokens that work once, and a desk where people
//! sign in.

mod desk;

use std::{
    collections::{HashMap, HashSet, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use serde_json::{Value, json};

use self::desk::Desk;
use crate::{Gate, Received, Reply, jwt};

/// Issues and refreshes tokens. Clones are the same issuer.
#[derive(Debug, Clone, Default)]
pub struct FakeIssuer(Arc<Mutex<Books>>);

#[derive(Debug, Default)]
struct Books {
    /// The one live refresh token of each account.
    live: HashMap<String, Grant>,
    spent: HashSet<String>,
    /// How often each account signed in: no two of its tokens are alike.
    sign_ins: HashMap<String, u64>,
    scripted: HashMap<String, VecDeque<Reply>>,
    requests: Vec<Value>,
    /// What answers stop at, once given.
    gate: Option<Gate>,
    desk: Desk,
}

#[derive(Debug, Clone)]
struct Grant {
    account: String,
    generation: u64,
    expires: u64,
    /// The address that the tokens name; none means that of the account.
    email: Option<String>,
}

/// One sign-in is not refreshed more often.
const GENERATIONS: u64 = 1_000_000;

/// A signed-in pair of tokens.
#[derive(Debug, Clone)]
pub struct Tokens {
    /// Bearer.
    pub access: String,
    /// Works once.
    pub refresh: String,
}

impl FakeIssuer {
    /// Signs `account` in: the access token ends at `expires`, and so will those that follow.
    pub fn sign_in(&self, account: &str, expires: u64) -> Tokens {
        let mut books = self.lock();
        let sign_ins = books.sign_ins.entry(account.to_owned()).or_default();
        let generation = *sign_ins * GENERATIONS;
        *sign_ins += 1;
        books.issue(&Grant { account: account.to_owned(), generation, expires, email: None })
    }

    /// From now on refreshed access tokens of `account` end at `expires`.
    pub fn set_expiry(&self, account: &str, expires: u64) {
        let mut books = self.lock();
        for grant in books.live.values_mut().filter(|grant| grant.account == account) {
            grant.expires = expires;
        }
    }

    /// The next refresh by a token of `account` gets this answer, and spends nothing.
    pub fn next(&self, account: &str, reply: Reply) {
        self.lock().scripted.entry(account.to_owned()).or_default().push_back(reply);
    }

    /// From now on the issuer decides at once and its answers stop at a gate.
    pub fn hold_answers(&self, gate: &Gate) {
        self.lock().gate = Some(gate.clone());
    }

    /// How often a token of `account` was offered.
    pub fn offers(&self, account: &str) -> usize {
        let offers = |body: &&Value| account_of(body["refresh_token"].as_str()) == account;
        self.lock().requests.iter().filter(offers).count()
    }

    /// A refusal as the issuer words it, for instance `refresh_token_expired`.
    pub fn refusal(code: &str) -> Reply {
        Reply::json(401, json!({"error": {"code": code, "message": "Please sign in again."}}))
    }

    /// Spends the live refresh token of `account`, as another holder would.
    pub fn spend(&self, account: &str) {
        let mut books = self.lock();
        let mine =
            |(token, grant): (&String, &Grant)| (grant.account == account).then(|| token.clone());
        let tokens: Vec<String> = books.live.iter().filter_map(mine).collect();
        for token in tokens {
            books.live.remove(&token);
            books.spent.insert(token);
        }
    }

    /// The refresh token of `account` that is taken next, the latest one given out.
    pub fn live(&self, account: &str) -> Option<String> {
        let books = self.lock();
        let mine = books.live.iter().filter(|(_, grant)| grant.account == account);
        mine.max_by_key(|(_, grant)| grant.generation).map(|(token, _)| token.clone())
    }

    /// Every refresh request so far.
    pub fn requests(&self) -> Vec<Value> {
        self.lock().requests.clone()
    }

    /// The answer to one request for tokens.
    pub(crate) fn answer(&self, seen: &Received) -> Reply {
        let mut books = self.lock();
        if seen.header("content-type").starts_with("application/x-www-form-urlencoded") {
            return Self::exchange(&mut books, &seen.body, seen.header("host"));
        }
        let body = &seen.json();
        books.requests.push(body.clone());
        let token = body["refresh_token"].as_str().unwrap_or_default();
        let scripted = books.scripted.get_mut(account_of(Some(token)));
        if let Some(reply) = scripted.and_then(VecDeque::pop_front) {
            return reply;
        }
        let gate = books.gate.clone();
        let reply = match books.live.remove(token) {
            Some(mut grant) => {
                books.spent.insert(token.to_owned());
                grant.generation += 1;
                let tokens = books.issue(&grant);
                let identity = jwt::identity_of(&grant.account, &grant.address());
                Reply::json(
                    200,
                    json!({"id_token": identity, "access_token": tokens.access,
                                        "refresh_token": tokens.refresh}),
                )
            }
            None if books.spent.contains(token) => Self::refusal("refresh_token_reused"),
            None => Self::refusal("refresh_token_invalidated"),
        };
        gate.into_iter().fold(reply, |reply, gate| reply.head_after(&gate))
    }

    fn lock(&self) -> MutexGuard<'_, Books> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A refresh token contains its account: `rt-<account>-<generation>`.
fn account_of(token: Option<&str>) -> &str {
    let token = token.and_then(|token| token.strip_prefix("rt-"));
    token.and_then(|token| token.rsplit_once('-')).map_or("", |(account, _)| account)
}

impl Grant {
    fn address(&self) -> String {
        self.email.clone().unwrap_or_else(|| jwt::email(&self.account))
    }
}

impl Books {
    fn issue(&mut self, grant: &Grant) -> Tokens {
        let Grant { account, generation, expires, .. } = grant;
        let refresh = format!("rt-{account}-{generation}");
        self.live.insert(refresh.clone(), grant.clone());
        let access = jwt::access_of(account, &grant.address(), *generation, *expires);
        Tokens { access, refresh }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_sign_in_has_its_token_and_the_latest_is_live() {
        let issuer = FakeIssuer::default();
        let first = issuer.sign_in("account-a", jwt::FAR);
        let second = issuer.sign_in("account-a", jwt::FAR);
        assert_ne!(first.refresh, second.refresh);
        assert_eq!(issuer.live("account-a"), Some(second.refresh));
        issuer.spend("account-a");
        assert_eq!(issuer.live("account-a"), None);
    }
}
