//! Wait for the reset: a turn is held instead of refused, and continues
//! by itself when the first profile is back.

use std::time::Duration;

use rotunda_core::Event;
use rotunda_tests::{
    Plan, Reply, Rig,
    client::kind,
    eventually,
    rig::{frame, turn, user},
};
use serde_json::json;

const HOUR: u64 = 3600;

/// Waits up to six hours, and says every 50 ms that it does.
async fn patient(names: &[&str]) -> Rig {
    let plan = Plan::of(names).limits(|limits| {
        limits.wait_for_reset = Duration::from_secs(6 * HOUR);
        limits.keepalive = Duration::from_millis(50);
    });
    plan.start().await
}

async fn waits(rig: &Rig) {
    rig.wait_for_event("a wait", |event| matches!(event, Event::Waiting { .. })).await;
}

#[tokio::test]
async fn a_turn_over_http_is_held_and_served_at_the_reset() {
    let rig = patient(&["main", "second"]).await;
    let now = rig.clock.unix();
    rig.upstream.next("account-main", Reply::usage_limit(now + 2 * HOUR));
    rig.upstream.next("account-second", Reply::usage_limit(now + HOUR));
    let asking = tokio::spawn(rig.fresh("s").answer());
    waits(&rig).await;
    assert!(!asking.is_finished());
    rig.clock.advance(Duration::from_secs(HOUR + 60));
    let answer = asking.await.unwrap();
    assert!(answer.text().contains("hello from second"), "{} {}", answer.status, answer.text());
    assert_eq!(rig.upstream.tried(), ["main", "second", "second"]);
}

#[tokio::test]
async fn a_turn_over_a_socket_is_held_with_keepalives_and_served_at_the_reset() {
    let rig = patient(&["main"]).await;
    rig.upstream.next("account-main", Reply::usage_limit(rig.clock.unix() + HOUR));
    let mut socket = rig.socket(&[("session-id", "s")]).await;
    socket.send(&frame(turn(&[user("hi")]))).await;
    for _ in 0..3 {
        assert_eq!(kind(&socket.event().await), "keepalive");
    }
    rig.clock.advance(Duration::from_secs(HOUR + 60));
    let events = socket.until("response.completed").await;
    assert!(events.iter().any(|event| event.to_string().contains("hello from main")));
    assert_eq!(rig.upstream.tried(), ["main", "main"]);
}

#[tokio::test]
async fn a_reset_beyond_the_wait_is_reported_at_once() {
    let rig = patient(&["main"]).await;
    let reset = rig.clock.unix() + 7 * HOUR;
    rig.upstream.next("account-main", Reply::usage_limit(reset));
    let answer = rig.fresh("s").answer().await;
    assert_eq!(
        (answer.status.as_u16(), &answer.json()["error"]["resets_at"]),
        (429, &json!(reset))
    );
}

#[tokio::test]
async fn turns_wait_only_when_the_user_allows_it() {
    let rig = Rig::of(&["main"]).await;
    rig.upstream.next("account-main", Reply::usage_limit(rig.clock.unix() + 60));
    assert_eq!(rig.fresh("s").answer().await.status, 429);
}

#[tokio::test]
async fn a_client_that_leaves_is_not_waited_for() {
    let rig = patient(&["main"]).await;
    rig.upstream.next("account-main", Reply::usage_limit(rig.clock.unix() + HOUR));
    let asking = tokio::spawn(rig.fresh("s").answer());
    waits(&rig).await;
    asking.abort();
    eventually("its end", || {
        rig.events().iter().any(|event| matches!(event, Event::Finished(end) if end.status == 499))
    })
    .await;
    rig.clock.advance(Duration::from_secs(2 * HOUR));
    assert_eq!(rig.fresh("t").answer().await.status, 200);
    assert_eq!(rig.upstream.tried(), ["main", "main"], "the one that left was not sent");
}

