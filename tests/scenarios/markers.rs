//! What happens to a request is in the log under fixed markers, each with its number, its route
//! and the profile that it concerns; `docs/logs.md` lists them.

use std::time::Duration;

use bytes::Bytes;
use rotunda_core::{Event, Standing, trace::Marker};
use rotunda_tests::{
    Gate, Plan, Reply, Rig, Route, event, eventually,
    rig::{chained, frame, turn, user},
    upstream::{ANYONE, usage},
};
use serde_json::json;

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

#[tokio::test]
async fn a_search_that_ends_while_a_profile_is_ready_is_marked_as_a_defect() {
    let plan = Plan::of(&["main", "second", "third"])
        .limits(|limits| limits.search = Duration::from_nanos(1));
    let rig = plan.start().await;
    let out = Reply::usage_limit(rig.clock.unix() + HOUR);
    rig.upstream.always("account-main", out.clone());
    rig.upstream.always("account-second", out);
    assert_ne!(rig.fresh("s").answer().await.status, 200);
    says(&rig, "missed_profile", 1, &["ERROR", &profile(&rig, "third")]);
}

#[tokio::test]
async fn a_choice_a_rotation_and_the_first_bytes_are_marked() {
    let rig = Rig::of(&["main", "second"]).await;
    assert_eq!(rig.fresh("s").answer().await.status, 200);
    let main = profile(&rig, "main");
    says(&rig, "chosen", 1, &[&main, "reason=\"free\""]);
    says(&rig, "first_byte_upstream", 1, &[&main, "reason=\"200\""]);
    says(&rig, "first_byte_local", 1, &[&main]);
    let reset = rig.clock.unix() + HOUR;
    rig.upstream.next("account-main", Reply::usage_limit(reset));
    assert_eq!(rig.fresh("t").answer().await.status, 200);
    let (second, until) = (profile(&rig, "second"), format!("until={reset}"));
    let from = format!("from={}", rig.id("main"));
    says(&rig, "rotation", 2, &[&second, "reason=\"limit\"", &from, &until]);
    // By itself, so it is part of no request.
    rig.clock.advance(Duration::from_secs(HOUR + 60));
    eventually("main to be back", || rig.standing("main") == Standing::Ready).await;
    assert!(rig.logs.say(&["marker=\"recovered\"", &main]), "{}", rig.logs.text());
}

#[tokio::test]
async fn a_limit_of_one_model_and_its_end_are_marked_with_its_name() {
    let rig = Rig::of(&["main", "second"]).await;
    let reset = rig.clock.unix() + HOUR;
    let mut read = usage("account-main", 10.0, 10.0);
    read["additional_rate_limits"] = json!([{
        "limit_name": "Quick model", "metered_feature": "codex_quick", "normal_model_slug": "gpt-quick",
        "rate_limit": {"allowed": true, "limit_reached": false, "secondary_window": null,
            "primary_window": {"used_percent": 60, "limit_window_seconds": 18_000, "reset_at": reset}},
    }]);
    rig.upstream.always_on(Route::Usage, "account-main", Reply::json(200, read));
    eventually("the limit is known", || rig.status("main").model_limits.len() == 1).await;
    let out = Reply::usage_limit(reset).header("x-codex-active-limit", "codex-quick");
    rig.upstream.next("account-main", out);
    let mut body = turn(&[user("hi")]);
    body["model"] = "gpt-quick".into();
    assert_eq!(rig.ask(&body).answer().await.status, 200);
    let (main, name) = (profile(&rig, "main"), "reason=\"Quick model\"");
    says(&rig, "limit", 1, &[&main, name, &format!("until={reset}")]);
    rig.clock.advance(Duration::from_secs(HOUR + 60));
    eventually("its end", || rig.logs.say(&["marker=\"limit_reset\"", &main, name])).await;
}

#[tokio::test]
async fn bodies_without_room_are_marked_without_a_number() {
    let plan = Plan::of(&["main"]).limits(|limits| {
        limits.body = 1 << 20;
        limits.decoded = 1 << 20;
        limits.bodies = 1 << 20;
        limits.client_body = Duration::from_millis(200);
    });
    let rig = plan.start().await;
    let gate = Gate::closed();
    let body = || Bytes::from(vec![b' '; (1 << 20) - 1]);
    rig.upstream.next("account-main", Reply::turn("resp-1", "slow").head_after(&gate));
    let holds = tokio::spawn(rig.fresh("a").body(body()).answer());
    eventually("the first upstream", || rig.upstream.attempts().len() == 1).await;
    assert_eq!(rig.fresh("b").body(body()).answer().await.status, 503);
    let words = ["INFO", "marker=\"budget\"", "route=\"responses\"", "reason=\"bodies\""];
    assert!(rig.logs.say(&words), "{}", rig.logs.text());
    gate.open();
    assert_eq!(holds.await.unwrap().status, 200);
}

