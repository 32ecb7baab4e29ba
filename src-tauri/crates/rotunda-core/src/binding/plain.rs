//! What a Codex is told that is to run as it would without us, while its file has our lines.

use super::{BASE_URL, BUILT_IN, BindError, CHATGPT_URL, Ours, PROVIDER, Priors, find, unbind};

/// Where Codex reads about its own account when its file names no place.
const CHATGPT: &str = "https://chatgpt.com/backend-api/";

/// A key of Codex's settings and what it has to be.
#[derive(Clone, PartialEq, Eq)]
pub struct Override {
    /// Which key, at the top level.
    pub key: &'static str,
    /// Its text; it may be another program's address with a key in it.
    pub value: String,
}

impl std::fmt::Debug for Override {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Override").field("key", &self.key).finish_non_exhaustive()
    }
}

/// What differs between a text and itself without our lines. Where nothing would be
/// written, Codex is told what it takes for that: it takes an empty address for none
/// (checked with 0.171.0).
pub fn without_ours(text: &str, priors: &Priors, ours: &Ours) -> Result<Vec<Override>, BindError> {
    let unbound = unbind(text, priors, ours)?.text;
    let mut overrides = Vec::new();
    for (key, without) in [(BASE_URL, ""), (PROVIDER, BUILT_IN), (CHATGPT_URL, CHATGPT)] {
        let value = |text: &str| find(text, key).ok().flatten().and_then(|entry| entry.value);
        let (now, then) = (value(text), value(&unbound));
        if now != then {
            let value = then.unwrap_or_else(|| without.to_owned());
            overrides.push(Override { key, value });
        }
    }
    Ok(overrides)
}
