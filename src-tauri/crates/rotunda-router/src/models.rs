//! The list of models: Codex waits for it at start, so it comes from a cache
//! and is refreshed behind the answer.

use std::{
    collections::HashSet,
    sync::{Arc, PoisonError},
    time::Duration,
};

use futures_util::future::join_all;
use http::{HeaderValue, Response, StatusCode, header};
use rotunda_core::{ProfileId, Standing, pool::PoolProfileView, profile::Kind};
use serde_json::json;
use tokio::time::timeout;

use crate::{
    attempt::{headers_for, target},
    context::RouterContext,
    model_lists::{Entry, Key, LONGEST, union, union_tag},
    respond::{Body, json_response},
    token_manager::Access,
};

/// Longest path and query that a list is kept for, in bytes.
const LONGEST_PATH: usize = 1 << 10;
/// What Codex asks for, at the version that Rotunda is tested with.
const USUAL_PATH: &str = "models?client_version=0.171.0";
/// For a list that is fetched behind the answer: an upstream that never
/// answers must not keep a place.
const REFRESH: Duration = Duration::from_secs(300);

/// Answers with what all profiles offer together. Lists that are at hand are
/// used at once and refreshed behind the answer; upstream is requested for the
/// others, within a time limit. With no list at all the answer is empty, and
/// Codex uses its own.
pub(crate) async fn answer(router: &Arc<RouterContext>, path: &str) -> Response<Body> {
    if path.len() > LONGEST_PATH {
        return empty();
    }
    let mut lists = lists_of(Arc::clone(router), path.to_owned(), offering(router)).await;
    if lists.is_empty() {
        // A list of one profile, or of another client version, serves all
        // while upstream is away.
        lists.extend(router.models.newest());
    }
    union(&lists).map_or_else(empty, |entry| entry.response())
}

/// The models that profiles offer together to other clients than Codex; `allowed` are those
/// that count, none is all. They are those of a version of Codex that asked before, as the
/// list depends on it.
pub(crate) async fn ids(
    router: Arc<RouterContext>,
    allowed: Option<Arc<[ProfileId]>>,
) -> Vec<String> {
    offered_to(router, allowed, Entry::slugs).await
}

/// The same without those that Codex does not show, the usual one first.
pub(crate) async fn usual_first(
    router: Arc<RouterContext>,
    allowed: Option<Arc<[ProfileId]>>,
) -> Vec<String> {
    offered_to(router, allowed, Entry::slugs_by_priority).await
}

/// Each model once, those of other providers last.
async fn offered_to(
    router: Arc<RouterContext>,
    allowed: Option<Arc<[ProfileId]>>,
    slugs_of: fn(&Entry) -> Vec<String>,
) -> Vec<String> {
    let mut profiles = offering(&router);
    profiles.retain(|id| allowed.as_ref().is_none_or(|it| it.contains(id)));
    let path = router.models.newest_path().unwrap_or_else(|| USUAL_PATH.to_owned());
    let of_providers = router.pool.read(|pool, _| pool.models_of_providers(allowed.as_deref()));
    let lists = lists_of(router, path, profiles).await;
    let mut ids = union(&lists).as_ref().map(slugs_of).unwrap_or_default();
    for model in of_providers {
        if !ids.contains(&model) {
            ids.push(model);
        }
    }
    ids
}

/// The lists of some profiles. Lists that are at hand are used at once and refreshed behind
/// the answer.
async fn lists_of(
    router: Arc<RouterContext>,
    path: String,
    profiles: Vec<ProfileId>,
) -> Vec<Entry> {
    let keys: Vec<Key> = profiles.into_iter().map(|profile| (profile, path.clone())).collect();
    let mut missing = keys.clone();
    missing.retain(|key| router.models.get(key).is_none());
    let fetches = missing.iter().map(|key| fetch(&router, key));
    let _ = timeout(router.limits.models, join_all(fetches)).await;
    let mut lists = Vec::new();
    for key in keys {
        let Some(entry) = router.models.get(&key) else { continue };
        let is_old = entry.fetched.elapsed() > router.limits.models_age;
        if is_old && !missing.contains(&key) {
            refresh(&router, key);
        }
        lists.push(entry);
    }
    lists
}

