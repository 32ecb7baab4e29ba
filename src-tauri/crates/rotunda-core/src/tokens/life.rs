//! How long a token lives, counted from its receipt.
//!
//! The local clock may be wrong by years, may be set at any time, and a
//! machine may sleep. So a life is a length from the moment of receipt, and
//! elapsed time is measured by two clocks: the monotonic one, which cannot be
//! set but which stands still in a suspend, and the wall clock.

use std::time::{Duration, SystemTime};

use crate::pool::Moment;

/// A token that ends within this long is renewed before it is used.
const EARLY: Duration = Duration::from_secs(5 * 60);
/// A token of a short life is renewed in the last part of it: 1 of so many.
const EARLY_PART: u32 = 4;

/// Time since `earlier`, by whichever clock saw more of it.
pub(super) fn since(now: Moment, earlier: Moment) -> Duration {
    let steady = now.uptime.saturating_sub(earlier.uptime);
    let wall = now.now.duration_since(earlier.now).unwrap_or_default();
    steady.max(wall)
}

/// The life of an access token.
#[derive(Debug, Clone, Copy)]
pub struct Life {
    from: Moment,
    /// At `from`.
    left: Duration,
    /// It is renewed when so little is left.
    early: Duration,
}

/// What an answer and its token say about the life of the token.
#[derive(Debug, Clone, Copy, Default)]
pub struct Stated {
    /// `expires_in` of the answer.
    pub expires_in: Option<Duration>,
    /// `iat` of the token.
    pub issued: Option<SystemTime>,
    /// `exp` of the token.
    pub expires: Option<SystemTime>,
    /// The `Date` header of the answer.
    pub date: Option<SystemTime>,
}

impl Stated {
    /// The whole life, by the issuer's own clock.
    fn whole(self) -> Option<Duration> {
        let claimed = || self.expires?.duration_since(self.issued?).ok();
        self.expires_in.or_else(claimed)
    }
}

impl Life {
    /// Of a token that was received just now; none when it names no end.
    pub fn received(stated: Stated, now: Moment) -> Option<Self> {
        let left = match (stated.whole(), stated.expires) {
            (Some(whole), _) => whole,
            (None, Some(end)) => {
                let clocks = [stated.date, Some(now.now)].into_iter().flatten();
                let left = clocks.filter_map(|clock| end.duration_since(clock).ok());
                left.filter(|left| !left.is_zero()).min().unwrap_or_default()
            }
            (None, None) => return None,
        };
        Some(Self { from: now, left, early: EARLY.min(left / EARLY_PART) })
    }

    /// Of a token that was kept; when it was received is not known.
    pub fn kept(stated: Stated, now: Moment) -> Option<Self> {
        let left = stated.expires?.duration_since(now.now).unwrap_or_default();
        let whole = stated.whole();
        // More than its whole life is a clock that is behind.
        let left = whole.map_or(left, |whole| left.min(whole));
        let early = whole.map_or(EARLY, |whole| EARLY.min(whole / EARLY_PART));
        Some(Self { from: now, left, early })
    }

    fn left(self, now: Moment) -> Duration {
        self.left.saturating_sub(since(now, self.from))
    }

    /// Whether it is over.
    pub fn has_ended(self, now: Moment) -> bool {
        self.left(now).is_zero()
    }

    /// Whether it is time to renew.
    pub fn ends_soon(self, now: Moment) -> bool {
        self.left(now) <= self.early
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);
    const HOUR: Duration = Duration::from_secs(3600);
    const YEARS: Duration = Duration::from_secs(10 * 365 * 24 * 3600);

    fn at(seconds: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
    }

    const NOON: u64 = 1_800_000_000;

    fn moment(wall: SystemTime) -> Moment {
        Moment { now: wall, uptime: HOUR }
    }

    fn later(moment: Moment, steady: Duration, wall: SystemTime) -> Moment {
        Moment { now: wall, uptime: moment.uptime + steady }
    }

    fn token(life: Duration) -> Stated {
        let (issued, expires) = (Some(at(NOON)), Some(at(NOON) + life));
        Stated { issued, expires, ..Stated::default() }
    }

    #[test]
    fn a_wrong_clock_neither_shortens_nor_lengthens_a_life() {
        for wall in [at(NOON), at(NOON) + YEARS, at(NOON) - YEARS, at(NOON) + HOUR, at(NOON) - HOUR]
        {
            let now = moment(wall);
            let life = Life::received(token(HOUR), now).unwrap();
            assert!(!life.ends_soon(later(now, 54 * MINUTE, wall + 54 * MINUTE)), "{wall:?}");
            assert!(life.ends_soon(later(now, 55 * MINUTE, wall + 55 * MINUTE)), "{wall:?}");
            assert!(life.has_ended(later(now, HOUR, wall + HOUR)), "{wall:?}");
        }
    }

    #[test]
    fn the_issuer_s_date_stands_in_for_a_missing_issue_time() {
        let now = moment(at(NOON) + YEARS);
        let stated = Stated { issued: None, date: Some(at(NOON)), ..token(HOUR) };
        let life = Life::received(stated, now).unwrap();
        assert!(!life.ends_soon(now) && life.has_ended(later(now, HOUR, now.now)));
    }

    #[test]
    fn a_clock_that_is_set_back_does_not_lengthen_a_life() {
        let now = moment(at(NOON));
        let life = Life::received(token(HOUR), now).unwrap();
        assert!(life.has_ended(later(now, HOUR, at(NOON) - YEARS)));
    }

    #[test]
    fn a_suspend_counts_although_the_monotonic_clock_stands_still() {
        let now = moment(at(NOON));
        let life = Life::received(token(HOUR), now).unwrap();
        assert!(life.has_ended(later(now, Duration::ZERO, at(NOON) + HOUR)));
    }

    #[test]
    fn a_token_that_lives_four_minutes_is_used_for_three() {
        let now = moment(at(NOON));
        for stated in [
            token(4 * MINUTE),
            Stated { issued: None, ..token(4 * MINUTE) },
            Stated { expires_in: Some(4 * MINUTE), ..Stated::default() },
        ] {
            let life = Life::received(stated, now).unwrap();
            let after = |time| later(now, time, at(NOON) + time);
            assert!(!life.ends_soon(after(2 * MINUTE)), "{stated:?}");
            assert!(life.ends_soon(after(3 * MINUTE)), "{stated:?}");
        }
    }

    #[test]
    fn a_kept_token_never_lives_longer_than_its_whole_life() {
        let now = moment(at(NOON) - YEARS);
        let life = Life::kept(token(HOUR), now).unwrap();
        assert!(!life.ends_soon(now) && life.has_ended(later(now, HOUR, now.now)));
    }

    #[test]
    fn a_token_without_an_end_lives_until_it_is_refused() {
        assert!(Life::received(Stated::default(), moment(at(NOON))).is_none());
        assert!(Life::kept(Stated::default(), moment(at(NOON))).is_none());
    }
}
