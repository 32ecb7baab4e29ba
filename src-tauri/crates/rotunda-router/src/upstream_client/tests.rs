use std::sync::atomic::{AtomicU64, Ordering};

use http_body_util::BodyExt;
use rotunda_core::{Clock, Proxy};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    task::JoinSet,
};

use super::*;
use crate::tls::Tls;

const ANSWER: &[u8] =
    b"HTTP/1.1 200 OK\r\nset-cookie: seen=1; Path=/\r\ntransfer-encoding: chunked\r\n\r\n\
      2\r\nab\r\n1\r\nc\r\n0\r\n\r\n";

pub(super) fn upstream_client(proxy: &Proxy) -> Arc<UpstreamClient> {
    upstream_client_at(proxy, Arc::new(|| SystemTime::UNIX_EPOCH))
}

fn upstream_client_at(proxy: &Proxy, clock: Clock) -> Arc<UpstreamClient> {
    let dialer = Dialer::new(Tls::default(), proxy, Duration::from_secs(10), clock);
    UpstreamClient::new(Connector::new(dialer), Arc::default())
}

pub(super) async fn listen() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    (listener, url)
}

/// Reads a request's head; none at the end of the connection.
async fn head(socket: &mut BufReader<TcpStream>) -> Option<String> {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if socket.read_line(&mut head).await.unwrap() == 0 {
            return None;
        }
    }
    Some(head.to_ascii_lowercase())
}

pub(super) async fn send(
    upstream_client: &Arc<UpstreamClient>,
    url: &Url,
) -> Result<Response<PolledBody>, WireError> {
    send_with(upstream_client, url, Method::GET, Bytes::new()).await
}

async fn send_with(
    upstream_client: &Arc<UpstreamClient>,
    url: &Url,
    method: Method,
    body: Bytes,
) -> Result<Response<PolledBody>, WireError> {
    let hour = Duration::from_secs(3600);
    let patience = Patience { stall: hour, silence: hour, late: &mut || {} };
    upstream_client.send(method, url, HeaderMap::new(), body, patience).await
}

/// Answers the first request of the next connection, and gives that with the request's head.
async fn answer_once(listener: &TcpListener, answer: &[u8]) -> (BufReader<TcpStream>, String) {
    let mut socket = BufReader::new(listener.accept().await.unwrap().0);
    let head = head(&mut socket).await.unwrap();
    socket.write_all(answer).await.unwrap();
    (socket, head)
}

async fn ask(upstream_client: &Arc<UpstreamClient>, url: &str) -> Result<Bytes, WireError> {
    let url: Url = format!("{url}/a?b=c").parse().unwrap();
    let answer = send(upstream_client, &url).await?;
    Ok(answer.into_body().collect().await.unwrap().to_bytes())
}

#[tokio::test]
async fn a_connection_serves_again_with_its_cookies() {
    let (listener, url) = listen().await;
    let upstream_client = upstream_client(&Proxy::System);
    let serve = async {
        let mut socket = BufReader::new(listener.accept().await.unwrap().0);
        let first = head(&mut socket).await.unwrap();
        socket.write_all(ANSWER).await.unwrap();
        let second = head(&mut socket).await.unwrap();
        socket.write_all(ANSWER).await.unwrap();
        (first, second)
    };
    let both = async {
        (ask(&upstream_client, &url).await.unwrap(), ask(&upstream_client, &url).await.unwrap())
    };
    let ((first, second), answers) = tokio::join!(serve, both);
    assert_eq!(answers, (Bytes::from("abc"), Bytes::from("abc")));
    assert!(first.starts_with("get /a?b=c http/1.1\r\n"), "{first}");
    let host = format!("host: {}\r\n", url.trim_start_matches("http://"));
    assert!(first.contains(&host), "{first}");
    assert!(!first.contains("cookie:") && second.contains("cookie: seen=1"), "{second}");
}

