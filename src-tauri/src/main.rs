//! Rotunda's tray and window around one daemon.
//!
//! The shell shows and asks; it decides nothing and holds no truth. Everything
//! it shows comes from the daemon's snapshots, and every click becomes one call.

#![cfg_attr(all(windows, not(debug_assertions)), windows_subsystem = "windows")]

mod app;
mod at_login;
#[cfg(test)]
mod bundle_tests;
mod commands;
mod events;
mod icon;
mod launch;
mod menu;
mod notice;
mod notifier;
mod platform;
mod quit;
mod refused;
mod shape;
mod shell;
mod toolkit;
mod tray;
mod window;

use std::process::ExitCode;

use rotunda_host::{
    home::{Env, Home},
    log,
};

use crate::launch::{Failure, Launch};

fn main() -> ExitCode {
    match run() {
        Ok(code) => code,
        Err(failure) => {
            launch::complain(&failure);
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<ExitCode, Failure> {
    let launch = match Launch::of(std::env::args_os().skip(1))? {
        Launch::Show(answer) => return Ok(launch::answer(&answer)),
        Launch::Window => return window::run_page(),
        Launch::Start(options) => options,
    };
    let env = Env::system();
    platform::check_display(&env)?;
    let home = Home::from_env(&env).map_err(|error| Failure::new(&error))?;
    let _log = log::start(&home, &env).map_err(|error| Failure::new(&error))?;
    app::run(launch, &home, &env)
}
