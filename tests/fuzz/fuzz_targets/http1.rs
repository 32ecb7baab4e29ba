//! Answers of upstream as they come over a connection: borders of pieces do not matter, no
//! more is given than came, and what is written of a request is one head.
#![no_main]

use http::{HeaderMap, HeaderName, HeaderValue, Method, uri::PathAndQuery};
use libfuzzer_sys::fuzz_target;
use rotunda_core::http1::{BodyReader, Framing, HeadReader, request_head};

/// The head, the body, how many bytes were taken of it, and whether it is whole; or a fault.
type Read = Result<(String, Vec<u8>, usize, bool), String>;

fn read(bytes: &[u8], cut: usize, method: &Method) -> Option<Read> {
    let mut head = HeadReader::new(method.clone());
    let mut pieces = bytes.chunks(cut);
    let (head, first) = loop {
        match head.push(pieces.next()?) {
            Ok(Some(read)) => break read,
            Ok(None) => {}
            Err(error) => return Some(Err(error.to_string())),
        }
    };
    let mut body = BodyReader::new(head.framing);
    let (mut came, mut taken) = (Vec::new(), 0);
    for piece in std::iter::once(&first[..]).chain(pieces) {
        match body.push(piece, |part| came.extend_from_slice(part)) {
            Ok(more) => taken += more,
            Err(error) => return Some(Err(error.to_string())),
        }
    }
    assert!(came.len() <= taken && taken <= bytes.len());
    if let Framing::Length(length) = head.framing {
        assert_eq!(body.is_whole(), came.len() as u64 == length);
        assert_eq!(body.left(), Some(length - came.len() as u64));
    }
    Some(Ok((format!("{head:?}"), came, taken, body.is_whole())))
}

fn write(bytes: &[u8], body: usize) {
    let mut headers = HeaderMap::new();
    for line in bytes.split(|byte| *byte == b'\n') {
        let (name, value) = line.split_at(line.iter().position(|byte| *byte == b':').unwrap_or(0));
        let value = HeaderValue::from_bytes(value);
        if let (Ok(name), Ok(value)) = (HeaderName::from_bytes(name), value) {
            headers.append(name, value);
        }
    }
    let target = PathAndQuery::from_static("/");
    let head = request_head(&Method::POST, &target, "h", &headers, body);
    let ends = head.windows(4).filter(|end| end == b"\r\n\r\n").count();
    assert!(ends == 1 && head.ends_with(b"\r\n\r\n"));
    let mut fields = [httparse::EMPTY_HEADER; 256];
    let mut request = httparse::Request::new(&mut fields);
    match request.parse(&head) {
        Ok(read) => assert_eq!(read, httparse::Status::Complete(head.len())),
        Err(error) => assert_eq!(error, httparse::Error::TooManyHeaders),
    }
    let lengths = request.headers.iter().filter(|it| it.name == "content-length");
    assert!(lengths.count() <= 1);
}

fuzz_target!(|input: (u8, bool, &[u8])| {
    let (cut, is_head, bytes) = input;
    let method = if is_head { Method::HEAD } else { Method::POST };
    let whole = read(bytes, usize::MAX, &method);
    assert_eq!(read(bytes, usize::from(cut).max(1), &method), whole);
    write(bytes, cut.into());
});
