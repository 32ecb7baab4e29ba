//! Tokens that look like the issuer's. Their signature is not checked: neither
//! the client nor Rotunda has the key.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

/// Far enough for tests that run by the machine's own clock: the year 2096.
pub const FAR: u64 = 4_000_000_000;

/// A token with these claims and no signature worth the name.
pub fn unsigned(claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}.{}", part(&json!({"alg": "none"})), part(claims), URL_SAFE_NO_PAD.encode("-"))
}

/// An access token of `account`; `generation` makes each one different.
pub fn access(account: &str, generation: u64, expires: u64) -> String {
    access_of(account, &email(account), generation, expires)
}

/// The same for a user with this address.
pub fn access_of(account: &str, email: &str, generation: u64, expires: u64) -> String {
    unsigned(&json!({
        "jti": format!("{account}-{generation}"),
        "exp": expires,
        "https://api.openai.com/auth": auth(account),
        "https://api.openai.com/profile": {"email": email},
    }))
}

/// An identity token of `account`.
pub fn identity(account: &str) -> String {
    identity_of(account, &email(account))
}

/// The same for a user with this address.
pub fn identity_of(account: &str, email: &str) -> String {
    unsigned(&json!({
        "email": email,
        "exp": FAR,
        "https://api.openai.com/auth": auth(account),
    }))
}

/// The address of `account`, recognisable wherever it should not be.
pub fn email(account: &str) -> String {
    format!("{account}@mail.invalid")
}

/// The account of a profile named `fedramp` lives in the government's part of
/// the service.
fn auth(account: &str) -> Value {
    let mut auth = json!({
        "chatgpt_account_id": account,
        "chatgpt_plan_type": "plus",
        "chatgpt_user_id": format!("user-{account}"),
    });
    if account == "account-fedramp" {
        auth["chatgpt_account_is_fedramp"] = json!(true);
    }
    auth
}

/// Claims of a token made here.
pub fn claims(token: &str) -> Option<Value> {
    let part = token.split('.').nth(1)?;
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()
}
