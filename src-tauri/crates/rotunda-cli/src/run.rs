//! `rotunda run`: one Codex command through the router, `config.toml` untouched.

mod preflight;

use std::{
    convert::Infallible,
    ffi::{OsStr, OsString},
    path::PathBuf,
    process::{ExitCode, ExitStatus},
    sync::Arc,
    time::Duration,
};

use rotunda_daemon::{
    bind,
    control::{Client, ControlError, LentKey, Report},
    daemon::{CommandError, Services},
    view::Snapshot,
};
use rotunda_host::{
    codex, codex_config, files,
    home::{Env, Home},
    key, log,
    platform::{self, Signals},
    settings::{self, Settings},
    store::is_same_name,
};
use rotunda_text::{Locale, Localize as _, message};
use tokio::process::{Child, Command};

use self::preflight::{Allowed, Preflight, Scope, serving_model};
use super::{Failure, args, language_for, print, projects::Holding, signals_unheard};

/// Between asking Codex to end and ending it.
const GRACE: Duration = Duration::from_secs(5);
/// Between asking for a Rotunda that has ended meanwhile.
const AGAIN: Duration = Duration::from_millis(500);

/// One run: where it happens, and what was asked for.
struct Run {
    codex: PathBuf,
    home: Home,
    env: Env,
    options: args::Run,
    locale: Locale,
}

/// What the look before a run leads to.
enum Start {
    /// Through the router, with these profiles.
    Routed(Scope),
    /// Codex alone.
    Plain,
}

/// How Codex is reached.
enum Way<'a> {
    /// Through a router at this address.
    Router(&'a str),
    /// As it is without Rotunda.
    Plain,
}

pub(super) async fn run(home: Home, env: Env, options: args::Run) -> Result<ExitCode, Failure> {
    let codex = codex::find(&env).ok_or_else(|| Failure::new(codex::missing(&env)))?;
    let locale = Locale::of(language_for(&home, &env, options.json));
    let run = Run { codex, home, env, options, locale };
    let status = match Client::find(&run.home).await {
        Ok(Some(client)) => run.beside(&client.speaking(locale.language)).await?,
        Ok(None) => run.alone().await?,
        Err(error) => run.or_plain(error.into()).await?,
    };
    Ok(ExitCode::from(platform::exit_code(status)))
}

impl Run {
    /// Through the running Rotunda; with one profile only, beside its router.
    async fn beside(&self, client: &Client) -> Result<ExitStatus, Failure> {
        let report = client.report().await?;
        if let Err(error) = usable(&report) {
            return self.or_plain(error).await;
        }
        match self.preflight(&report.snapshot)? {
            Start::Plain => self.pass_through(Way::Plain).await,
            Start::Routed(Scope::Only(profile)) => {
                // Held until Codex has ended: the router behind it ends with it.
                let lease = client.dedicated_router(&profile).await?;
                self.pass_through(Way::Router(&lease.url)).await
            }
            Start::Routed(Scope::All(preferred)) => {
                // Every user can read a command line, so the key in it ends with the run.
                let key = key::fresh().map_err(Failure::new)?;
                let url = bind::client_url(report.snapshot.router.port, &key);
                let preferred = preferred.as_deref();
                let lent = client.lend_key(&key, preferred).await?;
                let again = async |client: Client| client.lend_key(&key, preferred).await;
                tokio::select! {
                    status = self.pass_through(Way::Router(url.expose())) => status,
                    never = keep_lent(&self.home, lent, again) => match never {},
                }
            }
        }
    }

    /// With a router of its own, for as long as Codex runs.
    async fn alone(&self) -> Result<ExitStatus, Failure> {
        let daemon = match Services::open(self.home.clone(), self.env.clone()) {
            Ok(daemon) => daemon,
            Err(error) => return self.or_plain(error.into()).await,
        };
        let _log = log::start(&self.home, &self.env)
            .map_err(|error| Failure::new(format!("The log cannot be written: {error}.")))?;
        let ran = self.with_router(&daemon).await;
        daemon.stop(false).await.map_err(Failure::new)?;
        ran
    }

