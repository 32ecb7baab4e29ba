//! What the command line says of requests: counts, choices, steps, and the log.

use std::{fs, process::Stdio};

use serde_json::{Value, json};

use crate::{
    place::{Sandbox, Serving, text},
    upstream::{Answers, Upstream, turn},
};

/// A router before that provider, with these profiles in their order.
fn serving(sandbox: &Sandbox, upstream: &Upstream, names: &[&str]) -> Serving {
    sandbox.import_all(names);
    let url = upstream.url();
    sandbox.works(&["settings", "set", "rotation.policy", "my-order"]);
    let serving = sandbox.serve_with(&[("ROTUNDA_UPSTREAM_CHATGPT", &url)], &[]);
    sandbox.works(&["use", names[0]]);
    serving
}

fn facts(candidate: &Value, side: &str) -> Vec<String> {
    let facts = candidate[side].as_array().unwrap().iter();
    facts.map(|it| it["fact"].as_str().unwrap().to_owned()).collect()
}

fn markers(trace: &Value) -> Vec<&str> {
    trace["steps"].as_array().unwrap().iter().map(|it| it["marker"].as_str().unwrap()).collect()
}

/// The requests that are over are written down a moment after the client has the answer.
fn finished(sandbox: &Sandbox, count: u64) -> Value {
    loop {
        let status = sandbox.json(&["status", "--json"]);
        if status["counters"]["requests"].as_u64() == Some(count) {
            return status["counters"].clone();
        }
    }
}

#[test]
fn the_last_choice_and_each_step_of_a_request_that_rotated_can_be_seen() {
    let sandbox = Sandbox::new();
    let upstream = Upstream::new(&[("work", Answers::Out), ("home", Answers::Good)]);
    let serving = serving(&sandbox, &upstream, &["work", "home"]);
    assert!(sandbox.refused(&["activity", "--request", "1"]).contains("No request"));
    assert_eq!(turn(serving.url()), 200);
    let counters = finished(&sandbox, 1);
    assert_eq!((&counters["retries"], &counters["rotations"]), (&json!(1), &json!(1)));
    assert_eq!((&counters["missed"], &counters["last_error"]), (&json!(0), &Value::Null));
    let status = sandbox.works(&["status"]);
    assert!(status.contains("1, with 1 further attempt, 1 rotation and 0 missed"), "{status}");

    let last = sandbox.json(&["why", "--last", "--json"]);
    let decision = &last["decision"];
    assert_eq!((&decision["request"], &decision["profile"]), (&json!(1), &json!("home")));
    let [home, work] = [&decision["candidates"][0], &decision["candidates"][1]];
    assert_eq!((&home["name"], &work["name"]), (&json!("home"), &json!("work")));
    let against = facts(work, "against");
    assert!(against.contains(&"tried".to_owned()) && against.contains(&"resting".to_owned()));
    assert_eq!(facts(home, "for"), ["order_first"]);
    let printed = sandbox.works(&["why", "--last"]);
    assert!(printed.contains("> home") && printed.contains("tried before"), "{printed}");

    let trace = sandbox.json(&["activity", "--request", "1", "--json"]);
    assert_eq!((&trace["profile"], &trace["status"]), (&json!("home"), &json!(200)));
    assert_eq!(
        markers(&trace),
        [
            "chosen",
            "first_byte_upstream",
            "attempt_ended",
            "rest",
            "chosen",
            "first_byte_upstream",
            "rotation",
            "first_byte_local",
            "finished"
        ]
    );
    let printed = sandbox.works(&["activity", "--request", "1"]);
    assert!(
        printed.starts_with("request 1  ")
            && printed.contains("five_hours") | printed.contains("limit")
    );
    assert!(sandbox.works(&["activity", "--request"]).contains("gpt-test"));
    assert_eq!(sandbox.json(&["activity", "--request", "--json"]).as_array().unwrap().len(), 1);
    let refused = sandbox.refused(&["activity", "--request", "7"]);
    assert!(refused.contains("Request 7 is not kept"), "{refused}");

    drop(serving);
    assert!(sandbox.refused(&["activity", "--request", "1"]).contains("rotunda paths"));
}

