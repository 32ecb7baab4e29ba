//! Codex's config.toml, and the files beside it that decide where Codex connects.

use crate::{Localize, Message, message};

/// What to know of Codex's file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BindingNote {
    /// It points at an address of ours without a listener.
    Stale(String),
    /// It points at an address of another program.
    Foreign(String),
    /// It does not parse: the line, and the parser's own words.
    Unreadable(usize, String),
    /// It cannot be read; the system's own words.
    Failed(String),
    /// It names another provider, so our line has no effect.
    OtherProvider(String),
    /// Another file decides instead of it, or keeps Codex from coming here.
    Overridden(Override),
}

/// A file beside `config.toml` that decides where Codex goes, or the reason why
/// `config.toml` itself cannot be changed. Files are whole paths; addresses are
/// masked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Override {
    /// An administrator's file names another address, and goes before the user's.
    ManagedAddress {
        /// Which file.
        file: String,
        /// The address.
        address: String,
    },
    /// An administrator's file names another provider.
    ManagedProvider {
        /// Which file.
        file: String,
        /// The provider.
        provider: String,
    },
    /// An administrator's file cannot be read: Codex does not start then.
    ManagedUnreadable {
        /// Which file.
        file: String,
        /// The parser's or the system's own words.
        reason: String,
    },
    /// Codex's `.env` sends what is meant for this computer to a proxy.
    EnvProxy {
        /// Which file.
        file: String,
        /// The variable.
        variable: String,
    },
    /// Codex's `.env` names an address, which Codex versions of today ignore.
    EnvAddress {
        /// Which file.
        file: String,
        /// The address.
        address: String,
    },
    /// The file holds the key and is open to other users of the computer.
    Open {
        /// Where the file really is.
        file: String,
    },
    /// The file is read-only, as those are that a dotfile tool writes.
    ReadOnly {
        /// Where the file really is.
        file: String,
        /// The tool, where the folder identifies it.
        tool: Option<String>,
    },
}

impl Override {
    /// Whether Codex does not come here because of it, whatever `config.toml`
    /// says.
    pub fn is_decisive(&self) -> bool {
        match self {
            Self::ManagedAddress { .. }
            | Self::ManagedProvider { .. }
            | Self::ManagedUnreadable { .. } => true,
            Self::EnvProxy { .. }
            | Self::EnvAddress { .. }
            | Self::Open { .. }
            | Self::ReadOnly { .. } => false,
        }
    }
}

impl Localize for BindingNote {
    fn message(&self) -> Message {
        match self {
            Self::Stale(url) => message!("binding-stale", url = url),
            Self::Foreign(url) => message!("binding-foreign", url = url),
            Self::Unreadable(line, error) => {
                message!("binding-unreadable", line = line, error = error)
            }
            Self::Failed(error) => message!("binding-failed", error = error),
            Self::OtherProvider(provider) => {
                message!("binding-other-provider", provider = provider)
            }
            Self::Overridden(found) => found.message(),
        }
    }
}

impl Localize for Override {
    fn message(&self) -> Message {
        match self {
            Self::ManagedAddress { file, address } => {
                message!("override-managed-address", file = file, address = address)
            }
            Self::ManagedProvider { file, provider } => {
                message!("override-managed-provider", file = file, provider = provider)
            }
            Self::ManagedUnreadable { file, reason } => {
                message!("override-managed-unreadable", file = file, reason = reason)
            }
            Self::EnvProxy { file, variable } => {
                message!("override-env-proxy", file = file, variable = variable)
            }
            Self::EnvAddress { file, address } => {
                message!("override-env-address", file = file, address = address)
            }
            Self::Open { file } => message!("override-open", file = file),
            Self::ReadOnly { file, tool: Some(tool) } => {
                message!("override-read-only-tool", file = file, tool = tool)
            }
            Self::ReadOnly { file, tool: None } => message!("override-read-only", file = file),
        }
    }
}
