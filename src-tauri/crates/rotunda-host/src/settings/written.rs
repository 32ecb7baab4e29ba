//! `settings.toml` as it stands on the disk.

use std::{collections::BTreeMap, time::Duration};

use rotunda_core::{
    display_text::{self, clean},
    model_rule::ModelRules,
};
use serde::Deserialize;
use toml_edit::{Document, DocumentMut, value};

use super::{
    AlertsTable, ForecastTable, HookKind, Hooks, LONGEST_WAIT, LanguageChoice, NoticeKind,
    Patience, ProjectSetting, Settings, SettingsError, Theme, UsageRules, alerts, hooks,
    keys::HOOKS,
    policy, port, projects, proxy,
    reading::{Reading, line_of, set},
    update_address, upstream, use_credits, vault,
};

/// The keys of `settings.toml` that we know; absent ones mean the default.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct SettingsFile {
    /// `port`.
    pub port: Option<i64>,
    /// `vault`.
    pub vault: Option<String>,
    /// `second_line`.
    pub second_line: Option<bool>,
    /// `[rotation]`.
    pub rotation: RotationTable,
    /// `[router]`.
    pub router: RouterTable,
    /// `[clients]`.
    pub clients: ClientsTable,
    /// `[upstream]`.
    pub upstream: UpstreamTable,
    /// `[ui]`.
    pub ui: UiTable,
    /// `[alerts]`.
    pub alerts: AlertsTable,
    /// `[forecast]`.
    pub forecast: ForecastTable,
    /// `[notifications]`: a switch for each kind, by its name.
    pub notifications: BTreeMap<String, bool>,
    /// `[usage]`.
    pub usage: UsageTable,
    /// `[updates]`.
    pub updates: UpdatesTable,
    /// `[hooks]`: a command for each kind, by its word.
    pub hooks: BTreeMap<String, String>,
    /// `[[projects]]`.
    pub projects: Vec<ProjectSetting>,
}

/// What the window is like.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct UiTable {
    /// `system`, `en` or `zh-CN`.
    pub language: Option<String>,
    /// `system`, `light` or `dark`.
    pub theme: Option<String>,
    /// Start without a window.
    pub start_hidden: Option<bool>,
}

/// What is kept of what was used.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct UsageTable {
    /// For how many days.
    pub keep_days: Option<i64>,
    /// Whether the names of projects are kept.
    pub project_names: Option<bool>,
}

/// How a newer version is noticed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct UpdatesTable {
    /// `off`, or the address of the statement about the newest version.
    pub address: Option<String>,
}

/// How profiles are chosen.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct RotationTable {
    /// `resets-first`, `most-left` or `my-order`.
    pub policy: Option<String>,
    /// Percent of each window kept in reserve.
    pub reserve_percent: Option<f64>,
    /// Whether API keys serve when every plan is out.
    pub use_api_keys: Option<bool>,
    /// Whether purchased credits pay beyond a plan: `never`, `when_all_out` or `always`.
    pub use_credits: Option<String>,
    /// When a banked reset is redeemed without a question: `"0"` is never, `"4h"` when all
    /// profiles are out for longer than four hours.
    pub redeem_when_out: Option<String>,
    /// Requests at once per profile before others are preferred.
    pub soft_cap: Option<i64>,
    /// Requests at once per profile, at most.
    pub hard_cap: Option<i64>,
}

/// How requests are carried.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct RouterTable {
    /// How long a request may wait for a reset: `"0"` is off, `"6h"` the most.
    pub wait_for_reset: Option<String>,
    /// To reach upstream.
    pub connect_seconds: Option<i64>,
    /// From the request to the answer's head.
    pub head_seconds: Option<i64>,
    /// Between two chunks of an answer.
    pub chunk_seconds: Option<i64>,
}

/// What other programs than Codex may ask.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct ClientsTable {
    /// The Responses API.
    pub responses: Option<bool>,
    /// The Messages API.
    pub messages: Option<bool>,
    /// Chat Completions.
    pub chat: Option<bool>,
    /// Which model stands for which, as [`ModelRules`] reads it.
    pub models: Option<String>,
}

