//! The sign-in that Codex itself has, wherever it keeps it: turns do not need
//! it, but Codex's app does.

use std::{path::PathBuf, time::Duration};

use rotunda_core::Secret;
use rotunda_host::{
    auth_file::{self, ImportError},
    auth_kind, clock,
    codex_auth::{CodexAuthLocation, OwnSignIn, Prompting, Storage},
    files,
    home::{Env, Home},
    settings::{self, VaultKind},
    timezone::date,
};
use rotunda_router::VaultError;
use rotunda_text::{AuthKind, Fix, Found, Locale};

use super::{Check, machine};

const ID: &str = "sign_in";
/// The keychain is read only where it shows no prompt.
const PATIENCE: Duration = Duration::from_secs(30);

/// What is read of it.
enum SignInFinding {
    /// Its text, and where it stands.
    Stands(Secret<String>, CodexAuthLocation),
    /// Codex is signed out.
    Absent,
    /// It is in the keychain, which would ask its user first.
    Unread,
    /// It is not kept anywhere.
    InMemory,
    /// It is in this encrypted file, which only Codex opens.
    Encrypted(PathBuf),
    /// It cannot be read.
    Failed(ImportError),
}

pub(super) async fn own_sign_in(home: &Home, env: &Env, locale: Locale) -> Check {
    let vault = settings::load(home, env).map_or(VaultKind::Keychain, |settings| settings.vault);
    let own = OwnSignIn::new(home, vault);
    let looking = tokio::task::spawn_blocking(move || read_sign_in(&own));
    if let Ok(Ok(finding)) = tokio::time::timeout(PATIENCE, looking).await {
        return check_of(finding, env, locale);
    }
    let found = Found::OwnUnreadable("the keychain does not answer");
    Check::warning(locale, ID, &found, Fix::Unlock)
}

/// Blocks.
fn read_sign_in(own: &OwnSignIn) -> SignInFinding {
    if own.storage() == Storage::Nowhere {
        return SignInFinding::InMemory;
    }
    let is_unread = own.is_unread();
    match own.text(Prompting::Never) {
        Ok(Some((text, place))) => SignInFinding::Stands(text, place),
        Ok(None) if is_unread => SignInFinding::Unread,
        Ok(None) => SignInFinding::Absent,
        Err(ImportError::Encrypted(file)) => SignInFinding::Encrypted(file),
        Err(error) => SignInFinding::Failed(error),
    }
}

fn check_of(finding: SignInFinding, env: &Env, locale: Locale) -> Check {
    let (text, place) = match finding {
        SignInFinding::Stands(text, place) => (text, place),
        SignInFinding::Unread => return Check::ok(locale, ID, &Found::OwnUnread),
        SignInFinding::InMemory => return Check::ok(locale, ID, &Found::OwnInMemory),
        SignInFinding::Encrypted(file) => {
            return Check::ok(locale, ID, &Found::OwnEncrypted(&files::shown(&file)));
        }
        SignInFinding::Absent => return of_variables(env, locale),
        SignInFinding::Failed(error) => return unreadable(&error, locale),
    };
    match auth_kind::kind_of(text.expose()) {
        None | Some(AuthKind::ChatGpt) => chatgpt(text.expose(), place, locale),
        Some(kind) => Check::ok(locale, ID, &Found::OwnNotShared(&kind)),
    }
}

fn chatgpt(text: &str, place: CodexAuthLocation, locale: Locale) -> Check {
    let now = clock::system()();
    match auth_file::parse(text) {
        Ok(own) => match own.claims.expires.filter(|end| *end <= now) {
            None if place == CodexAuthLocation::Keychain => {
                Check::ok(locale, ID, &Found::OwnInKeychain)
            }
            None => Check::ok(locale, ID, &Found::OwnSignIn),
            Some(end) => Check::warning(locale, ID, &Found::OwnEnded(&date(end)), Fix::SignInInApp),
        },
        Err(error) => unreadable(&error, locale),
    }
}

/// Codex has stored nothing, and may still be signed in.
fn of_variables(env: &Env, locale: Locale) -> Check {
    match auth_kind::kind_of_variables(env) {
        None => Check::ok(locale, ID, &Found::OwnAbsent),
        Some((variable, kind)) => {
            let found = Found::OwnOfVariable { variable, kind: &kind };
            Check::ok(locale, ID, &found)
        }
    }
}

