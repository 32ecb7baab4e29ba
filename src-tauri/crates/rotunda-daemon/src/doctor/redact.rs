//! Takes out of a text what is nobody else's business: keys, addresses of
//! people, names of profiles, the user's name in paths.

use std::fmt::Write as _;

use toml_edit::{Document, Item, Table, Value};

/// A run of letters and digits this long may be a key.
const LONGEST_WORD: usize = 20;
/// Settings of Codex whose texts are worth knowing and never secret.
const PLAIN: [&str; 7] = [
    "approval_policy",
    "cli_auth_credentials_store",
    "forced_login_method",
    "model",
    "model_provider",
    "sandbox_mode",
    "wire_api",
];

/// What is replaced, whole words of the user's own first.
#[derive(Debug, Default)]
pub(super) struct Redactor {
    words: Vec<(String, String)>,
}

impl Redactor {
    /// Also replaces this text wherever it stands.
    pub(super) fn replace(&mut self, text: &str, by: &str) {
        if text.len() > 1 {
            self.words.push((text.to_owned(), by.to_owned()));
            // A name that is part of another one comes later.
            self.words.sort_by_key(|(text, _)| std::cmp::Reverse(text.len()));
        }
    }

    /// The text without what is private.
    pub(super) fn text(&self, text: &str) -> String {
        let known = self.words.iter().fold(text.to_owned(), |text, (word, by)| {
            if word.contains('/') || word.contains('\\') {
                text.replace(word, by)
            } else {
                replace_word(&text, word, by)
            }
        });
        unguessed(&known)
    }

    /// A TOML text as its structure: names, numbers and switches, and only those
    /// texts that are never secret. Comments are left out.
    pub(super) fn toml(&self, text: &str) -> String {
        let Ok(document) = Document::parse(text) else {
            return format!("{} lines that do not parse\n", text.lines().count());
        };
        let mut lines = String::new();
        table(document.as_table(), "", &mut lines);
        self.text(&lines)
    }
}

/// Replaces a word where it stands alone: `work` is not part of `network`.
fn replace_word(text: &str, word: &str, by: &str) -> String {
    let is_inside = |letter: Option<char>| letter.is_some_and(char::is_alphanumeric);
    let mut replaced = String::with_capacity(text.len());
    let mut rest = text;
    let mut before = None;
    while let Some(at) = rest.find(word) {
        let (head, tail) = (&rest[..at], &rest[at + word.len()..]);
        let alone =
            !is_inside(head.chars().next_back().or(before)) && !is_inside(tail.chars().next());
        replaced.push_str(head);
        replaced.push_str(if alone { by } else { word });
        before = word.chars().next_back();
        rest = tail;
    }
    replaced + rest
}

/// Long words with digits in them, and whatever looks like an address.
fn unguessed(text: &str) -> String {
    let is_inside = |letter: char| letter.is_alphanumeric() || "_-+=.@%~".contains(letter);
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if !is_inside(first) {
            shown.push(first);
            rest = &rest[first.len_utf8()..];
            continue;
        }
        let length = rest.find(|letter| !is_inside(letter)).unwrap_or(rest.len());
        let (word, after) = rest.split_at(length);
        if word.contains('@') {
            shown.push_str("<address>");
        } else {
            shown.push_str(&keyless(word));
        }
        rest = after;
    }
    shown
}

/// A word whose parts between dots may be keys: versions and file names stay.
fn keyless(word: &str) -> String {
    let parts = word.split('.').map(|part| {
        let has_digit = part.bytes().any(|byte| byte.is_ascii_digit());
        let has_letter = part.bytes().any(|byte| byte.is_ascii_alphabetic());
        let is_known_kind = ["sk-", "eyJ", "rt_", "rt-"].iter().any(|kind| part.starts_with(kind));
        let hides = part.len() >= LONGEST_WORD && has_digit && has_letter;
        if hides && !is_date_name(part) || is_known_kind { "<hidden>" } else { part }
    });
    parts.collect::<Vec<_>>().join(".")
}

