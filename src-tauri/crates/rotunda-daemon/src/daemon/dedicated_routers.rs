//! A second router for one program that is to be served by one profile only,
//! beside the one that serves all programs.
//!
//! It shares the token manager, so that a sign-in is still renewed in one place, and
//! has a pool of that one profile, so that nothing rotates. What one of both pools learns
//! of quota and credits counts for the other. Its turns are not in Activity.

use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Full};
use rotunda_core::{Event, ProfileId, Secret, profile::UseCredits, vault::BoxFuture};
use rotunda_host::{key, repository::LocalFolders};
use rotunda_router::{Clock, Control, ControlBody, Keys, LentKey, Pool, Recorder, Router};
use tokio::sync::{broadcast, oneshot};

use super::{
    handles::{CurrentSettings, Handles},
    listening::{limits, same_user},
    running::RunningRouter,
};
use crate::{bind, error::CommandError};

/// Listens for as long as this is held.
#[derive(Debug)]
pub struct DedicatedRouter {
    /// What that program's `openai_base_url` has to be.
    pub url: Secret<String>,
    /// Ends with this.
    _key: LentKey,
    /// Dropped, it ends the router.
    _serving: oneshot::Sender<()>,
}

/// Opens them beside the router that runs.
pub struct DedicatedRouters {
    settings: CurrentSettings,
    clock: Clock,
    pool: Pool,
    running: RunningRouter,
}

impl DedicatedRouters {
    pub(super) fn new(handles: &Handles) -> Self {
        Self {
            settings: handles.settings.clone(),
            clock: handles.machine.clock.clone(),
            pool: handles.pool.clone(),
            running: handles.running.clone(),
        }
    }

    /// Opens a router that serves with one profile, even a paused one: the user
    /// named it.
    pub async fn with_profile(&self, id: ProfileId) -> Result<DedicatedRouter, CommandError> {
        self.with_profile_recorded(id, None).await
    }

    /// The same, with a recorder of what passes.
    pub(super) async fn with_profile_recorded(
        &self,
        id: ProfileId,
        recorder: Option<Arc<dyn Recorder>>,
    ) -> Result<DedicatedRouter, CommandError> {
        let token_manager = self.running.token_manager().await.ok_or(CommandError::NoRouter)?;
        let view = self.pool.view();
        let pool_profile = view
            .profiles
            .into_iter()
            .map(|pool_profile| pool_profile.profile)
            .find(|pool_profile| pool_profile.id == id);
        let mut pool_profile = pool_profile.ok_or(CommandError::Gone)?;
        pool_profile.paused = false;
        let settings = self.settings.get();
        let pool = Pool::new(vec![pool_profile], settings.rules, self.clock.clone());
        pool.pin(Some(id));
        pool.set_provider(id, self.pool.provider_of(id));
        pool.set_projects(self.pool.projects());
        let mut exchange =
            QuotaExchange { all: self.pool.clone(), alone: pool.clone(), id, consent: None };
        // Before the first turn: a used-up plan must not be found out by spending credits.
        exchange.pass_on();
        let events = pool.events();
        let listener = rotunda_router::listen(([127, 0, 0, 1], 0).into()).await;
        let listener = listener.map_err(CommandError::Aside)?;
        let port = listener.local_addr().map_err(CommandError::Aside)?.port();
        let client = key::fresh()?;
        let router = Router::new(
            settings.upstreams.clone(),
            limits(&settings),
            Keys { client: Vec::new(), control: key::fresh()? },
            pool,
            token_manager,
            Arc::new(Uncontrolled),
        );
        router.record(recorder);
        router.look_up_folders_with(Arc::new(LocalFolders::default()));
        tokio::spawn(learn(events, self.pool.clone(), id));
        let lent = router.lend_key(client.clone(), same_user(), None);
        let (serving, dropped) = oneshot::channel::<()>();
        tokio::spawn(async move {
            tokio::select! {
                () = rotunda_router::serve(listener, router, async { drop(dropped.await) }) => {}
                () = exchange.follow() => {}
            }
        });
        Ok(DedicatedRouter { url: bind::client_url(port, &client), _key: lent, _serving: serving })
    }

    /// Makes `key` valid for one program, until the loan is dropped. New conversations
    /// of that program prefer a profile, if one is named.
    pub async fn lend_key(
        &self,
        key: Secret<String>,
        preferred: Option<ProfileId>,
    ) -> Result<LentKey, CommandError> {
        let router = self.running.router().await.ok_or(CommandError::NoRouter)?;
        Ok(router.lend_key(key, same_user(), preferred))
    }
}

/// A profile in two pools.
struct QuotaExchange {
    all: Pool,
    alone: Pool,
    id: ProfileId,
    /// As last told to the pool that has it alone.
    consent: Option<UseCredits>,
}

impl QuotaExchange {
    /// Has each pool learn what the other one knows.
    fn pass_on(&mut self) {
        for (from, to) in [(&self.all, &self.alone), (&self.alone, &self.all)] {
            if let Some(known) = from.known_quota(self.id) {
                to.learn_quota(self.id, known);
            }
        }
        let consent = Some(self.all.consent_apart(self.id));
        if self.consent != consent {
            self.alone.set_use_credits(self.id, consent);
            self.consent = consent;
        }
        self.alone.follow_project_rules(&self.all);
    }

    /// Goes on with that until it is dropped.
    async fn follow(mut self) {
        let (mut all, mut alone) = (self.all.changed(), self.alone.changed());
        loop {
            self.pass_on();
            let changed = tokio::select! {
                changed = all.changed() => changed,
                changed = alone.changed() => changed,
            };
            if changed.is_err() {
                return std::future::pending().await;
            }
        }
    }
}

