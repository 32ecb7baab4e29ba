//! Sign-ins that others keep on this machine: Codex, programs that juggle
//! several of them, and folders of `auth.json` files.
//!
//! Everything is only read, and only formats that their makers have written
//! down: nothing is guessed, and nothing that is encrypted is opened.

mod accounts;
mod folder;
mod keychain;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::{
    auth_file::{self, ImportError, Imported},
    home::{Env, Home},
};

/// More than anybody has; a folder of everything is not searched for hours.
const MOST: usize = 200;
/// Where codex-multi-auth keeps its folder, when it was moved.
const CODEX_MULTI_AUTH_DIR: &str = "CODEX_MULTI_AUTH_DIR";
/// Where prodex keeps its folder, when it was moved.
const PRODEX_HOME: &str = "PRODEX_HOME";

/// Who else spends the refresh token of a sign-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Holder {
    /// Codex itself, with its own sign-in.
    Codex,
    /// A program that keeps several.
    Program(&'static str),
    /// Nobody knows.
    Unknown,
}

/// One sign-in that somebody keeps.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    /// Where, for people.
    pub(crate) source: String,
    /// What it is called there.
    pub(crate) name: Option<String>,
    /// Who uses it besides.
    pub(crate) holder: Holder,
    /// The sign-in, or why it cannot be had.
    pub(crate) sign_in: Result<Imported, String>,
    /// Whose its keeper says it is, when the sign-in cannot be had.
    pub(crate) email: Option<String>,
}

impl Found {
    fn of(path: &Path, name: Option<String>, sign_in: Result<Imported, ImportError>) -> Self {
        let sign_in = sign_in.map_err(|error| error.to_string());
        let source = path.display().to_string();
        Self { source, name, holder: Holder::Unknown, sign_in, email: None }
    }

    fn kept_by(mut self, holder: Holder) -> Self {
        self.holder = holder;
        self
    }

    /// Whose it is, as far as that is told.
    pub(crate) fn email(&self) -> Option<&str> {
        let told = self.sign_in.as_ref().ok().and_then(|sign_in| sign_in.claims.email.as_deref());
        told.or(self.email.as_deref())
    }

    /// A number that stays with this account at this place, whatever else
    /// comes or goes there: what was shown is what is imported.
    pub(crate) fn index(&self) -> u32 {
        let claims = self.sign_in.as_ref().ok().map(|sign_in| &sign_in.claims);
        let account = claims.and_then(|claims| claims.account_id.as_deref()).unwrap_or_default();
        let mut digest = Sha256::new();
        for part in [&self.source, account, self.email().unwrap_or_default()] {
            digest.update(part);
            digest.update([0]);
        }
        let digest = digest.finalize();
        u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]])
    }

    /// The account and the person; none while they are unknown.
    pub(crate) fn account(&self) -> Option<(&str, Option<&str>)> {
        let claims = &self.sign_in.as_ref().ok()?.claims;
        Some((claims.account_id.as_deref()?, claims.email.as_deref()))
    }
}

/// What is at a path: the one sign-in of an `auth.json` or of a Codex folder,
/// or all of another program's file or folder.
pub(crate) fn at(path: &Path) -> Result<Vec<Found>, ImportError> {
    if path.is_dir() && !path.join("auth.json").exists() {
        let found = folder::sign_ins(path);
        return if found.is_empty() {
            Err(ImportError::NoSignIn(path.to_owned()))
        } else {
            Ok(found)
        };
    }
    let file = if path.is_dir() { path.join("auth.json") } else { path.to_owned() };
    let text = auth_file::text_of(&file)?;
    match accounts::parse(&file, &text) {
        Some(found) => Ok(found),
        None => Ok(vec![Found::of(&file, None, Ok(auth_file::parse(&text)?))]),
    }
}

/// What is in the places where Codex and other programs keep theirs.
pub(crate) fn well_known(home: &Home, env: &Env) -> Vec<Found> {
    let mut found: Vec<_> = own(home).into_iter().collect();
    let multi_auth =
        env.path(CODEX_MULTI_AUTH_DIR).unwrap_or_else(|| home.codex_home.join("multi-auth"));
    found.extend(folder::accounts_in(&multi_auth));
    let prodex = env.path(PRODEX_HOME).or_else(|| Some(env.user_home()?.join(".prodex")));
    if let Some(profiles) = prodex.map(|prodex| prodex.join("profiles")) {
        let profiles = folder::homes_in(&profiles).into_iter();
        found.extend(profiles.map(|found| found.kept_by(Holder::Program("prodex"))));
    }
    found.truncate(MOST);
    found
}

/// Codex's own sign-in, from its file or from the keychain.
fn own(home: &Home) -> Option<Found> {
    let file = home.codex_auth();
    if file.exists() {
        let sign_in = auth_file::read(&file);
        return Some(Found::of(&home.codex_home, None, sign_in).kept_by(Holder::Codex));
    }
    if !keychain::is_used(home) {
        return None;
    }
    let sign_in = keychain::read(&home.codex_home)?;
    let place = PathBuf::from("Codex Auth (keychain)");
    Some(Found::of(&place, None, sign_in).kept_by(Holder::Codex))
}

/// A text of a JSON object that is neither empty nor unreadable.
fn word(value: &Value) -> Option<String> {
    value.as_str().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
}
