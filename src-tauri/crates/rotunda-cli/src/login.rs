//! `rotunda login`: shows a sign-in in a terminal, and hands on what is typed
//! there.

use std::{
    io::{BufRead, stdin},
    thread,
    time::Duration,
};

use rotunda_daemon::{
    control::{Command, SecretText, SignInCommand},
    daemon,
    view::{SignInMethod, SignInState, SignInView},
};
use rotunda_host::{
    browser,
    home::{Env, Home},
    platform::Signals,
};
use rotunda_text::{Locale, Localize, message};
use tokio::{sync::mpsc, time};

use super::{Doer, Failure, args, language_of, print, signals_unheard};

/// A person does not notice a delay this short.
const POLL_INTERVAL: Duration = Duration::from_millis(200);

pub(super) async fn login(home: Home, env: Env, options: args::Login) -> Result<(), Failure> {
    let doer = Doer::of(&home, &env, language_of(&home, &env)).await?;
    let mut signals = Signals::listen().map_err(|error| signals_unheard(&error))?;
    let outcome = tokio::select! {
        outcome = converse(&doer, &env, options) => outcome,
        () = signals.end() => {
            let _ = doer.answer(SignInCommand::Cancel).await;
            Err(Failure(message!("login-cancelled")))
        }
    };
    doer.end().await?;
    outcome
}

impl Doer {
    async fn answer(&self, command: SignInCommand) -> Result<(), Failure> {
        let command = Command::SignIn(command);
        match self {
            Self::Running(client) => client.perform(&command).await.map(drop).map_err(Into::into),
            Self::Alone { daemon, language } => {
                daemon::perform(daemon, command, *language).await.map(drop).map_err(Into::into)
            }
        }
    }

    async fn sign_in(&self) -> Result<Option<SignInView>, Failure> {
        Ok(match self {
            Self::Running(client) => client.report().await?.snapshot.sign_in,
            Self::Alone { daemon, language } => daemon.snapshots.in_language(*language).sign_in,
        })
    }
}

async fn converse(doer: &Doer, env: &Env, options: args::Login) -> Result<(), Failure> {
    let args::Login { name, device, no_browser, profile } = options;
    let method = if device { SignInMethod::Device } else { SignInMethod::Browser };
    doer.answer(SignInCommand::Start { method, profile, name }).await?;
    let screen = Screen { env, opens: !no_browser && !device && browser::is_wanted(env) };
    let mut typed = typed_lines();
    let mut shown = None;
    loop {
        let now = doer.sign_in().await?;
        let view =
            now.ok_or_else(|| Failure::new("Another sign-in took the place of this one."))?;
        match (view.state, &view.message) {
            (SignInState::Done, message) => {
                print::line(message.as_deref().unwrap_or_default());
                return Ok(());
            }
            (SignInState::Failed | SignInState::Cancelled, message) => {
                return Err(Failure::new(message.as_deref().unwrap_or_default()));
            }
            (SignInState::Waiting | SignInState::ChooseWorkspace, _) => {}
        }
        if shown.as_ref() != Some(&view) {
            screen.show(&view);
            shown = Some(view.clone());
        }
        tokio::select! {
            () = time::sleep(POLL_INTERVAL) => {}
            Some(line) = typed.recv() => take(doer, &view, &line).await?,
        }
    }
}

/// What is typed is the address that the browser ended on, or a workspace's
/// number. A wrong one is reported, and may be typed again.
async fn take(doer: &Doer, view: &SignInView, line: &str) -> Result<(), Failure> {
    let line = line.trim();
    if line.is_empty() {
        return Ok(());
    }
    let command = if view.state == SignInState::ChooseWorkspace {
        let number = line.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
        let Some(chosen) = number.and_then(|number| view.workspaces.get(number)) else {
            print::warning("This is not one of the numbers.");
            return Ok(());
        };
        SignInCommand::Choose { workspace: chosen.id.clone() }
    } else {
        SignInCommand::Paste { address: SecretText::new(line) }
    };
    if let Err(refused) = doer.answer(command).await {
        // The state shows the end of the sign-in.
        if doer.sign_in().await?.is_some_and(|view| view.state == SignInState::Waiting) {
            print::warning(&refused.0.to(Locale::of(doer.language())));
        }
    }
    Ok(())
}

struct Screen<'a> {
    env: &'a Env,
    opens: bool,
}

impl Screen<'_> {
    fn show(&self, view: &SignInView) {
        match (&view.url, &view.code) {
            _ if view.state == SignInState::ChooseWorkspace => {
                print::line(
                    "Your account has several workspaces. Type the number of the one to use:",
                );
                for (number, workspace) in (1..).zip(&view.workspaces) {
                    print::line(&format!("  {number}  {}", workspace.label));
                }
            }
            (Some(url), Some(code)) => {
                print::line(&format!("Open {url} in any browser, sign in, and type this code:"));
                print::line(&format!("\n    {code}\n"));
                print::line("Type only codes that you asked for yourself. Waiting…");
            }
            (Some(url), None) => self.show_page(url),
            (None, _) => {}
        }
    }

    fn show_page(&self, url: &str) {
        let opened =
            self.opens && url.parse().is_ok_and(|page| browser::open(self.env, &page).is_ok());
        print::line(if opened {
            "Your browser opens OpenAI's page. If it does not, open this address:"
        } else {
            "Open this address in a browser:"
        });
        print::line(&format!("\n{url}\n"));
        print::line(
            "Waiting… A browser on another computer ends on a page that does not load: paste its \
             address here.",
        );
    }
}

/// Lines from the terminal. The thread ends with the process: a read cannot be
/// called off.
fn typed_lines() -> mpsc::Receiver<String> {
    let (line, lines) = mpsc::channel(1);
    thread::spawn(move || {
        for typed in stdin().lock().lines().map_while(Result::ok) {
            if line.blocking_send(typed).is_err() {
                break;
            }
        }
    });
    lines
}
