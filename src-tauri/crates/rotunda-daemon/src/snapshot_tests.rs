#[path = "snapshot_credits_tests.rs"]
mod credits_tests;
#[path = "snapshot_limits_tests.rs"]
mod limits_tests;
#[path = "snapshot_vault_tests.rs"]
mod vault_tests;

use std::{sync::Arc, time::Duration};

use rotunda_core::profile::{PoolProfile, Window};
use rotunda_host::clock::from_unix;
use rotunda_text::{Chose, Language, Stood};

use super::*;
use crate::{
    activity::ActivityKind,
    login::LoginError,
    testing::runs_out,
    view::{SignInMethod, SignInState},
};
use rotunda_core::pool::CreditsStanding;

/// 09:50 UTC.
const NOW: i64 = 1_795_254_600;
const HOUR: u64 = 3600;

fn now() -> SystemTime {
    from_unix(NOW)
}

fn locale() -> Locale {
    Locale::english(now(), 0)
}

fn stored(number: u64, name: &str, plan: Option<&str>, email: Option<&str>) -> StoredProfile {
    StoredProfile {
        id: ProfileId(number),
        name: name.to_owned(),
        kind: Kind::ChatGpt,
        account_id: None,
        user_id: None,
        email: email.map(ToOwned::to_owned),
        plan: plan.map(ToOwned::to_owned),
        rank: 0,
        paused: false,
        own_sign_in: false,
        added_at: now(),
        provider: None,
    }
}

fn usage_mut(pool: &mut PoolView, index: usize) -> &mut Usage {
    Arc::make_mut(pool.profiles[index].usage.as_mut().expect("read"))
}

fn status_of(stored: &StoredProfile, standing: Standing, windows: Vec<Window>) -> PoolProfileView {
    let usage = Usage { windows, plan: None, credits: None, read_at: now() };
    PoolProfileView {
        is_refused: false,
        model_limits: Vec::new(),
        profile: PoolProfile {
            id: stored.id,
            kind: stored.kind,
            account_id: None,
            rank: 0,
            paused: false,
            own_sign_in: false,
        },
        standing,
        usage: (!usage.windows.is_empty()).then(|| Arc::new(usage)),
        place: 0,
        is_last_resort: false,
        may_serve: true,
        in_use: false,
        pinned: false,
        in_flight: 0,
        late: 0,
        reserve_percent: None,
        credits: CreditsStanding::default(),
        banked_resets: None,
    }
}

fn window(hours: u64, used_percent: f64, resets_in: Option<u64>) -> Window {
    let resets_at = resets_in.map(|seconds| now() + Duration::from_secs(seconds));
    Window { length: Duration::from_secs(hours * HOUR), used_percent, resets_at }
}

fn out_until(resets_in: u64, kind: WindowKind) -> Standing {
    let until = now() + Duration::from_secs(resets_in);
    Standing::Resting(Cooldown { until, cause: CooldownCause::Quota(Some(kind)) })
}

fn router(state: RouterState) -> RouterView {
    RouterView { state, port: 4517, since: Some(NOW - 3000), message: None, missed_profiles: 0 }
}

fn binding(state: BindingState) -> BindingView {
    BindingView {
        state,
        changed_outside: false,
        codex_home: "/home/ada/.codex".to_owned(),
        config_file: "~/.codex/config.toml".to_owned(),
        line: "openai_base_url = \"http://127.0.0.1:4517/…/codex\"   # Rotunda".to_owned(),
        message: None,
        since: Some(NOW - 3000),
        backup: Some("config-20261121T084240Z-00.toml".to_owned()),
        backup_at: Some(NOW - 4040),
        provider: None,
        second_line: crate::view::SecondLineView::default(),
    }
}

fn entry(number: i64, at: i64, kind: ActivityKind, text: &str) -> Activity {
    Activity { number, at: from_unix(at), kind, text: text.to_owned(), message: None }
}

