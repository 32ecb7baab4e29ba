//! Reaching upstream: directly, or through the proxy that the system names.

use std::{
    fmt,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use http::{HeaderValue, Uri};
use hyper_rustls::{HttpsConnector, MaybeHttpsStream};
use hyper_util::{
    client::{
        legacy::connect::{HttpConnector, proxy::Tunnel},
        proxy::matcher::Matcher,
    },
    rt::TokioIo,
};
use tokio::{net::TcpStream, time::timeout};
use tower_service::Service;
use url::Url;

use super::{WireError, link::Link, unsendable};
use crate::{
    client::{Tls, is_here},
    limits::Proxy,
    respond::BoxError,
};

/// What goes to a proxy, or to upstream itself.
type Near = MaybeHttpsStream<TokioIo<TcpStream>>;
/// What goes to upstream, perhaps inside what goes to a proxy.
pub(super) type Io = MaybeHttpsStream<Near>;

/// A connection on which nothing is heard is looked at this often, so that a
/// machine that slept does not wait for an answer that cannot come.
const PROBE: Duration = Duration::from_secs(15);
const PROBES: u32 = 3;

/// Opens connections. Shared by all profiles.
pub(crate) struct Dialer {
    tls: Tls,
    proxies: Matcher,
    tcp: HttpConnector,
    patience: Duration,
}

impl fmt::Debug for Dialer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Dialer").finish_non_exhaustive()
    }
}

impl Dialer {
    pub(crate) fn new(tls: Tls, proxy: &Proxy, patience: Duration) -> Self {
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        tcp.set_keepalive(Some(PROBE));
        tcp.set_keepalive_interval(Some(PROBE));
        tcp.set_keepalive_retries(Some(PROBES));
        let proxies = match proxy {
            Proxy::System => Matcher::from_system(),
            Proxy::None => Matcher::builder().build(),
            Proxy::Custom(url) => Matcher::builder().all(url.as_str()).build(),
        };
        Self { tls, proxies, tcp, patience }
    }

    pub(super) async fn dial(&self, url: &Url) -> Result<Link, WireError> {
        match timeout(self.patience, self.connect(url)).await {
            Ok(link) => link,
            Err(late) => Err(unsendable(late)),
        }
    }

    async fn connect(&self, url: &Url) -> Result<Link, WireError> {
        let target: Uri = url.as_str().parse().map_err(unsendable)?;
        // What is on this machine is reached directly: the proxy could not
        // reach it, and must not see it.
        let proxy = (!is_here(url)).then(|| self.proxies.intercept(&target)).flatten();
        let proxy = proxy.map(|proxy| (proxy.uri().clone(), proxy.basic_auth().cloned()));
        let io = if url.scheme() == "https" {
            let tls = self.tls.config().map_err(unsendable)?;
            let near = Route { proxy, tcp: self.tcp.clone(), tls: self.tls.clone() };
            HttpsConnector::from((near, tls)).call(target).await.map_err(unsendable)?
        } else {
            let tcp = self.tcp.clone().call(target).await.map_err(unsendable)?;
            MaybeHttpsStream::Http(MaybeHttpsStream::Http(tcp))
        };
        Link::over(io).await
    }
}

/// The way to where TLS with upstream begins.
struct Route {
    proxy: Option<(Uri, Option<HeaderValue>)>,
    tcp: HttpConnector,
    tls: Tls,
}

impl Service<Uri> for Route {
    type Response = Near;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Near, BoxError>> + Send>>;

    fn poll_ready(&mut self, _context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, target: Uri) -> Self::Future {
        let (mut tcp, tls, proxy) = (self.tcp.clone(), self.tls.clone(), self.proxy.take());
        Box::pin(async move {
            let Some((proxy, password)) = proxy else {
                return Ok(MaybeHttpsStream::Http(tcp.call(target).await?));
            };
            if !matches!(proxy.scheme_str(), Some("http" | "https")) {
                return Err("only HTTP proxies are supported".into());
            }
            let mut tunnel = Tunnel::new(proxy, HttpsConnector::from((tcp, tls.config()?)));
            if let Some(password) = password {
                tunnel = tunnel.with_auth(password);
            }
            Ok(tunnel.call(target).await?)
        })
    }
}

/// Host and, where it is not the scheme's own, port: what `Host` says.
pub(super) fn authority(url: &Url) -> Result<String, WireError> {
    let host = url.host_str().ok_or_else(|| unsendable("an address without a host"))?;
    Ok(url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")))
}
