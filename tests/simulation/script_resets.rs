//! What happens to banked resets, drawn from a seed.

use crate::{
    clock::{DAY, HOUR, MINUTE, Millis, SECOND},
    random::Random,
    script::{Act, Life, Stimulus, small, task},
};

impl Life {
    /// Accounts get banked resets, which the user redeems or lets be redeemed.
    pub(crate) fn add_resets(&mut self, random: &mut Random) {
        for _ in 0..random.within(8, 30) {
            let act = resets(random, self.setup.accounts);
            self.insert(random, act);
        }
        for _ in 0..random.within(0, 3) {
            self.use_up_all(random);
        }
        for _ in 0..random.within(1, 4) {
            self.ask_at_once(random);
        }
    }

    /// Several questions about one profile: two at once, and one after a first answer.
    fn ask_at_once(&mut self, random: &mut Random) {
        let account = small(random, self.setup.accounts.into());
        let ask = |answer_after| Act::AskReset { profile: account, answer_after, clicks: 1 };
        let grant = Act::Grant { account, lasts: Some(DAY) };
        let spend = Act::Spend { account, percent: 90 };
        let acts = [grant, grant, spend, ask(4 * SECOND), ask(6 * SECOND), ask(SECOND)];
        let at = usize::try_from(random.below(self.stimuli.len() as u64 + 1)).unwrap_or_default();
        let after = |place| match place {
            5 => random.within(62, 76) * SECOND,
            _ => 100,
        };
        let after: Vec<_> = (0..acts.len()).map(after).collect();
        let stimuli = acts.into_iter().zip(after).map(|(act, after)| Stimulus { after, act });
        self.stimuli.splice(at..at, stimuli);
    }

    fn insert(&mut self, random: &mut Random, act: Act) {
        let at = usize::try_from(random.below(self.stimuli.len() as u64 + 1)).unwrap_or_default();
        self.stimuli.insert(at, Stimulus { after: random.within(0, 2 * SECOND), act });
    }

    /// All plans are used up, and there is work to do.
    fn use_up_all(&mut self, random: &mut Random) {
        let mut acts: Vec<_> = Vec::new();
        for account in 0..self.setup.accounts {
            if random.percent(60) {
                acts.push(Act::Grant { account, lasts: lasts(random) });
            }
            acts.push(Act::Spend { account, percent: 100 });
        }
        acts.push(Act::ReadUsage { profile: 0 });
        acts.extend((0..3).map(|_| Act::Task(task(random))));
        let at = usize::try_from(random.below(self.stimuli.len() as u64 + 1)).unwrap_or_default();
        let stimuli = acts.into_iter().map(|act| Stimulus { after: SECOND, act });
        self.stimuli.splice(at..at, stimuli);
    }
}

/// Whether accounts have banked resets in a life. Which ones, is such that seeds of faults that
/// were found before there were resets still stand for the same lives.
pub(crate) const fn has_resets(seed: u64) -> bool {
    matches!(seed % 13, 3 | 6 | 7 | 9)
}

fn lasts(random: &mut Random) -> Option<Millis> {
    let longest = random.pick(&[HOUR, DAY, 30 * DAY]);
    random.percent(85).then(|| random.within(MINUTE, longest))
}

fn resets(random: &mut Random, accounts: u8) -> Act {
    let account = small(random, accounts.into());
    match random.below(10) {
        0..=2 => Act::Grant { account, lasts: lasts(random) },
        3..=6 => Act::AskReset {
            profile: account,
            answer_after: random.pick(&[0, 3 * SECOND, 2 * MINUTE, 11 * MINUTE]),
            clicks: random.pick(&[0, 1, 1, 1, 2]),
        },
        7 => Act::ResetRule { hours: random.percent(80).then(|| random.pick(&[0, 1, 3, 6])) },
        _ => Act::Spend { account, percent: 30 + small(random, 70) },
    }
}
