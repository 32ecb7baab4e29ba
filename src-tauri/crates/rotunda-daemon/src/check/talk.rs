//! The conversation with `codex app-server`, from hello to the turn's end.
//!
//! It is over pipes of any kind, so that its patience can be tested without
//! waiting. Nothing that Codex says is passed on in its own words.

use std::{collections::HashSet, time::Duration};

use rotunda_core::display_text::{self, clean_some};
use rotunda_text::{Message, message};
use serde_json::Value;
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    sync::watch,
    time::{Instant, sleep_until, timeout_at},
};

use super::{
    Outcome, Step, StepDone,
    message::{self as protocol, Heard, News},
    noise::Noise,
    outcome_classifier::{CodexRequest, Fact, OutcomeClassifier},
};

/// How long Codex may take to say that it has stopped.
const ACKNOWLEDGE: Duration = Duration::from_secs(5);
/// A longer line is not one of Codex's.
const LONGEST_LINE: usize = 16 << 20;

/// What to talk about.
#[derive(Debug)]
pub(crate) struct Subject<'a> {
    /// The work folder.
    pub(crate) work: &'a str,
    /// The model, when one was named for this turn.
    pub(crate) model: Option<&'a str>,
    /// How long without any progress.
    pub(crate) idle: Duration,
    pub(crate) course: Course<'a>,
}

/// Which steps are taken with one Codex.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Course<'a> {
    /// One turn, in a thread that leaves nothing behind.
    Short,
    /// A turn in a thread that is kept, and its shortening.
    Kept,
    /// One more turn in the thread of an earlier Codex.
    Resumed(&'a str),
}

impl Course<'_> {
    const fn first(self) -> Step {
        match self {
            Self::Short | Self::Kept => Step::Turn,
            Self::Resumed(_) => Step::Resume,
        }
    }

    /// What follows a step that went well.
    const fn after(self, step: Step) -> Option<Step> {
        match (self, step) {
            (Self::Kept, Step::Turn) => Some(Step::Compact),
            (Self::Resumed(_), Step::Resume) => Some(Step::NextTurn),
            _ => None,
        }
    }
}

/// The result of a course.
#[derive(Debug)]
pub(crate) struct ConversationResult {
    pub(crate) outcome: Outcome,
    /// How often Codex tried again.
    pub(crate) retries: u32,
    /// And what.
    pub(crate) retried: Vec<Outcome>,
    /// Status and code behind a failure.
    pub(crate) detail: Option<String>,
    /// The status alone.
    pub(crate) status: Option<u16>,
    /// The model that Codex says it uses.
    pub(crate) model: Option<String>,
    /// What it went through.
    pub(crate) steps: Vec<StepDone>,
    /// The thread it was in.
    pub(crate) thread: Option<String>,
    pub(crate) noise: Noise,
}

/// Runs the turns of a course. `emit` gets each step as a message; `cancel` counts
/// at any moment.
pub(crate) async fn converse(
    from: impl AsyncRead + Unpin,
    to: impl AsyncWrite + Unpin,
    subject: Subject<'_>,
    cancel: watch::Receiver<bool>,
    emit: &mut (dyn FnMut(Message) + Send),
) -> ConversationResult {
    let deadline = Instant::now() + subject.idle;
    let step = subject.course.first();
    let mut talk = Talk {
        lines: Lines { from, unread: Vec::new() },
        to,
        subject,
        emit,
        emitted: HashSet::new(),
        step,
        steps: Vec::new(),
        classifier: OutcomeClassifier::of(step),
        retries: 0,
        retried: Vec::new(),
        noise: Noise::default(),
        deadline,
        spoke: false,
        is_asked: false,
        thread: None,
        turn: None,
        model: None,
    };
    let outcome = talk.run(cancel).await;
    talk.steps.push(StepDone { step: talk.step, outcome });
    ConversationResult {
        outcome,
        retries: talk.retries + talk.classifier.retries(),
        retried: [&talk.retried, talk.classifier.retried()].concat(),
        detail: talk.classifier.detail(),
        status: talk.classifier.status(),
        model: talk.model,
        steps: talk.steps,
        thread: talk.thread,
        noise: talk.noise,
    }
}

