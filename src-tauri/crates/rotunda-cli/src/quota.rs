//! `rotunda quota`: each window of each profile.

mod table;

use std::{future::pending, time::Duration};

use rotunda_daemon::{
    control::{self, Client},
    daemon::CommandError,
    view::{
        CreditsStatus, ProfileStatus, ProfileView, ResetsStatus, Snapshot, StandingView,
        WindowStatus,
    },
};
use rotunda_host::{
    home::{Env, Home},
    store::is_same_name,
};
use rotunda_text::{Language, Locale, Localize, message};
use serde::Serialize;
use tokio::{task::JoinHandle, time};

use self::table::Form;
use super::{
    Failure, args, language_for, language_of, print, report,
    screen::{Part, Screen, Tone},
};

/// The running Rotunda is on this machine, and a text changes once a minute.
const LOOK_AGAIN: Duration = Duration::from_secs(2);
/// The provider is asked as often while someone watches, which is less than Codex's own
/// interface does.
const ASK_AGAIN: Duration = Duration::from_secs(30);
/// The line below the table that is watched, and one free line above it.
const FOOTER: usize = 2;
/// The cursor to the first place; then, after each line, the rest of it is cleared, and
/// after the last one the rest of the screen (ECMA-48, CUP, EL, ED).
const HOME: &str = "\u{1b}[H";
const CLEAR_LINE: &str = "\u{1b}[K";
const CLEAR_BELOW: &str = "\u{1b}[J";

/// One profile of `quota --json`: what is left, without addresses.
#[derive(Debug, Serialize)]
struct Left {
    id: String,
    name: String,
    plan: Option<String>,
    standing: StandingView,
    until: Option<i64>,
    windows: Vec<WindowStatus>,
    /// Left out when it has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    credits: Option<CreditsStatus>,
    /// Left out when it has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    resets: Option<ResetsStatus>,
}

impl Left {
    fn of(profile: &ProfileView) -> Self {
        let ProfileStatus { id, name, plan, standing, until, windows, credits, resets, .. } =
            ProfileStatus::of(profile);
        Self { id, name, plan, standing, until, windows, credits, resets }
    }
}

pub(super) async fn quota(home: &Home, env: &Env, options: args::Quota) -> Result<(), Failure> {
    if options.raw {
        return raw(home, env, options.profile).await;
    }
    if options.refresh {
        ask(home, env).await?;
    }
    let view = View::of(home, env, options);
    let shown = view.snapshot().await?;
    if !view.options.watch {
        view.print(&shown);
        return Ok(());
    }
    view.watch(shown).await
}

/// Has the running Rotunda ask the provider, and waits for the answers.
async fn ask(home: &Home, env: &Env) -> Result<(), Failure> {
    let client = Client::find(home).await?.ok_or(CommandError::QuotaNeedsRouter)?;
    let client = client.speaking(language_of(home, env));
    client.perform(&control::Command::RefreshQuota).await?;
    Ok(())
}

/// What the provider itself says, a line of JSON for each profile.
async fn raw(home: &Home, env: &Env, profile: Option<String>) -> Result<(), Failure> {
    let client = Client::find(home).await?.ok_or(CommandError::QuotaNeedsRouter)?;
    let client = client.speaking(language_of(home, env));
    let mut answers = client.raw_usage(profile.as_deref()).await?;
    while let Some(answer) = answers.next_as::<serde_json::Value>().await {
        if !print::json(&answer) {
            return Ok(());
        }
    }
    answers.failure(client.pid()).map_or(Ok(()), |error| Err(error.into()))
}

/// What is shown, where, and how.
struct View<'a> {
    home: &'a Home,
    env: &'a Env,
    language: Language,
    options: args::Quota,
    form: Form,
}

impl<'a> View<'a> {
    fn of(home: &'a Home, env: &'a Env, options: args::Quota) -> Self {
        let language = language_for(home, env, options.output.json);
        let args::Quota { detail, emails, plain, .. } = options;
        Self { home, env, language, form: Form { detail, emails, plain }, options }
    }

    /// The snapshot, with the wanted profiles alone.
    async fn snapshot(&self) -> Result<Snapshot, Failure> {
        let mut snapshot = report(self.home, self.env, self.language).await?.snapshot;
        if let Some(wanted) = &self.options.profile {
            snapshot.profiles.retain(|it| is_same_name(&it.name, wanted));
            if snapshot.profiles.is_empty() {
                return Err(CommandError::NoProfile(wanted.clone()).into());
            }
        }
        Ok(snapshot)
    }

