//! `rotunda check` with the real client: what it can be made to meet.

use rotunda_tests::{Ran, Reply, Route, ScriptedUpstream, Step, Whole, event, upstream::ANYONE};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::client;

struct Bench {
    upstream: ScriptedUpstream,
    rotunda: Whole,
    codex: TempDir,
}

impl Bench {
    async fn new() -> Self {
        let upstream = ScriptedUpstream::start().await;
        let codex = tempfile::tempdir().unwrap();
        let rotunda = Whole::new(&upstream, codex.path())
            .env("ROTUNDA_CODEX", client::program().to_str().unwrap());
        for name in ["main", "second"] {
            rotunda.add(&upstream, name).await;
        }
        Self { upstream, rotunda, codex }
    }

    /// Like most tests of errors: the client's rules for sockets are others.
    fn over_http_only(&self) {
        self.upstream.always_on(Route::Upgrade, ANYONE, Reply::json(426, json!({})));
    }

    async fn check(&self) -> (Ran, Value) {
        let ran =
            self.rotunda.run(&["check", "--profile", "second", "--json", "--idle", "8"]).await;
        let report = ran.json();
        let text = format!("{}{}", ran.out, ran.err);
        for private in ["hello from", "rt-account", "eyJ", "127.0.0.1", "/codex"] {
            assert!(!text.contains(private), "{private} in {text}");
        }
        let left = std::fs::read_dir(self.codex.path()).unwrap().count();
        assert_eq!(left, 0, "nothing is written to the user's Codex home");
        (ran, report)
    }

    async fn ends_as(&self, outcome: &str) {
        let (ran, report) = self.check().await;
        assert_eq!(report["outcome"], outcome, "{ran:?}");
        assert!(self.upstream.tried().iter().all(|name| name == "second"), "nobody steps in");
    }
}

#[tokio::test]
async fn a_test_turn_completes_on_its_profile() {
    let bench = Bench::new().await;
    let (ran, report) = bench.check().await;
    assert_eq!((ran.code, &report["outcome"]), (Some(0), &json!("completed")), "{ran:?}");
    assert!(report["model"]["effective"].is_string(), "{report}");
    assert!(bench.upstream.tried().iter().all(|name| name == "second"));
}

#[tokio::test]
async fn a_profile_that_is_out_is_told_so() {
    let bench = Bench::new().await;
    bench.over_http_only();
    bench.upstream.always(ANYONE, Reply::usage_limit(rotunda_tests::jwt::FAR));
    bench.ends_as("provider-rate-limited").await;
}

#[tokio::test]
async fn a_sign_in_that_is_gone_is_told_so() {
    let bench = Bench::new().await;
    bench.upstream.issuer().spend("account-second");
    bench.upstream.always_on(Route::Upgrade, ANYONE, Reply::error(401, "token_expired", "no"));
    bench.upstream.always(ANYONE, Reply::error(401, "token_expired", "no"));
    bench.ends_as("provider-auth-failed").await;
}

#[tokio::test]
async fn server_errors_before_and_inside_a_stream_are_told_apart() {
    let bench = Bench::new().await;
    bench.over_http_only();
    bench.upstream.always(ANYONE, Reply::error(400, "unsupported_model", "no such model"));
    bench.ends_as("provider-http-error").await;
    let bench = Bench::new().await;
    bench.over_http_only();
    let begun = [event::created("resp-second-1"), event::delta("hel")];
    bench.upstream.always(ANYONE, Reply::events(begun).then(Step::Cut));
    bench.ends_as("provider-stream-disconnected").await;
}

#[tokio::test]
async fn a_broken_stream_that_was_retried_is_a_note() {
    let bench = Bench::new().await;
    bench.over_http_only();
    // It ends without having said that it is complete.
    let item = event::item_done(&event::message("hello from second"));
    let begun = [event::created("resp-second-1"), item];
    bench.upstream.next("account-second", Reply::events(begun));
    let (ran, report) = bench.check().await;
    assert_eq!(report["outcome"], "completed", "{ran:?}");
    assert!(report["notes"].to_string().contains("try again"), "{report}");
}
