//! Files of the age format, version 1 (<https://age-encryption.org/v1>), with a passphrase
//! and nothing else: sign-ins on their way to another machine.
//!
//! The `age` program opens what is written here, and the other way round. Only the
//! recipient `scrypt` is known, so that no key has to be kept anywhere.

use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD};
use chacha20poly1305::{
    ChaCha20Poly1305, Key, KeyInit as _, Nonce,
    aead::{Aead as _, Payload},
};
use hkdf::Hkdf;
use hmac::{Hmac, Mac as _};
use rotunda_core::Secret;
use sha2::Sha256;
use thiserror::Error;
use zeroize::Zeroizing;

const VERSION: &str = "age-encryption.org/v1";
const ARMOR: (&str, &str) =
    ("-----BEGIN AGE ENCRYPTED FILE-----", "-----END AGE ENCRYPTED FILE-----");
/// Work of the passphrase: 2 to this power. As the age program has it; about a second, and
/// 256 MiB for that long. An unoptimised build would take half a minute.
const WORK: u8 = if cfg!(debug_assertions) { 12 } else { 18 };
/// A file that wants more is refused: it would take minutes and gigabytes.
const MOST_WORK: u8 = 20;
/// Bytes of the file's key, of salts and of the payload's nonce.
const SHORT: usize = 16;
const CHUNK: usize = 64 << 10;
/// What the cipher adds to each chunk.
const TAG: usize = 16;

/// Why a file gives nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum AgeError {
    /// It is no file of this format, or a damaged one.
    #[error("it is damaged, or no file of the age format")]
    Damaged,
    /// It is for a key.
    #[error("it is encrypted for a key and not with a passphrase")]
    NoPassphrase,
    /// Its passphrase takes too long to try.
    #[error("it wants more work for its passphrase than is done here")]
    TooMuchWork,
    /// The passphrase is another one.
    #[error("the passphrase is wrong")]
    WrongPassphrase,
}

/// Whether a file begins as one of this format does.
pub fn is_age(start: &[u8]) -> bool {
    start.starts_with(VERSION.as_bytes()) || start.starts_with(ARMOR.0.as_bytes())
}

/// Encrypts. Fails when the system has no random numbers.
pub fn seal(plain: &[u8], passphrase: &Secret<String>) -> Result<Vec<u8>, getrandom::Error> {
    let random = || {
        let mut bytes = Zeroizing::new([0; SHORT]);
        getrandom::fill(&mut *bytes).map(|()| bytes)
    };
    let (file_key, salt, nonce) = (random()?, random()?, random()?);
    let wrapped = seal_chunk(&wrapping_key(passphrase, &*salt, WORK), &[0; 12], &*file_key);
    let (salt, wrapped) = (STANDARD_NO_PAD.encode(*salt), STANDARD_NO_PAD.encode(wrapped));
    let header = format!("{VERSION}\n-> scrypt {salt} {WORK}\n{wrapped}\n---");
    let mac = STANDARD_NO_PAD.encode(mac_of(&*file_key, header.as_bytes()).finalize().into_bytes());
    let mut sealed = format!("{header} {mac}\n").into_bytes();
    sealed.extend_from_slice(&*nonce);
    let key = payload_key(&*file_key, &*nonce);
    let count = plain.len().div_ceil(CHUNK).max(1);
    for number in 0..count {
        let chunk = &plain[number * CHUNK..plain.len().min((number + 1) * CHUNK)];
        sealed.extend(seal_chunk(&key, &chunk_nonce(number, number + 1 == count), chunk));
    }
    Ok(sealed)
}

