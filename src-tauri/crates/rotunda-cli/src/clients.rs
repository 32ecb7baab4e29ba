//! `rotunda client`: other programs that use the same profiles, each with a key of its own.

use rotunda_core::{
    Secret,
    columns::{columns, pad},
};
use rotunda_daemon::{
    control::{ClientCommand, Command, SecretText},
    daemon::{self, CommandError},
    view::ClientView,
};
use rotunda_host::{
    home::{Env, Home},
    settings,
};
use rotunda_text::{Locale, Localize, message};
use serde::Serialize;

use super::{
    Doer, Failure,
    args::{ClientArguments, Clients, Output},
    language_for, language_of, perform, print, report,
};

/// `client add --json`.
#[derive(Serialize)]
struct Added<'a> {
    name: &'a str,
    /// What the program sends as its API key.
    key: &'a str,
    /// What the program takes as the address of the API.
    base_url: &'a str,
    /// What to know of it.
    notes: &'a [String],
}

/// `client list --json`.
#[derive(Serialize)]
struct Listed<'a> {
    /// Whether they may ask.
    on: bool,
    /// What a program takes as the address of the API.
    base_url: &'a str,
    clients: &'a [ClientView],
}

pub(super) async fn clients(home: Home, env: Env, options: Clients) -> Result<(), Failure> {
    if let Some(name) = options.name {
        return print_env(home, env, name).await;
    }
    let command = match options.what {
        Some(ClientArguments::Add { name, profiles, output }) => {
            return add(&home, &env, name, profiles, &output).await;
        }
        Some(ClientArguments::Rename { client, name }) => ClientCommand::Rename { client, name },
        Some(ClientArguments::Revoke { client }) => ClientCommand::Revoke { client },
        Some(ClientArguments::List(output)) => return list(&home, &env, &output).await,
        // The definition asks for one of both.
        None => return Ok(()),
    };
    perform(home, env, Command::Client(command)).await
}

/// The key is made here and printed here: what Rotunda keeps is its digest.
async fn add(
    home: &Home,
    env: &Env,
    name: String,
    profiles: Vec<String>,
    output: &Output,
) -> Result<(), Failure> {
    let key = daemon::new_client_key().map_err(CommandError::from)?;
    let secret = SecretText::new(key.expose().clone());
    let shown = name.trim().to_owned();
    let command = Command::Client(ClientCommand::Add { name, profiles, key: secret });
    let language = language_for(home, env, output.json);
    let doer = Doer::of(home, env, language).await?;
    let done = doer.perform(command).await;
    doer.end().await?;
    let done = done?;
    let base_url = base_url(home, env, language_of(home, env)).await?;
    if output.json {
        let (name, key) = (shown.as_str(), key.expose().as_str());
        print::json(&Added { name, key, base_url: &base_url, notes: &done.notes });
        return Ok(());
    }
    let locale = Locale::of(language);
    print::line(&done.text);
    print::line(&message!("client-key").to(locale));
    for (name, value) in variables(&key, &base_url) {
        print::line(&format!("  {name}={value}"));
    }
    for note in &done.notes {
        print::line(note);
    }
    Ok(())
}

/// `client NAME --print-env`: standard output has the variables and nothing else, for
/// `export $(…)`. No key is kept that could be printed, so the client gets a new one.
async fn print_env(home: Home, env: Env, client: String) -> Result<(), Failure> {
    let key = daemon::new_client_key().map_err(CommandError::from)?;
    let secret = SecretText::new(key.expose().clone());
    let command = Command::Client(ClientCommand::Renew { client, key: secret });
    let language = language_for(&home, &env, false);
    let doer = Doer::of(&home, &env, language).await?;
    let done = doer.perform(command).await;
    doer.end().await?;
    let done = done?;
    let base_url = base_url(&home, &env, language).await?;
    print::warning(&done.text);
    for note in &done.notes {
        print::warning(note);
    }
    for (name, value) in variables(&key, &base_url) {
        print::line(&format!("{name}={value}"));
    }
    Ok(())
}

/// What programs read their key and the address of the API from: those for the APIs of
/// `OpenAI`, and those for the Messages API, with an address that has no version.
pub(super) fn variables(key: &Secret<String>, base_url: &str) -> [(&'static str, String); 4] {
    let root = base_url.strip_suffix("/v1").unwrap_or(base_url);
    [
        ("OPENAI_API_KEY", key.expose().clone()),
        ("OPENAI_BASE_URL", base_url.to_owned()),
        ("ANTHROPIC_AUTH_TOKEN", key.expose().clone()),
        ("ANTHROPIC_BASE_URL", root.to_owned()),
    ]
}

async fn list(home: &Home, env: &Env, output: &Output) -> Result<(), Failure> {
    let language = language_for(home, env, output.json);
    let shown = report(home, env, language).await?;
    let set = settings::load(home, env).map_err(CommandError::from)?;
    let on = set.clients_responses || set.clients_messages || set.clients_chat;
    let (clients, base_url) = (&shown.snapshot.clients, url_at(shown.snapshot.router.port));
    if output.json {
        print::json(&Listed { on, base_url: &base_url, clients });
        return Ok(());
    }
    let locale = Locale::of(language);
    if clients.is_empty() {
        print::line(&message!("clients-none").to(locale));
    }
    let widest = clients.iter().map(|it| columns(&it.name)).max().unwrap_or(0);
    for client in clients {
        let profiles = match &client.profiles {
            None => message!("client-all-profiles").to(locale),
            Some(names) if names.is_empty() => message!("client-no-profile").to(locale),
            Some(names) => names.join(", "),
        };
        if !print::line(&format!("{}  {profiles}", pad(&client.name, widest))) {
            return Ok(());
        }
    }
    let state =
        if on { message!("clients-on", url = base_url) } else { message!("note-clients-off") };
    print::line(&state.to(locale));
    Ok(())
}

async fn base_url(
    home: &Home,
    env: &Env,
    language: rotunda_text::Language,
) -> Result<String, Failure> {
    Ok(url_at(report(home, env, language).await?.snapshot.router.port))
}

pub(super) fn url_at(port: u16) -> String {
    format!("http://127.0.0.1:{port}/v1")
}
