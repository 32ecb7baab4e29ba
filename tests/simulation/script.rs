//! What happens to an installation from outside, drawn from a seed.
//!
//! A life is a list of stimuli. Each carries all of its parameters, so that one
//! can be taken out and the others stay as they are.

use rotunda_core::{profile::UseCredits, quota::RESERVE_MODEL};

use crate::{
    clock::{DAY, HOUR, MINUTE, Millis, SECOND},
    issuer::{ISSUER_FAULTS, IssuerFault},
    random::Random,
    script_leaving, script_resets,
    vault::VaultFault,
};

/// Models that requests name.
pub(crate) const MODELS: [&str; 4] = ["gpt-large", "gpt-small", "gpt-rare", RESERVE_MODEL];

/// How an account misbehaves for a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Condition {
    /// No connection as this account.
    Unreachable,
    /// A 5xx of something in between.
    Gateway,
    /// A page of a bot check.
    Challenge,
    /// `server_is_overloaded`, as an answer.
    Overloaded,
    /// 429 without a reset.
    Burst,
    /// 401, also for a token that was just renewed.
    TokenRefused,
    /// A refusal that the rules do not know, with one of some codes.
    Unknown(u8),
    /// Sockets are answered 403.
    SocketsRefused,
    /// Sockets are closed with a code that refuses them.
    SocketsClosed,
    /// The connection is cut before any output.
    CutBefore,
    /// The connection is cut after output.
    CutAfter,
    /// An overload, as an event after the handshake.
    FailsInStream,
    /// No output for more than a minute, then an overload.
    SilentThenFails,
    /// No output for more than a minute, then an answer.
    Silent,
    /// The quota runs out after output.
    QuotaAfterOutput,
    /// Upstream has forgotten the tool calls of its conversations.
    ToolCallsForgotten,
}

const CONDITIONS: [Condition; 17] = [
    Condition::Unreachable,
    Condition::Gateway,
    Condition::Challenge,
    Condition::Overloaded,
    Condition::Burst,
    Condition::TokenRefused,
    Condition::Unknown(0),
    Condition::Unknown(1),
    Condition::SocketsRefused,
    Condition::SocketsClosed,
    Condition::CutBefore,
    Condition::CutAfter,
    Condition::FailsInStream,
    Condition::SilentThenFails,
    Condition::Silent,
    Condition::QuotaAfterOutput,
    Condition::ToolCallsForgotten,
];

/// What a user of Codex wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TaskKind {
    /// A message in a thread that is open.
    Message,
    /// The thread is opened anew, with its whole history.
    Resume,
    /// A helper thread in the same session.
    SubAgent,
    /// The conversation is compacted.
    Compact,
    /// A voice call begins.
    Voice,
}

/// A message to Codex, and the requests that come of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Task {
    pub(crate) thread: u8,
    pub(crate) kind: TaskKind,
    /// Requests, one after another: each tool call needs one more.
    pub(crate) requests: u8,
    pub(crate) model: u8,
    /// Its requests are refused by each account alike, in one of some ways.
    pub(crate) refused: Option<u8>,
    /// Over HTTP, or over a socket.
    pub(crate) over_http: bool,
    /// The user interrupts it after this time.
    pub(crate) cancel_after: Option<Millis>,
    /// Seeds what is drawn while it runs.
    pub(crate) salt: u64,
}

