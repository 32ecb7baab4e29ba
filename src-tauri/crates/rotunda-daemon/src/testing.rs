//! What the tests of this crate share.

use rotunda_core::Secret;
pub(crate) use rotunda_host::testing::{WORK, home};
use rotunda_host::{clock::from_unix, home::Home};

use crate::bind;

/// Some time, in seconds since 1970.
const NOW: i64 = 1_790_000_000;

/// Binds Codex to a port of ours on which no router listens.
pub(crate) fn bind(home: &Home) {
    let key = Secret::new("0123456789abcdef0123456789abcdef".to_owned());
    bind::bind(home, &bind::client_url(4517, &key), false, from_unix(NOW)).unwrap();
}
