//! How a sign-in is written into items, each below the size Windows allows.

use std::fmt;

use rotunda_core::{
    ProfileId, Secret,
    vault::{ChatGptCredential, Credential, ProviderKey, VaultError},
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use url::Url;
use zeroize::Zeroize as _;

use super::label;
use crate::clock::{from_unix, unix};

/// Windows refuses more than 2,560 bytes.
pub(super) const MOST_BYTES: usize = 2_550;
/// An access token takes one item, a long one a few.
pub(super) const MOST_PARTS: u32 = 4;

/// Longer ones are rare, and are cut down to [`MOST_BYTES`] anyway.
const IDENTITY_ROOM: usize = 8 << 10;

/// A credential and the unknown fields of the `auth.json` it came from.
#[derive(Clone)]
pub(super) struct SignIn {
    pub(super) credential: Credential,
    pub(super) extra: Map<String, Value>,
}

impl fmt::Debug for SignIn {
    /// The content of the extra fields is unknown, and an account is its owner's.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignIn").finish_non_exhaustive()
    }
}

/// The items of a sign-in.
pub(super) struct Encoded {
    pub(super) identity: Secret<Vec<u8>>,
    pub(super) access: Vec<Secret<Vec<u8>>>,
}

/// The identity item.
#[derive(Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Identity {
    ChatGpt {
        #[serde(skip_serializing_if = "Option::is_none")]
        refresh: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        account_id: Option<String>,
        #[serde(default, skip_serializing_if = "Map::is_empty")]
        extra: Map<String, Value>,
    },
    ApiKey {
        key: String,
        #[serde(default, skip_serializing_if = "Map::is_empty")]
        extra: Map<String, Value>,
    },
    /// An older version refuses it, and sends the key nowhere.
    Provider {
        key: String,
        base: Url,
        #[serde(default, skip_serializing_if = "Map::is_empty")]
        extra: Map<String, Value>,
    },
}

/// Head of the first access item; the token follows on the next line.
#[derive(Serialize, Deserialize)]
struct AccessHead {
    expires: Option<i64>,
    length: usize,
}

pub(super) fn identity_name(profile: ProfileId) -> String {
    profile.to_string()
}

