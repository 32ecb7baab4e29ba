//! What a test turn does, one after the other.

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

    const fn words(self) -> &'static str {
        match self {
            Self::Turn => "a turn",
            Self::Compact => "shortening the conversation",
            Self::Resume => "opening it in another Codex",
            Self::NextTurn => "one more turn there",
        }
    }
}

impl StepDone {
    /// As it is told in a deep test.
    pub(crate) fn sentence(self) -> String {
        let number = Step::ALL.iter().take_while(|step| **step != self.step).count() + 1;
        let (all, words, outcome) = (Step::ALL.len(), self.step.words(), self.outcome.name());
        format!("Step {number} of {all}, {words}: {outcome}.")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_told_with_its_number_and_its_outcome() {
        let told = |step, outcome| StepDone { step, outcome }.sentence();
        assert_eq!(told(Step::Turn, Outcome::Completed), "Step 1 of 4, a turn: completed.");
        assert_eq!(
            told(Step::Resume, Outcome::ThreadResumeFailed),
            "Step 3 of 4, opening it in another Codex: thread-resume-failed."
        );
    }
}
