//! Settings carried to another machine: what the user set, and how the profiles
//! are called and ordered. No credential and no address goes along.

use std::{collections::BTreeMap, fmt::Write as _, path::Path};

use rotunda_core::ProfileId;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{CommandError, Daemon, blocking};
use crate::{
    files::{self, Mode},
    settings::{SettingsPatch, SettingsView},
    store::StoredProfile,
};

/// The form of the file that this version writes and reads.
const VERSION: u32 = 1;
/// Belongs to a machine: the proxy may hold a password, and the rest is chosen anew.
const STAYS: [&str; 3] = ["proxy", "rotate", "note"];

/// The file.
#[derive(Debug, Serialize, Deserialize)]
struct Carried {
    version: u32,
    settings: serde_json::Map<String, serde_json::Value>,
    /// In the user's order.
    profiles: Vec<Known>,
}

/// One profile, without saying whose it is.
#[derive(Debug, Serialize, Deserialize)]
struct Known {
    /// SHA-256 over account and person, in hex; none for an API key, which is
    /// known by its name.
    account: Option<String>,
    name: String,
    paused: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    reserve_percent: Option<f64>,
}

impl Daemon {
    /// Writes the settings into a new file.
    pub async fn export_settings(&self, path: &Path) -> Result<(), CommandError> {
        if path.exists() {
            return Err(CommandError::FileThere(path.to_owned()));
        }
        let store = self.inner.store.clone();
        let reserves: BTreeMap<_, _> =
            blocking(move || store.reserves()).await?.into_iter().collect();
        let mut profiles = self.inner.known().profiles.clone();
        profiles.sort_by_key(|profile| profile.rank);
        let known = profiles.iter().map(|profile| Known {
            account: account(profile),
            name: profile.name.clone(),
            paused: profile.paused,
            reserve_percent: reserves.get(&profile.id).copied(),
        });
        let carried = Carried {
            version: VERSION,
            settings: settings_of(&self.settings().await),
            profiles: known.collect(),
        };
        let text = serde_json::to_vec_pretty(&carried).expect("texts and numbers are JSON");
        let path = path.to_owned();
        blocking(move || files::write_atomic(&path, &text, Mode::Private))
            .await
            .map_err(CommandError::Carried)
    }

    /// Takes the settings of such a file; profiles that are not here are left
    /// out. Returns how many were found.
    pub async fn import_settings(&self, path: &Path) -> Result<usize, CommandError> {
        let path = path.to_owned();
        let text =
            blocking(move || files::read_text(&path)).await.map_err(CommandError::Carried)?;
        let carried: Carried = serde_json::from_str(&text).map_err(|_| CommandError::NotCarried)?;
        if carried.version != VERSION {
            return Err(CommandError::NotCarried);
        }
        let wanted: SettingsPatch = serde_json::from_value(carried.settings.into())
            .map_err(|_| CommandError::NotCarried)?;
        self.set_settings(wanted).await?;
        let mut found = Vec::new();
        for known in carried.profiles {
            if let Some(id) = self.here(&known, &found) {
                self.set_as(id, &known).await?;
                found.push(id);
            }
        }
        self.reorder(&found).await?;
        Ok(found.len())
    }

    fn here(&self, known: &Known, taken: &[ProfileId]) -> Option<ProfileId> {
        let profiles = &self.inner.known().profiles;
        let same = |profile: &&StoredProfile| match &known.account {
            Some(wanted) => account(profile).as_ref() == Some(wanted),
            None => account(profile).is_none() && profile.name == known.name,
        };
        let mut free = profiles.iter().filter(|profile| !taken.contains(&profile.id));
        free.find(same).map(|profile| profile.id)
    }

    /// A name that is taken here stays with whoever has it.
    async fn set_as(&self, id: ProfileId, known: &Known) -> Result<(), CommandError> {
        let is_taken = |name: &str| {
            let profiles = &self.inner.known().profiles;
            profiles.iter().any(|profile| profile.name.to_lowercase() == name.to_lowercase())
        };
        if !is_taken(&known.name) {
            self.rename(id, &known.name).await?;
        }
        self.pause(id, known.paused).await?;
        match known.reserve_percent {
            Some(percent) => self.reserve(id, Some(percent)).await,
            None => Ok(()),
        }
    }
}

fn settings_of(view: &SettingsView) -> serde_json::Map<String, serde_json::Value> {
    let Ok(serde_json::Value::Object(mut settings)) = serde_json::to_value(view) else {
        return serde_json::Map::new();
    };
    settings.retain(|key, _| !STAYS.contains(&key.as_str()));
    settings
}

/// Tells accounts apart without saying which they are.
fn account(profile: &StoredProfile) -> Option<String> {
    let id = profile.account_id.as_deref()?;
    let email = profile.email.as_deref().unwrap_or_default().to_lowercase();
    let digest = Sha256::digest(format!("rotunda\0{id}\0{email}"));
    Some(digest.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    }))
}
