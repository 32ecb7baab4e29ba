//! Lists of models that were fetched, per profile and query, and what several of them
//! come to together.

use std::{
    collections::{HashMap, HashSet},
    hash::{DefaultHasher, Hash, Hasher},
    sync::{Mutex, MutexGuard, PoisonError},
};

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};
use rotunda_core::ProfileId;
use serde_json::Value;
use tokio::{sync::Semaphore, time::Instant};

use crate::respond::{Body, full, own_response};

/// Larger lists are not kept; real ones are below 200 KiB.
pub(crate) const LONGEST: usize = 4 << 20;
/// Bytes of all lists together; the oldest make room.
const ALL: usize = 16 << 20;
/// Lists kept: a few client versions for each of many profiles.
const MOST: usize = 64;
/// Lists fetched at once; more are answered as if upstream were away.
const FETCHES: usize = 8;

/// A profile, and the path with its query.
pub(crate) type Key = (ProfileId, String);

/// One list.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    body: Bytes,
    /// Of the body, so that lists are compared without being read again.
    digest: u64,
    pub(crate) etag: Option<HeaderValue>,
    pub(crate) fetched: Instant,
}

/// Lists of models, per profile and query.
#[derive(Debug)]
pub(crate) struct Models {
    entries: Mutex<HashMap<Key, Entry>>,
    /// Those that are being fetched behind an answer.
    pub(crate) fetching: Mutex<HashSet<Key>>,
    /// Profiles that refused a renewed token for a list: that is no reason
    /// to renew it with each list.
    refused: Mutex<HashSet<ProfileId>>,
    pub(crate) fetches: Semaphore,
}

impl Default for Models {
    fn default() -> Self {
        Self {
            entries: Mutex::default(),
            fetching: Mutex::default(),
            refused: Mutex::default(),
            fetches: Semaphore::new(FETCHES),
        }
    }
}

impl Models {
    pub(crate) fn entries(&self) -> MutexGuard<'_, HashMap<Key, Entry>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn newest(&self) -> Option<Entry> {
        self.entries().values().max_by_key(|entry| entry.fetched).cloned()
    }

    /// What the list that was fetched last was asked for with.
    pub(crate) fn newest_path(&self) -> Option<String> {
        let entries = self.entries();
        let newest = entries.iter().max_by_key(|(_, entry)| entry.fetched);
        newest.map(|((_, path), _)| path.clone())
    }

    pub(crate) fn get(&self, key: &Key) -> Option<Entry> {
        self.entries().get(key).cloned()
    }

    pub(crate) fn refuses(&self, profile: ProfileId) -> bool {
        self.refused.lock().unwrap_or_else(PoisonError::into_inner).contains(&profile)
    }

    pub(crate) fn note_status(&self, profile: ProfileId, status: StatusCode) {
        let mut refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        if status == StatusCode::UNAUTHORIZED {
            refused.insert(profile);
        } else {
            refused.remove(&profile);
        }
    }

    /// Keeps a list; the lists that were fetched longest ago make room.
    pub(crate) fn put(&self, key: Key, entry: Entry) {
        let mut entries = self.entries();
        entries.insert(key, entry);
        make_room(&mut entries);
    }
}

/// One list with what all of them offer; the first one decides where they differ.
pub(crate) fn union(lists: &[Entry]) -> Option<Entry> {
    let (first, others) = lists.split_first()?;
    if others.iter().all(|other| other.digest == first.digest) {
        return Some(first.clone());
    }
    let Ok(mut all) = serde_json::from_slice::<Value>(&first.body) else {
        return Some(first.clone());
    };
    let mut known: HashSet<_> = first.slugs().into_iter().collect();
    let Some(models) = all.get_mut("models").and_then(Value::as_array_mut) else {
        return Some(first.clone());
    };
    for model in others.iter().flat_map(Entry::models) {
        let slug = model.get("slug").and_then(Value::as_str).unwrap_or_default();
        if known.insert(slug.to_owned()) {
            models.push(model);
        }
    }
    let etag = union_tag(&lists.iter().collect::<Vec<_>>());
    Some(Entry { fetched: first.fetched, ..Entry::new(all.to_string().into(), etag) })
}

