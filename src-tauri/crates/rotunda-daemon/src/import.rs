//! Sign-ins that others keep on this machine: Codex, programs that juggle
//! several of them, and folders of `auth.json` files.
//!
//! Everything is only read, and only formats that their makers have written
//! down: nothing is guessed, and nothing that is encrypted is opened.

mod accounts;
mod folder;
mod listing;
mod others;
#[cfg(test)]
mod tests;

use std::path::Path;

use rotunda_core::{Identity, ProfileId, display_text};
use rotunda_host::{
    auth_file::{self, ImportError, Imported},
    codex_auth::{self, CodexAuthLocation, IN_KEYCHAIN, OwnSignIn, Prompting},
    files,
    home::{Env, Home},
};
use serde_json::Value;
use sha2::{Digest, Sha256};

/// More than a user has; a folder of everything is not searched for hours.
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
    /// Rotunda: an item of its own that no profile refers to.
    Rotunda,
    /// Unknown.
    Unknown,
}

/// One sign-in of another tool.
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
    /// Its owner by the other tool, when the sign-in cannot be read.
    pub(crate) email: Option<String>,
    /// It is in the keychain, which was not read yet.
    pub(crate) unread: bool,
    /// Its holder does not use it at present.
    pub(crate) is_disabled: bool,
    /// The vault holds it as the item of this profile, which is not known.
    pub(crate) kept: Option<ProfileId>,
}

impl Found {
    fn of(path: &Path, name: Option<String>, sign_in: Result<Imported, ImportError>) -> Self {
        let sign_in = sign_in.map_err(|error| error.to_string());
        let source = files::shown(path);
        let name = name.and_then(|name| display_text::clean_some(&name, display_text::NAME));
        Self {
            source,
            name,
            holder: Holder::Unknown,
            sign_in,
            email: None,
            unread: false,
            is_disabled: false,
            kept: None,
        }
    }

    /// Codex's own, in the keychain, without having looked.
    pub(crate) fn unread() -> Self {
        let place = Path::new(IN_KEYCHAIN);
        let mut found = Self::of(place, None, Err(ImportError::Unread)).kept_by(Holder::Codex);
        found.unread = true;
        found
    }

    /// An item of the vault that no profile refers to.
    pub(crate) fn orphan(
        id: ProfileId,
        source: &str,
        name: Option<String>,
        sign_in: Result<Imported, String>,
    ) -> Self {
        let unknown = Self::of(Path::new(source), name, Err(ImportError::Unread));
        Self { sign_in, kept: Some(id), ..unknown.kept_by(Holder::Rotunda) }
    }

    /// From another machine.
    pub(crate) fn of_other_machine(
        source: &str,
        name: String,
        sign_in: Imported,
        paused: bool,
    ) -> Self {
        let found = Self::of(Path::new(source), Some(name), Ok(sign_in));
        Self { is_disabled: paused, ..found.kept_by(Holder::Rotunda) }
    }

    /// Whether the keychain has it.
    pub(crate) fn is_in_keychain(&self) -> bool {
        self.source == IN_KEYCHAIN
    }

    fn kept_by(mut self, holder: Holder) -> Self {
        self.holder = holder;
        self
    }

    /// Its owner, as far as it is known.
    pub(crate) fn email(&self) -> Option<&str> {
        let claimed =
            self.sign_in.as_ref().ok().and_then(|sign_in| sign_in.claims.email.as_deref());
        claimed.or(self.email.as_deref())
    }

    /// A number that stays with this account at this place, whatever else
    /// comes or goes there: what was shown is what is imported.
    pub(crate) fn index(&self) -> u32 {
        let claims = self.sign_in.as_ref().ok().map(|sign_in| &sign_in.claims);
        let account = claims.and_then(|claims| claims.account_id.as_deref()).unwrap_or_default();
        let user = claims.and_then(|claims| claims.user_id.as_deref());
        let user = user.or(self.email()).unwrap_or_default();
        // The keychain's may be shown before it is read.
        let (account, user) = if self.is_in_keychain() { ("", "") } else { (account, user) };
        let mut digest = Sha256::new();
        let kept = self.kept.map(|id| id.to_string()).unwrap_or_default();
        for part in [&self.source, account, user, &kept] {
            digest.update(part);
            digest.update([0]);
        }
        let digest = digest.finalize();
        u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]])
    }

    /// Its owner, as far as the sign-in contains it.
    pub(crate) fn identity(&self) -> Identity {
        self.sign_in.as_ref().map(|sign_in| Identity::of(&sign_in.claims)).unwrap_or_default()
    }
}

