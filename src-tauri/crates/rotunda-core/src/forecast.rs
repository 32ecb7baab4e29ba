//! How long the quota of all profiles lasts at the pace so far: until when, who is back
//! then, and what would change it.
//!
//! [`forecast`] learns from kept readings how much is used in which hour of which day
//! (`demand`), and plays the next days in steps, with the selection of
//! [`choice`](crate::choice) and the resets of every window (`play`): several times, each
//! like other past days. The one in the middle is the forecast. Times are seconds since 1970.
//! Only sums, products and comparisons are used, so that the same history gives the same
//! forecast on every system. See `docs/forecast.md`.

mod demand;
mod play;
mod schedule;

use crate::{
    choice::{Policy, Rules},
    profile::{Kind, ProfileId, Standing, UseCredits, WindowKind},
};

use self::{
    demand::{Course, Demand},
    play::{Played, Player},
};
pub use self::{
    demand::{HISTORY, Reading},
    play::{Point, Reset},
    schedule::{Days, Hours, Schedule},
};

/// Days with readings before a forecast is made.
pub const DAYS_NEEDED: u32 = 7;
/// How far it looks ahead, in seconds.
pub const HORIZON: i64 = 5 * 24 * 3600;
/// A change that gains less than this is not worth a word, in seconds.
const WORTH: i64 = 15 * 60;

/// What a forecast is made from.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// When it is made.
    pub now: i64,
    /// What local clocks are ahead of UTC, in seconds.
    pub utc_offset: i32,
    /// How profiles are chosen.
    pub rules: Rules,
    /// Every profile; those that cannot serve count as nothing.
    pub profiles: &'a [Profile],
    /// What they had left, in any order.
    pub history: &'a [Reading],
    /// Tokens of each profile over [`HISTORY`], weighed by what they cost. With them plans
    /// of different sizes are told apart.
    pub tokens: &'a [Tokens],
    /// When work is done, as far as the user says so.
    pub schedule: Schedule,
}

/// What one profile was sent and answered.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tokens {
    /// Which one.
    pub profile: ProfileId,
    /// How many.
    pub count: f64,
}

/// What a forecast needs to know of a profile.
#[derive(Debug, Clone, PartialEq)]
pub struct Profile {
    /// Which one.
    pub id: ProfileId,
    /// How it is paid for.
    pub kind: Kind,
    /// Whether it can take work.
    pub standing: Standing,
    /// The user lets it serve: the pool is not pinned to another one.
    pub may_serve: bool,
    /// Place in the user's own order.
    pub rank: u32,
    /// Codex itself is signed in with this account.
    pub own_sign_in: bool,
    /// The user's own reserve for it, in percent.
    pub reserve_percent: Option<f64>,
    /// Its windows, as last read; a limit of one model is none of them.
    pub windows: Vec<Quota>,
    /// What pays beyond its plan.
    pub beyond: Beyond,
    /// Banked resets that it has.
    pub banked: u32,
}

/// One quota window.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Quota {
    /// Which kind.
    pub kind: WindowKind,
    /// How long it runs, in seconds.
    pub length: i64,
    /// Share left, 0 to 100.
    pub left: f64,
    /// When it starts afresh; none before its first use.
    pub resets_at: Option<i64>,
}

/// What pays for work beyond a plan.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Beyond {
    /// Nothing.
    #[default]
    Nothing,
    /// Purchased credits, if the user allows them.
    Credits(UseCredits),
    /// Credits without a limit, which are part of the plan.
    Unlimited,
}

/// What is to come.
#[derive(Debug, Clone, PartialEq)]
pub struct Forecast {
    /// When it was made.
    pub now: i64,
    /// What it ends with.
    pub ending: Ending,
    /// Days with readings that it was learned from.
    pub days: u32,
    /// The pool hour by hour up to [`HORIZON`]; empty without enough history.
    pub points: Vec<Point>,
    /// Windows that start afresh in that time, the first one first.
    pub resets: Vec<Reset>,
    /// What would make the quota last longer.
    pub changes: Vec<Change>,
}

/// How it goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// No profile has quota that is known.
    NoProfile,
    /// Fewer than [`DAYS_NEEDED`] days have readings.
    NotEnoughHistory,
    /// The quota lasts beyond the horizon.
    Enough,
    /// All profiles are out already.
    OutNow(Option<Back>),
    /// All profiles are out from then on.
    Out {
        /// From when on.
        at: i64,
        /// Until when; none when that is beyond the horizon.
        back: Option<Back>,
    },
    /// All plans are out from then on, and something else pays, as the user allows.
    Paid {
        /// From when on.
        at: i64,
        /// Whose credits, or which API key.
        profile: ProfileId,
        /// Which of these.
        by: PaidBy,
        /// When a plan serves again.
        back: Option<Back>,
    },
}

/// The first profile that is back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Back {
    /// When.
    pub at: i64,
    /// Which one.
    pub profile: ProfileId,
}

/// What pays when all plans are out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PaidBy {
    /// Purchased credits.
    Credits,
    /// An API key.
    ApiKey,
}

/// Something that the user could do, and what comes of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Change {
    /// What.
    pub what: ChangeKind,
    /// All profiles are out then; none: not before the horizon.
    pub out_at: Option<i64>,
}

