//! Where a top-level line stands in a TOML text, and how one comes and goes
//! without moving a byte of its neighbours.

use std::ops::Range;

use toml_edit::{Document, Item, Table};

/// One key and its value at top level.
pub(super) struct Entry {
    /// Its bytes, from the start of the first line to the end of the last,
    /// without the line break.
    pub(super) line: Range<usize>,
    /// Its value, when that is a text.
    pub(super) value: Option<String>,
}

/// Some editors begin a file with it; it belongs to no line.
const BYTE_ORDER_MARK: &str = "\u{feff}";
/// A comment that tools read, at the very start of a file only.
const DIRECTIVE: &str = "#:";

/// The line a byte stands on, from 1.
pub(super) fn line_of(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
}

/// Widens a range to whole lines, without the last line break.
pub(super) fn whole_lines(text: &str, start: usize, end: usize) -> Range<usize> {
    let first = text[..start].rfind('\n').map_or(mark(text), |at| at + 1);
    let rest = &text[end..];
    let last = rest.find('\n').unwrap_or(rest.len());
    let last = last - usize::from(rest[..last].ends_with('\r'));
    first..end + last
}

/// Puts another text in an entry's place.
pub(super) fn replace(text: &str, entry: &Entry, new: &str) -> String {
    [&text[..entry.line.start], new, &text[entry.line.end..]].concat()
}

/// Takes an entry out with the line break behind it, or with the one before it
/// when it ends the text: so does [`insert`] undone.
pub(super) fn remove(text: &str, entry: &Entry) -> String {
    let (before, after) = (&text[..entry.line.start], &text[entry.line.end..]);
    let without =
        |text: &str| text.strip_suffix('\n').map(|t| t.strip_suffix('\r').unwrap_or(t).len());
    let rest = after.strip_prefix("\r\n").or_else(|| after.strip_prefix('\n'));
    match rest {
        Some(rest) => [before, rest].concat(),
        None => before[..without(before).unwrap_or(before.len())].to_owned(),
    }
}

/// Adds a line at top level: behind the keys that are there, before the first
/// table. Without keys it comes first, but behind a directive.
pub(super) fn insert(text: &str, line: &str) -> String {
    let at = insertion_point(text);
    let (before, after) = text.split_at(at);
    let line_break = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let begins_line = at == mark(text) || before.ends_with('\n');
    if begins_line {
        [before, line, line_break, after].concat()
    } else {
        [before, line_break, line, after].concat()
    }
}

fn insertion_point(text: &str) -> usize {
    let document = Document::parse(text).ok();
    let last = document.as_ref().and_then(|document| last_value_end(document.as_table()));
    let mut at = mark(text);
    while last.is_none() && text[at..].starts_with(DIRECTIVE) {
        at = next_line(text, at);
    }
    last.map_or(at, |end| next_line(text, end))
}

/// Where the last value of the top level ends. Dotted keys make tables without
/// a header of their own: their values stand at top level too.
fn last_value_end(table: &Table) -> Option<usize> {
    let ends = table.iter().filter_map(|(_, item)| match item {
        Item::Value(value) => value.span().map(|span| span.end),
        Item::Table(inner) if inner.is_dotted() => last_value_end(inner),
        Item::None | Item::Table(_) | Item::ArrayOfTables(_) => None,
    });
    ends.max()
}

fn next_line(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |line_break| at + line_break + 1)
}

/// The length of the mark at the start, if there is one.
fn mark(text: &str) -> usize {
    if text.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 }
}
