//! One turn, from its request to the answer that reaches the client.
//!
//! [`Turn`] is a state machine without IO: a driver gives it what it observed,
//! and does the [`Action`] that follows. HTTP and WebSocket are two drivers of
//! the same machine. After [`Action::Commit`] or another final action the
//! machine is done.
//!
//! Until output has reached the client a turn may go to any profile. An answer
//! before that is about the request, about the account, or about the way to
//! upstream; `docs/decisions/047-whose-fault-an-answer-is.md` has the rules.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use http::StatusCode;

use crate::{
    affinity::Continuation,
    event::{Event, SpendingCause},
    pool::{Moment, Offer, PoolState, RefusalKey, RuleCause, Ruling, Ticket, Work},
    profile::ProfileId,
    verdict::{Transport, Verdict},
};

mod answers;
mod bursts;
mod ending;
mod looked_at;
mod release;
mod restart;
mod ruled;
mod silence;
mod step;

use self::{bursts::Bursts, restart::Restart, step::Step};
pub use crate::pool::Failure;

/// A client may come back this soon when upstream cannot be reached.
pub const UNREACHABLE_PAUSE: Duration = Duration::from_secs(3);

/// Pause for a client after a burst, in seconds: most such accounts answer again
/// within three.
const BURST_PAUSE: u64 = 2;

/// A refusal waits so long for a second opinion while the other profiles have
/// trouble that may pass. Answers that take their time do not count.
const LONGEST_OPINION_WAIT: Duration = Duration::from_secs(5);

/// Refusals of one profile's tokens, while others renew theirs, before it counts as trouble.
const MOST_REFUSED_TOKENS: u32 = 4;

/// What the driver does next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Send the request as this profile, then observe what came of it.
    Send(ProfileId),
    /// Renew the token of this profile that was refused, then observe
    /// [`Observation::TokenRenewed`] or [`Observation::Failed`].
    RenewToken(ProfileId),
    /// Take the reasoning items out of the request, then observe
    /// [`Observation::ReasoningRemoved`] or [`Observation::NoReasoning`].
    RemoveReasoning,
    /// Wait this long, then observe [`Observation::PauseOver`].
    Pause(Duration),
    /// Wait this long, or until the pool changes, then observe
    /// [`Observation::LookAgain`].
    LookAgain(Duration),
    /// Wait for a profile that is back at about this time, when the user allows
    /// that. Observe [`Observation::PoolChanged`] when the pool changed, or
    /// [`Observation::NotWaited`].
    AwaitReset(SystemTime),
    /// Go on waiting for the answer.
    KeepWaiting,
    /// What the answer has shown so far goes to the client, unless that of another
    /// one did already. Observe what it shows next.
    Release,
    /// Final: the latest answer goes to the client, and the request is that
    /// profile's.
    Commit,
    /// Final: an answer goes to the client as received.
    PassThrough {
        /// Which, counted from 0 in the order in which they were observed.
        answer: usize,
        /// Seconds for `Retry-After` where upstream named none.
        retry_after: Option<u64>,
    },
    /// Final: the router answers itself.
    Refuse(Refusal),
    /// Final, HTTP only: the answer that has begun at the client breaks off. The
    /// client asks again, and is answered from the beginning.
    BreakOff,
    /// Final: the client gets the error that its chain is gone, and sends the whole
    /// turn again.
    Resend,
    /// Final, WebSocket only: the client continues over HTTP.
    UseHttp(HttpReason),
}

impl Action {
    /// Whether the turn ends with it.
    pub const fn is_final(&self) -> bool {
        matches!(
            self,
            Self::Commit
                | Self::PassThrough { .. }
                | Self::Refuse(_)
                | Self::BreakOff
                | Self::Resend
                | Self::UseHttp(_)
        )
    }
}

/// What the router answers itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// Every profile that could serve is out of quota.
    Exhausted {
        /// When the first one is back.
        until: SystemTime,
        /// Its plan, as upstream last named it.
        plan: Option<String>,
    },
    /// There is no profile.
    NoProfile,
    /// Each profile needs the user.
    NeedsUser,
    /// Upstream cannot be reached on any profile.
    Unavailable,
    /// The keychain kept profiles from serving; the driver has its sentence.
    Vault,
    /// The connection broke after the request was sent.
    Broken,
    /// Every ready profile has as many requests as it may have.
    Busy,
    /// The rules per project let no profile serve it.
    Ruled(RuleCause),
}

/// Why a client is sent to HTTP, which says for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HttpReason {
    /// Upstream refused the socket with an answer of this meaning, and there is
    /// no other profile.
    Refused(Verdict),
    /// No profile can open a socket now.
    Trouble,
    /// The model is one of another provider, which is asked over HTTP.
    Provider,
}

