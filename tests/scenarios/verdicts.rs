//! The table of verdicts: what each answer of upstream means for the profile, and
//! what the client gets. Before the commit point nothing reaches the client.

use rotunda_core::{Event, Standing};
use rotunda_tests::{
    Plan, Reply, Rig, Step,
    client::Answer,
    event,
    rig::{chained, user},
    upstream::ANYONE,
};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::chains::is_stale;

pub(crate) fn stated(status: u16, code: &str) -> Reply {
    Reply::json(status, json!({"error": {"type": code, "code": code, "message": "m"}}))
}

/// Failures that an upstream may report for one account before any output.
pub(crate) fn failures() -> Vec<Value> {
    vec![
        event::failed("usage_limit_reached", "m"),
        event::failed("server_is_overloaded", "m"),
        event::failed("usage_not_included", "m"),
        event::failed("model_not_found", "m"),
        event::failed("odd", "m"),
        json!({"type": "error", "status": 429, "error": {"type": "usage_limit_reached"}}),
        json!({"type": "error", "status": 403, "error": {"code": "odd"}}),
    ]
}

fn challenge() -> Reply {
    let page = "<!DOCTYPE html><html><title>Just a moment...</title></html>";
    Reply::text(403, "text/html; charset=UTF-8", page).header("cf-mitigated", "challenge")
}

/// A pause the client can obey.
#[track_caller]
fn is_short(answer: &Answer) {
    let seconds: u64 = answer.header("retry-after").parse().expect("a Retry-After in seconds");
    assert!((1..=60).contains(&seconds), "{seconds}");
}

/// Our own 503, with a pause that the client can obey.
#[track_caller]
fn is_unavailable(answer: &Answer) {
    let seen = (answer.status.as_u16(), answer.code());
    assert_eq!(seen, (503, "service_unavailable".to_owned()), "{}", answer.text());
    is_short(answer);
}

#[track_caller]
fn is_served_by(answer: &Answer, name: &str) {
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert!(answer.text().contains(&format!("hello from {name}")), "{}", answer.text());
}

/// A rig whose `main` owns `resp-main` and answers what continues it like this.
async fn chained_to_main(reply: Reply) -> (Rig, Answer) {
    let rig = Rig::of(&["main", "second"]).await;
    rig.begin_chain("resp-main", "main").await;
    rig.upstream.when(move |seen| seen.previous().is_some().then(|| reply.clone()));
    let answer = rig.ask(&chained("resp-main", &[user("go on")])).answer().await;
    (rig, answer)
}

#[tokio::test]
async fn a_quota_on_a_chain_goes_through_as_it_came() {
    let reply = Reply::usage_limit(1_800_009_000);
    let (rig, answer) = chained_to_main(reply.clone()).await;
    assert_eq!((answer.status.as_u16(), answer.json()), (429, reply.body.unwrap()));
    assert_eq!(rig.upstream.tried()[1..], ["main"]);
}

#[tokio::test]
async fn a_plan_without_codex_is_skipped_and_reported() {
    for (status, code) in
        [(429, "usage_not_included"), (403, "usage_not_included"), (402, "deactivated_workspace")]
    {
        let rig = Rig::of(&["main", "second"]).await;
        rig.upstream.next("account-main", stated(status, code));
        is_served_by(&rig.fresh("s").answer().await, "second");
        assert!(rig.is_denied("main"), "{status} {code}");
        let main = rig.id("main");
        rig.wait_for_event("who is not entitled", |event| {
            *event == Event::NotEntitled { profile: main }
        })
        .await;
        rig.fresh("t").answer().await;
        assert_eq!(rig.upstream.tried(), ["main", "second", "second"]);
    }
}

#[tokio::test]
async fn a_plan_without_codex_in_an_event_is_skipped() {
    let rig = Rig::of(&["main", "second"]).await;
    rig.upstream.next("account-main", Reply::events([event::failed("usage_not_included", "m")]));
    is_served_by(&rig.fresh("s").answer().await, "second");
    assert!(rig.is_denied("main"));
}

#[tokio::test]
async fn a_plan_without_codex_goes_through_on_a_chain() {
    let (rig, answer) = chained_to_main(stated(429, "usage_not_included")).await;
    assert_eq!((answer.status.as_u16(), answer.code().as_str()), (429, "usage_not_included"));
    assert_eq!(rig.upstream.tried()[1..], ["main"]);
}

fn bursts() -> [serde_json::Value; 3] {
    [
        json!({"error": {"message": "Too Many Requests"}}),
        json!({"detail": "Rate limit"}),
        json!({"error": {"type": "rate_limit_error", "code": "rate_limit_exceeded", "message": "slow down"}}),
    ]
}

