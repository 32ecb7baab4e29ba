//! Binding as processes do it: killed at every step, raced by an editor,
//! changed behind our back. Each test has a home of its own.

#![expect(clippy::unwrap_used, reason = "a test that fails says where")]
#![cfg_attr(unix, expect(clippy::print_stderr, reason = "says what this system leaves out"))]

#[cfg(unix)]
mod broken;
#[cfg(unix)]
mod deciding;
#[cfg(all(unix, debug_assertions))]
mod kill;
#[cfg(all(unix, debug_assertions))]
mod left;
mod life;
#[cfg(unix)]
mod owners;
mod place;
#[cfg(unix)]
mod race;
#[cfg(target_os = "linux")]
mod room;
#[cfg(unix)]
mod special;
