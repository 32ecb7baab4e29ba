//! What is notified, and above all what is not notified twice.

use crate::view::{
    BindingState, CreditsState, CreditsView, Level, ProfileKind, ProfileLeft, ResetView,
    ResetsState, ResetsView, RouterState, StandingView, pool_left,
};
use rotunda_core::profile::UseCredits;
use rotunda_text::Language;

use super::*;

const FIXTURE: &str = include_str!("../../../../tests/fixtures/snapshot.json");
/// 2026-11-21 09:40 UTC.
const NOW: i64 = 1_795_254_000;
const HOUR: i64 = 3600;

fn at(now: i64) -> Moment {
    let thresholds = Thresholds::default();
    Moment { now, utc_offset: 0, waits: false, is_quiet: false, thresholds }
}

/// Two ready profiles, `work` in use, no request running, and nothing to
/// complain about.
fn calm() -> Snapshot {
    let mut snapshot: Snapshot = serde_json::from_str(FIXTURE).expect("the fixture is a snapshot");
    snapshot.profiles.truncate(2);
    snapshot.forecast = None;
    snapshot.profiles.iter_mut().for_each(|profile| profile.in_flight = 0);
    snapshot
}

fn profile<'a>(snapshot: &'a mut Snapshot, name: &str) -> &'a mut ProfileView {
    snapshot.profiles.iter_mut().find(|one| one.name == name).expect("is there")
}

fn set_resting(snapshot: &mut Snapshot, name: &str, until: i64) {
    let profile = profile(snapshot, name);
    profile.standing = StandingView::Resting;
    profile.until = Some(until);
    profile.ran_out_of = Some(Limit::FiveHours);
    profile.in_use = false;
}

/// `work` has run out, `home` serves.
fn moved() -> Snapshot {
    let mut snapshot = calm();
    set_resting(&mut snapshot, "work", NOW + HOUR);
    profile(&mut snapshot, "home").in_use = true;
    snapshot
}

fn all_out() -> Snapshot {
    let mut snapshot = calm();
    set_resting(&mut snapshot, "work", NOW + HOUR);
    set_resting(&mut snapshot, "home", NOW + 2 * HOUR);
    snapshot.serving = None;
    snapshot
}

fn titles(notices: &[Notice]) -> Vec<&str> {
    notices.iter().map(|notice| notice.title.as_str()).collect()
}

fn all(memory: &mut Memory, steps: &[(Snapshot, i64)]) -> Vec<Notice> {
    steps.iter().flat_map(|(snapshot, now)| memory.notices(snapshot, &at(*now))).collect()
}

/// The notifications of steps, each a snapshot with its time.
#[track_caller]
fn check(steps: &[(Snapshot, i64)], expected: &[&str]) -> Memory {
    let mut memory = Memory::default();
    assert_eq!(titles(&all(&mut memory, steps)), expected);
    memory
}

/// The same after a restart: what is remembered goes through its file.
fn restarted(memory: &Memory) -> Memory {
    let written = serde_json::to_string(memory).unwrap();
    let read: Memory = serde_json::from_str(&written).unwrap();
    assert_eq!(&read, memory);
    read
}

#[test]
fn a_calm_day_is_silent() {
    let memory = check(&[(calm(), NOW), (calm(), NOW + HOUR)], &[]);
    assert!(!memory.is_unsure());
}

#[test]
fn a_rotation_for_quota_names_profiles_cause_and_end() {
    let mut memory = Memory::default();
    let notices = all(&mut memory, &[(calm(), NOW), (moved(), NOW + 1)]);
    assert_eq!(titles(&notices), ["Codex moved to home", "Last profile in use"]);
    assert_eq!(notices[0].body, "work ran out of its 5-hour limit until 10:40. home has 44% left.");
    assert_eq!(notices[0].kind, NoticeKind::Rotated);
    assert_eq!(notices[1].body, "Only home has quota left: 44% until Mon 09:30.");
}

#[track_caller]
fn in_chinese(steps: &[(Snapshot, i64)], expected: &[(&str, &str)]) {
    let mut memory = Memory::default();
    let steps: Vec<_> = steps
        .iter()
        .cloned()
        .map(|(snapshot, now)| {
            (Snapshot { language: Language::find("zh-CN").unwrap(), ..snapshot }, now)
        })
        .collect();
    let notices = all(&mut memory, &steps);
    let notices: Vec<_> = notices.iter().map(|it| (it.title.as_str(), it.body.as_str())).collect();
    assert_eq!(notices, expected);
}

