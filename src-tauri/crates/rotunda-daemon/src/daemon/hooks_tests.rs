use rotunda_core::Event;
use rotunda_host::settings;
use rotunda_text::Chose;

use super::*;
use crate::{daemon::fixture::Fixture, testing};

/// Hooks with these commands, and where they write.
struct Set {
    fixture: Fixture,
    hooks: Arc<Hooks>,
}

impl Set {
    fn with(commands: &[(&str, &str)]) -> Self {
        let fixture = Fixture::with(&["work"]);
        let set = Self { hooks: Self::made(&fixture), fixture };
        for (word, command) in commands {
            set.set(word, command);
        }
        set
    }

    fn made(fixture: &Fixture) -> Arc<Hooks> {
        let handles = crate::daemon::handles::Handles {
            machine: crate::daemon::handles::Machine {
                env: rotunda_host::home::Env::of([("PATH", "/usr/bin:/bin")]),
                ..fixture.handles.machine.clone()
            },
            ..fixture.handles.clone()
        };
        Arc::new(Hooks::new(&handles, fixture.activity.clone()))
    }

    fn set(&self, word: &str, command: &str) {
        let handles = &self.fixture.handles;
        let key = settings::find_key(&format!("hooks.{word}")).unwrap();
        let (home, env) = (&handles.machine.home, &handles.machine.env);
        handles.settings.set(settings::set_key(home, env, &key, Some(command)).unwrap());
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.fixture.handles.machine.home.data.join(name)
    }

    fn failures(&self) -> Vec<String> {
        let lines = self.fixture.lines.lock();
        let failed = lines.iter().filter(|line| line.kind == ActivityKind::HookFailed);
        failed.map(|line| line.text.clone()).collect()
    }

    async fn pin(&self, name: &str) {
        let chose = Chose::Pinned { profile: name.to_owned() };
        self.fixture.activity.add(ActivityKind::Pinned, chose).await;
    }
}

async fn until(mut is_so: impl FnMut() -> bool) {
    while !is_so() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[cfg(unix)]
#[tokio::test]
async fn commands_run_one_after_another_in_the_order_of_what_happened() {
    let set = Set::with(&[]);
    let file = set.path("out");
    // The first takes longer than the second would.
    let slow = format!("sleep 0.2; echo own $ROTUNDA_PROFILE >> '{}'", file.display());
    let all = format!("echo all $ROTUNDA_EVENT >> '{}'", file.display());
    set.set("pinned", &slow);
    set.set("any", &all);
    let worker = tokio::spawn({
        let hooks = set.hooks.clone();
        async move { hooks.follow().await }
    });
    set.pin("work").await;
    set.fixture.activity.add(ActivityKind::Unpinned, Chose::Unpinned).await;
    let read = || std::fs::read_to_string(&file).unwrap_or_default();
    until(|| read().lines().count() == 3).await;
    assert_eq!(read(), "own work\nall pinned\nall unpinned\n");
    worker.abort();
}

#[tokio::test]
async fn a_failure_is_reported_once_for_each_cause_and_again_after_it_worked() {
    let set = Set::with(&[("pinned", "exit 3")]);
    let worker = tokio::spawn({
        let hooks = set.hooks.clone();
        async move { hooks.follow().await }
    });
    set.pin("work").await;
    until(|| set.failures().len() == 1).await;
    assert_eq!(set.failures()[0], "The hook pinned failed: it ended with 3.");
    set.pin("work").await;
    set.set("pinned", "exit 4");
    set.pin("work").await;
    until(|| set.failures().len() == 2).await;
    assert_eq!(set.failures()[0], "The hook pinned failed: it ended with 4.");
    set.set("pinned", "exit 0");
    set.pin("work").await;
    set.set("pinned", "exit 3");
    set.pin("work").await;
    until(|| set.failures().len() == 3).await;
    worker.abort();
}

#[tokio::test]
async fn an_event_waits_for_no_command_and_too_many_are_left_out() {
    let set = Set::with(&[("pinned", "exit 0")]);
    // Nothing runs yet: more than wait are told at once.
    for _ in 0..100 {
        set.pin("work").await;
    }
    let hooks = set.hooks.clone();
    let worker = tokio::spawn(async move { hooks.follow().await });
    until(|| !set.failures().is_empty()).await;
    assert_eq!(set.failures().len(), 1);
    assert!(set.failures()[0].contains("pinned") && set.failures()[0].contains("left out"));
    worker.abort();
}

#[tokio::test]
async fn a_failed_hook_runs_no_hook_and_events_of_the_pool_do() {
    let set = Set::with(&[("any", "exit 5")]);
    let hooks = set.hooks.clone();
    let worker = tokio::spawn(async move { hooks.follow().await });
    let names = [(testing::WORK, "work".to_owned())].into();
    set.fixture.activity.add_event(&Event::Recovered { profile: testing::WORK }, &names).await;
    until(|| !set.failures().is_empty()).await;
    assert_eq!(set.failures(), ["The hook any failed: it ended with 5."]);
    set.hooks.notify(NoticeKind::Low, "Low", "8% left");
    worker.abort();
}

#[tokio::test]
async fn a_hook_can_be_tried_and_a_word_that_is_none_is_refused() {
    let set = Set::with(&[("rotated", "exit 0"), ("low", "exit 9")]);
    let tried = set.hooks.try_one("rotated").await.unwrap();
    assert_eq!((tried.worked, tried.text.as_str()), (true, "The hook rotated worked."));
    let tried = set.hooks.try_one("low").await.unwrap();
    assert!(!tried.worked && tried.text.contains("ended with 9"));
    let refused = set.hooks.try_one("back").await.unwrap_err();
    assert!(matches!(refused, CommandError::HookNotSet(word) if word == "back"));
    let refused = set.hooks.try_one("hook_failed").await.unwrap_err();
    assert!(matches!(refused, CommandError::NoHook(word) if word == "hook_failed"));
    let kinds = set.hooks.list();
    assert_eq!(kinds[0].kind, "any");
    assert!(kinds.iter().any(|it| it.kind == "low"));
}
