//! Purchased credits: no turn is paid with them without consent, over both transports.

use std::time::Duration;

use rotunda_core::{
    Event, Standing, choice::Rules, event::SpendingCause, pool::Payment, profile::UseCredits,
};
use rotunda_tests::{
    Account, Plan, Reply, Rig, Route, Window, eventually,
    rig::{account, chained, frame, turn, user},
};

const HOUR: u64 = 3600;

/// An account that has used up its five hours and has credits.
fn on_credits(rig: &Rig, name: &str) -> Account {
    let five_hours = Window { used_percent: 100.0, resets_at: rig.clock.unix() + HOUR };
    let week = Window { used_percent: 10.0, resets_at: rig.clock.unix() + 50 * HOUR };
    let credits = Some("12".to_owned());
    Account { credits, ..Account::named(&account(name), five_hours, week) }
}

/// `main` would be paid with credits; `others` have quota.
async fn rig(others: &[&str], consent: UseCredits) -> Rig {
    let names = [&["main"], others].concat();
    let rig = Plan::of(&names).rules(|rules| rules.use_credits = consent).start().await;
    let usage = on_credits(&rig, "main").usage(rig.clock.unix());
    rig.upstream.always_on(Route::Usage, "account-main", Reply::json(200, usage));
    eventually("the credits are known", || rig.status("main").credits.payment != Payment::Plan)
        .await;
    rig
}

/// One turn over a socket; what the client reads.
async fn over_socket(rig: &Rig) -> String {
    let mut socket = rig.socket(&[]).await;
    socket.send(&frame(turn(&[user("hi")]))).await;
    socket.text().await
}

fn reported(rig: &Rig) -> Vec<SpendingCause> {
    let cause = |event: Event| match event {
        Event::CreditsSpent { cause, .. } => Some(cause),
        _ => None,
    };
    rig.events().into_iter().filter_map(cause).collect()
}

#[tokio::test]
async fn without_consent_another_profile_serves() {
    let rig = rig(&["second"], UseCredits::Never).await;
    assert_eq!(rig.fresh("s").answer().await.status, 200);
    over_socket(&rig).await;
    assert_eq!(rig.upstream.tried(), ["second", "second"]);
    assert_eq!(reported(&rig), []);
}

/// Chosen, or to stay on: neither is a consent to money.
#[tokio::test]
async fn a_choice_of_the_profile_is_no_consent() {
    let rig = rig(&["second"], UseCredits::Never).await;
    rig.pool.use_now(rig.id("main"));
    assert_eq!(rig.fresh("s").answer().await.status, 200);
    over_socket(&rig).await;
    assert_eq!(rig.upstream.tried(), ["second", "second"]);
    rig.pool.pin(Some(rig.id("main")));
    assert_eq!(rig.fresh("s").answer().await.status, 429);
    assert_eq!(rig.upstream.tried().len(), 2);
}

#[tokio::test]
async fn alone_it_ends_as_a_limit_that_names_the_reset() {
    let rig = rig(&[], UseCredits::Never).await;
    let answer = rig.fresh("s").answer().await;
    assert_eq!(answer.status, 429, "{}", answer.text());
    let error = &answer.json()["error"];
    assert_eq!(error["type"], "usage_limit_reached", "{error}");
    assert_eq!(error["resets_at"], rig.clock.unix() + HOUR, "{error}");
    let frame = over_socket(&rig).await;
    assert!(frame.contains("usage_limit_reached"), "{frame}");
    assert!(rig.upstream.tried().is_empty());
    rig.clock.advance(Duration::from_secs(HOUR + 1));
    assert_eq!(rig.fresh("s").answer().await.status, 200, "the plan serves again");
    assert_eq!(reported(&rig), []);
}

/// Only `main` can continue its chain.
#[tokio::test]
async fn a_chain_is_no_consent() {
    let rig = Rig::of(&["main", "second"]).await;
    rig.begin_chain("resp-main", "main").await;
    let out = on_credits(&rig, "main");
    rig.upstream.always_on(
        Route::Usage,
        "account-main",
        Reply::json(200, out.usage(rig.clock.unix())),
    );
    rig.router.refresh_usage();
    eventually("the credits are known", || rig.status("main").credits.payment != Payment::Plan)
        .await;
    let before = rig.upstream.attempts().len();
    let body = chained("resp-main", &[user("go on")]);
    let answer = rig.ask(&body).answer().await;
    assert_eq!(answer.status, 429, "{}", answer.text());
    let mut socket = rig.socket(&[]).await;
    socket.send(&frame(body)).await;
    let text = socket.text().await;
    assert!(text.contains("stale_continuation"), "{text}");
    assert_eq!(rig.upstream.attempts().len(), before, "nothing was sent");
}

/// The head of an answer tells that the next one would cost.
#[tokio::test]
async fn the_turn_that_uses_up_the_plan_is_the_last_one() {
    let rig = Rig::of(&["main", "second"]).await;
    // The first reading is over: it says that the plan has quota.
    eventually("the quota is read", || rig.status("main").usage.is_some()).await;
    let reply = on_credits(&rig, "main").with_quota(Reply::turn("resp-main-1", "the last"));
    rig.upstream.next("account-main", reply);
    assert!(rig.fresh("s").answer().await.text().contains("the last"));
    assert_eq!(rig.fresh("s").answer().await.status, 200);
    over_socket(&rig).await;
    assert_eq!(rig.upstream.tried(), ["main", "second", "second"]);
    let Standing::Resting(rest) = rig.standing("main") else {
        panic!("{:?}", rig.standing("main"))
    };
    assert!(rest.cause.is_quota());
}

#[tokio::test]
async fn when_all_are_out_credits_pay_and_that_is_reported_once() {
    let rig = rig(&["second"], UseCredits::WhenAllOut).await;
    assert_eq!(rig.fresh("s").answer().await.status, 200);
    over_socket(&rig).await;
    assert_eq!(rig.upstream.tried(), ["second", "second"], "a plan has quota");
    assert_eq!(reported(&rig), []);
    rig.upstream.next("account-second", Reply::usage_limit(rig.clock.unix() + HOUR));
    assert_eq!(rig.fresh("s").answer().await.status, 200);
    assert!(over_socket(&rig).await.contains("response"));
    assert_eq!(rig.upstream.tried()[2..], ["second", "main", "main"]);
    rig.wait_for_event("spending is told", |event| matches!(event, Event::CreditsSpent { .. }))
        .await;
    assert_eq!(reported(&rig), [SpendingCause::AllOut]);
}

#[tokio::test]
async fn consent_that_is_taken_back_ends_the_spending() {
    let rig = rig(&[], UseCredits::Always).await;
    assert_eq!(rig.fresh("s").answer().await.status, 200);
    assert_eq!(reported(&rig), [SpendingCause::Always]);
    rig.pool.set_use_credits(rig.id("main"), Some(UseCredits::Never));
    assert_eq!(rig.fresh("s").answer().await.status, 429);
    rig.pool.set_use_credits(rig.id("main"), None);
    rig.pool.set_rules(Rules::default());
    assert_eq!(rig.fresh("s").answer().await.status, 429);
    assert_eq!(rig.upstream.tried(), ["main"]);
}
