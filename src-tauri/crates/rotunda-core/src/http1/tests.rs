use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header, uri::PathAndQuery};
use proptest::{collection::vec, prelude::*};

use super::{BodyError, BodyReader, Framing, Head, HeadError, HeadReader, request_head};

fn head(text: &str) -> Result<(Head, Bytes), HeadError> {
    head_of(text, Method::POST)
}

fn head_of(text: &str, method: Method) -> Result<(Head, Bytes), HeadError> {
    let read = HeadReader::new(method).push(text.as_bytes());
    read.map(|head| head.unwrap_or_else(|| panic!("no end: {text:?}")))
}

/// A head with these lines.
fn with(lines: &str) -> Result<(Framing, bool), HeadError> {
    let (head, _) = head(&format!("HTTP/1.1 200 OK\r\n{lines}\r\n"))?;
    Ok((head.framing, head.keeps_alive))
}

#[test]
fn a_head_is_read_with_what_follows_it() {
    let text = "HTTP/1.1 429 Too many\r\nX-One: 1\r\nx-one:  2 \r\nContent-Length: 3\r\n\r\nabcdef";
    let (head, rest) = head(text).unwrap();
    assert_eq!(head.status, StatusCode::TOO_MANY_REQUESTS);
    let ones: Vec<_> = head.headers.get_all("x-one").iter().collect();
    assert_eq!(ones, ["1", "2"]);
    assert_eq!((head.framing, head.keeps_alive), (Framing::Length(3), true));
    assert_eq!(rest, "abcdef");
}

#[test]
fn a_head_byte_by_byte_is_the_same_head() {
    let text = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: a\r\n\r\n\
                HTTP/1.1 200 \r\ntransfer-encoding: chunked\r\n\r\n";
    let mut reader = HeadReader::new(Method::GET);
    let (last, before) = text.as_bytes().split_last().unwrap();
    for byte in before {
        assert!(reader.push(&[*byte]).unwrap().is_none());
    }
    let (head, rest) = reader.push(&[*last]).unwrap().unwrap();
    assert_eq!((head.status, head.framing), (StatusCode::OK, Framing::Chunked));
    assert!(rest.is_empty() && head.headers.get(header::LINK).is_none());
}

#[test]
fn empty_lines_before_a_head_are_left_out_wherever_they_are_cut() {
    for text in ["\r\n\r\n\nHTTP/1.1 204 No\r\n\r\n", "\r\n\r\nHT1.2. \r\n"] {
        let whole = HeadReader::new(Method::GET).push(text.as_bytes()).map(|it| it.is_some());
        for cut in 1..text.len() {
            let mut reader = HeadReader::new(Method::GET);
            let (first, second) = text.as_bytes().split_at(cut);
            assert!(reader.push(first).unwrap().is_none());
            assert_eq!(reader.push(second).map(|it| it.is_some()), whole, "{text:?} {cut}");
        }
    }
}

/// RFC 9112, section 6.3.
#[test]
fn the_length_of_a_body_is_clear_or_refused() {
    let unclear = || Err(HeadError::UnclearLength);
    for (lines, expected) in [
        ("", Ok((Framing::UntilClose, false))),
        ("content-length: 7\r\n", Ok((Framing::Length(7), true))),
        ("content-length: 7\r\nconnection: x, Close\r\n", Ok((Framing::Length(7), false))),
        ("content-length: 7, 7\r\ncontent-length: 7\r\n", Ok((Framing::Length(7), true))),
        ("content-length: 7\r\ncontent-length: 8\r\n", unclear()),
        ("content-length: +7\r\n", unclear()),
        ("content-length: \r\n", unclear()),
        ("content-length: 99999999999999999999\r\n", unclear()),
        ("transfer-encoding: gzip, Chunked\r\n", Ok((Framing::Chunked, true))),
        ("transfer-encoding: chunked, gzip\r\n", Ok((Framing::UntilClose, false))),
        // Not trusted with another request, since others may read it differently.
        ("transfer-encoding: chunked\r\ncontent-length: 7\r\n", Ok((Framing::Chunked, false))),
    ] {
        assert_eq!(with(lines), expected, "{lines:?}");
    }
    let (both, _) =
        head("HTTP/1.1 200 OK\r\ncontent-length: 7\r\ntransfer-encoding: chunked\r\n\r\n").unwrap();
    assert_eq!(both.headers.get(header::CONTENT_LENGTH), None);
    let old = head("HTTP/1.0 200 OK\r\ntransfer-encoding: chunked\r\n\r\n");
    assert_eq!(old.unwrap_err(), HeadError::UnclearLength);
    let old = head("HTTP/1.0 200 OK\r\ncontent-length: 1\r\n\r\n").unwrap().0;
    assert!(!old.keeps_alive, "an old server closes");
    let kept = "HTTP/1.0 200 OK\r\ncontent-length: 1\r\nconnection: keep-alive\r\n\r\n";
    assert!(head(kept).unwrap().0.keeps_alive);
}

