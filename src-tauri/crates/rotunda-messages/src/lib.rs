//! Translates two forms of request to the Responses API, and its answers back: the Messages
//! API of Anthropic, which Claude Code speaks, and Chat Completions of `OpenAI`.
//!
//! Pure: text to text, no IO and no clock. [`Form::translate`] makes a request of the
//! Responses API, which [`rotunda_clients::adapt`] then makes one for the backend of a plan.
//! [`AnswerStream`] makes the events of an answer those of the form, and
//! [`AnswerDocument`] one document of them.
//!
//! The forms are those of the public documents: Anthropic's "Messages" and "Streaming
//! Messages", `OpenAI`'s "Chat Completions", and what Claude Code 2.1.332 sends.
//! `docs/clients.md` lists what is left out or refused;
//! `docs/decisions/091-messages-and-chat-completions.md` says why.

mod answer;
mod chat;
mod document;
mod form;
mod form_event;
mod input;
mod messages;
mod names;
mod reading;
mod reasoning;
mod sequence;
mod stream;
mod strict;
mod translate;
mod translated;

pub use document::AnswerDocument;
pub use form::Form;
pub use messages::estimate_tokens;
pub use stream::AnswerStream;
pub use translated::{AnswerForm, Translated};
