//! Settings for another machine: what the user set, and how the profiles
//! are called and ordered. No credential and no address goes along.

use std::{collections::BTreeMap, fmt::Write as _, path::Path, sync::Arc};

use rotunda_core::{ProfileId, profile::UseCredits};
use rotunda_host::{
    blocking::blocking,
    files,
    settings::{SettingsPatch, SettingsView},
    store::{Store, StoreError, StoredProfile},
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{handles::Handles, preferences::Preferences, profiles::Profiles};
use crate::error::CommandError;

/// The form of the file that this version writes and reads.
const VERSION: u32 = 1;
/// Belongs to a machine: the proxy and a command may hold a password, and the rest is chosen
/// anew, as whether other programs than Codex may ask. No file brings commands along: they would
/// run. The folders of projects are this machine's.
const STAYS: [&str; 9] = [
    "proxy",
    "rotate",
    "second_line",
    "hooks",
    "projects",
    "clients_responses",
    "clients_messages",
    "clients_chat",
    "note",
];

/// The file.
#[derive(Debug, Serialize, Deserialize)]
struct ExportedSettings {
    version: u32,
    settings: serde_json::Map<String, serde_json::Value>,
    /// In the user's order.
    profiles: Vec<ExportedProfile>,
}

/// One profile, without its owner.
#[derive(Debug, Serialize, Deserialize)]
struct ExportedProfile {
    /// SHA-256 over account and person, in hex; none for an API key, which is
    /// known by its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    account: Option<String>,
    name: String,
    paused: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reserve_percent: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    use_credits: Option<UseCredits>,
}

/// Writes and reads such files.
pub struct SettingsExport {
    store: Store,
    profiles: Arc<Profiles>,
    preferences: Arc<Preferences>,
}

impl SettingsExport {
    pub(super) fn new(
        handles: &Handles,
        profiles: Arc<Profiles>,
        preferences: Arc<Preferences>,
    ) -> Self {
        Self { store: handles.store.clone(), profiles, preferences }
    }

    /// Writes the settings into a new file: TOML, or JSON when its name ends so.
    pub async fn write(&self, path: &Path) -> Result<(), CommandError> {
        let store = self.store.clone();
        let read = move || Ok::<_, StoreError>((store.reserves()?, store.credit_consents()?));
        let (reserves, consents) = blocking(read).await?;
        let reserves: BTreeMap<_, _> = reserves.into_iter().collect();
        let consents: BTreeMap<_, _> = consents.into_iter().collect();
        let mut profiles = self.profiles.all();
        profiles.sort_by_key(|profile| profile.rank);
        let known = profiles.iter().map(|profile| ExportedProfile {
            account: accounts(profile).into_iter().next(),
            name: profile.name.clone(),
            paused: profile.paused,
            reserve_percent: reserves.get(&profile.id).copied(),
            use_credits: consents.get(&profile.id).copied(),
        });
        let exported = ExportedSettings {
            version: VERSION,
            settings: settings_of(&self.preferences.view().await),
            profiles: known.collect(),
        };
        let text = exported.text(is_json(path));
        let path = path.to_owned();
        Ok(blocking(move || files::write_new(&path, text.as_bytes())).await?)
    }

    /// Takes the settings of such a file; profiles that are not here are left
    /// out. Returns how many were found.
    pub async fn read(&self, path: &Path) -> Result<usize, CommandError> {
        let path = path.to_owned();
        let text =
            blocking(move || files::read_text(&path)).await.map_err(CommandError::Carried)?;
        let exported = ExportedSettings::read(&text).ok_or(CommandError::NotCarried)?;
        if exported.version != VERSION {
            return Err(CommandError::NotCarried);
        }
        let wanted: SettingsPatch = serde_json::from_value(exported.settings.into())
            .map_err(|_| CommandError::NotCarried)?;
        let wanted = SettingsPatch { hooks: BTreeMap::new(), ..wanted };
        self.preferences.change(wanted).await?;
        let mut found = Vec::new();
        for known in exported.profiles {
            if let Some(id) = self.here(&known, &found) {
                self.set_as(id, &known).await?;
                found.push(id);
            }
        }
        self.profiles.reorder(&found).await?;
        Ok(found.len())
    }

    fn here(&self, known: &ExportedProfile, taken: &[ProfileId]) -> Option<ProfileId> {
        let profiles = self.profiles.all();
        let same = |profile: &&StoredProfile| match &known.account {
            Some(wanted) => accounts(profile).contains(wanted),
            None => accounts(profile).is_empty() && profile.name == known.name,
        };
        let mut free = profiles.iter().filter(|profile| !taken.contains(&profile.id));
        free.find(same).map(|profile| profile.id)
    }

    /// A name that is taken here stays with the profile that has it.
    async fn set_as(&self, id: ProfileId, known: &ExportedProfile) -> Result<(), CommandError> {
        let is_taken = |name: &str| {
            let profiles = self.profiles.all();
            profiles.iter().any(|profile| profile.name.to_lowercase() == name.to_lowercase())
        };
        if !is_taken(&known.name) {
            self.profiles.rename(id, &known.name).await?;
        }
        self.profiles.pause(id, known.paused).await?;
        if let Some(percent) = known.reserve_percent {
            self.profiles.reserve(id, Some(percent)).await?;
        }
        match known.use_credits {
            Some(consent) => self.profiles.allow_credits(id, Some(consent)).await,
            None => Ok(()),
        }
    }
}

impl ExportedSettings {
    fn text(&self, as_json: bool) -> String {
        if as_json {
            return serde_json::to_string_pretty(self).expect("texts and numbers are JSON") + "\n";
        }
        toml_edit::ser::to_string_pretty(self).expect("texts and numbers are TOML")
    }

    /// TOML, or the JSON of earlier versions: neither can be taken for the other.
    fn read(text: &str) -> Option<Self> {
        toml_edit::de::from_str(text).ok().or_else(|| serde_json::from_str(text).ok())
    }
}

fn is_json(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json"))
}

fn settings_of(view: &SettingsView) -> serde_json::Map<String, serde_json::Value> {
    let Ok(serde_json::Value::Object(mut settings)) = serde_json::to_value(view) else {
        return serde_json::Map::new();
    };
    settings.retain(|key, _| !STAYS.contains(&key.as_str()));
    settings
}

/// Tells accounts apart without saying which they are: by workspace and user
/// where the user is known, and by workspace and address, as earlier versions
/// did. None for an API key.
fn accounts(profile: &StoredProfile) -> Vec<String> {
    let Some(workspace) = profile.account_id.as_deref() else { return Vec::new() };
    let user = profile.user_id.as_deref().map(|user| format!("rotunda\0{workspace}\0user\0{user}"));
    let email = profile.email.as_deref().map(str::to_lowercase);
    let email = email.map(|email| format!("rotunda\0{workspace}\0{email}"));
    user.into_iter().chain(email).map(digest).collect()
}

fn digest(text: String) -> String {
    Sha256::digest(text).iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::daemon::fixture::Fixture;

    fn exported() -> ExportedSettings {
        let profile = |account: Option<&str>, reserve_percent| ExportedProfile {
            account: account.map(str::to_owned),
            name: "work \"one\"".to_owned(),
            paused: true,
            reserve_percent,
            use_credits: reserve_percent.map(|_| UseCredits::WhenAllOut),
        };
        let settings = serde_json::json!({
            "policy": "my_order", "reserve_percent": 3.5, "wait_for_reset_minutes": 20,
            "port": 4517, "start_hidden": false, "notifications": {"low": true},
        });
        let serde_json::Value::Object(settings) = settings else { unreachable!("it is an object") };
        let profiles = vec![profile(Some("abc"), Some(5.0)), profile(None, None)];
        ExportedSettings { version: VERSION, settings, profiles }
    }

    #[test]
    fn a_settings_file_has_the_format_of_its_name_and_both_are_read() {
        let toml = exported().text(is_json(Path::new("rotunda-settings.toml")));
        assert!(toml_edit::Document::parse(toml.as_str()).is_ok(), "{toml}");
        assert!(toml.contains("[settings]") && toml.contains("[[profiles]]"), "{toml}");
        let json = exported().text(is_json(Path::new("settings.JSON")));
        assert!(serde_json::from_str::<serde_json::Value>(&json).is_ok(), "{json}");
        let plain = |exported: &ExportedSettings| serde_json::to_value(exported).unwrap();
        for text in [toml, json] {
            assert_eq!(
                plain(&ExportedSettings::read(&text).unwrap()),
                plain(&exported()),
                "{text}"
            );
        }
        assert!(ExportedSettings::read("neither").is_none());
    }

    #[tokio::test]
    async fn what_was_written_is_set_again_for_the_profiles_that_are_here() {
        let fixture = Fixture::with(&["work", "home"]);
        let profiles = fixture.profiles();
        let preferences = fixture.preferences(&profiles, fixture.router_status());
        let export = SettingsExport::new(&fixture.handles, profiles.clone(), preferences.clone());
        let path = fixture.handles.machine.home.data.join("settings.toml");
        profiles.pause(ProfileId(1), true).await.unwrap();
        profiles.allow_credits(ProfileId(1), Some(UseCredits::WhenAllOut)).await.unwrap();
        export.write(&path).await.unwrap();
        profiles.pause(ProfileId(1), false).await.unwrap();
        profiles.allow_credits(ProfileId(1), None).await.unwrap();
        profiles.rename(ProfileId(1), "studio").await.unwrap();
        profiles.remove(ProfileId(2)).await.unwrap();
        assert_eq!(export.read(&path).await.unwrap(), 1);
        let profile = profiles.stored(ProfileId(1)).unwrap();
        assert_eq!((profile.name.as_str(), profile.paused), ("work", true));
        let consents = fixture.handles.store.credit_consents().unwrap();
        assert_eq!(consents, [(ProfileId(1), UseCredits::WhenAllOut)]);
    }
}
