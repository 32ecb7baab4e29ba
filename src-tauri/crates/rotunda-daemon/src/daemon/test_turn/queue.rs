//! Test turns that were asked for: one is made at a time, and whoever comes
//! meanwhile waits for its turn (lesson F11).

use rotunda_core::Reader;
use tokio::{sync::watch, task::JoinHandle};

use crate::{
    check::Progress,
    view::{TestTurn, TestTurnEnded, TestTurnState, TestTurnWaiting},
};

/// So many may wait. Each spends quota, so more than a few are a mistake.
pub(super) const MOST_WAITING: usize = 4;

/// A test turn that waits, is under way or has ended.
#[derive(Debug)]
pub(super) struct Trial {
    pub(super) number: u64,
    /// The profile's name.
    pub(super) name: String,
    pub(super) cancel: watch::Sender<bool>,
    /// Its other end is the turn's own, so that it shows when that is gone.
    pub(super) progress: watch::Receiver<Progress>,
    pub(super) task: Option<JoinHandle<()>>,
}

impl Trial {
    fn has_ended(&self) -> bool {
        self.progress.borrow().report.is_some()
    }
}

/// All of them, in the order in which they were asked for.
#[derive(Debug, Default)]
pub(in crate::daemon) struct Trials {
    latest: u64,
    /// Those that ended stand before all others.
    list: Vec<Trial>,
    /// Counts ends, for those who wait.
    ends: watch::Sender<u64>,
}

impl Trials {
    /// The number of the next one; none when too many wait.
    pub(super) fn next_number(&mut self) -> Option<u64> {
        if self.open().count() > MOST_WAITING {
            return None;
        }
        self.latest += 1;
        Some(self.latest)
    }

    /// It waits for its turn from now on.
    pub(super) fn add(&mut self, trial: Trial) {
        self.list.push(trial);
    }

    /// Names of those before it, the one under way first.
    pub(super) fn before(&self, number: u64) -> Vec<String> {
        self.open().take_while(|it| it.number != number).map(|it| it.name.clone()).collect()
    }

    /// Changes whenever one ends.
    pub(super) fn ends(&self) -> watch::Receiver<u64> {
        self.ends.subscribe()
    }

    /// One has ended. Of those that ended only the latest is kept; one that
    /// left no report is not.
    pub(super) fn ended(&mut self, number: u64) {
        self.list.retain(|it| it.number != number || it.has_ended());
        if self.list.iter().any(|it| it.number == number) {
            self.list.retain(|it| !it.has_ended() || it.number == number);
        }
        self.list.sort_by_key(|it| (!it.has_ended(), it.number));
        self.ends.send_modify(|ends| *ends += 1);
    }

    /// Stops the one of this number, or else the one under way.
    pub(super) fn cancel(&self, number: Option<u64>) {
        let wanted = |trial: &&Trial| number.is_none_or(|number| trial.number == number);
        if let Some(trial) = self.open().find(wanted) {
            trial.cancel.send_replace(true);
        }
    }

    /// Stops all of them; what is left to wait for.
    pub(super) fn cancel_all(&mut self) -> Vec<JoinHandle<()>> {
        self.open().for_each(|trial| {
            trial.cancel.send_replace(true);
        });
        self.list.iter_mut().filter_map(|trial| trial.task.take()).collect()
    }

    /// Those that have not ended.
    pub(super) fn open(&self) -> impl Iterator<Item = &Trial> {
        self.list.iter().filter(|trial| !trial.has_ended())
    }

    /// As the window shows them: the one under way, or else the latest.
    pub(in crate::daemon) fn view(&self, reader: Reader) -> Option<TestTurn> {
        let mut open = self.open();
        let last = self.list.iter().find(|trial| trial.has_ended());
        let Some(running) = open.next() else { return last.map(|last| view_of(last, reader)) };
        let before = last.and_then(|trial| {
            let Progress { profile, report, .. } = trial.progress.borrow().clone();
            let report = report?;
            let outcome = report.outcome.name().to_owned();
            Some(TestTurnEnded { profile, outcome, message: report.said(reader) })
        });
        let waiting = open.map(waiting_of).collect();
        Some(TestTurn { before, waiting, ..view_of(running, reader) })
    }
}

