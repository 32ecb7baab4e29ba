//! HTTP/1.1 as a client reads and writes it (RFC 9112), without sockets: the text of a
//! request's head, the head of an answer, and the body in its framing.

mod body;
mod head;
mod request;

pub use body::{BodyError, BodyReader, Framing};
pub use head::{Head, HeadError, HeadReader};
pub use request::request_head;

#[cfg(test)]
mod tests;
