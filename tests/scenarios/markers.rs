//! What happens to a request is in the log under fixed markers, each with its number, its route
//! and the profile that it concerns; `docs/logs.md` lists them.

use std::time::Duration;

use rotunda_core::Event;
use rotunda_tests::{
    Gate, Plan, Reply, Rig, event,
    rig::{chained, frame, user},
};

const HOUR: u64 = 3600;

#[track_caller]
fn says(rig: &Rig, marker: &str, request: u64, parts: &[&str]) {
    let marker = format!("marker=\"{marker}\"");
    let request = format!("request={request} ");
    let words = [&[marker.as_str(), &request, "route=\"responses\""], parts].concat();
    assert!(rig.logs.say(&words), "{words:?} is not in {}", rig.logs.text());
}

fn profile(rig: &Rig, name: &str) -> String {
    format!("profile={}", rig.id(name))
}

#[tokio::test]
async fn a_wait_a_rest_and_the_profile_that_is_back_are_marked() {
    let plan = Plan::of(&["main"]).limits(|limits| {
        limits.wait_for_reset = Duration::from_secs(6 * HOUR);
    });
    let rig = plan.start().await;
    let reset = rig.clock.unix() + HOUR;
    rig.upstream.next("account-main", Reply::usage_limit(reset));
    let asking = tokio::spawn(rig.fresh("s").answer());
    rig.wait_for_event("a wait", |event| matches!(event, Event::Waiting { .. })).await;
    let until = format!("until={reset}");
    says(&rig, "rest", 1, &[&profile(&rig, "main"), &until]);
    says(&rig, "wait", 1, &[&until]);
    rig.clock.advance(Duration::from_secs(HOUR + 60));
    assert_eq!(asking.await.unwrap().status, 200);
    says(&rig, "first_byte_local", 1, &[&profile(&rig, "main")]);
}

#[tokio::test]
async fn a_cap_and_the_end_of_the_search_are_marked() {
    let rig = Plan::of(&["main"]).rules(|rules| rules.hard_cap = 1).start().await;
    let gate = Gate::closed();
    rig.upstream.next("account-main", Reply::events([event::delta("slow")]).pass(&gate));
    let mut first = rig.fresh("a").head().await;
    first.until("slow").await;
    assert_eq!(rig.fresh("b").answer().await.code(), "profiles_busy");
    says(&rig, "cap", 2, &["reason=\"places\""]);
    says(&rig, "budget", 2, &["reason=\"search\""]);
    says(&rig, "refused", 2, &["reason=\"busy\""]);
    // Nothing tried it, so it names no profile.
    assert!(!rig.logs.say(&["marker=\"refused\"", "profile="]));
    gate.open();
    first.read_to_end().await;
}

#[tokio::test]
async fn a_refusal_without_quota_is_marked_with_its_reason() {
    let rig = Rig::of(&["main"]).await;
    rig.upstream.next("account-main", Reply::usage_limit(rig.clock.unix() + HOUR));
    assert_eq!(rig.fresh("s").answer().await.status, 429);
    says(&rig, "attempt_ended", 1, &[&profile(&rig, "main"), "reason=\"quota\""]);
    says(&rig, "exhausted", 1, &["until="]);
    says(&rig, "refused", 1, &["reason=\"exhausted\""]);
}

#[tokio::test]
async fn a_chain_is_stale_for_one_of_two_reasons() {
    let rig = Rig::of(&["main", "second"]).await;
    rig.begin_chain("resp-main", "main").await;
    rig.begin_chain("resp-gone", "second").await;
    let lost = Reply::previous_response_not_found("resp-gone");
    rig.upstream.when(move |seen| seen.previous().is_some().then(|| lost.clone()));
    let answer = rig.ask(&chained("resp-gone", &[user("go on")])).answer().await;
    assert_eq!(answer.status, 409);
    let reason = "reason=\"previous_response_not_found\"";
    says(&rig, "stale_continuation", 3, &[&profile(&rig, "second"), reason]);
    // Over a socket a chain leaves a profile that is out.
    rig.pool.use_now(rig.id("main"));
    rig.upstream.next("account-main", Reply::usage_limit(rig.clock.unix() + HOUR));
    assert_eq!(rig.fresh("s").answer().await.status, 200);
    let mut socket = rig.socket(&[]).await;
    socket.send(&frame(chained("resp-main", &[user("go on")]))).await;
    assert_eq!(socket.event().await["error"]["code"], "stale_continuation");
    says(&rig, "stale_continuation", 5, &["reason=\"profile_out\""]);
}

#[tokio::test]
async fn a_client_that_leaves_cuts_its_answer() {
    let rig = Rig::of(&["main"]).await;
    let gate = Gate::closed();
    rig.upstream.next("account-main", Reply::events([event::delta("slow")]).pass(&gate));
    let mut answer = rig.fresh("s").head().await;
    answer.until("slow").await;
    drop(answer);
    rig.wait_for_event("its end", |event| matches!(event, Event::Finished(_))).await;
    says(&rig, "cut", 1, &[&profile(&rig, "main"), "reason=\"client_left\""]);
    says(&rig, "finished", 1, &["reason=\"499\""]);
    gate.open();
}
