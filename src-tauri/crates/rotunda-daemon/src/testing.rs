//! What the tests of this crate share.

use rotunda_core::{
    ProfileId, Secret,
    forecast::{Back, Ending, Forecast},
};
pub(crate) use rotunda_host::testing::{WORK, home};
use rotunda_host::{clock::from_unix, home::Home};

use crate::{bind, forecast::Made};

/// Some time, in seconds since 1970.
const NOW: i64 = 1_790_000_000;

/// Binds Codex to a port of ours on which no router listens.
pub(crate) fn bind(home: &Home) {
    let key = Secret::new("0123456789abcdef0123456789abcdef".to_owned());
    bind::bind(home, &bind::client_url(4517, &key), false, from_unix(NOW)).unwrap();
}

/// All are out in two hours, and this profile is back an hour later.
pub(crate) fn runs_out(now: i64, first: ProfileId) -> Made {
    let back = Back { at: now + 10_800, profile: first };
    let forecast = Forecast {
        now,
        ending: Ending::Out { at: now + 7200, back: Some(back) },
        days: 9,
        points: Vec::new(),
        resets: Vec::new(),
        changes: Vec::new(),
    };
    Made { forecast, figures_at: Some(from_unix(now)) }
}
