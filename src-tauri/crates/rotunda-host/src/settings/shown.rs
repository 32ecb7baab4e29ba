//! The settings as the window shows and changes them.

use std::{collections::BTreeMap, time::Duration};

use serde::{Deserialize, Serialize};

use super::{
    HookKind, LanguageChoice, NoticeKind, Policy, ProjectSetting, Settings, SettingsFile, Theme,
    UseCredits, alerts,
};

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
    /// Whether other programs than Codex may use the Responses API, each with a key of its
    /// own.
    pub clients_responses: bool,
    /// The same for the Messages API.
    pub clients_messages: bool,
    /// The same for Chat Completions.
    pub clients_chat: bool,
    /// Which model stands for one that a request of the latter two names.
    pub clients_models: String,
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
    /// Shares left of the five-hour windows at which a notification comes, in percent.
    pub five_hours_left: Vec<u8>,
    /// The same of the weekly windows.
    pub week_left: Vec<u8>,
    /// `off`, or two times such as `22:00-07:00`.
    pub quiet_hours: String,
    /// `learned`, or days such as `mon,tue`.
    pub work_days: String,
    /// `learned`, or two times such as `09:00-18:00`.
    pub work_hours: String,
    /// The commands that are set, by the word of their kind.
    pub hooks: BTreeMap<String, String>,
    /// For how many days usage is kept.
    pub usage_keep_days: u32,
    /// Whether the names of projects are kept with it.
    pub usage_project_names: bool,
    /// `off`, or where it is asked whether there is a newer version.
    pub updates_address: String,
    /// Which profiles serve which projects, in the order of the file.
    pub projects: Vec<ProjectSetting>,
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
    /// Other programs than Codex.
    pub clients_responses: Option<bool>,
    /// Claude Code and others.
    pub clients_messages: Option<bool>,
    /// Programs that speak Chat Completions.
    pub clients_chat: Option<bool>,
    /// Rules, divided by commas.
    pub clients_models: Option<String>,
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
    /// In percent.
    pub five_hours_left: Option<Vec<i64>>,
    /// In percent.
    pub week_left: Option<Vec<i64>>,
    /// `off`, or two times.
    pub quiet_hours: Option<String>,
    /// `learned`, or days.
    pub work_days: Option<String>,
    /// `learned`, or two times.
    pub work_hours: Option<String>,
    /// Only the kinds named here change; an empty command takes one out.
    pub hooks: BTreeMap<String, String>,
    /// From 1 to 3650.
    pub usage_keep_days: Option<i64>,
    /// Off: names that were kept are deleted.
    pub usage_project_names: Option<bool>,
    /// `off`, or an address.
    pub updates_address: Option<String>,
    /// All of them: those that are left out are taken out.
    pub projects: Option<Vec<ProjectSetting>>,
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
            clients_responses: settings.clients_responses,
            clients_messages: settings.clients_messages,
            clients_chat: settings.clients_chat,
            clients_models: settings.clients_models.to_string(),
            port: settings.port,
            proxy: super::proxy_text(&settings.upstreams.proxy),
            start_hidden: ui.start_hidden,
            language: ui.language,
            theme: ui.theme,
            notifications: NoticeKind::ALL
                .iter()
                .map(|kind| (*kind, settings.is_notified(*kind)))
                .collect(),
            five_hours_left: settings.alerts.thresholds.five_hours.clone(),
            week_left: settings.alerts.thresholds.week.clone(),
            quiet_hours: alerts::quiet_text(settings.alerts.quiet),
            work_days: alerts::days_text(settings.schedule),
            work_hours: alerts::hours_text(settings.schedule),
            hooks: HookKind::all()
                .filter_map(|kind| {
                    Some((kind.word().to_owned(), settings.hooks.command_of(kind)?.to_owned()))
                })
                .collect(),
            usage_keep_days: settings.usage.keep_days,
            usage_project_names: settings.usage.project_names,
            updates_address: super::update_text(settings.updates.as_ref()),
            projects: settings.projects.clone(),
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
        put(&mut file.clients.responses, self.clients_responses);
        put(&mut file.clients.messages, self.clients_messages);
        put(&mut file.clients.chat, self.clients_chat);
        put(&mut file.clients.models, self.clients_models.clone());
        put(&mut file.port, self.port);
        let held = file.upstream.proxy.as_deref();
        let proxy = self.proxy.clone().map(|wanted| super::unmasked(wanted, held));
        put(&mut file.upstream.proxy, proxy);
        put(&mut file.ui.start_hidden, self.start_hidden);
        put(&mut file.ui.language, self.language.map(|language| language.name().to_owned()));
        put(&mut file.ui.theme, self.theme.map(|theme| theme.name().to_owned()));
        put(&mut file.alerts.five_hours_left, self.five_hours_left.clone());
        put(&mut file.alerts.week_left, self.week_left.clone());
        put(&mut file.alerts.quiet_hours, self.quiet_hours.clone());
        put(&mut file.forecast.work_days, self.work_days.clone());
        put(&mut file.forecast.work_hours, self.work_hours.clone());
        for (kind, on) in &self.notifications {
            file.notifications.insert(kind.name().to_owned(), *on);
        }
        put(&mut file.usage.keep_days, self.usage_keep_days);
        put(&mut file.usage.project_names, self.usage_project_names);
        put(&mut file.updates.address, self.updates_address.clone());
        if let Some(projects) = &self.projects {
            file.projects.clone_from(projects);
        }
        for (word, command) in &self.hooks {
            file.hooks.insert(word.clone(), command.clone());
        }
    }
}

fn put<T>(place: &mut Option<T>, wanted: Option<T>) {
    if wanted.is_some() {
        *place = wanted;
    }
}
