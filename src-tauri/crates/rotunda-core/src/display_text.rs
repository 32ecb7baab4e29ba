//! Text from outside, made fit to be shown.
//!
//! Names, plans, e-mail addresses, codes and error texts come from tokens,
//! answers, files and programs that Rotunda does not control. A control
//! character in one of them moves a terminal's cursor or runs its escape
//! sequences; a bidirectional or invisible one makes a name look like another.
//! Such text is cleaned once, where it enters, by [`clean`]. Where a text of
//! any origin is printed or written, [`visible`] is the second lock.

use std::borrow::Cow;

use serde_json::Value;

use crate::columns::{self, is_mark};

/// Longest name of a profile, an account or a limit, in columns.
pub const NAME: usize = 60;
/// Longest name of a plan, in columns.
pub const PLAN: usize = 40;
/// Longest e-mail address, in columns: RFC 5321 allows 254 octets.
pub const EMAIL: usize = 254;
/// Longest code of an error, or code that a person types, in columns.
pub const CODE: usize = 64;
/// Longest line that a program or a service says, in columns.
pub const LINE: usize = 200;
/// Longest sentence of ours with such texts in it, in columns.
pub const SENTENCE: usize = 1_000;

/// More combining marks than this on one letter only blot out lines.
const MOST_MARKS: usize = 2;

/// One line of at most `columns` columns without hidden characters. White space
/// of every kind becomes single spaces; what is cut ends with `…`. Cleaning
/// twice changes nothing.
pub fn clean(text: &str, columns: usize) -> String {
    let mut line = Line::default();
    for letter in text.chars() {
        if letter.is_whitespace() {
            line.gap = !line.text.is_empty();
        } else if !is_hidden(letter) && !line.push(letter, columns) {
            break;
        }
    }
    line.text
}

/// The same for what may be absent: nothing is left of a text without anything
/// visible.
pub fn clean_some(text: &str, columns: usize) -> Option<String> {
    Some(clean(text, columns)).filter(|text| !text.is_empty())
}

/// Whether a text has no hidden character.
pub fn is_clean(text: &str) -> bool {
    !text.chars().any(is_hidden)
}

/// A text in which hidden characters are written out, such as `\u{202e}`: for
/// paths and lines, where a character must not get lost. Line feeds and tabs
/// stay.
pub fn visible(text: &str) -> Cow<'_, str> {
    let is_plain = |letter: char| matches!(letter, '\n' | '\t') || !is_hidden(letter);
    if text.chars().all(is_plain) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for letter in text.chars() {
        if is_plain(letter) {
            shown.push(letter);
        } else {
            shown.extend(letter.escape_unicode());
        }
    }
    Cow::Owned(shown)
}

/// JSON whose hidden characters are escaped as JSON escapes them: the same
/// value to a program, harmless on a terminal.
pub fn visible_json(json: &str) -> Cow<'_, str> {
    if json.chars().all(|letter| letter == '\n' || !is_hidden(letter)) {
        return Cow::Borrowed(json);
    }
    let mut shown = String::with_capacity(json.len() + 16);
    for letter in json.chars() {
        if letter == '\n' || !is_hidden(letter) {
            shown.push(letter);
            continue;
        }
        let mut units = [0; 2];
        for unit in letter.encode_utf16(&mut units) {
            use std::fmt::Write as _;
            let _ = write!(shown, "\\u{unit:04x}");
        }
    }
    Cow::Owned(shown)
}

