//! Signing in with ChatGPT: in a browser that comes back to this computer, or
//! with a code typed on any other.
//!
//! Nothing here knows profiles. A flow ends with tokens or with one sentence,
//! and its caller decides what becomes of them.

mod address;
mod callback_server;
mod error;
mod flow;
mod heard;
mod issuer;
mod page;

pub(crate) use self::{
    address::query_of,
    callback_server::CallbackServer,
    flow::{Answered, Flow, Shown},
    heard::Heard,
    issuer::{Issuer, Workspace},
    page::Page,
};
pub use self::{callback_server::ROTUNDA_LOGIN_PORT, error::LoginError};

#[cfg(test)]
mod tests;
