//! The HTTP clients that reach upstream.

use std::{
    collections::HashMap,
    error::Error,
    io,
    sync::{Arc, Mutex, OnceLock, PoisonError},
    time::Duration,
};

use reqwest::cookie::Jar;
use rotunda_core::{Authorities, Clock, ProfileId, Proxy, Upstreams, upstreams::is_here};
use rustls::{CertificateError, ClientConfig};
use url::Url;

use crate::{
    limits::Limits,
    tls::{Tls, install_crypto},
    upstream_client::{Connector, Dialer, UpstreamClient},
};

/// Between two looks at the connections that are kept open.
const BETWEEN_LOOKS: Duration = Duration::from_secs(30);

/// A client without redirects or cookies: a redirect could carry a bearer to an
/// unknown host.
pub fn http_client() -> Result<reqwest::Client, reqwest::Error> {
    builder(&Limits::default()).build()
}

/// The same for one upstream. What is on this machine is reached directly: the
/// system's proxy could not reach it, and must not see it.
pub fn http_client_to(upstream: &Url) -> Result<reqwest::Client, reqwest::Error> {
    http_client_via(upstream, &Proxy::System, &Authorities::default())
}

/// The same, the way the user wants.
pub fn http_client_via(
    upstream: &Url,
    proxy: &Proxy,
    authorities: &Authorities,
) -> Result<reqwest::Client, reqwest::Error> {
    // Used every few days. An idle connection would keep tokens in its buffers.
    let builder = builder(&Limits::default()).pool_max_idle_per_host(0);
    let client = through(builder, is_here(upstream), proxy)?;
    let client = if upstream.scheme() == "http" {
        client.tls_backend_preconfigured(without_authorities())
    } else if authorities.certificates().is_empty() {
        client
    } else {
        trusting(client, &Tls::trusting(authorities))
    };
    client.build()
}

/// Trusts the system's authorities and further ones. Without the system's roots
/// the client's own attempt says why.
fn trusting(client: reqwest::ClientBuilder, tls: &Tls) -> reqwest::ClientBuilder {
    match tls.config() {
        Ok(config) => client.tls_backend_preconfigured(ClientConfig::clone(&config)),
        Err(_) => client,
    }
}

/// Whether a request failed because the other side's certificate is not valid at
/// the time of this machine: expired, or not valid yet.
pub fn is_certificate_of_another_time(error: &(dyn Error + 'static)) -> bool {
    use CertificateError::{Expired, ExpiredContext, NotValidYet, NotValidYetContext};
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(rustls::Error::InvalidCertificate(why)) = error.downcast_ref() {
            return matches!(
                why,
                Expired | ExpiredContext { .. } | NotValidYet | NotValidYetContext { .. }
            );
        }
        // An I/O error names as its source what lies below the one it holds.
        next = match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(held) => Some(held),
            None => error.source(),
        };
    }
    false
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
        Proxy::OfCodex(proxy) => {
            let exceptions = reqwest::NoProxy::from_string(&proxy.exceptions);
            builder.proxy(reqwest::Proxy::all(proxy.address.clone())?.no_proxy(exceptions))
        }
        Proxy::Custom(url) => builder.proxy(reqwest::Proxy::all(url.clone())?),
    })
}

/// TLS that trusts no authority, for a client that connects without TLS: the system's
/// roots take some megabytes.
fn without_authorities() -> ClientConfig {
    install_crypto();
    ClientConfig::builder()
        .with_root_certificates(rustls::RootCertStore::empty())
        .with_no_client_auth()
}

/// What one profile reaches upstream with. Both use the same cookies.
#[derive(Debug, Clone)]
struct ProfileClients {
    client: reqwest::Client,
    upstream_client: Arc<UpstreamClient>,
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
    connector: Arc<Connector>,
    by_profile: Mutex<HashMap<ProfileId, ProfileClients>>,
    own_account: OnceLock<reqwest::Client>,
}

