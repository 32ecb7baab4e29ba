//! What is stored keeps its names.

use super::*;

#[track_caller]
fn kept(message: impl Into<ActivityMessage>, expected: &str) {
    let message = message.into();
    assert_eq!(serde_json::to_string(&message).unwrap(), expected);
    assert_eq!(serde_json::from_str::<ActivityMessage>(expected).unwrap(), message);
}

#[test]
fn what_is_kept_is_read_back() {
    let from = || "work".to_owned();
    kept(
        Went::Rotated { from: from(), to: "home".into(), cause: Cause::Week, until: Some(9) },
        r#"{"rotated":{"from":"work","to":"home","cause":"week","until":9}}"#,
    );
    kept(Chose::Unpinned, "\"unpinned\"");
    kept(Chose::Chosen { profile: from() }, r#"{"chosen":{"profile":"work"}}"#);
    kept(Pointed::Unbound, "\"unbound\"");
    kept(Stood::VaultReadable, "\"vault_readable\"");
    assert!(serde_json::from_str::<ActivityMessage>("\"floated\"").is_err(), "of a newer version");
}

#[test]
fn two_lines_are_the_same_when_their_times_differ_by_seconds() {
    let waits = |until| ActivityMessage::from(Went::Waiting { until });
    assert!(waits(61).is_same(&waits(120)));
    assert!(!waits(60).is_same(&waits(61)));
    let failed =
        |status| ActivityMessage::from(Went::Failed { profile: None, attempts: 2, status });
    assert!(failed(502).is_same(&failed(502)) && !failed(502).is_same(&failed(503)));
}
