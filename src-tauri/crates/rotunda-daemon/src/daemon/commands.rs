//! Commands as the command line sends them, and the messages when they are done.

mod choices;
mod clients;
mod moving;
mod projects;
mod sign_in;

use std::path::Path;

use rotunda_core::{
    ProfileId, Secret, Standing,
    profile::{Kind, UseCredits},
};
use rotunda_host::{
    codex_auth::Prompting,
    settings::{SettingsPatch, VaultKind},
    timezone,
};
use rotunda_text::{Chose, Language, Locale, Localize, Message, Value, message};

pub use self::choices::set_in_file;
use super::{
    Services,
    binding::{BindOptions, found},
    imports::{self, Audience, Candidate},
};
use crate::{
    bind::Restored,
    control::{Command, Done, NewProvider, SecretText},
    error::CommandError,
    view::ImportResult,
};

/// What was done, and what the user should know besides.
pub(super) struct Performed {
    text: Message,
    notes: Vec<Message>,
    /// Of a text that asks for a decision.
    decision: Option<String>,
}

impl Performed {
    pub(super) fn new(text: Message) -> Self {
        Self::with(text, Vec::new())
    }

    pub(super) fn with(text: Message, notes: Vec<Message>) -> Self {
        Self { text, notes, decision: None }
    }

    /// The text in a locale.
    pub(super) fn to(&self, locale: Locale) -> Done {
        let notes = self.notes.iter().map(|note| note.to(locale)).collect();
        Done { text: self.text.to(locale), notes, decision: self.decision.clone() }
    }
}

/// Runs a command; the result is a sentence in a language.
pub async fn perform(
    services: &Services,
    command: Command,
    language: Language,
) -> Result<Done, CommandError> {
    let performed = Commands { services }.carry_out(command, language).await?;
    Ok(performed.to(locale_now(services, language)))
}

fn locale_now(services: &Services, language: Language) -> Locale {
    let now = services.handles.machine.now();
    timezone::locale(language, now)
}

struct Commands<'a> {
    services: &'a Services,
}

