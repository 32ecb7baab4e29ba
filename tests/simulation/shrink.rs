//! One life from its start to its end, and the shortest one that breaks the same
//! rule.

use crate::{
    plant::Plant,
    script::{Act, Life, Stimulus, TaskKind},
    world::{Violation, World},
};

/// What came of a life.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) violation: Option<Violation>,
    pub(crate) turns: u64,
    pub(crate) log: Vec<String>,
}

/// Whether a readable log is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Logged {
    Yes,
    No,
}

pub(crate) fn live(life: &Life, plant: Option<Plant>, logged: Logged) -> Outcome {
    let mut world = World::of(life, plant);
    if logged == Logged::Yes {
        world = world.with_log();
    }
    world.live();
    Outcome { violation: world.violation, turns: world.turns, log: world.log.unwrap_or_default() }
}

/// The life without all that is not needed to break the same rule.
pub(crate) fn shrink(life: &Life, plant: Option<Plant>) -> Life {
    let mut shrinking = Shrinking { life: life.clone(), plant, rule: "" };
    let Some(violation) = live(life, plant, Logged::No).violation else { return life.clone() };
    shrinking.rule = violation.rule;
    loop {
        let before = shrinking.life.clone();
        shrinking.remove_stimuli();
        shrinking.remove_accounts();
        shrinking.simplify_stimuli();
        if shrinking.life == before {
            return before;
        }
    }
}

struct Shrinking {
    life: Life,
    plant: Option<Plant>,
    rule: &'static str,
}

impl Shrinking {
    /// Takes the life if it breaks the same rule.
    fn accept(&mut self, life: Life) -> bool {
        let violation = live(&life, self.plant, Logged::No).violation;
        let is_same = violation.is_some_and(|violation| violation.rule == self.rule);
        if is_same {
            self.life = life;
        }
        is_same
    }

    fn remove_stimuli(&mut self) {
        let mut size = self.life.stimuli.len().div_ceil(2);
        while size > 0 {
            let mut at = 0;
            while at < self.life.stimuli.len() {
                let end = (at + size).min(self.life.stimuli.len());
                if !self.accept(without(&self.life, at, end)) {
                    at = end;
                }
            }
            size /= 2;
        }
    }

    fn remove_accounts(&mut self) {
        while self.life.setup.accounts > 1 {
            let mut life = self.life.clone();
            life.setup.accounts -= 1;
            if !self.accept(life) {
                return;
            }
        }
    }

    fn simplify_stimuli(&mut self) {
        for at in 0..self.life.stimuli.len() {
            for stimulus in simpler(self.life.stimuli[at]) {
                if stimulus != self.life.stimuli[at] {
                    let mut life = self.life.clone();
                    life.stimuli[at] = stimulus;
                    self.accept(life);
                }
            }
        }
    }
}

/// The life without some stimuli. The others happen when they did.
fn without(life: &Life, from: usize, to: usize) -> Life {
    let mut life = life.clone();
    let gone: u64 = life.stimuli.drain(from..to).map(|stimulus| stimulus.after).sum();
    if let Some(next) = life.stimuli.get_mut(from) {
        next.after += gone;
    }
    life
}

/// Simpler stimuli in the place of one.
fn simpler(stimulus: Stimulus) -> Vec<Stimulus> {
    let mut simpler = vec![Stimulus { after: 0, ..stimulus }];
    simpler.push(Stimulus { after: stimulus.after / 1000 * 1000, ..stimulus });
    if let Act::Task(task) = stimulus.act {
        let with = |task| Stimulus { act: Act::Task(task), ..stimulus };
        simpler.push(with(crate::script::Task { cancel_after: None, ..task }));
        simpler.push(with(crate::script::Task { requests: 1, ..task }));
        simpler.push(with(crate::script::Task { refused: None, ..task }));
        simpler.push(with(crate::script::Task { over_http: true, ..task }));
        simpler.push(with(crate::script::Task { model: 0, ..task }));
        simpler.push(with(crate::script::Task { kind: TaskKind::SubAgent, ..task }));
    }
    simpler
}
