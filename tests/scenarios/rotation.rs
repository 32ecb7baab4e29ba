//! A profile runs out, and the next one serves.

use rotunda_core::{Event, Standing};
use rotunda_tests::{
    Plan, Reply, Rig, Route, event,
    rig::{turn, user},
    upstream::ANYONE,
};
use serde_json::{Value, json};

const HOUR: u64 = 3600;

/// Asks for a turn and names its session in one of the ways there are.
type Way = Box<dyn Fn(&Rig, &str) -> rotunda_tests::client::Ask>;

/// One quota answer of `main`: the client sees `second`'s turn, and `main` rests this long.
#[track_caller]
fn check_rotated(rig: &Rig, answer: &rotunda_tests::client::Answer, rests: Option<u64>) {
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert!(answer.text().contains("hello from second"), "{}", answer.text());
    assert_eq!(rig.upstream.tried(), ["main", "second"]);
    assert_eq!(rig.rests_for("main"), rests, "{:?}", rig.standing("main"));
}

fn limit(status: u16, error: &Value) -> Reply {
    Reply::json(status, json!({"error": error}))
}

#[tokio::test]
async fn a_429_with_resets_at_rotates() {
    let rig = Rig::of(&["main", "second"]).await;
    rig.upstream.next("account-main", Reply::usage_limit(rig.clock.unix() + HOUR));
    let answer = rig.fresh("s").answer().await;
    check_rotated(&rig, &answer, Some(HOUR));
}

#[tokio::test]
async fn a_429_with_resets_in_seconds_rotates() {
    let rig = Rig::of(&["main", "second"]).await;
    let error =
        json!({"type": "usage_limit_reached", "message": "m", "resets_in_seconds": 2 * HOUR});
    rig.upstream.next("account-main", limit(429, &error));
    let answer = rig.fresh("s").answer().await;
    check_rotated(&rig, &answer, Some(2 * HOUR));
}

#[tokio::test]
async fn a_429_with_codex_reset_headers_rotates() {
    let rig = Rig::of(&["main", "second"]).await;
    let at = (rig.clock.unix() + 3 * HOUR).to_string();
    let week = (rig.clock.unix() + 99 * HOUR).to_string();
    let reply = limit(429, &json!({"type": "usage_limit_reached", "message": "m"}))
        .header("x-codex-primary-used-percent", "100")
        .header("x-codex-primary-window-minutes", "300")
        .header("x-codex-primary-reset-at", &at)
        .header("x-codex-secondary-used-percent", "40")
        .header("x-codex-secondary-window-minutes", "10080")
        .header("x-codex-secondary-reset-at", &week);
    rig.upstream.next("account-main", reply);
    let answer = rig.fresh("s").answer().await;
    check_rotated(&rig, &answer, Some(3 * HOUR));
}

#[tokio::test]
async fn a_429_with_retry_after_rotates() {
    let rig = Rig::of(&["main", "second"]).await;
    let error = json!({"type": "insufficient_quota", "code": "insufficient_quota", "message": "m"});
    rig.upstream.next("account-main", limit(429, &error).header("retry-after", "1800"));
    let answer = rig.fresh("s").answer().await;
    check_rotated(&rig, &answer, Some(1800));
}

#[tokio::test]
async fn rate_limit_exceeded_with_a_far_reset_rotates() {
    let rig = Rig::of(&["main", "second"]).await;
    let error = json!({"code": "rate_limit_exceeded", "message": "m", "resets_at": rig.clock.unix() + HOUR});
    rig.upstream.next("account-main", limit(429, &error));
    let answer = rig.fresh("s").answer().await;
    check_rotated(&rig, &answer, Some(HOUR));
}

/// Lesson 71: a hint of a year is not believed.
#[tokio::test]
async fn a_reset_is_clamped_to_eight_days() {
    let rig = Rig::of(&["main", "second"]).await;
    rig.upstream.next("account-main", Reply::usage_limit(rig.clock.unix() + 365 * 24 * HOUR));
    let answer = rig.fresh("s").answer().await;
    check_rotated(&rig, &answer, Some(8 * 24 * HOUR));
}

#[tokio::test]
async fn a_quota_without_any_reset_still_rests() {
    let rig = Rig::of(&["main", "second"]).await;
    let error = json!({"type": "insufficient_quota", "code": "insufficient_quota", "message": "m"});
    rig.upstream.next("account-main", limit(429, &error));
    let answer = rig.fresh("s").answer().await;
    assert!(answer.text().contains("hello from second"));
    assert!(rig.rests_for("main").is_some_and(|rest| rest > 0), "{:?}", rig.standing("main"));
}

