//! Every wait has an end and every queue a bound.

use std::time::Duration;

use bytes::Bytes;
use rotunda_core::{Event, event::Unasked};
use rotunda_tests::{
    Gate, Plan, Reply, Rig, Step,
    client::{Heard, raw},
    event, eventually, in_time,
    rig::{KEY, frame, turn, user},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

const SHORT: Duration = Duration::from_millis(200);

async fn connect(rig: &Rig) -> TcpStream {
    TcpStream::connect(rig.address()).await.unwrap()
}

/// Whatever comes until the router closes the connection.
async fn until_closed(tcp: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    in_time("the router to close", tcp.read_to_end(&mut answer)).await.ok();
    String::from_utf8_lossy(&answer).into_owned()
}

/// Slow loris, part one: a head that never ends.
#[tokio::test]
async fn a_client_that_dribbles_its_head_is_cut_off() {
    let rig = Plan::of(&["main"]).limits(|limits| limits.client_head = SHORT).start().await;
    let mut tcp = connect(&rig).await;
    tcp.write_all(format!("GET /{KEY}/codex HTTP/1.1\r\nhost: 127").as_bytes()).await.unwrap();
    let answer = until_closed(&mut tcp).await;
    assert!(!answer.contains(" 200 "), "{answer}");
}

/// Reads until the answer of the health route is whole.
async fn healthy(tcp: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    while !answer.ends_with(b"}") {
        let read = in_time("an answer", tcp.read_buf(&mut answer)).await.unwrap();
        assert_ne!(read, 0, "closed after {}", String::from_utf8_lossy(&answer));
    }
    String::from_utf8_lossy(&answer).into_owned()
}

/// One that is closed here while the client sends on it would fail the request.
#[tokio::test]
async fn an_idle_connection_of_a_client_stays_open() {
    // Long enough for a request on a machine with much to do.
    let head = Duration::from_secs(2);
    let rig = Plan::of(&["main"]).limits(|limits| limits.client_head = head).start().await;
    let mut tcp = connect(&rig).await;
    let request = |path: &str| format!("GET {path} HTTP/1.1\r\nhost: {}\r\n\r\n", rig.address());
    let with_key = request(&format!("/{KEY}/codex"));
    tcp.write_all(with_key.as_bytes()).await.unwrap();
    assert!(healthy(&mut tcp).await.contains(" 200 "));
    // Without a key it ends after its answer.
    let mut stranger = connect(&rig).await;
    stranger.write_all(request("/").as_bytes()).await.unwrap();
    assert!(until_closed(&mut stranger).await.contains(" 403 "));
    tokio::time::sleep(head).await;
    tcp.write_all(with_key.as_bytes()).await.unwrap();
    assert!(healthy(&mut tcp).await.contains(" 200 "));
}

/// And it ends when it is idle for much longer than clients keep one.
#[tokio::test]
async fn a_connection_that_a_client_forgot_is_closed() {
    let rig = Plan::of(&["main"]).limits(|limits| limits.client_idle = SHORT).start().await;
    let mut tcp = connect(&rig).await;
    let request = format!("GET /{KEY}/codex HTTP/1.1\r\nhost: {}\r\n\r\n", rig.address());
    tcp.write_all(request.as_bytes()).await.unwrap();
    assert!(until_closed(&mut tcp).await.contains(" 200 "));
}

/// Part two: a body that never ends.
#[tokio::test]
async fn a_client_that_dribbles_its_body_is_cut_off() {
    let rig = Plan::of(&["main"]).limits(|limits| limits.client_body = SHORT).start().await;
    let mut tcp = connect(&rig).await;
    let head = format!(
        "POST /{KEY}/codex/responses HTTP/1.1\r\nhost: {}\r\ncontent-length: 100\r\n\r\n{{",
        rig.address()
    );
    tcp.write_all(head.as_bytes()).await.unwrap();
    let answer = until_closed(&mut tcp).await;
    assert!(answer.is_empty() || answer.contains(" 408 "), "{answer}");
    assert!(rig.upstream.attempts().is_empty());
}

#[tokio::test]
async fn a_head_beyond_its_bound_is_refused() {
    let rig = Rig::of(&["main"]).await;
    let long = format!("x-long: {}\r\n", "x".repeat(256 << 10));
    let many = "x-many: 1\r\n".repeat(1000);
    for headers in [long, many] {
        let request =
            format!("GET /{KEY}/codex HTTP/1.1\r\nhost: {}\r\n{headers}\r\n", rig.address());
        let answer = raw(rig.address(), request.as_bytes()).await;
        assert!(answer.is_empty() || answer.contains(" 431 "), "{answer}");
    }
    assert_eq!(rig.fresh("s").answer().await.status, 200, "others are served");
}

/// It may have been served, so no other profile is tried.
#[tokio::test]
async fn an_upstream_that_never_answers_is_given_up() {
    let rig = Plan::of(&["main", "second"]).limits(|limits| limits.head = SHORT).start().await;
    rig.upstream.next("account-main", Reply::events([]).before(Step::Stall));
    let answer = rig.fresh("s").answer().await;
    assert!(answer.status == 502 || answer.status == 504, "{}", answer.text());
    assert_eq!(rig.upstream.tried(), ["main"]);
    eventually("upstream to be let go", || rig.upstream.attempts()[0].cancelled()).await;
}

/// Lesson 15.
#[tokio::test]
async fn a_stream_that_stalls_is_broken_off() {
    let rig = Plan::of(&["main", "second"]).limits(|limits| limits.chunk = SHORT).start().await;
    rig.upstream.next("account-main", Reply::events([event::delta("half")]).then(Step::Stall));
    let (answer, broken) = rig.fresh("s").head().await.read_to_end_or_break().await;
    assert!(answer.text().contains("half") && broken.is_some());
    eventually("upstream to be let go", || rig.upstream.attempts()[0].cancelled()).await;
    assert_eq!(rig.upstream.tried(), ["main"]);
}

#[tokio::test]
async fn a_socket_that_stalls_is_ended() {
    let rig = Plan::of(&["main", "second"]).limits(|limits| limits.chunk = SHORT).start().await;
    rig.upstream.next("account-main", Reply::events([event::delta("half")]).then(Step::Stall));
    let mut socket = rig.socket(&[]).await;
    socket.send(&frame(turn(&[user("hi")]))).await;
    let (_, end) = socket.read_to_end().await;
    assert!(matches!(end, Heard::Dropped | Heard::Closed(_)), "{end:?}");
    eventually("upstream to be let go", || rig.upstream.attempts()[0].cancelled()).await;
}

/// Lesson 16: an error with a body that never ends is still an error.
#[tokio::test]
async fn an_error_body_that_never_ends_does_not_hold_the_turn() {
    let rig =
        Plan::of(&["main", "second"]).limits(|limits| limits.error_time = SHORT).start().await;
    let endless = Reply::text(500, "application/json", "{\"error\":").then(Step::Stall);
    rig.upstream.next("account-main", endless);
    let answer = rig.fresh("s").answer().await;
    assert!(answer.text().contains("hello from second"), "{} {}", answer.status, answer.text());
}

/// Lesson 16: nor one that is endless and quick.
#[tokio::test]
async fn an_error_body_of_any_size_is_read_to_a_bound() {
    let rig = Rig::of(&["main", "second"]).await;
    let flood = Bytes::from(vec![b' '; 64 << 10]);
    rig.upstream.next("account-main", Reply::text(500, "text/plain", "").then(Step::Flood(flood)));
    let answer = rig.fresh("s").answer().await;
    assert!(answer.text().contains("hello from second"), "{} {}", answer.status, answer.text());
}

#[tokio::test]
async fn connections_beyond_the_bound_wait_and_are_served_then() {
    let rig = Plan::of(&["main"]).limits(|limits| limits.connections = 2).start().await;
    let gate = Gate::closed();
    for _ in 0..2 {
        rig.upstream.next("account-main", Reply::events([event::delta("slow")]).pass(&gate));
    }
    let mut first = rig.fresh("a").head().await;
    let mut second = rig.fresh("b").head().await;
    first.until("slow").await;
    second.until("slow").await;
    let waiting = tokio::spawn(rig.fresh("c").answer());
    gate.open();
    first.read_to_end().await;
    second.read_to_end().await;
    assert_eq!(waiting.await.unwrap().status, 200);
}

/// A request that reached no profile is not recorded as an attempt.
#[tokio::test]
async fn a_request_that_no_profile_has_a_place_for_was_sent_to_none() {
    let rig = Plan::of(&["main"]).rules(|rules| rules.hard_cap = 1).start().await;
    let gate = Gate::closed();
    rig.upstream.next("account-main", Reply::events([event::delta("slow")]).pass(&gate));
    let mut first = rig.fresh("a").head().await;
    first.until("slow").await;
    let busy = rig.fresh("b").answer().await;
    assert_eq!((busy.status.as_u16(), busy.code().as_str()), (503, "profiles_busy"));
    let is_unasked = |event: &Event| {
        let Event::Finished(finished) = event else { return false };
        finished.status == 503
            && (finished.attempts, finished.unasked) == (0, Some(Unasked::Busy))
            && finished.profile.is_none()
    };
    rig.wait_for_event("that none was asked", is_unasked).await;
    gate.open();
    first.read_to_end().await;
}

/// A frame beyond the bound ends that socket and nothing else.
#[tokio::test]
async fn a_frame_beyond_the_bound_ends_its_socket() {
    let rig = Plan::of(&["main"]).limits(|limits| limits.body = 64 << 10).start().await;
    let mut socket = rig.socket(&[]).await;
    socket.try_send(&frame(turn(&[user(&"x".repeat(1 << 20))]))).await;
    let (_, end) = socket.read_to_end().await;
    assert!(matches!(end, Heard::Dropped | Heard::Closed(_)), "{end:?}");
    assert!(rig.upstream.attempts().is_empty());
    assert_eq!(rig.fresh("s").answer().await.status, 200);
}
