//! Never leave Codex configured for a router that does not run: what is done to
//! its file at a start, at an end, and when there is no start.

use std::{
    net::{Ipv4Addr, SocketAddr, TcpStream},
    sync::Arc,
    time::Duration,
};

use rotunda_core::{LocalUrl, binding::State};
use rotunda_host::{
    blocking::blocking,
    home::Home,
    loopback,
    platform::{self, PortOwner},
};
use rotunda_text::{Outside, Pointed};
use serde_json::Value;

use super::{Binding, status::url_at};
use crate::{
    activity::ActivityKind,
    bind::{self, BindError},
    error::DaemonError,
    second_line::take_out_left_over,
};

/// A displaced file that is held open is looked at this often, for an hour.
const HELD_PAUSE: Duration = Duration::from_secs(2);
const HELD_LOOKS: u32 = 1_800;
/// A listener on this computer answers at once.
const CONNECT_PATIENCE: Duration = Duration::from_secs(1);

impl Binding {
    /// Takes our line out of `config.toml`, if it is there.
    pub(super) async fn unbind_file(&self) -> Result<bind::Outcome, BindError> {
        let (home, url) = (self.machine.home.clone(), self.url().await);
        blocking(move || bind::unbind(&home, &url)).await
    }

    /// Takes our line out when no router will answer there. True when it was.
    pub(in crate::daemon) async fn unbind_dead(&self) -> bool {
        let (home, url) = (self.machine.home.clone(), self.url().await);
        let state = blocking(move || bind::state(&home, &url)).await;
        if !matches!(state, Ok(State::Bound | State::BoundStale { .. }))
            || self.other_serving().await.is_some()
        {
            return false;
        }
        match self.unbind_file().await {
            Ok(outcome) => outcome.changed,
            Err(error) => {
                tracing::error!(%error, "Codex points at a port on which no router answers");
                false
            }
        }
    }

    /// Takes our line out because Rotunda ends; not that of another Rotunda.
    pub(in crate::daemon) async fn unbind_at_the_end(&self) -> Result<(), BindError> {
        if self.other_serving().await.is_some() {
            return Ok(());
        }
        self.unbind_others().await;
        if self.unbind_file().await?.changed {
            self.activity.add(ActivityKind::Unbound, Pointed::UnboundAtEnd).await;
        }
        Ok(())
    }

    /// What an earlier end left: a line that points at an earlier port or key
    /// is brought up to date, and when that fails, Codex is better off without
    /// it; other folders of Codex follow or are let go; a save that was on its way is kept.
    pub(in crate::daemon) async fn repair(self: &Arc<Self>) {
        if self.keep_left_over().await {
            self.follow_held();
        }
        self.repair_others().await;
        let (home, url) = (self.machine.home.clone(), self.url().await);
        let now = self.machine.now();
        if let Some(port) = self.other_serving().await {
            self.activity.add(ActivityKind::ChangedOutside, Outside::OtherServes { port }).await;
            return;
        }
        let repaired = blocking(move || match bind::state(&home, &url) {
            Ok(State::BoundStale { .. }) => bind::bind(&home, &url, false, now).map(Some),
            Ok(_) => Ok(None),
            Err(error) => Err(error),
        });
        match repaired.await {
            Ok(None) => {}
            Ok(Some(_)) => {
                self.activity.add(ActivityKind::Healed, Pointed::Healed).await;
            }
            Err(error) => {
                tracing::warn!(%error, "an old binding could not be brought up to date");
                if self.unbind_dead().await {
                    self.activity.add(ActivityKind::Unbound, Pointed::UnboundUnmendable).await;
                }
            }
        }
    }

