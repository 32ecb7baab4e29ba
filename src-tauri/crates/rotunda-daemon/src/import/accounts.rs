//! The accounts file of codex-multi-auth: a plain JSON object with a `version`
//! and `accounts`, of which each has `refreshToken`, and may have
//! `accessToken`, `accountId`, `accountLabel`, `email` and `enabled`, in versions
//! 1 and 3. Its maker describes it in `docs/reference/storage-paths.md` and
//! `lib/storage/migrations.ts` of github.com/ndycode/codex-multi-auth.

use std::path::Path;

use rotunda_core::Secret;
use rotunda_host::{
    auth_file::{self, Imported, Private},
    files,
};
use serde_json::Value;

use super::{Found, Holder, MOST, word};

/// What the file is called.
pub(super) const FILE: &str = "openai-codex-accounts.json";
const PROGRAM: Holder = Holder::Program("codex-multi-auth");

/// Reads the file's text; none when it is not such a file.
pub(super) fn parse(file: &Path, text: &str) -> Option<Vec<Found>> {
    let content = serde_json::from_str(text.trim_start_matches('\u{feff}'));
    let mut content = Private(content.ok()?);
    content.0.get("version")?;
    let accounts = content.0.get_mut("accounts")?.as_array_mut()?;
    let name = files::shown(file.file_name().unwrap_or_default());
    let found = accounts.iter_mut().take(MOST).zip(1..).map(|(account, number)| Found {
        source: format!("{name}, {number}"),
        name: word(&account["accountLabel"]),
        holder: PROGRAM,
        email: word(&account["email"]),
        sign_in: sign_in(account).map_err(str::to_owned),
        unread: false,
        // Absent means enabled there.
        is_disabled: account["enabled"] == Value::Bool(false),
        kept: None,
    });
    Some(found.collect())
}

fn sign_in(account: &mut Value) -> Result<Imported, &'static str> {
    // Whatever is taken out is overwritten when it goes.
    let mut secret = |key: &str| match account.get_mut(key).map(Value::take) {
        Some(Value::String(text)) => {
            let text = Secret::new(text);
            auth_file::token(text.expose()).map(Secret::new)
        }
        _ => None,
    };
    let (refresh, access) = (secret("refreshToken"), secret("accessToken"));
    let refresh = refresh.ok_or("its refresh token is missing there")?;
    let account_id = account["accountId"].as_str().and_then(auth_file::token);
    let mut imported = match (access, &account_id) {
        (Some(access), _) => auth_file::of_tokens(None, access, Some(refresh), account_id),
        (None, Some(_)) => auth_file::unused(refresh, account_id),
        (None, None) => {
            return Err("codex-multi-auth has not used it yet, and does not name its account");
        }
    };
    imported.claims.email = imported.claims.email.or_else(|| word(&account["email"]));
    Ok(imported)
}