/// Where requests go: for tests and special set-ups.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct UpstreamTable {
    /// ChatGPT plans.
    pub chatgpt: Option<String>,
    /// API keys.
    pub api: Option<String>,
    /// Sign-in and refresh.
    pub auth: Option<String>,
    /// `system`, `none` or an address.
    pub proxy: Option<String>,
}

/// Reads the text as it stands; errors name the line.
pub(super) fn parse(text: &str) -> Result<SettingsFile, SettingsError> {
    toml_edit::de::from_str(text).map_err(|error| {
        let line = error.span().map_or(1, |span| line_of(text, span.start));
        // It may quote what the file says.
        SettingsError::Bad { line, message: clean(error.message(), display_text::LINE) }
    })
}

/// What the text means; unknown keys become warnings.
pub(super) fn meant(text: &str) -> Result<Settings, SettingsError> {
    let file = parse(text)?;
    let document = Document::parse(text).expect("the text was parsed a line ago");
    let reading = Reading { text, root: document.as_table() };
    let mut settings = Settings { warnings: reading.unknown(), ..Settings::default() };
    let SettingsFile {
        port: port_,
        vault: vault_,
        second_line,
        rotation,
        router,
        clients,
        upstream: to,
        ui,
        alerts,
        forecast,
        notifications,
        usage,
        updates,
        hooks,
        projects,
    } = file;
    reading.take("", "port", port_, port, &mut settings.port)?;
    reading.take("", "vault", vault_, |text| vault(&text), &mut settings.vault)?;
    settings.second_line = second_line.unwrap_or_default();
    take_rotation(&reading, rotation, &mut settings)?;
    let (written, place) = (&router.wait_for_reset, &mut settings.wait_for_reset);
    reading.take("router", "wait_for_reset", written.as_ref(), |text| wait(text), place)?;
    take_patience(&reading, &router, &mut settings.patience)?;
    take_clients(&reading, clients, &mut settings)?;
    let places = &mut settings.upstreams;
    reading.take("upstream", "chatgpt", to.chatgpt, |text| upstream(&text), &mut places.chatgpt)?;
    reading.take("upstream", "api", to.api, |text| upstream(&text), &mut places.api)?;
    reading.take("upstream", "auth", to.auth, |text| upstream(&text), &mut places.auth)?;
    reading.take("upstream", "proxy", to.proxy, |text| proxy(&text), &mut places.proxy)?;
    let wishes = &mut settings.ui;
    let (language, theme) = (&mut wishes.language, &mut wishes.theme);
    reading.take("ui", "language", ui.language, |text| LanguageChoice::read(&text), language)?;
    reading.take("ui", "theme", ui.theme, |text| Theme::read(&text), theme)?;
    wishes.start_hidden = ui.start_hidden.unwrap_or_default();
    alerts::take(&reading, alerts, forecast, &mut settings)?;
    settings.notifications = switches(&notifications);
    take_hooks(&reading, &hooks, &mut settings.hooks)?;
    take_usage(&reading, &usage, &mut settings.usage)?;
    let place = &mut settings.updates;
    reading.take("updates", "address", updates.address, |text| update_address(&text), place)?;
    settings.projects = projects::take(projects, text, document.as_table())?;
    Ok(settings)
}

fn take_rotation(
    reading: &Reading<'_>,
    rotation: RotationTable,
    settings: &mut Settings,
) -> Result<(), SettingsError> {
    let rules = &mut settings.rules;
    reading.take("rotation", "policy", rotation.policy, |text| policy(&text), &mut rules.policy)?;
    let reserve = rotation.reserve_percent;
    reading.take("rotation", "reserve_percent", reserve, percent, &mut rules.reserve_percent)?;
    rules.use_api_keys = rotation.use_api_keys.unwrap_or(rules.use_api_keys);
    let (written, place) = (rotation.use_credits, &mut rules.use_credits);
    reading.take("rotation", "use_credits", written, |text| use_credits(&text), place)?;
    let (written, place) = (rotation.redeem_when_out, &mut settings.redeem_when_out);
    reading.take("rotation", "redeem_when_out", written, |text| hours(&text), place)?;
    let rules = &mut settings.rules;
    reading.take("rotation", "soft_cap", rotation.soft_cap, cap, &mut rules.soft_cap)?;
    reading.take("rotation", "hard_cap", rotation.hard_cap, cap, &mut rules.hard_cap)?;
    Ok(())
}

