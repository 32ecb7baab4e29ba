//! The real client and the whole of Rotunda: `rotunda serve`, bound by
//! `rotunda bind`, as a user has it on a machine without a tray.

use std::fs;

use rotunda_tests::{Ran, Reply, ScriptedUpstream, Whole, event, eventually};
use url::Url;

use crate::{
    app_server::AppServer,
    client::{CodexHome, CodexRun, OWN_ACCOUNT},
};

/// A user's machine: the client, and Rotunda as it is installed.
pub(crate) struct Machine {
    pub(crate) upstream: ScriptedUpstream,
    pub(crate) home: CodexHome,
    rotunda: Whole,
}

impl Machine {
    /// Profiles imported, the router running, Codex not bound yet.
    pub(crate) async fn unbound(names: &[&str]) -> Self {
        let upstream = ScriptedUpstream::start().await;
        let home = CodexHome::new(&upstream);
        Self::over(upstream, home, names).await
    }

    /// The same with a home and an upstream that are there.
    pub(crate) async fn over(upstream: ScriptedUpstream, home: CodexHome, names: &[&str]) -> Self {
        let mut rotunda = Whole::new(&upstream, &home.codex_home());
        for name in names {
            rotunda.add(&upstream, name).await;
        }
        rotunda.serve().await;
        Self { upstream, home, rotunda }
    }

    pub(crate) async fn bound(names: &[&str]) -> Self {
        let machine = Self::unbound(names).await;
        machine.bind().await;
        machine
    }

    /// A URL of the router below the key.
    pub(crate) fn router_url(&self, path: &str) -> Url {
        let codex = self.rotunda.codex_url().to_string();
        let keyed = codex.trim_end_matches('/').trim_end_matches("/codex");
        format!("{keyed}{path}").parse().unwrap()
    }

    /// What `config.toml` says where the service is, without a slash at the end.
    pub(crate) fn bound_address(&self) -> String {
        let text = fs::read_to_string(self.home.config()).unwrap();
        let line = text.lines().find(|line| line.starts_with("openai_base_url")).unwrap();
        line.split('"').nth(1).unwrap().trim_end_matches('/').to_owned()
    }

    /// One command of Rotunda's that ends well.
    pub(crate) async fn run(&self, arguments: &[&str]) -> Ran {
        let ran = self.rotunda.run(arguments).await;
        assert_eq!(ran.code, Some(0), "{arguments:?}: {ran:?}");
        ran
    }

    pub(crate) async fn bind(&self) {
        let ran = self.rotunda.run(&["bind"]).await;
        assert_eq!(ran.code, Some(0), "{ran:?}");
    }

    /// Ends Rotunda by force.
    #[cfg(unix)]
    pub(crate) async fn crash(&mut self) {
        self.rotunda.kill().await;
    }

    /// Ends Rotunda in good order.
    #[cfg(unix)]
    pub(crate) async fn end(&mut self) {
        assert_eq!(self.rotunda.stop().await, Some(0));
    }

    #[cfg(unix)]
    pub(crate) async fn serve(&mut self) {
        self.rotunda.serve().await;
    }

    #[cfg(unix)]
    pub(crate) async fn activity(&self) -> String {
        self.run(&["activity"]).await.out
    }

    pub(crate) async fn unbind(&self) {
        let ran = self.rotunda.run(&["unbind"]).await;
        assert_eq!(ran.code, Some(0), "{ran:?}");
    }

    /// A turn as it was before Rotunda: straight to upstream, with the client's own sign-in.
    pub(crate) async fn exec_without_rotunda(&self, arguments: &[&str], prompt: &str) -> CodexRun {
        let url = format!("openai_base_url=\"{}\"", self.upstream.url("/0123/codex"));
        self.home.exec_with(&[&["-c", &url], arguments].concat(), prompt).await
    }

    /// Lessons 6 to 11 and 24: the client's own bearer never left with a turn
    /// that Rotunda carried, and nothing private stands anywhere but in the vault.
    pub(crate) fn kept_its_secrets(&self) {
        assert_eq!(self.upstream.issuer().offers(OWN_ACCOUNT), 0);
        for (path, text) in self.rotunda.everything_but_the_vault() {
            for secret in ["rt-account", "eyJhbGciOiJub25lIn0"] {
                assert!(!text.contains(secret), "{} holds {secret}", path.display());
            }
            if path.extension().is_some_and(|extension| extension == "log") {
                assert!(!text.contains('@'), "{} holds an address", path.display());
            }
        }
    }
}

/// The whole text of one request at upstream.
pub(crate) fn words_of(seen: &rotunda_tests::Received) -> String {
    seen.json()["input"].to_string()
}