/// Users' complaint D5: the profile is not out of quota.
#[tokio::test]
async fn a_burst_is_waited_out_once_and_rests_no_profile() {
    for body in bursts() {
        let rig = Rig::of(&["main", "second"]).await;
        let burst = Reply::json(429, body.clone()).header("retry-after", "1");
        rig.upstream.next("account-main", burst.clone());
        is_served_by(&rig.fresh("s").answer().await, "main");
        assert_eq!(rig.upstream.tried(), ["main", "main"]);
        rig.upstream.always("account-main", burst);
        is_served_by(&rig.fresh("t").answer().await, "second");
        assert_eq!(rig.standing("main"), Standing::Ready);
        assert_eq!(rig.upstream.tried(), ["main", "main", "main", "main", "second"]);
    }
}

/// All alike: the first answer, with the pause it came with, or one of ours.
#[tokio::test]
async fn a_burst_of_all_goes_through_with_a_pause() {
    for (pause, expected) in [(Some("17"), "17"), (None, "2")] {
        let rig = Rig::of(&["main", "second"]).await;
        let mut first = Reply::json(429, json!({"error": {"message": "first"}}));
        if let Some(pause) = pause {
            first = first.header("retry-after", pause);
        }
        rig.upstream.next("account-main", first);
        rig.upstream.always(ANYONE, Reply::json(429, json!({"error": {"message": "m"}})));
        let answer = rig.fresh("s").answer().await;
        assert_eq!((answer.status.as_u16(), answer.header("retry-after")), (429, expected));
        assert_eq!(answer.json()["error"]["message"], "first");
        assert_eq!(rig.standing("main"), Standing::Ready);
    }
}

#[tokio::test]
async fn a_challenge_is_met_by_one_other_profile() {
    let rig = Rig::of(&["main", "second", "third"]).await;
    rig.upstream.next("account-main", challenge());
    is_served_by(&rig.fresh("s").answer().await, "second");
    assert!(rig.rests_for("main").is_some_and(|rest| rest <= 600), "{:?}", rig.standing("main"));
}

/// Trouble that all share rests none of them.
#[tokio::test]
async fn a_challenge_of_all_is_a_503_with_a_pause() {
    for names in [&["main"][..], &["main", "second", "third"]] {
        let rig = Rig::of(names).await;
        rig.upstream.always(ANYONE, challenge());
        let answer = rig.fresh("s").answer().await;
        is_unavailable(&answer);
        assert!(!answer.text().contains("<html"), "no page for a program");
        assert_eq!(rig.upstream.tried()[..names.len()], *names);
        for name in names {
            assert_eq!(rig.standing(name), Standing::Ready, "{name}");
        }
    }
}

#[tokio::test]
async fn a_challenge_that_passes_costs_a_moment() {
    let rig = Rig::of(&["main"]).await;
    rig.upstream.next("account-main", challenge());
    is_served_by(&rig.fresh("s").answer().await, "main");
}

#[tokio::test]
async fn a_challenge_on_a_chain_is_a_503_at_once() {
    let (rig, answer) = chained_to_main(challenge()).await;
    assert_eq!(answer.status, 503, "{}", answer.text());
    is_short(&answer);
    assert_eq!(rig.upstream.tried()[1..], ["main"]);
}

/// A refusal that the rules do not know is shown to one other profile.
#[tokio::test]
async fn a_refusal_that_is_not_known_gets_a_second_opinion() {
    for (status, code) in [
        (400, "odd"),
        (402, "payment"),
        (403, "not_your_model"),
        (404, "gone"),
        (409, "conflict"),
        (418, "teapot"),
        (451, "region"),
    ] {
        let rig = Rig::of(&["main", "second", "third"]).await;
        rig.upstream.always("account-main", stated(status, code));
        is_served_by(&rig.fresh("s").answer().await, "second");
        is_served_by(&rig.fresh("t").answer().await, "second");
        assert_eq!(rig.upstream.tried(), ["main", "second", "second"], "{status}: main rests");
        assert_eq!(rig.standing("main"), Standing::Ready, "for this work only");

        let rig = Rig::of(&["main", "second", "third"]).await;
        rig.upstream.always(ANYONE, stated(status, code));
        for _ in 0..2 {
            let answer = rig.fresh("s").answer().await;
            assert_eq!((answer.status.as_u16(), answer.code().as_str()), (status, code));
        }
        assert_eq!(rig.upstream.tried(), ["main", "second", "main"], "known for a minute");
    }
}

