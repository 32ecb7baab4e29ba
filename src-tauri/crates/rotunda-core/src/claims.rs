//! What a token says about whom it belongs to.
//!
//! The signature is not checked: the claims only label a profile and time its
//! refresh. Upstream checks the token itself, on every request.

use std::{fmt, time::SystemTime};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::Value;

use crate::{bounded::instant_from_unix, display_text};

const AUTH: &str = "https://api.openai.com/auth";
const PROFILE: &str = "https://api.openai.com/profile";
/// Longer tokens are not decoded: real ones stay below 10 KiB.
const LONGEST_TOKEN: usize = 64 * 1024;

/// The claims that matter here; each may be absent.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Claims {
    /// The owner's address: shown to the owner, never logged.
    pub email: Option<String>,
    /// The account, sent as `chatgpt-account-id`.
    pub account_id: Option<String>,
    /// Upstream's word for the plan, for instance `plus`.
    pub plan: Option<String>,
    /// The person; several accounts may share one.
    pub user_id: Option<String>,
    /// End of the token's life.
    pub expires: Option<SystemTime>,
    /// Whether the account lives in the government's part of the service.
    pub fedramp: bool,
}

impl fmt::Debug for Claims {
    /// Without what names a person.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Claims")
            .field("plan", &self.plan)
            .field("expires", &self.expires)
            .field("fedramp", &self.fedramp)
            .finish_non_exhaustive()
    }
}

impl Claims {
    /// These, with what they lack taken from `other`: an id token knows the
    /// address, an access token its own end.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            email: self.email.or(other.email),
            account_id: self.account_id.or(other.account_id),
            plan: self.plan.or(other.plan),
            user_id: self.user_id.or(other.user_id),
            expires: self.expires.or(other.expires),
            fedramp: self.fedramp || other.fedramp,
        }
    }
}

/// Reads the claims of a token; none when it is not a JSON web token.
pub fn claims_of(jwt: &str) -> Option<Claims> {
    let payload = payload(jwt)?;
    let (auth, profile) = (&payload[AUTH], &payload[PROFILE]);
    Some(Claims {
        email: shown(&payload["email"], display_text::EMAIL)
            .or_else(|| shown(&profile["email"], display_text::EMAIL)),
        account_id: text(&auth["chatgpt_account_id"]),
        plan: shown(&auth["chatgpt_plan_type"], display_text::PLAN),
        user_id: text(&auth["chatgpt_user_id"]).or_else(|| text(&auth["user_id"])),
        expires: time(&payload["exp"]),
        fedramp: auth["chatgpt_account_is_fedramp"].as_bool().unwrap_or(false),
    })
}

/// When a token was issued, by its `iat` claim.
pub fn issued_at(jwt: &str) -> Option<SystemTime> {
    time(&payload(jwt)?["iat"])
}

/// Whether a text is a JSON web token: three parts of base64url, with claims in the second.
pub fn is_web_token(token: &str) -> bool {
    let is_base64 =
        |part: &str| !part.is_empty() && URL_SAFE_NO_PAD.decode(part.trim_end_matches('=')).is_ok();
    payload(token).is_some() && token.split('.').all(is_base64)
}

fn payload(jwt: &str) -> Option<Value> {
    let mut parts = jwt.trim().split('.');
    let (_head, payload, _signature) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || jwt.len() > LONGEST_TOKEN {
        return None;
    }
    let bytes = URL_SAFE_NO_PAD.decode(payload.trim_end_matches('=')).ok()?;
    let payload: Value = serde_json::from_slice(&bytes).ok()?;
    payload.is_object().then_some(payload)
}

fn text(value: &Value) -> Option<String> {
    value.as_str().filter(|text| !text.is_empty()).map(str::to_owned)
}

/// A text that people are shown.
fn shown(value: &Value, columns: usize) -> Option<String> {
    display_text::clean_some(value.as_str()?, columns)
}

