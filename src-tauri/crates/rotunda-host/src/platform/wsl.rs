//! Windows and a Linux inside it (WSL): two systems of one user, each with a Codex and a
//! `config.toml` of its own. A router of one side is reached from the other only where
//! both share the loopback, which is the networking mode `mirrored`
//! (<https://learn.microsoft.com/windows/wsl/networking>).

#![cfg_attr(not(test), allow(dead_code, reason = "each system asks for its part of it"))]

use std::{
    fs,
    path::{Path, PathBuf},
};

/// The settings of all Linux systems of a user, in the home folder on Windows.
const SETTINGS: &str = ".wslconfig";
/// Files that a Codex folder has one of.
const OF_CODEX: [&str; 2] = ["config.toml", "auth.json"];

/// Whether a port of one side is a port of the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Networking {
    /// Both have one loopback.
    Shared,
    /// WSL has a network of its own, or its mode is not known.
    Apart,
}

/// What is on the other side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OtherSide {
    /// This is Linux; Codex's folders of the users of Windows.
    Windows(Vec<PathBuf>),
    /// This is Windows; the names of the Linux systems. Whether they have a Codex cannot be
    /// seen without starting them.
    Linux(Vec<String>),
}

/// Whether a kernel is that of WSL, by its release.
pub(super) fn is_wsl(release: &str) -> bool {
    release.to_ascii_lowercase().contains("microsoft")
}

/// Whether a path leads from Linux to a drive of Windows, such as `/mnt/c/Users/ada`: WSL
/// mounts each one under its letter unless its settings say otherwise.
pub(super) fn leads_to_windows(path: &Path) -> bool {
    let drive = path.strip_prefix("/mnt").ok().and_then(|path| path.components().next());
    let drive = drive.map(|drive| drive.as_os_str().as_encoded_bytes());
    matches!(drive, Some([letter]) if letter.is_ascii_alphabetic())
}

/// Whether a path leads from Windows into a Linux of WSL, such as
/// `\\wsl.localhost\Ubuntu\home\ada`; Windows 10 calls it `\\wsl$`.
pub(super) fn leads_to_linux(path: &Path) -> bool {
    let path = path.to_string_lossy().replace('/', "\\").to_ascii_lowercase();
    let path = path.strip_prefix(r"\\?\unc").unwrap_or(path.trim_start_matches('\\'));
    let host = path.trim_start_matches('\\').split('\\').next();
    matches!(host, Some("wsl.localhost" | "wsl$"))
}

/// Folders of Codex below the folder of all users of Windows, as Linux sees it.
pub(super) fn codex_homes(users: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(users).into_iter().flatten().filter_map(Result::ok);
    let homes = entries.map(|entry| entry.path().join(".codex"));
    let mut homes: Vec<_> =
        homes.filter(|home| OF_CODEX.iter().any(|name| home.join(name).is_file())).collect();
    homes.sort();
    homes
}

/// What `wslinfo --networking-mode` says.
pub(super) fn networking_of_word(word: &str) -> Networking {
    if word.trim().eq_ignore_ascii_case("mirrored") {
        Networking::Shared
    } else {
        Networking::Apart
    }
}

/// What the settings of WSL say: `networkingMode` in the section `wsl2`.
pub(super) fn networking_of_settings(text: &str) -> Networking {
    let mut is_in_section = false;
    for line in text.lines().map(str::trim) {
        if let Some(section) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            is_in_section = section.trim().eq_ignore_ascii_case("wsl2");
        }
        let Some((key, value)) = line.split_once('=').filter(|_| is_in_section) else { continue };
        if key.trim().eq_ignore_ascii_case("networkingMode") {
            return networking_of_word(value.split('#').next().unwrap_or_default());
        }
    }
    Networking::Apart
}

/// The same, read from the user's home folder.
pub(super) fn networking_of_home(home: &Path) -> Networking {
    networking_of_settings(&fs::read_to_string(home.join(SETTINGS)).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(settings: &str, expected: Networking) {
        assert_eq!(networking_of_settings(settings), expected, "{settings}");
    }

    #[test]
    fn only_mirrored_networking_shares_the_loopback() {
        check("", Networking::Apart);
        check("[wsl2]\nnetworkingMode=mirrored\n", Networking::Shared);
        check("[WSL2]\r\n  NetworkingMode = Mirrored # both\r\n", Networking::Shared);
        check("[wsl2]\nnetworkingMode=nat\n", Networking::Apart);
        check("[experimental]\nnetworkingMode=mirrored\n", Networking::Apart);
        check("# [wsl2]\nnetworkingMode=mirrored\n", Networking::Apart);
        assert_eq!(networking_of_word("mirrored\n"), Networking::Shared);
        assert_eq!(networking_of_word("nat\n"), Networking::Apart);
    }

    #[test]
    fn a_home_without_settings_keeps_the_networks_apart() {
        let home = tempfile::tempdir().unwrap();
        assert_eq!(networking_of_home(home.path()), Networking::Apart);
        fs::write(home.path().join(SETTINGS), "[wsl2]\nnetworkingMode=mirrored").unwrap();
        assert_eq!(networking_of_home(home.path()), Networking::Shared);
    }

    #[test]
    fn a_path_to_the_other_side_is_known_by_its_beginning() {
        for path in ["/mnt/c/Users/ada/.codex", "/mnt/D/codex"] {
            assert!(leads_to_windows(Path::new(path)), "{path}");
        }
        for path in ["/mnt", "/mnt/disk/codex", "/home/ada/.codex", "mnt/c"] {
            assert!(!leads_to_windows(Path::new(path)), "{path}");
        }
        for path in [
            r"\\wsl.localhost\Ubuntu\home\ada\.codex",
            r"\\WSL$\Debian\root\.codex",
            "//wsl.localhost/Ubuntu/home/ada/.codex",
            r"\\?\UNC\wsl.localhost\Ubuntu\home\ada\.codex",
        ] {
            assert!(leads_to_linux(Path::new(path)), "{path}");
        }
        for path in
            [r"C:\Users\ada\.codex", r"\\server\share\.codex", "wsl", r"\\wsl.localhost.example\a"]
        {
            assert!(!leads_to_linux(Path::new(path)), "{path}");
        }
    }

    #[test]
    fn wsl_is_known_by_its_kernel() {
        assert!(is_wsl("5.15.153.1-microsoft-standard-WSL2\n"));
        assert!(is_wsl("4.4.0-19041-Microsoft"));
        assert!(!is_wsl("6.1.0-28-amd64"));
    }

    #[test]
    fn codex_is_found_in_the_homes_of_windows() {
        let users = tempfile::tempdir().unwrap();
        for name in ["Public", "bob/.codex", "ada/.codex", "eve/.codex"] {
            fs::create_dir_all(users.path().join(name)).unwrap();
        }
        let (ada, bob) = (users.path().join("ada/.codex"), users.path().join("bob/.codex"));
        fs::write(bob.join("auth.json"), "{}").unwrap();
        fs::write(ada.join("config.toml"), "").unwrap();
        assert_eq!(codex_homes(users.path()), [ada, bob]);
        assert!(codex_homes(&users.path().join("none")).is_empty());
    }
}
