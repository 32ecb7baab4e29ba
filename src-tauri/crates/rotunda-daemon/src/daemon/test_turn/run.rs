//! One test turn, from what it needs to its report.

use std::{sync::Arc, time::Duration};

use rotunda_router::Vault;
use tokio::sync::watch;

use super::Plan;
use crate::{
    check::{
        self, Child, Course, Outcome, Pipes, Place, Report, Step, Subject, Told, Witness, converse,
    },
    codex,
    daemon::Daemon,
};

type Tell<'a> = &'a mut (dyn FnMut(&str) + Send);
/// How it ended before Codex was asked anything, and what to say of that.
type Unasked = (Outcome, Option<String>);

/// Codex, started where the turn lives.
struct Started {
    program: std::path::PathBuf,
    place: Place,
    child: Child,
    pipes: Pipes,
}

impl Daemon {
    /// The whole turn, up to its report.
    pub(super) async fn test(
        &self,
        plan: Plan,
        mut cancel: watch::Receiver<bool>,
        tell: Tell<'_>,
    ) -> Report {
        let stop = cancel.clone();
        let mut report = Report::begun(&plan.name, &plan.wanted);
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
            Ok(started) => {
                let told = self.talk(&plan, started, stop, tell).await;
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
        tell: Tell<'_>,
    ) -> Result<Started, Unasked> {
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
        Ok(Started { program, place, child, pipes })
    }

    /// What is asked of Codex, and in a deep test of another one after it.
    async fn talk(
        &self,
        plan: &Plan,
        started: Started,
        stop: watch::Receiver<bool>,
        tell: Tell<'_>,
    ) -> Told {
        let Started { program, place, child, pipes } = started;
        let witness = &plan.witness;
        let work = place.work().to_string_lossy().into_owned();
        let subject = |course| Subject {
            work: &work,
            model: plan.wanted.model.as_deref(),
            idle: Duration::from_secs(plan.wanted.idle_seconds.max(1)),
            course,
        };
        if !plan.wanted.deep {
            return speak(child, pipes, subject(Course::Short), stop, tell, witness).await;
        }
        let first = speak(child, pipes, subject(Course::Kept), stop.clone(), tell, witness).await;
        first.steps.iter().for_each(|step| tell(&step.sentence()));
        let Some(thread) = first.thread.clone().filter(|_| first.outcome == Outcome::Completed)
        else {
            return first;
        };
        let second = match Child::start(&program, &place, &self.inner.env) {
            Ok((child, pipes)) => {
                tell("Started another Codex, which opens the same conversation.");
                speak(child, pipes, subject(Course::Resumed(&thread)), stop, tell, witness).await
            }
            Err(_) => Told::without(Step::Resume, Outcome::BackendSpawnFailed),
        };
        second.steps.iter().for_each(|step| tell(&step.sentence()));
        second.after(first)
    }
}

/// All that is asked of one Codex, until it is gone.
async fn speak(
    child: Child,
    mut pipes: Pipes,
    subject: Subject<'_>,
    stop: watch::Receiver<bool>,
    tell: Tell<'_>,
    witness: &Witness,
) -> Told {
    let mut told = converse(&mut pipes.from, &mut pipes.to, subject, stop, tell).await;
    child.end(pipes).await;
    witness.corrects(&mut told);
    told
}
