//! The head of a request.

use std::fmt::Write as _;

use http::{HeaderMap, HeaderName, Method, header, uri::PathAndQuery};

/// What the length of the body is written from, and what only one connection has.
const WRITTEN_HERE: [HeaderName; 3] =
    [header::HOST, header::CONTENT_LENGTH, header::TRANSFER_ENCODING];

/// The head of a request whose body has so many bytes. `Host` comes first; the body's
/// length is stated where there is a body, or where the method expects one (RFC 9110,
/// section 8.6).
pub fn request_head(
    method: &Method,
    target: &PathAndQuery,
    host: &str,
    headers: &HeaderMap,
    body: usize,
) -> Vec<u8> {
    let mut head = String::with_capacity(1024);
    // Writing to a string cannot fail.
    let _ = write!(head, "{method} {target} HTTP/1.1\r\nhost: {host}\r\n");
    let has_length = body > 0 || [Method::POST, Method::PUT, Method::PATCH].contains(method);
    if has_length {
        let _ = write!(head, "content-length: {body}\r\n");
    }
    let mut head = head.into_bytes();
    for (name, value) in headers {
        if WRITTEN_HERE.contains(name) {
            continue;
        }
        head.extend_from_slice(name.as_str().as_bytes());
        head.extend_from_slice(b": ");
        head.extend_from_slice(value.as_bytes());
        head.extend_from_slice(b"\r\n");
    }
    head.extend_from_slice(b"\r\n");
    head
}
