//! Splits a server-sent event stream without changing or reordering a byte.
//!
//! It reads a copy of what is forwarded. Line ends may be LF, CRLF or CR,
//! `data:` needs no space (lesson 80), and an event may arrive byte by byte.

/// One event as it stands on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SseEvent<'a> {
    /// The `event:` field, when present.
    pub name: Option<&'a str>,
    /// The `data:` lines, joined by line feeds.
    pub data: &'a [u8],
}

impl SseEvent<'_> {
    /// The event's type: the JSON's own `type`, else its name.
    pub fn kind(&self) -> Option<&str> {
        leading_type(self.data).or(self.name)
    }
}

/// The value of `"type"` when it is the first key, as upstream writes it, so
/// that a delta is recognised without being parsed.
pub fn leading_type(json: &[u8]) -> Option<&str> {
    let rest = json.trim_ascii_start().strip_prefix(b"{")?.trim_ascii_start();
    let rest = rest.strip_prefix(b"\"type\"")?.trim_ascii_start();
    let rest = rest.strip_prefix(b":")?.trim_ascii_start().strip_prefix(b"\"")?;
    let end = rest.iter().position(|byte| matches!(byte, b'"' | b'\\'))?;
    (rest[end] == b'"').then(|| std::str::from_utf8(&rest[..end]).ok()).flatten()
}

/// Longest event kept for reading. A longer one is forwarded like any other
/// but not looked at: nothing that matters here is that long.
pub const LONGEST_EVENT: usize = 16 << 20;

/// The incremental splitter.
#[derive(Debug, Default)]
pub struct Splitter {
    line: Vec<u8>,
    name: Option<String>,
    data: Vec<u8>,
    has_data: bool,
    after_cr: bool,
    too_long: bool,
}

impl Splitter {
    /// Takes the next bytes and calls `each` for every event they complete.
    pub fn push(&mut self, mut chunk: &[u8], mut each: impl FnMut(SseEvent<'_>)) {
        while let Some(&first) = chunk.first() {
            if std::mem::take(&mut self.after_cr) && first == b'\n' {
                chunk = &chunk[1..];
                continue;
            }
            let Some(end) = chunk.iter().position(|byte| matches!(byte, b'\n' | b'\r')) else {
                self.keep(chunk);
                return;
            };
            self.after_cr = chunk[end] == b'\r';
            if self.line.is_empty() {
                self.end_line(&chunk[..end], &mut each);
            } else {
                self.keep(&chunk[..end]);
                let line = std::mem::take(&mut self.line);
                self.end_line(&line, &mut each);
                self.line = line;
                self.line.clear();
            }
            chunk = &chunk[end + 1..];
        }
    }

    fn keep(&mut self, bytes: &[u8]) {
        if self.line.len() + bytes.len() > LONGEST_EVENT {
            self.too_long = true;
            self.line.truncate(1);
        } else {
            self.line.extend_from_slice(bytes);
        }
    }

    fn end_line(&mut self, line: &[u8], each: &mut impl FnMut(SseEvent<'_>)) {
        if line.is_empty() {
            if self.has_data && !self.too_long {
                each(SseEvent { name: self.name.as_deref(), data: &self.data });
            }
            self.name = None;
            self.data.clear();
            (self.has_data, self.too_long) = (false, false);
            return;
        }
        let colon = line.iter().position(|byte| *byte == b':').unwrap_or(line.len());
        let value = line.get(colon + 1..).unwrap_or_default();
        let value = value.strip_prefix(b" ").unwrap_or(value);
        match &line[..colon] {
            b"data" => self.add_data(value),
            b"event" => self.name = std::str::from_utf8(value).ok().map(str::to_owned),
            _ => {}
        }
    }

    fn add_data(&mut self, value: &[u8]) {
        if self.data.len() + value.len() > LONGEST_EVENT {
            self.too_long = true;
            return;
        }
        if self.has_data {
            self.data.push(b'\n');
        }
        self.has_data = true;
        self.data.extend_from_slice(value);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn split(chunks: &[&[u8]]) -> Vec<(Option<String>, String)> {
        let mut splitter = Splitter::default();
        let mut events = Vec::new();
        for chunk in chunks {
            splitter.push(chunk, |event| {
                let data = String::from_utf8_lossy(event.data).into_owned();
                events.push((event.name.map(str::to_owned), data));
            });
        }
        events
    }

    #[test]
    fn events_end_at_a_blank_line() {
        let events =
            split(&[b"event: a\ndata: {\"x\":1}\n\ndata:2\ndata: 3\n\n: ping\n\ndata: half"]);
        let expected = [(Some("a".to_owned()), "{\"x\":1}".to_owned()), (None, "2\n3".to_owned())];
        assert_eq!(events, expected);
    }

    #[test]
    fn any_line_end_will_do() {
        for end in ["\n", "\r\n", "\r"] {
            let text = ["event: a", "data: 1", "", "data: 2", "", ""].join(end);
            assert_eq!(split(&[text.as_bytes()]).len(), 2, "{end:?}");
        }
    }

    #[track_caller]
    fn type_of(json: &str, expected: Option<&str>) {
        assert_eq!(leading_type(json.as_bytes()), expected);
    }

    #[test]
    fn the_type_is_read_only_where_it_leads() {
        type_of(r#"{"type":"response.created","response":{}}"#, Some("response.created"));
        type_of(r#" { "type" : "a" }"#, Some("a"));
        type_of(r#"{"delta":"x","type":"a"}"#, None);
        type_of(r#"{"type":"a\"b"}"#, None);
        type_of(r#"{"type":"#, None);
        type_of("[DONE]", None);
    }

    #[test]
    fn an_endless_event_is_forgotten_not_kept() {
        let mut splitter = Splitter::default();
        let part = vec![b'x'; 1 << 20];
        for _ in 0..40 {
            splitter.push(&part, |_| panic!("no event ends here"));
        }
        assert!(splitter.line.len() <= LONGEST_EVENT);
        let mut seen = 0;
        splitter.push(b"\n\ndata: 1\n\n", |_| seen += 1);
        assert_eq!(seen, 1);
    }

    proptest! {
        #[test]
        fn chunk_borders_do_not_matter(
            text in r"((event|data|id|x)?:? ?[a-z{}]{0,4}(\n|\r\n|\r)){0,24}",
            cuts in prop::collection::vec(0usize..200, 0..12),
        ) {
            let bytes = text.as_bytes();
            let mut borders: Vec<_> = cuts.into_iter().map(|cut| cut.min(bytes.len())).collect();
            borders.extend([0, bytes.len()]);
            borders.sort_unstable();
            let parts: Vec<&[u8]> = borders.windows(2).map(|pair| &bytes[pair[0]..pair[1]]).collect();
            prop_assert_eq!(split(&parts), split(&[bytes]));
            let single: Vec<&[u8]> = bytes.chunks(1).collect();
            prop_assert_eq!(split(&single), split(&[bytes]));
        }
    }
}
