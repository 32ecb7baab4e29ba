//! What a request hears when nobody can serve it: the same over HTTP and
//! WebSocket.

use std::time::Duration;

use rotunda_core::{Choice, pool::Outlook};

use crate::{respond::Refusal, server::Shared};

/// A client may come back this soon when upstream cannot be reached.
pub(crate) const UNREACHABLE_PAUSE: Duration = Duration::from_secs(3);

impl Shared {
    /// The most useful refusal. `vault` is the keychain's sentence, when it
    /// kept a profile from serving.
    pub(crate) fn last_word(
        &self,
        choice: Choice,
        outlook: Outlook,
        vault: Option<String>,
    ) -> Refusal {
        match (choice, outlook) {
            (Choice::Busy, _) => Refusal::Busy,
            (_, Outlook::Quota { until, plan }) => {
                self.pool.observe(|pool, _| pool.ran_out(Some(until)));
                Refusal::Exhausted { until, now: self.pool.now(), plan }
            }
            (_, Outlook::Trouble) => {
                vault.map_or(Refusal::Unavailable(UNREACHABLE_PAUSE), Refusal::Vault)
            }
            (_, Outlook::Empty) => Refusal::NoProfile(
                "Rotunda has no profile yet. Add one in Rotunda, or unbind Codex to use its own sign-in.",
            ),
            (_, Outlook::NeedsUser) => Refusal::NoProfile(
                "No profile in Rotunda can serve: each needs a new sign-in, is paused or has no Codex plan. \
                 Open Rotunda to fix one, or unbind Codex.",
            ),
        }
    }
}
