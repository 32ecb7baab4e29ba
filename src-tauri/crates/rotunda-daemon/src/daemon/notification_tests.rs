//! Notifications that say nothing new, on request: a tray app that listens shows them.

use tokio::sync::broadcast;

/// Asks whoever shows notifications.
#[derive(Debug)]
pub struct NotificationTests(broadcast::Sender<()>);

impl NotificationTests {
    pub(super) fn new() -> Self {
        Self(broadcast::Sender::new(1))
    }

    /// From now on the caller shows one for each message.
    pub fn listen(&self) -> broadcast::Receiver<()> {
        self.0.subscribe()
    }

    /// False when nobody shows it.
    pub(super) fn ask(&self) -> bool {
        self.0.send(()).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn one_is_shown_by_who_listens_and_by_nobody_else() {
        let tests = NotificationTests::new();
        assert!(!tests.ask());
        let mut shown = tests.listen();
        assert!(tests.ask());
        assert!(shown.recv().await.is_ok());
    }
}
