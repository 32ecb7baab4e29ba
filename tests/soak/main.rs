//! Hours of a bad day in a minute: many sessions over HTTP and WebSocket
//! against the real `rotunda serve`, while upstream fails in every way a seeded
//! script knows. Every request is checked from both sides, and in the end the
//! process must be as small as it was.
//!
//! With `--field`, upstream fails as it does in the field, and one more rule is
//! checked: no turn ends in an error that a ready profile would have prevented.
//!
//! `ROTUNDA_SOAK_SECONDS` (60), `ROTUNDA_SOAK_SEED` and `ROTUNDA_SOAK_SESSIONS`
//! (200) say how long, which script and how many. The script is the same for a
//! seed; how its threads run is not, so a failure names the requests.
#![expect(clippy::print_stdout, reason = "a program whose output is a report")]

mod accounts;
mod ask;
mod check;
mod field;
mod outcome;
mod process;
mod reading;
mod record;
mod report;
mod run;
mod script;
mod session;
mod stage;
mod upstream;

use std::{process::ExitCode, str::FromStr, time::Duration};

/// How long, which script and how many.
#[derive(Debug, Clone, Copy)]
struct Options {
    time: Duration,
    seed: u64,
    sessions: u64,
    world: World,
}

/// How upstream fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum World {
    /// By a script that knows each fault; every end is prescribed.
    Scripted,
    /// As in the field: by anything.
    Field,
}

impl Options {
    fn from_env() -> Self {
        let seconds = number("ROTUNDA_SOAK_SECONDS").unwrap_or(60);
        let is_field = std::env::args().any(|argument| argument == "--field");
        let new_seed = || std::process::id().into();
        Self {
            time: Duration::from_secs(seconds.max(20)),
            seed: number("ROTUNDA_SOAK_SEED").unwrap_or_else(new_seed),
            sessions: number("ROTUNDA_SOAK_SESSIONS").unwrap_or(200),
            world: if is_field { World::Field } else { World::Scripted },
        }
    }
}

fn number<N: FromStr>(name: &str) -> Option<N> {
    std::env::var(name).ok()?.parse().ok()
}

#[tokio::main(worker_threads = 2)]
async fn main() -> ExitCode {
    let options = Options::from_env();
    println!(
        "soak, {:?}: {} s, {} sessions; ROTUNDA_SOAK_SEED={} plays the same script again",
        options.world,
        options.time.as_secs(),
        options.sessions,
        options.seed
    );
    if run::run(options).await.print() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
