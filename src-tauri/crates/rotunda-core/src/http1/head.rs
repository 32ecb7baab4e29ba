//! The head of an answer.

use std::mem::MaybeUninit;

use bytes::{Buf, Bytes, BytesMut};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use httparse::{Header, ParserConfig, Response};
use memchr::memmem;
use thiserror::Error;

use super::Framing;

/// The longest head that is read, in bytes: room for a hundred headers of 4 KiB.
const LONGEST_HEAD: usize = 400 << 10;
/// As many headers as an answer may have.
const MOST_HEADERS: usize = 100;

/// Why a head cannot be read.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum HeadError {
    /// These bytes begin no answer of HTTP/1.
    #[error("the answer is not HTTP: {0}")]
    NotHttp(#[from] httparse::Error),
    /// It has a header whose name or value is not allowed.
    #[error("the answer has a header that is not allowed")]
    BadHeader,
    /// What it says of the length of its body contradicts itself (RFC 9112, section 6.3).
    #[error("the length of the answer is not clear")]
    UnclearLength,
    /// It does not end.
    #[error("the head of the answer is longer than {LONGEST_HEAD} bytes")]
    TooLong,
}

/// The head of an answer.
#[derive(Debug)]
pub struct Head {
    /// Its status.
    pub status: StatusCode,
    /// Its headers. A length that the transfer coding replaces is left out.
    pub headers: HeaderMap,
    /// How long its body is.
    pub framing: Framing,
    /// Whether the connection may have another request after it.
    pub keeps_alive: bool,
}

impl Head {
    /// Whether another answer to the same request follows (RFC 9110, section 15.2).
    fn is_interim(&self) -> bool {
        self.status.is_informational() && self.status != StatusCode::SWITCHING_PROTOCOLS
    }
}

/// Reads the head of the answer to one request, however it is cut into pieces.
#[derive(Debug)]
pub struct HeadReader {
    method: Method,
    bytes: BytesMut,
    /// So many of the bytes hold no end of a head.
    looked_at: usize,
}

impl HeadReader {
    /// For the answer to a request with this method.
    pub fn new(method: Method) -> Self {
        Self { method, bytes: BytesMut::new(), looked_at: 0 }
    }

    /// Takes bytes; gives the head when it is whole, and what came behind it. Interim
    /// answers are left out.
    pub fn push(&mut self, bytes: &[u8]) -> Result<Option<(Head, Bytes)>, HeadError> {
        self.bytes.extend_from_slice(bytes);
        loop {
            // Empty lines may come before an answer. They end no head.
            while let Some(b'\r' | b'\n') = self.bytes.first() {
                self.bytes.advance(1);
            }
            self.looked_at = self.looked_at.min(self.bytes.len());
            // An end may lie over the border: up to three of its bytes came before.
            let new = &self.bytes[self.looked_at.saturating_sub(3)..];
            if [&b"\n\r\n"[..], b"\n\n"].iter().all(|end| memmem::find(new, end).is_none()) {
                self.looked_at = self.bytes.len();
                break;
            }
            let bytes = self.bytes.split().freeze();
            let Some((head, length)) = read_head(&bytes, &self.method)? else {
                self.bytes = bytes.into();
                self.looked_at = self.bytes.len();
                break;
            };
            let rest = bytes.slice(length..);
            if !head.is_interim() {
                return Ok(Some((head, rest)));
            }
            self.bytes = rest.into();
            self.looked_at = 0;
        }
        if self.bytes.len() > LONGEST_HEAD { Err(HeadError::TooLong) } else { Ok(None) }
    }
}

/// The head at the beginning of these bytes, and its length; none where it has not ended.
fn read_head(bytes: &Bytes, method: &Method) -> Result<Option<(Head, usize)>, HeadError> {
    let mut fields = [const { MaybeUninit::<Header<'_>>::uninit() }; MOST_HEADERS];
    let mut response = Response::new(&mut []);
    let read = ParserConfig::default().parse_response_with_uninit_headers(
        &mut response,
        bytes,
        &mut fields,
    )?;
    let httparse::Status::Complete(length) = read else { return Ok(None) };
    let code = response.code.unwrap_or_default();
    let status = StatusCode::from_u16(code).map_err(|_| httparse::Error::Status)?;
    let is_old = response.version == Some(0);
    let mut headers = HeaderMap::with_capacity(response.headers.len());
    for field in response.headers.iter() {
        let name = HeaderName::from_bytes(field.name.as_bytes());
        let value = HeaderValue::from_maybe_shared(bytes.slice_ref(field.value));
        let (Ok(name), Ok(value)) = (name, value) else { return Err(HeadError::BadHeader) };
        headers.append(name, value);
    }
    let framing = framing_of(status, is_old, &headers, method)?;
    let is_doubly_framed = headers.contains_key(header::TRANSFER_ENCODING)
        && headers.remove(header::CONTENT_LENGTH).is_some();
    let keeps_alive = !is_doubly_framed
        && framing != Framing::UntilClose
        && status != StatusCode::SWITCHING_PROTOCOLS
        && !has_token(&headers, &header::CONNECTION, "close")
        && (!is_old || has_token(&headers, &header::CONNECTION, "keep-alive"));
    Ok(Some((Head { status, headers, framing, keeps_alive }, length)))
}

/// RFC 9112, section 6.3.
fn framing_of(
    status: StatusCode,
    is_old: bool,
    headers: &HeaderMap,
    method: &Method,
) -> Result<Framing, HeadError> {
    let has_no_body = status.is_informational()
        || [StatusCode::NO_CONTENT, StatusCode::NOT_MODIFIED].contains(&status);
    if has_no_body || method == Method::HEAD {
        return Ok(Framing::Length(0));
    }
    if headers.contains_key(header::TRANSFER_ENCODING) {
        if is_old {
            return Err(HeadError::UnclearLength);
        }
        let last = tokens(headers, &header::TRANSFER_ENCODING).last();
        let is_chunked = last.is_some_and(|coding| coding.eq_ignore_ascii_case("chunked"));
        return Ok(if is_chunked { Framing::Chunked } else { Framing::UntilClose });
    }
    if !headers.contains_key(header::CONTENT_LENGTH) {
        return Ok(Framing::UntilClose);
    }
    let mut stated = None;
    for text in tokens(headers, &header::CONTENT_LENGTH) {
        let length = length_of(text).ok_or(HeadError::UnclearLength)?;
        if stated.is_some_and(|before| before != length) {
            return Err(HeadError::UnclearLength);
        }
        stated = Some(length);
    }
    stated.map(Framing::Length).ok_or(HeadError::UnclearLength)
}

/// Digits and nothing else: no sign, as `parse` alone would allow.
fn length_of(text: &str) -> Option<u64> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_number { text.parse().ok() } else { None }
}

/// The members of a list in a header; one that is no text is an empty one.
fn tokens<'a>(headers: &'a HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'a str> {
    let values = headers.get_all(name).into_iter();
    values.flat_map(|value| value.to_str().unwrap_or_default().split(',')).map(str::trim)
}

fn has_token(headers: &HeaderMap, name: &HeaderName, wanted: &str) -> bool {
    tokens(headers, name).any(|token| token.eq_ignore_ascii_case(wanted))
}
