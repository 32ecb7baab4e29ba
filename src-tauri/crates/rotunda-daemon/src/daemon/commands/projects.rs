//! Rules per project.

use rotunda_host::settings::{ProjectSetting, SettingsPatch};
use rotunda_text::message;

use super::{Commands, Performed};
use crate::error::CommandError;

impl Commands<'_> {
    pub(super) async fn perform_add_project(
        &self,
        mut rule: ProjectSetting,
    ) -> Result<Performed, CommandError> {
        let mut names: Vec<String> = Vec::new();
        for wanted in &rule.profiles {
            let (_, name) = self.services.profiles.find(wanted)?;
            if !names.contains(&name) {
                names.push(name);
            }
        }
        rule.profiles.clone_from(&names);
        let place = rule.shown_place().to_owned();
        let mut rules = self.services.preferences.current().projects;
        rules.retain(|it| it.folder != rule.folder || it.repository != rule.repository);
        rules.push(rule);
        self.set_projects(rules).await?;
        let text = message!("done-project-added", place = place, profiles = names.join(", "));
        Ok(Performed::new(text))
    }

    pub(super) async fn perform_remove_project(
        &self,
        place: &str,
    ) -> Result<Performed, CommandError> {
        let mut rules = self.services.preferences.current().projects;
        let before = rules.len();
        rules.retain(|rule| rule.shown_place() != place);
        if rules.len() == before {
            return Err(CommandError::NoProject(place.to_owned()));
        }
        self.set_projects(rules).await?;
        Ok(Performed::new(message!("done-project-removed", place = place)))
    }

    async fn set_projects(&self, rules: Vec<ProjectSetting>) -> Result<(), CommandError> {
        let patch = SettingsPatch { projects: Some(rules), ..SettingsPatch::default() };
        self.services.preferences.change(patch).await?;
        Ok(())
    }
}
