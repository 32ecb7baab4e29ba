//! The Codex on the other side of WSL, bound to the router of this side: it reaches a port
//! of this side only where both have one loopback.
//!
//! Its folder stands in the record of bound folders, so that an end of Rotunda unbinds it
//! and a start binds it to where the router then is (`binding/others.rs`).

use std::{
    path::{Path, PathBuf},
    time::SystemTime,
};

use rotunda_core::Secret;
use rotunda_host::{
    blocking::blocking,
    codex_config,
    files::shown,
    home::{Env, Home},
    platform::{self, Networking},
};
use rotunda_text::{Language, Locale, message};

use super::{
    CommandError,
    binding::{notes_after_unbind, other_provider, url_at},
    commands::{Performed, unbound_done},
};
use crate::{bind, control::Done};

/// Files of which a Codex folder has one.
const OF_CODEX: [&str; 2] = ["config.toml", "auth.json"];

/// Binds the Codex in a folder of the other side to the router that answers at `url`.
pub async fn bind_other_side(
    home: &Home,
    env: &Env,
    (folder, url): (PathBuf, Secret<String>),
    now: SystemTime,
    language: Language,
) -> Result<Done, CommandError> {
    let networking = platform::reached_from(env, &folder).await;
    let of_folder = Home { codex_home: folder, ..home.clone() };
    let done = blocking(move || bind_as_reached(&of_folder, networking, &url, now)).await?;
    Ok(done.to(Locale::of(language)))
}

fn bind_as_reached(
    of_folder: &Home,
    networking: Option<Networking>,
    url: &Secret<String>,
    now: SystemTime,
) -> Result<Performed, CommandError> {
    let folder = &of_folder.codex_home;
    match networking {
        None => return Err(CommandError::NotOtherSide(folder.clone())),
        Some(Networking::Apart) => return Err(CommandError::OtherSideApart(folder.clone())),
        Some(Networking::Shared) => {}
    }
    if !OF_CODEX.iter().any(|name| folder.join(name).is_file()) {
        return Err(CommandError::NoCodexThere(folder.clone()));
    }
    if let Some(provider) = other_provider(of_folder) {
        return Err(CommandError::OtherProvider(provider));
    }
    if let Some(found) = codex_config::decisive(of_folder) {
        return Err(CommandError::Overridden(found));
    }
    bind::bind(of_folder, url, false, now)?;
    let done = message!("done-bound-other-side", folder = shown(folder));
    Ok(Performed::with(done, vec![message!("note-restart")]))
}

/// Undoes the binding of any folder that was bound from here. Blocks.
pub fn unbind_folder(home: &Home, folder: &Path, language: Language) -> Result<Done, CommandError> {
    let of_folder = Home { codex_home: folder.to_owned(), ..home.clone() };
    let outcome = bind::unbind(&of_folder, &url_at(home, 0))?;
    let done = unbound_done(outcome.changed, notes_after_unbind(&outcome));
    Ok(done.to(Locale::of(language)))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::testing;

    fn bind_there(
        networking: Option<Networking>,
        prepare: impl FnOnce(&Home),
    ) -> (Result<Performed, CommandError>, String) {
        let (root, home) = testing::home();
        let of_folder = Home { codex_home: root.path().join("other"), ..home.clone() };
        fs::create_dir(&of_folder.codex_home).unwrap();
        prepare(&of_folder);
        let url = bind::client_url(4517, &Secret::new("0".repeat(32)));
        let done = bind_as_reached(&of_folder, networking, &url, SystemTime::UNIX_EPOCH);
        (done, fs::read_to_string(of_folder.codex_config()).unwrap_or_default())
    }

    fn with_config(home: &Home) {
        fs::write(home.codex_config(), "model = \"m\"\n").unwrap();
    }

    #[test]
    fn a_folder_is_bound_only_where_both_sides_have_one_loopback() {
        let (done, text) = bind_there(Some(Networking::Shared), with_config);
        assert!(done.is_ok() && text.contains("openai_base_url"), "{text}");
        let (apart, text) = bind_there(Some(Networking::Apart), with_config);
        assert!(matches!(apart, Err(CommandError::OtherSideApart(_))));
        assert_eq!(text, "model = \"m\"\n");
        let (none, text) = bind_there(None, with_config);
        assert!(matches!(none, Err(CommandError::NotOtherSide(_))));
        assert_eq!(text, "model = \"m\"\n");
    }

    #[test]
    fn a_folder_without_a_codex_is_refused() {
        let (done, text) = bind_there(Some(Networking::Shared), |_| {});
        assert!(matches!(done, Err(CommandError::NoCodexThere(_))) && text.is_empty());
        let (done, _) = bind_there(Some(Networking::Shared), |home| {
            fs::write(home.codex_config(), "model_provider = \"azure\"\n").unwrap();
        });
        assert!(matches!(done, Err(CommandError::OtherProvider(_))));
    }
}