#[tokio::test]
async fn a_turn_and_a_tool_call_go_through() {
    let machine = Machine::bound(&["main"]).await;
    machine.home.exec("hi").await.is_one_clean_turn(&["hello from main"]);
    let call = event::custom_tool_call("call-1", &event::run_command("echo ran >> mark"));
    let once = std::sync::Mutex::new(Some(Reply::item("resp-main-call", &call)));
    machine.upstream.when(move |seen| {
        let body = seen.json();
        // Older clients send their whole input with the prewarm, too.
        let asks = body["input"].as_array().is_some_and(|input| !input.is_empty());
        if asks && body["generate"] != false { once.lock().unwrap().take() } else { None }
    });
    machine.home.exec("write it").await.is_one_clean_turn(&["hello from main"]);
    assert_eq!(fs::read_to_string(machine.home.work().join("mark")).unwrap(), "ran\n");
    assert!(machine.upstream.tried().iter().all(|name| name == "main"));
    machine.kept_its_secrets();
}

#[tokio::test]
async fn a_thread_made_before_binding_continues_through_the_router() {
    let machine = Machine::unbound(&["main"]).await;
    let before = machine.exec_without_rotunda(&[], "asked before binding").await;
    before.is_one_clean_turn(&["hello from own"]);
    machine.bind().await;
    let run = machine.home.resume(&before.thread(), "asked after binding").await;
    run.is_one_clean_turn(&["hello from main"]);
    let last = machine.upstream.attempts().pop().unwrap();
    assert_eq!(last.account(), "account-main");
    let input = words_of(&last);
    for part in ["asked before binding", "hello from own", "asked after binding"] {
        assert!(input.contains(part), "{part} is missing in {input}");
    }
    machine.kept_its_secrets();
}

/// Our line leads to a port where nothing listens: `run --or-plain` starts the client on its
/// own sign-in, and where it went before.
#[cfg(unix)]
#[tokio::test]
async fn the_client_as_it_is_passes_by_a_dead_port() {
    let mut machine = Machine::unbound(&["main"]).await;
    let text = fs::read_to_string(machine.home.config()).unwrap();
    let own = format!("openai_base_url = \"{}\"\n", machine.upstream.url("/0123/codex"));
    fs::write(machine.home.config(), own + &text).unwrap();
    machine.bind().await;
    machine.run(&["pause", "main"]).await;
    machine.crash().await;
    let work = machine.home.work();
    let plain = [
        &["run", "--or-plain", "exec", "--json", "--skip-git-repo-check"][..],
        &["-s", "danger-full-access", "-C", work.to_str().unwrap(), "asked as it is"],
    ];
    let client = crate::client::program();
    let variables = [("ROTUNDA_CODEX", client.to_str().unwrap()), ("RUST_LOG", "error")];
    let ran = machine.rotunda.run_with(&plain.concat(), &variables).await;
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(ran.out.contains("hello from own"), "{ran:?}");
    assert!(machine.bound_address().contains("127.0.0.1"), "the line is as it was");
}

/// Users' complaint D1: history does not vanish, in either direction.
#[tokio::test]
async fn the_same_threads_are_listed_before_bound_and_unbound() {
    let machine = Machine::unbound(&["main"]).await;
    machine.exec_without_rotunda(&[], "one").await;
    machine.exec_without_rotunda(&[], "two").await;
    let list = async || AppServer::start(&machine.home).await.threads().await;
    let before = list().await;
    assert_eq!(before.len(), 2);
    machine.bind().await;
    assert_eq!(list().await, before);
    let during = machine.home.exec("three").await.thread();
    machine.unbind().await;
    let after = list().await;
    assert_eq!(after.len(), 3);
    assert!(before.iter().all(|id| after.contains(id)) && after.contains(&during));
}

#[tokio::test]
async fn binding_is_one_line_and_unbinding_puts_every_byte_back() {
    let machine = Machine::unbound(&["main"]).await;
    let auth = fs::read(machine.home.codex_home().join("auth.json")).unwrap();
    let before = fs::read(machine.home.config()).unwrap();
    machine.bind().await;
    let bound = fs::read_to_string(machine.home.config()).unwrap();
    let old = String::from_utf8_lossy(&before).into_owned();
    let added: Vec<_> = bound.lines().filter(|line| !old.lines().any(|it| it == *line)).collect();
    assert_eq!(added.len(), 1, "{added:?}");
    assert!(added[0].starts_with("openai_base_url = \"http://127.0.0.1:"), "{added:?}");
    let status = machine.rotunda.run(&["status", "--json"]).await.json();
    assert_eq!(status["binding"]["state"], "bound", "{status}");
    machine.unbind().await;
    assert_eq!(fs::read(machine.home.config()).unwrap(), before);
    assert_eq!(fs::read(machine.home.codex_home().join("auth.json")).unwrap(), auth);
}

