//! This machine: folders and files, what differs by system, the files of Codex,
//! sign-ins, settings, store and log. Nothing here knows a service.

pub mod age;
pub mod auth_file;
pub mod auth_kind;
pub mod blocking;
pub mod browser;
pub mod clock;
pub mod codex;
pub mod codex_auth;
pub mod codex_config;
pub mod database_rows;
pub mod failpoint;
pub mod files;
pub mod home;
pub mod instance;
pub mod key;
pub mod localize;
pub mod log;
pub mod loopback;
pub mod platform;
pub mod redact;
pub mod release_key;
pub mod repository;
pub mod session;
pub mod settings;
pub mod shared_vault;
pub mod store;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
pub mod timezone;
pub mod transfer;
pub mod vault;
