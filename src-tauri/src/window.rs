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
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use rotunda_core::display_text::{self, clean};
use rotunda_host::home::Home;
use serde_json::{Value, value::RawValue};
use tokio::{
    process::{Child, Command},
    sync::mpsc,
    time::{Instant, timeout},
};

use self::{
    frame::{Frame, Left},
    lines::{Look, NoWindow},
    talk::{End, Host, Order, PATIENCE},
};
use crate::{
    commands::{self, Context},
    events::{Event, Events},
    launch,
    menu::WindowRoute,
    platform,
    quit::Quitting,
    tray::Tray,
};

pub(crate) use page::run as run_page;

/// Orders that wait until they are passed on; more are clicks without effect.
const ORDERS: usize = 8;
/// A process that closed its pipe has ended by then, or is ended.
const PARTING: Duration = Duration::from_secs(5);
/// A window that broke sooner than this is not opened again by itself.
const PROVEN: Duration = Duration::from_secs(10);

/// The window there is, if there is one, and how the last one was left.
#[derive(Clone)]
pub(crate) struct Window(Arc<Inner>);

struct Inner {
    /// What its commands work with.
    context: Context,
    tray: Tray,
    quitting: Quitting,
    events: Events,
    frame: Frame,
    /// Leads to the window's process while there is one.
    current: Mutex<Option<mpsc::Sender<Order>>>,
}

impl Window {
    /// None yet.
    pub(crate) fn new(
        home: &Home,
        context: Context,
        tray: Tray,
        quitting: Quitting,
        events: Events,
    ) -> Self {
        let (frame, current) = (Frame::of(home), Mutex::default());
        Self(Arc::new(Inner { context, tray, quitting, events, frame, current }))
    }

    /// Brings the window up, at a place. Returns at once.
    pub(crate) fn show(&self, place: WindowRoute) {
        if let Some(orders) = self.0.call(place) {
            tauri::async_runtime::spawn(self.clone().keep(orders, place));
        }
    }

    /// Tells the window, if there is one, that there is a refusal to ask for.
    pub(crate) fn refused(&self) {
        if let Some(orders) = &*self.0.current() {
            // One that is only being made asks by itself.
            let _ = orders.try_send(Order::Refused);
        }
    }

    /// One process after the other, for as long as the window is wanted.
    async fn keep(self, mut orders: mpsc::Receiver<Order>, first: WindowRoute) {
        let mut next = Some(first);
        while let Some(place) = next {
            let started = Instant::now();
            let life = self.live(&mut orders, place).await;
            next = self.0.after(&life, started.elapsed());
        }
        orders.close();
        while let Some(order) = orders.recv().await {
            // It came in the very moment of the end.
            if let Order::Come(place) = order {
                self.show(place);
            }
        }
    }

    async fn live(&self, orders: &mut mpsc::Receiver<Order>, place: WindowRoute) -> Life {
        match start() {
            Ok(child) => self.attend(child, orders, place).await,
            Err(error) => {
                tracing::error!(%error, "the window's process could not be started");
                let reason = Some(NoWindow::Other(error.to_string()));
                Life { end: End { fault: None, wanted: None, shown: false, reason }, well: false }
            }
        }
    }

    async fn attend(
        &self,
        mut child: Child,
        orders: &mut mpsc::Receiver<Order>,
        place: WindowRoute,
    ) -> Life {
        let pipes = child.stdout.take().zip(child.stdin.take()).expect("both are piped");
        let daemon = &self.0.context.daemon;
        let theme = daemon.preferences.current().ui.theme;
        let (watch, look) =
            (daemon.snapshots.watch(), Look { place, left: self.0.frame.read(), theme });
        let host = Desk { window: self.clone(), started: Instant::now() };
        let talk = talk::talk(host, pipes, look, PATIENCE, orders, watch);
        tokio::pin!(talk);
        let end = tokio::select! {
            end = &mut talk => end,
            // Its own children may hold the pipe open; what it wrote before its end is in there.
            _ = child.wait() => match timeout(PARTING, &mut talk).await {
                Ok(end) => end,
                Err(_) => End { fault: None, wanted: None, shown: true, reason: None },
            },
        };
        let status = reap(&mut child, end.fault.is_some()).await;
        Life { well: end.fault.is_none() && status.is_some_and(platform::ended_well), end }
    }
}

impl Inner {
    /// Calls the window there is; else the orders for the one to be made.
    fn call(&self, place: WindowRoute) -> Option<mpsc::Receiver<Order>> {
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

    fn current(&self) -> MutexGuard<'_, Option<mpsc::Sender<Order>>> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What follows the end of a process: where to open the next one, if there is one.
    fn after(&self, life: &Life, lived: Duration) -> Option<WindowRoute> {
        let End { fault, wanted, shown, ref reason } = life.end;
        if self.quitting.has_begun() {
            return None;
        }
        if life.well {
            // Closed in the moment in which it was called.
            if wanted.is_some() && shown {
                return wanted;
            }
            if !self.tray.is_placed() {
                self.events.emit(Event::LastWindowClosed);
            }
            return None;
        }
        let said = match reason {
            Some(NoWindow::WebViewMissing) => "there is no web view",
            Some(NoWindow::Other(said)) => said,
            None => fault.unwrap_or("it ended by itself"),
        };
        let said = clean(said, display_text::LINE);
        tracing::error!(reason = %said, shown, seconds = lived.as_secs(), "the window broke");
        if shown && wanted.is_some() {
            return wanted;
        }
        if shown && !self.tray.is_placed() {
            // Without a tray nothing could open it again.
            if lived >= PROVEN {
                return Some(WindowRoute::Anywhere);
            }
            self.events.emit(Event::LastWindowClosed);
            return None;
        }
        self.events.emit(match reason {
            Some(NoWindow::WebViewMissing) => Event::WebViewMissing,
            _ => Event::WindowBroke { was_shown: shown },
        });
        None
    }
}

/// How a process ended.
struct Life {
    end: End,
    /// Whether it ended well, by the user or by a signal of the session.
    well: bool,
}

fn start() -> std::io::Result<Child> {
    let mut command = Command::new(launch::myself()?);
    command.arg(launch::WINDOW).stdin(Stdio::piped()).stdout(Stdio::piped());
    platform::prepare_window(&mut command);
    command.spawn()
}

/// Waits for the process to end, and ends it if it does not.
async fn reap(child: &mut Child, at_once: bool) -> Option<ExitStatus> {
    if !at_once && let Ok(status) = timeout(PARTING, child.wait()).await {
        return status.ok();
    }
    // Fails only when it is gone already.
    let _ = child.start_kill();
    child.wait().await.ok()
}

/// Answers the window with what the app can do.
#[derive(Clone)]
struct Desk {
    window: Window,
    started: Instant,
}

impl Host for Desk {
    async fn answer(&self, command: String, arguments: Value) -> Result<Box<RawValue>, String> {
        commands::answer(&self.window.0.context, &command, arguments).await
    }

    fn shown(&self) {
        self.window.0.tray.has_web_view();
        tracing::info!(millis = self.started.elapsed().as_millis(), "window shown");
    }

    fn left(&self, left: Left) {
        self.window.0.frame.write(left);
    }
}
