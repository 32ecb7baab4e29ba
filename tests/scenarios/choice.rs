//! Which profile serves: the user's rules, and what outranks them.

use std::time::Duration;

use rotunda_core::{ProfileId, Standing, choice::Policy};
use rotunda_tests::{
    Gate, Plan, Reply, Rig, Route, event, eventually,
    rig::{chained, user},
    upstream::usage,
};
use serde_json::json;

const DAY: u64 = 24 * 3600;

/// A profile's windows in upstream's headers: used percent of 5 hours, used
/// percent of the week, and the days until the week resets.
struct Windows {
    five_hours: u32,
    week: u32,
    week_resets_in_days: u64,
}

/// Serves one turn, with these windows in its headers, on a profile that the user chose.
async fn serve_on(rig: &Rig, name: &str, windows: &Windows) {
    rig.pool.use_now(rig.id(name));
    serve_next(rig, name, windows).await;
}

/// Serves one turn, with these windows in its headers, on the profile that is next.
async fn serve_next(rig: &Rig, name: &str, windows: &Windows) {
    let now = rig.clock.unix();
    let reply = Reply::turn(&format!("resp-{name}-windows"), "noted")
        .header("x-codex-primary-used-percent", &windows.five_hours.to_string())
        .header("x-codex-primary-window-minutes", "300")
        .header("x-codex-primary-reset-at", &(now + 3600).to_string())
        .header("x-codex-secondary-used-percent", &windows.week.to_string())
        .header("x-codex-secondary-window-minutes", "10080")
        .header(
            "x-codex-secondary-reset-at",
            &(now + windows.week_resets_in_days * DAY).to_string(),
        );
    rig.upstream.next(&format!("account-{name}"), reply);
    assert_eq!(rig.fresh(&format!("tell-{name}")).answer().await.status, 200);
    assert_eq!(rig.upstream.tried().pop().unwrap(), name);
}

/// Three profiles of which `soon` resets first, `full` has most left, and `first` stands first.
async fn rig_with_windows(policy: Policy) -> Rig {
    let plan = Plan::of(&["first", "soon", "full"]).rules(|rules| rules.policy = policy);
    let rig = plan.start().await;
    quiet_usage(&rig);
    serve_on(&rig, "soon", &Windows { five_hours: 30, week: 60, week_resets_in_days: 1 }).await;
    serve_on(&rig, "full", &Windows { five_hours: 1, week: 2, week_resets_in_days: 6 }).await;
    serve_on(&rig, "first", &Windows { five_hours: 20, week: 30, week_resets_in_days: 4 }).await;
    rig
}

/// Only the headers of turns count.
fn quiet_usage(rig: &Rig) {
    rig.upstream.when(|seen| (seen.route == Route::Usage).then(|| Reply::json(500, json!({}))));
}

async fn serves(rig: &Rig, session: &str) -> String {
    assert_eq!(rig.fresh(session).answer().await.status, 200);
    rig.upstream.tried().pop().unwrap()
}

/// A user's "use" stands until it is overtaken, so a policy shows when that profile is out.
async fn policy_serves(policy: Policy) -> String {
    let rig = rig_with_windows(policy).await;
    let plan = Plan::of(&["first", "soon", "full"]).rules(|rules| rules.policy = policy);
    let fresh = plan.start().await;
    fresh.pool.restore(rig.pool.take_memory());
    fresh.clock.advance(Duration::from_secs(1));
    quiet_usage(&fresh);
    serves(&fresh, "new").await
}

#[tokio::test]
async fn resets_first_uses_what_would_be_wasted() {
    assert_eq!(policy_serves(Policy::ResetsFirst).await, "soon");
}

#[tokio::test]
async fn most_left_uses_the_fullest() {
    assert_eq!(policy_serves(Policy::MostLeft).await, "full");
}

#[tokio::test]
async fn my_order_uses_the_first() {
    assert_eq!(policy_serves(Policy::MyOrder).await, "first");
}

#[tokio::test]
async fn the_reserve_is_used_only_when_no_other_profile_is_ready() {
    let rig = Rig::of(&["main", "second"]).await;
    quiet_usage(&rig);
    serve_next(&rig, "main", &Windows { five_hours: 98, week: 10, week_resets_in_days: 3 }).await;
    let mut profile = rig.status("second").profile;
    profile.paused = true;
    rig.pool.put(profile.clone());
    assert_eq!(serves(&rig, "only-main").await, "main", "a reading alone refuses nobody");
    profile.paused = false;
    rig.pool.put(profile);
    assert_eq!(serves(&rig, "new").await, "second");
}

/// Only upstream's own refusal rests a profile.
#[tokio::test]
async fn a_reading_of_a_hundred_percent_refuses_nothing() {
    let rig = Rig::of(&["main"]).await;
    quiet_usage(&rig);
    serve_on(&rig, "main", &Windows { five_hours: 100, week: 100, week_resets_in_days: 3 }).await;
    assert_eq!(serves(&rig, "s").await, "main");
    assert_eq!(rig.standing("main"), Standing::Ready);
}

#[tokio::test]
async fn a_pin_beats_policy_and_session() {
    let rig = Rig::of(&["main", "second"]).await;
    assert_eq!(serves(&rig, "old").await, "main");
    rig.pool.pin(Some(rig.id("second")));
    assert_eq!(serves(&rig, "old").await, "second");
    assert_eq!(serves(&rig, "new").await, "second");
    assert!(rig.status("second").pinned);
    rig.pool.pin(None);
    assert_eq!(serves(&rig, "newer").await, "main");
}

