//! A test turn: one real turn of Codex through one profile, and one word for
//! how it went.
//!
//! The turn runs in `codex app-server`, in a Codex home and a work folder that
//! are thrown away, so nothing of the user's is written. What Codex says is
//! judged and counted, and never repeated: its errors can hold our address,
//! its items the model's reasoning.

mod child;
mod message;
mod noise;
mod outcome;
mod outcome_classifier;
#[cfg(test)]
mod outcome_classifier_tests;
mod place;
pub mod quick;
mod report;
mod step;
mod talk;
#[cfg(test)]
mod talk_tests;
mod upstream_observer;

use rotunda_text::{Locale, Localize, Message};
use serde::{Deserialize, Serialize};

pub(crate) use self::{
    child::{Child, Pipes, version},
    place::{KIND as FOLDER, TestFolders},
    talk::{ConversationResult, Course, Subject, converse},
    upstream_observer::UpstreamObserver,
};
pub use self::{
    noise::Unshown,
    outcome::{Outcome, State},
    step::{Step, StepDone},
};
pub use crate::control::{IDLE, Wanted};

/// Where the model came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ModelSource {
    /// It was named for this test turn.
    Named,
    /// The user's `config.toml` names it.
    Config,
    /// None is named, so it is Codex's own choice.
    Codex,
}

/// The requested model and the used one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelUsed {
    /// As named for this turn or in `config.toml`.
    pub requested: Option<String>,
    /// As Codex reported when the thread began.
    pub effective: Option<String>,
    /// Where the request came from.
    pub source: ModelSource,
}

/// Everything there is to know of a test turn that ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// The profile's name.
    pub profile: String,
    /// One of the closed list.
    pub outcome: Outcome,
    /// What that amounts to.
    pub state: State,
    /// One or two sentences: what happened, then what to do.
    pub message: String,
    /// The same as data, where it is not the outcome's own sentence.
    #[serde(skip)]
    pub(crate) special: Option<Message>,
    /// What was done, in order, up to the first step that failed; nothing when
    /// it could not be tried.
    #[serde(default)]
    pub steps: Vec<StepDone>,
    /// What else is worth knowing, a sentence each.
    pub notes: Vec<String>,
    /// The same as data.
    #[serde(skip)]
    pub(crate) remarks: Vec<Message>,
    /// The model.
    pub model: ModelUsed,
    /// What Codex says of its version.
    pub codex: Option<String>,
    /// Events of Codex that were not shown.
    pub unshown: Vec<Unshown>,
}

/// How far a test turn is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// Counts the test turns of this Rotunda; for cancelling this one.
    pub number: u64,
    /// The profile's id.
    pub profile: String,
    /// Sentences so far, oldest first.
    pub lines: Vec<String>,
    /// Set when it has ended.
    pub report: Option<Report>,
}

/// The same as data, as the daemon holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TurnProgress {
    /// Counts the test turns of this Rotunda.
    pub(crate) number: u64,
    /// The profile's id.
    pub(crate) profile: String,
    /// What happened so far, oldest first.
    pub(crate) lines: Vec<Message>,
    /// Set when it has ended.
    pub(crate) report: Option<Report>,
}

impl TurnProgress {
    /// The text in a locale.
    pub(crate) fn to(&self, locale: Locale) -> Progress {
        let report = self.report.clone().map(|report| Report {
            message: report.ending(locale),
            notes: report.remarks.iter().map(|remark| remark.to(locale)).collect(),
            ..report
        });
        let lines = self.lines.iter().map(|line| line.to(locale)).collect();
        Progress { number: self.number, profile: self.profile.clone(), lines, report }
    }
}
