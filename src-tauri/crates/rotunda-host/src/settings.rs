//! What the user set, in two forms: as written in `settings.toml`, and as
//! meant, with every default filled in.
//!
//! A bad value is an error that names its line; a default is never taken in its
//! place. Keys we do not know are kept and warned about.

mod alerts;
mod hooks;
mod keys;
mod one;
mod projects;
mod reading;
mod shown;
mod ui;
mod way_out;
mod written;

use std::{collections::BTreeMap, fmt, time::Duration};

pub use rotunda_core::{
    Authorities, Patience, Proxy, Upstreams,
    choice::{Policy, Rules},
    profile::UseCredits,
};
use rotunda_core::{forecast::Schedule, is_loopback, model_rule::ModelRules};
use thiserror::Error;
use url::Url;

pub use self::{
    alerts::{Alerts, AlertsTable, ForecastTable},
    hooks::{HookKind, Hooks},
    keys::{Key, TakesEffect, keys},
    one::{InForce, Source, find_key, in_force, set_key, template, write_template},
    projects::{ProjectSetting, project_rules, rename_in},
    shown::{PolicyView, SettingsPatch, SettingsView},
    ui::{LanguageChoice, NoticeKind, Theme, Ui, UsageRules},
    way_out::unusable_authorities,
    written::{
        ClientsTable, RotationTable, RouterTable, SettingsFile, UiTable, UpdatesTable,
        UpstreamTable, UsageTable,
    },
};
use crate::{
    files::{self, FileError},
    home::{Env, Home},
};

/// Listened on unless set otherwise.
pub const DEFAULT_PORT: u16 = 4517;
/// A request waits no longer than this for a reset.
pub const LONGEST_WAIT: Duration = Duration::from_secs(6 * 3600);

/// What the user wants.
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
#[derive(Debug, Clone)]
pub struct Settings {
    /// The router listens here, on loopback.
    pub port: u16,
    /// Where sign-ins rest.
    pub vault: VaultKind,
    /// Where requests go.
    pub upstreams: Upstreams,
    /// How profiles are chosen.
    pub rules: Rules,
    /// Whether Codex's file may get a second line while Codex's own account is out.
    pub second_line: bool,
    /// A banked reset is redeemed without a question when all profiles are out for longer
    /// than this; none: never.
    pub redeem_when_out: Option<Duration>,
    /// How long a request may wait for a profile to come back; none: not at all.
    pub wait_for_reset: Option<Duration>,
    /// Whether other programs than Codex may use the Responses API.
    pub clients_responses: bool,
    /// The same for the Messages API.
    pub clients_messages: bool,
    /// The same for Chat Completions.
    pub clients_chat: bool,
    /// Which model stands for one that a request of the latter two names.
    pub clients_models: ModelRules,
    /// How long upstream may take.
    pub patience: Patience,
    /// What the user wants of the window.
    pub ui: Ui,
    /// Which kinds of notification the user turned on or off.
    pub notifications: BTreeMap<NoticeKind, bool>,
    /// When notifications come.
    pub alerts: Alerts,
    /// When work is done, for forecasts.
    pub schedule: Schedule,
    /// What runs when something happens.
    pub hooks: Hooks,
    /// What is kept of what was used.
    pub usage: UsageRules,
    /// Where it is asked once a day whether there is a newer version; none: nowhere.
    pub updates: Option<Url>,
    /// Which profiles serve which projects.
    pub projects: Vec<ProjectSetting>,
    /// What the user should know about the file; nothing is wrong.
    pub warnings: Vec<String>,
}

impl Settings {
    /// Whether a kind of notification is wanted.
    pub fn is_notified(&self, kind: NoticeKind) -> bool {
        self.notifications.get(&kind).copied().unwrap_or(kind.is_on_by_default())
    }
}

/// Where sign-ins rest.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum VaultKind {
    /// In the system's keychain.
    #[default]
    Keychain,
    /// In a private file: only when the user says so.
    File,
}

impl VaultKind {
    /// As the settings write it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Keychain => "keychain",
            Self::File => "file",
        }
    }

    /// The kind of this word.
    pub fn of_word(word: &str) -> Option<Self> {
        vault(word).ok()
    }

    /// For people.
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::Keychain => "the keychain",
            Self::File => "a private file",
        }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            port: DEFAULT_PORT,
            vault: VaultKind::default(),
            upstreams: default_upstreams(),
            rules: Rules::default(),
            second_line: false,
            redeem_when_out: None,
            wait_for_reset: None,
            clients_responses: false,
            clients_messages: false,
            clients_chat: false,
            clients_models: ModelRules::default(),
            patience: Patience::default(),
            ui: Ui::default(),
            notifications: BTreeMap::new(),
            alerts: Alerts::default(),
            schedule: Schedule::default(),
            hooks: Hooks::default(),
            usage: UsageRules::default(),
            updates: None,
            projects: Vec::new(),
            warnings: Vec::new(),
        }
    }
}

