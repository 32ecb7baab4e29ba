//! Translates between clients of the public Responses API and the backend of a ChatGPT plan.
//!
//! Pure: text to text, no IO and no clock. The backend takes less than the public API:
//! it only streams, stores nothing, and refuses fields that it does not know. [`adapt`]
//! makes a request that it takes, or a [`PublicError`] that says why there is none.
//! [`EventAdapter`] makes the events of an answer those of the public API, and
//! [`Collector`] makes one document of them for a client that does not stream.
//!
//! `docs/clients.md` lists every field that is refused, left out or changed;
//! `docs/decisions/090-other-clients.md` says why.

mod answer;
mod collect;
mod error;
mod events;
mod fields;
mod items;
pub mod json_text;
mod public_models;
mod request;

pub use answer::MOST_COLLECTED;
pub use collect::{Collected, Collector};
pub use error::PublicError;
pub use events::EventAdapter;
pub use fields::{LEFT_OUT, REFUSED};
pub use public_models::{model, models};
pub use request::{Adapted, Dialect, adapt};
