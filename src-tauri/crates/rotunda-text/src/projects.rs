//! What is said of rules per project.

use std::time::SystemTime;

use crate::{Message, Value, message};

/// All profiles that a rule names are out; `until` the first one is back.
pub(crate) fn rule_exhausted(profiles: &[String], until: Option<SystemTime>) -> Message {
    let profiles = profiles.join(", ");
    let Some(until) = until else {
        return message!("activity-rule-exhausted", profiles = profiles);
    };
    message!("activity-rule-exhausted-until", profiles = profiles, at = Value::At(until))
}
