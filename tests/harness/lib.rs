//! The rig that puts a router between a client and the scripted upstream of
//! `rotunda-simulator`, and what else only tests need.
//!
//! Fakes are programs with a script. They pace themselves by [`Gate`]s that a
//! test opens, never by sleeping, and keep a record of all they saw.

pub mod client;
mod clock;
mod dice;
pub mod field;
mod logs;
mod person;
pub mod planted;
mod proxy;
pub mod rig;
mod serve;
mod signals;
mod stall;
mod talk;
mod tls;
mod vault;
pub mod year;

pub use clock::FakeClock;
pub use dice::Dice;
pub use logs::Logs;
pub use person::Person;
pub use proxy::{FakeProxy, Login, ProxyKind};
pub use rig::{Plan, Rig};
pub use rotunda_simulator::{
    Account, FakeIssuer, Gate, PATIENCE, Received, Reply, ResetCredit, ResetCredits, Route,
    ScriptedUpstream, Step, Window, event, eventually, in_time, issuer, jwt, upstream, while_alive,
};
pub use serve::{Ran, Whole};
pub use signals::{Signal, is_running};
pub use stall::{Stall, StallingFront};
pub use talk::Talk;
pub use tls::{AUTHORITY, TlsFiles, TlsFront};
pub use vault::MemoryVault;