/// Decrypts.
pub fn open(file: &[u8], passphrase: &Secret<String>) -> Result<Zeroizing<Vec<u8>>, AgeError> {
    let unarmored;
    let file = if file.starts_with(ARMOR.0.as_bytes()) {
        unarmored = without_armor(file).ok_or(AgeError::Damaged)?;
        &unarmored
    } else {
        file
    };
    let (header, mac, payload) = parts(file).ok_or(AgeError::Damaged)?;
    let mut lines = std::str::from_utf8(header).map_err(|_| AgeError::Damaged)?.lines();
    let (_, stanza) = (lines.next(), lines.next().ok_or(AgeError::Damaged)?);
    let mut words = stanza.split(' ');
    if words.next() != Some("->") {
        return Err(AgeError::Damaged);
    }
    if words.next() != Some("scrypt") {
        return Err(AgeError::NoPassphrase);
    }
    let salt = decoded::<SHORT>(words.next()).ok_or(AgeError::Damaged)?;
    let work: u8 = words.next().and_then(|it| it.parse().ok()).ok_or(AgeError::Damaged)?;
    let wrapped = decoded::<{ SHORT + TAG }>(lines.next()).ok_or(AgeError::Damaged)?;
    // Another recipient beside a passphrase is against the format.
    if words.next().is_some() || lines.next() != Some("---") || lines.next().is_some() {
        return Err(AgeError::Damaged);
    }
    if work > MOST_WORK {
        return Err(AgeError::TooMuchWork);
    }
    let key = wrapping_key(passphrase, &salt, work);
    let file_key = open_chunk(&key, &[0; 12], &wrapped).ok_or(AgeError::WrongPassphrase)?;
    let is_authentic = mac_of(&file_key, header).verify_slice(&mac).is_ok();
    let nonce = payload.get(..SHORT).filter(|_| is_authentic).ok_or(AgeError::Damaged)?;
    let key = payload_key(&file_key, nonce);
    opened(&key, &payload[SHORT..]).ok_or(AgeError::Damaged)
}

/// The chunks in their order, up to the one that says that it is the last.
fn opened(key: &Zeroizing<[u8; 32]>, sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let mut plain = Zeroizing::new(Vec::with_capacity(sealed.len()));
    let count = sealed.len().div_ceil(CHUNK + TAG).max(1);
    for number in 0..count {
        let end = sealed.len().min((number + 1) * (CHUNK + TAG));
        let chunk = sealed.get(number * (CHUNK + TAG)..end)?;
        let chunk = open_chunk(key, &chunk_nonce(number, number + 1 == count), chunk)?;
        // Only a file of nothing ends in a chunk of nothing.
        if chunk.is_empty() && number > 0 {
            return None;
        }
        plain.extend_from_slice(&chunk);
    }
    Some(plain)
}

/// The header up to its end mark, its code, and what follows.
fn parts(file: &[u8]) -> Option<(&[u8], [u8; 32], &[u8])> {
    if !file.starts_with(VERSION.as_bytes()) {
        return None;
    }
    let at = file.windows(5).position(|bytes| bytes == b"\n--- ")? + 4;
    let end = at + 1 + file[at + 1..].iter().position(|byte| *byte == b'\n')?;
    let mac = std::str::from_utf8(&file[at + 1..end]).ok()?;
    Some((&file[..at], decoded::<32>(Some(mac))?, &file[end + 1..]))
}

fn without_armor(file: &[u8]) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(file).ok()?.trim();
    let text = text.strip_prefix(ARMOR.0)?.strip_suffix(ARMOR.1)?;
    let text: String = text.split_ascii_whitespace().collect();
    base64::engine::general_purpose::STANDARD.decode(text).ok()
}

fn decoded<const N: usize>(text: Option<&str>) -> Option<[u8; N]> {
    STANDARD_NO_PAD.decode(text?).ok()?.try_into().ok()
}

/// The key that a passphrase makes.
fn wrapping_key(passphrase: &Secret<String>, salt: &[u8], work: u8) -> Zeroizing<[u8; 32]> {
    let salt = [VERSION.as_bytes(), b"/scrypt", salt].concat();
    let mut key = Zeroizing::new([0; 32]);
    let params = scrypt::Params::new(work, 8, 1).expect("the work is bounded before");
    scrypt::scrypt(passphrase.expose().as_bytes(), &salt, &params, &mut *key)
        .expect("the key has a length that scrypt makes");
    key
}

fn payload_key(file_key: &[u8], nonce: &[u8]) -> Zeroizing<[u8; 32]> {
    derived(file_key, Some(nonce), b"payload")
}

fn derived(file_key: &[u8], salt: Option<&[u8]>, info: &[u8]) -> Zeroizing<[u8; 32]> {
    let mut key = Zeroizing::new([0; 32]);
    let hkdf = Hkdf::<Sha256>::new(salt, file_key);
    hkdf.expand(info, &mut *key).expect("32 bytes are what HKDF makes");
    key
}

