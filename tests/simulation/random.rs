//! Numbers that look random and are the same for the same seed.

/// A stream of numbers (splitmix64).
#[derive(Debug, Clone)]
pub(crate) struct Random(u64);

/// Weyl's step: odd, and its bits are those of the golden ratio.
const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

fn mixed(mut bits: u64) -> u64 {
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

impl Random {
    /// The stream of these numbers: a seed first, then what it is for.
    pub(crate) fn of(parts: &[u64]) -> Self {
        let fold = |state: u64, part: &u64| mixed(state.wrapping_add(STEP) ^ mixed(*part));
        Self(parts.iter().fold(0, fold))
    }

    /// The next 64 bits.
    pub(crate) fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(STEP);
        mixed(self.0)
    }

    /// One of `0..count`.
    pub(crate) fn below(&mut self, count: u64) -> u64 {
        self.bits() % count.max(1)
    }

    /// One of `from..=to`.
    pub(crate) fn within(&mut self, from: u64, to: u64) -> u64 {
        from + self.below(to - from + 1)
    }

    /// True this often in a hundred.
    pub(crate) fn percent(&mut self, share: u64) -> bool {
        self.below(100) < share
    }

    /// A whole number of percent, below this one.
    pub(crate) fn share(&mut self, below: u8) -> f64 {
        u8::try_from(self.below(below.into())).unwrap_or_default().into()
    }

    /// One of these values.
    pub(crate) fn pick<T: Copy>(&mut self, values: &[T]) -> T {
        let at = self.below(values.len() as u64);
        values[usize::try_from(at).unwrap_or_default()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_numbers_and_another_gives_others() {
        let three = |parts: &[u64]| {
            let mut random = Random::of(parts);
            [random.bits(), random.bits(), random.bits()]
        };
        assert_eq!(three(&[1, 2]), three(&[1, 2]));
        assert_ne!(three(&[1, 2]), three(&[2, 1]));
        assert_ne!(three(&[1, 2]), three(&[1, 3]));
    }

    #[test]
    fn every_number_of_a_range_comes_and_no_other() {
        let mut random = Random::of(&[7]);
        let drawn: std::collections::BTreeSet<_> = (0..200).map(|_| random.within(3, 6)).collect();
        assert_eq!(drawn, [3, 4, 5, 6].into());
    }
}
