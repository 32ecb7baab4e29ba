//! The accounts file of codex-multi-auth: a plain JSON object with a `version`
//! and `accounts`, of which each has `refreshToken`, and may have
//! `accessToken`, `accountId`, `accountLabel`, `email` and `enabled`.

use std::path::Path;

use rotunda_core::Secret;
use serde_json::Value;

use super::{Found, Holder, MOST, word};
use crate::auth_file::{self, Imported};

/// What the file is called.
pub(super) const FILE: &str = "openai-codex-accounts.json";
const PROGRAM: Holder = Holder::Program("codex-multi-auth");

/// Reads the file's text; none when it is not such a file.
pub(super) fn parse(file: &Path, text: &str) -> Option<Vec<Found>> {
    let content: Value = serde_json::from_str(text.trim_start_matches('\u{feff}')).ok()?;
    content.get("version")?;
    let accounts = content.get("accounts")?.as_array()?;
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let found = accounts.iter().take(MOST).zip(1..).map(|(account, number)| Found {
        source: format!("{name}, {number}"),
        name: word(&account["accountLabel"]),
        holder: PROGRAM,
        sign_in: sign_in(account).map_err(str::to_owned),
        email: word(&account["email"]),
        unread: false,
    });
    Some(found.collect())
}

fn sign_in(account: &Value) -> Result<Imported, &'static str> {
    let secret = |key: &str| account[key].as_str().and_then(auth_file::token).map(Secret::new);
    let refresh = secret("refreshToken").ok_or("its refresh token is missing there")?;
    let access = secret("accessToken")
        .ok_or("codex-multi-auth has not used it yet, so it has no access token there")?;
    let account_id = account["accountId"].as_str().and_then(auth_file::token);
    let mut imported = auth_file::of_tokens(None, access, Some(refresh), account_id);
    imported.claims.email = imported.claims.email.or_else(|| word(&account["email"]));
    Ok(imported)
}
