//! Recordings of what passes between Codex and the router, for a report of a
//! fault: the shape of every request, answer, event and frame, without what
//! was asked or said and without anything that names somebody.
//!
//! Off unless somebody asks, and seen in the snapshot while it is on. Whoever
//! asked writes the lines; when they leave, it ends.

mod facts;
mod schema;
mod scrub;
mod tape;

pub(crate) use self::{facts::Facts, tape::tape};

/// Version of the lines' form.
pub const FORMAT: u32 = 1;
