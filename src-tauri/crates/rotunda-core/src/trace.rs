//! What is written down of requests on their way: one list of markers for the log and
//! for the trace of a request.
//!
//! A released name never changes, since scripts look for it. `docs/logs.md` is made from
//! [`Marker::ALL`].

use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

use crate::{
    event::Reached,
    pool::{Considered, Failure, RuleCause},
    profile::{CooldownCause, ProfileId, WindowKind},
    turn::{HttpReason, Refusal},
    verdict::Verdict,
};

/// What happened, by a fixed name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each has its sentence in `meaning`")]
pub enum Marker {
    Chosen,
    Rotation,
    Rest,
    Limit,
    LimitReset,
    Recovered,
    Exhausted,
    Wait,
    Cap,
    Budget,
    Pause,
    Late,
    AttemptEnded,
    TokenRenewal,
    ReasoningRemoved,
    FirstByteUpstream,
    FirstByteLocal,
    Passthrough,
    Refused,
    StaleContinuation,
    UseHttp,
    Cut,
    MissedProfile,
    Finished,
}

/// How loud a marker is in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loudness {
    /// Each request has it: with `ROTUNDA_LOG=debug` only.
    Detail,
    /// Always.
    Notable,
    /// A defect.
    Defect,
}

impl Marker {
    /// Each of them, in the order in which a request may meet them.
    pub const ALL: [Self; 24] = [
        Self::Chosen,
        Self::Rotation,
        Self::Rest,
        Self::Limit,
        Self::LimitReset,
        Self::Recovered,
        Self::Exhausted,
        Self::Wait,
        Self::Cap,
        Self::Budget,
        Self::Pause,
        Self::Late,
        Self::AttemptEnded,
        Self::TokenRenewal,
        Self::ReasoningRemoved,
        Self::FirstByteUpstream,
        Self::FirstByteLocal,
        Self::Passthrough,
        Self::Refused,
        Self::StaleContinuation,
        Self::UseHttp,
        Self::Cut,
        Self::MissedProfile,
        Self::Finished,
    ];

    /// Its name in the log and in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Chosen => "chosen",
            Self::Rotation => "rotation",
            Self::Rest => "rest",
            Self::Limit => "limit",
            Self::LimitReset => "limit_reset",
            Self::Recovered => "recovered",
            Self::Exhausted => "exhausted",
            Self::Wait => "wait",
            Self::Cap => "cap",
            Self::Budget => "budget",
            Self::Pause => "pause",
            Self::Late => "late",
            Self::AttemptEnded => "attempt_ended",
            Self::TokenRenewal => "token_renewal",
            Self::ReasoningRemoved => "reasoning_removed",
            Self::FirstByteUpstream => "first_byte_upstream",
            Self::FirstByteLocal => "first_byte_local",
            Self::Passthrough => "passthrough",
            Self::Refused => "refused",
            Self::StaleContinuation => "stale_continuation",
            Self::UseHttp => "use_http",
            Self::Cut => "cut",
            Self::MissedProfile => "missed_profile",
            Self::Finished => "finished",
        }
    }

    /// What it says, in English, for the documentation.
    #[expect(clippy::too_many_lines, reason = "a sentence for each marker, and nothing to decide")]
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Chosen => {
                "The request goes to this profile. The reason is what ties it there: `free` (a new \
                 conversation), `user_choice`, `prefer`, `sticky`, `pinned` or `unowned`"
            }
            Self::Rotation => {
                "New conversations go to this profile instead of `from`. The reason is what keeps \
                 `from` out: `five_hours`, `week`, `limit`, `credits`, `trouble`, or `order`"
            }
            Self::Rest => {
                "The profile is left out until `until`. The reason is `five_hours`, `week`, \
                 `limit`, `credits` or `trouble`"
            }
            Self::Limit => "A limit of one model is used up; the reason is its name",
            Self::LimitReset => "A limit of one model has quota again; the reason is its name",
            Self::Recovered => "The profile is ready again",
            Self::Exhausted => "No profile can serve",
            Self::Wait => "The request waits for a profile that is back at about `until`",
            Self::Cap => {
                "Each ready profile has as many requests at once as it may have; the request \
                 waits for a free place"
            }
            Self::Budget => {
                "A budget is used up. The reason is `search` (no profile could serve in the time \
                 for the search) or `bodies` (no memory for the body of the request came free)"
            }
            Self::Pause => {
                "The request is held for a moment. The reason is `burst` (too many requests at \
                 once on the account) or `trouble` (the way to upstream)"
            }
            Self::Late => {
                "The answer does not begin for far longer than is usual for this profile and kind \
                 of request. The reason is `waiting` (upstream may have the request, so it is \
                 waited for) or `moved` (upstream cannot have all of it, so it goes elsewhere)"
            }
            Self::AttemptEnded => {
                "The profile did not serve the request. The reason is the meaning of its answer, \
                 such as `quota` or `struggling`, or of its silence, such as `unreachable`"
            }
            Self::TokenRenewal => "The access token was refused and is renewed",
            Self::ReasoningRemoved => {
                "The request is sent without encrypted reasoning that another account made"
            }
            Self::FirstByteUpstream => {
                "The first byte of an answer came from upstream; the reason is its status"
            }
            Self::FirstByteLocal => "The first byte of the answer goes to Codex",
            Self::Passthrough => {
                "An error of upstream goes to Codex as it came; the reason is its meaning"
            }
            Self::Refused => "Rotunda answers by itself; the reason says why",
            Self::StaleContinuation => {
                "Codex gets the error on which it sends the whole turn again. The reason is \
                 `previous_response_not_found` (no profile holds the conversation any more), or \
                 `profile_out` (the one that holds it is out and another is ready)"
            }
            Self::UseHttp => {
                "Codex is sent from its socket to HTTP. The reason is `trouble`, or the meaning of \
                 upstream's refusal"
            }
            Self::Cut => {
                "The answer ended before it was complete. The reason is `client_left`, \
                 `upstream_broke`, `upstream_silent` or `nothing_followed`"
            }
            Self::MissedProfile => {
                "A turn ended in an error although this profile was ready: a defect of Rotunda"
            }
            Self::Finished => "The request is over; the reason is the status that Codex saw",
        }
    }

    /// How loud it is in the log.
    pub const fn loudness(self) -> Loudness {
        match self {
            Self::Chosen
            | Self::Pause
            | Self::AttemptEnded
            | Self::TokenRenewal
            | Self::ReasoningRemoved
            | Self::FirstByteUpstream
            | Self::FirstByteLocal
            | Self::Finished => Loudness::Detail,
            Self::MissedProfile => Loudness::Defect,
            Self::Rotation
            | Self::Rest
            | Self::Limit
            | Self::LimitReset
            | Self::Recovered
            | Self::Exhausted
            | Self::Wait
            | Self::Cap
            | Self::Budget
            | Self::Late
            | Self::Passthrough
            | Self::Refused
            | Self::StaleContinuation
            | Self::UseHttp
            | Self::Cut => Loudness::Notable,
        }
    }
}

