//! Time comes in from outside.

use std::{sync::Arc, time::SystemTime};

/// Answers what time it is: the system's clock in the daemon, a settable one
/// in tests.
pub type Clock = Arc<dyn Fn() -> SystemTime + Send + Sync>;
