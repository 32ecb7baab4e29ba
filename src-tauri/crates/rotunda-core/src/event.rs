//! What happened, for anyone who wants to show, count or keep it.

use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

use crate::{
    profile::{Cooldown, CooldownCause, ProfileId},
    project::Project,
};

/// One fact about the pool or a request, in the past tense. Carries ids and
/// numbers, never credentials, addresses, prompts or response text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// New work goes to another profile than before.
    Rotated {
        /// Served until now.
        from: ProfileId,
        /// Serves from now on.
        to: ProfileId,
        /// Why `from` stopped; none when it is merely less suitable.
        cause: Option<CooldownCause>,
        /// When `from` is back, if it rests.
        until: Option<SystemTime>,
    },
    /// A profile sits out for a while.
    Rested {
        /// Who.
        profile: ProfileId,
        /// How long and why.
        rest: Cooldown,
    },
    /// A limit beside Codex's own is used up: one model's requests go elsewhere,
    /// everything else stays.
    LimitReached {
        /// The profile concerned.
        profile: ProfileId,
        /// Upstream's words for the limit.
        limit: String,
        /// When it starts afresh.
        until: SystemTime,
    },
    /// A limit beside Codex's own has quota again.
    LimitReset {
        /// The profile concerned.
        profile: ProfileId,
        /// Upstream's words for the limit.
        limit: String,
    },
    /// A resting profile is ready before or at the end of its rest.
    Recovered {
        /// Who.
        profile: ProfileId,
    },
    /// New tokens were fetched and stored.
    Refreshed {
        /// The profile concerned.
        profile: ProfileId,
    },
    /// The newer tokens of Codex's own sign-in were taken over, as the profile is
    /// the same sign-in.
    Adopted {
        /// The profile concerned.
        profile: ProfileId,
    },
    /// New tokens were given to Codex's own sign-in, which held the spent ones.
    HandedOver {
        /// The profile concerned.
        profile: ProfileId,
    },
    /// New tokens could not be stored yet. They are used, and stored later.
    NotSaved {
        /// The profile concerned.
        profile: ProfileId,
        /// What the place of the sign-ins says, in a sentence without its end.
        error: String,
    },
    /// New tokens that could not be stored are stored now.
    Saved {
        /// The profile concerned.
        profile: ProfileId,
    },
    /// The issuer answered a renewal with what cannot be used. The tokens that
    /// were held stay, and it is tried again later.
    RenewalRefused {
        /// The profile concerned.
        profile: ProfileId,
        /// What is wrong with the answer, as a fixed code such as `not_json`.
        why: &'static str,
    },
    /// Only the user can bring this profile back.
    NeedsSignIn {
        /// Who.
        profile: ProfileId,
        /// Upstream's reason, as a fixed code such as `refresh_token_reused`.
        code: &'static str,
    },
    /// The profile's plan does not include Codex.
    NotEntitled {
        /// Who.
        profile: ProfileId,
    },
    /// A conversation's upstream state is gone; the client got the error on which it resends.
    ChainLost {
        /// Held it, when known.
        profile: Option<ProfileId>,
    },
    /// The first purchased credit of a row was spent, or is about to be.
    CreditsSpent {
        /// Whose.
        profile: ProfileId,
        /// Why.
        cause: SpendingCause,
        /// The balance as last known, in upstream's words.
        balance: Option<String>,
    },
    /// Every profile is out.
    Exhausted {
        /// When the first one is back, if any will be.
        until: Option<SystemTime>,
    },
    /// Every profile that the rule of a project names is out, and no other serves there.
    RuleExhausted {
        /// The profiles that may serve there.
        profiles: Vec<ProfileId>,
        /// When the first one is back, if any will be.
        until: Option<SystemTime>,
    },
    /// A request waits for a profile to come back.
    Waiting {
        /// Number of the request, counted from the router's start.
        request: u64,
        /// When it is expected to go on.
        until: SystemTime,
    },
    /// An answer does not begin for far longer than is usual.
    Late(Late),
    /// A request reached its end.
    Finished(Finished),
    /// A turn ended in an error although a profile that was ready had not been
    /// tried: a defect of the router.
    Missed(Missed),
    /// The user chose the profile that serves new work.
    Chosen {
        /// Who.
        profile: ProfileId,
    },
}

/// A request whose answer does not begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Late {
    /// The profile that was asked.
    pub profile: ProfileId,
    /// The route, for instance `responses`.
    pub route: &'static str,
    /// Since the request was sent.
    pub waited: Duration,
    /// The longest time that such answers of this profile usually take to begin, when it
    /// is known.
    pub usual: Option<Duration>,
    /// Whether the request may be at work.
    pub reached: Reached,
}

/// How far a request came whose answer does not begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reached {
    /// Upstream cannot have all of it: nothing has run, and it is sent elsewhere.
    InPart,
    /// Upstream may have all of it: it is waited for.
    Whole,
}

/// Why credits are spent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SpendingCause {
    /// A turn was sent with the user's consent: no plan had quota left.
    AllOut,
    /// A turn was sent with the user's consent, which does not ask for that.
    Always,
    /// The balance fell, and no turn was sent that was to be paid with credits: a
    /// turn that began within the plan, or another program.
    NotByConsent,
}

/// A profile that could have been tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Missed {
    /// The profile.
    pub profile: ProfileId,
    /// The route, for instance `responses`.
    pub route: &'static str,
}

/// A finished request in numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finished {
    /// Number of the request, counted from the router's start.
    pub request: u64,
    /// Served by; none when no profile was tried.
    pub profile: Option<ProfileId>,
    /// The route, for instance `responses` or `models`.
    pub route: &'static str,
    /// Model slug named in the request.
    pub model: Option<String>,
    /// Status the client saw; 499 when it left before the end.
    pub status: u16,
    /// Profiles tried.
    pub attempts: u32,
    /// Why no profile was tried, when none was.
    pub unasked: Option<Unasked>,
    /// From the request's last byte to the answer's first.
    pub first_byte: Option<Duration>,
    /// From the request's last byte to the answer's last.
    pub total: Duration,
    /// Token counts, when the stream contained them.
    pub tokens: Option<Tokens>,
    /// What it was work on.
    pub work: Work,
}

/// What a request is work on, as far as it says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Work {
    /// Root thread of the conversation, shared by its sub-agents.
    pub session: Option<String>,
    /// The repository, or its folder. Not for a log: it may be a path.
    pub project: Option<Project>,
}

/// Why no profile was tried for a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unasked {
    /// Each ready profile had as many requests at once as it may have.
    Busy,
    /// All profiles rest after trouble upstream.
    Resting,
}

/// Token counts of one response, from `response.completed`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tokens {
    /// Read by the model.
    pub input: u64,
    /// Of `input`, served from the prompt cache.
    pub cached: u64,
    /// Written by the model.
    pub output: u64,
    /// Of `output`, reasoning.
    pub reasoning: u64,
}
