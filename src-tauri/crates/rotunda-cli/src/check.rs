//! `rotunda check`: one test turn, printed as it goes.

mod all;

use super::{Failure, args, language_for, print, signals_unheard};
use rotunda_daemon::{
    check::{Progress, Report, State, Wanted},
    control::{self, Client, Lines},
    daemon::{Followed, Services},
};
use rotunda_host::{
    home::{Env, Home},
    log,
    platform::Signals,
};

/// A test turn in the running Rotunda, or in one of this command's own.
enum Turn {
    There(Box<(Client, Lines)>),
    Here(Followed),
}

pub(super) async fn check(home: Home, env: Env, options: args::Check) -> Result<(), Failure> {
    if options.all {
        return all::check(home, env, options.output.json).await;
    }
    // Listened for from the start: nothing is too early to be stopped.
    let mut signals = Signals::listen().map_err(|error| signals_unheard(&error))?;
    let args::Check { profile, model, deep, idle, output, all: _ } = options;
    let wanted = Wanted { profile, model, idle_seconds: idle, deep };
    match Client::find(&home).await? {
        Some(client) => {
            let client = client.speaking(language_for(&home, &env, output.json));
            let lines = client.check(&wanted).await?;
            let turn = Turn::There(Box::new((client, lines)));
            print_report(&follow(turn, &mut signals, output.json).await?, &output)
        }
        None => alone(home, env, wanted, &mut signals, output).await,
    }
}

/// Prints the report in the requested form, and makes it the result of the command.
fn print_report(report: &Report, output: &args::Output) -> Result<(), Failure> {
    if output.json {
        print::json(report);
    }
    let sentence = format!("{}: {}", report.outcome.name(), report.message);
    match report.state {
        State::Ok if output.json => Ok(()),
        State::Ok => {
            print::line(&sentence);
            Ok(())
        }
        State::Failed | State::Blocked | State::Cancelled => Err(Failure::new(sentence)),
    }
}

/// With a router of its own, for as long as the turn takes.
async fn alone(
    home: Home,
    env: Env,
    wanted: Wanted,
    signals: &mut Signals,
    output: args::Output,
) -> Result<(), Failure> {
    let language = language_for(&home, &env, output.json);
    let daemon = Services::open(home.clone(), env.clone())?;
    let _log = log::start(&home, &env)
        .map_err(|error| Failure::new(format!("The log cannot be written: {error}.")))?;
    let made = async {
        daemon.start_for_one_program().await.map_err(Failure::new)?;
        let followed = daemon.test_turns.follow(wanted, language).await?;
        let report = follow(Turn::Here(followed), signals, output.json).await?;
        Ok(print_report(&report, &output))
    };
    let ended: Result<Result<(), Failure>, Failure> = made.await;
    // Others found this one meanwhile and wait for their turn here.
    if daemon.test_turns.has_open() {
        if !output.json {
            print::line("Another test turn goes on in this Rotunda. Ctrl+C ends it.");
        }
        tokio::select! {
            () = daemon.test_turns.over() => {}
            () = signals.end() => {}
        }
    }
    daemon.stop(false).await.map_err(Failure::new)?;
    ended?
}

async fn follow(mut turn: Turn, signals: &mut Signals, json: bool) -> Result<Report, Failure> {
    let mut shown = 0;
    let mut is_stopping = false;
    // Known from the first line on; only then can this one be stopped and no other.
    let mut number = None;
    loop {
        let progress = tokio::select! {
            progress = turn.next() => progress,
            () = signals.end(), if !is_stopping => {
                is_stopping = true;
                if let Some(number) = number {
                    turn.cancel(number).await?;
                }
                continue;
            }
        };
        let gone =
            || Failure::new("Rotunda ended before the test turn did. Start it, then try again.");
        let progress = progress.ok_or_else(gone)?;
        if number.replace(progress.number).is_none() && is_stopping {
            turn.cancel(progress.number).await?;
        }
        for line in progress.lines.iter().skip(shown).filter(|_| !json) {
            print::line(line);
        }
        shown = progress.lines.len();
        if let Some(report) = progress.report {
            return Ok(report);
        }
    }
}

impl Turn {
    async fn next(&mut self) -> Option<Progress> {
        match self {
            Self::There(there) => there.1.next_as().await,
            Self::Here(followed) => followed.next().await,
        }
    }

    async fn cancel(&mut self, number: u64) -> Result<(), Failure> {
        match self {
            Self::There(there) => {
                let command = control::Command::CancelTestTurn { number: Some(number) };
                there.0.perform(&command).await?;
            }
            Self::Here(followed) => followed.cancel(),
        }
        Ok(())
    }
}
