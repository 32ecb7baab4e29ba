//! After an answer without output has begun at the client.
//!
//! It may still fail, and then another profile is tried. Over a WebSocket each
//! answer that follows is a frame, as before. Over HTTP the head is gone: an
//! answer that needs one cannot be sent any more.

use super::{Action, Refusal, Shown, step::Step};

impl Step<'_> {
    pub(super) fn release(&mut self) -> Action {
        self.pool.way_worked();
        self.turn.shown = Shown::Handshake;
        Action::Release
    }

    /// What can still be done for a client that has the beginning of an answer.
    pub(super) fn after_release(&self, action: Action) -> Action {
        if self.turn.shown == Shown::Nothing || self.turn.is_over_socket() {
            return action;
        }
        match action {
            Action::PassThrough { answer, .. } if self.turn.events.contains(&answer) => action,
            // The client asks again, and waits or reads why.
            Action::PassThrough { .. }
            | Action::Refuse(
                Refusal::Unavailable | Refusal::Broken | Refusal::Busy | Refusal::Vault,
            ) => Action::BreakOff,
            Action::Refuse(_) | Action::Resend | Action::UseHttp(_) => {
                let latest = self.turn.events.last();
                latest.map_or(Action::BreakOff, |answer| Action::PassThrough {
                    answer: *answer,
                    retry_after: None,
                })
            }
            other => other,
        }
    }
}