fn default_upstreams() -> Upstreams {
    let url = |text| Url::parse(text).expect("the address is a constant");
    Upstreams {
        chatgpt: url("https://chatgpt.com/backend-api"),
        api: url("https://api.openai.com/v1"),
        auth: url("https://auth.openai.com"),
        proxy: Proxy::default(),
        authorities: Authorities::default(),
    }
}

/// Why the settings cannot be used.
#[derive(Debug, Error)]
pub enum SettingsError {
    /// The file cannot be read or written.
    #[error(transparent)]
    File(#[from] FileError),
    /// The file says something that cannot be.
    #[error("settings.toml, line {line}: {message}")]
    Bad {
        /// Where, from 1.
        line: usize,
        /// What is wrong, and what would be right.
        message: String,
    },
    /// A new value cannot be.
    #[error("{message}")]
    Value {
        /// The key, what is wrong, and what would be right.
        message: String,
    },
    /// There is no such key.
    #[error("{name} is not a setting; `rotunda settings` lists them")]
    NoKey {
        /// As the user typed it.
        name: String,
    },
    /// The key is changed by a command of its own, which does what belongs to it.
    #[error("{name} is changed by `{command}`")]
    ByCommand {
        /// Which key.
        name: String,
        /// Which command.
        command: &'static str,
    },
    /// A settings file is there, so none is begun.
    #[error(
        "{path} is there already; `rotunda settings init --print` prints what would be written"
    )]
    Taken {
        /// The file.
        path: String,
    },
    /// A variable says something that cannot be.
    #[error("{variable}: {message}")]
    Variable {
        /// Which.
        variable: &'static str,
        /// What is wrong, and what would be right.
        message: String,
    },
}

/// Reads the settings: variables first, then the file, then defaults.
pub fn load(home: &Home, env: &Env) -> Result<Settings, SettingsError> {
    let text = files::read_text_if_there(&home.settings_file())?.unwrap_or_default();
    let mut settings = written::meant(&text)?;
    apply(env, &mut settings)?;
    way_out::follow_codex(home, env, &mut settings.upstreams);
    Ok(settings)
}

/// Reads what is written in the file, for a change.
pub fn read_file(home: &Home) -> Result<SettingsFile, SettingsError> {
    let text = files::read_text_if_there(&home.settings_file())?.unwrap_or_default();
    written::parse(&text)
}

/// Writes every known key of `file` (absent ones are taken out), and keeps the
/// rest of the file as the user left it.
pub fn save(home: &Home, file: &SettingsFile) -> Result<(), SettingsError> {
    let path = home.settings_file();
    let old = files::read_text_if_there(&path)?;
    let new = written::edit(old.as_deref().unwrap_or_default(), file)?;
    write(home, old.as_deref(), &new)
}

/// Makes a change: it is checked as a whole, then written; what the file holds
/// besides stays. What it all means now comes back.
pub fn change(home: &Home, env: &Env, patch: &SettingsPatch) -> Result<Settings, SettingsError> {
    let found = files::read_text_if_there(&home.settings_file())?;
    let old = found.as_deref().unwrap_or_default();
    let mut file = written::parse(old)?;
    patch.apply(&mut file);
    let new = written::edit(old, &file)?;
    let mut settings = written::meant(&new)?;
    apply(env, &mut settings)?;
    way_out::follow_codex(home, env, &mut settings.upstreams);
    if new != old {
        write(home, found.as_deref(), &new)?;
    }
    Ok(settings)
}

/// Writes the file unless the user saved it since it was read.
fn write(home: &Home, old: Option<&str>, new: &str) -> Result<(), SettingsError> {
    files::create_private_folder(&home.config).map_err(SettingsError::File)?;
    let path = home.settings_file();
    let written = files::write_kept(&path, old.map(str::as_bytes), new.as_bytes(), &home.config)?;
    if written { Ok(()) } else { Err(SettingsError::File(FileError::changed(path))) }
}

/// Writes where sign-ins rest, as [`change`] does.
pub fn set_vault(home: &Home, env: &Env, kind: VaultKind) -> Result<Settings, SettingsError> {
    let mut file = read_file(home)?;
    file.vault = Some(kind.word().to_owned());
    save(home, &file)?;
    load(home, env)
}

/// `settings.toml` as a text, without a file of that name.
#[cfg(feature = "testing")]
pub mod text {
    use super::{Settings, SettingsError, SettingsFile, written};

    /// Reads the text as it stands; errors name the line.
    pub fn parse(text: &str) -> Result<SettingsFile, SettingsError> {
        written::parse(text)
    }

    /// What the text means; unknown keys become warnings.
    pub fn meant(text: &str) -> Result<Settings, SettingsError> {
        written::meant(text)
    }

    /// Puts every known key of `file` into the text and leaves all else alone.
    pub fn edit(text: &str, file: &SettingsFile) -> Result<String, SettingsError> {
        written::edit(text, file)
    }
}

