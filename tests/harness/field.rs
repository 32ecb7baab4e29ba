//! Faults as they happen in the field.
//!
//! Time is cut into slots. In each slot an account serves a lane or has one
//! fault there, drawn from a seed. Some accounts are kept healthy for a period, so
//! that a turn always has a profile that would serve it. [`Field::ready`] names
//! the accounts that would have served a turn from its start to its end, also by
//! what a router may know of them: that is all a checker needs.

mod bodies;
mod shapes;
mod style;

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use serde_json::Value;
use tokio::time::{self, Instant};

use self::shapes::{Cooldown, Draw};
pub use self::shapes::{Fault, Shape};
use crate::{Dice, Gate, Reply, Step};

/// How a request reaches an account: each way has its faults.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Lane {
    /// A turn over HTTP.
    Http,
    /// A compaction.
    Compact,
    /// The opening of a socket.
    Upgrade,
    /// A turn on an open socket.
    Frame,
}

/// One request to an account.
#[derive(Debug, Clone, Copy)]
pub struct Ask<'a> {
    /// The account.
    pub account: &'a str,
    /// The way of the request.
    pub lane: Lane,
    /// The model; empty where none is named.
    pub model: &'a str,
    /// The first events of its answer, with output, for faults that come later.
    pub output: &'a [Value],
}

/// The model that the last account may not use.
pub const REFUSED_MODEL: &str = "gpt-refused";

/// An account has the same fault on a lane for so long.
const SLOT: Duration = Duration::from_secs(4);
/// Slots in hundred in which an account that is not kept healthy has a fault.
const FAULTY: u64 = 60;
/// Accounts that are kept healthy at a time.
const HEALTHY: usize = 2;
/// Slots for which the same accounts are kept healthy.
const PERIOD: u64 = 60;
/// Accounts are kept healthy so many slots before their period: longer than rests last.
const BEFORE: u64 = 36;
/// In each stretch of this length the way is away once for all accounts.
const BLIPS: Duration = Duration::from_secs(20);
/// And for so long at most, in milliseconds.
const LONGEST_BLIP: u64 = 3_000;

/// What a router may rest an account for, by its rules, and a little more.
const TROUBLE_REST: Duration = Duration::from_secs(125);
const TOKEN_REST: Duration = Duration::from_secs(65);
const SHORTEST_QUOTA_REST: Duration = Duration::from_secs(5);
const LATER: Duration = Duration::from_secs(3);
/// Rests that ended so long ago are forgotten.
const FORGOTTEN: Duration = Duration::from_secs(600);

/// The faults of all accounts.
#[derive(Debug)]
pub struct Field {
    seed: u64,
    started: Instant,
    accounts: Vec<String>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    out_until: HashMap<usize, Instant>,
    cooldowns: Vec<AccountCooldown>,
    dealt: BTreeMap<Shape, u64>,
    asks: u64,
}

/// A router may leave an account out in this time, with a reason.
#[derive(Debug, Clone, Copy)]
struct AccountCooldown {
    account: usize,
    from: Instant,
    until: Instant,
}

impl Field {
    /// The faults of these accounts from now on. The last one is never kept healthy,
    /// and has those that rest an account for long.
    pub fn of(seed: u64, accounts: impl IntoIterator<Item = String>) -> Self {
        let accounts = accounts.into_iter().collect();
        Self { seed, started: Instant::now(), accounts, state: Mutex::default() }
    }

    /// The fault that an account has now; none when it serves.
    pub fn deal(&self, ask: Ask<'_>) -> Option<Fault> {
        let account = self.place_of(ask.account)?;
        let now = Instant::now();
        let mut state = self.state();
        state.asks += 1;
        let (shape, draw) = self.drawn(&state, account, ask, now)?;
        let fault = shapes::draw_fault(shape, &draw);
        let until = match fault.cooldown {
            Cooldown::None => now,
            Cooldown::Quota(time) => {
                let until = now + time.max(SHORTEST_QUOTA_REST) + LATER;
                state.out_until.entry(account).or_insert(now + time);
                until
            }
            Cooldown::Token => now + TOKEN_REST,
            Cooldown::Trouble => now + TROUBLE_REST,
            Cooldown::Long => now + Duration::from_secs(24 * 3600),
        };
        if until > now {
            // Older ones matter to no request that is still under way.
            state.cooldowns.retain(|rest| now.saturating_duration_since(rest.until) < FORGOTTEN);
            state.cooldowns.push(AccountCooldown { account, from: now, until });
        }
        *state.dealt.entry(shape).or_default() += 1;
        Some(fault)
    }

