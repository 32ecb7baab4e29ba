//! Other programs than Codex, as they are shown.

use serde::{Deserialize, Serialize};

/// A program with a key of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ClientView {
    /// Which, as `rotunda usage --by client` has it.
    pub id: String,
    /// The user's word for it.
    pub name: String,
    /// The names of the only profiles that serve it; null: each of them may. Empty when
    /// all of them are gone: then none serves it.
    pub profiles: Option<Vec<String>>,
    /// When it was added, in seconds since 1970.
    pub added_at: i64,
}