fn apply(env: &Env, settings: &mut Settings) -> Result<(), SettingsError> {
    take(env, "ROTUNDA_PORT", &mut settings.port, |text| {
        // 0 is any free port: for tests and demos, so never in the file.
        text.parse().map_err(|_| PORT_RANGE.to_owned())
    })?;
    take(env, "ROTUNDA_VAULT", &mut settings.vault, vault)?;
    let Upstreams { chatgpt, api, auth, proxy: _, authorities: _ } = &mut settings.upstreams;
    take(env, "ROTUNDA_UPSTREAM_CHATGPT", chatgpt, upstream)?;
    take(env, "ROTUNDA_UPSTREAM_API", api, upstream)?;
    take(env, "ROTUNDA_UPSTREAM_AUTH", auth, upstream)
}

fn take<T>(
    env: &Env,
    variable: &'static str,
    place: &mut T,
    read: impl FnOnce(&str) -> Result<T, String>,
) -> Result<(), SettingsError> {
    if let Some(text) = env.get(variable) {
        *place = read(text).map_err(|message| SettingsError::Variable { variable, message })?;
    }
    Ok(())
}

const PORT_RANGE: &str = "a port is a number from 1 to 65535";

fn port(number: i64) -> Result<u16, String> {
    u16::try_from(number).ok().filter(|port| *port != 0).ok_or_else(|| PORT_RANGE.to_owned())
}

fn vault(text: &str) -> Result<VaultKind, String> {
    match text {
        "keychain" => Ok(VaultKind::Keychain),
        "file" => Ok(VaultKind::File),
        _ => Err("the vault is \"keychain\" or \"file\"".to_owned()),
    }
}

fn policy(text: &str) -> Result<Policy, String> {
    match text {
        "resets-first" => Ok(Policy::ResetsFirst),
        "most-left" => Ok(Policy::MostLeft),
        "my-order" => Ok(Policy::MyOrder),
        _ => Err("the policy is \"resets-first\", \"most-left\" or \"my-order\"".to_owned()),
    }
}

fn use_credits(text: &str) -> Result<UseCredits, String> {
    UseCredits::of_word(text)
        .ok_or_else(|| "credits are used \"never\", \"when_all_out\" or \"always\"".to_owned())
}

/// `system`, `none` or an address, perhaps with user name and password. What
/// travels through it is encrypted to upstream, so plain http or SOCKS to the
/// proxy itself is fine.
fn proxy(text: &str) -> Result<Proxy, String> {
    let bad = || {
        "the proxy is \"system\", \"none\" or an address such as \"http://proxy.example:3128\" or \
         \"socks5h://user:password@proxy.example:1080\""
            .to_owned()
    };
    match text.trim() {
        "" | "system" => return Ok(Proxy::System),
        "none" => return Ok(Proxy::None),
        _ => {}
    }
    let url = Url::parse(text.trim()).map_err(|_| bad())?;
    let fits = matches!(url.scheme(), "http" | "https" | "socks5" | "socks5h")
        && url.host_str().is_some_and(|host| !host.is_empty())
        && matches!(url.path(), "" | "/")
        && url.query().is_none()
        && url.fragment().is_none();
    if url.password() == Some(MASK) {
        // The shown address was changed, and the owner of its password is not known.
        return Err("the password of the proxy is not known; type it again".to_owned());
    }
    if fits { Ok(Proxy::Custom(url)) } else { Err(bad()) }
}

/// In place of a password that is set.
const MASK: &str = "***";

/// As the window shows it: no password leaves the process.
pub(crate) fn proxy_text(proxy: &Proxy) -> String {
    match proxy {
        Proxy::System | Proxy::OfCodex(_) => "system".to_owned(),
        Proxy::None => "none".to_owned(),
        Proxy::Custom(url) => masked(url.clone()).to_string(),
    }
}

fn masked(mut url: Url) -> Url {
    // It fails only for an address without a host, which no proxy has.
    if url.password().is_some() {
        let _ = url.set_password(Some(MASK));
    }
    url
}

/// What the user wants when the shown address comes back: with the password that
/// stands in the file, where nothing else of it was changed.
fn unmasked(wanted: String, held: Option<&str>) -> String {
    let held = held.and_then(|held| Url::parse(held).ok());
    match (Url::parse(&wanted), held) {
        (Ok(shown), Some(held)) if shown == masked(held.clone()) => held.to_string(),
        _ => wanted,
    }
}

/// `off`, or an address. The answer is signed; https keeps from others what is asked for.
fn update_address(text: &str) -> Result<Option<Url>, String> {
    match text.trim() {
        "" | alerts::OFF => Ok(None),
        address => upstream(address).map(Some),
    }
}

/// As it is written.
pub(crate) fn update_text(address: Option<&Url>) -> String {
    address.map_or_else(|| alerts::OFF.to_owned(), Url::to_string)
}

/// Credentials travel there: in the clear only to this machine itself.
fn upstream(text: &str) -> Result<Url, String> {
    let bad = |why: &dyn fmt::Display| format!("this is no usable address: {why}");
    let url = Url::parse(text).map_err(|error| bad(&error))?;
    let loopback = url.host_str().is_some_and(is_loopback);
    match url.scheme() {
        "https" => {}
        "http" if loopback => {}
        _ => return Err(bad(&"use https (http works for 127.0.0.1 only)")),
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(bad(&"it must not carry a user name or password"));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(bad(&"it must not carry a query"));
    }
    Ok(url)
}

#[cfg(test)]
mod tests;