fn view_of(trial: &Trial, reader: Reader) -> TestTurn {
    let Progress { number, profile, lines, report } = trial.progress.borrow().clone();
    let state = if report.is_some() { TestTurnState::Ended } else { TestTurnState::Running };
    TestTurn {
        number,
        profile,
        state,
        lines,
        outcome: report.as_ref().map(|report| report.outcome.name().to_owned()),
        message: report.map(|report| report.said(reader)),
        before: None,
        waiting: Vec::new(),
    }
}

fn waiting_of(trial: &Trial) -> TestTurnWaiting {
    let progress = trial.progress.borrow();
    let line = progress.lines.last().cloned().unwrap_or_default();
    TestTurnWaiting { number: trial.number, profile: progress.profile.clone(), line }
}

/// What somebody who waits is told.
pub(super) fn waits_for(before: &[String]) -> Option<String> {
    let (first, others) = before.split_first()?;
    Some(match others.len() {
        0 => format!("Waits for the test turn on {first}."),
        more => format!("Waits for the test turn on {first} and {more} more."),
    })
}

#[cfg(test)]
mod tests {
    use rotunda_core::Language;

    use super::*;
    use crate::check::{Outcome, Report, Wanted};

    fn trial(trials: &mut Trials, name: &str) -> (u64, watch::Sender<Progress>) {
        let number = trials.next_number().unwrap();
        let profile = format!("id-{name}");
        let begun = Progress { number, profile, lines: Vec::new(), report: None };
        let (sender, progress) = watch::channel(begun);
        let (cancel, _) = watch::channel(false);
        trials.add(Trial { number, name: name.to_owned(), cancel, progress, task: None });
        (number, sender)
    }

    fn end(trials: &mut Trials, number: u64, progress: &watch::Sender<Progress>) {
        let mut report = Report::begun("x", &Wanted::of(None));
        report.close(Outcome::Completed, None);
        progress.send_modify(|it| it.report = Some(report));
        trials.ended(number);
    }

    /// F11: in the order in which they came, and everyone knows whom they wait for.
    #[test]
    fn whoever_comes_waits_for_those_before() {
        let mut trials = Trials::default();
        let (first, one) = trial(&mut trials, "work");
        let (second, two) = trial(&mut trials, "home");
        let (third, _three) = trial(&mut trials, "side");
        assert_eq!(waits_for(&trials.before(first)), None);
        assert_eq!(waits_for(&trials.before(second)).unwrap(), "Waits for the test turn on work.");
        let told = waits_for(&trials.before(third)).unwrap();
        assert_eq!(told, "Waits for the test turn on work and 1 more.");
        // One that waits may leave before the first has ended; nobody begins for that.
        end(&mut trials, second, &two);
        assert_eq!(trials.before(third), ["work"]);
        let view = trials.view(Reader::of(Language::English)).unwrap();
        assert_eq!((view.number, view.waiting.len()), (first, 1));
        end(&mut trials, first, &one);
        assert_eq!(trials.before(third), Vec::<String>::new());
        let view = trials.view(Reader::of(Language::English)).unwrap();
        assert_eq!((view.number, view.before.unwrap().outcome.as_str()), (third, "completed"));
    }

    #[test]
    fn so_many_may_wait_and_no_more() {
        let mut trials = Trials::default();
        let held: Vec<_> = (0..=MOST_WAITING).map(|_| trial(&mut trials, "work")).collect();
        assert_eq!(trials.next_number(), None);
        end(&mut trials, held[2].0, &held[2].1);
        assert!(trials.next_number().is_some());
    }

    #[test]
    fn cancelling_is_for_one_of_them() {
        let mut trials = Trials::default();
        let (first, _one) = trial(&mut trials, "work");
        let (second, _two) = trial(&mut trials, "home");
        let is_cancelled = |trials: &Trials, number| {
            trials.open().any(|it| it.number == number && *it.cancel.borrow())
        };
        trials.cancel(Some(second));
        assert!(is_cancelled(&trials, second) && !is_cancelled(&trials, first));
        trials.cancel(None);
        assert!(is_cancelled(&trials, first));
    }

    /// A turn that broke leaves nobody waiting for ever.
    #[test]
    fn one_that_left_without_a_word_is_gone() {
        let mut trials = Trials::default();
        let (first, one) = trial(&mut trials, "work");
        let (second, _two) = trial(&mut trials, "home");
        let ends = trials.ends();
        drop(one);
        trials.ended(first);
        assert!(ends.has_changed().unwrap());
        assert_eq!(trials.before(second), Vec::<String>::new());
    }
}
