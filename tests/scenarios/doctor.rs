//! `rotunda doctor` as a process, on a machine where something is in the way.

use std::sync::{Arc, Mutex};

use rotunda_tests::{Ran, ScriptedUpstream, Signal, Whole};
use serde_json::Value;
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::TcpListener,
};

/// An HTTP proxy that forwards nothing and records its requests.
struct SwallowingProxy {
    url: String,
    place: String,
    requests: Arc<Mutex<Vec<String>>>,
}

impl SwallowingProxy {
    /// Answers everything with this head.
    async fn answering(head: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let place = listener.local_addr().unwrap().to_string();
        let requests: Arc<Mutex<Vec<String>>> = Arc::default();
        let kept = Arc::clone(&requests);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let mut stream = BufReader::new(stream);
                let mut lines = String::new();
                while !lines.ends_with("\r\n\r\n") {
                    if stream.read_line(&mut lines).await.unwrap_or(0) == 0 {
                        break;
                    }
                }
                kept.lock().unwrap().push(lines);
                let answer = format!("HTTP/1.1 {head}\r\nContent-Length: 0\r\n\r\n");
                stream.write_all(answer.as_bytes()).await.ok();
            }
        });
        Self { url: format!("http://{place}"), place, requests }
    }

    fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

struct Bench {
    rotunda: Whole,
    codex: TempDir,
    _upstream: ScriptedUpstream,
}

impl Bench {
    /// A running router with one profile; Codex is not bound.
    async fn new() -> Self {
        let upstream = ScriptedUpstream::start().await;
        let codex = tempfile::tempdir().unwrap();
        let mut rotunda = Whole::new(&upstream, codex.path())
            .env("ROTUNDA_CODEX", env!("CARGO_BIN_EXE_fake-codex"));
        rotunda.add(&upstream, "main").await;
        rotunda.serve().await;
        Self { rotunda, codex, _upstream: upstream }
    }

    /// The report of `doctor --json` with these variables.
    async fn doctor(&self, variables: &[(&str, &str)]) -> (Ran, Value) {
        let ran = self.rotunda.run_with(&["doctor", "--json"], variables).await;
        let report = ran.json();
        (ran, report)
    }

    /// The key that a proxy must never see.
    fn key(&self) -> String {
        let url = self.rotunda.codex_url();
        url.path_segments().unwrap().next().unwrap().to_owned()
    }
}

#[track_caller]
fn line<'a>(report: &'a Value, id: &str) -> &'a Value {
    let lines = report["checks"].as_array().unwrap();
    lines.iter().find(|line| line["id"] == id).unwrap_or_else(|| panic!("{id} is not in {report}"))
}

/// One proxy refuses; one passes for the router, which answers the same.
#[tokio::test]
async fn a_proxy_that_swallows_loopback_is_caught_in_the_act() {
    let bench = Bench::new().await;
    for head in ["502 Bad Gateway", "401 Unauthorized"] {
        let proxy = SwallowingProxy::answering(head).await;
        let (ran, report) = bench.doctor(&[("http_proxy", &proxy.url)]).await;
        assert_eq!(ran.code, Some(1), "{ran:?}");
        let found = line(&report, "proxy");
        assert_eq!(found["state"], "fail", "{found}");
        let text = found["text"].as_str().unwrap();
        // On Windows a variable has one name in any letters, and it is shown in capitals.
        let name = if cfg!(windows) { "HTTP_PROXY" } else { "http_proxy" };
        assert!(text.starts_with(&format!("{name} sends even what is meant")), "{text}");
        assert!(text.ends_with(&format!("went to {}.", proxy.place)), "{text}");
        assert!(found["fix"].as_str().unwrap().contains("NO_PROXY=127.0.0.1,localhost"));
        let requests = proxy.requests();
        let here = format!("GET http://127.0.0.1:{}/", bench.rotunda.port());
        assert!(requests.iter().any(|request| request.starts_with(&here)), "{requests:?}");
        assert!(
            requests.iter().all(|request| !request.contains(&bench.key())),
            "the proxy saw the key"
        );
        // The router itself works, and the report has that.
        assert_eq!(line(&report, "router")["state"], "ok");
    }
}

#[tokio::test]
async fn an_exception_for_this_computer_is_enough() {
    let bench = Bench::new().await;
    let proxy = SwallowingProxy::answering("502 Bad Gateway").await;
    let excepted = [("http_proxy", proxy.url.as_str()), ("NO_PROXY", "127.0.0.1,localhost")];
    let (ran, report) = bench.doctor(&excepted).await;
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert_eq!(line(&report, "proxy")["state"], "ok", "{report}");
    assert!(line(&report, "proxy")["text"].as_str().unwrap().contains("goes straight there"));
    assert!(proxy.requests().is_empty(), "{:?}", proxy.requests());
}

