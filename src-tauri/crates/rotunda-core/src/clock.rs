//! Time comes in from outside.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

/// Answers what time it is: the system's clock in the daemon, a settable one
/// in tests.
pub type Clock = Arc<dyn Fn() -> SystemTime + Send + Sync>;

/// Answers how much time has passed since some fixed moment, by a clock that
/// nothing sets. It may stand still while the machine is suspended.
pub type Uptime = Arc<dyn Fn() -> Duration + Send + Sync>;