/// The people of the fixture.
fn household() -> (Vec<StoredProfile>, PoolView) {
    let mut metered = stored(0xa5, "metered", None, None);
    metered.kind = Kind::ApiKey;
    let profiles = vec![
        stored(0xa1, "work", Some("plus"), Some("ada@example.com")),
        stored(0xa2, "home", Some("plus"), Some("ada@example.org")),
        stored(0xa3, "studio", Some("team"), Some("ada@studio.example")),
        stored(0xa4, "side", None, None),
        metered,
    ];
    let five = window(5, 38.0, Some(2 * HOUR + 13 * 60));
    let mut work =
        status_of(&profiles[0], Standing::Ready, vec![five, window(168, 21.5, Some(344_400))]);
    (work.in_use, work.in_flight) = (true, 1);
    let home = vec![window(5, 0.0, None), window(168, 56.0, Some(171_600))];
    let out = out_until(15_300, WindowKind::FiveHours);
    let mut statuses = vec![
        work,
        status_of(&profiles[1], Standing::Ready, home),
        status_of(&profiles[2], out, vec![window(5, 100.0, Some(15_300))]),
        status_of(&profiles[3], Standing::NeedsSignIn, vec![]),
        status_of(&profiles[4], Standing::Paused, vec![]),
    ];
    statuses.iter_mut().enumerate().for_each(|(place, status)| status.place = place);
    statuses[4].is_last_resort = true;
    let serving = Some(profiles[0].id);
    (
        profiles,
        PoolView {
            serving,
            next: serving,
            pinned: None,
            exhausted_until: None,
            waiting: 0,
            missed: 0,
            profiles: statuses,
        },
    )
}

/// What is known of a running Rotunda that Codex is bound to.
fn facts_of<'a>(profiles: &'a [StoredProfile], pool: &'a PoolView) -> Facts<'a> {
    Facts {
        clients: &[],
        demo: false,
        router: router(RouterState::Running),
        binding: binding(BindingState::Bound),
        router_note: None,
        binding_note: None,
        vault: None,
        vault_place: VaultPlace::Keychain,
        unsaved: BTreeMap::new(),
        test_turn: None,
        recording: None,
        resets: BTreeMap::new(),
        orphans: 0,
        forecast: None,
        update: None,
        sign_in: None,
        profiles,
        pool,
        waits: false,
        activity: &[],
    }
}

fn composed(
    profiles: &[StoredProfile],
    pool: &PoolView,
    state: RouterState,
    bound: BindingState,
) -> Snapshot {
    let made = profiles.first().map(|first| runs_out(NOW, first.id));
    let facts = Facts {
        forecast: made.as_ref(),
        router: router(state),
        binding: binding(bound),
        activity: &[
            entry(
                2,
                1_795_252_920,
                ActivityKind::Rotated,
                "Moved from studio to work: studio ran out of its 5-hour limit and is back at 14:05.",
            ),
            entry(
                1,
                1_795_251_720,
                ActivityKind::Bound,
                "You bound Codex: one line of its config.toml points here.",
            ),
        ],
        ..facts_of(profiles, pool)
    };
    compose(facts, locale())
}

#[test]
fn the_shared_fixture_is_what_the_board_makes() {
    let (profiles, pool) = household();
    let mut snapshot = composed(&profiles, &pool, RouterState::Running, BindingState::Bound);
    snapshot.version = 7;
    let written = serde_json::to_string_pretty(&snapshot).unwrap() + "\n";
    let fixture = include_str!("../../../../tests/fixtures/snapshot.json");
    let lines = written.lines().zip(fixture.lines());
    lines.for_each(|(made, expected)| assert_eq!(made, expected));
    assert_eq!(written.len(), fixture.len());
}

#[track_caller]
fn headline_is(
    change: impl FnOnce(&mut PoolView),
    state: RouterState,
    bound: BindingState,
    expected: &str,
) {
    let (profiles, mut pool) = household();
    change(&mut pool);
    let snapshot = composed(&profiles, &pool, state, bound);
    assert_eq!(snapshot.headline, expected);
    let sentence = expected.trim_end_matches(" · Fix…").trim_end_matches(" · Sign in again…");
    assert_eq!(snapshot.headline_sentence, sentence);
}

