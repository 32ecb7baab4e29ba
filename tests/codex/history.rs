//! Users' complaint D1, in every order: a thread is listed and can be continued
//! wherever it was made and however Codex is bound now.

use crate::{
    app_server::AppServer,
    client::CodexRun,
    whole::{Machine, words_of},
};

/// A thread and its prompts, oldest first.
struct Thread {
    id: String,
    prompts: Vec<String>,
}

struct History {
    machine: Machine,
    bound: bool,
    threads: Vec<Thread>,
}

impl History {
    async fn new() -> Self {
        Self { machine: Machine::unbound(&["main"]).await, bound: false, threads: Vec::new() }
    }

    async fn bind(&mut self) {
        self.machine.bind().await;
        self.bound = true;
    }

    async fn unbind(&mut self) {
        self.machine.unbind().await;
        self.bound = false;
    }

    /// Who answers: a profile of the router, or the client's own sign-in.
    fn server(&self) -> &'static str {
        if self.bound { "main" } else { "own" }
    }

    /// One turn as the state has it: nothing but `config.toml` leads a bound one.
    async fn exec(&self, arguments: &[&str], prompt: &str) -> CodexRun {
        let run = if self.bound {
            self.machine.home.exec_with(arguments, prompt).await
        } else {
            self.machine.exec_without_rotunda(arguments, prompt).await
        };
        run.is_one_clean_turn(&[&format!("hello from {}", self.server())]);
        run
    }

    /// A new thread by the command.
    async fn begin(&mut self, prompt: &str) {
        let id = self.exec(&[], prompt).await.thread();
        assert!(!id.is_empty());
        self.threads.push(Thread { id, prompts: vec![prompt.to_owned()] });
    }

    /// A new thread as the desktop app makes one.
    async fn begin_in_the_app(&mut self, prompt: &str) {
        assert!(self.bound, "an app cannot be told where to go but by config.toml");
        let mut app = AppServer::start(&self.machine.home).await;
        let cwd = self.machine.home.work();
        let started = app.call("thread/start", serde_json::json!({"cwd": cwd})).await;
        let id = started["thread"]["id"].as_str().unwrap().to_owned();
        assert_eq!(app.turn(&id, prompt).await["status"], "completed");
        self.threads.push(Thread { id, prompts: vec![prompt.to_owned()] });
    }

    /// Every thread is in the app's list, and each takes one more turn that
    /// carries all its earlier prompts.
    async fn is_whole(&mut self, when: &str) {
        let mut known: Vec<_> = self.threads.iter().map(|thread| thread.id.clone()).collect();
        known.sort();
        assert_eq!(AppServer::start(&self.machine.home).await.threads().await, known, "{when}");
        for number in 0..self.threads.len() {
            let prompt = format!("asked of thread {number} {when}");
            let id = self.threads[number].id.clone();
            let run = self.exec(&["resume", &id], &prompt).await;
            assert_eq!(run.thread(), id, "{when}: it went on in another thread");
            self.threads[number].prompts.push(prompt);
            let last = self.machine.upstream.attempts().pop().unwrap();
            assert_eq!(last.account(), format!("account-{}", self.server()), "{when}");
            let input = words_of(&last);
            for prompt in &self.threads[number].prompts {
                assert!(input.contains(prompt), "{when}: {prompt} is missing in {input}");
            }
        }
    }
}

#[tokio::test]
async fn every_thread_is_listed_and_can_be_continued_in_every_state() {
    let mut history = History::new().await;
    history.begin("made before binding").await;
    history.is_whole("before binding").await;
    history.bind().await;
    history.begin("made while bound").await;
    history.begin_in_the_app("made in the app while bound").await;
    history.is_whole("while bound").await;
    history.unbind().await;
    history.begin("made after unbinding").await;
    history.is_whole("after unbinding").await;
    history.bind().await;
    history.is_whole("bound again").await;
    history.unbind().await;
    history.is_whole("unbound for good").await;
    history.machine.kept_its_secrets();
}
