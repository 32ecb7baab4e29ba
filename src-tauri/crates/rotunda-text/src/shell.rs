//! Names and paths as a person types them in a command: quoted as the shells of
//! this system read it, and with `~` only where a shell expands it.

use std::path::Path;

/// Which quoting is understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shell {
    /// `sh` and its kin: single quotes, `~/` is the home folder.
    Posix,
    /// `cmd.exe` and `PowerShell`: double quotes are all that both understand, and a
    /// program gets `~` as it was typed.
    Windows,
}

impl Shell {
    /// That of this system.
    pub const HERE: Self = if cfg!(windows) { Self::Windows } else { Self::Posix };

    /// One word.
    pub fn word(self, text: &str) -> String {
        let is_plain = !text.is_empty() && text.chars().all(|c| self.is_plain(c));
        match self {
            _ if is_plain => text.to_owned(),
            Self::Posix => format!("'{}'", text.replace('\'', "'\\''")),
            Self::Windows => {
                // A backslash before a quote would take it into the word.
                let ends = text.chars().rev().take_while(|c| *c == '\\').count();
                let inner = text.replace('"', "\\\"");
                format!("\"{inner}{}\"", "\\".repeat(ends))
            }
        }
    }

    /// A path. `home` is the folder that `~` stands for.
    pub fn path(self, path: &Path, home: Option<&Path>) -> String {
        let below = home.and_then(|home| path.strip_prefix(home).ok());
        match below.filter(|_| self == Self::Posix) {
            Some(below) if below.as_os_str().is_empty() => "~".to_owned(),
            Some(below) => format!("~/{}", self.word(&below.display().to_string())),
            None => self.word(&path.display().to_string()),
        }
    }

    fn is_plain(self, c: char) -> bool {
        let separates = match self {
            Self::Posix => c == '/',
            Self::Windows => matches!(c, '\\' | '/' | ':'),
        };
        separates || c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '@' | '+')
    }
}

/// A name as the shells of this system read it.
pub fn in_shell(name: &str) -> String {
    Shell::HERE.word(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(shell: Shell, text: &str, expected: &str) {
        assert_eq!(shell.word(text), expected);
    }

    #[test]
    fn a_word_is_quoted_as_the_system_reads_it() {
        check(Shell::Posix, "side", "side");
        check(Shell::Posix, "my side", "'my side'");
        check(Shell::Posix, "ada's", "'ada'\\''s'");
        check(Shell::Posix, "", "''");
        check(Shell::Posix, r"a\b", r"'a\b'");
        check(Shell::Windows, "side", "side");
        check(Shell::Windows, "my side", "\"my side\"");
        check(Shell::Windows, "ada's", "\"ada's\"");
        check(Shell::Windows, "a \"b\"", r#""a \"b\"""#);
        check(Shell::Windows, r"C:\Users\ada\.codex", r"C:\Users\ada\.codex");
        check(Shell::Windows, r"C:\my folder\", r#""C:\my folder\\""#);
    }

    #[test]
    fn a_tilde_is_written_only_where_a_shell_expands_it() {
        let home = Some(Path::new("/home/ada"));
        let path = |shell: Shell, path| shell.path(Path::new(path), home);
        assert_eq!(path(Shell::Posix, "/home/ada/.codex"), "~/.codex");
        assert_eq!(path(Shell::Posix, "/home/ada"), "~");
        assert_eq!(path(Shell::Posix, "/srv/co dex"), "'/srv/co dex'");
        assert_eq!(path(Shell::Windows, "/home/ada/.codex"), "/home/ada/.codex");
        assert_eq!(Shell::Posix.path(Path::new("/home/ada/.codex"), None), "/home/ada/.codex");
    }
}
