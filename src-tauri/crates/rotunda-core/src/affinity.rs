//! Which profile holds a conversation's context.
//!
//! A request names the work that it continues in several ways; the [`Ledger`]
//! remembers which profile each of them belongs to; see `docs/life-of-a-request.md`.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
    num::NonZeroUsize,
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use http::HeaderMap;
use lru::LruCache;
use serde::Deserialize;
use serde_json::{Value, value::RawValue};

use crate::{
    headers::{TURN_METADATA, TURN_STATE},
    profile::{PaymentTerms, ProfileId, is_permitted},
    project::{Project, project_of},
    whereabouts::Whereabouts,
};

/// What routing reads of a request, from its headers and its decoded body.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Continuation {
    /// Model slug, for the record.
    pub model: Option<String>,
    /// `previous_response_id`: upstream holds the conversation so far.
    pub previous_response: Option<String>,
    /// `x-codex-turn-state`: sticky within a turn, bound to one account.
    pub turn_state: Option<String>,
    /// Root thread of the conversation, shared by its sub-agents.
    pub session: Option<String>,
    /// What it is work on, for the record.
    pub project: Option<Project>,
    /// The conversation is being compacted by a request of its own.
    pub compact: bool,
    /// It returns tool results.
    pub tool_output: bool,
    /// Who is preferred for a new conversation: the user named it for one program.
    /// It stands in no request; the router sets it.
    pub preferred: Option<ProfileId>,
    /// The profiles that may serve it, when the user named them; none: each of them may.
    /// It stands in no request; the router sets it.
    pub allowed: Option<Arc<[ProfileId]>>,
    /// Where it works, for the rules per project; none: it was not read, as there is none.
    pub whereabouts: Option<Arc<Whereabouts>>,
}

impl Continuation {
    /// Whether the user lets a profile serve it.
    pub fn permits(&self, id: ProfileId) -> bool {
        is_permitted(self.allowed.as_deref(), id)
    }

    /// What a profile's payment for it depends on.
    pub fn payment_terms(&self) -> PaymentTerms<'_> {
        PaymentTerms { model: self.model.as_deref(), allowed: self.allowed.as_deref() }
    }
}

#[derive(Deserialize)]
struct Body<'a> {
    model: Option<Value>,
    previous_response_id: Option<Value>,
    prompt_cache_key: Option<Value>,
    session_id: Option<Value>,
    #[serde(borrow)]
    client_metadata: Option<&'a RawValue>,
    #[serde(borrow)]
    input: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Item<'a> {
    #[serde(borrow, rename = "type")]
    kind: Option<Cow<'a, str>>,
}

/// Reads what earlier work a request continues. A body that is not JSON says
/// nothing; upstream will refuse it in its own words.
pub fn continuation_of(headers: &HeaderMap, body: &[u8], compact: bool) -> Continuation {
    let body: Option<Body<'_>> = serde_json::from_slice(body).ok();
    let body = body.as_ref();
    let metadata: Value = body
        .and_then(|body| serde_json::from_str(body.client_metadata?.get()).ok())
        .unwrap_or_default();
    let turn_metadata: Value = header(headers, TURN_METADATA)
        .and_then(|text| serde_json::from_str(text).ok())
        .unwrap_or_default();
    let session = ["session-id", "session_id", "x-session-id"]
        .iter()
        .find_map(|name| header(headers, name).map(str::to_owned))
        .or_else(|| string(metadata.get("session_id")))
        .or_else(|| string(body?.session_id.as_ref()))
        .or_else(|| string(turn_metadata.get("session_id")))
        .or_else(|| string(body?.prompt_cache_key.as_ref()));
    let turn_state = header(headers, TURN_STATE).map(str::to_owned);
    Continuation {
        model: body.and_then(|body| string(body.model.as_ref())),
        previous_response: body.and_then(|body| string(body.previous_response_id.as_ref())),
        turn_state: turn_state.or_else(|| string(metadata.get(TURN_STATE))),
        session,
        // The handshake of a socket is older than its frames.
        project: project_in(&metadata).or_else(|| project_of(&turn_metadata)),
        compact,
        tool_output: body.and_then(|body| body.input).is_some_and(has_tool_output),
        preferred: None,
        allowed: None,
        whereabouts: None,
    }
}

/// Over a socket the metadata of a turn comes with its frame, as a text.
fn project_in(metadata: &Value) -> Option<Project> {
    let text = metadata.get(TURN_METADATA)?.as_str()?;
    project_of(&serde_json::from_str(text).ok()?)
}

