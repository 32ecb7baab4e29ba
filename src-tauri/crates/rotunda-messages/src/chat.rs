//! Chat Completions.

mod events;
mod request;

pub(crate) use self::{events::ChatEvents, request::translate};
