//! The command line: parses, asks the running Rotunda or works alone, prints.
//!
//! Commands that only read never write, not even a folder.

mod activity;
mod args;
mod autostart;
mod bind;
mod check;
mod client_run;
mod clients;
mod doctor;
mod forecast;
mod guard;
mod guide;
mod history;
mod hooks;
mod import;
mod key;
mod login;
mod paths;
mod print;
mod profiles;
mod projects;
mod question;
mod quota;
mod record;
mod recover;
mod redeem;
mod restore;
mod run;
mod screen;
mod serve;
mod settings;
mod status;
mod support;
#[cfg(test)]
mod testing;
mod usage;
mod why;

use std::{process::ExitCode, sync::Arc, time::Duration};

use rotunda_daemon::{
    control::{self, Client, ControlError, Done, Report},
    daemon::{self, CommandError, DaemonError, Services},
    demo, watchdog,
};
use rotunda_host::{
    clock,
    home::{Env, Home, HomeError},
    instance::InstanceLock,
    platform::{self, Signals},
};
use rotunda_text::{Language, Locale, Localize, Message, message};
use tokio::time::{Instant, sleep};

use self::args::{Change, Command};

/// A sentence for stderr; the exit code is 1.
#[derive(Debug)]
struct Failure(Message);

impl Failure {
    /// A sentence that is English, or in the right language already.
    fn new(sentence: impl std::fmt::Display) -> Self {
        Self(message!("quoted", text = sentence.to_string()))
    }

    /// In English.
    #[cfg(test)]
    fn english(&self) -> String {
        self.0.to(Locale::of(Language::ENGLISH))
    }
}

/// The language of what is printed for people: that of the settings, else of the
/// locale. What scripts read is English.
fn language_of(home: &Home, env: &Env) -> Language {
    let chosen = rotunda_host::settings::load(home, env).map(|settings| settings.ui.language);
    chosen.unwrap_or_default().language(platform::language(env))
}

/// The language of a command's output.
fn language_for(home: &Home, env: &Env, json: bool) -> Language {
    if json { Language::ENGLISH } else { language_of(home, env) }
}

macro_rules! failure_from {
    ($($error:ty),+) => {$(
        impl From<$error> for Failure {
            fn from(error: $error) -> Self {
                Self::new(error)
            }
        }
    )+};
}

fn signals_unheard(error: &std::io::Error) -> Failure {
    Failure::new(format!("Signals cannot be heard: {error}."))
}

failure_from!(ControlError, DaemonError, demo::DemoError);

impl From<Message> for Failure {
    fn from(message: Message) -> Self {
        Self(message)
    }
}

impl From<CommandError> for Failure {
    fn from(error: CommandError) -> Self {
        Self(error.message())
    }
}

impl From<HomeError> for Failure {
    fn from(error: HomeError) -> Self {
        Self::new(format!("Rotunda's folders cannot be found: {error}."))
    }
}

/// Runs the command that this process was started with.
pub fn main() -> ExitCode {
    let args = args::parse();
    if args.plain {
        let env = Env::system();
        let language = Home::from_env(&env).map(|home| language_of(&home, &env));
        let locale = Locale::of(language.unwrap_or_default());
        print::speak_plainly(message!("quota-in-use").to(locale));
    }
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    let runtime = match builder.worker_threads(rotunda_daemon::WORKERS).enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            print::error(&format!("No threads can be started: {error}."));
            return ExitCode::FAILURE;
        }
    };
    let code = runtime.block_on(run(args.command, Env::system()));
    runtime.shutdown_background();
    match code {
        Ok(code) => code,
        Err(failure) => {
            let env = Env::system();
            let language = Home::from_env(&env).map(|home| language_of(&home, &env));
            print::error(&failure.0.to(Locale::of(language.unwrap_or_default())));
            ExitCode::FAILURE
        }
    }
}

/// What is about the keeping of sign-ins and settings.
async fn keep(command: Command, home: Home, env: Env) -> Result<(), Failure> {
    // The running Rotunda has another working directory.
    let absolute = |path: std::path::PathBuf| std::path::absolute(&path).unwrap_or(path);
    let command = match command {
        Command::Export { path } => control::Command::ExportSettings { path: absolute(path) },
        Command::ImportSettings { path } => {
            control::Command::ImportSettings { path: absolute(path) }
        }
        Command::ExportSignIns(args::ExportSignIns { path, profiles, hand_over }) => {
            let passphrase = key::new_passphrase().await?;
            let path = absolute(path);
            control::Command::ExportSignIns { path, profiles, passphrase, hand_over }
        }
        Command::AddKey(args::AddKey { name, base_url, models, fallback }) => {
            let provider =
                base_url.map(|base_url| control::NewProvider { base_url, models, fallback });
            let key = control::SecretText::new(key::read().await?);
            control::Command::AddKey { name, key, provider }
        }
        Command::Vault(args::Vault::Move { to }) => {
            control::Command::MoveVault { to: to.word().to_owned() }
        }
        _ => return Ok(()),
    };
    perform(home, env, command).await
}

