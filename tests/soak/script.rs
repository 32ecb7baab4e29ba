//! What upstream does with each attempt: drawn from the seed, the request's
//! number and the attempt's, whatever the order in which they arrive.

use std::collections::BTreeMap;

use rotunda_tests::Dice;

use crate::record::Transport;

/// What upstream did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Given {
    /// A whole answer.
    Whole,
    /// A whole answer of several hundred kilobytes.
    Long,
    /// A whole answer that pauses before its output, longer than it is held.
    PausedEarly,
    /// A whole answer that pauses in the middle of its output.
    PausedLate,
    /// 429, or the wrapped error: the account is out until a reset.
    Quota,
    /// The same as a failed event inside a successful stream.
    QuotaEvent,
    /// The same after output.
    QuotaLate,
    /// The bearer is refused from now on; a refresh gets a new one.
    Refused,
    /// The bearer is refused, and the refresh token is gone.
    SignedOut,
    /// The bearer is refused, and the issuer fails once.
    IssuerDown,
    /// 429 without a reset: too much at once.
    Burst,
    /// 500, 502 or 503.
    Broken,
    /// `server_is_overloaded` as a failed event before any output.
    Overloaded,
    /// 403 with a page of HTML.
    Challenge,
    /// The connection goes before the head; on a socket before any frame.
    CutEarly,
    /// The connection goes after the first handshake event.
    CutHandshake,
    /// The connection goes after output.
    CutLate,
    /// The stream ends without its last event; a socket is closed with 1011.
    EndedEarly,
    /// Nothing ever comes.
    Stalled,
    /// The chain is not known any more.
    ChainUnknown,
    /// Another account's reasoning is in the input.
    ForeignReasoning,
    /// 422, which no rule knows.
    Unheard,
    /// A socket's upgrade is refused for good: upstream has none.
    NoSockets,
    /// A fault of the field.
    Fault,
    /// The request itself is refused, by each account alike.
    Bad,
}

impl Given {
    /// Every kind that a run of some length must have dealt.
    pub(crate) const DEALT: &[Self] = &[
        Self::Whole,
        Self::Long,
        Self::PausedEarly,
        Self::PausedLate,
        Self::Quota,
        Self::QuotaEvent,
        Self::QuotaLate,
        Self::Refused,
        Self::SignedOut,
        Self::IssuerDown,
        Self::Burst,
        Self::Broken,
        Self::Overloaded,
        Self::Challenge,
        Self::CutEarly,
        Self::CutHandshake,
        Self::CutLate,
        Self::EndedEarly,
        Self::Stalled,
        Self::ChainUnknown,
        Self::ForeignReasoning,
        Self::Unheard,
    ];

    /// A whole answer, sooner or later.
    pub(crate) const fn is_whole(self) -> bool {
        matches!(self, Self::Whole | Self::Long | Self::PausedEarly | Self::PausedLate)
    }

    /// Says that the account's quota is used up, before any output.
    pub(crate) const fn is_quota(self) -> bool {
        matches!(self, Self::Quota | Self::QuotaEvent)
    }

    /// The bearer was refused, whatever comes of the refresh.
    pub(crate) const fn is_refusal(self) -> bool {
        matches!(self, Self::Refused | Self::SignedOut | Self::IssuerDown)
    }

    /// Upstream struggles: once to another profile, then as received.
    pub(crate) const fn is_struggle(self) -> bool {
        matches!(self, Self::Broken | Self::Overloaded | Self::Challenge)
    }

    /// The answer broke off, was ended, or never came.
    pub(crate) const fn is_break(self) -> bool {
        matches!(self, Self::CutEarly | Self::CutHandshake | Self::CutLate | Self::EndedEarly)
    }
}

/// Shares of ten thousand; what is left is a whole answer.
type Shares = &'static [(u64, Given)];

/// What ends a profile's turn for a while is rare, or no profile would be left.
const TURNS: Shares = &[
    (6, Given::Quota),
    (6, Given::QuotaEvent),
    (4, Given::QuotaLate),
    (8, Given::Refused),
    (2, Given::SignedOut),
    (3, Given::IssuerDown),
    (50, Given::Burst),
    (60, Given::Broken),
    (40, Given::Overloaded),
    (6, Given::Challenge),
    (40, Given::CutEarly),
    (40, Given::CutHandshake),
    (90, Given::CutLate),
    (40, Given::EndedEarly),
    (20, Given::Stalled),
    (20, Given::PausedEarly),
    (40, Given::PausedLate),
    (120, Given::Long),
    (20, Given::Unheard),
];