#[test]
fn the_headline_starts_with_what_needs_the_user() {
    use BindingState::{Bound, BoundStale, Foreign, Unbound};
    use RouterState::{PortTaken, Running, Stopped};
    headline_is(|_| {}, Running, Bound, "Codex is using work · 62% left");
    headline_is(|_| {}, PortTaken, Unbound, "Can't listen on port 4517 · Fix…");
    headline_is(|_| {}, Running, BoundStale, "Binding was changed outside Rotunda · Fix…");
    headline_is(|_| {}, Running, Unbound, "Codex is not bound");
    headline_is(|_| {}, Running, Foreign, "Codex is not bound");
    headline_is(|_| {}, Stopped, Bound, "Codex waits: the router is not running");
    headline_is(|_| {}, Stopped, BoundStale, "Codex waits: the router is not running");
    let out =
        |pool: &mut PoolView| pool.exhausted_until = Some(now() + Duration::from_secs(15_300));
    headline_is(out, Running, Bound, "All profiles out · back at 14:05");
    let low = |pool: &mut PoolView| {
        usage_mut(pool, 0).windows[0].used_percent = 92.0;
    };
    headline_is(low, Running, Bound, "Codex is using work · Low, 8% left");
    let idle = |pool: &mut PoolView| {
        pool.serving = None;
        pool.profiles[0].in_use = false;
    };
    headline_is(idle, Running, Bound, "Codex is bound · 2 profiles ready");
    let dead = |pool: &mut PoolView| {
        pool.profiles.iter_mut().for_each(|status| status.standing = Standing::NeedsSignIn);
    };
    headline_is(dead, Running, Bound, "No profile is ready · Sign in again…");
}

#[test]
fn an_empty_pool_suggests_to_add_a_profile() {
    let pool = PoolView {
        serving: None,
        next: None,
        pinned: None,
        exhausted_until: None,
        waiting: 0,
        missed: 0,
        profiles: vec![],
    };
    let snapshot = composed(&[], &pool, RouterState::Running, BindingState::Unbound);
    assert_eq!(snapshot.headline, "Add a profile to start");
    assert_eq!(snapshot.serving, None);
}

#[track_caller]
fn row_is(standing: Standing, windows: Vec<Window>, expected: &str) {
    let profile = stored(1, "work", None, None);
    let text = summary(&status_of(&profile, standing, windows), locale());
    assert_eq!(text, expected);
    assert!(text.chars().count() + "work  ".len() <= 44, "{text}");
}

#[test]
fn a_row_shows_what_is_left_and_the_reset() {
    let soon = Some(12 * 60);
    row_is(Standing::Ready, vec![], "Ready");
    row_is(Standing::Ready, vec![window(5, 38.0, soon)], "62% left, resets in 12m");
    row_is(Standing::Ready, vec![window(5, 92.0, soon)], "Low, 8% left, resets in 12m");
    row_is(Standing::Ready, vec![window(5, 0.0, None)], "100% left");
    row_is(Standing::Ready, vec![window(168, 56.0, Some(4 * 24 * HOUR))], "44% left, resets in 4d");
    let tight = vec![window(5, 38.0, soon), window(168, 82.0, Some(4 * 24 * HOUR))];
    row_is(Standing::Ready, tight, "62% left · week 18%");
    let full = vec![window(5, 0.0, None), window(168, 56.0, Some(4 * 24 * HOUR))];
    row_is(Standing::Ready, full, "100% left · week 44%");
    row_is(out_until(15_300, WindowKind::FiveHours), vec![], "Out until 14:05");
    row_is(out_until(24 * HOUR, WindowKind::Week), vec![], "Out until tomorrow at 09:50");
    let trouble =
        Cooldown { until: now() + Duration::from_secs(60), cause: CooldownCause::Trouble };
    row_is(Standing::Resting(trouble), vec![], "Resting until 09:51");
    row_is(Standing::NeedsSignIn, vec![], "Sign in again…");
    row_is(Standing::NotEntitled { ask_at: now() }, vec![], "Plan without Codex");
    row_is(Standing::Paused, vec![], "Paused");
}

#[track_caller]
fn row_in_chinese_is(standing: Standing, windows: Vec<Window>, expected: &str) {
    let profile = stored(1, "work", None, None);
    let locale = Locale { language: Language::find("zh-CN").unwrap(), ..locale() };
    let text = summary(&status_of(&profile, standing, windows), locale);
    assert_eq!(text, expected);
    assert!(columns::columns(&text) + "work  ".len() <= 44, "{text}");
}