fn has_tool_output(input: &RawValue) -> bool {
    let items: Vec<Item<'_>> = serde_json::from_str(input.get()).unwrap_or_default();
    items.iter().any(|item| item.kind.as_ref().is_some_and(|kind| kind.ends_with("_call_output")))
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok().filter(|text| !text.is_empty())
}

fn string(value: Option<&Value>) -> Option<String> {
    value?.as_str().filter(|text| !text.is_empty()).map(str::to_owned)
}

/// How strongly a request is tied to a profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Affinity {
    /// A new conversation.
    Free,
    /// Better there, where the prompt cache is; fine elsewhere.
    Prefer(ProfileId),
    /// Within a turn: there if it can serve at all; it carries its whole
    /// history, so it may move when that profile is out.
    Sticky(ProfileId),
    /// Upstream holds state that only this profile can read.
    Pinned(ProfileId),
    /// Chained to something unknown here: one profile may be tried,
    /// preferably this one, and never a second.
    Unowned(Option<ProfileId>),
    /// Chained to something known to be gone.
    Lost,
}

impl Affinity {
    /// Only one profile may be tried.
    pub const fn is_hard(self) -> bool {
        matches!(self, Self::Pinned(_) | Self::Unowned(_) | Self::Lost)
    }

    /// The one profile that may be tried, when it is known.
    pub const fn only(self) -> Option<ProfileId> {
        if self.is_hard() { self.profile() } else { None }
    }

    /// The profile it speaks of.
    pub const fn profile(self) -> Option<ProfileId> {
        match self {
            Self::Prefer(id) | Self::Sticky(id) | Self::Pinned(id) => Some(id),
            Self::Unowned(id) => id,
            Self::Free | Self::Lost => None,
        }
    }
}

/// Decides how a request is tied, from what the ledger remembers.
pub fn affinity_of(continuation: &Continuation, ledger: &mut Ledger, now: SystemTime) -> Affinity {
    let mut owner = |kind, text: &Option<String>| {
        let key = Key::new(kind, text.as_deref()?)?;
        ledger.owner(&key, now)
    };
    let of_turn = owner(KeyKind::TurnState, &continuation.turn_state);
    let of_session = owner(KeyKind::Session, &continuation.session);
    let lineage =
        continuation.compact.then(|| owner(KeyKind::Compact, &continuation.session)).flatten();
    let holder = |owner: Option<Owner>| match owner {
        Some(Owner::Holds(id)) => Some(id),
        Some(Owner::Dead) | None => None,
    };
    if continuation.previous_response.is_none() {
        let preferred = holder(lineage).or(holder(of_session)).map(Affinity::Prefer);
        return holder(of_turn).map(Affinity::Sticky).or(preferred).unwrap_or(Affinity::Free);
    }
    match (owner(KeyKind::Response, &continuation.previous_response), holder(of_turn)) {
        (Some(Owner::Dead), _) => Affinity::Lost,
        (Some(Owner::Holds(id)), Some(other)) if id != other => Affinity::Lost,
        (Some(Owner::Holds(id)), _) => Affinity::Pinned(id),
        (None, of_turn) => Affinity::Unowned(of_turn.or(holder(lineage)).or(holder(of_session))),
    }
}

/// What a key names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum KeyKind {
    /// A response id.
    Response,
    /// A turn state.
    TurnState,
    /// A session, softly bound.
    Session,
    /// The profile that last compacted a session.
    Compact,
}

/// One name of earlier work.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    /// What it names.
    pub kind: KeyKind,
    /// The name as it stands on the wire.
    pub text: Box<str>,
}

/// Longer names are not remembered: real ones are far shorter.
const LONGEST_KEY: usize = 4096;

impl Key {
    /// A key, unless the text is empty or too long to be one.
    pub fn new(kind: KeyKind, text: &str) -> Option<Self> {
        (1..=LONGEST_KEY).contains(&text.len()).then(|| Self { kind, text: text.into() })
    }
}

/// How far a chain is to be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Life {
    /// Upstream answered on it.
    Verified,
    /// Upstream once answered that it did not know it.
    Suspect,
    /// Gone; remembered for a while so that no request tries it again.
    Dead,
}

