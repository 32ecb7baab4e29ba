//! Refusals, each one sentence or two for people: what happened, then what to do.

use rotunda_core::{Language, Reader, Words, words::Stood};
use rotunda_router::vault::VaultError;
use thiserror::Error;

use crate::{
    auth_file::ImportError,
    bind::BindError,
    home::HomeError,
    instance::InstanceError,
    key::KeyError,
    login::LoginError,
    loopback::LoopbackError,
    settings::SettingsError,
    store::{NameError, StoreError},
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
            InstanceError::File(_) => Self::Lock(error),
        }
    }
}

/// Why the router did not start.
#[derive(Debug, Error)]
pub enum StartError {
    /// Another program listens there.
    #[error("{}", port_taken(*port, holder.as_deref(), *unbound))]
    PortTaken {
        /// Where.
        port: u16,
        /// The program, when the system tells.
        holder: Option<String>,
        /// Codex was bound and now is not, so that it goes on working.
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
        /// Codex was bound and now is not, so that it goes on working.
        unbound: bool,
    },
    /// No random numbers, or the key's file is damaged.
    #[error("The key that Codex uses cannot be had: {0}.")]
    Key(#[from] KeyError),
    /// The router refuses its parts.
    #[error("The router cannot be built: {0}.")]
    Router(String),
    /// The others could not be told where it listens.
    #[error("The running router cannot be announced: {0}.")]
    Announce(#[from] crate::files::FileError),
    /// One of these, and Codex was bound and now is not.
    #[error("{0} Codex was unbound so that it keeps working.")]
    LetGo(#[source] Box<StartError>),
}

fn port_taken(port: u16, holder: Option<&str>, unbound: bool) -> String {
    let holder = holder.map(ToOwned::to_owned);
    Stood::PortTaken { port, holder, unbound }.to(Reader::of(Language::English))
}

fn let_go(unbound: bool) -> &'static str {
    if unbound { " Codex was unbound so that it keeps working." } else { "" }
}

/// Why something asked for was not done.
#[derive(Debug, Error)]
pub enum CommandError {
    /// Nobody has that name.
    #[error("There is no profile called \"{0}\". `rotunda profiles` lists them.")]
    NoProfile(String),
    /// It is gone.
    #[error("This profile is gone.")]
    Gone,
    /// The name is not usable.
    #[error("{}.", capital(.0))]
    Name(#[from] NameError),
    /// The file holds no sign-in.
    #[error("Nothing was imported: {0}.")]
    Import(#[from] ImportError),
    /// The same, said by its keeper.
    #[error("Nothing was imported: {0}.")]
    NotImported(String),
    /// It has to be renewed before its first use, and is of no use any more.
    #[error(
        "Nothing was imported: OpenAI refused its refresh token. Sign in to it with `rotunda login`."
    )]
    Spent,
    /// It has to be renewed before its first use, and could not be.
    #[error(
        "Nothing was imported: OpenAI's sign-in service did not answer. Try again later, or sign \
         in to it with `rotunda login`."
    )]
    NotRenewed,
    /// A name is for one.
    #[error(
        "Nothing was imported: {0} sign-ins are there. Leave the name out to import them all, or          give the path of one of them."
    )]
    SeveralSignIns(usize),
    /// None of several could be had.
    #[error("Nothing was imported: {0}")]
    NoneImported(String),
    /// The settings cannot be read, or the new ones make no sense.
    #[error("Nothing was changed: {0}.")]
    Settings(#[from] crate::settings::SettingsError),
    /// There is nobody to stay on.
    #[error("No profile is ready to stay on. Sign in to one first.")]
    NobodyToStayOn,
    /// There is nobody to go to.
    #[error("No other profile is ready, so Codex stays where it is.")]
    NobodyElse,
    /// The reserve is not one.
    #[error("A reserve is a share from 0 to 50 percent. Nothing was changed.")]
    Reserve,
    /// The sign-in came to nothing.
    #[error(transparent)]
    SignIn(#[from] LoginError),
    /// An answer to a sign-in was refused; the sentence says why.
    #[error("{0}")]
    SignInRefused(String),
    /// There is none to answer.
    #[error("No sign-in is waiting for this. Start one first.")]
    NoSignIn,
    /// The browser did not start.
    #[error("The browser could not be opened. Open the address yourself.")]
    NoBrowser,
    /// The new sign-in is not the profile's.
    #[error(
        "That was another account than the one of {0}, so nothing was changed. Sign in with the \
         account of {0}, or add this one as a profile of its own."
    )]
    OtherAccount(String),
    /// This cannot be a key.
    #[error("This is not an API key: a key is one line without spaces. Nothing was added.")]
    NoKey,
    /// It is there already.
    #[error("This key is there already, as {0}. Nothing was added.")]
    KnownKey(String),
    /// The API does not take it.
    #[error("OpenAI refused this key. Check it on the page where it was made; nothing was added.")]
    KeyRefused,
    /// The API does not answer.
    #[error(
        "The key could not be tried, as OpenAI's API does not answer. Try again later; nothing was added."
    )]
    KeyUntried,
    /// A variable says where sign-ins rest.
    #[error(
        "ROTUNDA_VAULT says where sign-ins rest. Unset it and start Rotunda again, then move them."
    )]
    VaultFixed,
    /// It would be written over.
    #[error("{} is there already. Choose another name; nothing was written.", .0.display())]
    FileThere(std::path::PathBuf),
    /// The file with settings cannot be read or written.
    #[error("The file with the settings was left alone: {0}.")]
    Carried(#[source] crate::files::FileError),
    /// It is another file.
    #[error("This is not a file of `rotunda export`. Nothing was changed.")]
    NotCarried,
    /// Nothing is called that.
    #[error("Sign-ins rest in `keychain` or in `file`. Nothing was moved.")]
    NoPlace,
    /// They rest there already.
    #[error("Sign-ins are in {} already.", .0.in_words())]
    VaultThere(crate::settings::VaultKind),
    /// What was read back is something else.
    #[error("A copied sign-in could not be read back, so everything stays where it was.")]
    VaultCopy,
    /// The new place is in force, the old copies stay.
    #[error(
        "Sign-ins were moved, but their old copies could not be erased: {0}. The next start tries again."
    )]
    VaultLeft(VaultError),
    /// The sign-in could not be kept or removed.
    #[error("Nothing was changed: {0}.")]
    Vault(#[from] VaultError),
    /// The store refuses.
    #[error("Nothing was changed: {0}.")]
    Store(#[source] StoreError),
    /// Nobody would answer Codex.
    #[error(
        "Codex was not bound, because the router is not running and Codex would wait for it. \
         Start Rotunda or `rotunda serve` first."
    )]
    NotRunning,
    /// The line would have no effect.
    #[error(
        "Codex was not bound, because it uses the provider \"{0}\" of its config.toml and would not \
         come here. `rotunda bind --switch` also switches to the built-in one, until you unbind."
    )]
    OtherProvider(String),
    /// The router does not answer itself.
    #[error("Codex was not bound, because the router does not answer: {0}. Restart Rotunda.")]
    NoAnswer(#[source] LoopbackError),
    /// Something else answers.
    #[error("Codex was not bound, because the router answered itself with {0}. Restart Rotunda.")]
    WrongAnswer(http::StatusCode),
    /// `config.toml` cannot or should not be changed.
    #[error("Codex's config.toml was not changed: {0}.")]
    Bind(#[from] BindError),
    /// The archive cannot be written.
    #[error("No bundle was written: {0}. Choose another place for it.")]
    Bundle(#[source] crate::files::FileError),
    /// No program shows files.
    #[error("{} could not be opened: {source}. Open it yourself.", path.display())]
    NotOpened {
        /// What was to be shown.
        path: std::path::PathBuf,
        /// Why it was not.
        source: std::io::Error,
    },
    /// There is nothing to be beside.
    #[error("The router is not running. Start the app or `rotunda serve`, then try again.")]
    NoRouter,
    /// There is nobody to test.
    #[error("There is no profile yet. `rotunda login` adds one.")]
    NoProfileYet,
    /// One at a time, and only so many wait.
    #[error("{0} test turns wait already. Wait for the end of one, or cancel one, then try again.")]
    TestTurnsWaiting(usize),
    /// One at a time.
    #[error("What passes is recorded already. End that recording, then try again.")]
    RecordingAlready,
    /// No port for one program.
    #[error("No port could be opened for this command: {0}. Try again.")]
    Aside(#[source] std::io::Error),
    /// Only a running router reads quota.
    #[error(
        "Quota is read by a running Rotunda. Start the app or `rotunda serve`, then try again."
    )]
    QuotaNeedsRouter,
    /// Upstream did not say, or said no.
    #[error(
        "OpenAI did not tell what is left of {0}. Try again in a minute, or see `rotunda activity`."
    )]
    QuotaUnread(String),
    /// No key.
    #[error("The key that Codex uses cannot be had: {0}.")]
    Key(#[from] KeyError),
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

/// Why stopping left something behind.
#[derive(Debug, Error)]
pub enum StopError {
    /// Codex still points here.
    #[error("Codex is still bound: {0}. Run `rotunda unbind` once that is mended.")]
    Bound(#[source] BindError),
}

/// A clause as a sentence begins.
pub(super) fn capital(clause: &impl ToString) -> String {
    let clause = clause.to_string();
    let mut letters = clause.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_port_says_who_and_what_became_of_codex() {
        let error =
            StartError::PortTaken { port: 4517, holder: Some("node (4242)".into()), unbound: true };
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
}
