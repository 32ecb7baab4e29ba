//! The HTTP clients that reach upstream.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use rotunda_core::ProfileId;

use crate::limits::Limits;

/// A client without redirects or cookies: a redirect could carry a bearer to a
/// host that nobody chose.
pub fn http_client() -> Result<reqwest::Client, reqwest::Error> {
    builder(&Limits::default()).build()
}

fn builder(limits: &Limits) -> reqwest::ClientBuilder {
    // A second installation fails and changes nothing.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(limits.connect)
}

/// One client per profile, so that connections and cookies of one account are
/// never used for another.
#[derive(Debug)]
pub(crate) struct Clients {
    limits: Limits,
    by_profile: Mutex<HashMap<ProfileId, reqwest::Client>>,
}

impl Clients {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self { limits: *limits, by_profile: Mutex::default() }
    }

    /// The profile's client, made at first use: reading the system's roots
    /// takes longer than a start should.
    pub(crate) fn of(&self, id: ProfileId) -> Result<reqwest::Client, reqwest::Error> {
        let mut clients = self.by_profile.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = clients.get(&id) {
            return Ok(client.clone());
        }
        let client = builder(&self.limits).cookie_store(true).build()?;
        clients.insert(id, client.clone());
        Ok(client)
    }
}