async fn play_demo(env: &Env) -> Result<ExitCode, Failure> {
    let mut tell = |line: &str| {
        print::line(line);
    };
    let (mut signals, clock) =
        (Signals::listen().map_err(|error| signals_unheard(&error))?, clock::system());
    // Dropped at a signal, it takes its folders and its Codex with it.
    tokio::select! {
        played = demo::play(env, &clock, &mut tell) => played?,
        () = signals.end() => return Err(Failure::new("The demo was stopped; its folders are gone.")),
    }
    Ok(ExitCode::SUCCESS)
}

/// Starts the process that stays, or is it.
async fn watch_over(stay: bool, env: Env) -> Result<ExitCode, Failure> {
    let failed = |error: std::io::Error| Failure::new(format!("Nothing was started: {error}."));
    if !stay {
        watchdog::start().map_err(failed)?;
    } else if watchdog::wait().await.map_err(failed)? {
        watchdog::mend(Home::from_env(&env)?, env).await.map_err(Failure::new)?;
    }
    Ok(ExitCode::SUCCESS)
}

#[expect(clippy::too_many_lines, reason = "one arm for each command, and nothing to decide")]
async fn run(command: Command, env: Env) -> Result<ExitCode, Failure> {
    if let Command::Demo = command {
        return play_demo(&env).await;
    }
    if let Command::Guide { folder } = command {
        return guide::write(&folder).map(|()| ExitCode::SUCCESS);
    }
    if let Command::Watchdog { stay } = command {
        return watch_over(stay, env).await;
    }
    if command.recovers() {
        let (home, error) = Home::to_recover(&env)?;
        if let Some(error) = error {
            let broken = daemon::Broken::Folders(error.to_string());
            print::warning(&broken.to(Locale::of(platform::language(&env))));
        }
        return recovering(command, home, env).await.map(|()| ExitCode::SUCCESS);
    }
    let home = Home::from_env(&env)?;
    match command {
        Command::Demo
        | Command::Guide { .. }
        | Command::Watchdog { .. }
        | Command::Status(_)
        | Command::Unbind { .. }
        | Command::Restore { .. }
        | Command::Doctor { bundle: None, .. } => {}
        Command::Run(args::Run { client: Some(client), arguments, .. }) => {
            return client_run::run(&home, &env, client, arguments).await;
        }
        Command::Run(options) => return run::run(home, env, options).await,
        Command::Guard(options) => return Ok(guard::guard(&home, &env, options).await),
        Command::Check(options) => check::check(home, env, options).await?,
        Command::Serve(options) => serve::serve(home, env, &options).await?,
        Command::Profiles(output) => {
            profiles::profiles(&home, &env, output.json).await?;
        }
        Command::Why(options) => why::why(&home, &env, options).await?,
        Command::Quota(options) => quota::quota(&home, &env, options).await?,
        Command::Activity(args::Activity { record: Some(file), .. }) => {
            record::record(&home, &file).await?;
        }
        Command::Activity(options) => activity::activity(&home, &env, options).await?,
        Command::History(options) => history::history(&home, &env, &options).await?,
        Command::Forecast(output) => forecast::forecast(&home, &env, &output).await?,
        Command::Usage(options) => usage::usage(&home, &env, &options)?,
        Command::Requests(options) => history::requests(&home, &env, &options).await?,
        Command::ProfileNames => history::profile_names(&home),
        Command::Report(output) => support::support(&home, &env, output.json).await?,
        Command::Doctor { bundle: Some(path), .. } => doctor::bundle(&home, &env, &path).await?,
        Command::Bind { dry_run: true, .. } => bind::dry_run(&home, &env).await?,
        Command::Bind { print: true, .. } => bind::print_line(&home, &env).await?,
        Command::Bind { codex_home: Some(folder), .. } => {
            bind::other_side(&home, &env, folder).await?;
        }
        Command::Bind { new_key, switch, second_line, .. } => {
            bind::is_meant(&home).await?;
            perform(home, env, bind::command(new_key, switch, second_line)).await?;
        }
        Command::Settings(options) => settings::settings(home, env, options).await?,
        Command::Project { what } => projects::projects(home, env, what).await?,
        Command::Client(options) => clients::clients(home, env, options).await?,
        Command::Hooks(options) => return hooks::hooks(&home, &env, options).await,
        Command::Autostart(options) => autostart::autostart(&home, &env, &options)?,
        Command::Paths(output) => paths::paths(&home, &env, output.json),
        Command::Login(options) => login::login(home, env, options).await?,
        Command::Import(options) => import::import(home, env, options).await?,
        Command::Export { .. }
        | Command::ImportSettings { .. }
        | Command::AddKey(_)
        | Command::ExportSignIns(_)
        | Command::Vault(_) => keep(command, home, env).await?,
        Command::Redeem(options) => redeem::redeem(home, env, options).await?,
        Command::Profile(change) => perform(home, env, change.into()).await?,
    }
    Ok(ExitCode::SUCCESS)
}

