//! Commands that wait for their turn. The code that records an event waits for none of them.

use std::sync::{
    Mutex, PoisonError,
    atomic::{AtomicBool, Ordering},
};

use rotunda_host::settings::HookKind;
use tokio::sync::mpsc::{self, Receiver, Sender};

use super::handles::CurrentSettings;
use crate::hook::HookEvent;

/// So many commands wait; more are left out, and that is told.
const MOST_WAITING: usize = 64;

/// A command that waits.
#[derive(Debug)]
pub(super) struct HookJob {
    /// The key of the command.
    pub(super) hook: HookKind,
    pub(super) command: String,
    pub(super) event: HookEvent,
}

/// Takes what happened and keeps the commands for it.
pub(super) struct HookQueue {
    settings: CurrentSettings,
    sender: Sender<HookJob>,
    /// Until a start takes it.
    receiver: Mutex<Option<Receiver<HookJob>>>,
    /// Commands were left out since this was last looked at.
    left_out: AtomicBool,
}

impl HookQueue {
    pub(super) fn new(settings: CurrentSettings) -> Self {
        let (sender, receiver) = mpsc::channel(MOST_WAITING);
        let receiver = Mutex::new(Some(receiver));
        Self { settings, sender, receiver, left_out: AtomicBool::new(false) }
    }

    /// Keeps the commands for something that happened. Without any, `event` is not made.
    pub(super) fn offer(&self, kind: HookKind, event: impl Fn() -> HookEvent) {
        let settings = self.settings.get();
        let own = settings.hooks.command_of(kind);
        for command in settings.hooks.of(kind) {
            let hook = if own == Some(command) { kind } else { HookKind::Any };
            let job = HookJob { hook, command: command.to_owned(), event: event() };
            if self.sender.try_send(job).is_err() {
                self.left_out.store(true, Ordering::Relaxed);
            }
        }
    }

    /// What waits, for the one who runs it.
    pub(super) fn take(&self) -> Option<Receiver<HookJob>> {
        self.receiver.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// For the next start.
    pub(super) fn give_back(&self, receiver: Receiver<HookJob>) {
        *self.receiver.lock().unwrap_or_else(PoisonError::into_inner) = Some(receiver);
    }

    /// Whether commands were left out since it was last asked.
    pub(super) fn has_left_out(&self) -> bool {
        self.left_out.swap(false, Ordering::Relaxed)
    }
}
