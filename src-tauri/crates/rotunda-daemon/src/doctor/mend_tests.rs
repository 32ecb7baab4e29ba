use rotunda_host::{
    home::{CODEX_HOME, ROTUNDA_HOME},
    testing,
};

use super::*;
use crate::{control::Report, view::Snapshot};

fn report(change: impl FnOnce(&mut Snapshot)) -> Report {
    let fixture = include_str!("../../../../../tests/fixtures/snapshot.json");
    let mut snapshot: Snapshot = serde_json::from_str(fixture).unwrap();
    change(&mut snapshot);
    let url = Some("http://127.0.0.1:1/k/codex".to_owned());
    Report { snapshot, url, pid: 1, instance: String::new(), counters: None }
}

fn found(report: &Report) -> Vec<Mend> {
    let (root, home) = testing::home();
    home.create().unwrap();
    let env = Env::of([(ROTUNDA_HOME, root.path()), (CODEX_HOME, root.path())]);
    mends(&home, &env, report)
}

#[test]
fn nothing_is_mended_where_nothing_is_broken() {
    assert_eq!(found(&report(|_| {})), []);
}

#[test]
fn a_stale_line_is_written_again_only_while_the_router_runs() {
    let stale = |it: &mut Snapshot| it.binding.state = BindingState::BoundStale;
    assert_eq!(found(&report(stale)), [Mend::BindAfresh]);
    let mut stopped = report(stale);
    stopped.snapshot.router.state = RouterState::Stopped;
    assert_eq!(found(&stopped), [Mend::Unbind]);
}

#[test]
fn a_profile_without_codex_is_tried_again_and_unknown_quota_is_read() {
    let sidelined = report(|it| {
        it.profiles[0].standing = StandingView::NotEntitled;
        it.profiles[1].left = None;
    });
    let name = sidelined.snapshot.profiles[0].name.clone();
    assert_eq!(found(&sidelined), [Mend::AskAgain(name), Mend::ReadQuota]);
}

#[cfg(unix)]
#[test]
fn a_folder_that_others_may_enter_is_closed() {
    let (root, home) = testing::home();
    home.create().unwrap();
    let open = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(&home.data, open).unwrap();
    let env = Env::of([(ROTUNDA_HOME, root.path()), (CODEX_HOME, root.path())]);
    assert_eq!(mends(&home, &env, &report(|_| {})), [Mend::Private(home.data.clone())]);
    files::create_private_folder(&home.data).unwrap();
    assert_eq!(mends(&home, &env, &report(|_| {})), []);
}
