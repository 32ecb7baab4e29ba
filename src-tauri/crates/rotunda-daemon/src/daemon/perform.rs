//! Commands as the command line sends them, and what is said when they are done.

mod sign_in;

use std::{
    path::Path,
    time::{Duration, SystemTime},
};

use rotunda_core::{ProfileId, Secret, Standing, profile::Kind};

use super::{
    BindOptions, CommandError, Daemon, ImportResult,
    gathering::{self, Look},
};
use crate::{
    control::{Command, Done, Handed},
    own::Wish,
    settings::VaultKind,
};

/// Said of every key.
const KEYS_COST: &str = "What it serves is billed per token. It serves only while `use_api_keys` is on, \
     and then only when every plan is out.";

impl Daemon {
    /// Does one thing and says so.
    pub async fn perform(&self, command: Command) -> Result<Done, CommandError> {
        match command {
            Command::Import { path, name } => self.perform_import(path, name).await,
            Command::Remove { profile } => {
                let (id, name) = self.find(&profile)?;
                self.remove(id).await?;
                Ok(Done::new(format!("Removed {name}; its sign-in is deleted.")))
            }
            Command::Rename { profile, name } => {
                let (id, before) = self.find(&profile)?;
                self.rename(id, &name).await?;
                Ok(Done::new(format!("{before} is called {} now.", name.trim())))
            }
            Command::Bind { new_key, switch } => {
                let bound = self.bind_as(BindOptions { new_key, switch }).await?;
                let text = "Codex is bound: new conversations go through Rotunda.".to_owned();
                Ok(Done { text, notes: bound.notes })
            }
            Command::Restore => self.perform_restore().await,
            Command::AddKey { name, key } => self.perform_add_key(name, &key).await,
            Command::MoveVault { to } => self.perform_move_vault(&to).await,
            Command::SignIn(command) => self.perform_sign_in(command).await,
            Command::RefreshQuota => {
                self.refresh_quota().await?;
                Ok(Done::new("Quota is up to date."))
            }
            Command::CancelTestTurn { number } => {
                self.test_turn_cancel(number);
                Ok(Done::new("The test turn is being stopped."))
            }
            Command::Unbind => self.perform_unbind().await,
            Command::Use { profile } => self.perform_use(&profile).await,
            Command::Pin { profile } => self.perform_pin(&profile).await,
            Command::Unpin => {
                self.pin(None).await?;
                Ok(Done::new("Rotunda rotates again."))
            }
            Command::Pause { profile } => self.perform_pause(&profile, true).await,
            Command::Resume { profile } => self.perform_pause(&profile, false).await,
            Command::ExportSettings { path } => {
                self.export_settings(&path).await?;
                Ok(Done::new(format!("Wrote {}; it holds no sign-in.", path.display())))
            }
            Command::ImportSettings { path } => self.perform_import_settings(&path).await,
        }
    }

    async fn perform_use(&self, profile: &str) -> Result<Done, CommandError> {
        let (id, name) = self.find(profile)?;
        self.use_profile(id).await?;
        Ok(self.with_binding_note(format!("New conversations go to {name} from now on.")))
    }

    async fn perform_pin(&self, profile: &str) -> Result<Done, CommandError> {
        let (id, name) = self.find(profile)?;
        self.pin(Some(id)).await?;
        Ok(self.with_binding_note(format!("Codex stays on {name} until `rotunda unpin`.")))
    }

    async fn perform_pause(&self, profile: &str, paused: bool) -> Result<Done, CommandError> {
        let (id, name) = self.find(profile)?;
        self.pause(id, paused).await?;
        Ok(Done::new(if paused {
            format!("{name} is paused until `rotunda resume {name}`.")
        } else {
            format!("{name} is back in rotation.")
        }))
    }

    async fn perform_import_settings(&self, path: &Path) -> Result<Done, CommandError> {
        let found = self.import_settings(path).await?;
        let text = match found {
            1 => "Took the settings, and those of 1 profile that is here.".to_owned(),
            found => format!("Took the settings, and those of {found} profiles that are here."),
        };
        Ok(Done::new(text))
    }

    async fn perform_add_key(
        &self,
        name: Option<String>,
        key: &Handed,
    ) -> Result<Done, CommandError> {
        let added = self.add_key(name, &Secret::new(key.expose().to_owned())).await?;
        let mut done = Done::new(format!("Added {}.", added.name));
        done.notes.push(KEYS_COST.to_owned());
        Ok(done)
    }

