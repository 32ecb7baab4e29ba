//! The client's side: reads answers piece by piece, over HTTP and WebSocket.

use std::{net::SocketAddr, sync::OnceLock, time::Duration};

use bytes::Bytes;
use futures_util::{SinkExt as _, StreamExt as _};
use http::{HeaderMap, Response, StatusCode};
use reqwest::Method;
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{
        self, Message,
        client::IntoClientRequest as _,
        protocol::{CloseFrame, frame::coding::CloseCode},
    },
};
use url::Url;

use crate::{event, in_time};

/// How long a client keeps a connection without a request.
const IDLE: Duration = Duration::from_secs(10);

/// An HTTP client that talks to the loopback only, whatever the machine's proxy.
///
/// # Panics
/// When TLS cannot be set up, which needs no network.
pub fn http() -> reqwest::Client {
    install_provider();
    let builder = reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        // Longer ones would count as sockets that Rotunda did not close.
        .pool_idle_timeout(IDLE);
    builder.build().expect("a client needs no outside help")
}

/// TLS needs one for the whole process, although nothing here speaks it.
pub(crate) fn install_provider() {
    static PROVIDER: OnceLock<()> = OnceLock::new();
    PROVIDER.get_or_init(|| {
        rustls::crypto::ring::default_provider().install_default().ok();
    });
}

/// A request being put together.
#[derive(Debug)]
pub struct Ask {
    request: reqwest::RequestBuilder,
}

impl Ask {
    /// A request with no body.
    pub fn new(method: Method, url: Url) -> Self {
        Self { request: http().request(method, url) }
    }

    /// Sends this JSON.
    #[must_use]
    pub fn json(self, body: &Value) -> Self {
        self.body(body.to_string()).header("content-type", "application/json")
    }

    /// Sends these bytes.
    #[must_use]
    pub fn body(self, body: impl Into<reqwest::Body>) -> Self {
        Self { request: self.request.body(body) }
    }

    /// Adds a header.
    #[must_use]
    pub fn header(self, name: &str, value: &str) -> Self {
        Self { request: self.request.header(name, value) }
    }

    /// Waits for the head.
    ///
    /// # Panics
    /// When the connection breaks before it, or it never comes.
    pub async fn head(self) -> Incoming {
        self.try_head().await.expect("an answer")
    }

    /// Waits for the head, or the reason there is none.
    pub async fn try_head(self) -> Result<Incoming, reqwest::Error> {
        let response = in_time("the head of an answer", self.request.send()).await?;
        Ok(Incoming { status: response.status(), headers: response.headers().clone(), response })
    }

    /// Waits for the whole answer.
    ///
    /// # Panics
    /// When it breaks off, or never ends.
    pub async fn answer(self) -> Answer {
        self.head().await.read_to_end().await
    }
}

/// An answer that is still coming.
#[derive(Debug)]
pub struct Incoming {
    /// Status of its head.
    pub status: StatusCode,
    /// Headers of its head.
    pub headers: HeaderMap,
    response: reqwest::Response,
}

impl Incoming {
    /// The next piece; none at the end.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, reqwest::Error> {
        in_time("the next piece of an answer", self.response.chunk()).await
    }

    /// Reads until the text has come in, and returns all that was read.
    ///
    /// # Panics
    /// When the answer ends before.
    pub async fn until(&mut self, text: &str) -> String {
        let mut read = String::new();
        while !read.contains(text) {
            let chunk = self.chunk().await.expect("a whole stream");
            let chunk = chunk.unwrap_or_else(|| panic!("{text:?} should come, got {read:?}"));
            read.push_str(&String::from_utf8_lossy(&chunk));
        }
        read
    }

    /// Reads to the end.
    ///
    /// # Panics
    /// When the answer breaks off.
    pub async fn read_to_end(self) -> Answer {
        let (answer, broken) = self.read_to_end_or_break().await;
        assert!(broken.is_none(), "the answer breaks off: {broken:?} after {}", answer.text());
        answer
    }

    /// Reads to the end or to where it breaks off, and says which.
    pub async fn read_to_end_or_break(mut self) -> (Answer, Option<reqwest::Error>) {
        let mut body = Vec::new();
        let broken = loop {
            match self.chunk().await {
                Ok(Some(chunk)) => body.extend_from_slice(&chunk),
                Ok(None) => break None,
                Err(error) => break Some(error),
            }
        };
        (Answer { status: self.status, headers: self.headers, body: body.into() }, broken)
    }
}

/// An answer that has come in whole.
#[derive(Debug)]
pub struct Answer {
    /// Status of its head.
    pub status: StatusCode,
    /// Headers of its head.
    pub headers: HeaderMap,
    /// Body as received.
    pub body: Bytes,
}

impl Answer {
    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON; null when it is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// `error.code` of a JSON body; empty when absent.
    pub fn code(&self) -> String {
        self.json()["error"]["code"].as_str().unwrap_or_default().to_owned()
    }

    /// The events of a server-sent body.
    pub fn events(&self) -> Vec<Value> {
        event::parse_sse(&self.body)
    }

    /// The types of its events, in order.
    pub fn kinds(&self) -> Vec<String> {
        self.events().iter().map(kind).collect()
    }

