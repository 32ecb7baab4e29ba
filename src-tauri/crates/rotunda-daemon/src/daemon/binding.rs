//! Codex's binding: changed on request, repaired at a start.

mod others;
mod outside;
mod repair;
mod restoring;
mod status;

use std::{path::PathBuf, sync::Arc, time::SystemTime};

use rotunda_core::{
    Secret,
    binding::{Change, LeftAlone},
};
use rotunda_host::{
    blocking::blocking,
    codex, codex_config,
    home::{Env, Home},
    key, loopback,
    store::Store,
};
use rotunda_text::{Localize, Message, Override, Pointed, message};

pub use self::repair::release;
pub(super) use self::{
    repair::let_go_after,
    status::{BindingStatus, other_provider, read, url_at},
};
use super::{
    activity_log::ActivityLog,
    handles::{CurrentSettings, Handles, Machine, Refresh, State, Stopping},
    profiles::Profiles,
    running::{ListenMode, RunningRouter},
};
use crate::{
    activity::ActivityKind,
    bind::{self, DryRun, Restoring},
    error::CommandError,
};

/// How to bind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct BindOptions {
    /// Under a new key; the old one works until the router ends.
    pub new_key: bool,
    /// Also away from another provider that `config.toml` names, until unbound.
    pub switch: bool,
}

/// What binding did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bound {
    /// The line, with the key masked.
    pub line: String,
    /// Where the file was copied to before, if there was need.
    pub backup: Option<PathBuf>,
    /// What the user should know.
    pub notes: Vec<Message>,
}

/// What unbinding did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unbound {
    /// There was something to undo.
    pub changed: bool,
    /// What the user should know.
    pub notes: Vec<Message>,
}

/// What binding would do, whether anything runs or not.
pub fn dry_run(home: &Home, port: u16) -> Result<DryRun, CommandError> {
    // The key is not shown, so any will do when there is none yet.
    let key = key::known_client_key(home)?.unwrap_or_else(|| Secret::new("0".repeat(32)));
    Ok(bind::dry_run(home, &bind::client_url(port, &key))?)
}

/// What Codex's `openai_base_url` has to be, under a key that is made when there is
/// none yet.
pub fn client_url(home: &Home, port: u16) -> Result<Secret<String>, CommandError> {
    Ok(bind::client_url(port, &key::client_key(home)?))
}

/// What restoring the file would do, whether anything runs or not.
pub fn restoring(home: &Home, port: u16, now: SystemTime) -> Result<Restoring, CommandError> {
    Ok(bind::restoring(home, &url_at(home, port), now)?)
}

/// Binds Codex to the router and unbinds it.
pub struct Binding {
    machine: Machine,
    settings: CurrentSettings,
    store: Store,
    running: RunningRouter,
    profiles: Arc<Profiles>,
    activity: Arc<ActivityLog>,
    stopping: Stopping,
    /// Where Codex points, as read last.
    status: State<BindingStatus>,
    refresh: Refresh,
}

impl Binding {
    pub(super) fn new(
        handles: &Handles,
        profiles: Arc<Profiles>,
        activity: Arc<ActivityLog>,
        status: State<BindingStatus>,
    ) -> Self {
        Self {
            machine: handles.machine.clone(),
            settings: handles.settings.clone(),
            store: handles.store.clone(),
            running: handles.running.clone(),
            stopping: handles.stopping.clone(),
            refresh: handles.refresh.clone(),
            profiles,
            activity,
            status,
        }
    }

    /// Points Codex at the router, once the router has answered itself.
    pub async fn bind(self: &Arc<Self>) -> Result<Bound, CommandError> {
        self.bind_as(BindOptions::default()).await
    }

    /// The same, in another way.
    pub async fn bind_as(self: &Arc<Self>, options: BindOptions) -> Result<Bound, CommandError> {
        let home = self.machine.home.clone();
        if !options.switch
            && let Some(provider) = blocking(move || other_provider(&home)).await
        {
            return Err(CommandError::OtherProvider(provider));
        }
        let home = self.machine.home.clone();
        if let Some(found) = blocking(move || codex_config::decisive(&home)).await {
            return Err(CommandError::Overridden(found));
        }
        let (port, url) = self.bindable(options.new_key).await?;
        answers(port, &url).await?;
        let (home, now) = (self.machine.home.clone(), self.machine.now());
        let outcome = blocking(move || bind::bind(&home, &url, options.switch, now)).await;
        self.read_again().await;
        let outcome = outcome?;
        if outcome.held {
            self.follow_held();
        }
        if outcome.changed {
            let text = Pointed::Bound { new_key: options.new_key };
            self.activity.add(ActivityKind::Bound, text).await;
        }
        let line = self.status.lock().view.line.clone();
        let (machine, is_empty) = (self.machine.clone(), self.profiles.all().is_empty());
        let notes = blocking(move || notes_after_bind(&machine.home, &machine.env, is_empty)).await;
        Ok(Bound { line, backup: outcome.backup, notes })
    }

    /// Where the running router answers, under a new key if wanted.
    async fn bindable(&self, new_key: bool) -> Result<(u16, Secret<String>), CommandError> {
        let mut running = self.running.lock().await;
        let running = running.as_mut().filter(|running| running.mode == ListenMode::Settings);
        let running = running.ok_or(CommandError::NotRunning)?;
        if new_key {
            let home = self.machine.home.clone();
            let key = blocking(move || key::replace_client_key(&home)).await?;
            running.router.add_client_key(key.clone());
            running.url = bind::client_url(running.port, &key);
        }
        Ok((running.port, running.url.clone()))
    }

