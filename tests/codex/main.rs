//! The real client, against the fakes alone and against the whole of Rotunda.
//!
//! `ROTUNDA_CODEX` names the client's program; without it every test fails
//! and says so. `ROTUNDA_BIN` names Rotunda's; without it the one built
//! beside this test is taken.

#![expect(clippy::unwrap_used, reason = "all of this is tests")]

mod app_server;
mod capture;
mod check;
mod client;
mod direct;
mod field;
mod history;
mod keyring;
mod project;
mod promises;
mod provider;
mod released;
mod replay;
mod rotation;
#[cfg(unix)]
mod second_line;
mod sign_in;
#[cfg(unix)]
mod terminal;
mod usage;
mod voice;
mod whole;