/// Something that happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Act {
    Task(Task),
    /// An account misbehaves for so long.
    Trouble {
        account: u8,
        condition: Condition,
        lasts: Millis,
    },
    /// Upstream cannot be reached at all.
    Outage {
        lasts: Millis,
    },
    /// Other clients of the account use its quota, in percent of the short window.
    Spend {
        account: u8,
        percent: u8,
    },
    /// The limit of one model is used up by others.
    SpendModel {
        account: u8,
    },
    /// All windows of the account start afresh.
    EarlyReset {
        account: u8,
    },
    Credits {
        account: u8,
        has: bool,
    },
    /// The account gets credits that are used up.
    Buy {
        account: u8,
        credits: u8,
    },
    /// The user sets when credits may pay, for one profile or for all. None takes the
    /// setting back.
    Consent {
        profile: Option<u8>,
        consent: Option<UseCredits>,
    },
    Entitlement {
        account: u8,
        has: bool,
    },
    /// The account gets a banked reset, which may expire.
    Grant {
        account: u8,
        lasts: Option<Millis>,
    },
    /// The user asks about a reset, and says yes so often after that time.
    AskReset {
        profile: u8,
        answer_after: Millis,
        clicks: u8,
    },
    /// The user lets resets be redeemed without a question when the next profile is back
    /// later than that, or no longer.
    ResetRule {
        hours: Option<u8>,
    },
    /// The account may use a model, or may not any more.
    Model {
        account: u8,
        model: u8,
        may_use: bool,
    },
    /// Upstream refuses the token that is in use.
    TokenExpires {
        account: u8,
    },
    /// The issuer refuses to renew this account's sign-in from now on.
    GrantLost {
        account: u8,
    },
    /// The user signs in again.
    SignIn {
        profile: u8,
        during_renewal: bool,
    },
    /// The issuer of tokens is away.
    IssuerAway {
        lasts: Millis,
    },
    /// The issuer misbehaves about one account.
    Issuer {
        account: u8,
        fault: IssuerFault,
        lasts: Millis,
        /// Upstream refuses the token that is in use: it has to be renewed now.
        is_needed: bool,
    },
    /// The place of the sign-ins misbehaves.
    Vault {
        fault: VaultFault,
        lasts: Millis,
    },
    /// Codex renews the sign-in that it shares with a profile.
    CodexRenews,
    /// The store cannot be written for so long.
    StoreFull {
        lasts: Millis,
    },
    /// The usage endpoint is read.
    ReadUsage {
        profile: u8,
    },
    /// The list of models is read.
    ReadModels {
        profile: u8,
    },
    Use {
        profile: u8,
    },
    Pin {
        profile: Option<u8>,
    },
    Pause {
        profile: u8,
        paused: bool,
    },
    Remove {
        profile: u8,
        during_renewal: bool,
    },
    /// A profile that was removed comes back.
    Add {
        profile: u8,
    },
    Reserve {
        profile: u8,
        percent: Option<u8>,
    },
    /// Another policy, and whether API keys may serve.
    Rules {
        policy: u8,
        use_api_keys: bool,
    },
    /// How long requests may wait for a reset.
    LongestWait {
        span: Millis,
    },
    /// Upstream forgets the responses of an account.
    ForgetResponses {
        account: u8,
    },
    /// The router is killed and starts again.
    Crash,
    /// The router ends and starts again.
    Restart,
    /// The wall clock is set.
    ClockStep {
        by: i64,
    },
    Suspend {
        lasts: Millis,
    },
}

/// Something that happens, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stimulus {
    /// After the one before.
    pub(crate) after: Millis,
    pub(crate) act: Act,
}

/// How a life begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Setup {
    /// Accounts, each with a profile.
    pub(crate) accounts: u8,
    /// Seeds what the accounts are.
    pub(crate) salt: u64,
    /// Bindings that the ledger keeps, when they are few.
    pub(crate) most_chains: Option<u8>,
}

/// The life of an installation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Life {
    pub(crate) setup: Setup,
    pub(crate) stimuli: Vec<Stimulus>,
}

impl Life {
    /// The life of a seed.
    pub(crate) fn of(seed: u64) -> Self {
        let mut random = Random::of(&[seed, 1]);
        let accounts = u8::try_from(random.within(1, 7)).unwrap_or(1);
        let salt = random.bits();
        let most_chains = random.percent(25).then(|| 16 + small(&mut random, 60));
        let setup = Setup { accounts, salt, most_chains };
        let tasks = random.within(55, 85);
        let pace = Pace::draw(&mut random);
        let stimuli = 0..random.within(60, 220);
        let stimuli = stimuli.map(|_| Stimulus {
            after: pace.gap(&mut random),
            act: if random.percent(tasks) {
                Act::Task(task(&mut random))
            } else {
                other(&mut random, accounts)
            },
        });
        let mut life = Self { setup, stimuli: stimuli.collect() };
        if has_money(seed) {
            life.add_money(&mut Random::of(&[seed, 2]));
        }
        if script_resets::has_resets(seed) {
            life.add_resets(&mut Random::of(&[seed, 3]));
        }
        if script_leaving::has_leaving(seed) {
            life.add_leaving(&mut Random::of(&[seed, 4]));
        }
        life
    }

    /// Some credits are bought, plans are used up, and the user changes what may pay.
    fn add_money(&mut self, random: &mut Random) {
        for _ in 0..random.within(6, 24) {
            let at = random.below(self.stimuli.len() as u64 + 1);
            let at = usize::try_from(at).unwrap_or_default();
            let act = money(random, self.setup.accounts);
            let stimulus = Stimulus { after: random.within(0, 2 * SECOND), act };
            self.stimuli.insert(at, stimulus);
        }
    }
}

/// Whether an account buys credits in a life. Which ones is such that the seeds of faults that
/// were found before there were credits still stand for the same lives.
const fn has_money(seed: u64) -> bool {
    matches!(seed % 11, 1 | 3 | 8 | 10)
}

fn money(random: &mut Random, accounts: u8) -> Act {
    let account = small(random, accounts.into());
    match random.below(10) {
        0..=2 => Act::Buy { account, credits: 1 + small(random, 20) },
        3..=5 => Act::Spend { account, percent: 100 },
        _ => {
            let profile = random.percent(60).then_some(account);
            let consent = random.percent(85).then(|| random.pick(&UseCredits::ALL));
            Act::Consent { profile, consent }
        }
    }
}

