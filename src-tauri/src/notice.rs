//! Which of the things that happened are worth a notification.
//!
//! [`Memory::notices`] looks at a snapshot and at what it remembers, and returns
//! what is new, so that nothing is notified twice: not when a reading drifts, not
//! when one is missing, not after a restart or a gap. It is a function of its
//! arguments; [`Memory::is_unsure`] says when it wants to look again by itself.

use std::collections::BTreeMap;

use rotunda_host::{clock::from_unix, settings::NoticeKind};

use rotunda_daemon::view::{
    BindingState, ProfileKind, ProfileView, RouterState, Snapshot, StandingView,
};
use rotunda_text::{Limit, Locale, Localize, NoticeText, NoticeWord, Reason};
use serde::{Deserialize, Serialize};

use crate::menu::WindowRoute;

mod credits;
mod pool;
mod resets;

/// Upstream's reset times drift by minutes; this far apart they are the same.
const DRIFT: u64 = 15 * 60;
/// Moves closer together than this are notified as one.
const MOVES: i64 = 10 * 60;
/// So many of them are notified once more, as a number.
const MANY_MOVES: usize = 3;
/// A sign-in that is still missing is notified again after this.
const REMIND: i64 = 24 * 60 * 60;
/// A profile counts as back when it was seen ready over this time: readings blip.
pub(crate) const SURE_AFTER: i64 = 30;
/// No quota window is longer, so an older cycle is over.
const LONGEST_CYCLE: i64 = 31 * 24 * 60 * 60;

/// What the notification centre shows.
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

/// What a notification's button does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Offer {
    /// Signs in to a profile again.
    SignIn(String),
    /// Binds Codex again.
    Bind,
}

impl Offer {
    /// What stands on the button.
    pub(crate) fn label(&self) -> NoticeWord {
        match self {
            Self::SignIn(_) => NoticeWord::SignIn,
            Self::Bind => NoticeWord::Bind,
        }
    }
}

/// When it is, and what else the sentences depend on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Moment {
    /// Seconds since 1970.
    pub(crate) now: i64,
    /// Seconds east.
    pub(crate) utc_offset: i32,
    /// The user wants requests to wait for a reset.
    pub(crate) waits: bool,
}

/// What has been notified, kept from one start to the next.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Memory {
    /// By kind, and profile where it matters: the state notified, and since when.
    #[serde(rename = "told")]
    notified: BTreeMap<String, i64>,
    /// By kind and profile: the ends of the quota cycles that were notified.
    cycles: BTreeMap<String, Vec<i64>>,
    /// Times of the last moves.
    moves: Vec<i64>,
    /// Who was in use when last looked at.
    in_use: Option<String>,
    /// Since when a profile has been ready again after all were out.
    ready_since: Option<i64>,
}

impl Memory {
    /// The notifications to send now.
    pub(crate) fn notices(&mut self, after: &Snapshot, at: Moment) -> Vec<Notice> {
        let kinds = [
            self.port(after),
            self.changed_outside(after),
            self.out(after, at),
            self.back(after, at),
            self.moved(after, at),
            self.last(after, at),
            self.low(after, at),
        ];
        let mut found: Vec<_> = kinds.into_iter().flatten().collect();
        found.extend(self.signed_out(after, at));
        found.extend(self.credits_spent(after));
        found.extend(self.resets_expire(after, at));
        found
    }

    /// Whether something is confirmed by mere time, with nothing else changing.
    pub(crate) fn is_unsure(&self) -> bool {
        self.ready_since.is_some()
    }

    fn port(&mut self, after: &Snapshot) -> Option<Notice> {
        if !self.first("port", after.router.state == RouterState::PortTaken) {
            return None;
        }
        let body = after.router.message.clone().unwrap_or_default();
        let title = NoticeWord::Port.to(Locale::of(after.language));
        let notice = notice(NoticeKind::Port, title, body);
        Some(notice.leads_to(WindowRoute::Codex))
    }

