//! Removes private parts from a text: keys, addresses of
//! people, names of profiles, of computers and of projects, and the user's name
//! in paths.

use rotunda_host::redact::{self, HIDDEN, Hosts, without_secrets};
use toml_edit::{Document, Item, TableLike, Value};

use super::shown_config::{self, Shown, is_plain_word, shown_proxy};

/// In place of a folder or file of the user's.
const PATH: &str = "<path>";
/// Shorter values of a configuration stand in every text.
const SHORTEST_SECRET: usize = 4;
/// What paths of the system begin with; they name no user.
const SYSTEM: [&str; 8] =
    ["/bin/", "/dev/", "/etc/", "/lib/", "/proc/", "/sbin/", "/snap/", "/usr/"];
/// Names below the user's folders that are common.
const KNOWN_NAMES: [&str; 26] = [
    ".bashrc",
    ".codex",
    ".config",
    ".env",
    ".local",
    "AppData",
    "Library",
    "Local",
    "Roaming",
    "auth.json",
    "autostart",
    "bin",
    "client.key",
    "codex",
    "config.toml",
    "control.json",
    "logs",
    "managed_config.toml",
    "rotunda",
    "rotunda-desktop",
    "rotunda.db",
    "rotunda.lock",
    "rotunda.log",
    "settings.toml",
    "share",
    "state",
];
/// Starts of paths that the redactor writes itself.
const STARTS: [&str; 4] = ["~", "$CODEX_HOME", "$CONFIG", "$DATA"];

/// What is replaced, whole words of the user's own first.
#[derive(Debug, Default)]
pub(super) struct Redactor {
    words: Vec<(String, String)>,
}

impl Redactor {
    /// Also replaces this text wherever it stands.
    pub(super) fn replace(&mut self, text: &str, by: &str) {
        if text.chars().count() > 1 && !self.words.iter().any(|(known, _)| known == text) {
            self.words.push((text.to_owned(), by.to_owned()));
            // A name that is part of another one comes later.
            self.words.sort_by_key(|(text, _)| std::cmp::Reverse(text.len()));
        }
    }

    /// Also replaces every line of this value.
    pub(super) fn hide(&mut self, value: &str) {
        for line in value.lines().map(str::trim).chain([value]) {
            if line.len() >= SHORTEST_SECRET && !is_common(line) {
                self.replace(line, HIDDEN);
            }
        }
    }

    /// Also replaces what a configuration calls the user's own things, and every
    /// value in it that is not shown.
    pub(super) fn hide_values_of(&mut self, text: &str) {
        if let Ok(document) = Document::parse(text) {
            for (key, item) in document.as_table() {
                let is_shown = item.is_value() || shown_config::is_shown_table(key);
                self.hide_item(key, item, is_shown);
            }
        }
    }

    /// Also replaces the values of lines such as `NAME=value`.
    pub(super) fn hide_variables_of(&mut self, text: &str) {
        let lines = text.lines().filter_map(|line| line.split_once('='));
        for (_, value) in lines {
            let value = value.trim();
            self.hide(value.trim_matches(['"', '\'']));
            self.hide(value.split(" #").next().unwrap_or_default().trim());
        }
    }

    /// `is_shown`: the table is one of those that are shown.
    fn hide_table(&mut self, table: &dyn TableLike, is_shown: bool) {
        for (key, item) in table.iter() {
            if !shown_config::is_key_of_codex(key) {
                self.hide(key);
            }
            self.hide_item(key, item, is_shown);
        }
    }

    fn hide_item(&mut self, key: &str, item: &Item, is_shown: bool) {
        if let Some(tables) = item.as_array_of_tables() {
            tables.iter().for_each(|table| self.hide_table(table, is_shown));
        } else if let Some(table) = item.as_table_like() {
            self.hide_table(table, is_shown);
        } else if let Some(value) = item.as_value() {
            self.hide_value(key, value, is_shown);
        }
    }

