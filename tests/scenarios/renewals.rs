//! Renewals that take long, fail, bring nonsense, or cannot be stored.

use std::time::Duration;

use rotunda_core::{Event, Standing, vault::VaultError};
use rotunda_tests::{Gate, Plan, Received, Reply, Rig, Route, eventually, issuer::FakeIssuer, jwt};
use serde_json::{Value, json};

const MINUTE: Duration = Duration::from_secs(60);
const YEARS: Duration = Duration::from_secs(10 * 365 * 24 * 3600);

/// Profiles whose tokens end in four minutes, so that a request renews them.
async fn ending(names: &[&str]) -> Rig {
    let rig = Plan::of(names).token_life(8 * MINUTE).start().await;
    for name in names {
        rig.upstream.issuer().set_expiry(&format!("account-{name}"), jwt::FAR);
        let account = format!("account-{name}");
        // The reading of quota in the background is over, so that it renews nothing.
        let read = |seen: &&Received| seen.account() == account && seen.finished();
        eventually("quota to be read", || {
            rig.upstream.received_on(Route::Usage).iter().any(|it| read(&it))
        })
        .await;
    }
    rig.clock.advance(4 * MINUTE);
    rig
}

fn full() -> VaultError {
    VaultError::Unavailable("No space left on device".to_owned())
}

fn offers(rig: &Rig) -> usize {
    rig.upstream.issuer().offers("account-main")
}

async fn serves(rig: &Rig, session: &str) {
    let answer = rig.fresh(session).answer().await;
    assert_eq!(answer.status, 200, "{}", answer.text());
}

/// Item 2.
#[tokio::test]
async fn a_late_answer_of_the_issuer_is_used_and_turns_go_on_with_the_living_token() {
    let rig = ending(&["main"]).await;
    let (old, gate) = (rig.bearer("main"), Gate::closed());
    rig.upstream.issuer().hold_answers(&gate);
    for session in ["a", "b", "c"] {
        serves(&rig, session).await;
    }
    assert!(rig.upstream.attempts().iter().all(|seen| seen.bearer() == old));
    assert_eq!(offers(&rig), 1, "an answer is on its way: the token is not offered again");
    gate.open();
    eventually("the late answer to be stored", || rig.vault.stores() == 1).await;
    eventually("the late answer to be used", || rig.bearer("main") != old).await;
    serves(&rig, "d").await;
    assert_eq!(rig.upstream.attempts()[3].bearer(), rig.bearer("main"));
    assert_eq!(offers(&rig), 1);
}

async fn is_gone(rig: &Rig, asking: tokio::task::JoinHandle<rotunda_tests::client::Answer>) {
    let answer = asking.await.unwrap();
    let status = answer.status.as_u16();
    assert!(status != 401 && (status == 200 || status >= 400), "{}", answer.text());
    assert!(rig.vault.peek(rig.id("main")).is_none(), "it was stored again");
    assert!(rig.unsaved().is_empty());
}

/// Item 3.
#[tokio::test]
async fn a_profile_removed_while_the_issuer_answers_is_not_stored_again() {
    for names in [&["main"][..], &["main", "second"]] {
        let rig = ending(names).await;
        let gate = Gate::closed();
        rig.upstream.issuer().hold_answers(&gate);
        let asking = tokio::spawn(rig.fresh("s").answer());
        gate.reached().await;
        rig.remove("main").await;
        gate.open();
        is_gone(&rig, asking).await;
    }
}

/// Item 3.
#[tokio::test]
async fn a_profile_removed_while_its_tokens_are_stored_is_not_stored_again() {
    let rig = ending(&["main"]).await;
    let gate = Gate::closed();
    rig.vault.hold_stores(&gate);
    let asking = tokio::spawn(rig.fresh("s").answer());
    gate.reached().await;
    let remove = rig.remove("main");
    let open = async { gate.open() };
    tokio::join!(remove, open);
    is_gone(&rig, asking).await;
}

/// Item 3.
#[tokio::test]
async fn a_profile_removed_while_its_tokens_cannot_be_stored_is_not_stored_later() {
    let rig = ending(&["main"]).await;
    rig.upstream.refuse_bearer(&rig.bearer("main"));
    rig.vault.refuse_writes(Some(full()));
    serves(&rig, "s").await;
    assert_eq!(rig.unsaved(), [rig.id("main")]);
    rig.remove("main").await;
    rig.vault.refuse_writes(None);
    assert!(rig.unsaved().is_empty());
    tokio::time::sleep(Duration::from_millis(1500)).await;
    assert!(rig.vault.peek(rig.id("main")).is_none());
}

/// Item 1.
#[tokio::test]
async fn nothing_is_spent_early_for_what_could_not_be_stored() {
    let rig = ending(&["main"]).await;
    let old = rig.bearer("main");
    rig.vault.refuse_writes(Some(full()));
    serves(&rig, "s").await;
    assert_eq!((offers(&rig), rig.upstream.attempts()[0].bearer()), (0, &*old));
    rig.vault.refuse_writes(None);
    serves(&rig, "t").await;
    assert_eq!(offers(&rig), 1);
    assert_ne!(rig.upstream.attempts()[1].bearer(), old);
}

