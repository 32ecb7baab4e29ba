//! Where requests go, and the way there, as the settings say it.

use std::{fmt, sync::Arc, time::Duration};

use rustls_pki_types::{CertificateDer, pem::PemObject};
use url::{Host, Url};

/// Where requests go.
#[derive(Debug, Clone)]
pub struct Upstreams {
    /// The ChatGPT backend, `https://chatgpt.com/backend-api`.
    pub chatgpt: Url,
    /// The API, `https://api.openai.com/v1`.
    pub api: Url,
    /// The issuer of tokens, `https://auth.openai.com`.
    pub auth: Url,
    /// The way there.
    pub proxy: Proxy,
    /// Trusted besides those of the system.
    pub authorities: Authorities,
}

/// How upstream is reached. What is on this machine is always reached directly.
#[derive(Clone, Default, PartialEq, Eq)]
pub enum Proxy {
    /// As the system says.
    #[default]
    System,
    /// As Codex's own environment says where the system says nothing of it.
    OfCodex(ProxyOfCodex),
    /// Directly, whatever the system says.
    None,
    /// Through this one. The address may hold a user name and a password.
    Custom(Url),
}

/// A proxy that Codex sets for itself.
#[derive(Clone, PartialEq, Eq)]
pub struct ProxyOfCodex {
    /// The address may hold a user name and a password.
    pub address: Url,
    /// What is reached without it, in the form of `NO_PROXY`.
    pub exceptions: String,
}

impl fmt::Debug for ProxyOfCodex {
    /// Without user name and password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProxyOfCodex")
            .field("host", &self.address.host_str())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Proxy {
    /// Without user name and password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::System => f.write_str("System"),
            Self::None => f.write_str("None"),
            Self::OfCodex(proxy) => proxy.fmt(f),
            Self::Custom(url) => {
                f.debug_tuple("Custom").field(&url.scheme()).field(&url.host_str()).finish()
            }
        }
    }
}

/// Certificate authorities.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Authorities(Arc<Vec<CertificateDer<'static>>>);

/// A text that holds no certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it holds no certificate in PEM format")]
pub struct NoCertificate;

impl Authorities {
    /// The certificates of a PEM text; other items in it are left out.
    pub fn from_pem(text: &[u8]) -> Result<Self, NoCertificate> {
        let certificates = CertificateDer::pem_slice_iter(text).collect::<Result<Vec<_>, _>>();
        match certificates {
            Ok(certificates) if !certificates.is_empty() => Ok(Self(Arc::new(certificates))),
            _ => Err(NoCertificate),
        }
    }

    /// Each of them.
    pub fn certificates(&self) -> &[CertificateDer<'static>] {
        &self.0
    }
}

/// Whether an address is this machine's own.
pub fn is_here(upstream: &Url) -> bool {
    match upstream.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

impl Upstreams {
    /// Joins a base and a path below it, keeping the base's own path.
    pub fn below(base: &Url, path: &str) -> Url {
        let mut url = base.clone();
        let joined =
            format!("{}/{}", base.path().trim_end_matches('/'), path.trim_start_matches('/'));
        let (path, query) = joined
            .split_once('?')
            .map_or((joined.as_str(), None), |(path, query)| (path, Some(query)));
        url.set_path(path);
        url.set_query(query);
        url
    }
}

/// How long upstream may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// To be reached.
    pub connect: Duration,
    /// From the request to the answer's head.
    pub head: Duration,
    /// Between two chunks of an answer.
    pub chunk: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            head: Duration::from_secs(2 * 3600),
            chunk: Duration::from_secs(600),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_is_printed_without_its_password() {
        let proxy = Proxy::Custom("socks5h://ada:secret@proxy.example:1080".parse().unwrap());
        let printed = format!("{proxy:?}");
        assert!(printed.contains("proxy.example") && !printed.contains("secret"), "{printed}");
        assert!(!printed.contains("ada"), "{printed}");
    }

    #[test]
    fn authorities_are_certificates_in_pem() {
        let pem = "# mine\n-----BEGIN CERTIFICATE-----\nAAEC\n-----END CERTIFICATE-----\n\
                   -----BEGIN X509 CRL-----\nAAEC\n-----END X509 CRL-----\n";
        let two = format!("{pem}{pem}");
        assert_eq!(Authorities::from_pem(two.as_bytes()).unwrap().certificates().len(), 2);
        for none in ["", "text", "-----BEGIN CERTIFICATE-----\n*\n-----END CERTIFICATE-----\n"] {
            assert_eq!(Authorities::from_pem(none.as_bytes()), Err(NoCertificate), "{none}");
        }
    }

    #[track_caller]
    fn joins(base: &str, path: &str, expected: &str) {
        let base: Url = base.parse().unwrap();
        assert_eq!(Upstreams::below(&base, path).as_str(), expected);
    }

    #[test]
    fn a_base_keeps_its_own_path() {
        joins(
            "https://chatgpt.com/backend-api",
            "codex/responses",
            "https://chatgpt.com/backend-api/codex/responses",
        );
        joins(
            "http://127.0.0.1:9/x/",
            "/models?client_version=1",
            "http://127.0.0.1:9/x/models?client_version=1",
        );
        joins("http://127.0.0.1:9", "a", "http://127.0.0.1:9/a");
    }
}
