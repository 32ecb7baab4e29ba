//! Sign-ins that come from another machine or leave this one.

use std::path::{Path, PathBuf};

use rotunda_core::Secret;
use rotunda_host::files::shown;
use rotunda_text::{Language, message};

use super::{Audience, Commands, Performed};
use crate::{control::SecretText, daemon::profiles::Exported, error::CommandError};

fn secret(text: &SecretText) -> Secret<String> {
    Secret::new(text.expose().trim_end_matches(['\r', '\n']).to_owned())
}

impl Commands<'_> {
    pub(super) async fn perform_logout(&self, profile: &str) -> Result<Performed, CommandError> {
        let (id, name) = self.services.profiles.find(profile)?;
        let is_own = self.services.profiles.stored(id)?.own_sign_in;
        self.services.profiles.sign_out(id).await?;
        // A crash right after it must not forget that.
        self.services.pool_memory.save().await;
        let text = message!("done-signed-out", profile = name);
        let notes = is_own.then(|| message!("note-own-sign-in-stays")).into_iter().collect();
        Ok(Performed::with(text, notes))
    }

    pub(super) async fn perform_export(
        &self,
        path: &Path,
        profiles: &[String],
        passphrase: &SecretText,
        hand_over: bool,
    ) -> Result<Performed, CommandError> {
        let service = &self.services.profiles;
        let ids = profiles.iter().map(|name| Ok(service.find(name)?.0));
        let ids = ids.collect::<Result<Vec<_>, CommandError>>()?;
        let exported = service.export(path, ids, secret(passphrase), hand_over).await;
        self.services.pool_memory.save().await;
        let Exported { names, left_out } = exported?;
        let text = message!(
            "done-sign-ins-exported",
            count = names.len(),
            profiles = names.join(", "),
            path = shown(path)
        );
        let mut notes = vec![if hand_over {
            message!("note-handed-over")
        } else {
            message!("note-not-handed-over")
        }];
        if !left_out.is_empty() {
            notes.push(message!("note-export-left-out", profiles = left_out.join(", ")));
        }
        Ok(Performed::with(text, notes))
    }

    pub(super) async fn perform_import_sealed(
        &self,
        path: PathBuf,
        passphrase: &SecretText,
        language: Language,
    ) -> Result<Performed, CommandError> {
        let (candidates, handed_over) =
            self.services.imports.sealed(path, secret(passphrase)).await?;
        let mut performed =
            self.perform_import_all(candidates, Audience::Terminal(language)).await?;
        if !handed_over {
            performed.notes.push(message!("note-still-held"));
        }
        Ok(performed)
    }
}
