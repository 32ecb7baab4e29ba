//! What there is to show while nothing runs, read without changing anything.

use rotunda_core::{LocalUrl, ProfileId, Secret};
use rotunda_host::{
    clock,
    home::{Env, Home},
    settings::{self, DEFAULT_PORT, Settings},
    store::Store,
    timezone,
};
use rotunda_text::Language;

use super::{Broken, pool_memory, state::DaemonState};
use crate::{
    bind,
    control::Report,
    error::DaemonError,
    forecast::{self, UsedBefore},
    view::{ForecastView, Snapshot},
};

/// Reads the files as they are. Nothing is created, not even a folder.
pub fn offline_status(home: &Home, env: &Env, language: Language) -> Result<Report, DaemonError> {
    let settings = settings::load(home, env)?;
    let clock = clock::system();
    let store = match home.store_file().try_exists() {
        Ok(true) => Some(Store::open_read_only(&home.store_file())?),
        Ok(false) | Err(_) => None,
    };
    let state = DaemonState::read(home, env, &settings, store.as_ref())?;
    let pool = pool_memory::restore(store.as_ref(), &settings, home, &clock)?;
    let snapshot = state.snapshot(&pool, env, &clock, &settings, language);
    Ok(report_of(snapshot))
}

/// How long the quota lasts, by what was read last.
pub fn offline_forecast(
    home: &Home,
    env: &Env,
    language: Language,
) -> Result<ForecastView, DaemonError> {
    let settings = settings::load(home, env)?;
    let clock = clock::system();
    let now = clock();
    let store = match home.store_file().try_exists() {
        Ok(true) => Some(Store::open_read_only(&home.store_file())?),
        Ok(false) | Err(_) => None,
    };
    let used =
        store.as_ref().map_or(Ok(UsedBefore::default()), |store| UsedBefore::read(store, now))?;
    let profiles = store.as_ref().map_or(Ok(Vec::new()), Store::profiles)?;
    let pool = pool_memory::restore(store.as_ref(), &settings, home, &clock)?;
    let made = forecast::make(&used, &pool.view(), &settings, now);
    let name = |id: ProfileId| {
        let found = profiles.iter().find(|profile| profile.id == id);
        found.map_or_else(|| id.to_string(), |profile| profile.name.clone())
    };
    let locale = timezone::locale(language, now);
    Ok(made.view(&name, locale))
}

/// The same when some of the files are broken: what cannot be read counts as not
/// there, and is named.
pub fn offline_status_at_any(home: &Home, env: &Env, language: Language) -> (Report, Vec<Broken>) {
    let mut found: Vec<_> = bind::damage(home).into_iter().map(Broken::Binding).collect();
    let settings = settings::load(home, env).unwrap_or_else(|error| {
        found.push(Broken::Settings(error.to_string()));
        // Our own line has the port when the settings lack it.
        let port = bind::recorded_address(home).and_then(|address| port_of(&address));
        Settings { port: port.unwrap_or(DEFAULT_PORT), ..Settings::default() }
    });
    let clock = clock::system();
    let opened = match home.store_file().try_exists() {
        Ok(true) => Store::open_read_only(&home.store_file()).map(Some),
        Ok(false) | Err(_) => Ok(None),
    };
    let read = opened.and_then(|store| {
        let state = DaemonState::read(home, env, &settings, store.as_ref())?;
        Ok((state, pool_memory::restore(store.as_ref(), &settings, home, &clock)?))
    });
    let (state, pool) = read.unwrap_or_else(|error| {
        found.push(Broken::Remembered(error.to_string()));
        let state =
            DaemonState::read(home, env, &settings, None).expect("without a store nothing fails");
        let pool = pool_memory::restore(None, &settings, home, &clock)
            .expect("without a store nothing fails");
        (state, pool)
    });
    let snapshot = state.snapshot(&pool, env, &clock, &settings, language);
    (report_of(snapshot), found)
}

fn report_of(snapshot: Snapshot) -> Report {
    let (pid, instance) = (std::process::id(), String::new());
    Report { snapshot, url: None, pid, instance, counters: None }
}

fn port_of(address: &Secret<String>) -> Option<u16> {
    LocalUrl::parse(address.expose()).map(|url| url.port)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::{BindingState, RouterState};
    use rotunda_host::home::{CODEX_HOME, ROTUNDA_HOME};

    #[test]
    fn a_status_of_nothing_leaves_nothing() {
        let root = tempfile::tempdir().unwrap();
        let (ours, codex) = (root.path().join("ours"), root.path().join("codex"));
        let env = Env::of([(ROTUNDA_HOME, &ours), (CODEX_HOME, &codex)]);
        let report =
            offline_status(&Home::from_env(&env).unwrap(), &env, Language::ENGLISH).unwrap();
        assert_eq!(report.snapshot.router.state, RouterState::Stopped);
        assert_eq!(report.snapshot.binding.state, BindingState::Unbound);
        assert_eq!(report.snapshot.headline, "Add a profile to start");
        assert_eq!(std::fs::read_dir(root.path()).unwrap().count(), 0);
    }
}
