//! What was used, by what, and what it would cost: from requests to the table.

use serde_json::{Value, json};

use crate::{
    place::{Sandbox, Serving, text},
    upstream::{Answers, Upstream, turn, turn_with},
};

const ENGINE: &str = r#"{"session_id":"x","workspaces":{"/home/ada/engine":{"associated_remote_urls":{"origin":"https://ada:hunter22@example.com/ada/engine.git"}}}}"#;
const LOOM: &str = r#"{"workspaces":{"/home/ada/loom":{}}}"#;

fn serving(sandbox: &Sandbox, upstream: &Upstream) -> Serving {
    sandbox.serve_with(&[("ROTUNDA_UPSTREAM_CHATGPT", &upstream.url())], &[])
}

fn usage(sandbox: &Sandbox, by: &str) -> Value {
    sandbox.json(&["usage", "--by", by, "--json"])
}

/// Requests are written down a moment after the client has the answer.
fn counted(sandbox: &Sandbox, requests: u64) {
    while usage(sandbox, "day")["total"]["requests"] != requests {}
}

#[test]
fn tokens_are_shown_by_day_model_profile_session_and_project() {
    let sandbox = Sandbox::new();
    assert!(sandbox.works(&["usage"]).starts_with("Nothing was used since "));
    sandbox.import("work");
    let upstream = Upstream::new(&[("work", Answers::Good)]);
    let serving = serving(&sandbox, &upstream);
    let turn = |session: &str, metadata: &str, model: &str| {
        let headers = [("session-id", session), ("x-codex-turn-metadata", metadata)];
        assert_eq!(turn_with(serving.url(), &headers, model), 200);
    };
    turn("thread-1", ENGINE, "gpt-6.1-sol");
    turn("thread-1", ENGINE, "gpt-6.1-sol");
    turn("thread-2", LOOM, "own-model");
    counted(&sandbox, 3);

    let figures = |by: &str| {
        let lines = usage(&sandbox, by)["lines"].take();
        let lines = lines.as_array().unwrap().iter();
        let figure = |it: &Value| (it["name"].as_str().unwrap().to_owned(), it["input"].as_u64());
        lines.map(figure).collect::<Vec<_>>()
    };
    let pair = |name: &str, input: u64| (name.to_owned(), Some(input));
    assert_eq!(figures("model"), [pair("gpt-6.1-sol", 14), pair("own-model", 7)]);
    assert_eq!(figures("profile"), [pair("work", 21)]);
    assert_eq!(figures("session"), [pair("thread-1", 14), pair("thread-2", 7)]);
    let projects = figures("project");
    assert_eq!(projects.iter().map(|it| it.1).collect::<Vec<_>>(), [Some(14), Some(7)]);
    assert!(projects.iter().all(|it| it.0.len() == 6 && it.0 != "engine"), "{projects:?}");

    let total = usage(&sandbox, "day")["total"].take();
    assert_eq!((&total["cached"], &total["reasoning"]), (&json!(12), &json!(6)));
    // Twice 3 at 2.00, 4 at 0.10 and 3 at 10.00 for a million; the other model has no price.
    assert_eq!((&total["cost_usd"], &total["incomplete"]), (&json!(0.000_073), &json!(true)));
    let printed = sandbox.works(&["usage", "--by", "model"]);
    assert!(printed.contains("not in the estimate: own-model."), "{printed}");
    assert!(
        printed.lines().all(|line| line.chars().count() < 80 || line.ends_with('.')),
        "{printed}"
    );

    let csv = sandbox.works(&["usage", "--by", "model", "--csv"]);
    assert!(csv.starts_with("key,name,first_day,") && csv.ends_with("\r\n"), "{csv}");
    assert!(csv.contains(",2,0,14,8,6,4,0.000073,false\r\n"), "{csv}");

    // Names on request; nothing of the address but its last part is ever on the disk.
    sandbox.works(&["settings", "set", "usage.project_names", "true"]);
    turn("thread-3", ENGINE, "gpt-6.1-sol");
    counted(&sandbox, 4);
    assert_eq!(figures("project")[0], pair("engine", 21));
    sandbox.works(&["settings", "set", "usage.project_names", "false"]);
    assert!(figures("project").iter().all(|it| it.0 != "engine"));
    let rest = std::fs::read_dir(sandbox.path("ours/data")).unwrap();
    for file in rest.map(|entry| entry.unwrap().path()).filter(|path| path.is_file()) {
        let bytes = std::fs::read(&file).unwrap();
        let kept = String::from_utf8_lossy(&bytes);
        for private in ["hunter22", "example.com/ada", "/home/ada"] {
            assert!(!kept.contains(private), "{private} is in {}", file.display());
        }
    }
    drop(serving);
    assert_eq!(usage(&sandbox, "profile")["total"]["requests"], 4, "without a router, too");
}

#[test]
fn a_turn_that_is_cut_counts_without_figures() {
    let sandbox = Sandbox::new();
    sandbox.import("work");
    let upstream = Upstream::new(&[("work", Answers::Breaks)]);
    let serving = serving(&sandbox, &upstream);
    turn(serving.url());
    counted(&sandbox, 1);
    let total = usage(&sandbox, "model")["total"].take();
    assert_eq!((&total["unmeasured"], &total["input"]), (&json!(1), &json!(0)));
    assert!(sandbox.works(&["usage"]).contains("1 request had no figures"));
    drop(serving);
}

#[test]
fn a_time_that_cannot_be_is_refused_in_one_sentence() {
    let sandbox = Sandbox::new();
    for bad in ["tomorrow", "2026-13-01", "0d", "9999d", "2999-01-01"] {
        let refused = sandbox.refused(&["usage", "--since", bad]);
        assert!(refused.starts_with(bad) && refused.contains("2026-11-01"), "{refused}");
    }
    assert!(sandbox.works(&["usage", "--since", "1d"]).starts_with("Nothing"));
    let both = sandbox.run(&["usage", "--csv", "--json"]);
    assert_eq!(both.status.code(), Some(2), "{}", text(&both.stderr));
    let refused = sandbox.refused(&["settings", "set", "usage.keep_days", "0"]);
    assert!(refused.contains("1 to 3650 days"), "{refused}");
}