/// Every text inside a JSON value, cleaned; keys stay.
pub fn clean_json(value: &mut Value, columns: usize) {
    match value {
        Value::String(text) => *text = clean(text, columns),
        Value::Array(items) => items.iter_mut().for_each(|item| clean_json(item, columns)),
        Value::Object(fields) => {
            fields.values_mut().for_each(|field| clean_json(field, columns));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Controls (C0, DEL, C1), marks of direction, characters without width,
/// separators of lines and paragraphs, and what no text should hold.
pub const fn is_hidden(letter: char) -> bool {
    matches!(
        letter,
        '\0'..='\u{1f}'
            | '\u{7f}'..='\u{9f}'
            | '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{115f}'..='\u{1160}'
            | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{3164}'
            | '\u{fe00}'..='\u{fe0d}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}'
            | '\u{fffe}'..='\u{ffff}'
            | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}

/// A line as far as it is cleaned.
#[derive(Default)]
struct Line {
    text: String,
    columns: usize,
    /// Marks on the last letter.
    marks: usize,
    /// White space came since.
    gap: bool,
}

impl Line {
    /// False when there is no room, and the end is marked.
    fn push(&mut self, letter: char, most: usize) -> bool {
        if is_mark(letter) {
            self.marks += 1;
            if self.marks <= MOST_MARKS && !self.gap && !self.text.is_empty() {
                self.text.push(letter);
            }
            return true;
        }
        let gap = usize::from(self.gap);
        let width = columns::width(letter);
        if self.columns + gap + width > most {
            self.cut(most);
            return false;
        }
        if std::mem::take(&mut self.gap) {
            self.text.push(' ');
        }
        self.text.push(letter);
        self.columns += gap + width;
        self.marks = 0;
        true
    }

    fn cut(&mut self, most: usize) {
        while self.columns + 1 > most || self.text.ends_with([' ', '…']) {
            match self.text.pop() {
                Some(letter) if is_mark(letter) => {}
                Some(letter) => self.columns -= columns::width(letter),
                None => break,
            }
        }
        if most > 0 {
            self.text.push('…');
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(clean(text, 20), expected);
    }

    #[test]
    fn hidden_characters_go_and_white_space_is_single() {
        check("work", "work");
        check("  two \t\r\n words\u{2028}here ", "two words here");
        check("\u{1b}[31mred\u{1b}]0;title\u{7}", "[31mred]0;title");
        check("a\u{9b}2Jb\u{7f}c\0d", "a2Jbcd");
        check("ev\u{202e}li\u{2066}x\u{2069}\u{200f}\u{61c}y", "evlixy");
        check("ze\u{200b}ro\u{200d}\u{feff}\u{ad}\u{e0041}", "zero");
        check("\u{202e}\u{200b}\u{1b}", "");
        assert_eq!(clean_some("\u{200b} \u{7}", 9), None);
    }

    #[test]
    fn letters_of_every_script_stay() {
        check("Zoë – работа", "Zoë – работа");
        check("工作 账户", "工作 账户");
        check("e\u{301}te\u{301}", "e\u{301}te\u{301}");
        check("❤\u{fe0f} side", "❤\u{fe0f} side");
    }

    #[test]
    fn what_is_too_long_is_cut_by_columns() {
        assert_eq!(clean("abcdefgh", 8), "abcdefgh");
        assert_eq!(clean("abcdefghi", 8), "abcdefg…");
        assert_eq!(clean("abcdef  ghi", 8), "abcdef…");
        assert_eq!(clean("工作工作工作", 7), "工作工…");
        assert_eq!(clean("ab", 1), "…");
        assert_eq!(clean("ab", 0), "");
        let marked = clean("e\u{301}abcdefghi", 8);
        assert_eq!((&marked[..], columns::columns(&marked)), ("e\u{301}abcdef…", 8));
        let blot = format!("a{}b", "\u{301}".repeat(5_000));
        assert_eq!(clean(&blot, 8), "a\u{301}\u{301}b");
    }

    #[test]
    fn where_nothing_may_get_lost_it_is_written_out() {
        assert_eq!(visible("a/b\tc\n"), "a/b\tc\n");
        assert_eq!(visible("a\u{202e}b\u{1b}c"), "a\\u{202e}b\\u{1b}c");
        let json = json!({ "name": "a\u{202e}\u{9b}\u{e0041}" }).to_string();
        let shown = visible_json(&json);
        assert!(is_clean(&shown), "{shown}");
        assert_eq!(
            serde_json::from_str::<Value>(&shown).unwrap(),
            json!({ "name": "a\u{202e}\u{9b}\u{e0041}" })
        );
    }

    #[test]
    fn every_text_of_a_value_is_cleaned() {
        let mut value = json!({ "a": ["x\u{1b}", { "b": "\u{202e}y" }], "n": 1 });
        clean_json(&mut value, 9);
        assert_eq!(value, json!({ "a": ["x", { "b": "y" }], "n": 1 }));
    }

    proptest! {
        #[test]
        fn whatever_comes_one_clean_line_within_its_columns_is_left(
            text in any::<String>(),
            hostile in prop::collection::vec(
                prop::sample::select(vec!['\u{1b}', '\u{202e}', '\u{200b}', '\u{9b}', '\n', '\u{301}', 'a', '工', ' ']),
                0..40,
            ),
            columns in 0usize..40,
        ) {
            let text = format!("{text}{}", String::from_iter(hostile));
            let cleaned = clean(&text, columns);
            prop_assert!(is_clean(&cleaned), "{cleaned:?}");
            let marks = cleaned.chars().filter(|letter| is_mark(*letter)).count();
            prop_assert!(columns::columns(&cleaned) - marks <= columns, "{cleaned:?}");
            prop_assert!(cleaned.chars().count() <= columns * (1 + MOST_MARKS), "{cleaned:?}");
            prop_assert_eq!(cleaned.trim(), &cleaned);
            prop_assert_eq!(clean(&cleaned, columns), cleaned);
        }

        #[test]
        fn plain_words_stay_as_they_are(text in "[a-zA-Z0-9@._+-]{1,30}( [a-z]{1,5})?") {
            prop_assert_eq!(clean(&text, 60), text);
        }

        #[test]
        fn json_stays_the_same_value(text in any::<String>()) {
            let json = json!([text]).to_string();
            let shown = visible_json(&json).into_owned();
            prop_assert!(is_clean(&shown));
            prop_assert_eq!(serde_json::from_str::<Value>(&shown).unwrap(), json!([text]));
        }
    }
}
