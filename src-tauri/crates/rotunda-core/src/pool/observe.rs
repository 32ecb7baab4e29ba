//! What the outcome of an attempt means for the profile.

use std::time::SystemTime;

use super::{Moment, PoolState, TROUBLE_REST, scope::TURNS};
use crate::{event::Event, profile::ProfileId, verdict::Verdict};

/// Why there was no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// Upstream was not reached: it has seen nothing of the request.
    Unreachable,
    /// Upstream took no connection, or no more of the request, for long: nothing of it
    /// can have run.
    Stuck,
    /// Upstream may have seen the request; another attempt could run it twice.
    Ambiguous,
    /// The sign-in is gone, by the answer of the issuer.
    SignInLost,
    /// The issuer cannot be reached or is struggling.
    NoToken,
    /// Upstream refuses a token that was just renewed.
    TokenRefused,
    /// The profile was removed, or signed in anew, meanwhile.
    ProfileGone,
    /// The keychain does not answer.
    Vault,
}

impl PoolState {
    /// Rests a profile, or not, by what its answer to a request of `route` meant. `limit`
    /// is upstream's name of the limit that is reached and the requested model.
    pub fn record_verdict(
        &mut self,
        id: ProfileId,
        verdict: Verdict,
        limit: (Option<&str>, Option<&str>),
        route: &'static str,
        moment: Moment,
    ) -> Vec<Event> {
        let now = moment.now;
        match verdict {
            Verdict::Quota(reset) => self.limit_out(id, limit, reset, now),
            Verdict::NotEntitled => self.not_entitled(id, now),
            Verdict::ModelUnavailable => {
                self.model_refused(id, limit.1, now);
                Vec::new()
            }
            Verdict::Challenge => self.challenged(id, moment),
            Verdict::Gateway => self.way_failed(id, moment),
            Verdict::Struggling => self.troubled_on(id, route, now),
            Verdict::Good
            | Verdict::Burst
            | Verdict::Unauthorized
            | Verdict::ChainLost
            | Verdict::ForeignReasoning
            | Verdict::Request
            | Verdict::Other => Vec::new(),
        }
    }

    /// Rests a profile, or leaves it out, by why it gave no answer to a request of `route`.
    pub fn record_failure(
        &mut self,
        id: ProfileId,
        failure: Failure,
        route: &'static str,
        moment: Moment,
    ) -> Vec<Event> {
        let now = moment.now;
        match failure {
            Failure::Unreachable | Failure::Stuck => self.way_failed(id, moment),
            Failure::Ambiguous => self.troubled_on(id, route, now),
            Failure::NoToken => self.troubled(id, now),
            // The token manager updates its own pool; a router beside that one has another.
            Failure::SignInLost => self.sign_in_lost(id, "refused"),
            Failure::TokenRefused => self.token_refused(id, now),
            Failure::ProfileGone | Failure::Vault => {
                self.entitlement_unclear(id, now + TROUBLE_REST, now);
                Vec::new()
            }
        }
    }

    /// Upstream struggles with a request of this route. Only trouble with turns rests the
    /// profile for all routes.
    fn troubled_on(&mut self, id: ProfileId, route: &'static str, now: SystemTime) -> Vec<Event> {
        if route == TURNS {
            return self.troubled(id, now);
        }
        self.rest_route(id, route, now);
        Vec::new()
    }
}
