//! Sign-ins that Codex keeps in `auth.json`.
//!
//! Here the file is only read: it is Codex's own, and the one case in which it
//! is written is in `vault/shared.rs`. Where else Codex may keep it is in
//! `codex_auth.rs`. Error texts name what is missing and never what is there.

use std::{io, path::Path};

use rotunda_core::{
    Claims, Secret, claims_of,
    profile::Kind,
    provider::Provider,
    vault::{ChatGptCredential, Credential, ProviderKey, VaultError},
};
use serde_json::{Map, Value};
use thiserror::Error;
use zeroize::Zeroize as _;

use crate::files::{self, FileError};

/// Real files have some 5 KiB.
const MOST_BYTES: u64 = 1 << 20;

/// A sign-in read from a file.
#[derive(Debug, Clone)]
pub struct Imported {
    /// How it is paid for.
    pub kind: Kind,
    /// To be kept in the vault.
    pub credential: Credential,
    /// Its owner, as far as the tokens contain it.
    pub claims: Claims,
    /// What else the file says, at the places it says it.
    pub extra: Extra,
    /// What it serves, when it is a key of another provider.
    pub provider: Option<Box<Provider>>,
}

/// Fields of an `auth.json` that we do not know.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Extra(pub Map<String, Value>);

impl std::fmt::Debug for Extra {
    /// Their content is unknown.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Extra({} fields)", self.0.len())
    }
}

/// JSON with tokens in it: every text is overwritten when it goes.
pub struct Private(pub Value);

impl Drop for Private {
    fn drop(&mut self) {
        wipe(&mut self.0);
    }
}

