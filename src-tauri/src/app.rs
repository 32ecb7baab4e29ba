//! Puts the parts together and runs the event loop.

use std::{process::ExitCode, sync::Arc};

use rotunda_host::home::{Env, Home};

use rotunda_daemon::daemon::{DaemonError, Services};
use tauri::{Builder, RunEvent, Wry};
use tokio::runtime::Runtime;

use crate::{
    at_login,
    events::{Event, Events},
    launch::{self, Failure, Options, complain},
    menu::WindowRoute,
    platform::{self, Claim, Only},
    quit::Quitting,
    shell::{Parts, Shell},
    toolkit,
};

/// Printed by a second start.
const SHOWN: &str = "Rotunda already runs; its window was opened.\n";

/// Runs until the user quits.
pub(crate) fn run(options: Options, home: &Home, env: &Env) -> Result<ExitCode, Failure> {
    let runtime = toolkit::runtime_of()?;
    tauri::async_runtime::set(runtime.handle().clone());
    let code = match runtime.block_on(platform::claim(home)) {
        Claim::First(only) => run_in(&runtime, options, home, env, only),
        Claim::Shown => Ok(launch::answer(SHOWN)),
        Claim::Refused(failure) => Err(failure),
    };
    // What still waits for another program, such as a keychain, does not hold the end.
    runtime.shutdown_background();
    code
}

fn run_in(
    runtime: &Runtime,
    options: Options,
    home: &Home,
    env: &Env,
    only: Only,
) -> Result<ExitCode, Failure> {
    let (events, reported) = Events::channel();
    let app = toolkit::build(resident(env, &events))?;
    at_login::verify(env);
    let daemon =
        Services::open_to_serve(home.clone(), env.clone()).map_err(|error| refused(&error))?;
    let parts = Parts { daemon, home, events: events.clone() };
    let shell = Shell::new(&app, parts).map_err(|error| Failure::new(&error))?;
    only.listen(&events);
    platform::settle(&app);
    let answers = runtime.block_on(platform::tray_answers(env));
    let has_tray = shell.tray.place(app.handle(), env, answers);
    let opens = shell.opens(options, has_tray);
    let quitting = shell.quitting.clone();
    let shell = Arc::new(shell);
    runtime.spawn(Arc::clone(&shell).act_on(reported));
    runtime.spawn(shell.begin(opens, events.clone()));
    runtime.spawn(quitting.clone().on_signal());
    let code = app.run_return(move |_, event| on_event(event, &quitting, &events));
    Ok(ExitCode::from(u8::try_from(code).unwrap_or(1)))
}

/// A tray app would have been found: what runs is a router without a tray, or
/// belongs to another session of this user.
fn refused(error: &DaemonError) -> Failure {
    match error {
        DaemonError::Running => Failure::new(
            &"Rotunda already runs, without a tray or in another session of yours. End it first, \
              or use it with `rotunda status`.",
        ),
        error => Failure::new(error),
    }
}

/// What lives in the tray. It makes no web view: the window's process does.
fn resident(env: &Env, events: &Events) -> Builder<Wry> {
    let builder = platform::with_plugins(tauri::Builder::default(), env, events);
    let events = events.clone();
    builder.on_menu_event(move |_, event| events.emit(Event::Row(event.id().as_ref().to_owned())))
}

fn on_event(event: RunEvent, quitting: &Quitting, events: &Events) {
    match event {
        // The end was not requested: there never is a window here.
        RunEvent::ExitRequested { code: None, api, .. } => api.prevent_exit(),
        // The system ends the app, or it is restarted.
        RunEvent::Exit => {
            let unbind = !at_login::starts_again();
            if let Err(error) = tauri::async_runtime::block_on(quitting.stop(unbind)) {
                complain(&error);
            }
        }
        other if platform::is_reopened(&other) => events.emit(Event::open(WindowRoute::Anywhere)),
        _ => {}
    }
}