#[tokio::test]
async fn the_client_s_doctor_is_content() {
    let machine = Machine::bound(&["main"]).await;
    let output = machine.home.run(&["doctor", "--json"]).await;
    let report = serde_json::from_slice(&output.stdout).unwrap();
    crate::rotation::doctor_is_content(&report);
}

#[tokio::test]
async fn a_rotation_is_one_completed_turn() {
    let machine = Machine::bound(&["main", "second"]).await;
    assert_eq!(machine.rotunda.run(&["use", "main"]).await.code, Some(0));
    machine.upstream.always("account-main", Reply::usage_limit(rotunda_tests::jwt::FAR));
    machine.home.exec("hi").await.is_one_clean_turn(&["hello from second"]);
    let profiles = machine.rotunda.run(&["profiles", "--json"]).await.json();
    let main = profiles.as_array().unwrap().iter().find(|it| it["name"] == "main").unwrap();
    assert_eq!(main["standing"], "resting", "{profiles}");
    assert!(main["until"].as_u64().is_some(), "{profiles}");
    machine.kept_its_secrets();
}

/// "log files and every `--json` output contain no token and, except `profiles`, no `@`"
#[tokio::test]
async fn no_output_contains_a_token_or_an_address() {
    let machine = Machine::bound(&["main", "second"]).await;
    machine.home.exec("hi").await;
    let bearers: Vec<String> =
        machine.upstream.received().iter().map(|seen| seen.bearer().to_owned()).collect();
    for arguments in [
        &["status", "--json"][..],
        &["status"],
        &["activity", "--json"],
        &["activity"],
        &["doctor", "--json"],
        &["doctor"],
        &["profiles", "--json"],
    ] {
        let ran = machine.rotunda.run(arguments).await;
        let text = format!("{}{}", ran.out, ran.err);
        assert!(!text.contains("eyJ") && !text.contains("rt-account"), "{arguments:?}: {text}");
        assert!(bearers.iter().all(|bearer| bearer.is_empty() || !text.contains(bearer)));
        if arguments[0] == "profiles" {
            assert!(text.contains("account-main@mail.invalid"), "the owner sees it: {text}");
        } else {
            // The scope of Codex's own package, in the path to it, is no address.
            let printed = text.replace("@openai/", "");
            assert!(!printed.contains('@'), "{arguments:?}: {text}");
        }
    }
    machine.kept_its_secrets();
}

/// Promise 1: a crash is healed; the client waits for the port.
#[tokio::test]
async fn a_turn_survives_a_router_that_is_killed_and_comes_back() {
    let mut machine = Machine::bound(&["main"]).await;
    let gate = rotunda_tests::Gate::closed();
    let held = Reply::events([event::created("resp-main-held")]).pass(&gate);
    let once = std::sync::Mutex::new(Some(held));
    machine.upstream.when(move |seen| {
        let asks = seen.json()["input"].as_array().is_some_and(|input| !input.is_empty());
        if asks { once.lock().unwrap().take() } else { None }
    });
    let turn = machine.home.begin(&[], "hi");
    gate.reached().await;
    machine.rotunda.kill().await;
    eventually("upstream to be let go", || {
        machine.upstream.attempts().iter().any(rotunda_tests::Received::cancelled)
    })
    .await;
    machine.rotunda.serve().await;
    let run = turn.finish().await;
    assert!(run.good && run.count("turn.completed") == 1, "{}", run.text);
    assert_eq!(run.messages(), ["hello from main"], "{}", run.text);
}

/// One command through the router, with `config.toml` as it is.
#[tokio::test]
async fn run_carries_one_command_and_leaves_the_config_alone() {
    let machine = Machine::unbound(&["main"]).await;
    let before = fs::read(machine.home.config()).unwrap();
    let work = machine.home.work();
    let client = std::env::var("ROTUNDA_CODEX").unwrap();
    let bin = std::path::Path::new(&client).parent().unwrap().to_owned();
    let usual = std::env::var_os("PATH").unwrap();
    let path =
        std::env::join_paths([bin].into_iter().chain(std::env::split_paths(&usual))).unwrap();
    let arguments = ["run", "--", "exec", "--json", "--skip-git-repo-check", "-C"];
    let mut all: Vec<&str> = arguments.to_vec();
    let work = work.to_string_lossy().into_owned();
    all.extend([work.as_str(), "hi"]);
    let ran = machine.rotunda.run_with(&all, &[("PATH", path.to_str().unwrap())]).await;
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(ran.out.contains("hello from main"), "{ran:?}");
    assert_eq!(fs::read(machine.home.config()).unwrap(), before);
    assert_eq!(machine.upstream.tried().pop().unwrap(), "main");
}
