//! An answer that has begun at the client without output, because none came for long. When it fails
//! then, another profile is tried, and the client sees one response.

use std::time::Duration;

use bytes::Bytes;
use rotunda_core::Standing;
use rotunda_tests::{
    Gate, Plan, Reply, Rig, Step,
    client::{Heard, Incoming, Socket, kind},
    event::{self, sse},
    rig::{chained, frame, turn, user},
};
use serde_json::{Value, json};

use crate::verdicts::{failures, stated};

/// A client's end of a turn, over either transport.
enum Client {
    Http(Box<Incoming>),
    Socket(Box<Socket>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Http,
    Socket,
}

const WAYS: [Way; 2] = [Way::Http, Way::Socket];

/// How a turn ended, after all its events.
#[derive(Debug, PartialEq, Eq)]
enum End {
    Well,
    Broken,
    Closed,
}

/// A router that waits for output only for a moment.
async fn impatient(names: &[&str]) -> Rig {
    let limits = |limits: &mut rotunda_router::Limits| {
        limits.hold_time = Duration::from_millis(100);
    };
    Plan::of(names).limits(limits).start().await
}

impl Client {
    async fn ask(rig: &Rig, way: Way) -> Self {
        match way {
            Way::Http => Self::Http(Box::new(rig.fresh("s").head().await)),
            Way::Socket => {
                let mut socket = rig.socket(&[("session-id", "s")]).await;
                socket.send(&frame(turn(&[user("hi")]))).await;
                Self::Socket(Box::new(socket))
            }
        }
    }

    /// All events up to one of this type.
    async fn until(&mut self, last: &str) -> Vec<Value> {
        match self {
            Self::Http(answer) => {
                event::parse_sse(answer.until(&format!("event: {last}\n")).await.as_bytes())
            }
            Self::Socket(socket) => socket.until(last).await,
        }
    }

