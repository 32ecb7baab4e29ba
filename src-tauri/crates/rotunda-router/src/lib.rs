//! Carries requests from the local client to upstream and back.
//!
//! Start with `docs/life-of-a-request.md`, then [`forward`](self): one loop
//! that chooses a profile, attempts, rotates or commits, and then streams.
//!
//! Cancel safety: a request is one future, and its answer one body. When the
//! client leaves, dropping either closes the upstream request and gives the
//! profile back.

pub mod limits;

mod account;
mod api;
mod api_clients;
mod attempt;
mod backend_api;
mod body;
mod budget;
mod call;
mod client;
mod coding;
mod connections;
mod context;
mod decide;
mod early;
mod forward;
mod guard;
mod lent_key;
mod loans;
mod log_rate;
mod long_work;
mod metered;
mod model_lists;
mod models;
mod places;
mod pool;
mod record;
mod redeem;
mod released;
mod respond;
mod route;
mod server;
mod socket;
mod socket_places;
mod stream;
mod stream_inspector;
mod tls;
mod token_manager;
mod trace;
mod upstream_client;
mod usage;
mod usage_answer;
mod wait;

pub use api_clients::{ApiClient, ApiClients, ApiSettings, KEY_PREFIX, digest_of};
pub use client::{http_client, http_client_to, http_client_via, is_certificate_of_another_time};
pub use connections::SameUser;
pub use context::{Control, ControlBody};
pub use guard::Keys;
pub use lent_key::LentKey;
pub use limits::Limits;
pub use pool::Pool;
pub use record::{Heard, Piece, Recorder};
pub use redeem::NotSent;
pub use rotunda_core::{
    Authorities, BoxFuture, Clock, Credential, Event, NoCertificate, Proxy, ProxyOfCodex, Stored,
    Upstreams, Uptime, Vault, VaultError,
    choice::{Policy, Rules},
    pool::{Memory, PoolProfileView, PoolView},
    quota_plan::usage_refresh,
};
pub use server::{Router, listen, serve};
pub use token_manager::{CLIENT_ID, TokenError, TokenManager};
pub use trace::Counters;
pub use usage::ProfileCheck;
