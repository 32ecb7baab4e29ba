//! Binding as processes do it: killed at every step, raced by an editor,
//! changed behind our back. Each test has a home of its own.

#![expect(clippy::unwrap_used, reason = "a test that fails says where")]

#[cfg(all(unix, debug_assertions))]
mod kill;
mod life;
mod place;
#[cfg(unix)]
mod race;
#[cfg(target_os = "linux")]
mod room;
