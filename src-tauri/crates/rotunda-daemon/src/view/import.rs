//! An import: what was found, what was picked, and what became of it.

use serde::{Deserialize, Serialize};

/// A sign-in that was found, and what importing it would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ImportItem {
    /// Names it when it is picked; stays the same while the account is there.
    pub index: u32,
    /// Where it is, for people.
    pub source: String,
    /// Its owner.
    pub email: Option<String>,
    /// What it pays for.
    pub plan: Option<String>,
    /// What the profile would be called.
    pub name: String,
    /// Name of the profile that it would update.
    pub known: Option<String>,
    /// Whether it can be imported.
    pub ok: bool,
    /// A warning, or why it cannot, in a sentence.
    pub message: Option<String>,
}

/// One of them, to be imported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ImportPick {
    /// Which.
    pub index: u32,
    /// What to call it; otherwise as it was proposed.
    pub name: Option<String>,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ImportResult {
    /// Its profile, or where it was found.
    pub label: String,
    /// Whether it was imported.
    pub ok: bool,
    /// What to know about it, or why not, in a sentence.
    pub message: Option<String>,
}
