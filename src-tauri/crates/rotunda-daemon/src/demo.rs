//! The main job without an account: three simulated profiles, of which one
//! runs out mid-way, and a Codex that does not notice.
//!
//! Everything but the upstream is the real thing: the router, the binding, the
//! import, and Codex itself when it is on this machine. What is told comes from
//! the upstream's own record and from what the client saw, not from a script.

mod account;
mod story;
mod turn;
mod upstream;

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
    time::SystemTime,
};

use rotunda_core::LocalUrl;
use rotunda_host::{
    codex::{self, QUIET},
    home::{CODEX_HOME, Env, Home, HomeError, ROTUNDA_HOME},
};
use rotunda_router::Clock;
use rotunda_text::Language;
use tempfile::TempDir;
use thiserror::Error;

use self::{
    account::Account,
    story::Story,
    turn::{Asker, ObservedTurn, PlainClient, RealCodex},
    upstream::{Served, Upstream},
};
use crate::daemon::{CommandError, DaemonError, Services, StartError, StopError};

/// What is asked, and what the simulated upstream answers, in order.
const PROMPTS: [&str; 3] =
    ["What is a rotunda?", "Name one that I can visit.", "And one to read in?"];
const ANSWERS: &[&str] = &[
    "A round hall under one dome, with a way in from every side.",
    "The Pantheon in Rome. Rain falls in through the top and leaves by holes in the floor.",
    "The Radcliffe Camera in Oxford, where the readers sit in a circle.",
];
/// Why the demo did not come to its end.
#[derive(Debug, Error)]
pub enum DemoError {
    /// The throw-away folders cannot be used.
    #[error("The demo's folders cannot be used: {0}. Is the disk full?")]
    Folders(#[from] io::Error),
    /// The same, when Rotunda's own are made.
    #[error("The demo's folders cannot be used: {0}.")]
    Home(#[from] HomeError),
    /// The router did not open.
    #[error(transparent)]
    Open(#[from] DaemonError),
    /// The router did not start.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The router did not stop.
    #[error(transparent)]
    Stop(#[from] StopError),
    /// A step such as binding was refused.
    #[error(transparent)]
    Refused(#[from] CommandError),
    /// A turn failed; the demo has shown how.
    #[error("Turn {0} did not go as it should: {1}.")]
    Turn(usize, String),
    /// Binding said that it worked, and the line is not there.
    #[error("Codex's config.toml does not name the router after binding.")]
    Unbound,
    /// Unbinding left something behind.
    #[error("Unbinding did not give config.toml back as it was.")]
    Traces,
}

/// Plays it. `tell` is handed one line at a time.
pub async fn play(
    env: &Env,
    clock: &Clock,
    tell: &mut (dyn FnMut(&str) + Send),
) -> Result<(), DemoError> {
    let now = clock();
    let accounts = Account::three(now);
    let mut story = Story::new(tell, now);
    story.opening(&accounts);
    let mut known = accounts.to_vec();
    known.push(Account::codex_account(now));
    let upstream = Upstream::start(known, ANSWERS, clock.clone(), now).await?;
    let stage = Stage::build(&upstream, env, now)?;
    let daemon = Services::open(stage.home.clone(), stage.env.clone())?;
    let played = perform(&daemon, &stage, &upstream, &mut story).await;
    let stopped = daemon.stop(true).await;
    let outcome = played?;
    stopped?;
    if fs::read_to_string(stage.home.codex_config())? != stage.config {
        return Err(DemoError::Traces);
    }
    story.ending(&outcome);
    Ok(())
}

/// What the whole demo came to.
#[derive(Debug, Default)]
struct Outcome {
    completed: usize,
    ran_out: Vec<&'static str>,
}

async fn perform(
    daemon: &Arc<Services>,
    stage: &Stage,
    upstream: &Upstream,
    story: &mut Story<'_>,
) -> Result<Outcome, DemoError> {
    daemon.start().await?;
    for name in Account::NAMES {
        daemon.imports.import(stage.sign_in(name), Some(name.to_owned())).await?;
    }
    daemon.binding.bind().await?;
    let (mut asker, who) = stage.asker().await?;
    story.codex(&asker, &who, &daemon.snapshots.watch().borrow().binding.line);
    // The one with a single turn left goes first, or nothing would rotate.
    let (first, _) = daemon.profiles.find(Account::NAMES[0])?;
    daemon.profiles.use_profile(first).await?;
    let mut outcome = Outcome::default();
    for (n, prompt) in PROMPTS.into_iter().enumerate() {
        let seen = asker.ask(prompt).await.map_err(|e| DemoError::Turn(n + 1, e.to_string()))?;
        let served = upstream.take_served();
        story.turn(n + 1, prompt, &seen, &served);
        verify_turn(n + 1, &seen, &served)?;
        outcome.completed += 1;
        outcome.ran_out.extend(served.iter().filter_map(Served::ran_out));
    }
    story.activity(&daemon.snapshots.in_language(Language::ENGLISH).activity);
    Ok(outcome)
}

/// Whether a turn went as Rotunda promises: answered once, by a profile's own
/// sign-in, and without a word about what happened below.
fn verify_turn(turn: usize, seen: &ObservedTurn, served: &[Served]) -> Result<(), DemoError> {
    let failed = |why: &str| Err(DemoError::Turn(turn, why.to_owned()));
    if let Some(error) = seen.errors.first() {
        return failed(&format!("the client was told \"{error}\""));
    }
    if !seen.is_clean() {
        return failed(&format!(
            "the client saw {} completed turns instead of one",
            seen.completed
        ));
    }
    if served.contains(&Served::Stranger) {
        return failed("a request went out without a profile's sign-in");
    }
    match served.iter().filter(|served| matches!(served, Served::Answered(_))).count() {
        1 => Ok(()),
        n => failed(&format!("upstream answered {n} times instead of once")),
    }
}

/// The throw-away folders and what points into them.
struct Stage {
    folder: TempDir,
    env: Env,
    home: Home,
    config: String,
    kept: Vec<(std::ffi::OsString, std::ffi::OsString)>,
    program: Option<PathBuf>,
}

impl Stage {
    fn build(upstream: &Upstream, env: &Env, now: SystemTime) -> Result<Self, DemoError> {
        let folder = tempfile::Builder::new().prefix("rotunda-demo-").tempdir()?;
        let root = folder.path();
        for account in Account::three(now) {
            write_sign_in(&root.join(account.name), &account, now)?;
        }
        write_sign_in(&root.join("codex"), &Account::codex_account(now), now)?;
        fs::create_dir(root.join("chat"))?;
        let stage = [
            (ROTUNDA_HOME, root.join("rotunda").into_os_string()),
            (CODEX_HOME, root.join("codex").into_os_string()),
            ("ROTUNDA_VAULT", "file".into()),
            ("ROTUNDA_PORT", "0".into()),
            ("ROTUNDA_UPSTREAM_CHATGPT", upstream.chatgpt().into()),
            ("ROTUNDA_UPSTREAM_API", upstream.origin().into()),
            ("ROTUNDA_UPSTREAM_AUTH", upstream.origin().into()),
        ];
        let stage = Env::of(stage);
        let home = Home::from_env(&stage)?;
        let config = format!("chatgpt_base_url = \"{}/\"\n{QUIET}", upstream.chatgpt());
        fs::write(home.codex_config(), &config)?;
        let (kept, program) = (RealCodex::kept(env), codex::find(env));
        Ok(Self { folder, env: stage, home, config, kept, program })
    }

    fn sign_in(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Who asks, and how to call them.
    async fn asker(&self) -> Result<(Asker, String), DemoError> {
        if let Some(program) = &self.program
            && let Some(version) = codex::version(program).await
        {
            let codex = RealCodex {
                program: program.clone(),
                home: self.home.codex_home.clone(),
                work: self.folder.path().join("chat"),
                kept: self.kept.clone(),
                thread: None,
            };
            return Ok((Asker::Codex(codex), format!("{version}, the real one")));
        }
        let url = turn::base_url_in(&self.home.codex_config());
        let LocalUrl { port, path } =
            url.as_deref().and_then(LocalUrl::parse).ok_or(DemoError::Unbound)?;
        let plain = PlainClient { port, path, said: Vec::new() };
        Ok((Asker::Plain(plain), "none found, so a small client asks in its place".to_owned()))
    }
}

fn write_sign_in(folder: &Path, account: &Account, now: SystemTime) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    fs::write(folder.join("auth.json"), account.auth_file(now).to_string())
}

#[cfg(test)]
mod tests {
    use std::{
        sync::{
            Arc,
            atomic::{AtomicU64, Ordering},
        },
        time::Duration,
    };

    use super::*;

    fn clean() -> ObservedTurn {
        ObservedTurn { completed: 1, text: "Yes".to_owned(), ..ObservedTurn::default() }
    }

    /// The clock may pass a second between the parts of the demo.
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn every_reading_of_the_clock_may_be_a_second_later() {
        let (start, readings) = (rotunda_host::clock::system()(), AtomicU64::new(0));
        let clock: Clock =
            Arc::new(move || start + Duration::from_secs(readings.fetch_add(1, Ordering::Relaxed)));
        let nothing: [(&str, std::ffi::OsString); 0] = [];
        play(&Env::of(nothing), &clock, &mut |_| {}).await.unwrap();
    }

    #[test]
    fn a_rotated_turn_is_as_good_as_any() {
        assert!(
            verify_turn(1, &clean(), &[Served::RanOut("work"), Served::Answered("home")]).is_ok()
        );
    }

    #[test]
    fn what_the_client_noticed_is_a_failure() {
        let told = ObservedTurn { errors: vec!["Reconnecting".to_owned()], ..clean() };
        let error = verify_turn(2, &told, &[Served::Answered("home")]).unwrap_err().to_string();
        assert!(error.contains("Turn 2") && error.contains("Reconnecting"), "{error}");
        let doubled = ObservedTurn { completed: 2, ..clean() };
        assert!(verify_turn(2, &doubled, &[Served::Answered("home")]).is_err());
    }

    #[test]
    fn a_turn_that_upstream_did_not_answer_once_is_a_failure() {
        assert!(verify_turn(1, &clean(), &[]).is_err());
        assert!(
            verify_turn(1, &clean(), &[Served::Answered("home"), Served::Answered("work")])
                .is_err()
        );
        assert!(verify_turn(1, &clean(), &[Served::Stranger, Served::Answered("home")]).is_err());
    }
}