/// The tag that Codex may see in place of the tag of one profile's list: that
/// of the list which it would then fetch. None while that is not known; then
/// outdated lists are refreshed.
pub(crate) fn shown_tag(
    router: &Arc<RouterContext>,
    etag: &HeaderValue,
    profile: ProfileId,
) -> Option<HeaderValue> {
    let entries = router.models.entries();
    let of_profile = entries.iter().filter(|(key, _)| key.0 == profile);
    let outdated: Vec<_> = of_profile
        .clone()
        .filter(|(_, entry)| entry.etag.as_ref() != Some(etag))
        .map(|(key, _)| key.clone())
        .collect();
    if !outdated.is_empty() {
        drop(entries);
        for key in outdated {
            refresh(router, key);
        }
        return None;
    }
    let profiles = offering(router);
    let paths: HashSet<_> = of_profile.map(|(key, _)| &key.1).collect();
    let tag_of = |path: &String| {
        let list = |profile: &ProfileId| entries.get(&(*profile, path.clone()));
        union_tag(&profiles.iter().filter_map(list).collect::<Vec<_>>())
    };
    let tags: HashSet<_> = paths.into_iter().map(tag_of).collect();
    // Client versions with different lists cannot be distinguished here.
    let mut tags = tags.into_iter();
    tags.next().flatten().filter(|_| tags.next().is_none())
}

/// Fetches behind the answer, once at a time per list.
fn refresh(router: &Arc<RouterContext>, key: Key) {
    let fetching = &router.models.fetching;
    if router.models.fetches.available_permits() == 0 {
        return;
    }
    if !fetching.lock().unwrap_or_else(PoisonError::into_inner).insert(key.clone()) {
        return;
    }
    let shared = Arc::clone(router);
    router.tasks.spawn(async move {
        let _ = timeout(REFRESH, fetch(&shared, &key)).await;
        let fetching = &shared.models.fetching;
        fetching.lock().unwrap_or_else(PoisonError::into_inner).remove(&key);
    });
}

async fn fetch(router: &RouterContext, key: &Key) -> Option<Entry> {
    let profile = &key.0;
    let _place = router.models.fetches.try_acquire().ok()?;
    let access =
        router.token_manager.access(*profile).await.ok().filter(|access| !access.is_key)?;
    let mut response = request(router, key, &access).await?;
    if response.status() == StatusCode::UNAUTHORIZED && !router.models.refuses(*profile) {
        let renewed = router.token_manager.renew(*profile, &access).await.ok()?;
        response = request(router, key, &renewed).await?;
    }
    router.models.note_status(*profile, response.status());
    if !response.status().is_success() {
        return None;
    }
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.ok()? {
        body.extend_from_slice(&chunk);
        if body.len() > LONGEST {
            return None;
        }
    }
    let etag = response.headers().get(header::ETAG).cloned();
    let entry = Entry::new(body.into(), etag);
    router.pool.change(|pool, _| pool.learned_models(*profile, entry.slugs()));
    router.models.put(key.clone(), entry.clone());
    Some(entry)
}

async fn request(
    router: &RouterContext,
    (profile, path): &Key,
    access: &Access,
) -> Option<reqwest::Response> {
    let headers = headers_for(&router.own_headers(), access, None);
    let upstreams = router.accounts.upstreams(*profile, &router.upstreams);
    let url = target(&upstreams, access, path);
    router.clients.of(*profile).ok()?.get(url).headers(headers).send().await.ok()
}

/// Profiles with lists that count, in the user's order, so that the union does not
/// change with the profile that serves. A profile that rests keeps its models: the
/// list must not shrink with it.
fn offering(router: &RouterContext) -> Vec<ProfileId> {
    let may_serve = |status: &&PoolProfileView| {
        status.profile.kind == Kind::ChatGpt
            && matches!(status.standing, Standing::Ready | Standing::Resting(_))
    };
    let view = router.pool.view();
    view.profiles.iter().filter(may_serve).map(|status| status.profile.id).collect()
}

fn empty() -> Response<Body> {
    json_response(StatusCode::OK, &json!({"models": []}))
}
