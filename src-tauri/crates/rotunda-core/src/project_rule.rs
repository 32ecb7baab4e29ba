//! A rule for a project: which profiles serve the work in a folder or a repository.

use std::collections::BTreeSet;

use crate::{
    fnv::fnv1a,
    profile::ProfileId,
    whereabouts::{Whereabouts, has_drive, repository_of},
};

/// The prefix of Windows paths that are passed on unread.
const VERBATIM: &str = r"\\?\";
/// The same for a share of another computer.
const VERBATIM_SHARE: &str = r"\\?\UNC\";

/// The work that a rule is for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum RulePlace {
    /// Work in this folder and below it.
    Folder(String),
    /// Work in a repository with this address, in the form of [`repository_of`].
    Repository(String),
}

impl RulePlace {
    /// A repository, by its address in any form; none when the text is no address.
    pub fn repository(address: &str) -> Option<Self> {
        repository_of(address).map(Self::Repository)
    }

    /// A number that stands for the place, so that a conversation can be remembered without
    /// its folder: over the form in which places are compared.
    pub fn number(&self, case: PathCase) -> u64 {
        let text = match self {
            Self::Folder(folder) => format!("f{}", compared(folder, case)),
            Self::Repository(address) => format!("r{address}"),
        };
        fnv1a(text.bytes())
    }
}

/// Whether two paths that differ in capital letters only are one folder.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum PathCase {
    /// They are two.
    #[default]
    Counts,
    /// They may be one, as on most disks of macOS and Windows.
    Ignored,
}

/// A rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProjectRule {
    /// The work that it is for.
    pub place: RulePlace,
    /// The profiles that serve it. Nothing else does, also when there is none.
    pub profiles: Vec<ProfileId>,
}

/// The rules that hold for these whereabouts, as their places in the list: of the folders
/// around each folder the nearest one, and each repository.
pub fn rules_for(rules: &[ProjectRule], places: &Whereabouts, case: PathCase) -> BTreeSet<usize> {
    let by_folder = places.folders.iter().flat_map(|folder| nearest(rules, folder, case));
    let by_address = rules.iter().enumerate().filter(|(_, rule)| match &rule.place {
        RulePlace::Repository(address) => places.repositories.contains(address),
        RulePlace::Folder(_) => false,
    });
    by_folder.chain(by_address.map(|(at, _)| at)).collect()
}

/// The rules of the nearest folder around this one that has any. Of two rules for one folder
/// both hold.
fn nearest(rules: &[ProjectRule], folder: &str, case: PathCase) -> Vec<usize> {
    let folder = compared(folder, case);
    let mut around: Vec<(usize, usize)> = Vec::new();
    for (at, rule) in rules.iter().enumerate() {
        let RulePlace::Folder(of_rule) = &rule.place else { continue };
        let of_rule = compared(of_rule, case);
        if is_within(&folder, &of_rule) {
            around.push((of_rule.len(), at));
        }
    }
    let longest = around.iter().map(|(length, _)| *length).max();
    around.retain(|(length, _)| Some(*length) == longest);
    around.into_iter().map(|(_, at)| at).collect()
}

/// Whether some rule is for a folder below one of these: work in the one may be work in the
/// other.
pub fn has_rule_below(rules: &[ProjectRule], places: &Whereabouts, case: PathCase) -> bool {
    let mut of_rules = rules.iter().filter_map(|rule| match &rule.place {
        RulePlace::Folder(folder) => Some(compared(folder, case)),
        RulePlace::Repository(_) => None,
    });
    let stated: Vec<_> = places.folders.iter().map(|folder| compared(folder, case)).collect();
    of_rules.any(|of_rule| stated.iter().any(|folder| is_within(&of_rule, folder)))
}

/// Whether a folder is another one or below it, both in the form of [`compared`].
fn is_within(folder: &str, other: &str) -> bool {
    folder.strip_prefix(other).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// A folder as it is compared: no separator at the end, and on Windows one kind of
/// separators and small letters. The root of a disk is the empty text, or the drive.
fn compared(folder: &str, case: PathCase) -> String {
    let share = folder.strip_prefix(VERBATIM_SHARE).map(|rest| format!(r"\\{rest}"));
    let plain = share.as_deref().unwrap_or_else(|| folder.strip_prefix(VERBATIM).unwrap_or(folder));
    let is_of_windows = has_drive(plain) || plain.starts_with('\\');
    let plain = if is_of_windows { plain.replace('\\', "/") } else { plain.to_owned() };
    let plain =
        if is_of_windows || case == PathCase::Ignored { plain.to_lowercase() } else { plain };
    let is_share = is_of_windows && plain.starts_with("//");
    let mut joined: Vec<&str> = Vec::new();
    for part in plain.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(joined.pop()),
            part => joined.push(part),
        }
    }
    match (joined.is_empty(), is_share, has_drive(&plain)) {
        (true, ..) => String::new(),
        (_, true, _) => format!("//{}", joined.join("/")),
        (_, _, true) => joined.join("/"),
        _ => format!("/{}", joined.join("/")),
    }
}

#[cfg(test)]
#[path = "project_rule_tests.rs"]
mod tests;
