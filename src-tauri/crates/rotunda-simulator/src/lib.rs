//! One scripted upstream and issuer on real sockets, for `rotunda demo`, the
//! scenarios, the soak, the benchmark and the desktop stories.
//!
//! A server answers like the real upstream unless a script says otherwise, and
//! records what it received. Scripts wait at a [`Gate`] that the caller opens.

mod account;
pub mod event;
mod gate;
pub mod issuer;
pub mod jwt;
mod record;
mod reply;
mod reset_credits;
pub mod upstream;
mod wait;

pub use account::{Account, Window};
pub use gate::Gate;
pub use issuer::FakeIssuer;
pub use record::{Received, Route};
pub use reply::{Reply, Step};
pub use reset_credits::{ResetCredit, ResetCredits};
pub use upstream::ScriptedUpstream;
pub use wait::{PATIENCE, eventually, in_time, while_alive};
