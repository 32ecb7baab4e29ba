//! Ended without warning at every write: after the next start no file with
//! secrets is left in any folder, and what was written in place is whole.

use std::{
    fs,
    io::{BufRead, BufReader, Read},
    path::Path,
    process::{Child, Stdio},
    sync::mpsc,
    thread,
};

use crate::place::Sandbox;

const BEFORE: &str = "model = \"m\" # a line that is longer than nothing\n";

/// Each of these is reached several times in one start.
const PLACES: [&str; 6] = [
    "write.filled",
    "sync.file",
    "swap.filled",
    "swap.compared",
    "swap.exchange",
    "swap.exchanged",
];
/// More often than a start reaches any of them.
const MOST: usize = 40;

/// Lines of a process, from both of its outputs.
fn lines(process: &mut Child) -> mpsc::Receiver<String> {
    let (sender, lines) = mpsc::channel();
    let outputs: [Box<dyn Read + Send>; 2] =
        [Box::new(process.stdout.take().unwrap()), Box::new(process.stderr.take().unwrap())];
    for output in outputs {
        let sender = sender.clone();
        thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                drop(sender.send(line));
            }
        });
    }
    lines
}

/// Files on their way, in all of the place's folders.
fn on_their_way(folder: &Path) -> Vec<String> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().map(Result::unwrap) {
        let name = entry.file_name().into_string().unwrap();
        if name.starts_with(".tmp")
            || (name.starts_with(".rotunda") && name.strip_suffix(".tmp").is_some())
        {
            all.push(entry.path().display().to_string());
        }
        if entry.file_type().unwrap().is_dir() {
            all.extend(on_their_way(&entry.path()));
        }
    }
    all
}

/// Starts with `arguments` and kills it at a place. False when it got by.
fn killed_at(sandbox: &Sandbox, arguments: &[&str], at: &str) -> bool {
    let mut command = sandbox.command(arguments);
    command.env("ROTUNDA_HALT_AT", at).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut process = command.spawn().unwrap();
    let lines = lines(&mut process);
    let halted = lines.iter().find_map(|line| {
        let ready = line.contains("\"ready\"") || line.contains("Codex is");
        (ready || line.starts_with("halted at")).then_some(!ready)
    });
    process.kill().unwrap();
    process.wait().unwrap();
    halted.unwrap_or(false)
}

#[test]
fn after_a_kill_at_any_write_the_next_start_leaves_no_file_with_secrets() {
    for at in PLACES {
        let mut reached = 0;
        for time in 1..MOST {
            let sandbox = Sandbox::new();
            sandbox.write(BEFORE);
            if !killed_at(&sandbox, &["serve", "--bind", "--json"], &format!("{at}:{time}")) {
                break;
            }
            reached += 1;
            let serving = sandbox.serve(&[]);
            let left = on_their_way(&sandbox.path(""));
            assert!(left.is_empty(), "killed at {at}, time {time}: {left:?}");
            assert_eq!(serving.terminate(), Some(0));
            assert_eq!(sandbox.text(), BEFORE, "killed at {at}, time {time}");
        }
        assert!(reached > 0, "{at} was not reached");
    }
}

#[test]
fn a_write_in_place_that_was_killed_is_finished_by_the_next_start_and_by_unbind() {
    for at in ["place.recorded", "place.written"] {
        for (binds, by_unbind) in [(true, false), (false, false), (false, true)] {
            let sandbox = Sandbox::new();
            sandbox.write(BEFORE);
            fs::hard_link(sandbox.config(), sandbox.path("second name")).unwrap();
            if binds {
                assert!(killed_at(&sandbox, &["serve", "--bind", "--json"], at), "{at}");
            } else {
                sandbox.serve(&["--bind", "--keep-bound"]).crash();
                assert!(killed_at(&sandbox, &["unbind"], at), "{at}");
            }
            if by_unbind {
                sandbox.works(&["unbind"]);
            } else {
                assert_eq!(sandbox.serve(&[]).terminate(), Some(0));
            }
            assert_eq!(sandbox.text(), BEFORE, "{at} {binds} {by_unbind}");
            assert_eq!(fs::read_to_string(sandbox.path("second name")).unwrap(), BEFORE);
            let left = on_their_way(&sandbox.path(""));
            assert!(left.is_empty(), "{at}: {left:?}");
        }
    }
}
