//! Replays what was recorded: the client's requests of each fixture go through
//! the router, the recorded answers come from upstream, and what the client
//! gets is what it got then.

use std::{
    collections::{BTreeSet, HashMap, VecDeque},
    fs,
    path::Path,
    sync::Mutex,
};

use reqwest::Method;
use rotunda_tests::{
    Plan, Reply, Rig, Route,
    client::{Ask, Socket},
};
use serde_json::Value;

/// Answers by request, in the recorded order.
type Answers = HashMap<String, Vec<Reply>>;

struct Fixture {
    name: String,
    exchanges: Vec<Value>,
}

impl Fixture {
    /// How many profiles got a request.
    fn profiles(&self) -> usize {
        let attempts = self.exchanges.iter().flat_map(|exchange| list(&exchange["attempts"]));
        let names: BTreeSet<_> = attempts.map(|it| it["profile"].to_string()).collect();
        names.len().max(1)
    }
}

fn fixtures() -> Vec<Fixture> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("compat/fixtures");
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|it| it.unwrap().path()).collect();
    files.sort();
    let read = |file: &std::path::PathBuf| {
        let fixture: Value = serde_json::from_slice(&fs::read(file).unwrap()).unwrap();
        let name = file.file_stem().unwrap().to_string_lossy().into_owned();
        Fixture { name, exchanges: fixture["exchanges"].as_array().unwrap().clone() }
    };
    files.iter().map(read).collect()
}

fn list(value: &Value) -> Vec<Value> {
    value.as_array().cloned().unwrap_or_default()
}

/// The client's frames of a socket, each with the frames that answered it.
fn turns(exchange: &Value) -> Vec<(Value, Vec<Value>)> {
    let mut turns: Vec<(Value, Vec<Value>)> = Vec::new();
    for frame in list(&exchange["frames"]) {
        if frame["from"] == "client" {
            turns.push((frame["message"].clone(), Vec::new()));
        } else if let Some((_, answers)) = turns.last_mut() {
            answers.push(frame["message"].clone());
        }
    }
    // After a frame without an answer the client stopped using sockets.
    turns.retain(|(_, answers)| !answers.is_empty());
    turns
}

/// Upstream's answers to attempts that were not passed on, up to the next one
/// that was; what follows that stays in `attempts`.
fn before_the_answer(attempts: &mut VecDeque<Value>) -> Vec<Reply> {
    let mut replies = Vec::new();
    while let Some(attempt) = attempts.pop_front() {
        let status = attempt["status"].as_u64().map(|status| u16::try_from(status).unwrap());
        let message = (!attempt["message"].is_null()).then(|| attempt["message"].clone());
        replies.push(match (list(&attempt["events"]), message, status) {
            (events, ..) if !events.is_empty() => Reply::events(events),
            (_, Some(message), _) => Reply::events([message]),
            (_, None, Some(status)) if status >= 400 => {
                Reply::json(status, attempt["body"].clone())
            }
            _ => break,
        });
    }
    replies
}

/// Whether this is the router's error for a chain that has to be sent again.
fn is_stale(expected_frames: &[Value]) -> bool {
    expected_frames.iter().any(|frame| frame["error"]["code"] == "stale_continuation")
}

fn answers(fixture: &Fixture) -> Answers {
    let mut all = Answers::new();
    for exchange in &fixture.exchanges {
        let mut attempts = VecDeque::from(list(&exchange["attempts"]));
        let has_attempts = !attempts.is_empty();
        let is_http = exchange["frames"].is_null();
        if is_http && has_attempts {
            let before = before_the_answer(&mut attempts);
            all.entry(exchange["request"]["body"].to_string()).or_default().extend(before);
        }
        let response = &exchange["response"];
        if let Some(status) = response["status"].as_u64().filter(|_| exchange["frames"].is_null()) {
            let status = u16::try_from(status).unwrap();
            // An error after attempts was made by the router.
            if status >= 400 && has_attempts {
                continue;
            }
            let reply = match response["events"].as_array() {
                Some(events) => Reply::events(events.clone()),
                None => Reply::json(status, response["body"].clone()),
            };
            all.entry(exchange["request"]["body"].to_string()).or_default().push(reply);
        }
        for (request, expected_frames) in turns(exchange) {
            let replies = all.entry(request.to_string()).or_default();
            if has_attempts {
                replies.extend(before_the_answer(&mut attempts));
            }
            if !(has_attempts && is_stale(&expected_frames)) {
                replies.push(Reply::events(expected_frames));
            }
        }
    }
    all
}

fn headers(exchange: &Value) -> Vec<(String, String)> {
    let headers = exchange["request"]["headers"].as_object().cloned().unwrap_or_default();
    headers.into_iter().map(|(name, value)| (name, value.as_str().unwrap().to_owned())).collect()
}

async fn replay_http(name: &str, rig: &Rig, exchange: &Value) {
    let (request, response) = (&exchange["request"], &exchange["response"]);
    let path = format!("/codex/{}", request["path"].as_str().unwrap());
    let ask = Ask::new(Method::POST, rig.keyed(&path)).json(&request["body"]);
    let ask = headers(exchange).iter().fold(ask, |ask, (name, value)| ask.header(name, value));
    let answer = ask.answer().await;
    assert_eq!(u64::from(answer.status.as_u16()), response["status"], "{name}");
    if response["events"].is_array() {
        assert_eq!(answer.events(), list(&response["events"]), "{name}");
    } else {
        let (got, then) = (answer.json(), &response["body"]);
        assert_eq!(got["error"]["type"], then["error"]["type"], "{name}: {got}");
    }
}

async fn replay_socket(name: &str, rig: &Rig, exchange: &Value) {
    let headers = headers(exchange);
    let headers: Vec<_> = headers.iter().map(|(name, value)| (&**name, &**value)).collect();
    let url = rig.keyed("/codex/responses");
    let mut socket = Socket::open(&url, &headers).await.unwrap();
    for (request, expected_frames) in turns(exchange) {
        socket.send(&request).await;
        for expected in expected_frames {
            let mut got = socket.event().await;
            if is_stale(std::slice::from_ref(&got)) {
                // The router's message is no part of the flow.
                got["error"]["message"] = "<text>".into();
            }
            assert_eq!(got, expected, "{name}");
        }
    }
}

#[tokio::test]
async fn every_recorded_flow_is_answered_as_it_was() {
    let fixtures = fixtures();
    assert!(fixtures.len() >= 10, "the flows of the client are there");
    for fixture in fixtures {
        let rig = Plan::of(&["main", "second"][..fixture.profiles()]).start().await;
        let left = Mutex::new(answers(&fixture));
        rig.upstream.when(move |seen| {
            let queue = (seen.route == Route::Responses).then(|| seen.json().to_string())?;
            let mut left = left.lock().unwrap();
            let replies = left.get_mut(&queue)?;
            (!replies.is_empty()).then(|| replies.remove(0))
        });
        for exchange in &fixture.exchanges {
            if !exchange["frames"].is_null() {
                replay_socket(&fixture.name, &rig, exchange).await;
            } else if exchange["request"]["method"] == "POST" {
                replay_http(&fixture.name, &rig, exchange).await;
            }
        }
        assert_eq!(rig.upstream.strangeness(), Vec::<String>::new(), "{}", fixture.name);
    }
}