#[test]
fn a_row_is_localized_in_chinese() {
    let soon = Some(12 * 60);
    row_in_chinese_is(Standing::Ready, vec![], "可用");
    row_in_chinese_is(Standing::Ready, vec![window(5, 38.0, soon)], "剩余 62%，12 分钟后重置");
    row_in_chinese_is(
        Standing::Ready,
        vec![window(5, 92.0, Some(2 * HOUR + 13 * 60))],
        "偏低，剩余 8%，2 小时 13 分后重置",
    );
    let tight = vec![window(5, 38.0, soon), window(168, 82.0, Some(4 * 24 * HOUR))];
    row_in_chinese_is(Standing::Ready, tight, "剩余 62% · 每周 18%");
    let out = out_until(15_300, WindowKind::FiveHours);
    row_in_chinese_is(out, vec![], "已用完，14:05 恢复");
    let out = out_until(24 * HOUR, WindowKind::Week);
    row_in_chinese_is(out, vec![], "已用完，明天 09:50 恢复");
    let trouble =
        Cooldown { until: now() + Duration::from_secs(60), cause: CooldownCause::Trouble };
    row_in_chinese_is(Standing::Resting(trouble), vec![], "休息到 09:51");
    row_in_chinese_is(Standing::NeedsSignIn, vec![], "重新登录…");
    row_in_chinese_is(Standing::NotEntitled { ask_at: now() }, vec![], "套餐不含 Codex");
    row_in_chinese_is(Standing::Paused, vec![], "已暂停");
}

#[test]
fn a_whole_snapshot_is_in_the_readers_language() {
    let chinese = Locale { language: Language::find("zh-CN").unwrap(), ..locale() };
    let (profiles, pool) = household();
    let holder = Some("node".into());
    let router_note = Stood::PortTaken { port: 4517, holder, user: None, unbound: true }.into();
    let note = BindingNote::Foreign("http://127.0.0.1:1".to_owned());
    let line = Activity {
        message: Some(Chose::Pinned { profile: "work".to_owned() }.into()),
        ..entry(1, NOW, ActivityKind::Pinned, "You chose to stay on work.")
    };
    let sign_in = SignInView {
        state: SignInState::Failed,
        method: SignInMethod::Browser,
        profile: None,
        url: None,
        code: None,
        expires_at: None,
        workspaces: Vec::new(),
        message: Some(LoginError::TimedOut.to(chinese)),
    };
    let facts = Facts {
        router_note: Some(&router_note),
        binding_note: Some(&note),
        vault_place: VaultPlace::File,
        sign_in: Some(sign_in),
        activity: &[line],
        ..facts_of(&profiles, &pool)
    };
    let shown = compose(facts, chinese);
    assert_eq!(shown.language, Language::find("zh-CN").unwrap());
    assert_eq!(shown.headline, "Codex 正在使用 work · 剩余 62%");
    assert_eq!(shown.outlook, "5 个配置中有 2 个可用，下次重置 12:03");
    assert_eq!(shown.activity[0].text, "您选择固定使用 work：在您取消之前不会轮换。");
    assert_eq!(shown.binding.message.as_deref(), Some("Codex 指向 http://127.0.0.1:1。"));
    let texts = shown.profiles.iter().flat_map(|one| one.reason.iter().chain([&one.summary]));
    let windows = shown.profiles.iter().flat_map(|one| &one.windows);
    let paces = windows.clone().filter_map(|window| window.pace.as_ref()).map(|pace| &pace.text);
    let windows = windows.flat_map(|it| it.resets_text.iter().chain([&it.left_text]));
    let signing = shown.sign_in.and_then(|sign_in| sign_in.message);
    assert_eq!(signing.as_deref(), Some("没有及时完成，登录已结束。请重新开始。"));
    let others = [&shown.router.message, &shown.vault.message].into_iter().flatten();
    let latin: Vec<_> = texts
        .chain(windows)
        .chain(paces)
        .chain(others)
        .filter(|text| !text.chars().any(|letter| ('\u{4e00}'..='\u{9fff}').contains(&letter)))
        .collect();
    assert!(latin.is_empty(), "{latin:?}");
}

#[test]
fn a_window_is_full_after_its_reset() {
    let past = Window { resets_at: Some(now() - Duration::from_secs(1)), ..window(5, 97.0, None) };
    row_is(Standing::Ready, vec![past], "100% left");
}

