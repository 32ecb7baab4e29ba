//! Asks once a day for the signed statement about the newest version, where the user set an
//! address, and keeps what it said. Nothing is ever installed.

use std::{path::PathBuf, sync::Arc, time::Duration};

use futures_util::future::BoxFuture;
use rotunda_core::release_notice::{self, Release, StatementFault, Version};
use rotunda_host::{
    clock::{from_unix, unix},
    files::{self, Mode},
    home::Home,
    release_key::{LONGEST_STATEMENT, ReleaseKey},
    settings::{Settings, Upstreams},
};
use rotunda_text::UpdateNews;
use serde::{Deserialize, Serialize};
use tokio::time;
use url::Url;

use super::handles::{CurrentSettings, Handles, Machine, Refresh, State};

/// An answer takes no longer than this.
const PATIENCE: Duration = Duration::from_secs(30);
/// Whether it is time to ask is looked at this often: a timer does not count the time that a
/// machine sleeps.
const LOOK: Duration = Duration::from_secs(15 * 60);

/// Why there is no answer; for the log.
type NoAnswer = String;
/// Fetches what stands at an address.
type Fetch =
    Arc<dyn Fn(Url, Upstreams) -> BoxFuture<'static, Result<Vec<u8>, NoAnswer>> + Send + Sync>;

/// What the file holds.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct Kept {
    /// When the address was asked last, in seconds since 1970.
    requested_at: Option<i64>,
    /// Which address that was.
    address: Option<String>,
    /// The newest statement with a valid signature.
    release: Option<Release>,
}

impl Kept {
    /// A file that is damaged costs one request more, and the memory of the newest statement.
    fn read(home: &Home) -> Self {
        let text = files::read_text_if_there(&home.updates_file()).ok().flatten();
        text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default()
    }

    /// A version that is newer than this program.
    fn newer(&self) -> Option<UpdateNews> {
        let own = Version::read(env!("CARGO_PKG_VERSION"));
        let release = self.release.clone().filter(|release| Some(release.version) > own);
        release.map(UpdateNews::Newer)
    }
}

/// What is known without asking; nothing as long as the user set no address.
pub(super) fn known(home: &Home, settings: &Settings) -> Option<UpdateNews> {
    settings.updates.as_ref().and_then(|_| Kept::read(home).newer())
}

/// Looks for newer versions.
pub(super) struct Updates {
    machine: Machine,
    settings: CurrentSettings,
    refresh: Refresh,
    file: PathBuf,
    key: Option<ReleaseKey>,
    fetch: Fetch,
    news: State<Option<UpdateNews>>,
}

impl Updates {
    pub(super) fn new(handles: &Handles, news: State<Option<UpdateNews>>) -> Self {
        let fetch = |address, ways| -> BoxFuture<'static, _> { Box::pin(fetch(address, ways)) };
        Self::over(handles, news, ReleaseKey::built_in(), Arc::new(fetch))
    }

    fn over(
        handles: &Handles,
        news: State<Option<UpdateNews>>,
        key: Option<ReleaseKey>,
        fetch: Fetch,
    ) -> Self {
        Self {
            machine: handles.machine.clone(),
            settings: handles.settings.clone(),
            refresh: handles.refresh.clone(),
            file: handles.machine.home.updates_file(),
            key,
            fetch,
            news,
        }
    }

    /// Asks whenever it is time to, from now on.
    pub(super) async fn follow(&self) {
        let mut changes = self.settings.watch();
        let mut kept = Kept::read(&self.machine.home);
        loop {
            let settings = changes.borrow_and_update().clone();
            let wait = self.step(&settings, &mut kept).await;
            tokio::select! {
                more = changes.changed() => if more.is_err() { return },
                () = time::sleep(wait.min(LOOK)) => {}
            }
        }
    }

