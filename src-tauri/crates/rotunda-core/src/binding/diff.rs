//! What putting an older text back would change: line by line for the eye, and
//! by name for the sentence above it.
//!
//! Both are shown, so whatever may be a secret is left out: see [`shown`].

use std::collections::BTreeMap;

use toml_edit::{Document, Item, Table};

use super::{BASE_URL, masked};

/// Lines shown around each change.
const AROUND: usize = 2;
/// Texts that differ in more lines than this are shown as a whole: comparing
/// takes the product of both lengths.
const MOST_COMPARED: usize = 1_500;
/// A run of letters and digits this long says nothing to a reader and may be a
/// key.
const LONGEST_WORD: usize = 20;
/// Keys with texts that are not shown.
const PRIVATE: [&str; 7] =
    ["token", "secret", "key", "password", "authorization", "bearer", "cookie"];

/// The lines by which two texts differ: `- ` goes, `+ ` comes, two blanks stand
/// around, `…` is left out. Empty when nothing differs.
pub fn diff(old: &str, new: &str) -> String {
    let (old, new): (Vec<_>, Vec<_>) = (old.lines().collect(), new.lines().collect());
    let lines = marked(&old, &new);
    let near = |at: usize| {
        let (from, to) = (at.saturating_sub(AROUND), (at + AROUND + 1).min(lines.len()));
        lines[from..to].iter().any(|(mark, _)| *mark != Mark::Same)
    };
    let mut shown_lines = Vec::new();
    let mut skipped = false;
    for (at, (mark, line)) in lines.iter().enumerate() {
        if near(at) {
            if skipped && !shown_lines.is_empty() {
                shown_lines.push("…".to_owned());
            }
            skipped = false;
            shown_lines.push(format!("{}{}", mark.text(), shown(line)));
        } else {
            skipped = true;
        }
    }
    shown_lines.join("\n")
}

/// The tables and top-level keys that differ, ours left out: tables first, each
/// as it is written. None when one of the texts does not parse.
pub fn changed(old: &str, new: &str) -> Option<Vec<String>> {
    let (old, new) = (parts(old)?, parts(new)?);
    let names = old.keys().chain(new.keys().filter(|name| !old.contains_key(*name)));
    let differs = |name: &&String| old.get(*name) != new.get(*name) && *name != BASE_URL;
    let mut names: Vec<_> = names.filter(differs).cloned().collect();
    names.sort_by_key(|name| (!name.starts_with('['), name.clone()));
    Some(names)
}

/// A line without what may be secret in it.
pub(super) fn shown(line: &str) -> String {
    let (key, value) = line.split_once('=').unwrap_or(("", line));
    let key = key.to_ascii_lowercase();
    let is_text = value.trim_start().starts_with(['"', '\'']);
    if is_text && PRIVATE.iter().any(|private| key.contains(private)) {
        return format!("{}= \"…\"", &line[..key.len()]);
    }
    let quoted = line.split_inclusive(['"', '\'']);
    quoted.map(|part| if part.contains("://") { address(part) } else { words(part) }).collect()
}

/// An address, and what follows it up to the closing quote.
fn address(part: &str) -> String {
    let end = part.len() - usize::from(part.ends_with(['"', '\'']));
    masked(&part[..end]) + &part[end..]
}

fn words(part: &str) -> String {
    let is_inside = |letter: char| letter.is_ascii_alphanumeric() || "_-+=".contains(letter);
    let mut shown = String::with_capacity(part.len());
    let mut rest = part;
    while let Some(first) = rest.chars().next() {
        if !is_inside(first) {
            shown.push(first);
            rest = &rest[first.len_utf8()..];
            continue;
        }
        let length = rest.find(|letter| !is_inside(letter)).unwrap_or(rest.len());
        let (word, after) = rest.split_at(length);
        let has = |of: fn(&u8) -> bool| word.as_bytes().iter().any(of);
        let hides =
            word.len() >= LONGEST_WORD && has(u8::is_ascii_digit) && has(u8::is_ascii_alphabetic);
        shown.push_str(if hides { "…" } else { word });
        rest = after;
    }
    shown
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    Same,
    Gone,
    Come,
}

