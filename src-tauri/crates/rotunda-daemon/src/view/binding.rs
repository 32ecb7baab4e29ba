//! Codex's `config.toml` as it is shown.

use serde::{Deserialize, Serialize};

/// Codex's `config.toml`, as read from the file itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct BindingView {
    /// Where it points.
    pub state: BindingState,
    /// It was bound from here and not unbound through Rotunda, and yet it points
    /// elsewhere.
    #[serde(default)]
    pub changed_outside: bool,
    /// The folder of that `config.toml`.
    pub codex_home: String,
    /// The same `config.toml` for people, with `~` for the home folder.
    #[serde(default)]
    pub config_file: String,
    /// The line that binds, with the key masked.
    pub line: String,
    /// What is wrong and what to do, when something is.
    pub message: Option<String>,
    /// Bound since, in seconds since 1970; none when it is not.
    #[serde(default)]
    pub since: Option<i64>,
    /// The copy of the file that can be restored, by its file name.
    #[serde(default)]
    pub backup: Option<String>,
    /// When that copy was made, in seconds since 1970.
    #[serde(default)]
    pub backup_at: Option<i64>,
    /// The provider that the file names instead of the built-in one: binding
    /// has no effect unless the user agrees to switch.
    #[serde(default)]
    pub provider: Option<String>,
    /// The line that is written while Codex's own account is out.
    #[serde(default)]
    pub second_line: SecondLineView,
}

/// Where Codex points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum BindingState {
    /// At this router.
    Bound,
    /// At this router under an old port or key.
    BoundStale,
    /// At its own upstream.
    Unbound,
    /// At an address that is not Rotunda's.
    Foreign,
    /// The file does not parse or may not be read.
    Unreadable,
}

/// The second line of that file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct SecondLineView {
    /// The user switched it on.
    pub is_wanted: bool,
    /// It is in the file.
    pub stands: bool,
    /// The key is the user's own, and is left alone.
    pub is_foreign: bool,
    /// Why it stands, or why not; none while it is switched off and absent.
    pub message: Option<String>,
}
