//! TLS in front of a fake, with a certificate of a private authority. Both stand in
//! `tests/fixtures/tls` and are used by tests only; the authority's key is gone.

use std::{net::SocketAddr, path::PathBuf, sync::Arc};

use rustls::{
    ServerConfig,
    pki_types::{
        CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer,
        pem::{self, PemObject as _},
    },
};
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    task::{JoinHandle, JoinSet},
};
use tokio_rustls::TlsAcceptor;

use crate::client;

/// The authority, which no system trusts, in PEM.
pub const AUTHORITY: &str = include_str!("../fixtures/tls/authority.pem");
/// Certified for `upstream.example`, `chatgpt.com`, `localhost`, 127.0.0.1 and `::1`.
const CERTIFICATE: &[u8] = include_bytes!("../fixtures/tls/server.der");
const KEY: &[u8] = include_bytes!("../fixtures/tls/server.key.der");

/// A certificate and its key, in PEM.
#[derive(Debug)]
pub struct TlsFiles {
    /// The certificate.
    pub certificate: PathBuf,
    /// Its key.
    pub key: PathBuf,
}

/// A front that the private authority has certified.
#[derive(Debug)]
pub struct TlsFront {
    address: SocketAddr,
    serving: JoinHandle<()>,
}

impl TlsFront {
    /// Listens on a free port and passes on to `leads_to`.
    ///
    /// # Panics
    /// When there is no free port.
    pub async fn start(leads_to: SocketAddr) -> Self {
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(KEY.to_vec()));
        Self::with(leads_to, CertificateDer::from(CERTIFICATE), key).await
    }

    /// The same with another certificate.
    ///
    /// # Errors
    /// When a file is not what it is named for.
    ///
    /// # Panics
    /// When there is no free port, or the key does not fit.
    pub async fn certified(leads_to: SocketAddr, files: &TlsFiles) -> Result<Self, pem::Error> {
        let certificate = CertificateDer::from_pem_file(&files.certificate)?;
        let key = PrivateKeyDer::from_pem_file(&files.key)?;
        Ok(Self::with(leads_to, certificate, key).await)
    }

    async fn with(
        leads_to: SocketAddr,
        certificate: CertificateDer<'static>,
        key: PrivateKeyDer<'static>,
    ) -> Self {
        client::install_provider();
        let config = ServerConfig::builder()
            .with_no_client_auth()
            .with_single_cert(vec![certificate], key)
            .expect("a key that fits its certificate");
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("a listener has an address");
        let serving = tokio::spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((client, _)) = listener.accept().await {
                let acceptor = acceptor.clone();
                connections.spawn(async move {
                    let mut client = acceptor.accept(client).await.ok()?;
                    let mut upstream = TcpStream::connect(leads_to).await.ok()?;
                    copy_bidirectional(&mut client, &mut upstream).await.ok()
                });
            }
        });
        Self { address, serving }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for TlsFront {
    fn drop(&mut self) {
        self.serving.abort();
    }
}
