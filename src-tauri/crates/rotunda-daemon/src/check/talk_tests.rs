//! The conversation against a Codex played by the test, on paused clocks.

use std::time::Duration;

use rotunda_text::{Language, Locale, Localize, Message};
use serde_json::{Value, json};
use tokio::{
    io::{
        AsyncBufReadExt, AsyncWriteExt, BufReader, DuplexStream, Lines, ReadHalf, WriteHalf, split,
    },
    sync::watch,
    task::JoinHandle,
    time::sleep,
};

use super::{
    IDLE, Outcome, Step, StepDone,
    talk::{ConversationResult, Course, Subject, converse},
};

/// The other end: reads the requests and sends what the test wants.
struct Peer {
    requests: Lines<BufReader<ReadHalf<DuplexStream>>>,
    out: WriteHalf<DuplexStream>,
    cancel: watch::Sender<bool>,
    turn: JoinHandle<(ConversationResult, Vec<String>)>,
}

impl Peer {
    fn start(model: Option<&'static str>) -> Self {
        Self::start_on(model, Course::Short)
    }

    fn start_on(model: Option<&'static str>, course: Course<'static>) -> Self {
        let (ours, theirs) = tokio::io::duplex(1 << 16);
        let (cancel, cancelled) = watch::channel(false);
        let turn = tokio::spawn(async move {
            let (from, to) = split(ours);
            let mut lines = Vec::new();
            let subject = Subject { work: "/work", model, idle: IDLE, course };
            let english = Locale::of(Language::ENGLISH);
            let mut emit = |line: Message| lines.push(line.to(english));
            let result = converse(from, to, subject, cancelled, &mut emit).await;
            (result, lines)
        });
        let (read, out) = split(theirs);
        Self { requests: BufReader::new(read).lines(), out, cancel, turn }
    }

    /// The next request.
    async fn next_request(&mut self) -> Value {
        let line = self.requests.next_line().await.unwrap().expect("a request");
        serde_json::from_str(&line).unwrap()
    }

    async fn says(&mut self, message: &Value) {
        self.out.write_all(format!("{message}\n").as_bytes()).await.unwrap();
    }

    async fn notify(&mut self, method: &str, params: Value) {
        self.says(&json!({ "method": method, "params": params })).await;
    }

    async fn reply(&mut self, id: u64, result: Value) {
        self.says(&json!({ "id": id, "result": result })).await;
    }

    /// Up to the request for the turn.
    async fn introduced(&mut self) -> Value {
        assert_eq!(self.next_request().await["method"], "initialize");
        self.reply(1, json!({})).await;
        assert_eq!(self.next_request().await["method"], "initialized");
        let thread = self.next_request().await;
        self.reply(2, json!({ "thread": { "id": "t" }, "model": "gpt-x" })).await;
        let turn = self.next_request().await;
        assert_eq!(
            (&turn["method"], &turn["params"]["threadId"]),
            (&json!("turn/start"), &json!("t"))
        );
        thread
    }

    async fn begun(&mut self) -> Value {
        let thread = self.introduced().await;
        self.reply(3, json!({ "turn": { "id": "u" } })).await;
        thread
    }

    async fn ends(&mut self, status: &str) {
        self.notify("turn/completed", json!({ "turn": { "status": status } })).await;
    }

    async fn answers(&mut self) {
        let item = json!({ "item": { "type": "agentMessage", "text": "SECRET-ANSWER" } });
        self.notify("item/completed", item).await;
    }

    async fn over(self) -> (ConversationResult, Vec<String>) {
        self.turn.await.unwrap()
    }
}

#[tokio::test(start_paused = true)]
async fn a_turn_is_reported_without_the_text_of_codex() {
    let mut peer = Peer::start(None);
    let thread = peer.begun().await;
    assert!(thread["params"].get("model").is_none());
    peer.notify(
        "item/started",
        json!({ "item": { "type": "reasoning", "content": ["SECRET-THOUGHT"] } }),
    )
    .await;
    peer.notify("thread/tokenUsage/updated", json!({ "tokenUsage": 7 })).await;
    peer.notify("warning", json!({ "message": "SECRET-WARNING" })).await;
    peer.answers().await;
    peer.ends("completed").await;
    let (result, lines) = peer.over().await;
    assert_eq!(result.outcome, Outcome::Completed);
    assert_eq!(result.model.as_deref(), Some("gpt-x"));
    assert_eq!(lines, ["Codex asks.", "The turn has begun.", "The model thinks."]);
    let noise = result.noise.message().unwrap().to(Locale::of(Language::ENGLISH));
    assert!(noise.contains("1 × thread/tokenUsage/updated, 1 × warning"), "{noise}");
    assert!(!format!("{lines:?}{noise}").contains("SECRET"));
}