/// What works with everything else broken.
async fn recovering(command: Command, home: Home, env: Env) -> Result<(), Failure> {
    match command {
        Command::Status(options) if options.line => {
            status::one_line(&home, &env, options.format.as_deref()).await
        }
        Command::Status(args::Status { emails, output, .. }) => {
            let language = language_for(&home, &env, output.json);
            let shown = recover::read_state(&home, &env, language).await;
            status::status(&shown, output.json, emails);
            Ok(())
        }
        // A unit that fails to start beside the app must not unbind what works.
        Command::Unbind { unless_running: true, .. } if InstanceLock::is_held(&home) => Ok(()),
        Command::Unbind { codex_home: Some(folder), .. } => {
            bind::unbind_folder(home, &env, folder).await
        }
        Command::Unbind { .. } => recover::unbind(home, env).await,
        Command::Restore { yes } => restore::restore(home, env, yes).await,
        Command::Doctor { output, fix: true, dry_run, .. } if output.json => {
            doctor::fix(&home, &env, dry_run, true).await
        }
        Command::Doctor { output, fix, dry_run, .. } => {
            if fix {
                doctor::fix(&home, &env, dry_run, false).await?;
            }
            doctor::doctor(&home, &env, output.json).await
        }
        _ => Ok(()),
    }
}

impl From<Change> for control::Command {
    fn from(change: Change) -> Self {
        match change {
            Change::Rename { profile, name } => Self::Rename { profile, name },
            Change::Logout { profile } => Self::Logout { profile },
            Change::Remove { profile } => Self::Remove { profile },
            Change::Use { profile } => Self::Use { profile },
            Change::Pin { profile } => Self::Pin { profile },
            Change::Unpin => Self::Unpin,
            Change::Pause { profile } => Self::Pause { profile },
            Change::Resume { profile } => Self::Resume { profile },
            Change::Next => Self::Next,
            Change::Best => Self::Best,
            Change::Order { profiles } => Self::Order { profiles },
            Change::Reserve { profile, percent } => Self::Reserve { profile, percent },
            Change::StopWaiting => Self::StopWaiting,
            Change::Credits { profile, consent } => {
                Self::Credits { profile, consent: consent.consent() }
            }
            Change::LeaveBinding => Self::LeaveBinding,
            Change::TestNotification { kind } => Self::TestNotification { kind },
        }
    }
}

/// What there is to show, from the running Rotunda or from the files.
async fn report(home: &Home, env: &Env, language: Language) -> Result<Report, Failure> {
    if let Some(client) = Client::find(home).await? {
        return Ok(client.speaking(language).report().await?);
    }
    let mut report = daemon::offline_status(home, env, language)?;
    report.snapshot.found_sign_ins = daemon::count_orphans(home, env, &report).await;
    Ok(report)
}

/// Who does it: the running Rotunda, or this process.
enum Doer {
    Running(Client),
    Alone { daemon: Arc<Services>, language: Language },
}

/// Another command may hold the lock for a moment.
const LOCK_PATIENCE: Duration = Duration::from_secs(10);
const LOCK_PAUSE: Duration = Duration::from_millis(50);

impl Doer {
    /// Of its output.
    fn language(&self) -> Language {
        match self {
            Self::Running(client) => client.language(),
            Self::Alone { language, .. } => *language,
        }
    }

    /// Finds the running Rotunda, or opens one here once no other command has it.
    async fn of(home: &Home, env: &Env, language: Language) -> Result<Self, Failure> {
        let deadline = Instant::now() + LOCK_PATIENCE;
        loop {
            if let Some(client) = Client::find(home).await? {
                return Ok(Self::Running(client.speaking(language)));
            }
            match Services::open(home.clone(), env.clone()) {
                Err(DaemonError::Running) if Instant::now() < deadline => {
                    sleep(LOCK_PAUSE).await;
                }
                opened => {
                    let daemon = opened?;
                    daemon.opening_note.iter().for_each(|note| print::warning(note));
                    return Ok(Self::Alone { daemon, language });
                }
            }
        }
    }

    async fn perform(&self, command: control::Command) -> Result<Done, Failure> {
        match self {
            Self::Running(client) => client.perform(&command).await.map_err(Failure::from),
            Self::Alone { daemon, language } => {
                daemon::perform(daemon, command, *language).await.map_err(Failure::from)
            }
        }
    }

    async fn end(self) -> Result<(), Failure> {
        match self {
            Self::Running(_) => Ok(()),
            Self::Alone { daemon, .. } => daemon.stop(false).await.map_err(Failure::new),
        }
    }
}

/// Does it here.
async fn alone(home: Home, env: Env, command: control::Command) -> Result<Done, Failure> {
    let language = language_of(&home, &env);
    let daemon = Services::open(home, env)?;
    daemon.opening_note.iter().for_each(|note| print::warning(note));
    let done = daemon::perform(&daemon, command, language).await;
    daemon.stop(false).await.map_err(Failure::new)?;
    Ok(done?)
}

/// Has the running Rotunda do it, or does it here.
async fn perform(home: Home, env: Env, command: control::Command) -> Result<(), Failure> {
    let doer = Doer::of(&home, &env, language_of(&home, &env)).await?;
    let done = doer.perform(command).await;
    doer.end().await?;
    let done = done?;
    print::done(&done);
    Ok(())
}
