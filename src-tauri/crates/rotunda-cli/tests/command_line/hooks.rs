//! Commands of the user's that run when something happens, as processes.

use std::fs;

use serde_json::{Value, json};

use crate::place::{Sandbox, text};

#[test]
fn hooks_are_listed_set_and_refused_by_their_kind() {
    let sandbox = Sandbox::new();
    assert!(sandbox.works(&["hooks"]).starts_with("No hook is set"));
    sandbox.works(&["settings", "set", "hooks.rotated", "exit 0"]);
    assert_eq!(sandbox.works(&["hooks"]), "rotated  exit 0\n");
    assert_eq!(
        sandbox.json(&["hooks", "--json"]),
        json!([{ "kind": "rotated", "command": "exit 0" }])
    );
    let all = sandbox.json(&["hooks", "list", "--all", "--json"]);
    assert!(all.as_array().unwrap().len() > 40);
    assert!(sandbox.works(&["hooks", "list", "--all"]).contains("\nlow\n"));
    let refused = sandbox.refused(&["hooks", "try", "floated"]);
    assert!(refused.starts_with("floated is no kind of hook"), "{refused}");
    let refused = sandbox.refused(&["hooks", "try", "rested"]);
    assert!(refused.contains("`rotunda settings set hooks.rested COMMAND`"), "{refused}");
    let refused = sandbox.refused(&["settings", "set", "hooks.floated", "x"]);
    assert!(refused.contains("hooks.floated is not a setting"), "{refused}");
    let refused = sandbox.refused(&["settings", "set", "hooks.rotated", "a\nb"]);
    assert!(refused.contains("one line"), "{refused}");
    // The words of notifications go without their table, as before.
    sandbox.works(&["settings", "set", "rotated", "false"]);
    sandbox.works(&["settings", "unset", "hooks.rotated"]);
    assert!(sandbox.works(&["hooks"]).starts_with("No hook is set"));
}

#[test]
fn a_hook_that_is_tried_says_how_it_ended() {
    let sandbox = Sandbox::new();
    sandbox.works(&["settings", "set", "hooks.rotated", "echo done"]);
    let said = sandbox.works(&["hooks", "try", "rotated"]);
    assert_eq!(said.replace('\r', ""), "done\nThe hook rotated worked.\n");
    sandbox.works(&["settings", "set", "hooks.rotated", "exit 7"]);
    assert_eq!(
        sandbox.refused(&["hooks", "try", "rotated"]),
        "The hook rotated failed: it ended with 7."
    );
    let output = sandbox.run(&["hooks", "try", "rotated", "--json"]);
    let tried: Value = serde_json::from_str(&text(&output.stdout)).unwrap();
    assert_eq!((output.status.code(), &tried["worked"]), (Some(1), &json!(false)));
}

/// What is planted in the environment, in the command and in a sign-in stays where it is.
#[cfg(unix)]
#[test]
fn an_event_reaches_its_hook_and_nothing_of_a_secret_does() {
    let sandbox = Sandbox::new();
    sandbox.import_all(&["work", "home"]);
    let heard = sandbox.path("heard");
    let command = format!("(cat; echo; env) > {0}.part && mv {0}.part {0}", heard.display());
    sandbox.works(&["settings", "set", "hooks.paused", &command]);
    let serving = sandbox.serve_with(
        &[("OPENAI_API_KEY", "sk-planted"), ("BOT_TOKEN", "planted"), ("PATH", "/usr/bin:/bin")],
        &[],
    );
    sandbox.works(&["pause", "home"]);
    let heard = loop {
        if let Ok(heard) = fs::read_to_string(&heard) {
            break heard;
        }
    };
    let (event, variables) = heard.split_once('\n').unwrap();
    let event: Value = serde_json::from_str(event).unwrap();
    assert_eq!((&event["kind"], &event["profile"]), (&json!("paused"), &json!("home")));
    assert_eq!((&event["version"], &event["test"]), (&json!(1), &json!(false)));
    assert_eq!(event["details"], json!({ "paused": { "profile": "home" } }));
    assert!(variables.contains("ROTUNDA_EVENT=paused\n"), "{variables}");
    let key = serving.url().split('/').nth(3).unwrap();
    for private in ["planted", "@", "refresh-secret", "c2VjcmV0", "ROTUNDA_VAULT", key] {
        assert!(!heard.contains(private), "{private} is in {heard}");
    }
    // Nor does the command reach a document for others.
    let secret = "curl https://example.com/?token=s3cr3t";
    sandbox.works(&["settings", "set", "hooks.any", secret]);
    let report = sandbox.works(&["report", "--json"]);
    assert!(report.contains("hooks.any") && !report.contains("s3cr3t"), "{report}");
    let exported = sandbox.path("settings.json");
    sandbox.works(&["export", exported.to_str().unwrap()]);
    let mut file: Value = serde_json::from_str(&fs::read_to_string(&exported).unwrap()).unwrap();
    assert!(!file.to_string().contains("s3cr3t") && file["settings"]["hooks"].is_null());
    let log = fs::read_to_string(sandbox.path("ours/logs/rotunda.log")).unwrap();
    assert!(!log.contains("s3cr3t"));
    // A file brings no commands along.
    file["settings"]["hooks"] = json!({ "rotated": "echo taken" });
    // That of this test is none for a file.
    file["settings"]["port"] = json!(4600);
    fs::write(&exported, file.to_string()).unwrap();
    sandbox.works(&["import-settings", exported.to_str().unwrap()]);
    assert!(!sandbox.works(&["hooks"]).contains("taken"));
    drop(serving);
}

#[test]
fn a_hook_that_fails_is_a_line_of_activity_and_turns_do_not_wait() {
    let sandbox = Sandbox::new();
    sandbox.import("work");
    sandbox.works(&["settings", "set", "hooks.paused", "exit 3"]);
    let serving = sandbox.serve(&[]);
    sandbox.works(&["pause", "work"]);
    let told = loop {
        let lines = sandbox.works(&["activity"]);
        if lines.contains("The hook paused failed") {
            break lines;
        }
    };
    assert!(told.contains("The hook paused failed: it ended with 3."), "{told}");
    drop(serving);
}