    async fn with_router(&self, daemon: &Arc<Services>) -> Result<ExitStatus, Failure> {
        let profile = self.options.only.as_ref().or(self.options.profile.as_ref());
        let named = profile.map(|profile| daemon.profiles.find(profile)).transpose()?;
        if let Err(error) = daemon.start_for_one_program().await {
            return self.or_plain(Failure::new(error)).await;
        }
        let report = daemon.reports.make(self.locale.language).await;
        let url = usable(&report)?;
        match (self.preflight(&report.snapshot)?, named) {
            (Start::Plain, _) => return self.pass_through(Way::Plain).await,
            (Start::Routed(Scope::Only(profile)), _) => {
                daemon.profiles.pin_for_this_run(daemon.profiles.find(&profile)?.0);
            }
            (Start::Routed(Scope::All(_)), Some((id, _))) => {
                daemon.profiles.use_for_this_run(id);
            }
            (Start::Routed(Scope::All(_)), None) => {}
        }
        self.pass_through(Way::Router(&url)).await
    }

    /// Says who can serve, and decides whether and how Codex starts.
    fn preflight(&self, snapshot: &Snapshot) -> Result<Start, Failure> {
        let args::Run { profile, only, no_rotate, skip_check, or_plain, .. } = &self.options;
        for name in profile.iter().chain(only) {
            if !snapshot.profiles.iter().any(|it| is_same_name(&it.name, name)) {
                return Err(CommandError::NoProfile(name.clone()).into());
            }
        }
        let settings = settings::load(&self.home, &self.env).unwrap_or_default();
        let allowed = Allowed {
            api_keys: settings.rules.use_api_keys,
            waiting: settings.wait_for_reset.is_some(),
        };
        let mut scope = match only {
            Some(only) => Scope::Only(only.trim().to_owned()),
            None => Scope::All(profile.as_ref().map(|name| name.trim().to_owned())),
        };
        let ruled = self.follow_rules(snapshot, &settings, &scope)?;
        let snapshot = ruled.as_ref().unwrap_or(snapshot);
        let model = model_of(&self.options.arguments);
        let snapshot = &serving_model(snapshot, model, &scope);
        let mut found = Preflight::of(snapshot, &scope, allowed);
        if *no_rotate
            && let Scope::All(_) = scope
            && let Some(name) = found.profile.clone()
        {
            scope = Scope::Only(name);
            found = Preflight::of(snapshot, &scope, allowed);
        }
        if *skip_check {
            return Ok(Start::Routed(scope));
        }
        self.report(&found, snapshot, &scope);
        if found.can_serve || found.waits {
            return Ok(Start::Routed(scope));
        }
        if *or_plain {
            self.say_plain();
            return Ok(Start::Plain);
        }
        Err(Failure(found.refusal(&scope)))
    }

    /// The profiles that the rules per project let serve where Codex will work; none where
    /// every profile may.
    fn follow_rules(
        &self,
        snapshot: &Snapshot,
        settings: &Settings,
        scope: &Scope,
    ) -> Result<Option<Snapshot>, Failure> {
        let folder = folder_of(&self.options.arguments);
        let here = Holding::of(&settings.projects, &snapshot.profiles, &folder);
        let Some(names) = here.profiles else { return Ok(None) };
        let (place, profiles) = (files::shown(&folder), names.join(", "));
        if names.is_empty() {
            return Err(Failure(message!("run-rule-no-profile", place = place)));
        }
        if let Scope::Only(only) = scope
            && !names.iter().any(|name| is_same_name(name, only))
        {
            let profile = only.clone();
            return Err(Failure(message!(
                "run-rule-excludes",
                place = place,
                profiles = profiles,
                profile = profile
            )));
        }
        if !self.options.json && !self.options.skip_check {
            let line = message!("run-rule", place = place, profiles = profiles);
            print::warning(&line.to(self.locale));
        }
        let mut ruled = snapshot.clone();
        ruled.profiles.retain(|it| names.contains(&it.name));
        Ok(Some(ruled))
    }