/// Item 1.
#[tokio::test]
async fn a_renewed_token_that_could_not_be_stored_is_used_and_stored_later() {
    for error in [full(), VaultError::Locked, VaultError::Denied] {
        let rig = Rig::of(&["main"]).await;
        let old = rig.bearer("main");
        rig.upstream.refuse_bearer(&old);
        rig.vault.refuse_writes(Some(error));
        serves(&rig, "s").await;
        let main = rig.id("main");
        assert_eq!((rig.unsaved(), rig.bearer("main")), (vec![main], old.clone()));
        rig.wait_for_event(
            "that it is not saved",
            |event| matches!(event, Event::NotSaved { profile, .. } if *profile == main),
        )
        .await;
        serves(&rig, "t").await;
        rig.vault.refuse_writes(None);
        // By itself: nothing asks for it.
        eventually("it to be stored", || rig.bearer("main") != old).await;
        rig.wait_for_event("that it is saved", |event| *event == Event::Saved { profile: main })
            .await;
        assert!(rig.unsaved().is_empty());
        let is_not_saved = |event: &&Event| matches!(event, Event::NotSaved { .. });
        assert_eq!(rig.events().iter().filter(is_not_saved).count(), 1);
        assert_eq!(offers(&rig), 1);
    }
}

/// Item 1.
#[tokio::test]
async fn a_renewed_token_that_could_not_be_stored_is_stored_at_a_stop() {
    let mut rig = Rig::of(&["main"]).await;
    let old = rig.bearer("main");
    rig.upstream.refuse_bearer(&old);
    rig.vault.refuse_writes(Some(full()));
    serves(&rig, "s").await;
    rig.vault.refuse_writes(None);
    rig.stop().await;
    assert_ne!(rig.bearer("main"), old);
}

/// Item 1: it is spent in its turn, not the one in the vault, which is spent already.
#[tokio::test]
async fn a_token_that_is_not_stored_yet_is_the_one_that_is_renewed_next() {
    let rig = Rig::of(&["main"]).await;
    rig.upstream.refuse_bearer(&rig.bearer("main"));
    rig.vault.refuse_writes(Some(full()));
    serves(&rig, "s").await;
    let first = rig.upstream.attempts().last().unwrap().bearer().to_owned();
    rig.upstream.refuse_bearer(&first);
    serves(&rig, "t").await;
    let spent: Vec<_> =
        rig.upstream.issuer().requests().iter().map(|it| it["refresh_token"].clone()).collect();
    assert_eq!(spent, ["rt-account-main-0", "rt-account-main-1"]);
    assert_eq!(rig.standing("main"), Standing::Ready);
}

/// Answers that cannot be used, and why.
fn unusable() -> Vec<(Reply, &'static str)> {
    let good = |number| jwt::access("account-main", number, jwt::FAR);
    let other = jwt::access("account-other", 1, jwt::FAR);
    let json = |body: Value| Reply::json(200, body);
    vec![
        (json(json!({"access_token": good(1), "refresh_token": ""})), "malformed_refresh_token"),
        (json(json!({"access_token": good(2), "refresh_token": " "})), "malformed_refresh_token"),
        (
            json(json!({"access_token": good(3), "refresh_token": "r\r\nHost: x"})),
            "malformed_refresh_token",
        ),
        (json(json!({"access_token": "", "refresh_token": "r"})), "malformed_access_token"),
        (json(json!({"access_token": "opaque", "refresh_token": "r"})), "malformed_access_token"),
        (json(json!({"refresh_token": "r"})), "no_access_token"),
        (json(json!({"access_token": other, "refresh_token": "r"})), "another_account"),
        (json(json!({"access_token": good(4), "expires_in": 0})), "already_ended"),
        (json(json!({"error": {"code": "server_error"}})), "error_object"),
        (Reply::text(200, "text/html", "<h1>Sign in</h1>"), "not_json"),
        (Reply::text(200, "application/json", "{\"access_token\": \"a"), "not_json"),
        (json(json!({"access_token": good(5), "x": "y".repeat(300 << 10)})), "too_large"),
    ]
}

/// Item 4.
#[tokio::test]
async fn an_unusable_token_answer_replaces_nothing_and_is_reported() {
    for (reply, why) in unusable() {
        let rig = ending(&["main"]).await;
        let old = rig.bearer("main");
        rig.upstream.issuer().next("account-main", reply);
        serves(&rig, "first").await;
        assert_eq!((rig.upstream.attempts()[0].bearer(), rig.bearer("main")), (&*old, old.clone()));
        for turn in 0..10 {
            serves(&rig, &format!("s{turn}")).await;
        }
        let main = rig.id("main");
        rig.wait_for_event(why, |event| *event == Event::RenewalRefused { profile: main, why })
            .await;
        assert!(offers(&rig) <= 3, "{why}: one renewal per turn");
        // Its refresh token still works.
        rig.clock.advance(2 * MINUTE);
        serves(&rig, "later").await;
        assert_ne!(rig.bearer("main"), old, "{why}");
        assert_eq!(rig.standing("main"), Standing::Ready);
    }
}

