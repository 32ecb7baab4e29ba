//! What is said of a test turn that ended.

use rotunda_core::{Reader, Words};

use super::{ModelSource, ModelUsed, Outcome, Report, StepDone, Told, Wanted, step::Step};
use crate::said::Ended;

impl Report {
    /// Of a turn that has not been tried yet.
    pub(crate) fn begun(profile: &str, wanted: &Wanted) -> Self {
        let requested = wanted.model.clone();
        let source = if requested.is_some() { ModelSource::Named } else { ModelSource::Codex };
        Self {
            profile: profile.to_owned(),
            outcome: Outcome::BackendResponseInvalid,
            state: Outcome::BackendResponseInvalid.state(),
            message: String::new(),
            steps: Vec::new(),
            notes: Vec::new(),
            model: ModelUsed { requested, effective: None, source },
            codex: None,
            unshown: Vec::new(),
        }
    }

    /// How it ended. What only this turn met is told as it was.
    pub(crate) fn said(&self, reader: Reader) -> String {
        let ended = Ended(self.outcome, &self.profile);
        let is_usual = self.message == self.outcome.sentence(&self.profile);
        if is_usual { ended.to(reader) } else { self.message.clone() }
    }

    /// It ended so; `message` says it better than the outcome's own sentence.
    pub(crate) fn close(&mut self, outcome: Outcome, message: Option<String>) {
        (self.outcome, self.state) = (outcome, outcome.state());
        self.message = message.unwrap_or_else(|| outcome.sentence(&self.profile));
    }

    /// It ended with what Codex told.
    pub(crate) fn read(&mut self, told: Told, tell: &mut (dyn FnMut(&str) + Send)) {
        let Told { outcome, retries, mut retried, detail, model, steps, noise, .. } = told;
        self.model.effective = model.filter(|name| is_plain(name));
        self.notes.push(self.model.sentence());
        let times = if retries == 1 { "once".to_owned() } else { format!("{retries} times") };
        retried.sort_by_key(|kind| kind.name());
        retried.dedup();
        let kinds = retried.iter().map(|kind| kind.name()).collect::<Vec<_>>().join(", ");
        match (retries, outcome) {
            (0, _) => {}
            (_, Outcome::Completed) => {
                self.notes
                    .push(format!("Codex had to try again {times} ({kinds}), and that worked."));
            }
            (..) => self.notes.push(format!("Codex tried again {times} ({kinds}).")),
        }
        self.notes.extend(detail.map(|detail| format!("The last answer was an error: {detail}.")));
        self.notes.extend(noise.sentence());
        self.notes.iter().for_each(|note| tell(note));
        self.unshown = noise.into_list();
        let is_deep = steps.last().is_some_and(|it| it.step == Step::NextTurn);
        self.steps = steps;
        let whole = || {
            format!(
                "{} works: Codex got its answers, and the conversation went on after it was \
                 shortened and opened in another Codex.",
                self.profile
            )
        };
        let message = (is_deep && outcome == Outcome::Completed).then(whole);
        self.close(outcome, message);
    }
}

impl Told {
    /// It ended otherwise than Codex could know.
    pub(crate) fn becomes(&mut self, outcome: Outcome, detail: Option<String>) {
        (self.outcome, self.detail) = (outcome, detail);
        if let Some(last) = self.steps.last_mut() {
            last.outcome = outcome;
        }
    }

    /// What an earlier Codex told and what this one did, as one.
    pub(crate) fn after(mut self, earlier: Self) -> Self {
        self.retries += earlier.retries;
        self.retried.extend(earlier.retried);
        self.model = self.model.or(earlier.model);
        self.steps = [earlier.steps, self.steps].concat();
        self.noise.add(earlier.noise);
        self
    }

    /// A step that could not even be asked for.
    pub(crate) fn without(step: Step, outcome: Outcome) -> Self {
        Self {
            outcome,
            retries: 0,
            retried: Vec::new(),
            detail: None,
            status: None,
            model: None,
            steps: vec![StepDone { step, outcome }],
            thread: None,
            noise: super::noise::Noise::default(),
        }
    }
}

impl ModelUsed {
    /// Asked for and used, and whose word it was (lesson F15).
    fn sentence(&self) -> String {
        let whose = match self.source {
            ModelSource::Named => "as named for this turn",
            ModelSource::Config => "from your config.toml",
            ModelSource::Codex => "Codex's own choice, as nobody named one",
        };
        match (&self.effective, &self.requested) {
            (Some(used), Some(asked)) if used != asked => {
                format!("The model was {used}; {asked} was asked for, {whose}.")
            }
            (Some(used), _) => format!("The model was {used}, {whose}."),
            (None, Some(asked)) => format!("The model asked for was {asked}, {whose}."),
            (None, None) => "Which model it would have been is not known.".to_owned(),
        }
    }
}

/// A name that can be nothing but one.
fn is_plain(name: &str) -> bool {
    name.len() <= 80 && name.chars().all(|c| c.is_ascii_alphanumeric() || "-_.:/".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// F15: what was asked for, what was used, and whose word it was, in one line.
    #[test]
    fn asked_for_and_used_are_told_together() {
        let told = |requested: Option<&str>, effective: Option<&str>, source| {
            let own = |name: &str| name.to_owned();
            let (requested, effective) = (requested.map(own), effective.map(own));
            ModelUsed { requested, effective, source }.sentence()
        };
        let other = told(Some("a"), Some("b"), ModelSource::Config);
        assert_eq!(other, "The model was b; a was asked for, from your config.toml.");
        let named = told(Some("a"), Some("a"), ModelSource::Named);
        assert_eq!(named, "The model was a, as named for this turn.");
        let free = told(None, Some("b"), ModelSource::Codex);
        assert_eq!(free, "The model was b, Codex's own choice, as nobody named one.");
    }
}