/// The user signs in anew, or upstream resets early: the turn continues then.
#[tokio::test]
async fn a_profile_that_comes_back_early_serves_at_once() {
    let rig = patient(&["main", "second"]).await;
    let mut profile = rig.status("second").profile;
    profile.paused = true;
    rig.pool.put(profile.clone());
    rig.upstream.next("account-main", Reply::usage_limit(rig.clock.unix() + HOUR));
    let asking = tokio::spawn(rig.fresh("s").answer());
    waits(&rig).await;
    profile.paused = false;
    rig.pool.put(profile);
    assert!(asking.await.unwrap().text().contains("hello from second"));
}

/// Changes that follow each other closely are put off by a moment, not to the next keep-alive.
#[tokio::test]
async fn a_socket_that_waits_is_served_soon_after_a_second_change() {
    let plan = Plan::of(&["main", "second"]).limits(|limits| {
        limits.wait_for_reset = Duration::from_secs(6 * HOUR);
        limits.keepalive = Duration::from_secs(HOUR);
    });
    let rig = plan.start().await;
    let mut profile = rig.status("second").profile;
    profile.paused = true;
    rig.pool.put(profile.clone());
    rig.upstream.next("account-main", Reply::usage_limit(rig.clock.unix() + HOUR));
    let mut socket = rig.socket(&[("session-id", "s")]).await;
    socket.send(&frame(turn(&[user("hi")]))).await;
    waits(&rig).await;
    profile.rank += 1;
    rig.pool.put(profile.clone());
    // The turn looks at the first change before the second one comes.
    tokio::time::sleep(Duration::from_millis(100)).await;
    profile.paused = false;
    rig.pool.put(profile);
    let events = socket.until("response.completed").await;
    assert!(events.iter().any(|event| event.to_string().contains("hello from second")));
}

#[tokio::test]
async fn only_so_many_are_held() {
    let plan = Plan::of(&["main"]).limits(|limits| {
        limits.wait_for_reset = Duration::from_secs(6 * HOUR);
        limits.waiting = 1;
    });
    let rig = plan.start().await;
    rig.upstream.next("account-main", Reply::usage_limit(rig.clock.unix() + HOUR));
    let held = tokio::spawn(rig.fresh("a").answer());
    waits(&rig).await;
    assert_eq!(rig.fresh("b").answer().await.status, 429);
    rig.clock.advance(Duration::from_secs(2 * HOUR));
    assert_eq!(held.await.unwrap().status, 200);
}

/// Stopping does not wait for a reset that is hours away.
#[tokio::test]
async fn stopping_ends_what_is_held() {
    let mut rig = Plan::of(&["main"])
        .limits(|limits| {
            limits.wait_for_reset = Duration::from_secs(6 * HOUR);
            limits.drain = Duration::from_millis(200);
        })
        .start()
        .await;
    rig.upstream.next("account-main", Reply::usage_limit(rig.clock.unix() + HOUR));
    let asking = tokio::spawn(rig.fresh("s").try_head());
    waits(&rig).await;
    rig.stop().await;
    if let Ok(head) = asking.await.unwrap() {
        assert_ne!(head.status, 200);
    }
}

#[tokio::test]
async fn the_user_may_end_the_wait_over_http_and_over_a_socket() {
    let rig = patient(&["main"]).await;
    let reset = rig.clock.unix() + HOUR;
    rig.upstream.next("account-main", Reply::usage_limit(reset));
    let asking = tokio::spawn(rig.fresh("s").answer());
    waits(&rig).await;
    let mut socket = rig.socket(&[("session-id", "t")]).await;
    socket.send(&frame(turn(&[user("hi")]))).await;
    assert_eq!(kind(&socket.event().await), "keepalive");
    assert_eq!(rig.pool.view().waiting, 2);
    rig.router.stop_waiting();
    assert_eq!(asking.await.unwrap().status, 429);
    let events = socket.until("error").await;
    assert_eq!(events.last().unwrap()["error"]["code"], "usage_limit_reached");
    eventually("nobody waits", || rig.pool.view().waiting == 0).await;
    // The next one waits again: the user ended that wait, not the setting.
    let asking = tokio::spawn(rig.fresh("u").answer());
    eventually("a new wait", || rig.pool.view().waiting == 1).await;
    rig.router.set_wait_for_reset(Duration::ZERO);
    assert_eq!(asking.await.unwrap().status, 429, "the setting was turned off");
}
