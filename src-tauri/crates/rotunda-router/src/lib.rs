//! Carries requests from the local client to upstream and back.
//!
//! Start with `docs/life-of-a-request.md`, then [`forward`](self): one loop
//! that chooses a profile, attempts, rotates or commits, and then streams.
//!
//! Cancel safety: a request is one future, and its answer one body. When the
//! client leaves, dropping either closes the upstream request and gives the
//! profile back.

pub mod clock;
pub mod limits;
pub mod vault;

mod account;
mod attempt;
mod body;
mod client;
mod forward;
mod guard;
mod keeper;
mod last_word;
mod models;
mod pool;
mod record;
mod refusals;
mod respond;
mod route;
mod server;
mod socket;
mod stream;
mod tap;
mod tries;
mod usage;
mod wait;
mod wire;

pub use client::{http_client, http_client_to, http_client_via};
pub use clock::Clock;
pub use guard::Keys;
pub use keeper::{CLIENT_ID, Keeper, KeeperError};
pub use limits::{Limits, Proxy, Upstreams};
pub use pool::Pool;
pub use record::{Heard, Piece, Recorder};
pub use rotunda_core::{
    Event,
    choice::{Policy, Rules},
    pool::{Memory, PoolView, SeatView},
};
pub use server::{Control, ControlBody, Router, listen, serve};
pub use usage::usage_refresh;
pub use vault::{BoxFuture, Credential, Vault, VaultError};