/// How close together things happen.
struct Pace {
    /// Of a hundred gaps.
    short: u64,
    long: u64,
}

impl Pace {
    fn draw(random: &mut Random) -> Self {
        let short = random.pick(&[30, 60, 85]);
        Self { short, long: random.pick(&[1, 3, 6]) }
    }

    fn gap(&self, random: &mut Random) -> Millis {
        let of_hundred = random.below(100);
        if of_hundred < self.short {
            return random.within(0, 2 * SECOND);
        }
        if of_hundred < 100 - self.long {
            return random.within(0, 3 * MINUTE);
        }
        random.within(MINUTE, random.clone().pick(&[HOUR, 6 * HOUR, 2 * DAY]))
    }
}

pub(crate) fn small(random: &mut Random, count: u64) -> u8 {
    u8::try_from(random.below(count)).unwrap_or_default()
}

pub(crate) fn task(random: &mut Random) -> Task {
    Task {
        thread: small(random, 6),
        kind: match random.below(10) {
            0 => TaskKind::Resume,
            1 | 2 => TaskKind::SubAgent,
            3 => TaskKind::Compact,
            4 if random.percent(30) => TaskKind::Voice,
            _ => TaskKind::Message,
        },
        requests: 1 + small(random, 4),
        model: if random.percent(70) { 0 } else { small(random, 4) },
        refused: random.percent(2).then(|| small(random, 4)),
        over_http: random.percent(40),
        cancel_after: random.percent(8).then(|| random.within(0, 30 * SECOND)),
        salt: random.bits(),
    }
}

fn lasting(random: &mut Random) -> Millis {
    match random.below(10) {
        0 => random.within(HOUR, 8 * HOUR),
        1..=4 => random.within(MINUTE, 20 * MINUTE),
        _ => random.within(0, MINUTE),
    }
}

fn other(random: &mut Random, accounts: u8) -> Act {
    let account = small(random, accounts.into());
    let profile = account;
    match random.below(100) {
        0..=29 => {
            Act::Trouble { account, condition: random.pick(&CONDITIONS), lasts: lasting(random) }
        }
        30..=33 => Act::Outage { lasts: random.within(0, 90 * SECOND) },
        34..=45 => Act::Spend { account, percent: 1 + small(random, 100) },
        46 => Act::SpendModel { account },
        47 | 48 => Act::EarlyReset { account },
        49 => Act::Credits { account, has: random.percent(60) },
        50..=52 => Act::Entitlement { account, has: random.percent(60) },
        53..=55 => Act::Model { account, model: small(random, 4), may_use: random.percent(50) },
        56..=60 => Act::TokenExpires { account },
        61 => Act::GrantLost { account },
        62 | 63 => Act::SignIn { profile, during_renewal: random.percent(30) },
        64..=66 => Act::IssuerAway { lasts: lasting(random) },
        67 | 68 => vault(random),
        69 | 70 => issuer(random, account),
        71..=73 => Act::ReadUsage { profile },
        74..=76 => Act::ReadModels { profile },
        77 | 78 => Act::Use { profile },
        79 => Act::Pin { profile: random.percent(40).then_some(profile) },
        80 => Act::Pause { profile, paused: random.percent(50) },
        81 | 82 => Act::Remove { profile, during_renewal: random.percent(40) },
        83 | 84 => Act::Add { profile },
        85 => Act::Reserve { profile, percent: random.percent(60).then(|| small(random, 50)) },
        86 => Act::Rules { policy: small(random, 3), use_api_keys: random.percent(50) },
        87 => Act::LongestWait { span: random.pick(&[0, MINUTE, HOUR, 6 * HOUR]) },
        88 | 89 => Act::ForgetResponses { account },
        90 | 91 => Act::Crash,
        92 | 93 => Act::Restart,
        94 | 95 => Act::ClockStep { by: step(random) },
        96 => Act::StoreFull { lasts: lasting(random) },
        97 => Act::CodexRenews,
        _ => Act::Suspend { lasts: lasting(random) },
    }
}

fn vault(random: &mut Random) -> Act {
    let fault = random.pick(&[VaultFault::Locked, VaultFault::Full, VaultFault::Slow]);
    Act::Vault { fault, lasts: lasting(random) }
}

fn issuer(random: &mut Random, account: u8) -> Act {
    let (fault, lasts) = (random.pick(&ISSUER_FAULTS), lasting(random));
    Act::Issuer { account, fault, lasts, is_needed: random.percent(60) }
}

fn step(random: &mut Random) -> i64 {
    let span = random.pick(&[SECOND, 10 * SECOND, 5 * MINUTE, 2 * HOUR, 3 * DAY]);
    let by = i64::try_from(random.within(span / 2, span)).unwrap_or_default();
    if random.percent(50) { by } else { -by }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_life_is_the_same_for_the_same_seed() {
        assert_eq!(Life::of(3), Life::of(3));
        assert_ne!(Life::of(3), Life::of(4));
    }
}
