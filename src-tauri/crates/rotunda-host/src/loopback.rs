//! A small HTTP client for servers on this computer: no proxy, no redirects,
//! no TLS. For the control API, self-requests and the demo.

use std::{io, net::Ipv4Addr, time::Duration};

use bytes::Bytes;
use http::{Request, Response, header};
use http_body_util::{BodyExt, Full};
use hyper::{body::Incoming, client::conn::http1};
use hyper_util::rt::TokioIo;
use rotunda_core::Secret;
use thiserror::Error;
use tokio::net::TcpStream;

/// A server on this computer that does not answer for so long never will.
pub const PATIENCE: Duration = Duration::from_secs(10);
/// Answers are read to this size; ours are far smaller.
const LARGEST_ANSWER: usize = 16 << 20;

/// Why there was no answer.
#[derive(Debug, Error)]
pub enum LoopbackError {
    /// The port has no listener.
    #[error("nothing answers on port {0}")]
    Nobody(u16, #[source] io::Error),
    /// The listener does not speak HTTP, or broke off.
    #[error("port {0} broke off")]
    Broken(u16, #[source] hyper::Error),
    /// Too slow.
    #[error("port {0} took too long")]
    Slow(u16),
    /// Larger than anything we would say.
    #[error("port {0} answered too much")]
    TooLarge(u16),
}

/// Sends one request and hands over the answer with its body unread.
/// The request's URI is a path.
pub async fn open(
    port: u16,
    mut request: Request<Full<Bytes>>,
) -> Result<Response<Incoming>, LoopbackError> {
    if let Ok(host) = format!("127.0.0.1:{port}").parse() {
        request.headers_mut().insert(header::HOST, host);
    }
    let connect = TcpStream::connect((Ipv4Addr::LOCALHOST, port));
    let stream = in_time(port, connect).await?.map_err(|e| LoopbackError::Nobody(port, e))?;
    let broken = |e| LoopbackError::Broken(port, e);
    let (mut sender, connection) =
        in_time(port, http1::handshake(TokioIo::new(stream))).await?.map_err(broken)?;
    // Ends by itself when the answer has been read or dropped.
    tokio::spawn(connection);
    in_time(port, sender.send_request(request)).await?.map_err(broken)
}

/// Sends one request and reads the whole answer.
pub async fn ask(
    port: u16,
    request: Request<Full<Bytes>>,
) -> Result<Response<Bytes>, LoopbackError> {
    let (head, body) = open(port, request).await?.into_parts();
    let body = http_body_util::Limited::new(body, LARGEST_ANSWER);
    let read = in_time(port, body.collect()).await?;
    let body = read.map_err(|e| match e.downcast::<hyper::Error>() {
        Ok(e) => LoopbackError::Broken(port, *e),
        Err(_) => LoopbackError::TooLarge(port),
    })?;
    Ok(Response::from_parts(head, body.to_bytes()))
}

/// Reads a path of ours.
///
/// # Panics
/// When the path is none.
pub async fn get(port: u16, path: &str) -> Result<Response<Bytes>, LoopbackError> {
    let request = Request::get(path).body(Full::default());
    ask(port, request.expect("our own paths make a request")).await
}

/// Reads an address of ours on this port.
pub async fn get_url(port: u16, url: &Secret<String>) -> Result<Response<Bytes>, LoopbackError> {
    let path = url.expose().split_once(&port.to_string()).map_or("/", |(_, path)| path);
    get(port, path).await
}

async fn in_time<T>(port: u16, wait: impl Future<Output = T>) -> Result<T, LoopbackError> {
    tokio::time::timeout(PATIENCE, wait).await.map_err(|_| LoopbackError::Slow(port))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_closed_port_has_no_listener() {
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        drop(listener);
        let answer = ask(port, Request::new(Full::default())).await;
        assert!(matches!(answer, Err(LoopbackError::Nobody(p, _)) if p == port));
    }
}
