//! Requested test turns: one runs at a time, and those that come
//! meanwhile wait for their turn (lesson F11).

use rotunda_text::{Locale, Localize, Message, message};
use tokio::{sync::watch, task::JoinHandle};

use crate::{
    check::TurnProgress,
    view::{TestTurn, TestTurnEnded, TestTurnState, TestTurnWaiting},
};

/// So many may wait. Each spends quota, so more than a few are a mistake.
pub(super) const MOST_WAITING: usize = 4;

/// A test turn that waits, is under way or has ended.
#[derive(Debug)]
pub(super) struct QueuedCheck {
    pub(super) number: u64,
    /// The profile's name.
    pub(super) name: String,
    pub(super) cancel: watch::Sender<bool>,
    /// Its other end is the turn's own, so that it shows when that is gone.
    pub(super) progress: watch::Receiver<TurnProgress>,
    pub(super) task: Option<JoinHandle<()>>,
}

impl QueuedCheck {
    fn has_ended(&self) -> bool {
        self.progress.borrow().report.is_some()
    }
}

/// All of them, in the order of their requests.
#[derive(Debug, Default)]
pub(in crate::daemon) struct CheckQueue {
    latest: u64,
    /// Those that ended stand before all others.
    list: Vec<QueuedCheck>,
    /// Counts ends, for those who wait.
    ends: watch::Sender<u64>,
}

impl CheckQueue {
    /// The number of the next one; none when too many wait.
    pub(super) fn next_number(&mut self) -> Option<u64> {
        if self.open().count() > MOST_WAITING {
            return None;
        }
        self.latest += 1;
        Some(self.latest)
    }

    /// It waits for its turn from now on.
    pub(super) fn add(&mut self, turn: QueuedCheck) {
        self.list.push(turn);
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
        let wanted = |turn: &&QueuedCheck| number.is_none_or(|number| turn.number == number);
        if let Some(turn) = self.open().find(wanted) {
            turn.cancel.send_replace(true);
        }
    }

    /// Stops all of them; what is left to wait for.
    pub(super) fn cancel_all(&mut self) -> Vec<JoinHandle<()>> {
        self.open().for_each(|turn| {
            turn.cancel.send_replace(true);
        });
        self.list.iter_mut().filter_map(|turn| turn.task.take()).collect()
    }

    /// Those that have not ended.
    pub(super) fn open(&self) -> impl Iterator<Item = &QueuedCheck> {
        self.list.iter().filter(|turn| !turn.has_ended())
    }

    /// As the window shows them: the one under way, or else the latest.
    pub(in crate::daemon) fn view(&self, locale: Locale) -> Option<TestTurn> {
        let mut open = self.open();
        let last = self.list.iter().find(|turn| turn.has_ended());
        let Some(running) = open.next() else { return last.map(|last| view_of(last, locale)) };
        let before = last.and_then(|turn| {
            let TurnProgress { profile, report, .. } = turn.progress.borrow().clone();
            let report = report?;
            let outcome = report.outcome.name().to_owned();
            Some(TestTurnEnded { profile, outcome, message: report.ending(locale) })
        });
        let waiting = open.map(|turn| waiting_of(turn, locale)).collect();
        Some(TestTurn { before, waiting, ..view_of(running, locale) })
    }
}

fn view_of(turn: &QueuedCheck, locale: Locale) -> TestTurn {
    let TurnProgress { number, profile, lines, report } = turn.progress.borrow().clone();
    let state = if report.is_some() { TestTurnState::Ended } else { TestTurnState::Running };
    TestTurn {
        number,
        profile,
        state,
        lines: lines.iter().map(|line| line.to(locale)).collect(),
        outcome: report.as_ref().map(|report| report.outcome.name().to_owned()),
        message: report.map(|report| report.ending(locale)),
        before: None,
        waiting: Vec::new(),
    }
}

fn waiting_of(turn: &QueuedCheck, locale: Locale) -> TestTurnWaiting {
    let progress = turn.progress.borrow();
    let line = progress.lines.last().map(|line| line.to(locale)).unwrap_or_default();
    TestTurnWaiting { number: turn.number, profile: progress.profile.clone(), line }
}