fn time(value: &Value) -> Option<SystemTime> {
    instant_from_unix(value.as_f64()?)
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn jwt(payload: &Value) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        format!("{}.{}.c2ln", part(&json!({"alg": "RS256"})), part(payload))
    }

    #[test]
    fn an_id_token_names_account_plan_and_person() {
        let claims = claims_of(&jwt(&json!({
            "email": "who@example.test",
            "exp": 1_790_000_000,
            AUTH: {
                "chatgpt_account_id": "acc-1",
                "chatgpt_plan_type": "plus",
                "chatgpt_user_id": "user-1",
            },
        })));
        let expected = Claims {
            email: Some("who@example.test".to_owned()),
            account_id: Some("acc-1".to_owned()),
            plan: Some("plus".to_owned()),
            user_id: Some("user-1".to_owned()),
            expires: Some(UNIX_EPOCH + Duration::from_secs(1_790_000_000)),
            fedramp: false,
        };
        assert!(claims == Some(expected));
    }

    #[test]
    fn an_access_token_keeps_the_address_elsewhere() {
        let claims = claims_of(&jwt(&json!({
            PROFILE: {"email": "who@example.test"},
            AUTH: {"user_id": "user-2", "chatgpt_account_is_fedramp": true},
            "exp": 1.5,
        })))
        .unwrap();
        assert_eq!(claims.email.as_deref(), Some("who@example.test"));
        assert_eq!(claims.user_id.as_deref(), Some("user-2"));
        assert_eq!(claims.expires, Some(UNIX_EPOCH + Duration::from_millis(1500)));
        assert!(claims.fedramp);
    }

    #[test]
    fn two_tokens_fill_each_others_gaps() {
        let id = Claims { email: Some("a@b.test".to_owned()), ..Claims::default() };
        let access = Claims { expires: Some(UNIX_EPOCH), ..Claims::default() };
        let both = id.or(access);
        assert!(both.email.is_some() && both.expires.is_some());
    }

    #[test]
    fn what_people_are_shown_of_a_token_is_clean() {
        let claims = claims_of(&jwt(&json!({
            "email": "a\u{202e}da\u{1b}[2J@example.test\n",
            AUTH: { "chatgpt_plan_type": format!("pl\u{200b}us{}", "x".repeat(500)) },
        })))
        .unwrap();
        assert_eq!(claims.email.as_deref(), Some("ada[2J@example.test"));
        let plan = claims.plan.unwrap();
        assert!(plan.starts_with("plusx") && plan.chars().count() == display_text::PLAN, "{plan}");
        let hidden = claims_of(&jwt(&json!({ "email": "\u{200b}\u{7}" }))).unwrap();
        assert_eq!(hidden.email, None);
    }

    #[track_caller]
    fn nothing(token: &str) {
        assert!(claims_of(token).is_none(), "{token}");
    }

    #[test]
    fn what_is_no_token_has_no_claims() {
        nothing("");
        nothing("sk-live-123");
        nothing("a.b");
        nothing("a.!!.c");
        nothing(&format!("{}.x", jwt(&json!({}))));
        nothing(&jwt(&json!(["exp", 1])));
        nothing(&format!("a.{}.c", "A".repeat(LONGEST_TOKEN)));
    }

    #[track_caller]
    fn endless(exp: &Value) {
        assert_eq!(claims_of(&jwt(&json!({"exp": exp}))).unwrap().expires, None, "{exp}");
    }

    #[test]
    fn an_impossible_end_is_no_end() {
        endless(&json!(-1));
        endless(&json!(u64::MAX));
        endless(&json!(1e300));
        endless(&json!("1790000000"));
    }

    #[test]
    fn debug_output_contains_no_identity() {
        let claims = Claims {
            email: Some("who@example.test".to_owned()),
            account_id: Some("acc-1".to_owned()),
            user_id: Some("user-1".to_owned()),
            ..Claims::default()
        };
        let shown = format!("{claims:?}");
        assert!(!shown.contains('@') && !shown.contains("-1"), "{shown}");
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(token in ".{0,80}", payload in any::<Vec<u8>>()) {
            let _ = claims_of(&token);
            let _ = claims_of(&format!("a.{}.b", URL_SAFE_NO_PAD.encode(payload)));
        }
    }
}