    /// A header's value; empty when absent.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

/// The type of an event.
pub fn kind(event: &Value) -> String {
    event["type"].as_str().unwrap_or_default().to_owned()
}

/// The client's end of a WebSocket.
#[derive(Debug)]
pub struct Socket {
    io: WebSocketStream<TcpStream>,
    /// Head of the answer to the upgrade.
    pub head: Response<Option<Vec<u8>>>,
}

/// How a socket ended, or what came over it.
#[derive(Debug, Clone, PartialEq)]
pub enum Heard {
    /// A text frame that is JSON.
    Event(Value),
    /// A ping.
    Ping(Bytes),
    /// A pong.
    Pong(Bytes),
    /// A close frame, with its code if it had one.
    Closed(Option<u16>),
    /// The connection went away without one.
    Dropped,
}

impl Socket {
    /// Opens one, or returns the answer that refused it.
    ///
    /// # Panics
    /// When there is no answer at all.
    pub async fn open(
        url: &Url,
        headers: &[(&str, &str)],
    ) -> Result<Self, Box<Response<Option<Vec<u8>>>>> {
        let address =
            format!("{}:{}", url.host_str().unwrap_or_default(), url.port().unwrap_or(80));
        let tcp = in_time("a connection", TcpStream::connect(address)).await;
        let tcp = tcp.expect("a listener");
        let mut url = url.clone();
        url.set_scheme("ws").expect("http and ws are alike");
        let mut request = url.as_str().into_client_request().expect("a URL makes a request");
        for (name, value) in headers {
            let name: http::HeaderName = name.parse().expect("a legal header name");
            request.headers_mut().insert(name, value.parse().expect("a legal header value"));
        }
        match in_time("the answer to an upgrade", client_async(request, tcp)).await {
            Ok((io, head)) => Ok(Self { io, head }),
            Err(tungstenite::Error::Http(response)) => Err(response),
            Err(error) => panic!("an upgrade was not answered: {error}"),
        }
    }

    /// Sends one frame of JSON.
    ///
    /// # Panics
    /// When the socket is gone.
    pub async fn send(&mut self, event: &Value) {
        self.send_text(&event.to_string()).await;
    }

    /// Sends one text frame as it is.
    ///
    /// # Panics
    /// When the socket is closed.
    pub async fn send_text(&mut self, text: &str) {
        let sent = self.io.send(Message::text(text));
        in_time("a frame to be sent", sent).await.expect("an open socket");
    }

    /// Sends one frame of JSON, which the other side may refuse to take.
    pub async fn try_send(&mut self, event: &Value) {
        let sent = self.io.send(Message::text(event.to_string()));
        in_time("a frame to be sent", sent).await.ok();
    }

    /// Sends a ping.
    ///
    /// # Panics
    /// When the socket is gone.
    pub async fn ping(&mut self, payload: &'static [u8]) {
        let sent = self.io.send(Message::Ping(Bytes::from_static(payload)));
        in_time("a ping to be sent", sent).await.expect("an open socket");
    }

    /// Says goodbye with a close frame.
    pub async fn close(&mut self, code: u16) {
        let frame = CloseFrame { code: CloseCode::from(code), reason: "".into() };
        self.io.send(Message::Close(Some(frame))).await.ok();
    }

    /// The next message, or the end.
    pub async fn heard(&mut self) -> Heard {
        match in_time("something on a socket", self.io.next()).await {
            Some(Ok(Message::Text(text))) => {
                Heard::Event(serde_json::from_str(&text).unwrap_or_default())
            }
            Some(Ok(Message::Ping(payload))) => Heard::Ping(payload),
            Some(Ok(Message::Pong(payload))) => Heard::Pong(payload),
            Some(Ok(Message::Close(frame))) => Heard::Closed(frame.map(|frame| frame.code.into())),
            Some(Ok(Message::Binary(_) | Message::Frame(_))) => panic!("a binary frame"),
            Some(Err(_)) | None => Heard::Dropped,
        }
    }

    /// The next event; pings and pongs are passed over.
    ///
    /// # Panics
    /// When the socket ends before.
    pub async fn event(&mut self) -> Value {
        loop {
            match self.heard().await {
                Heard::Event(event) => return event,
                Heard::Ping(_) | Heard::Pong(_) => {}
                end => panic!("an event should come, the socket ended: {end:?}"),
            }
        }
    }

    /// The next text frame as it stands on the wire.
    ///
    /// # Panics
    /// When something else comes.
    pub async fn text(&mut self) -> String {
        match in_time("a frame", self.io.next()).await {
            Some(Ok(Message::Text(text))) => text.to_string(),
            other => panic!("a text frame should come: {other:?}"),
        }
    }

    /// Events up to one of this type, which is the last.
    pub async fn until(&mut self, last: &str) -> Vec<Value> {
        let mut events = Vec::new();
        loop {
            let event = self.event().await;
            let over = kind(&event) == last;
            events.push(event);
            if over {
                return events;
            }
        }
    }

    /// Everything up to the end of the socket, and how that was.
    pub async fn read_to_end(&mut self) -> (Vec<Value>, Heard) {
        let mut events = Vec::new();
        loop {
            match self.heard().await {
                Heard::Event(event) => events.push(event),
                Heard::Ping(_) | Heard::Pong(_) => {}
                end => return (events, end),
            }
        }
    }
}

/// Sends these bytes as they are, and reads until the other side closes, also
/// when it does so before it has read them all.
///
/// # Panics
/// When it neither answers nor closes.
pub async fn raw(address: SocketAddr, bytes: &[u8]) -> String {
    let mut tcp = TcpStream::connect(address).await.expect("a listener");
    let (mut read, mut write) = tcp.split();
    let mut answer = Vec::new();
    let (_, read) = in_time("a raw answer", async {
        tokio::join!(write.write_all(bytes), read.read_to_end(&mut answer))
    })
    .await;
    read.ok();
    String::from_utf8_lossy(&answer).into_owned()
}