#[tokio::test]
async fn a_pause_is_marked_with_what_it_waits_for() {
    let rig = Rig::of(&["main"]).await;
    let burst = Reply::json(429, json!({"error": {"message": "Too Many Requests"}}));
    rig.upstream.next("account-main", burst.header("retry-after", "1"));
    assert_eq!(rig.fresh("s").answer().await.status, 200);
    says(&rig, "pause", 1, &["reason=\"burst\""]);
    rig.upstream.next("account-main", Reply::text(502, "text/html", "<p>away</p>"));
    assert_eq!(rig.fresh("s").answer().await.status, 200);
    says(&rig, "pause", 2, &["reason=\"trouble\""]);
}

#[tokio::test]
async fn a_refused_token_is_marked_with_its_profile() {
    let rig = Rig::of(&["main", "second"]).await;
    rig.upstream.refuse_bearer(&rig.bearer("main"));
    assert_eq!(rig.fresh("s").answer().await.status, 200);
    says(&rig, "attempt_ended", 1, &[&profile(&rig, "main"), "reason=\"unauthorized\""]);
    says(&rig, "token_renewal", 1, &[&profile(&rig, "main")]);
    // Over a socket, too.
    rig.upstream.refuse_bearer(&rig.bearer("main"));
    let mut socket = rig.socket(&[]).await;
    socket.send(&frame(turn(&[user("hi")]))).await;
    socket.until("response.completed").await;
    says(&rig, "token_renewal", 2, &[&profile(&rig, "main")]);
}

#[tokio::test]
async fn reasoning_of_another_account_that_is_removed_is_marked() {
    let rig = Rig::of(&["main"]).await;
    let code = "invalid_encrypted_content";
    let foreign = Reply::error(400, code, "The encrypted content could not be verified.");
    let body = turn(&[user("first"), event::reasoning("of-another"), user("second")]);
    rig.upstream.next("account-main", foreign.clone());
    assert_eq!(rig.ask(&body).answer().await.status, 200);
    says(&rig, "reasoning_removed", 1, &[&profile(&rig, "main")]);
    rig.upstream.next("account-main", foreign);
    let mut socket = rig.socket(&[]).await;
    socket.send(&frame(body)).await;
    socket.until("response.completed").await;
    says(&rig, "reasoning_removed", 2, &[&profile(&rig, "main")]);
}

#[tokio::test]
async fn an_error_that_is_passed_on_is_marked_with_its_meaning() {
    let rig = Rig::of(&["main", "second"]).await;
    let error = json!({"error": {"param": "input", "code": "invalid_value", "message": "no"}});
    rig.upstream.next("account-main", Reply::json(400, error));
    assert_eq!(rig.fresh("s").answer().await.status, 400);
    says(&rig, "passthrough", 1, &[&profile(&rig, "main"), "reason=\"request\""]);
}

#[tokio::test]
async fn a_socket_that_upstream_does_not_take_is_marked_on_its_way_to_http() {
    let rig = Rig::of(&["main", "second"]).await;
    rig.upstream.always_on(Route::Upgrade, ANYONE, Reply::json(404, json!({})));
    let mut socket = rig.socket(&[]).await;
    socket.send(&frame(turn(&[user("hi")]))).await;
    socket.read_to_end().await;
    says(&rig, "use_http", 1, &["reason=\"other\""]);
}

#[tokio::test]
async fn an_answer_that_upstream_breaks_or_stops_is_marked_as_cut() {
    let rig = Rig::of(&["main"]).await;
    let cut = |step| Reply::events([event::delta("half")]).then(step);
    rig.upstream.next("account-main", cut(rotunda_tests::Step::Cut));
    rig.fresh("s").head().await.read_to_end_or_break().await;
    says(&rig, "cut", 1, &[&profile(&rig, "main"), "reason=\"upstream_broke\""]);
    let plan = Plan::of(&["main"]).limits(|limits| limits.chunk = Duration::from_millis(200));
    let rig = plan.start().await;
    let gate = Gate::closed();
    rig.upstream.next("account-main", Reply::events([event::delta("half")]).pass(&gate));
    rig.fresh("s").head().await.read_to_end_or_break().await;
    says(&rig, "cut", 1, &[&profile(&rig, "main"), "reason=\"upstream_silent\""]);
    gate.open();
}

/// A new marker needs a scenario that shows it.
#[test]
fn each_marker_has_a_scenario() {
    let scenarios = [include_str!("markers.rs"), include_str!("silence.rs")].concat();
    for marker in Marker::ALL {
        let name = marker.name();
        let forms = [format!("says(&rig, \"{name}\", "), format!("marker=\\\"{name}\\\"\"")];
        assert!(
            forms.iter().any(|form| scenarios.contains(form.as_str())),
            "no scenario shows the marker {name}"
        );
    }
}
