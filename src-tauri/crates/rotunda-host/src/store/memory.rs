//! What the pool must not forget through a restart: rests and quota of each
//! profile, and who holds which conversation.

use std::{
    collections::BTreeSet,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use rotunda_core::{
    affinity::{Chain, Key, KeyKind, Life, MOST_CHAINS},
    bounded::LATEST,
    event::SpendingCause,
    pool::{Kept, Memory, Paid, Spending},
    profile::{Cooldown, CooldownCause, Credits, ProfileId, Standing, Usage, Window, WindowKind},
};
use rusqlite::{Row, Transaction};
use serde::{Deserialize, Serialize};

use super::{Store, StoreError, history};
use crate::clock::{self, from_unix, unix};

/// Conversations with rules that are kept; the oldest go first.
const MOST_CONVERSATIONS: i64 = 20_000;
/// Upstream forgets a response after 30 days; a chain to it is of no use then.
const LONGEST_CHAIN: Duration = Duration::from_secs(30 * 24 * 3600);

impl Store {
    /// Writes a batch down: all of it, or nothing.
    pub fn remember(&self, memory: &[Memory]) -> Result<(), StoreError> {
        self.injected_failure()?;
        self.with(|connection| {
            let transaction = connection.transaction()?;
            write(&transaction, memory, clock::system()())?;
            transaction.commit()
        })
    }

    /// All that is remembered, chains least recently used first.
    pub fn memory(&self) -> Result<Vec<Memory>, StoreError> {
        self.with(|connection| {
            let mut kept = connection.prepare("SELECT * FROM kept ORDER BY profile")?;
            let kept = kept.query_map([], read_kept)?.collect::<rusqlite::Result<Vec<_>>>()?;
            let mut chains = connection.prepare("SELECT * FROM chains ORDER BY touched")?;
            let chains = chains.query_map([], read_chain)?.collect::<rusqlite::Result<Vec<_>>>()?;
            // What another version wrote and this one does not know is left out.
            let conversations = "SELECT * FROM ruled_conversations ORDER BY touched";
            let mut conversations = connection.prepare(conversations)?;
            let conversations = conversations
                .query_map([], read_conversation)?
                .collect::<rusqlite::Result<Vec<_>>>()?;
            let known = kept.into_iter().chain(chains).flatten();
            Ok(known.chain(conversations).collect())
        })
    }
}

/// Forgets chains that are too old, and the oldest beyond the bound: the pool
/// says which it let go, but a crash may swallow that.
pub(super) fn prune(transaction: &Transaction<'_>, now: SystemTime) -> rusqlite::Result<()> {
    let oldest = millis(now.checked_sub(LONGEST_CHAIN).unwrap_or(UNIX_EPOCH));
    transaction.execute("DELETE FROM chains WHERE touched < ?1", [oldest])?;
    transaction.execute(
        "DELETE FROM chains WHERE (kind, text) IN
            (SELECT kind, text FROM chains ORDER BY touched DESC LIMIT -1 OFFSET ?1)",
        [i64::try_from(MOST_CHAINS).unwrap_or(i64::MAX)],
    )?;
    transaction.execute(
        "DELETE FROM ruled_conversations WHERE name IN
            (SELECT name FROM ruled_conversations ORDER BY touched DESC LIMIT -1 OFFSET ?1)",
        [MOST_CONVERSATIONS],
    )?;
    Ok(())
}

/// Forgets what a profile held and how it stood.
pub(super) fn forget(transaction: &Transaction<'_>, profile: ProfileId) -> rusqlite::Result<()> {
    transaction.execute("DELETE FROM kept WHERE profile = ?1", [profile.0.cast_signed()])?;
    transaction.execute("DELETE FROM chains WHERE profile = ?1", [profile.0.cast_signed()])?;
    Ok(())
}

fn write(
    transaction: &Transaction<'_>,
    memory: &[Memory],
    now: SystemTime,
) -> rusqlite::Result<()> {
    let mut put_chain = transaction
        .prepare_cached("INSERT OR REPLACE INTO chains VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?;
    let mut drop_chain =
        transaction.prepare_cached("DELETE FROM chains WHERE kind = ?1 AND text = ?2")?;
    let mut put_kept =
        transaction.prepare_cached("INSERT OR REPLACE INTO kept VALUES (?1, ?2, ?3, ?4, ?5)")?;
    let mut put_conversation = transaction
        .prepare_cached("INSERT OR REPLACE INTO ruled_conversations VALUES (?1, ?2, ?3)")?;
    let today = millis(now);
    for memory in memory {
        match memory {
            Memory::Chain(key, Some(chain)) => put_chain.execute((
                kind_number(key.kind),
                &*key.text,
                chain.profile.0.cast_signed(),
                life_number(chain.life),
                chain.former.map(|former| former.0.cast_signed()),
                millis(chain.touched),
            ))?,
            Memory::Chain(key, None) => drop_chain.execute((kind_number(key.kind), &*key.text))?,
            Memory::Profile(id, kept) => {
                let (standing, until, cause) = standing_text(kept.standing);
                let usage = kept.usage.as_ref().map(|usage| usage_text(usage, Some(kept)));
                if let Some(usage) = &kept.usage {
                    history::keep_reading(transaction, *id, usage)?;
                }
                put_kept.execute((id.0.cast_signed(), standing, until, cause, usage))?
            }
            Memory::Conversation(name, places) => {
                put_conversation.execute((&**name, places_text(places), today))?
            }
        };
    }
    Ok(())
}

/// The numbers of places as the store has them: in hex, with spaces between.
fn places_text(places: &BTreeSet<u64>) -> String {
    let places: Vec<_> = places.iter().map(|place| format!("{place:016x}")).collect();
    places.join(" ")
}

fn read_conversation(row: &Row<'_>) -> rusqlite::Result<Memory> {
    let (name, places): (String, String) = (row.get("name")?, row.get("places")?);
    let number = |text: &str| u64::from_str_radix(text, 16).ok();
    let places = places.split(' ').filter_map(number).collect();
    Ok(Memory::Conversation(name.into(), places))
}

fn read_chain(row: &Row<'_>) -> rusqlite::Result<Option<Memory>> {
    let text: String = row.get("text")?;
    let (Some(kind), Some(life)) = (kind_of(row.get("kind")?), life_of(row.get("life")?)) else {
        return Ok(None);
    };
    let former: Option<i64> = row.get("former")?;
    let chain = Chain {
        profile: ProfileId(row.get::<_, i64>("profile")?.cast_unsigned()),
        life,
        former: former.map(|former| ProfileId(former.cast_unsigned())),
        touched: from_millis(row.get("touched")?),
    };
    Ok(Key::new(kind, &text).map(|key| Memory::Chain(key, Some(chain))))
}

fn read_kept(row: &Row<'_>) -> rusqlite::Result<Option<Memory>> {
    let id = ProfileId(row.get::<_, i64>("profile")?.cast_unsigned());
    let (standing, cause): (String, Option<String>) = (row.get("standing")?, row.get("cause")?);
    let until: Option<i64> = row.get("until")?;
    let usage: Option<String> = row.get("usage")?;
    let Some(standing) = standing_of(&standing, until, cause.as_deref()) else { return Ok(None) };
    let kept = match usage.and_then(|text| usage_of(&text)) {
        Some(ReadUsage { usage, spending, paid }) => {
            Kept { standing, usage: Some(usage), spending, paid }
        }
        None => Kept { standing, usage: None, spending: None, paid: None },
    };
    Ok(Some(Memory::Profile(id, kept)))
}

fn kind_number(kind: KeyKind) -> i64 {
    match kind {
        KeyKind::Response => 1,
        KeyKind::TurnState => 2,
        KeyKind::Session => 3,
        KeyKind::Compact => 4,
    }
}

fn kind_of(number: i64) -> Option<KeyKind> {
    match number {
        1 => Some(KeyKind::Response),
        2 => Some(KeyKind::TurnState),
        3 => Some(KeyKind::Session),
        4 => Some(KeyKind::Compact),
        _ => None,
    }
}

fn life_number(life: Life) -> i64 {
    match life {
        Life::Verified => 1,
        Life::Suspect => 2,
        Life::Dead => 3,
    }
}

fn life_of(number: i64) -> Option<Life> {
    match number {
        1 => Some(Life::Verified),
        2 => Some(Life::Suspect),
        3 => Some(Life::Dead),
        _ => None,
    }
}

/// Cause of a lost sign-in: the issuer reported it as gone.
const BY_ISSUER: &str = "issuer";

/// Paused is the user's setting and stands in the profiles table.
fn standing_text(standing: Standing) -> (&'static str, Option<i64>, Option<&'static str>) {
    match standing {
        Standing::Ready | Standing::Paused => ("ready", None, None),
        Standing::NeedsSignIn => ("needs_sign_in", None, Some(BY_ISSUER)),
        Standing::NotEntitled { ask_at } => ("not_entitled", Some(unix(ask_at)), None),
        Standing::Resting(rest) => {
            let cause = match rest.cause {
                // Credits follow from the reading; the quota is used up without them, too.
                CooldownCause::Quota(None) | CooldownCause::Credits(None) => "quota",
                CooldownCause::Quota(Some(kind)) | CooldownCause::Credits(Some(kind)) => match kind
                {
                    WindowKind::FiveHours => "quota_5h",
                    WindowKind::Week => "quota_week",
                    WindowKind::Other => "quota_other",
                },
                CooldownCause::Trouble => "trouble",
            };
            ("resting", Some(unix(rest.until)), Some(cause))
        }
    }
}

fn standing_of(standing: &str, until: Option<i64>, cause: Option<&str>) -> Option<Standing> {
    match standing {
        "ready" => Some(Standing::Ready),
        // An earlier version also called a sign-in lost when upstream had refused it twice, which
        // an outage does, too. It is tried again: the issuer says whether it is gone.
        "needs_sign_in" if cause != Some(BY_ISSUER) => Some(Standing::Ready),
        "needs_sign_in" => Some(Standing::NeedsSignIn),
        // Versions before 0.2 kept no time: it is tried with the next request.
        "not_entitled" => {
            Some(Standing::NotEntitled { ask_at: until.map_or(UNIX_EPOCH, from_unix) })
        }
        "resting" => {
            let cause = match cause? {
                "quota" => CooldownCause::Quota(None),
                "quota_5h" => CooldownCause::Quota(Some(WindowKind::FiveHours)),
                "quota_week" => CooldownCause::Quota(Some(WindowKind::Week)),
                "quota_other" => CooldownCause::Quota(Some(WindowKind::Other)),
                "trouble" => CooldownCause::Trouble,
                _ => return None,
            };
            Some(Standing::Resting(Cooldown { until: from_unix(until?), cause }))
        }
        _ => None,
    }
}

/// A quota reading as JSON.
#[derive(Serialize, Deserialize)]
struct WrittenUsage {
    read_at: i64,
    windows: Vec<WrittenWindow>,
    plan: Option<String>,
    credits: Option<WrittenCredits>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    spending: Option<WrittenSpending>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    paid: Option<WrittenPaid>,
}

#[derive(Serialize, Deserialize)]
struct WrittenWindow {
    seconds: u64,
    used_percent: f64,
    resets_at: Option<i64>,
}

#[derive(Serialize, Deserialize)]
struct WrittenCredits {
    available: bool,
    unlimited: bool,
    balance: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct WrittenSpending {
    since: i64,
    cause: WrittenCause,
    balance_before: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum WrittenCause {
    AllOut,
    Always,
    NotByConsent,
}

/// The latest turn that was sent for credits to pay.
#[derive(Serialize, Deserialize)]
struct WrittenPaid {
    at: i64,
    cause: WrittenCause,
    is_told: bool,
}

impl WrittenCause {
    const fn of(cause: SpendingCause) -> Self {
        match cause {
            SpendingCause::AllOut => Self::AllOut,
            SpendingCause::Always => Self::Always,
            SpendingCause::NotByConsent => Self::NotByConsent,
        }
    }

    const fn read(&self) -> SpendingCause {
        match self {
            Self::AllOut => SpendingCause::AllOut,
            Self::Always => SpendingCause::Always,
            Self::NotByConsent => SpendingCause::NotByConsent,
        }
    }
}

impl WrittenSpending {
    fn of(spending: &Spending) -> Self {
        let cause = WrittenCause::of(spending.cause);
        let balance_before = spending.balance_before.clone();
        Self { since: unix(spending.since), cause, balance_before }
    }

    fn read(self) -> Spending {
        let (cause, balance_before) = (self.cause.read(), self.balance_before);
        Spending { since: from_unix(self.since), cause, balance_before }
    }
}

impl WrittenPaid {
    fn of(paid: &Paid) -> Self {
        let Paid { at, cause, is_told } = *paid;
        Self { at: unix(at), cause: WrittenCause::of(cause), is_told }
    }

    fn read(&self) -> Paid {
        Paid { at: from_unix(self.at), cause: self.cause.read(), is_told: self.is_told }
    }
}

/// What stands in the text of a reading.
pub(super) struct ReadUsage {
    pub(super) usage: Usage,
    spending: Option<Spending>,
    paid: Option<Paid>,
}

/// A reading as text, with what is kept of the credits beside it.
pub(super) fn usage_text(usage: &Usage, kept: Option<&Kept>) -> String {
    let windows = usage.windows.iter().map(|window| WrittenWindow {
        seconds: window.length.as_secs(),
        used_percent: window.used_percent,
        resets_at: window.resets_at.map(unix),
    });
    let credits = usage.credits.as_ref().map(|credits| WrittenCredits {
        available: credits.available,
        unlimited: credits.unlimited,
        balance: credits.balance.clone(),
    });
    let written = WrittenUsage {
        read_at: unix(usage.read_at),
        windows: windows.collect(),
        plan: usage.plan.clone(),
        credits,
        spending: kept.and_then(|kept| kept.spending.as_ref()).map(WrittenSpending::of),
        paid: kept.and_then(|kept| kept.paid.as_ref()).map(WrittenPaid::of),
    };
    serde_json::to_string(&written).expect("numbers and texts are JSON")
}

pub(super) fn usage_of(text: &str) -> Option<ReadUsage> {
    let written: WrittenUsage = serde_json::from_str(text).ok()?;
    let windows = written.windows.into_iter().map(|window| Window {
        length: Duration::from_secs(window.seconds),
        used_percent: window.used_percent,
        resets_at: window.resets_at.map(from_unix),
    });
    let credits = written.credits.map(|credits| Credits {
        available: credits.available,
        unlimited: credits.unlimited,
        balance: credits.balance,
    });
    let usage = Usage {
        windows: windows.collect(),
        plan: written.plan,
        credits,
        read_at: from_unix(written.read_at),
    };
    let paid = written.paid.as_ref().map(WrittenPaid::read);
    Some(ReadUsage { usage, spending: written.spending.map(WrittenSpending::read), paid })
}

/// Chains are ordered by their last use: seconds would be too coarse.
fn millis(at: SystemTime) -> i64 {
    let since = at.duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

fn from_millis(millis: i64) -> SystemTime {
    let since = Duration::from_millis(u64::try_from(millis).unwrap_or(0));
    UNIX_EPOCH + since.min(Duration::from_secs(LATEST))
}