/// An error that came with 200, as JSON or as an event.
#[tokio::test]
async fn an_error_with_200_gets_a_second_opinion_too() {
    let error = json!({"error": {"code": "odd", "message": "m"}});
    for reply in [
        Reply::json(200, error.clone()),
        Reply::events([event::failed("odd", "m")]),
        Reply::events([event::created("r"), event::failed("odd", "m")]),
    ] {
        let rig = Rig::of(&["main", "second"]).await;
        rig.upstream.next("account-main", reply.clone());
        is_served_by(&rig.fresh("s").answer().await, "second");
        let rig = Rig::of(&["main", "second"]).await;
        rig.upstream.always(ANYONE, reply);
        let answer = rig.fresh("s").answer().await;
        assert!(answer.status == 200 && answer.text().contains("odd"), "{}", answer.text());
        assert_eq!(rig.upstream.tried(), ["main", "second"]);
    }
}

#[tokio::test]
async fn an_error_of_the_request_asks_no_other_profile() {
    let named =
        json!({"error": {"type": "invalid_request_error", "param": "input", "message": "m"}});
    for reply in [
        Reply::json(400, named),
        stated(400, "context_length_exceeded"),
        stated(413, "too_large"),
        Reply::events([event::failed("context_length_exceeded", "m")]),
    ] {
        let rig = Rig::of(&["main", "second"]).await;
        rig.upstream.next("account-main", reply.clone());
        let answer = rig.fresh("s").answer().await;
        assert_eq!(answer.status.as_u16(), reply.status, "{}", answer.text());
        assert_eq!(rig.upstream.tried(), ["main"]);
    }
}

/// A model that one account may not use is requested from another.
#[tokio::test]
async fn a_model_of_another_account_is_served_by_that_one() {
    let sentence = "The 'gpt-x' model is not supported when using Codex with a ChatGPT account.";
    for reply in [
        Reply::json(400, json!({"detail": sentence})),
        Reply::json(
            404,
            json!({"error": {"code": "model_not_found", "param": "model", "message": "m"}}),
        ),
        Reply::events([event::failed("model_not_found", "m")]),
    ] {
        let rig = Rig::of(&["main", "second"]).await;
        rig.upstream.always("account-main", reply);
        for session in ["s", "t"] {
            is_served_by(&rig.fresh(session).answer().await, "second");
        }
        assert_eq!(rig.upstream.tried(), ["main", "second", "second"], "remembered");
    }
}

/// Seven profiles, six of them out: the seventh serves.
#[tokio::test]
async fn every_ready_profile_may_be_tried() {
    let names = ["a", "b", "c", "d", "e", "f", "g"];
    let out = |rig: &Rig| Reply::usage_limit(rig.clock.unix() + 3600);
    let of = |rig: &Rig| {
        [out(rig), stated(403, "usage_not_included"), stated(503, "server_is_overloaded")]
    };
    for number in 0..3 {
        let rig = Rig::of(&names).await;
        let reply = of(&rig)[number].clone();
        for name in &names[..6] {
            rig.upstream.always(&format!("account-{name}"), reply.clone());
        }
        is_served_by(&rig.fresh("s").answer().await, "g");
        assert_eq!(rig.upstream.tried(), names);
    }
}

/// Lesson 31.
#[tokio::test]
async fn trouble_upstream_is_met_by_one_other_profile() {
    let replies = [
        stated(500, "server_error"),
        stated(503, "server_is_overloaded"),
        Reply::text(502, "text/plain", "bad gateway"),
        Reply::text(529, "text/plain", ""),
        Reply::events([event::failed("server_is_overloaded", "m")]),
        Reply::events([event::created("r"), event::failed("slow_down", "m")]),
    ];
    for reply in replies {
        let rig = Rig::of(&["main", "second", "third"]).await;
        rig.upstream.next("account-main", reply.clone());
        is_served_by(&rig.fresh("s").answer().await, "second");
        assert_eq!(rig.upstream.tried(), ["main", "second"], "{reply:?}");
        assert_eq!(rig.standing("main"), Standing::Ready, "once is no reason to rest");
    }
}

/// The client ends its turn when it sees an overload, and repeats after a 503 of ours.
#[tokio::test]
async fn trouble_everywhere_is_a_503_with_a_pause() {
    let mut replies =
        [500, 502, 503, 504].map(|status| stated(status, "server_is_overloaded")).to_vec();
    replies.push(Reply::text(502, "text/html", "<html>bad gateway</html>"));
    replies.push(Reply::events([event::created("r"), event::failed("server_is_overloaded", "m")]));
    for reply in replies {
        let rig = Rig::of(&["main", "second", "third"]).await;
        rig.upstream.always(ANYONE, reply);
        let answer = rig.fresh("s").answer().await;
        is_unavailable(&answer);
        assert_eq!(rig.upstream.tried()[..3], ["main", "second", "third"]);
    }
}

