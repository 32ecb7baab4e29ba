//! What is left, worked out once: the tray, its icon, notifications, the window
//! and the command line all show these numbers.

use rotunda_text::format;
use serde::{Deserialize, Serialize};

use super::{ProfileKind, ProfileView, StandingView, WindowKind, WindowView};

/// How much a share is, as a word.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Enough.
    #[default]
    Fine,
    /// At or below [`format::LOW`] percent.
    Low,
    /// Nothing.
    Out,
}

impl Level {
    /// Of a share left, in percent.
    pub fn of(left_percent: f64) -> Self {
        match left_percent {
            left if format::is_low(left) => Self::Low,
            left if left > 0.0 => Self::Fine,
            _ => Self::Out,
        }
    }
}

/// What a profile's plan has left: the window with the least. Limits beside
/// Codex's own do not count, because they end only some requests.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ProfileLeft {
    /// Share left, 0 to 100.
    pub left_percent: f64,
    /// The same as text, such as `62% left`.
    pub left_text: String,
    /// The same as a word.
    pub level: Level,
    /// When that window starts afresh.
    pub resets_at: Option<i64>,
}

impl ProfileLeft {
    /// Of a profile's windows.
    pub fn of(windows: &[WindowView]) -> Option<Self> {
        let own = windows.iter().filter(|window| window.name.is_none());
        let tightest = own.min_by(|a, b| a.left_percent.total_cmp(&b.left_percent))?;
        Some(Self {
            left_percent: tightest.left_percent,
            left_text: tightest.left_text.clone(),
            level: tightest.level,
            resets_at: tightest.resets_at,
        })
    }
}

impl ProfileView {
    /// Share left of one kind of window, 0 to 100; five fresh hours in a used-up
    /// week count as nothing. None when the plan has no such window.
    pub fn left_of(&self, kind: WindowKind) -> Option<f64> {
        let window = window_of(self, kind)?;
        let week = window_of(self, WindowKind::Week);
        if week.is_some_and(|week| Level::of(week.left_percent) == Level::Out) {
            return Some(0.0);
        }
        Some(window.left_percent)
    }
}

/// What all plans together have left of one kind of window.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct PoolLeft {
    /// Which windows.
    #[cfg_attr(feature = "typescript", ts(type = "WindowKind"))]
    pub label: WindowKind,
    /// Mean share left, 0 to 100.
    pub left_percent: f64,
    /// The same as text, such as `62%`.
    pub left_text: String,
    /// The same as a word.
    pub level: Level,
    /// Over how many profiles.
    pub profiles: u32,
    /// When the first of these windows starts afresh.
    pub resets_at: Option<i64>,
}

/// What all plans that can serve, now or after a rest, have left of five hours
/// and of a week. Five fresh hours in a used-up week count as nothing.
pub fn pool_left(profiles: &[ProfileView]) -> Vec<PoolLeft> {
    let labels = [WindowKind::FiveHours, WindowKind::Week].into_iter();
    labels.filter_map(|label| of_label(profiles, label)).collect()
}

fn of_label(profiles: &[ProfileView], label: WindowKind) -> Option<PoolLeft> {
    let (mut sum, mut count, mut resets_at) = (0.0, 0_u32, None);
    for profile in profiles.iter().filter(|profile| counts(profile)) {
        let Some(left_percent) = profile.left_of(label) else { continue };
        sum += left_percent;
        count += 1;
        let resets = window_of(profile, label).and_then(|window| window.resets_at);
        resets_at = [resets_at, resets].into_iter().flatten().min();
    }
    let left_percent = (count > 0).then(|| sum / f64::from(count))?;
    let (left_text, level) = (format::share(left_percent), Level::of(left_percent));
    Some(PoolLeft { label, left_percent, left_text, level, profiles: count, resets_at })
}

fn counts(profile: &ProfileView) -> bool {
    let serves = matches!(profile.standing, StandingView::Ready | StandingView::Resting);
    profile.kind == ProfileKind::Chatgpt && serves
}

/// The window of one kind with the least left.
fn window_of(profile: &ProfileView, label: WindowKind) -> Option<&WindowView> {
    let of_label = profile.windows.iter().filter(|window| window.label == label);
    of_label.min_by(|a, b| a.left_percent.total_cmp(&b.left_percent))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_one_word_everywhere() {
        for (left, level) in [
            (100.0, Level::Fine),
            (20.1, Level::Fine),
            (20.0, Level::Low),
            (0.1, Level::Low),
            (0.0, Level::Out),
            (f64::NAN, Level::Out),
        ] {
            assert_eq!(Level::of(left), level, "{left}");
        }
    }

    #[test]
    fn a_limit_beside_codex_s_own_is_not_what_a_profile_has_left() {
        let fixture = include_str!("../../../../../tests/fixtures/snapshot.json");
        let snapshot: crate::view::Snapshot = serde_json::from_str(fixture).unwrap();
        let mut windows = snapshot.profiles[0].windows.clone();
        assert_eq!(ProfileLeft::of(&windows).unwrap().left_text, "62% left");
        windows[1].left_percent = 0.0;
        assert_eq!(ProfileLeft::of(&windows).unwrap().resets_at, windows[1].resets_at);
        windows[1].name = Some("Quick model".to_owned());
        assert_eq!(ProfileLeft::of(&windows).unwrap().left_text, "62% left");
        assert_eq!(ProfileLeft::of(&[]), None);
    }

    #[test]
    fn the_pool_counts_plans_that_can_serve_and_a_used_up_week_as_nothing() {
        let fixture = include_str!("../../../../../tests/fixtures/snapshot.json");
        let snapshot: crate::view::Snapshot = serde_json::from_str(fixture).unwrap();
        let left = |profiles: &[ProfileView]| {
            pool_left(profiles).iter().map(|one| one.left_text.clone()).collect::<Vec<_>>()
        };
        let mut profiles = snapshot.profiles;
        assert_eq!(left(&profiles), ["54%", "61%"]);
        profiles[0].windows[1].left_percent = 0.0;
        assert_eq!(left(&profiles), ["33%", "22%"], "its five hours are worth nothing");
        profiles[0].standing = StandingView::Paused;
        assert_eq!(left(&profiles), ["50%", "44%"]);
        assert!(left(&profiles[3..]).is_empty());
    }
}
