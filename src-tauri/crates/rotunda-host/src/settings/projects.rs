//! `[[projects]]`: which profiles serve the work in a folder or a repository.

use std::path::Path;

use rotunda_core::{
    ProfileId,
    project_rule::{ProjectRule, RulePlace},
};
use serde::{Deserialize, Serialize};
use toml_edit::{Array, ArrayOfTables, Item, Table, value};

use super::{SettingsError, keys::PROJECTS, reading::line_of};
use crate::{repository::plain, store::is_same_name};

/// Rules of one file, at most.
const MOST_RULES: usize = 256;
/// A longer folder or address is none, in bytes; the longest path of Linux.
const LONGEST_PLACE: usize = 4096;

/// A rule as it stands in the file, and as the window shows it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(default, deny_unknown_fields)]
pub struct ProjectSetting {
    /// Work in this folder and below it: an absolute path.
    pub folder: Option<String>,
    /// Work in the repository with this address.
    pub repository: Option<String>,
    /// The names of the profiles that serve it; no other does.
    pub profiles: Vec<String>,
}

impl ProjectSetting {
    /// What the rule is for; a sentence without its end where that cannot be.
    pub fn place(&self) -> Result<RulePlace, String> {
        match (self.folder.as_deref().map(str::trim), self.repository.as_deref().map(str::trim)) {
            (Some(folder), None) if is_absolute(folder) && folder.len() <= LONGEST_PLACE => {
                Ok(RulePlace::Folder(folder.to_owned()))
            }
            (Some(_), None) => Err("the folder of a rule is an absolute path".to_owned()),
            (None, Some(address)) => RulePlace::repository(address).ok_or_else(|| {
                "the repository of a rule is an address such as \"github.com/ada/engine\""
                    .to_owned()
            }),
            _ => Err("a rule has either a folder or a repository".to_owned()),
        }
    }

    /// The folder or the address, as it was written.
    pub fn shown_place(&self) -> &str {
        self.folder.as_deref().or(self.repository.as_deref()).unwrap_or_default()
    }

    fn is_for_the_same(&self, other: &Self) -> bool {
        self.folder == other.folder && self.repository == other.repository
    }
}

/// Also for a path of Windows on another system: settings are carried between machines.
fn is_absolute(folder: &str) -> bool {
    let bytes = folder.as_bytes();
    let has_drive = matches!(bytes, [drive, b':', b'\\' | b'/', ..] if drive.is_ascii_alphabetic());
    folder.starts_with('/') || folder.starts_with(r"\\") || has_drive
}

/// The rules for the profiles that there are. A name that no profile has lets none serve.
/// Links in the paths of folders are followed, which reads the disk.
pub fn project_rules<'a>(
    rules: &[ProjectSetting],
    profiles: &(impl Iterator<Item = (ProfileId, &'a str)> + Clone),
) -> Vec<ProjectRule> {
    let named = |rule: &ProjectSetting| {
        let is_named = |name: &str| rule.profiles.iter().any(|it| is_same_name(it, name));
        profiles.clone().filter(|(_, name)| is_named(name)).map(|(id, _)| id).collect()
    };
    let mut meant = Vec::with_capacity(rules.len());
    for rule in rules {
        let Ok(place) = rule.place() else { continue };
        let profiles: Vec<_> = named(rule);
        // Requests name a folder with its links or without them.
        if let RulePlace::Folder(folder) = &place
            && let Some(real) = plain(Path::new(folder)).to_str()
            && real != folder
        {
            let place = RulePlace::Folder(real.to_owned());
            meant.push(ProjectRule { place, profiles: profiles.clone() });
        }
        meant.push(ProjectRule { place, profiles });
    }
    meant
}

/// Checks the rules as they stand in the text.
pub(super) fn take(
    rules: Vec<ProjectSetting>,
    text: &str,
    root: &Table,
) -> Result<Vec<ProjectSetting>, SettingsError> {
    let line_of_rule = |at: usize| {
        let item = root.get(PROJECTS);
        let span = match item {
            Some(Item::ArrayOfTables(tables)) => tables.get(at).and_then(Table::span),
            _ => item.and_then(Item::span),
        };
        span.map_or(1, |span| line_of(text, span.start))
    };
    let bad = |at: usize, message: String| SettingsError::Bad {
        line: line_of_rule(at),
        message: format!("{PROJECTS}: {message}"),
    };
    if rules.len() > MOST_RULES {
        return Err(bad(MOST_RULES, format!("there are at most {MOST_RULES} rules")));
    }
    for (at, rule) in rules.iter().enumerate() {
        rule.place().map_err(|message| bad(at, message))?;
        if rules.iter().take(at).any(|earlier| earlier.is_for_the_same(rule)) {
            return Err(bad(at, "there is a rule for this already".to_owned()));
        }
    }
    Ok(rules)
}

/// Puts the rules into the text; one that stays keeps the comments beside it.
pub(super) fn put(root: &mut Table, rules: &[ProjectSetting]) {
    if rules.is_empty() {
        root.remove(PROJECTS);
        return;
    }
    let old = root.get(PROJECTS).and_then(Item::as_array_of_tables).cloned().unwrap_or_default();
    let same_place = |table: &Table, rule: &ProjectSetting| {
        let text = |key: &str| table.get(key).and_then(Item::as_str);
        text("folder") == rule.folder.as_deref() && text("repository") == rule.repository.as_deref()
    };
    let mut tables = ArrayOfTables::new();
    for rule in rules {
        let kept = old.iter().find(|table| same_place(table, rule));
        let mut table = kept.cloned().unwrap_or_default();
        let mut set = |key, text: &Option<String>| {
            if let Some(text) = text.as_ref().filter(|_| !table.contains_key(key)) {
                table.insert(key, value(text));
            }
        };
        set("folder", &rule.folder);
        set("repository", &rule.repository);
        let profiles: Array = rule.profiles.iter().collect();
        table.insert("profiles", value(profiles));
        tables.push(table);
    }
    root.insert(PROJECTS, Item::ArrayOfTables(tables));
}

/// Calls a profile by its new name in each rule; whether one named it.
pub fn rename_in(rules: &mut [ProjectSetting], old: &str, new: &str) -> bool {
    let names = rules.iter_mut().flat_map(|rule| &mut rule.profiles);
    let mut is_named = false;
    for name in names.filter(|name| is_same_name(name, old)) {
        new.clone_into(name);
        is_named = true;
    }
    is_named
}
