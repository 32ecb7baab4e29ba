use std::sync::Mutex;

use rotunda_host::settings::Theme;
use serde_json::json;
use tokio::io::{AsyncBufReadExt, ReadHalf, WriteHalf};
use tokio::io::{BufReader, DuplexStream, Lines as ReadLines, duplex, split};

use super::*;

#[derive(Clone, Default)]
struct Fake {
    did: Arc<Mutex<Vec<String>>>,
    left: Arc<Mutex<Vec<Left>>>,
    holds: Arc<tokio::sync::Notify>,
}

impl Host for Fake {
    async fn answer(&self, command: String, arguments: Value) -> Result<Box<RawValue>, String> {
        if command == "slow" {
            self.holds.notified().await;
        }
        self.did.lock().unwrap().push(command.clone());
        match command.as_str() {
            "unknown" => Err("Rotunda cannot do that.".to_owned()),
            _ => Ok(to_raw_value(&arguments).unwrap()),
        }
    }

    fn shown(&self) {
        self.did.lock().unwrap().push("shown".to_owned());
    }

    fn left(&self, left: Left) {
        self.left.lock().unwrap().push(left);
    }
}

/// The process's side of the talk, and the rest of what a test holds.
struct Process {
    host: Fake,
    says: WriteHalf<DuplexStream>,
    hears: ReadLines<BufReader<ReadHalf<DuplexStream>>>,
    orders: mpsc::Sender<Order>,
    changes: watch::Sender<Arc<Snapshot>>,
    talk: tokio::task::JoinHandle<End>,
}

const FIXTURE: &str = include_str!("../../../tests/fixtures/snapshot.json");
/// Longer than any test.
const FOREVER: Duration = Duration::from_secs(3600);

const LOOK: Look = Look {
    place: WindowRoute::Activity,
    left: Left { width: 700.0, height: 500.0, maximized: false },
    theme: Theme::System,
};

fn begin() -> Process {
    begin_with(FOREVER)
}

fn begin_with(patience: Duration) -> Process {
    let (ours, theirs) = duplex(1 << 16);
    let (orders, mut inbox) = mpsc::channel(8);
    let (changes, watch) = watch::channel(Arc::new(snapshot()));
    let host = Fake::default();
    let answers = host.clone();
    let talk =
        tokio::spawn(
            async move { talk(answers, split(ours), LOOK, patience, &mut inbox, watch).await },
        );
    let (reader, says) = split(theirs);
    Process { host, says, hears: BufReader::new(reader).lines(), orders, changes, talk }
}

fn snapshot() -> Snapshot {
    serde_json::from_str(FIXTURE).expect("the fixture is a snapshot")
}

impl Process {
    async fn says(&mut self, message: &FromWindow) {
        self.says.write_all(&line(message).unwrap()).await.unwrap();
    }

    async fn asks(&mut self, number: u64, command: &str, arguments: Value) {
        self.says(&FromWindow::Ask { number, command: command.to_owned(), arguments }).await;
    }

    async fn hears(&mut self) -> ToWindow {
        let line = self.hears.next_line().await.unwrap().expect("the app says something");
        serde_json::from_str(&line).unwrap()
    }

    /// What was answered, by number.
    async fn answer(&mut self) -> (u64, Result<String, String>) {
        match self.hears().await {
            ToWindow::Answer { number, outcome } => {
                (number, outcome.map(|answer| answer.get().to_owned()))
            }
            _ => panic!("another message came"),
        }
    }

    async fn opens(&mut self) {
        assert!(matches!(self.hears().await, ToWindow::Open(look) if look.place == LOOK.place));
        self.says(&FromWindow::Shown).await;
    }
}

