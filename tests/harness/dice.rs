//! Numbers that look random and are the same for the same seed.

/// A stream of numbers for one purpose: the order in which tasks draw
/// from different streams changes nothing.
#[derive(Debug, Clone)]
pub struct Dice(u64);

/// Weyl's step of splitmix64: odd, and its bits are those of the golden ratio.
const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

fn mixed(mut bits: u64) -> u64 {
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

impl Dice {
    /// The stream of these numbers: a seed first, then what it is for.
    pub fn of(parts: &[u64]) -> Self {
        let fold = |state: u64, part: &u64| mixed(state.wrapping_add(STEP) ^ mixed(*part));
        Self(parts.iter().fold(0, fold))
    }

    /// The next 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(STEP);
        mixed(self.0)
    }

    /// One of `0..count`.
    pub fn below(&mut self, count: u64) -> u64 {
        self.bits() % count.max(1)
    }

    /// One of `from..=to`.
    pub fn within(&mut self, from: u64, to: u64) -> u64 {
        from + self.below(to - from + 1)
    }

    /// True this often in a hundred.
    pub fn percent(&mut self, share: u64) -> bool {
        self.below(100) < share
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_numbers_and_another_gives_others() {
        let three = |parts: &[u64]| {
            let mut dice = Dice::of(parts);
            [dice.bits(), dice.bits(), dice.bits()]
        };
        assert_eq!(three(&[1, 2]), three(&[1, 2]));
        assert_ne!(three(&[1, 2]), three(&[2, 1]));
        assert_ne!(three(&[1, 2]), three(&[1, 3]));
    }

    #[test]
    fn every_number_of_a_range_comes_and_no_other() {
        let mut dice = Dice::of(&[7]);
        let drawn: std::collections::BTreeSet<_> = (0..200).map(|_| dice.within(3, 6)).collect();
        assert_eq!(drawn, [3, 4, 5, 6].into());
    }
}