fn wipe(value: &mut Value) {
    match value {
        Value::String(text) => text.zeroize(),
        Value::Array(values) => values.iter_mut().for_each(wipe),
        Value::Object(fields) => fields.values_mut().for_each(wipe),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Why a file gives no sign-in.
#[derive(Debug, Error)]
pub enum ImportError {
    /// It cannot be read.
    File(#[from] FileError),
    /// A Codex folder without the file.
    NoSignIn(std::path::PathBuf),
    /// It is not what Codex writes.
    NotOurs(&'static str),
    /// It holds a kind of sign-in that cannot be shared.
    Unsupported(String),
    /// It is in this encrypted file, which only Codex opens.
    Encrypted(std::path::PathBuf),
    /// It is in the keychain, which was not read.
    Unread,
    /// It is in the keychain, which does not give it.
    Keychain(#[source] VaultError),
}

impl Imported {
    /// A credential that is kept already.
    pub fn of(credential: Credential) -> Self {
        match &credential {
            Credential::ApiKey(_) => Self::key(Kind::ApiKey, credential, None),
            Credential::Provider(held) => {
                let (base, models, fallback) = (held.base.clone(), Vec::new(), Vec::new());
                let provider = Some(Box::new(Provider { base, models, fallback }));
                Self::key(Kind::Provider, credential, provider)
            }
            Credential::ChatGpt(held) => {
                let mut claims = claims_of(held.access.expose()).unwrap_or_default();
                claims.account_id = held.account_id.clone().or(claims.account_id);
                let (kind, extra) = (Kind::ChatGpt, Extra::default());
                Self { kind, credential, claims, extra, provider: None }
            }
        }
    }

    /// A key, which names no owner.
    fn key(kind: Kind, credential: Credential, provider: Option<Box<Provider>>) -> Self {
        let (claims, extra) = (Claims::default(), Extra::default());
        Self { kind, credential, claims, extra, provider }
    }

    /// A key of another provider, and what it serves.
    pub fn of_provider(key: Secret<String>, provider: Provider) -> Self {
        let credential = Credential::Provider(ProviderKey { key, base: provider.base.clone() });
        Self::key(Kind::Provider, credential, Some(Box::new(provider)))
    }
}

/// Reads an `auth.json`, or the one in a Codex folder.
pub fn read(path: &Path) -> Result<Imported, ImportError> {
    let file = if path.is_dir() { &path.join("auth.json") } else { path };
    match std::fs::metadata(file) {
        Err(error) if error.kind() == io::ErrorKind::NotFound && path.is_dir() => {
            Err(ImportError::NoSignIn(path.to_owned()))
        }
        _ => parse(text_of(file)?.expose()),
    }
}

/// The text of a file that is not larger than one with sign-ins can be.
pub fn text_of(file: &Path) -> Result<Secret<String>, ImportError> {
    match std::fs::metadata(file) {
        Ok(found) if found.is_file() && found.len() > MOST_BYTES => {
            let source = io::Error::other("it is too large for a sign-in");
            Err(FileError { path: file.to_owned(), action: "read", source }.into())
        }
        _ => Ok(Secret::new(files::read_text(file)?)),
    }
}

/// An API key as the user typed it; none when it cannot be one.
pub fn api_key(text: &str) -> Option<Credential> {
    token(text).map(|key| Credential::ApiKey(Secret::new(key)))
}

/// Reads the text of an `auth.json`.
pub fn parse(text: &str) -> Result<Imported, ImportError> {
    // Read as plain JSON first: errors about types would quote the value.
    let Ok(Value::Object(file)) = serde_json::from_str(text.trim_start_matches('\u{feff}')) else {
        return Err(ImportError::NotOurs("it is no JSON object"));
    };
    let has_tokens = file.get("tokens").is_some_and(Value::is_object);
    // Older files do not say which kind they hold.
    let unsaid = if has_tokens { "chatgpt" } else { "apikey" };
    match file.get("auth_mode").and_then(Value::as_str).unwrap_or(unsaid) {
        "chatgpt" => chatgpt(file),
        "apikey" => from_key(file),
        mode => Err(ImportError::Unsupported(mode.chars().take(40).collect())),
    }
}

fn chatgpt(mut file: Map<String, Value>) -> Result<Imported, ImportError> {
    let Some(Value::Object(mut tokens)) = file.remove("tokens") else {
        return Err(ImportError::NotOurs("it has no tokens"));
    };
    // Whatever is taken out is overwritten when it goes.
    let mut take = |key| match tokens.remove(key) {
        Some(Value::String(text)) => Some(Secret::new(text)),
        _ => None,
    };
    let sendable = |text: Option<Secret<String>>| text.and_then(|text| token(text.expose()));
    let access = sendable(take("access_token")).map(Secret::new);
    let refresh = sendable(take("refresh_token")).map(Secret::new);
    let access = access.ok_or(ImportError::NotOurs("it has no access token"))?;
    let (id, account) = (take("id_token"), sendable(take("account_id")));
    let mut imported = of_tokens(id.as_ref(), access, refresh, account);
    if !tokens.is_empty() {
        file.insert("tokens".to_owned(), Value::Object(tokens));
    }
    imported.extra = unknown(file);
    Ok(imported)
}

/// A sign-in made of its tokens; `account` completes what they lack of the account.
pub fn of_tokens(
    id: Option<&Secret<String>>,
    access: Secret<String>,
    refresh: Option<Secret<String>>,
    account: Option<String>,
) -> Imported {
    let from_id = id.and_then(|id| claims_of(id.expose())).unwrap_or_default();
    let of_access = claims_of(access.expose()).unwrap_or_default();
    // The id token ends after an hour; only the access token's end counts.
    let expires = of_access.expires;
    let mut claims = Claims { expires, ..from_id.or(of_access) };
    claims.account_id = account.or(claims.account_id);
    let credential = Credential::ChatGpt(ChatGptCredential {
        access,
        expires,
        refresh,
        account_id: claims.account_id.clone(),
    });
    Imported { kind: Kind::ChatGpt, credential, claims, extra: Extra::default(), provider: None }
}

/// A sign-in of which there is only the refresh token: it has to be renewed
/// before its first use.
pub fn unused(refresh: Secret<String>, account_id: Option<String>) -> Imported {
    let claims = Claims { account_id: account_id.clone(), ..Claims::default() };
    let credential = Credential::ChatGpt(ChatGptCredential {
        access: Secret::new(String::new()),
        expires: Some(std::time::UNIX_EPOCH),
        refresh: Some(refresh),
        account_id,
    });
    Imported { kind: Kind::ChatGpt, credential, claims, extra: Extra::default(), provider: None }
}

/// Whether it is such a one.
pub fn is_unused(credential: &Credential) -> bool {
    matches!(credential, Credential::ChatGpt(held) if held.access.expose().is_empty())
}

fn from_key(mut file: Map<String, Value>) -> Result<Imported, ImportError> {
    let key = file.remove("OPENAI_API_KEY").map(Private);
    let credential = key.as_ref().and_then(|key| key.0.as_str()).and_then(api_key);
    let credential = credential.ok_or(ImportError::NotOurs("it has neither tokens nor a key"))?;
    Ok(Imported { extra: unknown(file), ..Imported::key(Kind::ApiKey, credential, None) })
}

fn unknown(mut file: Map<String, Value>) -> Extra {
    for known in ["auth_mode", "last_refresh", "OPENAI_API_KEY"] {
        file.remove(known);
    }
    Extra(file)
}

/// What can be sent in a header.
pub fn token(text: &str) -> Option<String> {
    let text = text.trim();
    let sendable = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
    sendable.then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    use serde_json::json;

    use super::*;
    use crate::testing;

    fn jwt(payload: &Value) -> String {
        format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(payload.to_string()))
    }

    fn id_token() -> String {
        let auth = json!({"chatgpt_account_id": "acc-id", "chatgpt_plan_type": "plus"});
        jwt(&json!({
            "email": "who@example.test", "exp": 3600, "https://api.openai.com/auth": auth,
        }))
    }

    fn file() -> Value {
        json!({
            "auth_mode": "chatgpt",
            "OPENAI_API_KEY": null,
            "tokens": {
                "id_token": id_token(),
                "access_token": jwt(&json!({"exp": 1_790_000_000})),
                "refresh_token": "refresh-1",
                "account_id": "acc-1",
                "login_owner_id": "owner",
            },
            "last_refresh": "2026-11-01T00:00:00Z",
            "agent": {"since": 3},
        })
    }

    fn tokens(imported: &Imported) -> &ChatGptCredential {
        match &imported.credential {
            Credential::ChatGpt(tokens) => tokens,
            Credential::ApiKey(_) | Credential::Provider(_) => panic!("this is a key"),
        }
    }

    #[test]
    fn a_chatgpt_sign_in_is_read_with_its_claims_and_what_we_do_not_know() {
        let imported = parse(&file().to_string()).unwrap();
        assert_eq!(imported.kind, Kind::ChatGpt);
        assert_eq!(imported.claims.email.as_deref(), Some("who@example.test"));
        assert_eq!(imported.claims.plan.as_deref(), Some("plus"));
        assert_eq!(imported.claims.account_id.as_deref(), Some("acc-1"));
        let tokens = tokens(&imported);
        assert_eq!(tokens.expires, Some(UNIX_EPOCH + Duration::from_secs(1_790_000_000)));
        assert_eq!(tokens.refresh.as_ref().unwrap().expose(), "refresh-1");
        assert_eq!(tokens.account_id.as_deref(), Some("acc-1"));
        let extra = json!({"agent": {"since": 3}, "tokens": {"login_owner_id": "owner"}});
        assert_eq!(Value::Object(imported.extra.0), extra);
    }

    #[test]
    fn an_older_file_has_neither_kind_nor_account() {
        let text = json!({"tokens": {"id_token": id_token(), "access_token": "opaque"}});
        let imported = parse(&text.to_string()).unwrap();
        assert_eq!(imported.claims.account_id.as_deref(), Some("acc-id"));
        let tokens = tokens(&imported);
        assert!(tokens.refresh.is_none() && tokens.expires.is_none());
    }

    #[test]
    fn an_api_key_is_read() {
        for text in [
            r#"{"auth_mode":"apikey","OPENAI_API_KEY":" sk-1\n","x":1}"#,
            r#"{"OPENAI_API_KEY":"sk-1","x":1,"tokens":null}"#,
        ] {
            let imported = parse(text).unwrap();
            assert_eq!(imported.kind, Kind::ApiKey);
            assert!(imported.extra.0.contains_key("x"));
            assert!(
                matches!(imported.credential, Credential::ApiKey(key) if key.expose() == "sk-1")
            );
        }
    }

    #[track_caller]
    fn refused(text: &str, expected: &str) {
        let error = parse(text).unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
        assert!(!format!("{error} {error:?}").contains("s3cr3t"), "{error:?}");
    }

    #[test]
    fn what_is_no_sign_in_is_refused_without_being_quoted() {
        refused("s3cr3t", "no JSON object");
        refused("[\"s3cr3t\"]", "no JSON object");
        refused("{}", "neither tokens nor a key");
        refused(r#"{"OPENAI_API_KEY":{"s3cr3t":1}}"#, "neither tokens nor a key");
        refused(r#"{"OPENAI_API_KEY":"s3cr3t\u0000"}"#, "neither tokens nor a key");
        refused(r#"{"auth_mode":"chatgpt","OPENAI_API_KEY":"s3cr3t"}"#, "no tokens");
        refused(r#"{"tokens":{"access_token":"","refresh_token":"s3cr3t"}}"#, "no access token");
        refused(r#"{"auth_mode":"agentIdentity","k":"s3cr3t"}"#, "agentIdentity");
    }

    #[test]
    fn a_codex_home_is_as_good_as_its_file() {
        let (_root, home) = testing::home();
        let missing = read(&home.codex_home).unwrap_err();
        assert!(matches!(missing, ImportError::NoSignIn(_)), "{missing}");
        assert!(matches!(read(&home.codex_auth()), Err(ImportError::File(_))));
        std::fs::write(home.codex_auth(), file().to_string()).unwrap();
        assert_eq!(read(&home.codex_home).unwrap().kind, Kind::ChatGpt);
        std::fs::write(home.codex_auth(), vec![b' '; 2 << 20]).unwrap();
        let refused = read(&home.codex_home).unwrap_err().to_string();
        assert!(refused.contains("auth.json") && refused.contains("too large"), "{refused}");
    }

    #[test]
    fn debug_shows_neither_tokens_nor_people() {
        let shown = format!("{:?}", parse(&file().to_string()).unwrap());
        for hidden in ["refresh-1", "@", "owner", "e30."] {
            assert!(!shown.contains(hidden), "{shown}");
        }
    }
}
