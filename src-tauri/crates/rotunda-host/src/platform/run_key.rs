//! What Windows starts at login: values below the `Run` keys of the user and of the
//! machine. Task Manager switches one off by a value of the same name below
//! `StartupApproved`.
//!
//! Rotunda writes its value below the user's key, which needs no further rights, and
//! with the program in quotes: of a path with spaces, Windows would try each beginning.

use std::{
    io,
    path::{Path, PathBuf},
};

use super::AtLogin;

/// The name of our value; the installer removes one of this name.
pub(super) const NAME: &str = "Rotunda";
/// Below each of the two roots.
pub(super) const RUN: &str = r"Software\Microsoft\Windows\CurrentVersion\Run";
pub(super) const APPROVED: &str =
    r"Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run";

/// Whose keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Root {
    /// The user's.
    User,
    /// Those of all users, which an administrator changes.
    Machine,
}

impl Root {
    const ALL: [Self; 2] = [Self::User, Self::Machine];

    /// How programs of the system show it.
    const fn shown(self) -> &'static str {
        match self {
            Self::User => "HKEY_CURRENT_USER",
            Self::Machine => "HKEY_LOCAL_MACHINE",
        }
    }

    fn path(self, key: &str) -> PathBuf {
        PathBuf::from(format!(r"{}\{key}", self.shown()))
    }
}

/// The registry, as far as it is needed here.
pub(super) trait Keys {
    /// The command of our value.
    fn command(&self, root: Root) -> Option<String>;
    /// What Task Manager says of it.
    fn approval(&self, root: Root) -> Option<Vec<u8>>;
    /// Writes our value, and removes what Task Manager says of it.
    fn write(&self, root: Root, command: &str) -> io::Result<()>;
    /// Removes our value; none being there is fine.
    fn remove(&self, root: Root) -> io::Result<()>;
}

/// What starts at login.
pub(super) fn at_login(keys: &impl Keys, is_program: impl Fn(&Path) -> bool) -> AtLogin {
    let found = Root::ALL.into_iter().filter_map(|root| {
        let program = program_of(&keys.command(root)?)?;
        Some(match keys.approval(root) {
            Some(bytes) if is_switched_off(&bytes) => {
                AtLogin::Inactive { entry: root.path(APPROVED), line: NAME.to_owned() }
            }
            _ if !is_program(&program) => AtLogin::Gone { entry: root.path(RUN), program },
            _ => AtLogin::App(program),
        })
    });
    let mut found: Vec<_> = found.collect();
    let in_force = found.iter().position(|one| matches!(one, AtLogin::App(_)));
    if found.is_empty() { AtLogin::Off } else { found.swap_remove(in_force.unwrap_or(0)) }
}

/// Makes `program` start in the tray at login, or nothing of ours.
pub(super) fn set(keys: &impl Keys, program: &Path, on: bool) -> io::Result<()> {
    if !on {
        return Root::ALL.into_iter().try_for_each(|root| keys.remove(root));
    }
    // It would start a second one. Without the rights to remove it, that one ends by itself.
    let _ = keys.remove(Root::Machine);
    let program = program.to_str().filter(|program| !program.contains('"'));
    let unwritable = || io::Error::new(io::ErrorKind::InvalidInput, "its path is no text");
    keys.write(Root::User, &format!("\"{}\" --hidden", program.ok_or_else(unwritable)?))
}

/// The program of a command: in quotes, else all up to its extension, else the first word.
fn program_of(command: &str) -> Option<PathBuf> {
    let command = command.trim();
    let program = match command.strip_prefix('"') {
        Some(quoted) => quoted.split('"').next()?,
        None => match command.to_ascii_lowercase().find(".exe") {
            Some(at) => &command[..at + ".exe".len()],
            None => command.split_whitespace().next()?,
        },
    };
    (!program.is_empty()).then(|| program.into())
}

/// The lowest bit of the first byte; the rest is when that was.
fn is_switched_off(approval: &[u8]) -> bool {
    approval.first().is_some_and(|first| first & 1 == 1)
}

#[cfg(test)]
mod tests {
    use std::{cell::RefCell, collections::BTreeMap};

    use super::*;

