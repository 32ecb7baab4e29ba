//! What `rotunda doctor --fix` can mend without a choice of the user's: nothing of it
//! loses anything, and each could be done by hand with the command that it names.

use std::path::PathBuf;

use rotunda_host::{
    files::{self, shown},
    home::{Env, Home},
    session,
};
use rotunda_text::{Localize, Message, message};

use crate::{
    control::Report,
    view::{BindingState, ProfileKind, RouterState, StandingView},
};

/// Permission bits of others than the owner.
const OTHERS: u32 = 0o077;

/// One thing that can be mended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mend {
    /// Codex's line leads to an earlier start of the running router.
    BindAfresh,
    /// Codex waits for a router that nothing starts.
    Unbind,
    /// What starts at login is gone, or lies where the session does not look.
    StartAtLogin,
    /// Others of this computer may enter a folder of ours.
    Private(PathBuf),
    /// Its plan had no Codex when it was last asked.
    AskAgain(String),
    /// What some profiles have left is not known.
    ReadQuota,
}

impl Mend {
    /// The check that it belongs to.
    pub fn check(&self) -> &'static str {
        match self {
            Self::BindAfresh | Self::Unbind => "binding",
            Self::StartAtLogin => "login",
            Self::Private(_) => "files",
            Self::AskAgain(_) | Self::ReadQuota => "profiles",
        }
    }
}

impl Localize for Mend {
    fn message(&self) -> Message {
        match self {
            Self::BindAfresh => message!("mend-bind"),
            Self::Unbind => message!("mend-unbind"),
            Self::StartAtLogin => message!("mend-login"),
            Self::Private(path) => message!("mend-private", path = shown(path)),
            Self::AskAgain(profile) => message!("mend-ask-again", profile = profile),
            Self::ReadQuota => message!("mend-quota"),
        }
    }
}

/// Everything that can be mended, in the order in which it is done.
pub fn mends(home: &Home, env: &Env, report: &Report) -> Vec<Mend> {
    let snapshot = &report.snapshot;
    let is_running = snapshot.router.state == RouterState::Running && report.url.is_some();
    let login = session::login_start(env).unwrap_or_default();
    let mut mends = Vec::new();
    match snapshot.binding.state {
        BindingState::BoundStale if is_running => mends.push(Mend::BindAfresh),
        BindingState::Bound | BindingState::BoundStale if !is_running && !login.router => {
            mends.push(Mend::Unbind);
        }
        _ => {}
    }
    if login.is_broken {
        mends.push(Mend::StartAtLogin);
    }
    mends.extend(open_to_others(home).into_iter().map(Mend::Private));
    if !is_running {
        return mends;
    }
    let denied = |standing| standing == StandingView::NotEntitled;
    let again = snapshot.profiles.iter().filter(|profile| denied(profile.standing));
    mends.extend(again.map(|profile| Mend::AskAgain(profile.name.clone())));
    let is_unread = snapshot.profiles.iter().any(|profile| {
        profile.kind == ProfileKind::Chatgpt
            && profile.standing == StandingView::Ready
            && profile.left.is_none()
    });
    mends.extend(is_unread.then_some(Mend::ReadQuota));
    mends
}

/// Folders of ours that others may enter. A file in a folder that is closed to others is
/// closed as well.
fn open_to_others(home: &Home) -> Vec<PathBuf> {
    let folders = [&home.config, &home.data, &home.logs];
    let is_open = |path: &&PathBuf| files::mode(path).is_some_and(|mode| mode & OTHERS != 0);
    folders.into_iter().filter(is_open).cloned().collect()
}

#[cfg(test)]
#[path = "mend_tests.rs"]
mod tests;
