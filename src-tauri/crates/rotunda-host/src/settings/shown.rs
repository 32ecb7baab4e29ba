//! The settings as the window shows and changes them.

use std::{collections::BTreeMap, time::Duration};

use serde::{Deserialize, Serialize};

use super::{LanguageChoice, NoticeKind, Policy, Settings, SettingsFile, Theme, UseCredits};

/// Everything the settings page shows, in the units it shows.
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct SettingsView {
    /// `resets_first`, `most_left` or `my_order`.
    pub policy: PolicyView,
    /// Share of each window kept in reserve, in percent.
    pub reserve_percent: f64,
    /// Whether Codex moves on by itself; off means it stays on one profile.
    pub rotate: bool,
    /// Whether API keys serve when every plan is out.
    pub use_api_keys: bool,
    /// Whether purchased credits pay beyond a plan, where a profile has no setting of its
    /// own.
    #[cfg_attr(feature = "typescript", ts(type = "UseCredits"))]
    pub use_credits: UseCredits,
    /// Whether Codex's file may get a second line while Codex's own account is out.
    pub second_line: bool,
    /// A banked reset is redeemed without a question when all profiles are out for longer
    /// than this, in hours; 0 is never.
    pub redeem_when_out_hours: u64,
    /// How long a request may wait for a reset, in minutes; 0 is not at all.
    pub wait_for_reset_minutes: u64,
    /// The port as set; the running router may still be on the one before.
    pub port: u16,
    /// `system`, `none` or the address of a proxy.
    pub proxy: String,
    /// Start in the tray, without a window.
    pub start_hidden: bool,
    /// Of the tray, of notifications and of the window.
    pub language: LanguageChoice,
    /// Of the window.
    pub theme: Theme,
    /// Which kinds of notification are wanted.
    pub notifications: BTreeMap<NoticeKind, bool>,
    /// What the user should know about a change: a sentence, when there is one.
    pub note: Option<String>,
}

/// [`Policy`] as it travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum PolicyView {
    /// First what would be wasted.
    ResetsFirst,
    /// First the one with the most left.
    MostLeft,
    /// In the user's own order.
    MyOrder,
}

/// A change: what is absent stays.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SettingsPatch {
    /// See [`SettingsView::policy`]; the others likewise.
    pub policy: Option<PolicyView>,
    /// In percent.
    pub reserve_percent: Option<f64>,
    /// Off: stay on the profile in use.
    pub rotate: Option<bool>,
    /// Whether API keys serve.
    pub use_api_keys: Option<bool>,
    /// Whether purchased credits pay.
    pub use_credits: Option<UseCredits>,
    /// A second line while Codex's own account is out.
    pub second_line: Option<bool>,
    /// In hours.
    pub redeem_when_out_hours: Option<u64>,
    /// In minutes.
    pub wait_for_reset_minutes: Option<u64>,
    /// From the next start on.
    pub port: Option<i64>,
    /// From the next start on.
    pub proxy: Option<String>,
    /// Without a window.
    pub start_hidden: Option<bool>,
    /// Of the tray, of notifications and of the window.
    pub language: Option<LanguageChoice>,
    /// Of the window.
    pub theme: Option<Theme>,
    /// Only the kinds named here change.
    pub notifications: BTreeMap<NoticeKind, bool>,
    /// Accepted and ignored, so that a whole view may come back.
    pub note: Option<String>,
}

impl SettingsView {
    /// What the settings mean, for the window.
    pub fn of(settings: &Settings, rotate: bool, note: Option<String>) -> Self {
        let Settings { rules, ui, .. } = settings;
        Self {
            policy: match rules.policy {
                Policy::ResetsFirst => PolicyView::ResetsFirst,
                Policy::MostLeft => PolicyView::MostLeft,
                Policy::MyOrder => PolicyView::MyOrder,
            },
            reserve_percent: rules.reserve_percent,
            rotate,
            use_api_keys: rules.use_api_keys,
            use_credits: rules.use_credits,
            second_line: settings.second_line,
            redeem_when_out_hours: settings.redeem_when_out.map_or(0, |it| it.as_secs() / 3600),
            wait_for_reset_minutes: settings.wait_for_reset.map_or(0, minutes),
            port: settings.port,
            proxy: super::proxy_text(&settings.upstreams.proxy),
            start_hidden: ui.start_hidden,
            language: ui.language,
            theme: ui.theme,
            notifications: NoticeKind::ALL
                .iter()
                .map(|kind| (*kind, settings.is_notified(*kind)))
                .collect(),
            note,
        }
    }
}

fn minutes(wait: Duration) -> u64 {
    wait.as_secs().div_ceil(60)
}

impl SettingsPatch {
    /// Writes the change into what stands in the file.
    pub(super) fn apply(&self, file: &mut SettingsFile) {
        let policy = self.policy.map(|policy| match policy {
            PolicyView::ResetsFirst => "resets-first",
            PolicyView::MostLeft => "most-left",
            PolicyView::MyOrder => "my-order",
        });
        put(&mut file.rotation.policy, policy.map(str::to_owned));
        put(&mut file.rotation.reserve_percent, self.reserve_percent);
        put(&mut file.rotation.use_api_keys, self.use_api_keys);
        let use_credits = self.use_credits.map(|consent| consent.word().to_owned());
        put(&mut file.rotation.use_credits, use_credits);
        put(&mut file.second_line, self.second_line);
        let redeem = self.redeem_when_out_hours.map(|hours| match hours {
            0 => "0".to_owned(),
            hours => format!("{hours}h"),
        });
        put(&mut file.rotation.redeem_when_out, redeem);
        let wait = self.wait_for_reset_minutes.map(|minutes| match minutes {
            0 => "0".to_owned(),
            minutes => format!("{minutes}m"),
        });
        put(&mut file.router.wait_for_reset, wait);
        put(&mut file.port, self.port);
        let held = file.upstream.proxy.as_deref();
        let proxy = self.proxy.clone().map(|wanted| super::unmasked(wanted, held));
        put(&mut file.upstream.proxy, proxy);
        put(&mut file.ui.start_hidden, self.start_hidden);
        put(&mut file.ui.language, self.language.map(|language| language.name().to_owned()));
        put(&mut file.ui.theme, self.theme.map(|theme| theme.name().to_owned()));
        for (kind, on) in &self.notifications {
            file.notifications.insert(kind.name().to_owned(), *on);
        }
    }
}

fn put<T>(place: &mut Option<T>, wanted: Option<T>) {
    if wanted.is_some() {
        *place = wanted;
    }
}