impl Commands<'_> {
    #[expect(clippy::too_many_lines, reason = "one arm for each command, and nothing to decide")]
    async fn carry_out(
        &self,
        command: Command,
        language: Language,
    ) -> Result<Performed, CommandError> {
        match command {
            Command::Import { path, name, use_now } => {
                let performed = self.perform_import(path, name, Audience::Terminal(language));
                self.used(performed.await?, use_now).await
            }
            Command::Logout { profile } => self.perform_logout(&profile).await,
            Command::ExportSignIns { path, profiles, passphrase, hand_over } => {
                self.perform_export(&path, &profiles, &passphrase, hand_over).await
            }
            Command::ImportSealed { path, passphrase } => {
                self.perform_import_sealed(path, &passphrase, language).await
            }
            Command::Remove { profile } => self.perform_remove(&profile).await,
            Command::Rename { profile, name } => self.perform_rename(&profile, &name).await,
            Command::Bind { new_key, switch, second_line } => {
                let options = BindOptions { new_key, switch };
                self.perform_bind(options, second_line).await
            }
            Command::Restore => self.perform_restore().await,
            Command::AddKey { name, key, provider } => {
                self.perform_add_key(name, &key, provider).await
            }
            Command::MoveVault { to } => self.perform_move_vault(&to).await,
            Command::SignIn(command) => self.perform_sign_in(command).await,
            Command::Client(command) => self.perform_client(command).await,
            Command::RefreshQuota => {
                self.services.quota.read().await?;
                Ok(Performed::new(message!("done-quota")))
            }
            Command::CancelTestTurn { number } => {
                self.services.test_turns.cancel(number);
                Ok(Performed::new(message!("done-test-turn-stopping")))
            }
            Command::Unbind => self.perform_unbind().await,
            Command::Use { profile } => self.perform_use(&profile).await,
            Command::Pin { profile } => self.perform_pin(&profile).await,
            Command::Unpin => {
                self.services.profiles.pin(None).await?;
                Ok(Performed::new(message!("done-unpinned")))
            }
            Command::Pause { profile } => self.perform_pause(&profile, true).await,
            Command::Resume { profile } => self.perform_pause(&profile, false).await,
            Command::Credits { profile, consent } => self.perform_credits(&profile, consent).await,
            Command::Redeem { decision } => {
                Ok(Performed::new(self.services.resets.redeem(&decision).await?.text))
            }
            Command::AskRedeem { profile } => self.ask_redeem(&profile, language).await,
            Command::ExportSettings { path } => {
                self.services.settings_export.write(&path).await?;
                Ok(Performed::new(message!(
                    "done-exported",
                    path = rotunda_host::files::shown(path)
                )))
            }
            Command::ImportSettings { path } => self.perform_import_settings(&path).await,
            Command::Set { key, value } => self.perform_set(&key, value).await,
            Command::AddProject { rule } => self.perform_add_project(rule).await,
            Command::RemoveProject { place } => self.perform_remove_project(&place).await,
            Command::Order { profiles } => self.perform_order(&profiles).await,
            Command::Reserve { profile, percent } => self.perform_reserve(&profile, percent).await,
            Command::Next => self.perform_next().await,
            Command::Best => self.perform_best().await,
            Command::LeaveBinding => {
                self.services.binding.leave().await?;
                Ok(Performed::new(message!("done-left-as-is")))
            }
            Command::TestNotification { kind } => {
                if !self.services.test_notifications.ask(kind) {
                    return Err(CommandError::NoTray);
                }
                Ok(Performed::new(message!("done-test-notification")))
            }
            Command::StopWaiting => self.perform_stop_waiting().await,
        }
    }

    async fn perform_remove(&self, profile: &str) -> Result<Performed, CommandError> {
        let (id, name) = self.services.profiles.find(profile)?;
        self.services.profiles.remove(id).await?;
        Ok(Performed::new(message!("done-removed", profile = name)))
    }

    async fn perform_rename(&self, profile: &str, name: &str) -> Result<Performed, CommandError> {
        let (id, before) = self.services.profiles.find(profile)?;
        self.services.profiles.rename(id, name).await?;
        Ok(Performed::new(message!("done-renamed", from = before, to = name.trim())))
    }

    async fn perform_use(&self, profile: &str) -> Result<Performed, CommandError> {
        let (id, name) = self.services.profiles.find(profile)?;
        self.services.profiles.use_profile(id).await?;
        Ok(self.with_binding_note(message!("done-using", profile = name)))
    }

    async fn perform_pin(&self, profile: &str) -> Result<Performed, CommandError> {
        let (id, name) = self.services.profiles.find(profile)?;
        self.services.profiles.pin(Some(id)).await?;
        Ok(self.with_binding_note(message!("done-pinned", profile = name)))
    }

    async fn perform_pause(&self, profile: &str, paused: bool) -> Result<Performed, CommandError> {
        let (id, name) = self.services.profiles.find(profile)?;
        self.services.profiles.pause(id, paused).await?;
        Ok(Performed::new(if paused {
            message!("done-paused", profile = name)
        } else {
            self.resumed(id, &name)
        }))
    }

    async fn perform_credits(
        &self,
        profile: &str,
        consent: Option<UseCredits>,
    ) -> Result<Performed, CommandError> {
        let (id, name) = self.services.profiles.find(profile)?;
        self.services.profiles.allow_credits(id, consent).await?;
        Ok(Performed::new(match consent {
            Some(consent) => Chose::AllowedCredits { profile: name, consent }.message(),
            None => Chose::CreditsAsAll { profile: name }.message(),
        }))
    }

    async fn ask_redeem(
        &self,
        profile: &str,
        language: Language,
    ) -> Result<Performed, CommandError> {
        let (id, _) = self.services.profiles.find(profile)?;
        let locale = locale_now(self.services, language);
        let asked = self.services.resets.question(id, locale).await?;
        let quoted = |text: &String| message!("quoted", text = text);
        let notes = asked.notes.iter().map(quoted).collect();
        Ok(Performed { text: quoted(&asked.text), notes, decision: Some(asked.decision) })
    }

    /// What resuming a profile led to: other reasons may keep it out.
    fn resumed(&self, id: ProfileId, name: &str) -> Message {
        let view = self.services.handles.pool.view();
        let status = view.profiles.iter().find(|status| status.profile.id == id);
        let now = self.services.handles.machine.now();
        match status.map(|status| status.standing) {
            Some(Standing::Resting(rest)) if rest.until > now => {
                message!("done-resumed-resting", profile = name, at = Value::At(rest.until))
            }
            Some(Standing::NotEntitled { .. }) => {
                message!("done-resumed-no-codex", profile = name)
            }
            Some(Standing::NeedsSignIn) => {
                message!("done-resumed-needs-sign-in", profile = name)
            }
            _ if status.is_some_and(|status| status.profile.kind == Kind::ApiKey)
                && !self.services.handles.settings.get().rules.use_api_keys =>
            {
                message!("done-resumed-key", profile = name)
            }
            _ => message!("done-resumed", profile = name),
        }
    }

    async fn perform_import_settings(&self, path: &Path) -> Result<Performed, CommandError> {
        let count = self.services.settings_export.read(path).await?;
        Ok(Performed::new(message!("done-settings-imported", count = count)))
    }

    async fn perform_add_key(
        &self,
        name: Option<String>,
        key: &SecretText,
        provider: Option<NewProvider>,
    ) -> Result<Performed, CommandError> {
        let key = Secret::new(key.expose().to_owned());
        let Some(provider) = provider else {
            let added = self.services.api_keys.add(name, &key).await?;
            let text = message!("done-added", profile = added.name);
            return Ok(Performed::with(text, vec![message!("done-keys-cost")]));
        };
        let added = self.services.api_keys.add_provider(name, &key, provider).await?;
        let mut notes = Vec::new();
        if let Some(first) = added.provider.models.first() {
            let models = added.provider.models.join(", ");
            notes.push(message!("done-provider-models", models = models, first = first));
        }
        if !added.provider.fallback.is_empty() {
            let models = added.provider.fallback.join(", ");
            notes.push(message!("done-provider-fallback", models = models));
        }
        if !added.left_out.is_empty() {
            let models = added.left_out.join(", ");
            notes.push(message!("done-provider-left-out", models = models));
        }
        notes.push(message!("done-provider-cost"));
        Ok(Performed::with(message!("done-added", profile = added.name), notes))
    }

    async fn perform_move_vault(&self, to: &str) -> Result<Performed, CommandError> {
        let to = VaultKind::of_word(to).ok_or(CommandError::NoPlace)?;
        let count = self.services.vault_migration.move_to(to).await?;
        let place = match to {
            VaultKind::Keychain => "keychain",
            VaultKind::File => "file",
        };
        let text = message!("done-vault-moved", count = count, place = place);
        let notes = match to {
            VaultKind::Keychain => Vec::new(),
            VaultKind::File => vec![message!("done-vault-file")],
        };
        Ok(Performed::with(text, notes))
    }

    async fn perform_unbind(&self) -> Result<Performed, CommandError> {
        let unbound = self.services.binding.unbind().await?;
        Ok(unbound_done(unbound.changed, unbound.notes))
    }

    async fn perform_bind(
        &self,
        options: BindOptions,
        second_line: Option<bool>,
    ) -> Result<Performed, CommandError> {
        let mut notes = self.services.binding.bind_as(options).await?.notes;
        if let Some(on) = second_line {
            let patch = SettingsPatch { second_line, ..SettingsPatch::default() };
            self.services.preferences.change(patch).await?;
            notes.push(if on {
                message!("second-line-what")
            } else {
                message!("note-second-line-off")
            });
        }
        Ok(Performed::with(message!("done-bound"), notes))
    }

    async fn perform_restore(&self) -> Result<Performed, CommandError> {
        Ok(restored_done(&self.services.binding.restore().await?))
    }

    /// The name too, when it is one profile.
    async fn perform_import(
        &self,
        path: std::path::PathBuf,
        name: Option<String>,
        audience: Audience,
    ) -> Result<(Performed, Option<String>), CommandError> {
        let candidates =
            self.services.imports.candidates(Some(path.clone()), Prompting::Allowed).await?;
        if candidates.len() > 1 && name.is_none() {
            let performed = self.perform_import_all(candidates, audience).await?;
            return Ok((performed, None));
        }
        let warning = candidates.first().and_then(|one| imports::shared(&one.found, audience));
        let added = self.services.imports.import(path, name).await?;
        let text = if added.known {
            message!("done-updated", profile = &added.name)
        } else {
            message!("done-added", profile = &added.name)
        };
        Ok((Performed::with(text, warning.into_iter().collect()), Some(added.name)))
    }

    /// Also uses the one profile that an import made, on request.
    async fn used(
        &self,
        (mut performed, profile): (Performed, Option<String>),
        use_now: bool,
    ) -> Result<Performed, CommandError> {
        match profile.filter(|_| use_now) {
            Some(profile) => {
                let used = self.perform_use(&profile).await?;
                performed.notes.push(used.text);
                performed.notes.extend(used.notes);
            }
            None if use_now => performed.notes.push(message!("note-use-is-for-one")),
            None => {}
        }
        Ok(performed)
    }

    async fn perform_import_all(
        &self,
        candidates: Vec<Candidate>,
        audience: Audience,
    ) -> Result<Performed, CommandError> {
        let results = self.services.imports.import_all(candidates, audience).await;
        let all = results.len();
        let imported = results.iter().filter(|result| result.ok).count();
        let notes: Vec<_> = results.into_iter().map(verdict).collect();
        if imported == 0 {
            let lines: Vec<_> = notes.iter().map(|note| note.to(audience.locale())).collect();
            return Err(CommandError::NoneImported(lines.join(" ")));
        }
        let text = message!("done-imported-all", imported = imported, all = all);
        Ok(Performed::with(text, notes))
    }

    /// A choice changes nothing for a Codex that is not bound: say so.
    fn with_binding_note(&self, text: Message) -> Performed {
        let is_bound =
            self.services.snapshots.current().binding.state == crate::view::BindingState::Bound;
        let notes = if is_bound { Vec::new() } else { vec![message!("done-not-bound-yet")] };
        Performed::with(text, notes)
    }
}

/// What became of one of several sign-ins.
fn verdict(result: ImportResult) -> Message {
    let ImportResult { label, ok, message } = result;
    let verdict = if ok { "imported" } else { "not_imported" };
    match message {
        None => message!("done-imported-verdict", label = label, verdict = verdict),
        Some(note) => {
            message!("done-imported-verdict-note", label = label, verdict = verdict, note = note)
        }
    }
}

/// What unbinding did, for people.
pub(super) fn unbound_done(changed: bool, notes: Vec<Message>) -> Performed {
    let text = if changed { message!("done-unbound") } else { message!("done-was-not-bound") };
    Performed::with(text, notes)
}

/// What restoring did, for people.
pub(super) fn restored_done(restored: &Restored) -> Performed {
    let text = if restored.changed {
        message!("done-restored")
    } else {
        message!("done-restored-already")
    };
    let kept = restored.kept.iter();
    let kept =
        kept.map(|kept| message!("done-restored-kept", path = rotunda_host::files::shown(kept)));
    let notes = kept.chain(restored.found.iter().map(|clause| found(clause)));
    Performed::with(text, notes.collect())
}
