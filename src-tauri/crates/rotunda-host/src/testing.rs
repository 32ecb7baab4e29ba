//! What tests share, here and in the crates above. Only their dev-dependencies
//! turn the feature `testing` on.

#![expect(clippy::unwrap_used, reason = "a test that fails says where")]

use std::{fs::File, path::Path, time::Duration};

use rotunda_core::ProfileId;
use tempfile::TempDir;

use crate::{
    clock,
    home::{CODEX_HOME, Env, Home, ROTUNDA_HOME},
};

/// The profile most tests are about.
pub const WORK: ProfileId = ProfileId(0x00c0_ffee);

/// Every folder below one throw-away place, made.
pub fn home() -> (TempDir, Home) {
    let root = tempfile::tempdir().unwrap();
    let codex_home = root.path().join("codex");
    std::fs::create_dir(&codex_home).unwrap();
    let env = Env::of([(ROTUNDA_HOME, root.path()), (CODEX_HOME, &codex_home)]);
    let home = Home::from_env(&env).unwrap();
    home.create().unwrap();
    (root, home)
}

/// Makes a file older than any that is on its way: where there are no locks, its age says
/// that the process that made it has ended.
pub fn age(path: &Path) {
    let long_ago = clock::system()() - Duration::from_secs(3600);
    File::options().write(true).open(path).unwrap().set_modified(long_ago).unwrap();
}

/// Tests beside a real keychain, in this crate and the one above.
pub mod keyring {
    use std::process::Command;

    /// Set by `installers/groups/keyring.sh`, which runs these beside each provider in
    /// a session bus of its own.
    const SWITCH: &str = "ROTUNDA_TEST_KEYRING";

    /// Whether a script made a keychain for these tests.
    pub fn is_wanted() -> bool {
        std::env::var_os(SWITCH).is_some_and(|value| value == "1")
    }

    /// Whether this provider has encrypted sessions; `secret-tool` knows no other.
    pub fn is_encrypted() -> bool {
        std::env::var("ROTUNDA_TEST_ENCRYPTED").unwrap() == "yes"
    }

    /// What another program finds in the keychain.
    pub fn found_by_others(name: &str) -> String {
        let found = Command::new("secret-tool")
            .args(["search", "--all", "service", "Rotunda", "username", name])
            .output()
            .unwrap();
        String::from_utf8(found.stdout).unwrap() + &String::from_utf8(found.stderr).unwrap()
    }
}

/// From now on no row of a table of this store can be changed, as on a full disk.
pub fn refuse_updates(store: &Path, table: &str) {
    let refuse = format!(
        "CREATE TRIGGER refused BEFORE UPDATE ON {table}
            BEGIN SELECT RAISE(ABORT, 'the disk is full'); END"
    );
    rusqlite::Connection::open(store).unwrap().execute_batch(&refuse).unwrap();
}

/// That is over.
pub fn allow_updates(store: &Path) {
    let connection = rusqlite::Connection::open(store).unwrap();
    connection.execute_batch("DROP TRIGGER refused").unwrap();
}