#[tokio::test]
async fn a_quota_failure_as_first_real_event_rotates() {
    for code in ["usage_limit_reached", "insufficient_quota"] {
        let rig = Rig::of(&["main", "second"]).await;
        let error = json!({"code": code, "message": "m", "resets_at": rig.clock.unix() + HOUR});
        rig.upstream.next("account-main", Reply::events([event::failed_with(&error)]));
        let answer = rig.fresh("s").answer().await;
        check_rotated(&rig, &answer, Some(HOUR));
        assert!(!answer.text().contains(code));
    }
}

/// C22 and C23: what comes before output neither commits nor reaches the client.
#[tokio::test]
async fn a_quota_failure_after_the_handshake_rotates_and_nothing_of_it_shows() {
    let rig = Rig::of(&["main", "second"]).await;
    let events = [
        event::created("resp-main-lost"),
        event::in_progress("resp-main-lost"),
        json!({"type": "response.queued", "response": {"id": "resp-main-lost"}}),
        event::rate_limits(100.0, 20.0, rig.clock.unix() + HOUR),
        event::turn_state("turn-main"),
        event::keepalive(),
        event::item_added(&event::message("")),
        json!({"type": "response.content_part.added", "part": {}}),
        json!({"type": "response.reasoning_summary_part.added", "part": {}}),
        event::failed("insufficient_quota", "m"),
    ];
    rig.upstream.next("account-main", Reply::events(events));
    let answer = rig.fresh("s").answer().await;
    assert!(answer.text().contains("hello from second"), "{}", answer.text());
    assert_eq!(rig.upstream.tried(), ["main", "second"]);
    assert!(!answer.text().contains("resp-main-lost") && !answer.text().contains("turn-main"));
}

#[tokio::test]
async fn the_request_is_sent_on_unchanged() {
    let rig = Rig::of(&["main", "second"]).await;
    rig.upstream.next("account-main", Reply::usage_limit(rig.clock.unix() + HOUR));
    rig.fresh("s").header("x-codex-window-id", "w:0").answer().await;
    let [first, second] = &rig.upstream.attempts()[..] else { panic!("two attempts") };
    assert_eq!(first.raw, second.raw);
    for name in ["session-id", "x-codex-window-id", "content-type", "accept"] {
        assert_eq!(first.header(name), second.header(name), "{name}");
    }
}

#[tokio::test]
async fn a_profile_in_cooldown_is_used_only_after_its_end() {
    let rig = Rig::of(&["main", "second"]).await;
    rig.upstream.next("account-main", Reply::usage_limit(rig.clock.unix() + HOUR));
    rig.fresh("one").answer().await;
    rig.clock.advance(std::time::Duration::from_secs(HOUR - 1));
    assert!(rig.fresh("two").answer().await.text().contains("hello from second"));
    rig.clock.advance(std::time::Duration::from_secs(2));
    assert!(rig.fresh("three").answer().await.text().contains("hello from main"));
    assert_eq!(rig.upstream.tried(), ["main", "second", "second", "main"]);
}

/// Users' complaint D6, lesson 23: the client words its sentence from these fields.
#[tokio::test]
async fn when_all_cool_down_the_client_gets_the_earliest_reset() {
    let rig = Rig::of(&["main", "second", "third"]).await;
    let now = rig.clock.unix();
    for (account, hours) in [("account-main", 5), ("account-second", 2), ("account-third", 9)] {
        rig.upstream.next(account, Reply::usage_limit(now + hours * HOUR));
    }
    for attempts in [3, 3] {
        let answer = rig.fresh("s").answer().await;
        let error = &answer.json()["error"];
        assert_eq!(answer.status, 429, "{}", answer.text());
        assert_eq!(
            (&error["type"], &error["code"]),
            (&json!("usage_limit_reached"), &json!("usage_limit_reached"))
        );
        assert_eq!(error["resets_at"], now + 2 * HOUR);
        assert!(error["message"].is_string());
        assert_eq!(rig.upstream.attempts().len(), attempts, "resting profiles are not asked again");
    }
    rig.wait_for_event("the pool to be told exhausted", |event| {
        matches!(event, Event::Exhausted { .. })
    })
    .await;
}

