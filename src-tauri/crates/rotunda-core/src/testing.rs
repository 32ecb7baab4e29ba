//! What tests of the pool begin with.

use crate::{
    PoolState,
    profile::{Kind, PoolProfile, ProfileId},
};

/// A plan that is in the rotation, at the place of its id in the user's order.
pub(crate) fn profile(id: ProfileId) -> PoolProfile {
    PoolProfile {
        id,
        kind: Kind::ChatGpt,
        account_id: None,
        rank: u32::try_from(id.0).unwrap(),
        paused: false,
        own_sign_in: false,
    }
}

/// A pool of these, of which nothing is known.
pub(crate) fn pool_of(ids: &[ProfileId]) -> PoolState {
    let mut pool = PoolState::default();
    for id in ids {
        pool.put(profile(*id));
    }
    pool
}
