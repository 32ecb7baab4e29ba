//! Puts the parts together and runs the event loop.

use std::{
    panic::{self, AssertUnwindSafe},
    process::ExitCode,
};

use rotunda_daemon::{
    daemon::Daemon,
    home::{Env, Home},
};
use tauri::{App, AppHandle, Manager, RunEvent, Wry};
use tokio::runtime::{self, Runtime};

use crate::{
    at_login,
    bell::Bell,
    commands,
    launch::{Failure, Options, complain},
    menu::Place,
    platform, quit,
    shell::{self, Opens, Shell},
    tray,
    window::{self, Frame},
};

/// Requests are mostly waiting; two threads carry thousands of them.
const WORKERS: usize = 2;

/// Runs until the user quits.
pub(crate) fn run(options: Options, home: Home, env: Env) -> Result<ExitCode, Failure> {
    let runtime = runtime_of()?;
    tauri::async_runtime::set(runtime.handle().clone());
    // A second launch ends in here, after it woke the first one.
    let app = build()?;
    let (bell, frame) = (Bell::open(&home), Frame::of(&home));
    at_login::verify(app.handle(), &env);
    let daemon = Daemon::open_to_serve(home, env).map_err(|error| Failure::new(&error))?;
    app.manage(Shell::new(&app, daemon, bell, frame).map_err(|error| Failure::new(&error))?);
    platform::settle(&app);
    let has_tray = tray::place(app.handle());
    let opens = Opens::of(options, app.state::<Shell>().inner(), has_tray);
    runtime.spawn(shell::begin(app.handle().clone(), opens));
    runtime.spawn(quit::when_told(app.handle().clone()));
    let code = app.run_return(on_event);
    Ok(ExitCode::from(u8::try_from(code).unwrap_or(1)))
}

fn runtime_of() -> Result<Runtime, Failure> {
    let mut builder = runtime::Builder::new_multi_thread();
    let built = builder.worker_threads(WORKERS).thread_name("rotunda").enable_all().build();
    built.map_err(|error| Failure::new(&format!("no threads could be started: {error}")))
}

/// The toolkit panics when the display refuses it; that is an answer, not a bug.
fn build() -> Result<App<Wry>, Failure> {
    let loud = panic::take_hook();
    panic::set_hook(Box::new(|_| ()));
    let built = panic::catch_unwind(AssertUnwindSafe(|| {
        tauri::Builder::default()
            .plugin(tauri_plugin_single_instance::init(|app, _, _| wake(app)))
            .plugin(at_login::plugin())
            .plugin(tauri_plugin_notification::init())
            .invoke_handler(commands::handler())
            .on_menu_event(|app, event| tray::clicked(app, event.id().as_ref()))
            .build(tauri::generate_context!())
    }));
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
        // The last window is gone. The tray goes on; without one, nobody could come back.
        RunEvent::ExitRequested { code: None, api, .. } => {
            api.prevent_exit();
            if !tray::is_placed(app) {
                quit::quit(app);
            }
        }
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
