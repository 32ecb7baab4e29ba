//! What is read of a request as the place where it works.

use serde_json::json;

use super::*;

fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
    pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
}

fn of_header(metadata: &Value) -> Whereabouts {
    whereabouts_of(&headers(&[(TURN_METADATA, &metadata.to_string())]), b"{\"input\":[1]}")
}

fn of_body(body: &Value) -> Whereabouts {
    whereabouts_of(&headers(&[("originator", "codex_exec")]), body.to_string().as_bytes())
}

fn folders(found: &Whereabouts) -> Vec<&str> {
    found.folders.iter().map(String::as_str).collect()
}

fn message(text: &str) -> Value {
    json!({ "type": "message", "role": "user", "content": [
        { "type": "input_text", "text": "# AGENTS.md instructions for /elsewhere" },
        { "type": "input_text", "text": text },
    ]})
}

#[test]
fn workspaces_name_the_folder_and_its_remotes() {
    let found = of_header(&json!({ "request_kind": "turn", "workspaces": {
        "/home/ada/engine": { "associated_remote_urls": {
            "origin": "git@github.com:ada/engine.git", "up": "/srv/git/engine" } },
        "C:\\work\\loom": { "has_changes": true },
    }}));
    assert_eq!(folders(&found), ["/home/ada/engine", "C:\\work\\loom"]);
    assert_eq!(found.repositories, ["github.com/ada/engine".to_owned()].into());
    assert_eq!(found.gap, Gap::None);
}

#[test]
fn the_environment_context_names_the_folder_and_the_roots() {
    let context = "<environment_context>\n  <cwd>/home/ada/a&amp;b</cwd>\n  <shell>bash</shell>\n  \
                   <filesystem><workspace_roots><root>/srv/r</root></workspace_roots></filesystem>\n\
                   </environment_context>";
    for input in [
        json!([message(context)]),
        json!([{ "role": "user", "content": context }]),
        json!([{ "role": "developer", "content": "x" }, message(context)]),
    ] {
        let found = of_body(&json!({ "model": "m", "input": input }));
        assert_eq!(folders(&found), ["/home/ada/a&b", "/srv/r"], "{input}");
        assert_eq!(found.gap, Gap::None);
    }
    let escaped = json!([message(context)]).to_string().replace('<', "\\u003c");
    let body = format!("{{\"input\":{escaped}}}");
    assert_eq!(folders(&whereabouts_of(&HeaderMap::new(), body.as_bytes())).len(), 2);
}

#[test]
fn every_environment_context_of_a_history_counts() {
    let context =
        |folder| format!("<environment_context>\n<cwd>{folder}</cwd>\n</environment_context>");
    let input = json!([message(&context("/old")), message("hi"), message(&context("/new"))]);
    assert_eq!(folders(&of_body(&json!({ "input": input }))), ["/new", "/old"]);
}

#[test]
fn text_that_only_mentions_a_context_names_no_place() {
    let mention = "look: <environment_context><cwd>/home/ada</cwd></environment_context>";
    let found = of_body(&json!({ "input": [message(mention)] }));
    assert_eq!((folders(&found), found.gap), (Vec::new(), Gap::Unstated));
    let of_model = json!([{ "role": "assistant", "content":
        "<environment_context><cwd>/home/ada</cwd></environment_context>" }]);
    assert_eq!(of_body(&json!({ "input": of_model })).gap, Gap::Unstated);
}

#[test]
fn the_metadata_of_a_frame_goes_before_that_of_the_handshake() {
    let handshake = json!({ "workspaces": { "/handshake": {} } }).to_string();
    let frame = json!({ "workspaces": { "/frame": {} } }).to_string();
    let body = json!({ "client_metadata": { (TURN_METADATA): frame } }).to_string();
    let found = whereabouts_of(&headers(&[(TURN_METADATA, &handshake)]), body.as_bytes());
    assert_eq!(folders(&found), ["/frame"]);
    let found = whereabouts_of(&headers(&[(TURN_METADATA, &handshake)]), b"{}");
    assert_eq!(folders(&found), ["/handshake"]);
}

