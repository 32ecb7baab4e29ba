//! The issuer's answer to a renewal, checked before it replaces anything.

use std::time::{Duration, SystemTime};

use serde::Deserialize;
use serde_json::Value;

use super::life::Stated;
use crate::{
    claims::{Claims, claims_of, is_web_token, issued_at},
    secret::Secret,
    vault::ChatGptCredential,
};

/// Real refresh tokens have some hundred bytes; a longer one fits no keychain.
const LONGEST_REFRESH: usize = 4 << 10;
/// Real access tokens stay below 10 KiB; longer ones fit no header.
const LONGEST_ACCESS: usize = 32 << 10;

/// Codes with which the issuer itself says that a grant is gone (contract 5.2).
const PERMANENT: [&str; 4] =
    ["refresh_token_expired", "refresh_token_reused", "refresh_token_invalidated", "invalid_grant"];

/// Why a renewal brought nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// The issuer cannot be reached, is in trouble, or refused without a code.
    Trouble,
    /// The issuer says that the grant is gone.
    Refused(&'static str),
    /// The answer cannot be used; in one word.
    Unusable(&'static str),
}

/// What replaces a credential.
#[derive(Debug)]
pub struct Made {
    /// Takes the place of the one that was spent.
    pub credential: ChatGptCredential,
    /// Came with it, for those who show whom the account belongs to.
    pub id_token: Option<Secret<String>>,
    /// What is said about the life of the access token.
    pub stated: Stated,
}

/// As it comes; what is absent or null stays as it was.
#[derive(Deserialize)]
struct Answer {
    access_token: Option<Text>,
    refresh_token: Option<Text>,
    id_token: Option<Text>,
    expires_in: Option<Value>,
    error: Option<Value>,
}

/// A text that is overwritten also when the rest of the answer is refused.
struct Text(Secret<String>);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|text| Self(Secret::new(text)))
    }
}

/// What a status other than success means.
pub fn refusal(status: http::StatusCode, body: &[u8]) -> Failure {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let code = [&body["error"]["code"], &body["code"], &body["error"]].into_iter();
    let code = code
        .filter_map(Value::as_str)
        .find_map(|code| PERMANENT.into_iter().find(|known| *known == code));
    match code {
        // A gateway's page may quote anything.
        Some(code) if status.is_client_error() => Failure::Refused(code),
        _ => Failure::Trouble,
    }
}

/// Reads a successful answer for the holder of `held`.
pub fn read(
    body: &[u8],
    date: Option<SystemTime>,
    held: &ChatGptCredential,
) -> Result<Made, Failure> {
    let answer: Answer = serde_json::from_slice(body).map_err(|_| Failure::Unusable("not_json"))?;
    if answer.error.is_some_and(|error| !error.is_null()) {
        return Err(Failure::Unusable("error_object"));
    }
    let Some(Text(access)) = answer.access_token else {
        return Err(Failure::Unusable("no_access_token"));
    };
    if !is_access_token(access.expose(), held) {
        return Err(Failure::Unusable("malformed_access_token"));
    }
    let refresh = answer.refresh_token.map(|refresh| refresh.0);
    let is_refresh = |token: &Secret<String>| is_plain(token.expose(), LONGEST_REFRESH);
    if !refresh.as_ref().is_none_or(is_refresh) {
        return Err(Failure::Unusable("malformed_refresh_token"));
    }
    // Only Codex shows it, and works without it.
    let id_token = answer.id_token.map(|id| id.0);
    let id_token = id_token.filter(|id| is_plain(id.expose(), LONGEST_ACCESS));
    let claims = claims_of(access.expose());
    let named = [claims.as_ref(), id_token.as_ref().and_then(|id| claims_of(id.expose())).as_ref()]
        .into_iter()
        .flatten()
        .all(|made| is_same_holder(made, held));
    if !named {
        return Err(Failure::Unusable("another_account"));
    }
    let stated = Stated {
        expires_in: expires_in(answer.expires_in.as_ref())?,
        issued: issued_at(access.expose()),
        expires: claims.and_then(|claims| claims.expires),
        date,
    };
    if matches!((stated.issued, stated.expires), (Some(issued), Some(end)) if end <= issued) {
        return Err(Failure::Unusable("already_ended"));
    }
    let credential = ChatGptCredential {
        access,
        expires: stated.expires,
        refresh: refresh.or_else(|| held.refresh.clone()),
        account_id: held.account_id.clone(),
    };
    Ok(Made { credential, id_token, stated })
}

/// Seconds; what is no number says nothing.
fn expires_in(value: Option<&Value>) -> Result<Option<Duration>, Failure> {
    let Some(seconds) = value.and_then(Value::as_f64) else { return Ok(None) };
    let life = Duration::try_from_secs_f64(seconds).ok();
    if seconds <= 0.0 || life == Some(Duration::ZERO) {
        return Err(Failure::Unusable("already_ended"));
    }
    Ok(life)
}

/// A token of a header and of an item: visible ASCII, no spaces, no line ends.
fn is_plain(token: &str, longest: usize) -> bool {
    !token.is_empty() && token.len() <= longest && token.bytes().all(|byte| byte.is_ascii_graphic())
}

/// Fits a header, and is a JSON web token when the one that was held is.
fn is_access_token(token: &str, held: &ChatGptCredential) -> bool {
    is_plain(token, LONGEST_ACCESS) && (is_web_token(token) || !is_web_token(held.access.expose()))
}

/// Whether tokens may belong to the account and the person of `held`. What one
/// of the two does not say is no difference.
fn is_same_holder(made: &Claims, held: &ChatGptCredential) -> bool {
    let before = claims_of(held.access.expose()).unwrap_or_default();
    let accounts = [before.account_id.as_ref(), held.account_id.as_ref()];
    let mut accounts = accounts.into_iter().flatten().peekable();
    let same_account = match &made.account_id {
        Some(account) if accounts.peek().is_some() => accounts.any(|known| known == account),
        _ => true,
    };
    let same_person = match (&made.user_id, &before.user_id) {
        (Some(made), Some(before)) => made == before,
        _ => true,
    };
    same_account && same_person
}

#[cfg(test)]
#[path = "answer_tests.rs"]
mod tests;