fn take_clients(
    reading: &Reading<'_>,
    written: ClientsTable,
    settings: &mut Settings,
) -> Result<(), SettingsError> {
    settings.clients_responses = written.responses.unwrap_or_default();
    settings.clients_messages = written.messages.unwrap_or_default();
    settings.clients_chat = written.chat.unwrap_or_default();
    let place = &mut settings.clients_models;
    let rules = |text: String| ModelRules::parse(&text).map_err(|error| error.to_string());
    reading.take("clients", "models", written.models, rules, place)
}

fn switches(written: &BTreeMap<String, bool>) -> BTreeMap<NoticeKind, bool> {
    let switch = |kind: NoticeKind| Some((kind, *written.get(kind.name())?));
    NoticeKind::ALL.into_iter().filter_map(switch).collect()
}

fn take_hooks(
    reading: &Reading<'_>,
    written: &BTreeMap<String, String>,
    place: &mut Hooks,
) -> Result<(), SettingsError> {
    for kind in HookKind::all() {
        let (text, mut command) = (written.get(kind.word()), String::new());
        reading.take(HOOKS, kind.word(), text, |text| hooks::command(text), &mut command)?;
        place.put(kind, &command);
    }
    Ok(())
}

fn take_patience(
    reading: &Reading<'_>,
    written: &RouterTable,
    patience: &mut Patience,
) -> Result<(), SettingsError> {
    let RouterTable { connect_seconds, head_seconds, chunk_seconds, .. } = *written;
    reading.take("router", "connect_seconds", connect_seconds, seconds, &mut patience.connect)?;
    reading.take("router", "head_seconds", head_seconds, seconds, &mut patience.head)?;
    reading.take("router", "chunk_seconds", chunk_seconds, seconds, &mut patience.chunk)
}

fn take_usage(
    reading: &Reading<'_>,
    written: &UsageTable,
    rules: &mut UsageRules,
) -> Result<(), SettingsError> {
    reading.take("usage", "keep_days", written.keep_days, days, &mut rules.keep_days)?;
    rules.project_names = written.project_names.unwrap_or(rules.project_names);
    Ok(())
}

/// Puts every known key of `file` into the text and leaves all else alone.
pub(super) fn edit(text: &str, file: &SettingsFile) -> Result<String, SettingsError> {
    let is_as_written = parse(text)?.projects == file.projects;
    let mut document: DocumentMut = text.parse().expect("the text was parsed a line ago");
    let SettingsFile { port, vault, second_line, rotation, router, upstream, ui, .. } =
        file.clone();
    let SettingsFile { clients, alerts, forecast, notifications, usage, updates, hooks, .. } =
        file.clone();
    let root = document.as_table_mut();
    set(root, "", "port", port.map(value));
    set(root, "", "vault", vault.map(value));
    set(root, "", "second_line", second_line.map(value));
    set(root, "rotation", "policy", rotation.policy.map(value));
    set(root, "rotation", "reserve_percent", rotation.reserve_percent.map(value));
    set(root, "rotation", "use_api_keys", rotation.use_api_keys.map(value));
    set(root, "rotation", "use_credits", rotation.use_credits.map(value));
    set(root, "rotation", "redeem_when_out", rotation.redeem_when_out.map(value));
    set(root, "rotation", "soft_cap", rotation.soft_cap.map(value));
    set(root, "rotation", "hard_cap", rotation.hard_cap.map(value));
    set(root, "router", "wait_for_reset", router.wait_for_reset.map(value));
    set(root, "router", "connect_seconds", router.connect_seconds.map(value));
    set(root, "router", "head_seconds", router.head_seconds.map(value));
    set(root, "router", "chunk_seconds", router.chunk_seconds.map(value));
    set(root, "clients", "responses", clients.responses.map(value));
    set(root, "clients", "messages", clients.messages.map(value));
    set(root, "clients", "chat", clients.chat.map(value));
    set(root, "clients", "models", clients.models.map(value));
    set(root, "upstream", "chatgpt", upstream.chatgpt.map(value));
    set(root, "upstream", "api", upstream.api.map(value));
    set(root, "upstream", "auth", upstream.auth.map(value));
    set(root, "upstream", "proxy", upstream.proxy.map(value));
    set(root, "ui", "language", ui.language.map(value));
    set(root, "ui", "theme", ui.theme.map(value));
    set(root, "ui", "start_hidden", ui.start_hidden.map(value));
    alerts::put(root, alerts, forecast);
    for kind in NoticeKind::ALL {
        let switch = notifications.get(kind.name()).copied();
        set(root, "notifications", kind.name(), switch.map(value));
    }
    set(root, "usage", "keep_days", usage.keep_days.map(value));
    set(root, "usage", "project_names", usage.project_names.map(value));
    set(root, "updates", "address", updates.address.map(value));
    for kind in HookKind::all() {
        let command = hooks.get(kind.word()).filter(|command| !command.is_empty());
        set(root, HOOKS, kind.word(), command.cloned().map(value));
    }
    if !is_as_written {
        projects::put(root, &file.projects);
    }
    Ok(document.to_string())
}