/// The names of backups say when they were made, and no more.
fn is_date_name(part: &str) -> bool {
    part.strip_prefix("config-").is_some_and(|rest| {
        rest.len() <= 24 && rest.bytes().all(|byte| byte.is_ascii_digit() || b"TZ-".contains(&byte))
    })
}

fn table(whole: &Table, path: &str, lines: &mut String) {
    for (key, item) in whole {
        let path = if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
        match item {
            Item::None => {}
            Item::Value(value) => {
                let _ = writeln!(lines, "{path} = {}", plain(key, value));
            }
            Item::Table(inner) => {
                if !inner.is_dotted() && !inner.is_implicit() {
                    let _ = writeln!(lines, "[{path}]");
                }
                table(inner, &path, lines);
            }
            Item::ArrayOfTables(several) => {
                for one in several {
                    let _ = writeln!(lines, "[[{path}]]");
                    table(one, &path, lines);
                }
            }
        }
    }
}

fn plain(key: &str, value: &Value) -> String {
    match value {
        Value::String(text) if PLAIN.contains(&key) => format!("{:?}", text.value()),
        Value::String(text) if key.ends_with("base_url") => {
            format!("{:?}", rotunda_core::binding::masked(text.value()))
        }
        Value::String(_) => "<text>".to_owned(),
        Value::Integer(number) => number.value().to_string(),
        Value::Float(number) => number.value().to_string(),
        Value::Boolean(on) => on.value().to_string(),
        Value::Datetime(_) => "<time>".to_owned(),
        Value::Array(values) => format!("<{} values>", values.len()),
        Value::InlineTable(values) => format!("<{} entries>", values.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_and_what_looks_private_goes() {
        let mut redactor = Redactor::default();
        redactor.replace("work", "profile-1");
        redactor.replace("work laptop", "profile-2");
        redactor.replace("/home/ada", "~");
        let said = redactor.text(
            "work laptop rests; work serves the network from /home/ada/.codex \
             (ada.l+x@mail.example.com), key 0123456789abcdef0123456789abcdef, sk-a, v0.169.0, \
             backup config-20261121T084240Z-00.toml",
        );
        assert_eq!(
            said,
            "profile-2 rests; profile-1 serves the network from ~/.codex (<address>), key \
             <hidden>, <hidden>, v0.169.0, backup config-20261121T084240Z-00.toml"
        );
    }

    #[test]
    fn a_token_with_dots_goes_in_all_its_parts() {
        let token = "eyJhbGciOiJub25lIn0.eyJlbWFpbCI6ImFkYUBl.c2lnbmF0dXJlLXdpdGgtMTIz";
        assert_eq!(Redactor::default().text(token), "<hidden>.<hidden>.<hidden>");
    }

    #[test]
    fn a_configuration_is_told_by_its_structure() {
        let text = "model = 'gpt-6' # of ada\nexperimental_bearer_token = 'hunter2'\nx = 3\n\
                    openai_base_url = 'http://u:p@127.0.0.1:1/0123456789abcdef0123/codex?k=v'\n\
                    [mcp_servers.figma]\ncommand = 'figma'\nargs = ['--token', 'hunter2']\n\
                    http_headers = { Authorization = 'Bearer hunter2' }\nenabled = true\n";
        let told = Redactor::default().toml(text);
        assert_eq!(
            told,
            "model = \"gpt-6\"\nexperimental_bearer_token = <text>\nx = 3\n\
             openai_base_url = \"http://127.0.0.1:1/…/codex\"\n[mcp_servers.figma]\n\
             mcp_servers.figma.command = <text>\nmcp_servers.figma.args = <2 values>\n\
             mcp_servers.figma.http_headers = <1 entries>\nmcp_servers.figma.enabled = true\n"
        );
        assert_eq!(Redactor::default().toml("a = \nb"), "2 lines that do not parse\n");
    }
}