#[test]
fn a_line_removed_by_another_program_is_reported() {
    let (profiles, pool) = household();
    let facts = Facts {
        binding: BindingView { changed_outside: true, ..binding(BindingState::Unbound) },
        ..facts_of(&profiles, &pool)
    };
    assert_eq!(compose(facts, locale()).headline, "Binding was changed outside Rotunda · Fix…");
}

#[test]
fn a_locked_keychain_comes_before_what_codex_does() {
    let (profiles, pool) = household();
    let facts = |vault| Facts { vault, ..facts_of(&profiles, &pool) };
    let locked = compose(facts(Some(&VaultError::Locked)), locale());
    assert_eq!(locked.headline, "Unlock your keychain to continue…");
    assert_eq!(locked.headline_sentence, "Unlock your keychain to continue");
    let nothing_there = compose(facts(Some(&VaultError::Missing)), locale());
    assert_eq!(nothing_there.headline, "Codex is using work · 62% left");
}

#[test]
fn only_so_much_activity_is_shown() {
    let (profiles, pool) = household();
    let many: Vec<_> =
        (0..80).map(|number| entry(number, NOW - number, ActivityKind::Other, "x")).collect();
    let facts = Facts { demo: true, activity: &many, ..facts_of(&profiles, &pool) };
    let snapshot = compose(facts, locale());
    assert_eq!((snapshot.activity.len(), snapshot.activity[0].at), (50, NOW));
    assert!(snapshot.demo);
}

fn snapshot_of(pool: &PoolView, waits: bool) -> Snapshot {
    let (profiles, _) = household();
    let facts = Facts { waits, ..facts_of(&profiles, pool) };
    compose(facts, locale())
}

#[test]
fn how_old_the_quota_is_stands_for_the_profile_in_use() {
    let (profiles, mut pool) = household();
    let updated = |pool: &PoolView| {
        composed(&profiles, pool, RouterState::Running, BindingState::Bound).updated
    };
    let age = |pool: &mut PoolView, seconds| {
        let read_at = now() - Duration::from_secs(seconds);
        usage_mut(pool, 0).read_at = read_at;
    };
    age(&mut pool, 4 * 60);
    assert_eq!(updated(&pool).as_deref(), Some("updated 4m ago"));
    age(&mut pool, 16 * 60);
    assert_eq!(updated(&pool).as_deref(), Some("last known"));
    pool.profiles[0].usage = None;
    assert_eq!(updated(&pool), None);
}

#[test]
fn the_outlook_names_the_next_profile_and_its_time() {
    let (_, mut pool) = household();
    assert_eq!(snapshot_of(&pool, false).outlook, "2 of 5 profiles ready, next reset 12:03");
    pool.exhausted_until = Some(now() + Duration::from_secs(15_300));
    let outlook = snapshot_of(&pool, false).outlook;
    assert_eq!(outlook, "All profiles are out. Codex can go on at 14:05, when studio resets.");
    pool.waiting = 2;
    let snapshot = snapshot_of(&pool, true);
    assert_eq!(
        snapshot.outlook,
        "All profiles are out. Codex waits and continues at 14:05 with studio."
    );
    let waiting = snapshot.waiting.unwrap();
    assert_eq!((waiting.count, waiting.profile.as_deref()), (2, Some("studio")));
    assert_eq!(waiting.until, Some(NOW + 15_300));
}

#[test]
fn after_three_missed_readings_it_is_only_what_was_last_known() {
    let (_, mut pool) = household();
    let age = |pool: &mut PoolView, index: usize, minutes: u64| {
        let read_at = now() - Duration::from_secs(minutes * 60);
        usage_mut(pool, index).read_at = read_at;
    };
    age(&mut pool, 0, 15);
    age(&mut pool, 1, 90);
    let stale = |pool: &PoolView, profile: usize| {
        snapshot_of(pool, false).profiles[profile].windows.iter().all(|window| window.stale)
    };
    assert!(!stale(&pool, 0) && !stale(&pool, 1));
    age(&mut pool, 0, 16);
    assert!(stale(&pool, 0), "in use, it is read every 5 minutes");
    age(&mut pool, 1, 91);
    assert!(stale(&pool, 1), "idle, every 30");
    let work = &snapshot_of(&pool, false).profiles[0];
    assert_eq!(work.summary, "62% left, resets in 2h 13m · last known");
}