    /// The port of another running Rotunda that Codex points at.
    async fn other_serving(&self) -> Option<u16> {
        let (home, ours) = (self.machine.home.clone(), self.url().await);
        let address = blocking(move || bind::address(&home)).await?;
        if address.expose() == ours.expose() {
            return None;
        }
        let LocalUrl { port, path } = LocalUrl::parse(address.expose())?;
        let own_port = self.running.lock().await.as_ref().map(|running| running.port);
        // The path holds the key: it must not be sent to another user.
        let elsewhere =
            own_port != Some(port) && !is_other_user_s(port).await && is_rotunda(port, &path).await;
        elsewhere.then_some(port)
    }

    /// Looks at what is left beside Codex's file. True while a displaced file is
    /// open in another program, so that it has to be looked at again.
    async fn keep_left_over(&self) -> bool {
        let (home, url, now) = (self.machine.home.clone(), self.url().await, self.machine.now());
        match blocking(move || bind::sweep(&home, &url, now)).await {
            Ok(swept) => {
                for copy in swept.kept {
                    let copy = rotunda_host::files::shown(&copy);
                    self.activity.add(ActivityKind::Healed, Pointed::SaveKept { copy }).await;
                }
                swept.held
            }
            Err(error) => {
                tracing::warn!(%error, "what an earlier end left was not looked at");
                false
            }
        }
    }

    /// Takes over what an editor saves into a file that was displaced under it, as
    /// soon as it has closed that file.
    pub(super) fn follow_held(self: &Arc<Self>) {
        let binding = Arc::clone(self);
        tokio::spawn(async move {
            for _ in 0..HELD_LOOKS {
                tokio::select! {
                    () = binding.stopping.wait() => return,
                    () = tokio::time::sleep(HELD_PAUSE) => {}
                }
                if !binding.keep_left_over().await {
                    binding.read_again().await;
                    return;
                }
            }
        });
    }
}

/// Rotunda did not open: what was bound from here is unbound, unless another
/// process serves.
pub(in crate::daemon) fn let_go_after(error: DaemonError, home: &Home) -> DaemonError {
    match error {
        // Another process serves.
        DaemonError::Running => error,
        // Nothing can be written, so it is not known whether one does.
        DaemonError::Home(_) | DaemonError::Lock(_) if !release(home) => error,
        DaemonError::Home(_) | DaemonError::Lock(_) => DaemonError::LetGo(Box::new(error)),
        error if let_go(home) => DaemonError::LetGo(Box::new(error)),
        error => error,
    }
}

/// Unbinds what was bound from here, unless something listens where Codex points.
pub fn release(home: &Home) -> bool {
    let url = bind::address(home).and_then(|address| LocalUrl::parse(address.expose()));
    !url.is_some_and(|url| is_listened_to(url.port)) && let_go(home)
}

fn is_listened_to(port: u16) -> bool {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    TcpStream::connect_timeout(&address, CONNECT_PATIENCE).is_ok()
}

/// Unbinds what was bound from here, while nothing can be opened.
fn let_go(home: &Home) -> bool {
    take_out_left_over(home);
    let url = url_at(home, 0);
    let is_recorded = bind::recorded(home).is_some();
    let leads_here = matches!(bind::state(home, &url), Ok(State::Bound | State::BoundStale { .. }));
    is_recorded && leads_here && bind::unbind(home, &url).is_ok_and(|outcome| outcome.changed)
}

/// A Rotunda that knows this key: other programs say yes to anything, or to
/// nothing.
async fn is_rotunda(port: u16, path: &str) -> bool {
    let ask = async |path: &str| {
        let request = http::Request::get(path).body(http_body_util::Full::default()).ok()?;
        loopback::ask(port, request).await.ok()
    };
    let Some(unknown) = ask("/codex").await else { return false };
    let code = serde_json::from_slice::<Value>(unknown.body()).unwrap_or_default();
    if code["error"]["code"] != "invalid_key" {
        return false;
    }
    ask(path).await.is_some_and(|known| known.status().is_success())
}

/// Whether it is another user's.
async fn is_other_user_s(port: u16) -> bool {
    let owner = blocking(move || platform::port_owner(port)).await;
    matches!(owner, PortOwner::Stranger { user: Some(_), .. })
}
