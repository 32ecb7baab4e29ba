//! Quota from the usage endpoint: read in the background, never in a request.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use http::{HeaderMap, StatusCode};
use rotunda_core::{
    ProfileId, Standing, Upstreams, bounded,
    pool::PoolProfileView,
    profile::{CooldownCause, Kind},
    quota::report_of,
};
use serde_json::Value;
use tokio::time::{Instant, timeout};
use url::Url;

use crate::{
    account::routing_of, attempt::headers_for, context::RouterContext, token_manager::Access,
};

/// Between readings of a profile in use.
const IN_USE: Duration = Duration::from_secs(5 * 60);
/// Between readings of one that is not.
const IDLE: Duration = Duration::from_secs(30 * 60);
/// After a reading that contradicts a rest: the second one decides.
const SECOND_LOOK: Duration = Duration::from_secs(60);
/// After a failed reading; doubles up to [`IDLE`].
const AFTER_FAILURE: Duration = Duration::from_secs(60);
/// Between the first readings after a start, so that accounts are not read
/// all at once (lesson 32).
const STAGGER: Duration = Duration::from_secs(2);
/// After a known reset, to be past it on upstream's clock too.
const PAST_RESET: Duration = Duration::from_secs(5);
/// Longest sleep of the task, in case profiles came or the machine slept.
const LONGEST_NAP: Duration = Duration::from_secs(60);
/// For one reading.
const PATIENCE: Duration = Duration::from_secs(20);
/// An answer is a few kilobytes; more is not read.
const LONGEST: usize = 1 << 20;

/// How often a profile's quota is read, in use or not.
pub fn usage_refresh(in_use: bool) -> Duration {
    if in_use { IN_USE } else { IDLE }
}

/// Paths that refused a renewed token as well: no reading of them renews again
/// before one succeeds. They may refuse what turns are served with.
type RefusedPaths = BTreeSet<&'static str>;

#[derive(Debug, Clone)]
struct Plan {
    next: Instant,
    failures: u32,
    /// The pool's version at the last reading: whether it was used since.
    in_flight_or_used: bool,
    refused: RefusedPaths,
}

/// Reads every profile's quota when it is due. Runs until dropped.
pub(crate) async fn poll(router: Arc<RouterContext>) {
    let mut plans: BTreeMap<ProfileId, Plan> = BTreeMap::new();
    loop {
        let view = router.pool.view();
        let statuses: Vec<_> = view.profiles.iter().filter(|status| is_read(status)).collect();
        plans.retain(|id, _| statuses.iter().any(|status| status.profile.id == *id));
        let start = Instant::now();
        for (place, status) in (0..).zip(&statuses) {
            let next = start + STAGGER * place;
            let plan =
                Plan { next, failures: 0, in_flight_or_used: false, refused: RefusedPaths::new() };
            let plan = plans.entry(status.profile.id).or_insert(plan);
            plan.in_flight_or_used |= status.in_flight > 0 || status.in_use;
        }
        let due: Vec<_> =
            plans.iter().filter(|(_, plan)| plan.next <= start).map(|(id, _)| *id).collect();
        for id in due {
            if let Some(plan) = plans.get_mut(&id) {
                let read = read_usage(&router, id, &mut plan.refused).await;
                plan.failures = if read { 0 } else { plan.failures + 1 };
                plan.next = Instant::now() + pause(&router, id, plan);
                plan.in_flight_or_used = false;
            }
        }
        let next = plans.values().map(|plan| plan.next).min();
        let nap = next.map_or(LONGEST_NAP, |next| next.saturating_duration_since(Instant::now()));
        tokio::select! {
            () = tokio::time::sleep(nap.min(LONGEST_NAP)) => {}
            () = router.demand.notified() => plans.values_mut().for_each(|plan| plan.next = Instant::now()),
            () = router.pool.reread() => plans.values_mut().for_each(|plan| plan.next = Instant::now()),
        }
    }
}

