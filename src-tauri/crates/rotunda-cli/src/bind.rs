//! `rotunda bind`: what it would do, and whom it would ask.

use std::path::{Path, PathBuf};

use rotunda_core::{
    Secret,
    binding::{self, State},
};
use rotunda_daemon::{
    bind::DryRun,
    control::{self, Client},
    daemon::{self, CommandError},
};
use rotunda_host::{
    blocking::blocking,
    clock,
    home::{Env, Home},
    settings::DEFAULT_PORT,
};
use rotunda_text::Language;

use super::{Failure, args::Switch, language_of, print, report};

/// A running Rotunda binds its own Codex folder, which has to be the one meant here.
pub(super) async fn is_meant(home: &Home) -> Result<(), Failure> {
    if let Some(running) = Client::find(home).await? {
        running.binds_for(home).await?;
    }
    Ok(())
}

/// What a running Rotunda is sent.
pub(super) fn command(
    new_key: bool,
    switch: bool,
    second_line: Option<Switch>,
) -> control::Command {
    let second_line = second_line.map(Switch::is_on);
    control::Command::Bind { new_key, switch, second_line }
}

pub(super) async fn dry_run(home: &Home, env: &Env) -> Result<(), Failure> {
    is_meant(home).await?;
    // A running router may listen elsewhere than the settings say now.
    let port = match report(home, env, Language::ENGLISH).await?.snapshot.router.port {
        // Any free one, found at the start: shown as if it were the usual one.
        0 => DEFAULT_PORT,
        port => port,
    };
    for line in lines(&daemon::dry_run(home, port)?) {
        print::line(&line);
    }
    Ok(())
}

/// Prints the line for a tool that writes the file, key and all.
pub(super) async fn print_line(home: &Home, env: &Env) -> Result<(), Failure> {
    let report = report(home, env, Language::ENGLISH).await?;
    let port = match report.snapshot.router.port {
        0 => DEFAULT_PORT,
        port => port,
    };
    let url = match report.url {
        Some(url) => url,
        None => daemon::client_url(home, port)?.expose().clone(),
    };
    print::line(&binding::whole_line(&url));
    print::warning(
        "This line holds a key that opens your profiles to programs on this computer. Let the tool \
         write it into a file that only you can read (mode 0600), and keep it out of shared \
         repositories.",
    );
    Ok(())
}

/// Binds the Codex of the other side of WSL to the router that runs here.
pub(super) async fn other_side(home: &Home, env: &Env, folder: PathBuf) -> Result<(), Failure> {
    let report = report(home, env, Language::ENGLISH).await?;
    let url = report.url.map(Secret::new).ok_or(CommandError::NotRunning)?;
    let (folder, now) = (whole(&folder), clock::system()());
    let language = language_of(home, env);
    let done = daemon::bind_other_side(home, env, (folder, url), now, language).await?;
    print::done(&done);
    Ok(())
}

/// Undoes that, also when Rotunda does not run.
pub(super) async fn unbind_folder(home: Home, env: &Env, folder: PathBuf) -> Result<(), Failure> {
    let (folder, language) = (whole(&folder), language_of(&home, env));
    let done = blocking(move || daemon::unbind_folder(&home, &folder, language)).await?;
    print::done(&done);
    Ok(())
}

/// The record of what is bound names folders by their whole path.
fn whole(folder: &Path) -> PathBuf {
    std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned())
}

fn lines(planned: &DryRun) -> Vec<String> {
    let file = planned.path.display();
    if planned.state == State::Bound {
        return vec![format!("Codex is bound already: {file} holds the line.")];
    }
    let verb = if planned.replaces { "replace a line of" } else { "add one line to" };
    let mut lines = vec![format!("`rotunda bind` would {verb} {file}:"), String::new()];
    lines.push(format!("+ {}", planned.line));
    lines.push(String::new());
    if let Some(provider) = &planned.other_provider {
        lines.push(format!(
            "Codex uses the provider \"{provider}\" there, so the line alone has no effect: \
             `rotunda bind --switch` also switches to the built-in one, until you unbind."
        ));
    }
    lines
        .push("`rotunda unbind` gives the file back as it is now. Nothing was changed.".to_owned());
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn planned() -> DryRun {
        DryRun {
            path: "/home/ada/.codex/config.toml".into(),
            line: "openai_base_url = \"http://127.0.0.1:4517/…/codex\"   # Rotunda".to_owned(),
            state: State::Unbound,
            replaces: false,
            other_provider: None,
        }
    }

    #[test]
    fn the_line_is_shown_as_it_would_stand() {
        let lines = lines(&planned());
        assert_eq!(lines[0], "`rotunda bind` would add one line to /home/ada/.codex/config.toml:");
        assert!(lines[2].starts_with("+ openai_base_url = "));
        assert!(lines.last().unwrap().ends_with("Nothing was changed."));
    }

    #[test]
    fn a_provider_that_makes_the_line_idle_is_named() {
        let lines = lines(&DryRun { other_provider: Some("azure".to_owned()), ..planned() });
        assert!(lines.iter().any(|line| line.contains("\"azure\"") && line.contains("--switch")));
    }

    #[test]
    fn a_bound_file_needs_nothing() {
        assert_eq!(lines(&DryRun { state: State::Bound, ..planned() }).len(), 1);
    }
}
