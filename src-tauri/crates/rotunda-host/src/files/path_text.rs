//! A path as a text of JSON, and back. A path that is no Unicode text is written
//! as `\u{0}` and its bytes in hexadecimal digits: no path begins with a zero.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Deserializer, Serializer};

use crate::platform;

/// Begins the text of a path that is no Unicode text.
const BYTES: char = '\0';

/// The text of a path.
pub fn of(path: &Path) -> String {
    if let Some(text) = path.to_str() {
        return text.to_owned();
    }
    let bytes = path.as_os_str().as_encoded_bytes().iter();
    std::iter::once(BYTES.to_string()).chain(bytes.map(|byte| format!("{byte:02x}"))).collect()
}

/// The path that a text stands for.
pub fn path(text: &str) -> PathBuf {
    let Some(digits) = text.strip_prefix(BYTES) else { return PathBuf::from(text) };
    let pairs = digits.as_bytes().chunks(2).map(|pair| {
        let pair = std::str::from_utf8(pair).ok()?;
        u8::from_str_radix(pair, 16).ok()
    });
    pairs.collect::<Option<Vec<_>>>().map_or_else(PathBuf::new, platform::path_of_bytes)
}

/// For serde.
pub fn serialize<S: Serializer>(path: &Path, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&of(path))
}

/// For serde.
pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<PathBuf, D::Error> {
    Ok(path(&String::deserialize(deserializer)?))
}

/// The same for a path that may be missing.
pub mod optional {
    use std::path::PathBuf;

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    /// For serde.
    pub fn serialize<S: Serializer>(path: &Option<PathBuf>, to: S) -> Result<S::Ok, S::Error> {
        path.as_deref().map(super::of).serialize(to)
    }

    /// For serde.
    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<PathBuf>, D::Error> {
        Ok(Option::<String>::deserialize(from)?.as_deref().map(super::path))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_path_comes_back() {
        for text in ["/home/ada/.codex/config.toml", "", "C:\\Users\\ada"] {
            assert_eq!(of(Path::new(text)), text);
            assert_eq!(path(text), Path::new(text));
        }
        #[cfg(unix)]
        {
            let odd = platform::path_of_bytes(b"/home/\xff\xfe/x".to_vec());
            assert!(of(&odd).starts_with('\0'));
            assert_eq!(path(&of(&odd)), odd);
        }
    }
}