/// One remembered binding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chain {
    /// Holder of the state.
    pub profile: ProfileId,
    /// How far it is to be trusted.
    pub life: Life,
    /// Held it before, when it moved.
    pub former: Option<ProfileId>,
    /// Last use.
    pub touched: SystemTime,
}

/// What the ledger says of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    /// That profile holds it.
    Holds(ProfileId),
    /// It is gone.
    Dead,
}

/// Bindings kept; the least recently used goes first.
pub const MOST_CHAINS: usize = 100_000;
/// How long a dead chain is remembered.
const TOMBSTONE: Duration = Duration::from_secs(15 * 60);
/// A use is written down again after this long, to keep writes few.
const TOUCH: Duration = Duration::from_secs(60);

/// A binding, and what the store has of it.
#[derive(Debug, Clone, Copy)]
struct Held {
    chain: Chain,
    /// The store has a binding of this name, perhaps an older one.
    is_stored: bool,
}

/// Bounded memory of who holds what. Changes are collected for the store.
#[derive(Debug)]
pub struct Ledger {
    chains: LruCache<Key, Held>,
    /// What the store does not have yet. A binding that went is here only while the store
    /// has it, so there are at most as many as the store has rows.
    changes: BTreeMap<Key, Option<Chain>>,
    /// Names of the changes that were taken last which the store did not have before.
    first_taken: BTreeSet<Key>,
}

impl Default for Ledger {
    fn default() -> Self {
        Self::with_capacity(NonZeroUsize::new(MOST_CHAINS).unwrap_or(NonZeroUsize::MIN))
    }
}

impl Ledger {
    /// A ledger of at most that many bindings.
    pub fn with_capacity(most: NonZeroUsize) -> Self {
        // Room is taken as it is needed: most people never come near the bound.
        let mut chains = LruCache::unbounded();
        chains.resize(most);
        Self { chains, changes: BTreeMap::new(), first_taken: BTreeSet::new() }
    }

    /// Who holds `key`; a tombstone speaks for a quarter of an hour, and that of a turn
    /// state for as long as it is remembered: it must not reach another account.
    pub fn owner(&mut self, key: &Key, now: SystemTime) -> Option<Owner> {
        let chain = self.chains.get(key)?.chain;
        if chain.life != Life::Dead {
            return Some(Owner::Holds(chain.profile));
        }
        if key.kind == KeyKind::TurnState || within(chain.touched, now, TOMBSTONE) {
            return Some(Owner::Dead);
        }
        self.forget(key);
        None
    }

    /// `profile` answered on `key`.
    pub fn bind(&mut self, key: Key, profile: ProfileId, now: SystemTime) {
        let old = self.chain(&key);
        let former =
            old.and_then(|old| if old.profile == profile { old.former } else { Some(old.profile) });
        self.put(key, Chain { profile, life: Life::Verified, former, touched: now });
    }

    /// Upstream did not know `key`: once makes it suspect, twice dead.
    pub fn doubt(&mut self, key: Key, profile: ProfileId, now: SystemTime) {
        let life = match self.life(&key) {
            Some(Life::Verified) => Life::Suspect,
            Some(Life::Suspect | Life::Dead) | None => Life::Dead,
        };
        self.put(key, Chain { profile, life, former: None, touched: now });
    }

    /// `key` is gone for good.
    pub fn mark_gone(&mut self, key: Key, profile: ProfileId, now: SystemTime) {
        self.put(key, Chain { profile, life: Life::Dead, former: None, touched: now });
    }

    /// Who holds `key` now, and who held it before.
    pub fn holders(&self, key: &Key) -> [Option<ProfileId>; 2] {
        let chain = self.chain(key);
        [chain.map(|chain| chain.profile), chain.and_then(|chain| chain.former)]
    }

    /// How far `key` is trusted, for the record and for tests.
    pub fn life(&self, key: &Key) -> Option<Life> {
        self.chain(key).map(|chain| chain.life)
    }

    fn chain(&self, key: &Key) -> Option<Chain> {
        self.chains.peek(key).map(|held| held.chain)
    }

    /// Forgets which sessions preferred which profile: the user chose anew.
    pub fn forget_sessions(&mut self) {
        self.forget_where(|key, _| key.kind == KeyKind::Session);
    }

