//! The rules per project: which profiles a request may go to.
//!
//! A rule never lets a request go to a profile that it does not name. Where it cannot be
//! known for which project a request of Codex is work, it goes to the profiles that every
//! rule names, or to none. See `docs/decisions/087-rules-per-project.md`.

use std::{
    collections::{BTreeMap, BTreeSet},
    num::NonZeroUsize,
    sync::Arc,
    time::SystemTime,
};

use lru::LruCache;

use super::PoolState;
use crate::{
    affinity::Continuation,
    event::Event,
    profile::ProfileId,
    project_rule::{PathCase, ProjectRule, has_rule_below, rules_for},
    whereabouts::{Gap, Whereabouts},
};

/// Conversations that are remembered; the least recently used goes first.
const MOST_CONVERSATIONS: usize = 20_000;
/// A longer name of a conversation is not remembered, in bytes.
const LONGEST_NAME: usize = 256;
/// Places that one conversation is remembered for.
const MOST_PLACES: usize = 64;

/// Which profiles a request may go to, by the rules per project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ruling {
    /// No rule is for it.
    Free,
    /// These and no other, of which each is in the pool.
    Only(Arc<[ProfileId]>, RuleCause),
    /// None.
    Refused(RuleCause),
}

/// Why a rule is for a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RuleCause {
    /// It is work in the folder or the repository of a rule, or was earlier.
    Project,
    /// It does not say where it works.
    Unstated,
    /// It holds content of any earlier conversation.
    AnyProject,
    /// It says where it works in a form that cannot be read.
    Unreadable,
}

/// The rules, and which conversations they are for.
#[derive(Debug, Clone)]
pub struct Projects {
    rules: Vec<ProjectRule>,
    case: PathCase,
    /// Per conversation the numbers of the places whose rules were ever for it.
    conversations: LruCache<Box<str>, BTreeSet<u64>>,
    /// Conversations with such places that the store does not have yet.
    unsaved: BTreeMap<Box<str>, BTreeSet<u64>>,
    /// Profiles of rules that were reported to be out, each until one of them serves.
    reported_out: BTreeSet<Vec<ProfileId>>,
}

impl Default for Projects {
    fn default() -> Self {
        let mut conversations = LruCache::unbounded();
        conversations.resize(NonZeroUsize::new(MOST_CONVERSATIONS).unwrap_or(NonZeroUsize::MIN));
        Self {
            rules: Vec::new(),
            case: PathCase::default(),
            conversations,
            unsaved: BTreeMap::new(),
            reported_out: BTreeSet::new(),
        }
    }
}

impl Projects {
    /// A profile serves again.
    pub(super) fn is_back(&mut self, id: ProfileId) {
        self.reported_out.retain(|profiles| !profiles.contains(&id));
    }

    fn ruling(&mut self, continuation: &Continuation) -> Ruling {
        if self.rules.is_empty() {
            return Ruling::Free;
        }
        // Rules came while the request was on its way.
        let Some(places) = continuation.whereabouts.as_deref() else { return Ruling::Free };
        let all = 0..self.rules.len();
        let (matched, cause): (BTreeSet<usize>, _) = match places.gap {
            Gap::Unreadable => return Ruling::Refused(RuleCause::Unreadable),
            Gap::AnyProject => (all.collect(), RuleCause::AnyProject),
            gap => match self.remembered(continuation.session.as_deref(), places) {
                Some(matched) => (matched, RuleCause::Project),
                None if gap == Gap::Unstated || !places.folders.is_empty() => {
                    (all.collect(), RuleCause::Unstated)
                }
                None => return Ruling::Free,
            },
        };
        let mut rules = matched.iter().filter_map(|at| self.rules.get(*at));
        let Some(first) = rules.next() else { return Ruling::Free };
        let mut profiles = first.profiles.clone();
        for rule in rules {
            profiles.retain(|id| rule.profiles.contains(id));
        }
        Ruling::Only(profiles.into(), cause)
    }

