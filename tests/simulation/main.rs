//! Whole lives of an installation in one thread: the real turn machine, pool and
//! ledger between simulated accounts, clients, users and clocks. Everything comes
//! from one seed, and no clock is read but to know when to stop.
//!
//! `--seed N` replays one life with a log. Otherwise new lives are lived for
//! `--seconds N` (10) or for `--turns N`, from the seed `--from N` on, which is a
//! new one each time.
#![expect(clippy::print_stdout, reason = "a program whose output is a report")]

mod access;
mod account;
mod acts;
mod banked;
mod binding;
mod checks;
mod client;
mod clock;
mod codex;
mod driver;
mod evidence;
mod issuer;
mod manager;
mod money;
mod naive;
mod naive_credits;
mod naive_ledger;
mod naive_limits;
mod notices;
mod plant;
mod process;
mod random;
mod recovery;
mod redeeming;
mod redeeming_checks;
mod redeeming_store;
mod report;
mod run;
mod script;
mod script_leaving;
mod script_resets;
mod served;
mod shrink;
mod storing;
mod token_checks;
mod usage_poll;
mod vault;
mod views;
mod world;

use std::{
    hash::{BuildHasher as _, RandomState},
    process::ExitCode,
};

use crate::report::{Length, Report};

/// What the command line says.
#[derive(Debug, Clone, Copy)]
struct Options {
    seed: Option<u64>,
    from: u64,
    length: Length,
}

impl Options {
    fn from_arguments() -> Self {
        let arguments: Vec<_> = std::env::args().skip(1).collect();
        let number = |name: &str| {
            let at = arguments.iter().position(|argument| argument == name)?;
            arguments.get(at + 1)?.parse().ok()
        };
        let seconds = Length::Seconds(number("--seconds").unwrap_or(10));
        Self {
            seed: number("--seed"),
            // A stretch of seeds of its own for each run.
            from: number("--from").unwrap_or_else(|| RandomState::new().hash_one(0) >> 16),
            length: number("--turns").map_or(seconds, Length::Turns),
        }
    }
}

fn main() -> ExitCode {
    let options = Options::from_arguments();
    if let Some(seed) = options.seed {
        return report::replay(seed);
    }
    let mut report = Report::default();
    report.find_planted();
    report.live_found();
    report.explore_binding();
    report.live_new(options.from, options.length);
    report.finish()
}
