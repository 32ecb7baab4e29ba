//! Test turns: one at a time, each with a router of its own beside the one
//! that serves everybody, told in the snapshot as it goes.

mod queue;
mod run;

use std::sync::Arc;

use rotunda_core::ProfileId;
use tokio::sync::watch;

pub(super) use self::queue::Trials;
use self::queue::{MOST_WAITING, Trial, waits_for};
use super::{Aside, CommandError, Daemon};
use crate::check::{Outcome, Progress, Report, Wanted, Witness};

/// What one turn is made of.
struct Plan {
    number: u64,
    id: ProfileId,
    name: String,
    wanted: Wanted,
    aside: Aside,
    /// Hears what the service says to that router.
    witness: Arc<Witness>,
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

impl Daemon {
    /// Begins a test turn with a profile, named or by id; without one, with
    /// the profile that serves. It waits for those before it, and is followed
    /// in the snapshot.
    pub async fn test_turn(&self, profile: Option<String>) -> Result<(), CommandError> {
        self.begin_test_turn(Wanted::of(profile)).await.map(drop)
    }

    /// Stops the test turn of this number, or else the one under way, if there
    /// is one, at whatever point.
    pub fn test_turn_cancel(&self, number: Option<u64>) {
        self.inner.known().trials.cancel(number);
    }

    /// The same for somebody who follows it; it is stopped when they leave.
    pub(crate) async fn follow_test_turn(&self, wanted: Wanted) -> Result<Followed, CommandError> {
        let (mut progress, cancel) = self.begin_test_turn(wanted).await?;
        // Its number is news, however long it waits.
        progress.mark_changed();
        Ok(Followed { progress, cancel })
    }

    async fn begin_test_turn(
        &self,
        wanted: Wanted,
    ) -> Result<(watch::Receiver<Progress>, watch::Sender<bool>), CommandError> {
        let (id, name) = self.tested(wanted.profile.as_deref())?;
        let witness = Arc::<Witness>::default();
        let aside = self.with_profile_heard(id, Some(witness.clone())).await?;
        let (cancel, cancelled) = watch::channel(false);
        let followed = {
            let mut known = self.inner.known();
            let number = known.trials.next_number();
            let number = number.ok_or(CommandError::TestTurnsWaiting(MOST_WAITING))?;
            let profile = id.to_string();
            let begun = Progress { number, profile, lines: Vec::new(), report: None };
            let (progress, followed) = watch::channel(begun);
            let plan = Plan { number, id, name: name.clone(), wanted, aside, witness };
            let task = self.clone().run_test_turn(plan, progress, cancelled);
            known.trials.add(Trial {
                number,
                name,
                cancel: cancel.clone(),
                progress: followed.clone(),
                task: Some(tokio::spawn(task)),
            });
            followed
        };
        self.refresh();
        Ok((followed, cancel))
    }

    /// Stops all of them and waits until their Codex is gone.
    pub(super) async fn end_test_turns(&self) {
        let tasks = self.inner.known().trials.cancel_all();
        for task in tasks {
            let _ = task.await;
        }
    }

    /// Waits until none is under way or waits.
    pub(crate) async fn test_turns_over(&self) {
        let mut ends = self.inner.known().trials.ends();
        while self.has_open_test_turns() && ends.changed().await.is_ok() {}
    }

    /// Whether one is under way or waits.
    pub(crate) fn has_open_test_turns(&self) -> bool {
        self.inner.known().trials.open().next().is_some()
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
        mut cancel: watch::Receiver<bool>,
    ) {
        let (number, name) = (plan.number, plan.name.clone());
        // Whatever becomes of it: those who wait hear that it is over.
        let course = UnderWay { daemon: self.clone(), number, progress };
        let daemon = self.clone();
        let shown = course.progress.clone();
        let mut tell = move |line: &str| {
            shown.send_modify(|progress| progress.lines.push(line.to_owned()));
            daemon.refresh();
        };
        let waited = tokio::select! {
            biased;
            _ = cancel.wait_for(|cancel| *cancel) => false,
            () = self.wait_for_those_before(number, &mut tell) => true,
        };
        let report = if waited {
            self.test(plan, cancel, &mut tell).await
        } else {
            tell("Stopped before its turn came.");
            let mut report = Report::begun(&name, &plan.wanted);
            report.close(Outcome::Cancelled, None);
            report
        };
        tracing::info!(profile = name, outcome = report.outcome.name(), "a test turn ended");
        course.progress.send_modify(|progress| progress.report = Some(report));
    }

    /// Says whom it waits for, and when that is over (lesson F11).
    async fn wait_for_those_before(&self, number: u64, tell: &mut (dyn FnMut(&str) + Send)) {
        let mut ends = self.inner.known().trials.ends();
        let mut said = None;
        loop {
            let before = self.inner.known().trials.before(number);
            let Some(sentence) = waits_for(&before) else { break };
            if said.as_ref() != Some(&sentence) {
                tell(&sentence);
                said = Some(sentence);
            }
            if ends.changed().await.is_err() {
                break;
            }
        }
        if said.is_some() {
            tell("The wait is over; this test turn begins.");
        }
    }
}

/// A test turn from its being asked for to its end.
struct UnderWay {
    daemon: Daemon,
    number: u64,
    progress: watch::Sender<Progress>,
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.daemon.inner.known().trials.ended(self.number);
        self.daemon.refresh();
    }
}
