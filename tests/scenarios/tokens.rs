//! Tokens: fresh before they are needed, refreshed once, safe before used.

use std::time::Duration;

use rotunda_core::{Event, Standing, vault::VaultError};
use rotunda_tests::{
    Gate, Plan, Received, Reply, Rig, Route, event, eventually, issuer::FakeIssuer, jwt,
};
use serde_json::json;

const MINUTE: Duration = Duration::from_secs(60);

/// Profiles whose access tokens end in so many minutes; later ones live for years.
async fn expiring(names: &[&str], minutes: u32) -> Rig {
    let rig = Plan::of(names).token_life(minutes * MINUTE).start().await;
    for name in names {
        rig.upstream.issuer().set_expiry(&format!("account-{name}"), jwt::FAR);
    }
    rig
}

#[tokio::test]
async fn a_token_with_life_left_is_not_refreshed() {
    let rig = expiring(&["main"], 6).await;
    assert_eq!(rig.fresh("s").answer().await.status, 200);
    assert!(rig.upstream.issuer().requests().is_empty());
}

#[tokio::test]
async fn a_token_in_its_last_five_minutes_is_refreshed_before_it_is_used() {
    let rig = expiring(&["main"], 4).await;
    let old = rig.bearer("main");
    assert_eq!(rig.fresh("s").answer().await.status, 200);
    assert_ne!(rig.bearer("main"), old);
    assert_eq!(rig.upstream.attempts()[0].bearer(), rig.bearer("main"));
    let main = rig.id("main");
    rig.wait_for_event("the refresh", |event| *event == Event::Refreshed { profile: main }).await;
    let request = &rig.upstream.issuer().requests()[0];
    assert_eq!(request["grant_type"], "refresh_token");
    assert_eq!(request["refresh_token"], "rt-account-main-0");
    assert!(request["client_id"].as_str().is_some_and(|id| id.starts_with("app_")), "{request}");
}

/// Lesson 27.
#[tokio::test]
async fn fifty_requests_at_expiry_are_one_refresh_and_one_store() {
    let rig = expiring(&["main"], 4).await;
    rig.pool.set_rules(rotunda_core::Rules {
        hard_cap: 64,
        soft_cap: 64,
        ..rotunda_core::Rules::default()
    });
    let turns: Vec<_> =
        (0..50).map(|number| tokio::spawn(rig.fresh(&format!("s{number}")).answer())).collect();
    for turn in turns {
        let answer = turn.await.unwrap();
        assert_eq!(answer.status, 200, "{}", answer.text());
    }
    assert_eq!((rig.upstream.issuer().requests().len(), rig.vault.stores()), (1, 1));
    assert!(rig.upstream.attempts().iter().all(|seen| seen.bearer() == rig.bearer("main")));
}

/// A crash between the two would lose the sign-in.
#[tokio::test]
async fn a_new_token_is_stored_before_it_is_used() {
    let rig = expiring(&["main"], 4).await;
    let gate = Gate::closed();
    rig.vault.hold_stores(&gate);
    let asking = tokio::spawn(rig.fresh("s").answer());
    gate.reached().await;
    assert!(rig.upstream.attempts().is_empty());
    gate.open();
    assert_eq!(asking.await.unwrap().status, 200);
}

/// A token about to end that only a client's request can renew: the reading of
/// quota in the background is over.
async fn client_renews() -> Rig {
    let rig = expiring(&["main"], 8).await;
    let was_read = || rig.upstream.received_on(Route::Usage).iter().any(Received::finished);
    eventually("quota to be read", was_read).await;
    rig.clock.advance(4 * MINUTE);
    rig
}

/// Asks, leaves when the request has come to the gate, and opens it once the
/// router knows.
async fn leave_at(rig: &Rig, gate: &Gate) {
    let asking = tokio::spawn(rig.fresh("s").answer());
    gate.reached().await;
    asking.abort();
    let left = |event: &Event| matches!(event, Event::Finished(it) if it.status == 499);
    rig.wait_for_event("the client has left", left).await;
    gate.open();
}

/// The client leaves while the token is being stored: the store completes.
#[tokio::test]
async fn a_refresh_survives_the_client_that_caused_it() {
    let rig = client_renews().await;
    let gate = Gate::closed();
    rig.vault.hold_stores(&gate);
    leave_at(&rig, &gate).await;
    eventually("the store", || rig.vault.stores() == 1).await;
    assert_eq!(rig.fresh("s").answer().await.status, 200);
    assert_eq!(rig.upstream.issuer().offers("account-main"), 1);
}

