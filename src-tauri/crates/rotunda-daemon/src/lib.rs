//! Everything a running Rotunda does on a machine except draw: its folders,
//! settings, store and vault, the binding, the sign-ins and the control API.

use std::alloc::System;

use zeroizing_alloc::ZeroAlloc;

pub mod activity;
pub mod auth_file;
mod auth_kind;
pub mod bind;
mod blocking;
mod board;
pub mod browser;
pub mod check;
pub mod cli;
pub mod clock;
pub mod codex;
pub mod codex_config;
pub mod control;
pub mod daemon;
pub mod demo;
pub mod doctor;
mod error;
pub mod fault;
pub mod files;
mod gather;
pub mod history;
pub mod home;
pub mod instance;
pub mod key;
mod localize;
pub mod log;
pub mod login;
pub mod loopback;
mod own;
mod platform;
pub mod record;
mod redact;
mod second_line;
pub mod session;
pub mod settings;
mod shared_vault;
pub mod store;
#[cfg(test)]
mod testing;
pub mod vault;
pub mod view;
pub mod watchdog;
pub mod zone;

/// Overwrites all memory that is given back. Tokens pass through buffers of libraries that know
/// nothing of secrets: of HTTP connections, parsers, tasks (decision 021).
#[global_allocator]
static ALLOCATOR: ZeroAlloc<System> = ZeroAlloc(System);

/// Threads that requests are served on. They are mostly waiting: two carry
/// thousands of them, and each more costs memory on a machine with many cores.
pub const WORKERS: usize = 2;
