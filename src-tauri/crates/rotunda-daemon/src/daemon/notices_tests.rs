use rotunda_text::Limit;

use super::*;
use crate::{
    daemon::{fixture::Fixture, state::DaemonState},
    view::StandingView,
};

const FIXTURE: &str = include_str!("../../../../../tests/fixtures/snapshot.json");

fn notices(fixture: &Fixture) -> Arc<Notices> {
    let handles = &fixture.handles;
    let Machine { home, env, .. } = &handles.machine;
    let settings = handles.settings.get();
    let state = DaemonState::read(home, env, &settings, Some(&handles.store)).unwrap();
    let (machine, settings) = (handles.machine.clone(), handles.settings.clone());
    let snapshots = Snapshots::new(machine, settings, handles.pool.clone(), state);
    let hooks = Arc::new(Hooks::new(handles, fixture.activity.clone()));
    Arc::new(Notices::new(handles, snapshots, hooks))
}

/// Every profile has run out of quota.
fn all_out() -> Snapshot {
    let mut snapshot: Snapshot = serde_json::from_str(FIXTURE).expect("the fixture is a snapshot");
    snapshot.serving = None;
    for profile in &mut snapshot.profiles {
        profile.standing = StandingView::Resting;
        profile.ran_out_of = Some(Limit::FiveHours);
        profile.until = Some(crate::daemon::fixture::NOW + 3600);
        profile.in_use = false;
    }
    snapshot
}

fn waiting(found: &mut broadcast::Receiver<Notice>) -> Vec<NoticeKind> {
    std::iter::from_fn(|| found.try_recv().ok()).map(|notice| notice.kind).collect()
}

#[tokio::test]
async fn what_is_new_reaches_who_listens_once_also_after_a_restart() {
    let fixture = Fixture::with(&["work"]);
    let first = notices(&fixture);
    let mut found = first.listen();
    first.observe(&all_out());
    assert!(waiting(&mut found).contains(&NoticeKind::Out));
    first.observe(&all_out());
    assert_eq!(waiting(&mut found), []);
    let second = notices(&fixture);
    let mut found = second.listen();
    second.observe(&all_out());
    assert_eq!(waiting(&mut found), []);
}

#[tokio::test]
async fn a_damaged_file_only_repeats_a_notification() {
    let fixture = Fixture::with(&["work"]);
    notices(&fixture).observe(&all_out());
    std::fs::write(fixture.handles.machine.home.notices_file(), "{").unwrap();
    let again = notices(&fixture);
    let mut found = again.listen();
    again.observe(&all_out());
    assert!(waiting(&mut found).contains(&NoticeKind::Out));
}

#[tokio::test]
async fn a_hint_is_shown_once_on_a_machine() {
    let fixture = Fixture::with(&["work"]);
    let first = notices(&fixture);
    assert!(first.is_first_time("chosen") && !first.is_first_time("chosen"));
    assert!(first.is_first_time("no tray"));
    assert!(!notices(&fixture).is_first_time("chosen"));
}

/// Before each kind had a switch of its own there was one for all.
#[tokio::test]
async fn the_old_switch_turns_every_kind_off_once() {
    let fixture = Fixture::with(&["work"]);
    std::fs::write(fixture.handles.machine.home.notices_file(), r#"{"off":true}"#).unwrap();
    let notices = notices(&fixture);
    let patch = notices.take_old_switch().unwrap();
    assert!(NoticeKind::ALL.iter().all(|kind| patch.notifications.get(kind) == Some(&false)));
    assert_eq!(notices.take_old_switch(), None);
}
