//! The second line of Codex's file, written while it is needed and taken out at once
//! when it is not. One service changes it: it knows whether the router ends, and when
//! the line was taken out last.

use std::{sync::Arc, time::Duration};

use rotunda_core::{
    ClientUrl, Secret,
    binding::SecondLine,
    second_line::{Absence, Facts, decide, is_other_ready, may_return, own_account},
};
use rotunda_host::{blocking::blocking, home::Home, loopback, settings::Settings};
use rotunda_router::{Clock, PoolView};
use rotunda_text::{Locale, Localize, SecondLineEnd, SecondLineNote};
use tokio::{sync::Mutex, time::Instant};

use crate::{
    bind::{self, BindError},
    view::{BindingState, BindingView, SecondLineView},
};

/// What was changed in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Changed {
    Written,
    TakenOut(SecondLineEnd),
}

/// Where the line leads.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    port: u16,
    /// Of the first line.
    url: Secret<String>,
    second: Secret<String>,
}

impl Target {
    /// Beside a first line with this address.
    pub(crate) fn beside(url: &Secret<String>) -> Option<Self> {
        let client = ClientUrl::parse(url.expose())?;
        let second = client.second_line();
        Some(Self { port: client.port, url: url.clone(), second })
    }

    pub(crate) const fn second(&self) -> &Secret<String> {
        &self.second
    }

    /// Whether the router answers there, with the key.
    async fn answers(&self) -> bool {
        let answer = loopback::get_url(self.port, &self.second).await;
        answer.is_ok_and(|answer| answer.status().is_success())
    }
}

/// Writes the line and takes it out.
pub(crate) struct Writer {
    home: Home,
    clock: Clock,
    state: Mutex<State>,
}

impl std::fmt::Debug for Writer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Writer").field("state", &self.state).finish_non_exhaustive()
    }
}

/// While the line stands, the router is checked this often.
pub(crate) const TEST: Duration = Duration::from_secs(10);

#[derive(Debug, Default)]
struct State {
    /// Rotunda ends: nothing is written any more.
    has_ended: bool,
    /// When the line was taken out because of what the profiles have left.
    taken_out: Option<std::time::SystemTime>,
    /// When the router answered last.
    answered: Option<Instant>,
}

impl State {
    /// Whether the router answers, checked anew for a line that is to be written, and once
    /// in [`TEST`] for one that stands.
    async fn router_answers(&mut self, found: &SecondLine, target: &Target) -> bool {
        let is_fresh = self.answered.is_some_and(|at| at.elapsed() < TEST);
        if *found == SecondLine::Stands && is_fresh {
            return true;
        }
        self.answered = target.answers().await.then(Instant::now);
        self.answered.is_some()
    }
}

impl Writer {
    pub(crate) fn new(home: &Home, clock: &Clock) -> Self {
        Self { home: home.clone(), clock: Arc::clone(clock), state: Mutex::default() }
    }

    /// Brings the file to what the facts want. `found` is what the file was last known
    /// to say.
    pub(crate) async fn settle(
        &self,
        facts: &Facts,
        found: &SecondLine,
        target: &Target,
    ) -> Result<Option<Changed>, BindError> {
        let mut state = self.state.lock().await;
        let mut facts = *facts;
        facts.is_serving &= !state.has_ended;
        if decide(&facts).is_ok() {
            facts.is_serving = state.router_answers(found, target).await;
        }
        let now = (self.clock)();
        match decide(&facts) {
            Ok(()) if *found == SecondLine::Stands => Ok(None),
            Ok(()) if !may_return(state.taken_out, now) => Ok(None),
            Ok(()) => {
                let (home, target) = (self.home.clone(), target.clone());
                let write = move || bind::add_second_line(&home, &target.url, &target.second);
                Ok(blocking(write).await?.then_some(Changed::Written))
            }
            Err(absence) if is_ours(found) => {
                let home = self.home.clone();
                let removed = blocking(move || bind::remove_second_line(&home)).await?;
                if removed && matches!(absence, Absence::OwnServed | Absence::NoOther) {
                    state.taken_out = Some(now);
                }
                Ok(removed.then(|| Changed::TakenOut(absence.into())))
            }
            Err(_) => Ok(None),
        }
    }

    /// Takes the line out because Rotunda ends, and writes none any more.
    pub(crate) async fn end(&self) -> Result<bool, BindError> {
        let mut state = self.state.lock().await;
        state.has_ended = true;
        let home = self.home.clone();
        blocking(move || bind::remove_second_line(&home)).await
    }
}

/// What decides, as far as it is known.
pub(crate) fn facts(
    binding: &BindingView,
    found: &SecondLine,
    is_running: bool,
    settings: &Settings,
    pool: &PoolView,
) -> Facts {
    Facts {
        is_wanted: settings.second_line,
        is_bound: binding.state == BindingState::Bound && binding.provider.is_none(),
        is_serving: is_running,
        is_foreign: matches!(found, SecondLine::Foreign { .. }),
        own: own_account(pool),
        other_ready: is_other_ready(pool),
    }
}

/// The line as it is shown.
pub(crate) fn view(facts: Facts, found: &SecondLine, locale: Locale) -> SecondLineView {
    let stands = is_ours(found);
    let note = match decide(&facts) {
        _ if stands => Some(SecondLineNote::Stands),
        Ok(()) => Some(SecondLineNote::Due),
        Err(Absence::SwitchedOff) => None,
        Err(absence) => Some(SecondLineNote::Absent(absence)),
    };
    SecondLineView {
        is_wanted: facts.is_wanted,
        stands,
        is_foreign: facts.is_foreign,
        message: note.map(|note| note.to(locale)),
    }
}

const fn is_ours(found: &SecondLine) -> bool {
    matches!(found, SecondLine::Stands | SecondLine::Stale)
}

/// Takes out what an earlier start left: while no router answers there, Codex does not
/// start. Blocks.
pub(crate) fn take_out_left_over(home: &Home) -> bool {
    match bind::remove_second_line(home) {
        Ok(removed) => removed,
        Err(error) => {
            tracing::error!(%error, "a second line of an earlier start stays in config.toml");
            false
        }
    }
}

#[cfg(test)]
#[path = "second_line_tests.rs"]
mod tests;
