//! Text that is passed on and never shown: a key, or an address with a
//! code in it.

use rotunda_core::Secret;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Travels between two processes of one user, over loopback and behind the
/// control key; printed it is `SecretText(..)`.
#[derive(Clone)]
pub struct SecretText(Secret<String>);

impl SecretText {
    /// Takes custody of `text`.
    pub fn new(text: impl Into<String>) -> Self {
        Self(Secret::new(text.into()))
    }

    /// Hands the text to the one place that needs it.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }
}

impl std::fmt::Debug for SecretText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretText(..)")
    }
}

impl PartialEq for SecretText {
    fn eq(&self, other: &Self) -> bool {
        self.expose() == other.expose()
    }
}

impl Eq for SecretText {}

impl Serialize for SecretText {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.expose())
    }
}

impl<'de> Deserialize<'de> for SecretText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::new)
    }
}
