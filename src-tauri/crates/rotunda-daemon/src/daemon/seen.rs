//! Where Codex points, read from its own file.

use rotunda_core::{
    Secret,
    binding::{self, State},
    words::BindingNote,
};

use crate::{
    bind, files,
    home::Home,
    key,
    view::{BindingState, BindingView},
};

/// Where Codex points, and whether somebody else made it so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Seen {
    pub(super) view: BindingView,
    /// What to know of that.
    pub(super) note: Option<BindingNote>,
    /// It was bound from here and not unbound since.
    pub(super) is_recorded: bool,
    /// The port on this computer that somebody else's address names.
    pub(super) port: Option<u16>,
}

/// Reads where Codex points. Blocks for a moment; changes nothing.
pub(super) fn read(home: &Home, url: &Secret<String>) -> Seen {
    let (state, note) = said(home, url);
    let recorded = bind::recorded(home).unwrap_or_default();
    let is_ours = matches!(state, BindingState::Bound | BindingState::BoundStale);
    let elsewhere = matches!(state, BindingState::Unbound | BindingState::Foreign);
    let since = recorded.as_ref().filter(|_| is_ours).map(|recorded| recorded.since);
    let backup = bind::backup(home);
    let is_recorded = recorded.is_some();
    let view = BindingView {
        state,
        changed_outside: elsewhere && is_recorded,
        codex_home: home.codex_home.display().to_string(),
        line: binding::shown_line(url.expose()),
        message: None,
        since,
        backup_at: backup.as_ref().and_then(|backup| backup.at),
        backup: backup.map(|backup| backup.name),
        provider: other_provider(home),
    };
    let port = (view.state == BindingState::Foreign).then(|| port_here(home)).flatten();
    Seen { view, note, is_recorded, port }
}

fn port_here(home: &Home) -> Option<u16> {
    let url = url::Url::parse(bind::address(home)?.expose()).ok()?;
    let here = matches!(url.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"));
    url.port().filter(|_| here)
}

fn said(home: &Home, url: &Secret<String>) -> (BindingState, Option<BindingNote>) {
    match bind::state(home, url) {
        Ok(State::Unbound) => {
            let note = bind::is_read_only(home).then_some(BindingNote::ReadOnly);
            (BindingState::Unbound, note)
        }
        Ok(State::Bound) => {
            (BindingState::Bound, other_provider(home).map(BindingNote::OtherProvider))
        }
        Ok(State::BoundStale { url }) => (BindingState::BoundStale, Some(BindingNote::Stale(url))),
        Ok(State::Foreign { url }) => (BindingState::Foreign, Some(BindingNote::Foreign(url))),
        Ok(State::Unreadable { line, message }) => {
            (BindingState::Unreadable, Some(BindingNote::Unreadable(line, message)))
        }
        Err(error) => (BindingState::Unreadable, Some(BindingNote::Failed(error.to_string()))),
    }
}

/// What Codex's address would be while nothing listens. Makes no key.
pub(super) fn url_at(home: &Home, port: u16) -> Secret<String> {
    let none = || Secret::new(String::new());
    bind::client_url(port, &key::known_client_key(home).ok().flatten().unwrap_or_else(none))
}

/// The provider that Codex's file names instead of the built-in one.
pub(super) fn other_provider(home: &Home) -> Option<String> {
    let text = files::read_text_if_there(&home.codex_config()).ok().flatten()?;
    binding::other_provider(&text).ok().flatten()
}