    /// All events to the end of the response.
    async fn finish(self) -> (Vec<Value>, End) {
        match self {
            Self::Http(answer) => {
                let (answer, broken) = answer.read_to_end_or_break().await;
                (answer.events(), if broken.is_some() { End::Broken } else { End::Well })
            }
            Self::Socket(mut socket) => {
                let mut events = Vec::new();
                loop {
                    match socket.heard().await {
                        Heard::Event(event) => {
                            let last = kind(&event);
                            events.push(event);
                            if ["response.completed", "response.failed", "error"]
                                .contains(&last.as_str())
                            {
                                return (events, End::Well);
                            }
                        }
                        Heard::Ping(_) | Heard::Pong(_) => {}
                        Heard::Closed(_) => return (events, End::Closed),
                        Heard::Dropped => return (events, End::Broken),
                    }
                }
            }
        }
    }
}

fn kinds(events: &[Value]) -> Vec<String> {
    events.iter().map(kind).filter(|kind| kind != "keepalive").collect()
}

/// What a client sees in all of a turn that `main` begins and then fails, and others serve.
async fn watch(rig: &Rig, way: Way, gate: &Gate) -> (Vec<Value>, End) {
    let mut client = Client::ask(rig, way).await;
    let mut events = client.until("response.created").await;
    gate.open();
    let (rest, end) = client.finish().await;
    events.extend(rest);
    (events, end)
}

/// An answer that begins, and continues when the gate opens.
fn begun(id: &str, gate: &Gate) -> Reply {
    Reply::events([event::created(id)]).pass(gate)
}

const WHOLE: [&str; 6] = [
    "response.created",
    "response.in_progress",
    "response.output_item.added",
    "response.output_text.delta",
    "response.output_item.done",
    "response.completed",
];

#[track_caller]
fn is_one_response(rig: &Rig, events: &[Value], by: &str, what: &str) {
    let kinds = kinds(events);
    assert_eq!(kinds.first().map(String::as_str), Some("response.created"), "{what}: {kinds:?}");
    let output = kinds.iter().filter(|kind| WHOLE[2..].contains(&kind.as_str()));
    assert_eq!(output.collect::<Vec<_>>(), WHOLE[2..].iter().collect::<Vec<_>>(), "{what}");
    assert_eq!(kinds.iter().filter(|kind| *kind == "response.created").count(), 1, "{what}");
    let text = json!(events).to_string();
    assert!(text.contains(&format!("hello from {by}")), "{what}: {text}");
    assert!(!text.contains("usage_limit") && !text.contains("odd"), "{what}: {text}");
    assert_eq!(rig.pool.view().missed, 0, "{what}");
}

#[tokio::test]
async fn a_failure_after_the_handshake_went_out_rotates() {
    for way in WAYS {
        for failure in failures() {
            let what = format!("{way:?} {failure}");
            let rig = impatient(&["main", "second"]).await;
            let gate = Gate::closed();
            let reply = begun("resp-main-x", &gate)
                .then_events([event::in_progress("resp-main-x"), failure]);
            rig.upstream.next("account-main", reply);
            let (events, end) = watch(&rig, way, &gate).await;
            assert_eq!(end, End::Well, "{what}");
            is_one_response(&rig, &events, "second", &what);
            assert_eq!(rig.upstream.tried(), ["main", "second"], "{what}");
        }
    }
}

#[tokio::test]
async fn output_after_the_handshake_went_out_is_served() {
    for way in WAYS {
        let rig = impatient(&["main", "second"]).await;
        let gate = Gate::closed();
        let whole = event::turn("resp-main-x", "hello from main");
        rig.upstream
            .next("account-main", begun("resp-main-x", &gate).then_events(whole[1..].to_vec()));
        let (events, end) = watch(&rig, way, &gate).await;
        assert_eq!(
            (kinds(&events), end),
            (WHOLE.map(str::to_owned).to_vec(), End::Well),
            "{way:?}"
        );
        assert_eq!(rig.upstream.tried(), ["main"]);
    }
}

/// The client's next turn continues the response that was served, not the one that began.
#[tokio::test]
async fn the_chain_belongs_to_the_profile_that_served() {
    for way in WAYS {
        let rig = impatient(&["main", "second"]).await;
        let gate = Gate::closed();
        let reply = begun("resp-main-x", &gate).then_events([event::failed("odd", "m")]);
        rig.upstream.next("account-main", reply);
        rig.upstream.next("account-second", Reply::turn("resp-second-y", "hello from second"));
        let (events, _) = watch(&rig, way, &gate).await;
        assert_eq!(events.last().unwrap()["response"]["id"], "resp-second-y", "{way:?}");
        // The profile that began is the first in order again.
        rig.pool.use_now(rig.id("main"));
        let next = rig.ask(&chained("resp-second-y", &[user("more")])).answer().await;
        assert_eq!(next.status, 200, "{way:?}: {}", next.text());
        assert_eq!(rig.upstream.tried().last().unwrap(), "second", "{way:?}");
        // The other id is known of no profile: the chosen one is tried.
        let other = rig.ask(&chained("resp-main-x", &[user("more")])).answer().await;
        assert_ne!(other.status, 200, "{way:?}: {}", other.text());
    }
}

/// However many begin without output.
#[tokio::test]
async fn the_last_of_seven_profiles_serves() {
    let names = ["a", "b", "c", "d", "e", "f", "g"];
    for way in WAYS {
        let rig = impatient(&names).await;
        let gate = Gate::closed();
        let failed = event::failed("usage_limit_reached", "m");
        rig.upstream.next("account-a", begun("resp-a", &gate).then_events([failed.clone()]));
        // Some fail within the wait, some after it.
        for name in ["b", "d"] {
            let reply = Reply::events([event::created(name), failed.clone()]);
            rig.upstream.next(&format!("account-{name}"), reply);
        }
        let late = Gate::closed();
        rig.upstream.next("account-c", begun("resp-c", &late).then_events([failed.clone()]));
        for name in ["e", "f"] {
            rig.upstream.next(&format!("account-{name}"), stated(429, "usage_limit_reached"));
        }
        let opens = async {
            late.reached().await;
            tokio::time::sleep(Duration::from_millis(300)).await;
            late.open();
        };
        let ((events, end), ()) = tokio::join!(watch(&rig, way, &gate), opens);
        assert_eq!(end, End::Well, "{way:?}");
        is_one_response(&rig, &events, "g", &format!("{way:?}"));
    }
}

/// Nothing of the first answer's items, although they began.
#[tokio::test]
async fn an_item_without_content_goes_out_with_its_content_only() {
    for way in WAYS {
        let rig = impatient(&["main", "second"]).await;
        let (gate, second) = (Gate::closed(), Gate::closed());
        let item = event::message("of main");
        let reply = begun("resp-main-x", &gate)
            .then_events([event::item_added(&item), event::in_progress("resp-main-x")])
            .pass(&second)
            .then_events([event::failed("usage_limit_reached", "m")]);
        rig.upstream.next("account-main", reply);
        let opens = async {
            second.reached().await;
            second.open();
        };
        let ((events, _), ()) = tokio::join!(watch(&rig, way, &gate), opens);
        is_one_response(&rig, &events, "second", &format!("{way:?}"));
        assert!(!json!(events).to_string().contains("of main"), "{way:?}");
    }
}

/// Over HTTP the client reads the failure as received, asks again, and reads when the limit ends; over
/// a socket it reads that at once.
#[tokio::test]
async fn when_no_other_profile_is_ready_the_failure_is_passed_on() {
    for names in [&["main"][..], &["main", "second"]] {
        for way in WAYS {
            let rig = impatient(names).await;
            let gate = Gate::closed();
            let failed = event::failed("usage_limit_reached", "as it is");
            let reply = begun("resp-main-x", &gate).then_events([failed.clone()]);
            rig.upstream.next("account-main", reply);
            rig.upstream.always("account-second", stated(429, "usage_limit_reached"));
            let (events, end) = watch(&rig, way, &gate).await;
            assert_eq!(end, End::Well);
            let last = events.last().unwrap();
            match way {
                Way::Http => {
                    assert_eq!(*last, failed);
                    assert_eq!(rig.fresh("s").answer().await.status, 429);
                }
                Way::Socket => {
                    assert_eq!(last["error"]["type"], "usage_limit_reached");
                    assert_eq!(last["status"], 429);
                }
            }
            assert_eq!(rig.pool.view().missed, 0);
        }
    }
}

/// The real client ends a turn at once when it reads of an overload.
#[tokio::test]
async fn an_overload_of_all_breaks_the_answer_off() {
    let rig = impatient(&["main"]).await;
    let gate = Gate::closed();
    let overloaded = event::failed("server_is_overloaded", "m");
    rig.upstream.next("account-main", begun("x", &gate).then_events([overloaded]));
    rig.upstream.always("account-main", stated(503, "server_is_overloaded"));
    let (events, end) = watch(&rig, Way::Http, &gate).await;
    assert_eq!((kinds(&events), end), (vec!["response.created".to_owned()], End::Broken));
}

/// A lost connection may have produced an answer: no other profile is tried.
#[tokio::test]
async fn a_cut_after_the_handshake_went_out_is_passed_on() {
    for way in WAYS {
        let rig = impatient(&["main", "second"]).await;
        let gate = Gate::closed();
        rig.upstream.next("account-main", begun("resp-main-x", &gate).then(Step::Cut));
        let (events, end) = watch(&rig, way, &gate).await;
        assert_eq!((kinds(&events), end), (vec!["response.created".to_owned()], End::Broken));
        assert_eq!(rig.upstream.tried(), ["main"], "{way:?}");
    }
}

/// A clean end is no cut, and no answer either.
#[tokio::test]
async fn an_end_after_the_handshake_went_out_is_passed_on() {
    let rig = impatient(&["main", "second"]).await;
    let gate = Gate::closed();
    rig.upstream.next("account-main", begun("resp-main-x", &gate));
    let (events, end) = watch(&rig, Way::Http, &gate).await;
    assert_eq!((kinds(&events), end), (vec!["response.created".to_owned()], End::Well));
    assert_eq!(rig.upstream.tried(), ["main"]);
}

/// The connection of the next profile breaks when its request is on the way.
#[tokio::test]
async fn a_cut_of_the_next_profile_breaks_the_answer_off() {
    for way in WAYS {
        let rig = impatient(&["main", "second", "third"]).await;
        let gate = Gate::closed();
        let failed = event::failed("usage_limit_reached", "m");
        rig.upstream.next("account-main", begun("x", &gate).then_events([failed]));
        rig.upstream.next("account-second", Reply::cut_before_head());
        let (events, end) = watch(&rig, way, &gate).await;
        assert_eq!((kinds(&events), end), (vec!["response.created".to_owned()], End::Broken));
        assert_eq!(rig.upstream.tried(), ["main", "second"], "{way:?}");
    }
}

#[tokio::test]
async fn a_socket_that_is_closed_with_an_error_after_the_handshake_rotates() {
    for code in [1008, 1011, 1013] {
        let rig = impatient(&["main", "second"]).await;
        let gate = Gate::closed();
        rig.upstream.next("account-main", begun("x", &gate).then(Step::Close(code, "no")));
        let (events, _) = watch(&rig, Way::Socket, &gate).await;
        is_one_response(&rig, &events, "second", &code.to_string());
    }
}

/// More than is held of a handshake: then it goes out, and the turn is still open.
#[tokio::test]
async fn a_failure_after_much_handshake_rotates() {
    for way in WAYS {
        for size in [64 << 10, 300 << 10] {
            let rig = Rig::of(&["main", "second"]).await;
            let gate = Gate::closed();
            let padding = json!({"type": "response.in_progress", "x": "x".repeat(size)});
            let reply = Reply::events([event::created("resp-main-x")])
                .then_events(vec![padding; 6])
                .pass(&gate)
                .then_events([event::failed("usage_limit_reached", "m")]);
            rig.upstream.next("account-main", reply);
            let (events, _) = watch(&rig, way, &gate).await;
            is_one_response(&rig, &events, "second", &format!("{way:?} {size}"));
        }
    }
}

/// Of an event only whole ones go out, wherever the pieces are cut and whatever ends the lines.
#[tokio::test]
async fn half_a_failure_is_not_passed_on() {
    for end in ["\n", "\r\n", "\r"] {
        for bytes in [1, 30, 90] {
            let rig = impatient(&["main", "second"]).await;
            let (gate, second) = (Gate::closed(), Gate::closed());
            let created = sse(&event::created("resp-main-x")).replace('\n', end);
            let quiet = format!("\u{feff}: hi\n\n{created}");
            let failed = sse(&event::failed("usage_limit_reached", "m")).replace('\n', end);
            let raw = |text: &str| Step::Raw(Bytes::copy_from_slice(text.as_bytes()));
            let reply = Reply::events([])
                .then(raw(&(quiet + &failed[..bytes])))
                .pass(&gate)
                .then(raw(&failed[bytes..=bytes]))
                .pass(&second)
                .then(raw(&failed[bytes + 1..]));
            rig.upstream.next("account-main", reply);
            let marked = format!("\u{feff}{}", sse(&event::delta("hello from second")));
            let served = Reply::events([])
                .then(raw(&marked))
                .then_events([event::completed("resp-second-y")]);
            rig.upstream.next("account-second", served);
            let opens = async {
                second.reached().await;
                second.open();
            };
            let asking = async {
                let mut answer = rig.fresh("s").head().await;
                let begin = answer.until("response.created\"").await;
                gate.open();
                begin + &answer.read_to_end().await.text()
            };
            let (text, ()) = tokio::join!(asking, opens);
            assert_eq!(text.matches('\u{feff}').count(), 0, "{text}");
            let usual = text.replace("\r\n", "\n").replace('\r', "\n");
            assert!(text.contains(&created), "with the whole end of its last line: {text:?}");
            let expected = ["response.created", "response.output_text.delta", "response.completed"];
            assert_eq!(kinds(&event::parse_sse(usual.as_bytes())), expected, "{text}");
            assert!(!text.contains("response.failed") && !text.contains("usage_limit"), "{text}");
        }
    }
}

/// What the client is kept with while other profiles take their time.
#[tokio::test]
async fn a_client_with_a_beginning_is_kept_from_its_idle_timeout() {
    for way in WAYS {
        let limits = |limits: &mut rotunda_router::Limits| {
            limits.hold_time = Duration::from_millis(100);
            limits.keepalive = Duration::from_millis(100);
        };
        let rig = Plan::of(&["main", "second"]).limits(limits).start().await;
        let (gate, second) = (Gate::closed(), Gate::closed());
        let failed = event::failed("usage_limit_reached", "m");
        rig.upstream.next("account-main", begun("x", &gate).then_events([failed]));
        let whole = event::turn("resp-second-y", "hello from second");
        let reply = Reply::events([event::created("resp-second-y")]).pass(&second);
        rig.upstream.next("account-second", reply.then_events(whole[1..].to_vec()));
        let mut client = Client::ask(&rig, way).await;
        let mut events = client.until("response.created").await;
        gate.open();
        events.extend(client.until("keepalive").await);
        second.open();
        events.extend(client.finish().await.0);
        is_one_response(&rig, &events, "second", &format!("{way:?}"));
    }
}

/// The state of the turn that began stays with the profile it is of.
#[tokio::test]
async fn a_turn_state_of_the_beginning_goes_to_its_owner_only() {
    let rig = impatient(&["main", "second"]).await;
    let gate = Gate::closed();
    let failed = event::failed("usage_limit_reached", "m");
    let reply = begun("x", &gate).then_events([failed]).header("x-codex-turn-state", "state-main");
    rig.upstream.next("account-main", reply);
    let (events, _) = watch(&rig, Way::Http, &gate).await;
    is_one_response(&rig, &events, "second", "");
    let next = rig.fresh("s").header("x-codex-turn-state", "state-main").answer().await;
    assert_eq!(next.status, 200);
    let attempts = rig.upstream.attempts();
    let last = attempts.last().unwrap();
    assert_eq!((last.account(), last.header("x-codex-turn-state")), ("account-second", ""));
}

/// A failure says what it says, whether its connection is closed, cut or silent then.
#[tokio::test]
async fn a_late_failure_counts_whatever_follows_it() {
    for way in WAYS {
        for after in [Step::Stall, Step::Close(1000, "over"), Step::Close(1011, "no"), Step::Cut] {
            let rig = impatient(&["main", "second"]).await;
            let gate = Gate::closed();
            let failed = event::failed("usage_limit_reached", "m");
            let reply = begun("resp-main-x", &gate).then_events([failed]).then(after.clone());
            rig.upstream.next("account-main", reply);
            let (events, _) = watch(&rig, way, &gate).await;
            is_one_response(&rig, &events, "second", &format!("{way:?} {after:?}"));
        }
    }
}

/// A client that leaves gives back its place, and upstream's answer.
#[tokio::test]
async fn a_client_that_leaves_after_the_handshake_cancels_upstream() {
    for way in WAYS {
        let rig = impatient(&["main", "second"]).await;
        let gate = Gate::closed();
        rig.upstream.next("account-main", begun("x", &gate));
        let mut client = Client::ask(&rig, way).await;
        client.until("response.created").await;
        assert_eq!(rig.status("main").in_flight, 1, "{way:?}");
        drop(client);
        rotunda_tests::eventually("the place to be free", || rig.status("main").in_flight == 0)
            .await;
        assert_eq!(rig.upstream.tried(), ["main"]);
        assert_eq!(rig.standing("main"), Standing::Ready);
    }
}