/// A usage limit is reported when all profiles have it.
#[tokio::test]
async fn all_profiles_are_tried_before_a_limit_is_reported() {
    let rig = Rig::of(&["a", "b", "c", "d", "e", "f"]).await;
    let reset = rig.clock.unix() + HOUR;
    rig.upstream.always(ANYONE, Reply::usage_limit(reset));
    let answer = rig.fresh("s").answer().await;
    assert_eq!(
        (answer.status.as_u16(), answer.json()["error"]["type"].as_str()),
        (429, Some("usage_limit_reached"))
    );
    assert_eq!(rig.upstream.tried(), ["a", "b", "c", "d", "e", "f"]);
}

#[tokio::test]
async fn without_profiles_a_sentence_ends_the_turn() {
    let rig = Rig::of(&[]).await;
    let answer = rig.fresh("s").answer().await;
    assert_eq!((answer.status.as_u16(), answer.code().as_str()), (400, "no_profile_ready"));
    let message = answer.json()["error"]["message"].as_str().unwrap().to_owned();
    assert!(message.len() > 20 && message.ends_with('.'), "{message:?}");
}

#[tokio::test]
async fn with_all_paused_a_sentence_ends_the_turn() {
    let rig = Rig::of(&["main"]).await;
    let mut profile = rig.status("main").profile;
    profile.paused = true;
    rig.pool.put(profile);
    assert_eq!(rig.standing("main"), Standing::Paused);
    assert_eq!(rig.fresh("s").answer().await.code(), "no_profile_ready");
    assert!(rig.upstream.attempts().is_empty());
}

/// Users' complaint D16: the prompt cache lives with the account.
#[tokio::test]
async fn a_session_stays_with_its_profile() {
    let rig = Rig::of(&["main", "second"]).await;
    rig.upstream.next("account-main", Reply::usage_limit(rig.clock.unix() + HOUR));
    rig.fresh("moved").answer().await;
    rig.clock.advance(std::time::Duration::from_secs(2 * HOUR));
    rig.fresh("new").answer().await;
    rig.fresh("moved").answer().await;
    assert_eq!(rig.upstream.tried(), ["main", "second", "main", "second"]);
}

#[tokio::test]
async fn a_session_is_recognized_by_each_of_its_ids() {
    let metadata = |session: &str| json!({"session_id": session}).to_string();
    let by_header = |name: &'static str| {
        move |rig: &Rig, session: &str| rig.ask(&turn(&[user("x")])).header(name, session)
    };
    let by_body = |change: fn(&mut Value, &str)| {
        move |rig: &Rig, session: &str| {
            let mut body = turn(&[user("x")]);
            change(&mut body, session);
            rig.ask(&body)
        }
    };
    let ways: Vec<Way> = vec![
        Box::new(by_header("session-id")),
        Box::new(by_header("session_id")),
        Box::new(by_header("x-session-id")),
        Box::new(move |rig: &Rig, session: &str| {
            rig.ask(&turn(&[user("x")])).header("x-codex-turn-metadata", &metadata(session))
        }),
        Box::new(by_body(|body, session| body["client_metadata"] = json!({"session_id": session}))),
        Box::new(by_body(|body, session| body["prompt_cache_key"] = json!(session))),
    ];
    for (number, way) in ways.iter().enumerate() {
        let rig = Rig::of(&["main", "second"]).await;
        rig.upstream.next("account-main", Reply::usage_limit(rig.clock.unix() + HOUR));
        way(&rig, "moved").answer().await;
        rig.clock.advance(std::time::Duration::from_secs(2 * HOUR));
        way(&rig, "new").answer().await;
        way(&rig, "moved").answer().await;
        assert_eq!(rig.upstream.tried(), ["main", "second", "main", "second"], "way {number}");
    }
}

#[tokio::test]
async fn a_rotation_event_has_cause_and_end() {
    let rig = Rig::of(&["main", "second"]).await;
    rig.fresh("before").answer().await;
    let reset = rig.clock.unix() + HOUR;
    rig.upstream.next("account-main", Reply::usage_limit(reset));
    rig.fresh("s").answer().await;
    let (main, second) = (rig.id("main"), rig.id("second"));
    rig.wait_for_event("the rotation", |event| {
        matches!(event, Event::Rotated { from, to, cause: Some(_), until: Some(_) } if (*from, *to) == (main, second))
    })
    .await;
    rig.wait_for_event(
        "the rest",
        |event| matches!(event, Event::Rested { profile, .. } if *profile == main),
    )
    .await;
    assert_eq!(rig.pool.view().serving, Some(second));
}

