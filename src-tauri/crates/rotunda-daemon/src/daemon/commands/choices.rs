//! What the user chooses: one setting, the order, a reserve, the next profile.

use rotunda_host::{
    home::{Env, Home},
    settings::{self, Key, TakesEffect},
};
use rotunda_text::{Language, Locale, Localize, message};

use super::{Commands, Performed};
use crate::{control::Done, error::CommandError};

/// The switches with something to know before they are used.
const CLIENTS: [&str; 3] = ["clients.responses", "clients.messages", "clients.chat"];

impl Commands<'_> {
    pub(super) async fn perform_set(
        &self,
        name: &str,
        value: Option<String>,
    ) -> Result<Performed, CommandError> {
        let key = settings::find_key(name)?;
        self.services.preferences.set_key(key, value.clone()).await?;
        let machine = &self.services.handles.machine;
        set_done(&machine.home, &machine.env, key, value.as_deref())
    }

    pub(super) async fn perform_order(
        &self,
        profiles: &[String],
    ) -> Result<Performed, CommandError> {
        let mut ids = Vec::new();
        for profile in profiles {
            ids.push(self.services.profiles.find(profile)?.0);
        }
        self.services.profiles.reorder(&ids).await?;
        let mut all = self.services.profiles.all();
        all.sort_by_key(|profile| profile.rank);
        let names: Vec<_> = all.into_iter().map(|profile| profile.name).collect();
        let text = message!("done-ordered", profiles = names.join(", "));
        let policy = self.services.handles.settings.get().rules.policy;
        let notes = if policy == settings::Policy::MyOrder {
            Vec::new()
        } else {
            vec![message!("done-order-not-policy")]
        };
        Ok(Performed::with(text, notes))
    }

    pub(super) async fn perform_reserve(
        &self,
        profile: &str,
        percent: Option<f64>,
    ) -> Result<Performed, CommandError> {
        let (id, name) = self.services.profiles.find(profile)?;
        self.services.profiles.reserve(id, percent).await?;
        let common = self.services.handles.settings.get().rules.reserve_percent;
        Ok(Performed::new(match percent {
            Some(percent) => {
                message!("done-reserved", profile = name, percent = percent.to_string())
            }
            None => {
                message!("done-reserved-common", profile = name, percent = common.to_string())
            }
        }))
    }

    pub(super) async fn perform_stop_waiting(&self) -> Result<Performed, CommandError> {
        if self.services.handles.pool.view().waiting == 0 {
            return Ok(Performed::new(message!("done-none-waiting")));
        }
        self.services.quota.stop_waiting().await;
        Ok(Performed::new(message!("done-stopped-waiting")))
    }

    pub(super) async fn perform_best(&self) -> Result<Performed, CommandError> {
        let pool = &self.services.handles.pool;
        let best = pool.instead_of(None).ok_or(CommandError::NobodyElse)?;
        let name = self.services.profiles.names().get(&best).cloned().unwrap_or_default();
        if pool.view().serving == Some(best) {
            return Ok(Performed::new(message!("done-best", profile = name)));
        }
        self.services.profiles.use_profile(best).await?;
        Ok(self.with_binding_note(message!("done-using", profile = name)))
    }

    pub(super) async fn perform_next(&self) -> Result<Performed, CommandError> {
        let id = self.services.profiles.switch_to_next().await?;
        let name = self.services.profiles.names().get(&id).cloned().unwrap_or_default();
        Ok(self.with_binding_note(message!("done-using", profile = name)))
    }
}

/// Gives one key of the settings a value while no Rotunda runs.
pub fn set_in_file(
    home: &Home,
    env: &Env,
    name: &str,
    value: Option<&str>,
    language: Language,
) -> Result<Done, CommandError> {
    let key = settings::find_key(name)?;
    settings::set_key(home, env, &key, value)?;
    Ok(set_done(home, env, key, value)?.to(Locale::of(language)))
}

/// What a written value means, and what the user should know besides. `env` are the
/// variables of the program that runs.
fn set_done(
    home: &Home,
    env: &Env,
    key: Key,
    value: Option<&str>,
) -> Result<Performed, CommandError> {
    let all = settings::in_force(home, &Env::default())?;
    let written = all.into_iter().find(|it| it.key.path() == key.path());
    let written = written.map(|it| it.value).unwrap_or_default();
    let is_on = CLIENTS.contains(&&*key.path()) && written == "true";
    let text = if value.is_some() {
        message!("done-setting", key = key.path(), value = written)
    } else {
        message!("done-setting-default", key = key.path(), value = written)
    };
    let mut notes = if is_on { super::clients::terms(&key.path()) } else { Vec::new() };
    if key.takes_effect != TakesEffect::AtOnce {
        notes.push(key.takes_effect.message());
    }
    if let Some(variable) = key.variable.filter(|variable| env.get(variable).is_some()) {
        notes.push(message!("done-setting-covered", variable = variable));
    }
    Ok(Performed::with(text, notes))
}
