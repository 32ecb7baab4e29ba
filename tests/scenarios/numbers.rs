//! Item 17: numbers from outside are bounded where they enter. Whatever upstream
//! writes in the place of a number, the turn is served.

use rotunda_core::Standing;
use rotunda_tests::{
    Reply, Rig, Route, Step, event, eventually,
    rig::{chained, frame, turn, user},
    upstream::ANYONE,
};

const LONGEST_REST: u64 = 8 * 24 * 3600;

/// What stands in the place of each number, as JSON.
const HOSTILE: [&str; 14] = [
    "1e308",
    "-1e308",
    "1e999",
    "18446744073709551615",
    "-9223372036854775808",
    "9007199254740993",
    "-1",
    "0.5",
    "\"NaN\"",
    "\"inf\"",
    "\"1e300\"",
    "null",
    "[]",
    "{}",
];

fn window(number: &str) -> String {
    format!(
        r#"{{"used_percent":{number},"limit_window_seconds":{number},"window_minutes":{number},
            "reset_at":{number},"reset_after_seconds":{number}}}"#
    )
    .replace('\n', "")
}

fn limit(number: &str) -> String {
    format!(
        r#"{{"type":"usage_limit_reached","message":"m","resets_at":{number},"resets_in_seconds":{number}}}"#
    )
}

/// The headers that name numbers, all with this one.
fn with_headers(mut reply: Reply, number: &str) -> Reply {
    let plain = number.trim_matches('"');
    reply = reply.header("retry-after", plain).header("x-codex-credits-balance", plain);
    for place in ["primary", "secondary"] {
        for field in ["used-percent", "window-minutes", "reset-at", "reset-after-seconds"] {
            reply = reply.header(&format!("x-codex-{place}-{field}"), plain);
        }
    }
    reply
}

/// A whole turn whose numbers are this one; its frames.
fn events(id: &str, number: &str) -> Vec<String> {
    let limits = format!(
        r#"{{"type":"codex.rate_limits","plan_type":"plus","rate_limits":{{"primary":{0},"secondary":{0}}},
            "credits":{{"has_credits":true,"balance":{number}}}}}"#,
        window(number),
    );
    let mut events: Vec<_> = event::turn(id, "hi").iter().map(ToString::to_string).collect();
    events.pop();
    events.insert(1, limits.replace('\n', ""));
    events.push(format!(
        r#"{{"type":"response.completed","response":{{"id":"{id}","usage":{{"input_tokens":{number},"input_tokens_details":{{"cached_tokens":{number}}},"output_tokens":{number},"total_tokens":{number}}}}}}}"#
    ));
    events
}

#[track_caller]
fn check_bounds(rig: &Rig, number: &str) {
    for name in ["main", "second"] {
        let status = rig.status(name);
        for window in status.usage.iter().flat_map(|usage| &usage.windows) {
            assert!((0.0..=100.0).contains(&window.used_percent), "{number}: {window:?}");
            let longest = rig.clock.now() + window.length;
            assert!(window.resets_at.is_none_or(|at| at <= longest), "{number}: {window:?}");
        }
        assert!(
            rig.rests_for(name).is_none_or(|rest| rest <= LONGEST_REST),
            "{number}: {status:?}"
        );
    }
}

#[tokio::test]
async fn item_17_a_refusal_with_hostile_numbers_rotates_over_http() {
    for number in HOSTILE {
        let rig = Rig::of(&["main", "second"]).await;
        let body = format!(r#"{{"error":{}}}"#, limit(number));
        let reply = Reply::text(429, "application/json", &body);
        rig.upstream.next("account-main", with_headers(reply, number));
        let answer = rig.fresh("s").answer().await;
        assert_eq!(answer.status, 200, "{number}: {}", answer.text());
        assert_eq!(rig.upstream.tried(), ["main", "second"], "{number}");
        assert!(matches!(rig.standing("main"), Standing::Resting(_)), "{number}");
        check_bounds(&rig, number);
    }
}

#[tokio::test]
async fn item_17_a_turn_with_hostile_numbers_is_served_over_http() {
    for number in HOSTILE {
        let rig = Rig::of(&["second", "main"]).await;
        rig.pool.use_now(rig.id("main"));
        let mut body = String::new();
        for event in events("resp-main-x", number) {
            body += "data: ";
            body += &event;
            body += "\n\n";
        }
        let reply = Reply::text(200, "text/event-stream", &body);
        rig.upstream.next("account-main", with_headers(reply, number));
        let answer = rig.fresh("s").answer().await;
        assert_eq!((answer.status.as_u16(), answer.text()), (200, body), "{number}");
        check_bounds(&rig, number);
        // The id on which the conversation hangs was learnt beside the numbers.
        let next = rig.ask(&chained("resp-main-x", &[user("go on")])).answer().await;
        assert_eq!(next.status, 200, "{number}: {}", next.text());
        assert_eq!(rig.upstream.tried(), ["main", "main"], "{number}");
    }
}

#[tokio::test]
async fn item_17_hostile_numbers_are_served_over_a_socket() {
    for number in HOSTILE {
        let rig = Rig::of(&["main", "second"]).await;
        let raw = |text: String| Step::Raw(text.into_bytes().into());
        let refusal = format!(
            r#"{{"type":"error","status":429,"error":{},"headers":{{"retry-after":{number}}}}}"#,
            limit(number),
        );
        rig.upstream.next("account-main", Reply::events([]).then(raw(refusal)));
        let served = events("resp-second-x", number);
        let served =
            served.into_iter().fold(Reply::events([]), |reply, event| reply.then(raw(event)));
        rig.upstream.next("account-second", served);
        let mut socket = rig.socket(&[]).await;
        socket.send(&frame(turn(&[user("hi")]))).await;
        loop {
            let text = socket.text().await;
            assert!(!text.contains("usage_limit_reached"), "{number}: {text}");
            if text.contains("response.completed") {
                break;
            }
        }
        assert_eq!(rig.upstream.tried(), ["main", "second"], "{number}");
        check_bounds(&rig, number);
    }
}

#[tokio::test]
async fn item_17_a_usage_answer_with_hostile_numbers_is_bounded() {
    for number in HOSTILE {
        let rig = Rig::of(&["main", "second"]).await;
        let body = format!(
            r#"{{"plan_type":"plus","rate_limit":{{"limit_reached":false,"primary_window":{0},"secondary_window":{0}}},
                "additional_rate_limits":[{{"metered_feature":"f","rate_limit":{{"primary_window":{0}}}}}]}}"#,
            window(number),
        );
        rig.upstream.always_on(Route::Usage, ANYONE, Reply::text(200, "application/json", &body));
        eventually("a reading", || rig.status("main").usage.is_some()).await;
        assert_eq!(rig.fresh("s").answer().await.status, 200, "{number}");
        check_bounds(&rig, number);
    }
}
