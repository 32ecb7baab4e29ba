//! Banked resets of a profile, as they are shown.

use rotunda_core::pool::PoolProfileView;
use rotunda_host::clock::unix;
use rotunda_text::{Locale, Localize, ResetText};
use serde::{Deserialize, Serialize};

/// Resets that an account has banked: each empties its quota windows once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ResetsView {
    /// How many can be used.
    pub count: u32,
    /// Which, the first to expire first; empty when only their number is known.
    pub resets: Vec<ResetView>,
    /// Whether one is being used.
    pub state: ResetsState,
    /// Such as `2 resets banked, the first expires Fri 09:10`.
    pub text: String,
}

/// One banked reset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ResetView {
    /// When it was granted.
    pub granted_at: Option<i64>,
    /// When it expires unused; none when it does not, or when that is not known.
    pub expires_at: Option<i64>,
}

/// Whether a reset is being used.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum ResetsState {
    /// None is.
    #[default]
    Idle,
    /// The request is under way.
    Redeeming,
    /// It was sent, and what it did does not show yet.
    Awaited,
}

impl ResetsView {
    /// None for an account without banked resets.
    pub(crate) fn of(status: &PoolProfileView, state: ResetsState, locale: Locale) -> Option<Self> {
        let banked = status.banked_resets.as_ref()?;
        if banked.count == 0 && state == ResetsState::Idle {
            return None;
        }
        let resets = banked.resets.iter().flatten().map(|reset| ResetView {
            granted_at: reset.granted_at.map(unix),
            expires_at: reset.expires_at.map(unix),
        });
        let first = banked.first().and_then(|first| first.expires_at);
        let text = match state {
            ResetsState::Idle => ResetText::Banked(banked.count, first),
            ResetsState::Redeeming | ResetsState::Awaited => ResetText::InUse,
        };
        Some(Self { count: banked.count, resets: resets.collect(), state, text: text.to(locale) })
    }
}

/// Banked resets in `profiles --json` and `quota --json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResetsStatus {
    /// How many can be used.
    pub count: u32,
    /// `idle`, `redeeming` or `awaited`.
    pub state: ResetsState,
    /// Which, the first to expire first; empty when only their number is known.
    pub resets: Vec<ResetView>,
}

impl From<&ResetsView> for ResetsStatus {
    fn from(view: &ResetsView) -> Self {
        Self { count: view.count, state: view.state, resets: view.resets.clone() }
    }
}