#[test]
fn some_answers_have_no_body() {
    let length = "content-length: 9\r\n\r\n";
    for status in ["204 No Content", "304 Not Modified"] {
        let (head, _) = head(&format!("HTTP/1.1 {status}\r\n{length}")).unwrap();
        assert_eq!((head.framing, head.keeps_alive), (Framing::Length(0), true), "{status}");
    }
    let (answer, _) = head_of(&format!("HTTP/1.1 200 OK\r\n{length}"), Method::HEAD).unwrap();
    assert_eq!(answer.framing, Framing::Length(0));
    let switch = "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\n\r\nframe";
    let (switched, frame) = head(switch).unwrap();
    assert_eq!((switched.framing, switched.keeps_alive), (Framing::Length(0), false));
    assert_eq!(frame, "frame");
}

#[test]
fn what_is_no_head_is_refused() {
    for text in [
        "SSH-2.0-x\r\n\r\n",
        "HTTP/2 200 OK\r\n\r\n",
        "HTTP/1.1 2x0 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\na b: c\r\n\r\n",
    ] {
        assert!(matches!(head(text), Err(HeadError::NotHttp(_))), "{text:?}");
    }
    assert!(head("HTTP/1.1 999 OK\r\n\r\n").is_ok(), "a status without a meaning is one");
    let many = "x: 1\r\n".repeat(101);
    assert!(matches!(with(&many), Err(HeadError::NotHttp(httparse::Error::TooManyHeaders))));
    let mut endless = HeadReader::new(Method::GET);
    assert!(endless.push(b"HTTP/1.1 200 OK\r\nx: ").unwrap().is_none());
    let mut pushed = (0..1000).map(|_| endless.push(&[b'y'; 1024]));
    assert_eq!(pushed.find_map(Result::err), Some(HeadError::TooLong));
}

/// What a reader makes of a body that is cut so: the body, how many bytes were its own, and
/// whether it was whole.
fn body(framing: Framing, bytes: &[u8], cut: usize) -> Result<(Vec<u8>, usize, bool), BodyError> {
    let mut reader = BodyReader::new(framing);
    let (mut body, mut taken) = (Vec::new(), 0);
    for piece in bytes.chunks(cut.max(1)) {
        taken += reader.push(piece, |piece| body.extend_from_slice(piece))?;
    }
    Ok((body, taken, reader.is_whole()))
}

#[test]
fn a_chunked_body_is_read_wherever_it_is_cut() {
    let text = b"2\r\nab\r\n00A;x=\"\xff\" \r\n0123456789\r\n1 \t\r\n\n\r\n0\r\nTrailer: x\r\n: y\r\n\r\nmore";
    for cut in 1..=text.len() {
        let read = body(Framing::Chunked, text, cut);
        assert_eq!(read, Ok((b"ab0123456789\n".to_vec(), text.len() - 4, true)), "{cut}");
    }
}

#[test]
fn a_chunk_that_is_not_valid_is_refused() {
    for text in [
        "\r\n",
        "g\r\n",
        "-1\r\nx",
        "0x1\r\nx",
        ";\r\n",
        "1\nx\r\n",
        "1;a\nb\r\nx",
        "1\rx",
        "1\r\nab\r\n",
        "1\r\na\n0\r\n\r\n",
        "0\r\n\n",
        "0\r\n\rx",
        "10000000000000000\r\nx",
    ] {
        let read = body(Framing::Chunked, text.as_bytes(), 1);
        assert_eq!(read, Err(BodyError::BadChunk), "{text:?}");
        assert_eq!(body(Framing::Chunked, text.as_bytes(), 99), read, "{text:?}");
    }
    assert!(body(Framing::Chunked, b"ffffffffffffffff\r\nx", 99).is_ok(), "it is only long");
    let long = "x".repeat(20_000);
    for text in [
        format!("1;{long}\r\na"),
        format!("0\r\n{long}: 1\r\n\r\n"),
        "1;aaaa\r\nb\r\n".repeat(4000),
    ] {
        for cut in [7, 99_999] {
            assert_eq!(body(Framing::Chunked, text.as_bytes(), cut), Err(BodyError::TooLong));
        }
    }
}

