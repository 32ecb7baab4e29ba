//! Refusals, each one sentence or two for people: what happened, then what to do.

use std::fmt;

use rotunda_core::{provider::BaseError, vault::VaultError};
use rotunda_host::{
    auth_file::ImportError,
    files::shown,
    home::HomeError,
    instance::InstanceError,
    key::KeyError,
    localize::{VaultRefusal, write_english},
    loopback::LoopbackError,
    settings::{SettingsError, VaultKind},
    store::{NameError, StoreError},
};
use rotunda_text::{Language, Locale, Localize, Message, Override, Stood, message};
use thiserror::Error;
use url::Url;

use crate::{
    bind::BindError, client_error::ClientError, login::LoginError, redeem_error::RedeemError,
};

/// Why Rotunda did not open.
#[derive(Debug, Error)]
pub enum DaemonError {
    /// Its folders cannot be used.
    #[error("Rotunda's folders cannot be used: {0}.")]
    Home(#[from] HomeError),
    /// Another process is it.
    #[error("Rotunda is already running. Use its tray icon, or `rotunda status`.")]
    Running,
    /// The lock cannot be used.
    #[error("Rotunda's lock cannot be used: {0}.")]
    Lock(#[source] InstanceError),
    /// The settings say something that cannot be.
    #[error("The settings cannot be used: {0}.")]
    Settings(#[from] SettingsError),
    /// What was remembered cannot be read.
    #[error("What Rotunda remembers cannot be read: {0}.")]
    Store(#[from] StoreError),
    /// Sign-ins cannot be kept.
    #[error("The sign-ins cannot be reached: {0}.")]
    Vault(#[from] VaultError),
    /// One of these, and Codex was bound and now is not.
    #[error("{0} Codex was unbound so that it keeps working.")]
    LetGo(#[source] Box<DaemonError>),
}

impl From<InstanceError> for DaemonError {
    fn from(error: InstanceError) -> Self {
        match error {
            InstanceError::Held => Self::Running,
            InstanceError::File(_) | InstanceError::NoLocks(_) => Self::Lock(error),
        }
    }
}

/// Why the router did not start.
#[derive(Debug, Error)]
pub enum StartError {
    /// Another program listens there.
    #[error("{}", port_taken(*port, holder.as_deref(), user.as_deref(), *unbound))]
    PortTaken {
        /// Where.
        port: u16,
        /// The program, when the system reports it.
        holder: Option<String>,
        /// Its user, when it is another one.
        user: Option<String>,
        /// Codex was bound and now is not, so that it continues to work.
        unbound: bool,
    },
    /// The system refuses.
    #[error(
        "Rotunda can't listen on port {port}: {source}.{} Set another port in settings.toml.",
        let_go(*unbound)
    )]
    Listen {
        /// Where.
        port: u16,
        /// Why.
        source: std::io::Error,
        /// Codex was bound and now is not, so that it continues to work.
        unbound: bool,
    },
    /// No random numbers, or the key's file is damaged.
    #[error("The key that Codex uses cannot be had: {0}.")]
    Key(#[from] KeyError),
    /// The router refuses its parts.
    #[error("The router cannot be built: {0}.")]
    Router(String),
    /// Its address could not be written for the others.
    #[error("The running router cannot be announced: {0}.")]
    Announce(#[from] rotunda_host::files::FileError),
    /// One of these, and Codex was bound and now is not.
    #[error("{0} Codex was unbound so that it keeps working.")]
    LetGo(#[source] Box<StartError>),
}

fn port_taken(port: u16, holder: Option<&str>, user: Option<&str>, unbound: bool) -> String {
    let (holder, user) = (holder.map(ToOwned::to_owned), user.map(ToOwned::to_owned));
    Stood::PortTaken { port, holder, user, unbound }.to(Locale::of(Language::ENGLISH))
}

fn let_go(unbound: bool) -> &'static str {
    if unbound { " Codex was unbound so that it keeps working." } else { "" }
}

/// Why a command was not done.
#[derive(Debug, Error)]
pub enum CommandError {
    /// No profile has that name.
    NoProfile(String),
    /// It is gone.
    Gone,
    /// The name is not usable.
    Name(#[from] NameError),
    /// The file holds no sign-in.
    Import(#[from] ImportError),
    /// The same, by the error of the vault.
    NotImported(String),
    /// It has to be renewed before its first use, and is of no use any more.
    Spent,
    /// It has to be renewed before its first use, and could not be.
    NotRenewed,
    /// A name is for one.
    SeveralSignIns(usize),
    /// None of several could be had.
    NoneImported(String),
    /// The settings cannot be read, or the new ones make no sense.
    Settings(#[from] rotunda_host::settings::SettingsError),
    /// There is no profile to stay on.
    NobodyToStayOn,
    /// There is no profile to switch to.
    NobodyElse,
    /// The reserve is not one.
    Reserve,
    /// The sign-in came to nothing.
    SignIn(#[from] LoginError),
    /// An answer to a sign-in was refused; the sentence says why.
    SignInRefused(String),
    /// There is none to answer.
    NoSignIn,
    /// The browser did not start.
    NoBrowser,
    /// The new sign-in is not the profile's.
    OtherAccount(String),
    /// The new sign-in is another profile's.
    AccountOf {
        /// The profile that was to be signed in again.
        profile: String,
        /// The profile of that account.
        other: String,
    },
    /// A profile would lose by it.
    Older(String),
    /// This cannot be a key.
    NoKey,
    /// It is there already.
    KnownKey(String),
    /// The API does not take it.
    KeyRefused,
    /// The API does not answer.
    KeyUntried,
    /// The address of a provider is none.
    ProviderAddress(#[from] BaseError),
    /// A provider does not take the key.
    ProviderRefused(Url),
    /// A provider does not answer.
    ProviderUntried(Url),
    /// A provider lists no models, and none is named.
    ProviderModels,
    /// Models of plans are named as a provider's own.
    ModelsOfPlans(Vec<String>),
    /// A key of another provider cannot be chosen for all work.
    OwnModelsOnly {
        /// The profile.
        profile: String,
        /// What it serves.
        models: Vec<String>,
    },
    /// A variable says where sign-ins rest.
    VaultFixed,
    /// An export or a bundle was not written.
    Output(#[from] rotunda_host::files::OutputError),
    /// The file with settings cannot be read or written.
    Carried(#[source] rotunda_host::files::FileError),
    /// It is another file.
    NotCarried,
    /// Nothing is called that.
    NoPlace,
    /// They rest there already.
    VaultThere(rotunda_host::settings::VaultKind),
    /// What was read back is something else.
    VaultCopy,
    /// The new place is in force, the old copies stay.
    VaultLeft(VaultError),
    /// The sign-in could not be kept or removed.
    Vault(#[from] VaultError),
    /// The store refuses.
    Store(#[source] StoreError),
    /// Codex would get no answer.
    NotRunning,
    /// The line would have no effect.
    OtherProvider(String),
    /// The folder is on this side of the computer.
    NotOtherSide(std::path::PathBuf),
    /// The Codex in this folder cannot reach a port of this side.
    OtherSideApart(std::path::PathBuf),
    /// No Codex was ever started with this folder.
    NoCodexThere(std::path::PathBuf),
    /// Another file keeps Codex from coming here.
    Overridden(Override),
    /// The router does not answer itself.
    NoAnswer(#[source] LoopbackError),
    /// Something else answers.
    WrongAnswer(http::StatusCode),
    /// `config.toml` cannot or should not be changed.
    Bind(#[from] BindError),
    /// No program shows files.
    NotOpened {
        /// What was to be shown.
        path: std::path::PathBuf,
        /// Why it was not.
        source: std::io::Error,
    },
    /// There is nothing to be beside.
    NoRouter,
    /// There is no profile to test.
    NoProfileYet,
    /// One at a time, and only so many wait.
    TestTurnsWaiting(usize),
    /// One at a time.
    RecordingAlready,
    /// No port for one program.
    Aside(#[source] std::io::Error),
    /// Only a running router reads quota.
    QuotaNeedsRouter,
    /// Upstream did not answer, or refused.
    QuotaUnread(String),
    /// No banked reset is redeemed.
    Redeem(#[from] RedeemError),
    /// Nothing changes about another program than Codex.
    Client(#[from] ClientError),
    /// No key.
    Key(#[from] KeyError),
    /// Only the tray app shows notifications.
    NoTray,
    /// There is no hook of this word.
    NoHook(String),
    /// There is no such folder.
    NoFolder(String),
    /// No rule per project is for this place.
    NoProject(String),
    /// The hook of this word has no command.
    HookNotSet(String),
    /// No profile has a sign-in.
    NothingToExport,
    /// It would be guessed.
    ShortPassphrase(usize),
    /// What is in the file works no more.
    RenewedMeanwhile(String),
    /// An encrypted file gives nothing.
    Sealed {
        /// Which file.
        path: String,
        /// A clause without a full stop.
        reason: String,
    },
}

impl From<StoreError> for CommandError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Name(name) => Self::Name(name),
            StoreError::NoProfile => Self::Gone,
            other => Self::Store(other),
        }
    }
}

impl fmt::Display for CommandError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_english(self, formatter)
    }
}

impl Localize for CommandError {
    #[expect(clippy::too_many_lines, reason = "one arm for each refusal, and nothing to decide")]
    fn message(&self) -> Message {
        match self {
            Self::NoProfile(name) => message!("error-no-profile-of-name", profile = name),
            Self::Gone => message!("error-gone"),
            Self::Name(error) => error.message(),
            Self::Import(ImportError::Encrypted(file)) => {
                message!("error-import-encrypted", file = shown(file))
            }
            Self::Import(error) => message!("error-import", error = error.message()),
            Self::NotImported(error) => message!("error-import", error = error),
            Self::Spent => message!("error-import-spent"),
            Self::NotRenewed => message!("error-import-not-renewed"),
            Self::SeveralSignIns(count) => message!("error-import-several", count = count),
            Self::NoneImported(errors) => message!("error-import-none", errors = errors),
            Self::Settings(error) => message!("error-nothing-changed", error = error.to_string()),
            Self::NobodyToStayOn => message!("error-none-to-stay-on"),
            Self::NobodyElse => message!("error-no-other-profile"),
            Self::Reserve => message!("error-reserve"),
            Self::SignIn(error) => error.message(),
            Self::Redeem(error) => error.message(),
            Self::Client(error) => error.message(),
            Self::SignInRefused(reason) => message!("quoted", text = reason),
            Self::NoSignIn => message!("error-no-sign-in"),
            Self::NoBrowser => message!("error-no-browser"),
            Self::OtherAccount(name) => message!("error-other-account", profile = name),
            Self::AccountOf { profile, other } => {
                message!("error-account-of", profile = profile, other = other)
            }
            Self::Older(name) => message!("error-import-older", profile = name),
            Self::NoKey => message!("error-no-key"),
            Self::KnownKey(name) => message!("error-known-key", profile = name),
            Self::KeyRefused => message!("error-key-refused"),
            Self::KeyUntried => message!("error-key-untried"),
            Self::ProviderAddress(error) => match error {
                BaseError::NoAddress => message!("error-provider-address"),
                BaseError::Plain => message!("error-provider-plain"),
                BaseError::Extra => message!("error-provider-extra"),
            },
            Self::ProviderRefused(base) => {
                message!("error-provider-refused", address = base.as_str())
            }
            Self::ProviderUntried(base) => {
                message!("error-provider-untried", address = base.as_str())
            }
            Self::ProviderModels => message!("error-provider-models"),
            Self::ModelsOfPlans(models) => {
                message!("error-provider-plan-models", models = models.join(", "))
            }
            Self::OwnModelsOnly { profile, models } => {
                let models = models.join(", ");
                message!("error-own-models-only", profile = profile, models = models)
            }
            Self::VaultFixed => message!("error-vault-fixed"),
            Self::Output(error) => error.message(),
            Self::Carried(error) => message!("error-settings-file", error = error.to_string()),
            Self::NotCarried => message!("error-no-export"),
            Self::NoPlace => message!("error-no-place"),
            Self::VaultThere(VaultKind::Keychain) => {
                message!("error-vault-there", place = "keychain")
            }
            Self::VaultThere(VaultKind::File) => message!("error-vault-there", place = "file"),
            Self::VaultCopy => message!("error-vault-copy"),
            Self::VaultLeft(error) => {
                message!("error-vault-left", error = VaultRefusal(error).message())
            }
            Self::Vault(error) => {
                message!("error-nothing-changed", error = VaultRefusal(error).message())
            }
            Self::Store(error) => message!("error-nothing-changed", error = error.to_string()),
            Self::NotRunning => message!("error-not-running"),
            Self::NotOtherSide(folder) => {
                message!("error-not-other-side", folder = shown(folder))
            }
            Self::OtherSideApart(folder) => {
                message!("error-other-side-apart", folder = shown(folder))
            }
            Self::NoCodexThere(folder) => {
                message!("error-no-codex-there", folder = shown(folder))
            }
            Self::Overridden(found) => message!("error-overridden", finding = found.message()),
            Self::OtherProvider(provider) => {
                message!("error-other-provider", provider = provider)
            }
            Self::NoAnswer(error) => message!("error-no-answer", error = error.to_string()),
            Self::WrongAnswer(status) => {
                message!("error-wrong-answer", status = status.to_string())
            }
            Self::Bind(error) => message!("error-bind", error = error.message()),
            Self::NotOpened { path, source } => {
                message!("error-not-opened", path = shown(path), error = source.to_string())
            }
            Self::NoRouter => message!("error-no-router"),
            Self::NoProfileYet => message!("error-no-profile-yet"),
            Self::TestTurnsWaiting(count) => message!("error-test-turns-waiting", count = count),
            Self::RecordingAlready => message!("error-recording-already"),
            Self::Aside(error) => message!("error-no-port", error = error.to_string()),
            Self::QuotaNeedsRouter => message!("error-quota-needs-router"),
            Self::QuotaUnread(names) => message!("error-quota-unread", profiles = names),
            Self::Key(error) => message!("error-key", error = error.to_string()),
            Self::NoTray => message!("error-no-tray"),
            Self::NoHook(word) => message!("error-no-hook", hook = word),
            Self::NoFolder(folder) => message!("project-not-there", place = folder),
            Self::NoProject(place) => message!("error-no-project", place = place),
            Self::HookNotSet(word) => message!("hooks-not-set", hook = word),
            Self::NothingToExport => message!("error-nothing-to-export"),
            Self::ShortPassphrase(count) => message!("error-short-passphrase", count = count),
            Self::RenewedMeanwhile(name) => message!("error-renewed-meanwhile", profile = name),
            Self::Sealed { path, reason } => {
                message!("error-sealed", path = path, reason = reason)
            }
        }
    }
}

/// Why stopping left something behind.
#[derive(Debug, Error)]
pub enum StopError {
    /// Codex still points here.
    #[error("Codex is still bound: {0}. Run `rotunda unbind` once that is mended.")]
    Bound(#[source] BindError),
}

/// A clause as a sentence begins.
pub(crate) fn capital(clause: &impl ToString) -> String {
    let clause = clause.to_string();
    let mut letters = clause.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_in_use_error_names_the_program_and_the_binding() {
        let taken = |holder: Option<&str>, user: Option<&str>| {
            let (holder, user) = (holder.map(Into::into), user.map(Into::into));
            StartError::PortTaken { port: 4517, holder, user, unbound: true }
        };
        let strange = taken(None, Some("eve")).to_string();
        assert!(
            strange.starts_with("Port 4517 is used by a program of the user eve."),
            "{strange}"
        );
        let strange = taken(Some("nc (7)"), Some("eve")).to_string();
        assert!(strange.starts_with("Port 4517 is used by nc (7) of the user eve."), "{strange}");
        let error = taken(Some("node (4242)"), None);
        assert_eq!(
            error.to_string(),
            "Port 4517 is used by node (4242). Codex was unbound so that it keeps working. \
             End that program, or set another port in settings.toml."
        );
    }

    #[test]
    fn a_name_error_reads_as_a_sentence() {
        let error = CommandError::from(NameError::Taken).to_string();
        assert_eq!(error, "Another profile has this name; choose a different one.");
    }

    #[test]
    fn a_refusal_is_in_the_language_of_the_reader() {
        #[track_caller]
        fn check(error: &CommandError, english: &str, chinese: &str) {
            assert_eq!(error.to(Locale::of(Language::ENGLISH)), english);
            assert_eq!(error.to(Locale::of(Language::find("zh-CN").unwrap())), chinese);
        }
        check(
            &CommandError::NobodyElse,
            "No other profile is ready, so Codex stays where it is.",
            "没有其他可用的配置，所以 Codex 保持不变。",
        );
        check(
            &CommandError::Name(NameError::Taken),
            "Another profile has this name; choose a different one.",
            "另一个配置已使用这个名称，请换一个。",
        );
        check(
            &CommandError::SignIn(LoginError::TimedOut),
            "The sign-in was not finished in time. Start it again.",
            "没有及时完成，登录已结束。请重新开始。",
        );
    }
}
