//! What the rules per project mean for a socket.

use std::sync::Arc;

use rotunda_core::{
    affinity::{Continuation, continuation_of},
    pool::Ruling,
    whereabouts::Whereabouts,
};
use tokio_tungstenite::tungstenite::Utf8Bytes;

use super::relay::Relay;
use crate::long_work;

impl Relay {
    // Not by a shared reference: the socket is no such thing that two threads may look at.
    pub(super) async fn places_of(&mut self, text: &Utf8Bytes) -> Option<Arc<Whereabouts>> {
        let Self { router, handshake, .. } = self;
        router.places.of(&router.pool, &handshake.headers, text.as_bytes()).await
    }

    /// Whether a request that does not wait for the end of the one before may go to the same
    /// profile, by the rules per project.
    pub(super) async fn may_follow(&mut self, text: &Utf8Bytes) -> bool {
        let Some(whereabouts) = self.places_of(text).await else { return true };
        let (headers, body) = (&self.handshake.headers, text.as_bytes());
        let continuation = long_work::read_of(body.len(), || continuation_of(headers, body, false));
        let continuation = Continuation { whereabouts: Some(whereabouts), ..continuation };
        let ruling = self.router.pool.read(|pool, _| pool.ruling(&continuation));
        let profile = self.upstream.as_ref().map(|upstream| upstream.profile);
        match ruling {
            Ruling::Free => true,
            Ruling::Only(profiles, _) => profile.is_some_and(|id| profiles.contains(&id)),
            Ruling::Refused(_) => false,
        }
    }
}
