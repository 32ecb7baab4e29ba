//! The report of a test turn that ended.

use rotunda_text::{Language, Locale, Localize, Message, message};

use super::{
    ConversationResult, ModelSource, ModelUsed, Outcome, Report, StepDone, Wanted, outcome::Ended,
    step::Step,
};

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
            special: None,
            steps: Vec::new(),
            notes: Vec::new(),
            remarks: Vec::new(),
            model: ModelUsed { requested, effective: None, source },
            codex: None,
            unshown: Vec::new(),
        }
    }

    /// How it ended, for people.
    pub(crate) fn ending(&self, locale: Locale) -> String {
        match &self.special {
            Some(message) => message.to(locale),
            None => Ended(self.outcome, &self.profile).to(locale),
        }
    }

    /// It ended so; `special` replaces the outcome's own sentence.
    pub(crate) fn close(&mut self, outcome: Outcome, special: Option<Message>) {
        (self.outcome, self.state, self.special) = (outcome, outcome.state(), special);
        self.message = self.ending(Locale::of(Language::ENGLISH));
    }

    /// Notes something that is worth knowing.
    pub(crate) fn remark(&mut self, remark: Message) {
        self.notes.push(remark.to(Locale::of(Language::ENGLISH)));
        self.remarks.push(remark);
    }

    /// It ended with this result.
    pub(crate) fn read(
        &mut self,
        result: ConversationResult,
        emit: &mut (dyn FnMut(Message) + Send),
    ) {
        let ConversationResult {
            outcome, retries, mut retried, detail, model, steps, noise, ..
        } = result;
        self.model.effective = model.filter(|name| is_plain(name));
        self.remark(self.model.message());
        retried.sort_by_key(|kind| kind.name());
        retried.dedup();
        let kinds = retried.iter().map(|kind| kind.name()).collect::<Vec<_>>().join(", ");
        match (retries, outcome) {
            (0, _) => {}
            (_, Outcome::Completed) => {
                self.remark(message!("turn-note-retried-well", times = retries, kinds = kinds));
            }
            (..) => self.remark(message!("turn-note-retried", times = retries, kinds = kinds)),
        }
        if let Some(detail) = detail {
            self.remark(message!("turn-note-last-error", error = detail));
        }
        if let Some(unshown) = noise.message() {
            self.remark(unshown);
        }
        for remark in &self.remarks {
            emit(remark.clone());
        }
        self.unshown = noise.into_list();
        let is_deep = steps.last().is_some_and(|it| it.step == Step::NextTurn);
        self.steps = steps;
        let has_passed_all = is_deep && outcome == Outcome::Completed;
        let special =
            has_passed_all.then(|| message!("turn-deep-completed", profile = &self.profile));
        self.close(outcome, special);
    }
}

impl ConversationResult {
    /// It ended otherwise than Codex could know.
    pub(crate) fn becomes(&mut self, outcome: Outcome, detail: Option<String>) {
        (self.outcome, self.detail) = (outcome, detail);
        if let Some(last) = self.steps.last_mut() {
            last.outcome = outcome;
        }
    }

    /// The results of an earlier Codex and of this one, as one.
    pub(crate) fn after(mut self, earlier: Self) -> Self {
        self.retries += earlier.retries;
        self.retried.extend(earlier.retried);
        self.model = self.model.or(earlier.model);
        self.steps = [earlier.steps, self.steps].concat();
        self.noise.add(earlier.noise);
        self
    }

    /// A step that could not even be started.
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

impl Localize for ModelUsed {
    /// Requested and used model, and the source of the request (lesson F15).
    fn message(&self) -> Message {
        let source = match self.source {
            ModelSource::Named => "named",
            ModelSource::Config => "config",
            ModelSource::Codex => "codex",
        };
        match (&self.effective, &self.requested) {
            (Some(used), Some(requested)) if used != requested => {
                message!("turn-model-other", used = used, asked = requested, source = source)
            }
            (Some(used), _) => message!("turn-model-used", used = used, source = source),
            (None, Some(requested)) => {
                message!("turn-model-asked", asked = requested, source = source)
            }
            (None, None) => message!("turn-model-unknown"),
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

    /// F15: the requested and the used model, and the source of the request, in one line.
    #[test]
    fn a_report_names_the_requested_and_the_used_model() {
        let text = |requested: Option<&str>, effective: Option<&str>, source| {
            let own = |name: &str| name.to_owned();
            let (requested, effective) = (requested.map(own), effective.map(own));
            ModelUsed { requested, effective, source }.to(Locale::of(Language::ENGLISH))
        };
        let other = text(Some("a"), Some("b"), ModelSource::Config);
        assert_eq!(other, "The model was b; a was asked for, from your config.toml.");
        let named = text(Some("a"), Some("a"), ModelSource::Named);
        assert_eq!(named, "The model was a, as named for this turn.");
        let free = text(None, Some("b"), ModelSource::Codex);
        assert_eq!(free, "The model was b, chosen by Codex, because no model was named.");
    }
}