    #[derive(Default)]
    struct Fake {
        commands: RefCell<BTreeMap<Root, String>>,
        approvals: RefCell<BTreeMap<Root, Vec<u8>>>,
        is_administrator: bool,
    }

    impl Fake {
        fn allows(&self, root: Root) -> io::Result<()> {
            let is_allowed = root == Root::User || self.is_administrator;
            if is_allowed { Ok(()) } else { Err(io::ErrorKind::PermissionDenied.into()) }
        }

        fn put(&self, root: Root, command: &str) {
            self.commands.borrow_mut().insert(root, command.to_owned());
        }
    }

    impl Keys for Fake {
        fn command(&self, root: Root) -> Option<String> {
            self.commands.borrow().get(&root).cloned()
        }

        fn approval(&self, root: Root) -> Option<Vec<u8>> {
            self.approvals.borrow().get(&root).cloned()
        }

        fn write(&self, root: Root, command: &str) -> io::Result<()> {
            self.allows(root)?;
            self.approvals.borrow_mut().remove(&root);
            self.put(root, command);
            Ok(())
        }

        fn remove(&self, root: Root) -> io::Result<()> {
            if self.commands.borrow().contains_key(&root) {
                self.allows(root)?;
            }
            self.commands.borrow_mut().remove(&root);
            Ok(())
        }
    }

    const PROGRAM: &str = r"C:\Users\ada l\AppData\Local\Rotunda\rotunda-desktop.exe";

    fn at_login_of(keys: &Fake) -> AtLogin {
        at_login(keys, |program| program == Path::new(PROGRAM))
    }

    #[test]
    fn the_user_s_own_key_gets_the_program_in_quotes() {
        let keys = Fake { is_administrator: true, ..Fake::default() };
        keys.put(Root::Machine, PROGRAM);
        set(&keys, Path::new(PROGRAM), true).unwrap();
        assert_eq!(keys.command(Root::User).unwrap(), format!("\"{PROGRAM}\" --hidden"));
        assert_eq!(keys.command(Root::Machine), None);
        assert_eq!(at_login_of(&keys), AtLogin::App(PROGRAM.into()));
        set(&keys, Path::new(PROGRAM), false).unwrap();
        assert_eq!(at_login_of(&keys), AtLogin::Off);
    }

    #[test]
    fn an_entry_for_all_users_that_may_not_be_removed_is_an_error_only_when_it_would_stay_on() {
        let keys = Fake::default();
        keys.put(Root::Machine, PROGRAM);
        set(&keys, Path::new(PROGRAM), true).unwrap();
        let error = set(&keys, Path::new(PROGRAM), false).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::PermissionDenied);
        assert_eq!(keys.command(Root::User), None);
    }

    #[test]
    fn an_entry_that_was_switched_off_starts_nothing_until_it_is_written_again() {
        let keys = Fake::default();
        set(&keys, Path::new(PROGRAM), true).unwrap();
        for (byte, is_off) in [(2, false), (3, true), (6, false), (7, true)] {
            keys.approvals.borrow_mut().insert(Root::User, vec![byte, 0, 0, 0]);
            let found = at_login_of(&keys);
            assert_eq!(matches!(found, AtLogin::Inactive { .. }), is_off, "{byte}");
        }
        set(&keys, Path::new(PROGRAM), true).unwrap();
        assert_eq!(at_login_of(&keys), AtLogin::App(PROGRAM.into()));
    }

    #[test]
    fn the_program_is_found_in_a_command_with_and_without_quotes() {
        let keys = Fake::default();
        let quoted = format!("\"{PROGRAM}\" --hidden");
        for command in [quoted, format!("{PROGRAM} --hidden"), PROGRAM.to_owned()] {
            keys.put(Root::User, &command);
            assert_eq!(at_login_of(&keys), AtLogin::App(PROGRAM.into()), "{command}");
        }
        keys.put(Root::User, r#""D:\gone.exe" --hidden"#);
        let gone = AtLogin::Gone { entry: Root::User.path(RUN), program: r"D:\gone.exe".into() };
        assert_eq!(at_login_of(&keys), gone);
        keys.put(Root::User, "");
        assert_eq!(at_login_of(&keys), AtLogin::Off);
    }
}