    /// Forgets everything that a removed profile held. Its turn states are dead: they belong
    /// to its account, and go to no other.
    pub fn forget_profile(&mut self, profile: ProfileId) {
        let of_profile = self.chains.iter_mut().filter(|(_, held)| held.chain.profile == profile);
        for (key, held) in of_profile.filter(|(key, _)| key.kind == KeyKind::TurnState) {
            held.chain.life = Life::Dead;
            self.changes.insert(key.clone(), Some(held.chain));
        }
        self.forget_where(|key, chain| chain.profile == profile && key.kind != KeyKind::TurnState);
    }

    fn forget_where(&mut self, is_gone: impl Fn(&Key, &Chain) -> bool) {
        let keys = self.chains.iter().filter(|(key, held)| is_gone(key, &held.chain));
        let keys: Vec<_> = keys.map(|(key, _)| key.clone()).collect();
        for key in keys {
            self.forget(&key);
        }
    }

    fn forget(&mut self, key: &Key) {
        if let Some((key, held)) = self.chains.pop_entry(key) {
            self.went(key, held);
        }
    }

    /// A binding is not remembered any more, so the store need not have it either.
    fn went(&mut self, key: Key, held: Held) {
        if held.is_stored {
            self.changes.insert(key, None);
        } else {
            self.changes.remove(&key);
        }
    }

    fn put(&mut self, key: Key, chain: Chain) {
        let old = self.chains.peek(&key).copied();
        let same = |old: Chain| old.profile == chain.profile && old.life == chain.life;
        let fresh = |old: Chain| within(old.touched, chain.touched, TOUCH);
        if old.is_some_and(|old| same(old.chain) && fresh(old.chain)) {
            self.chains.promote(&key);
            return;
        }
        // One that went is a change only as long as the store has it.
        let is_stored = old.map_or_else(|| self.changes.contains_key(&key), |old| old.is_stored);
        self.hold(key.clone(), Held { chain, is_stored });
        self.changes.insert(key, Some(chain));
    }

    /// Remembers a binding, in the place of the one that was not used for longest.
    fn hold(&mut self, key: Key, held: Held) {
        let is_known = self.chains.contains(&key);
        // The one that it replaces has the same name; only another one goes.
        if let Some((out, held)) = self.chains.push(key, held).filter(|_| !is_known) {
            self.went(out, held);
        }
    }

    /// The clock was set back by this much.
    pub fn move_back(&mut self, by: Duration) {
        for (_, Held { chain, .. }) in &mut self.chains {
            chain.touched = chain.touched.checked_sub(by).unwrap_or(UNIX_EPOCH).max(UNIX_EPOCH);
        }
    }

    /// What changed since the last call: each key once. It counts as saved from now on,
    /// unless [`Self::not_saved`] says otherwise before the next call.
    pub fn take_changes(&mut self) -> BTreeMap<Key, Option<Chain>> {
        self.first_taken.clear();
        for key in self.changes.keys() {
            let Some(held) = self.chains.peek_mut(key) else { continue };
            if !std::mem::replace(&mut held.is_stored, true) {
                self.first_taken.insert(key.clone());
            }
        }
        std::mem::take(&mut self.changes)
    }

    /// A change that was taken last is not in the store: the next call has it again, as it is
    /// then.
    pub fn not_saved(&mut self, key: Key) {
        let is_stored = !self.first_taken.remove(&key);
        match self.chains.peek_mut(&key) {
            Some(held) => {
                held.is_stored = is_stored;
                self.changes.insert(key, Some(held.chain));
            }
            None if is_stored => drop(self.changes.insert(key, None)),
            None => drop(self.changes.remove(&key)),
        }
    }

    /// Puts back what was kept, least recently used first. What finds no place goes from the
    /// store, too.
    pub fn restore(&mut self, chains: impl IntoIterator<Item = (Key, Chain)>) {
        for (key, chain) in chains {
            self.hold(key, Held { chain, is_stored: true });
        }
    }

    /// The store has a binding that must not be used.
    pub(crate) fn refuse_stored(&mut self, key: Key) {
        self.changes.insert(key, None);
    }

    /// Number of bindings.
    pub fn len(&self) -> usize {
        self.chains.len()
    }

    /// Whether nothing is remembered.
    pub fn is_empty(&self) -> bool {
        self.chains.is_empty()
    }
}

/// Whether `then` is at most that long ago. A time in the future says nothing:
/// the clock was wrong then, or is now.
fn within(then: SystemTime, now: SystemTime, span: Duration) -> bool {
    now.duration_since(then).is_ok_and(|age| age < span)
}

#[cfg(test)]
#[path = "affinity_tests.rs"]
mod tests;
