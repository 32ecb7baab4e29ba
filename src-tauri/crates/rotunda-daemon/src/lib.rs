//! Everything a running Rotunda does on a machine except draw: its folders,
//! settings, store and vault, the binding, the sign-ins and the control API.

pub mod activity;
pub mod auth_file;
pub mod bind;
mod board;
pub mod browser;
pub mod check;
pub mod cli;
pub mod clock;
pub mod codex;
pub mod control;
pub mod daemon;
pub mod demo;
pub mod doctor;
pub mod fault;
pub mod files;
mod gather;
pub mod history;
pub mod home;
pub mod instance;
pub mod key;
pub mod log;
pub mod login;
pub mod loopback;
mod own;
mod platform;
pub mod record;
mod said;
pub mod settings;
pub mod store;
#[cfg(test)]
mod testing;
pub mod vault;
pub mod view;
pub mod zone;

/// Threads that requests are served on. They are mostly waiting: two carry
/// thousands of them, and each more costs memory on a machine with many cores.
pub const WORKERS: usize = 2;
