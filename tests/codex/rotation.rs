//! The real client through the router: whatever upstream does, the user sees
//! a turn that completes, or the one sentence that says why not.

use std::{fs, time::Duration};

use rotunda_core::Standing;
use rotunda_tests::{Gate, Plan, Reply, Rig, Route, Step, event, upstream::ANYONE};
use serde_json::{Value, json};

use crate::{
    app_server::AppServer,
    client::{CodexHome, OWN_ACCOUNT},
};

const HOUR: u64 = 3600;

/// A client bound to a router with these profiles.
async fn bound(names: &[&str]) -> (Rig, CodexHome) {
    bind(Plan::of(names).start().await)
}

fn bind(rig: Rig) -> (Rig, CodexHome) {
    let home = CodexHome::new(&rig.upstream);
    home.configure(&format!("openai_base_url = \"{}\"   # Rotunda", rig.keyed("/codex")));
    (rig, home)
}

/// Nothing of the client's own sign-in went upstream with a turn, nor was it spent.
#[track_caller]
fn own_sign_in_is_untouched(rig: &Rig) {
    assert!(!rig.upstream.tried().iter().any(|name| name == "own"));
    assert_eq!(rig.upstream.issuer().offers(OWN_ACCOUNT), 0);
}

fn over_http_only(rig: &Rig) {
    rig.upstream.always_on(Route::Upgrade, ANYONE, Reply::json(426, json!({})));
}

/// A reset in the client's own time, which is the machine's.
fn far_reset() -> u64 {
    rotunda_tests::jwt::FAR
}

#[tokio::test]
async fn a_turn_goes_through_over_a_websocket() {
    let (rig, home) = bound(&["main"]).await;
    home.exec("hi").await.is_one_clean_turn(&["hello from main"]);
    assert!(rig.upstream.attempts().iter().all(|seen| seen.socket == Some(0)));
    own_sign_in_is_untouched(&rig);
}

#[tokio::test]
async fn an_upstream_without_sockets_goes_unnoticed() {
    let (rig, home) = bound(&["main"]).await;
    over_http_only(&rig);
    home.exec("hi").await.is_one_clean_turn(&["hello from main"]);
    assert!(rig.upstream.attempts().iter().any(|seen| seen.socket.is_none()));
    own_sign_in_is_untouched(&rig);
}

#[tokio::test]
async fn a_tool_call_goes_through() {
    for http in [false, true] {
        let (rig, home) = bound(&["main"]).await;
        if http {
            over_http_only(&rig);
        }
        let mark = home.work().join("mark");
        let call = event::custom_tool_call("call-1", &event::run_command("echo ran >> mark"));
        rig.upstream.when(answer_first_turn(Reply::item("resp-main-call", &call)));
        home.exec("write it").await.is_one_clean_turn(&["hello from main"]);
        assert_eq!(fs::read_to_string(mark).unwrap(), "ran\n");
        own_sign_in_is_untouched(&rig);
    }
}

/// Answers the first request that asks for output, and none after it.
fn answer_first_turn(reply: Reply) -> impl Fn(&rotunda_tests::Received) -> Option<Reply> {
    let left = std::sync::Mutex::new(Some(reply));
    move |seen| {
        let asks = seen.route == Route::Responses && seen.json()["generate"] != json!(false);
        if asks { left.lock().unwrap().take() } else { None }
    }
}

/// Answers requests for output of `main` with these, in order.
fn script_main(rig: &Rig, replies: Vec<Reply>) {
    let left = std::sync::Mutex::new(std::collections::VecDeque::from(replies));
    rig.upstream.when(move |seen| {
        let asks = seen.route == Route::Responses && seen.json()["generate"] != json!(false);
        let mine = asks && seen.account() == "account-main";
        mine.then(|| left.lock().unwrap().pop_front()).flatten()
    });
}

#[tokio::test]
async fn a_quota_on_the_first_request_goes_unnoticed() {
    for http in [false, true] {
        let (rig, home) = bound(&["main", "second"]).await;
        if http {
            over_http_only(&rig);
        }
        script_main(&rig, vec![Reply::usage_limit(far_reset())]);
        home.exec("hi").await.is_one_clean_turn(&["hello from second"]);
        assert!(matches!(rig.standing("main"), Standing::Resting(_)));
        own_sign_in_is_untouched(&rig);
    }
}

#[tokio::test]
async fn a_quota_on_the_prewarm_goes_unnoticed() {
    let (rig, home) = bound(&["main", "second"]).await;
    rig.upstream.next("account-main", Reply::usage_limit(far_reset()));
    home.exec("hi").await.is_one_clean_turn(&["hello from second"]);
}

