//! The key that statements about newer versions are signed with, and the check of a signature.
//!
//! The format is minisign's (<https://jedisct1.github.io/minisign/>). The public key of releases is
//! `release.pub`, which is built into the program.

use minisign_verify::{PublicKey, Signature};
use rotunda_core::release_notice::{Release, StatementFault};

/// A signed statement is no longer than this, in bytes.
pub const LONGEST_STATEMENT: usize = 16 * 1024;
const BUILT_IN: &str = include_str!("release.pub");

/// A public key.
#[derive(Debug, Clone)]
pub struct ReleaseKey(PublicKey);

impl ReleaseKey {
    /// The one in the program; none in a build whose owner has none.
    pub fn built_in() -> Option<Self> {
        Self::read(BUILT_IN)
    }

    /// Reads a key as minisign writes it: a comment, and a line of Base64.
    pub fn read(text: &str) -> Option<Self> {
        let key = text.lines().nth(1)?.trim();
        PublicKey::from_base64(key).ok().map(Self)
    }

    /// What a signed statement says: its first line, which the lines after it sign.
    pub fn verified(&self, signed: &[u8]) -> Result<Release, StatementFault> {
        let forged = StatementFault::Forged;
        let text = std::str::from_utf8(signed).map_err(|_| forged)?;
        if text.len() > LONGEST_STATEMENT {
            return Err(forged);
        }
        let end = text.find('\n').ok_or(forged)? + 1;
        let (statement, signature) = text.split_at(end);
        let signature = Signature::decode(signature).map_err(|_| forged)?;
        // Signatures of the old kind are over the statement itself, not over its hash; minisign
        // has not made them by default since 2021.
        let allows_legacy = false;
        self.0.verify(statement.as_bytes(), &signature, allows_legacy).map_err(|_| forged)?;
        Release::read(statement)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Made once with `minisign -G -W`; the secret key was thrown away after it had signed the
    /// statements beside it.
    const KEY: &str = include_str!("../../../../tests/fixtures/updates/test.pub");
    const NEWER: &str = include_str!("../../../../tests/fixtures/updates/newer.signed");
    const OTHER_FILE: &str = include_str!("../../../../tests/fixtures/updates/other-file.signed");
    const OTHER_KEY: &str = include_str!("../../../../tests/fixtures/updates/other-key.signed");

    fn verified(text: &str) -> Result<Release, StatementFault> {
        ReleaseKey::read(KEY).unwrap().verified(text.as_bytes())
    }

    #[test]
    fn a_signed_statement_is_read() {
        let release = verified(NEWER).unwrap();
        assert_eq!((release.serial, release.version.to_string()), (200, "9.0.0".to_owned()));
        assert_eq!(release.page, "https://example.com/rotunda/9.0.0");
    }

    #[test]
    fn each_changed_byte_of_statement_signature_and_signed_comment_is_found() {
        let untrusted = NEWER.find("untrusted comment:").unwrap();
        let untrusted_end = untrusted + NEWER[untrusted..].find('\n').unwrap();
        for at in 0..NEWER.trim_end().len() {
            // The comment that minisign itself calls untrusted is not signed.
            if (untrusted..=untrusted_end).contains(&at) {
                continue;
            }
            let mut bytes = NEWER.as_bytes().to_vec();
            bytes[at] ^= 1;
            let found = ReleaseKey::read(KEY).unwrap().verified(&bytes);
            assert_eq!(found, Err(StatementFault::Forged), "byte {at}");
        }
    }

    #[test]
    fn another_key_another_file_and_no_signature_are_refused() {
        assert_eq!(verified(OTHER_KEY), Err(StatementFault::Forged));
        assert_eq!(verified(OTHER_FILE), Err(StatementFault::Malformed));
        let statement = NEWER.lines().next().unwrap();
        for bad in ["", "\n", statement, &format!("{statement}\n"), &"a".repeat(20_000)] {
            assert_eq!(verified(bad), Err(StatementFault::Forged), "{bad:.40}");
        }
        assert_eq!(
            ReleaseKey::read(KEY).unwrap().verified(&[0xff, b'\n']),
            Err(StatementFault::Forged)
        );
    }

    #[test]
    fn the_key_of_the_program_is_whole_or_missing() {
        let lines = BUILT_IN.lines().count();
        assert_eq!(ReleaseKey::built_in().is_some(), lines == 2, "release.pub has {lines} lines");
    }
}
