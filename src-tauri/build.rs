//! Declares what the window may ask for, so that everything else is refused.

use tauri_build::{AppManifest, Attributes};

/// Takes the names from the list of commands, as they are written in Rust.
macro_rules! commands {
    ($($name:ident { $($arguments:tt)* } => $answer:ty,)+) => {
        const COMMANDS: &[&str] = &[$(stringify!($name)),+];
    };
}

include!("src/commands/list.rs");
include!("src/commands/snake_case.rs");

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo:rerun-if-changed=src/commands/list.rs");
    println!("cargo:rerun-if-changed=src/commands/snake_case.rs");
    // The declaration lives as long as the program.
    let names: Vec<&str> = COMMANDS.iter().map(|name| &*snake_case(name).leak()).collect();
    let attributes = Attributes::new().app_manifest(AppManifest::new().commands(names.leak()));
    Ok(tauri_build::try_build(attributes)?)
}
