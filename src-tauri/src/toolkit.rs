//! Tauri and the threads below it, as the app and its window's process start them.

use std::panic::{self, AssertUnwindSafe};

use tauri::{App, Builder, Wry};
use tokio::runtime::{self, Runtime};

use crate::launch::Failure;

/// The threads that everything waits on.
pub(crate) fn runtime_of() -> Result<Runtime, Failure> {
    let mut builder = runtime::Builder::new_multi_thread();
    let built =
        builder.worker_threads(rotunda_daemon::WORKERS).thread_name("rotunda").enable_all().build();
    built.map_err(|error| Failure::new(&format!("no threads could be started: {error}")))
}

/// The toolkit panics when the display refuses it; that is an answer, not a bug.
pub(crate) fn build(builder: Builder<Wry>) -> Result<App<Wry>, Failure> {
    let loud = panic::take_hook();
    panic::set_hook(Box::new(|_| ()));
    let built = panic::catch_unwind(AssertUnwindSafe(|| builder.build(tauri::generate_context!())));
    panic::set_hook(loud);
    match built {
        Ok(Ok(app)) => Ok(app),
        Ok(Err(error)) => Err(Failure::new(&format!("the app could not start: {error}"))),
        Err(_) => Err(Failure::new(
            &"the display cannot be used; run `rotunda serve` for the router without a tray",
        )),
    }
}