/// The profiles with identity items among these names, each once.
pub(super) fn profiles_of(names: &[String]) -> Vec<ProfileId> {
    let mut ids: Vec<ProfileId> = names.iter().filter_map(|name| name.parse().ok()).collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

pub(super) fn access_name(profile: ProfileId, part: u32) -> String {
    match part {
        0 => format!("{profile}/access"),
        part => format!("{profile}/access/{part}"),
    }
}

/// Unknown fields are left out when they do not fit; a sign-in never is.
pub(super) fn encode(sign_in: &SignIn) -> Encoded {
    let whole = identity(&sign_in.credential, sign_in.extra.clone());
    let identity = if whole.expose().len() <= MOST_BYTES {
        whole
    } else {
        let bytes = whole.expose().len();
        tracing::warn!(bytes, "unknown sign-in fields do not fit and are left out");
        without_unknown(sign_in)
    };
    let access = match &sign_in.credential {
        Credential::ChatGpt(tokens) => parts(tokens),
        Credential::ApiKey(_) | Credential::Provider(_) => Vec::new(),
    };
    Encoded { identity, access }
}

/// With our own label only, or without it when not even that fits.
fn without_unknown(sign_in: &SignIn) -> Secret<Vec<u8>> {
    let label = sign_in.extra.get(label::KEY).cloned();
    let extra = label.map(|label| (label::KEY.to_owned(), label)).into_iter().collect();
    let labelled = identity(&sign_in.credential, extra);
    if labelled.expose().len() <= MOST_BYTES {
        labelled
    } else {
        identity(&sign_in.credential, Map::new())
    }
}

pub(super) fn decode(identity: &[u8], access: Option<&[u8]>) -> Result<SignIn, VaultError> {
    let damaged = |what: &str| VaultError::Damaged(format!("{what}; sign in again"));
    let identity =
        serde_json::from_slice(identity).map_err(|_| damaged("its content is not ours"))?;
    Ok(match identity {
        Identity::ApiKey { key, extra } => {
            SignIn { credential: Credential::ApiKey(Secret::new(key)), extra }
        }
        Identity::Provider { key, base, extra } => {
            let credential = Credential::Provider(ProviderKey { key: Secret::new(key), base });
            SignIn { credential, extra }
        }
        Identity::ChatGpt { refresh, account_id, extra } => {
            let (access, expires) = token(access.unwrap_or_default());
            if access.is_empty() && refresh.is_none() {
                return Err(damaged("its tokens are gone"));
            }
            let credential = Credential::ChatGpt(ChatGptCredential {
                access: Secret::new(access),
                expires: expires.map(from_unix),
                refresh: refresh.map(Secret::new),
                account_id,
            });
            SignIn { credential, extra }
        }
    })
}

/// Reads the parts of an access token one by one, no more than needed.
pub(super) fn join(
    mut read: impl FnMut(u32) -> Result<Option<Vec<u8>>, VaultError>,
) -> Result<Option<Vec<u8>>, VaultError> {
    let Some(mut whole) = read(0)? else { return Ok(None) };
    let wanted = split(&whole).map_or(0, |(head, _)| head.length);
    for part in 1..MOST_PARTS {
        let have = split(&whole).map_or(0, |(_, token)| token.len());
        if have >= wanted {
            break;
        }
        let Some(more) = read(part)? else { break };
        whole.extend_from_slice(&more);
    }
    Ok(Some(whole))
}

fn identity(credential: &Credential, extra: Map<String, Value>) -> Secret<Vec<u8>> {
    let mut identity = match credential {
        Credential::ChatGpt(tokens) => Identity::ChatGpt {
            refresh: tokens.refresh.as_ref().map(|token| token.expose().clone()),
            account_id: tokens.account_id.clone(),
            extra,
        },
        Credential::ApiKey(key) => Identity::ApiKey { key: key.expose().clone(), extra },
        Credential::Provider(held) => {
            let (key, base) = (held.key.expose().clone(), held.base.clone());
            Identity::Provider { key, base, extra }
        }
    };
    // Made in one piece, and its source overwritten: neither leaves a copy behind.
    let mut text = Vec::with_capacity(IDENTITY_ROOM);
    serde_json::to_writer(&mut text, &identity).expect("texts and JSON values are JSON");
    match &mut identity {
        Identity::ChatGpt { refresh, .. } => refresh.zeroize(),
        Identity::ApiKey { key, .. } | Identity::Provider { key, .. } => key.zeroize(),
    }
    Secret::new(text)
}

/// An access token too long for the parts is not kept: the next start fetches
/// another with the refresh token.
fn parts(tokens: &ChatGptCredential) -> Vec<Secret<Vec<u8>>> {
    let token = tokens.access.expose();
    let head = AccessHead { expires: tokens.expires.map(unix), length: token.len() };
    let mut whole = serde_json::to_vec(&head).expect("numbers are JSON");
    whole.push(b'\n');
    whole.extend_from_slice(token.as_bytes());
    let parts: Vec<_> = whole.chunks(MOST_BYTES).map(|part| Secret::new(part.to_vec())).collect();
    if parts.len() > MOST_PARTS as usize {
        let empty = serde_json::to_vec(&AccessHead { expires: Some(0), length: 0 });
        return vec![Secret::new(empty.expect("numbers are JSON"))];
    }
    parts
}

/// The token and its end; an incomplete one counts as none, long expired.
fn token(whole: &[u8]) -> (String, Option<i64>) {
    let found = split(whole).and_then(|(head, token)| {
        let token = String::from_utf8(token.get(..head.length)?.to_vec()).ok()?;
        Some((token, head.expires))
    });
    found.unwrap_or((String::new(), Some(0)))
}

fn split(whole: &[u8]) -> Option<(AccessHead, &[u8])> {
    let end = whole.iter().position(|byte| *byte == b'\n').unwrap_or(whole.len());
    let head = serde_json::from_slice(&whole[..end]).ok()?;
    Some((head, whole.get(end + 1..).unwrap_or_default()))
}
