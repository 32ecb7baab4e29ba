//! What there is to show while nothing runs, read without changing anything.

use rotunda_core::Language;

use super::{DaemonError, Known, pool_of};
use crate::{
    clock,
    control::Report,
    home::{Env, Home},
    settings,
    store::Store,
};

/// Reads the files as they are. Nothing is created, not even a folder.
pub fn glance(home: &Home, env: &Env) -> Result<Report, DaemonError> {
    let settings = settings::load(home, env)?;
    let clock = clock::system();
    let store = match home.store_file().try_exists() {
        Ok(true) => Some(Store::open_read_only(&home.store_file())?),
        Ok(false) | Err(_) => None,
    };
    let known = Known::read(home, &settings, store.as_ref())?;
    let pool = pool_of(store.as_ref(), &settings, home, &clock)?;
    let snapshot = known.snapshot(&pool, env, &clock, &settings, Language::English);
    Ok(Report { snapshot, url: None, pid: std::process::id(), instance: String::new() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        home::{CODEX_HOME, ROTUNDA_HOME},
        view::{BindingState, RouterState},
    };

    #[test]
    fn a_glance_at_nothing_leaves_nothing() {
        let root = tempfile::tempdir().unwrap();
        let (ours, codex) = (root.path().join("ours"), root.path().join("codex"));
        let env = Env::of([(ROTUNDA_HOME, &ours), (CODEX_HOME, &codex)]);
        let report = glance(&Home::from_env(&env).unwrap(), &env).unwrap();
        assert_eq!(report.snapshot.router.state, RouterState::Stopped);
        assert_eq!(report.snapshot.binding.state, BindingState::Unbound);
        assert_eq!(report.snapshot.headline, "Add a profile to start");
        assert_eq!(std::fs::read_dir(root.path()).unwrap().count(), 0);
    }
}