struct Talk<'a, R, W> {
    lines: Lines<R>,
    to: W,
    subject: Subject<'a>,
    emit: &'a mut (dyn FnMut(Message) + Send),
    /// The messages emitted so far: one of a kind is enough.
    emitted: HashSet<Message>,
    step: Step,
    /// Those that went well.
    steps: Vec<StepDone>,
    classifier: OutcomeClassifier,
    /// Of the steps before this one.
    retries: u32,
    retried: Vec<Outcome>,
    noise: Noise,
    /// Moved by any progress; nothing limits the whole (lesson F5).
    deadline: Instant,
    spoke: bool,
    /// The step's turn was requested.
    is_asked: bool,
    thread: Option<String>,
    turn: Option<String>,
    model: Option<String>,
}

impl<R: AsyncRead + Unpin, W: AsyncWrite + Unpin> Talk<'_, R, W> {
    async fn run(&mut self, mut cancel: watch::Receiver<bool>) -> Outcome {
        self.send(&protocol::hello()).await;
        loop {
            let outcome = tokio::select! {
                biased;
                () = cancelled(&mut cancel) => return self.stop().await,
                line = self.lines.next() => self.hear(line).await,
                () = sleep_until(self.deadline) => self.classifier.see(Fact::Idle),
            };
            match outcome.map(|outcome| (outcome, self.subject.course.after(self.step))) {
                Some((Outcome::Completed, Some(next))) => self.go_on(next).await,
                Some((outcome, _)) => return outcome,
                None => {}
            }
        }
    }

    /// Takes the next step, in the thread that is open.
    async fn go_on(&mut self, next: Step) {
        self.steps.push(StepDone { step: self.step, outcome: Outcome::Completed });
        self.retries += self.classifier.retries();
        self.retried.extend_from_slice(self.classifier.retried());
        (self.step, self.classifier) = (next, OutcomeClassifier::of(next));
        self.progress();
        if let Some(thread) = self.thread.clone() {
            self.ask(&thread).await;
        }
    }

    /// Asks for the step's turn.
    async fn ask(&mut self, thread: &str) {
        (self.is_asked, self.turn) = (true, None);
        if self.step == Step::Compact {
            self.send(&protocol::compact(thread)).await;
            self.emit_once(message!("turn-line-asked-to-shorten"));
        } else {
            self.send(&protocol::turn(thread)).await;
            self.emit_once(message!("turn-line-asks"));
        }
    }

    /// Interrupts the turn wherever it is, and says how that went (lesson F12).
    async fn stop(&mut self) -> Outcome {
        let until = Instant::now() + ACKNOWLEDGE;
        let mut has_ended = false;
        if self.is_asked {
            // Requested and not begun yet: its name is on the way.
            while self.turn.is_none() && !has_ended {
                let Ok(line) = timeout_at(until, self.lines.next()).await else { break };
                has_ended = self.hear(line).await.is_some();
            }
            if let (Some(thread), Some(turn)) = (&self.thread, &self.turn) {
                let interrupt = protocol::interrupt(thread, turn);
                self.send(&interrupt).await;
            }
            while !has_ended {
                let Ok(line) = timeout_at(until, self.lines.next()).await else { break };
                has_ended = self.hear(line).await.is_some();
            }
        }
        (self.emit)(match (self.is_asked, has_ended) {
            (false, _) => message!("turn-line-stopped-unasked"),
            (true, true) => message!("turn-line-stopped"),
            (true, false) => message!("turn-line-ended"),
        });
        Outcome::Cancelled
    }

    async fn hear(&mut self, line: Line) -> Option<Outcome> {
        let line = match line {
            Line::Text(line) if line.trim_ascii().is_empty() => return None,
            Line::Text(line) => line,
            Line::TooLong => return self.classifier.see(Fact::NotJson),
            Line::End => return self.classifier.see(Fact::Gone { spoke: self.spoke }),
        };
        let Some(heard) = protocol::read(&line) else { return self.classifier.see(Fact::NotJson) };
        self.spoke = true;
        match heard {
            Heard::Reply { id, result } => self.answered(id, &result).await,
            Heard::Refusal { id, unknown } => {
                let request = match id {
                    protocol::HELLO => CodexRequest::Hello,
                    protocol::THREAD if self.step == Step::Resume => CodexRequest::Resume,
                    protocol::THREAD => CodexRequest::Thread,
                    protocol::COMPACT => CodexRequest::Compact,
                    protocol::TURN => CodexRequest::Turn,
                    _ => return None,
                };
                self.classifier.see(Fact::Refused { request, unknown })
            }
            Heard::Question { id } => {
                self.progress();
                self.send(&protocol::decline(&id)).await;
                None
            }
            Heard::News(news) => self.learn(news),
        }
    }

    async fn answered(&mut self, id: u64, result: &Value) -> Option<Outcome> {
        self.progress();
        match id {
            protocol::HELLO => {
                self.send(&protocol::introduced()).await;
                let Subject { work, model, course, .. } = self.subject;
                let thread = match course {
                    Course::Short => protocol::thread(work, model, false),
                    Course::Kept => protocol::thread(work, model, true),
                    Course::Resumed(thread) => protocol::resume(thread, work, model),
                };
                self.send(&thread).await;
            }
            protocol::THREAD => return self.opened(result).await,
            protocol::TURN => self.begun(result["turn"]["id"].as_str()),
            _ => {}
        }
        None
    }

    /// The thread is open: a new one gets its turn, opening an earlier one was the step.
    async fn opened(&mut self, result: &Value) -> Option<Outcome> {
        let refused = |request| Fact::Refused { request, unknown: false };
        let Some(thread) = result["thread"]["id"].as_str() else {
            let is_resume = self.step == Step::Resume;
            let request = if is_resume { CodexRequest::Resume } else { CodexRequest::Thread };
            return self.classifier.see(refused(request));
        };
        let model = [&result["model"], &result["thread"]["model"]];
        let model = model.iter().find_map(|model| model.as_str());
        self.model = model.and_then(|model| clean_some(model, display_text::NAME));
        self.thread = Some(thread.to_owned());
        match self.subject.course {
            Course::Resumed(wanted) if wanted == thread => Some(Outcome::Completed),
            // Another one in its place would hide that it is gone (lesson F9).
            Course::Resumed(_) => self.classifier.see(refused(CodexRequest::Resume)),
            Course::Short | Course::Kept => {
                self.ask(thread).await;
                None
            }
        }
    }

    fn learn(&mut self, news: News) -> Option<Outcome> {
        match news {
            News::Noise(name) => self.noise.count(&name),
            News::Progress => self.progress(),
            News::Begun { turn } => self.begun(Some(&turn)),
            News::Fact(fact, line) => {
                // Trying again is no progress: it may go on for ever.
                if !matches!(fact, Fact::Retry(_)) {
                    self.progress();
                }
                if let Some(line) = line {
                    self.emit_once(line);
                }
                return self.classifier.see(fact);
            }
        }
        None
    }

    fn begun(&mut self, turn: Option<&str>) {
        self.progress();
        if let Some(turn) = turn {
            self.turn = Some(turn.to_owned());
            if self.step != Step::Compact {
                self.emit_once(message!("turn-line-begun"));
            }
        }
    }

    fn progress(&mut self) {
        self.deadline = Instant::now() + self.subject.idle;
    }

    fn emit_once(&mut self, line: Message) {
        if self.emitted.insert(line.clone()) {
            (self.emit)(line);
        }
    }

    /// A Codex that does not listen shows by its silence.
    async fn send(&mut self, message: &Value) {
        let line = format!("{message}\n");
        let sent = async {
            self.to.write_all(line.as_bytes()).await?;
            self.to.flush().await
        };
        let _ = timeout_at(self.deadline, sent).await;
    }
}

/// Ready once the user wants it to end, never when the sender is gone.
async fn cancelled(cancel: &mut watch::Receiver<bool>) {
    if cancel.wait_for(|cancel| *cancel).await.is_err() {
        std::future::pending::<()>().await;
    }
}

enum Line {
    Text(Vec<u8>),
    TooLong,
    End,
}

/// Lines of bounded length; nothing is lost when a wait is given up.
struct Lines<R> {
    from: R,
    unread: Vec<u8>,
}

impl<R: AsyncRead + Unpin> Lines<R> {
    async fn next(&mut self) -> Line {
        let mut looked_at = 0;
        loop {
            let new = self.unread.iter().skip(looked_at).position(|byte| *byte == b'\n');
            if let Some(end) = new {
                let rest = self.unread.split_off(looked_at + end + 1);
                return Line::Text(std::mem::replace(&mut self.unread, rest));
            }
            looked_at = self.unread.len();
            if looked_at > LONGEST_LINE {
                return Line::TooLong;
            }
            match self.from.read_buf(&mut self.unread).await {
                Ok(0) | Err(_) => return Line::End,
                Ok(_) => {}
            }
        }
    }
}