#[tokio::test]
async fn a_quota_in_the_middle_of_a_turn_goes_unnoticed() {
    for http in [false, true] {
        let (rig, home) = bound(&["main", "second"]).await;
        if http {
            over_http_only(&rig);
        }
        let call = event::custom_tool_call("call-1", &event::run_command("echo ran >> mark"));
        let out = Reply::events([event::failed("insufficient_quota", "You exceeded your quota.")]);
        script_main(&rig, vec![Reply::item("resp-main-call", &call), out]);
        home.exec("write it").await.is_one_clean_turn(&["hello from second"]);
        assert_eq!(fs::read_to_string(home.work().join("mark")).unwrap(), "ran\n", "ran once");
        let last = rig.upstream.attempts().pop().unwrap();
        assert!(last.json()["input"].to_string().contains("call-1"), "with its whole history");
        own_sign_in_is_untouched(&rig);
    }
}

#[tokio::test]
async fn a_quota_between_two_turns_of_a_thread_goes_unnoticed() {
    let (rig, home) = bound(&["main", "second"]).await;
    let mut app = AppServer::start(&home).await;
    let thread = app.call("thread/start", json!({})).await["thread"]["id"].clone();
    let thread = thread.as_str().unwrap();
    assert_eq!(app.turn(thread, "one").await["status"], "completed");
    script_main(&rig, vec![Reply::usage_limit(far_reset())]);
    let turn = app.turn(thread, "two").await;
    assert_eq!(turn["status"], "completed", "{turn}");
    assert_eq!(rig.upstream.tried().pop().unwrap(), "second");
    assert_eq!(app.turn(thread, "three").await["status"], "completed");
    assert_eq!(rig.upstream.tried().pop().unwrap(), "second", "the thread stays there");
    own_sign_in_is_untouched(&rig);
}

/// Users' complaint D6.
#[tokio::test]
async fn when_all_are_out_the_user_reads_when_the_first_is_back() {
    for http in [false, true] {
        let (rig, home) = bound(&["main", "second"]).await;
        if http {
            over_http_only(&rig);
        }
        let now = rig.clock.unix();
        rig.upstream.always("account-main", Reply::usage_limit(now + 48 * HOUR));
        rig.upstream.always("account-second", Reply::usage_limit(now + 24 * HOUR));
        let run = home.exec("hi").await;
        assert_eq!((run.count("turn.failed"), run.count("turn.completed")), (1, 0), "{}", run.text);
        assert!(run.text.contains("hit your usage limit"), "{}", run.text);
        // The fake clock starts on 15 January 2027; a day later the first is back.
        assert!(run.text.contains("ry again at Jan 16th, 2027"), "{}", run.text);
        assert!(rig.upstream.attempts().len() <= 4, "{:?}", rig.upstream.tried());
        own_sign_in_is_untouched(&rig);
    }
}

#[tokio::test]
async fn a_refused_token_is_refreshed_unnoticed() {
    for http in [false, true] {
        let (rig, home) = bound(&["main"]).await;
        if http {
            over_http_only(&rig);
        }
        rig.upstream.refuse_bearer(&rig.bearer("main"));
        home.exec("hi").await.is_one_clean_turn(&["hello from main"]);
        assert_eq!(rig.upstream.issuer().offers("account-main"), 1);
        own_sign_in_is_untouched(&rig);
    }
}

/// Users' complaint D11: the client's own refresh token is never spent for a pool profile.
#[tokio::test]
async fn a_spent_refresh_token_moves_the_turn_and_keeps_the_sign_in_of_the_client() {
    for http in [false, true] {
        let (rig, home) = bound(&["main", "second"]).await;
        if http {
            over_http_only(&rig);
        }
        rig.upstream.refuse_bearer(&rig.bearer("main"));
        rig.upstream.issuer().spend("account-main");
        home.exec("hi").await.is_one_clean_turn(&["hello from second"]);
        assert_eq!(rig.standing("main"), Standing::NeedsSignIn);
        own_sign_in_is_untouched(&rig);
    }
}

#[tokio::test]
async fn without_any_profile_the_user_reads_what_to_do() {
    let (rig, home) = bound(&[]).await;
    let run = home.exec("hi").await;
    assert_eq!(run.count("turn.failed"), 1, "{}", run.text);
    assert!(run.text.contains("Rotunda"), "{}", run.text);
    own_sign_in_is_untouched(&rig);
}

#[tokio::test]
async fn a_connection_lost_before_the_answer_goes_unnoticed() {
    for http in [false, true] {
        let (rig, home) = bound(&["main"]).await;
        if http {
            over_http_only(&rig);
            script_main(&rig, vec![Reply::cut_before_head()]);
        } else {
            script_main(&rig, vec![Reply::events([]).then(Step::Cut)]);
        }
        home.exec("hi").await.is_one_clean_turn(&["hello from main"]);
    }
}

