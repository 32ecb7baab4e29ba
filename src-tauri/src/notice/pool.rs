//! Notifications about quota: moves, the last profile, all out, back, low.

use rotunda_host::{clock::from_unix, settings::NoticeKind};

use rotunda_daemon::view::{Level, ProfileLeft, ProfileView, Snapshot, WindowKind, WindowView};
use rotunda_text::{Ends, Localize, NoticeText, NoticeWord, format};

use super::{
    MANY_MOVES, MOVES, Memory, Moment, Notice, SURE_AFTER, can_serve, has_left, notice, ran_out,
};
use crate::menu::WindowRoute;

impl Memory {
    pub(super) fn out(&mut self, after: &Snapshot, at: Moment) -> Option<Notice> {
        if after.profiles.iter().any(|profile| can_serve(profile, after)) {
            return None;
        }
        let back = first_back(after)?;
        let ends = back.until?;
        self.ready_since = None;
        self.notified.insert("out".to_owned(), ends);
        if !self.new_cycle("out", ends, at) {
            return None;
        }
        let (locale, ends) = (at.locale(after), from_unix(ends));
        let body = if at.waits {
            NoticeText::OutWaits(ends)
        } else {
            NoticeText::OutBody(ends, &back.name)
        };
        let notice = notice(NoticeKind::Out, NoticeWord::Out.to(locale), body.to(locale));
        Some(notice.leads_to(WindowRoute::Profiles))
    }

    /// Only after all were out, and only for a profile that has something left
    /// in each window: five fresh hours are worth nothing in a used-up week.
    pub(super) fn back(&mut self, after: &Snapshot, at: Moment) -> Option<Notice> {
        if !self.notified.contains_key("out") {
            return None;
        }
        let usable = |profile: &&ProfileView| {
            let has_some = |window: &WindowView| window.level != Level::Out;
            can_serve(profile, after) && profile.windows.iter().all(has_some)
        };
        let Some(ready) = after.profiles.iter().find(usable) else {
            self.ready_since = None;
            return None;
        };
        // A clock that was set back begins anew.
        self.ready_since.take_if(|since| *since > at.now);
        let since = *self.ready_since.get_or_insert(at.now);
        if ready.in_flight == 0 && at.now - since < SURE_AFTER {
            return None;
        }
        self.notified.remove("out");
        self.ready_since = None;
        let locale = at.locale(after);
        let body = NoticeText::BackBody(&ready.name, has_left(ready)).to(locale);
        Some(notice(NoticeKind::Back, NoticeWord::Back.to(locale), body))
    }

    pub(super) fn moved(&mut self, after: &Snapshot, at: Moment) -> Option<Notice> {
        let to = after.profiles.iter().find(|profile| profile.in_use)?;
        let from = self.in_use.replace(to.id.clone()).filter(|from| *from != to.id)?;
        let from = after.profiles.iter().find(|profile| profile.id == from)?;
        // Troubles pass without a notice.
        let (limit, ends) = (ran_out(from)?, from.until?);
        if !self.new_cycle(&format!("rotated {}", from.id), ends, at) {
            return None;
        }
        self.moves.retain(|moved| (at.now - MOVES + 1..=at.now).contains(moved));
        self.moves.push(at.now);
        let (locale, left) = (at.locale(after), has_left(to));
        let (title, body) = match self.moves.len() {
            1 => {
                let (from, until, to) = (&from.name, from_unix(ends), &to.name);
                let body = NoticeText::MovedBody { from, limit, until, to, left };
                (NoticeText::MovedTo(to), body)
            }
            MANY_MOVES => {
                (NoticeText::MovedOften(MANY_MOVES), NoticeText::MovedOftenBody(&to.name, left))
            }
            _ => return None,
        };
        let notice = notice(NoticeKind::Rotated, title.to(locale), body.to(locale));
        Some(notice.leads_to(WindowRoute::Activity))
    }

