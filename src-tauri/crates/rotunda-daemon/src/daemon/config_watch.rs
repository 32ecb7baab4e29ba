//! Watches Codex's file, Codex's own sign-in and our settings for changes of
//! other programs.
//!
//! The file is looked up every few seconds, and read only when it is another one
//! than before. A watch of the system's would wake us for every line that Codex
//! writes into its databases in the same folder, is lost when the folder is made
//! anew, and is not there on network file systems; a look costs microseconds
//! and sees all of these (see docs/decisions/011-looking-at-config.md).

use std::time::Duration;

use rotunda_host::{blocking::blocking, files, home::Home};
use tokio::time::{self, MissedTickBehavior};

use super::{binding::Binding, codex_account::CodexAccount, preferences::Preferences};

/// Soon enough for a user who looks at the window after a change.
const PAUSE: Duration = Duration::from_secs(2);

/// Looks until it is aborted.
pub(super) async fn watch(
    home: &Home,
    binding: &Binding,
    codex: &CodexAccount,
    preferences: &Preferences,
) {
    let mut ticks = time::interval(PAUSE);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (mut before, mut own_before, mut settings_before) = (None, None, None);
    loop {
        ticks.tick().await;
        let paths = [home.codex_config(), home.codex_auth(), home.settings_file()];
        let looked = blocking(move || paths.map(|path| files::identity(&path))).await;
        let [now, own, settings] = looked.map(Some);
        // What stood there at the start is known already.
        let settings_then = settings_before.replace(settings.clone());
        if settings_then.is_some_and(|then| then != settings) {
            preferences.reread().await;
        }
        let changed = before != now;
        if changed && binding.read_changed().await {
            before = now;
        }
        // Only now is the file read again, and the keychain read no more than once.
        if changed || own_before.as_ref().is_none_or(|(before, _)| *before != own) {
            let own = Some((own, codex.storage().await));
            if own_before != own {
                codex.mark_profiles().await;
                own_before = own;
            }
        }
    }
}
