//! A second router for one program that is to be served by one profile only,
//! beside the one that serves everybody.
//!
//! It shares the keeper, so that a sign-in is still renewed in one place, and
//! has a pool of that one profile, so that nothing rotates. Its turns are not
//! told in Activity.

use std::sync::{Arc, Weak};

use rotunda_core::{ProfileId, Secret};
use rotunda_router::{Keys, Pool, Recorder, Router};
use tokio::sync::oneshot;

use super::{CommandError, Daemon};
use crate::{bind, control::Api, key};

/// Listens for as long as this is held.
#[derive(Debug)]
pub struct Aside {
    /// What that program's `openai_base_url` has to be.
    pub url: Secret<String>,
    /// Dropped, it ends the router.
    _serving: oneshot::Sender<()>,
}

impl Daemon {
    /// Opens a router that serves with one profile, even a paused one: the user
    /// named it.
    pub async fn with_profile(&self, id: ProfileId) -> Result<Aside, CommandError> {
        self.with_profile_heard(id, None).await
    }

    /// The same, with somebody who hears what passes.
    pub(super) async fn with_profile_heard(
        &self,
        id: ProfileId,
        recorder: Option<Arc<dyn Recorder>>,
    ) -> Result<Aside, CommandError> {
        let inner = &self.inner;
        let keeper = {
            let running = inner.running.lock().await;
            running.as_ref().ok_or(CommandError::NoRouter)?.keeper.clone()
        };
        let view = inner.pool.view();
        let seat = view.seats.into_iter().map(|seat| seat.seat).find(|seat| seat.id == id);
        let mut seat = seat.ok_or(CommandError::Gone)?;
        seat.paused = false;
        let settings = inner.settings();
        let pool = Pool::new(vec![seat], settings.rules, inner.clock.clone());
        pool.pin(Some(id));
        let listener = rotunda_router::listen(([127, 0, 0, 1], 0).into()).await;
        let listener = listener.map_err(CommandError::Aside)?;
        let port = listener.local_addr().map_err(CommandError::Aside)?.port();
        let client = key::fresh()?;
        let router = Router::new(
            settings.upstreams.clone(),
            settings.limits(),
            Keys { client: vec![client.clone()], control: key::fresh()? },
            pool,
            keeper,
            // It cannot be controlled: nobody is told that key.
            Arc::new(Api::new(Weak::new())),
        );
        router.record(recorder);
        let (serving, dropped) = oneshot::channel::<()>();
        tokio::spawn(rotunda_router::serve(listener, router, async { drop(dropped.await) }));
        Ok(Aside { url: bind::client_url(port, &client), _serving: serving })
    }
}
