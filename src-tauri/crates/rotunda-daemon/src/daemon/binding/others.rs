//! Folders of Codex besides the own one that were bound from here.

use rotunda_core::Secret;
use rotunda_host::{
    blocking::blocking,
    files::shown,
    home::Home,
    platform::{self, Networking},
};
use rotunda_text::Pointed;

use super::Binding;
use crate::{activity::ActivityKind, bind};

impl Binding {
    /// What other folders an earlier end left bound: those of the other side follow the
    /// router; no command would unbind any other one later, so each is let go.
    pub(super) async fn repair_others(&self) {
        let (home, env) = (self.machine.home.clone(), self.machine.env.clone());
        for other in blocking(move || bind::others(&home)).await {
            let reached = platform::reached_from(&env, &other.codex_home).await;
            if reached == Some(Networking::Shared) {
                self.follow(other).await;
            } else {
                self.let_go(other).await;
            }
        }
    }

    /// Rotunda ends, so no folder may stay bound.
    pub(super) async fn unbind_others(&self) {
        let home = self.machine.home.clone();
        for other in blocking(move || bind::others(&home)).await {
            self.let_go(other).await;
        }
    }

    async fn follow(&self, other: Home) {
        let (url, now) = (self.url().await, self.machine.now());
        let bound = blocking(move || bind::bind(&other, &url, false, now)).await;
        if let Err(error) = bound {
            tracing::warn!(%error, "the Codex of the other side was not bound again");
        }
    }

    async fn let_go(&self, other: Home) {
        let url = self.url().await;
        if let Some(text) = blocking(move || freed(&other, &url)).await {
            self.activity.add(ActivityKind::Unbound, text).await;
        }
    }
}

/// What became of another folder of Codex, when something did.
fn freed(other: &Home, url: &Secret<String>) -> Option<Pointed> {
    let folder = shown(&other.codex_home);
    match bind::unbind(other, url) {
        Ok(outcome) if outcome.changed => Some(Pointed::UnboundElsewhere { folder }),
        Ok(_) => None,
        Err(error) => {
            tracing::warn!(%error, "another folder of Codex stays bound");
            Some(Pointed::StillBoundElsewhere { folder, error: error.to_string() })
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use rotunda_host::key;

    use super::*;
    use crate::daemon::{
        binding::status::{read, url_at},
        fixture::Fixture,
        handles::{Machine, State},
    };

    #[tokio::test]
    async fn every_folder_is_unbound_at_the_end() {
        let fixture = Fixture::with(&["work"]);
        let Machine { home, env, .. } = &fixture.handles.machine;
        let other = Home { codex_home: home.data.join("other"), ..home.clone() };
        fs::create_dir(&other.codex_home).unwrap();
        let before = "model = \"m\"\n";
        fs::write(other.codex_config(), before).unwrap();
        let binding =
            fixture.binding(&fixture.profiles(), State::new(read(home, env, &url_at(home, 0))));
        let url = bind::client_url(9, &key::client_key(home).unwrap());
        bind::bind(&other, &url, false, fixture.handles.machine.now()).unwrap();
        assert_eq!(bind::others(home), std::slice::from_ref(&other));
        binding.unbind_at_the_end().await.unwrap();
        assert_eq!(fs::read_to_string(other.codex_config()).unwrap(), before);
        assert_eq!(bind::others(home), []);
    }
}
