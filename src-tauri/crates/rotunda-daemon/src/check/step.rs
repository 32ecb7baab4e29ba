//! What a test turn does, one after the other.

use rotunda_text::{Localize, Message, message};
use serde::{Deserialize, Serialize};

use super::Outcome;

/// One step of a test turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    /// A question and its answer.
    Turn,
    /// The conversation is shortened.
    Compact,
    /// Another Codex opens the same conversation.
    Resume,
    /// One more question and its answer there.
    NextTurn,
}

/// A step that has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepDone {
    /// Which.
    pub step: Step,
    /// How it ended.
    pub outcome: Outcome,
}

impl Step {
    /// All of a deep test, in order; an ordinary one is the first alone.
    pub const ALL: [Self; 4] = [Self::Turn, Self::Compact, Self::Resume, Self::NextTurn];

    /// Its name in the catalogs.
    const fn name(self) -> &'static str {
        match self {
            Self::Turn => "turn",
            Self::Compact => "compact",
            Self::Resume => "resume",
            Self::NextTurn => "next_turn",
        }
    }
}

impl Localize for StepDone {
    fn message(&self) -> Message {
        let number = Step::ALL.iter().take_while(|step| **step != self.step).count() + 1;
        message!(
            "turn-step",
            number = number,
            all = Step::ALL.len(),
            step = self.step.name(),
            outcome = self.outcome.name()
        )
    }
}

#[cfg(test)]
mod tests {
    use rotunda_text::{Language, Locale};

    use super::*;

    #[test]
    fn a_step_is_shown_with_its_number_and_outcome() {
        let text = |step, outcome| StepDone { step, outcome }.to(Locale::of(Language::ENGLISH));
        assert_eq!(text(Step::Turn, Outcome::Completed), "Step 1 of 4, a turn: completed.");
        assert_eq!(
            text(Step::Resume, Outcome::ThreadResumeFailed),
            "Step 3 of 4, opening it in another Codex: thread-resume-failed."
        );
    }
}