#[test]
fn the_end_of_the_connection_ends_a_body_or_cuts_it() {
    for (framing, text, end) in [
        (Framing::UntilClose, "ab", Ok(())),
        (Framing::UntilClose, "", Ok(())),
        (Framing::Length(2), "ab", Ok(())),
        (Framing::Length(3), "ab", Err(BodyError::Cut)),
        (Framing::Chunked, "2\r\nab\r\n0\r\n\r\n", Ok(())),
        (Framing::Chunked, "2\r\nab\r\n0\r\n", Err(BodyError::Cut)),
        (Framing::Chunked, "2\r\nab", Err(BodyError::Cut)),
        (Framing::Chunked, "", Err(BodyError::Cut)),
    ] {
        let mut reader = BodyReader::new(framing);
        reader.push(text.as_bytes(), |_| {}).unwrap();
        assert_eq!(reader.end(), end, "{framing:?} {text:?}");
        assert_eq!(reader.is_whole(), end.is_ok());
    }
    let mut reader = BodyReader::new(Framing::Length(5));
    assert_eq!(reader.push(b"ab", |_| {}), Ok(2));
    assert_eq!(reader.left(), Some(3));
    assert_eq!(reader.push(b"cdefg", |_| {}), Ok(3));
    assert!(reader.is_whole());
}

#[test]
fn a_request_is_written_with_its_length() {
    let target = PathAndQuery::from_static("/a?b=c");
    let mut headers = HeaderMap::new();
    for (name, value) in [
        (header::HOST, "other"),
        (header::CONTENT_LENGTH, "9"),
        (header::TRANSFER_ENCODING, "chunked"),
        (header::ACCEPT, "x\u{e9}"),
    ] {
        headers.insert(name, HeaderValue::from_bytes(value.as_bytes()).unwrap());
    }
    let written = |method: &Method, body| {
        String::from_utf8(request_head(method, &target, "h:1", &headers, body)).unwrap()
    };
    let rest = "accept: x\u{e9}\r\n\r\n";
    let get = format!("GET /a?b=c HTTP/1.1\r\nhost: h:1\r\n{rest}");
    assert_eq!(written(&Method::GET, 0), get);
    let empty = format!("POST /a?b=c HTTP/1.1\r\nhost: h:1\r\ncontent-length: 0\r\n{rest}");
    assert_eq!(written(&Method::POST, 0), empty);
    let delete = format!("DELETE /a?b=c HTTP/1.1\r\nhost: h:1\r\ncontent-length: 12\r\n{rest}");
    assert_eq!(written(&Method::DELETE, 12), delete);
}

proptest! {
    /// A body in chunks of any size, cut anywhere, is that body.
    #[test]
    fn chunks_are_put_together(pieces in vec(vec(any::<u8>(), 1..300), 0..20), cut in 1usize..400) {
        let mut text = Vec::new();
        for piece in &pieces {
            text.extend_from_slice(format!("{:X}\r\n", piece.len()).as_bytes());
            text.extend_from_slice(piece);
            text.extend_from_slice(b"\r\n");
        }
        text.extend_from_slice(b"0\r\n\r\n");
        prop_assert_eq!(body(Framing::Chunked, &text, cut), Ok((pieces.concat(), text.len(), true)));
    }

    /// Whatever comes, borders of pieces do not matter, and no more is given than came.
    #[test]
    fn borders_do_not_matter(bytes in vec(prop_oneof![Just(b'\r'), Just(b'\n'), Just(b'1'), any::<u8>()], 0..200), cut in 1usize..50) {
        for framing in [Framing::Chunked, Framing::Length(60), Framing::UntilClose] {
            let whole = body(framing, &bytes, usize::MAX);
            prop_assert_eq!(&body(framing, &bytes, cut), &whole);
            if let Ok((body, taken, _)) = whole {
                prop_assert!(body.len() <= taken && taken <= bytes.len());
            }
        }
    }
}
