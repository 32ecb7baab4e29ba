//! Ended without warning at every step of binding and unbinding: what is left
//! is the old text or the new one, and the next start makes it right.

use std::{
    io::{BufRead, BufReader, Read},
    process::{Child, Stdio},
};

use rotunda_host::failpoint::PLACES;

use crate::place::{Sandbox, Serving};

const BEFORE: &str = "\u{feff}model = \"m\" # mine\r\n\r\n[features]\r\nplugins = false";

/// Runs until it stops at a place, and kills it there. False when it did not
/// reach it: then it has printed something else, or ended.
fn killed_at(mut process: Child, sandbox: &str) -> bool {
    let mut line = String::new();
    let mut errors = BufReader::new(process.stderr.take().unwrap());
    errors.read_line(&mut line).unwrap();
    let came_by = line.trim_end() == format!("halted at {sandbox}");
    process.kill().unwrap();
    process.wait().unwrap();
    came_by
}

/// The new text is the old one and our line, nowhere else a byte.
#[track_caller]
fn is_old_or_new(sandbox: &Sandbox, at: &str) {
    let text = sandbox.text();
    let lines: Vec<_> = text.split_inclusive("\r\n").collect();
    let ours: Vec<_> = lines.iter().filter(|line| line.starts_with("openai_base_url")).collect();
    let rest: String = lines.iter().filter(|line| !ours.contains(line)).copied().collect();
    assert_eq!(rest, BEFORE, "killed at {at}");
    assert!(ours.len() <= 1, "killed at {at}: {text}");
    let expected = if ours.is_empty() { "unbound" } else { "bound" };
    assert_eq!(sandbox.state(), expected, "killed at {at}");
}

/// The next start leaves nothing behind, and ends with the text from before.
#[track_caller]
fn is_made_right(sandbox: &Sandbox, at: &str) {
    let serving = sandbox.serve(&[]);
    is_old_or_new(sandbox, at);
    let stray = |name: &String| name.starts_with(".rotunda-config");
    assert!(
        !sandbox.left_behind().iter().any(stray),
        "killed at {at}: {:?}",
        sandbox.left_behind()
    );
    assert_eq!(serving.terminate(), Some(0));
    assert_eq!(sandbox.text(), BEFORE, "killed at {at}");
    assert_eq!(sandbox.left_behind(), ["config.toml"], "killed at {at}");
}

#[test]
fn killed_at_any_step_of_binding_nothing_is_broken() {
    let mut reached = Vec::new();
    for at in PLACES {
        let sandbox = Sandbox::new();
        sandbox.write(BEFORE);
        let mut command = sandbox.command(&["serve", "--bind"]);
        command.env("ROTUNDA_HALT_AT", at).stdout(Stdio::null()).stderr(Stdio::piped());
        // Places of unbinding are reached by the end only.
        if at.starts_with("unbind") || at.starts_with("forget") {
            continue;
        }
        assert!(killed_at(command.spawn().unwrap(), at), "{at} was not reached");
        is_old_or_new(&sandbox, at);
        is_made_right(&sandbox, at);
        reached.push(at);
    }
    assert_eq!(reached.len(), PLACES.len() - 3);
}

#[test]
fn killed_at_any_step_of_unbinding_nothing_is_broken() {
    for at in PLACES {
        // Those before the journal is written are binding's own.
        if at.starts_with("journal") || matches!(at, "bind.backed_up" | "bind.written") {
            continue;
        }
        let sandbox = Sandbox::new();
        sandbox.write(BEFORE);
        assert_eq!(sandbox.serve(&["--bind", "--keep-bound"]).terminate(), Some(0));
        assert_eq!(sandbox.state(), "bound");
        let mut command = sandbox.command(&["serve", "--json"]);
        command.env("ROTUNDA_HALT_AT", at);
        let mut serving = Serving::ready(command);
        serving.ask_to_end();
        let mut line = String::new();
        let mut errors = serving.errors();
        errors.read_line(&mut line).unwrap();
        assert_eq!(line.trim_end(), format!("halted at {at}"));
        serving.crash();
        drop(errors.read_to_string(&mut line));
        is_old_or_new(&sandbox, at);
        is_made_right(&sandbox, at);
    }
}
