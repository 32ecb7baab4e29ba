//! `rotunda doctor` as a process, on a machine where something is in the way.

use std::sync::{Arc, Mutex};

use rotunda_tests::{Ran, ScriptedUpstream, Whole};
use serde_json::Value;
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::TcpListener,
};

/// An HTTP proxy that forwards nothing and keeps what it is asked.
struct SwallowingProxy {
    url: String,
    place: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl SwallowingProxy {
    /// Answers everything with this head.
    async fn answering(head: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let place = listener.local_addr().unwrap().to_string();
        let asked: Arc<Mutex<Vec<String>>> = Arc::default();
        let kept = Arc::clone(&asked);
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
        Self { url: format!("http://{place}"), place, asked }
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

struct Bench {
    rotunda: Whole,
    _codex: TempDir,
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
        Self { rotunda, _codex: codex, _upstream: upstream }
    }

    /// What doctor says, in these surroundings.
    async fn doctor(&self, variables: &[(&str, &str)]) -> (Ran, Value) {
        let ran = self.rotunda.run_with(&["doctor", "--json"], variables).await;
        let told = ran.json();
        (ran, told)
    }

    /// The key that a proxy must never see.
    fn key(&self) -> String {
        let url = self.rotunda.codex_url();
        url.path_segments().unwrap().next().unwrap().to_owned()
    }
}

#[track_caller]
fn line<'a>(told: &'a Value, id: &str) -> &'a Value {
    let lines = told["checks"].as_array().unwrap();
    lines.iter().find(|line| line["id"] == id).unwrap_or_else(|| panic!("{id} is not in {told}"))
}

/// One proxy refuses; one passes for the router, which answers the same.
#[tokio::test]
async fn a_proxy_that_swallows_loopback_is_caught_in_the_act() {
    let bench = Bench::new().await;
    for head in ["502 Bad Gateway", "401 Unauthorized"] {
        let proxy = SwallowingProxy::answering(head).await;
        let (ran, told) = bench.doctor(&[("http_proxy", &proxy.url)]).await;
        assert_eq!(ran.code, Some(1), "{ran:?}");
        let found = line(&told, "proxy");
        assert_eq!(found["state"], "fail", "{found}");
        let text = found["text"].as_str().unwrap();
        assert!(text.starts_with("http_proxy sends even what is meant"), "{text}");
        assert!(text.ends_with(&format!("went to {}.", proxy.place)), "{text}");
        assert!(found["fix"].as_str().unwrap().contains("NO_PROXY=127.0.0.1,localhost"));
        let asked = proxy.asked();
        let here = format!("GET http://127.0.0.1:{}/", bench.rotunda.port());
        assert!(asked.iter().any(|asked| asked.starts_with(&here)), "{asked:?}");
        assert!(asked.iter().all(|asked| !asked.contains(&bench.key())), "the proxy saw the key");
        // The router itself is well, and that is said.
        assert_eq!(line(&told, "router")["state"], "ok");
    }
}

#[tokio::test]
async fn an_exception_for_this_computer_is_enough() {
    let bench = Bench::new().await;
    let proxy = SwallowingProxy::answering("502 Bad Gateway").await;
    let excepted = [("http_proxy", proxy.url.as_str()), ("NO_PROXY", "127.0.0.1,localhost")];
    let (ran, told) = bench.doctor(&excepted).await;
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert_eq!(line(&told, "proxy")["state"], "ok", "{told}");
    assert!(line(&told, "proxy")["text"].as_str().unwrap().contains("goes straight there"));
    assert!(proxy.asked().is_empty(), "{:?}", proxy.asked());
}