/// The router stops while the issuer, which has spent the token, answers.
#[tokio::test]
async fn a_refresh_is_seen_through_when_the_router_stops() {
    let mut rig = client_renews().await;
    let gate = Gate::closed();
    rig.upstream.issuer().hold_answers(&gate);
    let asking = tokio::spawn(rig.fresh("s").answer());
    gate.reached().await;
    asking.abort();
    let left = |event: &Event| matches!(event, Event::Finished(it) if it.status == 499);
    rig.wait_for_event("the client has left", left).await;
    let early = tokio::time::timeout(Duration::from_millis(300), rig.stop()).await;
    assert!(early.is_err(), "the answer would have come to nobody");
    gate.open();
    rig.stop().await;
    assert_eq!(rig.vault.stores(), 1);
}

/// The client leaves while the issuer, which has spent the token, answers.
#[tokio::test]
async fn a_refresh_is_seen_through_when_its_client_leaves() {
    let rig = client_renews().await;
    let gate = Gate::closed();
    rig.upstream.issuer().hold_answers(&gate);
    leave_at(&rig, &gate).await;
    assert_eq!(rig.fresh("s").answer().await.status, 200);
    assert_eq!(rig.upstream.issuer().offers("account-main"), 1);
    assert_eq!(rig.standing("main"), Standing::Ready);
}

#[tokio::test]
async fn a_401_is_one_forced_refresh_on_the_same_profile() {
    let rig = Rig::of(&["main", "second"]).await;
    let old = rig.bearer("main");
    rig.upstream.refuse_bearer(&old);
    let answer = rig.fresh("s").answer().await;
    assert!(answer.text().contains("hello from main"), "{}", answer.text());
    assert_eq!(rig.upstream.tried(), ["main", "main"]);
    assert_eq!(rig.upstream.attempts()[0].json(), rig.upstream.attempts()[1].json());
    assert_eq!(rig.upstream.issuer().offers("account-main"), 1);
    assert_eq!(rig.standing("main"), Standing::Ready);
}

#[tokio::test]
async fn many_401s_at_once_are_one_refresh() {
    let rig = Rig::of(&["main"]).await;
    rig.upstream.refuse_bearer(&rig.bearer("main"));
    let turns: Vec<_> =
        (0..8).map(|number| tokio::spawn(rig.fresh(&format!("s{number}")).answer())).collect();
    for turn in turns {
        assert_eq!(turn.await.unwrap().status, 200);
    }
    assert_eq!(rig.upstream.issuer().offers("account-main"), 1);
}

/// Only the issuer says that a sign-in is gone: upstream may be in trouble.
#[tokio::test]
async fn a_second_401_rests_the_profile_for_a_minute_and_another_serves() {
    let rig = Rig::of(&["main", "second"]).await;
    let refused = Reply::error(401, "token_revoked", "Your session has ended.");
    rig.upstream.always("account-main", refused);
    let answer = rig.fresh("s").answer().await;
    assert!(answer.text().contains("hello from second"), "{}", answer.text());
    assert_eq!(rig.upstream.tried(), ["main", "main", "second"]);
    assert_eq!(rig.rests_for("main"), Some(60));
    assert_eq!(rig.upstream.issuer().offers("account-main"), 1);
}

#[tokio::test]
async fn a_new_sign_in_brings_a_profile_back() {
    let rig = Rig::of(&["main", "second"]).await;
    rig.upstream.refuse_bearer(&rig.bearer("main"));
    rig.upstream.issuer().spend("account-main");
    rig.fresh("s").answer().await;
    assert_eq!(rig.standing("main"), Standing::NeedsSignIn);
    let gate = Gate::default();
    gate.open();
    rig.sign_in_again("main", 1000 * MINUTE, &gate).await;
    assert_eq!(rig.standing("main"), Standing::Ready);
    rig.pool.use_now(rig.id("main"));
    assert!(rig.fresh("t").answer().await.text().contains("hello from main"));
}

/// Requests that waited for a token while another sign-in was stored, and
/// later ones, share one renewal: the new refresh token is spent once.
#[tokio::test]
async fn a_new_sign_in_about_to_end_is_renewed_once_for_all() {
    let rig = client_renews().await;
    let (signing, answering) = (Gate::closed(), Gate::closed());
    rig.upstream.issuer().hold_answers(&answering);
    let asks = |session| rig.fresh(session).answer();
    let sign_in = async {
        rig.sign_in_again("main", 4 * MINUTE, &signing).await;
        rig.upstream.issuer().set_expiry("account-main", jwt::FAR);
    };
    let later = async {
        signing.reached().await;
        // The first one waits now, or will find the new sign-in: both are fine.
        tokio::time::sleep(Duration::from_millis(200)).await;
        signing.open();
        answering.reached().await;
        let after = asks("after");
        let open = async {
            // Time to do wrong; what is right takes none.
            let twice = answering.reached_by(2);
            tokio::time::timeout(Duration::from_millis(500), twice).await.ok();
            answering.open();
        };
        tokio::join!(after, open).0
    };
    let first = async {
        signing.reached().await;
        asks("waits").await
    };
    let ((), later, first) = tokio::join!(sign_in, later, first);
    assert_eq!((first.status.as_u16(), later.status.as_u16()), (200, 200));
    assert_eq!(rig.upstream.issuer().offers("account-main"), 1);
    assert_eq!(rig.standing("main"), Standing::Ready);
}