/// F5: progress moves the limit, and nothing limits the whole.
#[tokio::test(start_paused = true)]
async fn a_turn_with_progress_does_not_time_out() {
    let mut peer = Peer::start(Some("m"));
    assert_eq!(peer.begun().await["params"]["model"], "m");
    for _ in 0..20 {
        sleep(IDLE * 9 / 10).await;
        peer.notify("item/agentMessage/delta", json!({ "delta": "x" })).await;
    }
    peer.answers().await;
    peer.ends("completed").await;
    assert_eq!(peer.over().await.0.outcome, Outcome::Completed);
}

#[tokio::test(start_paused = true)]
async fn a_codex_that_never_answers_is_given_up() {
    let peer = Peer::start(None);
    assert_eq!(peer.over().await.0.outcome, Outcome::BackendTimeout);
}

/// Retries and noise are no progress.
#[tokio::test(start_paused = true)]
async fn endless_retries_end_as_what_they_are() {
    let mut peer = Peer::start(None);
    peer.begun().await;
    let error = json!({ "willRetry": true, "error": { "message": "Reconnecting... http://127.0.0.1/SECRET",
                        "codexErrorInfo": { "responseStreamDisconnected": { "httpStatusCode": null } } } });
    let rounds = tokio::time::timeout(IDLE * 3, async {
        while !peer.turn.is_finished() {
            peer.out
                .write_all(
                    format!("{}\n", json!({ "method": "error", "params": error })).as_bytes(),
                )
                .await
                .ok();
            sleep(IDLE / 4).await;
        }
    });
    rounds.await.unwrap();
    let (result, lines) = peer.over().await;
    assert_eq!(result.outcome, Outcome::ProviderStreamDisconnected);
    assert!(result.retries > 2);
    assert_eq!(lines.iter().filter(|line| line.contains("tries again")).count(), 1);
    assert!(!lines.concat().contains("SECRET"));
}

/// F12: before the start is answered, too.
#[tokio::test(start_paused = true)]
async fn a_turn_is_interrupted_before_its_start_is_answered() {
    let mut peer = Peer::start(None);
    peer.introduced().await;
    peer.cancel.send_replace(true);
    sleep(Duration::from_secs(1)).await;
    peer.reply(3, json!({ "turn": { "id": "u" } })).await;
    let interrupt = peer.next_request().await;
    assert_eq!(interrupt["method"], "turn/interrupt");
    assert_eq!(interrupt["params"], json!({ "threadId": "t", "turnId": "u" }));
    peer.ends("interrupted").await;
    let (result, lines) = peer.over().await;
    assert_eq!(result.outcome, Outcome::Cancelled);
    assert_eq!(lines.last().unwrap(), "Codex stopped the turn.");
}

#[tokio::test(start_paused = true)]
async fn an_unanswered_interruption_times_out() {
    let mut peer = Peer::start(None);
    peer.introduced().await;
    peer.cancel.send_replace(true);
    let (result, lines) = peer.over().await;
    assert_eq!(result.outcome, Outcome::Cancelled);
    assert_eq!(lines.last().unwrap(), "Codex did not say that it stopped; it is ended.");
}

#[tokio::test(start_paused = true)]
async fn a_cancel_before_the_turn_starts_ends_it() {
    let peer = Peer::start(None);
    peer.cancel.send_replace(true);
    let (result, lines) = peer.over().await;
    assert_eq!(result.outcome, Outcome::Cancelled);
    assert_eq!(lines, ["Stopped before the turn was asked for."]);
}

#[tokio::test(start_paused = true)]
async fn what_codex_wants_to_be_allowed_is_declined() {
    let mut peer = Peer::start(None);
    peer.begun().await;
    peer.says(
        &json!({ "id": 77, "method": "item/commandExecution/requestApproval", "params": {} }),
    )
    .await;
    let declined = peer.next_request().await;
    assert_eq!((&declined["id"], declined["error"].is_object()), (&json!(77), true));
    peer.cancel.send_replace(true);
    peer.ends("interrupted").await;
    peer.over().await;
}

#[tokio::test(start_paused = true)]
async fn nonsense_and_an_early_end_have_their_kinds() {
    let mut peer = Peer::start(None);
    peer.out.write_all(b"WARNING: this is no JSON\n").await.unwrap();
    assert_eq!(peer.over().await.0.outcome, Outcome::BackendJsonParseError);
    let mut peer = Peer::start(None);
    peer.out.shutdown().await.unwrap();
    assert_eq!(peer.over().await.0.outcome, Outcome::BackendSpawnFailed);
    let mut peer = Peer::start(None);
    peer.begun().await;
    peer.out.shutdown().await.unwrap();
    assert_eq!(peer.over().await.0.outcome, Outcome::BackendResponseInvalid);
}