    fn hide_value(&mut self, key: &str, value: &Value, is_shown: bool) {
        match value {
            Value::String(text) if !(is_shown && shown_config::is_plain(key, text.value())) => {
                self.hide(text.value());
            }
            Value::Array(values) => {
                values.iter().for_each(|value| self.hide_value("", value, is_shown));
            }
            Value::InlineTable(table) => self.hide_table(table, is_shown),
            Value::Integer(number) if !(is_shown && shown_config::shown(key).is_some()) => {
                self.hide(&number.value().to_string());
            }
            _ => {}
        }
    }

    /// The text without what is private.
    pub(super) fn text(&self, text: &str) -> String {
        let known = self.words.iter().fold(text.to_owned(), |text, (word, by)| {
            if word.contains(['/', '\\']) || word.len() > 2 * SHORTEST_SECRET {
                text.replace(word, by)
            } else {
                replace_word(&text, word, by)
            }
        });
        without_paths(&without_secrets(&known, Hosts::Hidden))
    }

    /// A configuration of Codex, as far as it may be shown.
    pub(super) fn codex_config(&self, text: &str) -> String {
        self.text(&shown_config::of(text, &shown_config::CODEX))
    }

    /// Our own settings, as far as they may be shown.
    pub(super) fn settings(&self, text: &str) -> String {
        self.text(&shown_config::of(text, &shown_config::OURS))
    }

    /// A variable of the environment that changes where things go.
    pub(super) fn variable(&self, name: &str, value: &str) -> String {
        let shown = match Shown::of_variable(name) {
            Shown::Proxy => shown_proxy(value),
            Shown::Hosts => shown_hosts(value),
            Shown::Path => self.text(value),
            Shown::Word if is_plain_word(value) => value.to_owned(),
            _ => "<set>".to_owned(),
        };
        self.text(&shown)
    }
}

/// Exceptions from a proxy: those that concern this computer, and that there are
/// others.
fn shown_hosts(value: &str) -> String {
    let entries = value.split(',').map(str::trim).filter(|entry| !entry.is_empty());
    let shown = entries.map(|entry| {
        let is_plain = matches!(entry, "*" | "127.0.0.0/8") || redact::is_known_host(entry);
        if is_plain { entry } else { redact::HOST }
    });
    shown.collect::<Vec<_>>().join(",")
}

