//! Watches Codex's file: what somebody else changed is told once and never
//! fought. The same look follows Codex's own sign-in and our settings.
//!
//! The file is looked up every few seconds, and read only when it is another one
//! than before. A watch of the system's would wake us for every line that Codex
//! writes into its databases in the same folder, is lost when the folder is made
//! anew, and is not there on network file systems; a look costs microseconds
//! and sees all of these (see docs/decisions/011-looking-at-config.md).

use std::{sync::Arc, time::Duration};

use rotunda_core::{
    Language, Reader, Words,
    words::{BindingNote, Outside},
};
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
    let (mut before, mut own_before, mut settings_before) = (None, None, None);
    loop {
        ticks.tick().await;
        let home = &daemon.inner.home;
        let paths = [home.codex_config(), home.codex_auth(), home.settings_file()];
        let looked = blocking(move || paths.map(|path| files::identity(&path))).await;
        let [now, own, settings] = looked.map(Some);
        // What stood there at the start is known already.
        let settings_then = settings_before.replace(settings.clone());
        if settings_then.is_some_and(|then| then != settings) {
            daemon.reread_settings().await;
        }
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
            // Whoever listens there may change without any news.
            let news = outside(&seen, None);
            let text = news.map(|news| news.to(Reader::of(Language::English)));
            let is_new = text != told;
            if is_new {
                inner.store.set_meta(TOLD, text.as_deref())?;
            }
            if !is_new || text.is_none() {
                return Ok(None);
            }
            // Looked up only now: it goes through every process.
            let holder = seen.port.and_then(platform::port_holder);
            Ok::<_, crate::store::StoreError>(outside(&seen, holder))
        });
        match news.await {
            Ok(Some(news)) => self.note(ActivityKind::ChangedOutside, news).await,
            Ok(None) => {}
            Err(error) => tracing::warn!(%error, "what was told before is not known"),
        }
        true
    }
}

/// What somebody else made of Codex's file, when it concerns us; with the
/// program that listens where Codex points, when the system tells.
fn outside(seen: &Seen, holder: Option<String>) -> Option<Outside> {
    if !seen.is_recorded {
        return None;
    }
    match (seen.view.state, &seen.view.provider) {
        (BindingState::Foreign, _) => {
            let Some(BindingNote::Foreign(url)) = seen.note.clone() else { return None };
            Some(Outside::PointsElsewhere { url, holder })
        }
        (BindingState::Unbound, _) => Some(Outside::LineTakenOut),
        (BindingState::Unreadable, _) => Some(match seen.note.clone() {
            Some(BindingNote::Unreadable(line, error)) => {
                Outside::MadeUnreadable { line: Some(line), error }
            }
            Some(BindingNote::Failed(error)) => Outside::MadeUnreadable { line: None, error },
            _ => return None,
        }),
        (BindingState::Bound, Some(provider)) => {
            Some(Outside::OtherProvider { provider: provider.clone() })
        }
        (BindingState::Bound | BindingState::BoundStale, _) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::BindingView;

    fn seen(state: BindingState, is_recorded: bool) -> Seen {
        let view = BindingView {
            state,
            changed_outside: false,
            codex_home: String::new(),
            line: String::new(),
            message: None,
            since: None,
            backup: None,
            backup_at: None,
            provider: None,
        };
        let note = match state {
            BindingState::Foreign => {
                Some(BindingNote::Foreign("http://127.0.0.1:15721".to_owned()))
            }
            BindingState::Unreadable => Some(BindingNote::Unreadable(3, "no key".to_owned())),
            _ => None,
        };
        Seen { view, note, is_recorded, port: Some(15721) }
    }

    #[track_caller]
    fn told(seen: &Seen, holder: Option<String>, language: Language, expected: &str) {
        let reader = Reader::of(language);
        assert_eq!(outside(seen, holder).unwrap().to(reader), expected);
    }

    #[test]
    fn a_change_is_told_with_the_address_and_who_listens_there() {
        let node = || Some("node (4242)".to_owned());
        told(
            &seen(BindingState::Foreign, true),
            node(),
            Language::English,
            "Somebody else changed config.toml. Codex points at http://127.0.0.1:15721. Bind again, \
             or leave it. There listens node (4242).",
        );
        told(
            &seen(BindingState::Foreign, true),
            node(),
            Language::Chinese,
            "其他程序改了 config.toml。Codex 指向 http://127.0.0.1:15721。请重新绑定，或保持不变。\
             在那里监听的是 node (4242)。",
        );
        told(
            &seen(BindingState::Unreadable, true),
            None,
            Language::English,
            "Somebody else changed config.toml, and it cannot be read. Line 3: no key. Rotunda does \
             not touch it until it is mended.",
        );
    }

    #[test]
    fn what_was_never_bound_concerns_nobody() {
        for state in [BindingState::Foreign, BindingState::Unbound, BindingState::Unreadable] {
            assert_eq!(outside(&seen(state, false), None), None);
            assert!(outside(&seen(state, true), None).is_some());
        }
        assert_eq!(outside(&seen(BindingState::Bound, true), None), None);
    }

    #[test]
    fn another_provider_is_told() {
        let mut seen = seen(BindingState::Bound, true);
        seen.view.provider = Some("azure".to_owned());
        let provider = "azure".to_owned();
        assert_eq!(outside(&seen, None), Some(Outside::OtherProvider { provider }));
    }
}
