//! Quiet hours: nothing is notified within them, and at their end what still matters.

use super::{Facts, Memory, Notice, ProfileState};
use crate::profile::ProfileId;

impl Memory {
    /// Keeps what was found while it is quiet; else gives it with what was kept.
    pub(super) fn after_quiet(
        &mut self,
        found: Vec<Notice>,
        facts: &Facts,
        now: i64,
    ) -> Vec<Notice> {
        if facts.is_quiet {
            for notice in found {
                self.keep(notice);
            }
            return Vec::new();
        }
        let kept = std::mem::take(&mut self.kept);
        let mut due: Vec<_> =
            kept.into_iter().filter_map(|notice| notice.if_it_matters(facts, now)).collect();
        due.retain(|old| !found.iter().any(|new| new.is_about_the_same(old)));
        due.extend(found);
        due
    }

    /// The latest of each cause. What began and ended in the same quiet hours is over.
    fn keep(&mut self, notice: Notice) {
        let before = self.kept.len();
        if matches!(notice, Notice::Back(_)) {
            self.kept.retain(|it| !matches!(it, Notice::Out { .. }));
        }
        if self.kept.len() == before {
            self.kept.retain(|it| !it.is_about_the_same(&notice));
            self.kept.push(notice);
        }
    }
}

impl Notice {
    fn is_about_the_same(&self, other: &Self) -> bool {
        let is_same_kind = std::mem::discriminant(self) == std::mem::discriminant(other);
        let window = |notice: &Self| match notice {
            Self::Low { window, .. } => Some(*window),
            _ => None,
        };
        is_same_kind && self.profile() == other.profile() && window(self) == window(other)
    }

    /// The profile that the cause belongs to.
    const fn profile(&self) -> Option<ProfileId> {
        match self {
            Self::SignIn { profile, .. }
            | Self::ResetExpires { profile, .. }
            | Self::CreditsSpent(profile)
            | Self::Late(profile)
            | Self::Returned { profile, .. } => Some(*profile),
            _ => None,
        }
    }

    /// As it is now; none when it is over.
    fn if_it_matters(self, facts: &Facts, now: i64) -> Option<Self> {
        let find = |id: ProfileId| facts.profiles.iter().find(|profile| profile.id == id);
        match self {
            Self::PortTaken => facts.is_port_taken.then_some(self),
            Self::ChangedOutside => {
                (facts.binding == super::BindingFact::ChangedOutside).then_some(self)
            }
            Self::Out { .. } => facts.all_out().map(|(until, first)| Self::Out { until, first }),
            Self::Back(id) | Self::Returned { profile: id, .. } => {
                let is_usable = find(id).is_some_and(|it| facts.can_serve(it) && it.has_some_left);
                is_usable.then_some(self)
            }
            Self::Moved { from, .. } => {
                let to = facts.profiles.iter().find(|it| it.is_in_use && it.id != from)?.id;
                let from = find(from)?;
                match (from.state, from.until) {
                    (ProfileState::Out(out_of), Some(until)) => {
                        Some(Self::Moved { from: from.id, out_of, until, to })
                    }
                    _ => None,
                }
            }
            Self::MovedOften { .. } => None,
            Self::Last(id) => (facts.last_in_use() == Some(id)).then_some(self),
            Self::Low { window, share, .. } => {
                let left = facts.left.iter().find(|left| left.window == window)?;
                left.low(share, now).filter(|_| left.is_at(share))
            }
            Self::SignIn { profile, .. } => {
                let needs = find(profile)?.state == ProfileState::NeedsSignIn;
                needs.then(|| Self::SignIn { profile, ready: facts.ready() })
            }
            Self::Late(id) => find(id)?.is_late.then_some(self),
            Self::CreditsSpent(id) => find(id)?.spends_credits_since.map(|_| self),
            Self::ResetExpires { profile, at } => {
                (at >= now && find(profile)?.reset_expires == Some(at)).then_some(self)
            }
            Self::RunsOut(_) => {
                facts.runs_out.filter(|it| it.is_worth_a_word(now)).map(Self::RunsOut)
            }
        }
    }
}
