//! Quota from the usage endpoint: read in the background, never in a request.

use std::{sync::Arc, time::Duration};

use http::{HeaderMap, StatusCode};
use rotunda_core::{
    ProfileId, Upstreams, bounded, pool::Moment, profile::Kind, quota::report_of,
    quota_plan::QuotaPlan, reset_credits::banked_of,
};
use serde_json::Value;
use tokio::time::{Instant, timeout};
use url::Url;

use crate::{
    account::routing_of,
    attempt::{headers_for, target},
    context::RouterContext,
    token_manager::{Access, TokenError},
};

/// Where the details of banked resets are, below the ChatGPT host.
const BANKED_RESETS: &str = "wham/rate-limit-reset-credits";
/// For one reading.
const PATIENCE: Duration = Duration::from_secs(20);
/// An answer is a few kilobytes; more is not read.
const LONGEST: usize = 1 << 20;

/// Reads every profile's quota when it is due. Runs until dropped.
pub(crate) async fn poll(router: Arc<RouterContext>) {
    let started = Instant::now();
    let mut plan = QuotaPlan::default();
    loop {
        for id in plan.due(&router.pool.view(), started.elapsed()) {
            let has_report = read_usage(&router, id, &mut plan).await;
            let moment = Moment { now: router.pool.now(), uptime: started.elapsed() };
            plan.ended(id, has_report, &router.pool.view(), moment);
        }
        tokio::select! {
            () = tokio::time::sleep(plan.nap(started.elapsed())) => {}
            () = router.demand.notified() => plan.read_all(started.elapsed()),
            () = router.pool.reread() => plan.read_all(started.elapsed()),
        }
    }
}

async fn read_usage(router: &RouterContext, id: ProfileId, plan: &mut QuotaPlan) -> bool {
    if !router.accounts.knows(id) {
        read_account(router, id, plan).await;
    }
    router.pool.read(|pool, _| pool.reading_begins(id));
    let Some(body) = get(router, id, "wham/usage", plan).await else { return false };
    let report = report_of(&body, router.pool.now());
    let Some(report) = report else { return false };
    let banked = report.banked_resets;
    router.pool.observe(|pool, now| pool.read_report(id, report, now));
    if banked.is_some_and(|count| count > 0) {
        read_banked(router, id, plan).await;
    }
    true
}

/// What came of looking at one profile: its sign-in, and the quota of its plan.
#[derive(Debug)]
pub enum ProfileCheck {
    /// It can be used, and its quota was read if it has one.
    Works,
    /// It can be used, and its quota was not read.
    NoQuota,
    /// No token could be had.
    NoToken(TokenError),
}

/// Looks at a profile as a turn would find it, without a turn. What is read counts.
pub(crate) async fn check(router: &RouterContext, id: ProfileId) -> ProfileCheck {
    let access = match router.token_manager.access(id).await {
        Ok(access) => access,
        Err(error) => return ProfileCheck::NoToken(error),
    };
    let kind = router.pool.read(|pool, _| pool.profile(id).map(|profile| profile.kind));
    if kind.is_some_and(Kind::is_key) {
        return check_key(router, id, &access).await;
    }
    if read_usage(router, id, &mut QuotaPlan::default()).await {
        return ProfileCheck::Works;
    }
    // The reading may have found that the sign-in is of no use.
    match router.token_manager.access(id).await {
        Ok(_) => ProfileCheck::NoQuota,
        Err(error) => ProfileCheck::NoToken(error),
    }
}

/// Requests the list of models, which costs nothing and shows whether the key is taken.
async fn check_key(router: &RouterContext, id: ProfileId, access: &Access) -> ProfileCheck {
    let url = target(&router.upstreams, access, "models");
    let headers = headers_for(&router.own_headers(), access, None);
    let Ok(client) = router.clients.of(id) else {
        return ProfileCheck::NoToken(TokenError::Trouble);
    };
    match client.get(url).headers(headers).send().await.map(|response| response.status()) {
        Ok(StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) => {
            ProfileCheck::NoToken(TokenError::Refused)
        }
        Ok(status) if status.is_server_error() => ProfileCheck::NoToken(TokenError::Trouble),
        Ok(_) => ProfileCheck::Works,
        Err(_) => ProfileCheck::NoToken(TokenError::Trouble),
    }
}

/// What the provider answers about a profile's quota, as it is; none when it gave no
/// answer that can be read.
pub(crate) async fn raw(router: &RouterContext, id: ProfileId) -> Option<Value> {
    get(router, id, "wham/usage", &mut QuotaPlan::default()).await
}

/// The details of banked resets; without them their number stays known.
async fn read_banked(router: &RouterContext, id: ProfileId, plan: &mut QuotaPlan) {
    let details = get(router, id, BANKED_RESETS, plan).await;
    if let Some(banked) = details.as_ref().and_then(banked_of) {
        router.pool.change(|pool, _| pool.read_banked(id, banked));
    }
}

/// Reads one profile now, banked resets included: true when its quota was read.
pub(crate) async fn read_now(router: &RouterContext, id: ProfileId) -> bool {
    read_usage(router, id, &mut QuotaPlan::default()).await
}

async fn read_account(router: &RouterContext, id: ProfileId, plan: &mut QuotaPlan) {
    let Some(body) = get(router, id, "wham/accounts/check", plan).await else { return };
    let account =
        router.pool.read(|pool, _| pool.profile(id).and_then(|profile| profile.account_id.clone()));
    let upstream = &router.upstreams.chatgpt;
    if let Some(routing) = account.and_then(|account| routing_of(&body, &account, upstream)) {
        router.accounts.learn(id, routing);
    }
}

/// One authenticated read as a profile, with one renewal when the token is
/// refused; see [`QuotaPlan::may_renew`].
async fn get(
    router: &RouterContext,
    id: ProfileId,
    path: &'static str,
    plan: &mut QuotaPlan,
) -> Option<Value> {
    let access = router.token_manager.access(id).await.ok()?;
    let url = Upstreams::below(&router.upstreams.chatgpt, path);
    let (mut status, mut body) = fetch(router, id, &access, url.clone()).await?;
    if status == StatusCode::UNAUTHORIZED && plan.may_renew(id, path) {
        let access = router.token_manager.renew(id, &access).await.ok()?;
        (status, body) = fetch(router, id, &access, url).await?;
    }
    plan.answered(id, path, status == StatusCode::UNAUTHORIZED);
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
