//! The warning for a sign-in that another program has too.

use rotunda_core::vault::Credential;
use rotunda_host::auth_file::{self, Imported};
use rotunda_text::{Message, message};

use super::Audience;
use crate::import::{Found, Holder};

/// What is better, and what happens to the other program.
pub(in crate::daemon) fn shared(found: &Found, audience: Audience) -> Option<Message> {
    if found.unread {
        return Some(message!("import-reads-keychain", audience = audience.name()));
    }
    let sign_in = found.sign_in.as_ref().ok()?;
    let sharing = sharing(found, sign_in, audience);
    let Holder::Program(name) = found.holder else { return sharing };
    match sharing {
        sharing if !found.is_disabled => sharing,
        Some(sharing) => {
            Some(message!("import-disabled-shared", program = name, sharing = sharing))
        }
        None => Some(message!("import-disabled", program = name)),
    }
}

fn sharing(found: &Found, sign_in: &Imported, audience: Audience) -> Option<Message> {
    let Credential::ChatGpt(tokens) = &sign_in.credential else { return None };
    tokens.refresh.as_ref()?;
    let audience = audience.name();
    let is_unused = auth_file::is_unused(&sign_in.credential);
    Some(match found.holder {
        Holder::Rotunda => return None,
        Holder::Program(name) if is_unused => {
            message!("import-shared-unused", audience = audience, program = name)
        }
        Holder::Codex => message!("import-shared-codex", audience = audience),
        Holder::Program(name) => message!("import-shared", audience = audience, program = name),
        Holder::Unknown => message!("import-shared-unknown", audience = audience),
    })
}
