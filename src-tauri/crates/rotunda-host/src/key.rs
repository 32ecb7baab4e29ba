//! Random values: the client key in the bound line, the control key, the nonce
//! of a start, and profile ids.
//!
//! The client key is made once and kept: a re-bind must not strand threads
//! that still hold the old URL.

use std::{
    io::{self, Write},
    path::PathBuf,
};

use rotunda_core::{ProfileId, Secret};
use thiserror::Error;

use crate::{
    files::{self, FileError, Mode},
    home::Home,
};

/// Hexadecimal digits of a key: 128 bits.
const DIGITS: usize = 32;

/// Why there is no key.
#[derive(Debug, Error)]
pub enum KeyError {
    /// The key file cannot be read or written.
    #[error(transparent)]
    File(#[from] FileError),
    /// It holds something else.
    #[error("{} holds no key; remove it, then bind Codex again", crate::files::shown(.0))]
    Damaged(PathBuf),
    /// The system gives no random bytes.
    #[error("the system gives no random numbers")]
    Random(#[source] getrandom::Error),
}

/// The key in the bound line, made at first use.
pub fn client_key(home: &Home) -> Result<Secret<String>, KeyError> {
    if let Some(key) = known_client_key(home)? {
        return Ok(key);
    }
    create(home)?;
    known_client_key(home)?.ok_or_else(|| KeyError::Damaged(path(home)))
}

/// The key, if one was made: for those who only look.
pub fn known_client_key(home: &Home) -> Result<Option<Secret<String>>, KeyError> {
    let path = path(home);
    let Some(text) = files::read_text_if_there(&path)? else { return Ok(None) };
    parse(&text).map(Some).ok_or(KeyError::Damaged(path))
}

/// Makes and keeps another client key. The router honours the old one until it
/// ends, because loaded threads go on using it.
pub fn replace_client_key(home: &Home) -> Result<Secret<String>, KeyError> {
    let key = fresh()?;
    files::write_atomic(&path(home), key.expose().as_bytes(), Mode::Private)?;
    Ok(key)
}

/// 128 random bits as 32 lower-case hexadecimal digits.
pub fn fresh() -> Result<Secret<String>, KeyError> {
    Ok(Secret::new(format!("{:032x}", u128::from_ne_bytes(random()?))))
}

/// An id no other profile has.
pub fn profile_id() -> Result<ProfileId, KeyError> {
    Ok(ProfileId(u64::from_ne_bytes(random()?)))
}

/// Whether a text is a key as [`fresh`] makes them.
pub fn is_key(text: &str) -> bool {
    text.len() == DIGITS && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

fn path(home: &Home) -> PathBuf {
    home.data.join("client.key")
}

fn parse(text: &str) -> Option<Secret<String>> {
    let text = text.trim();
    is_key(text).then(|| Secret::new(text.to_owned()))
}

/// Writes a new key unless another process was quicker; then its key counts.
fn create(home: &Home) -> Result<(), KeyError> {
    let (key, path) = (fresh()?, path(home));
    files::create_private_folder(&home.data)?;
    let written = (|| {
        let mut temporary = files::new_temporary(&home.data)?;
        temporary.write_all(key.expose().as_bytes())?;
        temporary.as_file().sync_all()?;
        match temporary.persist_noclobber(&path) {
            Err(failed) if failed.error.kind() != io::ErrorKind::AlreadyExists => Err(failed.error),
            _ => Ok(()),
        }
    })();
    written.map_err(|source| FileError { path, action: "create", source })?;
    Ok(())
}

fn random<const N: usize>() -> Result<[u8; N], KeyError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(KeyError::Random)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    #[test]
    fn the_client_key_is_made_once() {
        let (_root, home) = testing::home();
        assert!(known_client_key(&home).unwrap().is_none());
        let first = client_key(&home).unwrap();
        assert!(is_key(first.expose()));
        assert_eq!(client_key(&home).unwrap().expose(), first.expose());
        let second = replace_client_key(&home).unwrap();
        assert_ne!(second.expose(), first.expose());
        assert_eq!(client_key(&home).unwrap().expose(), second.expose());
    }

    #[test]
    fn many_first_uses_at_once_agree_on_one_key() {
        let (_root, home) = testing::home();
        let keys: Vec<String> = std::thread::scope(|scope| {
            let ask = || client_key(&home).unwrap().expose().clone();
            let asking: Vec<_> = (0..8).map(|_| scope.spawn(ask)).collect();
            asking.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert!(keys.windows(2).all(|pair| pair[0] == pair[1]));
    }

    #[test]
    fn a_damaged_key_is_an_error_and_stays() {
        let (_root, home) = testing::home();
        std::fs::write(path(&home), "not a key").unwrap();
        assert!(matches!(client_key(&home), Err(KeyError::Damaged(_))));
        assert_eq!(files::read_text(&path(&home)).unwrap(), "not a key");
    }

    #[test]
    fn a_key_has_exactly_its_digits() {
        assert!(!is_key("0123456789ABCDEF0123456789ABCDEF"));
        assert!(!is_key("0123"));
        assert_ne!(fresh().unwrap().expose(), fresh().unwrap().expose());
        assert_ne!(profile_id().unwrap(), profile_id().unwrap());
    }
}
