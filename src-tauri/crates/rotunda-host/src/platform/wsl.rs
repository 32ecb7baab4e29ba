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
