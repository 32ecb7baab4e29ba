//! Recordings of what passes between Codex and the router, for a report of a
//! fault: the shape of every request, answer, event and frame, without the
//! content of prompts and answers and without names.
//!
//! Off by default, and shown in the snapshot while it is on. The client that
//! requested it writes the lines; when it disconnects, the recording ends.

mod facts;
mod schema;
mod scrub;
mod tape;

pub(crate) use self::{facts::Facts, tape::tape};

/// Version of the lines' form.
pub const FORMAT: u32 = 1;
