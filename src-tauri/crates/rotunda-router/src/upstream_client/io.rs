//! What a connection to upstream is made of.

use hyper_rustls::MaybeHttpsStream;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

/// What goes to a proxy, or to upstream itself.
pub(super) type Near = MaybeHttpsStream<TokioIo<TcpStream>>;
/// What goes to upstream, perhaps inside what goes to a proxy.
pub(super) type Io = MaybeHttpsStream<Near>;