/// Accepts and answers for as long as it is polled, and counts connections.
async fn serve_all(listener: &TcpListener, accepted: &AtomicU64) {
    let mut connections = JoinSet::new();
    loop {
        let mut socket = BufReader::new(listener.accept().await.unwrap().0);
        accepted.fetch_add(1, Ordering::SeqCst);
        connections.spawn(async move {
            while head(&mut socket).await.is_some() {
                socket.write_all(ANSWER).await.unwrap();
            }
        });
    }
}

/// What stands between the machine and upstream forgets a connection while the
/// machine sleeps, and neither end notices.
#[tokio::test]
async fn a_connection_from_before_a_sleep_is_not_trusted() {
    let (listener, url) = listen().await;
    let hour = Arc::new(AtomicU64::new(0));
    let clock: Clock = Arc::new({
        let hour = Arc::clone(&hour);
        move || SystemTime::UNIX_EPOCH + Duration::from_secs(3600 * hour.load(Ordering::SeqCst))
    });
    let upstream_client = upstream_client_at(&Proxy::System, clock);
    let accepted = AtomicU64::new(0);
    let asking = async {
        // Hours later, and after the clock was set back, there is a new one.
        for (now, connections) in [(5, 1), (5, 1), (8, 2), (8, 2), (2, 3), (2, 3)] {
            hour.store(now, Ordering::SeqCst);
            assert_eq!(ask(&upstream_client, &url).await.unwrap(), Bytes::from("abc"));
            assert_eq!(accepted.load(Ordering::SeqCst), connections, "hour {now}");
        }
    };
    tokio::select! {
        () = asking => {}
        () = serve_all(&listener, &accepted) => {}
    }
}

/// A connection that ended while it was idle costs nothing: not a byte of the
/// request has left.
#[tokio::test]
async fn a_connection_closed_while_idle_is_not_trusted() {
    let (listener, url) = listen().await;
    let upstream_client = upstream_client(&Proxy::System);
    for _ in 0..3 {
        let serve = async {
            let (mut socket, _head) = answer_once(&listener, ANSWER).await;
            socket.shutdown().await.unwrap();
        };
        let (answer, ()) = tokio::join!(ask(&upstream_client, &url), serve);
        assert_eq!(answer.unwrap(), Bytes::from("abc"));
    }
}

#[tokio::test]
async fn a_dropped_answer_closes_its_connection() {
    let (listener, url) = listen().await;
    let upstream_client = upstream_client(&Proxy::System);
    let serve = async {
        let mut socket = BufReader::new(listener.accept().await.unwrap().0);
        head(&mut socket).await.unwrap();
        socket.write_all(&ANSWER[..ANSWER.len() - 5]).await.unwrap();
        assert_eq!(socket.read(&mut [0; 8]).await.unwrap_or(0), 0);
    };
    let url: Url = url.parse().unwrap();
    let leave = async {
        let mut body = send(&upstream_client, &url).await.unwrap().into_body();
        let first = body.frame().await.unwrap().unwrap();
        assert_eq!(first.into_data().unwrap(), Bytes::from("abc"));
    };
    tokio::join!(serve, leave);
    assert!(upstream_client.idle.lock().unwrap().is_empty());
}

/// Upstream may refuse a request without reading it.
#[tokio::test]
async fn an_answer_may_come_before_the_request_was_taken() {
    let (listener, url) = listen().await;
    let upstream_client = upstream_client(&Proxy::System);
    let refusal = b"HTTP/1.1 413 Large\r\ncontent-length: 3\r\n\r\nno!";
    let serve = answer_once(&listener, refusal);
    let url: Url = url.parse().unwrap();
    let large = Bytes::from(vec![b'x'; 32 << 20]);
    let sent = send_with(&upstream_client, &url, Method::POST, large);
    let (answer, (_socket, head)) = tokio::join!(sent, serve);
    assert!(head.contains(&format!("content-length: {}\r\n", 32 << 20)), "{head}");
    let answer = answer.unwrap();
    assert_eq!(answer.status(), 413);
    assert_eq!(answer.into_body().collect().await.unwrap().to_bytes(), "no!");
    assert!(upstream_client.idle.lock().unwrap().is_empty(), "half a request is still to be sent");
}

