//! The HTTP clients that reach upstream.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use rotunda_core::ProfileId;
use url::{Host, Url};

use crate::limits::{Limits, Proxy, Upstreams};

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
    through(builder(&Limits::default()), is_here(upstream), proxy)?.build()
}

fn builder(limits: &Limits) -> reqwest::ClientBuilder {
    // A second installation fails and changes nothing.
    let _ = rustls::crypto::ring::default_provider().install_default();
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

fn is_here(upstream: &Url) -> bool {
    match upstream.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

/// One client per profile, so that connections and cookies of one account are
/// never used for another.
#[derive(Debug)]
pub(crate) struct Clients {
    limits: Limits,
    /// Both upstreams are on this machine, as in tests and the demo.
    direct: bool,
    proxy: Proxy,
    by_profile: Mutex<HashMap<ProfileId, reqwest::Client>>,
}

impl Clients {
    pub(crate) fn new(limits: &Limits, upstreams: &Upstreams) -> Self {
        let direct = is_here(&upstreams.chatgpt) && is_here(&upstreams.api);
        let proxy = upstreams.proxy.clone();
        Self { limits: *limits, direct, proxy, by_profile: Mutex::default() }
    }

    /// The profile's client, made at first use: reading the system's roots
    /// takes longer than a start should.
    pub(crate) fn of(&self, id: ProfileId) -> Result<reqwest::Client, reqwest::Error> {
        let mut clients = self.by_profile.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = clients.get(&id) {
            return Ok(client.clone());
        }
        let client = through(builder(&self.limits), self.direct, &self.proxy)?;
        let client = client.cookie_store(true).build()?;
        clients.insert(id, client.clone());
        Ok(client)
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
