//! A key that one program has for a while.

use std::{fmt, sync::Arc};

use rotunda_core::{ProfileId, Secret};

use crate::{Router, connections::SameUser, context::RouterContext};

/// A key that ends when this is dropped.
#[must_use = "the key ends when this is dropped"]
pub struct LentKey {
    shared: Arc<RouterContext>,
    number: u64,
}

impl fmt::Debug for LentKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LentKey").field("number", &self.number).finish_non_exhaustive()
    }
}

impl Router {
    /// A key for one program, valid until the loan is dropped. Where the system
    /// knows the user of a connection, `same_user` keeps other users of the machine
    /// from using it meanwhile. New conversations of that program prefer `preferred`.
    pub fn lend_key(
        &self,
        key: Secret<String>,
        same_user: Option<SameUser>,
        preferred: Option<ProfileId>,
    ) -> LentKey {
        let number = self.shared.keys().loans().lend(key, same_user, preferred);
        LentKey { shared: Arc::clone(&self.shared), number }
    }

    /// A further key for another program, by its id, valid until the loan is dropped. It opens
    /// what the program's own key opens, and nothing once that one is revoked.
    pub fn lend_key_to_client(
        &self,
        key: Secret<String>,
        same_user: Option<SameUser>,
        client: String,
    ) -> LentKey {
        let number = self.shared.keys().loans().lend_to_client(key, same_user, client);
        LentKey { shared: Arc::clone(&self.shared), number }
    }
}

impl Drop for LentKey {
    fn drop(&mut self) {
        self.shared.keys().loans().end(self.number);
    }
}
