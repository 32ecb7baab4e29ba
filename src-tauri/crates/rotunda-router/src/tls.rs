//! Which certificates are trusted, and which addresses need none.

use std::sync::{Arc, OnceLock};

use rotunda_core::Authorities;
use rustls::{ClientConfig, pki_types::CertificateDer};
use rustls_platform_verifier::{ConfigVerifierExt, Verifier};

/// Chooses the cryptography of all connections of this process, once.
pub(crate) fn install_crypto() {
    // A second installation fails and changes nothing.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// The authorities that this machine trusts, read once for all profiles and at first use:
/// reading the system's roots takes longer than a start should, and they take
/// memory for each time they are read.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tls {
    authorities: Authorities,
    config: Arc<OnceLock<Arc<ClientConfig>>>,
}

impl Tls {
    /// Trusts these besides the system's.
    pub(crate) fn trusting(authorities: &Authorities) -> Self {
        Self { authorities: authorities.clone(), config: Arc::default() }
    }

    pub(crate) fn config(&self) -> Result<Arc<ClientConfig>, rustls::Error> {
        if let Some(config) = self.config.get() {
            return Ok(Arc::clone(config));
        }
        install_crypto();
        let mut config = match self.authorities.certificates() {
            [] => ClientConfig::with_platform_verifier()?,
            further => with_further_authorities(further)?,
        };
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Arc::clone(self.config.get_or_init(|| Arc::new(config))))
    }
}

fn with_further_authorities(
    further: &[CertificateDer<'static>],
) -> Result<ClientConfig, rustls::Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let verifier = Verifier::new_with_extra_roots(further.iter().cloned(), Arc::clone(&provider))?;
    let builder =
        ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    let builder = builder.dangerous().with_custom_certificate_verifier(Arc::new(verifier));
    Ok(builder.with_no_client_auth())
}
