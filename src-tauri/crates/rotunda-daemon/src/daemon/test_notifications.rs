//! Notifications that say nothing new, on request: a tray app that listens shows them.

use rotunda_host::settings::NoticeKind;
use tokio::sync::broadcast;

/// Asks the tray app for a notification.
#[derive(Debug)]
pub struct TestNotifications(broadcast::Sender<Option<NoticeKind>>);

impl TestNotifications {
    pub(super) fn new() -> Self {
        Self(broadcast::Sender::new(1))
    }

    /// From now on the caller shows one for each message, of that kind if there is one.
    pub fn listen(&self) -> broadcast::Receiver<Option<NoticeKind>> {
        self.0.subscribe()
    }

    /// False when no tray app listens.
    pub(super) fn ask(&self, kind: Option<NoticeKind>) -> bool {
        self.0.send(kind).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn one_is_shown_only_where_it_is_listened_to() {
        let tests = TestNotifications::new();
        assert!(!tests.ask(None));
        let mut shown = tests.listen();
        assert!(tests.ask(Some(NoticeKind::Low)));
        assert_eq!(shown.recv().await, Ok(Some(NoticeKind::Low)));
    }
}
