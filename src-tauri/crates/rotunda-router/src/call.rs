//! Voice calls (docs/decisions/044-below-the-client-s-base.md).

use rotunda_core::{ProfileId, Standing};

use crate::{
    pool::Pool,
    route::{CALLS, Forwarded},
};

/// The profile that a call is sent to first: the one with Codex's own sign-in,
/// while it is ready. Codex joins the call over a socket that does not come
/// through the router, with that sign-in, and a call of another account is not
/// found there. None for any other request.
pub(crate) fn preferred_profile(pool: &Pool, route: Forwarded) -> Option<ProfileId> {
    if route.name != CALLS {
        return None;
    }
    let own = pool.view().profiles.into_iter().find(|view| view.profile.own_sign_in)?;
    let is_ready = own.standing == Standing::Ready && !own.profile.paused;
    is_ready.then_some(own.profile.id)
}
