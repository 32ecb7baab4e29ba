//! Splits a server-sent event stream without changing or reordering a byte.
//!
//! It reads a copy of what is forwarded. Line ends may be LF, CRLF or CR, a
//! byte-order mark may stand first, `data:` needs no space, an event may arrive
//! byte by byte, and the last one may lack its blank line.

use std::borrow::Cow;

use memchr::{memchr, memchr2};

use crate::reading::event_type;

/// May stand before the first line (WHATWG HTML, section 9.2.6).
pub const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// One event as it stands on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SseEvent<'a> {
    /// The `event:` field, when present.
    pub name: Option<&'a str>,
    /// The `data:` lines, joined by line feeds.
    pub data: &'a [u8],
    /// Where it ends, in bytes from the start of the stream.
    pub end: usize,
}

impl SseEvent<'_> {
    /// The event's type: the JSON's own `type`, else its name.
    pub fn kind(&self) -> Option<Cow<'_, str>> {
        event_type(self.name, self.data)
    }
}

/// Longest event kept for reading. A longer one is forwarded like any other
/// but not looked at: nothing that matters here is that long.
pub const LONGEST_EVENT: usize = 16 << 20;

/// The incremental splitter.
#[derive(Debug, Default)]
pub struct Splitter {
    line: Vec<u8>,
    /// The value of the `event:` field; an empty one is as good as none (WHATWG HTML, 9.2.6).
    name: String,
    data: Vec<u8>,
    has_data: bool,
    after_cr: bool,
    too_long: bool,
    line_place: LinePlace,
    /// Bytes taken so far.
    taken: usize,
}

/// Where the next line stands.
#[derive(Debug, Default, PartialEq, Eq)]
enum LinePlace {
    /// It is the first one, which may have a byte-order mark.
    #[default]
    First,
    Later,
}

impl Splitter {
    /// Takes the next bytes and calls `each` for every event they complete.
    pub fn push(&mut self, mut chunk: &[u8], mut each: impl FnMut(SseEvent<'_>)) {
        while let Some(&first) = chunk.first() {
            if std::mem::take(&mut self.after_cr) && first == b'\n' {
                self.taken += 1;
                chunk = &chunk[1..];
                continue;
            }
            let Some(end) = memchr2(b'\n', b'\r', chunk) else {
                self.taken += chunk.len();
                self.keep(chunk);
                return;
            };
            self.taken += end + 1;
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

    /// The stream is over: calls `each` for an event that no blank line ended.
    pub fn finish(&mut self, mut each: impl FnMut(SseEvent<'_>)) {
        let line = std::mem::take(&mut self.line);
        if !line.is_empty() {
            self.end_line(&line, &mut each);
        }
        self.end_line(b"", &mut each);
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
        let line = match std::mem::replace(&mut self.line_place, LinePlace::Later) {
            LinePlace::First => line.strip_prefix(BYTE_ORDER_MARK).unwrap_or(line),
            LinePlace::Later => line,
        };
        if line.is_empty() {
            if self.has_data && !self.too_long {
                let name = Some(&self.name[..]).filter(|name| !name.is_empty());
                each(SseEvent { name, data: &self.data, end: self.taken });
            }
            self.name.clear();
            self.data.clear();
            (self.has_data, self.too_long) = (false, false);
            return;
        }
        let colon = memchr(b':', line).unwrap_or(line.len());
        let value = line.get(colon + 1..).unwrap_or_default();
        let value = value.strip_prefix(b" ").unwrap_or(value);
        match &line[..colon] {
            b"data" => self.add_data(value),
            b"event" => self.set_name(value),
            _ => {}
        }
    }

    fn set_name(&mut self, value: &[u8]) {
        self.name.clear();
        self.name.push_str(std::str::from_utf8(value).unwrap_or_default());
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
    fn each_event_has_its_end_offset() {
        let text = ": ping\n\nevent: a\r\ndata: 1\r\n\r\ndata: 2\n\n\ndata: 3\r\rdata: 4";
        for size in [1, 3, text.len()] {
            let mut splitter = Splitter::default();
            let mut ends = Vec::new();
            for chunk in text.as_bytes().chunks(size) {
                splitter.push(chunk, |event| ends.push(event.end));
            }
            let parts: Vec<_> = ends.iter().map(|end| &text[*end..]).collect();
            assert_eq!(
                parts,
                ["\ndata: 2\n\n\ndata: 3\r\rdata: 4", "\ndata: 3\r\rdata: 4", "data: 4"]
            );
        }
    }

    #[test]
    fn any_line_end_will_do() {
        for end in ["\n", "\r\n", "\r"] {
            let text = ["event: a", "data: 1", "", "data: 2", "", ""].join(end);
            assert_eq!(split(&[text.as_bytes()]).len(), 2, "{end:?}");
        }
    }

    #[test]
    fn a_byte_order_mark_is_no_part_of_the_first_line() {
        let (mark, event) = ("\u{feff}", "event: a\ndata: 1\n\n");
        let text = format!("{mark}{event}{event}");
        let expected =
            [(Some("a".to_owned()), "1".to_owned()), (Some("a".to_owned()), "1".to_owned())];
        assert_eq!(split(&[text.as_bytes()]), expected);
        let single: Vec<&[u8]> = text.as_bytes().chunks(1).collect();
        assert_eq!(split(&single), expected);
        let later = format!("{event}{mark}{event}");
        assert_eq!(split(&[later.as_bytes()])[1].0, None, "only the first line may have one");
        assert!(split(&[mark.as_bytes(), b"\n\n"]).is_empty());
    }

    fn finished(text: &str) -> Vec<(Option<String>, String)> {
        let mut splitter = Splitter::default();
        let mut events = Vec::new();
        let mut add = |event: SseEvent<'_>| {
            let data = String::from_utf8_lossy(event.data).into_owned();
            events.push((event.kind().map(Cow::into_owned), data));
        };
        splitter.push(text.as_bytes(), &mut add);
        splitter.finish(&mut add);
        splitter.finish(&mut add);
        events
    }

    #[test]
    fn the_last_event_needs_no_blank_line() {
        let json = r#"{"n":1,"type":"response.failed"}"#;
        for end in ["", "\n", "\r", "\r\n", "\n\n"] {
            let events = finished(&format!("data: {{}}\n\ndata: {json}{end}"));
            assert_eq!(events.len(), 2, "{end:?}");
            assert_eq!(events[1], (Some("response.failed".to_owned()), json.to_owned()));
        }
        for nothing in ["", "\n", "event: a", "event: a\n", ": comment", "data"] {
            let events = finished(nothing);
            assert!(events.iter().all(|(kind, data)| kind.is_none() && data.is_empty()));
        }
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
