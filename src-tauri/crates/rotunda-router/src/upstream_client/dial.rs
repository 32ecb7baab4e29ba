//! Reaching upstream: directly, or through a proxy of the system, the environment or
//! the settings (docs/decisions/045-ways-out.md).

use std::{
    fmt,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use http::Uri;
use hyper_rustls::{HttpsConnector, MaybeHttpsStream};
use hyper_util::client::{
    legacy::connect::{
        HttpConnector,
        proxy::{SocksV5, Tunnel},
    },
    proxy::matcher::{Intercept, Matcher},
};
use rotunda_core::{Clock, Proxy, upstreams::is_here};
use tokio::{net::lookup_host, time::timeout};
use tower_service::Service;
use url::Url;

use super::{WireError, connection::UpstreamConnection, io::Near, unsendable};
use crate::{respond::BoxError, tls::Tls};

/// A silent connection is checked this often, so that a
/// machine that slept does not wait for an answer that cannot come.
const PROBE: Duration = Duration::from_secs(15);
const PROBES: u32 = 3;
/// Of SOCKS, where a proxy names no port (RFC 1928).
const SOCKS_PORT: u16 = 1080;

/// Opens connections.
pub(crate) struct Dialer {
    tls: Tls,
    proxies: Matcher,
    tcp: HttpConnector,
    patience: Duration,
    pub(super) clock: Clock,
}

impl fmt::Debug for Dialer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Dialer").finish_non_exhaustive()
    }
}

impl Dialer {
    pub(crate) fn new(tls: Tls, proxy: &Proxy, patience: Duration, clock: Clock) -> Self {
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        tcp.set_keepalive(Some(PROBE));
        tcp.set_keepalive_interval(Some(PROBE));
        tcp.set_keepalive_retries(Some(PROBES));
        let proxies = match proxy {
            Proxy::System => Matcher::from_system(),
            Proxy::None => Matcher::builder().build(),
            Proxy::OfCodex(proxy) => {
                Matcher::builder().all(proxy.address.as_str()).no(&*proxy.exceptions).build()
            }
            Proxy::Custom(url) => Matcher::builder().all(url.as_str()).build(),
        };
        Self { tls, proxies, tcp, patience, clock }
    }

    pub(super) async fn dial(&self, url: &Url) -> Result<UpstreamConnection, WireError> {
        match timeout(self.patience, self.connect(url)).await {
            Ok(connection) => connection,
            Err(_) => Err(WireError::Stuck),
        }
    }

    async fn connect(&self, url: &Url) -> Result<UpstreamConnection, WireError> {
        let target: Uri = url.as_str().parse().map_err(unsendable)?;
        // What is on this machine is reached directly: the proxy could not
        // reach it, and must not see it.
        let proxy = (!is_here(url)).then(|| self.proxies.intercept(&target)).flatten();
        let mut near = Route { proxy, tcp: self.tcp.clone(), tls: self.tls.clone() };
        let io = if url.scheme() == "https" {
            let tls = self.tls.config().map_err(unsendable)?;
            HttpsConnector::from((near, tls)).call(target).await.map_err(unsendable)?
        } else {
            MaybeHttpsStream::Http(near.call(target).await.map_err(unsendable)?)
        };
        Ok(UpstreamConnection::over(io))
    }
}

/// The way to where TLS with upstream begins.
struct Route {
    proxy: Option<Intercept>,
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
            let Some(proxy) = proxy else {
                return Ok(MaybeHttpsStream::Http(tcp.call(target).await?));
            };
            match proxy.uri().scheme_str() {
                Some("http" | "https") => through_http(&proxy, tcp, &tls, target).await,
                Some("socks5") => through_socks(&proxy, tcp, resolved(&target).await?).await,
                Some("socks5h") => through_socks(&proxy, tcp, with_port(&target)?).await,
                _ => Err("the proxy is neither an HTTP nor a SOCKS5 proxy".into()),
            }
        })
    }
}

async fn through_http(
    proxy: &Intercept,
    tcp: HttpConnector,
    tls: &Tls,
    target: Uri,
) -> Result<Near, BoxError> {
    let mut tunnel = Tunnel::new(proxy.uri().clone(), HttpsConnector::from((tcp, tls.config()?)));
    if let Some(password) = proxy.basic_auth() {
        tunnel = tunnel.with_auth(password.clone());
    }
    Ok(tunnel.call(target).await?)
}

async fn through_socks(
    proxy: &Intercept,
    tcp: HttpConnector,
    target: Uri,
) -> Result<Near, BoxError> {
    let address = at(proxy.uri(), proxy.uri().port_u16().unwrap_or(SOCKS_PORT))?;
    let mut socks = SocksV5::new(address, tcp);
    if let Some((user, password)) = proxy.raw_auth() {
        socks = socks.with_auth(user.to_owned(), password.to_owned());
    }
    Ok(MaybeHttpsStream::Http(socks.call(target).await?))
}

/// The target as `socks5` sends it: names are resolved here, with `socks5h` by
/// the proxy. Of several addresses an IPv4 one is taken, which more proxies reach.
async fn resolved(target: &Uri) -> Result<Uri, BoxError> {
    let host = target.host().ok_or("an address without a host")?;
    let port = port_of(target);
    let mut first = None;
    for address in lookup_host((host.trim_matches(['[', ']']), port)).await? {
        if address.is_ipv4() {
            first = Some(address);
            break;
        }
        first = first.or(Some(address));
    }
    let address = first.ok_or("the name has no address")?;
    Ok(Uri::builder().scheme("http").authority(address.to_string()).path_and_query("/").build()?)
}

/// The target with its port, which SOCKS has to name.
fn with_port(target: &Uri) -> Result<Uri, BoxError> {
    at(target, port_of(target))
}

fn port_of(target: &Uri) -> u16 {
    let default = if target.scheme_str() == Some("https") { 443 } else { 80 };
    target.port_u16().unwrap_or(default)
}

fn at(uri: &Uri, port: u16) -> Result<Uri, BoxError> {
    let host = uri.host().ok_or("an address without a host")?;
    let scheme = uri.scheme_str().unwrap_or("http");
    let authority = format!("{host}:{port}");
    Ok(Uri::builder().scheme(scheme).authority(authority).path_and_query("/").build()?)
}

/// Host and, where it is not the scheme's own, port: what `Host` says.
pub(super) fn authority(url: &Url) -> Result<String, WireError> {
    let host = url.host_str().ok_or_else(|| unsendable("an address without a host"))?;
    Ok(url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")))
}
