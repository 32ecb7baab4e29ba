//! Watches Codex's file: what somebody else changed is told once and never
//! fought.
//!
//! The file is looked up every few seconds, and read only when it is another one
//! than before. A watch of the system's would wake us for every line that Codex
//! writes into its databases in the same folder, is lost when the folder is made
//! anew, and is not there on network file systems; a look costs microseconds
//! and sees all of these (see docs/decisions/011-looking-at-config.md).

use std::{sync::Arc, time::Duration};

use tokio::time::{self, MissedTickBehavior};

use super::{
    Daemon, blocking,
    seen::{self, Seen},
};
use crate::{activity::ActivityKind, bind, files, platform, view::BindingState};

/// Soon enough for somebody who looks at the window after a change.
const PAUSE: Duration = Duration::from_secs(2);
/// Store key of what was told last, so that a restart does not tell it again.
const TOLD: &str = "told_outside";

/// Looks until it is aborted.
pub(super) async fn watch(daemon: Daemon) {
    let mut ticks = time::interval(PAUSE);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (mut before, mut own_before) = (None, None);
    loop {
        ticks.tick().await;
        let (path, own) = (daemon.inner.home.codex_config(), daemon.inner.home.codex_auth());
        let looked = blocking(move || (files::identity(&path), files::identity(&own))).await;
        let (now, own) = (Some(looked.0), Some(looked.1));
        let changed = before != now;
        if changed && daemon.look().await {
            before = now;
        }
        // Only now is the file read again, and the keychain asked no more than once.
        if changed || own_before.as_ref().is_none_or(|(before, _)| *before != own) {
            let own = Some((own, daemon.own_storage().await));
            if own_before != own {
                daemon.see_own().await;
                own_before = own;
            }
        }
    }
}

impl Daemon {
    /// Reads where Codex points, and tells it when somebody else changed that.
    /// False while a change of ours is under way.
    async fn look(&self) -> bool {
        let (home, url) = (self.inner.home.clone(), self.url().await);
        let read = blocking(move || (!bind::is_busy(&home)).then(|| seen::read(&home, &url)));
        let Some(seen) = read.await else { return false };
        self.inner.known().binding = seen.clone();
        self.refresh();
        let inner = Arc::clone(&self.inner);
        let news = blocking(move || {
            let told = inner.store.meta(TOLD)?;
            let text = outside(&seen);
            let is_new = text != told;
            if is_new {
                inner.store.set_meta(TOLD, text.as_deref())?;
            }
            let text = text.filter(|_| is_new);
            // Looked up only now: it goes through every process.
            let holder = seen.port.filter(|_| text.is_some()).and_then(platform::port_holder);
            Ok::<_, crate::store::StoreError>(text.map(|text| named(text, holder)))
        });
        match news.await {
            Ok(Some(text)) => self.note(ActivityKind::ChangedOutside, text).await,
            Ok(None) => {}
            Err(error) => tracing::warn!(%error, "what was told before is not known"),
        }
        true
    }
}

/// What somebody else made of Codex's file, when it concerns us.
fn outside(seen: &Seen) -> Option<String> {
    let said = seen.view.message.as_deref().unwrap_or_default();
    if !seen.is_recorded {
        return None;
    }
    match (seen.view.state, &seen.view.provider) {
        (BindingState::Foreign, _) => {
            Some(format!("Somebody else changed config.toml. {said} Bind again, or leave it."))
        }
        (BindingState::Unbound, _) => Some(
            "Somebody else took Rotunda's line out of config.toml: Codex uses its own sign-in. \
             Bind again, or leave it."
                .to_owned(),
        ),
        (BindingState::Unreadable, _) => Some(format!(
            "Somebody else changed config.toml, and it cannot be read. {said} Rotunda does not \
             touch it until it is mended."
        )),
        (BindingState::Bound, Some(provider)) => Some(format!(
            "Somebody else made config.toml name the provider \"{provider}\": Codex does not come \
             here. Bind again and switch, or leave it."
        )),
        (BindingState::Bound | BindingState::BoundStale, _) => None,
    }
}

/// With the program that listens where Codex points, when the system tells.
fn named(text: String, holder: Option<String>) -> String {
    match holder {
        Some(holder) => format!("{text} There listens {holder}."),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::BindingView;

    fn seen(state: BindingState, is_recorded: bool) -> Seen {
        let view = BindingView {
            state,
            codex_home: String::new(),
            line: String::new(),
            message: Some("Codex points at http://127.0.0.1:15721.".to_owned()),
            since: None,
            backup: None,
            backup_at: None,
            provider: None,
        };
        Seen { view, changed_outside: false, is_recorded, port: Some(15721) }
    }

    #[test]
    fn a_change_is_told_with_the_address_and_who_listens_there() {
        let text = outside(&seen(BindingState::Foreign, true)).unwrap();
        assert_eq!(
            named(text, Some("node (4242)".to_owned())),
            "Somebody else changed config.toml. Codex points at http://127.0.0.1:15721. Bind again, \
             or leave it. There listens node (4242)."
        );
    }

    #[test]
    fn what_was_never_bound_concerns_nobody() {
        for state in [BindingState::Foreign, BindingState::Unbound, BindingState::Unreadable] {
            assert_eq!(outside(&seen(state, false)), None);
            assert!(outside(&seen(state, true)).is_some());
        }
        assert_eq!(outside(&seen(BindingState::Bound, true)), None);
    }

    #[test]
    fn another_provider_is_told() {
        let mut seen = seen(BindingState::Bound, true);
        seen.view.provider = Some("azure".to_owned());
        assert!(outside(&seen).unwrap().contains("\"azure\""));
    }
}
