//! The menu in words, for each state a person can meet: texts in `golden`,
//! re-made with `ROTUNDA_BLESS=1` and read by a person.

use std::{fs, path::Path};

use rotunda_daemon::view::{BindingState, ResetsState, ResetsView, RouterState, Snapshot};

use super::*;

const FIXTURE: &str = include_str!("../../tests/fixtures/snapshot.json");

fn healthy() -> Snapshot {
    serde_json::from_str(FIXTURE).expect("the fixture is a snapshot")
}

fn named(name: &str, summary: &str) -> ProfileView {
    // From the fixture, so that a new field of no matter here needs no line here.
    ProfileView {
        id: format!("{name:0>16}"),
        name: name.to_owned(),
        summary: summary.to_owned(),
        plan: None,
        email: None,
        in_use: false,
        in_flight: 0,
        late: 0,
        windows: Vec::new(),
        ..healthy().profiles.swap_remove(0)
    }
}

/// The menu as it looks, with what each line does behind an arrow.
fn drawn(snapshot: &Snapshot) -> String {
    menu_of(snapshot, WebView::Usable).iter().map(line).collect()
}

fn line(row: &Row) -> String {
    match row {
        Row::Separator => "--\n".to_owned(),
        Row::Check { text, checked: true, action } => format!("✓ {text} -> {action:?}\n"),
        Row::Item { text, action } | Row::Check { text, action, .. } => {
            format!("  {text} -> {action:?}\n")
        }
        Row::Disabled { text } => format!("  ({text})\n"),
    }
}

#[track_caller]
fn golden(name: &str, snapshot: &Snapshot) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("src/golden/{name}.txt"));
    let drawn = drawn(snapshot);
    if std::env::var_os("ROTUNDA_BLESS").is_some() {
        fs::write(&file, &drawn).unwrap();
    }
    assert_eq!(drawn, fs::read_to_string(&file).unwrap());
}

#[test]
fn everything_well() {
    golden("menu-healthy", &healthy());
}

/// The fixture's facts, as the daemon says them in Chinese.
fn in_chinese() -> Snapshot {
    let mut snapshot = healthy();
    snapshot.language = Language::find("zh-CN").unwrap();
    "Codex 正在使用 work · 剩余 62%".clone_into(&mut snapshot.headline);
    let forecast = snapshot.forecast.as_mut().expect("the fixture has a forecast");
    forecast.short = Some("照此速度够用到 11:50。".to_owned());
    let summaries = [
        "剩余 62%，2 小时 13 分后重置",
        "剩余 100% · 每周 44%",
        "已用完，14:05 恢复",
        "重新登录…",
        "已暂停",
    ];
    for (profile, summary) in snapshot.profiles.iter_mut().zip(summaries) {
        summary.clone_into(&mut profile.summary);
    }
    snapshot
}

#[test]
fn everything_well_in_chinese() {
    golden("menu-healthy-zh", &in_chinese());
    let tip = "Rotunda：work 剩余 62%，2 小时 13 分后重置。另有 1 个可用。照此速度够用到 11:50。";
    assert_eq!(tooltip_of(&in_chinese()), tip);
}

#[test]
fn nothing_well_in_chinese() {
    let mut snapshot = in_chinese();
    "绑定被其他程序更改 · 修复…".clone_into(&mut snapshot.headline);
    snapshot.binding.state = BindingState::Unreadable;
    snapshot.profiles.truncate(1);
    snapshot.profiles[0].pinned = true;
    golden("menu-unreadable-zh", &snapshot);
}

#[test]
fn a_chinese_row_is_as_narrow() {
    let mut snapshot = in_chinese();
    snapshot.profiles =
        vec![named("数据平台团队的第二个共享订阅账号", "剩余 62%，2 小时 13 分后重置")];
    snapshot.profiles[0].in_use = true;
    let rows = menu_of(&snapshot, WebView::Usable);
    let widest = rows.iter().map(|row| columns::columns(row.text())).max();
    assert!(widest <= Some(LONGEST_ROW), "{rows:?}");
    let Row::Check { text, .. } = &rows[3] else { panic!("a profile row") };
    assert_eq!(text, "数据平…阅账号  剩余 62%，2 小时 13 分后重置");
}

#[test]
fn a_missing_web_view_has_a_row_beside_the_one_of_the_window() {
    for snapshot in [healthy(), in_chinese()] {
        let rows = menu_of(&snapshot, WebView::Missing);
        let Row::Item { text, action: Action::GetWebView } = &rows[1] else { panic!("{rows:?}") };
        assert!(text.contains("WebView2") && columns::columns(text) <= LONGEST_ROW, "{text}");
        let without = menu_of(&snapshot, WebView::Usable);
        assert_eq!(rows.len(), without.len() + 1);
    }
}

#[test]
fn a_newer_version_is_a_row_that_opens_its_page_and_an_answer_that_was_refused_is_none() {
    let without = menu_of(&healthy(), WebView::Usable).len();
    let page = "https://example.com/rotunda";
    let mut update = UpdateView {
        version: Some("9.0.0".to_owned()),
        page: Some(page.to_owned()),
        text: format!("Rotunda 9.0.0 is out: {page}"),
        menu: Some("Rotunda 9.0.0 is out…".to_owned()),
    };
    let with = |update: &UpdateView| {
        menu_of(&Snapshot { update: Some(update.clone()), ..healthy() }, WebView::Usable)
    };
    let rows = with(&update);
    let is_update = |row: &&Row| matches!(row.action(), Some(Action::OpenUpdate(_)));
    let row = rows.iter().find(is_update).expect("a row");
    assert_eq!(row.text(), "Rotunda 9.0.0 is out…");
    assert_eq!(row.action(), Some(&Action::OpenUpdate(page.to_owned())));
    assert_eq!(rows.len(), without + 1);
    update = UpdateView { version: None, page: None, menu: None, ..update };
    assert_eq!(with(&update).len(), without);
}

