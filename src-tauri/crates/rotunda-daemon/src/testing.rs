//! What the tests of this crate share.

use rotunda_core::{ProfileId, Secret};
use tempfile::TempDir;

use crate::{
    bind,
    clock::from_unix,
    home::{CODEX_HOME, Env, Home, ROTUNDA_HOME},
};

/// The profile most tests are about.
pub(crate) const WORK: ProfileId = ProfileId(0x00c0_ffee);

/// Some time, in seconds since 1970.
const NOW: i64 = 1_790_000_000;

/// Binds Codex to a port of ours on which no router listens.
pub(crate) fn bind(home: &Home) {
    let key = Secret::new("0123456789abcdef0123456789abcdef".to_owned());
    bind::bind(home, &bind::client_url(4517, &key), false, from_unix(NOW)).unwrap();
}

/// Every folder below one throw-away place, made.
pub(crate) fn home() -> (TempDir, Home) {
    let root = tempfile::tempdir().unwrap();
    let codex_home = root.path().join("codex");
    std::fs::create_dir(&codex_home).unwrap();
    let env = Env::of([(ROTUNDA_HOME, root.path()), (CODEX_HOME, &codex_home)]);
    let home = Home::from_env(&env).unwrap();
    home.create().unwrap();
    (root, home)
}
