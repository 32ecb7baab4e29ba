//! Sign-ins on their way to another machine: what is in the encrypted file. Each is an
//! `auth.json` with the name of its profile; the file around it is that of [`age`].

use rotunda_core::{
    Secret,
    provider::{Provider, base_of, models_of},
    vault::{ChatGptCredential, Credential},
};
use serde_json::{Map, Value, json};
use thiserror::Error;
use zeroize::Zeroizing;

use crate::{
    age::{self, AgeError},
    auth_file::{self, Imported, Private},
    vault::label,
};

const KIND: &str = "rotunda sign-ins";
const VERSION: u64 = 1;
/// What `auth_mode` says for a key of another provider, and what holds the provider.
const PROVIDER: &str = "provider";

/// A sign-in with its profile.
#[derive(Debug, Clone)]
pub struct Packed {
    /// What the profile is called.
    pub name: String,
    /// Out of rotation.
    pub paused: bool,
    /// The sign-in.
    pub sign_in: Imported,
}

/// What a file holds.
#[derive(Debug, Clone)]
pub struct Parcel {
    /// The machine that wrote it signed itself out.
    pub handed_over: bool,
    /// In the user's order.
    pub sign_ins: Vec<Packed>,
}

/// Why a file gives no sign-ins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum TransferError {
    /// It cannot be decrypted.
    #[error(transparent)]
    Age(#[from] AgeError),
    /// Decrypted, it is something else.
    #[error("it holds no sign-ins of Rotunda, or those of a newer one")]
    NotOurs,
}

/// Encrypts sign-ins for their way.
pub fn seal(parcel: &Parcel, passphrase: &Secret<String>) -> Result<Vec<u8>, getrandom::Error> {
    let profiles: Vec<Value> = parcel.sign_ins.iter().map(packed).collect();
    let content = Private(json!({
        "kind": KIND,
        "version": VERSION,
        "handed_over": parcel.handed_over,
        "profiles": profiles,
    }));
    let text = Zeroizing::new(content.0.to_string());
    age::seal(text.as_bytes(), passphrase)
}

/// Decrypts them.
pub fn open(file: &[u8], passphrase: &Secret<String>) -> Result<Parcel, TransferError> {
    let text = age::open(file, passphrase)?;
    let content: Value = serde_json::from_slice(&text).map_err(|_| TransferError::NotOurs)?;
    let mut content = Private(content);
    let is_ours = content.0["kind"] == KIND && content.0["version"] == VERSION;
    let profiles = content.0.get_mut("profiles").and_then(Value::as_array_mut);
    let profiles = profiles.filter(|_| is_ours).ok_or(TransferError::NotOurs)?;
    let sign_ins = profiles.iter().map(unpacked).collect::<Option<Vec<_>>>();
    let sign_ins = sign_ins.ok_or(TransferError::NotOurs)?;
    let handed_over = content.0["handed_over"] == true;
    Ok(Parcel { handed_over, sign_ins })
}

fn packed(one: &Packed) -> Value {
    let claims = &one.sign_in.claims;
    let fields = [
        ("email", &claims.email),
        ("user_id", &claims.user_id),
        ("plan", &claims.plan),
        ("workspace", &claims.account_id),
    ];
    let known = fields.into_iter().filter_map(|(key, text)| Some((key, json!(text.as_ref()?))));
    let mut profile: Map<_, _> = known.map(|(key, text)| (key.to_owned(), text)).collect();
    profile.insert("name".to_owned(), json!(one.name));
    profile.insert("paused".to_owned(), json!(one.paused));
    profile.insert("auth".to_owned(), auth_json(&one.sign_in));
    Value::Object(profile)
}

/// As Codex writes it, with what else stood there.
fn auth_json(sign_in: &Imported) -> Value {
    let mut file = sign_in.extra.0.clone();
    file.remove(label::KEY);
    match &sign_in.credential {
        Credential::ApiKey(key) => {
            file.insert("auth_mode".to_owned(), json!("apikey"));
            file.insert("OPENAI_API_KEY".to_owned(), json!(key.expose()));
        }
        // Left out of `OPENAI_API_KEY`: an older version would send it there.
        Credential::Provider(held) => {
            file.insert("auth_mode".to_owned(), json!(PROVIDER));
            file.insert("key".to_owned(), json!(held.key.expose()));
            file.insert(PROVIDER.to_owned(), json!(sign_in.provider));
        }
        Credential::ChatGpt(ChatGptCredential { access, refresh, account_id, .. }) => {
            file.insert("auth_mode".to_owned(), json!("chatgpt"));
            let tokens = file.entry("tokens").or_insert_with(|| json!({}));
            if !tokens.is_object() {
                *tokens = json!({});
            }
            tokens["access_token"] = json!(access.expose());
            tokens["refresh_token"] = json!(refresh.as_ref().map(Secret::expose));
            tokens["account_id"] = json!(account_id);
        }
    }
    Value::Object(file)
}