#[test]
fn before_the_first_profile() {
    let mut snapshot = healthy();
    snapshot.forecast = None;
    "Add a profile to start".clone_into(&mut snapshot.headline);
    snapshot.profiles.clear();
    snapshot.binding.state = BindingState::Unbound;
    golden("menu-empty", &snapshot);
}

#[test]
fn one_profile_pinned_and_not_bound() {
    let mut snapshot = healthy();
    "Codex is not bound".clone_into(&mut snapshot.headline);
    snapshot.profiles.truncate(1);
    snapshot.profiles[0].pinned = true;
    snapshot.binding.state = BindingState::Unbound;
    golden("menu-unbound", &snapshot);
}

#[track_caller]
fn binding_row(state: BindingState, expected: &Row) {
    let mut snapshot = healthy();
    snapshot.binding.state = state;
    let rows = menu_of(&snapshot, WebView::Usable);
    assert!(rows.contains(expected), "{rows:?}");
}

#[test]
fn the_binding_row_follows_the_file() {
    binding_row(BindingState::Foreign, &item("Bind Codex", Action::Bind));
    binding_row(BindingState::BoundStale, &item("Bind Codex again", Action::Bind));
    let unreadable = item("Can't read config.toml…", Action::Open(WindowRoute::Codex));
    binding_row(BindingState::Unreadable, &unreadable);
}

#[test]
fn a_taken_port_leads_to_the_router() {
    let mut snapshot = healthy();
    snapshot.router.state = RouterState::PortTaken;
    assert_eq!(route_of(&snapshot), WindowRoute::Codex);
}

#[test]
fn the_ninth_profile_hides_behind_a_row() {
    let mut snapshot = healthy();
    snapshot.profiles = (1..=12).map(|n| named(&format!("p{n}"), "50% left")).collect();
    let drawn = drawn(&snapshot);
    assert!(drawn.contains("  p8  50% left"), "{drawn}");
    assert!(!drawn.contains("p9"), "{drawn}");
    snapshot.profiles[10].in_use = true;
    let with_it = self::drawn(&snapshot);
    assert!(with_it.contains("✓ p11  50% left") && !with_it.contains("p8"), "{with_it}");
    assert!(drawn.contains("  Show all 12 profiles… -> Open(Profiles)"), "{drawn}");
}

#[test]
fn rows_stay_narrow_and_names_keep_both_ends() {
    let mut snapshot = healthy();
    let name = "the-consultancy-in-the-old-harbour-plan";
    snapshot.profiles = vec![named(name, "62% left, resets in 2h 13m")];
    let Row::Check { text, .. } = &menu_of(&snapshot, WebView::Usable)[3] else {
        panic!("a profile row")
    };
    assert_eq!(text, "the-cons…ur-plan  62% left, resets in 2h 13m");
    assert!(text.chars().count() <= LONGEST_ROW);
}

#[test]
fn banked_resets_stand_in_the_row_of_their_profile() {
    let mut snapshot = healthy();
    let banked = |count| ResetsView {
        count,
        resets: Vec::new(),
        state: ResetsState::Idle,
        text: String::new(),
    };
    snapshot.profiles = vec![named("the-consultancy-in-the-old-harbour", "62% left")];
    for (count, expected) in [(2, "  62% left · 2 resets banked"), (0, "  62% left")] {
        snapshot.profiles[0].resets = Some(banked(count));
        let Row::Check { text, .. } = &menu_of(&snapshot, WebView::Usable)[3] else {
            panic!("a profile row")
        };
        assert!(text.starts_with("the-con") && text.ends_with(expected), "{text}");
        assert!(columns::columns(text) <= LONGEST_ROW, "{text}");
    }
}

#[test]
fn without_another_ready_profile_the_switch_row_is_replaced() {
    let mut snapshot = healthy();
    snapshot.profiles.truncate(1);
    let drawn = drawn(&snapshot);
    assert!(drawn.contains("No other profile is ready"), "{drawn}");
    assert!(!drawn.contains("Switch to next profile"), "{drawn}");
}

#[test]
fn the_tooltip_names_the_serving_and_the_ready_profiles() {
    let expected = "Rotunda: work 62% left, resets in 2h 13m. 1 more ready.";
    let forecast = "Enough until 11:50 at this pace.";
    assert_eq!(tooltip_of(&healthy()), format!("{expected} {forecast}"));
    // Windows would cut a longer one off in the middle of it.
    let mut long = healthy();
    let line = long.forecast.as_mut().expect("the fixture has a forecast");
    line.short = Some("x".repeat(LONGEST_TIP));
    assert_eq!(tooltip_of(&long), expected);
    let mut nobody = healthy();
    nobody.forecast = None;
    nobody.profiles.clear();
    "Add a profile to start".clone_into(&mut nobody.headline);
    assert_eq!(tooltip_of(&nobody), "Rotunda: Add a profile to start");
}
