//! Profiles that are removed while answers to them are on their way, drawn from a seed.

use crate::{
    clock::{DAY, MINUTE, Millis, SECOND},
    random::Random,
    script::{Act, Life, Stimulus, small, task},
};

impl Life {
    /// The user removes profiles in the middle of their turns and of the redemption of their
    /// resets, and adds most of them again.
    pub(crate) fn add_leaving(&mut self, random: &mut Random) {
        for _ in 0..random.within(6, 20) {
            let profile = small(random, self.setup.accounts.into());
            let mut stimuli = if random.percent(30) {
                redeem(random, profile)
            } else {
                (0..random.within(1, 4)).map(|_| soon(random, 3 * SECOND)).collect()
            };
            let during_renewal = random.percent(10);
            let remove = Act::Remove { profile, during_renewal };
            stimuli.push(Stimulus { after: random.within(0, 6 * SECOND), act: remove });
            stimuli.extend((0..random.within(0, 2)).map(|_| soon(random, 10 * SECOND)));
            if random.percent(80) {
                let after = random.clone().pick(&[SECOND, 30 * SECOND, 10 * MINUTE]);
                let after = random.within(0, after);
                stimuli.push(Stimulus { after, act: Act::Add { profile } });
            }
            let most = self.stimuli.len() as u64 + 1;
            let at = usize::try_from(random.below(most)).unwrap_or_default();
            self.stimuli.splice(at..at, stimuli);
        }
    }
}

/// Whether profiles leave in the middle of their work. Which lives these are is such that the
/// seeds of faults that were found before still stand for the same lives.
pub(crate) const fn has_leaving(seed: u64) -> bool {
    // Planted faults are found in the first ones.
    seed > 1_000 && matches!(seed % 14, 6 | 11)
}

fn soon(random: &mut Random, most: Millis) -> Stimulus {
    Stimulus { after: random.within(0, most), act: Act::Task(task(random)) }
}

/// A reset whose answer may come after its profile was removed.
fn redeem(random: &mut Random, account: u8) -> Vec<Stimulus> {
    let answer_after = random.within(0, 2 * SECOND);
    let acts = [
        Act::Grant { account, lasts: Some(DAY) },
        Act::Spend { account, percent: 90 },
        Act::AskReset { profile: account, answer_after, clicks: 1 },
    ];
    acts.into_iter().map(|act| Stimulus { after: 100, act }).collect()
}
