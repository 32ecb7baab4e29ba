//! A clock that is set while Rotunda runs, and one that was wrong when it last ran.

use std::{
    sync::{Arc, Mutex},
    time::{Duration, SystemTime},
};

use rotunda_core::{
    Standing,
    pool::{Kept, Memory},
    profile::{Cooldown, CooldownCause, Kind},
};
use rotunda_host::{
    clock::{Clocks, from_unix},
    store::{Store, StoredProfile},
};

use super::*;
use crate::{
    testing::{self, WORK},
    view::{Snapshot, StandingView},
};

const NOW: i64 = 1_800_000_000;
const HOUR: i64 = 3600;
const YEAR: i64 = 365 * 24 * HOUR;

/// Both clocks, moved by a test.
#[derive(Clone)]
struct Hands(Arc<Mutex<(SystemTime, Duration)>>);

impl Hands {
    fn at(seconds: i64) -> Self {
        Self(Arc::new(Mutex::new((from_unix(seconds), Duration::ZERO))))
    }

    fn set(&self, seconds: i64) {
        self.0.lock().unwrap().0 = from_unix(seconds);
    }

    fn clocks(&self) -> Clocks {
        let (wall, uptime) = (self.clone(), self.clone());
        Clocks {
            wall: Arc::new(move || wall.0.lock().unwrap().0),
            uptime: Arc::new(move || uptime.0.lock().unwrap().1),
        }
    }
}

/// A daemon over one profile that was kept resting until then.
fn resting_until(until: i64, hands: &Hands) -> (tempfile::TempDir, Arc<Services>) {
    let (root, home) = testing::home();
    let store = Store::open(&home.store_file()).unwrap();
    let profile = StoredProfile {
        id: WORK,
        name: "work".to_owned(),
        kind: Kind::ChatGpt,
        account_id: None,
        user_id: None,
        email: None,
        plan: None,
        rank: 0,
        paused: false,
        own_sign_in: false,
        added_at: from_unix(NOW),
        provider: None,
    };
    store.put_profile(&profile).unwrap();
    let rest = Cooldown { until: from_unix(until), cause: CooldownCause::Quota(None) };
    let kept = Kept { standing: Standing::Resting(rest), usage: None, spending: None, paid: None };
    store.remember(&[Memory::Profile(WORK, kept)]).unwrap();
    drop(store);
    let codex = root.path().join("codex");
    let folders = [
        (rotunda_host::home::ROTUNDA_HOME, root.path()),
        (rotunda_host::home::CODEX_HOME, codex.as_path()),
    ];
    let plain = [("ROTUNDA_VAULT", "file".as_ref()), ("ROTUNDA_PORT", "0".as_ref())];
    let env =
        Env::of(folders.map(|(name, path)| (name, path.as_os_str())).into_iter().chain(plain));
    let daemon = Services::open_with(home, env, hands.clocks()).unwrap();
    (root, daemon)
}

fn until(snapshot: &Snapshot) -> Option<i64> {
    assert_eq!(snapshot.profiles[0].standing, StandingView::Resting);
    snapshot.profiles[0].until
}

#[tokio::test(start_paused = true)]
async fn a_step_of_the_clock_is_noticed_with_nothing_else_happening() {
    let hands = Hands::at(NOW);
    let (_root, daemon) = resting_until(NOW + 2 * HOUR, &hands);
    let mut seen = daemon.snapshots.watch();
    assert_eq!(until(&seen.borrow()), Some(NOW + 2 * HOUR));
    let showing = tokio::spawn(tasks::show(daemon.clone()));
    hands.set(NOW - YEAR);
    let moved = |snapshot: &Arc<Snapshot>| until(snapshot) == Some(NOW - YEAR + 2 * HOUR);
    assert!(seen.wait_for(moved).await.is_ok());
    showing.abort();
}

#[tokio::test]
async fn a_rest_from_a_wrong_clock_or_an_old_copy_ends_within_eight_days() {
    for kept in [NOW + 10 * YEAR, i64::MAX] {
        let (_root, daemon) = resting_until(kept, &Hands::at(NOW));
        assert_eq!(until(&daemon.snapshots.watch().borrow()), Some(NOW + 8 * 24 * HOUR), "{kept}");
    }
}