#[test]
fn a_place_in_a_form_that_cannot_be_read_is_a_gap_of_its_own() {
    for metadata in [
        json!("text"),
        json!([]),
        json!({ "workspaces": ["/home/ada"] }),
        json!({ "workspaces": { "home/ada": {} } }),
        json!({ "workspaces": { "": {} } }),
        json!({ "workspaces": { "file:///home/ada": {} } }),
        json!({ "workspaces": { ("/".to_owned() + &"x".repeat(5000)): {} } }),
        json!({ "workspaces": { "/a": { "associated_remote_urls": "git@h:a/b" } } }),
    ] {
        assert_eq!(of_header(&metadata).gap, Gap::Unreadable, "{metadata}");
    }
    let many: serde_json::Map<_, _> = (0..40).map(|at| (format!("/{at}"), json!({}))).collect();
    assert_eq!(of_header(&json!({ "workspaces": many })).gap, Gap::Unreadable);
    let header = headers(&[(TURN_METADATA, "{")]);
    assert_eq!(whereabouts_of(&header, b"{}").gap, Gap::Unreadable);
    let object = json!({ "client_metadata": { (TURN_METADATA): { "workspaces": {} } } });
    assert_eq!(of_body(&object).gap, Gap::Unreadable);
    let context = "<environment_context><cwd>work</cwd></environment_context>";
    assert_eq!(of_body(&json!({ "input": [message(context)] })).gap, Gap::Unreadable);
}

#[test]
fn a_request_of_codex_with_content_and_no_place_is_a_gap() {
    let kind = |kind: &str| json!({ "request_kind": kind }).to_string();
    let ask = |pairs: &[(&'static str, &str)], body: &str| {
        let found = whereabouts_of(&headers(pairs), body.as_bytes());
        (found.gap, found.is_prewarm)
    };
    let turn = kind("turn");
    let (codex, app) = (("originator", "codex_vscode"), ("originator", "Codex Desktop"));
    assert_eq!(ask(&[(TURN_METADATA, &turn)], r#"{"input":[{}]}"#), (Gap::Unstated, false));
    assert_eq!(ask(&[codex], r#"{"input":[{}]}"#), (Gap::Unstated, false));
    assert_eq!(ask(&[app], r#"{"prompt":"hi"}"#), (Gap::Unstated, false));
    assert_eq!(ask(&[codex], "no json"), (Gap::Unstated, false));
    // Nothing of a project: a prewarm without content, a question without a body.
    assert_eq!(ask(&[codex], r#"{"generate":false,"input":[]}"#), (Gap::None, true));
    assert_eq!(ask(&[codex], ""), (Gap::None, false));
    // What a prewarm prepares may be the instructions of the project.
    assert_eq!(ask(&[codex], r#"{"generate":false,"input":[{}]}"#), (Gap::Unstated, true));
    let tools = r#"{"generate":false,"input":[],"tools":[{}]}"#;
    assert_eq!(ask(&[codex], tools), (Gap::Unstated, true));
    // Another program has no folder to state.
    assert_eq!(ask(&[("originator", "other")], r#"{"input":[{}]}"#), (Gap::None, false));
    assert_eq!(ask(&[], r#"{"input":[{}]}"#), (Gap::None, false));
}

#[test]
fn memory_may_hold_content_of_any_project() {
    for metadata in [
        json!({ "request_kind": "memory", "thread_source": "memory_consolidation" }),
        json!({ "request_kind": "turn", "thread_source": "memory_consolidation",
                "workspaces": { "/home/ada/.codex/memories": {} } }),
        json!({ "subagent_kind": "memory_consolidation" }),
    ] {
        assert_eq!(of_header(&metadata).gap, Gap::AnyProject, "{metadata}");
    }
    let header = headers(&[("x-openai-memgen-request", "true")]);
    assert_eq!(whereabouts_of(&header, b"{}").gap, Gap::AnyProject);
}

#[test]
fn one_repository_has_one_form_of_address() {
    for address in [
        "https://github.com/ada/engine.git",
        "https://GitHub.com/Ada/Engine",
        "http://ada:s3cret@github.com:443/ada/engine/",
        "git@github.com:ada/engine.git",
        "ssh://git@github.com/ada/engine.git",
        "ssh://git@ssh.github.com:443/ada/engine.git",
        "ssh://git@github.com:22/ada/engine",
        "git@github.com:/ada/engine.git",
        "github.com/ada/engine",
        "git://github.com/ada/engine",
    ] {
        assert_eq!(repository_of(address).as_deref(), Some("github.com/ada/engine"), "{address}");
    }
    for none in ["", "engine", "https://", "https://host", "host:", "/", "https:///a/b"] {
        assert_eq!(repository_of(none), None, "{none}");
    }
}