    /// On standard error: standard output is Codex's.
    fn report(&self, found: &Preflight, snapshot: &Snapshot, scope: &Scope) {
        if self.options.json {
            print::warning_json(found);
            return;
        }
        for line in found.lines(self.locale) {
            print::warning(&line);
        }
        let pinned = snapshot.profiles.iter().find(|it| it.pinned);
        if let (Some(pinned), Scope::All(Some(wanted))) = (pinned, scope)
            && !is_same_name(&pinned.name, wanted)
        {
            print::warning(&message!("run-pinned", profile = &pinned.name).to(self.locale));
        }
    }

    fn say_plain(&self) {
        if !self.options.json {
            print::warning(&message!("run-plain").to(self.locale));
        }
    }

    /// Codex alone where the user allows that, else the error.
    async fn or_plain(&self, error: Failure) -> Result<ExitStatus, Failure> {
        if !self.options.or_plain {
            return Err(error);
        }
        print::warning(&error.0.to(self.locale));
        self.say_plain();
        self.pass_through(Way::Plain).await
    }

    /// Codex with this terminal, as if it had been called itself.
    async fn pass_through(&self, way: Way<'_>) -> Result<ExitStatus, Failure> {
        let mut signals = Signals::listen().map_err(|error| signals_unheard(&error))?;
        let mut command = Command::new(&self.codex);
        match way {
            Way::Router(url) => {
                command.args(codex::base_url_arguments(url));
                if let Some(exceptions) = exceptions(&self.home, &self.env)? {
                    command.env("NO_PROXY", &exceptions).env("no_proxy", &exceptions);
                }
            }
            Way::Plain => {
                for own in bind::overrides_without_ours(&self.home) {
                    command.args(codex::setting_arguments(own.key, &own.value));
                }
            }
        }
        command.args(&self.options.arguments);
        let failed = |error| {
            Failure::new(format!("{} could not be started: {error}.", self.codex.display()))
        };
        to_its_end(command, &mut signals).await.map_err(failed)
    }
}

/// The folder that Codex will work in: that of `-C` or `--cd`, else this one.
fn folder_of(arguments: &[OsString]) -> PathBuf {
    let folder = option_of(arguments, "-C", "--cd").map_or_else(|| ".".into(), PathBuf::from);
    std::path::absolute(&folder).unwrap_or(folder)
}

/// The model that Codex is called with, when its arguments say it.
fn model_of(arguments: &[OsString]) -> Option<&str> {
    option_of(arguments, "-m", "--model")?.to_str()
}

/// The value of an option among the words for Codex; of several, the last one.
fn option_of<'a>(arguments: &'a [OsString], short: &str, long: &str) -> Option<&'a OsStr> {
    let mut value = None;
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        let text = argument.to_str().unwrap_or_default();
        if text == short || text == long {
            value = rest.next().map(OsString::as_os_str).or(value);
        } else if let Some(named) = text.strip_prefix(long).and_then(|it| it.strip_prefix('=')) {
            value = Some(OsStr::new(named));
        }
    }
    value
}

/// Keeps a key valid for as long as this is polled: a Rotunda that was started anew is asked
/// to lend it again.
pub(super) async fn keep_lent(
    home: &Home,
    mut lent: LentKey,
    again: impl AsyncFn(Client) -> Result<LentKey, ControlError>,
) -> Infallible {
    loop {
        lent.ended().await;
        lent = loop {
            tokio::time::sleep(AGAIN).await;
            if let Ok(Some(client)) = Client::find(home).await
                && let Ok(lent) = again(client).await
            {
                break lent;
            }
        };
    }
}

