//! Test turns that wait for each other.

use std::{fs, path::PathBuf, process::Stdio};

use rotunda_tests::{Signal, eventually, in_time};
use tokio::process::Child;

use super::{Bench, answer, begins, completed, turn};

/// The output of a running command so far.
struct Written {
    child: Child,
    file: PathBuf,
}

impl Written {
    fn begin(bench: &Bench, name: &str, arguments: &[&str]) -> Self {
        let file = bench.play.path().join(name);
        let mut command = bench.rotunda.command(&[&["check"], arguments].concat());
        let out = fs::File::create(&file).unwrap();
        let err = out.try_clone().unwrap();
        let child = command.stdin(Stdio::null()).stdout(out).stderr(err).spawn().unwrap();
        Self { child, file }
    }

    fn text(&self) -> String {
        fs::read_to_string(&self.file).unwrap()
    }

    async fn waits_for_output(&self, text: &str) {
        eventually(text, || self.text().contains(text)).await;
    }

    async fn interrupt(&self) {
        Signal::Interrupt.send(self.child.id().unwrap()).await;
    }

    /// Its exit code and everything it wrote.
    async fn ends(mut self) -> (Option<i32>, String) {
        let code = in_time("a check to end", self.child.wait()).await.unwrap().code();
        (code, self.text())
    }
}

/// F11: the second test turn waits, reports for which one and when that is over,
/// and can be stopped while it waits without an effect on the first.
#[tokio::test]
async fn a_second_test_turn_waits_for_the_first() {
    let mut bench = Bench::new(&["main", "second"]).await;
    bench.rotunda.serve().await;
    bench.script(&turn(&[begins()]));
    let first = Written::begin(&bench, "first", &["--profile", "main"]);
    eventually("the turn", || bench.was_called("turn/start")).await;
    let leaves = Written::begin(&bench, "leaves", &["--profile", "second"]);
    leaves.waits_for_output("Waits for the test turn on main.").await;
    let stays = Written::begin(&bench, "stays", &["--profile", "second"]);
    stays.waits_for_output("Waits for the test turn on main and 1 more.").await;

    leaves.interrupt().await;
    let (code, text) = leaves.ends().await;
    assert_eq!(code, Some(1));
    assert!(text.contains("Stopped before its turn came."), "{text}");
    assert!(text.contains("cancelled: The test turn was stopped."), "{text}");
    stays.waits_for_output("Waits for the test turn on main.\n").await;
    assert!(!bench.was_called("turn/interrupt"), "the first goes on");

    let again = Written::begin(&bench, "again", &[]);
    again.waits_for_output("Waits for").await;
    bench.script(&turn(&[answer(), completed()]));
    first.interrupt().await;
    assert!(first.ends().await.1.contains("Codex stopped the turn."));
    for waited in [stays, again] {
        let (code, text) = waited.ends().await;
        assert_eq!(code, Some(0), "{text}");
        assert!(text.contains("The wait is over; this test turn begins."), "{text}");
    }
    assert_eq!(bench.rotunda.stop().await, Some(0));
}

/// F11: so many wait and no more.
#[tokio::test]
async fn the_queue_of_test_turns_is_bounded() {
    let mut bench = Bench::new(&["main"]).await;
    bench.rotunda.serve().await;
    bench.script(&turn(&[begins()]));
    let mut all = vec![Written::begin(&bench, "0", &[])];
    eventually("the turn", || bench.was_called("turn/start")).await;
    for number in 1..=4 {
        let waits = Written::begin(&bench, &number.to_string(), &[]);
        waits.waits_for_output("Waits for").await;
        all.push(waits);
    }
    let refused = bench.rotunda.run(&["check"]).await;
    assert_eq!(refused.code, Some(1));
    assert!(refused.err.contains("4 test turns wait already."), "{refused:?}");
    // With Rotunda they all end.
    assert_eq!(bench.rotunda.stop().await, Some(0));
    for one in all {
        let (code, text) = one.ends().await;
        assert_eq!(code, Some(1), "{text}");
    }
    assert_eq!(bench.leftovers(), Vec::<PathBuf>::new());
}

/// Without a running Rotunda the second finds the first one's, which stays
/// until no test turn needs it.
#[tokio::test]
async fn two_commands_alone_wait_for_each_other_too() {
    let bench = Bench::new(&["main"]).await;
    bench.script(&turn(&[begins()]));
    let first = Written::begin(&bench, "first", &[]);
    eventually("the turn", || bench.was_called("turn/start")).await;
    let second = Written::begin(&bench, "second", &[]);
    second.waits_for_output("Waits for the test turn on main.").await;
    bench.script(&turn(&[answer(), completed()]));
    first.interrupt().await;
    let (code, text) = second.ends().await;
    assert_eq!(code, Some(0), "{text}");
    let (code, text) = first.ends().await;
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("Another test turn goes on in this Rotunda."), "{text}");
}
