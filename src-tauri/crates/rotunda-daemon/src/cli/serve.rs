//! `rotunda serve`: the router without a tray.

use serde::Serialize;

use super::{Failure, args, print, signals_unheard};
use crate::{
    control::Report,
    daemon::{self, Services},
    home::{Env, Home},
    log, platform,
    view::RouterState,
};

/// Printed besides a failure.
const UNBOUND: &str = " Codex was unbound so that it keeps working.";

/// The one line of `serve --json`.
#[derive(Serialize)]
struct Ready<'a> {
    event: &'static str,
    port: u16,
    url: &'a str,
    pid: u32,
    instance: &'a str,
}

pub(super) async fn serve(home: Home, env: Env, options: &args::Serve) -> Result<(), Failure> {
    // Listened for from the start: an early signal still ends cleanly.
    let mut signals = platform::Signals::listen().map_err(|error| signals_unheard(&error))?;
    let _log = log::start(&home, &env).map_err(|error| {
        let unbound = if daemon::release(&home) { UNBOUND } else { "" };
        Failure::new(format!("The log cannot be written: {error}.{unbound}"))
    })?;
    let daemon = Services::open_to_serve(home, env)?;
    daemon.opening_note.iter().for_each(|note| print::warning(note));
    tokio::select! {
        started = daemon.start() => started.map_err(Failure::new)?,
        () = signals.end() => return Ok(()),
    }
    let bound = if options.bind { daemon.binding.bind().await.map(drop) } else { Ok(()) };
    if bound.is_ok() {
        ready(&daemon.reports.make(daemon.snapshots.language()).await, options.json);
        signals.end().await;
    }
    daemon.stop(!options.keep_bound).await.map_err(Failure::new)?;
    Ok(bound?)
}

fn ready(report: &Report, json: bool) {
    let url = report.url.as_deref().unwrap_or_default();
    let Report { snapshot, pid, instance, .. } = report;
    debug_assert_eq!(snapshot.router.state, RouterState::Running);
    let port = snapshot.router.port;
    if json {
        print::json(&Ready { event: "ready", port, url, pid: *pid, instance });
        return;
    }
    print::line(&format!("The router listens on 127.0.0.1:{port}. Ctrl+C ends it."));
    print::line(&snapshot.headline);
}
