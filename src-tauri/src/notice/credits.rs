//! Notifications about purchased credits.

use rotunda_daemon::view::Snapshot;
use rotunda_host::settings::NoticeKind;
use rotunda_text::{Locale, Localize, NoticeText};

use super::{Memory, Notice, notice};
use crate::menu::WindowRoute;

impl Memory {
    /// The first credit that is spent of each row, by its beginning.
    pub(super) fn credits_spent(&mut self, after: &Snapshot) -> Vec<Notice> {
        let locale = Locale::of(after.language);
        let mut found = Vec::new();
        for profile in &after.profiles {
            let key = format!("credits {}", profile.id);
            let credits = profile.credits.as_ref();
            let Some((credits, since)) = credits.and_then(|it| Some((it, it.spending_since?)))
            else {
                self.notified.remove(&key);
                continue;
            };
            if self.notified.insert(key, since) == Some(since) {
                continue;
            }
            let title = NoticeText::CreditsSpent(&profile.name).to(locale);
            let notice = notice(NoticeKind::Credits, title, credits.text.clone());
            found.push(notice.leads_to(WindowRoute::Profiles));
        }
        found
    }
}
