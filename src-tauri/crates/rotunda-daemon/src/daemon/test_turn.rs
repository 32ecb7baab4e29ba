//! Test turns: one at a time, with a router of its own beside the one that
//! serves everybody, told in the snapshot as it goes.

use std::sync::Arc;

use rotunda_core::{ProfileId, Reader, Words};
use rotunda_router::Vault;
use tokio::{sync::watch, task::JoinHandle};

use super::{Aside, CommandError, Daemon};
use crate::{
    check::{
        self, Child, ModelSource, ModelUsed, Outcome, Place, Progress, Report, Told, Wanted,
        converse,
    },
    codex,
    said::Ended,
    view::{TestTurn, TestTurnState},
};

/// A test turn under way, or the latest.
#[derive(Debug)]
pub(super) struct Trial {
    cancel: watch::Sender<bool>,
    /// Its other end is the turn's own, so that it shows when that is gone.
    progress: watch::Receiver<Progress>,
    task: Option<JoinHandle<()>>,
}

/// What one turn is made of.
struct Plan {
    id: ProfileId,
    name: String,
    wanted: Wanted,
    aside: Aside,
}

/// A test turn that somebody follows from elsewhere.
#[derive(Debug)]
pub(crate) struct Followed {
    progress: watch::Receiver<Progress>,
    cancel: watch::Sender<bool>,
}

impl Followed {
    /// How far it is, once there is more to say than before; none when it was
    /// given up without an end.
    pub(crate) async fn next(&mut self) -> Option<Progress> {
        self.progress.changed().await.ok()?;
        Some(self.progress.borrow_and_update().clone())
    }

    /// Stops it.
    pub(crate) fn cancel(&self) {
        self.cancel.send_replace(true);
    }
}

impl Drop for Followed {
    /// Nobody is left to hear how it ends.
    fn drop(&mut self) {
        self.cancel.send_replace(true);
    }
}

impl Trial {
    /// As the window shows it.
    pub(super) fn view(&self, reader: Reader) -> TestTurn {
        let Progress { profile, lines, report } = self.progress.borrow().clone();
        let state = if report.is_some() { TestTurnState::Ended } else { TestTurnState::Running };
        TestTurn {
            profile,
            state,
            lines,
            outcome: report.as_ref().map(|report| report.outcome.name().to_owned()),
            message: report.map(|report| report.said(reader)),
        }
    }

    fn is_running(&self) -> bool {
        let has_task = self.task.as_ref().is_some_and(|task| !task.is_finished());
        has_task && self.progress.borrow().report.is_none()
    }
}

impl Daemon {
    /// Begins a test turn with a profile, named or by id; without one, with
    /// the profile that serves. It is followed in the snapshot.
    pub async fn test_turn(&self, profile: Option<String>) -> Result<(), CommandError> {
        self.begin_test_turn(Wanted::of(profile)).await.map(drop)
    }

    /// Stops the test turn under way, if there is one, at whatever point.
    pub fn test_turn_cancel(&self) {
        if let Some(trial) = &self.inner.known().trial {
            trial.cancel.send_replace(true);
        }
    }

    /// The same for somebody who follows it; it is stopped when they leave.
    pub(crate) async fn follow_test_turn(&self, wanted: Wanted) -> Result<Followed, CommandError> {
        let (progress, cancel) = self.begin_test_turn(wanted).await?;
        Ok(Followed { progress, cancel })
    }

    async fn begin_test_turn(
        &self,
        wanted: Wanted,
    ) -> Result<(watch::Receiver<Progress>, watch::Sender<bool>), CommandError> {
        let (id, name) = self.tested(wanted.profile.as_deref())?;
        let aside = self.with_profile(id).await?;
        let begun = Progress { profile: id.to_string(), lines: Vec::new(), report: None };
        let (cancel, cancelled) = watch::channel(false);
        let (progress, followed) = watch::channel(begun);
        {
            let mut known = self.inner.known();
            if known.trial.as_ref().is_some_and(Trial::is_running) {
                return Err(CommandError::TestTurnRunning);
            }
            let plan = Plan { id, name, wanted, aside };
            let task = self.clone().run_test_turn(plan, progress, cancelled);
            let task = Some(tokio::spawn(task));
            let progress = followed.clone();
            known.trial = Some(Trial { cancel: cancel.clone(), progress, task });
        }
        self.refresh();
        Ok((followed, cancel))
    }

    /// Stops the one under way and waits until its Codex is gone.
    pub(super) async fn end_test_turn(&self) {
        self.test_turn_cancel();
        let task = self.inner.known().trial.as_mut().and_then(|trial| trial.task.take());
        if let Some(task) = task {
            let _ = task.await;
        }
    }

    fn tested(&self, profile: Option<&str>) -> Result<(ProfileId, String), CommandError> {
        if let Some(named) = profile {
            return self.find(named);
        }
        let view = self.inner.pool.view();
        let known = self.inner.known();
        let serving = view.serving.and_then(|id| known.profiles.iter().find(|it| it.id == id));
        let tested = serving.or_else(|| known.profiles.first());
        tested.map(|it| (it.id, it.name.clone())).ok_or(CommandError::NoProfileYet)
    }