/// Codex's HTTP client reads a network as an exception and `*` not as one for an
/// address; its WebSocket client the other way round (measured with 0.169.0).
#[tokio::test]
async fn proxy_exceptions_are_read_as_codex_reads_them() {
    let bench = Bench::new().await;
    let proxy = SwallowingProxy::answering("502 Bad Gateway").await;
    for (exceptions, requests, sockets) in [
        ("127.0.0.0/8", "ok", Some("warn")),
        (" 10.0.0.0/8 , 127.0.0.0/16", "ok", Some("warn")),
        ("example.com, 127.0.0.1 ", "ok", None),
        ("*", "fail", None),
        (".127.0.0.1", "fail", None),
        ("localhost", "fail", None),
    ] {
        let surroundings = [("HTTP_PROXY", proxy.url.as_str()), ("NO_PROXY", exceptions)];
        let (ran, report) = bench.doctor(&surroundings).await;
        let found = line(&report, "proxy");
        assert_eq!(found["state"], requests, "NO_PROXY={exceptions}: {found}");
        assert_eq!(ran.code, Some(i32::from(requests == "fail")), "{ran:?}");
        let lines = report["checks"].as_array().unwrap();
        let found = lines.iter().find(|line| line["id"] == "sockets");
        assert_eq!(found.map(|line| line["state"].as_str().unwrap()), sockets, "{exceptions}");
    }
}

#[tokio::test]
async fn a_sign_in_of_codex_that_cannot_be_shared_is_named_with_nothing_to_do() {
    let bench = Bench::new().await;
    let file = bench.codex.path().join("auth.json");
    for (text, named) in [
        (r#"{"auth_mode":"agentIdentity","agent_identity":{"k":"s3cr3t"}}"#, "an agent identity"),
        (r#"{"personal_access_token":"s3cr3t","tokens":null}"#, "a personal access token"),
        (r#"{"auth_mode":"bedrockApiKey","bedrock_api_key":"s3cr3t"}"#, "Amazon Bedrock"),
        (r#"{"auth_mode":"apikey","OPENAI_API_KEY":"s3cr3t"}"#, "an API key"),
    ] {
        std::fs::write(&file, text).unwrap();
        let (ran, report) = bench.doctor(&[]).await;
        assert_eq!(ran.code, Some(0), "{ran:?}");
        let found = line(&report, "sign_in");
        assert_eq!((&found["state"], &found["fix"]), (&Value::from("ok"), &Value::Null), "{found}");
        assert!(found["text"].as_str().unwrap().contains(named), "{found}");
        assert!(!ran.out.contains("s3cr3t"), "{}", ran.out);
    }
    std::fs::remove_file(&file).unwrap();
    let (_, report) = bench.doctor(&[("OPENAI_API_KEY", "s3cr3t")]).await;
    let found = line(&report, "sign_in");
    assert_eq!((&found["state"], &found["fix"]), (&Value::from("ok"), &Value::Null), "{found}");
    assert!(found["text"].as_str().unwrap().contains("the variable OPENAI_API_KEY"), "{found}");
}

#[tokio::test]
async fn a_command_ends_with_a_sentence_while_the_running_rotunda_does_not_answer() {
    let bench = Bench::new().await;
    let pid = bench.rotunda.pid();
    Signal::Stop.send(pid).await;
    let rotunda = &bench.rotunda;
    let (profiles, activity, used) = tokio::join!(
        rotunda.run(&["profiles"]),
        rotunda.run(&["activity"]),
        rotunda.run(&["use", "main"])
    );
    Signal::Continue.send(pid).await;
    for ran in [profiles, activity, used] {
        assert_eq!(ran.code, Some(1), "{ran:?}");
        let sentence =
            format!("Rotunda runs as process {pid} but did not answer within 10 seconds.");
        assert!(ran.err.contains(&sentence), "{ran:?}");
    }
    assert_eq!(bench.rotunda.run(&["profiles"]).await.code, Some(0));
}

#[tokio::test]
async fn a_dotenv_of_codex_that_catches_loopback_is_named_by_its_path() {
    let bench = Bench::new().await;
    let file = bench.codex.path().join(".env");
    std::fs::write(&file, "HTTP_PROXY=http://10.0.0.1:7890\n").unwrap();
    let (_, report) = bench.doctor(&[]).await;
    let found = line(&report, "decides");
    let text = found["text"].as_str().unwrap();
    assert!(text.contains(&file.display().to_string()) && text.contains("HTTP_PROXY"), "{text}");
    std::fs::write(&file, "HTTP_PROXY=http://10.0.0.1:7890\nNO_PROXY=127.0.0.1\n").unwrap();
    let (ran, report) = bench.doctor(&[]).await;
    assert!(
        report["checks"].as_array().unwrap().iter().all(|line| line["id"] != "decides"),
        "{report}"
    );
    assert_eq!(ran.code, Some(0), "{ran:?}");
}