/// The app stops sending when the account it is signed in with is exhausted.
#[tokio::test]
async fn the_sign_in_of_the_client_serves_last() {
    let rig = Plan::of(&["own", "other"]).own_sign_in("own").start().await;
    rig.fresh("s").answer().await;
    assert_eq!(rig.upstream.tried(), ["other"]);
    rig.upstream.next("account-other", Reply::usage_limit(rig.clock.unix() + HOUR));
    rig.fresh("s2").answer().await;
    assert_eq!(rig.upstream.tried(), ["other", "other", "own"]);
}

/// They cost money: only when the user allows it, and only when all plans are out.
#[tokio::test]
async fn an_api_key_serves_only_by_leave_and_last() {
    let rig = Plan::of(&["main"]).api_key("paid").start().await;
    rig.upstream.always("account-main", Reply::usage_limit(rig.clock.unix() + HOUR));
    assert_eq!(rig.fresh("s").answer().await.status, 429);

    let rig =
        Plan::of(&["main"]).api_key("paid").rules(|rules| rules.use_api_keys = true).start().await;
    rig.fresh("first").answer().await;
    rig.upstream.always("account-main", Reply::usage_limit(rig.clock.unix() + HOUR));
    assert_eq!(rig.fresh("s").answer().await.status, 200);
    let last = rig.upstream.attempts().pop().unwrap();
    assert_eq!(
        (last.bearer(), last.account(), last.path.as_str()),
        ("sk-paid", "", "/v1/responses")
    );
}

/// "codes are read from structured error fields only": C24.
#[tokio::test]
async fn c24_words_about_quotas_mean_nothing() {
    let rig = Rig::of(&["main", "second"]).await;
    let words =
        "usage limit reached, try again at 5 pm; previous_response_not_found; insufficient_quota";
    let text =
        format!("{{\"error\":{{\"code\":\"usage_limit_reached\",\"message\":\"{words}\"}}}}");
    rig.upstream.next("account-main", Reply::turn("resp-main-w", &text));
    let mut body = turn(&[user(&text), rotunda_tests::rig::tool_output("call-1")]);
    body["instructions"] = json!(text);
    body["input"][1]["output"] = json!(text);
    let answer = rig.ask(&body).answer().await;
    assert_eq!(answer.events(), event::turn("resp-main-w", &text));
    rig.upstream.next("account-main", Reply::error(400, "invalid_prompt", words));
    let answer = rig.ask(&body).answer().await;
    assert_eq!((answer.status.as_u16(), answer.code().as_str()), (400, "invalid_prompt"));
    assert_eq!(rig.upstream.tried(), ["main", "main"]);
    assert_eq!(rig.standing("main"), Standing::Ready);
}

/// The last reading of the profile's windows has the reset that the error lacks.
#[tokio::test]
async fn a_quota_without_a_reset_rests_until_the_full_window_s() {
    let rig = Rig::of(&["main", "second"]).await;
    let limits = event::rate_limits(100.0, 20.0, rig.clock.unix() + 3600);
    rig.upstream
        .next("account-main", Reply::events([limits, event::failed("insufficient_quota", "m")]));
    rig.fresh("s").answer().await;
    assert_eq!(rig.rests_for("main"), Some(3600));
}

/// The client words its sentence by it ("Upgrade to Pro ...").
#[tokio::test]
async fn the_plan_is_learnt_from_the_error_that_names_it() {
    let rig = Rig::of(&["main"]).await;
    rig.upstream.always_on(Route::Usage, ANYONE, Reply::json(500, json!({})));
    rig.upstream.next("account-main", Reply::usage_limit(rig.clock.unix() + 3600));
    let answer = rig.fresh("s").answer().await;
    assert_eq!(answer.json()["error"]["plan_type"], "plus", "{}", answer.text());
}

/// The acceptance table's rows carry it there.
#[tokio::test]
async fn a_session_named_in_the_body_is_a_session() {
    let rig = Rig::of(&["main", "second"]).await;
    let ask = |session: &str| {
        let mut body = turn(&[user("x")]);
        body["session_id"] = json!(session);
        rig.ask(&body).answer()
    };
    rig.upstream.next("account-main", Reply::usage_limit(rig.clock.unix() + 3600));
    ask("moved").await;
    rig.clock.advance(std::time::Duration::from_secs(7200));
    ask("new").await;
    ask("moved").await;
    assert_eq!(rig.upstream.tried(), ["main", "second", "main", "second"]);
}