/// What the user could do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeKind {
    /// Choose profiles by another rule.
    Order(Policy),
    /// Keep nothing in reserve.
    NoReserve,
    /// Use a banked reset of this profile when all are out.
    BankedReset(ProfileId),
}

/// What is to come, by all windows of all profiles and by the use so far.
pub fn forecast(facts: &Facts<'_>) -> Forecast {
    let demand = Demand::learn(facts);
    let days = demand.days();
    let mut made = Forecast {
        now: facts.now,
        ending: Ending::NoProfile,
        days,
        points: Vec::new(),
        resets: Vec::new(),
        changes: Vec::new(),
    };
    let pool = Player::new(facts, &demand, facts.rules);
    if pool.is_empty() {
        return made;
    }
    if pool.is_out_now() {
        let back = pool.back();
        made.ending = match paid(facts) {
            Some((profile, by)) => Ending::Paid { at: facts.now, profile, by, back },
            None => Ending::OutNow(back),
        };
        return made;
    }
    if days < DAYS_NEEDED {
        made.ending = Ending::NotEnoughHistory;
        return made;
    }
    let (course, played) = middle(&pool, &demand);
    made.ending = match (played.out, paid(facts)) {
        (None, _) => Ending::Enough,
        (Some(at), None) => Ending::Out { at, back: played.back },
        (Some(at), Some((profile, by))) => Ending::Paid { at, profile, by, back: played.back },
    };
    if let Some(at) = played.out {
        made.changes = changes(facts, &demand, &course, at);
    }
    (made.points, made.resets) = (played.points, played.resets);
    made
}

/// The way with the middle of all ends, and what comes of it.
fn middle(pool: &Player, demand: &Demand) -> (Course, Played) {
    let courses = demand.courses().into_iter();
    let mut all: Vec<_> = courses
        .map(|course| {
            let played = pool.clone().play(&course, None);
            (course, played)
        })
        .collect();
    all.sort_by_key(|(_, played)| played.out.unwrap_or(i64::MAX));
    all.swap_remove(all.len() / 2)
}

/// What the user lets pay when all plans are out.
fn paid(facts: &Facts<'_>) -> Option<(ProfileId, PaidBy)> {
    let can_serve = |it: &&Profile| it.may_serve && is_there(it.standing);
    let mut there = facts.profiles.iter().filter(can_serve);
    let by_credits = there
        .clone()
        .find(|it| matches!(it.beyond, Beyond::Credits(consent) if consent != UseCredits::Never));
    if let Some(profile) = by_credits {
        return Some((profile.id, PaidBy::Credits));
    }
    let key = there.find(|it| it.kind == Kind::ApiKey && facts.rules.use_api_keys);
    key.map(|profile| (profile.id, PaidBy::ApiKey))
}

/// Whether a profile can serve now or after a rest.
const fn is_there(standing: Standing) -> bool {
    matches!(standing, Standing::Ready | Standing::Resting(_))
}

/// What lasts longer than until `out_at`, the longest first.
fn changes(facts: &Facts<'_>, demand: &Demand, course: &Course, out_at: i64) -> Vec<Change> {
    let with = |rules: Rules| Player::new(facts, demand, rules).play(course, None).out;
    let mut found = Vec::new();
    let policies = [Policy::ResetsFirst, Policy::MostLeft, Policy::MyOrder];
    for policy in policies.into_iter().filter(|policy| *policy != facts.rules.policy) {
        let out_at = with(Rules { policy, ..facts.rules });
        found.push(Change { what: ChangeKind::Order(policy), out_at });
    }
    let unreserved: Vec<_> =
        facts.profiles.iter().cloned().map(|it| Profile { reserve_percent: None, ..it }).collect();
    let rules = Rules { reserve_percent: 0.0, ..facts.rules };
    let without = Facts { profiles: &unreserved, rules, ..*facts };
    let played = Player::new(&without, demand, rules).play(course, None);
    found.push(Change { what: ChangeKind::NoReserve, out_at: played.out });
    for profile in facts.profiles.iter().filter(|profile| profile.banked > 0) {
        let played = Player::new(facts, demand, facts.rules).play(course, Some(profile.id));
        found.push(Change { what: ChangeKind::BankedReset(profile.id), out_at: played.out });
    }
    found.retain(|change| change.out_at.is_none_or(|at| at - out_at >= WORTH));
    found.sort_by_key(|change| std::cmp::Reverse(change.out_at.unwrap_or(i64::MAX)));
    // One word for each kind: of several banked resets, the one that helps most.
    let mut has_reset = false;
    found.retain(|change| match change.what {
        ChangeKind::BankedReset(_) => !std::mem::replace(&mut has_reset, true),
        ChangeKind::Order(_) | ChangeKind::NoReserve => true,
    });
    found
}

#[cfg(test)]
#[path = "forecast/accuracy_tests.rs"]
mod accuracy_tests;
#[cfg(test)]
#[path = "forecast/life_tests.rs"]
mod life_tests;
#[cfg(test)]
#[path = "forecast/forecast_tests.rs"]
mod tests;
