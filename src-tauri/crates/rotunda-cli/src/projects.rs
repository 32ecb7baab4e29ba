//! `rotunda project`: which profiles serve the work in which folder or repository.

use std::path::Path;

use rotunda_core::{
    ProfileId,
    project_rule::rules_for,
    whereabouts::{Whereabouts, repository_of},
};
use rotunda_daemon::{control, daemon::CommandError, view::ProfileView};
use rotunda_host::{
    files,
    home::{Env, Home},
    platform::path_case,
    repository::{facts_of, plain, repository_at},
    settings::{self, ProjectSetting, project_rules},
    store::is_same_name,
};
use rotunda_text::{Locale, Localize, Message, message};
use serde::Serialize;

use super::{
    Failure,
    args::{Output, Project},
    language_for, language_of, perform, print, report,
};

/// One rule of `project list --json` and `project show --json`.
#[derive(Debug, Serialize)]
struct RuleReport<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    folder: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    repository: Option<&'a str>,
    /// As the rule names them.
    profiles: &'a [String],
    /// Of these, the names that no profile has.
    missing: Vec<&'a str>,
}

/// `project show --json`.
#[derive(Debug, Serialize)]
struct Shown<'a> {
    place: String,
    /// None: every profile may serve there.
    profiles: Option<Vec<String>>,
    rules: Vec<RuleReport<'a>>,
}

/// What a user typed as the place of a rule.
enum TypedPlace {
    Folder(String),
    Repository(String),
}

impl TypedPlace {
    /// A folder that exists goes before an address, and so does what can only be a path.
    fn of(typed: &str) -> Result<Self, Failure> {
        let path = Path::new(typed);
        if path.is_dir() {
            let folder = plain(path).into_os_string().into_string();
            return folder.map(Self::Folder).map_err(|path| not_there(&files::shown(path)));
        }
        let is_path = path.is_absolute() || typed.starts_with(['.', '~']);
        if is_path {
            return Err(not_there(typed));
        }
        match repository_of(typed) {
            Some(_) => Ok(Self::Repository(typed.trim().to_owned())),
            None => Err(Failure(message!("project-no-address", place = typed))),
        }
    }

    fn text(&self) -> &str {
        match self {
            Self::Folder(text) | Self::Repository(text) => text,
        }
    }

    /// What is known of it on this computer.
    fn whereabouts(&self) -> Whereabouts {
        let mut places = Whereabouts { has_context: true, ..Whereabouts::default() };
        match self {
            Self::Folder(folder) => {
                places.add_folder(folder);
                places.add_facts(facts_of(Path::new(folder)));
            }
            Self::Repository(address) => places.repositories.extend(repository_of(address)),
        }
        places
    }
}

fn not_there(place: &str) -> Failure {
    Failure(message!("project-not-there", place = place))
}

pub(super) async fn projects(home: Home, env: Env, what: Option<Project>) -> Result<(), Failure> {
    match what.unwrap_or(Project::List(Output { json: false })) {
        Project::Add { place, profiles } => add(home, env, &place, profiles).await,
        Project::Remove { place } => remove(home, env, place).await,
        Project::List(Output { json }) => list(&home, &env, json).await,
        Project::Show { place, output } => show(&home, &env, &place, output.json).await,
    }
}

async fn add(home: Home, env: Env, typed: &str, profiles: Vec<String>) -> Result<(), Failure> {
    let place = TypedPlace::of(typed)?;
    let rule = match &place {
        TypedPlace::Folder(folder) => ProjectSetting {
            folder: Some(folder.clone()),
            repository: None,
            profiles: profiles.clone(),
        },
        TypedPlace::Repository(address) => {
            let repository = repository_of(address);
            ProjectSetting { folder: None, repository, profiles: profiles.clone() }
        }
    };
    let locale = Locale::of(language_of(&home, &env));
    perform(home, env, control::Command::AddProject { rule }).await?;
    if let TypedPlace::Folder(folder) = &place
        && let Some(repository) = repository_at(Path::new(folder))
        && let Some(address) = repository.addresses().iter().find_map(|it| repository_of(it))
    {
        let profiles = profiles.join(",");
        let hint = message!("project-other-clones", address = address, profiles = profiles);
        print::line(&hint.to(locale));
    }
    Ok(())
}

/// The place as it stands in the rule: also of a folder that is no longer there.
async fn remove(home: Home, env: Env, typed: String) -> Result<(), Failure> {
    let rules = rules(&home, &env)?;
    let real = plain(Path::new(&typed)).into_os_string().into_string().ok();
    let address = repository_of(&typed);
    let is_meant = |rule: &&ProjectSetting| {
        let of_rule = rule.repository.as_deref().and_then(repository_of);
        let is_folder = rule.folder.is_some() && rule.folder == real;
        rule.shown_place() == typed || is_folder || (of_rule.is_some() && of_rule == address)
    };
    let found = rules.iter().find(is_meant).map(|rule| rule.shown_place().to_owned());
    let place = found.ok_or(CommandError::NoProject(typed))?;
    perform(home, env, control::Command::RemoveProject { place }).await
}

fn rules(home: &Home, env: &Env) -> Result<Vec<ProjectSetting>, Failure> {
    Ok(settings::load(home, env).map_err(CommandError::from)?.projects)
}

