//! `settings.toml` as it stands on the disk.

use std::{collections::BTreeMap, time::Duration};

use rotunda_core::display_text::{self, clean};
use serde::Deserialize;
use toml_edit::{Document, DocumentMut, Item, Table, value};

use super::{
    LONGEST_WAIT, LanguageChoice, NoticeKind, Settings, SettingsError, Theme,
    keys::{is_known, tables},
    policy, port, proxy, upstream, use_credits, vault,
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
    /// `[upstream]`.
    pub upstream: UpstreamTable,
    /// `[ui]`.
    pub ui: UiTable,
    /// `[notifications]`: a switch for each kind, by its name.
    pub notifications: BTreeMap<String, bool>,
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
        upstream: to,
        ui,
        notifications,
    } = file;
    reading.take("", "port", port_, port, &mut settings.port)?;
    reading.take("", "vault", vault_, |text| vault(&text), &mut settings.vault)?;
    settings.second_line = second_line.unwrap_or_default();
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
    let (written, place) = (router.wait_for_reset, &mut settings.wait_for_reset);
    reading.take("router", "wait_for_reset", written, |text| wait(&text), place)?;
    let patience = &mut settings.patience;
    reading.take(
        "router",
        "connect_seconds",
        router.connect_seconds,
        seconds,
        &mut patience.connect,
    )?;
    reading.take("router", "head_seconds", router.head_seconds, seconds, &mut patience.head)?;
    reading.take("router", "chunk_seconds", router.chunk_seconds, seconds, &mut patience.chunk)?;
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
    let switch = |kind: NoticeKind| Some((kind, *notifications.get(kind.name())?));
    settings.notifications = NoticeKind::ALL.into_iter().filter_map(switch).collect();
    Ok(settings)
}

/// Puts every known key of `file` into the text and leaves all else alone.
pub(super) fn edit(text: &str, file: &SettingsFile) -> Result<String, SettingsError> {
    parse(text)?;
    let mut document: DocumentMut = text.parse().expect("the text was parsed a line ago");
    let SettingsFile { port, vault, second_line, rotation, router, upstream, ui, notifications } =
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
    set(root, "upstream", "chatgpt", upstream.chatgpt.map(value));
    set(root, "upstream", "api", upstream.api.map(value));
    set(root, "upstream", "auth", upstream.auth.map(value));
    set(root, "upstream", "proxy", upstream.proxy.map(value));
    set(root, "ui", "language", ui.language.map(value));
    set(root, "ui", "theme", ui.theme.map(value));
    set(root, "ui", "start_hidden", ui.start_hidden.map(value));
    for kind in NoticeKind::ALL {
        let switch = notifications.get(kind.name()).copied();
        set(root, "notifications", kind.name(), switch.map(value));
    }
    Ok(document.to_string())
}

/// Sets one key, or takes it out. Comments around a changed one stay.
pub(super) fn set(root: &mut Table, table: &str, key: &str, new: Option<Item>) {
    let place: &mut dyn toml_edit::TableLike = if table.is_empty() {
        root
    } else {
        if new.is_none() && !root.contains_key(table) {
            return;
        }
        let item = root.entry(table).or_insert_with(|| Item::Table(Table::new()));
        item.as_table_like_mut().expect("the text was read with this as a table")
    };
    match (place.get_mut(key), new) {
        (Some(Item::Value(old)), Some(Item::Value(mut new))) => {
            *new.decor_mut() = old.decor().clone();
            *old = new;
        }
        (_, Some(new)) => drop(place.insert(key, new)),
        (_, None) => drop(place.remove(key)),
    }
}

/// Keeps the text beside what was read from it, to name lines.
struct Reading<'a> {
    text: &'a str,
    root: &'a Table,
}

impl Reading<'_> {
    fn take<W, T>(
        &self,
        table: &str,
        key: &str,
        written: Option<W>,
        mean: impl FnOnce(W) -> Result<T, String>,
        place: &mut T,
    ) -> Result<(), SettingsError> {
        let Some(written) = written else { return Ok(()) };
        *place = mean(written).map_err(|message| SettingsError::Bad {
            line: self.line_of_key(table, key),
            message: format!("{key}: {message}"),
        })?;
        Ok(())
    }

    fn line_of_key(&self, table: &str, key: &str) -> usize {
        let place: Option<&dyn toml_edit::TableLike> = match table {
            "" => Some(self.root),
            _ => self.root.get(table).and_then(Item::as_table_like),
        };
        let span = place.and_then(|place| place.get(key)).and_then(Item::span);
        span.map_or(1, |span| line_of(self.text, span.start))
    }

    fn unknown(&self) -> Vec<String> {
        let mut warnings = Vec::new();
        for name in tables() {
            let place: Option<&dyn toml_edit::TableLike> = match name {
                "" => Some(self.root),
                name => self.root.get(name).and_then(Item::as_table_like),
            };
            let keys = place.into_iter().flat_map(toml_edit::TableLike::iter);
            for (key, _) in keys.filter(|(key, _)| !is_known(name, key)) {
                let dot = if name.is_empty() { "" } else { "." };
                let key = clean(key, display_text::NAME);
                warnings.push(format!("settings.toml: {name}{dot}{key} is not a setting"));
            }
        }
        warnings
    }
}

pub(super) fn line_of(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
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

fn seconds(number: i64) -> Result<Duration, String> {
    let fits = u64::try_from(number).ok().filter(|seconds| (1..=86_400).contains(seconds));
    let fits = fits.map(Duration::from_secs);
    fits.ok_or_else(|| "a timeout is a number of seconds from 1 to 86400".to_owned())
}