#[tokio::test]
async fn a_command_is_answered_by_its_number() {
    let mut process = begin();
    process.opens().await;
    process.asks(5, "pause", json!({"id": "p", "paused": true})).await;
    assert_eq!(process.answer().await, (5, Ok(r#"{"id":"p","paused":true}"#.to_owned())));
    process.asks(6, "unknown", json!({})).await;
    assert_eq!(process.answer().await, (6, Err("Rotunda cannot do that.".to_owned())));
}

#[tokio::test]
async fn the_last_snapshot_is_sent() {
    let mut process = begin();
    process.opens().await;
    let next = Snapshot { headline: "Something new".to_owned(), ..snapshot() };
    process.changes.send_replace(Arc::new(next));
    let ToWindow::Changed(snapshot) = process.hears().await else { panic!("no snapshot") };
    assert!(snapshot.get().contains("Something new"));
}

#[tokio::test]
async fn the_process_says_why_there_is_no_window() {
    let mut process = begin();
    process.says(&FromWindow::Failed(NoWindow::WebViewMissing)).await;
    process.says.shutdown().await.unwrap();
    let end = process.talk.await.unwrap();
    assert_eq!(end.reason, Some(NoWindow::WebViewMissing));
    assert!(!end.shown && end.wanted == Some(LOOK.place));
}

#[tokio::test]
async fn a_hang_up_ends_the_talk_and_what_was_begun_is_finished() {
    let mut process = begin();
    process.opens().await;
    process.asks(1, "slow", json!({})).await;
    process.asks(2, "bind", json!({})).await;
    process.answer().await.1.unwrap();
    let left = Left { width: 800.0, ..LOOK.left };
    process.says(&FromWindow::Left(left)).await;
    process.says.shutdown().await.unwrap();
    let end = process.talk.await.unwrap();
    assert_eq!(end, End { fault: None, wanted: None, shown: true, reason: None });
    assert_eq!(*process.host.left.lock().unwrap(), [left]);
    // Its answer has no reader any more.
    process.host.holds.notify_one();
    while process.host.did.lock().unwrap().last().is_none_or(|last| last != "slow") {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn one_that_never_shows_itself_is_given_up() {
    let process = begin_with(Duration::from_millis(1));
    let end = process.talk.await.unwrap();
    assert!(end.fault.is_some() && !end.shown);
    assert_eq!(end.wanted, Some(LOOK.place));
}

#[tokio::test]
async fn who_is_called_is_waited_for_until_it_came() {
    let mut process = begin();
    process.opens().await;
    process.orders.send(Order::Come(WindowRoute::Codex)).await.unwrap();
    assert!(matches!(process.hears().await, ToWindow::Come(WindowRoute::Codex)));
    process.says(&FromWindow::Came).await;
    process.orders.send(Order::Refused).await.unwrap();
    assert!(matches!(process.hears().await, ToWindow::Refused));
    process.orders.send(Order::Come(WindowRoute::Settings)).await.unwrap();
    process.hears().await;
    process.says.shutdown().await.unwrap();
    assert_eq!(process.talk.await.unwrap().wanted, Some(WindowRoute::Settings));
}

#[tokio::test]
async fn one_that_came_is_no_longer_waited_for() {
    let mut process = begin();
    process.opens().await;
    process.orders.send(Order::Come(WindowRoute::Codex)).await.unwrap();
    process.hears().await;
    process.says(&FromWindow::Came).await;
    process.says.shutdown().await.unwrap();
    assert_eq!(process.talk.await.unwrap().wanted, None);
}

#[tokio::test]
async fn a_line_without_an_end_is_a_fault() {
    let mut process = begin();
    process.opens().await;
    let piece = vec![b'a'; 1 << 16];
    while process.says.write_all(&piece).await.is_ok() {}
    assert_eq!(process.talk.await.unwrap().fault, Some("it sent a line without an end"));
}

#[tokio::test]
async fn noise_is_passed_over() {
    let mut process = begin();
    process.opens().await;
    process.says.write_all(b"\n** (warning) from a library\n{\"half\":\n").await.unwrap();
    process.asks(3, "bind", json!({})).await;
    assert_eq!(process.answer().await.0, 3);
}

#[tokio::test]
async fn a_flood_is_a_fault() {
    let mut process = begin();
    process.opens().await;
    let came = line(&FromWindow::Came).unwrap().repeat(100);
    while process.says.write_all(&came).await.is_ok() {}
    assert_eq!(process.talk.await.unwrap().fault, Some("it does not stop asking"));
}

#[tokio::test]
async fn requests_over_the_limit_are_refused_and_others_complete() {
    let mut process = begin();
    process.opens().await;
    for number in 0..=AT_ONCE as u64 {
        process.asks(number, "slow", json!({})).await;
    }
    assert_eq!(process.answer().await, (AT_ONCE as u64, Err(BUSY.to_owned())));
    process.host.holds.notify_one();
    assert!(process.answer().await.1.is_ok());
    process.asks(99, "bind", json!({})).await;
    assert_eq!(process.answer().await.0, 99);
}

#[tokio::test]
async fn one_that_asks_and_never_listens_is_a_fault() {
    let mut process = begin();
    process.opens().await;
    let much = json!("a".repeat(1 << 12));
    let request = async {
        for number in 0.. {
            let (command, arguments) = ("bind".to_owned(), much.clone());
            let ask = line(&FromWindow::Ask { number, command, arguments }).unwrap();
            if process.says.write_all(&ask).await.is_err() {
                return;
            }
        }
    };
    request.await;
    let fault = process.talk.await.unwrap().fault.expect("is given up");
    assert!(fault.contains("listen"), "{fault}");
}
