//! Upstream hangs: it takes no connection, or not all of a request, or it has the request
//! and does not begin to answer.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};

use rotunda_core::{
    Event,
    event::{Late, Reached},
    pool::SilenceBounds,
};
use rotunda_router::Authorities;
use rotunda_tests::{
    AUTHORITY, Gate, Plan, Reply, Rig, Route, ScriptedUpstream, Stall, StallingFront, TlsFront,
    eventually, in_time,
    rig::{chained, frame, turn, user},
};
use serde_json::Value;

const SOON: Duration = Duration::from_millis(200);
const MINUTE: Duration = Duration::from_secs(60);
const NEVER: Duration = Duration::from_secs(24 * 3600);
const LOOK: Duration = Duration::from_millis(20);
const SEVEN: [&str; 7] = ["main", "b", "c", "d", "e", "f", "g"];

/// An answer is late at once, and a request that moves slowly is not stuck.
fn late_soon(names: &[&str]) -> Plan {
    Plan::of(names).limits(|limits| {
        limits.silence = SilenceBounds { least: SOON, unknown: SOON };
        limits.stall = NEVER;
    })
}

/// The other way round. Bounds that a busy machine reaches would end requests that are not
/// stuck; the time of these passes in [`pass_until_late`] alone.
fn only_stuck(names: &[&str]) -> Plan {
    Plan::of(names).limits(|limits| {
        limits.silence = SilenceBounds { least: NEVER, unknown: NEVER };
        limits.search = NEVER;
        limits.stall = MINUTE;
        limits.connect = MINUTE;
        limits.handshake = MINUTE;
    })
}

/// Lets the time of the bounds pass once the front takes no more, until the router has noticed.
async fn pass_until_late(rig: &Rig, front: &StallingFront) {
    in_time("what hangs to be noticed", async {
        while late(rig).is_empty() {
            if front.stalled() > 0 {
                tokio::time::pause();
                tokio::time::advance(MINUTE).await;
                tokio::time::resume();
            }
            // For what the system still takes: until it does not, the request moves.
            tokio::time::sleep(LOOK).await;
        }
    })
    .await;
}

/// More than the system keeps of what is not read.
fn large(mut body: Value) -> Value {
    body["instructions"] = "x".repeat(14 << 20).into();
    body
}

fn late(rig: &Rig) -> Vec<Late> {
    let late = |event: Event| if let Event::Late(late) = event { Some(late) } else { None };
    rig.events().into_iter().filter_map(late).collect()
}

async fn wait_until_late(rig: &Rig) {
    rig.wait_for_event("a late answer", |event| matches!(event, Event::Late(_))).await;
}

#[track_caller]
fn logs(rig: &Rig, request: u64, name: &str, reason: &str) {
    let (request, profile) = (format!("request={request} "), format!("profile={}", rig.id(name)));
    let reason = format!("reason=\"{reason}\"");
    let words = ["INFO", "marker=\"late\"", "route=\"responses\"", &request, &profile, &reason];
    assert!(rig.logs.say(&words), "{words:?} is not in {}", rig.logs.text());
}

/// A rig whose upstream stands behind a front that takes no request of `main`.
async fn behind(plan: Plan, stall: Stall) -> (Rig, StallingFront) {
    let upstream = ScriptedUpstream::start().await;
    let front = StallingFront::start(upstream.address(), stall, |_, head| {
        head.contains("/codex/responses") && head.contains("account-main")
    })
    .await;
    let mut plan = plan;
    plan.chatgpt = Some(format!("http://{}/backend-api", front.address()).parse().unwrap());
    (plan.start_with(upstream).await, front)
}

#[tokio::test]
async fn a_request_that_upstream_has_is_waited_for_and_reported_over_http() {
    for names in [&SEVEN[..1], &SEVEN[..2], &SEVEN[..]] {
        let rig = late_soon(names).start().await;
        let gate = Gate::closed();
        rig.upstream.next("account-main", Reply::turn("resp-1", "late").head_after(&gate));
        let asking = tokio::spawn(rig.fresh("s").answer());
        wait_until_late(&rig).await;
        assert_eq!(rig.status("main").late, 1);
        logs(&rig, 1, "main", "waiting");
        gate.open();
        let answer = asking.await.unwrap();
        assert_eq!((answer.status.as_u16(), rig.status("main").late), (200, 0));
        assert_eq!(rig.upstream.tried(), ["main"], "it may have run, so it went nowhere else");
        let [late] = late(&rig)[..] else { panic!("{:?}", rig.events()) };
        assert_eq!((late.profile, late.reached), (rig.id("main"), Reached::Whole));
        assert!(late.waited >= SOON, "{late:?}");
    }
}

