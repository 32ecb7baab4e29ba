//! Other programs than Codex: added, renamed, revoked.

use rotunda_core::Secret;
use rotunda_text::{Message, message};

use super::{Commands, Performed};
use crate::{control::ClientCommand, error::CommandError};

/// What is said where other programs are switched on, by this key of the settings.
pub(super) fn terms(switch: &str) -> Vec<Message> {
    vec![message!("clients-terms"), message!("clients-switch-off", switch = switch)]
}

impl Commands<'_> {
    pub(super) async fn perform_client(
        &self,
        command: ClientCommand,
    ) -> Result<Performed, CommandError> {
        let keys = &self.services.client_keys;
        match command {
            ClientCommand::Add { name, profiles, key } => {
                let key = Secret::new(key.expose().to_owned());
                let name = keys.add(&name, &profiles, &key).await?;
                let mut notes = Vec::new();
                if !keys.are_on() {
                    notes.push(message!("note-clients-off"));
                    notes.push(message!("clients-terms"));
                }
                Ok(Performed::with(message!("done-client-added", client = name), notes))
            }
            ClientCommand::Rename { client, name } => {
                let before = keys.rename(&client, &name).await?;
                Ok(Performed::new(message!("done-renamed", from = before, to = name.trim())))
            }
            ClientCommand::Renew { client, key } => {
                let key = Secret::new(key.expose().to_owned());
                let name = keys.renew(&client, &key).await?;
                let off = if keys.are_on() { None } else { Some(message!("note-clients-off")) };
                let notes = off.into_iter().collect();
                Ok(Performed::with(message!("done-client-renewed", client = name), notes))
            }
            ClientCommand::Revoke { client } => {
                let name = keys.revoke(&client).await?;
                Ok(Performed::new(message!("done-client-revoked", client = name)))
            }
        }
    }
}
