//! What programs without the key can take of the router: nearly nothing.

use std::time::Duration;

use bytes::Bytes;
use reqwest::Method;
use rotunda_tests::{
    Plan, Rig,
    client::Ask,
    eventually, in_time,
    rig::{CONTROL_KEY, KEY},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

/// Idle connections. Under Wine, which the tests for Windows run on, 2000 take more than five minutes.
const STRANGERS: usize = if cfg!(windows) { 600 } else { 2000 };

async fn connect(rig: &Rig) -> TcpStream {
    TcpStream::connect(rig.address()).await.unwrap()
}

/// Item 14: they are more than there is room for, some say something, and all
/// of them stay for as long as they may.
#[tokio::test]
async fn idle_strangers_do_not_delay_a_turn() {
    let rig = Plan::of(&["main"]).limits(|limits| limits.connections = 512).start().await;
    let mut strangers = Vec::new();
    for number in 0..STRANGERS {
        let mut stranger = connect(&rig).await;
        if number % 3 == 0 {
            stranger.write_all(b"GET /").await.ok();
        }
        strangers.push(stranger);
    }
    let answer = in_time("a turn among strangers", rig.fresh("s").answer()).await;
    assert_eq!(answer.status, 200);
    // Most were cut to make room; a few of the newest may stay a while.
    let mut open = 0;
    for stranger in &mut strangers {
        let mut buffer = [0; 16];
        let read = tokio::time::timeout(Duration::from_millis(1), stranger.read(&mut buffer));
        open += usize::from(read.await.is_err());
    }
    assert!(open <= 512, "{open} are still open");
}

/// With all places taken by clients, a new client still gets the place of a stranger.
#[tokio::test]
async fn a_client_is_let_in_before_strangers_that_came_first() {
    let rig = Plan::of(&["main"]).limits(|limits| limits.connections = 4).start().await;
    let mut kept = Vec::new();
    for _ in 0..16 {
        kept.push(connect(&rig).await);
    }
    for round in 0..4 {
        let answer = in_time("a turn among strangers", rig.fresh("s").answer()).await;
        assert_eq!(answer.status, 200, "{round}");
        kept.push(connect(&rig).await);
    }
}

/// A connection that showed the key is not cut for newer strangers.
#[tokio::test]
async fn a_client_that_showed_its_key_keeps_its_connection() {
    let rig = Plan::of(&["main"]).limits(|limits| limits.connections = 8).start().await;
    let mut client = connect(&rig).await;
    let request = format!("GET /{KEY}/codex HTTP/1.1\r\nhost: {}\r\n\r\n", rig.address());
    for _ in 0..3 {
        client.write_all(request.as_bytes()).await.unwrap();
        let mut answer = [0; 1024];
        let read = in_time("an answer", client.read(&mut answer)).await.unwrap();
        assert!(answer[..read].starts_with(b"HTTP/1.1 200"));
        for _ in 0..16 {
            drop(connect(&rig).await);
        }
        let mut idle = Vec::new();
        for _ in 0..16 {
            idle.push(connect(&rig).await);
        }
    }
}

/// Item 14: a program that asks again and again does not fill the log.
#[tokio::test]
async fn log_lines_of_requests_without_the_key_are_bounded() {
    let mut rig = Rig::of(&["main"]).await;
    let began = tokio::time::Instant::now();
    for _ in 0..200 {
        let answer = Ask::new(Method::GET, rig.url("/codex/responses")).answer().await;
        assert_eq!((answer.status.as_u16(), answer.header("connection")), (403, "close"));
    }
    let minutes = began.elapsed().as_secs() / 60 + 1;
    let written = |text: &str| text.matches("a request was turned away").count() as u64;
    let lines = written(&rig.logs.text());
    assert!((10..=10 * minutes).contains(&lines), "{lines} lines in {minutes} minutes");
    rig.stop().await;
    let text = rig.logs.text();
    let left_out = text.split("left_out=").skip(1).map(|rest| {
        let digits = rest.find(|it: char| !it.is_ascii_digit()).unwrap_or(rest.len());
        rest[..digits].parse::<u64>().unwrap()
    });
    assert_eq!(written(&text), lines);
    assert_eq!(lines + left_out.sum::<u64>(), 200, "{text}");
}

/// Items 14 and 413: a client that is refused early can read the reason while it still writes.
#[tokio::test]
async fn an_early_refusal_is_read_by_a_client_that_still_writes() {
    let rig = Rig::of(&["main"]).await;
    let body = Bytes::from(vec![b' '; 8 << 20]);
    for (path, status) in [
        ("/codex/responses".to_owned(), 403),
        (format!("/{KEY}/nothing"), 404),
        (format!("/{KEY}/codex/images/%2e%2e/x"), 404),
        (format!("/{KEY}/codex/responses"), 200),
    ] {
        for _ in 0..5 {
            // Written to its end before the answer is read, as simple clients do.
            let mut client = connect(&rig).await;
            let head = format!(
                "POST {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
                rig.address(),
                body.len()
            );
            client.write_all(head.as_bytes()).await.unwrap();
            in_time("a body to be taken", client.write_all(&body)).await.unwrap();
            let mut answer = Vec::new();
            in_time("an answer", client.read_to_end(&mut answer)).await.unwrap();
            let answer = String::from_utf8_lossy(&answer);
            let expected = format!("HTTP/1.1 {status}");
            assert!(
                answer.starts_with(&expected),
                "{path}: {}",
                answer.get(..200).unwrap_or(&answer)
            );
        }
    }
}

/// A refused body is not read for ever.
#[tokio::test]
async fn a_refused_body_that_never_ends_is_cut() {
    let rig = Rig::of(&["main"]).await;
    let mut client = connect(&rig).await;
    let head = format!(
        "POST /codex/responses HTTP/1.1\r\nhost: {}\r\ntransfer-encoding: chunked\r\n\r\n",
        rig.address()
    );
    client.write_all(head.as_bytes()).await.unwrap();
    let chunk = [b"10000\r\n".to_vec(), vec![b' '; 0x10000], b"\r\n".to_vec()].concat();
    in_time("the connection to be cut", async { while client.write_all(&chunk).await.is_ok() {} })
        .await;
}

/// Item 14: too large and too many requests of the command line are refused.
#[tokio::test]
async fn control_requests_are_bounded() {
    let rig = Plan::of(&["main"]).limits(|limits| limits.control = 2).start().await;
    let bearer = format!("Bearer {CONTROL_KEY}");
    let ask = || Ask::new(Method::POST, rig.url("/control/x")).header("authorization", &bearer);
    let large = ask().body(vec![b' '; (1 << 20) + 1]).answer().await;
    assert_eq!(large.status, 413);
    let mut slow = Vec::new();
    for _ in 0..2 {
        let mut client = connect(&rig).await;
        let head = format!(
            "POST /control/x HTTP/1.1\r\nhost: {}\r\nauthorization: {bearer}\r\ncontent-length: 9\r\n\r\n",
            rig.address()
        );
        client.write_all(head.as_bytes()).await.unwrap();
        slow.push(client);
    }
    let mut codes = Vec::new();
    for _ in 0..100 {
        let answer = ask().answer().await;
        codes.push((answer.status.as_u16(), answer.code()));
        if answer.status == 503 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(codes.pop().unwrap(), (503, "control_busy".to_owned()));
    drop(slow);
    eventually_served(&rig).await;
}

async fn eventually_served(rig: &Rig) {
    let bearer = format!("Bearer {CONTROL_KEY}");
    for _ in 0..500 {
        let ask = Ask::new(Method::POST, rig.url("/control/x")).header("authorization", &bearer);
        if ask.answer().await.status == 404 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the command line is refused for ever");
}

/// Item 14: bodies that are read at once stay within a budget, and each is
/// served in its turn.
#[tokio::test]
async fn large_bodies_at_once_are_served_one_after_the_other() {
    let plan = Plan::of(&["main"]).limits(|limits| {
        limits.body = 1 << 20;
        limits.decoded = 1 << 20;
        limits.bodies = 1 << 20;
    });
    let rig = plan.rules(|rules| rules.hard_cap = 64).start().await;
    let ask = || {
        let ask = rig.fresh("s").body(Bytes::from(vec![b' '; (1 << 20) - 1]));
        tokio::spawn(ask.answer())
    };
    let requests: Vec<_> = (0..12).map(|_| ask()).collect();
    for answer in requests {
        assert_eq!(answer.await.unwrap().status, 200);
    }
    eventually("all of them upstream", || rig.upstream.attempts().len() == 12).await;
}