    /// The rules for a request and for what its conversation was before; none when neither
    /// is known.
    fn remembered(&mut self, name: Option<&str>, places: &Whereabouts) -> Option<BTreeSet<usize>> {
        let mut matched = rules_for(&self.rules, places, self.case);
        let is_stated = !places.folders.is_empty() || !places.repositories.is_empty();
        // The root of a repository does not say in which of its folders the work is.
        let is_vague = matched.is_empty()
            && !places.has_context
            && has_rule_below(&self.rules, places, self.case);
        let is_stated = is_stated && !is_vague;
        let name = name.filter(|name| (1..=LONGEST_NAME).contains(&name.len()));
        let known = name.and_then(|name| self.conversations.get(name)).cloned();
        let is_known = is_stated || known.is_some();
        let before = known.unwrap_or_default();
        if let Some(name) = name.filter(|_| is_stated) {
            let now = matched.iter().filter_map(|at| self.rules.get(*at));
            let numbers: BTreeSet<_> = now.map(|rule| rule.place.number(self.case)).collect();
            self.remember(name, &before, numbers);
        }
        let is_of_before = |rule: &ProjectRule| before.contains(&rule.place.number(self.case));
        let again = self.rules.iter().enumerate().filter(|(_, rule)| is_of_before(rule));
        matched.extend(again.map(|(at, _)| at));
        is_known.then_some(matched)
    }

    fn remember(&mut self, name: &str, before: &BTreeSet<u64>, numbers: BTreeSet<u64>) {
        let is_new = self.conversations.peek(name).is_none();
        let mut all = before.clone();
        all.extend(numbers.into_iter().take(MOST_PLACES.saturating_sub(before.len())));
        if all != *before && !all.is_empty() {
            self.unsaved.insert(name.into(), all.clone());
        }
        if is_new || all != *before {
            self.conversations.put(name.into(), all);
        }
    }
}

impl PoolState {
    /// The rules per project from now on, and how paths are compared.
    pub fn set_project_rules(&mut self, rules: Vec<ProjectRule>, case: PathCase) {
        (self.projects.rules, self.projects.case) = (rules, case);
    }

    /// The rules per project, and how paths are compared.
    pub fn project_rules(&self) -> (Vec<ProjectRule>, PathCase) {
        (self.projects.rules.clone(), self.projects.case)
    }

    /// Whether there is a rule per project: only then is it read where requests work.
    pub fn has_project_rules(&self) -> bool {
        !self.projects.rules.is_empty()
    }

    /// The rules and what is remembered of conversations, for another pool.
    pub fn projects(&self) -> Projects {
        self.projects.clone()
    }

    /// Takes over the rules of another pool, and what it remembers.
    pub fn set_projects(&mut self, projects: Projects) {
        self.projects = projects;
    }

    /// Which profiles a request may go to. Its conversation is remembered: what it says
    /// next may not name the place.
    pub fn ruling(&mut self, continuation: &Continuation) -> Ruling {
        match self.projects.ruling(continuation) {
            Ruling::Only(profiles, cause) => {
                let there = profiles.iter().filter(|id| self.entries.contains_key(id));
                let there: Arc<[_]> = there.copied().collect();
                if there.is_empty() {
                    return Ruling::Refused(cause);
                }
                Ruling::Only(there, cause)
            }
            ruling => ruling,
        }
    }

    /// A request found none of the profiles that a rule names; reported once until one of
    /// them is back.
    pub fn rule_ran_out(
        &mut self,
        profiles: &[ProfileId],
        until: Option<SystemTime>,
    ) -> Option<Event> {
        let profiles = profiles.to_vec();
        let event = Event::RuleExhausted { profiles: profiles.clone(), until };
        self.projects.reported_out.insert(profiles).then_some(event)
    }

    /// Puts back a conversation that was kept with the places of its rules.
    pub(super) fn restore_conversation(
        &mut self,
        name: &str,
        places: impl IntoIterator<Item = u64>,
    ) {
        if (1..=LONGEST_NAME).contains(&name.len()) {
            let places = places.into_iter().take(MOST_PLACES).collect();
            self.projects.conversations.put(name.into(), places);
        }
    }

    /// The conversations with rules that changed since the last call: each once, with all
    /// places of its rules.
    pub(super) fn take_ruled_conversations(&mut self) -> BTreeMap<Box<str>, BTreeSet<u64>> {
        std::mem::take(&mut self.projects.unsaved)
    }

    /// A conversation that was taken is not in the store: the next call has it again.
    pub(super) fn conversation_not_saved(&mut self, name: Box<str>, places: BTreeSet<u64>) {
        self.projects.unsaved.entry(name).or_insert(places);
    }
}

#[cfg(test)]
#[path = "projects_tests.rs"]
mod tests;