/// Lesson 72: a failure belongs to those who waited for it.
#[tokio::test]
async fn a_failed_refresh_is_not_shared_with_later_calls() {
    let rig = expiring(&["main"], 4).await;
    rig.upstream.refuse_bearer(&rig.bearer("main"));
    rig.upstream.issuer().next("account-main", Reply::json(500, json!({})));
    let first = rig.fresh("s").answer().await;
    assert_ne!(first.status, 401);
    assert_ne!(
        rig.standing("main"),
        Standing::NeedsSignIn,
        "the issuer's trouble is not the sign-in's"
    );
    rig.clock.advance(10 * MINUTE);
    assert_eq!(rig.fresh("s").answer().await.status, 200);
    assert_eq!(rig.upstream.issuer().offers("account-main"), 2);
}

/// The old token has minutes left: the issuer's trouble need not be the user's.
#[tokio::test]
async fn a_token_that_still_lives_serves_while_the_issuer_is_down() {
    let rig = expiring(&["main"], 4).await;
    rig.upstream.issuer().next("account-main", Reply::json(503, json!({})));
    let answer = rig.fresh("s").answer().await;
    assert_eq!(answer.status, 200, "{}", answer.text());
}

/// Lesson 81, and answers that make no sense.
#[tokio::test]
async fn a_refresh_that_brings_nothing_does_not_loop() {
    let rig = expiring(&["main", "second"], 4).await;
    rig.upstream.refuse_bearer(&rig.bearer("main"));
    rig.upstream.issuer().next("account-main", Reply::json(200, json!({})));
    let answer = rig.fresh("s").answer().await;
    assert!(answer.status == 200 || answer.status == 503, "{} {}", answer.status, answer.text());
    let of_main = rig.upstream.tried().iter().filter(|name| *name == "main").count();
    assert!(of_main <= 2, "{of_main}");
}

/// An answer without a new refresh token keeps the old one.
#[tokio::test]
async fn what_a_refresh_leaves_out_stays() {
    let rig = expiring(&["main"], 4).await;
    let access = jwt::access("account-main", 7, jwt::FAR);
    rig.upstream.issuer().next("account-main", Reply::json(200, json!({"access_token": access})));
    assert_eq!(rig.fresh("s").answer().await.status, 200);
    assert_eq!(rig.bearer("main"), access);
    rig.upstream.refuse_bearer(&access);
    assert_eq!(rig.fresh("s").answer().await.status, 200, "the old refresh token still works");
}

/// Lesson 33.
#[tokio::test]
async fn a_profile_without_credentials_is_skipped() {
    let rig = Rig::of(&["main", "second"]).await;
    rig.vault.fail(Some(VaultError::Locked));
    let answer = rig.fresh("s").answer().await;
    assert!(answer.status == 503 || answer.status == 400, "{} {}", answer.status, answer.text());
    assert!(rig.upstream.attempts().is_empty());
    rig.vault.fail(None);
    rig.clock.advance(60 * MINUTE);
    assert_eq!(rig.fresh("s").answer().await.status, 200);
}

/// A refused bearer after output is upstream's business.
#[tokio::test]
async fn a_failure_that_names_a_token_in_a_stream_is_not_the_client_s() {
    let rig = Rig::of(&["main", "second"]).await;
    rig.upstream.next("account-main", Reply::events([event::failed("token_expired", "expired")]));
    let answer = rig.fresh("s").answer().await;
    assert_ne!(answer.status, 401);
}

/// Lesson 82: no timer brings back what only the user can.
#[tokio::test]
async fn a_dead_refresh_token_is_not_tried_again() {
    for code in ["refresh_token_expired", "refresh_token_reused", "refresh_token_invalidated"] {
        let rig = expiring(&["main", "second"], 4).await;
        rig.upstream.refuse_bearer(&rig.bearer("main"));
        rig.upstream.issuer().next("account-main", FakeIssuer::refusal(code));
        assert!(rig.fresh("s").answer().await.text().contains("hello from second"));
        assert_eq!(rig.standing("main"), Standing::NeedsSignIn, "{code}");
        let main = rig.id("main");
        rig.wait_for_event("who must sign in", |event| {
            matches!(event, Event::NeedsSignIn { profile, code: why } if *profile == main && *why == code)
        })
        .await;
        for day in 0..3 {
            rig.clock.advance(1440 * MINUTE);
            rig.fresh(&format!("d{day}")).answer().await;
        }
        assert_eq!(rig.upstream.issuer().offers("account-main"), 1, "{code}");
        assert_eq!(rig.standing("main"), Standing::NeedsSignIn);
    }
}