/// What is at a path: the one sign-in of an `auth.json` or of a Codex folder,
/// or all of another program's file or folder.
pub(crate) fn at(home: &Home, path: &Path) -> Result<Vec<Found>, ImportError> {
    let is_own = |folder: &Path| {
        let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
        real(folder) == real(&home.codex_home)
    };
    if path.is_dir() {
        let holder = if is_own(path) { Holder::Codex } else { Holder::Unknown };
        return in_folder(path, holder);
    }
    if let Some(found) = others::database(path) {
        return Ok(found);
    }
    let text = auth_file::text_of(path)?;
    // The others first: their accounts have fields that those of codex-multi-auth lack.
    let of_program = others::parse(path, text.expose());
    if let Some(found) = of_program.or_else(|| accounts::parse(path, text.expose())) {
        return Ok(found);
    }
    let found = Found::of(path, None, Ok(auth_file::parse(text.expose())?));
    let is_codex_s = path.file_name().is_some_and(|name| name == "auth.json")
        && path.parent().is_some_and(is_own)
        && codex_auth::Storage::of(&home.codex_home).has_file();
    Ok(vec![if is_codex_s { found.kept_by(Holder::Codex) } else { found }])
}

/// A Codex home has one sign-in, wherever its Codex keeps it.
fn in_folder(folder: &Path, holder: Holder) -> Result<Vec<Found>, ImportError> {
    if let Some((sign_in, place)) = codex_auth::of_folder(folder)? {
        let source = match place {
            CodexAuthLocation::File => folder.join("auth.json"),
            CodexAuthLocation::Keychain => IN_KEYCHAIN.into(),
        };
        // A file that its Codex does not read is not in use.
        let is_used =
            place == CodexAuthLocation::Keychain || codex_auth::Storage::of(folder).has_file();
        let holder = if is_used { holder } else { Holder::Unknown };
        return Ok(vec![Found::of(&source, None, Ok(sign_in)).kept_by(holder)]);
    }
    let found = folder::sign_ins(folder);
    if found.is_empty() { Err(ImportError::NoSignIn(folder.to_owned())) } else { Ok(found) }
}

/// What is in the places where Codex and other programs keep theirs.
pub(crate) fn well_known(
    home: &Home,
    env: &Env,
    own: &OwnSignIn,
    prompting: Prompting,
) -> Vec<Found> {
    let mut found: Vec<_> = codex_s(home, own, prompting).into_iter().collect();
    let multi_auth =
        env.path(CODEX_MULTI_AUTH_DIR).unwrap_or_else(|| home.codex_home.join("multi-auth"));
    found.extend(folder::accounts_in(&multi_auth));
    let prodex = env.path(PRODEX_HOME).or_else(|| Some(env.user_home()?.join(".prodex")));
    if let Some(profiles) = prodex.map(|prodex| prodex.join("profiles")) {
        let profiles = folder::homes_in(&profiles).into_iter();
        found.extend(profiles.map(|found| found.kept_by(Holder::Program("prodex"))));
    }
    found.extend(others::well_known(home, env));
    found.truncate(MOST);
    found
}

/// Codex's own sign-in, from its file or from the keychain.
fn codex_s(home: &Home, own: &OwnSignIn, prompting: Prompting) -> Option<Found> {
    if prompting == Prompting::Never && own.is_unread() {
        return Some(Found::unread());
    }
    let (place, sign_in) = match own.read(prompting) {
        Ok(None) => return None,
        Ok(Some((sign_in, CodexAuthLocation::File))) => (home.codex_home.as_path(), Ok(sign_in)),
        Ok(Some((sign_in, CodexAuthLocation::Keychain))) => (Path::new(IN_KEYCHAIN), Ok(sign_in)),
        Err(error @ ImportError::Keychain(_)) => (Path::new(IN_KEYCHAIN), Err(error)),
        Err(error) => (home.codex_home.as_path(), Err(error)),
    };
    Some(Found::of(place, None, sign_in).kept_by(Holder::Codex))
}

/// A text of a JSON object that is neither empty nor unreadable.
fn word(value: &Value) -> Option<String> {
    display_text::clean_some(value.as_str()?, display_text::EMAIL)
}