/// Sets how much a profile has used of its first window.
fn uses(snapshot: &mut Snapshot, name: &str, used_percent: f64) {
    let profile = profile(snapshot, name);
    let window = &mut profile.windows[0];
    let left_percent = 100.0 - used_percent;
    (window.used_percent, window.left_percent) = (used_percent, left_percent);
    window.level = Level::of(left_percent);
    profile.left = ProfileLeft::of(&profile.windows);
    snapshot.pool_left = pool_left(&snapshot.profiles);
}

#[test]
fn the_same_in_chinese() {
    // What the daemon says in its snapshot.
    let chinese = |mut snapshot: Snapshot| {
        for profile in &mut snapshot.profiles {
            for window in &mut profile.windows {
                window.left_text = window.left_text.replace(" left", "").replacen("", "剩余 ", 1);
            }
            profile.left = ProfileLeft::of(&profile.windows);
        }
        snapshot
    };
    in_chinese(
        &[(calm(), NOW), (chinese(moved()), NOW + 1)],
        &[
            ("Codex 已换到 home", "work 的 5 小时额度已用完，10:40 恢复。home 剩余 44%。"),
            ("正在使用最后一个可用配置", "只有 home 还有额度：剩余 44%，到 周一 09:30 为止。"),
        ],
    );
    in_chinese(
        &[(all_out(), NOW), (chinese(calm()), NOW + 1), (chinese(calm()), NOW + SURE_AFTER + 1)],
        &[
            ("所有配置都已用完", "10:40 work 重置后，Codex 可以继续。"),
            ("Codex 可以继续", "work 已重置，剩余 62%。"),
        ],
    );
    let mut lost = calm();
    lost.profiles[1].standing = StandingView::NeedsSignIn;
    in_chinese(
        &[(lost, NOW)],
        &[("重新登录 home", "OpenAI 终止了这个登录。Codex 会用另一个配置继续工作。")],
    );
    let mut foreign = calm();
    foreign.binding.state = BindingState::Foreign;
    in_chinese(
        &[(calm(), NOW), (foreign, NOW + 1)],
        &[("Codex 没有使用 Rotunda", "另一个程序改了 config.toml。")],
    );
    let mut low = calm();
    uses(&mut low, "work", 90.0);
    uses(&mut low, "home", 80.0);
    in_chinese(&[(low, NOW)], &[("所有配置合计剩余 15%", "照此速度，大约 10:36 全部用完。")]);
}

#[test]
fn a_rotation_is_notified_once_a_cycle_through_blips_and_restarts() {
    let mut memory = check(
        &[(calm(), NOW), (moved(), NOW + 1), (calm(), NOW + 2), (moved(), NOW + 3)],
        &["Codex moved to home", "Last profile in use"],
    );
    let mut drifted = moved();
    profile(&mut drifted, "work").until = Some(NOW + HOUR + 10 * 60);
    memory = restarted(&memory);
    assert_eq!(titles(&all(&mut memory, &[(calm(), NOW + 9), (drifted, NOW + 1200)])), [""; 0]);
}

#[test]
fn a_rotation_during_a_gap_is_notified_at_the_next_snapshot() {
    let mut memory = Memory::default();
    all(&mut memory, &[(calm(), NOW)]);
    let notices = all(&mut restarted(&memory), &[(moved(), NOW + 1800)]);
    assert_eq!(titles(&notices)[0], "Codex moved to home");
}

#[test]
fn the_users_own_choice_and_mere_trouble_are_no_news() {
    let mut chosen = calm();
    chosen.profiles[0].in_use = false;
    chosen.profiles[1].in_use = true;
    check(&[(calm(), NOW), (chosen, NOW + 1)], &[]);
    let mut trouble = moved();
    profile(&mut trouble, "work").ran_out_of = None;
    check(&[(calm(), NOW), (trouble, NOW + 1)], &[]);
}

#[test]
fn many_moves_become_one_number() {
    let mut steps = vec![(calm(), NOW)];
    for minute in 0..5 {
        let mut there = moved();
        // Another cycle each time, as of many profiles.
        profile(&mut there, "work").until = Some(NOW + HOUR * (minute + 1));
        steps.push((there, NOW + 60 * minute));
        steps.push((calm(), NOW + 60 * minute + 30));
    }
    let mut memory = Memory::default();
    let mut notices = all(&mut memory, &steps);
    notices.retain(|notice| notice.kind == NoticeKind::Rotated);
    assert_eq!(titles(&notices), ["Codex moved to home", "Codex moved 3 times in 10 minutes"]);
}