/// What the driver observed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Observation<'a> {
    /// An answer of the tried profile, or the first event of its answer
    /// that has a meaning.
    Answered(Answered<'a>),
    /// An answer that begins well has shown no output for as long as that is waited
    /// for.
    NoOutput,
    /// The request was sent whole, and no answer begins for far longer than is usual.
    Late,
    /// Upstream answered the handshake of a socket with something else, or closed
    /// the socket with a code that refuses it.
    SocketRefused(Answered<'a>),
    /// The tried profile gave no answer.
    Failed(Failure),
    /// The refused token was replaced.
    TokenRenewed,
    /// The request has no reasoning items any more.
    ReasoningRemoved,
    /// The request has no reasoning items that could be taken out.
    NoReasoning,
    /// The pause is over.
    PauseOver,
    /// The time has come, or the pool changed.
    LookAgain,
    /// While waiting for a reset: another profile may be ready.
    PoolChanged,
    /// Waiting is not allowed, or was ended by the user.
    NotWaited,
}

impl Observation<'_> {
    /// Whether an attempt ended without an answer that serves.
    fn is_failure(&self) -> bool {
        match self {
            Self::Answered(answered) => answered.verdict != Verdict::Good,
            Self::SocketRefused(_) | Self::Failed(_) => true,
            _ => false,
        }
    }
}

/// An answer, judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answered<'a> {
    /// What it means.
    pub verdict: Verdict,
    /// The status, or that of an error inside a stream.
    pub status: Option<StatusCode>,
    /// Upstream's code of the error.
    pub code: Option<&'a str>,
    /// Upstream's name of the limit that is reached.
    pub limit: Option<&'a str>,
    /// How long upstream asks to wait.
    pub retry_after: Option<Duration>,
    /// The token of the attempt is the newest one of the profile.
    pub token_is_current: bool,
    /// It is an event, and not the head of an answer.
    pub is_event: bool,
}

impl Answered<'_> {
    /// An answer that is nothing but good, or bad in this way.
    pub const fn of(verdict: Verdict) -> Self {
        Self {
            verdict,
            status: None,
            code: None,
            limit: None,
            retry_after: None,
            token_is_current: true,
            is_event: false,
        }
    }
}

/// The next action and what happened on the way to it.
#[derive(Debug)]
pub struct Decision {
    /// What the driver does.
    pub action: Action,
    /// What is shown, counted and kept.
    pub events: Vec<Event>,
}

/// What a turn asks for, and how.
#[derive(Debug, Clone)]
pub struct Request {
    /// How the client speaks.
    pub transport: Transport,
    /// What it continues.
    pub continuation: Continuation,
    /// For instance `responses`.
    pub route: &'static str,
    /// How long profiles are searched, in upstream's time and in waiting, before
    /// the turn ends with what is known.
    pub search: Duration,
}

/// Refusals of the current profile's tokens.
#[derive(Debug, Default)]
struct TokenRetry {
    all: u32,
    /// Refusals of a token that was in use right then. The refusal of an older
    /// one says nothing: sockets are open longer than tokens live.
    of_current: u32,
    /// The next attempt is the same one with a new token.
    is_renewed: bool,
}

/// How far a turn went with its reasoning items.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reasoning {
    Kept,
    Removed,
}

/// Whether a turn may wait for a reset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Waiting {
    Allowed,
    Ended,
}

/// A refusal that the rules do not know, until another profile has been tried.
#[derive(Debug)]
struct Opinion {
    profile: ProfileId,
    answer: usize,
    key: RefusalKey,
}

/// Before trouble is looked at again, at first; doubles up to [`LONGEST_LOOK_PAUSE`].
const LOOK_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_LOOK_PAUSE: Duration = Duration::from_secs(2);

/// What kept profiles from serving, beside their answers.
#[derive(Debug, Default)]
struct Obstacles {
    /// The keychain kept a profile from serving.
    vault: bool,
    /// Upstream refused a socket.
    socket: bool,
    /// Upstream, or the way to it, has trouble that may pass.
    trouble: bool,
}

/// What the client has of the turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shown {
    Nothing,
    /// The beginning of an answer without output.
    Handshake,
}

/// Whether the best profile may still be tried although all rest for trouble.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum LastAttempt {
    Open,
    Used,
}

