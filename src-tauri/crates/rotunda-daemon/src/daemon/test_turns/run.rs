//! One test turn, from what it needs to its report.

use std::time::Duration;

use rotunda_host::{codex, localize::VaultRefusal};
use rotunda_router::Vault;
use rotunda_text::{Localize, Message, message};
use tokio::sync::watch;

use super::{Plan, TestTurns};
use crate::check::{
    self, Child, ConversationResult, Course, Outcome, Pipes, Report, Step, Subject, TestFolders,
    UpstreamObserver, converse,
};

type Emit<'a> = &'a mut (dyn FnMut(Message) + Send);
/// How it ended before a request to Codex, and the message about it.
type Unasked = (Outcome, Option<Message>);

/// Codex, started where the turn lives.
struct Started {
    program: std::path::PathBuf,
    folders: TestFolders,
    child: Child,
    pipes: Pipes,
}

impl TestTurns {
    /// The whole turn, up to its report.
    pub(super) async fn test(
        &self,
        plan: Plan,
        mut cancel: watch::Receiver<bool>,
        emit: Emit<'_>,
    ) -> Report {
        let stop = cancel.clone();
        let mut report = Report::begun(&plan.name, &plan.wanted);
        let prepared = tokio::select! {
            biased;
            _ = cancel.wait_for(|cancel| *cancel) => {
                emit(message!("turn-line-stopped-early"));
                Err((Outcome::Cancelled, None))
            }
            prepared = self.prepare(&plan, &mut report, emit) => prepared,
        };
        match prepared {
            Err((outcome, message)) => report.close(outcome, message),
            Ok(started) => {
                let result = self.talk(&plan, started, stop, emit).await;
                report.read(result, emit);
            }
        }
        report
    }

    /// Everything a turn needs; missing credentials end it here (lesson F7).
    async fn prepare(
        &self,
        plan: &Plan,
        report: &mut Report,
        emit: Emit<'_>,
    ) -> Result<Started, Unasked> {
        if let Err(error) = self.vault.items.load(plan.id).await {
            let error = VaultRefusal(&error).message();
            let unread = message!("turn-sign-in-unread", profile = &plan.name, error = error);
            return Err((Outcome::SecretUnavailable, Some(unread)));
        }
        let failed = |message: Message| (Outcome::BackendSpawnFailed, Some(message));
        let program = codex::find(&self.machine.env)
            .ok_or_else(|| failed(message!("quoted", text = codex::missing(&self.machine.env))))?;
        let folders =
            TestFolders::make(&self.machine.home, &plan.router.url, plan.wanted.model.as_deref());
        let folders = folders
            .map_err(|error| failed(message!("turn-no-folder", error = error.to_string())))?;
        report.model = folders.model.clone();
        report.codex = check::version(&program, &folders, &self.machine.env).await;
        if folders.unreadable {
            report.remark(message!("turn-note-config"));
        }
        let started = Child::start(&program, &folders, &self.machine.env);
        let (child, pipes) = started.map_err(|error| {
            let program = rotunda_host::files::shown(&program);
            failed(message!("turn-not-started", program = program, error = error.to_string()))
        })?;
        let codex = report.codex.as_deref().unwrap_or("Codex");
        emit(message!("turn-line-started", codex = codex, profile = &plan.name));
        Ok(Started { program, folders, child, pipes })
    }

    /// Runs the turns in Codex, and in a deep test in another one after it.
    async fn talk(
        &self,
        plan: &Plan,
        started: Started,
        stop: watch::Receiver<bool>,
        emit: Emit<'_>,
    ) -> ConversationResult {
        let Started { program, folders, child, pipes } = started;
        let observer = &plan.observer;
        let work = folders.work().to_string_lossy().into_owned();
        let subject = |course| Subject {
            work: &work,
            model: plan.wanted.model.as_deref(),
            idle: Duration::from_secs(plan.wanted.idle_seconds.max(1)),
            course,
        };
        if !plan.wanted.deep {
            return speak(child, pipes, subject(Course::Short), stop, emit, observer).await;
        }
        let first = speak(child, pipes, subject(Course::Kept), stop.clone(), emit, observer).await;
        first.steps.iter().for_each(|step| emit(step.message()));
        let Some(thread) = first.thread.clone().filter(|_| first.outcome == Outcome::Completed)
        else {
            return first;
        };
        let second = match Child::start(&program, &folders, &self.machine.env) {
            Ok((child, pipes)) => {
                emit(message!("turn-line-started-another"));
                speak(child, pipes, subject(Course::Resumed(&thread)), stop, emit, observer).await
            }
            Err(_) => ConversationResult::without(Step::Resume, Outcome::BackendSpawnFailed),
        };
        second.steps.iter().for_each(|step| emit(step.message()));
        second.after(first)
    }
}

/// The whole conversation with one Codex, until it is gone.
async fn speak(
    child: Child,
    mut pipes: Pipes,
    subject: Subject<'_>,
    stop: watch::Receiver<bool>,
    emit: Emit<'_>,
    observer: &UpstreamObserver,
) -> ConversationResult {
    let mut result = converse(&mut pipes.from, &mut pipes.to, subject, stop, emit).await;
    child.end(pipes).await;
    observer.corrects(&mut result);
    result
}