/// The tag of a union: that of its lists when they have one in common.
pub(crate) fn union_tag(lists: &[&Entry]) -> Option<HeaderValue> {
    let (first, others) = lists.split_first()?;
    if others.iter().all(|other| other.digest == first.digest) {
        return first.etag.clone();
    }
    let mut hasher = DefaultHasher::new();
    for list in lists {
        list.digest.hash(&mut hasher);
    }
    HeaderValue::try_from(format!("\"rotunda-{:016x}\"", hasher.finish())).ok()
}

/// The lists that were fetched longest ago go, until the rest is within bounds.
fn make_room(entries: &mut HashMap<Key, Entry>) {
    let size = |entries: &HashMap<Key, Entry>| {
        entries.iter().map(|((_, path), entry)| path.len() + entry.body.len()).sum::<usize>()
    };
    while entries.len() > MOST || size(entries) > ALL {
        let oldest = entries.iter().min_by_key(|(_, entry)| entry.fetched);
        let Some(oldest) = oldest.map(|(key, _)| key.clone()) else { return };
        entries.remove(&oldest);
    }
}

impl Entry {
    /// A list that came now.
    pub(crate) fn new(body: Bytes, etag: Option<HeaderValue>) -> Self {
        let mut hasher = DefaultHasher::new();
        body.hash(&mut hasher);
        Self { body, digest: hasher.finish(), etag, fetched: Instant::now() }
    }

    fn models(&self) -> Vec<Value> {
        let Ok(mut list) = serde_json::from_slice::<Value>(&self.body) else { return Vec::new() };
        match list.get_mut("models").map(Value::take) {
            Some(Value::Array(models)) => models,
            _ => Vec::new(),
        }
    }

    pub(crate) fn slugs(&self) -> Vec<String> {
        let models = self.models();
        let slugs = models.iter().filter_map(|model| model.get("slug")?.as_str());
        slugs.map(str::to_owned).collect()
    }

    /// In the order in which Codex shows them: by their `priority`, the lowest first, without
    /// those whose `visibility` is not `list`.
    pub(crate) fn slugs_by_priority(&self) -> Vec<String> {
        let mut models = self.models();
        models.retain(|model| {
            model.get("visibility").and_then(Value::as_str).is_none_or(|it| it == "list")
        });
        // Those without one stay in their order, behind the others.
        models
            .sort_by_key(|model| model.get("priority").and_then(Value::as_i64).unwrap_or(i64::MAX));
        let slugs = models.iter().filter_map(|model| model.get("slug")?.as_str());
        slugs.map(str::to_owned).collect()
    }

    pub(crate) fn response(&self) -> Response<Body> {
        let mut response = own_response(full(self.body.clone()));
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        if let Some(etag) = &self.etag {
            headers.insert(header::ETAG, etag.clone());
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[tokio::test]
    async fn the_usual_model_is_the_first_that_codex_shows() {
        let list = json!({"models": [
            {"slug": "old"},
            {"slug": "second", "priority": 2, "visibility": "list"},
            {"slug": "hidden", "priority": 0, "visibility": "hide"},
            {"slug": "first", "priority": 1, "visibility": "list"},
        ]});
        let entry = Entry::new(Bytes::from(list.to_string()), None);
        assert_eq!(entry.slugs_by_priority(), ["first", "second", "old"]);
    }

    #[tokio::test(start_paused = true)]
    async fn lists_are_bounded_in_number_and_in_bytes() {
        let mut entries = HashMap::new();
        let mut add = async |path: String, length: usize| {
            tokio::time::advance(std::time::Duration::from_secs(1)).await;
            let body = Bytes::from(vec![b' '; length]);
            let entry = Entry::new(body, None);
            entries.insert((ProfileId(1), path), entry);
            make_room(&mut entries);
            entries.len()
        };
        for number in 0..10 * MOST {
            add(format!("models?client_version={number}"), 10).await;
        }
        assert_eq!(add("models?client_version=1000".into(), 10).await, MOST);
        for number in 0..8 {
            add(format!("models?large={number}"), LONGEST).await;
        }
        assert!(entries.values().map(|entry| entry.body.len()).sum::<usize>() <= ALL);
        assert!(entries.contains_key(&(ProfileId(1), "models?large=7".to_owned())));
    }
}
