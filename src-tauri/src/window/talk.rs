//! The app's side of the talk with its window's process.
//!
//! The process may hang, flood or die at any moment. So nothing here waits for
//! it: what it does not read is bounded by [`QUEUE`], what it asks by [`AT_ONCE`]
//! and [`BUSIEST`], and when it does not come although called, it is given up.

use std::{future::Future, sync::Arc, time::Duration};

use rotunda_daemon::view::Snapshot;
use serde_json::{
    Value,
    value::{RawValue, to_raw_value},
};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    sync::{Semaphore, mpsc, watch},
    time::{Instant, sleep_until},
};

use super::{
    frame::Left,
    lines::{FromWindow, LONGEST_FROM_WINDOW, Lines, Look, NoWindow, ToWindow, line},
};
use crate::menu::WindowRoute;

/// Lines that wait for the process to read them; a page asks for ten at its start.
const QUEUE: usize = 128;
/// Commands under way at once; the slowest of them wait for a browser.
const AT_ONCE: usize = 64;
/// Lines within [`SPAN`] that no hand and no page of ours can make.
const BUSIEST: u32 = 4000;
const SPAN: Duration = Duration::from_secs(2);
/// How long it may take to show itself; a machine under load takes ten seconds.
pub(super) const PATIENCE: Duration = Duration::from_secs(40);
const PIECE: usize = 16 << 10;

const BUSY: &str =
    "Rotunda is still busy with what this window asked before. Try again in a moment.";

/// Requests to the window by the tray and by other starts of the app.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    /// Come to the front, at a place.
    Come(WindowRoute),
    /// There is a refusal to ask for.
    Refused,
}

/// Who answers what the window asks.
pub(super) trait Host: Clone + Send + Sync + 'static {
    /// Does a command.
    fn answer(
        &self,
        command: String,
        arguments: Value,
    ) -> impl Future<Output = Result<Box<RawValue>, String>> + Send;
    /// The window can be seen.
    fn shown(&self);
    /// The user closes it, and left it like this.
    fn left(&self, left: Left);
}

/// How a talk ended.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct End {
    /// What is to blame on the process; none when it only hung up.
    pub(super) fault: Option<&'static str>,
    /// The window was requested and has not come yet.
    pub(super) wanted: Option<WindowRoute>,
    /// Whether it could ever be seen.
    pub(super) shown: bool,
    /// Why it could not be, in the words of the process.
    pub(super) reason: Option<NoWindow>,
}

