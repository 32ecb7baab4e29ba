//! A byte-order mark at the beginning of an event stream.

use bytes::Bytes;
use rotunda_core::sse::BYTE_ORDER_MARK;

/// Takes a byte-order mark from the beginning of a stream. A mark is allowed there (WHATWG
/// HTML, section 9.2.6), and the parser of Codex 0.171 (eventsource-stream 0.2.3) panics on it.
#[derive(Debug)]
pub(super) enum MarkFilter {
    /// So many bytes of the mark have come, and nothing else.
    Reading(usize),
    /// The beginning is over.
    Over(Mark),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    Removed,
    Absent,
}

impl MarkFilter {
    /// What is left of the next piece.
    pub(super) fn push(&mut self, piece: Bytes) -> Bytes {
        let Self::Reading(before) = *self else { return piece };
        let rest = &BYTE_ORDER_MARK[before..];
        if piece.starts_with(rest) {
            *self = Self::Over(Mark::Removed);
            return piece.slice(rest.len()..);
        }
        if rest.starts_with(&piece) {
            *self = Self::Reading(before + piece.len());
            return Bytes::new();
        }
        *self = Self::Over(Mark::Absent);
        if before == 0 { piece } else { [&BYTE_ORDER_MARK[..before], &piece].concat().into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_order_mark_at_the_beginning_is_left_out() {
        let text = "data: \u{feff}1\n\n";
        for (stream, left, removed) in [
            (format!("\u{feff}{text}"), text.to_owned(), true),
            (format!("\u{feff}\u{feff}{text}"), format!("\u{feff}{text}"), true),
            (text.to_owned(), text.to_owned(), false),
            ("\u{fefe}: x".to_owned(), "\u{fefe}: x".to_owned(), false),
            ("\u{feff}".to_owned(), String::new(), true),
        ] {
            for size in 1..=stream.len() {
                let mut filter = MarkFilter::Reading(0);
                let pieces = stream.as_bytes().chunks(size);
                let shown: Vec<_> =
                    pieces.flat_map(|it| filter.push(Bytes::copy_from_slice(it))).collect();
                assert_eq!(String::from_utf8(shown).unwrap(), left, "{stream:?} {size}");
                let is_removed = matches!(filter, MarkFilter::Over(Mark::Removed));
                assert_eq!(is_removed, removed, "{stream:?} {size}");
            }
        }
    }
}
