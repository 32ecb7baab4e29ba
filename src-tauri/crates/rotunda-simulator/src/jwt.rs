//! Tokens in the form of the issuer's. No signature is checked: neither the
//! client nor Rotunda has the key.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

/// Far enough for tests that run by the machine's own clock: the year 2096.
pub const FAR: u64 = 4_000_000_000;

/// The plan of an account of which nothing else is known.
pub const PLAN: &str = "plus";

/// A token with these claims and no signature worth the name.
pub fn unsigned(claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}.{}", part(&json!({"alg": "none"})), part(claims), URL_SAFE_NO_PAD.encode("-"))
}

/// Whom a token names.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// Id of the account.
    pub account: &'a str,
    /// Id of the user.
    pub user: &'a str,
    /// Address of the user.
    pub email: &'a str,
    /// The account's plan, as upstream names it.
    pub plan: &'a str,
}

impl Subject<'_> {
    /// An access token that ends at `expires`, in unix seconds; `generation` makes each one different.
    pub fn access(&self, generation: u64, expires: u64) -> String {
        unsigned(&json!({
            "jti": format!("{}-{generation}", self.account),
            "exp": expires,
            "https://api.openai.com/auth": self.auth(),
            "https://api.openai.com/profile": {"email": self.email},
        }))
    }

    /// An identity token that ends at `expires`, in unix seconds.
    pub fn identity(&self, expires: u64) -> String {
        unsigned(&json!({
            "email": self.email,
            "exp": expires,
            "https://api.openai.com/auth": self.auth(),
        }))
    }

    /// The account of a profile named `fedramp` lives in the government's part of
    /// the service.
    fn auth(&self) -> Value {
        let mut auth = json!({
            "chatgpt_account_id": self.account,
            "chatgpt_plan_type": self.plan,
            "chatgpt_user_id": self.user,
        });
        if self.account == "account-fedramp" {
            auth["chatgpt_account_is_fedramp"] = json!(true);
        }
        auth
    }
}

/// An access token of `account`; `generation` makes each one different.
pub fn access(account: &str, generation: u64, expires: u64) -> String {
    access_of(account, &email(account), generation, expires)
}

/// The same for a user with this address.
pub fn access_of(account: &str, email: &str, generation: u64, expires: u64) -> String {
    Subject { account, user: &user(account), email, plan: PLAN }.access(generation, expires)
}

/// An identity token of `account`.
pub fn identity(account: &str) -> String {
    identity_of(account, &email(account))
}

/// The same for a user with this address.
pub fn identity_of(account: &str, email: &str) -> String {
    Subject { account, user: &user(account), email, plan: PLAN }.identity(FAR)
}

/// The address of `account`, recognisable wherever it should not be.
pub fn email(account: &str) -> String {
    format!("{account}@mail.invalid")
}

/// The user of `account`.
pub fn user(account: &str) -> String {
    format!("user-{account}")
}

/// Claims of a token made here.
pub fn claims(token: &str) -> Option<Value> {
    let part = token.split('.').nth(1)?;
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_access_token_names_its_account_its_end_and_its_generation() {
        let read = claims(&access("account-a", 3, 1_800_000_000)).unwrap();
        assert_eq!(read["https://api.openai.com/auth"]["chatgpt_account_id"], "account-a");
        assert_eq!(read["exp"], 1_800_000_000_u64);
        assert_ne!(access("account-a", 3, FAR), access("account-a", 4, FAR));
    }

    #[test]
    fn a_token_without_claims_is_not_read() {
        assert_eq!(claims("no token"), None);
        assert_eq!(claims("a.b.c"), None);
    }
}