    async fn run_test_turn(
        self,
        plan: Plan,
        progress: watch::Sender<Progress>,
        cancel: watch::Receiver<bool>,
    ) {
        let (daemon, shown) = (self.clone(), progress.clone());
        let mut tell = move |line: &str| {
            shown.send_modify(|progress| progress.lines.push(line.to_owned()));
            daemon.refresh();
        };
        let name = plan.name.clone();
        let report = self.test(plan, cancel, &mut tell).await;
        tracing::info!(profile = name, outcome = report.outcome.name(), "a test turn ended");
        progress.send_modify(|progress| progress.report = Some(report));
        self.refresh();
    }

    /// The whole turn, up to its report.
    async fn test(
        &self,
        plan: Plan,
        mut cancel: watch::Receiver<bool>,
        tell: &mut (dyn FnMut(&str) + Send),
    ) -> Report {
        let stop = cancel.clone();
        let mut report = plan.report();
        let prepared = tokio::select! {
            biased;
            _ = cancel.wait_for(|cancel| *cancel) => {
                tell("Stopped before Codex was started.");
                Err((Outcome::Cancelled, None))
            }
            prepared = self.prepare(&plan, &mut report, tell) => prepared,
        };
        match prepared {
            Err((outcome, message)) => report.close(outcome, message),
            Ok((place, child, pipes)) => {
                let work = place.work();
                let subject = check::Subject {
                    work: &work.to_string_lossy(),
                    model: plan.wanted.model.as_deref(),
                    idle: std::time::Duration::from_secs(plan.wanted.idle_seconds.max(1)),
                };
                let mut pipes = pipes;
                let told = converse(&mut pipes.from, &mut pipes.to, subject, stop, tell).await;
                child.end(pipes).await;
                report.read(told, tell);
            }
        }
        report
    }

    /// Everything a turn needs; missing credentials end it here (lesson F7).
    async fn prepare(
        &self,
        plan: &Plan,
        report: &mut Report,
        tell: &mut (dyn FnMut(&str) + Send),
    ) -> Result<(Place, Child, check::Pipes), (Outcome, Option<String>)> {
        let inner = Arc::clone(&self.inner);
        if let Err(error) = inner.vault.load(plan.id).await {
            let message = format!("The sign-in of {} cannot be read here: {error}.", plan.name);
            return Err((Outcome::SecretUnavailable, Some(message)));
        }
        let failed = |message: String| (Outcome::BackendSpawnFailed, Some(message));
        let program = codex::find(&inner.env).ok_or_else(|| failed(codex::missing(&inner.env)))?;
        let place = Place::make(&inner.home, &plan.aside.url, plan.wanted.model.as_deref());
        let place = place.map_err(|error| failed(format!("{error}.")))?;
        report.model = place.model.clone();
        report.codex = check::version(&program, &place, &inner.env).await;
        if place.unreadable {
            report
                .notes
                .push("Your config.toml cannot be read, so its model is not used.".to_owned());
        }
        let started = Child::start(&program, &place, &inner.env);
        let (child, pipes) = started.map_err(|error| {
            failed(format!("{} could not be started: {error}.", program.display()))
        })?;
        let codex = report.codex.as_deref().unwrap_or("Codex");
        tell(&format!("Started {codex} in a folder of its own, for {}.", plan.name));
        Ok((place, child, pipes))
    }
}

impl Plan {
    fn report(&self) -> Report {
        let requested = self.wanted.model.clone();
        let source = if requested.is_some() { ModelSource::Named } else { ModelSource::Codex };
        Report {
            profile: self.name.clone(),
            outcome: Outcome::BackendResponseInvalid,
            state: Outcome::BackendResponseInvalid.state(),
            message: String::new(),
            notes: Vec::new(),
            model: ModelUsed { requested, effective: None, source },
            codex: None,
            unshown: Vec::new(),
        }
    }
}

impl Report {
    /// How it ended. What only this turn met is told as it was.
    fn said(&self, reader: Reader) -> String {
        let ended = Ended(self.outcome, &self.profile);
        let is_usual = self.message == self.outcome.sentence(&self.profile);
        if is_usual { ended.to(reader) } else { self.message.clone() }
    }

    fn close(&mut self, outcome: Outcome, message: Option<String>) {
        (self.outcome, self.state) = (outcome, outcome.state());
        self.message = message.unwrap_or_else(|| outcome.sentence(&self.profile));
    }

    fn read(&mut self, told: Told, tell: &mut (dyn FnMut(&str) + Send)) {
        let Told { outcome, retries, detail, model, noise } = told;
        self.model.effective = model.filter(|name| is_plain(name));
        self.notes.push(self.model.sentence());
        let times = if retries == 1 { "once".to_owned() } else { format!("{retries} times") };
        match (retries, outcome) {
            (0, _) => {}
            (_, Outcome::Completed) => {
                self.notes.push(format!("Codex had to try again {times}, and that worked."));
            }
            (..) => self.notes.push(format!("Codex tried again {times}.")),
        }
        self.notes.extend(detail.map(|detail| format!("The last answer was an error: {detail}.")));
        self.notes.extend(noise.sentence());
        self.notes.iter().for_each(|note| tell(note));
        self.unshown = noise.into_list();
        self.close(outcome, None);
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
