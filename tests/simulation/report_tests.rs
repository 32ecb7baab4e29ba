//! The checks of the simulation can fail.

use super::*;
use crate::shrink::Outcome;

/// Each planted fault breaks a rule within [`MOST_TURNS`].
#[test]
fn every_planted_fault_is_found() {
    for plant in Plant::ALL {
        assert!(find(plant, 1).is_some(), "{plant:?}");
    }
}

#[test]
fn without_a_planted_fault_no_rule_is_broken() {
    for seed in 1..40 {
        let violation = live(&Life::of(seed), None, Logged::No).violation;
        assert_eq!(violation, None, "seed {seed}");
    }
}

#[test]
fn faults_that_were_found_do_not_come_back() {
    for (seed, sentence) in found() {
        let violation = live(&Life::of(seed), None, Logged::No).violation;
        assert_eq!(violation, None, "seed {seed}: {sentence}");
    }
}

#[test]
fn a_life_is_lived_the_same_way_each_time() {
    let lived = |seed| {
        let Outcome { log, turns, .. } = live(&Life::of(seed), None, Logged::Yes);
        (log, turns)
    };
    assert_eq!(lived(7), lived(7));
    assert_ne!(lived(7), lived(8));
}

#[test]
fn the_shortest_life_breaks_the_same_rule() {
    let plant = Some(Plant::WrongBearer);
    let (seed, _) = find(Plant::WrongBearer, 1).unwrap();
    let life = Life::of(seed);
    let shortest = shrink(&life, plant);
    let violation = live(&shortest, plant, Logged::No).violation;
    assert_eq!(violation.map(|violation| violation.rule), Some(Plant::WrongBearer.rule()));
    assert!(shortest.stimuli.len() < 4, "{shortest:?}");
}