fn unreadable(error: &ImportError, locale: Locale) -> Check {
    let fix = match error {
        // Only the short form of the error is shown, which names no way out.
        ImportError::Keychain(VaultError::Locked | VaultError::Dismissed) => Fix::UnlockKeychain,
        ImportError::Keychain(error) => machine::fix_of(error),
        _ => Fix::SignInCodex,
    };
    Check::warning(locale, ID, &Found::OwnUnreadable(&error.to_string()), fix)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use rotunda_text::Language;

    use super::*;
    use crate::{doctor::Health, testing};

    fn locale() -> Locale {
        Locale::of(Language::ENGLISH)
    }

    /// What doctor says of this `auth.json`.
    async fn of_file(text: &str) -> Check {
        let (_root, home) = testing::home();
        fs::write(home.codex_auth(), text).unwrap();
        own_sign_in(&home, &Env::default(), locale()).await
    }

    #[tokio::test]
    async fn a_sign_in_that_is_not_there_is_no_trouble_and_a_broken_one_is() {
        let (_root, home) = testing::home();
        let env = Env::default();
        assert_eq!(own_sign_in(&home, &env, locale()).await.state, Health::Ok);
        let nowhere = Home { codex_home: home.codex_home.join("none"), ..home.clone() };
        assert_eq!(own_sign_in(&nowhere, &env, locale()).await.state, Health::Ok);
        assert_eq!(of_file("{").await.state, Health::Warning);
        let check = of_file(r#"{"auth_mode":"chatgpt","tokens":{"access_token":"a"}}"#).await;
        assert_eq!((check.state, check.fix), (Health::Ok, None), "{}", check.text);
    }

    #[tokio::test]
    async fn a_kind_that_cannot_be_shared_is_named_with_nothing_to_do() {
        for (text, named) in [
            (r#"{"auth_mode":"apikey","OPENAI_API_KEY":"s3cr3t"}"#, "an API key"),
            (r#"{"OPENAI_API_KEY":"s3cr3t","tokens":null}"#, "an API key"),
            (r#"{"auth_mode":"agentIdentity","agent_identity":"s3cr3t"}"#, "an agent identity"),
            (r#"{"personal_access_token":"s3cr3t"}"#, "a personal access token"),
            (r#"{"auth_mode":"bedrockApiKey","bedrock_api_key":{"k":"s3cr3t"}}"#, "Amazon Bedrock"),
            (r#"{"auth_mode":"workloadIdentity"}"#, "a workload identity"),
            (r#"{"auth_mode":"quantumKey","k":"s3cr3t"}"#, "quantumKey"),
        ] {
            let check = of_file(text).await;
            assert_eq!((check.state, check.fix), (Health::Ok, None), "{text}");
            assert!(check.text.contains(named), "{}", check.text);
            assert!(!check.text.contains("s3cr3t"), "{}", check.text);
        }
    }

    #[tokio::test]
    async fn a_variable_that_signs_codex_in_is_named_without_its_value() {
        let (_root, home) = testing::home();
        let env = Env::of([("OPENAI_API_KEY", "s3cr3t")]);
        let check = own_sign_in(&home, &env, locale()).await;
        assert_eq!(check.state, Health::Ok);
        assert!(check.text.contains("OPENAI_API_KEY") && !check.text.contains("s3cr3t"));
    }

    #[tokio::test]
    async fn where_codex_keeps_it_in_the_keychain_the_file_is_not_looked_at() {
        let (_root, home) = testing::home();
        let config =
            "cli_auth_credentials_store = 'keyring'\nfeatures.secret_auth_storage = false\n";
        fs::write(home.codex_config(), config).unwrap();
        fs::write(home.codex_auth(), "{").unwrap();
        // Sign-ins of ours are in a file: the keychain is not read without a request.
        let env = Env::of([("ROTUNDA_VAULT", "file")]);
        let check = own_sign_in(&home, &env, locale()).await;
        assert_eq!(check.state, Health::Ok);
        assert!(check.text.contains("in the keychain"), "{}", check.text);
        fs::write(home.codex_config(), "cli_auth_credentials_store = 'ephemeral'\n").unwrap();
        let check = own_sign_in(&home, &env, locale()).await;
        assert!(check.text.contains("only while it runs"), "{}", check.text);
    }

    #[tokio::test]
    async fn an_encrypted_sign_in_is_named_with_its_file_and_is_no_trouble() {
        let (_root, home) = testing::home();
        let config =
            "cli_auth_credentials_store = 'keyring'\nfeatures.secret_auth_storage = true\n";
        fs::write(home.codex_config(), config).unwrap();
        let absent = own_sign_in(&home, &Env::default(), locale()).await;
        assert!(absent.text.contains("no sign-in of its own"), "{}", absent.text);
        fs::create_dir(home.codex_home.join("secrets")).unwrap();
        let file = home.codex_home.join("secrets").join("codex_auth.age");
        fs::write(&file, "age-encryption.org/v1\n").unwrap();
        let check = own_sign_in(&home, &Env::default(), locale()).await;
        assert_eq!((check.state, check.fix), (Health::Ok, None));
        assert!(check.text.contains(&files::shown(&file)), "{}", check.text);
    }

    #[test]
    fn a_sign_in_in_the_keychain_is_reported_as_such() {
        let text = r#"{"auth_mode":"chatgpt","tokens":{"access_token":"a"}}"#;
        let stands =
            SignInFinding::Stands(Secret::new(text.to_owned()), CodexAuthLocation::Keychain);
        let check = check_of(stands, &Env::default(), locale());
        assert_eq!(check.state, Health::Ok);
        assert!(check.text.contains("in the keychain"), "{}", check.text);
        let locked = SignInFinding::Failed(ImportError::Keychain(VaultError::Locked));
        let check = check_of(locked, &Env::default(), locale());
        assert_eq!(check.state, Health::Warning);
        assert!(check.fix.unwrap().contains("Unlock the keychain"));
    }
}