    /// Points Codex back at where it pointed before.
    pub async fn unbind(self: &Arc<Self>) -> Result<Unbound, CommandError> {
        let outcome = self.unbind_file().await;
        self.read_again().await;
        let outcome = outcome?;
        if outcome.held {
            self.follow_held();
        }
        if outcome.changed {
            self.activity.add(ActivityKind::Unbound, Pointed::Unbound).await;
        }
        Ok(Unbound { changed: outcome.changed, notes: notes_after_unbind(&outcome) })
    }

    /// Reads `config.toml` again: any program may have changed it.
    pub(super) async fn read_again(&self) {
        let (machine, url) = (self.machine.clone(), self.url().await);
        let status = blocking(move || read(&machine.home, &machine.env, &url)).await;
        self.status.set(status);
        self.refresh.now();
    }

    /// What Codex's address is, or would be.
    pub(super) async fn url(&self) -> Secret<String> {
        if let Some(url) = self.running.bindable_url().await {
            return url;
        }
        let (home, port) = (self.machine.home.clone(), self.settings.get().port);
        blocking(move || url_at(&home, port)).await
    }
}

/// Asks the router as Codex will: the program that answers must know the key.
async fn answers(port: u16, url: &Secret<String>) -> Result<(), CommandError> {
    let answer = loopback::get_url(port, url).await.map_err(CommandError::NoAnswer)?;
    if answer.status().is_success() {
        Ok(())
    } else {
        Err(CommandError::WrongAnswer(answer.status()))
    }
}

fn notes_after_bind(home: &Home, env: &Env, has_no_profile: bool) -> Vec<Message> {
    let mut notes = vec![message!("note-restart")];
    notes.extend(has_no_profile.then(|| message!("note-no-profile")));
    let others = codex_config::overrides(home, env);
    let by_file = others.iter().any(|found| matches!(found, Override::EnvProxy { .. }));
    let found = others.iter().filter(|found| !matches!(found, Override::ReadOnly { .. }));
    notes.extend(found.map(Localize::message));
    let of_codex = codex_config::env_of_codex(home, env);
    let swallowing = codex::swallowing_proxy(&of_codex).filter(|_| !by_file);
    notes.extend(swallowing.map(|variable| message!("note-proxy", variable = variable)));
    notes
}

/// What the user should know after unbinding.
pub(super) fn notes_after_unbind(outcome: &bind::Outcome) -> Vec<Message> {
    let left = outcome.left_alone.iter().map(left_alone);
    let held = outcome.held.then(|| message!("note-config-open"));
    left.chain(held).chain(outcome.found.iter().map(|clause| found(clause))).collect()
}

/// What else was found to be broken, a clause.
pub(super) fn found(clause: &str) -> Message {
    message!("found-clause", clause = clause)
}

fn left_alone(left: &LeftAlone) -> Message {
    match left.change {
        Change::Removed => message!("note-left-removed", key = left.key),
        Change::Replaced => message!("note-left-replaced", key = left.key),
    }
}

#[cfg(test)]
mod tests {
    use rotunda_text::{Language, Locale};

    use super::*;
    use crate::{daemon::fixture::Fixture, view::BindingState};

    fn english() -> Locale {
        Locale::of(Language::ENGLISH)
    }

    fn notes_after_bind(home: &Home, env: &Env, has_no_profile: bool) -> Vec<String> {
        let notes = super::notes_after_bind(home, env, has_no_profile);
        notes.iter().map(|note| note.to(english())).collect()
    }

    #[test]
    fn what_was_left_alone_is_shown() {
        let left = LeftAlone { key: "openai_base_url", change: Change::Replaced };
        let text = left_alone(&left).to(english());
        assert_eq!(
            text,
            "openai_base_url was changed in config.toml since, and was left as it is."
        );
    }

    #[test]
    fn a_proxy_that_swallows_is_shown_after_binding() {
        let (_root, home) = crate::testing::home();
        let env = Env::of([("HTTP_PROXY", "http://10.0.0.1:1")]);
        let none = Env::default();
        assert!(notes_after_bind(&home, &env, false)[1].starts_with("HTTP_PROXY would send"));
        assert_eq!(notes_after_bind(&home, &none, false).len(), 1);
        assert!(notes_after_bind(&home, &none, true)[1].starts_with("There is no profile yet"));
        let file = home.codex_home.join(".env");
        std::fs::write(&file, "ALL_PROXY=http://10.0.0.1:1\n").unwrap();
        let notes = notes_after_bind(&home, &none, false);
        assert!(notes.len() == 2 && notes[1].contains(&file.display().to_string()), "{notes:?}");
        std::fs::write(&file, "NO_PROXY=127.0.0.1\n").unwrap();
        assert_eq!(notes_after_bind(&home, &env, false).len(), 1);
    }

    #[tokio::test]
    async fn without_a_router_nothing_is_bound_and_a_line_of_an_earlier_one_is_taken_out() {
        let fixture = Fixture::with(&["work"]);
        let Machine { home, env, .. } = &fixture.handles.machine;
        let status = State::new(read(home, env, &url_at(home, 0)));
        let binding = fixture.binding(&fixture.profiles(), status);
        assert!(matches!(binding.bind().await, Err(CommandError::NotRunning)));
        assert!(!home.codex_config().exists());
        // A port on which nothing listens.
        let url = bind::client_url(9, &key::client_key(home).unwrap());
        bind::bind(home, &url, false, fixture.handles.machine.now()).unwrap();
        binding.read_again().await;
        assert_ne!(binding.status.lock().view.state, BindingState::Unbound);
        assert!(binding.unbind_dead().await);
        binding.read_again().await;
        assert_eq!(binding.status.lock().view.state, BindingState::Unbound);
    }
}
