//! The status in one line, and waiting for quota, as processes.

use std::{
    io::{BufRead, BufReader},
    process::Stdio,
};

use serde_json::Value;

use crate::place::{Sandbox, files, text};

#[test]
fn one_line_is_printed_with_and_without_a_router_and_nothing_is_left_behind() {
    let sandbox = Sandbox::new();
    assert_eq!(sandbox.works(&["status", "--line"]), "Rotunda is off\n");
    assert!(files(sandbox.root.path()).is_empty());
    sandbox.import_all(&["work", "home"]);
    let off = sandbox.works(&["status", "--line"]);
    assert!(off.starts_with("Rotunda is off · work · ") && off.lines().count() == 1, "{off}");
    let serving = sandbox.serve(&[]);
    let form = "{router} {state} {ready}/{profiles} {profile}";
    assert_eq!(sandbox.works(&["status", "--line", "--format", form]), "on unbound 2/2 work\n");
    let form = "{{\"text\":{profile:json},\"class\":{state:json}}}";
    let shape: Value =
        serde_json::from_str(&sandbox.works(&["status", "--line", "--format", form])).unwrap();
    assert_eq!((&shape["text"], &shape["class"]), (&"work".into(), &"unbound".into()));
    drop(serving);
    let form = "{router} {state} {profile}";
    assert_eq!(sandbox.works(&["status", "--line", "--format", form]), "off off work\n");
}

#[test]
fn a_bad_template_is_refused_in_one_sentence_that_names_the_fields() {
    let sandbox = Sandbox::new();
    let refused = sandbox.refused(&["status", "--line", "--format", "{profil} {left}"]);
    assert!(refused.starts_with("profil is not a field") && refused.contains("profile, summary"));
    let refused = sandbox.refused(&["status", "--line", "--format", "{left"]);
    assert!(refused.contains("no partner; a brace itself is written twice"), "{refused}");
    // A format without a line, and a line with JSON, are not understood.
    assert_eq!(sandbox.run(&["status", "--format", "x"]).status.code(), Some(2));
    assert_eq!(sandbox.run(&["status", "--line", "--json"]).status.code(), Some(2));
}

/// A panel must not hang with what it shows.
#[cfg(unix)]
#[test]
fn a_router_that_does_not_answer_is_not_waited_for() {
    let sandbox = Sandbox::new();
    sandbox.import("work");
    let serving = sandbox.serve(&[]);
    serving.signal("-STOP");
    let shown = sandbox.works(&["status", "--line", "--format", "{router} {line}"]);
    assert!(shown.starts_with("silent Rotunda does not answer · work"), "{shown}");
    serving.signal("-CONT");
}

#[test]
fn the_guard_waits_until_enough_is_left_and_says_so() {
    let sandbox = Sandbox::new();
    sandbox.import("work");
    sandbox.works(&["pause", "work"]);
    let serving = sandbox.serve(&[]);
    let mut waiting = sandbox.command(&["guard", "--min", "0", "--wait"]);
    let mut waiting = waiting.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut told = BufReader::new(waiting.stderr.take().unwrap()).lines();
    assert_eq!(told.next().unwrap().unwrap(), "No profile is ready.");
    assert!(told.next().unwrap().unwrap().contains("Ctrl+C"));
    assert!(waiting.try_wait().unwrap().is_none(), "it waits");
    // A key has no quota window; a profile that is gone ends the wait as well.
    sandbox.works(&["remove", "work"]);
    let ended = waiting.wait().unwrap();
    assert_eq!(ended.code(), Some(2));
    drop(serving);
}

#[test]
fn the_guard_says_what_is_missing_and_that_the_figures_are_kept_ones() {
    let sandbox = Sandbox::new();
    sandbox.import("work");
    let output = sandbox.run(&["guard"]);
    let said = text(&output.stderr);
    assert_eq!((output.status.code(), text(&output.stdout).as_str()), (Some(2), ""));
    assert!(said.contains("not known yet") && said.contains("Rotunda is off"), "{said}");
    let nobody = text(&sandbox.run(&["guard", "--profile", "nobody"]).stderr);
    assert!(nobody.contains("no profile called \"nobody\""), "{nobody}");
}
