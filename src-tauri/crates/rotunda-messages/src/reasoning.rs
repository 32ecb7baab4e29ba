//! Reasoning that a client keeps and sends back.
//!
//! The service gives the encrypted content of its reasoning; a thinking block of the Messages
//! API has a `signature` that clients keep and send back unread. The content travels in it.

/// Tells content of this service from the signature of another one.
const SEAL: &str = "rotunda1.";

/// A signature with the content in it.
pub(crate) fn sealed(content: &str) -> String {
    format!("{SEAL}{content}")
}

/// The content in a signature; none in one that another service made.
pub(crate) fn opened(signature: &str) -> Option<&str> {
    signature.strip_prefix(SEAL).filter(|content| !content.is_empty())
}
