//! WebSocket turns: the load, and a relay of bare frames to compare with.

use std::net::SocketAddr;

use futures_util::{SinkExt, StreamExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::{WebSocketStream, client_async, tungstenite::Message};

use crate::{
    Result,
    upstream::{Script, TURN_PATH},
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
        self.begin(script).await?;
        self.finish(script).await
    }

    /// Sends a request.
    pub(crate) async fn begin(&mut self, script: Script) -> Result<()> {
        Ok(self.0.send(Message::text(script.frame())).await?)
    }

    /// Reads its answer to the end.
    pub(crate) async fn finish(&mut self, script: Script) -> Result<()> {
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
