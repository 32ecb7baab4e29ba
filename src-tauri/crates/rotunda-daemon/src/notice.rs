//! The notifications of a snapshot, in words: [`rotunda_core::notice`] decides what is new.

use rotunda_core::notice::{self as reducer, Thresholds};
use rotunda_host::{clock::from_unix, settings::NoticeKind};

use crate::view::{ProfileLeft, ProfileView, Snapshot, WindowKind};
use rotunda_text::{
    AlertText, Ends, Limit, Locale, Localize, NoticeText, NoticeWord, Reason, format,
};
use serde::{Deserialize, Serialize};

mod facts;

/// A profile counts as back when it was seen ready over this time: readings may be wrong
/// for a moment.
pub(crate) const SURE_AFTER: i64 = reducer::SURE_AFTER;

/// One notification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Which switch it has.
    pub kind: NoticeKind,
    /// A few words.
    pub title: String,
    /// One or two sentences.
    pub body: String,
    /// The one thing that may be done at once.
    pub offer: Option<Offer>,
}

/// What a notification's button does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Offer {
    /// Signs in to a profile again.
    SignIn(String),
    /// Binds Codex again.
    Bind,
}

impl Offer {
    /// What stands on the button.
    pub fn label(&self) -> NoticeWord {
        match self {
            Self::SignIn(_) => NoticeWord::SignIn,
            Self::Bind => NoticeWord::Bind,
        }
    }
}

/// When it is, and what else notifications and their sentences depend on.
#[derive(Debug, Clone)]
pub(crate) struct Moment {
    /// Seconds since 1970.
    pub(crate) now: i64,
    /// Seconds east.
    pub(crate) utc_offset: i32,
    /// The user wants requests to wait for a reset.
    pub(crate) waits: bool,
    /// The user wants no notification now.
    pub(crate) is_quiet: bool,
    /// At which shares left the user wants to know.
    pub(crate) thresholds: Thresholds,
}

/// What has been notified, kept from one start to the next.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Memory(reducer::Memory);

impl Memory {
    /// The notifications to send now.
    pub(crate) fn notices(&mut self, after: &Snapshot, at: &Moment) -> Vec<Notice> {
        let facts = reducer::Facts {
            thresholds: at.thresholds.clone(),
            is_quiet: at.is_quiet,
            ..facts::of(after)
        };
        let found = self.0.observe(&facts, at.now);
        let words = Words { after, at, locale: at.locale(after) };
        found.into_iter().filter_map(|found| words.of(found)).collect()
    }

    /// Whether something is confirmed by mere time, with nothing else changing.
    pub(crate) fn is_unsure(&self) -> bool {
        self.0.is_unsure()
    }
}

/// What sentences are made of.
struct Words<'a> {
    after: &'a Snapshot,
    at: &'a Moment,
    locale: Locale,
}