#[tokio::test]
async fn a_request_that_upstream_has_is_waited_for_and_reported_over_a_socket() {
    for names in [&SEVEN[..1], &SEVEN[..2], &SEVEN[..]] {
        let rig = late_soon(names).start().await;
        let gate = Gate::closed();
        rig.upstream.next("account-main", Reply::turn("resp-1", "late").head_after(&gate));
        let mut socket = rig.socket(&[]).await;
        socket.send(&frame(turn(&[user("hi")]))).await;
        wait_until_late(&rig).await;
        assert_eq!(rig.status("main").late, 1);
        logs(&rig, 1, "main", "waiting");
        gate.open();
        socket.until("response.completed").await;
        assert_eq!((rig.status("main").late, rig.upstream.tried()), (0, vec!["main".to_owned()]));
        assert_eq!(late(&rig).len(), 1);
    }
}

#[tokio::test]
async fn a_client_that_leaves_leaves_no_late_answer() {
    let rig = late_soon(&["main"]).start().await;
    let gate = Gate::closed();
    rig.upstream.next("account-main", Reply::turn("resp-1", "late").head_after(&gate));
    let asking = tokio::spawn(rig.fresh("s").answer());
    wait_until_late(&rig).await;
    asking.abort();
    eventually("nothing to be late", || rig.status("main").late == 0).await;
    gate.open();
}

#[tokio::test]
async fn what_is_usual_is_learned_from_answers_that_began() {
    let rig = Plan::of(&["main"])
        .limits(|limits| limits.silence = SilenceBounds { least: SOON, unknown: NEVER })
        .start()
        .await;
    for _ in 0..5 {
        assert_eq!(rig.fresh("s").answer().await.status, 200);
    }
    let gate = Gate::closed();
    rig.upstream.next("account-main", Reply::turn("resp-1", "late").head_after(&gate));
    let asking = tokio::spawn(rig.fresh("s").answer());
    wait_until_late(&rig).await;
    assert!(late(&rig)[0].usual.is_some_and(|usual| usual < NEVER));
    gate.open();
    assert_eq!(asking.await.unwrap().status, 200);
}

#[tokio::test]
async fn a_request_that_upstream_cannot_have_goes_to_another_profile_over_http() {
    for names in [&SEVEN[..2], &SEVEN[..]] {
        let (rig, front) = behind(only_stuck(names), Stall::Body).await;
        let asking = tokio::spawn(rig.ask(&large(turn(&[user("hi")]))).answer());
        pass_until_late(&rig, &front).await;
        assert_eq!(asking.await.unwrap().status, 200);
        assert_eq!(rig.upstream.tried(), [names[1]]);
        let [late] = late(&rig)[..] else { panic!("{:?}", rig.events()) };
        assert_eq!((late.profile, late.reached), (rig.id("main"), Reached::InPart));
        logs(&rig, 1, "main", "moved");
    }
}

#[tokio::test]
async fn a_request_that_upstream_cannot_have_goes_to_another_profile_over_a_socket() {
    for names in [&SEVEN[..2], &SEVEN[..]] {
        let (rig, front) = behind(only_stuck(names), Stall::Body).await;
        let mut socket = rig.socket(&[]).await;
        socket.send(&frame(large(turn(&[user("hi")])))).await;
        pass_until_late(&rig, &front).await;
        socket.until("response.completed").await;
        assert_eq!(rig.upstream.tried(), [names[1]]);
        assert_eq!(late(&rig)[0].reached, Reached::InPart);
        logs(&rig, 1, "main", "moved");
    }
}

/// Holds the conversation `resp-1` with `main`; the first connection after that takes no
/// request.
async fn chain_on_a_hung_profile() -> (Rig, StallingFront) {
    let upstream = ScriptedUpstream::start().await;
    let turns = AtomicUsize::new(0);
    let front = StallingFront::start(upstream.address(), Stall::Body, move |_, head| {
        let is_turn = head.contains("/codex/responses") && head.contains("account-main");
        is_turn && turns.fetch_add(1, SeqCst) == 1
    })
    .await;
    let mut plan = only_stuck(&["main", "second"]);
    plan.chatgpt = Some(format!("http://{}/backend-api", front.address()).parse().unwrap());
    let rig = plan.start_with(upstream).await;
    rig.upstream.next("account-main", Reply::turn("resp-1", "a beginning"));
    assert_eq!(rig.fresh("s").answer().await.status, 200);
    rig.upstream.next("account-main", Reply::turn("resp-2", "the end"));
    (rig, front)
}

