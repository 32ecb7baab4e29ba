//! The HTTP clients that reach upstream.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use reqwest::cookie::Jar;
use rotunda_core::ProfileId;
use rustls::ClientConfig;
use rustls_platform_verifier::ConfigVerifierExt;
use url::{Host, Url};

use crate::{
    limits::{Limits, Proxy, Upstreams},
    wire::{Dialer, Wire},
};

/// A client without redirects or cookies: a redirect could carry a bearer to a
/// host that nobody chose.
pub fn http_client() -> Result<reqwest::Client, reqwest::Error> {
    builder(&Limits::default()).build()
}

/// The same for one upstream. What is on this machine is reached directly: the
/// system's proxy could not reach it, and must not see it.
pub fn http_client_to(upstream: &Url) -> Result<reqwest::Client, reqwest::Error> {
    http_client_via(upstream, &Proxy::System)
}

/// The same, the way the user wants.
pub fn http_client_via(upstream: &Url, proxy: &Proxy) -> Result<reqwest::Client, reqwest::Error> {
    let client = through(builder(&Limits::default()), is_here(upstream), proxy)?;
    let client = if upstream.scheme() == "http" {
        client.tls_backend_preconfigured(nobody())
    } else {
        client
    };
    client.build()
}

fn builder(limits: &Limits) -> reqwest::ClientBuilder {
    install_crypto();
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(limits.connect)
}

fn through(
    builder: reqwest::ClientBuilder,
    direct: bool,
    proxy: &Proxy,
) -> Result<reqwest::ClientBuilder, reqwest::Error> {
    Ok(match proxy {
        _ if direct => builder.no_proxy(),
        Proxy::System => builder,
        Proxy::None => builder.no_proxy(),
        Proxy::Custom(url) => builder.proxy(reqwest::Proxy::all(url.clone())?),
    })
}

fn install_crypto() {
    // A second installation fails and changes nothing.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// TLS that trusts nobody, for what goes without it: the system's roots are
/// some megabytes that nobody would look at.
fn nobody() -> ClientConfig {
    install_crypto();
    ClientConfig::builder()
        .with_root_certificates(rustls::RootCertStore::empty())
        .with_no_client_auth()
}

/// Whether an address is this machine's own.
pub(crate) fn is_here(upstream: &Url) -> bool {
    match upstream.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

/// Whom this machine trusts, read once for all profiles and at first use:
/// reading the system's roots takes longer than a start should, and they take
/// memory for each time they are read.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tls(Arc<OnceLock<Arc<ClientConfig>>>);

impl Tls {
    pub(crate) fn config(&self) -> Result<Arc<ClientConfig>, rustls::Error> {
        if let Some(config) = self.0.get() {
            return Ok(Arc::clone(config));
        }
        install_crypto();
        let mut config = ClientConfig::with_platform_verifier()?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Arc::clone(self.0.get_or_init(|| Arc::new(config))))
    }
}

/// What one profile reaches upstream with. Both use the same cookies.
#[derive(Debug, Clone)]
struct Own {
    client: reqwest::Client,
    wire: Arc<Wire>,
}

/// Connections and cookies per profile, so that those of one account are never
/// used for another.
#[derive(Debug)]
pub(crate) struct Clients {
    limits: Limits,
    /// Both upstreams are on this machine, as in tests and the demo.
    direct: bool,
    /// No upstream needs TLS.
    plain: bool,
    proxy: Proxy,
    tls: Tls,
    dialer: Arc<Dialer>,
    by_profile: Mutex<HashMap<ProfileId, Own>>,
}

impl Clients {
    pub(crate) fn new(limits: &Limits, upstreams: &Upstreams) -> Self {
        let direct = is_here(&upstreams.chatgpt) && is_here(&upstreams.api);
        let plain = [&upstreams.chatgpt, &upstreams.api].iter().all(|it| it.scheme() == "http");
        let tls = Tls::default();
        let dialer = Arc::new(Dialer::new(tls.clone(), &upstreams.proxy, limits.connect));
        let proxy = upstreams.proxy.clone();
        Self { limits: *limits, direct, plain, proxy, tls, dialer, by_profile: Mutex::default() }
    }

    /// The profile's client for reads of the router's own and for sockets.
    pub(crate) fn of(&self, id: ProfileId) -> Result<reqwest::Client, reqwest::Error> {
        Ok(self.own(id)?.client)
    }

    /// The profile's connections for forwarded requests.
    pub(crate) fn wire(&self, id: ProfileId) -> Result<Arc<Wire>, reqwest::Error> {
        Ok(self.own(id)?.wire)
    }

    /// Closes connections that nobody has used for long.
    pub(crate) fn prune(&self) {
        let clients = self.by_profile.lock().unwrap_or_else(PoisonError::into_inner);
        clients.values().for_each(|own| own.wire.prune());
    }

    fn own(&self, id: ProfileId) -> Result<Own, reqwest::Error> {
        let mut clients = self.by_profile.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(own) = clients.get(&id) {
            return Ok(own.clone());
        }
        let jar = Arc::new(Jar::default());
        let mut client = through(builder(&self.limits), self.direct, &self.proxy)?;
        client = client.cookie_provider(Arc::clone(&jar));
        if self.plain {
            client = client.tls_backend_preconfigured(nobody());
        } else if let Ok(config) = self.tls.config() {
            client = client.tls_backend_preconfigured(ClientConfig::clone(&config));
        } // Without the system's roots the client's own attempt says why.
        let own = Own { client: client.build()?, wire: Wire::new(Arc::clone(&self.dialer), jar) };
        clients.insert(id, own.clone());
        Ok(own)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_reached_without_the_proxy() {
        for here in ["http://127.0.0.1:9/backend-api", "http://[::1]:9", "http://localhost:9"] {
            assert!(is_here(&here.parse().unwrap()), "{here}");
        }
        for away in
            ["https://chatgpt.com/backend-api", "https://localhost.example", "https://10.0.0.1"]
        {
            assert!(!is_here(&away.parse().unwrap()), "{away}");
        }
    }
}
