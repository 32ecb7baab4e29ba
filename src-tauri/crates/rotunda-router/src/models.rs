//! The list of models: Codex waits for it at start, so it comes from a cache
//! and is refreshed behind the answer.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, PoisonError},
};

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};
use rotunda_core::ProfileId;
use serde_json::json;
use tokio::time::{Instant, timeout};

use crate::{
    attempt::{headers_for, target},
    respond::{Body, full, json_response},
    server::Shared,
};

/// Larger lists are not kept; real ones are below 200 KiB.
const LONGEST: usize = 8 << 20;

type Key = (ProfileId, String);

#[derive(Debug, Clone)]
struct Entry {
    body: Bytes,
    etag: Option<HeaderValue>,
    fetched: Instant,
}

/// Lists of models, per profile and query.
#[derive(Debug, Default)]
pub(crate) struct Models {
    entries: Mutex<HashMap<Key, Entry>>,
    fetching: Mutex<HashSet<Key>>,
}

impl Models {
    /// Answers at once when a list is at hand; otherwise asks upstream, and
    /// gives an empty list when that fails, for which Codex uses its own.
    pub(crate) async fn answer(router: &Arc<Shared>, path: &str) -> Response<Body> {
        let Some(profile) = router.pool.view().serving else { return empty() };
        let key = (profile, path.to_owned());
        let entry = if let Some(entry) = router.models.get(&key) {
            if entry.fetched.elapsed() > router.limits.models_age {
                Self::refresh(router, key);
            }
            Some(entry)
        } else {
            timeout(router.limits.models, Self::fetch(router, &key)).await.ok().flatten()
        };
        entry.map_or_else(empty, |entry| entry.response())
    }

    /// Whether Codex may see this tag of a profile's list: only when the list
    /// it would then fetch has it. Otherwise the list is refreshed first.
    pub(crate) fn may_show(router: &Arc<Shared>, etag: &HeaderValue, profile: ProfileId) -> bool {
        let entries = router.models.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let lists = entries.iter().filter(|(key, _)| key.0 == profile);
        let outdated: Vec<_> = lists
            .clone()
            .filter(|(_, entry)| entry.etag.as_ref() != Some(etag))
            .map(|(key, _)| key.clone())
            .collect();
        let known = lists.count() > 0 && outdated.is_empty();
        drop(entries);
        for key in outdated {
            Self::refresh(router, key);
        }
        known
    }

    fn get(&self, key: &Key) -> Option<Entry> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner).get(key).cloned()
    }

    /// Fetches behind the answer, once at a time per list.
    fn refresh(router: &Arc<Shared>, key: Key) {
        let fetching = &router.models.fetching;
        if !fetching.lock().unwrap_or_else(PoisonError::into_inner).insert(key.clone()) {
            return;
        }
        let shared = Arc::clone(router);
        router.tasks.spawn(async move {
            let _ = timeout(shared.limits.head, Self::fetch(&shared, &key)).await;
            let fetching = &shared.models.fetching;
            fetching.lock().unwrap_or_else(PoisonError::into_inner).remove(&key);
        });
    }

    async fn fetch(router: &Shared, key: &Key) -> Option<Entry> {
        let (profile, path) = key;
        let access =
            router.keeper.access(*profile).await.ok().filter(|access| !access.is_api_key)?;
        let headers = headers_for(&router.own_headers(), &access, None);
        let upstreams = router.accounts.upstreams(*profile, &router.upstreams);
        let url = target(&upstreams, &access, path);
        let mut response =
            router.clients.of(*profile).ok()?.get(url).headers(headers).send().await.ok()?;
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
        let entry = Entry { body: body.into(), etag, fetched: Instant::now() };
        let mut entries = router.models.entries.lock().unwrap_or_else(PoisonError::into_inner);
        // One list per profile and client version; old versions are few.
        entries.insert(key.clone(), entry.clone());
        Some(entry)
    }
}

impl Entry {
    fn response(&self) -> Response<Body> {
        let mut response = Response::new(full(self.body.clone()));
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        if let Some(etag) = &self.etag {
            headers.insert(header::ETAG, etag.clone());
        }
        response
    }
}

fn empty() -> Response<Body> {
    json_response(StatusCode::OK, &json!({"models": []}))
}
