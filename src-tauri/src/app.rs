//! Puts the parts together and runs the event loop.

use std::{
    panic::{self, AssertUnwindSafe},
    process::ExitCode,
};

use rotunda_daemon::{
    daemon::Daemon,
    home::{Env, Home},
};
use tauri::{App, AppHandle, Builder, Manager, RunEvent, Wry};
use tokio::runtime::{self, Runtime};

use crate::{
    at_login,
    bell::Bell,
    launch::{Failure, Options, complain},
    menu::Place,
    platform, quit,
    shell::{self, Opens, Shell},
    tray,
    window::{self, Window},
};

/// Runs until the user quits.
pub(crate) fn run(options: Options, home: Home, env: Env) -> Result<ExitCode, Failure> {
    let runtime = runtime_of()?;
    tauri::async_runtime::set(runtime.handle().clone());
    // A second launch ends in here, after it woke the first one.
    let app = build(resident())?;
    let (bell, window) = (Bell::open(&home), Window::new(&home));
    at_login::verify(app.handle(), &env);
    let daemon = Daemon::open_to_serve(home, env).map_err(|error| Failure::new(&error))?;
    app.manage(Shell::new(&app, daemon, bell, window).map_err(|error| Failure::new(&error))?);
    platform::settle(&app);
    let has_tray = tray::place(app.handle());
    let opens = Opens::of(options, app.state::<Shell>().inner(), has_tray);
    runtime.spawn(shell::begin(app.handle().clone(), opens));
    runtime.spawn(quit::when_told(app.handle().clone()));
    let code = app.run_return(on_event);
    Ok(ExitCode::from(u8::try_from(code).unwrap_or(1)))
}

/// The threads that everything waits on.
pub(crate) fn runtime_of() -> Result<Runtime, Failure> {
    let mut builder = runtime::Builder::new_multi_thread();
    let built =
        builder.worker_threads(rotunda_daemon::WORKERS).thread_name("rotunda").enable_all().build();
    built.map_err(|error| Failure::new(&format!("no threads could be started: {error}")))
}

/// What lives in the tray. It makes no web view: the window's process does.
fn resident() -> Builder<Wry> {
    tauri::Builder::default()
        .plugin(tauri_plugin_single_instance::init(|app, _, _| wake(app)))
        .plugin(at_login::plugin())
        .plugin(tauri_plugin_notification::init())
        .on_menu_event(|app, event| tray::clicked(app, event.id().as_ref()))
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

/// Somebody started the app again: they want to see it.
fn wake(app: &AppHandle) {
    window::show(app, Place::Anywhere);
}

fn on_event(app: &AppHandle, event: RunEvent) {
    match event {
        // Nobody said that it should end: there never is a window here.
        RunEvent::ExitRequested { code: None, api, .. } => api.prevent_exit(),
        // Somebody else than the user ends us: a restart, or the system.
        RunEvent::Exit => {
            if let Err(error) =
                tauri::async_runtime::block_on(quit::stop(app, !at_login::is_on(app)))
            {
                complain(&error);
            }
        }
        other => platform::on_event(app, &other),
    }
}