/// Trouble that ends within the search costs the turn nothing but time.
#[tokio::test]
async fn trouble_that_passes_costs_no_turn() {
    for reply in [
        stated(503, "server_is_overloaded"),
        Reply::text(502, "text/html", "<html>bad gateway</html>"),
    ] {
        let rig = Rig::of(&["main", "second"]).await;
        for name in ["main", "second"] {
            rig.upstream.next(&format!("account-{name}"), reply.clone());
        }
        let answer = rig.fresh("s").answer().await;
        assert_eq!(answer.status, 200, "{}", answer.text());
    }
}

/// Only its own profile can serve a chain, and an overload would end the client's turn.
#[tokio::test]
async fn trouble_on_a_chain_is_waited_for_and_then_a_503_with_a_pause() {
    let (rig, answer) = chained_to_main(stated(503, "server_is_overloaded")).await;
    is_unavailable(&answer);
    let tried = &rig.upstream.tried()[1..];
    assert!(tried.len() > 1 && tried.iter().all(|name| name == "main"), "{tried:?}");
}

#[tokio::test]
async fn repeated_trouble_is_a_short_rest() {
    let rig = Rig::of(&["main", "second"]).await;
    rig.upstream.always("account-main", stated(500, "server_error"));
    for number in 0..6 {
        is_served_by(&rig.fresh(&format!("s{number}")).answer().await, "second");
    }
    assert!(rig.rests_for("main").is_some_and(|rest| rest <= 600), "{:?}", rig.standing("main"));
    assert!(rig.upstream.tried().iter().filter(|name| *name == "main").count() < 6);
}

/// A port that refuses.
async fn dead_end() -> url::Url {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    format!("http://{address}/backend-api").parse().unwrap()
}

#[tokio::test]
async fn an_unreachable_upstream_is_a_503_with_a_pause() {
    let mut plan = Plan::of(&["main", "second"]);
    plan.chatgpt = Some(dead_end().await);
    let rig = plan.start().await;
    let answer = rig.fresh("s").answer().await;
    is_unavailable(&answer);
    assert!(!answer.text().contains("127.0.0.1"), "no addresses in messages: {}", answer.text());
}

/// It may have run: only the client may ask again.
#[tokio::test]
async fn a_cut_before_the_head_is_a_502_without_a_retry() {
    let rig = Rig::of(&["main", "second"]).await;
    rig.upstream.next("account-main", Reply::cut_before_head());
    let answer = rig.fresh("s").answer().await;
    assert_eq!(answer.status, 502, "{}", answer.text());
    assert!(answer.json()["error"]["message"].is_string(), "{}", answer.text());
    assert_eq!(rig.upstream.tried(), ["main"]);
}

#[tokio::test]
async fn with_all_in_need_of_a_sign_in_a_sentence_ends_the_turn() {
    let rig = Rig::of(&["main"]).await;
    rig.upstream.refuse_bearer(&rig.bearer("main"));
    rig.upstream.issuer().spend("account-main");
    for _ in 0..2 {
        let answer = rig.fresh("s").answer().await;
        assert_eq!(
            (answer.status.as_u16(), answer.code().as_str()),
            (400, "no_profile_ready"),
            "{}",
            answer.text()
        );
    }
    assert_eq!(rig.standing("main"), Standing::NeedsSignIn);
}

#[tokio::test]
async fn a_401_on_a_chain_is_refreshed_and_otherwise_stale() {
    let rig = Rig::of(&["main", "second"]).await;
    rig.begin_chain("resp-main", "main").await;
    rig.upstream.refuse_bearer(&rig.bearer("main"));
    let ask = || rig.ask(&chained("resp-main", &[user("go on")])).answer();
    is_served_by(&ask().await, "main");
    rig.upstream.refuse_bearer(&rig.bearer("main"));
    rig.upstream.issuer().spend("account-main");
    let answer = ask().await;
    assert_ne!(answer.status, 401);
    is_stale(&answer);
    assert!(rig.upstream.tried()[1..].iter().all(|name| name == "main"), "never walked");
}

/// A stream that ends during the hold has no outcome: what came goes out, and ends alike.
#[tokio::test]
async fn a_cut_during_the_hold_is_not_retried() {
    let rig = Rig::of(&["main", "second"]).await;
    rig.upstream.next("account-main", Reply::events([event::created("r")]).then(Step::Cut));
    // Broken off before the head is as good as broken off after it.
    let Ok(head) = rig.fresh("s").try_head().await else { return };
    let (status, (answer, broken)) = (head.status, head.read_to_end_or_break().await);
    assert!(status == 502 || (status == 200 && broken.is_some()), "{status} {}", answer.text());
    assert_eq!(rig.upstream.tried(), ["main"]);
}
