//! The same facts for scripts: `status --json` and `profiles --json`.

use serde::{Deserialize, Serialize};

use super::{
    BindingState, ProfileKind, ProfileView, RouterState, RouterView, Snapshot, StandingView,
    WindowLabel, WindowView,
};

/// `status --json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Status {
    /// The router.
    pub router: RouterStatus,
    /// The binding.
    pub binding: BindingStatus,
    /// Name of the profile that serves new conversations.
    pub serving: Option<String>,
    /// As in `profiles --json`.
    pub profiles: Vec<ProfileStatus>,
}

/// The router in `status --json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RouterStatus {
    /// Whether it listens.
    pub state: RouterState,
    /// The port it listens on, or would.
    pub port: u16,
    /// What Codex's `openai_base_url` has to be; none while it is stopped.
    pub url: Option<String>,
    /// Listening since.
    pub since: Option<i64>,
}

/// The binding in `status --json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BindingStatus {
    /// Where Codex points.
    pub state: BindingState,
    /// The folder of its `config.toml`.
    pub codex_home: String,
}

/// One element of `profiles --json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ProfileStatus {
    /// Stable across renames.
    pub id: String,
    /// The user's word for it.
    pub name: String,
    /// How it is paid for.
    pub kind: ProfileKind,
    /// Upstream's word for the plan.
    pub plan: Option<String>,
    /// The sign-in's address.
    pub email: Option<String>,
    /// Whether it can take work.
    pub standing: StandingView,
    /// When its rest ends.
    pub until: Option<i64>,
    /// Why it cannot take work.
    pub reason: Option<String>,
    /// New conversations go to it.
    pub in_use: bool,
    /// The user chose to stay on it.
    pub pinned: bool,
    /// Requests it is serving now.
    pub in_flight: u32,
    /// Its quota windows, shortest first.
    pub windows: Vec<WindowStatus>,
}

/// One quota window in `profiles --json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WindowStatus {
    /// Told by its length; a limit beside Codex's own is always another.
    pub label: WindowLabel,
    /// Upstream's name of a limit beside Codex's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Its length.
    pub minutes: u64,
    /// Share used, 0 to 100.
    pub used_percent: f64,
    /// When it starts afresh.
    pub resets_at: Option<i64>,
}

impl Status {
    /// The same facts for scripts; `url` is what the window never learns.
    pub fn of(snapshot: &Snapshot, url: Option<String>) -> Self {
        let RouterView { state, port, since, .. } = snapshot.router;
        let binding = &snapshot.binding;
        Self {
            router: RouterStatus { state, port, url, since },
            binding: BindingStatus { state: binding.state, codex_home: binding.codex_home.clone() },
            serving: snapshot.serving.clone(),
            profiles: snapshot.profiles.iter().map(ProfileStatus::of).collect(),
        }
    }
}

impl ProfileStatus {
    /// The same facts without the texts.
    pub fn of(view: &ProfileView) -> Self {
        Self {
            id: view.id.clone(),
            name: view.name.clone(),
            kind: view.kind,
            plan: view.plan.clone(),
            email: view.email.clone(),
            standing: view.standing,
            until: view.until,
            reason: view.reason.clone(),
            in_use: view.in_use,
            pinned: view.pinned,
            in_flight: view.in_flight,
            windows: view.windows.iter().map(WindowStatus::of).collect(),
        }
    }
}

impl WindowStatus {
    fn of(view: &WindowView) -> Self {
        Self {
            label: view.label,
            name: view.name.clone(),
            minutes: view.minutes,
            used_percent: view.used_percent,
            resets_at: view.resets_at,
        }
    }
}
