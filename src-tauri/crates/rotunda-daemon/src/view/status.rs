//! The same facts for scripts: `status --json` and `profiles --json`.

use serde::{Deserialize, Serialize};

use super::{
    BindingState, CreditsStatus, ProfileKind, ProfileView, ResetsStatus, RouterState, RouterView,
    Snapshot, StandingView, UpdateView, WindowKind, WindowView,
};
use crate::trace::CountersView;

/// `status --json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Status {
    /// The router.
    pub router: RouterStatus,
    /// The binding.
    pub binding: BindingStatus,
    /// Name of the profile that serves new conversations.
    pub serving: Option<String>,
    /// When the next quota window of a profile that can serve starts afresh, or
    /// its rest ends.
    #[serde(default)]
    pub next_reset: Option<i64>,
    /// As in `profiles --json`.
    pub profiles: Vec<ProfileStatus>,
    /// Sign-ins in the vault that no profile refers to; left out when none.
    #[serde(default, skip_serializing_if = "super::is_none")]
    pub found_sign_ins: usize,
    /// A newer version, or why it is not known; left out when there is nothing to say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub update: Option<UpdateView>,
    /// What became of requests since the start; left out when nothing runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counters: Option<CountersView>,
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
    /// Turns since then that ended in an error although a ready profile had not
    /// been tried; left out when none.
    #[serde(default, skip_serializing_if = "super::is_zero")]
    pub missed_profiles: u64,
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
    /// The sign-in's address: in `profiles --json` and `status --json --emails`,
    /// for its owner; null in `status --json`, since its output gets passed on.
    pub email: Option<String>,
    /// Whether it can take work.
    pub standing: StandingView,
    /// When its rest ends.
    pub until: Option<i64>,
    /// Why it cannot take work.
    pub reason: Option<String>,
    /// Why its renewed sign-in is not saved yet and what to do, while it is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_saved: Option<String>,
    /// New conversations go to it.
    pub in_use: bool,
    /// The user chose to stay on it.
    pub pinned: bool,
    /// Requests it is serving now.
    pub in_flight: u32,
    /// Of them, those whose answers do not begin for far longer than is usual; left out
    /// when none.
    #[serde(default, skip_serializing_if = "super::is_none")]
    pub late: usize,
    /// Its quota windows, shortest first.
    pub windows: Vec<WindowStatus>,
    /// Its credits; left out when it has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credits: Option<CreditsStatus>,
    /// Its banked resets; left out when it has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resets: Option<ResetsStatus>,
}

/// One quota window in `profiles --json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WindowStatus {
    /// Identified by its length; a limit beside Codex's own is always another.
    pub label: WindowKind,
    /// Upstream's name of a limit beside Codex's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Its length.
    pub minutes: u64,
    /// Share used, 0 to 100.
    pub used_percent: f64,
    /// Share left, 0 to 100; all of it once the reset has passed.
    #[serde(default)]
    pub left_percent: f64,
    /// When it starts afresh; none when that is not known, or has passed.
    pub resets_at: Option<i64>,
}

impl Status {
    /// The same facts for scripts, without e-mail addresses; `url` is what the
    /// window never learns.
    pub fn of(snapshot: &Snapshot, url: Option<String>) -> Self {
        let RouterView { state, port, since, missed_profiles, .. } = snapshot.router;
        let binding = &snapshot.binding;
        Self {
            router: RouterStatus { state, port, url, since, missed_profiles },
            binding: BindingStatus { state: binding.state, codex_home: binding.codex_home.clone() },
            serving: snapshot.serving.clone(),
            next_reset: snapshot.next_reset,
            profiles: snapshot.profiles.iter().map(ProfileStatus::without_email).collect(),
            found_sign_ins: snapshot.found_sign_ins,
            update: snapshot.update.clone(),
            counters: None,
        }
    }

    /// With the e-mail addresses, on request of their owner.
    #[must_use]
    pub fn with_emails(self, snapshot: &Snapshot) -> Self {
        Self { profiles: snapshot.profiles.iter().map(ProfileStatus::of).collect(), ..self }
    }
}

impl ProfileStatus {
    /// Without what names a person.
    fn without_email(view: &ProfileView) -> Self {
        Self { email: None, ..Self::of(view) }
    }

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
            not_saved: view.not_saved.clone(),
            in_use: view.in_use,
            pinned: view.pinned,
            in_flight: view.in_flight,
            late: view.late,
            windows: view.windows.iter().map(WindowStatus::of).collect(),
            credits: view.credits.as_ref().map(CreditsStatus::from),
            resets: view.resets.as_ref().map(ResetsStatus::from),
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
            left_percent: view.left_percent,
            resets_at: view.resets_at,
        }
    }
}
