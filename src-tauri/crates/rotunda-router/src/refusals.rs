//! Tokens that upstream refused while one request was served: when to renew,
//! and when the sign-in itself is gone.

use rotunda_core::ProfileId;

use crate::{
    keeper::{Access, KeeperError},
    server::Shared,
};

/// More refusals than this, while others renew all the time, are trouble.
const MOST: u32 = 4;

/// What one request has met so far.
#[derive(Debug, Default)]
pub(crate) struct Refusals {
    all: u32,
    /// Refusals of a token that was in use right then. That an older one is
    /// refused says nothing: sockets are held open longer than tokens live.
    of_current: u32,
}

impl Refusals {
    /// A token to go on with after `used` was refused. Renewed once; when what
    /// came of that is refused too, only a new sign-in helps.
    pub(crate) async fn renewed(
        &mut self,
        router: &Shared,
        id: ProfileId,
        used: &Access,
    ) -> Result<Access, KeeperError> {
        self.all += 1;
        self.of_current += u32::from(router.keeper.is_current(id, used));
        if self.of_current > 1 {
            router.pool.observe(|pool, _| pool.sign_in_lost(id, "unauthorized"));
            return Err(KeeperError::SignInLost);
        }
        if self.all > MOST {
            return Err(KeeperError::Trouble);
        }
        router.keeper.renew(id, used).await
    }
}