#[test]
fn two_accounts_are_two_stories() {
    let mut back = calm();
    set_resting(&mut back, "home", NOW + 2 * HOUR);
    let mut other = back.clone();
    profile(&mut other, "work").in_use = true;
    let steps = [(calm(), NOW), (moved(), NOW + 1), (other, NOW + HOUR)];
    let expected = [
        "Codex moved to home",
        "Last profile in use",
        "Codex moved to work",
        "Last profile in use",
    ];
    check(&steps, &expected);
}

#[test]
fn out_of_quota_is_notified_once_a_cycle_when_the_reset_drifts() {
    let mut drifted = all_out();
    profile(&mut drifted, "work").until = Some(NOW + HOUR + 14 * 60);
    let mut further = all_out();
    profile(&mut further, "work").until = Some(NOW + HOUR + 28 * 60);
    let mut next_cycle = all_out();
    profile(&mut next_cycle, "work").until = Some(NOW + 6 * HOUR);
    profile(&mut next_cycle, "home").until = Some(NOW + 6 * HOUR);
    let steps =
        [(all_out(), NOW), (drifted, NOW + 60), (further, NOW + 90), (next_cycle, NOW + 5 * HOUR)];
    check(&steps, &["All profiles are out", "All profiles are out"]);
}

#[test]
fn out_of_quota_names_the_first_profile_to_reset_and_what_codex_does() {
    let notices = Memory::default().notices(&all_out(), &at(NOW));
    assert_eq!(notices[0].body, "Codex can go on at 10:40, when work resets.");
    let notices = Memory::default().notices(&all_out(), &Moment { waits: true, ..at(NOW) });
    assert_eq!(notices[0].body, "Codex continues by itself at 10:40.");
}

#[test]
fn trouble_upstream_is_not_out_and_an_unused_api_key_does_not_help() {
    let mut trouble = all_out();
    for profile in &mut trouble.profiles {
        profile.ran_out_of = None;
    }
    check(&[(trouble, NOW)], &[]);
    let mut keyed = all_out();
    let key = ProfileView {
        kind: ProfileKind::ApiKey,
        standing: StandingView::Ready,
        ..keyed.profiles[0].clone()
    };
    keyed.profiles.push(key);
    check(&[(keyed.clone(), NOW)], &["All profiles are out"]);
    keyed.serving = Some("key".to_owned());
    check(&[(keyed, NOW)], &[]);
}

#[test]
fn back_is_notified_only_after_out_and_only_when_it_lasts() {
    check(&[(calm(), NOW), (calm(), NOW + HOUR)], &[]);
    let both = ["All profiles are out", "Codex can continue"];
    let blip = [(all_out(), NOW), (calm(), NOW + 1), (all_out(), NOW + 2), (calm(), NOW + 30)];
    let mut memory = check(&blip, &both[..1]);
    assert!(memory.is_unsure(), "it wants to look again by itself");
    let notices = all(&mut memory, &[(calm(), NOW + 30 + SURE_AFTER), (calm(), NOW + HOUR)]);
    assert_eq!(titles(&notices), both[1..]);
    assert_eq!(notices[0].body, "work reset and has 62% left.");
    assert!(!memory.is_unsure());
    // A request that is being served is proof by itself.
    let mut served = calm();
    served.profiles[0].in_flight = 1;
    check(&[(all_out(), NOW), (served, NOW + 1)], &both);
}

#[test]
fn five_fresh_hours_in_a_used_up_week_are_not_back() {
    let mut gated = calm();
    for profile in &mut gated.profiles {
        let week = &mut profile.windows[1];
        (week.used_percent, week.left_percent, week.level) = (100.0, 0.0, Level::Out);
        profile.left = ProfileLeft::of(&profile.windows);
    }
    let steps = [(all_out(), NOW), (gated.clone(), NOW + 1), (gated, NOW + HOUR)];
    let memory = check(&steps, &["All profiles are out"]);
    assert!(!memory.is_unsure());
}

#[test]
fn back_survives_a_restart_between_out_and_ready() {
    let memory = check(&[(all_out(), NOW)], &["All profiles are out"]);
    let mut memory = restarted(&memory);
    let notices = all(&mut memory, &[(calm(), NOW + HOUR), (calm(), NOW + HOUR + SURE_AFTER)]);
    assert_eq!(titles(&notices), ["Codex can continue"]);
}