fn percent(number: f64) -> Result<f64, String> {
    let fits = (0.0..=50.0).contains(&number);
    fits.then_some(number).ok_or_else(|| "the reserve is a share from 0 to 50 percent".to_owned())
}

fn cap(number: i64) -> Result<u32, String> {
    let fits = (1..=1000).contains(&number).then(|| u32::try_from(number).ok()).flatten();
    fits.ok_or_else(|| "a cap is a number from 1 to 1000".to_owned())
}

fn wait(text: &str) -> Result<Option<Duration>, String> {
    let (number, unit) = match text.strip_suffix(['s', 'm', 'h']) {
        Some(number) => (number, &text[number.len()..]),
        None => (text, ""),
    };
    let seconds = match (number.parse::<u64>(), unit) {
        (Ok(number), "s") => Some(number),
        (Ok(number), "m") => number.checked_mul(60),
        (Ok(number), "h") => number.checked_mul(3600),
        (Ok(0), _) => Some(0),
        _ => None,
    };
    let wait = seconds.map(Duration::from_secs).filter(|wait| *wait <= LONGEST_WAIT);
    let wait = wait
        .ok_or_else(|| "the wait is \"0\" or a time such as \"20m\", at most \"6h\"".to_owned())?;
    Ok((!wait.is_zero()).then_some(wait))
}

/// Longest that all profiles may have to be out before a reset is redeemed unasked.
const MOST_HOURS: u64 = 7 * 24;

fn hours(text: &str) -> Result<Option<Duration>, String> {
    if text == "0" {
        return Ok(None);
    }
    let hours = text.strip_suffix('h').and_then(|number| number.parse::<u64>().ok());
    let hours = hours.filter(|hours| (1..=MOST_HOURS).contains(hours));
    let hours = hours.ok_or_else(|| {
        format!("a reset is redeemed unasked after \"0\" (never) or \"1h\" to \"{MOST_HOURS}h\"")
    })?;
    Ok(Some(Duration::from_secs(hours * 3600)))
}

/// Usage is kept no longer, in days.
const MOST_DAYS: u32 = 3650;

fn days(number: i64) -> Result<u32, String> {
    let fits = u32::try_from(number).ok().filter(|days| (1..=MOST_DAYS).contains(days));
    fits.ok_or_else(|| format!("usage is kept for 1 to {MOST_DAYS} days"))
}

fn seconds(number: i64) -> Result<Duration, String> {
    let fits = u64::try_from(number).ok().filter(|seconds| (1..=86_400).contains(seconds));
    let fits = fits.map(Duration::from_secs);
    fits.ok_or_else(|| "a timeout is a number of seconds from 1 to 86400".to_owned())
}
