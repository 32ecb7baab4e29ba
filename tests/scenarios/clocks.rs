//! Item 18: clocks that are wrong or set. No cooldown until 2036, and none
//! longer than upstream set.

use std::time::{Duration, UNIX_EPOCH};

use rotunda_core::Standing;
use rotunda_tests::{Reply, Rig, Route, eventually, upstream::ANYONE};
use serde_json::json;

const HOUR: u64 = 3600;
const YEAR: u64 = 365 * 24 * HOUR;

/// Two profiles whose usage cannot be read, with a pool that notices steps.
async fn watched() -> Rig {
    let rig = Rig::of(&["main", "second"]).await;
    rig.upstream.always_on(Route::Usage, ANYONE, Reply::json(500, json!({})));
    rig.pool.watch_clock(rig.clock.uptime());
    rig
}

fn limit_for(seconds: u64) -> Reply {
    let error =
        json!({"type": "usage_limit_reached", "message": "m", "resets_in_seconds": seconds});
    Reply::json(429, json!({"error": error}))
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

#[tokio::test]
async fn item_18_a_clock_set_back_keeps_the_length_of_a_cooldown() {
    for by in [HOUR, 24 * HOUR, 10 * YEAR] {
        let rig = watched().await;
        rig.upstream.next("account-main", limit_for(2 * HOUR));
        assert_eq!(rig.fresh("s").answer().await.status, 200);
        rig.clock.set_back(seconds(by));
        assert_eq!(rig.rests_for("main"), Some(2 * HOUR), "{by}");
        rig.clock.advance(seconds(2 * HOUR));
        eventually("main to be back", || rig.standing("main") == Standing::Ready).await;
    }
}

#[tokio::test]
async fn item_18_a_clock_set_ten_years_ahead_and_back_loses_no_turn_and_keeps_no_rest() {
    let rig = watched().await;
    rig.upstream.next("account-main", limit_for(2 * HOUR));
    assert_eq!(rig.fresh("s").answer().await.status, 200);
    rig.clock.set_forward(seconds(10 * YEAR));
    // Tried too early, it refuses again, and the other serves.
    rig.pool.use_now(rig.id("main"));
    rig.upstream.next("account-main", limit_for(2 * HOUR - 60));
    assert_eq!(rig.fresh("t").answer().await.status, 200);
    assert_eq!(rig.upstream.tried(), ["main", "second", "main", "second"]);
    rig.clock.set_back(seconds(10 * YEAR));
    assert_eq!(rig.rests_for("main"), Some(2 * HOUR - 60));
    assert_eq!(rig.fresh("u").answer().await.status, 200);
}

#[tokio::test]
async fn item_18_a_suspend_is_time_that_passed() {
    let rig = watched().await;
    rig.upstream.next("account-main", limit_for(2 * HOUR));
    assert_eq!(rig.fresh("s").answer().await.status, 200);
    // The clock that only counts stands still meanwhile.
    rig.clock.set_forward(seconds(3 * HOUR));
    rig.pool.use_now(rig.id("main"));
    rig.upstream.next("account-main", Reply::turn("resp-main-a", "hi"));
    assert_eq!(rig.fresh("t").answer().await.status, 200);
    assert_eq!(rig.upstream.tried(), ["main", "second", "main"]);
}

#[tokio::test]
async fn item_18_an_absolute_reset_counts_from_upstreams_clock() {
    for wrong_by in [HOUR, 10 * YEAR] {
        let rig = watched().await;
        let right = rig.clock.unix();
        rig.clock.set_back(seconds(wrong_by));
        let date = httpdate::fmt_http_date(UNIX_EPOCH + seconds(right));
        let reply = Reply::usage_limit(right + 2 * HOUR).header("date", &date);
        rig.upstream.next("account-main", reply);
        assert_eq!(rig.fresh("s").answer().await.status, 200);
        assert_eq!(rig.rests_for("main"), Some(2 * HOUR), "{wrong_by}");
    }
}

#[tokio::test]
async fn item_18_quota_is_read_again_when_the_clock_is_set_or_the_machine_slept() {
    for by in [2 * HOUR, 10 * YEAR] {
        let rig = watched().await;
        eventually("the first readings", || rig.upstream.received_on(Route::Usage).len() >= 2)
            .await;
        for set in [rotunda_tests::FakeClock::set_forward, rotunda_tests::FakeClock::set_back] {
            let before = rig.upstream.received_on(Route::Usage).len();
            set(&rig.clock, seconds(by));
            rig.pool.view();
            eventually("new readings", || {
                rig.upstream.received_on(Route::Usage).len() >= before + 2
            })
            .await;
        }
    }
}
