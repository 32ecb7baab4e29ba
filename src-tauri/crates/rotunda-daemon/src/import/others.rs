//! Files in which further programs keep several sign-ins, by what their makers have
//! published:
//!
//! - `CLIProxyAPI` (github.com/router-for-me/CLIProxyAPI, `internal/auth/codex`): a file for each
//!   sign-in in `~/.cli-proxy-api`, a flat object with `type` `codex`, the three tokens,
//!   `account_id` and `email`, and maybe `disabled`.
//! - codex-auth (github.com/Loongphy/codex-auth, `docs/implement.md`): `accounts/*.auth.json`
//!   below Codex's folder, each an `auth.json`, and `registry.json` beside them.
//! - codex-tools (github.com/170-carry/codex-tools): `accounts.json` with `accounts`, of which
//!   each has `label`, `email`, maybe `enabled`, and in `authJson` an `auth.json`.
//! - codex-switcher (github.com/Lampese/codex-switcher): `~/.codex-switcher/accounts.json`
//!   with `accounts`, of which each has `name`, `email` and `auth_data`: the tokens, or `key`.
//! - cc-switch (github.com/farion1231/cc-switch): `~/.cc-switch/cc-switch.db`, SQLite, table
//!   `providers` with `app_type` `codex` and in `settings_config` an `auth.json` below `auth`;
//!   before that `config.json`. Its API keys are mostly of other providers and are left.
//! - Codex-Manager (github.com/qxcnm/Codex-Manager, `account_export.rs`): what its export writes,
//!   a file for each account with `tokens` and `meta`, or `accounts.json` with a list of these.
//!   `tokens.account_id` is a number of its own; `meta.chatgptAccountId` is the account.

use std::path::{Path, PathBuf};

use rotunda_core::Secret;
use rotunda_host::{
    auth_file::{self, ImportError, Imported, Private},
    database_rows, files,
    home::{Env, Home},
};
use serde_json::Value;

use super::{Found, Holder, MOST, listing, word};

const CLI_PROXY_API: &str = "CLIProxyAPI";
const CODEX_AUTH: &str = "codex-auth";
const CODEX_TOOLS: &str = "codex-tools";
const CODEX_SWITCHER: &str = "codex-switcher";
const CC_SWITCH: &str = "cc-switch";
const CODEX_MANAGER: &str = "Codex-Manager";
/// The database of cc-switch.
const CC_SWITCH_FILE: &str = "cc-switch.db";

/// One of several, before it is known whether it can be used.
struct Entry {
    name: Option<String>,
    email: Option<String>,
    is_disabled: bool,
    sign_in: Result<Imported, String>,
}

/// What one of these programs keeps in this file; none when it is no such file.
pub(super) fn parse(file: &Path, text: &str) -> Option<Vec<Found>> {
    let content = serde_json::from_str(text.trim_start_matches('\u{feff}')).ok()?;
    let mut content = Private(content);
    if is_flat(&content.0) {
        let email = word(&content.0["email"]);
        let is_disabled = content.0["disabled"] == true;
        let sign_in = of_fields(&mut content.0);
        let entry = Entry { name: None, email, is_disabled, sign_in };
        return Some(found(file, CLI_PROXY_API, vec![entry]));
    }
    if let Some(entries) = of_codex_manager(&mut content.0) {
        return Some(found(file, CODEX_MANAGER, entries));
    }
    if let Some(providers) = content.0.pointer_mut("/codex/providers") {
        let providers = providers.as_object_mut()?.values_mut().take(MOST);
        let entries = providers.filter_map(|it| {
            let name = word(&it["name"]);
            of_provider(name, it.pointer_mut("/settingsConfig/auth")?)
        });
        return Some(found(file, CC_SWITCH, entries.collect()));
    }
    let accounts = content.0.get_mut("accounts")?.as_array_mut()?;
    if accounts.iter().any(|it| it.get("authJson").is_some()) {
        let entries = accounts.iter_mut().take(MOST).map(|it| Entry {
            name: word(&it["label"]),
            email: word(&it["email"]),
            is_disabled: it["enabled"] == false,
            sign_in: of_auth_json(&it["authJson"]),
        });
        return Some(found(file, CODEX_TOOLS, entries.collect()));
    }
    if accounts.iter().any(|it| it.get("auth_data").is_some()) {
        let entries = accounts.iter_mut().take(MOST).map(|it| {
            let (name, email) = (word(&it["name"]), word(&it["email"]));
            let sign_in = match it["auth_data"]["key"].as_str().and_then(auth_file::api_key) {
                Some(key) => Ok(Imported::of(key)),
                None => of_fields(&mut it["auth_data"]),
            };
            Entry { name, email, is_disabled: false, sign_in }
        });
        return Some(found(file, CODEX_SWITCHER, entries.collect()));
    }
    None
}

/// The database of cc-switch; none when it is something else.
pub(super) fn database(file: &Path) -> Option<Vec<Found>> {
    if !database_rows::is_database(file) {
        return None;
    }
    let rows = database_rows::rows(
        file,
        "SELECT name, settings_config FROM providers WHERE app_type = 'codex' ORDER BY name",
        MOST,
    )
    .ok()?;
    let entries = rows.into_iter().filter_map(|(name, settings)| {
        let mut settings = Private(serde_json::from_str(settings.expose()).ok()?);
        of_provider(word(&Value::String(name)), settings.0.get_mut("auth")?)
    });
    Some(found(file, CC_SWITCH, entries.collect()))
}

