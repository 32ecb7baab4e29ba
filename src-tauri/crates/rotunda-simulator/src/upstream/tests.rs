use std::time::Duration;

use serde_json::json;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::Instant,
};

use super::*;
use crate::{Step, event};

/// One request over a connection of its own; the whole answer as text.
async fn ask(upstream: &ScriptedUpstream, line: &str, account: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(upstream.address()).await.unwrap();
    let length = body.len();
    let head = format!(
        "{line} HTTP/1.1\r\nhost: upstream\r\nconnection: close\r\n\
         chatgpt-account-id: {account}\r\ncontent-length: {length}\r\n\r\n{body}"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

const TURN: &str = "POST /backend-api/codex/responses";

#[tokio::test]
async fn a_turn_without_a_script_is_answered_and_recorded() {
    let upstream = ScriptedUpstream::start().await;
    let answer = ask(&upstream, TURN, "account-a", "{}").await;
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert!(answer.contains("text/event-stream") && answer.contains("hello from a"), "{answer}");
    assert_eq!(upstream.tried(), ["a"]);
    assert!(upstream.attempts()[0].finished());
}

#[tokio::test]
async fn a_queued_answer_comes_before_a_handler_and_once() {
    let upstream = ScriptedUpstream::start().await;
    upstream.always("account-a", Reply::json(503, json!({"from": "handler"})));
    upstream.next("account-a", Reply::json(429, json!({"from": "queue"})));
    assert_eq!(upstream.unasked(), 1);
    let first = ask(&upstream, TURN, "account-a", "{}").await;
    assert!(first.starts_with("HTTP/1.1 429") && first.contains("queue"), "{first}");
    let second = ask(&upstream, TURN, "account-a", "{}").await;
    assert!(second.starts_with("HTTP/1.1 503") && second.contains("handler"), "{second}");
    assert_eq!(upstream.unasked(), 0);
}

#[tokio::test]
async fn a_cut_breaks_an_answer_off_after_what_came_before() {
    let upstream = ScriptedUpstream::start().await;
    upstream.next(ANYONE, Reply::events([event::created("resp-1")]).then(Step::Cut));
    let answer = ask(&upstream, TURN, "account-a", "{}").await;
    assert!(answer.contains("response.created"), "{answer}");
    assert!(!answer.ends_with("0\r\n\r\n"), "the stream came to its end: {answer}");
}

#[tokio::test]
async fn a_path_without_a_meaning_is_not_found() {
    let upstream = ScriptedUpstream::start().await;
    let answer = ask(&upstream, "GET /nowhere", "account-a", "").await;
    assert!(answer.starts_with("HTTP/1.1 404"), "{answer}");
    assert_eq!(upstream.received_on(Route::Other).len(), 1);
}

#[tokio::test]
async fn a_status_without_a_body_has_no_type() {
    let upstream = ScriptedUpstream::start().await;
    upstream.next(ANYONE, Reply::empty(426));
    let answer = ask(&upstream, TURN, "account-a", "{}").await;
    assert!(answer.starts_with("HTTP/1.1 426"), "{answer}");
    assert!(!answer.contains("content-type") && answer.contains("content-length: 0"), "{answer}");
}

#[tokio::test]
async fn paced_events_come_at_their_times() {
    let upstream = ScriptedUpstream::start().await;
    let pace = Duration::from_millis(20);
    upstream.next(ANYONE, Reply::paced(event::turn("resp-1", "hello"), pace));
    let began = Instant::now();
    let answer = ask(&upstream, TURN, "account-a", "{}").await;
    assert!(answer.contains("response.completed"), "{answer}");
    assert!(began.elapsed() >= pace * 6, "six events took {:?}", began.elapsed());
}
