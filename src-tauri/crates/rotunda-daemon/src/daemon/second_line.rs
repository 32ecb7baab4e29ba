//! The second line of Codex's file follows what is known: the settings, the binding
//! and the pool.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use rotunda_router::Pool;
use rotunda_text::{Pointed, SecondLineEnd};
use tokio::sync::watch;

use super::{
    activity_log::ActivityLog,
    binding::{Binding, BindingStatus},
    handles::{CurrentSettings, Handles, State},
    running::{RouterStatus, RunningRouter},
};
use crate::{
    activity::ActivityKind,
    second_line::{Changed, TEST, Target, Writer, facts},
    view::{RouterState, Snapshot},
};

/// Keeps the line in the file while it is needed.
pub(crate) struct SecondLine {
    writer: Writer,
    settings: CurrentSettings,
    pool: Pool,
    running: RunningRouter,
    router: State<RouterStatus>,
    binding: Arc<Binding>,
    status: State<BindingStatus>,
    activity: Arc<ActivityLog>,
    /// An earlier start had left the line, which is out by now.
    had_left_over: AtomicBool,
}

impl SecondLine {
    pub(super) fn new(
        handles: &Handles,
        router: State<RouterStatus>,
        binding: Arc<Binding>,
        status: State<BindingStatus>,
        activity: Arc<ActivityLog>,
        had_left_over: bool,
    ) -> Self {
        Self {
            writer: Writer::new(&handles.machine.home, &handles.machine.clock),
            settings: handles.settings.clone(),
            pool: handles.pool.clone(),
            running: handles.running.clone(),
            router,
            binding,
            status,
            activity,
            had_left_over: AtomicBool::new(had_left_over),
        }
    }

    /// Follows until it is aborted. What decides is part of the snapshot.
    pub(super) async fn follow(&self, mut shown: watch::Receiver<Arc<Snapshot>>) {
        loop {
            shown.borrow_and_update();
            self.settle().await;
            tokio::select! {
                changed = shown.changed() => if changed.is_err() { return },
                () = tokio::time::sleep(TEST) => {}
            }
        }
    }

    async fn settle(&self) {
        // None of a router for one program, for which Codex's file is not touched.
        let Some(url) = self.running.bindable_url().await else { return };
        let Some(target) = Target::beside(&url) else { return };
        let binding = self.status.get();
        let is_running = self.router.lock().view.state == RouterState::Running;
        let (found, pool) = (&binding.second_line, self.pool.view());
        let facts = facts(&binding.view, found, is_running, &self.settings.get(), &pool);
        match self.writer.settle(&facts, found, &target).await {
            Ok(None) => {}
            Ok(Some(changed)) => {
                self.binding.read_again().await;
                let text = match changed {
                    Changed::Written => Pointed::SecondLineWritten,
                    Changed::TakenOut(end) => Pointed::SecondLineTakenOut { end },
                };
                self.activity.add(ActivityKind::SecondLine, text).await;
            }
            Err(error) => tracing::warn!(%error, "the second line could not be changed"),
        }
    }

    /// Before anything else at an end: while no router answers, Codex does not start
    /// with the line.
    pub(super) async fn end(&self) {
        match self.writer.end().await {
            Ok(false) => {}
            Ok(true) => {
                let text = Pointed::SecondLineTakenOut { end: SecondLineEnd::Ended };
                self.activity.add(ActivityKind::SecondLine, text).await;
            }
            Err(error) => tracing::error!(%error, "the second line stays in config.toml"),
        }
    }

    /// Records once that an earlier start had left the line.
    pub(super) async fn report_left_over(&self) {
        if self.had_left_over.swap(false, Ordering::Relaxed) {
            let text = Pointed::SecondLineTakenOut { end: SecondLineEnd::LeftOver };
            self.activity.add(ActivityKind::SecondLine, text).await;
        }
    }
}