    fn drawn<'a>(
        &self,
        state: &State,
        account: usize,
        ask: Ask<'a>,
        now: Instant,
    ) -> Option<(Shape, Draw<'a>)> {
        let slot = self.slot(now);
        let key = [self.seed, 33, account as u64, ask.lane as u64, slot];
        let draw = Draw {
            account,
            lane: ask.lane,
            model: ask.model,
            output: ask.output,
            dice: Dice::of(&key),
            pace: Dice::of(&[self.seed, 34, state.asks]),
            left: self.end_of(slot).saturating_duration_since(now),
        };
        let out = state.out_until.get(&account).filter(|until| **until > now);
        if let Some(until) = out {
            let left = until.saturating_duration_since(now);
            return Some((Shape::Limit, Draw { left, ..draw }));
        }
        if self.is_refused(account, ask.model) && ask.lane != Lane::Upgrade {
            return Some((Shape::NoModel, draw));
        }
        if self.is_blip(ask.lane, now) {
            return Some((Shape::Blip, draw));
        }
        Some((self.spell(account, ask.lane, slot)?, draw))
    }

    /// Leaves a good answer as it is, or makes it slow, or puts events before it
    /// that no rule knows, or a byte-order mark, or codes it.
    pub fn dress(&self, mut reply: Reply, lane: Lane) -> Reply {
        let asks = self.state().asks;
        let mut dice = Dice::of(&[self.seed, 35, asks]);
        if dice.percent(15) {
            reply = reply.head_after(&after(dice.below(1_500)));
        }
        if dice.percent(25) {
            let mut steps = shapes::unknown_events(&mut dice);
            if dice.percent(10) {
                steps.append(&mut shapes::long_handshake(&mut dice));
            }
            steps.append(&mut reply.steps);
            reply.steps = steps;
        }
        if lane != Lane::Http {
            return reply;
        }
        if dice.percent(10) {
            reply.steps.insert(0, Step::Raw("\u{feff}".into()));
        }
        style::coded(reply, &mut dice).0
    }

    /// Seconds for which an account is out of quota, as its usage says.
    pub fn is_out(&self, account: &str) -> Option<u64> {
        let account = self.place_of(account)?;
        let state = self.state();
        let left = state.out_until.get(&account)?.saturating_duration_since(Instant::now());
        (!left.is_zero()).then_some(left.as_secs() + 1)
    }

    /// The accounts that would have served a request on all of these lanes at any
    /// moment between its start and its end, and that no router had a reason to
    /// leave out.
    pub fn ready(&self, lanes: &[Lane], model: &str, from: Instant, to: Instant) -> Vec<&str> {
        let state = self.state();
        let slots = self.slot(from)..=self.slot(to);
        let is_ready = |account: usize| {
            let rests = state.cooldowns.iter().filter(|rest| rest.account == account);
            let is_left_out = |rest: &AccountCooldown| rest.from <= to && rest.until >= from;
            let serves =
                |lane: &Lane| slots.clone().all(|slot| self.spell(account, *lane, slot).is_none());
            !self.is_refused(account, model)
                && !rests.into_iter().any(is_left_out)
                && lanes.iter().all(serves)
        };
        let accounts = self.accounts.iter().enumerate().filter(|(place, _)| is_ready(*place));
        accounts.map(|(_, name)| name.as_str()).collect()
    }

    /// How often each shape was dealt.
    pub fn dealt(&self) -> BTreeMap<Shape, u64> {
        self.state().dealt.clone()
    }

    fn spell(&self, account: usize, lane: Lane, slot: u64) -> Option<Shape> {
        if self.is_healthy(account, slot) {
            return None;
        }
        let mut dice = Dice::of(&[self.seed, 31, account as u64, lane as u64, slot]);
        if !dice.percent(FAULTY) {
            return None;
        }
        Some(shapes::shape(lane, self.is_last(account), &mut dice))
    }

    fn is_healthy(&self, account: usize, slot: u64) -> bool {
        let period = slot / PERIOD;
        let is_near_next = slot % PERIOD >= PERIOD - BEFORE;
        let is_of = |period: u64| {
            let others = (self.accounts.len() - 1) as u64;
            let first = period * HEALTHY as u64;
            // From the end: new conversations begin with the first accounts.
            let mut places = (first..first + HEALTHY as u64).map(|it| others - 1 - it % others);
            places.any(|place| place == account as u64)
        };
        !self.is_last(account) && (is_of(period) || (is_near_next && is_of(period + 1)))
    }

    /// Whether the way is away. Open sockets do not notice, and the opening of one
    /// is concerned at times only: it sends clients to HTTP for a while.
    fn is_blip(&self, lane: Lane, now: Instant) -> bool {
        let since = now.saturating_duration_since(self.started);
        let stretch = since.as_secs() / BLIPS.as_secs();
        let mut dice = Dice::of(&[self.seed, 32, stretch]);
        let length = dice.within(300, LONGEST_BLIP);
        let begin = dice.within(2_000, 15_000);
        let within = u64::try_from(since.as_millis() % BLIPS.as_millis()).unwrap_or_default();
        let is_concerned = match lane {
            Lane::Http | Lane::Compact => true,
            Lane::Upgrade => dice.percent(30),
            Lane::Frame => false,
        };
        is_concerned && (begin..begin + length).contains(&within)
    }

    fn is_last(&self, account: usize) -> bool {
        account + 1 == self.accounts.len()
    }

    fn is_refused(&self, account: usize, model: &str) -> bool {
        self.is_last(account) && model == REFUSED_MODEL
    }

    fn slot(&self, at: Instant) -> u64 {
        at.saturating_duration_since(self.started).as_secs() / SLOT.as_secs()
    }

    fn end_of(&self, slot: u64) -> Instant {
        self.started + SLOT * u32::try_from(slot + 1).unwrap_or(u32::MAX)
    }

    fn place_of(&self, account: &str) -> Option<usize> {
        self.accounts.iter().position(|known| known == account)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A gate that opens by itself.
pub fn after(milliseconds: u64) -> Gate {
    let gate = Gate::closed();
    let opening = gate.clone();
    tokio::spawn(async move {
        time::sleep(Duration::from_millis(milliseconds)).await;
        opening.open();
    });
    gate
}

fn wait(milliseconds: u64) -> Step {
    Step::Pass(after(milliseconds))
}

#[cfg(test)]
#[path = "field/tests.rs"]
mod tests;
