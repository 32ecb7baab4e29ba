//! A desktop entry file, read as the Desktop Entry Specification 1.5 says:
//! groups, escapes, booleans, lists, and the quoting of `Exec`.

use std::collections::BTreeMap;

/// The group that describes the program; keys of other groups do not count.
const GROUP: &str = "[Desktop Entry]";

/// The keys of the main group of one file, with their raw values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    values: BTreeMap<String, String>,
}

impl Entry {
    /// Reads a file's text; none when it has no main group. Of a key that
    /// stands there twice the last value counts, as with `GKeyFile`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut lines = text.trim_start_matches('\u{feff}').lines().map(str::trim);
        lines.find(|line| *line == GROUP)?;
        let mut values = BTreeMap::new();
        for line in lines.filter(|line| !line.starts_with('#')) {
            if line.starts_with('[') {
                break;
            }
            if let Some((key, value)) = line.split_once('=') {
                values.insert(key.trim_end().to_owned(), value.trim_start().to_owned());
            }
        }
        Some(Self { values })
    }

    /// The raw value of a key.
    pub(super) fn raw(&self, key: &str) -> Option<&str> {
        self.values.get(key).map(String::as_str)
    }

    /// Every key with its raw value.
    pub(super) fn keys(&self) -> impl Iterator<Item = (&str, &str)> {
        self.values.iter().map(|(key, value)| (key.as_str(), value.as_str()))
    }

    /// A text with its escapes replaced.
    pub(super) fn text(&self, key: &str) -> Option<String> {
        self.raw(key).map(unescaped)
    }

    /// A boolean that is set to true; earlier versions of the specification
    /// wrote it as a number.
    pub(super) fn is_true(&self, key: &str) -> bool {
        self.raw(key).is_some_and(|value| matches!(value, "true" | "1"))
    }

    /// A list with elements that end with semicolons; none when the key is absent.
    pub(super) fn list(&self, key: &str) -> Option<Vec<String>> {
        let raw = self.raw(key)?;
        let (mut elements, mut element, mut characters) = (Vec::new(), String::new(), raw.chars());
        while let Some(character) = characters.next() {
            match character {
                '\\' => {
                    let escaped = characters.next();
                    element.push_str(&escape(escaped));
                }
                ';' => elements.push(std::mem::take(&mut element)),
                other => element.push(other),
            }
        }
        if !element.is_empty() {
            elements.push(element);
        }
        Some(elements)
    }

    /// The words of `Exec` without field codes; none when there is no such key
    /// or its quoting is broken.
    pub(super) fn command(&self) -> Option<Vec<String>> {
        let words = words(&self.text("Exec")?)?;
        let words = words.into_iter().filter_map(without_field_codes);
        Some(words.collect())
    }
}

/// What a backslash and this character stand for in a value.
fn escape(escaped: Option<char>) -> String {
    match escaped {
        Some('s') => " ".to_owned(),
        Some('n') => "\n".to_owned(),
        Some('t') => "\t".to_owned(),
        Some('r') => "\r".to_owned(),
        Some(other @ ('\\' | ';')) => other.to_string(),
        Some(other) => format!("\\{other}"),
        None => "\\".to_owned(),
    }
}

fn unescaped(raw: &str) -> String {
    let (mut text, mut characters) = (String::with_capacity(raw.len()), raw.chars());
    while let Some(character) = characters.next() {
        match character {
            '\\' => text.push_str(&match characters.next() {
                // Only in lists is this an escape.
                Some(';') => "\\;".to_owned(),
                escaped => escape(escaped),
            }),
            other => text.push(other),
        }
    }
    text
}

/// Splits a command line into words. Double quotes are the specification's;
/// single quotes and a backslash outside of quotes are what `GLib` takes
/// besides. None when a quote is not closed.
pub(super) fn words(line: &str) -> Option<Vec<String>> {
    let (mut words, mut word, mut characters) = (Vec::new(), None::<String>, line.chars());
    while let Some(character) = characters.next() {
        match character {
            quote @ ('"' | '\'') => {
                let word = word.get_or_insert_default();
                loop {
                    match characters.next()? {
                        end if end == quote => break,
                        '\\' if quote == '"' => match characters.next()? {
                            escaped @ ('"' | '`' | '$' | '\\') => word.push(escaped),
                            other => word.extend(['\\', other]),
                        },
                        inside => word.push(inside),
                    }
                }
            }
            '\\' => word.get_or_insert_default().push(characters.next()?),
            space if space.is_ascii_whitespace() => words.extend(word.take()),
            other => word.get_or_insert_default().push(other),
        }
    }
    words.extend(word);
    Some(words)
}

/// A word as the program gets it when no file is opened; none for a word that
/// is nothing but a field code.
fn without_field_codes(word: String) -> Option<String> {
    if !word.contains('%') {
        return Some(word);
    }
    let (mut text, mut characters, mut codes) = (String::new(), word.chars(), false);
    while let Some(character) = characters.next() {
        match character {
            '%' => match characters.next() {
                Some('%') => text.push('%'),
                _ => codes = true,
            },
            other => text.push(other),
        }
    }
    (!text.is_empty() || !codes).then_some(text)
}