/// What the client shows twice on its own it may show twice here: compared with
/// the same script and nothing between client and upstream.
#[tokio::test]
async fn a_cut_after_output_doubles_nothing_that_is_single_without_us() {
    let item = event::message("half");
    let cut =
        Reply::events([event::created("resp-main-cut"), event::item_done(&item)]).then(Step::Cut);

    let direct = rotunda_tests::ScriptedUpstream::start().await;
    let home = CodexHome::new(&direct);
    home.configure(&format!("openai_base_url = \"{}\"", direct.url("/0123/codex")));
    direct.when(answer_first_turn(cut.clone()));
    let expected = home.exec("hi").await.messages();

    let (rig, home) = bound(&["main", "second"]).await;
    script_main(&rig, vec![cut]);
    let run = home.exec("hi").await;
    assert!(run.good && run.count("turn.completed") == 1, "{}", run.text);
    let times = |texts: &[String], text: &str| texts.iter().filter(|it| *it == text).count();
    assert!(times(&run.messages(), "half") <= times(&expected, "half"), "{}", run.text);
    assert_eq!(times(&run.messages(), "hello from main"), 1, "{}", run.text);
    assert!(rig.upstream.tried().iter().all(|name| name == "main"));
}

#[tokio::test]
async fn a_thread_resumed_by_another_process_stays_with_its_profile() {
    let (rig, home) = bound(&["main", "second"]).await;
    rig.pool.use_now(rig.id("second"));
    let first = home.exec("the first question").await;
    first.is_one_clean_turn(&["hello from second"]);
    let run = home.resume(&first.thread(), "the next one").await;
    run.is_one_clean_turn(&["hello from second"]);
    let last = rig.upstream.attempts().pop().unwrap().json().to_string();
    assert!(last.contains("the first question") && last.contains("the next one"));
    own_sign_in_is_untouched(&rig);
}

#[tokio::test]
async fn a_compaction_completes_and_the_thread_continues() {
    let (rig, home) = bound(&["main", "second"]).await;
    let mut app = AppServer::start(&home).await;
    let thread = app.call("thread/start", json!({})).await["thread"]["id"].clone();
    let thread = thread.as_str().unwrap();
    assert_eq!(app.turn(thread, "one").await["status"], "completed");
    app.call("thread/compact/start", json!({"threadId": thread})).await;
    assert_eq!(app.notified("turn/completed").await["turn"]["status"], "completed");
    assert_eq!(app.turn(thread, "two").await["status"], "completed");
    let last = rig.upstream.attempts().pop().unwrap().json();
    assert!(last["input"].to_string().contains("compacted by main"), "{last}");
    assert!(rig.upstream.tried().iter().all(|name| name == "main"));
}

#[tokio::test]
async fn a_compaction_that_hits_a_quota_moves_on_too() {
    let (rig, home) = bound(&["main", "second"]).await;
    let mut app = AppServer::start(&home).await;
    let thread = app.call("thread/start", json!({})).await["thread"]["id"].clone();
    let thread = thread.as_str().unwrap();
    assert_eq!(app.turn(thread, "one").await["status"], "completed");
    script_main(&rig, vec![Reply::usage_limit(far_reset())]);
    app.call("thread/compact/start", json!({"threadId": thread})).await;
    let turn = app.notified("turn/completed").await["turn"].clone();
    assert_eq!(turn["status"], "completed", "{turn}");
    assert_eq!(app.turn(thread, "two").await["status"], "completed");
    let last = rig.upstream.attempts().pop().unwrap();
    assert!(last.json()["input"].to_string().contains("compacted by second"), "{}", last.json());
}

#[tokio::test]
async fn sub_agents_share_their_session_s_profile() {
    let (rig, home) = bound(&["main", "second"]).await;
    rig.pool.use_now(rig.id("second"));
    let spawn = json!({"type": "function_call", "call_id": "call-1", "name": "spawn_agent",
        "namespace": "collaboration",
        "arguments": json!({"task_name": "look", "message": "look around", "fork_turns": "none"}).to_string()});
    rig.upstream.when(answer_first_turn(Reply::item("resp-second-spawn", &spawn)));
    let run = home.exec("begin").await;
    assert_eq!(run.count("turn.completed"), 1, "{}", run.text);
    let turns = rig.upstream.attempts();
    let threads: std::collections::HashSet<_> =
        turns.iter().map(|seen| seen.header("thread-id").to_owned()).collect();
    let sessions: std::collections::HashSet<_> =
        turns.iter().map(|seen| seen.header("session-id").to_owned()).collect();
    assert_eq!((threads.len(), sessions.len()), (2, 1), "{:?}", rig.upstream.tried());
    assert!(rig.upstream.tried().iter().all(|name| name == "second"), "{:?}", rig.upstream.tried());
}

