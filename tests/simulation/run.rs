//! One request of a simulated client on its way through the machine.

use rotunda_core::{
    ProfileId, Turn, Verdict,
    pool::{RefusalKey, Work},
    tokens::{Access, Reason},
    verdict::{RequestTraits, Transport},
};

use crate::{
    account::Then,
    clock::{MINUTE, Millis},
    issuer::Token,
    random::Random,
    script::MODELS,
};

/// The route of voice calls.
pub(crate) const VOICE: &str = "calls";

/// An answer that the machine has observed.
#[derive(Debug, Clone)]
pub(crate) struct Given {
    pub(crate) profile: ProfileId,
    /// As upstream meant it.
    pub(crate) verdict: Verdict,
    pub(crate) key: RefusalKey,
}

/// What a run waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Waits {
    /// For upstream, or for nothing.
    No,
    Pause,
    Look,
    Reset,
}

/// Observations of the latest minute.
#[derive(Debug, Default)]
pub(crate) struct Steps {
    /// When that began.
    minute: Millis,
    count: u32,
}

/// A request with its turn machine, and what the driver knows of it.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) turn: Turn,
    pub(crate) task: usize,
    pub(crate) transport: Transport,
    pub(crate) route: &'static str,
    pub(crate) model: usize,
    /// Upstream refuses the request itself, for each profile, in one of some ways.
    pub(crate) refused: Option<u8>,
    /// The profile that a voice call goes to before any other.
    pub(crate) asks_first: Option<ProfileId>,
    /// The response that it continues.
    pub(crate) chain: Option<usize>,
    /// Who holds that one, as far as was known at the latest attempt.
    pub(crate) holder: Option<ProfileId>,
    pub(crate) reasoning_of: Option<ProfileId>,
    pub(crate) random: Random,
    /// The profile of the current request.
    pub(crate) profile: Option<ProfileId>,
    /// The token it was asked with.
    pub(crate) access: Option<Access>,
    /// The renewal that it waits for: of which slot and which token, and what for.
    pub(crate) renewal: Option<(usize, Access, Reason)>,
    pub(crate) answers: Vec<Given>,
    /// Every profile that was asked, in order.
    pub(crate) sent: Vec<ProfileId>,
    /// Refusals that another profile must confirm.
    pub(crate) opinions: Vec<(ProfileId, RefusalKey)>,
    /// Upstream may have produced output for it.
    pub(crate) may_have_output: bool,
    /// The keychain kept a profile from serving.
    pub(crate) met_vault: bool,
    /// Credits pay for the latest attempt, as the user allows.
    pub(crate) is_paid: bool,
    pub(crate) is_released: bool,
    pub(crate) is_committed: bool,
    /// What follows of the stream that is under way.
    pub(crate) then: Option<Then>,
    pub(crate) waits: Waits,
    /// It counts as one that waits for a reset.
    pub(crate) has_place: bool,
    /// It listens to changes of the pool.
    pub(crate) is_subscribed: bool,
    /// Events of an earlier stage are stale.
    pub(crate) stamp: u64,
    /// A change of the pool is on its way to it.
    pub(crate) is_woken: bool,
    pub(crate) lease: Option<ProfileId>,
    pub(crate) steps: Steps,
    pub(crate) started: Millis,
    /// Uptime at the latest attempt.
    pub(crate) sent_at: Option<Millis>,
    /// What upstream took for its answers, without the first one.
    pub(crate) searched: Millis,
}

impl Run {
    pub(crate) fn is_chained(&self) -> bool {
        self.chain.is_some()
    }

    /// Counts an observation, and says how many the current minute has.
    pub(crate) fn count_step(&mut self, uptime: Millis) -> u32 {
        if uptime >= self.steps.minute + MINUTE {
            self.steps = Steps { minute: uptime, count: 0 };
        }
        self.steps.count += 1;
        self.steps.count
    }

    pub(crate) fn traits(&self) -> RequestTraits {
        let tool_output = self.turn.continuation().tool_output;
        RequestTraits { chained: self.is_chained(), tool_output }
    }

    /// An answer has come, or will not come.
    pub(crate) fn count_search(&mut self, uptime: Millis) {
        let Some(sent_at) = self.sent_at.take() else { return };
        if self.sent.len() > 1 {
            self.searched += uptime.saturating_sub(sent_at);
        }
    }

    /// The token it was asked with, in numbers.
    pub(crate) fn token(&self) -> Option<Token> {
        Token::read(self.access.as_ref()?.bearer.expose())
    }

    pub(crate) fn is_over_socket(&self) -> bool {
        self.transport == Transport::WebSocket
    }

    pub(crate) fn is_voice(&self) -> bool {
        self.route == VOICE
    }

    pub(crate) fn work(&self) -> Work<'static> {
        Work {
            model: (!self.is_voice()).then_some(MODELS[self.model]),
            route: self.route,
            over_socket: self.is_over_socket(),
            allowed: None,
        }
    }
}