    fn screen(&self) -> Screen {
        Screen::of(self.env, self.form.plain)
    }

    /// Prints it; false once the reader is gone.
    fn print(&self, snapshot: &Snapshot) -> bool {
        if self.options.output.json {
            let profiles: Vec<_> = snapshot.profiles.iter().map(Left::of).collect();
            return print::json(&profiles);
        }
        // What is printed once may be scrolled through, so its height does not matter.
        let screen = self.screen();
        let screen = Screen { size: screen.size.map(|(width, _)| (width, usize::MAX)), ..screen };
        self.text(snapshot, &screen, 0).iter().all(|line| print::terminal(line))
    }

    fn text(&self, snapshot: &Snapshot, screen: &Screen, reserved: usize) -> Vec<String> {
        if snapshot.profiles.is_empty() {
            return vec![message!("quota-none").to(Locale::of(snapshot.language))];
        }
        let lines = table::lines(snapshot, self.form, screen, reserved);
        lines.iter().map(|line| screen.line(line)).collect()
    }

    /// Shows it again as it changes, until the reader leaves or the command is
    /// interrupted, and has the provider asked meanwhile.
    async fn watch(&self, mut shown: Snapshot) -> Result<(), Failure> {
        if Client::find(self.home).await?.is_none() {
            return Err(CommandError::QuotaNeedsRouter.into());
        }
        let redraws = self.screen().redraws && !self.options.output.json;
        if redraws {
            print::terminal(&format!("{HOME}{CLEAR_BELOW}"));
            self.redraw(&shown, None);
        } else if !self.print(&shown) {
            return Ok(());
        }
        let mut asking = Asking::begin(self.home, self.env);
        let mut trouble = None;
        loop {
            tokio::select! {
                () = time::sleep(LOOK_AGAIN) => {}
                answer = asking.next() => trouble = answer.err(),
            }
            let now = self.snapshot().await?;
            if redraws {
                if !self.redraw(&now, trouble.as_ref()) {
                    return Ok(());
                }
                continue;
            }
            if self.is_same(&now, &shown) {
                continue;
            }
            shown = now;
            if !self.options.output.json && !print::line("") {
                return Ok(());
            }
            if !self.print(&shown) {
                return Ok(());
            }
        }
    }

    fn is_same(&self, now: &Snapshot, before: &Snapshot) -> bool {
        if now.profiles == before.profiles {
            return true;
        }
        let screen = self.screen();
        !self.options.output.json && self.text(now, &screen, 0) == self.text(before, &screen, 0)
    }

    /// Prints it over what stood there before.
    fn redraw(&self, snapshot: &Snapshot, trouble: Option<&Failure>) -> bool {
        let screen = self.screen();
        let locale = Locale::of(snapshot.language);
        let footer = match trouble {
            Some(trouble) => Part::new(trouble.0.to(locale), Tone::Low),
            None => Part::new(message!("quota-watch-footer").to(locale), Tone::Quiet),
        };
        let lines = self.text(snapshot, &screen, FOOTER);
        let lines = lines.into_iter().chain([String::new(), screen.line(&[footer])]);
        let most = screen.size.map_or(usize::MAX, |(_, height)| height);
        let lines: Vec<_> = lines.take(most).map(|line| format!("{line}{CLEAR_LINE}")).collect();
        print::unfinished(&format!("{HOME}{}{CLEAR_BELOW}", lines.join("\n")))
    }
}

/// The provider is asked again and again, one request at a time.
struct Asking<'a> {
    home: &'a Home,
    env: &'a Env,
    request: Option<JoinHandle<Result<(), Failure>>>,
    pause: time::Interval,
}

impl<'a> Asking<'a> {
    fn begin(home: &'a Home, env: &'a Env) -> Self {
        let mut pause = time::interval(ASK_AGAIN);
        pause.set_missed_tick_behavior(time::MissedTickBehavior::Delay);
        Self { home, env, request: None, pause }
    }

    /// The end of the next request. Nothing is lost when it is not waited for.
    async fn next(&mut self) -> Result<(), Failure> {
        if self.request.is_none() {
            self.pause.tick().await;
            let (home, env) = (self.home.clone(), self.env.clone());
            self.request = Some(tokio::spawn(async move { ask(&home, &env).await }));
        }
        let Some(request) = self.request.as_mut() else { return pending().await };
        let answer = request.await;
        self.request = None;
        answer.unwrap_or_else(|error| Err(Failure::new(error)))
    }
}
