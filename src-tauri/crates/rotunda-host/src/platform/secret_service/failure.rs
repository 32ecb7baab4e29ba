//! What the errors of a Secret Service mean. Names of D-Bus errors are protocol;
//! their messages are prose and are not read.

use std::io::ErrorKind;

use rotunda_core::vault::VaultError;
use secret_service::Error;
use zbus::DBusError;

/// There are two ways out.
const NO_SERVICE: &str = "no Secret Service answers on this session's D-Bus; start one (for \
     instance gnome-keyring or KWallet), or set `vault = \"file\"` in settings.toml to keep sign-ins \
     in a private file";

/// Why an operation failed.
#[derive(Debug)]
pub(super) enum Failure {
    /// The answer to any caller.
    Final(VaultError),
    /// It may be the session's fault: worth one attempt over a new one.
    Session(VaultError),
}

impl Failure {
    pub(super) fn cause(self) -> VaultError {
        match self {
            Self::Final(error) | Self::Session(error) => error,
        }
    }

    pub(super) fn is_locked(&self) -> bool {
        matches!(self, Self::Final(VaultError::Locked))
    }
}

pub(super) fn no_service() -> VaultError {
    VaultError::Unavailable(NO_SERVICE.to_owned())
}

/// What an error means while something is read.
pub(super) fn reading(error: Error) -> Failure {
    let unknown = |name: &str| {
        VaultError::Unavailable(format!(
            "it answers with the error {name}; restart or repair it, or set `vault = \"file\"` in \
             settings.toml and sign in again"
        ))
    };
    of(error, unknown)
}

/// What an error means while one object is read: an object that is gone is not
/// known to the library of the service, by any of these names.
pub(super) fn reading_item(error: Error) -> Failure {
    let gone = match &error {
        Error::Zbus(zbus::Error::MethodError(name, ..)) => is_gone(name.as_str()),
        Error::ZbusFdo(error) => is_gone(error.name().as_str()),
        _ => false,
    };
    if gone { Failure::Session(VaultError::Missing) } else { reading(error) }
}

fn is_gone(name: &str) -> bool {
    let known = ["NoSuchObject", "UnknownObject", "UnknownMethod", "UnknownInterface"];
    known.iter().any(|known| name.ends_with(&format!(".{known}")))
}

/// What an error means while something is written. That access is denied there
/// is most often a collection that takes no new items.
pub(super) fn writing(error: Error) -> Failure {
    match of(error, |name| VaultError::CannotSave(name.to_owned())) {
        Failure::Final(VaultError::Denied) => {
            Failure::Final(VaultError::CannotSave("it refuses to be written".to_owned()))
        }
        failure => failure,
    }
}

pub(super) fn of_bus(error: zbus::Error) -> Failure {
    reading(Error::Zbus(error))
}

fn of(error: Error, unknown: impl FnOnce(&str) -> VaultError) -> Failure {
    match error {
        Error::Locked => Failure::Final(VaultError::Locked),
        Error::Prompt => Failure::Final(VaultError::Dismissed),
        Error::PromptDisconnected => Failure::Session(VaultError::NotAnswering),
        Error::NoResult => Failure::Final(VaultError::NoCollection),
        Error::Unavailable => Failure::Final(no_service()),
        // The key of another session, or content that was never encrypted.
        Error::Crypto(_) => Failure::Session(VaultError::Damaged(
            "it cannot be decrypted; sign in again".to_owned(),
        )),
        Error::Zbus(error) | Error::ZbusFdo(zbus::fdo::Error::ZBus(error)) => {
            of_call(&error, unknown)
        }
        Error::ZbusFdo(error) => of_name(error.name().as_str(), unknown),
        Error::Zvariant(_) => Failure::Session(unknown("of an answer that breaks the protocol")),
        _ => Failure::Session(unknown("of an unknown kind")),
    }
}

fn of_call(error: &zbus::Error, unknown: impl FnOnce(&str) -> VaultError) -> Failure {
    match error {
        zbus::Error::MethodError(name, ..) => of_name(name.as_str(), unknown),
        zbus::Error::FDO(error) => match &**error {
            zbus::fdo::Error::ZBus(error) => of_call(error, unknown),
            error => of_name(error.name().as_str(), unknown),
        },
        zbus::Error::InputOutput(cause) if cause.kind() == ErrorKind::TimedOut => {
            Failure::Final(VaultError::NotAnswering)
        }
        // The bus itself is not there, or went away.
        zbus::Error::InputOutput(_)
        | zbus::Error::Connection(..)
        | zbus::Error::Address(_)
        | zbus::Error::Handshake(_)
        | zbus::Error::InterfaceNotFound => Failure::Session(no_service()),
        _ => Failure::Session(unknown("of an answer that breaks the protocol")),
    }
}

fn of_name(name: &str, unknown: impl FnOnce(&str) -> VaultError) -> Failure {
    match name {
        "org.freedesktop.Secret.Error.IsLocked" => Failure::Final(VaultError::Locked),
        "org.freedesktop.DBus.Error.AccessDenied"
        | "org.freedesktop.DBus.Error.AuthFailed"
        | "org.freedesktop.DBus.Error.InteractiveAuthorizationRequired" => {
            Failure::Final(VaultError::Denied)
        }
        "org.freedesktop.Secret.Error.NoSuchObject"
        | "org.freedesktop.DBus.Error.UnknownObject" => Failure::Session(VaultError::Missing),
        "org.freedesktop.DBus.Error.ServiceUnknown"
        | "org.freedesktop.DBus.Error.NameHasNoOwner" => Failure::Session(no_service()),
        // The bus could not start it.
        name if name.starts_with("org.freedesktop.DBus.Error.Spawn.") => {
            Failure::Final(no_service())
        }
        "org.freedesktop.DBus.Error.Timeout" | "org.freedesktop.DBus.Error.TimedOut" => {
            Failure::Final(VaultError::NotAnswering)
        }
        // It ended during the call.
        "org.freedesktop.DBus.Error.NoReply" | "org.freedesktop.DBus.Error.Disconnected" => {
            Failure::Session(VaultError::NotAnswering)
        }
        name => Failure::Session(unknown(name)),
    }
}

/// Whether a service that answers so to `OpenSession` refuses this kind of
/// session, rather than us. `NotSupported` is the word of the specification;
/// others say that an argument is wrong, or that it failed.
pub(super) fn refuses_session(error: &Error) -> bool {
    match error {
        // It accepted, and answered with something that is no key.
        Error::Zvariant(_)
        | Error::Crypto(_)
        | Error::Zbus(zbus::Error::Variant(_) | zbus::Error::InvalidReply) => true,
        Error::Zbus(zbus::Error::MethodError(name, ..)) => !matches!(
            of_name(name.as_str(), |_| VaultError::Missing),
            Failure::Final(_)
                | Failure::Session(VaultError::Unavailable(_) | VaultError::NotAnswering)
        ),
        _ => false,
    }
}
