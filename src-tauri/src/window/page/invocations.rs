//! The commands of the page that wait for an answer.

use std::{
    collections::HashMap,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use serde_json::{Value, value::RawValue};
use tauri::{
    Wry,
    ipc::{Invoke, InvokeBody, InvokeResolver, Response},
};

use super::pipe::MessageWriter;
use crate::window::lines::FromWindow;

/// Commands that may be under way; no page of ours has so many.
const MOST: usize = 256;
const BUSY: &str = "Rotunda does not answer at the moment. Try again.";

/// Forwards commands to the app and its answers back to the page.
pub(super) struct Invocations {
    writer: MessageWriter,
    last: AtomicU64,
    waiting: Mutex<HashMap<u64, InvokeResolver<Wry>>>,
}

impl Invocations {
    /// Without a command under way.
    pub(super) fn new(writer: MessageWriter) -> Self {
        Self { writer, last: AtomicU64::new(0), waiting: Mutex::default() }
    }

    /// Forwards a command; Tauri has checked by then whether the page may use it.
    pub(super) fn ask(&self, invoke: Invoke<Wry>) -> bool {
        let Invoke { message, resolver, .. } = invoke;
        let InvokeBody::Json(arguments) = message.payload() else {
            resolver.reject("Commands are asked in words. Nothing was changed.");
            return true;
        };
        let (command, arguments) = (message.command().to_owned(), arguments.clone());
        self.hand_on(command, arguments, resolver);
        true
    }

    fn hand_on(&self, command: String, arguments: Value, resolver: InvokeResolver<Wry>) {
        let number = self.last.fetch_add(1, Ordering::Relaxed);
        let mut waiting = self.waiting();
        if waiting.len() >= MOST
            || !self.writer.say(&FromWindow::Ask { number, command, arguments })
        {
            drop(waiting);
            return resolver.reject(BUSY);
        }
        waiting.insert(number, resolver);
    }

    /// The app answered.
    pub(super) fn answer(&self, number: u64, outcome: Result<Box<RawValue>, String>) {
        let Some(resolver) = self.waiting().remove(&number) else { return };
        match outcome {
            Ok(answer) => resolver.resolve(Response::new(String::from(Box::<str>::from(answer)))),
            Err(sentence) => resolver.reject(sentence),
        }
    }

    fn waiting(&self) -> MutexGuard<'_, HashMap<u64, InvokeResolver<Wry>>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