#[tokio::test]
async fn interrupting_a_turn_cancels_upstream() {
    let (rig, home) = bound(&["main"]).await;
    let gate = Gate::closed();
    script_main(&rig, vec![Reply::events([event::created("r"), event::delta("slow")]).pass(&gate)]);
    let turn = home.begin(&[], "hi");
    gate.reached().await;
    drop(turn);
    rotunda_tests::eventually("upstream to be let go", || {
        rig.upstream.attempts().iter().any(rotunda_tests::Received::cancelled)
    })
    .await;
}

/// "Wait for the reset": a night run does not fail at 3 am. Held longer than the
/// client's patience for a silent stream, which is set short here.
#[tokio::test]
async fn a_turn_is_held_until_the_reset() {
    for http in [false, true] {
        let plan = Plan::of(&["main"]).limits(|limits| {
            limits.wait_for_reset = Duration::from_secs(6 * HOUR);
            limits.keepalive = Duration::from_millis(500);
        });
        let rig = plan.start().await;
        let home = CodexHome::new(&rig.upstream);
        home.configure("model_provider = \"short\"");
        home.append(&format!(
            "\n[model_providers.short]\nname = \"OpenAI\"\nbase_url = \"{}\"\nrequires_openai_auth = true\nsupports_websockets = {}\nstream_idle_timeout_ms = 3000\nstream_max_retries = 5\n",
            rig.keyed("/codex"),
            !http,
        ));
        if http {
            over_http_only(&rig);
        }
        script_main(&rig, vec![Reply::usage_limit(rig.clock.unix() + HOUR)]);
        let turn = home.begin(&[], "hi");
        rotunda_tests::eventually("main to rest", || rig.rests_for("main").is_some()).await;
        tokio::time::sleep(Duration::from_secs(12)).await;
        rig.clock.advance(Duration::from_secs(2 * HOUR));
        let run = turn.finish().await;
        run.is_one_clean_turn(&["hello from main"]);
    }
}

/// The text of what the user was shown, for looking for what must not be there.
#[tokio::test]
async fn no_error_shows_the_client_the_upstream_s_address() {
    let (rig, home) = bound(&["main"]).await;
    over_http_only(&rig);
    rig.upstream.always("account-main", Reply::error(400, "invalid_prompt", "no"));
    let run = home.exec("hi").await;
    let upstream: Value = json!(rig.upstream.address().to_string());
    assert!(!run.text.contains(upstream.as_str().unwrap()), "{}", run.text);
}

/// Nothing failed, and the network was looked at.
#[track_caller]
pub(crate) fn doctor_is_content(report: &Value) {
    let checks = report["checks"].as_object().unwrap();
    for (name, check) in checks {
        assert_ne!(check["status"], "fail", "{name}: {check}");
    }
    for name in ["network.provider_reachability", "network.websocket_reachability"] {
        assert_eq!(checks[name]["status"], "ok", "{name}: {}", checks[name]);
    }
}

/// What the client itself says of the way to its service.
#[tokio::test]
async fn the_client_s_doctor_is_content_with_the_router() {
    let (_rig, home) = bound(&["main"]).await;
    let output = home.run(&["doctor", "--json"]).await;
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    doctor_is_content(&report);
}

/// Users' complaint D5: most such accounts answer again within three seconds.
#[tokio::test]
async fn a_burst_costs_a_moment_and_not_the_turn() {
    for http in [false, true] {
        let (rig, home) = bound(&["main"]).await;
        if http {
            over_http_only(&rig);
        }
        let burst = Reply::json(429, json!({"error": {"message": "Too Many Requests"}}));
        script_main(&rig, vec![burst]);
        let run = home.exec("hi").await;
        assert_eq!(run.count("turn.completed"), 1, "http {http}: {}", run.text);
        assert_eq!(run.messages(), ["hello from main"], "{}", run.text);
        assert_eq!(rig.standing("main"), Standing::Ready);
    }
}

/// Over a socket the client's request hangs on what came before it, and may still move.
#[tokio::test]
async fn an_overloaded_upstream_goes_unnoticed() {
    for http in [false, true] {
        for times in [1, 10] {
            let (rig, home) = bound(&["main", "second"]).await;
            if http {
                over_http_only(&rig);
            }
            let overloaded = Reply::error(503, "server_is_overloaded", "busy");
            script_main(&rig, vec![overloaded; times]);
            let run = home.exec("hi").await;
            let served = rig.upstream.tried().pop().unwrap();
            run.is_one_clean_turn(&[&format!("hello from {served}")]);
        }
    }
}
