use std::{
    os::unix::fs::{PermissionsExt as _, symlink},
    path::Path,
};

use super::*;

fn mode(home: &Home) -> u32 {
    mode_of(&home.codex_config())
}

fn mode_of(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

fn set_mode(home: &Home, mode: u32) {
    fs::set_permissions(home.codex_config(), fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn the_file_is_closed_to_others_while_it_holds_the_key_and_gets_its_mode_back() {
    for before in [0o644, 0o640, 0o664, 0o600, 0o755] {
        let (_root, home) = testing::home();
        fs::write(home.codex_config(), "a = 1\n").unwrap();
        set_mode(&home, before);
        bound(&home);
        assert_eq!(mode(&home), 0o600);
        // Again, with another port and with the same: the first mode counts.
        bind(&home, &url(4600), false, now()).unwrap();
        bind(&home, &url(4600), false, now()).unwrap();
        assert_eq!(mode(&home), 0o600);
        unbind(&home, &url(4600)).unwrap();
        assert_eq!((mode(&home), text(&home).as_str()), (before, "a = 1\n"));
    }
}

#[test]
fn a_mode_that_the_user_set_while_bound_stays() {
    let (_root, home) = testing::home();
    fs::write(home.codex_config(), "a = 1\n").unwrap();
    set_mode(&home, 0o644);
    bound(&home);
    set_mode(&home, 0o640);
    bind(&home, &url(4600), false, now()).unwrap();
    assert_eq!(mode(&home), 0o640);
    unbind(&home, &url(4600)).unwrap();
    assert_eq!(mode(&home), 0o640);
}

#[test]
fn a_file_bound_by_an_older_version_is_closed_by_the_next_binding() {
    let (_root, home) = testing::home();
    fs::write(home.codex_config(), "a = 1\n").unwrap();
    set_mode(&home, 0o644);
    bound(&home);
    set_mode(&home, 0o644);
    for journal in [home.data.join("binding.json"), home.codex_home.join(".rotunda-binding.json")] {
        let text = fs::read_to_string(&journal).unwrap();
        let text = text.replace("\"closed\": true", "\"closed\": false");
        fs::write(&journal, text.replace("\"mode\": 420", "\"mode\": null")).unwrap();
    }
    assert!(!bound(&home).changed);
    assert_eq!(mode(&home), 0o600);
    unbind(&home, &url(4517)).unwrap();
    assert_eq!(mode(&home), 0o644);
}

#[test]
fn the_mode_comes_back_also_when_the_line_was_taken_out_and_by_restoring() {
    let (_root, home) = testing::home();
    fs::write(home.codex_config(), "a = 1\n").unwrap();
    set_mode(&home, 0o644);
    bound(&home);
    fs::write(home.codex_config(), "a = 1\n").unwrap();
    unbind(&home, &url(4517)).unwrap();
    assert_eq!(mode(&home), 0o644);
    bound(&home);
    restore(&home, &url(4517), now()).unwrap();
    assert_eq!((mode(&home), text(&home).as_str()), (0o644, "a = 1\n"));
}

#[test]
fn the_mode_of_what_a_link_leads_to_and_of_a_file_with_two_names_is_kept() {
    let (root, home) = testing::home();
    let real = root.path().join("dotfiles.toml");
    fs::write(&real, "a = 1\n").unwrap();
    symlink(&real, home.codex_config()).unwrap();
    set_mode(&home, 0o644);
    for linked in [false, true] {
        if linked {
            fs::hard_link(&real, root.path().join("second name")).unwrap();
        }
        bound(&home);
        assert_eq!(mode(&home), 0o600);
        unbind(&home, &url(4517)).unwrap();
        assert_eq!(mode(&home), 0o644);
    }
    assert!(fs::symlink_metadata(home.codex_config()).unwrap().is_symlink());
}

#[test]
fn backups_are_their_owners_only() {
    let (_root, home) = testing::home();
    fs::write(home.codex_config(), "a = 1\n").unwrap();
    set_mode(&home, 0o644);
    let backup = bound(&home).backup.unwrap();
    let mode = fs::metadata(backup).unwrap().permissions().mode();
    assert_eq!(mode & 0o077, 0);
}

#[test]
fn binding_goes_through_links_and_keeps_modes() {
    let (root, home) = testing::home();
    let real = root.path().join("dotfiles.toml");
    fs::write(&real, "a = 1\n").unwrap();
    fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).unwrap();
    symlink(&real, home.codex_config()).unwrap();
    let url = client_url(4517, &Secret::new("0".repeat(32)));
    bind(&home, &url, false, std::time::UNIX_EPOCH).unwrap();
    assert!(fs::read_to_string(&real).unwrap().contains("# Rotunda"));
    assert_eq!(mode_of(&real), 0o600);
    unbind(&home, &url).unwrap();
    assert_eq!(fs::read_to_string(&real).unwrap(), "a = 1\n");
    assert!(fs::symlink_metadata(home.codex_config()).unwrap().is_symlink());
    assert_eq!(mode_of(&real), 0o640);
}

#[test]
fn a_new_config_behind_a_dangling_link_is_removed_and_the_link_stays() {
    let (root, home) = testing::home();
    let real = root.path().join("later.toml");
    symlink(&real, home.codex_config()).unwrap();
    let url = client_url(4517, &Secret::new("0".repeat(32)));
    bind(&home, &url, false, std::time::UNIX_EPOCH).unwrap();
    assert_eq!(mode_of(&real), 0o600);
    unbind(&home, &url).unwrap();
    assert!(!real.exists() && fs::symlink_metadata(home.codex_config()).is_ok());
}