impl Clients {
    pub(crate) fn new(limits: &Limits, upstreams: &Upstreams, clock: Clock) -> Self {
        let direct = is_here(&upstreams.chatgpt) && is_here(&upstreams.api);
        let plain = [&upstreams.chatgpt, &upstreams.api].iter().all(|it| it.scheme() == "http");
        let tls = Tls::trusting(&upstreams.authorities);
        let dialer = Dialer::new(tls.clone(), &upstreams.proxy, limits.connect, clock);
        let connector = Connector::new(dialer);
        let proxy = upstreams.proxy.clone();
        Self {
            limits: *limits,
            direct,
            plain,
            proxy,
            tls,
            connector,
            by_profile: Mutex::default(),
            own_account: OnceLock::new(),
        }
    }

    /// The profile's client for reads of the router's own and for sockets.
    pub(crate) fn of(&self, id: ProfileId) -> Result<reqwest::Client, reqwest::Error> {
        Ok(self.clients_of(id)?.client)
    }

    /// The profile's connections for forwarded requests.
    pub(crate) fn upstream_client(
        &self,
        id: ProfileId,
    ) -> Result<Arc<UpstreamClient>, reqwest::Error> {
        Ok(self.clients_of(id)?.upstream_client)
    }

    /// For what the client asks about its own account: with cookies of their own,
    /// and nothing is sent twice.
    pub(crate) fn own_account(&self) -> Result<reqwest::Client, reqwest::Error> {
        if let Some(client) = self.own_account.get() {
            return Ok(client.clone());
        }
        let builder = builder(&self.limits).retry(reqwest::retry::never());
        let client = through(builder, self.direct, &self.proxy)?;
        let client = self.secured(client.cookie_provider(Arc::new(Jar::default()))).build()?;
        Ok(self.own_account.get_or_init(|| client).clone())
    }

    fn secured(&self, client: reqwest::ClientBuilder) -> reqwest::ClientBuilder {
        if self.plain {
            client.tls_backend_preconfigured(without_authorities())
        } else {
            trusting(client, &self.tls)
        }
    }

    /// Closes a profile's connections, since their buffers hold its tokens.
    pub(crate) fn forget(&self, id: ProfileId) {
        self.by_profile.lock().unwrap_or_else(PoisonError::into_inner).remove(&id);
    }

    /// Closes connections that were not used for long, or that upstream closed, and opens
    /// those that the next request may need, again and again. Runs until dropped.
    pub(crate) async fn tend(&self) {
        loop {
            tokio::time::sleep(BETWEEN_LOOKS).await;
            self.prune();
            self.connector.keep_ready(BETWEEN_LOOKS).await;
        }
    }

    fn prune(&self) {
        let clients = self.by_profile.lock().unwrap_or_else(PoisonError::into_inner);
        clients.values().for_each(|profile_clients| profile_clients.upstream_client.prune());
    }

    fn clients_of(&self, id: ProfileId) -> Result<ProfileClients, reqwest::Error> {
        let mut clients = self.by_profile.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(profile_clients) = clients.get(&id) {
            return Ok(profile_clients.clone());
        }
        let jar = Arc::new(Jar::default());
        let mut client = through(builder(&self.limits), self.direct, &self.proxy)?;
        client = self.secured(client.cookie_provider(Arc::clone(&jar)));
        let profile_clients = ProfileClients {
            client: client.build()?,
            upstream_client: UpstreamClient::new(Arc::clone(&self.connector), jar),
        };
        clients.insert(id, profile_clients.clone());
        Ok(profile_clients)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_of_another_time_is_found_below_other_errors() {
        let wrapped = |why| io::Error::other(io::Error::other(rustls::Error::from(why)));
        assert!(is_certificate_of_another_time(&wrapped(CertificateError::Expired)));
        assert!(is_certificate_of_another_time(&rustls::Error::from(
            CertificateError::NotValidYet
        )));
        assert!(!is_certificate_of_another_time(&wrapped(CertificateError::UnknownIssuer)));
        assert!(!is_certificate_of_another_time(&io::Error::other("refused")));
    }

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
