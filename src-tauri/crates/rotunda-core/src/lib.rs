//! Decisions, and nothing else.
//!
//! Every function here is a function of its arguments. No sockets, files,
//! clocks, random numbers or tasks: callers hand in what was observed and
//! `now`, and act on the answer.

pub mod event;
pub mod profile;
pub mod secret;

pub use event::Event;
pub use profile::{ProfileId, Standing};
pub use secret::Secret;
