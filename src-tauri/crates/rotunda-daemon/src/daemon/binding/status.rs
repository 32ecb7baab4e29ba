//! Where Codex points, read from its own file.

use rotunda_core::{
    LocalUrl, Secret,
    binding::{self, SecondLine, State},
    display_text::{self, clean_some},
};
use rotunda_host::{
    codex_config, files,
    home::{Env, Home},
    key,
};
use rotunda_text::{BindingNote, Override};

use crate::{
    bind, paths,
    second_line::Target,
    view::{BindingState, BindingView, SecondLineView},
};

/// Where Codex points, and whether another program made it so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::daemon) struct BindingStatus {
    pub(in crate::daemon) view: BindingView,
    /// What to know of that.
    pub(in crate::daemon) note: Option<BindingNote>,
    /// It was bound from here and not unbound since.
    pub(in crate::daemon) is_recorded: bool,
    /// What the file says of the second line.
    pub(in crate::daemon) second_line: SecondLine,
    /// The port on this computer that another program's address names.
    pub(in crate::daemon) port: Option<u16>,
}

/// Reads where Codex points. Blocks for a moment; changes nothing.
pub(in crate::daemon) fn read(home: &Home, env: &Env, url: &Secret<String>) -> BindingStatus {
    let (state, note) = state_and_note(home, env, url);
    let recorded = bind::recorded(home);
    let is_ours = matches!(state, BindingState::Bound | BindingState::BoundStale);
    let elsewhere = matches!(state, BindingState::Unbound | BindingState::Foreign);
    let since = recorded.as_ref().filter(|_| is_ours).map(|recorded| recorded.since);
    let backup = bind::backup(home);
    let is_recorded = recorded.is_some();
    let view = BindingView {
        state,
        changed_outside: elsewhere && is_recorded,
        codex_home: files::shown(&home.codex_home),
        config_file: paths::short(&home.codex_config(), env),
        line: binding::shown_line(url.expose()),
        message: None,
        since,
        backup_at: backup.as_ref().and_then(|backup| backup.at),
        backup: backup.map(|backup| backup.name),
        provider: other_provider(home),
        second_line: SecondLineView::default(),
    };
    let port = (view.state == BindingState::Foreign).then(|| port_here(home)).flatten();
    BindingStatus { view, note, is_recorded, second_line: second_line(home, url), port }
}

/// A file that cannot be read has none that could be changed.
fn second_line(home: &Home, url: &Secret<String>) -> SecondLine {
    // Without a key of ours there is no address to compare with.
    let none = || Secret::new(String::new());
    let address = Target::beside(url).map_or_else(none, |target| target.second().clone());
    bind::second_line(home, &address).unwrap_or(SecondLine::Absent)
}

fn port_here(home: &Home) -> Option<u16> {
    LocalUrl::parse(bind::address(home)?.expose()).map(|url| url.port)
}

fn state_and_note(
    home: &Home,
    env: &Env,
    url: &Secret<String>,
) -> (BindingState, Option<BindingNote>) {
    match bind::state(home, url) {
        Ok(State::Unbound) => {
            let found = codex_config::decisive(home).or_else(|| codex_config::read_only(home));
            (BindingState::Unbound, found.map(BindingNote::Overridden))
        }
        Ok(State::Bound) => {
            let provider = other_provider(home).map(BindingNote::OtherProvider);
            // A read-only file that is bound needs nothing.
            let other = || {
                let all = codex_config::overrides(home, env).into_iter();
                all.map(BindingNote::Overridden).find(|note| !is_read_only(note))
            };
            (BindingState::Bound, provider.or_else(other))
        }
        Ok(State::BoundStale { url }) => (BindingState::BoundStale, Some(BindingNote::Stale(url))),
        Ok(State::Foreign { url }) => (BindingState::Foreign, Some(BindingNote::Foreign(url))),
        Ok(State::Unreadable { line, message }) => {
            (BindingState::Unreadable, Some(BindingNote::Unreadable(line, message)))
        }
        Err(error) => (BindingState::Unreadable, Some(BindingNote::Failed(error.to_string()))),
    }
}

fn is_read_only(note: &BindingNote) -> bool {
    matches!(note, BindingNote::Overridden(Override::ReadOnly { .. }))
}

/// What Codex's address would be while nothing listens. Makes no key.
pub(in crate::daemon) fn url_at(home: &Home, port: u16) -> Secret<String> {
    let none = || Secret::new(String::new());
    bind::client_url(port, &key::known_client_key(home).ok().flatten().unwrap_or_else(none))
}

/// The provider that Codex's file names instead of the built-in one.
pub(in crate::daemon) fn other_provider(home: &Home) -> Option<String> {
    let text = files::read_text_if_there(&home.codex_config()).ok().flatten()?;
    clean_some(&binding::other_provider(&text).ok().flatten()?, display_text::NAME)
}
