//! Decisions, and nothing else.
//!
//! Every function here is a function of its arguments. No sockets, files,
//! clocks, random numbers or tasks: callers hand in what was observed and
//! `now`, and act on the answer.

pub mod affinity;
pub mod automatic_reset;
pub mod binding;
pub mod bounded;
pub mod choice;
pub mod claims;
pub mod client_url;
pub mod clock;
pub mod clock_step;
pub mod columns;
pub mod display_text;
pub mod event;
pub mod fnv;
pub mod forecast;
pub mod frame;
pub mod headers;
pub mod http1;
pub mod identity;
mod json_edit;
pub mod model_rule;
pub mod notice;
pub mod own_account;
pub mod pace;
pub mod pool;
pub mod profile;
pub mod project;
pub mod project_rule;
pub mod provider;
pub mod quota;
pub mod quota_plan;
pub mod reading;
pub mod redemption;
pub mod release_notice;
pub mod reset_credits;
pub mod second_line;
pub mod secret;
pub mod sse;
pub mod tokens;
pub mod trace;
pub mod turn;
pub mod upstreams;
pub mod vault;
pub mod verdict;
pub mod whereabouts;

#[cfg(test)]
mod numbers_tests;
#[cfg(test)]
mod testing;

pub use affinity::{Affinity, affinity_of};
pub use choice::{Candidate, Choice, Rules, select};
pub use claims::{Claims, claims_of};
pub use client_url::{ClientUrl, LocalUrl, is_loopback};
pub use clock::{Clock, Uptime};
pub use clock_step::ClockStep;
pub use event::Event;
pub use identity::Identity;
pub use pool::PoolState;
pub use profile::{ProfileId, Standing};
pub use secret::Secret;
pub use turn::Turn;
pub use upstreams::{Authorities, NoCertificate, Patience, Proxy, ProxyOfCodex, Upstreams};
pub use vault::{BoxFuture, Credential, Stored, Vault, VaultError};
pub use verdict::{Verdict, classify};