fn unpacked(profile: &Value) -> Option<Packed> {
    let auth = profile.get("auth")?;
    let mut sign_in = if auth["auth_mode"] == PROVIDER {
        provider_key(auth)?
    } else {
        auth_file::parse(&Zeroizing::new(auth.to_string())).ok()?
    };
    let text = |key: &str| Some(profile.get(key)?.as_str()?.to_owned());
    let claims = &mut sign_in.claims;
    claims.email = claims.email.take().or_else(|| text("email"));
    claims.user_id = claims.user_id.take().or_else(|| text("user_id"));
    claims.plan = claims.plan.take().or_else(|| text("plan"));
    claims.account_id = claims.account_id.take().or_else(|| text("workspace"));
    Some(Packed { name: text("name")?, paused: profile["paused"] == true, sign_in })
}

fn provider_key(auth: &Value) -> Option<Imported> {
    let key = Secret::new(auth["key"].as_str()?.to_owned());
    let said: Provider = serde_json::from_value(auth[PROVIDER].clone()).ok()?;
    let names = |names: &[String]| models_of(names.iter().map(String::as_str));
    let (models, fallback) = (names(&said.models), names(&said.fallback));
    let provider = Provider { base: base_of(said.base.as_str()).ok()?, models, fallback };
    Some(Imported::of_provider(key, provider))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_of_a_provider_comes_out_with_its_address_and_models() {
        let passphrase = Secret::new("correct horse".to_owned());
        let provider = Provider {
            base: base_of("https://api.example.com/v1").unwrap(),
            models: vec!["deep".to_owned()],
            fallback: vec!["gpt".to_owned()],
        };
        let key = Secret::new("sk-s3cr3t".to_owned());
        let sign_in = Imported::of_provider(key, provider.clone());
        let sign_ins = vec![Packed { name: "deep".to_owned(), paused: false, sign_in }];
        let sealed = seal(&Parcel { handed_over: false, sign_ins }, &passphrase).unwrap();
        let opened = open(&sealed, &passphrase).unwrap().sign_ins.remove(0).sign_in;
        assert_eq!(opened.provider.as_deref(), Some(&provider));
        let Credential::Provider(held) = opened.credential else { panic!() };
        assert_eq!((held.key.expose().as_str(), held.base), ("sk-s3cr3t", provider.base));
        let elsewhere = json!({ "key": "k", "provider": { "base": "http://h.example/" } });
        assert!(provider_key(&elsewhere).is_none(), "not in plain text over the network");
    }

    #[test]
    fn a_sign_in_comes_out_as_it_went_in() {
        let passphrase = Secret::new("correct horse".to_owned());
        let auth = json!({
            "auth_mode": "chatgpt", "agent": 3,
            "tokens": { "access_token": "s3cr3t-a", "refresh_token": "s3cr3t-r", "account_id": "acc" },
        });
        let mut sign_in = auth_file::parse(&auth.to_string()).unwrap();
        sign_in.claims.email = Some("ada@example.com".to_owned());
        let key = auth_file::parse(r#"{"OPENAI_API_KEY":"sk-s3cr3t"}"#).unwrap();
        let one = |name: &str, paused, sign_in| Packed { name: name.to_owned(), paused, sign_in };
        let sign_ins = vec![one("work", false, sign_in), one("metered", true, key)];
        let sealed = seal(&Parcel { handed_over: true, sign_ins }, &passphrase).unwrap();
        for hidden in ["s3cr3t", "ada", "work"] {
            assert!(!sealed.windows(hidden.len()).any(|it| it == hidden.as_bytes()), "{hidden}");
        }
        let opened = open(&sealed, &passphrase).unwrap();
        assert!(opened.handed_over);
        let [work, metered] = opened.sign_ins.as_slice() else { panic!("{opened:?}") };
        assert_eq!((work.name.as_str(), work.paused), ("work", false));
        assert_eq!(work.sign_in.claims.email.as_deref(), Some("ada@example.com"));
        assert_eq!(work.sign_in.extra.0["agent"], 3);
        let Credential::ChatGpt(tokens) = &work.sign_in.credential else { panic!() };
        assert_eq!(tokens.refresh.as_ref().unwrap().expose(), "s3cr3t-r");
        assert_eq!(tokens.account_id.as_deref(), Some("acc"));
        assert!(metered.paused && matches!(metered.sign_in.credential, Credential::ApiKey(_)));
    }

    #[test]
    fn another_encrypted_file_is_not_taken_for_one() {
        let passphrase = Secret::new("correct horse".to_owned());
        for text in
            ["shopping list", "{}", r#"{"kind":"rotunda sign-ins","version":2,"profiles":[]}"#]
        {
            let sealed = age::seal(text.as_bytes(), &passphrase).unwrap();
            assert_eq!(open(&sealed, &passphrase).unwrap_err(), TransferError::NotOurs);
        }
    }
}
