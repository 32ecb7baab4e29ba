//! What Rotunda does, over real sockets, against scripted fakes.

#![expect(clippy::unwrap_used, reason = "all of this is tests")]

mod fakes;
