//! What the notification centre shows: what the daemon decided, and where a tap on it leads.

use rotunda_daemon::notice as decided;
pub(crate) use rotunda_daemon::notice::Offer;
use rotunda_host::settings::NoticeKind;

use crate::menu::WindowRoute;

/// A notification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Notice {
    /// Which switch it has.
    pub(crate) kind: NoticeKind,
    /// A few words.
    pub(crate) title: String,
    /// One or two sentences.
    pub(crate) body: String,
    /// Where a tap on it leads; none where there is nothing to see.
    pub(crate) tap: Option<WindowRoute>,
    /// The one thing that may be done at once.
    pub(crate) offer: Option<Offer>,
}

impl Notice {
    /// The end of a night's work is worth a sound; nothing else is.
    pub(crate) fn alerts(&self) -> bool {
        self.kind == NoticeKind::Out
    }
}

impl From<decided::Notice> for Notice {
    fn from(notice: decided::Notice) -> Self {
        let decided::Notice { kind, title, body, offer } = notice;
        Self { kind, title, body, tap: place_of(kind), offer }
    }
}

/// Where the window shows more about a kind of notification.
fn place_of(kind: NoticeKind) -> Option<WindowRoute> {
    match kind {
        NoticeKind::Port | NoticeKind::Unbound => Some(WindowRoute::Codex),
        NoticeKind::Rotated | NoticeKind::Late => Some(WindowRoute::Activity),
        NoticeKind::Back | NoticeKind::Low => None,
        // The others are about one profile or all of them.
        _ => Some(WindowRoute::Profiles),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decided(kind: NoticeKind, offer: Option<Offer>) -> Notice {
        let (title, body) = ("title".to_owned(), "body".to_owned());
        decided::Notice { kind, title, body, offer }.into()
    }

    #[test]
    fn a_tap_leads_to_the_page_that_says_more() {
        assert_eq!(decided(NoticeKind::Late, None).tap, Some(WindowRoute::Activity));
        assert_eq!(decided(NoticeKind::Port, None).tap, Some(WindowRoute::Codex));
        assert_eq!(decided(NoticeKind::Out, None).tap, Some(WindowRoute::Profiles));
        assert_eq!(decided(NoticeKind::Back, None).tap, None);
        let unbound = decided(NoticeKind::Unbound, Some(Offer::Bind));
        assert_eq!((unbound.tap, unbound.offer), (Some(WindowRoute::Codex), Some(Offer::Bind)));
    }

    #[test]
    fn only_the_end_of_all_quota_has_a_sound() {
        for kind in NoticeKind::ALL {
            assert_eq!(decided(kind, None).alerts(), kind == NoticeKind::Out, "{kind:?}");
        }
    }
}