impl Mark {
    fn text(self) -> &'static str {
        match self {
            Self::Same => "  ",
            Self::Gone => "- ",
            Self::Come => "+ ",
        }
    }
}

/// Both texts as one, each line with what becomes of it.
fn marked<'a>(old: &[&'a str], new: &[&'a str]) -> Vec<(Mark, &'a str)> {
    let same = |pair: &(&&str, &&str)| pair.0 == pair.1;
    let head = old.iter().zip(new).take_while(same).count();
    let (old_rest, new_rest) = (&old[head..], &new[head..]);
    let tail = old_rest.iter().rev().zip(new_rest.iter().rev()).take_while(same).count();
    let old_middle = &old_rest[..old_rest.len() - tail];
    let new_middle = &new_rest[..new_rest.len() - tail];
    let mut lines: Vec<_> = old[..head].iter().map(|line| (Mark::Same, *line)).collect();
    if old_middle.len().max(new_middle.len()) > MOST_COMPARED {
        lines.extend(old_middle.iter().map(|line| (Mark::Gone, *line)));
        lines.extend(new_middle.iter().map(|line| (Mark::Come, *line)));
    } else {
        compare(old_middle, new_middle, &mut lines);
    }
    lines.extend(old[old.len() - tail..].iter().map(|line| (Mark::Same, *line)));
    lines
}

/// The longest common sequence, by its lengths from each pair of places on.
fn compare<'a>(old: &[&'a str], new: &[&'a str], lines: &mut Vec<(Mark, &'a str)>) {
    let width = new.len() + 1;
    let mut common = vec![0_u32; (old.len() + 1) * width];
    for at in (0..old.len()).rev() {
        for to in (0..new.len()).rev() {
            common[at * width + to] = if old[at] == new[to] {
                common[(at + 1) * width + to + 1] + 1
            } else {
                common[(at + 1) * width + to].max(common[at * width + to + 1])
            };
        }
    }
    let (mut at, mut to) = (0, 0);
    while at < old.len() || to < new.len() {
        let both = at < old.len() && to < new.len();
        if both && old[at] == new[to] {
            lines.push((Mark::Same, old[at]));
            (at, to) = (at + 1, to + 1);
        } else if to == new.len()
            || both && common[(at + 1) * width + to] >= common[at * width + to + 1]
        {
            lines.push((Mark::Gone, old[at]));
            at += 1;
        } else {
            lines.push((Mark::Come, new[to]));
            to += 1;
        }
    }
}

/// Every top-level key and every table with a header, by name.
fn parts(text: &str) -> Option<BTreeMap<String, String>> {
    let document = Document::parse(text).ok()?;
    let mut parts = BTreeMap::new();
    for (key, item) in document.as_table() {
        part(key, item, &mut parts);
    }
    Some(parts)
}

fn part(name: &str, item: &Item, parts: &mut BTreeMap<String, String>) {
    match item {
        Item::None => {}
        Item::Value(value) => {
            parts.insert(name.to_owned(), value.to_string().trim().to_owned());
        }
        Item::Table(table) if table.is_dotted() => {
            for (key, item) in table {
                part(&format!("{name}.{key}"), item, parts);
            }
        }
        Item::Table(table) => whole(name, table, format!("[{name}]"), parts),
        Item::ArrayOfTables(tables) => {
            for table in tables {
                whole(name, table, format!("[[{name}]]"), parts);
            }
        }
    }
}