/// Talks until the process hangs up or cannot be trusted any more.
pub(super) async fn talk<H: Host>(
    host: H,
    (from, to): (impl AsyncRead + Unpin, impl AsyncWrite + Unpin + Send + 'static),
    look: Look,
    patience: Duration,
    orders: &mut mpsc::Receiver<Order>,
    changes: watch::Receiver<Arc<Snapshot>>,
) -> End {
    let (out, lines) = mpsc::channel(QUEUE);
    let writing = tokio::spawn(write(to, lines, changes));
    let mut talk = Talk {
        host,
        out,
        permits: Arc::new(Semaphore::new(AT_ONCE)),
        patience,
        wanted: Some((look.place, Instant::now() + patience)),
        shown: false,
        reason: None,
        busy: (Instant::now(), 0),
    };
    talk.say(&ToWindow::Open(look));
    let fault = talk.go_on(from, orders).await;
    writing.abort();
    let wanted = talk.wanted.map(|(place, _)| place);
    End { fault, wanted, shown: talk.shown, reason: talk.reason }
}

/// Writes the queued messages; of snapshots only the last one counts.
async fn write(
    mut to: impl AsyncWrite + Unpin,
    mut lines: mpsc::Receiver<Vec<u8>>,
    mut changes: watch::Receiver<Arc<Snapshot>>,
) {
    loop {
        let next = tokio::select! {
            line = lines.recv() => match line {
                Some(line) => Some(line),
                None => return,
            },
            more = changes.changed() => match more {
                Ok(()) => changed(&changes.borrow_and_update()),
                Err(_) => return,
            },
        };
        let Some(next) = next else { continue };
        // The reader on the other side is gone: our reader notices it too.
        if to.write_all(&next).await.is_err() || to.flush().await.is_err() {
            return;
        }
    }
}

fn changed(snapshot: &Snapshot) -> Option<Vec<u8>> {
    to_raw_value(snapshot).ok().and_then(|snapshot| line(&ToWindow::Changed(snapshot)))
}

struct Talk<H> {
    host: H,
    out: mpsc::Sender<Vec<u8>>,
    permits: Arc<Semaphore>,
    /// How long a request for the window waits.
    patience: Duration,
    /// The place where the window was requested, and until when that is awaited.
    wanted: Option<(WindowRoute, Instant)>,
    shown: bool,
    reason: Option<NoWindow>,
    /// Since when lines are counted, and how many there were.
    busy: (Instant, u32),
}

/// Why a process is given up.
type Fault = &'static str;

impl<H: Host> Talk<H> {
    async fn go_on(
        &mut self,
        mut from: impl AsyncRead + Unpin,
        orders: &mut mpsc::Receiver<Order>,
    ) -> Option<Fault> {
        let mut lines = Lines::new(LONGEST_FROM_WINDOW);
        let mut piece = vec![0; PIECE];
        loop {
            let late = self.wanted.map(|(_, late)| late);
            let patience = async move {
                match late {
                    Some(late) => sleep_until(late).await,
                    None => std::future::pending().await,
                }
            };
            let outcome = tokio::select! {
                read = from.read(&mut piece) => match read {
                    Ok(0) | Err(_) => return None,
                    Ok(length) => self.hear(&mut lines, &piece[..length]),
                },
                Some(order) = orders.recv() => {
                    self.pass_on(order);
                    Ok(())
                }
                () = patience => Err("it does not answer"),
            };
            if let Err(fault) = outcome {
                return Some(fault);
            }
        }
    }

    /// Says something if it still fits: who does not read will not answer either.
    fn say(&self, value: &ToWindow) -> bool {
        line(value).is_some_and(|line| self.out.try_send(line).is_ok())
    }

    fn pass_on(&mut self, order: Order) {
        match order {
            Order::Refused => drop(self.say(&ToWindow::Refused)),
            Order::Come(place) => {
                let late =
                    self.wanted.map_or_else(|| Instant::now() + self.patience, |(_, late)| late);
                self.wanted = Some((place, late));
                self.say(&ToWindow::Come(place));
            }
        }
    }

    fn hear(&mut self, lines: &mut Lines, piece: &[u8]) -> Result<(), Fault> {
        for line in lines.feed(piece).map_err(|_| "it sent a line without an end")? {
            self.count()?;
            let Ok(message) = serde_json::from_slice(&line) else {
                // A library may print where only we should; the line is not repeated.
                tracing::debug!("the window's process sent an unknown message");
                continue;
            };
            self.understand(message)?;
        }
        Ok(())
    }

    fn count(&mut self) -> Result<(), Fault> {
        let now = Instant::now();
        let (since, lines) = self.busy;
        self.busy = if now - since > SPAN { (now, 1) } else { (since, lines + 1) };
        if self.busy.1 > BUSIEST { Err("it does not stop asking") } else { Ok(()) }
    }

    fn understand(&mut self, message: FromWindow) -> Result<(), Fault> {
        match message {
            FromWindow::Shown => {
                self.shown = true;
                self.wanted = None;
                self.host.shown();
            }
            FromWindow::Came => self.wanted = None,
            FromWindow::Left(left) => self.host.left(left),
            FromWindow::Failed(reason) => self.reason = Some(reason),
            FromWindow::Ask { number, command, arguments } => {
                return self.answer(number, command, arguments);
            }
        }
        Ok(())
    }

    fn answer(&self, number: u64, command: String, arguments: Value) -> Result<(), Fault> {
        let Ok(permit) = Arc::clone(&self.permits).try_acquire_owned() else {
            let busy = ToWindow::Answer { number, outcome: Err(BUSY.to_owned()) };
            return if self.say(&busy) { Ok(()) } else { Err("it asks and does not listen") };
        };
        let (host, out) = (self.host.clone(), self.out.clone());
        // What was begun is finished, also when the window is gone by then.
        tokio::spawn(async move {
            let outcome = host.answer(command, arguments).await;
            if let Some(line) = line(&ToWindow::Answer { number, outcome }) {
                let _ = out.send(line).await;
            }
            drop(permit);
        });
        Ok(())
    }
}

#[cfg(test)]
#[path = "talk_tests.rs"]
mod tests;