/// "Stay on X": nothing rotates until it is taken back.
#[tokio::test]
async fn a_pinned_profile_that_is_out_is_not_left() {
    let rig = Rig::of(&["main", "second"]).await;
    rig.pool.pin(Some(rig.id("main")));
    rig.upstream.next("account-main", Reply::usage_limit(rig.clock.unix() + 3600));
    let answer = rig.fresh("s").answer().await;
    assert_eq!(
        (answer.status.as_u16(), answer.json()["error"]["resets_at"].as_u64()),
        (429, Some(rig.clock.unix() + 3600))
    );
    assert_eq!(rig.upstream.tried(), ["main"]);
}

/// Users' complaint D24: a choice counts from the next turn on, for old conversations too.
#[tokio::test]
async fn a_user_s_choice_beats_a_session_and_clears_it() {
    let rig = Rig::of(&["main", "second"]).await;
    assert_eq!(serves(&rig, "old").await, "main");
    assert!(rig.pool.use_now(rig.id("second")));
    assert_eq!(rig.pool.view().serving, Some(rig.id("second")));
    assert_eq!(serves(&rig, "old").await, "second");
    assert!(!rig.pool.use_now(ProfileId(999)), "nobody of that id");
}

#[tokio::test]
async fn a_choice_does_not_break_a_chain() {
    let rig = Rig::of(&["main", "second"]).await;
    rig.begin_chain("resp-main", "main").await;
    rig.pool.use_now(rig.id("second"));
    let answer = rig.ask(&chained("resp-main", &[user("go on")])).answer().await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(rig.upstream.tried().pop().unwrap(), "main");
}

#[tokio::test]
async fn a_paused_profile_serves_nothing_new() {
    let rig = Rig::of(&["main", "second"]).await;
    let mut profile = rig.status("main").profile;
    profile.paused = true;
    rig.pool.put(profile.clone());
    assert_eq!(serves(&rig, "a").await, "second");
    profile.paused = false;
    rig.pool.put(profile);
    assert_eq!(serves(&rig, "b").await, "main");
}

/// Users' complaint D16: new conversations spread, old ones stay.
#[tokio::test]
async fn beyond_the_soft_cap_new_work_goes_elsewhere() {
    let plan = Plan::of(&["main", "second"]).rules(|rules| rules.soft_cap = 2);
    let rig = plan.start().await;
    let gate = Gate::closed();
    for _ in 0..2 {
        rig.upstream.next("account-main", Reply::events([event::delta("slow")]).pass(&gate));
    }
    let mut held = Vec::new();
    for number in 0..2 {
        let mut answer = rig.fresh(&format!("held{number}")).head().await;
        answer.until("slow").await;
        held.push(answer);
    }
    assert_eq!(rig.status("main").in_flight, 2);
    assert_eq!(serves(&rig, "third").await, "second");
    drop(held);
    eventually("the places to be free", || rig.status("main").in_flight == 0).await;
    assert_eq!(serves(&rig, "fourth").await, "main");
}

#[tokio::test]
async fn at_the_hard_cap_only_chains_get_in() {
    let plan = Plan::of(&["main"]).rules(|rules| {
        rules.soft_cap = 1;
        rules.hard_cap = 1;
    });
    let rig = plan.start().await;
    rig.upstream.next("account-main", Reply::turn("resp-main", "hi"));
    rig.fresh("begin").answer().await;
    let gate = Gate::closed();
    rig.upstream.next("account-main", Reply::events([event::delta("slow")]).pass(&gate));
    let mut held = rig.fresh("held").head().await;
    held.until("slow").await;
    let refused = rig.fresh("new").answer().await;
    assert_eq!(refused.status, 503, "{}", refused.text());
    assert!(!refused.header("retry-after").is_empty());
    let chain = rig.ask(&chained("resp-main", &[user("go on")])).answer().await;
    assert_eq!(chain.status, 200, "{}", chain.text());
}

/// Lesson 26.
#[tokio::test]
async fn counters_come_back_to_zero_whatever_happened() {
    let rig = Rig::of(&["main", "second"]).await;
    let reset = rig.clock.unix() + 3600;
    rig.upstream.next("account-main", Reply::cut_before_head());
    rig.upstream.next("account-main", Reply::error(500, "server_error", "m"));
    rig.upstream.next("account-main", Reply::error(400, "invalid_prompt", "m"));
    rig.upstream.next("account-main", Reply::usage_limit(reset));
    let turns: Vec<_> =
        (0..16).map(|number| tokio::spawn(rig.fresh(&format!("s{number}")).answer())).collect();
    for turn in turns {
        turn.await.unwrap();
    }
    eventually("all to be over", || {
        rig.pool.view().profiles.iter().all(|status| status.in_flight == 0)
    })
    .await;
}

#[tokio::test]
async fn a_removed_profile_serves_nothing_and_is_not_shown() {
    let rig = Rig::of(&["main", "second"]).await;
    serves(&rig, "s").await;
    rig.pool.remove(rig.id("main"));
    assert_eq!(serves(&rig, "s").await, "second");
    assert_eq!(rig.pool.view().profiles.len(), 1);
}

/// A usage answer without an account, so that the fake's shape is used here too.
#[tokio::test]
async fn the_usage_endpoint_is_read_in_the_background() {
    let rig = Rig::of(&["main"]).await;
    let answer = Reply::json(200, usage("account-main", 42.0, 7.0));
    rig.upstream.when(move |seen| (seen.route == Route::Usage).then(|| answer.clone()));
    eventually("a reading", || rig.status("main").usage.is_some()).await;
    assert!(rig.upstream.attempts().is_empty());
}
