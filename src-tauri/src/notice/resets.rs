//! Notifications about banked resets.

use rotunda_daemon::view::Snapshot;
use rotunda_host::{clock::from_unix, settings::NoticeKind};
use rotunda_text::{Localize, NoticeText};

use super::{Memory, Moment, Notice, notice};
use crate::menu::WindowRoute;

/// So long before a reset expires unused, in seconds.
const AHEAD: i64 = 2 * 24 * 60 * 60;

impl Memory {
    /// Each reset that expires soon, once.
    pub(super) fn resets_expire(&mut self, after: &Snapshot, at: Moment) -> Vec<Notice> {
        let locale = at.locale(after);
        let mut found = Vec::new();
        for profile in &after.profiles {
            let key = format!("reset {}", profile.id);
            let mut resets = profile.resets.iter().flat_map(|resets| &resets.resets);
            // The first to expire comes first.
            let Some(expires) = resets.find_map(|reset| reset.expires_at) else {
                continue;
            };
            let is_soon = (at.now..=at.now.saturating_add(AHEAD)).contains(&expires);
            if !is_soon || !self.new_cycle(&key, expires, at) {
                continue;
            }
            let title = NoticeText::ResetExpires(&profile.name).to(locale);
            let body = NoticeText::ResetExpiresBody(from_unix(expires)).to(locale);
            let notice = notice(NoticeKind::Resets, title, body);
            found.push(notice.leads_to(WindowRoute::Profiles));
        }
        found
    }
}