fn is_read(status: &PoolProfileView) -> bool {
    status.profile.kind == Kind::ChatGpt && status.standing != Standing::NeedsSignIn
}

/// How long until a profile is read again.
fn pause(router: &RouterContext, id: ProfileId, plan: &Plan) -> Duration {
    if plan.failures > 0 {
        return IDLE.min(AFTER_FAILURE * 2u32.pow(plan.failures.min(6) - 1));
    }
    let now = router.pool.now();
    let view = router.pool.view();
    let Some(status) = view.profiles.iter().find(|status| status.profile.id == id) else {
        return IDLE;
    };
    let is_out = matches!(status.standing, Standing::Resting(rest) if matches!(rest.cause, CooldownCause::Quota(_)));
    let has_capacity = status
        .usage
        .as_ref()
        .is_some_and(|usage| !usage.windows.is_empty() && usage.left(now) > 0.0);
    let usual = match (is_out && has_capacity, plan.in_flight_or_used) {
        (true, _) => SECOND_LOOK,
        (false, true) => IN_USE,
        (false, false) => IDLE,
    };
    let windows = status.usage.iter().flat_map(|usage| &usage.windows);
    let resets = windows.filter_map(|window| window.resets_at?.duration_since(now).ok());
    let reset = resets.map(|away| away + PAST_RESET).min();
    reset.map_or(usual, |reset| usual.min(reset))
}

async fn read_usage(router: &RouterContext, id: ProfileId, refused: &mut RefusedPaths) -> bool {
    if !router.accounts.knows(id) {
        read_account(router, id, refused).await;
    }
    router.pool.read(|pool, _| pool.reading_begins(id));
    let Some(body) = get(router, id, "wham/usage", refused).await else { return false };
    let report = report_of(&body, router.pool.now());
    let Some(report) = report else { return false };
    router.pool.observe(|pool, now| pool.read_report(id, report, now));
    true
}

async fn read_account(router: &RouterContext, id: ProfileId, refused: &mut RefusedPaths) {
    let Some(body) = get(router, id, "wham/accounts/check", refused).await else { return };
    let account =
        router.pool.read(|pool, _| pool.profile(id).and_then(|profile| profile.account_id.clone()));
    let upstream = &router.upstreams.chatgpt;
    if let Some(routing) = account.and_then(|account| routing_of(&body, &account, upstream)) {
        router.accounts.learn(id, routing);
    }
}

/// One authenticated read as a profile, with one renewal when the token is
/// refused; see [`RefusedPaths`].
async fn get(
    router: &RouterContext,
    id: ProfileId,
    path: &'static str,
    refused: &mut RefusedPaths,
) -> Option<Value> {
    let access = router.token_manager.access(id).await.ok()?;
    let url = Upstreams::below(&router.upstreams.chatgpt, path);
    let (mut status, mut body) = fetch(router, id, &access, url.clone()).await?;
    if status == StatusCode::UNAUTHORIZED && !refused.contains(path) {
        let access = router.token_manager.renew(id, &access).await.ok()?;
        (status, body) = fetch(router, id, &access, url).await?;
    }
    if status == StatusCode::UNAUTHORIZED {
        refused.insert(path);
    } else {
        refused.remove(path);
    }
    status.is_success().then_some(body)
}

async fn fetch(
    router: &RouterContext,
    id: ProfileId,
    access: &Access,
    url: Url,
) -> Option<(StatusCode, Value)> {
    let headers: HeaderMap = headers_for(&router.own_headers(), access, None);
    let request = router.clients.of(id).ok()?.get(url).headers(headers);
    let answer = async {
        let mut response = request.send().await.ok()?;
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.ok()? {
            body.extend_from_slice(&chunk);
            if body.len() > LONGEST {
                return None;
            }
        }
        Some((response.status(), bounded::json(&body).unwrap_or_default()))
    };
    timeout(PATIENCE, answer).await.ok()?
}
