//! The same bytes, read by this client and by hyper's.

use http_body_util::{BodyExt, Empty};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

use rotunda_core::Proxy;

use super::{tests::*, *};

/// What a client makes of an answer.
#[derive(Debug, PartialEq, Eq)]
enum Outcome {
    /// A status, a body and whether that was whole.
    Answer(u16, Vec<u8>, bool),
    NoAnswer,
}

async fn read<B: http_body::Body<Data = Bytes> + Unpin>(status: u16, mut body: B) -> Outcome {
    let mut came = Vec::new();
    while let Some(frame) = body.frame().await {
        let Ok(frame) = frame else { return Outcome::Answer(status, came, false) };
        // Trailers are no part of the body.
        came.extend_from_slice(&frame.into_data().unwrap_or_default());
    }
    Outcome::Answer(status, came, true)
}

/// Answers one request with these bytes, so many at a time, and closes.
async fn serve(listener: &TcpListener, answer: &[u8], cut: usize) {
    let mut socket = listener.accept().await.unwrap().0;
    let mut head = [0; 4096];
    let _ = socket.read(&mut head).await.unwrap();
    for piece in answer.chunks(cut) {
        // The client may have seen enough.
        if socket.write_all(piece).await.is_err() {
            return;
        }
        tokio::task::yield_now().await;
    }
}

async fn ours(listener: &TcpListener, url: &str, answer: &[u8], cut: usize) -> Outcome {
    let client = upstream_client(&Proxy::None);
    let url = url.parse().unwrap();
    let asked = async {
        match send(&client, &url).await {
            Ok(answer) => read(answer.status().as_u16(), answer.into_body()).await,
            Err(_) => Outcome::NoAnswer,
        }
    };
    tokio::join!(asked, serve(listener, answer, cut)).0
}

async fn hypers(listener: &TcpListener, answer: &[u8], cut: usize) -> Outcome {
    let asked = async {
        let socket = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let (mut sender, connection) = http1::handshake(TokioIo::new(socket)).await.unwrap();
        let connection = tokio::spawn(connection);
        let request = http::Request::get("/").header("host", "h").body(Empty::<Bytes>::new());
        let outcome = match sender.send_request(request.unwrap()).await {
            Ok(answer) => read(answer.status().as_u16(), answer.into_body()).await,
            Err(_) => Outcome::NoAnswer,
        };
        connection.abort();
        outcome
    };
    tokio::join!(asked, serve(listener, answer, cut)).0
}

const ANSWERS: [&str; 30] = [
    "HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nabc",
    "HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nabc",
    "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n",
    "HTTP/1.1 200 OK\r\ncontent-length: 3, 3\r\n\r\nabc",
    "HTTP/1.1 200 OK\r\ncontent-length: 3\r\ncontent-length: 3\r\n\r\nabc",
    "HTTP/1.1 200 OK\r\ncontent-length: 3\r\ncontent-length: 4\r\n\r\nabc",
    "HTTP/1.1 200 OK\r\ncontent-length: -3\r\n\r\nabc",
    "HTTP/1.1 200 OK\r\n\r\nabc",
    "HTTP/1.1 200 OK\n\nabc",
    "\r\nHTTP/1.1 200 OK\r\nx:y\r\n\r\nabc",
    "HTTP/1.0 200 OK\r\n\r\nabc",
    "HTTP/1.0 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
    "HTTP/1.1 204 No Content\r\ncontent-length: 3\r\n\r\n",
    "HTTP/1.1 304 Not Modified\r\ncontent-length: 3\r\n\r\n",
    "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 404 No\r\ncontent-length: 1\r\n\r\nx",
    "HTTP/1.1 103 Early\r\nlink: a\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\nx",
    "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: CHUNKED\r\n\r\n3;a=b\r\nabc\r\n2 \r\nde\r\n0\r\n\r\n",
    "HTTP/1.1 200 OK\r\ntransfer-encoding: gzip, chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
    "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nx: y\r\n\r\n",
    "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n",
    "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nab",
    "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabcd\r\n",
    "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\nx\r\n",
    "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\na\n0\n\n",
    "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ncontent-length: 1\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
    "HTTP/1.1 500 \r\nconnection: close\r\ncontent-length: 1\r\n\r\nx",
    "HTTP/1.1 2000 OK\r\ncontent-length: 1\r\n\r\nx",
    "HTTP/1.1 200 OK\r\nx",
    "SSH-2.0-x\r\n\r\n",
];

#[tokio::test]
async fn both_clients_read_the_same() {
    let (listener, url) = listen().await;
    for answer in ANSWERS {
        for cut in [usize::MAX, 1] {
            let ours = ours(&listener, &url, answer.as_bytes(), cut).await;
            let theirs = hypers(&listener, answer.as_bytes(), cut).await;
            assert_eq!(ours, theirs, "{cut} {answer:?}");
        }
    }
}
