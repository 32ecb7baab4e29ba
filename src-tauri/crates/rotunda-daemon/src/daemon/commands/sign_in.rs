//! Commands about sign-ins.

use rotunda_text::message;

use super::{Commands, Performed};
use crate::{control::SignInCommand, daemon::sign_ins::SignInRequest, error::CommandError};

impl Commands<'_> {
    pub(super) async fn perform_sign_in(
        &self,
        command: SignInCommand,
    ) -> Result<Performed, CommandError> {
        match command {
            SignInCommand::Start { method, profile, name } => {
                // The user who asks sits before the screen, so the browser opens there.
                let prompting = SignInRequest { method, profile, name, open_browser: false };
                self.services.sign_ins.start(prompting).await?;
                Ok(Performed::new(message!("done-sign-in-begun")))
            }
            SignInCommand::Paste { address } => {
                self.services.sign_ins.paste(address.expose()).await?;
                Ok(Performed::new(message!("done-sign-in-continues")))
            }
            SignInCommand::Choose { workspace } => {
                self.services.sign_ins.choose(&workspace).await?;
                Ok(Performed::new(message!("done-sign-in-continues")))
            }
            SignInCommand::Cancel => {
                self.services.sign_ins.cancel().await?;
                Ok(Performed::new(message!("done-sign-in-cancelled")))
            }
        }
    }
}
