//! What an item contains besides the tokens: the owner and the name of its
//! profile. It makes a profile of an item after the database is lost.
//!
//! It is kept among the unknown fields of the `auth.json`, under a key of our
//! own, so that every version keeps it.

use std::path::{Path, PathBuf};

use rotunda_core::{
    Identity, claims_of,
    provider::{Provider, models_of},
    vault::{ChatGptCredential, Credential},
};
use serde_json::{Map, Value, json};

use crate::auth_file::{Extra, Imported};

/// The key. An `auth.json` has no such field.
pub(crate) const KEY: &str = "rotunda";
const PROVIDER: &str = "provider";

/// The label of an item.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Label {
    /// Its owner, as far as the tokens contained it when it was stored.
    pub identity: Identity,
    /// What the profile was called when the item was stored.
    pub name: Option<String>,
    /// Data folder of the Rotunda that stored it: a keychain serves several.
    pub folder: Option<PathBuf>,
    /// What it serves, when it is a key of another provider.
    pub provider: Option<Provider>,
}

/// Puts the label among the fields.
pub fn write(extra: &mut Map<String, Value>, label: &Label) {
    let Identity { user, email, .. } = &label.identity;
    let folder = label.folder.as_deref().and_then(Path::to_str);
    let fields = [("user_id", user.as_deref()), ("email", email.as_deref())].into_iter();
    let fields = fields.chain([("name", label.name.as_deref()), ("folder", folder)]);
    let fields = fields.filter_map(|(key, text)| Some((key.to_owned(), json!(text?))));
    let mut fields: Map<_, _> = fields.collect();
    if let Some(provider) = &label.provider {
        fields.insert(PROVIDER.to_owned(), json!(provider));
    }
    extra.insert(KEY.to_owned(), Value::Object(fields));
}

/// Reads the label; what is missing or no text is unknown.
pub(crate) fn read(extra: &Map<String, Value>) -> Label {
    let label = extra.get(KEY);
    let text = |key: &str| Some(label?.get(key)?.as_str()?.to_owned());
    let identity = Identity { workspace: None, user: text("user_id"), email: text("email") };
    let provider = label.and_then(|label| label.get(PROVIDER));
    Label {
        identity,
        name: text("name"),
        folder: text("folder").map(PathBuf::from),
        provider: provider.and_then(|it| serde_json::from_value(it.clone()).ok()),
    }
}

/// The owner of these tokens, as far as they contain it.
pub(crate) fn identity_of(held: &ChatGptCredential) -> Identity {
    let claims = claims_of(held.access.expose()).unwrap_or_default();
    let workspace = held.account_id.clone();
    Identity { workspace, ..Identity::default() }.or(Identity::of(&claims))
}

/// A kept sign-in as if it were imported, with all that is known of its owner.
pub fn imported(credential: Credential, mut extra: Map<String, Value>) -> (Imported, Label) {
    let label = read(&extra);
    extra.remove(KEY);
    let mut imported = Imported::of(credential);
    let claims = &mut imported.claims;
    claims.user_id = claims.user_id.take().or_else(|| label.identity.user.clone());
    claims.email = claims.email.take().or_else(|| label.identity.email.clone());
    imported.extra = Extra(extra);
    // The address is that of the credential, whatever the label says.
    if let (Some(provider), Some(known)) = (&mut imported.provider, &label.provider) {
        provider.models = models_of(known.models.iter().map(String::as_str));
        provider.fallback = models_of(known.fallback.iter().map(String::as_str));
    }
    (imported, label)
}