/// A table as its own lines say it, and those below it as parts of their own.
fn whole(name: &str, table: &Table, shown: String, parts: &mut BTreeMap<String, String>) {
    let mut own = String::new();
    for (key, item) in table {
        if let Item::Table(inner) = item
            && !inner.is_dotted()
        {
            whole(&format!("{name}.{key}"), inner, format!("[{name}.{key}]"), parts);
        } else {
            own.extend([key, "=", item.to_string().trim(), ";"]);
        }
    }
    if !own.is_empty() || !table.is_implicit() {
        *parts.entry(shown).or_default() += &own;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_diff_shows_what_goes_and_comes_and_little_around() {
        let old = "a = 1\nb = 2\nc = 3\nd = 4\ne = 5\nf = 6\ng = 7\n";
        let new = "a = 1\nb = 2\nc = 3\nd = 5\ne = 5\nf = 6\ng = 7\nh = 8\n";
        assert_eq!(
            diff(old, new),
            "  b = 2\n  c = 3\n- d = 4\n+ d = 5\n  e = 5\n  f = 6\n  g = 7\n+ h = 8"
        );
        assert_eq!(diff(old, old), "");
        assert_eq!(diff("a = 1\n", ""), "- a = 1");
    }

    #[test]
    fn far_changes_are_apart() {
        let old = (0..30).map(|n| format!("k{n} = {n}")).collect::<Vec<_>>().join("\n");
        let new = old.replace("k2 = 2\n", "").replace("k27 = 27", "k27 = 28");
        let shown = diff(&old, &new);
        assert_eq!(shown.matches('…').count(), 1, "{shown}");
        assert!(shown.contains("- k2 = 2\n") && shown.contains("- k27 = 27\n+ k27 = 28"));
    }

    #[test]
    fn a_diff_of_long_texts_is_still_one() {
        let many = |by: usize| {
            (0..4_000).map(|n| format!("k{n} = {}", n * by)).collect::<Vec<_>>().join("\n")
        };
        let (old, new) = (many(1), many(2));
        assert_eq!(diff(&old, &new).matches("\n- ").count(), 3_999);
    }

    #[test]
    fn changes_are_named_tables_first_and_ours_left_out() {
        let old = "model = 'a'\ngone.x = 1\n[t]\nx = 1\n[mcp_servers.b]\ncommand = 'b'\n";
        let new = "model = 'b'\nopenai_base_url = 'x'\n[t]\nx = 1\n[mcp_servers.figma]\n\
                   command = 'f'\n[mcp_servers.b]\ncommand = 'b'\n[[hooks]]\na = 1\n";
        assert_eq!(
            changed(old, new).unwrap(),
            ["[[hooks]]", "[mcp_servers.figma]", "gone.x", "model"]
        );
        assert_eq!(changed(old, old).unwrap(), [""; 0]);
        assert_eq!(changed("a = ", old), None);
        let below = "[a.b]\nx = 1\n[a.b.c]\ny = 1\n";
        assert_eq!(changed(below, "[a.b]\nx = 1\n[a.b.c]\ny = 2\n").unwrap(), ["[a.b.c]"]);
    }

    #[test]
    fn nothing_that_may_be_secret_is_shown() {
        let key = "0123456789abcdef0123456789abcdef";
        let shown = |line: &str| super::shown(line);
        assert_eq!(
            shown(&format!("openai_base_url = \"http://127.0.0.1:1/{key}/codex\"   # Rotunda")),
            "openai_base_url = \"http://127.0.0.1:1/…/codex\"   # Rotunda"
        );
        assert_eq!(shown("bearer_token = \"abc\" # x"), "bearer_token = \"…\"");
        assert_eq!(shown("\"API-Key\" = 'abc'"), "\"API-Key\" = \"…\"");
        assert_eq!(shown("token_limit = 20000"), "token_limit = 20000");
        assert_eq!(shown(&format!("args = [\"--x={key}\", \"b\"]")), "args = [\"…\", \"b\"]");
        assert_eq!(shown("url = 'https://u:p@h.test/a?k=v'"), "url = 'https://h.test/a'");
        assert_eq!(shown("# plain words, nothing-else"), "# plain words, nothing-else");
    }
}