fn report_of<'a>(rule: &'a ProjectSetting, profiles: &[ProfileView]) -> RuleReport<'a> {
    let is_there = |name: &str| profiles.iter().any(|it| is_same_name(&it.name, name));
    let missing = rule.profiles.iter().map(String::as_str).filter(|name| !is_there(name));
    RuleReport {
        folder: rule.folder.as_deref(),
        repository: rule.repository.as_deref(),
        profiles: &rule.profiles,
        missing: missing.collect(),
    }
}

async fn list(home: &Home, env: &Env, json: bool) -> Result<(), Failure> {
    let language = language_for(home, env, json);
    let (rules, locale) = (rules(home, env)?, Locale::of(language));
    let profiles = report(home, env, language).await?.snapshot.profiles;
    let reports: Vec<_> = rules.iter().map(|rule| report_of(rule, &profiles)).collect();
    if json {
        print::json(&reports);
        return Ok(());
    }
    if reports.is_empty() {
        print::line(&message!("project-none").to(locale));
        return Ok(());
    }
    for (rule, report) in rules.iter().zip(&reports) {
        let shown = |name: &String| {
            let is_missing = report.missing.contains(&name.as_str());
            let missing = message!("project-missing", profile = name).to(locale);
            if is_missing { missing } else { name.clone() }
        };
        let mut names = rule.profiles.iter().map(shown).collect::<Vec<_>>().join(", ");
        if names.is_empty() {
            names = message!("project-no-profile").to(locale);
        }
        if !print::line(&format!("{}  {names}", files::shown(rule.shown_place()))) {
            return Ok(());
        }
    }
    Ok(())
}

/// The rules that hold for a place, and the names of the profiles that serve it: none where
/// no rule holds.
pub(super) struct Holding<'a> {
    rules: Vec<&'a ProjectSetting>,
    pub(super) profiles: Option<Vec<String>>,
}

impl<'a> Holding<'a> {
    /// In a folder, and in what this computer knows of it.
    pub(super) fn of(rules: &'a [ProjectSetting], profiles: &[ProfileView], folder: &Path) -> Self {
        let folder = plain(folder).into_os_string().into_string().unwrap_or_default();
        holding(rules, profiles, &TypedPlace::Folder(folder).whereabouts())
    }

    /// Who serves there and why; none where no rule holds.
    pub(super) fn text(&self, place: &str) -> Option<Message> {
        let (profiles, rule) = (self.profiles.as_ref()?, self.rules.first()?);
        if profiles.is_empty() {
            return Some(message!("project-holds-none", place = place));
        }
        let (profiles, of_rule) = (profiles.join(", "), files::shown(rule.shown_place()));
        Some(if rule.repository.is_some() {
            message!("project-holds-repository", profiles = profiles, place = place, rule = of_rule)
        } else {
            message!("project-holds-folder", profiles = profiles, place = place, rule = of_rule)
        })
    }
}

fn holding<'a>(
    rules: &'a [ProjectSetting],
    profiles: &[ProfileView],
    places: &Whereabouts,
) -> Holding<'a> {
    let ids = (1..).map(ProfileId);
    let named: Vec<_> = ids.zip(profiles.iter().map(|it| it.name.as_str())).collect();
    // One rule of the file may be two here, for a folder with links.
    let all = |rule: &'a ProjectSetting| {
        let one = project_rules(std::slice::from_ref(rule), &named.iter().copied());
        one.into_iter().map(move |meant| (rule, meant))
    };
    let (written, meant): (Vec<_>, Vec<_>) = rules.iter().flat_map(all).unzip();
    let matched = rules_for(&meant, places, path_case());
    let mut common: Option<Vec<ProfileId>> = None;
    let mut rules: Vec<&ProjectSetting> = Vec::new();
    for at in matched {
        let Some((rule, meant)) = written.get(at).zip(meant.get(at)) else { continue };
        if !rules.contains(rule) {
            rules.push(rule);
        }
        let all = common.take().unwrap_or_else(|| meant.profiles.clone());
        common = Some(all.into_iter().filter(|id| meant.profiles.contains(id)).collect());
    }
    let name = |id: ProfileId| named.iter().find(|(it, _)| *it == id).map(|it| it.1.to_owned());
    let profiles = common.map(|ids| ids.into_iter().filter_map(name).collect());
    Holding { rules, profiles }
}

async fn show(home: &Home, env: &Env, typed: &str, json: bool) -> Result<(), Failure> {
    let language = language_for(home, env, json);
    let place = TypedPlace::of(typed)?;
    let rules = rules(home, env)?;
    let snapshot = report(home, env, language).await?.snapshot;
    let holding = holding(&rules, &snapshot.profiles, &place.whereabouts());
    if json {
        let Holding { rules, profiles } = holding;
        let reports = rules.iter().map(|rule| report_of(rule, &snapshot.profiles)).collect();
        let place = place.text().to_owned();
        print::json(&Shown { place, profiles, rules: reports });
        return Ok(());
    }
    let shown = files::shown(place.text());
    let text = holding.text(&shown).unwrap_or_else(|| message!("project-free", place = shown));
    print::line(&text.to(Locale::of(language)));
    Ok(())
}
