//! The Messages API.

mod content;
mod estimate;
mod events;
mod request;
mod tools;

pub use self::estimate::estimate_tokens;
pub(crate) use self::{events::MessageEvents, request::translate};