    /// Asks if it is time to, and returns in how long it may be.
    async fn step(&self, settings: &Settings, kept: &mut Kept) -> Duration {
        let Some(address) = &settings.updates else {
            self.show(None);
            return Duration::MAX;
        };
        let Some(key) = &self.key else {
            self.show(Some(UpdateNews::NoKey));
            return Duration::MAX;
        };
        if kept.address.as_deref() != Some(address.as_str()) {
            // Another address may be asked at once. The newest statement stays: no address may
            // go behind it.
            kept.requested_at = None;
            self.show(kept.newer());
        }
        let now = self.machine.now();
        let due = release_notice::due_in(kept.requested_at.map(from_unix), now);
        if !due.is_zero() {
            self.correct_future(kept);
            if self.news.lock().is_none() {
                self.show(kept.newer());
            }
            return due;
        }
        kept.requested_at = Some(unix(now));
        kept.address = Some(address.to_string());
        // Written before it asks: a program that ends again and again asks once a day, too.
        if let Err(reason) = self.write(kept) {
            tracing::warn!(reason, "a newer version is not asked for: the time cannot be stored");
            return LOOK;
        }
        let answer = (self.fetch)(address.clone(), settings.upstreams.clone()).await;
        self.take(answer, key, kept);
        release_notice::REQUEST_PERIOD
    }

    /// What an answer means.
    fn take(&self, answer: Result<Vec<u8>, NoAnswer>, key: &ReleaseKey, kept: &mut Kept) {
        let signed = match answer {
            Ok(signed) => signed,
            Err(reason) => {
                tracing::info!(reason, "the address for newer versions did not answer");
                self.show(kept.newer().or(Some(UpdateNews::NotReached)));
                return;
            }
        };
        match accepted(&signed, key, kept.release.as_ref()) {
            Ok(release) => {
                kept.release = Some(release);
                if let Err(reason) = self.write(kept) {
                    tracing::warn!(reason, "the newest version is not stored");
                }
                self.show(kept.newer());
            }
            Err(fault) => {
                tracing::warn!(?fault, "the answer about a newer version was not used");
                self.show(Some(UpdateNews::Refused(fault)));
            }
        }
    }

    /// A time of the future comes from a wrong clock. It counts as now.
    fn correct_future(&self, kept: &mut Kept) {
        let now = unix(self.machine.now());
        if kept.requested_at.is_some_and(|requested_at| requested_at > now) {
            kept.requested_at = Some(now);
            if let Err(reason) = self.write(kept) {
                tracing::warn!(reason, "the time of the last request is not stored");
            }
        }
    }

    fn show(&self, news: Option<UpdateNews>) {
        let changed = {
            let mut shown = self.news.lock();
            let changed = *shown != news;
            *shown = news;
            changed
        };
        if changed {
            self.refresh.now();
        }
    }

    fn write(&self, kept: &Kept) -> Result<(), String> {
        let text = serde_json::to_vec(kept).map_err(|error| error.to_string())?;
        files::write_atomic(&self.file, &text, Mode::Private).map_err(|error| error.to_string())
    }
}

fn accepted(
    signed: &[u8],
    key: &ReleaseKey,
    newest: Option<&Release>,
) -> Result<Release, StatementFault> {
    key.verified(signed)?.after(newest)
}

/// One request: nothing in it names this installation, its version or its user, and no
/// redirect is followed.
async fn fetch(address: Url, ways: Upstreams) -> Result<Vec<u8>, NoAnswer> {
    let client = rotunda_router::http_client_via(&address, &ways.proxy, &ways.authorities);
    let client = client.map_err(|error| error.without_url().to_string())?;
    let answer = time::timeout(PATIENCE, receive(client.get(address))).await;
    answer.map_err(|_| format!("no answer within {PATIENCE:?}"))?
}

async fn receive(request: reqwest::RequestBuilder) -> Result<Vec<u8>, NoAnswer> {
    let plain = |error: reqwest::Error| error.without_url().to_string();
    let mut response = request.send().await.map_err(plain)?;
    if !response.status().is_success() {
        return Err(format!("status {}", response.status().as_u16()));
    }
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(plain)? {
        body.extend_from_slice(&chunk);
        if body.len() > LONGEST_STATEMENT {
            return Err(format!("more than {LONGEST_STATEMENT} bytes"));
        }
    }
    Ok(body)
}

#[cfg(test)]
#[path = "updates_tests.rs"]
mod tests;
