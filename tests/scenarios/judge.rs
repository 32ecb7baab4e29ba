//! The judge's table: what each answer of upstream means for the profile, and
//! what the client gets. Before the commit point nothing reaches the client.

use rotunda_core::{Event, Standing};
use rotunda_tests::{
    Plan, Reply, Rig, Step,
    client::Answer,
    event,
    rig::{chained, user},
    upstream::ANYONE,
};
use serde_json::json;
use tokio::net::TcpListener;

use crate::chains::is_stale;

pub(crate) fn stated(status: u16, code: &str) -> Reply {
    Reply::json(status, json!({"error": {"type": code, "code": code, "message": "m"}}))
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
async fn a_plan_without_codex_steps_aside_and_says_so() {
    for (status, code) in
        [(429, "usage_not_included"), (403, "usage_not_included"), (402, "deactivated_workspace")]
    {
        let rig = Rig::of(&["main", "second"]).await;
        rig.upstream.next("account-main", stated(status, code));
        is_served_by(&rig.fresh("s").answer().await, "second");
        assert_eq!(rig.standing("main"), Standing::NotEntitled, "{status} {code}");
        let main = rig.id("main");
        rig.told("who is not entitled", |event| *event == Event::NotEntitled { profile: main })
            .await;
        rig.fresh("t").answer().await;
        assert_eq!(rig.upstream.tried(), ["main", "second", "second"]);
    }
}

#[tokio::test]
async fn a_plan_without_codex_in_an_event_steps_aside_too() {
    let rig = Rig::of(&["main", "second"]).await;
    rig.upstream.next("account-main", Reply::events([event::failed("usage_not_included", "m")]));
    is_served_by(&rig.fresh("s").answer().await, "second");
    assert_eq!(rig.standing("main"), Standing::NotEntitled);
}

#[tokio::test]
async fn a_plan_without_codex_goes_through_on_a_chain() {
    let (rig, answer) = chained_to_main(stated(429, "usage_not_included")).await;
    assert_eq!((answer.status.as_u16(), answer.code().as_str()), (429, "usage_not_included"));
    assert_eq!(rig.upstream.tried()[1..], ["main"]);
}

/// Users' complaint D5.
#[tokio::test]
async fn a_burst_goes_through_with_a_pause_and_harms_nobody() {
    let bodies = [
        json!({"error": {"message": "Too Many Requests"}}),
        json!({"detail": "Rate limit"}),
        json!({"error": {"type": "rate_limit_error", "code": "rate_limit_exceeded", "message": "slow down"}}),
    ];
    for body in bodies {
        let rig = Rig::of(&["main", "second"]).await;
        rig.upstream.next("account-main", Reply::json(429, body.clone()));
        let answer = rig.fresh("s").answer().await;
        assert_eq!((answer.status.as_u16(), answer.json()), (429, body));
        let seconds: u64 = answer.header("retry-after").parse().unwrap();
        assert!((1..=3).contains(&seconds), "{seconds}");
        assert_eq!(rig.standing("main"), Standing::Ready);
        assert_eq!(rig.upstream.tried(), ["main"]);
    }
}

#[tokio::test]
async fn a_burst_keeps_the_pause_it_came_with() {
    let rig = Rig::of(&["main", "second"]).await;
    rig.upstream.next("account-main", Reply::json(429, json!({})).header("retry-after", "17"));
    let answer = rig.fresh("s").answer().await;
    assert_eq!((answer.status.as_u16(), answer.header("retry-after")), (429, "17"));
}

#[tokio::test]
async fn a_challenge_is_met_by_one_other_profile() {
    let rig = Rig::of(&["main", "second", "third"]).await;
    rig.upstream.next("account-main", challenge());
    is_served_by(&rig.fresh("s").answer().await, "second");
    assert!(rig.rests_for("main").is_some_and(|rest| rest <= 600), "{:?}", rig.standing("main"));
}

#[tokio::test]
async fn two_challenges_are_a_503_with_a_pause() {
    let rig = Rig::of(&["main", "second", "third"]).await;
    rig.upstream.always(ANYONE, challenge());
    let answer = rig.fresh("s").answer().await;
    assert_eq!(
        (answer.status.as_u16(), answer.code().as_str()),
        (503, "service_unavailable"),
        "{}",
        answer.text()
    );
    is_short(&answer);
    assert!(!answer.text().contains("<html"), "no page for a program");
    assert_eq!(rig.upstream.tried(), ["main", "second"]);
}

/// The page itself used to be passed on when there was nobody else to ask.
#[tokio::test]
async fn a_challenge_with_nobody_left_is_a_503_too() {
    let rig = Rig::of(&["main"]).await;
    rig.upstream.next("account-main", challenge());
    let answer = rig.fresh("s").answer().await;
    assert_eq!((answer.status.as_u16(), answer.code().as_str()), (503, "service_unavailable"));
    is_short(&answer);
    assert!(!answer.text().contains("<html"), "no page for a program");
    assert_eq!(rig.upstream.tried(), ["main"]);
}

#[tokio::test]
async fn a_challenge_on_a_chain_is_a_503_at_once() {
    let (rig, answer) = chained_to_main(challenge()).await;
    assert_eq!(answer.status, 503, "{}", answer.text());
    is_short(&answer);
    assert_eq!(rig.upstream.tried()[1..], ["main"]);
}

#[tokio::test]
async fn a_json_403_without_a_known_code_goes_through() {
    let rig = Rig::of(&["main", "second"]).await;
    rig.upstream.next("account-main", stated(403, "not_your_model"));
    let answer = rig.fresh("s").answer().await;
    assert_eq!((answer.status.as_u16(), answer.code().as_str()), (403, "not_your_model"));
    assert_eq!(
        (rig.upstream.tried(), rig.standing("main")),
        (vec!["main".to_owned()], Standing::Ready)
    );
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

#[tokio::test]
async fn trouble_everywhere_goes_through_with_a_pause() {
    for status in [500, 502, 503, 504] {
        let rig = Rig::of(&["main", "second", "third"]).await;
        rig.upstream.always(ANYONE, stated(status, "server_is_overloaded"));
        let answer = rig.fresh("s").answer().await;
        assert_eq!(
            (answer.status.as_u16(), answer.code().as_str()),
            (status, "server_is_overloaded")
        );
        is_short(&answer);
        assert_eq!(rig.upstream.tried(), ["main", "second"]);
    }
}

#[tokio::test]
async fn trouble_in_a_stream_everywhere_goes_through_as_it_came() {
    let rig = Rig::of(&["main", "second", "third"]).await;
    let events = [event::created("r"), event::failed("server_is_overloaded", "m")];
    rig.upstream.always(ANYONE, Reply::events(events.clone()));
    let answer = rig.fresh("s").answer().await;
    assert_eq!((answer.status.as_u16(), answer.events()), (200, events.to_vec()));
    assert_eq!(rig.upstream.tried(), ["main", "second"]);
}

#[tokio::test]
async fn trouble_on_a_chain_goes_through_with_a_pause() {
    let (rig, answer) = chained_to_main(stated(503, "server_is_overloaded")).await;
    assert_eq!((answer.status.as_u16(), answer.code().as_str()), (503, "server_is_overloaded"));
    is_short(&answer);
    assert_eq!(rig.upstream.tried()[1..], ["main"]);
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
    assert_eq!(
        (answer.status.as_u16(), answer.code().as_str()),
        (503, "service_unavailable"),
        "{}",
        answer.text()
    );
    is_short(&answer);
    assert!(!answer.text().contains("127.0.0.1"), "no addresses in messages: {}", answer.text());
}

/// It may have run: only the client may ask again.
#[tokio::test]
async fn a_cut_before_the_head_is_a_502_and_never_asked_again() {
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

/// A stream that ends during the hold told nothing: what came goes out, and ends alike.
#[tokio::test]
async fn a_cut_during_the_hold_is_not_asked_again() {
    let rig = Rig::of(&["main", "second"]).await;
    rig.upstream.next("account-main", Reply::events([event::created("r")]).then(Step::Cut));
    // Broken off before the head is as good as broken off after it.
    let Ok(head) = rig.fresh("s").try_head().await else { return };
    let (status, (answer, broken)) = (head.status, head.rest_or_break().await);
    assert!(status == 502 || (status == 200 && broken.is_some()), "{status} {}", answer.text());
    assert_eq!(rig.upstream.tried(), ["main"]);
}