#[test]
fn a_lost_sign_in_is_notified_again_after_a_day() {
    let mut lost = calm();
    lost.profiles[1].standing = StandingView::NeedsSignIn;
    lost.profiles[1].reason = Some("OpenAI ended this sign-in.".to_owned());
    let notices = Memory::default().notices(&lost, &at(NOW));
    assert_eq!(titles(&notices), ["Sign in to home again"]);
    let body = "OpenAI ended this sign-in. Codex keeps working on another profile.";
    assert_eq!(notices[0].body, body);
    assert_eq!(notices[0].offer, Some(Offer::SignIn(lost.profiles[1].id.clone())));
    let again = "Sign in to home again";
    check(&[(lost.clone(), NOW), (lost.clone(), NOW + 23 * HOUR)], &[again]);
    check(&[(lost.clone(), NOW), (lost.clone(), NOW + 25 * HOUR)], &[again, again]);
    check(&[(lost.clone(), NOW), (calm(), NOW + 1), (lost, NOW + 2)], &[again, again]);
}

#[test]
fn a_replaced_line_is_notified_once_and_only_when_it_was_ours() {
    let mut foreign = calm();
    foreign.binding.state = BindingState::Foreign;
    check(&[(foreign.clone(), NOW), (foreign.clone(), NOW + 1)], &[]);
    let steps = [(calm(), NOW), (foreign.clone(), NOW + 1), (foreign, NOW + 2)];
    check(&steps, &["Codex is not using Rotunda"]);
    let mut unbound = calm();
    unbound.binding.state = BindingState::Unbound;
    check(&[(calm(), NOW), (unbound.clone(), NOW + 1)], &[]);
    unbound.binding.changed_outside = true;
    let mut memory = Memory::default();
    let notices = all(&mut memory, &[(calm(), NOW), (unbound.clone(), NOW + 1)]);
    assert_eq!(notices[0].offer, Some(Offer::Bind));
    assert_eq!(all(&mut restarted(&memory), &[(unbound, NOW + 2)]), []);
}

#[test]
fn a_port_in_use_is_notified_with_the_message_of_the_daemon() {
    let mut taken = calm();
    taken.router.state = RouterState::PortTaken;
    taken.router.message = Some("Port 4517 is used by node.".to_owned());
    let notices = Memory::default().notices(&taken, &at(NOW));
    assert_eq!(titles(&notices), ["Rotunda can't start its router"]);
    assert_eq!(notices[0].body, "Port 4517 is used by node.");
    check(&[(taken.clone(), NOW), (taken, NOW + 1)], &["Rotunda can't start its router"]);
}

#[test]
fn low_is_of_the_whole_pool_and_once_a_cycle() {
    let mut low = calm();
    uses(&mut low, "work", 90.0);
    uses(&mut low, "home", 80.0);
    let notices = Memory::default().notices(&low, &at(NOW));
    assert_eq!(titles(&notices), ["15% left across all profiles"]);
    assert_eq!(notices[0].kind, NoticeKind::Low);
    // 90 % in 168 minutes: the remaining 30 last 56 more.
    assert_eq!(notices[0].body, "At this pace the pool is out at about 10:36.");
    check(
        &[(low.clone(), NOW), (calm(), NOW + 9), (low.clone(), NOW + 60)],
        &["15% left across all profiles"],
    );
    uses(&mut low, "home", 10.0);
    check(&[(low, NOW)], &[]);
}

#[test]
fn a_profile_that_is_back_is_named_with_its_limit_and_what_it_has() {
    let later = NOW + 1 + SURE_AFTER;
    let mut memory = Memory::default();
    let notices =
        all(&mut memory, &[(calm(), NOW), (moved(), NOW), (calm(), NOW + 1), (calm(), later)]);
    let back = notices.last().unwrap();
    assert_eq!((back.title.as_str(), back.kind), ("work is back", NoticeKind::Returned));
    assert_eq!(back.body, "Its 5-hour limit was reset, 62% left.");
    assert_eq!(all(&mut restarted(&memory), &[(calm(), later + HOUR)]), []);
}

#[test]
fn that_the_pool_runs_out_is_notified_with_both_times() {
    let fixture: Snapshot = serde_json::from_str(FIXTURE).unwrap();
    let coming = Snapshot { forecast: fixture.forecast, ..calm() };
    let mut memory = Memory::default();
    let notices = all(&mut memory, &[(coming.clone(), NOW), (coming, NOW + 60)]);
    assert_eq!(titles(&notices), ["The quota runs out before it resets"]);
    assert_eq!(notices[0].body, "All profiles will be out from 11:50 until 12:50.");
    assert_eq!(notices[0].kind, NoticeKind::Forecast);
}