/// One request until its answer reaches the client.
#[derive(Debug)]
pub struct Turn {
    request: Request,
    /// What the rules per project say of it.
    ruling: Ruling,
    /// Which profiles have its model.
    offer: Offer,
    /// The profiles that the router let it ask, before the rules.
    named: Option<Arc<[ProfileId]>>,
    /// Tried now, or last.
    profile: Option<ProfileId>,
    /// The request counts as one of this profile.
    leased: Option<ProfileId>,
    /// The answer of this profile is late.
    late: Option<ProfileId>,
    /// A place among those that wait until a profile may take one more.
    ticket: Option<Ticket>,
    /// How often a profile was tried; once more with a new token does not count.
    attempts: u32,
    /// Profiles that could not serve it, in order.
    tried: Vec<ProfileId>,
    /// Must be tried next, against the rules.
    forced_profile: Option<ProfileId>,
    /// Of `tried`, those that could serve it without its reasoning items.
    foreign_reasoning: Vec<ProfileId>,
    reasoning: Reasoning,
    waiting: Waiting,
    token_retry: TokenRetry,
    bursts: Bursts,
    /// How often it waited for trouble to pass.
    looks: u32,
    /// Uptime before which trouble is not looked at again.
    look_at: Duration,
    /// Uptime before which a change of the pool does not wake it: what turns ask changes
    /// the pool, and two of them would wake each other without a pause.
    awake_from: Duration,
    restart: Restart,
    /// The way to upstream was down when it began to wait.
    way_was_down: bool,
    obstacles: Obstacles,
    /// Why credits pay for the latest attempt, if they do.
    on_credits: Option<SpendingCause>,
    last_attempt: LastAttempt,
    /// All of them differ.
    opinions: Vec<Opinion>,
    /// For how long they have waited for another.
    opinion_wait: Duration,
    /// The meanings of all answers so far.
    answers: Vec<Verdict>,
    /// Which of `answers` are events.
    events: Vec<usize>,
    shown: Shown,
    /// The first of `answers` that may still be passed on: waiting for a reset
    /// makes the earlier ones worthless.
    answers_from: usize,
    /// Uptime at its start, or when its first answer failed.
    started: Duration,
    /// Uptime at the latest attempt.
    sent_at: Option<Duration>,
    /// What upstream took for its answers so far.
    upstream_time: Duration,
}

impl Turn {
    /// A turn that begins.
    pub fn new(request: Request) -> Self {
        Self {
            ruling: Ruling::Free,
            offer: Offer::All,
            named: request.continuation.allowed.clone(),
            request,
            profile: None,
            leased: None,
            late: None,
            ticket: None,
            attempts: 0,
            tried: Vec::new(),
            forced_profile: None,
            foreign_reasoning: Vec::new(),
            reasoning: Reasoning::Kept,
            waiting: Waiting::Allowed,
            token_retry: TokenRetry::default(),
            bursts: Bursts::default(),
            looks: 0,
            look_at: Duration::ZERO,
            awake_from: Duration::ZERO,
            restart: Restart::default(),
            way_was_down: false,
            obstacles: Obstacles::default(),
            on_credits: None,
            last_attempt: LastAttempt::Open,
            opinions: Vec::new(),
            opinion_wait: Duration::ZERO,
            answers: Vec::new(),
            events: Vec::new(),
            shown: Shown::Nothing,
            answers_from: 0,
            started: Duration::ZERO,
            sent_at: None,
            upstream_time: Duration::ZERO,
        }
    }

    /// What the request continues.
    pub fn continuation(&self) -> &Continuation {
        &self.request.continuation
    }

    /// How often a profile was tried. Once more with a new token does not count.
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// Hands the request's place on its profile over to the driver, which gives
    /// it back with [`PoolState::end`].
    pub fn take_lease(&mut self) -> Option<ProfileId> {
        self.leased.take()
    }

    /// Gives back what the turn holds in the pool.
    pub fn release(&mut self, pool: &mut PoolState) {
        self.end_silence(pool);
        if let Some(id) = self.leased.take() {
            pool.end(id);
        }
        if let Some(ticket) = self.ticket.take() {
            pool.leave_queue(ticket);
        }
    }

    /// Only one profile can serve it, since upstream holds its conversation.
    fn is_chained(&self) -> bool {
        self.request.continuation.previous_response.is_some()
    }

    fn is_over_socket(&self) -> bool {
        self.request.transport == Transport::WebSocket
    }

    fn work(&self) -> Work<'_> {
        Work {
            model: self.request.continuation.model.as_deref(),
            route: self.request.route,
            over_socket: self.is_over_socket(),
            allowed: self.request.continuation.allowed.as_deref(),
        }
    }

    /// Asks this profile before any other, once.
    #[must_use]
    pub fn asking_first(mut self, profile: Option<ProfileId>) -> Self {
        self.forced_profile = profile;
        self
    }

    /// The first action.
    pub fn start(&mut self, pool: &mut PoolState, moment: Moment) -> Decision {
        self.started = moment.uptime;
        self.follow_rules(pool);
        Step { turn: self, pool, moment, events: Vec::new() }.decide(Step::choose)
    }

    /// The action that follows an observation.
    pub fn observe(
        &mut self,
        observation: Observation<'_>,
        pool: &mut PoolState,
        moment: Moment,
    ) -> Decision {
        self.follow_rules(pool);
        let step = Step { turn: self, pool, moment, events: Vec::new() };
        step.decide(|step| step.observe(observation))
    }
}

#[cfg(test)]
#[path = "turn_tests.rs"]
mod tests;