impl Words<'_> {
    /// None when the profile is gone.
    fn of(&self, found: reducer::Notice) -> Option<Notice> {
        let locale = self.locale;
        Some(match found {
            reducer::Notice::PortTaken => {
                let body = self.after.router.message.clone().unwrap_or_default();
                notice(NoticeKind::Port, NoticeWord::Port.to(locale), body)
            }
            reducer::Notice::ChangedOutside => {
                let (title, body) = (NoticeWord::Unbound, NoticeWord::UnboundBody);
                let notice = notice(NoticeKind::Unbound, title.to(locale), body.to(locale));
                notice.offers(Offer::Bind)
            }
            reducer::Notice::Out { until, first } => {
                let until = from_unix(until);
                let body = if self.at.waits {
                    NoticeText::OutWaits(until)
                } else {
                    NoticeText::OutBody(until, &self.profile(first)?.name)
                };
                notice(NoticeKind::Out, NoticeWord::Out.to(locale), body.to(locale))
            }
            reducer::Notice::Back(id) => {
                let ready = self.profile(id)?;
                let body = NoticeText::BackBody(&ready.name, has_left(ready)).to(locale);
                notice(NoticeKind::Back, NoticeWord::Back.to(locale), body)
            }
            reducer::Notice::Moved { from, until, to, .. } => {
                self.moved(self.profile(from)?, until, self.profile(to)?)
            }
            reducer::Notice::MovedOften { times, to } => {
                let to = self.profile(to)?;
                let title = NoticeText::MovedOften(times).to(locale);
                let body = NoticeText::MovedOftenBody(&to.name, has_left(to)).to(locale);
                notice(NoticeKind::Rotated, title, body)
            }
            reducer::Notice::Last(id) => self.last(self.profile(id)?),
            reducer::Notice::Low { window, out_at, resets, .. } => {
                self.low(window, out_at, resets)?
            }
            reducer::Notice::Returned { profile, out_of } => {
                self.returned(self.profile(profile)?, out_of)
            }
            reducer::Notice::RunsOut(runs_out) => self.runs_out(runs_out),
            reducer::Notice::SignIn { profile, ready } => {
                self.sign_in(self.profile(profile)?, ready)
            }
            reducer::Notice::CreditsSpent(id) => {
                let profile = self.profile(id)?;
                let title = NoticeText::CreditsSpent(&profile.name).to(locale);
                let body = profile.credits.as_ref()?.text.clone();
                notice(NoticeKind::Credits, title, body)
            }
            reducer::Notice::Late(id) => self.late(self.profile(id)?),
            reducer::Notice::ResetExpires { profile, at } => {
                let title = NoticeText::ResetExpires(&self.profile(profile)?.name).to(locale);
                let body = NoticeText::ResetExpiresBody(from_unix(at)).to(locale);
                notice(NoticeKind::Resets, title, body)
            }
        })
    }

    fn profile(&self, id: rotunda_core::ProfileId) -> Option<&ProfileView> {
        let id = id.to_string();
        self.after.profiles.iter().find(|profile| profile.id == id)
    }

    fn late(&self, profile: &ProfileView) -> Notice {
        let title = NoticeText::Late(&profile.name).to(self.locale);
        let body = NoticeWord::LateBody.to(self.locale);
        notice(NoticeKind::Late, title, body)
    }

    fn moved(&self, from: &ProfileView, until: i64, to: &ProfileView) -> Notice {
        let body = NoticeText::MovedBody {
            from: &from.name,
            limit: from.ran_out_of.unwrap_or(Limit::Other),
            until: from_unix(until),
            to: &to.name,
            left: has_left(to),
        };
        let title = NoticeText::MovedTo(&to.name).to(self.locale);
        notice(NoticeKind::Rotated, title, body.to(self.locale))
    }

    fn last(&self, only: &ProfileView) -> Notice {
        let share;
        let ends = match &only.left {
            Some(ProfileLeft { resets_at: Some(resets), left_percent, .. }) => {
                share = format::share(*left_percent);
                Ends::Until(&share, from_unix(*resets))
            }
            Some(left) => Ends::Left(&left.left_text),
            None => Ends::Unknown,
        };
        let body = NoticeText::LastBody(&only.name, ends).to(self.locale);
        notice(NoticeKind::Last, NoticeWord::Last.to(self.locale), body)
    }

    fn low(&self, window: WindowKind, out_at: Option<i64>, resets: i64) -> Option<Notice> {
        let left = self.after.pool_left.iter().find(|left| left.label == window)?;
        let title = NoticeText::Low(&left.left_text).to(self.locale);
        let body = match out_at {
            Some(at) => NoticeText::LowOutAt(from_unix(at)),
            None => NoticeText::LowResets(from_unix(resets)),
        };
        Some(notice(NoticeKind::Low, title, body.to(self.locale)))
    }

    fn runs_out(&self, runs_out: reducer::RunsOut) -> Notice {
        let back = runs_out.back.map(from_unix);
        let body = AlertText::RunsOut(from_unix(runs_out.at), back).to(self.locale);
        let title = NoticeWord::RunsOut.to(self.locale);
        notice(NoticeKind::Forecast, title, body)
    }

    fn returned(&self, profile: &ProfileView, out_of: reducer::OutOf) -> Notice {
        let limit = match out_of {
            Some(WindowKind::FiveHours) => Limit::FiveHours,
            Some(WindowKind::Week) => Limit::Week,
            Some(WindowKind::Other) | None => Limit::Other,
        };
        let title = AlertText::Returned(&profile.name).to(self.locale);
        let body = AlertText::ReturnedBody(limit, has_left(profile)).to(self.locale);
        notice(NoticeKind::Returned, title, body)
    }

    fn sign_in(&self, profile: &ProfileView, ready: usize) -> Notice {
        let why = profile.reason.clone().unwrap_or_else(|| Reason::SignInEnded.to(self.locale));
        let title = NoticeText::SignIn(&profile.name).to(self.locale);
        let body = NoticeText::SignInBody(&why, ready).to(self.locale);
        let offer = Offer::SignIn(profile.id.clone());
        notice(NoticeKind::Signin, title, body).offers(offer)
    }
}

/// Such as `100% left`; none when nothing is known of its quota.
fn has_left(profile: &ProfileView) -> Option<&str> {
    profile.left.as_ref().map(|left| left.left_text.as_str())
}

impl Moment {
    /// The locale of a snapshot, at this moment.
    fn locale(&self, snapshot: &Snapshot) -> Locale {
        let (language, now) = (snapshot.language, from_unix(self.now));
        Locale { language, now, utc_offset: self.utc_offset }
    }
}

fn notice(kind: NoticeKind, title: String, body: String) -> Notice {
    Notice { kind, title, body, offer: None }
}

impl Notice {
    fn offers(self, offer: Offer) -> Self {
        Self { offer: Some(offer), ..self }
    }
}

#[cfg(test)]
#[path = "notice_tests.rs"]
mod tests;
