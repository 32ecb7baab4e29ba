//! Fakes that listen on real sockets, and the rig that puts a router between
//! them and a client.
//!
//! Fakes are programs with a script. They pace themselves by [`Gate`]s that a
//! test opens, never by sleeping, and keep a record of all they saw.

pub mod client;
mod clock;
mod dice;
pub mod event;
pub mod field;
mod gate;
pub mod issuer;
pub mod jwt;
mod logs;
mod person;
pub mod planted;
mod proxy;
mod reply;
pub mod rig;
mod serve;
mod talk;
mod tls;
pub mod upstream;
mod vault;
mod wait;

pub use clock::FakeClock;
pub use dice::Dice;
pub use gate::Gate;
pub use issuer::FakeIssuer;
pub use logs::Logs;
pub use person::Person;
pub use proxy::{FakeProxy, Login, ProxyKind};
pub use reply::{Reply, Step};
pub use rig::{Plan, Rig};
pub use serve::{Ran, Whole};
pub use talk::Talk;
pub use tls::{AUTHORITY, TlsFront};
pub use upstream::{Route, ScriptedUpstream, Seen};
pub use vault::MemoryVault;
pub use wait::{PATIENCE, eventually, in_time};
