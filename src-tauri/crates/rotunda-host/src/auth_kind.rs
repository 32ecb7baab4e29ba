//! What kind of sign-in the text of an `auth.json` holds, as Codex distinguishes
//! them, and those that variables give to Codex. Only a `ChatGPT` sign-in can be
//! shared with a profile.

use rotunda_text::AuthKind;
use serde_json::{Map, Value};

use crate::{auth_file::Private, home::Env};

/// Variables that sign Codex in, strongest first (0.169.0).
const VARIABLES: [(&str, AuthKind); 3] = [
    ("CODEX_ACCESS_TOKEN", AuthKind::AccessToken),
    ("CODEX_API_KEY", AuthKind::ApiKey),
    ("OPENAI_API_KEY", AuthKind::ApiKey),
];
/// Names of kinds are shown; longer ones are cut.
const LONGEST_NAME: usize = 40;

/// The kind of the text of an `auth.json`; none when it holds no sign-in of a
/// known kind.
pub fn kind_of(text: &str) -> Option<AuthKind> {
    let read = serde_json::from_str(text.trim_start_matches('\u{feff}')).ok()?;
    let file = Private(read);
    let file = file.0.as_object()?;
    match file.get("auth_mode").and_then(Value::as_str) {
        Some(mode) => Some(named(mode)),
        None => by_fields(file),
    }
}

/// The kind that variables give, with the one that says so.
pub fn kind_of_variables(env: &Env) -> Option<(&'static str, AuthKind)> {
    VARIABLES.into_iter().find(|(name, _)| env.get(name).is_some())
}

/// Codex has written one mode in several ways: `apikey`, `apiKey`, `api_key`.
fn named(mode: &str) -> AuthKind {
    let letters: String = mode.chars().filter(char::is_ascii_alphanumeric).collect();
    match letters.to_ascii_lowercase().as_str() {
        "chatgpt" => AuthKind::ChatGpt,
        "apikey" => AuthKind::ApiKey,
        "agentidentity" => AuthKind::AgentIdentity,
        "personalaccesstoken" => AuthKind::PersonalAccessToken,
        "chatgptauthtokens" => AuthKind::HostTokens,
        "workloadidentity" => AuthKind::WorkloadIdentity,
        letters if letters.contains("bedrock") => AuthKind::Bedrock,
        _ => {
            let shown = mode.chars().filter(char::is_ascii_graphic);
            AuthKind::Other(shown.take(LONGEST_NAME).collect())
        }
    }
}

/// Older files do not say which kind they hold.
fn by_fields(file: &Map<String, Value>) -> Option<AuthKind> {
    let has = |key: &str| file.get(key).is_some_and(|value| !value.is_null());
    let is_bedrock = file.keys().any(|key| key.contains("bedrock") && has(key));
    [
        (has("personal_access_token"), AuthKind::PersonalAccessToken),
        (has("agent_identity"), AuthKind::AgentIdentity),
        (is_bedrock, AuthKind::Bedrock),
        (has("tokens"), AuthKind::ChatGpt),
        (has("OPENAI_API_KEY"), AuthKind::ApiKey),
    ]
    .into_iter()
    .find_map(|(holds, kind)| holds.then_some(kind))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: impl Into<Option<AuthKind>>) {
        assert_eq!(kind_of(text), expected.into(), "{text}");
    }

    #[test]
    fn kinds_are_identified_by_mode_in_any_spelling() {
        use AuthKind::{
            AgentIdentity, ApiKey, Bedrock, ChatGpt, HostTokens, Other, PersonalAccessToken,
            WorkloadIdentity,
        };
        for (mode, kind) in [
            ("chatgpt", ChatGpt),
            ("apikey", ApiKey),
            ("apiKey", ApiKey),
            ("agentIdentity", AgentIdentity),
            ("agent_identity", AgentIdentity),
            ("personalAccessToken", PersonalAccessToken),
            ("personal_access_token", PersonalAccessToken),
            ("bedrockApiKey", Bedrock),
            ("bedrockAccessKeys", Bedrock),
            ("amazonBedrock", Bedrock),
            ("chatgptAuthTokens", HostTokens),
            ("workloadIdentity", WorkloadIdentity),
            ("someth\u{1b}ing new", Other("somethingnew".to_owned())),
        ] {
            check(&serde_json::json!({"auth_mode": mode, "tokens": {}}).to_string(), kind);
        }
        let long = serde_json::json!({"auth_mode": "x".repeat(500)}).to_string();
        check(&long, Other("x".repeat(LONGEST_NAME)));
    }

    #[test]
    fn a_file_without_a_mode_is_identified_by_its_content() {
        check(r#"{"tokens":{"access_token":"a"},"OPENAI_API_KEY":"k"}"#, AuthKind::ChatGpt);
        check(r#"{"tokens":null,"OPENAI_API_KEY":"k"}"#, AuthKind::ApiKey);
        check(r#"{"agent_identity":{"id":"a"},"tokens":null}"#, AuthKind::AgentIdentity);
        check(r#"{"personal_access_token":"t"}"#, AuthKind::PersonalAccessToken);
        check(r#"{"bedrock_api_key":{"key":"k"}}"#, AuthKind::Bedrock);
        check(r#"{"OPENAI_API_KEY":null}"#, None);
        for broken in ["", "{", "[]", "7"] {
            check(broken, None);
        }
    }

    #[test]
    fn a_variable_that_signs_codex_in_is_named() {
        let of = |pairs: &[(&str, &str)]| kind_of_variables(&Env::of(pairs.iter().copied()));
        assert_eq!(of(&[]), None);
        assert_eq!(of(&[("OPENAI_API_KEY", "")]), None);
        assert_eq!(of(&[("OPENAI_API_KEY", "k")]), Some(("OPENAI_API_KEY", AuthKind::ApiKey)));
        let both = [("OPENAI_API_KEY", "k"), ("CODEX_ACCESS_TOKEN", "t")];
        assert_eq!(of(&both), Some(("CODEX_ACCESS_TOKEN", AuthKind::AccessToken)));
    }
}
