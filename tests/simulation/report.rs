//! What a run of the simulation prints.

use std::{
    process::ExitCode,
    time::{Duration, Instant},
};

use crate::{
    binding,
    plant::Plant,
    script::{Life, Stimulus},
    shrink::{Logged, live, shrink},
};

/// A planted fault is found within so many turns.
pub(crate) const MOST_TURNS: u64 = 10_000;
/// Faults that were found: a seed and a sentence in each line.
const FOUND: &str = include_str!("found.txt");
/// How often it is looked whether the time is over.
const LIVES_AT_ONCE: u64 = 16;

/// How long new lives are lived.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Length {
    Seconds(u64),
    Turns(u64),
}

/// What has been found so far.
#[derive(Debug, Default)]
pub(crate) struct Report {
    passed: u64,
    failed: u64,
}

/// The first seed from `from` on with a life that breaks the rule of a planted
/// fault within [`MOST_TURNS`], and how many turns that took.
pub(crate) fn find(plant: Plant, from: u64) -> Option<(u64, u64)> {
    let mut turns = 0;
    for seed in from.. {
        let outcome = live(&Life::of(seed), Some(plant), Logged::No);
        turns += outcome.turns;
        if turns > MOST_TURNS {
            return None;
        }
        if outcome.violation.is_some_and(|violation| violation.rule == plant.rule()) {
            return Some((seed, turns));
        }
    }
    None
}

/// Seeds of the faults that were found.
pub(crate) fn found() -> impl Iterator<Item = (u64, &'static str)> {
    let lines = FOUND.lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| {
        let (seed, sentence) = line.split_once(' ')?;
        Some((seed.parse().ok()?, sentence))
    })
}

impl Report {
    fn count(&mut self, is_passed: bool) {
        self.passed += u64::from(is_passed);
        self.failed += u64::from(!is_passed);
    }

    /// Proves first that the checks can fail, with the same seeds each time.
    pub(crate) fn find_planted(&mut self) {
        for plant in Plant::ALL {
            let found = find(plant, 1);
            match found {
                Some((seed, turns)) => {
                    let rule = plant.rule();
                    println!("planted {plant:?}: found after {turns} turns ({rule}; seed {seed})");
                }
                None => println!("planted {plant:?}: NOT FOUND within {MOST_TURNS} turns"),
            }
            self.count(found.is_some());
        }
    }

    /// Faults that were found once do not come back.
    pub(crate) fn live_found(&mut self) {
        for (seed, sentence) in found() {
            let violation = live(&Life::of(seed), None, Logged::No).violation;
            if let Some(violation) = &violation {
                println!("FAILED: seed {seed} again ({sentence}): {}", violation.rule);
            }
            self.count(violation.is_none());
        }
    }

    /// Every state of the binding keeps the rules.
    pub(crate) fn explore_binding(&mut self) {
        let explored = binding::explore();
        println!("binding: {} states", explored.states);
        if let Some(broken) = &explored.broken {
            println!("FAILED: binding: {broken}");
        }
        self.count(explored.broken.is_none());
    }

    #[expect(clippy::disallowed_methods, reason = "measures how long the run takes")]
    pub(crate) fn live_new(&mut self, from: u64, length: Length) {
        println!("new lives from seed {from}");
        let (started, busy_before) = (Instant::now(), busy());
        let (mut seed, mut turns) = (from, 0);
        let mut broken = None;
        while broken.is_none() && !is_over(length, started.elapsed(), turns) {
            for _ in 0..LIVES_AT_ONCE {
                let outcome = live(&Life::of(seed), None, Logged::No);
                turns += outcome.turns;
                if let Some(violation) = outcome.violation {
                    println!("FAILED: seed {seed}: {}: {}", violation.rule, violation.text);
                    broken = Some(seed);
                    break;
                }
                seed += 1;
            }
        }
        let seconds = started.elapsed().as_secs_f64().max(0.001);
        #[expect(clippy::cast_precision_loss, reason = "a figure for people")]
        let a_minute = |seconds: f64| turns as f64 / seconds * 60.0;
        let lives = seed - from;
        println!(
            "{turns} turns in {lives} lives, {seconds:.1} s: {:.0} turns a minute",
            a_minute(seconds)
        );
        if let (Some(before), Some(after)) = (busy_before, busy()) {
            let seconds = after.saturating_sub(before).as_secs_f64().max(0.001);
            println!("of the processor {seconds:.1} s: {:.0} turns a minute", a_minute(seconds));
        }
        if let Some(seed) = broken {
            print_shortest(seed);
        }
        self.count(broken.is_none());
    }

    pub(crate) fn finish(self) -> ExitCode {
        println!("{} passed, {} failed", self.passed, self.failed);
        if self.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}

/// The time that this program has had of a processor, where the system says it: other
/// programs take no part of that.
fn busy() -> Option<Duration> {
    let figures = std::fs::read_to_string("/proc/self/schedstat").ok()?;
    figures.split_whitespace().next()?.parse().ok().map(Duration::from_nanos)
}

fn is_over(length: Length, elapsed: Duration, turns: u64) -> bool {
    match length {
        Length::Seconds(seconds) => elapsed.as_secs() >= seconds,
        Length::Turns(most) => turns >= most,
    }
}

/// Replays a life: its log, and the shortest one that breaks the same rule.
pub(crate) fn replay(seed: u64) -> ExitCode {
    let life = Life::of(seed);
    let outcome = live(&life, None, Logged::Yes);
    outcome.log.iter().for_each(|line| println!("{line}"));
    if outcome.violation.is_none() {
        println!("seed {seed}: {} turns, no rule is broken", outcome.turns);
        return ExitCode::SUCCESS;
    }
    print_shortest(seed);
    ExitCode::FAILURE
}

fn print_shortest(seed: u64) {
    let life = shrink(&Life::of(seed), None);
    let outcome = live(&life, None, Logged::Yes);
    println!("FAILED: seed {seed}; the whole of it: --seed {seed}. The shortest life:");
    println!("{} accounts", life.setup.accounts);
    for Stimulus { after, act } in &life.stimuli {
        println!("  after {after} ms: {act:?}");
    }
    outcome.log.iter().for_each(|line| println!("{line}"));
    if let Some(violation) = outcome.violation {
        println!("broken rule: {}: {}", violation.rule, violation.text);
    }
}

#[cfg(test)]
#[path = "report_tests.rs"]
mod tests;
