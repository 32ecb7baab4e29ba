//! Codex never points at nobody: what is done to its file at a start, at an end,
//! and when there is no start.

use rotunda_core::{
    Secret,
    binding::State,
    words::{Outside, Pointed},
};
use serde_json::Value;

use super::{Daemon, DaemonError, blocking, seen::url_at};
use crate::{
    activity::ActivityKind,
    bind::{self, BindError},
    home::{Env, Home},
    loopback,
};

impl Daemon {
    /// Opens everything for a router that is to serve. When that fails, nobody
    /// will answer Codex: it is unbound.
    pub fn open_to_serve(home: Home, env: Env) -> Result<Self, DaemonError> {
        let bound = home.clone();
        Self::open(home, env).map_err(|error| match error {
            // Another process serves, or nothing can be written.
            DaemonError::Running | DaemonError::Home(_) | DaemonError::Lock(_) => error,
            error if let_go(&bound) => DaemonError::LetGo(Box::new(error)),
            error => error,
        })
    }

    /// Takes our line out of `config.toml`, if it is there.
    pub(super) async fn unbind_file(&self) -> Result<bind::Outcome, BindError> {
        let (home, url) = (self.inner.home.clone(), self.url().await);
        blocking(move || bind::unbind(&home, &url)).await
    }

    /// Takes our line out when nobody will answer there. True when it was.
    pub(super) async fn unbind_dead(&self) -> bool {
        let (home, url) = (self.inner.home.clone(), self.url().await);
        let state = blocking(move || bind::state(&home, &url)).await;
        if !matches!(state, Ok(State::Bound | State::BoundStale { .. }))
            || self.other_serving().await.is_some()
        {
            return false;
        }
        match self.unbind_file().await {
            Ok(outcome) => outcome.changed,
            Err(error) => {
                tracing::error!(%error, "Codex points at a port where nobody answers");
                false
            }
        }
    }

    /// Takes our line out because Rotunda ends; not that of another Rotunda.
    pub(super) async fn unbind_at_the_end(&self) -> Result<(), BindError> {
        if self.other_serving().await.is_some() {
            return Ok(());
        }
        if self.unbind_file().await?.changed {
            self.note(ActivityKind::Unbound, Pointed::UnboundAtEnd).await;
        }
        Ok(())
    }

    /// What an earlier end left: a line that points at an earlier port or key
    /// is brought up to date, and when that fails, Codex is better off without
    /// it; other folders of Codex are let go; a save that was on its way is kept.
    pub(super) async fn heal(&self) {
        self.keep_left_over().await;
        self.let_others_go().await;
        let (home, url) = (self.inner.home.clone(), self.url().await);
        let now = (self.inner.clock)();
        if let Some(port) = self.other_serving().await {
            self.note(ActivityKind::ChangedOutside, Outside::OtherServes { port }).await;
            return;
        }
        let healed = blocking(move || match bind::state(&home, &url) {
            Ok(State::BoundStale { .. }) => bind::bind(&home, &url, false, now).map(Some),
            Ok(_) => Ok(None),
            Err(error) => Err(error),
        });
        match healed.await {
            Ok(None) => {}
            Ok(Some(_)) => {
                self.note(ActivityKind::Healed, Pointed::Healed).await;
            }
            Err(error) => {
                tracing::warn!(%error, "an old binding could not be brought up to date");
                if self.unbind_dead().await {
                    self.note(ActivityKind::Unbound, Pointed::UnboundUnmendable).await;
                }
            }
        }
    }

    /// The port of another running Rotunda that Codex points at.
    async fn other_serving(&self) -> Option<u16> {
        let (home, ours) = (self.inner.home.clone(), self.url().await);
        let address = blocking(move || bind::address(&home)).await?;
        if address.expose() == ours.expose() {
            return None;
        }
        let (port, path) = place(address.expose())?;
        let own_port = self.inner.running.lock().await.as_ref().map(|running| running.port);
        let elsewhere = own_port != Some(port) && is_rotunda(port, &path).await;
        elsewhere.then_some(port)
    }

    async fn keep_left_over(&self) {
        let (home, url, now) = (self.inner.home.clone(), self.url().await, (self.inner.clock)());
        match blocking(move || bind::sweep(&home, &url, now)).await {
            Ok(kept) => {
                for copy in kept {
                    let copy = copy.display().to_string();
                    self.note(ActivityKind::Healed, Pointed::SaveKept { copy }).await;
                }
            }
            Err(error) => tracing::warn!(%error, "what an earlier end left was not looked at"),
        }
    }

    /// `CODEX_HOME` was another one: nobody would unbind that later.
    async fn let_others_go(&self) {
        let (home, url) = (self.inner.home.clone(), self.url().await);
        let freed = blocking(move || {
            let others = bind::others(&home).unwrap_or_default();
            others.into_iter().filter_map(|other| freed(&other, &url)).collect::<Vec<_>>()
        });
        for told in freed.await {
            self.note(ActivityKind::Unbound, told).await;
        }
    }
}

/// What became of another folder of Codex, when something did.
fn freed(other: &Home, url: &Secret<String>) -> Option<Pointed> {
    let folder = other.codex_home.display().to_string();
    match bind::unbind(other, url) {
        Ok(outcome) if outcome.changed => Some(Pointed::UnboundElsewhere { folder }),
        Ok(_) => None,
        Err(error) => {
            tracing::warn!(%error, "another folder of Codex stays bound");
            Some(Pointed::StillBoundElsewhere { folder, error: error.to_string() })
        }
    }
}

/// Unbinds what was bound from here, while nothing can be opened.
fn let_go(home: &Home) -> bool {
    let url = url_at(home, 0);
    let is_recorded = bind::recorded(home).is_ok_and(|recorded| recorded.is_some());
    let leads_here = matches!(bind::state(home, &url), Ok(State::Bound | State::BoundStale { .. }));
    is_recorded && leads_here && bind::unbind(home, &url).is_ok_and(|outcome| outcome.changed)
}

/// The port and the path of an address on this computer.
fn place(address: &str) -> Option<(u16, String)> {
    let url = url::Url::parse(address).ok()?;
    let here = matches!(url.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"));
    let path = url.path().to_owned();
    url.port().filter(|_| here).map(|port| (port, path))
}

/// A Rotunda that knows this key: other programs say yes to anything, or to
/// nothing.
async fn is_rotunda(port: u16, path: &str) -> bool {
    let ask = async |path: &str| {
        let request = http::Request::get(path).body(http_body_util::Full::default()).ok()?;
        loopback::ask(port, request).await.ok()
    };
    let Some(known) = ask(path).await else { return false };
    let Some(unknown) = ask("/codex").await else { return false };
    let code = serde_json::from_slice::<Value>(unknown.body()).unwrap_or_default();
    known.status().is_success() && code["error"]["code"] == "invalid_key"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_address_on_this_computer_is_asked() {
        assert_eq!(place("http://127.0.0.1:1/k/codex"), Some((1, "/k/codex".to_owned())));
        assert_eq!(place("http://10.0.0.1:1/k/codex"), None);
        assert_eq!(place("https://chatgpt.com/backend-api/codex"), None);
        assert_eq!(place("x"), None);
    }
}