/// Words that stand in every text; a value that is one of them is no secret.
fn is_common(value: &str) -> bool {
    const COMMON: [&str; 18] = [
        "auto",
        "codex",
        "default",
        "false",
        "file",
        "http",
        "https",
        "info",
        "keychain",
        "node",
        "none",
        "null",
        "openai",
        "router",
        "stdio",
        "system",
        "true",
        "untrusted",
    ];
    COMMON.contains(&value)
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

/// Hides names of the user's folders and files; those of the system stay.
fn without_paths(text: &str) -> String {
    let is_end = |c: char| c.is_whitespace() || "\"'`()[]<>,;=:|".contains(c);
    let mut shown = String::with_capacity(text.len());
    for part in text.split_inclusive(is_end) {
        let end = part.chars().next_back().filter(|c| is_end(*c)).map_or(0, char::len_utf8);
        let (word, after) = part.split_at(part.len() - end);
        // `C:\`: the colon was the end of the word before.
        let is_windows = word.starts_with('\\') && word.len() > 2;
        if is_windows || (word.starts_with('/') && word.len() > 1 && !word.starts_with("//")) {
            shown.push_str(&path(word));
        } else if let Some((start, rest)) = word.split_once(['/', '\\'])
            && STARTS.contains(&start)
        {
            shown.push_str(start);
            below(rest, &mut shown);
        } else {
            shown.push_str(word);
        }
        shown.push_str(after);
    }
    shown
}

fn path(word: &str) -> String {
    let is_shown = word.starts_with("/…") || SYSTEM.iter().any(|start| word.starts_with(start));
    if is_shown {
        return word.to_owned();
    }
    let trimmed = word.trim_end_matches('.');
    let last = trimmed.rsplit(['/', '\\']).next().unwrap_or_default();
    if KNOWN_NAMES.contains(&last) { format!("{PATH}/{last}") } else { PATH.to_owned() }
}

/// Names as far as they are common.
fn below(rest: &str, shown: &mut String) {
    for name in rest.split(['/', '\\']) {
        shown.push('/');
        let bare = name.trim_end_matches('.');
        let is_backup = bare.starts_with("config-") && bare.len() <= 40;
        if !KNOWN_NAMES.contains(&bare) && !is_backup && !bare.starts_with("rotunda") {
            shown.push('…');
            return;
        }
        shown.push_str(name);
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
        let redacted = redactor.text(
            "work laptop rests; work serves the network from /home/ada/.codex \
             (ada.l+x@mail.example.com), key 0123456789abcdef0123456789abcdef, sk-a, v0.169.0, \
             backup config-20261121T084240Z-00.toml",
        );
        assert_eq!(
            redacted,
            "profile-2 rests; profile-1 serves the network from ~/.codex <address> key \
             <hidden>, <hidden>, v0.169.0, backup config-20261121T084240Z-00.toml"
        );
    }

    #[track_caller]
    fn check(redactor: &Redactor, text: &str, expected: &str) {
        assert_eq!(redactor.text(text), expected);
    }

    #[test]
    fn paths_of_the_user_go_and_those_of_the_system_stay() {
        let mut redactor = Redactor::default();
        redactor.replace("/home/ada", "~");
        check(
            &redactor,
            "at /usr/local/bin/codex and \"/srv/acme/moon/x.rs\"",
            "at /usr/local/bin/codex and \"<path>\"",
        );
        check(
            &redactor,
            "in /home/ada/moonshot/src, /home/ada/.codex/config.toml.",
            "in ~/…, ~/.codex/config.toml.",
        );
        check(
            &redactor,
            "C:\\Users\\Ada\\moon and /data/ada/bin/codex",
            "C:<path> and <path>/codex",
        );
        check(&redactor, "GET http://127.0.0.1:4517/…/codex", "GET http://127.0.0.1:4517/…/codex");
    }

    #[test]
    fn proxies_are_shown_without_who_and_where() {
        for (value, shown) in [
            ("http://u:p@10.0.0.1:7890", "http://<host>:7890"),
            ("u:pa#ss/w@proxy.corp:3128", "<host>:3128"),
            ("socks5h://u:p@@h", "socks5h://<host>"),
            ("http://127.0.0.1:7890/", "http://127.0.0.1:7890"),
            ("hunter2", "<host>"),
            ("system", "system"),
        ] {
            assert_eq!(shown_proxy(value), shown, "{value}");
        }
    }

    #[test]
    fn values_of_a_configuration_are_taken_out_of_every_text() {
        let mut redactor = Redactor::default();
        redactor.hide_values_of(
            "model = 'gpt-6'\n[projects.'/srv/moonshot']\ntrust_level = 'trusted'\n\
             [mcp_servers.figma-internal]\nenv = { PIN = '9911', T = \"hun\\u0074er2\" }\n\
             args = ['''first line\nsecond line''']\nport = 271828\n",
        );
        redactor.hide_variables_of("HTTPS_PROXY=\"u:pa#ss@h\"\nexport PLAIN=lovelace # mine\n");
        let redacted = redactor.text(
            "gpt-6 /srv/moonshot figma-internal 9911 hunter2 second line 271828 lovelace pa#ss",
        );
        assert_eq!(
            redacted,
            "gpt-6 <hidden> <hidden> <hidden> <hidden> <hidden> <hidden> <hidden> pa#ss"
        );
    }
}
