//! `[hooks]`: a command for each kind of what happens.
//!
//! The kinds are those of Activity and of notifications: a new one there is one here.

use std::collections::BTreeMap;

use super::NoticeKind;
use crate::store::ActivityKind;

/// The key of the command that runs for every kind.
const ANY: &str = "any";
/// A command is no longer than this, in bytes.
const LONGEST: usize = 4096;

/// What a command runs for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HookKind {
    /// Everything.
    Any,
    /// A kind of line of Activity.
    Activity(ActivityKind),
    /// A kind of notification that Activity has no word for. The tray app decides on these.
    Notice(NoticeKind),
}

impl HookKind {
    /// Every kind, in the order they are shown. A hook that fails has none: it would run
    /// itself.
    pub fn all() -> impl Iterator<Item = Self> {
        let activity = ActivityKind::ALL.iter().copied();
        let activity = activity.filter(|kind| *kind != ActivityKind::HookFailed);
        let is_new = |kind: &NoticeKind| activity_of(kind.name()).is_none();
        let notices = NoticeKind::ALL.into_iter().filter(is_new);
        let any = std::iter::once(Self::Any);
        any.chain(activity.map(Self::Activity)).chain(notices.map(Self::Notice))
    }

    /// Its key in `[hooks]`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Any => ANY,
            Self::Activity(kind) => kind.word(),
            Self::Notice(kind) => kind.name(),
        }
    }

    /// The kind of this word.
    pub fn find(word: &str) -> Option<Self> {
        Self::all().find(|kind| kind.word() == word)
    }

    /// The kind of a notification; none when Activity has a line for the same.
    pub fn of_notice(kind: NoticeKind) -> Option<Self> {
        activity_of(kind.name()).is_none().then_some(Self::Notice(kind))
    }
}

fn activity_of(word: &str) -> Option<ActivityKind> {
    ActivityKind::ALL.iter().copied().find(|kind| kind.word() == word)
}

/// The commands of the user, by the word of their kind.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hooks(BTreeMap<&'static str, String>);

impl Hooks {
    /// What runs for a kind: its own command, then the one for everything. A hook that
    /// failed runs none.
    pub fn of(&self, kind: HookKind) -> Vec<&str> {
        if kind == HookKind::Activity(ActivityKind::HookFailed) {
            return Vec::new();
        }
        let own = (kind != HookKind::Any).then(|| self.command_of(kind)).flatten();
        own.into_iter().chain(self.command_of(HookKind::Any)).collect()
    }

    /// The command of exactly this kind.
    pub fn command_of(&self, kind: HookKind) -> Option<&str> {
        self.0.get(kind.word()).map(String::as_str)
    }

    pub(super) fn put(&mut self, kind: HookKind, command: &str) {
        if !command.is_empty() {
            self.0.insert(kind.word(), command.to_owned());
        }
    }
}

/// A command as the file has it; an empty one is none.
pub(super) fn command(text: &str) -> Result<String, String> {
    let text = text.trim();
    if text.len() > LONGEST {
        return Err(format!("a command has at most {LONGEST} characters; put more into a script"));
    }
    if text.chars().any(char::is_control) {
        return Err("a command is one line; put more into a script".to_owned());
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_kind_of_activity_and_of_notifications_has_one_key() {
        let words: Vec<_> = HookKind::all().map(HookKind::word).collect();
        let set: BTreeSet<_> = words.iter().copied().collect();
        assert_eq!(set.len(), words.len(), "a word stands for one kind");
        for kind in ActivityKind::ALL.iter().filter(|kind| **kind != ActivityKind::HookFailed) {
            assert!(set.contains(kind.word()), "{kind:?}");
        }
        for kind in NoticeKind::ALL {
            assert!(set.contains(kind.name()), "{kind:?}");
        }
        for kind in HookKind::all() {
            assert_eq!(HookKind::find(kind.word()), Some(kind));
        }
        assert_eq!(HookKind::find("hook_failed"), None);
    }

    #[test]
    fn the_command_of_the_kind_runs_before_the_one_for_everything_and_a_failure_runs_none() {
        let mut hooks = Hooks::default();
        let rotated = HookKind::Activity(ActivityKind::Rotated);
        hooks.put(rotated, "one");
        hooks.put(HookKind::Any, "all");
        hooks.put(HookKind::Notice(NoticeKind::Low), "");
        assert_eq!(hooks.of(rotated), ["one", "all"]);
        assert_eq!(hooks.of(HookKind::Notice(NoticeKind::Low)), ["all"]);
        assert_eq!(hooks.of(HookKind::Any), ["all"]);
        assert_eq!(hooks.of(HookKind::Activity(ActivityKind::Other)), ["all"]);
        assert!(hooks.of(HookKind::Activity(ActivityKind::HookFailed)).is_empty());
    }

    #[test]
    fn a_notification_that_activity_has_as_well_is_one_kind() {
        assert_eq!(HookKind::of_notice(NoticeKind::Rotated), None);
        let low = HookKind::of_notice(NoticeKind::Low);
        assert_eq!(low, Some(HookKind::Notice(NoticeKind::Low)));
    }
}