/// The line of a test turn that waits for others.
pub(super) fn waits_for(before: &[String]) -> Option<Message> {
    let (first, others) = before.split_first()?;
    Some(match others.len() {
        0 => message!("turn-line-waits", profile = first),
        more => message!("turn-line-waits-more", profile = first, more = more),
    })
}

#[cfg(test)]
mod tests {
    use rotunda_text::Language;

    use super::*;
    use crate::check::{Outcome, Report, Wanted};

    fn turn(queue: &mut CheckQueue, name: &str) -> (u64, watch::Sender<TurnProgress>) {
        let number = queue.next_number().unwrap();
        let profile = format!("id-{name}");
        let begun = TurnProgress { number, profile, lines: Vec::new(), report: None };
        let (sender, progress) = watch::channel(begun);
        let (cancel, _) = watch::channel(false);
        queue.add(QueuedCheck { number, name: name.to_owned(), cancel, progress, task: None });
        (number, sender)
    }

    fn end(queue: &mut CheckQueue, number: u64, progress: &watch::Sender<TurnProgress>) {
        let mut report = Report::begun("x", &Wanted::of(None));
        report.close(Outcome::Completed, None);
        progress.send_modify(|it| it.report = Some(report));
        queue.ended(number);
    }

    /// F11: in the order in which they came, and everyone knows whom they wait for.
    #[test]
    fn test_turns_run_in_order_of_arrival() {
        let mut queue = CheckQueue::default();
        let (first, one) = turn(&mut queue, "work");
        let (second, two) = turn(&mut queue, "home");
        let (third, _three) = turn(&mut queue, "side");
        assert_eq!(waits_for(&queue.before(first)), None);
        let english = Locale::of(Language::ENGLISH);
        let message = waits_for(&queue.before(second)).unwrap().to(english);
        assert_eq!(message, "Waits for the test turn on work.");
        let message = waits_for(&queue.before(third)).unwrap().to(english);
        assert_eq!(message, "Waits for the test turn on work and 1 more.");
        // One that waits may leave before the first has ended; no other begins for that.
        end(&mut queue, second, &two);
        assert_eq!(queue.before(third), ["work"]);
        let view = queue.view(Locale::of(Language::ENGLISH)).unwrap();
        assert_eq!((view.number, view.waiting.len()), (first, 1));
        end(&mut queue, first, &one);
        assert_eq!(queue.before(third), Vec::<String>::new());
        let view = queue.view(Locale::of(Language::ENGLISH)).unwrap();
        assert_eq!((view.number, view.before.unwrap().outcome.as_str()), (third, "completed"));
    }

    #[test]
    fn so_many_may_wait_and_no_more() {
        let mut queue = CheckQueue::default();
        let held: Vec<_> = (0..=MOST_WAITING).map(|_| turn(&mut queue, "work")).collect();
        assert_eq!(queue.next_number(), None);
        end(&mut queue, held[2].0, &held[2].1);
        assert!(queue.next_number().is_some());
    }

    #[test]
    fn cancelling_is_for_one_of_them() {
        let mut queue = CheckQueue::default();
        let (first, _one) = turn(&mut queue, "work");
        let (second, _two) = turn(&mut queue, "home");
        let is_cancelled = |queue: &CheckQueue, number| {
            queue.open().any(|it| it.number == number && *it.cancel.borrow())
        };
        queue.cancel(Some(second));
        assert!(is_cancelled(&queue, second) && !is_cancelled(&queue, first));
        queue.cancel(None);
        assert!(is_cancelled(&queue, first));
    }

    /// A turn that broke leaves no other waiting for ever.
    #[test]
    fn one_that_left_without_a_word_is_gone() {
        let mut queue = CheckQueue::default();
        let (first, one) = turn(&mut queue, "work");
        let (second, _two) = turn(&mut queue, "home");
        let ends = queue.ends();
        drop(one);
        queue.ended(first);
        assert!(ends.has_changed().unwrap());
        assert_eq!(queue.before(second), Vec::<String>::new());
    }
}