fn mac_of(file_key: &[u8], header: &[u8]) -> Hmac<Sha256> {
    let key = derived(file_key, None, b"header");
    let mac = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(&*key);
    mac.expect("HMAC takes keys of any length").chain_update(header)
}

/// The number of a chunk, and whether it is the last one.
fn chunk_nonce(number: usize, is_last: bool) -> [u8; 12] {
    let mut nonce = [0; 12];
    nonce[3..11].copy_from_slice(&(number as u64).to_be_bytes());
    nonce[11] = u8::from(is_last);
    nonce
}

fn seal_chunk(key: &Zeroizing<[u8; 32]>, nonce: &[u8; 12], plain: &[u8]) -> Vec<u8> {
    let cipher = ChaCha20Poly1305::new(&Key::from(**key));
    let payload = Payload { msg: plain, aad: &[] };
    cipher.encrypt(&Nonce::from(*nonce), payload).expect("a chunk is far below the cipher's most")
}

fn open_chunk(
    key: &Zeroizing<[u8; 32]>,
    nonce: &[u8; 12],
    sealed: &[u8],
) -> Option<Zeroizing<Vec<u8>>> {
    let cipher = ChaCha20Poly1305::new(&Key::from(**key));
    let payload = Payload { msg: sealed, aad: &[] };
    cipher.decrypt(&Nonce::from(*nonce), payload).ok().map(Zeroizing::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(text: &str) -> Secret<String> {
        Secret::new(text.to_owned())
    }

    #[test]
    fn what_was_sealed_is_opened_with_the_passphrase_and_with_no_other() {
        let passphrase = word("correct horse");
        for length in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK] {
            let plain: Vec<_> = (0..length).map(|n| u8::try_from(n % 251).unwrap()).collect();
            let sealed = seal(&plain, &passphrase).unwrap();
            assert!(is_age(&sealed));
            assert_eq!(*open(&sealed, &passphrase).unwrap(), plain, "{length}");
        }
        let sealed = seal(b"s3cr3t", &passphrase).unwrap();
        assert!(!sealed.windows(6).any(|bytes| bytes == b"s3cr3t"));
        assert_eq!(open(&sealed, &word("battery")).unwrap_err(), AgeError::WrongPassphrase);
    }

    #[test]
    fn a_changed_file_is_refused() {
        let passphrase = word("correct horse");
        let sealed = seal(&vec![7; CHUNK + 9], &passphrase).unwrap();
        let text = String::from_utf8_lossy(&sealed).into_owned();
        let header = text.find("\n--- ").unwrap();
        // A byte of the code, of the nonce, of a chunk, and the file cut between two chunks.
        for at in [header + 8, header + 60, sealed.len() - 1] {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert_eq!(open(&changed, &passphrase).unwrap_err(), AgeError::Damaged, "{at}");
        }
        let cut = &sealed[..sealed.len() - 9 - TAG];
        assert_eq!(open(cut, &passphrase).unwrap_err(), AgeError::Damaged);
        assert_eq!(open(&sealed[..40], &passphrase).unwrap_err(), AgeError::Damaged);
        assert_eq!(open(b"shopping list", &passphrase).unwrap_err(), AgeError::Damaged);
    }

    #[test]
    fn a_file_for_a_key_and_one_of_too_much_work_are_named_as_such() {
        let passphrase = word("correct horse");
        let (code, short) = (STANDARD_NO_PAD.encode([0; 32]), STANDARD_NO_PAD.encode([0; 16]));
        let file =
            |stanza: &str| format!("{VERSION}\n{stanza}\n{code}\n--- {code}\n0123456789abcdef");
        let for_key = file(&format!("-> X25519 {code}"));
        let error = open(for_key.as_bytes(), &passphrase).unwrap_err();
        assert_eq!(error, AgeError::NoPassphrase);
        let hard = file(&format!("-> scrypt {short} 30"));
        assert_eq!(open(hard.as_bytes(), &passphrase).unwrap_err(), AgeError::TooMuchWork);
    }
}
