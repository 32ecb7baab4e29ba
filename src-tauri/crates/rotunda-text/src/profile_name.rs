//! The name of a profile in what is stored.

use crate::{Value, message};

/// A profile's name, or what stands for one that was removed.
pub(crate) fn name(profile: &str) -> Value {
    if profile.is_empty() {
        return message!("activity-removed-profile").into();
    }
    profile.into()
}
