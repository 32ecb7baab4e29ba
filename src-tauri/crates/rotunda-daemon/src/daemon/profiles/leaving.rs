//! Sign-ins that leave this machine: signed out, or written into a file for another one.

use std::path::Path;

use rotunda_core::{
    ProfileId, Secret,
    vault::{Credential, VaultError},
};
use rotunda_host::{
    blocking::blocking,
    files,
    key::KeyError,
    transfer::{self, Packed, Parcel},
    vault::{DaemonVault as _, label},
};
use rotunda_text::Chose;

use super::Profiles;
use crate::{activity::ActivityKind, error::CommandError};

/// Shorter passphrases are guessed.
const SHORTEST_PASSPHRASE: usize = 8;

/// What became of an export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exported {
    /// The profiles in the file, by name.
    pub names: Vec<String>,
    /// Those left out, since they are signed out.
    pub left_out: Vec<String>,
}

impl Profiles {
    /// Wipes the sign-in of a profile; its name, order and history stay.
    pub async fn sign_out(&self, id: ProfileId) -> Result<(), CommandError> {
        let _changing = self.changing().await;
        self.sign_out_if(id, None).await
    }

    /// The same, unless the sign-in is another one than was handed over.
    async fn sign_out_if(
        &self,
        id: ProfileId,
        handed_over: Option<&Credential>,
    ) -> Result<(), CommandError> {
        let profile = self.stored(id)?;
        let wipe = async {
            if let Some(handed_over) = handed_over {
                let (now, _) = self.vault.items.whole(id).await?;
                if spent(&now) != spent(handed_over) {
                    return Err(CommandError::RenewedMeanwhile(profile.name.clone()));
                }
            }
            Ok(self.vault.items.sign_out(id).await?)
        };
        match self.running.parts().await {
            Some((router, token_manager)) => {
                // A renewal under way is seen through first: what it makes belongs to the file.
                token_manager.replacing(id, wipe).await?;
                router.forget(id);
            }
            None => wipe.await?,
        }
        self.pool.signed_out(id);
        self.refresh.now();
        let text = Chose::SignedOut { profile: profile.name };
        self.activity.add(ActivityKind::NeedsSignIn, text).await;
        Ok(())
    }

    /// Writes sign-ins into a new encrypted file, of all profiles when none is named. With
    /// `hand_over` they are signed out here once the file was read again.
    pub async fn export(
        &self,
        path: &Path,
        ids: Vec<ProfileId>,
        passphrase: Secret<String>,
        hand_over: bool,
    ) -> Result<Exported, CommandError> {
        if passphrase.expose().chars().count() < SHORTEST_PASSPHRASE {
            return Err(CommandError::ShortPassphrase(SHORTEST_PASSPHRASE));
        }
        let _changing = self.changing().await;
        let all = self.all();
        let wanted = all.iter().filter(|it| ids.is_empty() || ids.contains(&it.id));
        let (mut packed, mut left_out) = (Vec::new(), Vec::new());
        for profile in wanted {
            match self.vault.items.whole(profile.id).await {
                Ok((credential, extra)) => {
                    let (mut sign_in, _) = label::imported(credential, extra);
                    let claims = &mut sign_in.claims;
                    claims.email = claims.email.take().or_else(|| profile.email.clone());
                    claims.user_id = claims.user_id.take().or_else(|| profile.user_id.clone());
                    claims.plan = claims.plan.take().or_else(|| profile.plan.clone());
                    let (name, paused) = (profile.name.clone(), profile.paused);
                    packed.push((profile.id, Packed { name, paused, sign_in }));
                }
                Err(VaultError::Missing) => left_out.push(profile.name.clone()),
                Err(error) => return Err(error.into()),
            }
        }
        if packed.is_empty() {
            return Err(CommandError::NothingToExport);
        }
        let names = packed.iter().map(|(_, it)| it.name.clone()).collect();
        let parcel = Parcel {
            handed_over: hand_over,
            sign_ins: packed.iter().map(|(_, it)| it.clone()).collect(),
        };
        self.write_parcel(path, parcel, passphrase).await?;
        if hand_over {
            for (id, it) in &packed {
                self.sign_out_if(*id, Some(&it.sign_in.credential)).await?;
            }
        }
        Ok(Exported { names, left_out })
    }

    /// Written, and read again as the other machine will read it.
    async fn write_parcel(
        &self,
        path: &Path,
        parcel: Parcel,
        passphrase: Secret<String>,
    ) -> Result<(), CommandError> {
        let path = path.to_owned();
        blocking(move || {
            let sealed = transfer::seal(&parcel, &passphrase).map_err(KeyError::Random)?;
            files::write_new(&path, &sealed)?;
            let unread = |error: String| CommandError::NotImported(error);
            let read = files::read(&path).map_err(|error| unread(error.to_string()))?;
            let again = transfer::open(&read, &passphrase).map_err(|it| unread(it.to_string()))?;
            if again.sign_ins.len() != parcel.sign_ins.len() {
                return Err(unread("the file holds something else than was written".to_owned()));
            }
            Ok(())
        })
        .await
    }
}

/// What tells one sign-in from the next that was made of it.
fn spent(credential: &Credential) -> Option<&str> {
    match credential {
        Credential::ChatGpt(held) => held.refresh.as_ref().map(|token| token.expose().as_str()),
        Credential::ApiKey(key) => Some(key.expose()),
        Credential::Provider(held) => Some(held.key.expose()),
    }
}
