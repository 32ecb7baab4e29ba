//! A year of use, written down by the store itself, day by day.

use std::{
    error::Error,
    path::Path,
    time::{Duration, SystemTime},
};

use rotunda_core::{
    ProfileId,
    affinity::{Chain, Key, KeyKind, Life},
    event::Tokens,
    pool::Memory,
};
use rotunda_host::store::{ActivityKind, Store, Turn};
use serde_json::json;

const DAY: Duration = Duration::from_secs(24 * 3600);
/// How many days are written.
pub const DAYS: u32 = 365;
/// A long working day: a turn every two minutes for seven hours.
pub const TURNS_A_DAY: u32 = 200;
const TURNS_A_SESSION: u32 = 20;
const LINES_A_DAY: u32 = 20;
/// The default of `usage.keep_days`.
const USAGE_KEPT: Duration = DAY.saturating_mul(400);
const MODELS: [&str; 3] = ["gpt-5-codex", "gpt-5", "gpt-5-mini"];

/// Writes the year that ends now for the first profile, and forgets each evening what the router would.
///
/// # Errors
///
/// The database cannot be written, or has no profile.
pub fn fill(path: &Path) -> Result<(), Box<dyn Error + Send + Sync>> {
    let store = Store::open(path)?;
    let profile = store.profiles()?.first().ok_or("nothing was imported")?.id;
    let now = rotunda_host::clock::system()();
    for day in (0..DAYS).rev() {
        let evening = now - DAY * day;
        store.record(&turns(profile, evening, day))?;
        store.remember(&chains(profile, evening, day))?;
        for _ in 0..LINES_A_DAY {
            let message = serde_json::from_value(json!({"recovered": {"profile": "bench"}}))?;
            let text = "bench is ready again.";
            store.add_activity(evening, ActivityKind::Other, &message, text)?;
        }
        store.prune(evening)?;
        store.prune_usage(evening, USAGE_KEPT)?;
    }
    Ok(())
}

fn session(day: u32, turn: u32) -> String {
    format!("session-{day}-{}", turn / TURNS_A_SESSION)
}

fn turns(profile: ProfileId, evening: SystemTime, day: u32) -> Vec<Turn> {
    let turn = |number: u32| Turn {
        at: evening - Duration::from_secs(120) * (TURNS_A_DAY - number),
        utc_offset: 0,
        profile,
        model: MODELS[number as usize % MODELS.len()].to_owned(),
        status: 200,
        attempts: 1,
        first_byte: Some(Duration::from_millis(800)),
        tokens: Some(Tokens { input: 20_000, cached: 15_000, output: 900, reasoning: 300 }),
        session: session(day, number),
        project: format!("project-{}", day % 7),
        project_name: None,
    };
    (0..TURNS_A_DAY).map(turn).collect()
}

/// Each turn leaves its response, each conversation its name.
fn chains(profile: ProfileId, evening: SystemTime, day: u32) -> Vec<Memory> {
    let chain = Chain { profile, life: Life::Verified, former: None, touched: evening };
    let names = (0..TURNS_A_DAY).flat_map(|turn| {
        let response = format!("resp_of_the_bench_{day:05}_{turn:032}");
        [(KeyKind::Response, response), (KeyKind::Session, session(day, turn))]
    });
    let keys = names.filter_map(|(kind, name)| Key::new(kind, &name));
    keys.map(|key| Memory::Chain(key, Some(chain))).collect()
}