/// Item 4.
#[tokio::test]
async fn a_failed_renewal_pauses_for_all_requests() {
    let rig = ending(&["main", "second"]).await;
    rig.upstream.refuse_bearer(&rig.bearer("main"));
    for status in [500, 502, 429, 401, 400, 403, 404] {
        rig.upstream.issuer().next("account-main", Reply::json(status, json!({})));
    }
    for turn in 0..20 {
        serves(&rig, &format!("s{turn}")).await;
    }
    assert!(offers(&rig) <= 4, "{} in 20 turns", offers(&rig));
    assert_ne!(rig.standing("main"), Standing::NeedsSignIn, "the issuer named no reason");
}

/// Item 4: only these four words of the issuer end a sign-in.
#[tokio::test]
async fn a_refusal_without_a_known_code_is_trouble() {
    for reply in [
        Reply::json(401, json!({})),
        Reply::json(401, json!({"error": {"code": "invalid_client"}})),
        Reply::text(401, "text/html", "<h1>Log in to the network</h1>"),
        Reply::json(503, json!({"error": {"code": "refresh_token_reused"}})),
    ] {
        let rig = Rig::of(&["main", "second"]).await;
        rig.upstream.refuse_bearer(&rig.bearer("main"));
        rig.upstream.issuer().next("account-main", reply);
        serves(&rig, "s").await;
        assert_ne!(rig.standing("main"), Standing::NeedsSignIn);
        rig.clock.advance(10 * MINUTE);
        rig.pool.use_now(rig.id("main"));
        assert!(rig.fresh("t").answer().await.text().contains("hello from main"));
    }
    let rig = Rig::of(&["main", "second"]).await;
    rig.upstream.refuse_bearer(&rig.bearer("main"));
    rig.upstream.issuer().next("account-main", FakeIssuer::refusal("invalid_grant"));
    serves(&rig, "s").await;
    assert_eq!(rig.standing("main"), Standing::NeedsSignIn);
}

/// Item 8: two accounts that both refuse renewed tokens are an outage.
#[tokio::test]
async fn an_outage_that_answers_401_loses_no_sign_in() {
    let rig = Rig::of(&["main", "second"]).await;
    for account in ["account-main", "account-second"] {
        for _ in 0..2 {
            rig.upstream.next(account, Reply::error(401, "token_revoked", "no"));
        }
    }
    let answer = rig.fresh("s").answer().await;
    assert_ne!(answer.status, 401, "Codex would spend its own refresh token");
    assert!(answer.status.is_server_error(), "{}", answer.text());
    for name in ["main", "second"] {
        assert_eq!(rig.rests_for(name), Some(60), "{name}");
    }
    rig.clock.advance(2 * MINUTE);
    // Any change makes the pool look at its rests.
    rig.pool.set_reserve(rig.id("main"), None);
    eventually("both to be back", || rig.standing("main") == Standing::Ready).await;
    serves(&rig, "t").await;
    assert_eq!((offers(&rig), rig.upstream.issuer().offers("account-second")), (1, 1));
}

/// Items 4 and 18: a short life, or a clock that is wrong, is no reason to renew per turn.
#[tokio::test]
async fn short_tokens_and_wrong_clocks_cause_no_renewal_per_turn() {
    enum Step {
        None,
        Forward(Duration),
        Back(Duration),
    }
    for (life, step) in [
        (4 * MINUTE, Step::None),
        (MINUTE / 2, Step::None),
        (60 * MINUTE, Step::Forward(60 * MINUTE)),
        (60 * MINUTE, Step::Forward(YEARS)),
        (60 * MINUTE, Step::Back(60 * MINUTE)),
        (60 * MINUTE, Step::Back(YEARS)),
    ] {
        let rig = ending(&["main"]).await;
        let end = rig.clock.unix() + life.as_secs();
        rig.upstream.issuer().set_expiry("account-main", end);
        match step {
            Step::None => {}
            Step::Forward(by) => rig.clock.advance(by),
            Step::Back(by) => rig.clock.set_back(by),
        }
        for turn in 0..20 {
            serves(&rig, &format!("s{turn}")).await;
        }
        assert!(offers(&rig) <= 1, "{} renewals in 20 turns, life {life:?}", offers(&rig));
    }
}

/// Item 4.
#[tokio::test]
async fn a_usage_endpoint_that_refuses_every_token_causes_one_renewal() {
    let rig = Plan::of(&["main"]).start().await;
    for route in [Route::Usage, Route::Accounts] {
        rig.upstream.always_on(route, "account-main", Reply::error(401, "nope", "no"));
    }
    let readings = || rig.upstream.received_on(Route::Usage).len();
    for _ in 0..5 {
        let before = readings();
        rig.clock.advance(5 * MINUTE);
        rig.router.refresh_usage();
        eventually("another reading", || readings() > before).await;
    }
    assert!(offers(&rig) <= 2, "{}", offers(&rig));
    serves(&rig, "s").await;
    assert_eq!(rig.standing("main"), Standing::Ready);
}