    pub(super) fn last(&mut self, after: &Snapshot, at: Moment) -> Option<Notice> {
        let mut ready = after.profiles.iter().filter(|profile| can_serve(profile, after));
        let only = ready.next().filter(|only| only.in_use && ready.next().is_none())?;
        let next = first_back(after)?;
        if !self.new_cycle(&format!("last {}", only.id), next.until?, at) {
            return None;
        }
        let share;
        let ends = match &only.left {
            Some(ProfileLeft { resets_at: Some(resets), left_percent, .. }) => {
                share = format::share(*left_percent);
                Ends::Until(&share, from_unix(*resets))
            }
            Some(left) => Ends::Left(&left.left_text),
            None => Ends::Unknown,
        };
        let locale = at.locale(after);
        let body = NoticeText::LastBody(&only.name, ends).to(locale);
        let notice = notice(NoticeKind::Last, NoticeWord::Last.to(locale), body);
        Some(notice.leads_to(WindowRoute::Profiles))
    }

    /// Twenty percent or less over all plans, once per window and cycle.
    pub(super) fn low(&mut self, after: &Snapshot, at: Moment) -> Option<Notice> {
        let found = [WindowKind::FiveHours, WindowKind::Week].into_iter().filter_map(|label| {
            let trend = trend_of(after, label)?;
            let key = match label {
                WindowKind::FiveHours => "low 5h",
                WindowKind::Week | WindowKind::Other => "low week",
            };
            let new = trend.is_low && self.new_cycle(key, trend.resets, at);
            new.then_some(trend)
        });
        // Both windows are looked at, so that each is notified once; one sentence is enough.
        let tightest = found
            .collect::<Vec<_>>()
            .into_iter()
            .reduce(|a, b| if a.left <= b.left { a } else { b });
        let trend = tightest?;
        let locale = at.locale(after);
        let title = NoticeText::Low(&trend.text).to(locale);
        let body = match trend.out_at(at.now) {
            Some(ends) if ends < trend.resets => NoticeText::LowOutAt(from_unix(ends)),
            _ => NoticeText::LowResets(from_unix(trend.resets)),
        };
        Some(notice(NoticeKind::Low, title, body.to(locale)))
    }
}

/// What all plans together have left of one window, and how fast it goes.
struct Trend {
    /// Mean share left, in percent.
    left: f64,
    /// The same as text.
    text: String,
    is_low: bool,
    /// Over how many profiles.
    profiles: f64,
    /// When the first of them starts afresh.
    resets: i64,
    /// What the profile in use spends, in percent per second.
    spends: f64,
}

impl Trend {
    /// When the pool is used up at the pace of the profile in use.
    #[expect(clippy::cast_possible_truncation, reason = "seconds until a time within weeks")]
    fn out_at(&self, now: i64) -> Option<i64> {
        let seconds = self.left * self.profiles / self.spends;
        (self.spends > 0.0 && seconds.is_finite()).then(|| now.saturating_add(seconds as i64))
    }
}

fn trend_of(snapshot: &Snapshot, label: WindowKind) -> Option<Trend> {
    let pool = snapshot.pool_left.iter().find(|pool| pool.label == label)?;
    let in_use = snapshot.profiles.iter().find(|profile| profile.in_use);
    let window = in_use.and_then(|one| one.windows.iter().find(|window| window.label == label));
    Some(Trend {
        left: pool.left_percent,
        text: pool.left_text.clone(),
        is_low: pool.level == Level::Low,
        profiles: f64::from(pool.profiles),
        resets: pool.resets_at?,
        spends: window.and_then(spends).unwrap_or(0.0),
    })
}

/// Percent per second since the window began, by its mark of even pace.
fn spends(window: &WindowView) -> Option<f64> {
    let even_left = window.pace.as_ref()?.even_left;
    let minutes = u32::try_from(window.minutes).ok()?;
    let passed = (100.0 - even_left) / 100.0 * f64::from(minutes) * 60.0;
    (passed > 0.0).then(|| window.used_percent / passed)
}

/// The one with the first reset.
fn first_back(snapshot: &Snapshot) -> Option<&ProfileView> {
    let out = |profile: &&ProfileView| ran_out(profile).is_some() && profile.until.is_some();
    snapshot.profiles.iter().filter(out).min_by_key(|profile| profile.until)
}
