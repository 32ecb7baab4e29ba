//! What tests share, here and in the crates above. Only their dev-dependencies
//! turn the feature `testing` on.

#![expect(clippy::unwrap_used, reason = "a test that fails says where")]

use rotunda_core::ProfileId;
use tempfile::TempDir;

use crate::home::{CODEX_HOME, Env, Home, ROTUNDA_HOME};

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
