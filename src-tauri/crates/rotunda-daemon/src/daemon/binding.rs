//! Codex's binding: changed on request, healed at a start.

use std::{path::PathBuf, time::SystemTime};

use rotunda_core::{
    Secret,
    binding::{Change, LeftAlone},
    words::Pointed,
};

use super::{
    CommandError, Daemon, blocking,
    seen::{other_provider, url_at},
    serving::Place,
};
use crate::{
    activity::ActivityKind,
    bind::{self, DryRun, Restoring},
    codex,
    home::{Env, Home},
    key, loopback,
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
    /// What the user should know, a sentence each.
    pub notes: Vec<String>,
}

/// What unbinding did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unbound {
    /// There was something to undo.
    pub changed: bool,
    /// What the user should know, a sentence each.
    pub notes: Vec<String>,
}

/// What binding would do, whether anything runs or not.
pub fn dry_run(home: &Home, port: u16) -> Result<DryRun, CommandError> {
    // The key is not shown, so any will do when there is none yet.
    let key = key::known_client_key(home)?.unwrap_or_else(|| Secret::new("0".repeat(32)));
    Ok(bind::dry_run(home, &bind::client_url(port, &key))?)
}

/// What restoring the file would do, whether anything runs or not.
pub fn restoring(home: &Home, port: u16, now: SystemTime) -> Result<Restoring, CommandError> {
    Ok(bind::restoring(home, &url_at(home, port), now)?)
}

impl Daemon {
    /// Points Codex at the router, once the router has answered itself.
    pub async fn bind(&self) -> Result<Bound, CommandError> {
        self.bind_as(BindOptions::default()).await
    }

    /// The same, in another way.
    pub async fn bind_as(&self, options: BindOptions) -> Result<Bound, CommandError> {
        let home = self.inner.home.clone();
        if !options.switch
            && let Some(provider) = blocking(move || other_provider(&home)).await
        {
            return Err(CommandError::OtherProvider(provider));
        }
        let (port, url) = self.bindable(options.new_key).await?;
        answers(port, &url).await?;
        let (home, now) = (self.inner.home.clone(), (self.inner.clock)());
        let outcome = blocking(move || bind::bind(&home, &url, options.switch, now)).await;
        self.refresh_binding().await;
        let outcome = outcome?;
        if outcome.changed {
            let told = Pointed::Bound { new_key: options.new_key };
            self.note(ActivityKind::Bound, told).await;
        }
        let snapshot = self.watch().borrow().clone();
        let line = snapshot.binding.line.clone();
        let notes = notes_after_bind(&self.inner.env, snapshot.profiles.is_empty());
        Ok(Bound { line, backup: outcome.backup, notes })
    }

    /// Where the running router answers, under a new key if wanted.
    async fn bindable(&self, new_key: bool) -> Result<(u16, Secret<String>), CommandError> {
        let mut running = self.inner.running.lock().await;
        let running = running.as_mut().filter(|running| running.place == Place::Settings);
        let running = running.ok_or(CommandError::NotRunning)?;
        if new_key {
            let home = self.inner.home.clone();
            let key = blocking(move || key::replace_client_key(&home)).await?;
            running.router.add_client_key(key.clone());
            running.url = bind::client_url(running.port, &key);
        }
        Ok((running.port, running.url.clone()))
    }

    /// Points Codex back at where it pointed before.
    pub async fn unbind(&self) -> Result<Unbound, CommandError> {
        let outcome = self.unbind_file().await;
        self.refresh_binding().await;
        let outcome = outcome?;
        if outcome.changed {
            self.note(ActivityKind::Unbound, Pointed::Unbound).await;
        }
        let notes = outcome.left_alone.iter().map(left_alone).collect();
        Ok(Unbound { changed: outcome.changed, notes })
    }

    /// What Codex's address is, or would be.
    pub(super) async fn url(&self) -> Secret<String> {
        if let Some(running) = self.inner.running.lock().await.as_ref()
            && running.place == Place::Settings
        {
            return running.url.clone();
        }
        let (home, port) = (self.inner.home.clone(), self.inner.settings().port);
        blocking(move || url_at(&home, port)).await
    }
}

/// Asks the router as Codex will: whoever answers must know the key.
async fn answers(port: u16, url: &Secret<String>) -> Result<(), CommandError> {
    let path = url.expose().split_once(&port.to_string()).map_or("/", |(_, path)| path);
    let request = http::Request::get(path).body(http_body_util::Full::default());
    let request = request.expect("a port and a hexadecimal key make a path");
    let answer = loopback::ask(port, request).await.map_err(CommandError::NoAnswer)?;
    if answer.status().is_success() {
        Ok(())
    } else {
        Err(CommandError::WrongAnswer(answer.status()))
    }
}

fn notes_after_bind(env: &Env, has_no_profile: bool) -> Vec<String> {
    let restart =
        "Conversations that are open already keep their old connection until Codex restarts.";
    let alone = "There is no profile yet, so Codex's turns end with a sentence that says so: add one with \
                 `rotunda login`.";
    let mut notes = vec![restart.to_owned()];
    notes.extend(has_no_profile.then(|| alone.to_owned()));
    notes.extend(codex::swallowing_proxy(env).map(|variable| {
        format!(
            "{variable} would send what is meant for this computer to a proxy. Set \
             NO_PROXY=127.0.0.1,localhost where Codex starts."
        )
    }));
    notes
}

fn left_alone(left: &LeftAlone) -> String {
    match left.change {
        Change::Removed => {
            format!("{} had been removed from config.toml since, and stays so.", left.key)
        }
        Change::Replaced => {
            format!("{} was changed in config.toml since, and was left as it is.", left.key)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_left_alone_is_said() {
        let left = LeftAlone { key: "openai_base_url", change: Change::Replaced };
        let text = left_alone(&left);
        assert_eq!(
            text,
            "openai_base_url was changed in config.toml since, and was left as it is."
        );
    }

    #[test]
    fn a_proxy_that_swallows_is_told_after_binding() {
        let env = Env::of([("HTTP_PROXY", "http://10.0.0.1:1")]);
        assert!(notes_after_bind(&env, false)[1].starts_with("HTTP_PROXY would send"));
        assert_eq!(notes_after_bind(&Env::default(), false).len(), 1);
        assert!(notes_after_bind(&Env::default(), true)[1].starts_with("There is no profile yet"));
    }
}