/// Bytes behind an answer could pass for the answer to the next request.
#[tokio::test]
async fn what_comes_behind_an_answer_ends_the_connection() {
    let (listener, url) = listen().await;
    let upstream_client = upstream_client(&Proxy::System);
    for _ in 0..2 {
        let twice = [ANSWER, ANSWER].concat();
        let serve = answer_once(&listener, &twice);
        let (answer, _socket) = tokio::join!(ask(&upstream_client, &url), serve);
        assert_eq!(answer.unwrap(), Bytes::from("abc"));
        assert!(upstream_client.idle.lock().unwrap().is_empty());
    }
}

#[tokio::test]
async fn a_cut_answer_gives_what_came_and_then_its_error() {
    for (answer, error) in [
        (&ANSWER[..ANSWER.len() - 5], "the connection ended in the middle of the answer"),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nabc", "in the middle of the answer"),
        (b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\nx", "not valid"),
    ] {
        let (listener, url) = listen().await;
        let upstream_client = upstream_client(&Proxy::System);
        let serve = async {
            let mut socket = BufReader::new(listener.accept().await.unwrap().0);
            head(&mut socket).await.unwrap();
            for byte in answer {
                socket.write_all(&[*byte]).await.unwrap();
            }
        };
        let read = async {
            let mut body = send(&upstream_client, &url.parse().unwrap()).await.unwrap().into_body();
            let (mut came, mut broken) = (Vec::new(), None);
            while let Some(frame) = body.frame().await {
                match frame {
                    Ok(frame) => came.extend_from_slice(&frame.into_data().unwrap()),
                    Err(error) => broken = Some(error.to_string()),
                }
                if broken.is_some() {
                    break;
                }
            }
            (came, broken.unwrap_or_default())
        };
        let ((), (came, broken)) = tokio::join!(serve, read);
        assert_eq!(came, b"abc", "{broken}");
        assert!(broken.contains(error), "{broken}");
    }
}

#[tokio::test]
async fn a_break_after_sending_is_distinguished_from_one_before() {
    let (listener, url) = listen().await;
    let upstream_client = upstream_client(&Proxy::System);
    let serve = async {
        let mut socket = BufReader::new(listener.accept().await.unwrap().0);
        head(&mut socket).await.unwrap();
    };
    let (answer, ()) = tokio::join!(ask(&upstream_client, &url), serve);
    assert!(matches!(answer, Err(WireError::Sent(_))), "{answer:?}");
    drop(listener);
    let answer = ask(&upstream_client, &url).await;
    assert!(matches!(answer, Err(WireError::Connect(_))), "{answer:?}");
}

#[tokio::test]
async fn only_what_is_away_goes_through_the_proxy() {
    let (proxy, address) = listen().await;
    let address: Url = address.replace("http://", "http://user:word@").parse().unwrap();
    let upstream_client = upstream_client(&Proxy::Custom(address));
    let refuse = async {
        let mut socket = BufReader::new(proxy.accept().await.unwrap().0);
        let head = head(&mut socket).await.unwrap();
        socket.write_all(b"HTTP/1.1 407 No\r\n\r\n").await.unwrap();
        head
    };
    let (answer, head) = tokio::join!(ask(&upstream_client, "https://upstream.example"), refuse);
    assert!(matches!(answer, Err(WireError::Connect(_))), "{answer:?}");
    assert!(head.starts_with("connect upstream.example:443 http/1.1\r\n"), "{head}");
    assert!(head.contains("proxy-authorization: basic "), "{head}");

    let (here, url) = listen().await;
    let serve = async {
        let mut socket = BufReader::new(here.accept().await.unwrap().0);
        super::tests::head(&mut socket).await.unwrap();
        socket.write_all(ANSWER).await.unwrap();
    };
    let (answer, ()) = tokio::join!(ask(&upstream_client, &url), serve);
    assert_eq!(answer.unwrap(), Bytes::from("abc"));
}
