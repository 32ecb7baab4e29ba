//! Commands about sign-ins.

use crate::{
    control::{Done, SignInCommand},
    daemon::{CommandError, Daemon, SignInWish},
};

impl Daemon {
    pub(super) async fn perform_sign_in(
        &self,
        command: SignInCommand,
    ) -> Result<Done, CommandError> {
        match command {
            SignInCommand::Start { method, profile, name } => {
                // Whoever asks sits before the screen, so the browser opens there.
                let wish = SignInWish { method, profile, name, open_browser: false };
                self.sign_in(wish).await?;
                Ok(Done::new("The sign-in has begun."))
            }
            SignInCommand::Paste { address } => {
                self.sign_in_paste(address.expose()).await?;
                Ok(Done::new("The sign-in goes on."))
            }
            SignInCommand::Choose { workspace } => {
                self.sign_in_choose(&workspace).await?;
                Ok(Done::new("The sign-in goes on."))
            }
            SignInCommand::Cancel => {
                self.sign_in_cancel().await?;
                Ok(Done::new("The sign-in was cancelled."))
            }
        }
    }
}