/// A program and its arguments as a value of `Exec`: quoted where a character
/// is reserved, with `%` doubled, and then escaped as every value is.
pub(super) fn exec(words: &[&str]) -> String {
    let quoted: Vec<_> = words.iter().map(|word| quoted(&word.replace('%', "%%"))).collect();
    let line = quoted.join(" ").replace('\\', r"\\");
    line.replace('\n', r"\n").replace('\t', r"\t").replace('\r', r"\r")
}

fn quoted(word: &str) -> String {
    // The characters that the specification reserves.
    let reserved = |character: char| " \t\n\r\"'\\><~|&;$*?#()`".contains(character);
    if !word.is_empty() && !word.contains(reserved) {
        return word.to_owned();
    }
    let mut text = String::from('"');
    for character in word.chars() {
        if matches!(character, '"' | '`' | '$' | '\\') {
            text.push('\\');
        }
        text.push(character);
    }
    text.push('"');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(lines: &str) -> Entry {
        Entry::parse(&format!("[Desktop Entry]\n{lines}\n")).unwrap()
    }

    #[track_caller]
    fn command(exec: &str, expected: &[&str]) {
        let words = entry(&format!("Exec={exec}")).command();
        assert_eq!(words.as_deref(), Some(expected.map_words().as_slice()), "{exec}");
    }

    trait MapWords {
        fn map_words(&self) -> Vec<String>;
    }

    impl MapWords for [&str] {
        fn map_words(&self) -> Vec<String> {
            self.iter().map(|word| (*word).to_owned()).collect()
        }
    }

    #[test]
    fn exec_is_split_and_unquoted_by_the_specification() {
        command("a --hidden", &["a", "--hidden"]);
        command("\"/opt/my apps/a\" --hidden", &["/opt/my apps/a", "--hidden"]);
        command("\"/a b/\\\\\"c\\\\\"\" x", &["/a b/\"c\"", "x"]);
        command("\"/a/\\\\$b\\\\`c\"", &["/a/$b`c"]);
        command("\"/a\\\\\\\\b\"", &["/a\\b"]);
        command("/a\\sb", &["/a", "b"]);
        command("'/a b' c", &["/a b", "c"]);
        command("/a\\\\ b", &["/a b"]);
        command("env A=1 \"B=x y\" /a", &["env", "A=1", "B=x y", "/a"]);
        command("  a   \"\"  b ", &["a", "", "b"]);
    }

    #[test]
    fn field_codes_are_taken_out_and_a_doubled_percent_is_one() {
        command("a %U --x %i %c %k", &["a", "--x"]);
        command("/a%%b --name=%c", &["/a%b", "--name="]);
    }

    #[test]
    fn a_quote_that_is_not_closed_is_no_command() {
        for broken in ["\"/a b", "'a", "a \\\\"] {
            assert_eq!(entry(&format!("Exec={broken}")).command(), None, "{broken}");
        }
        assert_eq!(entry("Name=x").command(), None);
    }

    #[test]
    fn only_the_main_group_counts_and_the_last_of_two_values() {
        let text = "\u{feff}# mine\r\n[Desktop Entry]\r\nHidden = true\r\n# Hidden=false\r\n\
                    Exec=a\r\nExec=b\r\n[Desktop Action x]\r\nHidden=false\r\nExec=c\r\n";
        let entry = Entry::parse(text).unwrap();
        assert!(entry.is_true("Hidden"));
        assert_eq!(entry.raw("Exec"), Some("b"));
        assert_eq!(Entry::parse("Exec=a\n"), None);
    }

    #[test]
    fn lists_end_their_elements_with_semicolons() {
        let list = |value: &str| entry(&format!("OnlyShowIn={value}")).list("OnlyShowIn").unwrap();
        assert_eq!(list("GNOME;XFCE;"), ["GNOME", "XFCE"]);
        assert_eq!(list("GNOME"), ["GNOME"]);
        assert_eq!(list("a\\;b;c;"), ["a;b", "c"]);
        assert_eq!(list(""), [""; 0]);
    }

    #[test]
    fn what_is_written_is_read_again() {
        let awkward = "/opt/a b/100%/\"q\"/$x/`y`/\\z/r\nn/rotunda-desktop";
        for program in ["/usr/bin/rotunda-desktop", awkward, "/a'b", "/häus er"] {
            let line = exec(&[program, "--hidden"]);
            assert!(!line.contains('\n'), "{line}");
            let words = entry(&format!("Exec={line}")).command().unwrap();
            assert_eq!(words, [program, "--hidden"], "{line}");
        }
        assert_eq!(exec(&["/usr/bin/a", "--hidden"]), "/usr/bin/a --hidden");
    }
}
