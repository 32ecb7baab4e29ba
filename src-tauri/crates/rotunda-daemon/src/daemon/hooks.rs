//! Runs the commands of the user's `[hooks]`: one at a time, in the order of what happened,
//! beside everything else. A failure is reported once for each cause.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use rotunda_host::{
    settings::{self, HookKind, NoticeKind},
    timezone,
};
use rotunda_text::{HookFailure, HookNews, Locale};
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc::Receiver;

use super::{
    activity_log::ActivityLog,
    handles::{CurrentSettings, Handles, Machine},
    hook_queue::{HookJob, HookQueue},
};
use crate::{
    activity::ActivityKind,
    error::CommandError,
    hook::{self, HookEvent, HookTried},
};

/// Hooks: what runs when something happens.
pub struct Hooks {
    machine: Machine,
    settings: CurrentSettings,
    activity: Arc<ActivityLog>,
    queue: Arc<HookQueue>,
    limit: Duration,
}

/// One kind of hook as the window and the command line list it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct HookView {
    /// Its key in `[hooks]`.
    pub kind: String,
    /// Empty when none is set.
    pub command: String,
}

impl HookView {
    /// One kind of those that are set.
    pub fn of(kind: HookKind, set: &settings::Hooks) -> Self {
        Self {
            kind: kind.word().to_owned(),
            command: set.command_of(kind).unwrap_or_default().to_owned(),
        }
    }
}

/// What failed and was reported, until the command works again.
#[derive(Debug, Default)]
struct ReportedFailures(BTreeSet<(&'static str, HookFailure)>);

impl ReportedFailures {
    /// Whether a failure is news.
    fn is_news(&mut self, hook: HookKind, failure: &HookFailure) -> bool {
        self.0.insert((hook.word(), failure.clone()))
    }

    fn works(&mut self, hook: HookKind) {
        self.0.retain(|(word, _)| *word != hook.word());
    }
}

impl Hooks {
    pub(super) fn new(handles: &Handles, activity: Arc<ActivityLog>) -> Self {
        Self {
            machine: handles.machine.clone(),
            settings: handles.settings.clone(),
            queue: activity.hooks(),
            activity,
            limit: hook::LIMIT,
        }
    }

    /// Every kind, with its command.
    pub fn list(&self) -> Vec<HookView> {
        let set = self.settings.get().hooks;
        HookKind::all().map(|kind| HookView::of(kind, &set)).collect()
    }

    /// There is something to notify, whether or not it is shown.
    pub(super) fn notify(&self, kind: NoticeKind, title: &str, body: &str) {
        let Some(kind) = HookKind::of_notice(kind) else { return };
        let locale = self.locale();
        let text = if body.is_empty() { title.to_owned() } else { format!("{title}: {body}") };
        self.queue.offer(kind, || HookEvent::of_text(kind, text.clone(), locale));
    }

    /// Runs the command of a kind at once, with an event that says it is a test.
    pub async fn try_one(&self, word: &str) -> Result<HookTried, CommandError> {
        let kind = HookKind::find(word).ok_or_else(|| CommandError::NoHook(word.to_owned()))?;
        let set = self.settings.get().hooks;
        let command =
            set.command_of(kind).ok_or_else(|| CommandError::HookNotSet(word.to_owned()))?;
        let (event, env) = (HookEvent::test(kind, self.locale()), &self.machine.env);
        let run = hook::run(command, &event, env, self.limit).await;
        Ok(HookTried::of(run, kind, self.locale()))
    }

    /// Runs what waits, until it is dropped.
    pub(super) async fn follow(&self) {
        let Some(jobs) = self.queue.take() else { return };
        let mut jobs = Jobs { jobs: Some(jobs), queue: self.queue.clone() };
        let mut reported = ReportedFailures::default();
        while let Some(job) = jobs.next().await {
            let hook = job.hook;
            self.run(job, &mut reported).await;
            if self.queue.has_left_out() {
                let hook = hook.word().to_owned();
                self.report(HookNews::HooksLeftOut { hook }).await;
            }
        }
    }

    async fn run(&self, job: HookJob, reported: &mut ReportedFailures) {
        let HookJob { hook, command, event } = job;
        let run = hook::run(&command, &event, &self.machine.env, self.limit).await;
        match run.failure {
            None => reported.works(hook),
            Some(why) if reported.is_news(hook, &why) => {
                let hook = hook.word().to_owned();
                self.report(HookNews::HookFailed { hook, why }).await;
            }
            Some(_) => {}
        }
    }

    async fn report(&self, news: HookNews) {
        self.activity.add(ActivityKind::HookFailed, news).await;
    }

    fn locale(&self) -> Locale {
        let now = self.machine.now();
        timezone::locale(self.settings.language(), now)
    }
}

/// The waiting commands; dropped, they wait for the next start.
struct Jobs {
    jobs: Option<Receiver<HookJob>>,
    queue: Arc<HookQueue>,
}

impl Jobs {
    async fn next(&mut self) -> Option<HookJob> {
        self.jobs.as_mut()?.recv().await
    }
}

impl Drop for Jobs {
    fn drop(&mut self) {
        if let Some(jobs) = self.jobs.take() {
            self.queue.give_back(jobs);
        }
    }
}

#[cfg(test)]
#[path = "hooks_tests.rs"]
mod tests;
