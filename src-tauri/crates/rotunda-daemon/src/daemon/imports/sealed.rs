//! Sign-ins from another machine, in an encrypted file.

use std::path::{Path, PathBuf};

use rotunda_core::Secret;
use rotunda_host::{
    blocking::blocking,
    files::{self, shown},
    transfer::{self, Packed, Parcel},
};

use super::{Candidate, Imports};
use crate::{error::CommandError, import::Found};

/// Larger files are not read: a sign-in has some 5 KiB.
const MOST_BYTES: u64 = 8 << 20;

impl Imports {
    /// What such a file holds, with what speaks against importing it; and whether the other
    /// machine has let go.
    pub(in crate::daemon) async fn sealed(
        &self,
        path: PathBuf,
        passphrase: Secret<String>,
    ) -> Result<(Vec<Candidate>, bool), CommandError> {
        self.vault.request();
        let name = shown(path.file_name().unwrap_or_default());
        let parcel = blocking(move || opened(&path, &passphrase)).await?;
        let mut candidates = Vec::new();
        for (number, packed) in (1..).zip(parcel.sign_ins) {
            let Packed { name: profile, paused, sign_in } = packed;
            let source = format!("{name}, {number}");
            let found = Found::of_other_machine(&source, profile, sign_in, paused);
            candidates.push(self.assess(found, false).await);
        }
        Ok((candidates, parcel.handed_over))
    }
}

fn opened(path: &Path, passphrase: &Secret<String>) -> Result<Parcel, CommandError> {
    let refused = |reason: String| CommandError::Sealed { path: shown(path), reason };
    let is_large = std::fs::metadata(path).is_ok_and(|found| found.len() > MOST_BYTES);
    if is_large {
        return Err(refused("it is too large for sign-ins".to_owned()));
    }
    let file = files::read(path).map_err(|error| refused(error.to_string()))?;
    transfer::open(&file, passphrase).map_err(|error| refused(error.to_string()))
}
