//! Every bound and every patience of the router, with its reason.

use std::{fmt, sync::Arc, time::Duration};

use rustls::pki_types::{CertificateDer, pem::PemObject};
use url::Url;

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

/// Bounds and timeouts. The defaults are the design's.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Largest request body, in bytes as received; beyond it 413.
    pub body: usize,
    /// Largest request body after decompression, in bytes: what routing reads.
    pub decoded: usize,
    /// Request bodies at once, in bytes: so much as they are received, and so
    /// much decoded. More wait in their order.
    pub bodies: usize,
    /// Requests of the command line at once; more are refused.
    pub control: usize,
    /// Client connections at once, and sockets at once; more connections wait
    /// in the system's queue, more sockets go over HTTP.
    pub connections: usize,
    /// For the request line and headers of a client that has not shown a key yet: a
    /// slow writer is cut off.
    pub client_head: Duration,
    /// A connection of a client with the key that sends no request for this long is
    /// closed. Longer than clients keep idle connections (90 s in Codex, by reqwest's
    /// default): one that was closed here while a request is sent fails the request.
    pub client_idle: Duration,
    /// For a client's body, from its first byte to its last.
    pub client_body: Duration,
    /// To reach upstream.
    pub connect: Duration,
    /// For upstream's answer to a socket's handshake.
    pub handshake: Duration,
    /// From the request's last byte to upstream's status line. Waiting is the
    /// client's decision: an image or a compaction may take as long as the
    /// client waits, and a client that leaves ends the request. This bound only
    /// ends what has been forgotten.
    pub head: Duration,
    /// Between two chunks of an answer.
    pub chunk: Duration,
    /// How long an answer's first events are held back for judgement.
    pub hold_time: Duration,
    /// How many bytes of them.
    pub hold_bytes: usize,
    /// How many bytes of an error body are read.
    pub error_body: usize,
    /// How long an error body may take.
    pub error_time: Duration,
    /// How long profiles are searched for one request, in upstream's time and in
    /// waiting for trouble to pass or for a place.
    pub search: Duration,
    /// For the list of models when none is at hand: Codex waits for it.
    pub models: Duration,
    /// How long a list of models is fresh.
    pub models_age: Duration,
    /// Hold a request until a profile is back instead of refusing it, when
    /// that is at most this far away; zero never holds.
    pub wait_for_reset: Duration,
    /// Between keep-alives to a client whose socket waits that way.
    pub keepalive: Duration,
    /// Requests held that way at once.
    pub waiting: usize,
    /// For requests in flight when the router stops.
    pub drain: Duration,
}

impl Limits {
    /// How many bytes are held of an event that is not whole yet, or of items that
    /// begin without content, when the handshake has gone out.
    pub(crate) const fn longest_beginning(&self) -> usize {
        4 * self.hold_bytes
    }
}

impl Default for Limits {
    fn default() -> Self {
        let seconds = Duration::from_secs;
        Self {
            body: 64 << 20,
            decoded: 256 << 20,
            // Two bodies of the largest size, or thousands of a usual one.
            bodies: 512 << 20,
            control: 64,
            connections: 4096,
            client_head: seconds(30),
            client_idle: seconds(600),
            client_body: seconds(120),
            connect: seconds(10),
            handshake: seconds(15),
            head: seconds(2 * 3600),
            chunk: seconds(600),
            hold_time: seconds(60),
            hold_bytes: 256 << 10,
            error_body: 256 << 10,
            error_time: seconds(5),
            search: seconds(30),
            models: seconds(3),
            models_age: seconds(300),
            wait_for_reset: Duration::ZERO,
            keepalive: seconds(60),
            waiting: 64,
            drain: seconds(5),
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