    async fn perform_move_vault(&self, to: &str) -> Result<Done, CommandError> {
        let to = VaultKind::of_word(to).ok_or(CommandError::NoPlace)?;
        let count = self.move_vault(to).await?;
        let mut done = Done::new(format!(
            "{count} {} in {} now; the old copies are erased.",
            if count == 1 { "sign-in is" } else { "sign-ins are" },
            to.in_words()
        ));
        if to == VaultKind::File {
            done.notes.push("Any program that runs as you can read that file.".to_owned());
        }
        Ok(done)
    }

    async fn perform_unbind(&self) -> Result<Done, CommandError> {
        let unbound = self.unbind().await?;
        let text = if unbound.changed {
            "Codex is unbound and uses its own sign-in."
        } else {
            "Codex was not bound."
        };
        Ok(Done { text: text.to_owned(), notes: unbound.notes })
    }

    async fn perform_restore(&self) -> Result<Done, CommandError> {
        let restored = self.restore().await?;
        let text = if restored.changed {
            "config.toml is what it was before binding; Codex uses its own sign-in."
        } else {
            "config.toml was like that already."
        };
        let kept =
            restored.kept.map(|kept| format!("What it replaced is kept as {}.", kept.display()));
        Ok(Done { text: text.to_owned(), notes: kept.into_iter().collect() })
    }

    async fn perform_import(
        &self,
        path: std::path::PathBuf,
        name: Option<String>,
    ) -> Result<Done, CommandError> {
        let looks = self.look_at(Some(path.clone()), Wish::Users).await?;
        if looks.len() > 1 && name.is_none() {
            return self.perform_import_all(looks).await;
        }
        let warning = looks.first().and_then(|look| gathering::shared(&look.found));
        let added = self.import(path, name).await?;
        let text = if added.known {
            format!("{} was there already; it has the new sign-in now.", added.name)
        } else {
            format!("Added {}.", added.name)
        };
        Ok(Done { text, notes: warning.into_iter().collect() })
    }

    async fn perform_import_all(&self, looks: Vec<Look>) -> Result<Done, CommandError> {
        let results = self.import_all(looks).await;
        let all = results.len();
        let imported = results.iter().filter(|result| result.ok).count();
        let lines = results.into_iter().map(|ImportResult { label, ok, message }| {
            let verdict = if ok { "imported" } else { "not imported" };
            format!("{label}: {verdict}. {}", message.unwrap_or_default()).trim_end().to_owned()
        });
        let notes: Vec<_> = lines.collect();
        if imported == 0 {
            return Err(CommandError::NoneImported(notes.join(" ")));
        }
        Ok(Done { text: format!("Imported {imported} of {all} sign-ins."), notes })
    }

    /// A choice changes nothing for a Codex that is not bound: say so.
    fn with_binding_note(&self, text: String) -> Done {
        let bound = self.watch().borrow().binding.state == crate::view::BindingState::Bound;
        let note = "Codex is not bound, so it does not go through Rotunda yet: `rotunda bind`.";
        Done { text, notes: if bound { Vec::new() } else { vec![note.to_owned()] } }
    }
}

/// Upstream answers in a second; the router reads one profile after another.
const QUOTA_PATIENCE: Duration = Duration::from_secs(30);

impl Daemon {
    /// Has every profile's quota read now, and waits for the answers.
    pub async fn refresh_quota(&self) -> Result<(), CommandError> {
        let asked_at = (self.inner.clock)();
        let mut changed = self.inner.pool.changed();
        {
            let running = self.inner.running.lock().await;
            running.as_ref().ok_or(CommandError::QuotaNeedsRouter)?.router.refresh_usage();
        }
        let all_read = async {
            while !self.unread_since(asked_at).is_empty() {
                if changed.changed().await.is_err() {
                    break;
                }
            }
        };
        let _ = tokio::time::timeout(QUOTA_PATIENCE, all_read).await;
        self.refresh();
        let names = self.inner.names();
        let unread = self.unread_since(asked_at);
        let unread: Vec<_> = unread.iter().filter_map(|id| names.get(id).cloned()).collect();
        if unread.is_empty() { Ok(()) } else { Err(CommandError::QuotaUnread(unread.join(", "))) }
    }

    /// Has quota read soon, when a router runs.
    pub(super) async fn ask_for_quota(&self) {
        if let Some(running) = self.inner.running.lock().await.as_ref() {
            running.router.refresh_usage();
        }
    }

    /// Profiles whose quota could be read and has not been since.
    fn unread_since(&self, asked_at: SystemTime) -> Vec<ProfileId> {
        let view = self.inner.pool.view();
        let readable = view.seats.iter().filter(|seat| {
            seat.seat.kind == Kind::ChatGpt && seat.standing != Standing::NeedsSignIn
        });
        let unread = readable
            .filter(|seat| seat.usage.as_ref().is_none_or(|usage| usage.read_at < asked_at));
        unread.map(|seat| seat.seat.id).collect()
    }
}