#[tokio::test]
async fn a_chain_that_upstream_cannot_have_is_sent_to_its_profile_again_over_http() {
    let (rig, front) = chain_on_a_hung_profile().await;
    let more = large(chained("resp-1", &[user("go on")]));
    let asking = tokio::spawn(rig.ask(&more).answer());
    pass_until_late(&rig, &front).await;
    assert_eq!(asking.await.unwrap().status, 200);
    assert_eq!(rig.upstream.tried(), ["main", "main"], "once each");
    logs(&rig, 2, "main", "moved");
}

#[tokio::test]
async fn a_chain_that_upstream_cannot_have_is_sent_in_full_over_a_socket() {
    let (rig, front) = chain_on_a_hung_profile().await;
    let mut socket = rig.socket(&[]).await;
    socket.send(&frame(large(chained("resp-1", &[user("go on")])))).await;
    pass_until_late(&rig, &front).await;
    assert_eq!(socket.event().await["error"]["code"], "stale_continuation");
    assert_eq!(rig.upstream.tried(), ["main"], "only the turn that began it");
    logs(&rig, 2, "main", "moved");
}

#[tokio::test]
async fn pinned_to_a_profile_that_hangs_once_a_request_stays_there() {
    let upstream = ScriptedUpstream::start().await;
    let turns = AtomicUsize::new(0);
    let front = StallingFront::start(upstream.address(), Stall::Body, move |_, head| {
        head.contains("/codex/responses") && turns.fetch_add(1, SeqCst) == 0
    })
    .await;
    let mut plan = only_stuck(&["main", "second"]);
    plan.chatgpt = Some(format!("http://{}/backend-api", front.address()).parse().unwrap());
    let rig = plan.start_with(upstream).await;
    rig.pool.pin(Some(rig.id("main")));
    let asking = tokio::spawn(rig.ask(&large(turn(&[user("hi")]))).answer());
    pass_until_late(&rig, &front).await;
    assert_eq!(asking.await.unwrap().status, 200);
    assert_eq!(rig.upstream.tried(), ["main"]);
    assert_eq!(late(&rig).len(), 1);
}

#[tokio::test]
async fn a_connection_that_hangs_is_reported_and_another_is_opened() {
    let upstream = ScriptedUpstream::start().await;
    let tls = TlsFront::start(upstream.address()).await;
    let hangs = Arc::new(AtomicBool::new(false));
    let next = Arc::clone(&hangs);
    let front = StallingFront::start(tls.address(), Stall::Connection, move |_, _| {
        next.swap(false, SeqCst)
    })
    .await;
    let mut plan = only_stuck(&["main", "second"]);
    plan.chatgpt = Some(format!("https://{}/backend-api", front.address()).parse().unwrap());
    plan.authorities = Authorities::from_pem(AUTHORITY.as_bytes()).unwrap();
    let rig = plan.start_with(upstream).await;
    // What the router asks for itself has its connections before.
    let asks = |name: &str| {
        let seen = rig.upstream.received_on(Route::Usage);
        seen.iter().any(|it| it.account() == format!("account-{name}"))
    };
    eventually("quota to be read", || asks("main") && asks("second")).await;
    hangs.store(true, SeqCst);
    let asking = tokio::spawn(rig.fresh("s").answer());
    pass_until_late(&rig, &front).await;
    assert_eq!(asking.await.unwrap().status, 200);
    assert_eq!(rig.upstream.tried(), ["second"]);
    assert_eq!(late(&rig)[0].reached, Reached::InPart);
    logs(&rig, 1, "main", "moved");
}

#[tokio::test]
async fn an_upgrade_that_hangs_is_reported_and_another_profile_serves() {
    let (rig, front) = behind(only_stuck(&["main", "second"]), Stall::Head).await;
    let mut socket = rig.socket(&[]).await;
    socket.send(&frame(turn(&[user("hi")]))).await;
    pass_until_late(&rig, &front).await;
    socket.until("response.completed").await;
    assert_eq!(rig.upstream.tried(), ["second"]);
    logs(&rig, 1, "main", "moved");
}
