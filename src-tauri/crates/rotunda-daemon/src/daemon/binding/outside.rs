//! What other programs made of Codex's file: reported once and never fought.

use rotunda_core::display_text::{self, clean_some};
use rotunda_host::{blocking::blocking, platform};
use rotunda_text::{BindingNote, Language, Locale, Localize, Outside};

use super::{
    Binding,
    status::{self, BindingStatus},
};
use crate::{activity::ActivityKind, bind, daemon::handles::Machine, view::BindingState};

/// Store key of what was reported last, so that a restart does not report it again.
const REPORTED: &str = "told_outside";

impl Binding {
    /// Reads where Codex points, and reports it when another program changed that.
    /// False while a change of ours is under way.
    pub(in crate::daemon) async fn read_changed(&self) -> bool {
        let (machine, url) = (self.machine.clone(), self.url().await);
        let read = blocking(move || {
            let Machine { home, env, .. } = &machine;
            (!bind::is_busy(home)).then(|| status::read(home, env, &url))
        });
        let Some(status) = read.await else { return false };
        self.status.set(status.clone());
        self.refresh.now();
        let store = self.store.clone();
        let news = blocking(move || {
            let reported = store.meta(REPORTED)?;
            // The program that listens there may change, which is no news.
            let news = outside(&status, None);
            let text = news.map(|news| news.to(Locale::of(Language::ENGLISH)));
            let is_new = text != reported;
            if is_new {
                store.set_meta(REPORTED, text.as_deref())?;
            }
            if !is_new || text.is_none() {
                return Ok(None);
            }
            // Looked up only now: it goes through every process.
            let holder = status.port.and_then(platform::port_holder);
            // A program may call itself anything.
            let holder = holder.and_then(|holder| clean_some(&holder, display_text::NAME));
            Ok::<_, rotunda_host::store::StoreError>(outside(&status, holder))
        });
        match news.await {
            Ok(Some(news)) => self.activity.add(ActivityKind::ChangedOutside, news).await,
            Ok(None) => {}
            Err(error) => tracing::warn!(%error, "what was reported before is not known"),
        }
        true
    }
}

/// What another program changed in Codex's file, when it concerns Rotunda; with the
/// program that listens where Codex points, when the system names it.
fn outside(status: &BindingStatus, holder: Option<String>) -> Option<Outside> {
    if !status.is_recorded {
        return None;
    }
    match (status.view.state, &status.view.provider) {
        (BindingState::Foreign, _) => {
            let Some(BindingNote::Foreign(url)) = status.note.clone() else { return None };
            Some(Outside::PointsElsewhere { url, holder })
        }
        (BindingState::Unbound, _) => Some(Outside::LineTakenOut),
        (BindingState::Unreadable, _) => Some(match status.note.clone() {
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

    fn status(state: BindingState, is_recorded: bool) -> BindingStatus {
        let view = BindingView {
            state,
            changed_outside: false,
            codex_home: String::new(),
            config_file: String::new(),
            line: String::new(),
            message: None,
            since: None,
            backup: None,
            backup_at: None,
            provider: None,
            second_line: crate::view::SecondLineView::default(),
        };
        let note = match state {
            BindingState::Foreign => {
                Some(BindingNote::Foreign("http://127.0.0.1:15721".to_owned()))
            }
            BindingState::Unreadable => Some(BindingNote::Unreadable(3, "no key".to_owned())),
            _ => None,
        };
        let second_line = rotunda_core::binding::SecondLine::Absent;
        BindingStatus { view, note, is_recorded, second_line, port: Some(15721) }
    }

    #[track_caller]
    fn check(status: &BindingStatus, holder: Option<String>, language: Language, expected: &str) {
        let locale = Locale::of(language);
        assert_eq!(outside(status, holder).unwrap().to(locale), expected);
    }

    #[test]
    fn a_change_is_reported_with_the_address_and_who_listens_there() {
        let node = || Some("node (4242)".to_owned());
        check(
            &status(BindingState::Foreign, true),
            node(),
            Language::ENGLISH,
            "Another program changed config.toml. Codex points at http://127.0.0.1:15721. Bind again, \
             or leave it. There listens node (4242).",
        );
        check(
            &status(BindingState::Foreign, true),
            node(),
            Language::find("zh-CN").unwrap(),
            "其他程序改了 config.toml。Codex 指向 http://127.0.0.1:15721。请重新绑定，或保持不变。\
             在那里监听的是 node (4242)。",
        );
        check(
            &status(BindingState::Unreadable, true),
            None,
            Language::ENGLISH,
            "Another program changed config.toml, and it cannot be read. Line 3: no key. Rotunda does \
             not touch it until it is mended.",
        );
    }

    #[test]
    fn a_file_that_was_never_bound_is_not_reported() {
        for state in [BindingState::Foreign, BindingState::Unbound, BindingState::Unreadable] {
            assert_eq!(outside(&status(state, false), None), None);
            assert!(outside(&status(state, true), None).is_some());
        }
        assert_eq!(outside(&status(BindingState::Bound, true), None), None);
    }

    #[test]
    fn another_provider_is_reported() {
        let mut status = status(BindingState::Bound, true);
        status.view.provider = Some("azure".to_owned());
        let provider = "azure".to_owned();
        assert_eq!(outside(&status, None), Some(Outside::OtherProvider { provider }));
    }
}
