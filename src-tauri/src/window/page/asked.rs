//! What the page asked for and waits for.

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

use super::pipe::Saying;
use crate::window::lines::FromWindow;

/// Commands that may be under way; no page of ours has so many.
const MOST: usize = 256;
const BUSY: &str = "Rotunda does not answer at the moment. Try again.";

/// Hands commands on to the app and its answers back to the page.
pub(super) struct Asked {
    saying: Saying,
    last: AtomicU64,
    waiting: Mutex<HashMap<u64, InvokeResolver<Wry>>>,
}

impl Asked {
    /// Nothing was asked yet.
    pub(super) fn new(saying: Saying) -> Self {
        Self { saying, last: AtomicU64::new(0), waiting: Mutex::default() }
    }

    /// Hands a command on; Tauri has looked by then whether the page may ask it.
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
            || !self.saying.say(&FromWindow::Ask { number, command, arguments })
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