/// Drawn in place of the above when the request continues a chain.
const CHAIN_UNKNOWN: u64 = 200;

const UPGRADES: Shares = &[
    (50, Given::Refused),
    (5, Given::SignedOut),
    (20, Given::Quota),
    (15, Given::Broken),
    (10, Given::Challenge),
    (60, Given::CutEarly),
];

/// What a turn gets; `attempt` counts those of the same request.
pub(crate) fn turn(seed: u64, request: u64, attempt: u64, is_chained: bool) -> Given {
    let mut dice = Dice::of(&[seed, 1, request, attempt]);
    if is_chained && dice.below(10_000) < CHAIN_UNKNOWN {
        return Given::ChainUnknown;
    }
    if let Some(given) = planned(request).filter(|_| attempt == 0 && !is_chained) {
        return given;
    }
    drawn(TURNS, &mut dice)
}

/// Each fault a few times among the first requests, so that a short run or a
/// slow machine meets the rare ones too.
fn planned(request: u64) -> Option<Given> {
    let place = usize::try_from(request / APART).ok()?;
    let is_one = request.is_multiple_of(APART) && (1..=TURNS.len() * TIMES).contains(&place);
    is_one.then(|| TURNS[place % TURNS.len()].1)
}

/// What was planned and could not be done then, such as refusing a bearer that
/// was too new, is done later in its place.
pub(crate) fn owed(request: u64, dealt: &BTreeMap<Given, u64>) -> Option<Given> {
    let is_later = request / APART > (TURNS.len() * TIMES) as u64 && request.is_multiple_of(APART);
    let mut kinds = TURNS.iter().map(|(_, given)| *given);
    kinds.find(|given| is_later && !dealt.contains_key(given))
}

/// Requests between two planned faults, and how often each is planned.
const APART: u64 = 29;
const TIMES: usize = 3;

/// What the opening of a socket gets.
pub(crate) fn upgrade(seed: u64, socket: u64, attempt: u64) -> Given {
    drawn(UPGRADES, &mut Dice::of(&[seed, 2, socket, attempt]))
}

/// What an answer that is no stream can be given instead of what was drawn.
pub(crate) const fn without_stream(given: Given) -> Given {
    match given {
        Given::QuotaEvent | Given::QuotaLate => Given::Quota,
        Given::Overloaded => Given::Broken,
        Given::Long
        | Given::PausedEarly
        | Given::PausedLate
        | Given::CutHandshake
        | Given::CutLate
        | Given::EndedEarly => Given::Whole,
        given => given,
    }
}

/// What a socket that is already open cannot be given.
pub(crate) const fn on(transport: Transport, given: Given) -> Given {
    match (transport, given) {
        // A page of HTML is no frame.
        (Transport::Socket, Given::Challenge) => Given::Broken,
        (_, given) => given,
    }
}

fn drawn(shares: Shares, dice: &mut Dice) -> Given {
    let mut roll = dice.below(10_000);
    for (share, given) in shares {
        match roll.checked_sub(*share) {
            Some(rest) => roll = rest,
            None => return *given,
        }
    }
    Given::Whole
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_script_is_the_same_for_the_same_seed() {
        let all = |seed| -> Vec<_> { (0..3000).map(|n| turn(seed, n, 0, n % 2 == 0)).collect() };
        assert_eq!(all(5), all(5));
        assert_ne!(all(5), all(6));
    }

    #[test]
    fn most_turns_are_whole_and_every_fault_comes() {
        let all: Vec<_> = (0..40_000).map(|n| turn(1, n, 0, n % 3 == 0)).collect();
        let whole = all.iter().filter(|given| given.is_whole()).count();
        assert!((34_000..39_000).contains(&whole), "{whole}");
        let mut dealt: BTreeSet<_> = all.into_iter().collect();
        // This one follows from the state of things, not from the script.
        dealt.insert(Given::ForeignReasoning);
        assert_eq!(dealt, Given::DEALT.iter().copied().collect());
    }

    #[test]
    fn what_was_not_done_is_owed_until_it_is() {
        let mut dealt: BTreeMap<_, _> = TURNS.iter().map(|(_, given)| (*given, 1)).collect();
        let later = APART * (TURNS.len() * TIMES + 1) as u64;
        assert_eq!(owed(later, &dealt), None);
        dealt.remove(&Given::SignedOut);
        assert_eq!(owed(later, &dealt), Some(Given::SignedOut));
        assert_eq!(owed(later + 1, &dealt), None);
        assert_eq!(owed(APART, &dealt), None, "it may still come as planned");
    }
}
