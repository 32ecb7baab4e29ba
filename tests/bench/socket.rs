//! WebSocket turns: the scripted upstream's side, the load, and a relay of bare frames to compare with.

use std::net::SocketAddr;

use futures_util::{SinkExt, StreamExt};
use http::{Request, Response, StatusCode, header};
use hyper::body::Incoming;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{Message, handshake::derive_accept_key, protocol::Role},
};

use crate::{
    Result,
    upstream::{Script, TURN_PATH, frame},
};

/// A client's socket on a subject.
pub(crate) struct Socket(WebSocketStream<TcpStream>);

impl Socket {
    pub(crate) async fn open(address: SocketAddr, path: &str) -> Result<Self> {
        let tcp = TcpStream::connect(address).await?;
        tcp.set_nodelay(true)?;
        let (stream, _) = client_async(format!("ws://{address}{path}"), tcp).await?;
        Ok(Self(stream))
    }

    /// One turn; anything but the whole script is an error.
    pub(crate) async fn turn(&mut self, script: Script) -> Result<()> {
        self.0.send(Message::text(script.frame())).await?;
        let mut events = 0;
        while let Some(message) = self.0.next().await {
            let Message::Text(text) = message? else { continue };
            events += 1;
            if text.contains("\"response.completed\"") {
                return if events == script.events + 1 {
                    Ok(())
                } else {
                    Err(format!("a turn of {} events ended after {events}", script.events).into())
                };
            }
            if text.contains("\"type\":\"error\"") {
                return Err(format!("a turn over WebSocket failed: {text}").into());
            }
        }
        Err("a socket ended within a turn".into())
    }
}

/// Whether a request asks for a socket.
pub(crate) fn is_upgrade(request: &Request<Incoming>) -> bool {
    request.uri().path() == TURN_PATH && request.headers().contains_key(header::UPGRADE)
}

/// The upstream: accepts, and answers each frame with its script's frames.
pub(crate) fn accept<B: Default>(
    mut request: Request<Incoming>,
) -> Result<Response<B>, http::Error> {
    let upgrade = hyper::upgrade::on(&mut request);
    tokio::spawn(async move {
        let Ok(upgraded) = upgrade.await else { return };
        let io = TokioIo::new(upgraded);
        let mut socket = WebSocketStream::from_raw_socket(io, Role::Server, None).await;
        while let Some(Ok(message)) = socket.next().await {
            let Message::Text(text) = message else { continue };
            let Some(script) = Script::of(text.as_bytes()) else { continue };
            for index in 0..=script.events {
                if socket.send(Message::text(frame(index, script.events))).await.is_err() {
                    return;
                }
            }
        }
    });
    let key =
        request.headers().get(header::SEC_WEBSOCKET_KEY).map_or(&[][..], |key| key.as_bytes());
    Response::builder()
        .status(StatusCode::SWITCHING_PROTOCOLS)
        .header(header::CONNECTION, "Upgrade")
        .header(header::UPGRADE, "websocket")
        .header(header::SEC_WEBSOCKET_ACCEPT, derive_accept_key(key))
        .body(B::default())
}

/// `bench --relay UPSTREAM`: says its address, then passes frames on, and nothing else.
pub(crate) async fn relay(upstream: SocketAddr) -> Result<()> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    println!("{}", listener.local_addr()?);
    loop {
        let (client, _) = listener.accept().await?;
        tokio::spawn(between(client, upstream));
    }
}

async fn between(client: TcpStream, upstream: SocketAddr) -> Result<()> {
    client.set_nodelay(true)?;
    let client = tokio_tungstenite::accept_async(client).await?;
    let tcp = TcpStream::connect(upstream).await?;
    tcp.set_nodelay(true)?;
    let (upstream, _) = client_async(format!("ws://{upstream}{TURN_PATH}"), tcp).await?;
    let (to_client, from_client) = client.split();
    let (to_upstream, from_upstream) = upstream.split();
    let up = from_client.forward(to_upstream);
    let down = from_upstream.forward(to_client);
    tokio::select! { _ = up => {}, _ = down => {} }
    Ok(())
}