fn steps(result: &ConversationResult) -> Vec<(Step, Outcome)> {
    result.steps.iter().map(|&StepDone { step, outcome }| (step, outcome)).collect()
}

/// A kept thread is compacted after its turn, and its name is reported.
#[tokio::test(start_paused = true)]
async fn a_turn_is_followed_by_shortening_its_thread() {
    let mut peer = Peer::start_on(None, Course::Kept);
    let thread = peer.begun().await;
    assert!(thread["params"].get("ephemeral").is_none(), "{thread}");
    peer.answers().await;
    peer.ends("completed").await;
    let compact = peer.next_request().await;
    assert_eq!(compact["method"], "thread/compact/start");
    assert_eq!(compact["params"], json!({ "threadId": "t" }));
    peer.reply(5, json!({})).await;
    peer.notify("turn/started", json!({ "turn": { "id": "v" } })).await;
    let item = json!({ "item": { "type": "contextCompaction" } });
    peer.notify("item/started", item.clone()).await;
    peer.notify("item/completed", item).await;
    peer.ends("completed").await;
    let (result, lines) = peer.over().await;
    let all = [(Step::Turn, Outcome::Completed), (Step::Compact, Outcome::Completed)];
    assert_eq!((steps(&result), result.thread.as_deref()), (all.to_vec(), Some("t")));
    assert_eq!(lines.last().unwrap(), "Codex shortens the conversation.");
}

/// A turn that failed is the end: nothing is sent after it.
#[tokio::test(start_paused = true)]
async fn a_failed_turn_is_not_followed() {
    let mut peer = Peer::start_on(None, Course::Kept);
    peer.begun().await;
    peer.ends("completed").await;
    let (result, _) = peer.over().await;
    assert_eq!(steps(&result), [(Step::Turn, Outcome::BackendResponseInvalid)]);
}

/// F12: shortening is interrupted like a turn, under its own name.
#[tokio::test(start_paused = true)]
async fn shortening_is_interrupted_too() {
    let mut peer = Peer::start_on(None, Course::Kept);
    peer.begun().await;
    peer.answers().await;
    peer.ends("completed").await;
    assert_eq!(peer.next_request().await["method"], "thread/compact/start");
    peer.cancel.send_replace(true);
    sleep(Duration::from_secs(1)).await;
    peer.notify("turn/started", json!({ "turn": { "id": "v" } })).await;
    let interrupt = peer.next_request().await;
    assert_eq!(interrupt["params"], json!({ "threadId": "t", "turnId": "v" }));
    peer.ends("interrupted").await;
    let (result, _) = peer.over().await;
    let all = [(Step::Turn, Outcome::Completed), (Step::Compact, Outcome::Cancelled)];
    assert_eq!(steps(&result), all);
}

impl Peer {
    /// Up to the request for the thread of before.
    async fn next_resume_request(&mut self) -> Value {
        assert_eq!(self.next_request().await["method"], "initialize");
        self.reply(1, json!({})).await;
        assert_eq!(self.next_request().await["method"], "initialized");
        let resume = self.next_request().await;
        assert_eq!(
            (&resume["method"], &resume["params"]["threadId"]),
            (&json!("thread/resume"), &json!("t"))
        );
        resume
    }
}

#[tokio::test(start_paused = true)]
async fn another_codex_process_resumes_the_thread() {
    let mut peer = Peer::start_on(Some("m"), Course::Resumed("t"));
    assert_eq!(peer.next_resume_request().await["params"]["model"], "m");
    peer.reply(2, json!({ "thread": { "id": "t" }, "model": "m" })).await;
    assert_eq!(peer.next_request().await["method"], "turn/start");
    peer.answers().await;
    peer.ends("completed").await;
    let (result, _) = peer.over().await;
    let all = [(Step::Resume, Outcome::Completed), (Step::NextTurn, Outcome::Completed)];
    assert_eq!(steps(&result), all);
}

/// F9: a thread that is gone, cannot be read, or has another in its place.
#[tokio::test(start_paused = true)]
async fn a_thread_with_another_id_is_reported() {
    let gone = json!({ "id": 2, "error": { "message": "no rollout found for thread id SECRET" } });
    let broken = json!({ "id": 2, "error": { "message": "failed to read thread: SECRET" } });
    let other = json!({ "id": 2, "result": { "thread": { "id": "u" } } });
    let none = json!({ "id": 2, "result": {} });
    for answer in [gone, broken, other, none] {
        let mut peer = Peer::start_on(None, Course::Resumed("t"));
        peer.next_resume_request().await;
        peer.says(&answer).await;
        let (result, lines) = peer.over().await;
        assert_eq!(steps(&result), [(Step::Resume, Outcome::ThreadResumeFailed)], "{answer}");
        assert!(!lines.concat().contains("SECRET"));
    }
}
