//! The load: turns over a kept connection, each measured by the time of its first byte and its size.

use std::{net::SocketAddr, time::Duration};

use bytes::Bytes;
use http::{HeaderMap, Request, StatusCode, header};
use http_body_util::{BodyExt, Full};
use hyper::{
    body::Incoming,
    client::conn::http1::{self, SendRequest},
};
use hyper_util::rt::TokioIo;
use tokio::{net::TcpStream, time::Instant};

use crate::{Result, upstream::Script};

/// One connection to a subject, as Codex keeps it; a new one after an answer that ended the one before.
pub(crate) struct Client {
    sender: SendRequest<Full<Bytes>>,
    /// Whether the last answer said that its connection ends with it.
    ended: bool,
    address: SocketAddr,
    path: String,
}

/// What a client saw of one turn.
pub(crate) struct Turn {
    pub(crate) first_byte: Duration,
    /// The first output, after what only begins an answer.
    pub(crate) first_word: Duration,
    pub(crate) whole: Duration,
}

impl Client {
    pub(crate) async fn connect(address: SocketAddr, path: &str) -> Result<Self> {
        let sender = connection(address).await?;
        Ok(Self { sender, ended: false, address, path: path.to_owned() })
    }

    /// One turn to its end.
    pub(crate) async fn turn(&mut self, script: Script, session: &str) -> Result<Turn> {
        self.begin(script, session).await?.finish().await
    }

    /// A turn up to its first byte, held open for as long as the caller keeps it.
    pub(crate) async fn begin(&mut self, script: Script, session: &str) -> Result<Running> {
        let request = Request::post(self.path.as_str())
            .header(header::HOST, self.address.to_string())
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::ACCEPT, "text/event-stream")
            .header("session-id", session)
            .body(Full::new(script.body()))?;
        let started = Instant::now();
        if self.ended {
            self.sender = connection(self.address).await?;
        }
        self.sender.ready().await?;
        let response = self.sender.send_request(request).await?;
        self.ended = ends_connection(response.headers());
        let status = response.status();
        let body = response.into_body();
        let mut running = Running {
            script,
            status,
            body,
            started,
            first_byte: Duration::ZERO,
            first_word: None,
            events: 0,
            last_chunk: Bytes::new(),
        };
        running.read().await?;
        running.first_byte = started.elapsed();
        Ok(running)
    }
}

async fn connection(address: SocketAddr) -> Result<SendRequest<Full<Bytes>>> {
    let socket = TcpStream::connect(address).await?;
    socket.set_nodelay(true)?;
    let (sender, connection) = http1::handshake(TokioIo::new(socket)).await?;
    tokio::spawn(connection);
    Ok(sender)
}

fn ends_connection(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONNECTION)
        .is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"close"))
}

/// A turn that has begun to answer.
pub(crate) struct Running {
    script: Script,
    status: StatusCode,
    body: Incoming,
    started: Instant,
    first_byte: Duration,
    first_word: Option<Duration>,
    events: u32,
    last_chunk: Bytes,
}

impl Running {
    /// The next piece; false at the end.
    async fn read(&mut self) -> Result<bool> {
        while let Some(frame) = self.body.frame().await {
            let Ok(data) = frame?.into_data() else { continue };
            self.events += ends_of_events(&data, &self.last_chunk);
            if self.first_word.is_none() && has_word(&data) {
                self.first_word = Some(self.started.elapsed());
            }
            self.last_chunk = data;
            return Ok(true);
        }
        Ok(false)
    }

    /// Anything but the whole script is an error: a subject that drops events measures nothing.
    pub(crate) async fn finish(mut self) -> Result<Turn> {
        while self.read().await? {}
        let whole = self.started.elapsed();
        let Self { script, status, events, .. } = self;
        if !status.is_success() || events != script.events + 1 {
            let end: String = String::from_utf8_lossy(&self.last_chunk).chars().take(300).collect();
            let wanted = script.events;
            return Err(format!(
                "a turn of {wanted} events ended with {status} after {events}: {end}"
            )
            .into());
        }
        let first_word = self.first_word.unwrap_or(whole);
        Ok(Turn { first_byte: self.first_byte, first_word, whole })
    }
}

fn has_word(piece: &[u8]) -> bool {
    const WORD: &[u8] = b"event: response.output_text.delta";
    piece.windows(WORD.len()).any(|part| part == WORD)
}

/// Empty lines in this piece, also one that began in the piece before.
fn ends_of_events(piece: &[u8], before: &[u8]) -> u32 {
    let across = u32::from(
        before.ends_with(b"\n") && !before.ends_with(b"\n\n") && piece.starts_with(b"\n"),
    );
    let within = piece.windows(2).filter(|pair| pair == b"\n\n").count();
    across + u32::try_from(within).unwrap_or(u32::MAX)
}