/// Their usual places.
pub(super) fn well_known(home: &Home, env: &Env) -> Vec<Found> {
    let mut all = codex_auth(&home.codex_home.join("accounts"));
    let Some(user) = env.user_home() else { return all };
    let cc_switch = user.join(".cc-switch");
    let files = listing::json_files(&user.join(".cli-proxy-api")).into_iter();
    let files = files.chain([user.join(".codex-switcher").join("accounts.json")]);
    all.extend(files.filter_map(|file| parse(&file, &text_of(&file)?)).flatten());
    let of_cc_switch = database(&cc_switch.join(CC_SWITCH_FILE)).or_else(|| {
        let file = cc_switch.join("config.json");
        parse(&file, &text_of(&file)?)
    });
    all.extend(of_cc_switch.unwrap_or_default());
    all
}

fn text_of(file: &Path) -> Option<String> {
    auth_file::text_of(file).ok().map(|text| text.expose().clone())
}

/// The snapshots of codex-auth, with the names that its registry has for them.
fn codex_auth(accounts: &Path) -> Vec<Found> {
    let registry = text_of(&accounts.join("registry.json"));
    let Some(registry) = registry.and_then(|text| serde_json::from_str::<Value>(&text).ok()) else {
        return Vec::new();
    };
    let known = registry["accounts"].as_array().cloned().unwrap_or_default();
    let alias = |account: &str| {
        let is_it =
            |it: &&Value| it["account_id"] == account || it["chatgpt_account_id"] == account;
        word(&known.iter().find(is_it)?["alias"])
    };
    let is_snapshot = |file: &PathBuf| {
        file.file_name().is_some_and(|name| name.to_string_lossy().ends_with(".auth.json"))
    };
    let snapshots = listing::json_files(accounts).into_iter().filter(is_snapshot);
    let of_file = |file: PathBuf| {
        let sign_in = auth_file::read(&file);
        let account = sign_in.as_ref().ok().and_then(|it| it.claims.account_id.clone());
        let name = account.as_deref().and_then(alias);
        Found::of(&file, name, sign_in).kept_by(Holder::Program(CODEX_AUTH))
    };
    snapshots.map(of_file).collect()
}

fn found(file: &Path, program: &'static str, entries: Vec<Entry>) -> Vec<Found> {
    let source = files::shown(file.file_name().unwrap_or_default());
    let is_one = entries.len() == 1;
    let numbered = (1..).zip(entries).map(|(number, entry)| {
        let Entry { name, email, is_disabled, sign_in } = entry;
        let source = if is_one { files::shown(file) } else { format!("{source}, {number}") };
        let found = Found::of(Path::new(&source), name, Err(ImportError::Unread));
        Found { sign_in, email, is_disabled, ..found.kept_by(Holder::Program(program)) }
    });
    numbered.collect()
}

/// One file for one sign-in, as `CLIProxyAPI` writes it.
fn is_flat(content: &Value) -> bool {
    content["type"] == "codex" && content["access_token"].is_string()
}

/// What Codex-Manager exported: one account, or a list of them.
fn of_codex_manager(content: &mut Value) -> Option<Vec<Entry>> {
    let exported = match content {
        Value::Array(all) => all.as_mut_slice(),
        one => std::slice::from_mut(one),
    };
    let is_one = |it: &Value| it["tokens"].is_object() && it["meta"]["exportedAt"].is_number();
    if exported.is_empty() || !exported.iter().all(is_one) {
        return None;
    }
    let entries = exported.iter_mut().take(MOST).map(|it| {
        it["tokens"]["account_id"] = it["meta"]["chatgptAccountId"].take();
        let is_disabled = matches!(it["meta"]["status"].as_str(), Some("disabled" | "inactive"));
        let name = word(&it["meta"]["label"]);
        Entry { name, email: None, is_disabled, sign_in: of_fields(&mut it["tokens"]) }
    });
    Some(entries.collect())
}

/// A provider of cc-switch that is a sign-in with ChatGPT.
fn of_provider(name: Option<String>, auth: &mut Value) -> Option<Entry> {
    auth.get("tokens")?.get("access_token")?.as_str()?;
    let sign_in = of_auth_json(auth);
    Some(Entry { name, email: None, is_disabled: false, sign_in })
}

fn of_auth_json(auth: &Value) -> Result<Imported, String> {
    let text = Secret::new(auth.to_string());
    auth_file::parse(text.expose()).map_err(|error| error.to_string())
}

/// The tokens as fields of one object.
fn of_fields(fields: &mut Value) -> Result<Imported, String> {
    // Whatever is taken out is overwritten when it goes.
    let mut secret = |key: &str| match fields.get_mut(key).map(Value::take) {
        Some(Value::String(text)) => {
            let text = Secret::new(text);
            auth_file::token(text.expose()).map(Secret::new)
        }
        _ => None,
    };
    let (id, access) = (secret("id_token"), secret("access_token"));
    let refresh = secret("refresh_token");
    let access = access.ok_or_else(|| "its access token is missing there".to_owned())?;
    let account = fields["account_id"].as_str().and_then(auth_file::token);
    let mut imported = auth_file::of_tokens(id.as_ref(), access, refresh, account);
    imported.claims.email = imported.claims.email.or_else(|| word(&fields["email"]));
    Ok(imported)
}