/// The markers are fixed words, each with the number, the profile and the route.
#[test]
fn the_log_has_the_markers_of_a_rotation_a_passed_on_error_and_a_cut() {
    let sandbox = Sandbox::new();
    let upstream = Upstream::new(&[
        ("work", Answers::Out),
        ("home", Answers::Breaks),
        ("side", Answers::Refuses),
    ]);
    let serving = serving(&sandbox, &upstream, &["work", "home", "side"]);
    turn(serving.url());
    let counters = finished(&sandbox, 1);
    assert_eq!(counters["last_error"]["request"], 1, "{counters}");
    sandbox.works(&["use", "side"]);
    assert_eq!(turn(serving.url()), 400);
    finished(&sandbox, 2);
    let ids: Vec<_> = sandbox
        .json(&["profiles", "--json"])
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["id"].as_str().unwrap().to_owned())
        .collect();
    serving.crash();
    let log = fs::read_to_string(sandbox.path("ours/logs/rotunda.log")).unwrap();
    let has = |words: &[&str]| log.lines().any(|line| words.iter().all(|word| line.contains(word)));
    let of = |n: usize| format!("profile={}", ids[n]);
    for words in [
        &[
            "marker=\"chosen\"",
            "request=1",
            &of(0),
            "route=\"responses\"",
            "reason=\"user_choice\"",
        ][..],
        &["marker=\"rest\"", "request=1", &of(0), "until="],
        &["marker=\"rotation\"", "request=1", &of(1), &format!("from={}", ids[0])],
        &["marker=\"first_byte_upstream\"", "request=1", &of(1), "reason=\"200\""],
        &["marker=\"first_byte_local\"", "request=1", &of(1)],
        &["marker=\"cut\"", "request=1", &of(1), "reason=\"upstream_broke\""],
        &[
            "marker=\"passthrough\"",
            "request=2",
            &of(2),
            "route=\"responses\"",
            "reason=\"request\"",
        ],
        &["marker=\"finished\"", "request=2", "reason=\"400\"", "attempts=1"],
    ] {
        assert!(has(words), "{words:?} is not in {log}");
    }
}

/// What must not come out, wherever it stands.
#[test]
fn the_report_for_support_holds_no_secret_no_address_and_no_name() {
    let sandbox = Sandbox::new();
    let upstream = Upstream::new(&[("lovelace", Answers::Out)]);
    fs::write(
        sandbox.config(),
        "model = \"gpt-test\"\nexperimental_bearer_token = \"hunter22\"\n[projects.\"/srv/engine\"]\n\
         trust_level = \"trusted\"\n",
    )
    .unwrap();
    let serving = serving(&sandbox, &upstream, &["lovelace"]);
    turn(serving.url());
    finished(&sandbox, 1);
    let key = serving.url().split('/').nth(3).unwrap().to_owned();
    let mut report = sandbox.command(&["report", "--json"]);
    report
        .env("HTTP_PROXY", "http://proxyuser:proxypass@10.0.0.1:7890")
        .env("NO_PROXY", "127.0.0.1");
    report.env("USER", "countess").stdin(Stdio::null());
    let output = report.output().unwrap();
    let printed = text(&output.stdout);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let user = sandbox.root.path().display().to_string();
    for planted in [
        "lovelace",
        "@",
        "hunter22",
        "engine",
        "proxyuser",
        "proxypass",
        "10.0.0.1",
        "countess",
        "c2VjcmV0",
        "refresh-secret",
        key.as_str(),
        user.as_str(),
    ] {
        assert!(!printed.contains(planted), "{planted} is in {printed}");
    }
    let document: Value = serde_json::from_str(&printed).unwrap();
    assert_eq!(document["machine"]["rotunda"], env!("CARGO_PKG_VERSION"));
    assert_eq!(document["counters"]["last_error"]["status"], 429);
    assert_eq!(document["errors"][0]["request"], 1);
    assert_eq!(document["decisions"][0]["profile"], "profile-1");
    let checks = document["checks"].as_array().unwrap();
    assert!(
        checks
            .iter()
            .any(|it| it["id"] == "log" && it["text"].as_str().unwrap().contains("rotunda.log"))
    );
    let paths = document["paths"].as_array().unwrap();
    assert!(paths.iter().any(|it| it["role"] == "log" && it["exists"] == true), "{paths:?}");
    let settings = document["settings"].as_array().unwrap();
    let policy = settings.iter().find(|it| it["key"] == "rotation.policy").unwrap();
    assert_eq!(
        (&policy["value"], &policy["source"]["source"]),
        (&json!("\"my-order\""), &json!("file"))
    );
    let pretty = sandbox.works(&["report"]);
    assert!(pretty.lines().count() > 50 && serde_json::from_str::<Value>(&pretty).is_ok());
    drop(serving);
    // Also when nothing runs.
    assert_eq!(sandbox.json(&["report", "--json"])["counters"], Value::Null);
}
