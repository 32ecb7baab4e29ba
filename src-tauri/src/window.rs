//! The one window, in a process of its own: started when it is wanted, gone with
//! all it held when it is closed.
//!
//! A web view holds some hundred megabytes, and its libraries keep a good part
//! of them until the process ends. So this same program is started once more,
//! with pipes that only the two of them have; `page.rs` is the other side.

mod frame;
mod lines;
mod page;
mod talk;

use std::{
    process::{ExitStatus, Stdio},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use rotunda_daemon::home::Home;
use serde_json::{Value, value::RawValue};
use tauri::{AppHandle, Manager};
use tokio::{
    process::{Child, Command},
    sync::mpsc,
    time::{Instant, timeout},
};

use self::{
    frame::{Frame, Left},
    lines::Look,
    talk::{End, Host, Order, PATIENCE},
};
use crate::{bell, commands, launch, menu::Place, platform, quit, shell::Shell, tray};

pub(crate) use page::run as run_page;
#[cfg(target_os = "macos")]
pub(crate) use page::to_front as page_to_front;

/// Orders that wait until they are passed on; more are clicks nobody counts.
const ORDERS: usize = 8;
/// A process that said its last word has ended by then, or is ended.
const PARTING: Duration = Duration::from_secs(5);
/// A window that broke sooner than this is not opened again by itself.
const PROVEN: Duration = Duration::from_secs(10);

/// The window there is, if there is one, and how the last one was left.
pub(crate) struct Window {
    frame: Frame,
    /// Leads to the window's process while there is one.
    current: Mutex<Option<mpsc::Sender<Order>>>,
}

impl Window {
    /// None yet.
    pub(crate) fn new(home: &Home) -> Self {
        Self { frame: Frame::of(home), current: Mutex::default() }
    }

    /// Calls the window there is; else the orders for the one to be made.
    fn call(&self, place: Place) -> Option<mpsc::Receiver<Order>> {
        let mut current = self.current();
        if let Some(orders) = &*current {
            match orders.try_send(Order::Come(place)) {
                // So many calls wait that this one changes nothing.
                Ok(()) | Err(mpsc::error::TrySendError::Full(_)) => return None,
                Err(mpsc::error::TrySendError::Closed(_)) => {}
            }
        }
        let (orders, inbox) = mpsc::channel(ORDERS);
        *current = Some(orders);
        Some(inbox)
    }

    /// Tells the window, if there is one, that there is a refusal to ask for.
    pub(crate) fn refused(&self) {
        if let Some(orders) = &*self.current() {
            // One that is only being made asks by itself.
            let _ = orders.try_send(Order::Refused);
        }
    }

    fn current(&self) -> MutexGuard<'_, Option<mpsc::Sender<Order>>> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Brings the window up, at a place. Returns at once.
pub(crate) fn show(app: &AppHandle, place: Place) {
    if let Some(orders) = app.state::<Shell>().window.call(place) {
        tauri::async_runtime::spawn(keep(app.clone(), orders, place));
    }
}

/// One process after the other, for as long as somebody wants to see the window.
async fn keep(app: AppHandle, mut orders: mpsc::Receiver<Order>, first: Place) {
    let mut next = Some(first);
    while let Some(place) = next {
        let started = Instant::now();
        let life = live(&app, &mut orders, place).await;
        next = after(&app, &life, started.elapsed());
    }
    orders.close();
    while let Some(order) = orders.recv().await {
        // It came in the very moment of the end.
        if let Order::Come(place) = order {
            show(&app, place);
        }
    }
}

/// How a process ended.
struct Life {
    end: End,
    /// Whether it ended well, by the user or by somebody who may.
    well: bool,
}

async fn live(app: &AppHandle, orders: &mut mpsc::Receiver<Order>, place: Place) -> Life {
    match start() {
        Ok(child) => attend(app, child, orders, place).await,
        Err(error) => {
            tracing::error!(%error, "the window's process could not be started");
            Life { end: End { fault: None, wanted: None, shown: false }, well: false }
        }
    }
}

fn start() -> std::io::Result<Child> {
    let mut command = Command::new(launch::myself()?);
    command.arg(launch::WINDOW).stdin(Stdio::piped()).stdout(Stdio::piped());
    platform::prepare_window(&mut command);
    command.spawn()
}

async fn attend(
    app: &AppHandle,
    mut child: Child,
    orders: &mut mpsc::Receiver<Order>,
    place: Place,
) -> Life {
    let pipes = child.stdout.take().zip(child.stdin.take()).expect("both were asked for");
    let (watch, look) = {
        let shell = app.state::<Shell>();
        let theme = shell.daemon.wishes().ui.theme;
        (shell.daemon.watch(), Look { place, left: shell.window.frame.read(), theme })
    };
    let host = Desk { app: app.clone(), started: Instant::now() };
    let talk = talk::talk(host, pipes, look, PATIENCE, orders, watch);
    tokio::pin!(talk);
    let end = tokio::select! {
        end = &mut talk => end,
        // Its own children may hold the pipe open; what it said before its end is in there.
        _ = child.wait() => match timeout(PARTING, &mut talk).await {
            Ok(end) => end,
            Err(_) => End { fault: None, wanted: None, shown: true },
        },
    };
    let status = bury(&mut child, end.fault.is_some()).await;
    Life { well: end.fault.is_none() && status.is_some_and(platform::ended_well), end }
}

/// Waits for the process to end, and ends it if it does not.
async fn bury(child: &mut Child, at_once: bool) -> Option<ExitStatus> {
    if !at_once && let Ok(status) = timeout(PARTING, child.wait()).await {
        return status.ok();
    }
    // Fails only when it is gone already.
    let _ = child.start_kill();
    child.wait().await.ok()
}

/// What follows the end of a process: where to open the next one, if there is one.
fn after(app: &AppHandle, life: &Life, lived: Duration) -> Option<Place> {
    let shell = app.state::<Shell>();
    let End { fault, wanted, shown } = life.end;
    if shell.quitting.has_begun() {
        return None;
    }
    if life.well {
        // Closed in the moment in which somebody called it.
        if wanted.is_some() && shown {
            return wanted;
        }
        if !tray::is_placed(app) {
            quit::quit(app);
        }
        return None;
    }
    let reason = fault.unwrap_or("it ended by itself");
    tracing::error!(reason, shown, seconds = lived.as_secs(), "the window broke");
    if shown && wanted.is_some() {
        return wanted;
    }
    if shown && !tray::is_placed(app) {
        // Without a tray nobody could open it again.
        if lived >= PROVEN {
            return Some(Place::Anywhere);
        }
        quit::quit(app);
        return None;
    }
    bell::window_broke(app, shell.daemon.watch().borrow().language, shown);
    None
}

/// Answers the window with what the app can do.
#[derive(Clone)]
struct Desk {
    app: AppHandle,
    started: Instant,
}

impl Host for Desk {
    async fn answer(&self, command: String, arguments: Value) -> Result<Box<RawValue>, String> {
        commands::answer(&self.app, &command, arguments).await
    }

    fn shown(&self) {
        tracing::info!(millis = self.started.elapsed().as_millis(), "window shown");
    }

    fn left(&self, left: Left) {
        self.app.state::<Shell>().window.frame.write(left);
    }
}
