//! Answers that are used again: the last good one about accounts, for when the host is
//! silent, and the newest one about quota, for a moment.

use std::{
    collections::HashMap,
    hash::{BuildHasher, Hash, Hasher, RandomState},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use http::{HeaderMap, header};
use rotunda_core::headers::ACCOUNT_ID;
use tokio::time::Instant;

use super::host::Answer;

/// Each running Codex asks every 5 s while its account is out: the host sees one of
/// these requests.
const USAGE_AGE: Duration = Duration::from_secs(5);
/// Answers kept of each kind; the oldest make room.
const MOST: usize = 32;

/// Who asks and for what: another sign-in never gets the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Asker(u64);

#[derive(Debug, Clone)]
struct Kept {
    at: Instant,
    answer: Answer,
}

#[derive(Debug, Default)]
pub(super) struct Remembered {
    /// Its secret is made anew in each process.
    hasher: RandomState,
    accounts: Mutex<HashMap<Asker, Kept>>,
    usage: Mutex<HashMap<Asker, Kept>>,
}

impl Remembered {
    /// By the whole bearer: claims alone can be made up. None without one.
    pub(super) fn asker(&self, headers: &HeaderMap, path: &str) -> Option<Asker> {
        let bearer = headers.get(header::AUTHORIZATION)?;
        let mut hasher = self.hasher.build_hasher();
        let variants = ["x-openai-codex-luna-reserve", header::ACCEPT_ENCODING.as_str()];
        (bearer.as_bytes(), path).hash(&mut hasher);
        for name in [ACCOUNT_ID].into_iter().chain(variants) {
            headers.get(name).map(http::HeaderValue::as_bytes).hash(&mut hasher);
        }
        Some(Asker(hasher.finish()))
    }

    /// The last good answer about accounts, however old.
    pub(super) fn accounts(&self, asker: Asker) -> Option<Answer> {
        lock(&self.accounts).get(&asker).map(|kept| kept.answer.clone())
    }

    pub(super) fn keep_accounts(&self, asker: Asker, answer: &Answer) {
        keep(lock(&self.accounts), asker, answer);
    }

    /// The newest answer about quota, while it is fresh.
    pub(super) fn usage(&self, asker: Asker) -> Option<Answer> {
        let usage = lock(&self.usage);
        let kept = usage.get(&asker).filter(|kept| kept.at.elapsed() < USAGE_AGE)?;
        Some(kept.answer.clone())
    }

    pub(super) fn keep_usage(&self, asker: Asker, answer: &Answer) {
        keep(lock(&self.usage), asker, answer);
    }
}

fn lock(kept: &Mutex<HashMap<Asker, Kept>>) -> MutexGuard<'_, HashMap<Asker, Kept>> {
    kept.lock().unwrap_or_else(PoisonError::into_inner)
}

fn keep(mut all: MutexGuard<'_, HashMap<Asker, Kept>>, asker: Asker, answer: &Answer) {
    all.insert(asker, Kept { at: Instant::now(), answer: answer.clone() });
    while all.len() > MOST {
        let oldest = all.iter().min_by_key(|(_, kept)| kept.at).map(|(asker, _)| *asker);
        let Some(oldest) = oldest else { return };
        all.remove(&oldest);
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::StatusCode;

    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
    }

    fn answer(text: &'static str) -> Answer {
        let body = Bytes::from_static(text.as_bytes());
        Answer { status: StatusCode::OK, headers: HeaderMap::new(), body }
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_is_for_one_sign_in_and_account() {
        let all = Remembered::default();
        let ask = |pairs: &[_]| all.asker(&headers(pairs), "wham/accounts/check");
        let ada = ask(&[("authorization", "Bearer a"), ("chatgpt-account-id", "1")]).unwrap();
        all.keep_accounts(ada, &answer("ada's"));
        assert_eq!(all.accounts(ada).unwrap().body, "ada's");
        for other in [
            ask(&[("authorization", "Bearer b"), ("chatgpt-account-id", "1")]),
            ask(&[("authorization", "Bearer a"), ("chatgpt-account-id", "2")]),
            ask(&[("authorization", "Bearer a")]),
        ] {
            assert!(all.accounts(other.unwrap()).is_none());
        }
        assert!(ask(&[("chatgpt-account-id", "1")]).is_none());
    }

    #[tokio::test(start_paused = true)]
    async fn quota_is_fresh_for_a_moment_and_accounts_stay() {
        let all = Remembered::default();
        let asker = all.asker(&headers(&[("authorization", "Bearer a")]), "").unwrap();
        all.keep_usage(asker, &answer("u"));
        all.keep_accounts(asker, &answer("a"));
        assert!(all.usage(asker).is_some());
        tokio::time::advance(USAGE_AGE).await;
        assert!(all.usage(asker).is_none());
        tokio::time::advance(Duration::from_secs(86_400)).await;
        assert_eq!(all.accounts(asker).unwrap().body, "a");
    }

    #[tokio::test(start_paused = true)]
    async fn the_oldest_answers_make_room() {
        let all = Remembered::default();
        for number in 0..=MOST as u64 {
            all.keep_accounts(Asker(number), &answer("a"));
            tokio::time::advance(Duration::from_secs(1)).await;
        }
        assert!(all.accounts(Asker(0)).is_none());
        assert!(all.accounts(Asker(1)).is_some());
    }
}
