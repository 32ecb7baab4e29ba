//! Decisions, and nothing else.
//!
//! Every function here is a function of its arguments. No sockets, files,
//! clocks, random numbers or tasks: callers hand in what was observed and
//! `now`, and act on the answer.

pub mod affinity;
pub mod binding;
pub mod choice;
pub mod claims;
pub mod event;
pub mod format;
pub mod frame;
pub mod headers;
pub mod pace;
pub mod pool;
pub mod profile;
pub mod quota;
pub mod secret;
pub mod sse;
pub mod verdict;
pub mod words;

pub use affinity::{Affinity, affinity_of};
pub use choice::{Candidate, Choice, Rules, select};
pub use claims::{Claims, claims_of};
pub use event::Event;
pub use pool::PoolState;
pub use profile::{ProfileId, Standing};
pub use secret::Secret;
pub use verdict::{Verdict, classify, next_step};
pub use words::{Language, Reader, Words};