/// One step of a request.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// Since the request began.
    pub after: Duration,
    /// What happened.
    pub marker: Marker,
    /// Which profile it concerns.
    pub profile: Option<ProfileId>,
    /// Why, in a fixed word or a number; empty when there is none.
    pub reason: String,
    /// With [`Marker::Chosen`]: every profile, with what counted for and against it.
    pub considered: Vec<Considered>,
}

/// A request from its first step on.
#[derive(Debug, Clone, PartialEq)]
pub struct RequestTrace {
    /// Its number, counted from the router's start.
    pub request: u64,
    /// When it began.
    pub at: SystemTime,
    /// For instance `responses`.
    pub route: &'static str,
    /// The model it names.
    pub model: Option<String>,
    /// What happened, in its order.
    pub steps: Vec<Step>,
    /// So many further steps were not kept.
    pub left_out: u32,
}

/// In one word, why a profile rests.
pub const fn cause_word(cause: CooldownCause) -> &'static str {
    match cause {
        CooldownCause::Quota(Some(WindowKind::FiveHours)) => "five_hours",
        CooldownCause::Quota(Some(WindowKind::Week)) => "week",
        CooldownCause::Quota(Some(WindowKind::Other) | None) => "limit",
        CooldownCause::Credits(_) => "credits",
        CooldownCause::Trouble => "trouble",
    }
}

/// In one word, what an answer means.
pub const fn verdict_word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Good => "good",
        Verdict::Quota(_) => "quota",
        Verdict::NotEntitled => "not_entitled",
        Verdict::Burst => "burst",
        Verdict::Unauthorized => "unauthorized",
        Verdict::Challenge => "challenge",
        Verdict::Gateway => "gateway",
        Verdict::Struggling => "struggling",
        Verdict::ModelUnavailable => "model_unavailable",
        Verdict::ChainLost => "chain_lost",
        Verdict::ForeignReasoning => "foreign_reasoning",
        Verdict::Request => "request",
        Verdict::Other => "other",
    }
}

/// In one word, why there was no answer.
pub const fn failure_word(failure: Failure) -> &'static str {
    match failure {
        Failure::Unreachable => "unreachable",
        Failure::Stuck => "stuck",
        Failure::Ambiguous => "broke_after_sending",
        Failure::SignInLost => "sign_in_lost",
        Failure::NoToken => "not_renewed",
        Failure::TokenRefused => "token_refused",
        Failure::ProfileGone => "profile_gone",
        Failure::Vault => "keychain",
    }
}

/// In one word, what becomes of a request whose answer is late.
pub const fn late_word(reached: Reached) -> &'static str {
    match reached {
        Reached::InPart => "moved",
        Reached::Whole => "waiting",
    }
}

/// In one word, what Rotunda answers by itself.
pub const fn refusal_word(refusal: &Refusal) -> &'static str {
    match refusal {
        Refusal::Exhausted { .. } => "exhausted",
        Refusal::NoProfile => "no_profile",
        Refusal::NeedsUser => "needs_user",
        Refusal::Unavailable => "unavailable",
        Refusal::Vault => "keychain",
        Refusal::Broken => "broken",
        Refusal::Busy => "busy",
        Refusal::Ruled(cause) => rule_word(*cause),
    }
}

/// In one word, why the rules per project let no profile serve a request.
pub const fn rule_word(cause: RuleCause) -> &'static str {
    match cause {
        RuleCause::Project => "rule",
        RuleCause::Unstated => "rule_unstated",
        RuleCause::AnyProject => "rule_any_project",
        RuleCause::Unreadable => "rule_unreadable",
    }
}

/// In one word, why a client is sent to HTTP.
pub const fn http_word(reason: HttpReason) -> &'static str {
    match reason {
        HttpReason::Refused(verdict) => verdict_word(verdict),
        HttpReason::Trouble => "trouble",
        HttpReason::Provider => "provider",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_marker_has_a_name_of_its_own_that_is_its_name_in_json() {
        let mut names: Vec<_> = Marker::ALL.iter().map(|it| it.name()).collect();
        for marker in Marker::ALL {
            let json = serde_json::to_value(marker).unwrap();
            assert_eq!(json, marker.name());
            assert!(!marker.meaning().ends_with('.'), "{marker:?}: the page adds the full stop");
        }
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count);
    }
}
