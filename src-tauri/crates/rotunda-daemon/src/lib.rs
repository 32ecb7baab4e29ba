//! The services of a running Rotunda: the router's start and end, profiles, the
//! binding, the sign-ins, the snapshot and the control API.

use std::alloc::System;

use zeroizing_alloc::ZeroAlloc;

pub mod activity;
pub mod bind;
pub mod check;
mod client_error;
pub mod control;
pub mod daemon;
pub mod demo;
pub mod doctor;
mod error;
mod forecast;
pub mod history;
pub mod hook;
mod import;
mod localize;
pub mod login;
pub mod notice;
pub mod paths;
pub mod record;
mod redeem_error;
mod second_line;
mod snapshot;
#[cfg(test)]
mod testing;
pub mod trace;
pub mod usage;
pub mod view;
pub mod watchdog;

/// Overwrites all memory that is given back. Tokens pass through buffers of libraries that know
/// nothing of secrets: of HTTP connections, parsers, tasks (decision 021).
#[global_allocator]
static ALLOCATOR: ZeroAlloc<System> = ZeroAlloc(System);

/// Threads that requests are served on. They are mostly waiting: one carries thousands
/// of them, and with a second one each event would have to wake a thread
/// (docs/decisions/097-one-thread-for-requests.md).
pub const WORKERS: usize = 1;