#[test]
fn quiet_hours_hold_notifications_back_over_a_restart() {
    let quiet = Moment { is_quiet: true, ..at(NOW + 1) };
    let mut memory = check(&[(calm(), NOW)], &[]);
    assert_eq!(memory.notices(&all_out(), &quiet), []);
    assert!(memory.is_unsure());
    let notices = restarted(&memory).notices(&all_out(), &at(NOW + 2));
    assert_eq!(titles(&notices), ["All profiles are out"]);
    assert_eq!(restarted(&memory).notices(&calm(), &at(NOW + 2)), []);
}

#[test]
fn sent_notices_survive_a_restart() {
    let memory = check(&[(all_out(), NOW)], &["All profiles are out"]);
    assert_eq!(restarted(&memory).notices(&all_out(), &at(NOW + 60)), []);
}

#[test]
fn the_first_credit_of_a_row_is_notified_once() {
    let spending = |since: Option<i64>| {
        let mut snapshot = calm();
        let text = "Spending credits since 09:40, because you allowed it beyond its plan";
        profile(&mut snapshot, "work").credits = Some(CreditsView {
            balance: Some("12".into()),
            unlimited: false,
            consent: UseCredits::Always,
            own_consent: None,
            state: CreditsState::Paying,
            spending_since: since,
            text: text.into(),
        });
        snapshot
    };
    let first = (spending(Some(NOW)), NOW);
    let mut memory = check(
        &[(spending(None), NOW - 9), first.clone(), first],
        &["Credits of work are being spent"],
    );
    memory = restarted(&memory);
    let again = all(&mut memory, &[(spending(Some(NOW)), NOW + 1)]);
    assert!(again.is_empty(), "told before the restart");
    let next = (spending(Some(NOW + HOUR)), NOW + HOUR);
    let notices = all(&mut memory, &[(calm(), NOW + 9), next]);
    assert_eq!(titles(&notices), ["Credits of work are being spent"]);
    assert_eq!(notices[0].kind, NoticeKind::Credits);
    assert!(notices[0].body.starts_with("Spending credits since"));
}

#[test]
fn a_reset_that_expires_within_two_days_is_notified_once() {
    let banked = |expires: Option<i64>| {
        let mut snapshot = calm();
        let reset = ResetView { granted_at: None, expires_at: expires };
        profile(&mut snapshot, "home").resets = Some(ResetsView {
            count: 1,
            resets: vec![reset],
            state: ResetsState::Idle,
            text: "1 reset banked".into(),
        });
        snapshot
    };
    let expires = NOW + 72 * HOUR;
    let title = "A banked reset of home expires soon";
    let mut memory = check(
        &[
            (banked(Some(expires)), NOW),
            (banked(None), NOW),
            (banked(Some(expires)), expires - 48 * HOUR - 1),
            (banked(Some(expires)), expires - 48 * HOUR),
            (banked(Some(expires + 60)), expires - 48 * HOUR + 1),
        ],
        &[title],
    );
    memory = restarted(&memory);
    assert!(all(&mut memory, &[(banked(Some(expires)), expires - HOUR)]).is_empty());
    let notices = all(&mut memory, &[(banked(Some(expires + 20 * HOUR)), expires)]);
    assert_eq!(titles(&notices), [title], "the next one");
    assert!(all(&mut memory, &[(banked(Some(NOW)), expires)]).is_empty(), "it is gone");
}

#[test]
fn a_late_answer_is_notified_once_for_its_profile_until_none_is_late() {
    let late = |count| {
        let mut snapshot = calm();
        profile(&mut snapshot, "work").late = count;
        snapshot
    };
    let title = "No answer yet with work";
    let mut memory = check(&[(calm(), NOW), (late(1), NOW + 1), (late(2), NOW + 2)], &[title]);
    memory = restarted(&memory);
    assert!(all(&mut memory, &[(late(2), NOW + 3), (calm(), NOW + 4)]).is_empty());
    let notices = all(&mut memory, &[(late(1), NOW + 5)]);
    assert_eq!(titles(&notices), [title], "another one");
    let [notice] = &notices[..] else { unreachable!() };
    assert_eq!(notice.kind, NoticeKind::Late);
    assert!(notice.body.contains("may be at work"), "{}", notice.body);
}