/// The address of a running router.
fn usable(report: &Report) -> Result<String, Failure> {
    report.url.clone().ok_or_else(|| {
        Failure::new("Rotunda runs without its router. Start it again, then try again.")
    })
}

/// What `NO_PROXY` has to be for Codex to reach the router. Variables of Codex's
/// `.env` go before those that it is started with, so exceptions in that file
/// cannot be corrected from here.
fn exceptions(home: &Home, env: &Env) -> Result<Option<String>, Failure> {
    let of_codex = codex_config::env_of_codex(home, env);
    let Some(exceptions) = codex::no_proxy(&of_codex) else { return Ok(None) };
    let with = env.clone().with("NO_PROXY", &exceptions).with("no_proxy", &exceptions);
    match codex::swallowing_proxy(&codex_config::env_of_codex(home, &with)) {
        None => Ok(Some(exceptions)),
        Some(variable) => Err(Failure::new(format!(
            "{variable} and NO_PROXY in {} send what is meant for this computer to a proxy. Add \
             127.0.0.1,localhost to NO_PROXY there.",
            files::shown(home.codex_home.join(".env"))
        ))),
    }
}

/// Starts a program, and ends it when this process is told to end.
pub(super) async fn to_its_end(
    mut command: Command,
    signals: &mut Signals,
) -> std::io::Result<ExitStatus> {
    let mut child = command.spawn()?;
    tokio::select! {
        status = child.wait() => status,
        () = signals.end_but_by_keyboard() => end(&mut child).await,
    }
}

/// Asks first, then insists.
async fn end(child: &mut Child) -> std::io::Result<ExitStatus> {
    if child.id().is_some_and(platform::ask_to_end)
        && let Ok(status) = tokio::time::timeout(GRACE, child.wait()).await
    {
        return status;
    }
    child.start_kill()?;
    child.wait().await
}

#[cfg(test)]
mod tests {
    use super::*;
    use rotunda_host::testing;

    #[test]
    fn the_model_is_read_from_the_words_for_codex() {
        let of = |words: &[&str]| {
            let words: Vec<_> = words.iter().map(OsString::from).collect();
            model_of(&words).map(str::to_owned)
        };
        assert_eq!(of(&["exec", "-m", "deep", "hi"]).as_deref(), Some("deep"));
        assert_eq!(of(&["--model=deep"]).as_deref(), Some("deep"));
        assert_eq!(of(&["--model", "deep"]).as_deref(), Some("deep"));
        assert_eq!(of(&["exec", "hi"]), None);
        assert_eq!(of(&["-m"]), None);
    }

    #[test]
    fn a_run_passes_by_a_proxy_of_codex_s_env() {
        let (_root, home) = testing::home();
        let with = |text: &str, env: &Env| {
            std::fs::write(home.codex_home.join(".env"), text).unwrap();
            exceptions(&home, env)
        };
        let none = Env::default();
        let proxy = "HTTP_PROXY=http://10.0.0.1:7890\n";
        let loopback = Some("127.0.0.1,localhost".to_owned());
        assert_eq!(with("A=b\n", &none).unwrap(), None);
        assert_eq!(with(proxy, &none).unwrap(), loopback);
        assert_eq!(with(&format!("{proxy}NO_PROXY=127.0.0.1\n"), &none).unwrap(), None);
        let named = Env::of([("HTTP_PROXY", "http://10.0.0.1:1"), ("NO_PROXY", "corp.example")]);
        let both = Some("corp.example,127.0.0.1,localhost".to_owned());
        assert_eq!(with("A=b\n", &named).unwrap(), both);
        // What stands in the file wins over what Codex is started with.
        let refused = with(&format!("{proxy}NO_PROXY=corp.example\n"), &none).unwrap_err();
        let text = format!("{refused:?}");
        assert!(text.contains("HTTP_PROXY") && text.contains(".env"), "{text}");
    }
}