/// The control of a router that gives its control key to no client.
#[derive(Debug)]
struct Uncontrolled;

impl Control for Uncontrolled {
    fn call(&self, _: Request<Bytes>) -> BoxFuture<'static, Response<ControlBody>> {
        let empty = Full::new(Bytes::new()).map_err(|impossible| match impossible {});
        let mut response = Response::new(empty.boxed());
        *response.status_mut() = StatusCode::NOT_FOUND;
        Box::pin(std::future::ready(response))
    }
}

/// A turn that was served here proves that the profile may serve everywhere.
/// Ends with the router of these events.
async fn learn(mut events: broadcast::Receiver<Event>, pool: Pool, id: ProfileId) {
    loop {
        match events.recv().await {
            Ok(Event::Finished(turn)) if turn.route == "responses" && turn.status == 200 => {
                pool.served(id);
            }
            Ok(_) | Err(broadcast::error::RecvError::Lagged(_)) => {}
            Err(broadcast::error::RecvError::Closed) => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime, UNIX_EPOCH};

    use rotunda_core::{
        Rules, Standing,
        event::Finished,
        pool::{Kept, Memory, Payment},
        profile::{Credits, Kind, PoolProfile, Usage, Window},
    };
    use rotunda_simulator::eventually;

    use super::*;

    const ID: ProfileId = ProfileId(1);

    /// What the pool says of a profile that was refused, after these turns.
    async fn standing_after(turns: &[(&'static str, u16)]) -> Standing {
        let now = UNIX_EPOCH + Duration::from_secs(1_000_000);
        let profile = PoolProfile {
            id: ID,
            kind: Kind::ChatGpt,
            account_id: None,
            rank: 0,
            paused: false,
            own_sign_in: false,
        };
        let pool = Pool::new(vec![profile], Rules::default(), Arc::new(move || now));
        let standing = Standing::NotEntitled { ask_at: now + Duration::from_secs(600) };
        pool.restore(vec![Memory::Profile(
            ID,
            Kept { standing, usage: None, spending: None, paid: None },
        )]);
        let (sender, events) = broadcast::channel(turns.len());
        for (route, status) in turns {
            let turn = Finished {
                request: 1,
                profile: Some(ID),
                route,
                model: None,
                status: *status,
                attempts: 1,
                unasked: None,
                first_byte: None,
                total: Duration::from_secs(1),
                tokens: None,
                work: rotunda_core::event::Work::default(),
            };
            sender.send(Event::Finished(turn)).unwrap();
        }
        drop(sender);
        learn(events, pool.clone(), ID).await;
        pool.view().profiles[0].standing
    }

    #[tokio::test]
    async fn a_test_turn_that_is_served_brings_a_plan_without_codex_back() {
        let standing = standing_after(&[("models", 200), ("responses", 429)]).await;
        assert!(matches!(standing, Standing::NotEntitled { .. }), "{standing:?}");
        assert_eq!(standing_after(&[("responses", 200)]).await, Standing::Ready);
    }

    /// Its plan is used up, and it has credits.
    fn used_up(now: SystemTime) -> Memory {
        let window = Window {
            length: Duration::from_secs(18_000),
            used_percent: 100.0,
            resets_at: Some(now + Duration::from_secs(3600)),
        };
        let balance = Some("12".to_owned());
        let credits = Some(Credits { available: true, unlimited: false, balance });
        let usage = Usage { windows: vec![window], plan: None, credits, read_at: now };
        let kept =
            Kept { standing: Standing::Ready, usage: Some(usage), spending: None, paid: None };
        Memory::Profile(ID, kept)
    }

    #[tokio::test]
    async fn the_pool_of_one_profile_follows_the_consent_and_the_plans_of_all() {
        let now = UNIX_EPOCH + Duration::from_secs(1_000_000);
        let profile = |id, paused| PoolProfile {
            id,
            kind: Kind::ChatGpt,
            account_id: None,
            rank: 0,
            paused,
            own_sign_in: false,
        };
        let other = ProfileId(2);
        let all = vec![profile(ID, false), profile(other, false)];
        let all = Pool::new(all, Rules::default(), Arc::new(move || now));
        all.restore(vec![used_up(now)]);
        let alone = Pool::new(vec![profile(ID, false)], Rules::default(), Arc::new(move || now));
        let payment = || alone.view().profiles[0].credits.payment;
        assert_eq!(payment(), Payment::Plan, "it knows nothing");
        let mut exchange =
            QuotaExchange { all: all.clone(), alone: alone.clone(), id: ID, consent: None };
        exchange.pass_on();
        assert!(matches!(payment(), Payment::Withheld(_)));
        let following = tokio::spawn(exchange.follow());
        all.set_rules(Rules { use_credits: UseCredits::WhenAllOut, ..Rules::default() });
        tokio::task::yield_now().await;
        assert!(matches!(payment(), Payment::Withheld(_)), "the other plan can serve");
        all.put(profile(other, true));
        eventually("none can", || payment() == Payment::Credits(UseCredits::WhenAllOut)).await;
        all.set_use_credits(ID, Some(UseCredits::Never));
        eventually("it is taken back", || matches!(payment(), Payment::Withheld(_))).await;
        following.abort();
    }

    #[tokio::test]
    async fn there_is_none_beside_no_router() {
        let fixture = crate::daemon::fixture::Fixture::with(&["work"]);
        let routers = DedicatedRouters::new(&fixture.handles);
        assert!(matches!(routers.with_profile(ID).await, Err(CommandError::NoRouter)));
        let lent = routers.lend_key(key::fresh().unwrap(), None).await;
        assert!(matches!(lent, Err(CommandError::NoRouter)));
    }
}