    fn changed_outside(&mut self, after: &Snapshot) -> Option<Notice> {
        // Pointing elsewhere is news only to those who had it pointing here.
        let was_bound = self.notified.contains_key("bound");
        let state = after.binding.state;
        let changed = state == BindingState::Foreign
            || (state == BindingState::Unbound && after.binding.changed_outside);
        match state {
            BindingState::Bound => drop(self.notified.insert("bound".to_owned(), 0)),
            BindingState::Unbound if !changed => drop(self.notified.remove("bound")),
            _ => {}
        }
        (self.first("foreign", changed) && was_bound).then(|| {
            let locale = Locale::of(after.language);
            let (title, body) =
                (NoticeWord::Unbound.to(locale), NoticeWord::UnboundBody.to(locale));
            let notice = notice(NoticeKind::Unbound, title, body);
            notice.leads_to(WindowRoute::Codex).offers(Offer::Bind)
        })
    }

    fn signed_out(&mut self, after: &Snapshot, at: Moment) -> Vec<Notice> {
        let ready = after.profiles.iter().filter(|one| one.standing == StandingView::Ready).count();
        let mut found = Vec::new();
        for profile in &after.profiles {
            let key = format!("signin {}", profile.id);
            if profile.standing != StandingView::NeedsSignIn {
                self.notified.remove(&key);
                continue;
            }
            if self
                .notified
                .get(&key)
                .is_some_and(|since| at.now < since.saturating_add(REMIND) && *since <= at.now)
            {
                continue;
            }
            self.notified.insert(key, at.now);
            let locale = Locale::of(after.language);
            let why = profile.reason.clone().unwrap_or_else(|| Reason::SignInEnded.to(locale));
            let title = NoticeText::SignIn(&profile.name).to(locale);
            let body = NoticeText::SignInBody(&why, ready).to(locale);
            let notice = notice(NoticeKind::Signin, title, body);
            let offer = Offer::SignIn(profile.id.clone());
            found.push(notice.leads_to(WindowRoute::Profiles).offers(offer));
        }
        found
    }

    /// Whether something that is so was not so when last looked at.
    fn first(&mut self, key: &str, is_so: bool) -> bool {
        if !is_so {
            self.notified.remove(key);
            return false;
        }
        self.notified.insert(key.to_owned(), 0).is_none()
    }

    /// Whether this end is another one than any notified before. A known one may
    /// drift on.
    fn new_cycle(&mut self, key: &str, until: i64, at: Moment) -> bool {
        let ends = self.cycles.entry(key.to_owned()).or_default();
        let (old, far) = (at.now - LONGEST_CYCLE, at.now.saturating_add(LONGEST_CYCLE));
        ends.retain(|end| (old..=far).contains(end));
        if let Some(same) = ends.iter_mut().find(|end| end.abs_diff(until) <= DRIFT) {
            *same = until;
            return false;
        }
        ends.push(until);
        true
    }
}

/// The limit that it ran out of, when that is why it rests.
fn ran_out(profile: &ProfileView) -> Option<Limit> {
    profile.ran_out_of.filter(|_| profile.standing == StandingView::Resting)
}

/// Such as `100% left`; none when nothing is known of its quota.
fn has_left(profile: &ProfileView) -> Option<&str> {
    profile.left.as_ref().map(|left| left.left_text.as_str())
}

/// A plan with something left in all windows; an API key when it serves.
fn can_serve(profile: &ProfileView, snapshot: &Snapshot) -> bool {
    let serves = profile.kind == ProfileKind::Chatgpt || snapshot.serving.is_some();
    profile.standing == StandingView::Ready && serves
}

impl Moment {
    /// The locale of a snapshot, at this moment.
    fn locale(self, snapshot: &Snapshot) -> Locale {
        let (language, now) = (snapshot.language, from_unix(self.now));
        Locale { language, now, utc_offset: self.utc_offset }
    }
}

fn notice(kind: NoticeKind, title: String, body: String) -> Notice {
    Notice { kind, title, body, tap: None, offer: None }
}

impl Notice {
    /// The end of a night's work is worth a sound; nothing else is.
    pub(crate) fn alerts(&self) -> bool {
        self.kind == NoticeKind::Out
    }

    fn leads_to(self, place: WindowRoute) -> Self {
        Self { tap: Some(place), ..self }
    }

    fn offers(self, offer: Offer) -> Self {
        Self { offer: Some(offer), ..self }
    }
}

#[cfg(test)]
#[path = "notice_tests.rs"]
mod tests;
